"""Records that landed below a folder without a `.specify/` of its own: the gate takes them for what a check does."""

import pytest

from tests.adopted import Adopted, phr, rows_of, rules_of

STRAY = "backend/history/prompts/general/0007-old.green.prompt.md"
SPEC = "backend/specs/001-api/spec.md"
BROKEN = phr(["src/old.py"], id="0007", prompt="Be old.").replace("title: R", "title: a: R")


@pytest.fixture
def stray(adopted: Adopted) -> Adopted:
    adopted.land_change({STRAY: BROKEN, SPEC: "# Feature Specification: API\n", "backend/code.py": "1\n"})
    adopted.branch("fix/records")
    return adopted


def test_a_commit_of_repairs_passes(stray: Adopted) -> None:
    stray.done("repair", "--write")
    stray.write({}, "Repair records")
    document = stray.gate()
    assert not rules_of(document), document
    assert stray.here.git("diff", "--name-only", "main") == STRAY


@pytest.mark.parametrize("to", [STRAY.replace("old", "older"), STRAY.removeprefix("backend/")])
def test_it_may_be_renamed_and_moved_to_a_root(stray: Adopted, to: str) -> None:
    stray.write({STRAY: None, to: BROKEN}, "Rename")
    document = stray.gate()
    assert not rules_of(document), document
    assert rows_of(document) == {}


def test_its_meaning_stays(stray: Adopted) -> None:
    stray.write({STRAY: BROKEN.replace("It does.", "It did something else.")}, "Rewrite")
    assert "history-rewritten" in rules_of(stray.gate())
    stray.write({STRAY: None}, "Remove")
    assert "history-rewritten" in rules_of(stray.gate())


def test_it_is_judged_by_the_policy_of_the_root_above(stray: Adopted) -> None:
    stray.land_change({".specify/sdd.toml": '[rules]\nphr-unreadable = "off"\n'})
    stray.branch("other")
    stray.write({STRAY: BROKEN.replace("2026-03-01", "2026-03-01\nuser: Ada")}, "Name the user")
    document = stray.gate()
    assert not rules_of(document) and not rules_of(document, "warning"), document


def test_a_spec_is_told_of_as_a_spec(stray: Adopted) -> None:
    stray.write({SPEC: "# Feature Specification: API\n\nMore.\n"}, "Specify more")
    document = stray.gate()
    assert "record-no-phr" in rules_of(document, "warning")
    assert rows_of(document) == {}


def test_a_new_one_is_none_and_covers_nothing(stray: Adopted) -> None:
    new = STRAY.replace("0007", "0008")
    text = phr(["code.py", "/src/vat.py"], id="0008", kind="fix", prompt="Do more.")
    stray.write({new: text, "backend/code.py": "2\n"}, "New")
    assert {path: bool(row["lacks"]) for path, row in rows_of(stray.gate()).items()} == {
        new: True,
        "backend/code.py": True,
    }


def test_an_agent_file_below_is_governed_as_before(stray: Adopted) -> None:
    stray.land_change({"backend/CLAUDE.md": "# Notes\n"})
    stray.branch("notes")
    stray.write({"backend/CLAUDE.md": "# More notes\n"}, "Notes")
    assert rows_of(stray.gate())["backend/CLAUDE.md"]["lacks"]
