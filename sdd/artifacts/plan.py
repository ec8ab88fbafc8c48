"""Implementation plans: specs/<feature>/plan.md."""

from dataclasses import dataclass

from sdd.artifacts.artifact import Artifact, Item


@dataclass(frozen=True, kw_only=True)
class Plan(Artifact):
    """How a feature will be built. `context` holds the bold leads of Technical Context with their values."""

    feature: str
    title: str | None
    branch: str | None
    spec_link: str | None
    context: tuple[tuple[str, str], ...]
    open_questions: tuple[Item, ...]
    placeholders: tuple[Item, ...]
    sections: tuple[Item, ...]
