"""Hostile text in every format of a verdict: each still parses, and nothing of it is obeyed by whoever reads it."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sdd.base.errors import ExitCode
from sdd.base.paths import as_text, printable
from sdd.gate.check.verdict import Verdict
from sdd.render.formats import FORMAT_NAMES, error_in, verdict_in
from sdd.render.plan import Plans
from sdd.render.text.verdict import check_text, gate_text
from tests.adopted import Adopted, phr
from tests.payloads import PAYLOADS
from tests.runner import commands
from tests.verdicts import MADE, cases_of, sarif_of, verdict_of


class Told(NamedTuple):
    """What becomes of one payload: the verdict in each format, and why there is none."""

    text: str
    verdict: Verdict
    plans: Plans
    verdicts: dict[str, str]
    errors: dict[str, str]


def told_of(text: str) -> Told:
    verdict, plans = verdict_of(text)
    verdicts = {form: verdict_in(form, verdict, plans) for form in MADE}
    return Told(
        text, verdict, plans, verdicts, {form: error_in(form, text, text, ExitCode.CANNOT_JUDGE) for form in MADE}
    )


@pytest.fixture(scope="module", params=PAYLOADS, ids=[payload.name for payload in PAYLOADS])
def told(request: pytest.FixtureRequest) -> Told:
    return told_of(request.param.text)


def test_json_sarif_and_gitlab_survive(told: Told) -> None:
    document = json.loads(told.verdicts["json"])
    assert document["changes"][0]["findings"][0]["path"] == as_text(told.text), "JSON gives back what there was"
    run = sarif_of(told.verdicts["sarif"])
    for result in run["results"]:
        message = result["message"]["text"]
        assert "](" not in message
        assert "{" not in message.replace("{{", "")
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?:[\w.~/-]|%[0-9A-F]{2})*", uri, re.ASCII)
    entries = json.loads(told.verdicts["gitlab"])
    assert [entry["location"]["path"] for entry in entries] == [printable(told.text)] * 3
    assert len({entry["fingerprint"] for entry in entries}) == 3


def test_junit_survives(told: Told) -> None:
    change, _, record = cases_of(told.verdicts["junit"])
    assert change.name == printable(told.text)
    assert change.result[0].message == printable(told.text)
    assert printable(told.text) in (record.system_out or "")
    assert cases_of(told.errors["junit"])[0].result[0].message == printable(told.text)


def test_github_survives(told: Told) -> None:
    findings = commands(told.verdicts["github"])
    assert [one.name for one in findings] == ["error", "warning", "warning"]
    shown = printable(told.text)
    if told.text.isascii():
        assert {one.properties["file"] for one in findings} == {shown}
        assert {one.message.partition("\n")[0] for one in findings} == {
            shown if len(shown) < 4000 else shown[:3999] + "…"
        }
    (error,) = commands(told.errors["github"])
    assert error.name == "error"


def test_no_log_holds_a_forged_command(told: Told) -> None:
    logs = [log for made in (told.verdicts, told.errors) for form, log in made.items() if form != "github"]
    logs += [gate_text(told.verdict, dict(told.plans), verbose=verbose, pushing=False) for verbose in (False, True)]
    logs += [check_text(told.verdict, verbose=verbose, strict=False) for verbose in (False, True)]
    assert [commands(log) for log in logs] == [[] for _ in logs]


@pytest.mark.parametrize("within", ["true", ""])
def test_a_record_that_is_shown_in_a_workflow_commands_nothing(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch, within: str
) -> None:
    record = "history/prompts/general/0001-x.green.prompt.md"
    adopted.here.write(record, phr(prompt="::add-mask::a\n\n  ::error::owned\n\nall ##[error]is well"))
    monkeypatch.setenv("GITHUB_ACTIONS", within)
    assert len(commands(adopted.done("phr", "show", "general/0001").out)) == (0 if within else 2)


def skeleton(text: str) -> list[str]:
    """What a Markdown page is made of, with all code left out."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return [*_parts(parser.parse(text))]


def _parts(tokens: list[Token]) -> Iterator[str]:
    within_code = False
    for token in tokens:
        if token.type == "html_inline" and token.content in ("<code>", "</code>"):
            within_code = token.content == "<code>"
            if within_code:
                yield "code"
        elif within_code:
            assert token.type in ("text", "text_special", "entity"), token
        elif token.type == "code_inline":
            yield "code"
        elif token.type == "fence":
            yield f"fence {token.info}"
        elif token.children is not None:
            yield from _parts(token.children)
        else:
            yield f"{token.type} {token.content} {token.attrs}"


@pytest.fixture(scope="module")
def plain() -> tuple[list[str], list[str]]:
    """The Markdown pages of a text that is only text."""
    made = told_of("plain")
    return skeleton(made.verdicts["markdown"]), skeleton(made.errors["markdown"])


def test_nothing_of_a_repository_shapes_a_markdown_page(told: Told, plain: tuple[list[str], list[str]]) -> None:
    text = told.verdicts["markdown"]
    assert (skeleton(text), skeleton(told.errors["markdown"])) == plain
    assert {unicodedata.category(letter) for letter in text if not letter.isprintable() and letter != "\n"} <= {"Zs"}
    assert not re.search(r"^\s*/\w", text, re.MULTILINE), "a quick action of GitLab"


@pytest.mark.parametrize("text", ["[x](y)", "<b>", "@octocat", "www.evil.example", "a\n\n# b", "`x` y"])
def test_a_skeleton_shows_what_is_not_code(text: str) -> None:
    assert skeleton(f"- {text}") != skeleton("- `plain`")


def as_file_name(text: str) -> str:
    """The nearest to a text that a file system takes for a name."""
    return text.replace("/", "∕").replace("\0", "\\0").encode("utf-8", "replace").decode()[:60] or "x"


def test_every_payload_at_once_through_the_program(adopted: Adopted) -> None:
    adopted.branch("work")
    files: dict[str, Any] = {}
    for number, payload in enumerate(PAYLOADS, 1):
        name, text = as_file_name(payload.text), payload.text[:5_000].encode("utf-8", "replace").decode()
        files[f"src/{number:03}/{name}"] = "1\n"
        files[f"{name}.{number}"] = "1\n"
        record = phr([f"src/{number}/{name}"], id=f"{number:04}", prompt=text, kind="fix")
        files[f"history/prompts/general/{number:04}-x.green.prompt.md"] = record.replace(
            "title: Rounding", f"title: {json.dumps(text)}\nstage: {json.dumps(text[:200])}"
        )
    adopted.write(files)
    ran = adopted.sdd("gate", *(f"--output={form}={adopted.folder / form}" for form in FORMAT_NAMES))
    assert (ran.status, ran.err) == (1, "")
    for form in FORMAT_NAMES:
        checked = adopted.sdd("check", "--format", form)
        assert (checked.status, checked.err) == (1, ""), form
        for command, text in (("gate", (adopted.folder / form).read_text()), ("check", checked.out)):
            forged = [
                one for one in commands(text) if form != "github" or one.name not in ("error", "warning", "notice")
            ]
            assert not forged
            if form == "sarif":
                assert len(sarif_of(text)["results"]) >= len(PAYLOADS)
            elif form == "junit":
                assert len(cases_of(text)) >= len(PAYLOADS)
            elif form in ("json", "gitlab"):
                assert json.loads(text)
            elif form == "github":
                assert len(commands(text)) == 21 or command == "check"
            elif form == "markdown":
                assert len(text.splitlines()) <= 40
                html = [part for part in skeleton(text) if part.startswith("html")]
                assert re.fullmatch(r"html_block <details><summary>\d+ findings</summary>\s* \{\}", html[0])
                assert html[1:] == ["html_block </details>\n {}"]
