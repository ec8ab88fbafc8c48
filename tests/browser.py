"""A real headless Chromium for the tests: what a page did, and what a person or a screen reader would make of it."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

TOP = Path(__file__).resolve().parent.parent
AXE = "axe-core@4.14.1"

CHROMIUM = os.environ.get("SDD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDTHS = {"phone": (360, 740), "desk": (1280, 900)}
"""Name of a screen -> its width and height in pixels."""

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium here: install chromium, or name it in SDD_CHROMIUM"
)


_FRAMES = 40
_OPEN = """
async (urls) => {
  const opened = urls.map((url) => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.onload = done;
    frame.src = url;
    document.body.append(frame);
  }));
  [...document.querySelectorAll("iframe")].slice(0, -urls.length).forEach((frame) => frame.remove());
  await Promise.all(opened);
}
"""


@dataclass
class Watched:
    """A page, and what happened on it that must not."""

    page: Any
    troubles: list[str] = field(default_factory=list)

    def show(self, screen: str, scheme: Literal["light", "dark"]) -> None:
        """Shows the page on another screen and in another light."""
        width, height = WIDTHS[screen]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme)

    def open(self, file: Path, anchor: str = "") -> None:
        """Opens a page of a site as a person would: from its file."""
        self.page.goto(file.as_uri() + (f"#{anchor}" if anchor else ""), wait_until="load")

    def frames(self, files: Sequence[Path]) -> Iterator[tuple[Path, Any]]:
        """Each file and the frame that it is open in, many of them at a time: that takes half as long as one by one.

        The first file's folder gets a page to hold the frames for as long as they are looked at.
        """
        holder = files[0].with_name("frames-of-the-tests.html")
        holder.write_text("<!doctype html><title>Frames</title><body>")
        try:
            self.open(holder)
            for start in range(0, len(files), _FRAMES):
                together = files[start : start + _FRAMES]
                self.page.evaluate(_OPEN, [file.as_uri() for file in together])
                opened = {frame.url: frame for frame in self.page.frames}
                yield from ((file, opened[file.as_uri()]) for file in together)
        finally:
            holder.unlink()


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A browser. A process can have one at a time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        try:
            yield Browser(browser)
        finally:
            browser.close()


class Browser:
    """Opens pages, each in a profile of its own."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    @contextmanager
    def page(
        self, site: Path, screen: str = "desk", scheme: Literal["light", "dark"] = "light", *, scripts: bool = True
    ) -> Iterator[Watched]:
        """A page that notes every dialog, every error and every request that leaves the site."""
        width, height = WIDTHS[screen]
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts
        )
        watched = Watched(context.new_page())
        page, troubles = watched.page, watched.troubles
        page.on("dialog", lambda dialog: _dismiss(dialog, troubles))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", lambda told: troubles.append(f"{told.type}: {told.text}"))
        page.on("popup", lambda popup: troubles.append(f"popup: {popup.url}"))
        page.on("download", lambda download: troubles.append(f"download: {download.url}"))
        page.on("request", lambda request: _look_at(request.url, site, troubles))
        try:
            yield watched
        finally:
            context.close()


def _look_at(url: str, site: Path, troubles: list[str]) -> None:
    if not url.startswith(f"{site.as_uri()}/"):
        troubles.append(f"request: {url}")


def _dismiss(dialog: Any, troubles: list[str]) -> None:
    troubles.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def axe_source() -> str:
    """The text of axe-core, fetched once by npm into a cache that git ignores. Skips the test where that cannot be."""
    found = TOP / ".cache" / AXE.replace("@", "-") / "axe.min.js"
    if not found.is_file():
        if not shutil.which("npm"):
            pytest.skip("axe-core is not here and npm, which would fetch it, is not either")
        beside = found.parent.with_name(f"{found.parent.name}.{os.getpid()}")
        command = ["npm", "install", "--silent", "--no-save", "--no-package-lock", "--ignore-scripts"]
        done = subprocess.run([*command, "--prefix", str(beside), AXE], capture_output=True, text=True, check=False)
        try:
            if done.returncode:
                pytest.skip(f"npm cannot fetch {AXE}: {done.stderr.strip()[:200]}")
            found.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(beside / "node_modules" / "axe-core" / "axe.min.js", found)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return found.read_text(encoding="utf-8")


OVERLAPS = """
() => {
  // The boxes of all lines of text that can be seen, cut to what their scrolling boxes and drawings show of them.
  const boxes = [];
  const shown = new Map();
  // What the boxes around an element let be seen of it.
  const shownOf = (around) => {
    if (!around || around === document.documentElement || around === document.body) return [-1e9, -1e9, 1e9, 1e9];
    if (!shown.has(around)) {
      let [left, top, right, bottom] = shownOf(around.parentElement);
      const clipped = getComputedStyle(around).overflowX !== "visible";
      if (clipped || (around.tagName === "svg" && around.parentElement.closest("svg"))) {
        const box = around.getBoundingClientRect();
        [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
        [right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)];
      }
      shown.set(around, [left, top, right, bottom]);
    }
    return shown.get(around);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement;
    if (!node.data.trim() || !owner.checkVisibility({ visibilityProperty: true })) continue;
    if (owner.closest(".hidden, .skip, title, option, script")) continue;
    const [left, top, right, bottom] = shownOf(owner);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const cut = { node, text: node.data.trim().slice(0, 60),
        left: Math.max(left, box.left), top: Math.max(top, box.top),
        right: Math.min(right, box.right), bottom: Math.min(bottom, box.bottom) };
      if (cut.right - cut.left > 1 && cut.bottom - cut.top > 1) boxes.push(cut);
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  const found = [];
  for (let one = 0; one < boxes.length; one += 1) {
    for (let other = one + 1; other < boxes.length && boxes[other].top < boxes[one].bottom - 4; other += 1) {
      const [a, b] = [boxes[one], boxes[other]];
      if (a.node === b.node) continue;
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 2 && height > 4) found.push(`${a.text} / ${b.text}`);
    }
  }
  return found.slice(0, 10);
}
"""
"""A script that names pieces of text that lie upon one another."""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""A script that says by how many pixels a page is wider than its window."""
