"""What commits say: their messages, their facts, and what they say they revert."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.base.regex import regex
from sdd.repo.history import is_ancestor, touched_by
from sdd.repo.merges import merge_title
from sdd.repo.objects import Repository

_REVERT = regex(r"\b[Tt]his reverts commit ([0-9a-f]{7,64})\b")


def commit_message(repository: Repository, oid: str) -> str:
    """A commit's whole message, bytes that are not UTF-8 kept as surrogates. Raises SddError for no commit."""
    found = repository.object(f"{oid}^{{commit}}")
    if not found:
        raise SddError(f"commit {oid} is not held in this repository", "fetch it first")
    return _message(found[2])


def commit_messages(repository: Repository, commits: Sequence[str]) -> Iterator[str]:
    """The messages of some commits (ids), in their order. Raises SddError where one is not held here."""
    return map(_message, repository.commits(commits))


def _message(commit: bytes) -> str:
    return os.fsdecode(commit.partition(b"\n\n")[2])


def subject(repository: Repository, oid: str) -> str:
    """The first paragraph of a commit's message as one line."""
    return _subject(commit_message(repository, oid))


def subjects(repository: Repository, commits: Sequence[str]) -> Iterator[str]:
    """The same of some commits (ids), in their order, read in one go."""
    return map(_subject, commit_messages(repository, commits))


def _subject(message: str) -> str:
    return " ".join(message.lstrip("\n").partition("\n\n")[0].split())


class Facts(NamedTuple):
    """Who made a commit, on which day (YYYY-MM-DD, where it was made), and the first line of its message; of a merge,
    its request's title.
    """

    day: str
    author: str
    subject: str


def facts_of(repository: Repository, commit: str) -> Facts:
    """The facts of a commit (an id)."""
    told = repository.git("log", "-1", "--format=%cs%n%aN%n%P%n%s%n%B", commit, "--")
    day, author, parents, subject, message = told.split("\n", 4)
    return Facts(day, author, merge_title(message) if " " in parents else subject)


def reverts_named(text: str) -> tuple[str, ...]:
    """The commit ids, full or short, that a text says it reverts: `This reverts commit X`, as git writes it."""
    return tuple(dict.fromkeys(_REVERT.findall(text)))


def reverted(repository: Repository, commits: Sequence[str]) -> Mapping[str, str]:
    """Commit that is held here -> the one of `commits` whose message says that it reverts it."""
    messages = zip(commits, commit_messages(repository, commits), strict=True)
    named = ((commit, oid) for commit, message in messages for oid in reverts_named(message))
    return {found: commit for commit, oid in named if (found := repository.commit(oid))}


def taken_back(repository: Repository, commits: Sequence[str], target: str | None) -> Mapping[str, str]:
    """Path that one of `commits` takes back -> the commit in the history of `target` that it says it reverts."""
    landed = {
        commit: by
        for commit, by in reverted(repository, commits).items()
        if target and is_ancestor(repository, commit, target)
    }
    return {path: commit for commit, by in landed.items() for path in touched_by(repository, by)}
