"""The commits of a branch that a new record tells of."""

from collections.abc import Sequence
from typing import NamedTuple

from sdd.base import paths
from sdd.gate.cover import Named
from sdd.gate.preview import ChangeState
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.file_entries import moved_folder
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import AnyKind
from sdd.records.links import path_from_top
from sdd.records.project import located
from sdd.repo.history import changes_of
from sdd.repo.uncommitted import uncommitted_paths


class OwnCommits(NamedTuple):
    """The ids of some commits, the oldest first, and whether they changed other governed files, too."""

    commits: tuple[str, ...] = ()
    changed_more: bool = False


def own_commits(state: ChangeState, files: Sequence[str]) -> OwnCommits:
    """The commits of the branch that changed some files (as a record names them) after a PHR last named each; where
    there is none, and no commit lacks any of it, those that changed them at all. What only writes records is none of
    them.
    """
    change = state.target.change
    if not change or not files:
        return OwnCommits()
    entries = [written for entry in files for written in moved_folder(entry) or (entry,)]
    wanted = [path for written in entries if (path := path_from_top(state.root, written))]
    governed = {file.path for file in state.files if not file.exempt}
    changes = changes_of(state.repository, change.commits)
    every: dict[str, bool] = {}
    untold: dict[str, set[str]] = {}
    for commit in change.commits:
        touched = {each.path: located(state.tree, each.path) for each in changes.get(commit, ())}
        own = [path for path in touched if any(_is_in(path, name) for name in wanted)]
        if own and not _only_records([place and place[1] for place in touched.values()]):
            every[commit] = any(path in governed and path not in own for path in touched)
            for path in own:
                untold.setdefault(path, set()).add(commit)
        for path, place in touched.items():
            if place and place[1].record is Phr and (phr := state.project.at(place[0]).get(Phr, path)):
                named = Named(phr, state.coverage.moves if state.coverage else None)
                untold = {path: commits for path, commits in untold.items() if path not in named}
    left = {commit for commits in untold.values() for commit in commits}
    waiting = any(_is_in(path, name) for path in uncommitted_paths(state.repository) for name in wanted)
    told = tuple(commit for commit in every if commit in left) or (() if waiting else tuple(every))
    return OwnCommits(told, any(every[commit] for commit in told))


def _is_in(path: str, name: str) -> bool:
    return path == name or (name.endswith("/") and paths.is_below(path, name[:-1]))


def _only_records(kinds: Sequence[AnyKind | None]) -> bool:
    """Whether a commit writes PHRs or contracts, and beside them nothing but what these are about, such as a spec."""
    return all(kinds) and any(kind and kind.record in (Phr, Contract) for kind in kinds)
