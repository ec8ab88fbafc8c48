"""Variants of the good change: commits of one repository, written as objects without a process and judged in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple, Self

from sdd.gate.check.change import judge
from sdd.gate.check.tree import check_tree
from sdd.gate.check.verdict import Verdict
from sdd.gate.target import target_of_revision
from sdd.repo.objects import Repository
from tests.good import CHANGE, TARGET, File, edited_files, good_repository
from tests.written import Written

_WAIVER = """\
---
id: "0001"
title: Old rates
rules: [phr-vague-files]
paths: ["/lib/**"]
reason: The rates move to a table of their own next week.
approved_by: Ada
expires: 2026-03-31
---
"""
_AGENT = """\
---
name: rounder
---

## Output format

- **Precision**: how many digits are kept

## Quality checklist

- [ ] No binary fractions

## Error taxonomy

- **E1 Not a number**: the amount cannot be read
"""
_ANSWERS = """
## Precision

Two digits.

## Checklist

- [x] No binary fractions

## Error taxonomy

| Code | Used |
|------|------|
| E1 Not a number | not applicable |
"""
_DECIDED = "history/prompts/constitution/0002-decided.constitution.prompt.md"
_CONTRACT = "history/contracts/001-vat/0003-rounding.contract.md"
# The examples of the rules also need a waiver, a contract that answers to an agent, and a decision.
_LANDED = TARGET | {"history/waivers/0001-old-rates.md": _WAIVER, ".claude/agents/rounder.md": _AGENT}
_DECISION = """\
---
id: "0002"
title: Decided
stage: constitution
date: 2026-03-01
surface: agent
files:
  - history/adr/0001-use-decimals.md
---

## Prompt

Decide how we work.

## Response snapshot

It is decided.
"""
_PHR = "history/prompts/001-vat/0002-rounding.green.prompt.md"
_WORK = CHANGE | {
    _DECIDED: _DECISION,
    _PHR: CHANGE[_PHR].replace("  - src/round.py\n", "  - .specify/memory/constitution.md\n  - src/round.py\n"),
    _CONTRACT: CHANGE[_CONTRACT].replace("\nkind:", "\nagent: rounder\nkind:") + _ANSWERS,
}


class Variant(NamedTuple):
    """A commit on top of a target: what it holds, and the day on which it is judged."""

    files: Mapping[str, File]
    target: str
    tip: str
    today: date

    def lines(self, path: str) -> list[str]:
        """The lines of a file."""
        return self.files[path][1].decode(errors="replace").splitlines()


class Variants:
    """The good repository, open for a whole module of tests."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._written = Written(repository.common_dir / "objects")

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator[Self]:
        """A new good repository at a path."""
        good_repository(path)
        with Repository.discover(path) as repository:
            yield cls(repository)

    def of(self, edits: str = "", *, landed: Mapping[str, str] | None = None) -> Variant:
        """The good change with the edits of a bad example in one more commit. `landed` replaces files of its target."""
        before = _files(_LANDED | dict(landed or {}))
        target = self._written.commit(before)
        change = self._written.commit(before | _files(_WORK), target)
        files, today = edited_files(before | _files(_WORK), edits)
        return Variant(files, target, self._written.commit(files, change), today)

    def gate(self, variant: Variant) -> Verdict:
        """The verdict over a variant as a change of its target."""
        target = target_of_revision(self._repository, variant.target, variant.tip)
        return judge(self._repository, [target], variant.today)

    def check(self, variant: Variant, today: date | None = None) -> Verdict:
        """The verdict over the tree of a variant."""
        tree = self._repository.tree(variant.tip)
        return check_tree(tree, "HEAD", variant.tip, today or variant.today)


def _files(texts: Mapping[str, str]) -> dict[str, File]:
    return {path: ("100644", text.encode()) for path, text in texts.items()}
