"""Which files of a change bring back what their paths held before, and which are new work."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import length_hint

from sdd.base.limits import MERGES, REVERTED
from sdd.gate.cover import CoveredFile
from sdd.gate.rules.rule import ChangeContext
from sdd.records.kinds.phr import Phr
from sdd.repo.history import first_parents, held_before
from sdd.repo.merging import merged

# Lines of the three versions for which a merge counts as another one: each line may be compared with many.
_LINES_OF_A_MERGE = 5_000
_OBJECT_NAME = re.compile(r"\b[0-9a-f]{7,64}\b")


def new_work(context: ChangeContext, files: Sequence[CoveredFile]) -> Iterator[tuple[CoveredFile, str]]:
    """Those of some files that revert nothing, each with why: they are neither as they stood on TARGET, nor undo a
    landing there that one of their PHRs names.

    A deletion counts only as the undoing of a named landing: every path was absent once.
    """
    target = context.view.change.target
    held = held_before(context.repository, target, [file.path for file in files]) if target and files else {}
    after = {file.path: file.changed.after for file in files}
    back = {path: entry for path, entry in after.items() if entry and entry in held.get(path, ())}
    stood = context.stood(target, back) if target and back else frozenset()
    merges = iter(range(MERGES))
    named: dict[tuple[Phr, ...], list[CoveredFile]] = {}
    for file in files:
        if file.path not in stood:
            named.setdefault(file.phrs, []).append(file)
    for phrs, own in named.items():
        landings, ids = _named_landings(context, phrs)
        undone = {path for landing in landings for path in _undone(context, own, landing, merges)}
        left = f" (of {ids} ids in it, the first {REVERTED} are looked up: limit)" if ids > REVERTED else ""
        left += "" if length_hint(merges) else f" ({MERGES} merges were tried: limit)"
        why = f"this never stood on the target, and no landing that the PHR names explains it{left}"
        yield from ((file, why) for file in own if file.path not in undone)


def _named_landings(context: ChangeContext, phrs: Sequence[Phr]) -> tuple[list[str], int]:
    """The commits of TARGET's line that some PHRs name in their title, prompt or response, and how many ids there are,
    commits or not. A commit within a merged branch left what never stood there.
    """
    repository, target = context.repository, context.view.change.target
    texts = (text for phr in phrs for text in (phr.title, phr.prompt, phr.response) if text)
    names = dict.fromkeys(name for text in texts for name in _OBJECT_NAME.findall(text))
    commits = [commit for name in islice(names, REVERTED) if (commit := repository.commit(name))]
    landed = [
        commit for commit in commits if target and (commit == target or first_parents(repository, commit, target))
    ]
    return [commit for commit in landed if repository.commit(f"{commit}^")], len(names)


def _undone(context: ChangeContext, files: Sequence[CoveredFile], commit: str, merges: Iterator[int]) -> Iterator[str]:
    """The paths of some files that undo a landing, with what stood before it."""
    repository = context.repository
    undone = [file.path for file in files if _undoes(context, file, commit, merges)]
    before = repository.commit(f"{commit}^") or ""
    tree = repository.tree(before)
    wanted = {path: entry for path in undone if (entry := tree.file(path))}
    stood = context.stood(before, wanted) if wanted else frozenset()
    yield from (path for path in undone if path not in wanted or path in stood)


def _undoes(context: ChangeContext, file: CoveredFile, commit: str, merges: Iterator[int]) -> bool:
    """Whether the file at head is the merge of TARGET's with what it was before `commit`, on the base of `commit`.

    `merges` are those that may still be made.
    """
    repository = context.repository
    with_it, without_it = repository.tree(commit), repository.tree(f"{commit}^")
    base, wanted, ours = (tree.file(file.path) for tree in (with_it, without_it, context.before.tree))
    after = file.changed.after
    if after is None:
        return wanted is None and base == ours
    if base is None or wanted is None or ours is None or base == ours:
        return after == wanted
    if base == wanted or not length_hint(merges):
        return False
    lines = sum(repository.blob(entry.oid).count(b"\n") for entry in (ours, base, wanted))
    cost = 1 + lines // _LINES_OF_A_MERGE
    if len(tuple(islice(merges, cost))) < cost:
        return False
    content = merged(repository, ours.oid, base.oid, wanted.oid)
    return after.mode == ours.mode and after.is_file and content == repository.blob(after.oid)
