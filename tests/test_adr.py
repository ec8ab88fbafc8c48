"""`sdd adr`: decisions made, listed and shown; one that takes another's place passes the real gate."""

import pytest

from sdd.records.kinds import adr as adrs
from sdd.records.kinds.adr import AdrStatus
from tests.adopted import FEATURE, Adopted

FIRST, SECOND = "history/adr/0001-use-decimals.md", "history/adr/0002-use-integers.md"


def read(adopted: Adopted, path: str) -> adrs.Adr:
    return adrs.parse(path, (adopted.here.path / path).read_bytes(), "")


def test_a_new_one_has_number_status_feature_and_day(adopted: Adopted) -> None:
    document = adopted.done("adr", "new", "Use decimals", "--status", "accepted", "--feature", "001", "--json").document
    assert (document["id"], document["template"]) == ("0001", "adr-template.md")
    assert document["path"] == FIRST
    found = read(adopted, FIRST)
    assert (found.status, found.feature, found.title) == (AdrStatus.ACCEPTED, FEATURE, "ADR-0001: Use decimals")
    assert found.date
    assert adopted.done("check", FIRST).out.startswith("sdd: 0 errors, 5 warnings"), "it still is its template"


def test_what_supersedes_a_landed_one_passes_the_gate(adopted: Adopted) -> None:
    adopted.done("adr", "new", "Use decimals", "--status", "Accepted")
    adopted.land_change({})
    adopted.branch()
    ran = adopted.done("adr", "new", "Use integers", "--supersedes", "1", "--commit")
    assert ran.out.startswith(f"committed {SECOND}\nsuperseded {FIRST}\nnext: fill in the [CAPITALS]")
    old, new = read(adopted, FIRST), read(adopted, SECOND)
    assert (old.status, old.status_written) == ("Superseded", "Superseded by [ADR-0002](0002-use-integers.md)")
    assert "**Supersedes**: [ADR-0001](0001-use-decimals.md)" in (adopted.here.path / SECOND).read_text()
    assert new.status == "Accepted", "no proposal is in force in the place of another"
    assert adopted.gate()["verdict"] == "pass"
    assert adopted.here.git("status", "--porcelain") == ""


FORMS = {
    "lead": ("# A\n\n**Status**: Accepted\n", "**Status**: Superseded by"),
    "bullet": ("# A\n\n- Status: Accepted since 2026 | Date: x\n", "- Status: Superseded by"),
    "heading": ("# A\n\n## Status\n\nAccepted\n\n## Context\n", "Superseded by"),
    "key": ('---\nstatus: "accepted"  # since May\n---\n\n# A\n', 'status: "Superseded by'),
    "none": ("# A\n\nSome words.\n", "**Status**: Superseded by"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("form", FORMS)
def test_a_status_is_changed_wherever_it_stands_and_nothing_else(adopted: Adopted, form: str, end: str) -> None:
    text, wanted = FORMS[form]
    path = "docs/adr/0007-a.md"
    adopted.here.write(path, text.replace("\n", end))
    made = adopted.done("adr", "new", "B", "--supersedes", path, "--json").document["path"]
    assert made == "docs/adr/0008-b.md", "beside those that are there"
    after = (adopted.here.path / path).read_bytes().decode()
    old, new = text.split("\n"), after.split(end)
    if form != "none":
        assert [line for line in new if line not in old] == [line for line in new if line.startswith(wanted)]
        assert len(new) == len(old)
    assert end == "\r\n" or "\r" not in after
    assert adrs.parse(path, after.encode(), "").status == AdrStatus.SUPERSEDED


def test_list_and_show(adopted: Adopted) -> None:
    adopted.here.write("api/docs/decisions/0003-x.md", "# X\n\nStatus: Perhaps\n")
    adopted.done("adr", "new", "Use decimals")
    items = adopted.done("adr", "list", "--json").document["items"]
    assert [(item["path"], item["root"], item["status"]) for item in items] == [
        ("api/docs/decisions/0003-x.md", "api", None), (FIRST, ".", "Proposed"),
    ]  # fmt: skip
    assert adopted.done("adr", "show", "3").out.startswith("api/docs")
    assert adopted.done("adr", "show", "0001", "--json").document["body"].startswith("# ADR-0001: Use decimals")
    assert adopted.done("adr", "list", "--rev", "main").out.startswith("no ADR yet")


@pytest.mark.parametrize("words", [["???"], ["X", "--supersedes", "9"], ["X", "--feature", "9"], ["TITLE"]])
def test_what_cannot_be_understood_writes_nothing(adopted: Adopted, words: list[str]) -> None:
    assert adopted.sdd("adr", "new", *words).status == 2
    assert adopted.here.git("status", "--porcelain") == ""


def test_a_proposal_supersedes_nothing(adopted: Adopted) -> None:
    adopted.done("adr", "new", "Use decimals", "--status", "Accepted")
    ran = adopted.sdd("adr", "new", "Use integers", "--supersedes", "1", "--status", "proposed")
    assert (ran.status, "what is proposed supersedes nothing" in ran.err) == (2, True)
    assert read(adopted, FIRST).status == AdrStatus.ACCEPTED


def test_a_superseded_one_of_no_known_form_leaves_everything_as_it_was(adopted: Adopted) -> None:
    adopted.here.write("history/adr/0001-a.md", "---\nstatus:\n  accepted\n---\n\n# A\n")
    ran = adopted.sdd("adr", "new", "B", "--supersedes", "1")
    assert (ran.status, "nothing was written" in ran.err) == (3, True)
    assert adopted.done("adr", "new", "B", "--json").document["id"] == "0002", "the number was given back"
