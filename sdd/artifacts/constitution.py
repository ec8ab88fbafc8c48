"""The constitution: .specify/memory/constitution.md."""

from dataclasses import dataclass
from typing import NamedTuple

from sdd.artifacts.artifact import Artifact, Item


class Principle(NamedTuple):
    """`### I. Name` below `## Core Principles`, with the text below it."""

    number: str | None
    name: str
    text: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Constitution(Artifact):
    """How a project wants to be built. `impact` is the leading Sync Impact comment, None where there is none.

    `headings` are all H2 and H3 headings as (level, title) in the file's order.
    """

    title: str | None
    version: str | None
    ratified: str | None
    last_amended: str | None
    principles: tuple[Principle, ...]
    headings: tuple[tuple[int, str], ...]
    impact: str | None
    placeholders: tuple[Item, ...]
