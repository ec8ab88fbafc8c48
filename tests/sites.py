"""Reports over repositories made for the tests: one whose every record is hostile, one with many of all."""

import json
import random
import sqlite3
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.synth import write_repository
from sdd.gate.check.verdict import Finding, Waived
from sdd.gate.cover import Need
from sdd.gate.rules import Severity
from sdd.index.database import answer, index_path
from sdd.records.kinds.waiver import Waiver
from sdd.records.project import Reader
from sdd.render.html.folder import write_site
from sdd.render.html.site import site_files
from sdd.repo.objects import Repository
from sdd.report.changes import ChangeDetails, ReportedChange
from sdd.report.files import ReportedFile
from sdd.report.forge import Forge
from sdd.report.period import Period
from sdd.report.reading import Report, read_report
from sdd.report.subject import Subject
from tests.adopted import CONSTITUTION, FEATURE
from tests.good import good_repository
from tests.payloads import HTML, LARGE, MARKDOWN, PIPELINE, TABLES, TERMINAL, UNICODE
from tests.scratch import Scratch

TODAY = "2026-06-30"
# Pages cut a text that is half as long, but for prose.
_LONGEST = 5_000

EVER = Period()


def subject(
    *, period: Period = EVER, authors: bool = False, forge: Forge | None = None, commit: str | None = "a" * 40
) -> Subject:
    """What a report of the tests is about."""
    return Subject("Shop", commit, TODAY, period, authors, forge)


def report_of(repository: Path, about: Subject, changes: Sequence[ReportedChange] = ()) -> Report:
    """The report over a repository; its index stays open, for a report reads as it is asked."""
    with Repository.discover(repository) as opened:
        answer(opened, lambda index: None, lambda remark: None, history=True)
        index = sqlite3.connect(index_path(opened), isolation_level=None)
        return read_report(index, opened, Reader(opened.beginnings), about, changes)


def site_of(repository: Path, folder: Path, about: Subject, changes: Sequence[ReportedChange] = ()) -> Path:
    """The site over a repository, written to `folder`."""
    with Repository.discover(repository) as opened:

        def asked(index: object) -> None:
            report = read_report(index, opened, Reader(opened.beginnings), about, changes)  # type: ignore[arg-type]
            write_site(folder, site_files(index, report), {})  # type: ignore[arg-type]

        answer(opened, asked, lambda remark: None, history=True)
    return folder


_FINDING = Finding("src/a.py", 3, 1, "phr-empty", Severity.ERROR, "", "")


_WAIVER = Waiver(
    path="history/waivers/0001-a.md", id="0001", title="A", rules=(), paths=(), reason="It has to land.",
    approved_by="Grace", expires="2026-04-01",
)  # fmt: skip
_WAIVED = Waived(_FINDING, _WAIVER)


def some_changes(
    number: int = 60, features: Sequence[str] = (FEATURE,), title: str = "Round half up"
) -> list[ReportedChange]:
    """Changes of half a year, better kept from month to month, the newest first; always the same ones."""
    chance = random.Random(7)
    found = []
    for place in range(number):
        month = 1 + place * 6 // number
        kind = ("feature", "fix", "chore")[place % 3]
        asked = {"feature": ("spec", "contract", "phr"), "fix": ("contract", "phr"), "chore": ("phr",)}[kind]
        lacks = tuple(Need(need) for need in asked if chance.random() > 0.5 + 0.08 * month)
        found.append(
            ReportedChange(
                commit=f"{place:08x}{0:032x}",
                day=f"2026-{month:02d}-{1 + place % 28:02d}",
                title=f"{title} {place}",
                features=(features[place % len(features)],) if kind != "chore" else (),
                kind=kind,
                passed=not lacks,
                asked=frozenset(map(Need, asked)),
                missed=frozenset(map(Need, lacks)),
                files=1 + place % 7,
                lines=37 * (place % 11) if lacks else 0,
                rules=tuple(f"change-no-{need}" for need in lacks),
                excused=frozenset(map(Need, asked)) if place % 20 == 0 and not lacks else frozenset(),
                waived=(_WAIVED,) if place % 20 == 0 else (),
                authors=("Ada" if place % 2 else "Bo",),
                commits=((f"{place:08x}{0:032x}", f"{title} {place}"),),
                details=partial(
                    ChangeDetails,
                    (
                        ReportedFile(f"src/{title}-{place}.py", "M", lacks),
                        ReportedFile("src/new/", "R", moved_from="src/old/", many=12),
                        ReportedFile("docs/readme.md", "A", exempt="Markdown"),
                    ),
                    (_FINDING._replace(message=title),) if place % 30 == 1 else (),
                ),
            )
        )
    return found[::-1]


def hostile_repository(path: Path) -> Scratch:
    """A repository in which every field of every record is a payload, and so are file names.

    What is meant for pipelines and for spreadsheets is told together: it says nothing to a browser.
    """
    scratch = Scratch(path)
    texts = [payload.text for group in (HTML, MARKDOWN, TERMINAL, UNICODE, LARGE) for payload in group]
    texts += ["\n".join(payload.text for payload in group) for group in (PIPELINE, TABLES)]
    for place, text in enumerate(texts):
        for where, content in _records(place, text[:_LONGEST]).items():
            scratch.write(where, content.encode("utf-8", "surrogatepass"))
    scratch.commit("Hostile records")
    return scratch


# Path and text of a record; {line} is a payload on one line, {text} as it is, {quoted} as a string of YAML.
RECORDS = {
    CONSTITUTION: """\
# {line} Constitution

## Core Principles

### I. {line}

{text}

## Governance

All.

**Version**: {line} | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
""",
    "specs/{feature}/spec.md": """\
# Feature Specification: {line}

**Created**: {line}
**Status**: {line}
**Input**: {line}

## User Scenarios & Testing

### User Story 1 - {line} (Priority: P1)

{text}

## Requirements

- **FR-001**: {line}
- **FR-002**: [NEEDS CLARIFICATION: {line}]

## Success Criteria

- **SC-001**: {line}
""",
    "specs/{feature}/tasks.md": "# Tasks: {line}\n\n## Phase 1: {line}\n\n- [x] T001 [US1] {line} (FR-001)\n",
    "specs/{feature}/checklists/a.md": "# {line}\n\n- [ ] CHK001 {line}\n",
    "history/contracts/{feature}/{number}-x.contract.md": """\
---
id: "{number}"
title: {quoted}
kind: feature
feature: {quoted_feature}
agent: {quoted}
requirements: [FR-001]
tasks: [T001]
scope: [{quoted}]
status: open
---

## Success criteria

{text}

## Constraints

- {line}

## Non-goals

- {line}

## Acceptance checks

- [ ] {line}

## Follow-ups

- {line}
""",
    "history/prompts/{feature}/{number}-{name}.green.prompt.md": """\
---
id: "{number}"
title: {quoted}
stage: green
date: 2026-03-01
surface: {quoted}
model: {quoted}
feature: {quoted_feature}
branch: {quoted}
user: {quoted}
command: {quoted}
labels: [{quoted}]
links:
  contract: history/contracts/{feature}/{number}-x.contract.md
  pr: {quoted}
  ticket: {quoted}
files: [{quoted}]
tests: [{quoted}]
---

## Prompt

{text}

## Response snapshot

{text}
""",
    "history/adr/{number}-x.md": "# ADR-{number}: {line}\n\n**Status**: Accepted\n\n## Context\n\n{text}\n",
    ".claude/agents/{number}.md": """\
---
name: {quoted}
description: {quoted}
model: {quoted}
---

## Quality Checklist

- [ ] {line}
""",
    "history/waivers/{number}-x.md": """\
---
id: "{number}"
title: {quoted}
rules: [{quoted}]
paths: [{quoted}]
reason: {quoted}
approved_by: {quoted}
expires: 2026-05-01
---
""",
}


def _records(place: int, text: str) -> dict[str, str]:
    """Records that hold a payload wherever they can."""
    name = _file_name(text)
    feature = f"{place + 1:03d}-{name}"
    told = {
        "text": text,
        "line": " ".join(text.split()) or "x",
        "quoted": json.dumps(text),
        "name": name,
        "feature": feature,
        "quoted_feature": json.dumps(feature),
        "number": f"{place + 1:04d}",
    }
    return {path.format_map(told): record.format_map(told) for path, record in RECORDS.items()}


def _file_name(text: str) -> str:
    """As much of a payload as a file's name can hold."""
    kept = "".join(letter for letter in text[:40] if letter not in "/\0" and not "\ud800" <= letter <= "\udfff")
    return kept.strip(" .") or "x"


def good_project(path: Path) -> Scratch:
    """The sound project of the tests, its change landed, and with it what it has none of yet."""
    scratch = good_repository(path)
    scratch.git("switch", "-q", "main")
    scratch.git("merge", "-q", "--no-edit", "001-vat")
    scratch.commit("And the rest", dict(MORE))
    return scratch


MORE = {
    ".claude/agents/backend.md": "---\nname: backend\ndescription: Builds what nobody sees.\n---\n\n"
    "## Quality Checklist\n\n- [ ] Errors are handled\n- [ ] Tests were run\n",
    "specs/001-vat/checklists/requirements.md": "# Requirements\n\n- [x] CHK001 Clear\n- [ ] CHK002 Complete\n",
    "specs/002-export/spec.md": "# Feature Specification: Export\n\n## Requirements\n\n- **FR-001**: The system MUST "
    "export [NEEDS CLARIFICATION: in which form?]\n",
    "history/waivers/0001-old-totals.md": '---\nid: "0001"\nrules: [change-no-phr]\npaths: ["/src/old/**"]\n'
    "reason: Nobody remembers who asked.\napproved_by: Ada\nexpires: 2026-05-01\n---\n",
}


def many_repository(path: Path) -> Path:
    """A repository with more rows of each list than a page holds."""
    write_repository(path, features=34, phrs=520)
    subprocess.run(["git", "-C", path, "reset", "-q", "--hard"], check=True)
    return path
