"""From what a change lacks to the commands that fix it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sdd.base import paths
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need, in_scope, is_trivial, names
from sdd.records.kinds import locate
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind, Record
from sdd.records.kinds.spec import Spec
from sdd.repo.objects import Repository

TITLE, SENTENCE, MUST, NOT, COMMAND, FEATURE = "TITLE", "ONE SENTENCE", "MUST", "NOT", "COMMAND", "FEATURE"
TO_FILL_IN = frozenset({TITLE, SENTENCE, MUST, NOT, COMMAND, FEATURE})

_PHR = ("sdd", "phr", "new", TITLE)
_CONTRACT = ("sdd", "contract", "new", TITLE)
_TERMS = ("--success", SENTENCE, "--check", COMMAND)
_FULL_TERMS = ("--success", SENTENCE, "--constraint", MUST, "--non-goal", NOT, "--check", COMMAND)


class Suggestion(NamedTuple):
    """A command to run, and the one that follows it. `label` names the kind of work that it suits, where there are
    several. The reader fills in the words of TO_FILL_IN.
    """

    argv: tuple[str, ...]
    then: tuple[str, ...] = ()
    label: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The words to fill in."""
        return tuple(dict.fromkeys(word for word in (*self.argv, *self.then) if word in TO_FILL_IN))


class Fix(NamedTuple):
    """Paths with the same fix: any one of `ways`."""

    paths: tuple[str, ...]
    ways: tuple[Suggestion, ...]


def _serves(record: Record, file: CoveredFile) -> bool:
    """Whether a file would get something that it lacks, if a record were committed."""
    if not paths.is_below(file.path, record.root):
        return False
    if isinstance(record, Phr):
        return Need.PHR in file.lacks and not is_trivial(record) and names(record, file.path)
    if isinstance(record, Contract):
        return Need.CONTRACT in file.lacks and in_scope(record, file.path)
    missing = any(fault.rule == "change-no-spec" for fault in file.spec_faults)
    return isinstance(record, Spec) and missing and file.feature == record.feature


def fixes(
    change: JudgedChange,
    uncommitted: Iterable[Record] = (),
    feature: str | None = None,
    *,
    has_features: bool = True,
    reverts: Mapping[str, str] | None = None,
    landing: bool = False,
) -> tuple[Fix, ...]:
    """How to supply what a change lacks; files with the same fix are grouped.

    Where an uncommitted record would do, the only suggestion is to commit it. `feature` is the one that the change
    seems to belong to; in a repository without features, the first step is to make one. `reverts` maps the paths that
    the change reverts to the commit that it says it reverts. A change that is `landing` all the same will be none any
    more when somebody runs the command: the command says where it began.
    """
    records = tuple(uncommitted)
    groups: dict[tuple[Suggestion, ...], list[str]] = {}
    for file in change.files:
        if file.lacks:
            waiting = tuple(record.path for record in records if _serves(record, file))
            ways = tuple(_ways(file, feature, has_features=has_features))
            if Need.PHR in file.lacks and reverts and file.path in reverts:
                ways = (Suggestion(("sdd", "revert", reverts[file.path]), label="revert"), *ways)
            ways = (_commit(waiting),) if waiting else ways
            groups.setdefault(ways, []).append(file.path)
    untold = [finding.path for finding in change.errors if finding.rule == "record-no-phr"]
    if untold:
        groups.setdefault((Suggestion((*_PHR, "--commit")),), []).extend(untold)
    base = (change.base or "")[:12] if landing else ""
    return tuple(
        Fix(tuple(group), tuple(_from_base(way, base) for way in ways)) for ways, group in groups.items() if ways
    )


def _from_base(way: Suggestion, base: str) -> Suggestion:
    argv, then = (
        (*command, "--base", base) if base and command[:3] in (_PHR[:3], _CONTRACT[:3]) else command
        for command in (way.argv, way.then)
    )
    return way._replace(argv=argv, then=then)


def elsewhere(change: JudgedChange, branch: str) -> tuple[Fix, ...]:
    """How to fix a branch that is not checked out: switch to it first."""
    lacking = tuple(file.path for file in change.files if file.lacks)
    return (Fix(lacking, (Suggestion(("git", "switch", branch), ("sdd", "status")),)),) if lacking else ()


def _commit(records: tuple[str, ...]) -> Suggestion:
    return Suggestion(("git", "add", "--", *records), ("git", "commit", "-m", TITLE, "--", *records))


def _ways(file: CoveredFile, feature: str | None, *, has_features: bool) -> Iterator[Suggestion]:
    """Suggestions for what one file lacks, the likeliest first."""
    feature = file.feature or feature
    if Need.CONTRACT in file.lacks:
        alone = Need.PHR not in file.lacks
        declared = _declared(file)
        kind = declared or ChangeKind.FIX
        # A contract in a file of its own says its limits too, whatever its kind.
        terms = _FULL_TERMS if alone else _TERMS
        small = (*(_CONTRACT if alone else _PHR), "--kind", kind.value, *terms, "--commit")
        wanted = (*_CONTRACT, "--feature", feature or FEATURE, *_FULL_TERMS, "--commit")
        large = Suggestion(wanted, () if alone else (*_PHR, "--commit"))
        if not has_features:
            large = Suggestion(("sdd", "feature", "new", TITLE))
        if declared:
            yield large if declared == ChangeKind.FEATURE else Suggestion(small)
        else:
            ways = (Suggestion(small, label="fix"), large._replace(label="feature"))
            yield from reversed(ways) if feature else ways
    elif Need.PHR in file.lacks:
        yield Suggestion((*_PHR, *(("--feature", feature) if feature else ()), "--commit"))
    elif file.spec is None and not any(fault.fix for fault in file.spec_faults):
        yield Suggestion(("sdd", "feature", "new", TITLE, *(("--slug", feature) if feature else ())))


def _declared(file: CoveredFile) -> ChangeKind | None:
    """The kind that some record declares for a file that no contract covers."""
    records: tuple[Contract | Phr, ...] = (*file.out_of_scope, *file.phrs)
    return next((record.kind for record in records if record.kind), None)


def records_in_work_tree(repository: Repository) -> tuple[Record, ...]:
    """The PHRs, contracts and specs that differ between the work tree and HEAD."""
    from sdd.repo.uncommitted import uncommitted_paths  # a pass has no need of it

    assert repository.work_tree
    records = (_parsed(repository.work_tree, path) for path in uncommitted_paths(repository))
    return tuple(record for record in records if isinstance(record, Phr | Contract | Spec))


def _parsed(top: Path, path: str) -> Record | None:
    located, file = locate(path), top / path
    if not located or not file.is_file() or file.is_symlink():
        return None
    root, kind = located
    record: Record = kind.parse(path, file.read_bytes(), root)
    return record
