"""From a file to the commits that brought it, under each name that it had, and to the one that took it away."""

from collections.abc import Iterator, Mapping

from sdd.answers.trail.landings import History
from sdd.answers.trail.steps import Step, Via, commit_step
from sdd.answers.trail.stored import StoredLanding
from sdd.base import paths
from sdd.repo.history import added_by, last_change, parents
from sdd.repo.objects import Repository
from sdd.repo.renames import moves, renames

# More often than this no file is renamed: git takes it for a rename where two files are alike, in a circle too.
_MOST_RENAMES = 20


def departure(history: History, path: str, commit: str) -> tuple[str, Step]:
    """Where a file moved that a commit took away, empty where it did not, and the step to that commit."""
    repository = history.repository
    renamed, new = renames(repository, commit), moves(repository, commit).get(path, "")
    how, detail = (Via.MOVED_FILE, f"to {new}{_with_folder(renamed, new)}") if new else (Via.REMOVED_FILE, "")
    return new, commit_step(repository, commit, how, detail)


def moved_on(history: History, path: str, came: str) -> Iterator[Step]:
    """The step to the commit that moved a submodule to where it is, unless that is the one that it `came` with."""
    assert history.head, "a submodule is committed"
    commit, _ = last_change(history.repository, path, "AM", history.head)
    if commit != came:
        yield commit_step(history.repository, commit, Via.MOVED_ON)


def arrivals(history: History, path: str, gone: str | None) -> Iterator[tuple[str, Step]]:
    """Each name that a file of HEAD had, the present one first, with the step to the commit that gave it the name.

    One that is `gone` is seen from before the commit that took it away.
    """
    repository, head, last = history.repository, history.head, history.last
    if gone:
        head, landing = parents(repository, gone)[0], history.change_of(gone).landing
        last = landing.position - 1 if landing else last
    assert head, "a file is committed"
    for _ in range(_MOST_RENAMES):
        if last and _has(history, last, path):
            landing = history.landing_at(_arrival(history, path, last))
            last = landing.position - 1
            commit = _within(repository, landing, path)
        else:
            below = (history.landing_at(last).commit,) if last else ()
            commit = added_by(repository, path, head, below) or head
        renamed = renames(repository, commit)
        old = renamed.get(path)
        yield path, _step(repository, commit, _origin(renamed, path))
        if old is None:
            return
        path = old


def _has(history: History, position: int, path: str) -> bool:
    return path in history.repository.tree(history.landing_at(position).commit)


def _arrival(history: History, path: str, last: int) -> int:
    """A landing that added `path`, which the landing `last` has; the last one, but where it came and went often.

    Looks back in growing steps, then halves the step that it is in: to read every landing between would take long.
    """
    first, step = last, 1
    while first and _has(history, first, path):
        last, first, step = first, max(0, first - step), step * 2
    while last - first > 1:
        middle = (first + last) // 2
        if _has(history, middle, path):
            last = middle
        else:
            first = middle
    return last


def _within(repository: Repository, landing: StoredLanding, path: str) -> str:
    """The commit of a landing that added a path."""
    if landing.commits == 1:
        return landing.commit
    return added_by(repository, path, landing.commit, (f"{landing.commit}^",)) or landing.commit


def _origin(renamed: Mapping[str, str], path: str) -> str:
    """Where a file came from, by the new and old names of a commit."""
    old = renamed.get(path)
    return f"from {old}{_with_folder(renamed, path)}" if old else ""


def _with_folder(renamed: Mapping[str, str], path: str) -> str:
    """The folder that a file moved with, where that moved as a whole."""
    folders = paths.folders_of_move(renamed[path], path)
    if not folders:
        return ""
    before, after = folders
    together = sum(
        was.startswith(before) and name == f"{after}{was.removeprefix(before)}" for name, was in renamed.items()
    )
    return f", with {before or 'the top'} -> {after or 'the top'} ({together} files)" if together > 1 else ""


def _step(repository: Repository, commit: str, origin: str) -> Step:
    how, detail = (Via.RENAMED_FILE, origin) if origin else (Via.ADDED_FILE, "")
    if commit in repository.cut_off:
        detail = "or earlier: the clone is shallow"
    return commit_step(repository, commit, how, detail)
