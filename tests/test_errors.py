"""Wrong words and errors: what was meant, and a JSON document wherever one was asked for."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import click
import pytest

from sdd.base.nearest import nearest
from sdd.cli import run
from sdd.cli.table import sdd as command_line
from sdd.repo.objects import Repository
from tests.adopted import Adopted, sdd
from tests.good import good_repository


def test_near_words_are_named_and_else_what_to_do() -> None:
    assert nearest("lst", ("list", "new"), "see: x") == "did you mean list?"
    assert nearest("vat", ["vat-1", "vat-2", "vat-1"], "see: x") == "did you mean vat-2, vat-1?"
    assert nearest("qqq", ["list", "new"], "see: x") == nearest("list", [], "see: x") == "see: x"


LAST = "a text that begins with a dash comes last: sdd phr new ... --"


@pytest.mark.parametrize(
    ("words", "message", "fix"),
    [
        (["gat"], "unknown command: sdd gat", "did you mean gate?"),
        (["phr", "lst"], "unknown command: sdd phr lst", "did you mean list?"),
        (["qqq"], "unknown command: sdd qqq", "see: sdd --help"),
        (["phr", "qqq"], "unknown command: sdd phr qqq", "see: sdd phr --help"),
        (["phr", "list", "--limt", "3"], "unknown option: --limt", "did you mean --limit?"),
        (["gate", "--qqq"], "unknown option: --qqq", "see: sdd gate --help"),
        (["phr", "new", "--loud prints"], "unknown option: --loud prints", f"{LAST} '--loud prints'"),
        (["phr", "new", "-l prints"], "unknown option: -l", f"{LAST} '-l prints'"),
        (["rule", "show", "change-no-prh"], "unknown rule change-no-prh", "did you mean change-no-phr"),
        (["waiver", "new", "change-no-prh"], "unknown rule change-no-prh", "did you mean change-no-phr"),
        (["gate", "--output", "jsn=x"], "--output jsn=x is not FORMAT=FILE", "did you mean json"),
        (["gate", "--output", "json"], "--output json is not FORMAT=FILE", "name a file"),
        (["phr", "list", "--stage", "gren"], "unknown stage gren", "did you mean green"),
        (["feature", "show", "001-vta"], "unknown feature 001-vta", "did you mean 001-vat?"),
    ],
)
def test_a_wrong_word_names_the_nearest(adopted: Adopted, words: list[str], message: str, fix: str) -> None:
    ran = adopted.sdd(*words)
    assert (ran.status, ran.out) == (2, "")
    told, what_next = ran.err.splitlines()
    assert told == f"sdd: {message}"
    assert what_next.strip().startswith(fix)


def choices(command: click.Command, *words: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Every option of every command that takes one of some values: the words up to it, its name, and a value."""
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner, name
            yield from choices(inner, *words, name)
    for each in command.params:
        if isinstance(each.type, click.Choice):
            yield words, each.opts[0], str([*each.type.choices][-1])


@pytest.mark.parametrize(("words", "option", "value"), [*choices(command_line)])
def test_a_mistyped_value_of_any_option_names_the_nearest(
    words: tuple[str, ...], option: str, value: str, tmp_path: Path
) -> None:
    wrong = f"{value[:-1]}{value[-1]}{value[-1]}"
    for given in ([option, wrong], [f"{option}={wrong}"]):
        ran = sdd(tmp_path, *words, *given)
        assert (ran.status, f"did you mean {value}" in ran.err) == (2, True), ran


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


def with_json(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    """Every command that takes --json, with its words and something for each argument."""
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner, name
            yield from with_json(inner, *words, name)
    elif any("--json" in parameter.opts for parameter in command.params):
        required = [each for each in command.params if isinstance(each, click.Argument) and each.required]
        yield (*words, *("x" for _ in required))


COMMANDS = [*with_json(command_line)]
# They need no repository.
ALONE = {("schema",), ("rule", "list")}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_whatever_is_refused_is_told_in_one_document(words: tuple[str, ...], tmp_path: Path) -> None:
    lines = [(*words, "--nonsense", "--json"), (*words[:1], "--json", *words[1:])]
    for line in [*lines, *([] if words in ALONE else [(*words, "--json")])]:
        ran = sdd(tmp_path, *line)
        assert (ran.status in (2, 3) and is_told(ran.document, ran.status)) or words in ALONE, ran


def without_objects(path: Path) -> None:
    for folder in (path / ".git/objects").iterdir():
        shutil.rmtree(folder)


def with_broken_configuration(path: Path) -> None:
    (path / ".git/config").write_text("[core\n")


def with_unreadable_records(path: Path) -> None:
    for record in [*path.glob("history/**/*.md"), *path.glob("specs/**/*.md"), path / ".specify/sdd.toml"]:
        record.write_bytes(b"\x00\xff[gate\n")


@pytest.mark.parametrize("fault", [without_objects, with_broken_configuration, with_unreadable_records])
def test_a_broken_repository_is_told_in_one_document(fault: Callable[[Path], None], tmp_path: Path) -> None:
    path = good_repository(tmp_path / "good").path
    fault(path)
    refused = 0
    for words in COMMANDS:
        ran = sdd(path, *words, "--json")
        refused += ran.status in (2, 3)
        assert ran.status in (0, 1) or is_told(ran.document, ran.status), ran
        assert "fault in sdd" not in ran.err, ran
    assert refused > len(COMMANDS) / 5


@pytest.mark.parametrize("words", [["status"], ["gate"], ["phr", "list"], ["why", "x"], ["report"]])
@pytest.mark.parametrize("fault", [RuntimeError, MemoryError, OSError, RecursionError])
def test_a_fault_is_told_in_one_document(
    words: list[str], fault: type[Exception], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Repository, "discover", mock.Mock(side_effect=fault("it broke")))
    assert run([*words, "--json"]) == 3
    assert is_told(json.loads(capsys.readouterr().out), 3)


def is_told(document: dict[str, Any], status: int) -> bool:
    """Whether a document is one of errors: a verdict's own where a verdict was asked for."""
    if document["schema"] == "sdd/verdict/1":
        return status == 3 and "error" in document
    return bool(document["schema"] == "sdd/error/1")


def test_a_verdict_that_cannot_be_written_everywhere_is_none(adopted: Adopted) -> None:
    adopted.here.write("file", "")
    ran = adopted.sdd("gate", "--json", "--output", "sarif=file/x.sarif")
    assert (ran.status, ran.document["verdict"]) == (3, "error")


def test_a_hook_that_cannot_be_installed_is_the_one_thing_told(adopted: Adopted) -> None:
    hooks = adopted.here.path / ".git" / "hooks"
    shutil.rmtree(hooks)
    hooks.write_text("")
    ran = adopted.sdd("init", "--json")
    assert (ran.status, ran.document["schema"]) == (3, "sdd/error/1")
    assert "kept" in ran.err


@pytest.mark.parametrize("words", [["-o", "site"], ["-o", "report.html"], ["--format", "html"], ["--format", "csv"]])
def test_json_makes_no_file_of_another_kind(words: list[str], adopted: Adopted) -> None:
    ran = adopted.sdd("report", "--json", *words)
    assert (ran.status, ran.document["schema"]) == (2, "sdd/error/1")
    assert not (adopted.here.path / words[1]).exists()
    assert adopted.sdd("report", "--json", "-o", "report.json").status == 0
    assert (adopted.here.path / "report.json").read_text().startswith('{\n  "schema": "sdd/report/1"')


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
