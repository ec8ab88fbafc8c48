"""Architecture decision records: history/adr/NNNN-slug.md."""

from dataclasses import dataclass
from enum import StrEnum

from sdd.artifacts.artifact import Artifact, Item


class AdrStatus(StrEnum):
    """Where a decision stands."""

    PROPOSED = "Proposed"
    ACCEPTED = "Accepted"
    SUPERSEDED = "Superseded"
    REJECTED = "Rejected"
    DEPRECATED = "Deprecated"


@dataclass(frozen=True, kw_only=True)
class Adr(Artifact):
    """One decision. `id` is the file name's number as written, `body` the text without front matter and status."""

    id: str | None
    title: str | None
    status: AdrStatus | None
    status_written: str | None
    date: str | None
    feature: str | None
    sections: tuple[Item, ...]
    body: str
