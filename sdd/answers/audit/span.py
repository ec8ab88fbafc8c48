"""Which part of history is audited: a range as somebody wrote it -> the line of commits since sdd was adopted."""

from sdd.base.errors import SddError, UsageError
from sdd.gate.target.span import Span, span_of
from sdd.index.mainline import mainline_now
from sdd.repo.history import is_ancestor
from sdd.repo.objects import Repository
from sdd.repo.refs import full_name


def read_span(repository: Repository, wanted: str | None) -> Span:
    """The span of `A..B`, of a revision, or without either of the target branch (of HEAD where none is known).

    Raises UsageError for what names no commit, SddError where there is no commit yet.
    """
    span, mainline = span_of(repository, *_named(repository, wanted)), mainline_now(repository).tip
    is_past = mainline is not None and span.tip != mainline and is_ancestor(repository, span.tip, mainline)
    return span._replace(is_past=is_past)


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
