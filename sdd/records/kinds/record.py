"""What every record has, and what a kind of record declares."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from sdd.base.fields import Fields
from sdd.document import Item, Problem

__all__ = ["AnyKind", "ChangeKind", "Item", "Kind", "Problem", "Prose", "Record", "Reference"]


class ChangeKind(StrEnum):
    """What sort of change a contract or PHR declares; the policy says what each kind needs."""

    FEATURE = "feature"
    FIX = "fix"
    REFACTOR = "refactor"
    REVERT = "revert"
    CHORE = "chore"


class Record(Fields):
    """A file, or a section of one, that sdd understands. `path` is relative to the top of the repository.

    `root` is the folder that holds the `.specify/` the file belongs to, the empty string for the top.
    """

    path: str
    line: int = 1
    root: str = ""
    problems: tuple[Problem, ...] = ()
    lines: Mapping[str, int] = MappingProxyType({})

    def at(self, part: str) -> int:
        """The line of a front-matter key or section by its field name, else the record's own first line."""
        return self.lines.get(part, self.line)


class Reference(NamedTuple):
    """What a record names: `text` as it is written, the `line` where it stands, and how the two are related."""

    relation: str
    text: str
    line: int


class Prose(NamedTuple):
    """One thing that search finds. `names` are ids and paths, `texts` are (line, text) pairs."""

    kind: str
    line: int
    title: str | None
    names: str
    feature: str | None
    texts: tuple[tuple[int, str], ...]


AnyRecord = TypeVar("AnyRecord", bound=Record)


def _nothing(*_: object) -> tuple[()]:
    return ()


class Kind(NamedTuple, Generic[AnyRecord]):
    """A kind of record. `places` are templates of its paths below a root: `{mark}` stands for a `.specify/` that may
    be missing, `{folders}` for any folders, `{feature}` for those of a feature, `{tool}` for one, `{name}` for a file's
    name and `{numbered}` for one with a number.

    `parse(path, content, root)` never raises on content; `path` is relative to the top of the repository, `root` is
    the folder that it is read below. `links(record)` yields what a record names, `prose(record, content)` what search
    sees of it, as hits of one of the kinds `hits`. A kind that no rule is written for has an `example` of its paths,
    for the page of the rule that is made for it.
    """

    name: str
    record: type[AnyRecord]
    places: tuple[str, ...]
    parse: Callable[[str, bytes, str], AnyRecord]
    links: Callable[[AnyRecord], Iterable[Reference]] = _nothing
    prose: Callable[[AnyRecord, bytes], Iterable[Prose]] = _nothing
    hits: tuple[str, ...] = ()
    example: str = ""


AnyKind = Kind[Any]
