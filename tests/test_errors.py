"""Wrong words and errors: what was meant, and a JSON document wherever one was asked for."""

from pathlib import Path

import click
import pytest

from sdd.base.nearest import nearest
from tests.adopted import Adopted, sdd


def test_near_words_are_named_and_else_what_to_do() -> None:
    assert nearest("lst", ("list", "new"), "see: x") == "did you mean list?"
    assert nearest("vat", ["vat-1", "vat-2", "vat-1"], "see: x") == "did you mean vat-2, vat-1?"
    assert nearest("qqq", ["list", "new"], "see: x") == nearest("list", [], "see: x") == "see: x"


@pytest.mark.parametrize(
    ("words", "message", "fix"),
    [
        (["gat"], "unknown command: sdd gat", "did you mean gate?"),
        (["phr", "lst"], "unknown command: sdd phr lst", "did you mean list?"),
        (["qqq"], "unknown command: sdd qqq", "see: sdd --help"),
        (["phr", "qqq"], "unknown command: sdd phr qqq", "see: sdd phr --help"),
        (["phr", "list", "--limt", "3"], "unknown option: --limt", "did you mean --limit?"),
        (["gate", "--qqq"], "unknown option: --qqq", "see: sdd gate --help"),
        (["rule", "show", "change-no-prh"], "unknown rule change-no-prh", "did you mean change-no-phr"),
        (["waiver", "new", "change-no-prh"], "unknown rule change-no-prh", "did you mean change-no-phr"),
        (["feature", "show", "001-vta"], "unknown feature 001-vta", "did you mean 001-vat?"),
    ],
)
def test_a_wrong_word_names_the_nearest(adopted: Adopted, words: list[str], message: str, fix: str) -> None:
    ran = adopted.sdd(*words)
    assert (ran.status, ran.out) == (2, "")
    told, what_next = ran.err.splitlines()
    assert told == f"sdd: {message}"
    assert what_next.strip().startswith(fix)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["search", "gate", "--json"], 3),
        (["search", "--kind", "phr", "check", "--json"], 3),
        (["phr", "list", "--json", "--rev", "audit"], 3),
        (["-C", "gate", "status", "--json"], 3),
        (["agent", "check", "--json"], 3),
        (["gat", "--json"], 2),
        (["gate", "--json", "--nope"], 2),
        (["phr", "new", "X", "--input", "nowhere", "--json"], 2),
        (["phr", "new", "X", "--prompt-file", "nowhere", "--json"], 2),
    ],
)
def test_an_error_is_a_document_of_errors(tmp_path: Path, words: list[str], status: int) -> None:
    (tmp_path / "gate").mkdir()
    ran = sdd(tmp_path, *words)
    assert ran.status == status
    assert set(ran.document) == {"schema", "message", "fix"}
    assert ran.document["schema"] == "sdd/error/1"
    assert ran.document["message"] in ran.err


def test_what_cannot_be_written_is_told_in_a_document_too(adopted: Adopted) -> None:
    (adopted.folder / "file").write_text("")
    ran = adopted.sdd("report", "--json", "--output", str(adopted.folder / "file" / "report.json"))
    assert (ran.status, ran.document["schema"]) == (3, "sdd/error/1")


@pytest.mark.parametrize("words", [["gate"], ["-C", ".", "check"], ["-C.", "audit"], ["contract", "check"]])
def test_a_judging_command_answers_in_the_form_of_a_verdict(tmp_path: Path, words: list[str]) -> None:
    ran = sdd(tmp_path, *words, "--json")
    assert (ran.status, ran.document["schema"], ran.document["verdict"]) == (3, "sdd/verdict/1", "error")


def test_a_click_that_knows_less_does_as_well(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NoArgsIsHelpError", "NoSuchCommand"):
        monkeypatch.delattr(click.exceptions, name, raising=False)
    assert "unknown command: sdd gat" in adopted.sdd("gat").err
    for words in ([], ["phr"]):
        ran = adopted.sdd(*words)
        assert (ran.status, ran.out.startswith("Usage: sdd"), ran.err) == (2, True, "")
    assert adopted.sdd("phr", "list", "--limit", "x").status == 2
