"""PHRs under the names, headings and keys that people use are read, and what contradicts itself is still told."""

import pytest

from sdd.gate.rules.history import altered
from sdd.gate.rules.phr import phr_empty
from sdd.records.kinds.phr import Phr, parse
from tests.adopted import rules_of, sdd
from tests.scratch import Scratch

HEAD = {"id": '"0001"', "title": "Links", "stage": "misc", "date": "2026-01-02"}
PROMPT = "Remove the link."
RESPONSE = "It is gone."


def text(prompt: str = "## Prompt", response: str = "## Response snapshot", **keys: str) -> str:
    head = "".join(f"{key}: {value}\n" for key, value in (HEAD | keys).items() if value)
    return f"---\n{head}---\n\n{prompt}\n\n{PROMPT}\n\n{response}\n\n{RESPONSE}\n"


def read(content: str) -> Phr:
    return parse("history/prompts/general/0001-a.misc.prompt.md", content.encode(), "")


@pytest.mark.parametrize(
    "heading",
    [
        "Prompt", "Original Request", "Original Prompt Text", "User Command", "User Intent", "User Query", "Request",
        "Initial Prompt", "Full Prompt (verbatim)", "1. User Message:",
    ],
)  # fmt: skip
def test_a_prompt_is_read_below_the_heading_that_people_give_it(heading: str) -> None:
    phr = read(text(prompt=f"## {heading}"))
    assert (phr.prompt, phr.response) == (PROMPT, RESPONSE)


@pytest.mark.parametrize("written", ["`$ARGUMENTS`", "> $ARGUMENTS", "```text\n$ARGUMENTS\n```"])
def test_a_prompt_that_is_the_commands_own_placeholder_is_not_called_empty(written: str) -> None:
    (found,) = phr_empty.function(read(text().replace(PROMPT, written)))
    assert found.message == "the prompt is only the template's $ARGUMENTS"


@pytest.mark.parametrize(
    "heading",
    ["Response", "Change Made", "Changes Made", "Result", "Output", "Key Accomplishments", "Implementation Summary"],
)
def test_a_response_is_read_below_the_heading_that_people_give_it(heading: str) -> None:
    phr = read(text(response=f"## {heading}"))
    assert (phr.prompt, phr.response) == (PROMPT, RESPONSE)


def test_a_heading_of_prompt_or_response_is_not_taken_for_the_section() -> None:
    """Where the usual titles are there, the others are parts of what was said."""
    phr = read(f"{text()}\n## Summary\n\nAll of it.\n".replace(PROMPT, f"Write a page.\n\n## Result\n\n{PROMPT}"))
    assert phr.prompt == f"Write a page.\n\n## Result\n\n{PROMPT}"
    assert phr.response == RESPONSE


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("created_at", "2026-01-02"), ("timestamp", "2026-01-02T10:00:00Z"), ("date", "2026/01/02"),
        ("date", "2026/1/2"), ("date", '"January 2, 2026"'), ("date", "2 Jan 2026"), ("date", '"Jan. 2nd, 2026"'),
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(key: str, value: str) -> None:
    assert read(text(**({"date": ""} | {key: value}))).date == "2026-01-02"


@pytest.mark.parametrize("value", ["2026/13/02", "Foo 2, 2026", "February 30, 2026", "02-01-2026", "2026"])
def test_what_is_no_day_is_no_date(value: str) -> None:
    assert read(text(date=f'"{value}"')).date is None


def test_the_title_may_be_called_name() -> None:
    assert read(text(title="", name="Links")).title == "Links"
    assert read(text(name="Other")).title == "Links"


@pytest.mark.parametrize("key", ["files_changed", "files_touched", "changed_files", "modified_files"])
def test_files_are_read_under_the_keys_that_people_use(key: str) -> None:
    assert [entry.path for entry in read(text(**{key: "[src/a.py]"})).files] == ["src/a.py"]


def test_a_response_that_begins_with_a_heading_goes_to_its_end() -> None:
    begun = "# Implementation Plan: Pages\n\n## Summary\n\nIt was planned.\n"
    phr = read(f"{text('# Prompt', '# Response')}".replace(f"\n\n{RESPONSE}\n", f"\n{begun}"))
    assert phr.response == begun.strip()
    ended = read(f"{text('# Prompt', '# Response')}".replace(f"\n\n{RESPONSE}\n", f"\n{begun}\n## Outcome\n\n- x\n"))
    assert ended.response == begun.strip()


@pytest.mark.parametrize("after", ["## Outcome\n\n- Impact: none\n", "## Evaluation notes\n\nx\n", ""])
def test_an_empty_response_stays_empty(after: str) -> None:
    assert read(text().replace(f"\n\n{RESPONSE}\n", f"\n\n{after}")).response is None


@pytest.mark.parametrize(
    ("place", "added", "is_rewriting"),
    [
        ("## Prompt", "Not so.", True),
        ("## Prompt", "## Outcome\n\n- Impact: none", True),
        ("", "## Notes\n\n- Another word", True),
        ("", "## Outcome\n\n- Impact: none\n\n### Notes\n\n- A word", False),
        ("", "## Outcome\n\n- Impact: none\n\n### Response\n\nIt is there.", True),
        ("", "## Execution contract\n\n### Scope\n\n- `/src/**`\n\n### Response\n\nIt is there.", True),
        ("", "## Response\n\nIt is there.", True),
    ],
)
def test_only_what_may_follow_is_added_to_what_was_said(place: str, added: str, is_rewriting: bool) -> None:
    landed = text()
    after = read(landed.replace(place, f"{added}\n\n{place}") if place else f"{landed}\n{added}\n")
    assert bool(altered(read(landed), after)) is is_rewriting
    assert added in (after.other_sections or "") or "contract" in added


@pytest.mark.parametrize(
    ("name", "stage", "severity"),
    [
        ("1-a.misc.prompt.md", "misc", None),
        ("11-a.misc.prompt.md", "misc", None),
        ("4-a.clarify.prompt.md", "clarify", None),
        ("4-a.clarify.prompt.md", "spec", None),
        ("004-a.implement.prompt.md", "green", None),
        ("0001-a.Misc.prompt.md", "misc", None),
        ("1-a.general.prompt.md", "spec", None),
        ("1-a.constitution.prompt.md", "spec", "error"),
        ("01-a.prompt.md", "misc", "warning"),
        ("1-a.red.prompt.md", "misc", "error"),
        ("a.misc.prompt.md", "misc", "error"),
        ("PHR-0001-a.md", "misc", "error"),
    ],
)
def test_a_name_is_a_fault_where_it_says_too_little_or_something_else(
    scratch: Scratch, name: str, stage: str, severity: str | None
) -> None:
    scratch.commit("records", {f"history/prompts/general/{name}": text(id="", stage=stage)})
    document = sdd(scratch.path, "check", "--json").document
    told = [level for level in ("error", "warning") if "phr-bad-name" in rules_of(document, level)]
    assert told == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("name", "content", "is_note"),
    [
        ("PHR-001-notes.md", "# Notes\n\n**Date**: 2026-01-02\n\n## Problem\n\nIt broke.\n", True),
        ("001-notes.prompt.md", "# Notes\n\n## Problem\n\nIt broke.\n", False),
        ("PHR-001-notes.md", "# Notes\n\n## Prompt\n\nMend it.\n", False),
        ("PHR-001-notes.md", "# Notes\n\n**Stage**: green\n", False),
    ],
)
def test_a_note_among_the_phrs_is_one_warning(scratch: Scratch, name: str, content: str, is_note: bool) -> None:
    scratch.commit("records", {f"history/prompts/{name}": content})
    document = sdd(scratch.path, "check", "--json").document
    assert ("phr-unreadable" in rules_of(document)) != is_note
    if is_note:
        assert (rules_of(document), rules_of(document, "warning")) == (set(), {"phr-unreadable"})
