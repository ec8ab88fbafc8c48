"""What a change was asked: its PHRs with the contracts that agree on them, and its contracts without a PHR."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import islice
from typing import NamedTuple

from sdd.base.grouping import grouped
from sdd.base.paths import folders_above
from sdd.gate.change import ChangeView
from sdd.gate.check.verdict import Origin, Past, Request, Reverted
from sdd.gate.cover import Coverage, CoveredFile, Named
from sdd.gate.rules.history import amended, edited
from sdd.records.kinds import locate
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr, contract_in
from sdd.records.kinds.record import ChangeKind
from sdd.repo.changes import differences
from sdd.repo.history import state_before
from sdd.repo.objects import Entry

# So many contracts of a file count for each of its PHRs: an attacker's change may hold thousands of both.
_MOST_CONTRACTS = 20
_MOST_REVERTED = 3
_MOST_VERSIONS = 100
# Commits that move records.
_MOST_MOVES = 20
# More files are of no one feature.
_MOST_FILES = 20


def requests_of(coverage: Coverage, root: str) -> tuple[Request, ...]:
    """The requests of one root, in the order of their paths: those of PHRs first, with or without files."""
    files = [file for file in coverage.by_root.get(root, ()) if not file.exempt]
    covered = grouped((phr.path, file) for file in files for phr in file.phrs)
    added = (phr for phr in coverage.phrs if phr.root == root)
    phrs = {phr.path: phr for phr in (*added, *(phr for file in files for phr in file.phrs))}
    made = [_of_phr(coverage, phrs[path], covered.get(path, ())) for path in sorted(phrs)]
    told = {contract.path for request in made for contract in request.contracts}
    requests = (*made, *_of_contracts(coverage, root, [file for file in files if not file.phrs], told))
    past = partial(_past, coverage, cache(partial(_walk, coverage)))
    return tuple(request._replace(past=past) for request in requests)


def _past(coverage: Coverage, walked: Callable[[], "_Walk"], contract: Contract) -> Past:
    """What the commits say of a contract that the change brings, and what the change edits of one that had landed."""
    view, target, path = coverage.view, coverage.view.target, contract.path
    landed = path if not target or path in target else walked().former.get(path, path)
    if target and landed in target:
        return Past(amended(view.before(contract.root).record(landed), contract), since="it landed")
    versions = [_as_it_was(view, path, entry) for entry in walked().versions.get(path, ())[-_MOST_VERSIONS:]]
    passed = {(run.command, run.files) for run in contract.evidence if not run.failed}
    runs = (run for version in versions if version for run in version.evidence if run.failed and run.files)
    failed = frozenset(run.command for run in runs if (run.command, run.files) in passed)
    if contract.embedded:
        return Past(failed=failed)
    entry = walked().began.get(path)
    then = _as_it_was(view, path, entry) if entry else None
    return Past(edited(then, contract) if then else (), path in walked().late, failed)


def _as_it_was(view: ChangeView, path: str, entry: Entry) -> Contract | None:
    """The contract that a file, or the PHR in it, held in a version of it."""
    at = locate(path)
    return contract_in(view.reader.record(path, entry, *at)) if at else None


class _Walk(NamedTuple):
    """What the commits of a change say of the contracts that it brings.

    `began` holds the file of each as it was with the first commit that changed a file which it covers; of one that came
    later, as it came. `late` are those that came after the last change of these files. `versions` are all that each
    file was. One that moved is followed from its `former` path.
    """

    began: Mapping[str, Entry]
    late: frozenset[str]
    versions: Mapping[str, Sequence[Entry]]
    former: Mapping[str, str]


def _walk(coverage: Coverage) -> _Walk:
    change = coverage.view.change
    files = [file for of_root in coverage.by_root.values() for file in of_root if not file.exempt]
    covered = grouped((contract.path, file.path) for file in files for contract in file.contracts[:_MOST_CONTRACTS])
    began, versions = dict[str, Entry](), dict[str, list[Entry]]()
    came, last = dict[str, int](), dict[str, int]()
    changed = coverage.view.changed_by_commit
    now = _moved(coverage.view, covered)
    for place, commit in enumerate(change.commits):
        there_last = sorted(changed.get(commit, ()), key=lambda each: each.after.is_file)
        paths = {now.get(each.path, each.path): each.after for each in there_last}
        for path in (path for path in paths.keys() & covered.keys() if paths[path].is_file):
            versions.setdefault(path, []).append(paths[path])
            came.setdefault(path, place)
            if path not in began or last.keys().isdisjoint(covered[path]):
                began[path] = paths[path]
        last |= dict.fromkeys(paths, place)
    late = (path for path, place in came.items() if all(last.get(file, place) < place for file in covered[path]))
    return _Walk(began, frozenset(late), versions, {path: former for former, path in now.items()})


def _moved(view: ChangeView, wanted: Collection[str]) -> Mapping[str, str]:
    """The paths that some records had in the commits of a change -> the wanted one at its head, the last one first."""
    from sdd.repo.renames import renames  # only the comment asks

    now: dict[str, str] = {}
    moving = (
        commit
        for commit in reversed(view.change.commits)
        if any("D" in each.status and locate(each.path) for each in view.changed_by_commit.get(commit, ()))
    )
    for commit in islice(moving, _MOST_MOVES):
        ends = {old: now.get(new, new) for new, old in renames(view.repository, commit).items() if locate(old)}
        now |= {old: end for old, end in ends.items() if end in wanted}
    return now


def _of_phr(coverage: Coverage, phr: Phr, files: Sequence[CoveredFile]) -> Request:
    covering = tuple(_covering(files))
    # A contract that was closed before agrees on nothing of this work, whatever its PHR links.
    closed = {contract.path for contract in coverage.standing(phr) if contract.status != ContractStatus.OPEN}
    dead = closed.difference(contract.path for contract in covering) if files else frozenset[str]()
    linked = (contract for contract in coverage.linked(phr) if contract.path not in dead)
    own = tuple(filter(None, (*linked, phr.contract)))
    reverts = tuple(_reverted(coverage.view, phr)) if phr.kind == ChangeKind.REVERT else ()
    contracts, paths = _once((*own, *covering)), tuple(file.path for file in files)
    own_paths = frozenset(contract.path for contract in own)
    return Request(phr, contracts, paths, reverts, own=own_paths, origin=partial(_origin, coverage.view, phr, paths))


def _origin(view: ChangeView, phr: Phr, files: Sequence[str]) -> Origin:
    """What the commits say of a PHR that covers some files."""
    change, repository, path = view.change, view.repository, phr.path
    if not change.target or not change.commits or (view.target and path in view.target):
        return Origin()
    from sdd.repo.messages import facts_of  # only a comment tells it

    paths = {path, *_moved(view, (path,))}
    own = (commit for commit, changes in view.changed_by_commit.items() if any(each.path in paths for each in changes))
    authors = dict.fromkeys(facts_of(repository, commit).author for commit in own)
    first, last = (facts_of(repository, commit).day for commit in (change.target, change.commits[-1]))
    return Origin(tuple(authors), (first, last), tuple(_other_features(view, phr, files)))


def _other_features(view: ChangeView, phr: Phr, files: Sequence[str]) -> list[str]:
    """The features of all landed PHRs that name a file of a PHR; none where a file is new, or where the PHR or a landed
    one is of no feature, of the same, or of one that is gone. A feature may build on the files of others.
    """
    project, oid = view.after(phr.root), view.change.target
    own = project.feature(phr.feature or "")
    if not own or not oid or phr.kind == ChangeKind.FEATURE or not 0 < len(files) <= _MOST_FILES:
        return []
    # The files' own names, and at the end of a line the folders that they are in.
    folders = {folder for path in files for folder in folders_above(path) if folder}
    names = {*map(_literal, files)} | {f"{_literal(folder)}/[\"']*$" for folder in folders}
    patterns = (word for name in sorted(names) for word in ("-e", name))
    held = view.repository.git_answer("grep", "-lzG", *patterns, oid, "--", ":(top,glob)**/*.prompt.md") or ""
    records = (view.before(phr.root).get(Phr, line.partition(":")[2]) for line in held.split("\0") if line)
    former = [(project.feature(record.feature or ""), Named(record)) for record in records if record]
    features = {feature or own for feature, named in former if any(path in named for path in files)}
    is_told = own not in features and all(any(path in named for _, named in former) for path in files)
    return sorted(features) if is_told else []


def _literal(path: str) -> str:
    """A pattern of git's for the last part of a path."""
    return re.sub(r"[][\\.*^$]", r"\\\g<0>", path.rpartition("/")[2])


def _reverted(view: ChangeView, phr: Phr) -> Iterator[Reverted]:
    """The landings that the PHR of a revert names, with the records that each brought."""
    # Few changes revert one.
    from sdd.gate.rules.revert import named_landings
    from sdd.repo.messages import facts_of

    repository = view.repository
    for landing in named_landings(repository, view.change.target, (phr,))[0][:_MOST_REVERTED]:
        facts, records = facts_of(repository, landing), list[Phr | Contract]()
        for path, (before, after) in differences(repository, state_before(repository, landing), landing).items():
            at = locate(path) if after and after.is_file and not before else None
            record = view.reader.record(path, after, *at) if at and after else None
            records += [record] if isinstance(record, Phr | Contract) else []
        yield Reverted(landing, facts.subject, facts.day, tuple(records))


def _of_contracts(coverage: Coverage, root: str, files: Sequence[CoveredFile], told: set[str]) -> Iterator[Request]:
    """Contracts that stand under no PHR: what the change adds of them, and what covers files."""
    covered = grouped((contract.path, file.path) for file in files for contract in file.contracts[:_MOST_CONTRACTS])
    added = (contract for contract in coverage.contracts if contract.root == root)
    for contract in sorted(_once((*added, *_covering(files))), key=lambda contract: contract.path):
        if contract.path not in told:
            yield Request(None, (contract,), covered.get(contract.path, ()))


def _covering(files: Iterable[CoveredFile]) -> Iterator[Contract]:
    return (contract for file in files for contract in file.contracts[:_MOST_CONTRACTS])


def _once(contracts: Iterable[Contract]) -> tuple[Contract, ...]:
    return tuple({contract.path: contract for contract in contracts}.values())
