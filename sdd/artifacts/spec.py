"""Feature specifications: specs/<feature>/spec.md."""

from dataclasses import dataclass
from typing import NamedTuple

from sdd.artifacts.artifact import Artifact, Item


class Story(NamedTuple):
    """A user story: `### User Story N - title (Priority: Pn)`, with its Given/When/Then scenarios."""

    number: int | None
    heading: str
    title: str
    priority: str | None
    scenarios: tuple[Item, ...]
    line: int


class Requirement(NamedTuple):
    """`- **FR-001**: text`, or a success criterion `- **SC-001**: text`."""

    id: str
    text: str
    line: int


class Clarification(NamedTuple):
    """`- Q: … → A: …` below `### Session DATE`."""

    session: str | None
    question: str
    answer: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Spec(Artifact):
    """What a feature is for and what it must do.

    `feature` is the folder's name. `requirements` and `criteria` keep duplicates, in the file's order.
    `open_questions` are the texts of `[NEEDS CLARIFICATION: …]`; `placeholders` what is still template text.
    `sections` are the H2 headings without a trailing "*(mandatory)*".
    """

    feature: str
    title: str | None
    feature_branch: str | None
    created: str | None
    status: str | None
    input: str | None
    stories: tuple[Story, ...]
    requirements: tuple[Requirement, ...]
    criteria: tuple[Requirement, ...]
    clarifications: tuple[Clarification, ...]
    open_questions: tuple[Item, ...]
    placeholders: tuple[Item, ...]
    sections: tuple[Item, ...]
