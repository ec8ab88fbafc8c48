"""Which files a commit, or the way from one to another, renamed: git judges by how alike two files are."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from sdd.base.limits import REVERTED
from sdd.repo.history import last_change, state_before
from sdd.repo.objects import Repository

# Files whose likeness is compared, on either side; beyond that only what is renamed unchanged is found.
_COMPARED = 1000


def renames(repository: Repository, commit: str) -> Mapping[str, str]:
    """The new path -> the old one of each file that a commit renamed."""
    return renames_between(repository, state_before(repository, commit), commit)


def moves(repository: Repository, commit: str) -> Mapping[str, str]:
    """The old path -> the new one of the same."""
    return moves_between(repository, state_before(repository, commit), commit)


# Each of many files asks for what the landings renamed that a revert names.
@lru_cache(maxsize=2 * REVERTED)
def renames_between(repository: Repository, before: str, after: str) -> Mapping[str, str]:
    """The new path -> the old one of each file that was renamed from one commit to another. Empty files are no one
    file. Nothing of git's configuration counts.
    """
    similar = ("--find-renames=50%", f"-l{_COMPARED}", "--no-rename-empty", "--diff-filter=R")
    plain = ("--name-status", "-z", "--no-ext-diff", "--no-textconv")
    parts = repository.git("diff-tree", "-r", *similar, *plain, before, after).split("\0")
    return dict(zip(parts[2::3], parts[1::3], strict=False))


@lru_cache(maxsize=2 * REVERTED)
def moves_between(repository: Repository, before: str, after: str) -> Mapping[str, str]:
    """The old path -> the new one of the same."""
    return {old: new for new, old in renames_between(repository, before, after).items()}


def folder_moved_to(repository: Repository, revision: str, folder: str) -> str:
    """The folder that most files of one that is gone in a revision were moved to, by the last commit that removed any;
    empty where they moved to none, or are gone.
    """
    commit, removed = last_change(repository, folder, "D", revision)
    moved = moves(repository, commit) if commit else {}
    places = Counter[str]()
    for old in removed:
        new, within = moved.get(old, ""), old.removeprefix(folder)
        places[new.removesuffix(within) if new.endswith(within) else ""] += 1
    return places.most_common(1)[0][0] if places else ""
