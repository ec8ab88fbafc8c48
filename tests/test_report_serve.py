"""The report opened, served and shown as a badge."""

import json
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from sdd.answers.audit.counting import Proportion
from sdd.render.html.badge import badge_json, badge_svg
from tests.adopted import Adopted, phr


class Served:
    """A report that is served, and a browser's questions to it."""

    def __init__(self, adopted: Adopted) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "sdd", "report", "--serve"],
            cwd=adopted.here.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        address = self.process.stdout.readline().split()[0]
        self.port, self.first = urlsplit(address).port or 0, urlsplit(address).path

    def ask(self, path: str = "", method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path or self.first, headers=headers)
        response = connection.getresponse()
        return response, response.read().decode()


@pytest.fixture
def served(adopted: Adopted) -> Iterator[Served]:
    served = Served(adopted)
    yield served
    served.process.kill()
    served.process.communicate()


def test_a_browser_here_reads_the_site(served: Served, adopted: Adopted) -> None:
    response, text = served.ask()
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert {
        name: response.headers[name] for name in ("Referrer-Policy", "Cache-Control", "X-Content-Type-Options")
    } == {
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    assert "Another title" not in text
    folder = served.first.rpartition("/")[0]
    assert served.ask(f"{folder}/")[0].status == 200
    assert served.ask(f"{folder}/assets/site.css")[0].headers["Content-Type"].startswith("text/css")
    head, nothing = served.ask(method="HEAD")
    assert (head.status, int(head.headers["Content-Length"]) > 0, nothing) == (200, True, "")
    path = "history/prompts/general/0009-other.general.prompt.md"
    adopted.land_change({path: phr(id="0009", stage="general").replace("title: Rounding", "title: Another title")})
    assert "Another title" in "".join(
        served.ask(f"{folder}/{page}")[1] for page in ("index.html", "phrs.html", "prompts.html")
    )
    assert not (adopted.here.path / "sdd-report").exists()
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(60) == 130


REFUSED: tuple[tuple[str, str, dict[str, str], int], ...] = (
    ("/index.html", "GET", {}, 404),
    ("/wrong-token/index.html", "GET", {}, 404),
    ("TOKEN/../../etc/passwd", "GET", {}, 404),
    ("TOKEN/%2e%2e/index.html", "GET", {}, 404),
    ("TOKEN/nothing.html", "GET", {}, 404),
    ("TOKEN/index.html", "POST", {}, 501),
    ("TOKEN/index.html", "PUT", {}, 501),
    ("TOKEN/index.html", "GET", {"Host": "evil.example"}, 403),
    ("TOKEN/index.html", "GET", {"Host": "localhost"}, 403),
)


def test_nobody_else_gets_anything(served: Served) -> None:
    token = served.first.rpartition("/")[0]
    for path, method, headers, status in REFUSED:
        response, text = served.ask(path.replace("TOKEN", token), method, **headers)
        assert (response.status, "Requirements" in text) == (status, False), path


@pytest.mark.parametrize(
    ("passed", "told", "colour"),
    [
        (Proportion(0, 0), "no changes yet", "lightgrey"),
        (Proportion(9, 10), "9 of 10 changes recorded", "brightgreen"),
        (Proportion(9, 12), "9 of 12 changes recorded", "yellow"),
        (Proportion(9, 21), "9 of 21 changes recorded", "red"),
    ],
)
def test_a_badge_says_how_many_changes_had_their_records(passed: Proportion, told: str, colour: str) -> None:
    assert json.loads(badge_json(passed)) == {"schemaVersion": 1, "label": "sdd", "message": told, "color": colour}
    drawing = ElementTree.fromstring(badge_svg(passed))
    assert drawing.attrib["role"] == "img"
    assert [text for text in drawing.itertext() if text.strip()] == [f"sdd: {told}", "sdd", told]
    assert int(drawing.attrib["width"]) > 7 * len(told)


def test_the_badge_of_a_project(adopted: Adopted) -> None:
    assert "changes recorded" in adopted.done("report", "--format", "badge").out
    adopted.done("report", "--format", "shields", "-o", "badge.json")
    assert json.loads((adopted.here.path / "badge.json").read_text())["label"] == "sdd"


# The browser goes on when sdd has ended.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_site_is_shown_in_the_browser(adopted: Adopted) -> None:
    seen = adopted.folder / "seen"
    browser = adopted.folder / "xdg-open"
    browser.write_text(f'#!/bin/sh\necho "$@" > {seen}\n')
    browser.chmod(0o755)
    ran = adopted.sdd("report", "--open", PATH=f"{adopted.folder}:/usr/bin:/bin")
    assert (ran.status, seen.read_text().strip().endswith("sdd-report/index.html")) == (0, True), ran


def test_one_line_says_that_no_browser_shows_the_site(adopted: Adopted) -> None:
    browser = adopted.folder / "xdg-open"
    browser.write_text("#!/bin/sh\necho no method available >&2\nexit 3\n")
    browser.chmod(0o755)
    ran = adopted.sdd("report", "--open", PATH=f"{adopted.folder}:/usr/bin:/bin")
    assert (ran.status, ran.err) == (0, "sdd: no browser could be started: open the page yourself\n")


@pytest.mark.parametrize("words", [["--serve", "-o", "x"], ["--serve", "--format", "csv"], ["--open", "--json"]])
def test_what_does_not_go_together_is_wrong_usage(adopted: Adopted, words: list[str]) -> None:
    assert adopted.sdd("report", *words).status == 2
