"""Which files of a change bring back what their paths held before, and which are new work."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from sdd.base.grouping import grouped
from sdd.base.limits import REVERTED
from sdd.base.regex import regex
from sdd.gate.cover import CoveredFile
from sdd.gate.rules.rule import ChangeContext
from sdd.records.kinds.phr import Phr
from sdd.repo.history import absent, held_before, state_before
from sdd.repo.line import brought_by
from sdd.repo.merging import Merger
from sdd.repo.objects import Entry, Repository
from sdd.repo.renames import moves_between, renames_between

_OBJECT_NAME = regex(r"\b[0-9a-f]{7,64}\b")


class _Merged(NamedTuple):
    """What a merge made of a file; no tree holds it."""

    mode: str
    content: bytes


_Version = Entry | _Merged | None
_Landings = tuple[str, ...]


def new_work(context: ChangeContext, files: Sequence[CoveredFile]) -> Iterator[tuple[CoveredFile, str, str]]:
    """Those of some files that revert nothing, each with why and what to do: they are neither as they stood on TARGET,
    nor undo landings there that their PHRs name.

    A deletion counts only where a PHR names the landing that added the file: every path was absent once.
    """
    target = context.view.change.target
    held = held_before(context.repository, target, [file.path for file in files]) if target and files else {}
    after = {file.path: file.changed.after for file in files}
    back = {path: entry for path, entry in after.items() if entry and entry in held.get(path, ())}
    stood = context.stood(target, back) if target and back else frozenset()
    merger = Merger(context.repository)
    for phrs, own in grouped((file.phrs, file) for file in files if file.path not in stood).items():
        landings, ids = named_landings(context.repository, target, phrs)
        undone = _undone(context, own, landings, merger)
        left = f" (of {ids} ids in it, the first {REVERTED} are looked up: limit)" if ids > REVERTED else ""
        left += f" ({merger.most} merges were tried: limit)" if merger.is_spent else ""
        for file in own:
            if file.path not in undone:
                why, fix = _explained(landings, is_gone=not file.changed.after)
                yield file, f"{why}{left}", fix


def _explained(landings: _Landings, *, is_gone: bool) -> tuple[str, str]:
    """Why a file is no revert of the landings that its PHRs name, and what to do."""
    if not landings:
        why = "no PHR of it names the landing that " + ("added it" if is_gone else "it undoes")
        fix = 'name the commit in the record: "This reverts commit ..."'
        return why if is_gone else f"this never stood on the target, and {why}", fix
    ids = " and ".join(landing[:12] for landing in landings)
    why = f"{ids} did not add it" if is_gone else f"this never stood on the target, and is not what undoing {ids} gives"
    return why, "new work, such as a resolved conflict, needs a PHR with a contract of its own"


def named_landings(repository: Repository, target: str | None, phrs: Sequence[Phr]) -> tuple[_Landings, int]:
    """The landings on TARGET's line that some PHRs name in their title, prompt or response, the newest first, and how
    many ids there are, commits or not. A commit within a merged branch stands for the merge: what it left never stood
    on the target.
    """
    texts = (text for phr in phrs for text in (phr.title, phr.prompt, phr.response) if text)
    names = dict.fromkeys(name for text in texts for name in _OBJECT_NAME.findall(text))
    commits = {commit for name in islice(names, REVERTED) if (commit := repository.commit(name))}
    return brought_by(repository, commits, target) if target and commits else (), len(names)


def _undone(
    context: ChangeContext, files: Sequence[CoveredFile], landings: _Landings, merger: Merger
) -> frozenset[str]:
    """The paths of some files that undo landings, and bring back only what stood before these."""
    ways = {file.path: tuple(_ways_to_undo(context, file, landings, merger)) for file in files}
    unseen = {
        landing: _unseen(context, landing, [path for path, own in ways.items() if any(landing in way for way in own)])
        for landing in landings
    }
    return frozenset(
        path for path, own in ways.items() if any(all(path not in unseen[landing] for landing in way) for way in own)
    )


def _unseen(context: ChangeContext, landing: str, paths: Collection[str]) -> frozenset[str]:
    """Those of some paths that held, before a landing, what did not stand there, or that only its neighbours lacked."""
    first = state_before(context.repository, landing)
    if first == context.repository.empty_tree_oid:
        return frozenset()
    tree = context.repository.tree(first)
    former = {path: _former(context, landing, path) for path in paths}
    entries = {path: tree.file(path) or absent(first) for path in former.values()}
    stood = context.stood(first, entries) if entries else frozenset()
    return frozenset(path for path in paths if former[path] not in stood)


def _ways_to_undo(
    context: ChangeContext, file: CoveredFile, landings: _Landings, merger: Merger
) -> Iterator[_Landings]:
    """The landings that leave TARGET's file as head has it once they are undone: a single one, or several in turn. A
    file may go with the landing that added it, whatever was edited since.
    """
    repository, after = context.repository, file.changed.after
    steps = [(landing, *sides) for landing in landings if (sides := _sides(context, file.path, landing))]
    for landing, ours, base, wanted in steps:
        if not (after or wanted) or _is(repository, after, _without(repository, ours, base, wanted, merger)):
            yield (landing,)
    version: _Version = context.before.tree.file(file.path)
    undone: _Landings = ()
    for landing, _, base, wanted in steps if len(steps) > 1 else ():
        without = _without(repository, version, base, wanted, merger)
        if without != version:
            version, undone = without, (*undone, landing)
            if _is(repository, after, version):
                yield undone


def _sides(context: ChangeContext, path: str, landing: str) -> tuple[Entry | None, Entry | None, Entry | None] | None:
    """What TARGET holds of a file, and what it was with and without a landing; None where that did not touch it. As
    git's revert has it, each by the name that the file has there: the landing may have moved it, and so may others
    since.
    """
    repository, target = context.repository, context.before.tree
    with_it, without_it = repository.tree(landing), repository.tree(state_before(repository, landing))
    if path in without_it and path not in with_it and path not in target:
        moved = moves_between(repository, state_before(repository, landing), landing).get(path, path)
        later = context.view.change.target or landing
        now = moved if moved in target else moves_between(repository, landing, later).get(moved, moved)
        return target.file(now), with_it.file(moved), without_it.file(path)
    former = _former(context, landing, path)
    base, wanted = with_it.file(former), without_it.file(former)
    return None if base == wanted else (target.file(path), base, wanted)


def _former(context: ChangeContext, landing: str, path: str) -> str:
    """The path that a file of TARGET had at a landing: another one where it has moved since."""
    repository, target = context.repository, context.view.change.target
    if not target or path in repository.tree(landing) or path in repository.tree(state_before(repository, landing)):
        return path
    return renames_between(repository, landing, target).get(path, path)


def _is(repository: Repository, entry: Entry | None, version: _Version) -> bool:
    """Whether a tree's entry is a version of a file."""
    if entry is None or not isinstance(version, _Merged):
        return entry == version
    return entry.is_file and entry.mode == version.mode and repository.blob(entry.oid) == version.content


def _without(
    repository: Repository, version: _Version, base: Entry | None, wanted: Entry | None, merger: Merger
) -> _Version:
    """A version of a file with the step from `wanted` to `base` undone; the version itself where that conflicts, or
    takes more merges than are left.
    """
    if _is(repository, base, version):
        return wanted
    if base is None or version is None:
        return wanted or version
    if wanted is None or not (base.is_file and wanted.is_file and (isinstance(version, _Merged) or version.is_file)):
        return version
    ours = version.content if isinstance(version, _Merged) else repository.blob(version.oid)
    content = merger.merged(ours, repository.blob(base.oid), repository.blob(wanted.oid))
    return version if content is None else _Merged(version.mode, content)
