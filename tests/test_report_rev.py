"""A report tells of one revision: its records, the landings of the line that it stands on, and its policy."""

from typing import Any

import pytest

from tests.adopted import Adopted

RELEASES = '[gate]\ntargets = ["main", "release/*"]\n'


@pytest.fixture
def two(adopted: Adopted) -> Adopted:
    """A remote with a release beside main: each has a landing that the other has not."""
    adopted.land_change({".specify/sdd.toml": RELEASES}, "Name the releases")
    adopted.here.git("push", "-q", "--no-verify", "origin", "main:release/1.0")
    adopted.land_change({"src/main.py": "MAIN = 1\n"}, "Only on main")
    adopted.here.git("switch", "-q", "-c", "release/1.0", "HEAD~1")
    adopted.write({"src/release.py": "RELEASE = 1\n"}, "Only on the release")
    adopted.here.git("push", "-q", "--no-verify", "origin", "release/1.0")
    adopted.here.git("switch", "-q", "main")
    return adopted


def report(adopted: Adopted, *words: str) -> dict[str, Any]:
    """A report as a document."""
    return adopted.done("report", "--json", *words).document


def titles(document: dict[str, Any]) -> list[str]:
    """What has landed, by a report."""
    return [change["title"] for change in document["changes"]]


def test_what_is_checked_out_says_whose_landings_are_told(two: Adopted) -> None:
    assert titles(report(two))[0] == "Only on main"
    two.here.git("switch", "-q", "--detach", "origin/release/1.0")
    told = report(two)
    assert (told["line"], told["commit"], told["landed"]) == ("origin/release/1.0", two.here.tip, two.here.tip)
    assert titles(told)[0] == "Only on the release"
    assert "Only on main" not in titles(told)
    audit = two.done("audit", "HEAD", "--json").document
    assert (audit["changes"], audit["states"]) == (told["shares"]["changes"], told["states"])
    assert "of `origin/release/1.0`" in two.done("report", "--format", "markdown").out


def test_another_revision_is_told_without_a_checkout(two: Adopted) -> None:
    here = report(two)
    there = report(two, "--rev", "origin/release/1.0")
    assert there["line"] == "origin/release/1.0"
    assert titles(there)[0] == "Only on the release"
    assert report(two, "--rev", "HEAD") == here
    # Before the last landing there was one less.
    assert titles(report(two, "--rev", "HEAD~1")) == titles(here)[1:]
    two.done("report", "--rev", "origin/release/1.0")
    page = (two.here.path / "sdd-report/index.html").read_text()
    assert "of <bdi>origin/release/1.0</bdi>" in page


def test_what_a_topic_branch_adds_has_not_landed(two: Adopted) -> None:
    two.branch("topic", "origin/release/1.0")
    two.write({"src/topic.py": "TOPIC = 1\n"}, "Still a draft")
    told = report(two)
    assert (told["line"], told["commit"]) == ("origin/release/1.0", two.here.tip)
    assert told["landed"] == two.here.git("rev-parse", "origin/release/1.0")
    assert titles(told)[0] == "Only on the release"


def test_records_landed_with_what_brought_them_to_that_line(two: Adopted) -> None:
    for words in ((), ("--rev", "origin/release/1.0")):
        told = report(two, *words)
        landings = {change["commit"] for change in told["changes"]}
        assert {phr["commit"] for phr in told["phrs"]} <= landings


def test_an_unknown_revision_is_wrong_usage(adopted: Adopted) -> None:
    ran = adopted.sdd("report", "--json", "--rev", "nowhere")
    assert (ran.status, ran.document["message"]) == (2, "unknown revision: nowhere")
