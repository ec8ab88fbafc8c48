"""Follow-ups: what contracts name as next steps and risks, and which of them a later PHR has settled."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from sdd.base.numbers import whole_number
from sdd.base.regex import regex
from sdd.document.text import text_key
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr, contract_in
from sdd.records.kinds.record import Record
from sdd.records.layout import feature_in
from sdd.records.project import Reader, located, records_of
from sdd.repo.objects import Tree

_REFERENCE = regex(r"`?([^\s`#]+)#(\d{1,3})`?(?:\s.*)?")


@dataclass(frozen=True)
class FollowUp:
    """One follow-up of a contract, the `number`-th of its list. `closed_by` are the PHRs that settled it."""

    path: str
    root: str
    line: int
    number: int
    text: str
    contract: str | None
    feature: str | None
    closed_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a PHR's `closes` may call it: `001-vat/0003#1`; the text as it is written will do as well."""
        folder, _, file = self.path.rpartition("/")
        return f"{folder.rpartition('/')[2]}/{file.partition('-')[0].partition('.')[0]}#{self.number}"

    def is_called(self, entry: str) -> bool:
        """Whether an entry of `closes` means this one: its text, or some end of its record's path and its number."""
        named = _REFERENCE.fullmatch(entry.strip())
        if named and whole_number(named[2]) == self.number and _begins_name(named[1], self.path):
            return True
        return _key(entry) == _key(self.text)


class Closing(NamedTuple):
    """One PHR that settles follow-ups: what its `closes` names."""

    path: str
    root: str
    closes: tuple[str, ...]


def read_follow_ups(tree: Tree, reader: Reader) -> tuple[FollowUp, ...]:
    """The follow-ups of every contract of a tree, files and those inside PHRs, in the order of paths."""
    left: list[FollowUp] = []
    closing: list[Closing] = []
    for record in records_of(tree, reader, Contract, Phr):
        if isinstance(record, Phr) and record.closes:
            closing.append(Closing(record.path, record.root, record.closes))
        left += left_by(record)
    return settle(left, closing)


def features_closed(phr: Phr) -> tuple[str, ...]:
    """The features, or other folders, in the names of the follow-ups that a PHR closes."""
    names = (_REFERENCE.fullmatch(entry.strip()) for entry in phr.closes)
    return tuple(feature_in(named[1]) or named[1].rpartition("/")[0] for named in names if named)


def without_folder(entry: str) -> str:
    """An entry of `closes` but for its record's folder, whose name goes with that of its feature."""
    named = _REFERENCE.fullmatch(entry.strip())
    return f"{named[1].rpartition('/')[2]}#{named[2]}" if named else entry


def is_there(entry: str, tree: Tree) -> bool:
    """Whether a tree holds the record of a follow-up that an entry of `closes` names."""
    named = _REFERENCE.fullmatch(entry.strip())
    return named is not None and any(_begins_name(named[1], path) for path, _ in tree.walk() if located(tree, path))


def left_by(record: Record | None) -> Iterator[FollowUp]:
    """The follow-ups of a contract, or of the one in a PHR."""
    if contract := contract_in(record):
        for number, item in enumerate(contract.follow_ups, 1):
            own = (contract.path, contract.root, item.line, number, item.text)
            yield FollowUp(*own, contract.title, contract.feature)


def settle(left: Iterable[FollowUp], closing: Iterable[Closing]) -> tuple[FollowUp, ...]:
    """Follow-ups with the PHRs that settled them, in their order. A record settles nothing that it leaves itself."""
    closing = tuple(closing)

    def settled(follow_up: FollowUp) -> FollowUp:
        others = (phr for phr in closing if phr.path != follow_up.path and phr.root == follow_up.root)
        closed_by = tuple(phr.path for phr in others if any(map(follow_up.is_called, phr.closes)))
        return replace(follow_up, closed_by=closed_by)

    return tuple(map(settled, left))


def _begins_name(written: str, path: str) -> bool:
    """Whether `written` is a path, or an end of one down to a file's number: `001-vat/0003`."""
    _, found, after = f"/{path}".partition(f"/{written.removeprefix('./')}")
    return bool(found) and "/" not in after and after[:1] in ("", "-", ".")


def _key(text: str) -> str:
    return text_key(text).strip("`\"' .").casefold()
