"""Which part of history is audited: a range as somebody wrote it -> the line of commits since sdd was adopted."""

from itertools import dropwhile
from typing import NamedTuple

from sdd.base.errors import SddError, UsageError
from sdd.gate.target.adoption import adoption
from sdd.gate.target.elder import Elder, elder_of
from sdd.index.history import mainline_now
from sdd.repo.history import is_ancestor, new_commits
from sdd.repo.line import LineCommit, count_line, read_line
from sdd.repo.objects import Repository
from sdd.repo.refs import full_name


class Span(NamedTuple):
    """The commits of one line that are audited, the oldest first.

    `name` is how the range is written, `tip` its last commit. `adopted` is the commit that brought sdd in, None where
    that lies before the range (or cannot be told in a shallow clone); `before` is how many commits came before it.
    `is_past` says that more has landed since. On a target that is older than sdd the policy of its `elder` holds, and
    commits count from the first that is no older than the adoption there.
    """

    name: str
    tip: str
    commits: tuple[LineCommit, ...]
    adopted: str | None
    before: int
    is_past: bool = False
    elder: Elder | None = None


def read_span(repository: Repository, wanted: str | None) -> Span:
    """The span of `A..B`, of a revision, or without either of the target branch (of HEAD where none is known).

    Raises UsageError for what names no commit, SddError where there is no commit yet.
    """
    span, mainline = span_of(repository, *_named(repository, wanted)), mainline_now(repository).tip
    is_past = mainline is not None and span.tip != mainline and is_ancestor(repository, span.tip, mainline)
    return span._replace(is_past=is_past)


def span_of(repository: Repository, name: str, tip: str, beyond: str | None = None) -> Span:
    """The span of a commit's line, called `name`, without what `beyond` has."""
    adopted, is_later = adoption(repository, tip, beyond)
    if adopted is None and is_later:
        return _by_elder(repository, name, tip, beyond)
    before = repository.commit(f"{adopted}^1") if adopted else None
    commits = read_line(repository, tip, before or beyond)
    return Span(name, tip, commits, adopted, count_line(repository, before, beyond) if before else 0)


def _by_elder(repository: Repository, name: str, tip: str, beyond: str | None) -> Span:
    """The span of a line without sdd: of a target those commits that another one's policy judges."""
    elder = elder_of(repository, tip)
    if not elder:
        return Span(name, tip, (), None, count_line(repository, tip, beyond))
    line, adopted = read_line(repository, tip, beyond), elder.line[0]
    own = {*new_commits(repository, (adopted.base,) if adopted.base else (), tip)}
    later = tuple(dropwhile(lambda commit: commit.oid not in own or commit.committed < adopted.committed, line))
    return Span(name, tip, later, None, len(line) - len(later), elder=elder)


def _named(repository: Repository, wanted: str | None) -> tuple[str, str, str | None]:
    """(name, tip, what is left out) of a range."""
    if wanted is None:
        mainline = mainline_now(repository)
        if mainline.tip is None:
            raise SddError("there is no commit yet", "commit something first")
        return mainline.name, mainline.tip, None
    start, dots, end = wanted.partition("..")
    if end.startswith("."):
        raise UsageError(f"{wanted} is no range of changes", "write A..B: what B has and A has not")
    if not dots:
        return wanted, commit_of(repository, wanted), None
    return wanted, commit_of(repository, end or "HEAD"), commit_of(repository, start or "HEAD")


def commit_of(repository: Repository, name: str) -> str:
    """The id of the commit that a revision names. Raises UsageError for one that names none."""
    if commit := repository.commit(full_name(repository, name)):
        return commit
    raise UsageError(f"unknown revision: {name}", "name a commit, branch or tag, or a range A..B")
