"""What a plan is made of: alternatives, the likeliest first, and their steps in order."""

import shlex
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

TITLE, SENTENCE, MUST, NOT, COMMAND = "TITLE", "ONE SENTENCE", "MUST", "NOT", "COMMAND"
FEATURE, REQUIREMENT, WHY, BRANCH = "FEATURE", "REQUIREMENT", "WHY", "BRANCH"
REASON, WHO = "REASON", "WHO"
TO_FILL_IN = frozenset({TITLE, SENTENCE, MUST, NOT, COMMAND, FEATURE, REQUIREMENT, WHY, BRANCH, REASON, WHO})
"""The words of a command that the reader replaces."""
THEN_COMMIT = ", then commit it"
WITHOUT_PHR = "files without a PHR"


class Step(NamedTuple):
    """A command to run, or what to do by hand where no command does it.

    `at` is the folder to run it in, as seen from the reader's; empty for that one itself. One that `corrects` what the
    change holds says what a finding says, and what one that `stages` does waits in the index for a commit.
    """

    argv: tuple[str, ...] = ()
    by_hand: str = ""
    at: str = ""
    corrects: bool = False
    stages: bool = False

    @property
    def command(self) -> tuple[str, ...]:
        """The command as the reader runs it."""
        return (self.argv[0], "-C", self.at, *self.argv[1:]) if self.at else self.argv

    @property
    def needs(self) -> tuple[str, ...]:
        """The words to fill in."""
        return tuple(dict.fromkeys(word for word in self.argv if word in TO_FILL_IN))


def commands_of(line: str) -> Iterator[tuple[str, ...]]:
    """The commands of a line for a shell that has no more than `&&` between them."""
    yield from (tuple(words) for is_and, words in groupby(shlex.split(line), "&&".__eq__) if not is_and)


LOOK_AGAIN = Step(("sdd", "status"))
"""What else is to be done shows once the steps before it are taken."""


class Way(NamedTuple):
    """Steps that lead to an accepted push.

    `label` is the kind of work that the way suits, empty where there is no choice. `why` is the fact that makes this
    kind likely, and completes "this looks like a fix: ..."; without a label it says what is missing.
    """

    steps: tuple[Step, ...]
    label: str = ""
    why: str = ""


class Plan(NamedTuple):
    """The ways to get `ref` accepted: any one of them. `paths` are the files and records that they supply.

    `request` is the number of the fork's request that `ref` belongs to: then a maintainer takes the way, in a clone.
    `asks_author` says that its author has to take something out first.
    """

    ref: str
    paths: tuple[str, ...]
    ways: tuple[Way, ...]
    request: str = ""
    asks_author: bool = False


def waiver_for(commit: str) -> tuple[str, ...]:
    """The command that answers for what has landed without its records."""
    return "sdd", "waiver", "new", "--landing", commit[:12], "--reason", REASON, "--approved-by", WHO, "--commit"


def look_at(base: str, head: str) -> tuple[str, ...]:
    """The command that judges what has landed between two commits, and says what answers for it."""
    return "sdd", "gate", "-v", "--landed", "--base", base[:12], "--head", head[:12]


def late_record(base: str, files: Iterable[str], waiver: str, at: str = "") -> Step:
    """The command that writes the record which a waiver put off. It names the files that landed by the waiver, and the
    waiver, as their root sees them: whatever else landed after `base` is not its own.
    """
    named = [word for path in (*files, waiver) for word in ("--file", path)]
    terms = ("--kind", "fix", "--success", SENTENCE, "--check", COMMAND, "--run", "--commit")
    return Step(("sdd", "phr", "new", TITLE, "--base", base, *named, *terms), at=at)
