"""What an answer is made of: the steps of a chain, each with how it was found, so that no guess looks like a fact."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from sdd.records.links import How
from sdd.repo.messages import facts_of
from sdd.repo.objects import Repository


class StepKind(StrEnum):
    """What a step leads to."""

    LINE = "line"
    FILE = "file"
    COMMIT = "commit"
    CHANGE = "change"
    LANDING = "landing"
    PHR = "phr"
    CONTRACT = "contract"
    WAIVER = "waiver"
    REQUIREMENT = "requirement"
    STORY = "story"
    TASK = "task"
    PRINCIPLE = "principle"


class Via(StrEnum):
    """How a step was found."""

    ASKED = "asked for"
    BLAME = "blame"
    ADDED_FILE = "added the file"
    MOVED_ON = "moved the submodule on"
    RENAMED_FILE = "renamed the file"
    REMOVED_FILE = "removed the file"
    MOVED_FILE = "moved the file"
    SAME_COMMIT = "same commit"
    SAME_CHANGE = "same change"
    MERGE = "merge"
    NOT_LANDED = "not landed"
    NAMES_FILE = "names the file"
    IN_PHR = "in the PHR"
    LANDED_BEFORE = "landed before"
    REVERTS = "reverts"
    REVERTED_BY = "reverted by"
    ANSWERS_FOR = "answers for the landing"
    PHR_LINKS = "the PHR links it"
    LINKS_CONTRACT = "links the contract"
    READ_FILE = "read the file"
    PHR_NAMES = "a PHR names it"
    BROUGHT_RECORD = "brought a record of it"
    CHANGED_FILE = "changed a file that a PHR of it names"
    CONTRACT_NAMES = "the contract names it"
    NAMES_REQUIREMENT = "names the requirement"
    NAMES_TASK = "names the task"
    TASK_NAMES = "a task names it"
    PROMPT_NAMES = "the prompt names it"
    TASK_CARRIES_BOTH = "a task carries both"
    REQUIREMENT_NAMES = "the requirement names it"
    ONLY_STORY = "the only story"
    BY_NAME = "cited by name"
    BY_NUMBER = "cited by number"
    BY_PLAN = "cited by the plan"


class Step(NamedTuple):
    """One step. `place` is a path from the top, for a commit or landing its id; `line` counts from 1.

    `detail` are words beside `how`: which task, how many landings away. `text` is what a record says, `day` is
    YYYY-MM-DD. `certainty` is STATED, or INFERRED or NEAR for a guess.
    """

    kind: StepKind
    place: str
    line: int | None
    title: str
    how: Via
    detail: str = ""
    text: str = ""
    day: str = ""
    author: str = ""
    certainty: How = How.STATED

    @property
    def is_guess(self) -> bool:
        """Whether it may be about something else."""
        return self.certainty != How.STATED


def commit_step(repository: Repository, commit: str, how: Via, detail: str = "") -> Step:
    """The step that leads to a commit (an id)."""
    facts = facts_of(repository, commit)
    return Step(StepKind.COMMIT, commit, None, facts.subject, how, detail, "", facts.day, facts.author)


def distinct(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Some steps in their order; of those that lead to the same place the first."""
    found: dict[tuple[str, str, int | None], Step] = {}
    for step in steps:
        found.setdefault((step.kind, step.place, step.line), step)
    return tuple(found.values())


class Part(NamedTuple):
    """The chain of one commit, or of all that was asked. `lines` are those of the file that came with the commit.

    `remark` says why there is no record, `beside` which records of the same change are not in the chain, `next` are the
    commands that lead on from there; all may be empty.
    """

    chain: tuple[Step, ...]
    lines: tuple[int, ...] = ()
    remark: str = ""
    next: tuple[str, ...] = ()
    beside: str = ""


class Trace(NamedTuple):
    """The answer to a question: of a range of lines one part a commit, the newest first, else one part."""

    question: str
    asked: StepKind
    parts: tuple[Part, ...]
