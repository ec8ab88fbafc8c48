"""The texts of a synthetic repository: features, contracts, PHRs and code, all of them sound, out of one seed."""

import random
from typing import NamedTuple

VOCABULARY = (
    "account archive balance basket buyer catalogue channel customer delivery discount feed filter folder invoice "
    "journal ledger letter market message notice order parcel payment period price queue refund route schedule shelf "
    "stock store ticket total transfer voucher warehouse window"
).split()
STAGES = ("spec", "plan", "tasks", "red", "green", "refactor", "explainer", "misc")
STORIES, REQUIREMENTS, TASKS = 3, 15, 30

CONSTITUTION = """\
# Synthetic Constitution

## Core Principles

### I. Tests Come First

A test MUST fail before the code that it asks for is written.

### II. One Thing At A Time

A change SHOULD do one thing.

## Governance

Whoever amends this document records why.

**Version**: 1.0.0 | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
"""


class Prose:
    """Seeded sentences out of a fixed stock: making every one anew would take longer than git takes to store them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._short = [self._sentence(self.random.randint(5, 10)) for _ in range(300)]
        self._long = [self._sentence(self.random.randint(12, 80)) for _ in range(700)]

    def _sentence(self, length: int) -> str:
        return " ".join(self.random.choices(VOCABULARY, k=length)).capitalize() + "."

    def line(self) -> str:
        """One short sentence."""
        return self.random.choice(self._short)

    def paragraphs(self, fewest: int, most: int) -> str:
        """Between `fewest` and `most` paragraphs."""
        return "\n\n".join(self.random.choices(self._long, k=self.random.randint(fewest, most)))

    def slug(self, words: int) -> str:
        """Some words, fit for a file name."""
        return "-".join(self.random.choices(VOCABULARY, k=words))


class Work(NamedTuple):
    """One request and what came of it: a PHR, its contract, and the module that it writes."""

    serial: int
    feature: str
    slug: str
    stage: str
    task: int

    @property
    def source(self) -> str:
        """The path of the code."""
        return f"src/{self.feature}/part{self.task}.py"

    @property
    def contract(self) -> str:
        """The path of the execution contract."""
        return f"history/contracts/{self.feature}/{self.serial:04d}-{self.slug}.contract.md"

    @property
    def phr(self) -> str:
        """The path of the PHR."""
        return f"history/prompts/{self.feature}/{self.serial:04d}-{self.slug}.{self.stage}.prompt.md"

    @property
    def requirement(self) -> str:
        """The requirement that the work serves."""
        return f"FR-{self.task % REQUIREMENTS + 1:03d}"


def spec_text(name: str, prose: Prose) -> str:
    """A feature's spec.md."""
    stories = "\n\n".join(
        f"### User Story {number} - {prose.line()} (Priority: P{number})\n\n{prose.paragraphs(1, 1)}\n\n"
        f"**Acceptance Scenarios**:\n\n1. **Given** {prose.line()} **When** {prose.line()} **Then** {prose.line()}"
        for number in range(1, STORIES + 1)
    )
    requirements = "\n".join(
        f"- **FR-{number:03d}**: The shop MUST {prose.line()}" for number in range(1, REQUIREMENTS + 1)
    )
    return f"""\
# Feature Specification: {name}

**Feature Branch**: `{name}`
**Created**: 2026-01-01
**Status**: Draft

## User Scenarios & Testing *(mandatory)*

{stories}

## Requirements *(mandatory)*

### Functional Requirements

{requirements}

## Success Criteria *(mandatory)*

- **SC-001**: {prose.line()}
"""


def plan_text(name: str, prose: Prose) -> str:
    """A feature's plan.md."""
    return f"""\
# Implementation Plan: {name}

## Summary

{prose.paragraphs(2, 2)}

## Technical Context

**Language/Version**: Python 3.11

## Constitution Check

- [x] Tests Come First
- [x] One Thing At A Time
"""


def tasks_text(name: str, prose: Prose) -> str:
    """A feature's tasks.md, every task open: none then claims a file that this history may never write."""
    tasks = "\n".join(
        f"- [ ] T{number:03d} {'[P] ' if number % 3 == 0 else ''}[US{number % STORIES + 1}] {prose.line()} "
        f"in src/{name}/part{number}.py (FR-{number % REQUIREMENTS + 1:03d})"
        for number in range(1, TASKS + 1)
    )
    return f"# Tasks: {name}\n\n## Phase 1: All of it\n\n{tasks}\n"


def contract_text(work: Work, prose: Prose) -> str:
    """An execution contract that is done and keeps every rule."""
    return f"""\
---
id: "{work.serial:04d}"
title: {work.slug}
kind: feature
surface: backend
feature: {work.feature}
spec: specs/{work.feature}/spec.md
requirements: [{work.requirement}]
tasks: [T{work.task:03d}]
scope:
  - "/src/{work.feature}/**"
status: done
---

## Success criteria

The function of request {work.serial} returns its own number.

## Constraints

- {prose.line()}

## Non-goals

- {prose.line()}

## Acceptance checks

- [x] `python -m compileall {work.source}`

## Discovery

- 1:7:.specify/memory/constitution.md

## Follow-ups

- {prose.line()}
"""


def phr_text(work: Work, prose: Prose) -> str:
    """A PHR that names the work's file; its prompt holds a fenced block with what looks like a heading."""
    month, day = prose.random.randint(1, 3), prose.random.randint(1, 28)
    return f"""\
---
id: "{work.serial:04d}"
title: {work.slug.replace("-", " ")}
stage: {work.stage}
date: 2026-{month:02d}-{day:02d}
surface: agent
model: a-model
feature: {work.feature}
branch: {work.feature}
user: ada
command: /sp.implement
labels: ["{prose.slug(1)}", "{prose.slug(1)}"]
links:
  spec: specs/{work.feature}/spec.md
  contract: {work.contract}
files:
  - {work.source}
tests:
  - python -m compileall {work.source}
---

## Prompt

Request {work.serial}. {prose.paragraphs(1, 5)}

```text
## Not a heading
{prose.line()}
```

## Response snapshot

Done as request {work.serial} asks. {prose.paragraphs(1, 4)}

## Outcome

- Impact: {prose.line()}
- Tests: {prose.line()}
- Files: {work.source}
- Next prompts: {prose.line()}
- Reflection: {prose.line()}
"""


def source_text(work: Work, prose: Prose) -> str:
    """The module that the work writes, or writes anew."""
    return f'def part{work.serial}() -> int:\n    """{prose.line()}"""\n    return {work.serial}\n'


def files_of(work: Work, prose: Prose) -> dict[str, str]:
    """What one request leaves behind: path -> text."""
    return {
        work.source: source_text(work, prose),
        work.contract: contract_text(work, prose),
        work.phr: phr_text(work, prose),
    }
