"""Waivers: history/waivers/NNNN-slug.md."""

from dataclasses import dataclass

from sdd.artifacts.artifact import Artifact, Item


@dataclass(frozen=True, kw_only=True)
class Waiver(Artifact):
    """Findings that somebody answers for, until a day (YYYY-MM-DD)."""

    id: str | None
    title: str | None
    rules: tuple[Item, ...]
    paths: tuple[Item, ...]
    reason: str | None
    approved_by: str | None
    expires: str | None
