"""One good repository: a target that has landed, and a change on top of it that the gate lets through.

The bad examples of the rules are edits of this change. `txtar` is the form they are written in: a line
`-- path --` starts a file, `-- path (note) --` says what to do with it:

    (edited)         lines with - are taken out, lines with + come in their place, or after the unmarked lines above
                     them, or at the end after neither
    (copy)           a copy of the file that the first line names, edited by the lines below it
    (deleted)        the file goes
    (bytes)          the content is in hexadecimal
    (N lines)        the content is repeated up to N lines
    (mode 100755)    the file gets another mode; 120000 is a symbolic link to its content
    (today DATE)     the judgement is made on another day; the path is left empty
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.scratch import Scratch
from tests.shared import copy_folder

TODAY = date(2026, 3, 2)
File = tuple[str, bytes]
"""(mode, content) of a file."""
_HEADER = re.compile(r"-- (?:(?P<path>[^()]*?) ?)(?:\((?P<note>[^()]*)\) )?--")

TARGET = {
    ".specify/memory/constitution.md": """\
# Shop Constitution

## Core Principles

### I. Amounts are decimals

No amount is ever a binary fraction.

### II. Small changes

A change is as small as it can be.

## Governance

The maintainers decide.

**Version**: 1.0.0 | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
""",
    ".specify/sdd.toml": "# The defaults hold.\n",
    "src/vat.py": "RATE = 19\n\n\ndef vat(net):\n    return net * RATE / 100\n",
    "tests/test_vat.py": "def test_vat():\n    assert True\n",
    "specs/001-vat/spec.md": """\
# Feature Specification: VAT

**Feature Branch**: `001-vat`
**Created**: 2026-01-01
**Status**: Draft

## User Scenarios & Testing

### User Story 1 - See the VAT (Priority: P1)

A buyer sees the VAT of what is in the basket.

1. **Given** a basket, **When** it is shown, **Then** the VAT is shown too.

## Requirements

- **FR-001**: The system MUST round amounts half up.

## Success Criteria

- **SC-001**: No invoice differs from the ledger.
""",
    "specs/001-vat/plan.md": """\
# Implementation Plan: VAT

## Summary

Decimals throughout.

## Constitution Check

- Amounts are decimals: yes.
""",
    "specs/001-vat/tasks.md": """\
# Tasks: VAT

## Phase 1: Build

- [ ] T001 [US1] Round half up in src/round.py (FR-001)
""",
    "history/adr/0001-use-decimals.md": """\
# ADR-0001: Use decimals

**Status**: Accepted

## Context

Money.

## Decision

Decimals.
""",
    "history/contracts/001-vat/0002-reverse-charge.contract.md": """\
---
id: "0002"
title: Reverse charge
kind: feature
feature: 001-vat
spec: specs/001-vat/spec.md
requirements: [FR-001]
scope:
  - "/lib/reverse/**"
status: open
---

## Success criteria

Invoices to businesses abroad carry no VAT.

## Constraints

- Amounts stay decimals.

## Non-goals

- No look-up of numbers.

## Acceptance checks

- [ ] `python -m pytest`

## Discovery

- 1:2:src/vat.py
""",
    "history/prompts/001-vat/0001-vat-rate.green.prompt.md": """\
---
id: "0001"
title: VAT rate
stage: green
date: 2026-02-01
surface: agent
feature: 001-vat
files:
  - src/vat.py
  - tests/test_vat.py
---

## Prompt

Add the VAT rate.

## Response snapshot

It is 19 percent now.
""",
}

CHANGE = {
    "src/round.py": "def round_half_up(amount):\n    return int(amount * 100 + 0.5) / 100\n",
    "history/contracts/001-vat/0003-rounding.contract.md": """\
---
id: "0003"
title: Rounding
kind: feature
feature: 001-vat
spec: specs/001-vat/spec.md
requirements: [FR-001]
tasks: [T001]
scope:
  - "/src/**"
status: done
---

## Success criteria

Amounts are rounded half up.

## Constraints

- Amounts stay decimals.

## Non-goals

- No other way of rounding.

## Acceptance checks

- [x] `python -m pytest`

## Discovery

- 1:2:src/vat.py

## Follow-ups

- Round other currencies.
""",
    "history/prompts/001-vat/0002-rounding.green.prompt.md": """\
---
id: "0002"
title: Rounding
stage: green
date: 2026-03-01
surface: agent
feature: 001-vat
links:
  spec: specs/001-vat/spec.md
  contract: history/contracts/001-vat/0003-rounding.contract.md
files:
  - src/round.py
  - specs/001-vat/
---

## Prompt

Round half up.

## Response snapshot

It does.
""",
}


@dataclass(frozen=True)
class Edit:
    """One file of a txtar text."""

    path: str
    note: str
    body: str


def read_txtar(text: str) -> Iterator[Edit]:
    """The edits of a bad example, in their order."""
    path = note = None
    body: list[str] = []
    for line in text.splitlines():
        header = _HEADER.fullmatch(line)
        if not header:
            body.append(line)
            continue
        if path is not None:
            yield Edit(path, note or "", "\n".join(body) + "\n" if body else "")
        path, note, body = header["path"] or "", header["note"], []
    if path is not None:
        yield Edit(path, note or "", "\n".join(body) + "\n" if body else "")


def edited_files(files: Mapping[str, File], text: str) -> tuple[dict[str, File], date]:
    """The files after the edits of a bad example, and the day on which they are to be judged."""
    today = TODAY
    changed = dict(files)
    for edit in read_txtar(text):
        mode, content = changed.get(edit.path, ("100644", b""))
        if edit.note.startswith("today "):
            today = date.fromisoformat(edit.note.removeprefix("today "))
        elif edit.note == "deleted":
            del changed[edit.path]
        elif edit.note == "copy":
            source, _, lines = edit.body.partition("\n")
            changed[edit.path] = (mode, edited(changed[source][1].decode(), lines).encode())
        elif edit.note == "edited":
            changed[edit.path] = (mode, edited(content.decode(), edit.body).encode())
        elif edit.note == "bytes":
            changed[edit.path] = (mode, bytes.fromhex(edit.body.strip()))
        elif edit.note.endswith(" lines"):
            changed[edit.path] = (mode, (edit.body * int(edit.note.removesuffix(" lines"))).encode())
        elif edit.note == "mode 120000":
            changed[edit.path] = ("120000", edit.body.strip().encode())
        elif edit.note.startswith("mode "):
            changed[edit.path] = (edit.note.removeprefix("mode "), content)
        else:
            changed[edit.path] = (mode, edit.body.encode())
    return changed, today


def edited(text: str, edit: str) -> str:
    """`text` with each run of `-` and unmarked lines replaced by its unmarked lines and the `+` lines that follow."""
    runs: list[tuple[list[str], list[str]]] = []
    before = "+"
    for line in edit.splitlines():
        assert line[:1] in {"-", "+", " "}, f"neither -, + nor a space: {line}"
        if not runs or (before == "+" and line[0] != "+"):
            runs.append(([], []))
        before = line[0]
        for sign, part in zip("-+", runs[-1], strict=True):
            part += [f"{line[1:]}\n"] if before in (sign, " ") else []
    for old, new in runs:
        assert "".join(old) in text, f"not in the file: {old}"
        text = text.replace("".join(old), "".join(new), 1) if old else text + "".join(new)
    return text


def good_repository(path: Path) -> Scratch:
    """The good repository: `main` is the target, branch `001-vat` holds the good change, uncommitted work is none."""
    copy_folder(_good_once().name, path)
    return Scratch.at(path)


@cache
def _good_once() -> TemporaryDirectory[str]:
    """The good repository that is copied."""
    folder = TemporaryDirectory(prefix="sdd-good-")
    repository = Scratch(Path(folder.name))
    repository.commit("target", dict(TARGET))
    repository.git("switch", "-q", "-c", "001-vat")
    repository.commit("change", dict(CHANGE))
    return folder
