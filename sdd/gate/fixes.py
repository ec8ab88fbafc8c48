"""From what a change lacks to the commands that mend it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sdd.base import paths
from sdd.gate.check import JudgedChange
from sdd.gate.cover import CoveredFile, Need, Patterns, is_trivial, names, scope_patterns
from sdd.records.kinds import locate
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind, Record
from sdd.records.kinds.spec import Spec
from sdd.repo.objects import Repository
from sdd.repo.uncommitted import uncommitted_paths

TITLE, SENTENCE, MUST, NOT, COMMAND, FEATURE = "TITLE", "ONE SENTENCE", "MUST", "NOT", "COMMAND", "FEATURE"
TO_FILL_IN = frozenset({TITLE, SENTENCE, MUST, NOT, COMMAND, FEATURE})

_PHR = ("sdd", "phr", "new", TITLE)
_CONTRACT = ("sdd", "contract", "new", TITLE)
_TERMS = ("--success", SENTENCE, "--check", COMMAND)
_FULL_TERMS = ("--success", SENTENCE, "--constraint", MUST, "--non-goal", NOT, "--check", COMMAND)


class Next(NamedTuple):
    """One way to mend: a command, and the one that follows it. `label` says for what sort of work, where there are
    several ways. Words of TO_FILL_IN are for the reader to fill in.
    """

    argv: tuple[str, ...]
    then: tuple[str, ...] = ()
    label: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The words to fill in."""
        return tuple(dict.fromkeys(word for word in (*self.argv, *self.then) if word in TO_FILL_IN))


class Mend(NamedTuple):
    """Paths that the same commands mend, and these commands: any one of `ways` will do."""

    paths: tuple[str, ...]
    ways: tuple[Next, ...]


class Uncommitted(NamedTuple):
    """A record that lies in the work tree and that no commit holds as it lies there."""

    path: str
    record: Record

    def serves(self, file: CoveredFile) -> bool:
        """Whether this record, were it committed, would give a file something that it lacks."""
        record = self.record
        if not paths.is_below(file.path, record.root):
            return False
        if isinstance(record, Phr):
            return Need.PHR in file.lacks and not is_trivial(record) and names(record, file.path)
        if isinstance(record, Contract):
            scope = Patterns(scope_patterns(record))
            return Need.CONTRACT in file.lacks and scope.match(paths.relative(record.root, file.path))
        missing = any(fault.rule == "change-no-spec" for fault in file.spec_faults)
        return isinstance(record, Spec) and missing and file.feature == record.feature


def mends(
    change: JudgedChange,
    uncommitted: Iterable[Uncommitted] = (),
    feature: str | None = None,
    *,
    has_features: bool = True,
    reverts: Mapping[str, str] | None = None,
) -> tuple[Mend, ...]:
    """How what a change lacks is mended, files of one mend together.

    Where an uncommitted record would serve, the only thing to do is to commit it. `feature` is the one that the
    change seems to belong to; without any feature in the repository the way begins with making one. `reverts` are the
    paths that the change takes back, each with the commit of which it says so.
    """
    lying = tuple(uncommitted)
    groups: dict[tuple[Next, ...], list[str]] = {}
    for file in change.files:
        if file.lacks:
            waiting = tuple(record.path for record in lying if record.serves(file))
            ways = tuple(_ways(file, feature, has_features=has_features))
            if Need.PHR in file.lacks and reverts and file.path in reverts:
                ways = (Next(("sdd", "revert", reverts[file.path]), label="revert"), *ways)
            ways = (_commit(waiting),) if waiting else ways
            groups.setdefault(ways, []).append(file.path)
    untold = [finding.path for finding in change.errors if finding.rule == "record-no-phr"]
    if untold:
        groups.setdefault((Next((*_PHR, "--commit")),), []).extend(untold)
    return tuple(Mend(tuple(mended), ways) for ways, mended in groups.items() if ways)


def elsewhere(change: JudgedChange, branch: str) -> tuple[Mend, ...]:
    """How a branch is mended that is not checked out: by going there first."""
    lacking = tuple(file.path for file in change.files if file.lacks)
    return (Mend(lacking, (Next(("git", "switch", branch), ("sdd", "status")),)),) if lacking else ()


def _commit(records: tuple[str, ...]) -> Next:
    return Next(("git", "add", "--", *records), ("git", "commit", "-m", TITLE, "--", *records))


def _ways(file: CoveredFile, feature: str | None, *, has_features: bool) -> Iterator[Next]:
    """The ways to mend what one file lacks, the likeliest first."""
    feature = file.feature or feature
    if Need.CONTRACT in file.lacks:
        alone = Need.PHR not in file.lacks
        declared = _declared(file)
        kind = declared or ChangeKind.FIX
        # A contract in a file of its own says its limits too, whatever its kind.
        terms = _FULL_TERMS if alone else _TERMS
        small = (*(_CONTRACT if alone else _PHR), "--kind", kind.value, *terms, "--commit")
        large = Next(
            (*_CONTRACT, "--feature", feature or FEATURE, *_FULL_TERMS, "--commit"),
            () if alone else (*_PHR, "--commit"),
        )
        if not has_features:
            large = Next(("sdd", "feature", "new", TITLE))
        if declared:
            yield large if declared == ChangeKind.FEATURE else Next(small)
        else:
            ways = (Next(small, label="fix"), large._replace(label="feature"))
            yield from reversed(ways) if feature else ways
    elif Need.PHR in file.lacks:
        yield Next((*_PHR, *(("--feature", feature) if feature else ()), "--commit"))
    elif file.spec is None:
        yield Next(("sdd", "feature", "new", TITLE, *(("--slug", feature) if feature else ())))


def _declared(file: CoveredFile) -> ChangeKind | None:
    """The kind that a record at hand says of a file that no contract covers."""
    records: tuple[Contract | Phr, ...] = (*file.out_of_scope, *file.phrs)
    return next((record.kind for record in records if record.kind), None)


def records_in_work_tree(repository: Repository) -> tuple[Uncommitted, ...]:
    """The PHRs, contracts and specs that lie in the work tree otherwise than HEAD has them."""
    assert repository.work_tree
    found = (_uncommitted(repository.work_tree, path) for path in uncommitted_paths(repository))
    return tuple(record for record in found if record)


def _uncommitted(top: Path, path: str) -> Uncommitted | None:
    located = locate(path)
    file = top / path
    if not located or not file.is_file() or file.is_symlink():
        return None
    root, described = located
    record = described.parse(path, file.read_bytes(), root)
    return Uncommitted(path, record) if isinstance(record, Phr | Contract | Spec) else None
