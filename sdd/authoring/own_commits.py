"""The commits of a branch that a new record tells of."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sdd.base import paths
from sdd.gate.cover.told import changes_in, untold_changes
from sdd.gate.preview import ChangeState
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.file_entries import moved_folder
from sdd.records.kinds.phr import Phr
from sdd.records.links import path_from_top
from sdd.records.project import located
from sdd.repo.objects import Tree


class OwnCommits(NamedTuple):
    """The ids of some commits, the oldest first, and whether they changed other governed files, too."""

    commits: tuple[str, ...] = ()
    changed_more: bool = False


def own_commits(state: ChangeState, files: Sequence[str]) -> OwnCommits:
    """The commits of the branch that changed some files (as a record names them) after a PHR last named each; where
    there is none, and no commit lacks any of it, those that changed them at all. What only writes records is none of
    them.
    """
    if not state.coverage or not files:
        return OwnCommits()
    entries = [written for entry in files for written in moved_folder(entry) or (entry,)]
    wanted = [path for written in entries if (path := path_from_top(state.root, written))]
    governed = {file.path for file in state.files if not file.exempt}
    changes = changes_in(state.coverage, state.tree)
    own = {path for changed in changes.values() for path in changed if any(_is_in(path, name) for name in wanted)}
    every = {
        commit: any(path in governed and path not in own for path in changed)
        for commit, changed in changes.items()
        if commit and not own.isdisjoint(changed) and not _only_records(state.tree, changed)
    }
    untold = untold_changes(state.coverage, changes)
    left = {commit for path, by in untold.items() if path in own for commit in by}
    waiting = not own.isdisjoint(changes.get("", ()))
    told = tuple(commit for commit in every if commit in left) or (() if waiting else tuple(every))
    return OwnCommits(told, any(every[commit] for commit in told))


def _is_in(path: str, name: str) -> bool:
    return path == name or (name.endswith("/") and paths.is_below(path, name[:-1]))


def _only_records(tree: Tree, changed: Iterable[str]) -> bool:
    """Whether a commit writes PHRs or contracts, and beside them nothing but what these are about, such as a spec."""
    places = [located(tree, path) for path in changed]
    return all(places) and any(place and place[1].record in (Phr, Contract) for place in places)
