"""PHRs, contracts, waivers and decision records: what a reader gets out of them, and where."""

import pytest

from sdd.records.kinds import adr, contract, phr, waiver
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.file_entries import path_of
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.record import ChangeKind

PHR = """---
id: 0010
title: Round VAT half up
stage: Implement
date: 2026-02-30
surface: agent
feature: none
labels: [vat, "rounding"]
links:
  spec: specs/001-vat/spec.md
  adr: null
files:
  - ./src/vat.py (new)
  - "`docs/my file (1).md` - added"
tests:
  - npm test: passed
kind: fix
---

## Prompt

Round half up.

```text
## Response snapshot
```

## Response snapshot

Done.

## Outcome

- ✅ Impact: VAT is right
- 🔁 Next prompts: round the totals too
  - and the fees
- 🧠 Reflection: none

## Execution contract

### Success criteria

VAT is rounded half up.

### Acceptance checks

- [x] `pytest tests/test_vat.py` passes
- [ ] looked at by hand
"""
PATH = "history/prompts/001-vat/0010-round.green.prompt.md"


def read(text: str, path: str = PATH) -> phr.Phr:
    return phr.parse(path, text.encode(), "")


def test_a_phr_is_read_whole() -> None:
    found = read(PHR)
    assert (found.id, found.number, found.folder) == ("0010", 10, "001-vat")
    assert (found.stage, found.stage_written) == (Stage.GREEN, "Implement")
    assert (found.date, found.date_written) == (None, "2026-02-30")
    assert found.feature is None
    assert found.labels == ("vat", "rounding")
    assert found.links == (("spec", "specs/001-vat/spec.md"),)
    assert [(entry.path, entry.line) for entry in found.files] == [("src/vat.py", 13), ("docs/my file (1).md", 14)]
    assert found.files[0].written == "./src/vat.py (new)"
    assert found.tests == ("npm test: passed",)
    assert found.kind is ChangeKind.FIX
    assert found.prompt == "Round half up.\n\n```text\n## Response snapshot\n```"
    assert found.response == "Done."
    assert [item.text for item in found.follow_ups] == ["round the totals too", "and the fees"]
    assert not found.problems
    assert not found.placeholders
    assert (found.at("title"), found.at("prompt"), found.at("response")) == (3, 20, 28)


def test_the_contract_within_a_phr_takes_what_it_lacks_from_the_phr() -> None:
    found = read(PHR).contract
    assert found
    assert found.embedded
    assert (found.path, found.line, found.status, found.kind) == (PATH, 39, ContractStatus.DONE, ChangeKind.FIX)
    assert [item.text for item in found.scope] == ["src/vat.py", "docs/my file (1).md"]
    assert found.criteria == "VAT is rounded half up."
    assert [(check.command, check.done) for check in found.checks] == [
        ("pytest tests/test_vat.py", True),
        (None, False),
    ]
    scoped = read(PHR.replace("### Success", "### Scope\n\n- `/src/**`\n\n### Success")).contract
    assert scoped
    assert [item.text for item in scoped.scope] == ["/src/**"]


@pytest.mark.parametrize(
    ("written", "stage"),
    [
        ("impl", "green"),
        ("IMPLEMENT", "green"),
        ("clarify", "spec"),
        ("specify", "spec"),
        ("analyze", "tasks"),
        ("fix", "red"),
        ("Debug", "red"),
        ("architect", "plan"),
        ("misc", "misc"),
        ("general", "general"),
    ],
)
def test_stages_have_aliases(written: str, stage: str) -> None:
    assert read(f"---\nstage: {written}\n---\n").stage == stage


@pytest.mark.parametrize("written", ["phase4", "misc (redesign)", "greenish"])
def test_other_stages_are_none(written: str) -> None:
    assert read(f"---\nstage: {written}\n---\n").stage is None


@pytest.mark.parametrize(
    ("path", "number", "stage", "folder"),
    [
        ("history/prompts/general/0007-a-b.misc.prompt.md", 7, "misc", "general"),
        ("history/prompts/general/7-a.prompt.md", 7, None, "general"),
        ("history/prompts/x/PHR-0005-a.green.prompt.md", 5, "green", "x"),
        ("history/prompts/phase-1/002-x/0011-a.red.prompt.md", 11, "red", "phase-1/002-x"),
        ("specs/001-x/prompts/004-a.tasks.prompt.md", 4, "tasks", "001-x"),
        ("specs/001-x/history/prompts/general/004-a.tasks.prompt.md", 4, "tasks", "general"),
        ("history/prompts/general/notes.md", None, None, "general"),
        ("history/prompts/1-a.spec.prompt.md", 1, "spec", ""),
    ],
)
def test_the_file_name_tells_number_stage_and_folder(
    path: str, number: int | None, stage: str | None, folder: str
) -> None:
    found = read("---\ntitle: x\n---\n", path)
    assert (found.number, found.stage_written, found.folder) == (number, stage, folder)


def test_template_tokens_in_a_prompt_count_only_where_they_are_all_there_is() -> None:
    head = "---\ntitle: {{TITLE}}\nuser: '[YOUR NAME]'\nlabels: [vat, '{{LABEL}}']\n---\n\n"
    text = head + "## Prompt\n\n{}\n\n## Response snapshot\n\nReplace {{TITLE}} please.\n"
    assert [item.text for item in read(text.replace("{}", "{{PROMPT_TEXT}}")).placeholders] == [
        "{{TITLE}}",
        "[YOUR NAME]",
        "{{LABEL}}",
        "{{PROMPT_TEXT}}",
    ]
    assert not read("---\ntitle: x\n---\n\n## Prompt\n\nSay {{TITLE}} and [THE NAME].\n").placeholders


def test_what_was_said_in_the_front_matter_is_a_template_where_it_is_a_token() -> None:
    text = '---\nbranch: 001-vat\nprompt_text: "{}"\nresponse_text: "[WHAT WAS DONE]"\n---\n'
    unfilled = read(text.replace("{}", "{{PROMPT_TEXT}}"))
    assert [(item.text, item.line) for item in unfilled.placeholders] == [
        ("{{PROMPT_TEXT}}", 3),
        ("[WHAT WAS DONE]", 4),
    ]
    filled = read(text.replace("{}", "Round half up.").replace("[WHAT WAS DONE]", "Done."))
    assert (filled.prompt, filled.response, filled.branch) == ("Round half up.", "Done.", "001-vat")
    assert not filled.placeholders


def test_what_was_said_may_be_one_mapping() -> None:
    found = read("---\nprompts:\n  user: Round half up.\n  assistant: Done.\n---\n")
    assert (found.prompt, found.response) == ("Round half up.", "Done.")


def test_next_prompts_in_a_section_of_their_own_are_follow_ups() -> None:
    found = read("---\ntitle: x\n---\n\n## Next Prompts\n\n- Round the totals too.\n- None\n")
    assert [(item.text, item.line) for item in found.follow_ups] == [("Round the totals too.", 7)]


@pytest.mark.parametrize("key", ["ID", "PHR ID", "Number"])
def test_the_id_is_known_by_several_names(key: str) -> None:
    assert read(f"# PHR\n\n**{key}**: 0003\n**Stage**: plan\n").id == "0003"


def test_bold_lines_stand_in_for_front_matter() -> None:
    found = read(
        "# PHR\n\n**ID**: 0003\n**Title:** A title\n**Stage**: plan\n**Date**: 2026-01-02\n\n## User Prompt\n\nHello\n"
    )
    assert (found.id, found.title, found.stage, found.date, found.prompt) == (
        "0003",
        "A title",
        "plan",
        "2026-01-02",
        "Hello",
    )
    assert "no front matter" in found.problems[0].message


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("`src/a.py`", "src/a.py"),
        ("./src/a.py", "src/a.py"),
        ("src/a.py (new)", "src/a.py"),
        ("src/a.py - added", "src/a.py"),
        ("src/a.py — updated", "src/a.py"),
        ("src/a.py – x (y)", "src/a.py"),
        ("`a b (c).md` (new)", "a b (c).md"),
        ("app/(auth)/page.tsx", "app/(auth)/page.tsx"),
        ("src/", "src/"),
        ("D:\\x\\y.py", "D:\\x\\y.py"),
        ("/abs/x.py", "/abs/x.py"),
        ("docs/my file.md", "docs/my file.md"),
        ("All files that use it", None),
        ("src/a.py: added a test", "src/a.py"),
        ("[src/a.py](src/a.py)", "src/a.py"),
        ("[`XML.md`](docs/XML.md)", "XML.md"),
        ("**src/a.py** (x)", "src/a.py"),
        ("new: src/a.py", "src/a.py"),
        ("Makefile", "Makefile"),
        ("src/a.py # why", "src/a.py"),
        ("src/*.py", "src/*.py"),
        ("src/a.py [x]", "src/a.py"),
        ("a/b.py,", "a/b.py"),
    ],
)
def test_the_path_is_taken_and_the_note_kept(written: str, path: str | None) -> None:
    assert path_of(written) == path


CONTRACT = """---
id: 0003
title: Export as CSV
kind: feature
surface: backend
agent: backend-engineer
feature: 042-csv
spec: specs/042-csv/spec.md
requirements: [FR-001, FR-002a]
tasks: [T004]
scope:
  - "/src/export/**"
status: Open
---

## Success criteria

The export holds every row.

## Constraints

- No new dependency

## Non-goals

- Excel

## Acceptance checks

- [ ] `pytest tests/test_export.py`

## Discovery

- 1:3:.specify/memory/constitution.md
- `10:2:src/a.py` wrong order
- nowhere

## Follow-ups

- none

**Validation**: by schema
"""


def test_a_contract_is_read_whole() -> None:
    found = contract.parse("history/contracts/042-csv/0003-export.contract.md", CONTRACT.encode(), "")
    assert (found.id, found.kind, found.agent, found.status) == (
        "0003",
        ChangeKind.FEATURE,
        "backend-engineer",
        ContractStatus.OPEN,
    )
    assert [(item.text, item.line) for item in found.scope] == [("/src/export/**", 12)]
    assert [item.text for item in found.requirements] == ["FR-001", "FR-002a"]
    assert found.criteria == "The export holds every row."
    assert [(item.start, item.end, item.path) for item in found.discovery] == [
        (1, 3, ".specify/memory/constitution.md"),
        (0, 2, "src/a.py"),
        (0, 0, ""),
    ]
    assert found.follow_ups == ()
    assert "Validation" in [part.title for part in found.sections]
    assert found.at("criteria") == 16
    assert not found.problems


def test_a_waiver_is_read_with_its_lines() -> None:
    head = "---\nrules: [change-no-test]\npaths:\n  - src/a/**\napproved_by: Ada\nexpires: 2026-03-01\n---\n"
    text = head + "\n## Reason\n\nLegacy.\n"
    found = waiver.parse("history/waivers/0001-x.md", text.encode(), "")
    assert (found.id, found.reason, found.approved_by, found.expires) == ("0001", "Legacy.", "Ada", "2026-03-01")
    assert [(item.text, item.line) for item in (*found.rules, *found.paths)] == [("change-no-test", 2), ("src/a/**", 4)]


@pytest.mark.parametrize(
    "text",
    [
        "**Status**: ✅ Accepted",
        "## Status\n\nAccepted",
        "- **Status:** accepted",
        "---\nstatus: Accepted\n---\n",
        "---\nstatus:\n---\n\n# ADR-1: x\n\n**Status**: Accepted\n",
        "- Status: Accepted (2026)",
    ],
)
def test_a_decision_has_its_status_wherever_it_stands(text: str) -> None:
    document = text if text.startswith("---") else f"# ADR-1: x\n\n{text}\n\n## Context\n"
    found = adr.parse("history/adr/ADR-0004-x.md", document.encode(), "")
    assert (found.status, found.id) == ("Accepted", "0004")
