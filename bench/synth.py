"""Writes synthetic repositories of any size: one commit for each PHR with its contract and code, and for each spec.

    python -m bench.synth FOLDER --features 200 --phrs 10000 --seed 1

The same arguments give the same commit ids on every machine: chance comes from the seed, and time from a counter. The
last commits are sound changes, fit to be judged as a push (`sdd gate --base HEAD~20`).
"""

import argparse
import random
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

VOCABULARY = (
    "account archive balance basket buyer catalogue channel customer delivery discount feed filter folder invoice "
    "journal ledger letter market message notice order parcel payment period price queue refund route schedule shelf "
    "stock store ticket total transfer voucher warehouse window"
).split()
STAGES = ("spec", "plan", "tasks", "red", "green", "refactor", "explainer", "misc")
STORIES, REQUIREMENTS, TASKS = 3, 15, 30
AT_ONCE = 4
"""Features that are worked on at the same time."""
FIRST_COMMIT, SECONDS_APART = 1_767_225_600, 600

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


class History:
    """One branch of a new repository, written through `git fast-import`. Use it as a context manager."""

    def __init__(self, path: Path, branch: str = "main") -> None:
        path.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "init", "-q", "-b", branch, path], check=True)
        # No text is stored as its difference to another: so it is read as fast as from a repository that git gc packed.
        command = ("git", "-c", "core.compression=1", "-C", path, "fast-import", "--quiet", "--big-file-threshold=64")
        self._importer = subprocess.Popen(command, stdin=subprocess.PIPE)
        assert self._importer.stdin
        self._stream: IO[bytes] = self._importer.stdin
        self._branch = branch
        self._commits = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
        if self._importer.wait() and not error:
            raise RuntimeError(f"git fast-import ended with status {self._importer.returncode}")

    def commit(self, message: str, files: Mapping[str, str]) -> None:
        """Adds one commit on top of the last one that adds or replaces `files` (path -> text)."""
        when = FIRST_COMMIT + self._commits * SECONDS_APART
        self._stream.write(f"commit refs/heads/{self._branch}\ncommitter Ada <ada@example.com> {when} +0000\n".encode())
        self._data(message)
        for path, text in files.items():
            self._stream.write(f"M 100644 inline {path}\n".encode())
            self._data(text)
        self._commits += 1

    def _data(self, text: str) -> None:
        content = text.encode()
        self._stream.write(b"data %d\n%b\n" % (len(content), content))


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


def write_repository(path: Path, features: int, phrs: int, seed: int = 1) -> None:
    """Writes a new repository at `path`: `phrs` commits, each with one PHR, and before the first ones of each of the
    `features` a commit with its spec. A team works on few features at once.

    Nothing is checked out: the commits are what sdd judges. Raises CalledProcessError or RuntimeError where git fails.
    """
    prose = Prose(seed)
    with History(path) as history:
        history.commit("chore: constitution", {".specify/memory/constitution.md": CONSTITUTION})
        names: list[str] = []
        for serial in range(1, phrs + 1):
            while len(names) * phrs < serial * features:
                names.append(name := f"{len(names) + 1:03d}-{prose.slug(2)}")
                texts = {"spec.md": spec_text, "plan.md": plan_text, "tasks.md": tasks_text}
                files = {f"specs/{name}/{file}": text(name, prose) for file, text in texts.items()}
                history.commit(f"spec: {name}", files)
            work = Work(
                serial,
                feature=prose.random.choice(names[-AT_ONCE:]),
                slug=prose.slug(3),
                stage=prose.random.choice(STAGES),
                task=prose.random.randint(1, TASKS),
            )
            history.commit(f"feat({work.feature}): {work.slug}", files_of(work, prose))
    # As git gc and a clone leave it, one pack; what fast-import has compared is not compared again.
    subprocess.run(["git", "-C", path, "repack", "-a", "-d", "-q", "--window=0"], check=True)


def add_request(path: Path) -> None:
    """Commits one more PHR with its contract and code in a repository of this module's that is checked out."""
    number = int(
        subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=path, check=True, capture_output=True).stdout
    )
    prose = Prose(number)
    feature = sorted(entry.name for entry in (path / "specs").iterdir())[0]
    work = Work(number, feature, prose.slug(3), prose.random.choice(STAGES), prose.random.randint(1, TASKS))
    files = files_of(work, prose)
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    subprocess.run(["git", "add", "--", *files], cwd=path, check=True)
    subprocess.run(["git", "commit", "-q", "-m", f"feat({work.feature}): {work.slug}"], cwd=path, check=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write a synthetic repository.")
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--features", type=int, default=20)
    parser.add_argument("--phrs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.folder.exists():
        parser.error(f"{arguments.folder} exists")
    write_repository(arguments.folder, arguments.features, arguments.phrs, arguments.seed)


if __name__ == "__main__":
    main()
