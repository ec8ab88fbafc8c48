"""What the pages show of a check: where it passed, or that its tick stands alone; and code as code."""

import re

import pytest

from sdd.render.html.words import spans
from tests.adopted import Adopted

CONTRACT = "history/contracts/general/0007-round.contract.md"
TEXT = """\
---
id: "0007"
title: Round
kind: fix
scope: ["/src/**"]
status: done
---

## Success criteria

It rounds.

## Constraints

- Keep `round()` as it is.

## Non-goals

- Speed.

## Acceptance checks

- [x] `make test`
- [x] `make lint`
- [x] `make old`
- [ ] `make later`

## Evidence

- 2026-01-02, commit {known}, exit 0, sha256:{digest}: `make test`
- 2026-01-02, commit 1234567890ab with changes, exit 0, sha256:{digest}: `make old`
"""


def item(page: str, command: str) -> str:
    """The line of a check on a page."""
    (found,) = (entry for entry in re.findall(r"<li>.*?</li>", page) if f"<code>{command}</code>" in entry)
    return str(found)


def test_a_check_says_where_it_passed_or_that_nothing_tells_of_it(adopted: Adopted) -> None:
    known = adopted.here.tip[:12]
    adopted.branch()
    adopted.write({CONTRACT: TEXT.format(known=known, digest="a" * 64)})
    adopted.done("report")
    pages = [path.read_text() for path in (adopted.here.path / "sdd-report").rglob("*.html")]
    (page,) = (text for text in pages if "<code>make later</code>" in text)
    assert ">passed</span>" in item(page, "make test")
    assert known[:10] in item(page, "make test")
    assert "ticked, no evidence" in item(page, "make lint")
    assert "which this repository does not hold" in item(page, "make old")
    assert "with uncommitted changes" in item(page, "make old")
    assert ">open</span>" in item(page, "make later")
    assert "made</span>" not in page
    assert "Keep <code>round()</code> as it is." in page


def test_the_contract_inside_a_phr_shows_its_evidence_too(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/net.py": "NET = 1\n"})
    said = ("--kind", "fix", "--success", "It rounds.", "--constraint", "Only that.", "--non-goal", "Speed.")
    texts = ("--prompt-file", "-", "--check", "true", "--run", "--commit")
    ran = adopted.sdd("phr", "new", "Round the net", *said, *texts, stdin="Round the net price.")
    assert ran.status == 0, ran
    adopted.done("report")
    pages = [path.read_text() for path in (adopted.here.path / "sdd-report" / "phr").glob("*.html")]
    (page,) = (text for text in pages if "<code>true</code>" in text)
    assert ">passed</span>" in item(page, "true")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Run `make`.", "Run <code>make</code>."),
        ("``a ` b`` and `c`", "<code>a ` b</code> and <code>c</code>"),
        ("One ` alone", "One ` alone"),
        ("`<b>` & <i>", "<code>&lt;b&gt;</code> &amp; &lt;i&gt;"),
        ("``` none", "``` none"),
    ],
)
def test_code_spans_are_code_and_all_else_is_escaped(text: str, html: str) -> None:
    assert spans(text) == html


def test_the_filter_is_folded_and_offers_what_the_overview_leads_to(adopted: Adopted) -> None:
    adopted.done("report")
    page = (adopted.here.path / "sdd-report/requirements.html").read_text()
    choices = page.partition('<details class="choices">')[2].partition("</details>")[0]
    assert choices.count("<select") >= 1
    assert '<option value="without">' in choices
