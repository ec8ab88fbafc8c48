"""The site in a real browser: nothing in a record does anything, and people can use every page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from tests.browser import OVERFLOW, OVERLAPS, TOP, WIDTHS, Browser, Watched, axe_source, chromium, needs_chromium
from tests.shared import made_once
from tests.sites import good_project, hostile_repository, many_repository, site_of, some_changes, subject

pytestmark = needs_chromium

KINDS = (
    "index.html", "changes.html", "features.html", "feature/*.html", "requirements.html", "trail/*.html",
    "contracts.html", "contract/*.html", "phrs.html", "phr/*.html", "decisions.html", "decision/*.html",
    "constitution.html", "agents.html", "rules.html", "rule/*.html", "waivers.html", "open.html", "search.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site over a repository whose every record is hostile."""

    def make(folder: Path) -> None:
        scratch = hostile_repository(folder / "repo")
        changes = some_changes(title="<script>alert(1)</script><img src=x onerror=alert(1)>")
        site_of(scratch.path, folder / "site", subject(authors=True), changes)

    return made_once(tmp_path_factory, "hostile-site", make) / "site"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site over a repository with more of everything than a page holds."""

    def make(folder: Path) -> None:
        repository = many_repository(folder / "repo")
        features = sorted(path.name for path in (repository / "specs").iterdir())
        site_of(repository, folder / "site", subject(), some_changes(700, features))

    return made_once(tmp_path_factory, "large-site", make) / "site"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site over a project of ordinary size that has everything."""

    def make(folder: Path) -> None:
        site_of(good_project(folder / "repo").path, folder / "site", subject(), some_changes())

    return made_once(tmp_path_factory, "ordinary-site", make) / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def one_of_each(site: Path) -> list[Path]:
    """A page of every kind that a site has."""
    return [next(iter(sorted(site.glob(kind)))) for kind in KINDS if any(site.glob(kind))]


def test_the_sites_have_every_kind_of_page(hostile: Path) -> None:
    assert len(one_of_each(hostile)) == len(KINDS)


# What pages of ours never hold, and the addresses of links that may be followed.
FOREIGN = "img, iframe, object, embed, form, base, audio, video, marquee, math, style, foreignObject, use, animate, "
FOREIGN += "[style], [onclick], [onload], [onerror], [onmouseover], [srcdoc], meta[http-equiv=refresh]"
LOOK = """([texts, foreign]) => texts.map((text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  return [
    page.querySelectorAll(foreign).length,
    [...page.scripts].map((script) => script.outerHTML),
    [...page.querySelectorAll("a")].map((link) => link.href.baseVal ?? link.href),
  ];
})"""
SAFE = re.compile(r"file://|https?://|mailto:|(?:\.\./)?[a-z0-9/_-]+\.html(?:#[a-z0-9_-]+)?$")


def told_by_records(hostile: Path, few: Path) -> list[Path]:
    """The pages of a site but for those that another project has letter by letter."""
    own = {page.read_bytes() for page in few.rglob("*.html")}
    pages = [page for page in sorted(hostile.rglob("*.html")) if page.read_bytes() not in own]
    assert len(pages) > 450
    return pages


def test_nothing_in_a_record_is_markup(browser: Browser, hostile: Path, few: Path) -> None:
    pages = told_by_records(hostile, few)
    with browser.page(hostile) as watched:
        watched.open(hostile / "index.html")
        ordinary = watched.page.evaluate(LOOK, [[page.read_text() for page in few.rglob("*.html")], FOREIGN])
        own = {script for _, scripts, _ in ordinary for script in scripts}
        read = watched.page.evaluate(LOOK, [[page.read_text() for page in pages], FOREIGN])
        for file, (foreign, scripts, addresses) in zip(pages, read, strict=True):
            assert (foreign, own.issuperset(scripts)) == (0, True), file
            for address in addresses:
                assert SAFE.match(address), f"{file}: {address}"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x>", "<a href='javascript:alert(1)'>x</a>"])
def test_markup_is_noticed(browser: Browser, hostile: Path, text: str) -> None:
    with browser.page(hostile) as watched:
        watched.open(hostile / "index.html")
        [[foreign, scripts, addresses]] = watched.page.evaluate(LOOK, [[f"<!doctype html>{text}"], FOREIGN])
        assert foreign or scripts or not SAFE.match(addresses[0])


def test_nothing_in_a_record_does_anything(browser: Browser, hostile: Path, few: Path) -> None:
    pages = told_by_records(hostile, few)[::5]  # what all hold is looked at above: these are opened
    with browser.page(hostile) as watched:
        for file, _ in watched.frames(pages):
            assert not watched.troubles, f"{file}, or a page beside it"


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<img src=http://localhost:1/x.png>"],
)
def test_what_a_page_in_a_frame_does_is_noticed(browser: Browser, tmp_path: Path, text: str) -> None:
    for number in range(3):
        (tmp_path / f"{number}.html").write_text(f"<!doctype html><title>x</title>{text if number == 1 else 'still'}")
    with browser.page(tmp_path) as watched:
        assert len([*watched.frames(sorted(tmp_path.iterdir()))]) == 3
        assert watched.troubles


def test_a_search_shows_hostile_records_as_text(browser: Browser, hostile: Path) -> None:
    with browser.page(hostile) as watched:
        watched.open(hostile / "search.html")
        for query in (
            "alert",
            "script",
            "onerror",
            "javascript",
            "<script>",
            '"',
            "\\",
            "名前",
            "__proto__",
            "constructor",
        ):
            watched.page.get_by_role("searchbox").fill(query)
            watched.page.wait_for_timeout(200)
            assert not watched.page.locator(FOREIGN).count()
        assert not watched.troubles


def test_the_dark_changes_nothing_but_colours() -> None:
    css = (TOP / "sdd/render/html/assets/site.css").read_text()
    (block,) = re.findall(r"@media [^{]*prefers-color-scheme[^{]*\{\s*:root \{(.*?)\}\s*\}", css, re.DOTALL)
    assert css.count("prefers-color-scheme") == 1
    for line in block.strip().splitlines():
        assert re.fullmatch(r" *--[a-z]+: (#[0-9a-f]{6}|\d+ \d+ \d+);", line), line


@pytest.mark.parametrize("which", ["hostile", "many"])
def test_nothing_overflows_and_nothing_overlaps(browser: Browser, which: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(which)
    with browser.page(site) as watched:
        for file in one_of_each(site):
            watched.open(file)
            for screen in WIDTHS:
                watched.show(screen, "light")
                assert watched.page.evaluate(OVERFLOW) <= 0, f"{file}, {screen}"
                assert watched.page.evaluate(OVERLAPS) == [], f"{file}, {screen}"
        assert not watched.troubles


def test_no_line_of_a_command_ends_within_an_option(browser: Browser, few: Path) -> None:
    with browser.page(few) as watched:
        watched.open(few / "index.html")
        watched.show("phone", "light")
        options = watched.page.locator(".paste span")
        assert options.first.inner_text().startswith("--")
        assert options.evaluate_all("(all) => all.filter((each) => each.getClientRects().length > 1).length") == 0
        assert not watched.page.locator(".paste", has_text="<span>").count()


def test_pieces_of_text_upon_one_another_are_noticed(browser: Browser, tmp_path: Path) -> None:
    page = "<!doctype html><title>x</title><p>Under</p><p style='margin-top: -30px'>Over</p>"
    cut = "<div style='overflow: hidden; height: 1px'><p>Cut</p></div><p style='margin-top: -30px'>Free</p>"
    for text, found in ((page, ["Under / Over"]), (cut, [])):
        (tmp_path / "x.html").write_text(text)
        with browser.page(tmp_path) as watched:
            watched.open(tmp_path / "x.html")
            assert watched.page.evaluate(OVERLAPS) == found


# What axe finds by colours and by where things are. All else it reads from the document, of which the desk shows all: a
# phone folds the menu and leaves out drawings, which lists repeat.
OF_SCREENS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
AXE_RUNS: tuple[tuple[str, Literal["light", "dark"], dict[str, object]], ...] = (
    ("desk", "light", {}),
    ("phone", "dark", {"runOnly": {"type": "rule", "values": OF_SCREENS}}),
)


def test_axe_finds_no_serious_fault(browser: Browser, few: Path) -> None:
    source = axe_source()
    found: list[str] = []
    with browser.page(few) as watched:
        for file in one_of_each(few):
            watched.open(file)
            # Through the browser's own protocol, which the page's policy has no say in.
            watched.page.evaluate(source)
            for screen, scheme, options in AXE_RUNS:
                watched.show(screen, scheme)
                result = watched.page.evaluate(
                    "(options) => axe.run({ resultTypes: ['violations'], ...options })", options
                )
                found += [
                    f"{file.name}, {screen}, {scheme}: {one['id']}: {one['nodes'][0]['html'][:200]}"
                    for one in result["violations"]
                    if one["impact"] in ("serious", "critical")
                ]
    assert not found, "\n".join(found)


# -- what people do ------------------------------------------------------------------------------------------


@pytest.fixture
def desk(browser: Browser, many: Path) -> Iterator[Watched]:
    with browser.page(many) as watched:
        yield watched
        assert not watched.troubles


ROWS_OF = """
(text) => new DOMParser().parseFromString(text, "text/html").querySelectorAll("tbody tr, .rows li, .list > li").length
"""


def test_paging_leads_through_all_rows(many: Path, desk: Watched) -> None:
    desk.open(many / "phrs.html")
    seen = set(desk.page.locator(".rows a").evaluate_all("(links) => links.map((link) => link.href)"))
    assert len(seen) == 500
    desk.page.get_by_role("navigation", name="More pages").get_by_role("link", name="2").click()
    desk.page.wait_for_url("**/phrs-2.html")
    rest = set(desk.page.locator(".rows a").evaluate_all("(links) => links.map((link) => link.href)"))
    assert len(rest) == 20
    assert not seen & rest
    for file in many.glob("*.html"):
        rows = desk.page.evaluate(ROWS_OF, file.read_text())
        assert rows <= 520, file  # a page's rows, and a timeline above them
    assert max(file.stat().st_size for file in many.rglob("*.html")) < 300_000


def test_search_finds_what_a_record_says_and_leads_there(many: Path, desk: Watched) -> None:
    desk.open(many / "search.html")
    field = desk.page.get_by_role("searchbox")
    field.fill("request 417")
    first = desk.page.locator(".hits li").first
    first.wait_for()
    assert "417" in first.inner_text()
    assert desk.page.get_by_role("status").inner_text() != ""
    first.get_by_role("link").click()
    desk.page.wait_for_url("**/phr/*.html")
    assert "417" in desk.page.locator("main").inner_text()
    desk.page.go_back()
    assert desk.page.get_by_role("searchbox").input_value() == "request 417"


def test_search_narrows_by_kind_stage_and_feature(many: Path, desk: Watched) -> None:
    desk.open(many / "search.html")
    status, hits = desk.page.get_by_role("status"), desk.page.locator(".hits li")
    desk.page.get_by_label("Kind").select_option("requirement")
    hits.first.wait_for()
    assert status.inner_text() == "544 records"
    assert hits.count() == 20
    desk.page.get_by_role("button", name="Show more").click()
    hits.nth(39).wait_for()
    desk.page.get_by_label("Kind").select_option("phr")
    desk.page.get_by_label("Stage").select_option("green")
    hits.first.wait_for()
    assert all("green" in text for text in hits.all_inner_texts())
    desk.page.get_by_role("searchbox").fill("no-such-word-anywhere")
    desk.page.wait_for_function("() => document.querySelector('[role=status]').textContent.includes('Nothing')")


def test_search_takes_beginnings_and_leaves_out(many: Path, desk: Watched) -> None:
    desk.open(many / "phrs.html")
    status = desk.page.get_by_role("status")
    field = desk.page.locator(".filter input")
    field.fill("requ")
    desk.page.locator(".hits li").first.wait_for()
    assert status.inner_text() == "520 records"
    assert not desk.page.locator("#timeline").is_visible()
    field.fill("request -voucher ")
    desk.page.wait_for_function("() => !document.querySelector('[role=status]').textContent.startsWith('520')")
    assert all("voucher" not in text.lower() for text in desk.page.locator(".hits .part").all_inner_texts())
    field.fill("")
    desk.page.locator("#timeline").wait_for()


def test_a_list_is_filtered_over_all_its_pages_and_the_address_says_how(many: Path, desk: Watched) -> None:
    desk.open(many / "requirements.html")
    assert desk.page.locator(".list > li").count() == 500
    status = desk.page.get_by_role("status")
    desk.page.locator(".filter input").fill("sc-001")
    desk.page.wait_for_function("() => document.querySelector('[role=status]').textContent === '34 requirements'")
    desk.page.locator(".filter input").fill("")
    desk.page.get_by_label("Records").select_option("without")
    rows = desk.page.locator(".hits > li")
    rows.first.wait_for()
    assert int(status.inner_text().split()[0]) > 34
    # What nothing serves is a gap, or something is inferred to serve it.
    assert rows.locator(".gap, .tag").count() == rows.count() == 20
    assert desk.page.url.endswith("#records=without")
    # Rows of a page that is not the open one, and in the order that was asked for.
    desk.page.goto(f"{(many / 'changes.html').as_uri()}?q=half&records=missing&sort=1")
    desk.page.locator(".hits > .missing").first.wait_for()
    assert desk.page.locator(".hits summary .gap").first.inner_text() == "no records"
    days = [text[:10] for text in desk.page.locator(".hits .meta").all_inner_texts()]
    assert days == sorted(days)
    assert days[0] < desk.page.locator(".unless-found .meta").last.text_content()[:10]
    desk.page.locator(".hits summary").first.click()
    assert desk.page.locator(".hits .inside").first.get_by_text("src/old/ -> src/new/").is_visible()
    desk.page.keyboard.press("/")
    assert desk.page.evaluate("() => document.activeElement.closest('.filter') !== null")


def test_a_requirement_leads_to_its_trail_and_on_to_a_prompt(many: Path, desk: Watched) -> None:
    desk.open(many / "requirements.html")
    desk.page.locator(".list a.id").first.click()
    desk.page.wait_for_url("**/trail/*.html#fr-001")
    section = desk.page.locator("#fr-001")
    assert section.locator("svg.graph .held").count() >= 4
    boxes = section.locator("svg.graph .name").all_text_contents()
    assert "FR-001" in boxes
    section.locator(".trail-list a[href*='phr/']").first.click()
    desk.page.wait_for_url("**/phr/*.html")
    assert desk.page.get_by_role("heading", name="Prompt", exact=True).is_visible()
    # The header's search leads on from a page in a folder.
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("request 417")
    desk.page.keyboard.press("Enter")
    desk.page.locator(".hits > li").first.wait_for()
    assert "417" in desk.page.locator(".hits > li").first.inner_text()


def test_everything_can_be_reached_by_keyboard(many: Path, desk: Watched) -> None:
    desk.open(many / "index.html")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("() => document.activeElement.id") == "main"
    focused: set[str] = set()
    for _ in range(60):
        desk.page.keyboard.press("Tab")
        focused.add(desk.page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)"))
        outline = (
            "() => document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle"
        )
        assert desk.page.evaluate(outline) != "none"
    assert any("<summary" in one for one in focused)
    assert any('class="scroll"' in one for one in focused)


def test_every_page_reads_without_scripts(many: Path, browser: Browser) -> None:
    with browser.page(many, scripts=False) as watched:
        for name in ("phrs.html", "requirements.html", "search.html"):
            watched.open(many / name)
            assert not watched.page.get_by_role("searchbox").count()
        assert watched.page.get_by_text("Search needs the scripts").is_visible()


def test_the_overview_is_printed_on_one_sheet(browser: Browser, few: Path, many: Path, hostile: Path) -> None:
    for site in (few, many, hostile):
        with browser.page(site) as watched:
            watched.open(site / "index.html")
            printed = watched.page.pdf(format="A4", prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page/") + printed.count(b"/Type /Page ") == 1


def test_pages_of_a_large_site_open_at_once(many: Path, desk: Watched) -> None:
    """What a page loads at first does not grow with the number of records."""
    for name in ("changes.html", "phrs.html", "search.html"):
        desk.open(many / name)
        desk.page.wait_for_timeout(100)
        loaded = desk.page.evaluate("() => performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert {url.rpartition("/")[2] for url in loaded} <= {"site.css", "site.js", "start.js"}
        assert (many / name).stat().st_size < 300_000
