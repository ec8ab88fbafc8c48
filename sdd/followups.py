"""Follow-ups: what contracts name as next steps and risks, and which of them a later PHR has settled."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sdd.artifacts.artifact import ArtifactKind
from sdd.artifacts.contract import Contract
from sdd.artifacts.phr import Phr
from sdd.project import Reader, all_artifacts
from sdd.regex import regex
from sdd.repo.objects import Tree
from sdd.rules.rule import text_key

_KINDS = frozenset({ArtifactKind.CONTRACT, ArtifactKind.PHR})
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
        if named and int(named[2]) == self.number and _begins_name(named[1], self.path):
            return True
        return _key(entry) == _key(self.text)


def read_follow_ups(tree: Tree, reader: Reader) -> tuple[FollowUp, ...]:
    """The follow-ups of every contract, files and those inside PHRs, in the order of paths."""
    records = tuple(all_artifacts(tree, reader, _KINDS))
    phrs = [record for record in records if isinstance(record, Phr) and record.closes]
    contracts = (record.contract if isinstance(record, Phr) else record for record in records)
    return tuple(one for contract in contracts if isinstance(contract, Contract) for one in _of(contract, phrs))


def _of(contract: Contract, phrs: Iterable[Phr]) -> Iterator[FollowUp]:
    # A record cannot settle what it leaves to do itself.
    others = [phr for phr in phrs if phr.path != contract.path and phr.root == contract.root]
    for number, item in enumerate(contract.follow_ups, 1):
        one = FollowUp(contract.path, contract.root, item.line, number, item.text, contract.title, contract.feature)
        yield replace(one, closed_by=tuple(phr.path for phr in others if any(map(one.is_called, phr.closes))))


def _begins_name(written: str, path: str) -> bool:
    """Whether `written` is a path, or an end of one down to a file's number: `001-vat/0003`."""
    _, found, after = f"/{path}".partition(f"/{written.removeprefix('./')}")
    return bool(found) and "/" not in after and after[:1] in ("", "-", ".")


def _key(text: str) -> str:
    return text_key(text).strip("`\"' .").casefold()
