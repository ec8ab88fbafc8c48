"""Which part of history is audited: a range as somebody wrote it -> the line of commits since sdd was adopted."""

from typing import NamedTuple

from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.index.history import mainline_now
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.layout import MARK, find_roots
from sdd.repo.history import first_that_added
from sdd.repo.line import LineCommit, count_line, read_line
from sdd.repo.objects import Repository


class Span(NamedTuple):
    """The commits of one line that are audited, the oldest first.

    `name` is how the range is written, `tip` its last commit. `adopted` is the commit that brought sdd in, None where
    that lies before the range (or cannot be told in a shallow clone); `before` is how many commits came before it.
    """

    name: str
    tip: str
    commits: tuple[LineCommit, ...]
    adopted: str | None
    before: int


def read_span(repository: Repository, wanted: str | None) -> Span:
    """The span of `A..B`, of a revision, or without either of the target branch (of HEAD where none is known).

    Raises UsageError for what names no commit, SddError where there is no commit yet.
    """
    name, tip, beyond = _named(repository, wanted)
    adopted, is_later = _adoption(repository, tip, beyond)
    if adopted is None and is_later:
        return Span(name, tip, (), None, count_line(repository, tip, beyond))
    before = repository.commit(f"{adopted}^1") if adopted else None
    commits = read_line(repository, tip, before or beyond)
    return Span(name, tip, commits, adopted, count_line(repository, before, beyond) if before else 0)


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
        return wanted, _commit(repository, wanted), None
    return wanted, _commit(repository, end or "HEAD"), _commit(repository, start or "HEAD")


def _commit(repository: Repository, name: str) -> str:
    if commit := repository.commit(name):
        return commit
    raise UsageError(f"unknown revision: {name}", "name a commit, branch or tag, or a range A..B")


def _adoption(repository: Repository, tip: str, beyond: str | None) -> tuple[str | None, bool]:
    """The commit of a line that brought sdd in, and whether sdd came later than the range begins.

    Sdd came with a policy; where the tip has none, or one that names the day to count from, with a root. It is looked
    for at the top, where the roots of the tip are, and where those were that they have come from.
    """
    tree, own = repository.tree(tip), _adopted(repository, tip, POLICY_PATH)
    mark = POLICY_PATH if own and not any(Policy.of(tree, root).since for root in own) else MARK
    if beyond and _adopted(repository, beyond, mark):
        return None, False
    places = {"", *_adopted(repository, tip, mark)}
    adopted, until = None, tip
    while True:
        marks = [f":(top,literal){paths.join(place, mark)}" for place in sorted(places)]
        revisions = (until, f"^{beyond}") if beyond else (until,)
        first = first_that_added(repository, marks, "--first-parent", *revisions)
        if first is None or first in repository.cut_off:
            # Whatever there was already at the commit found last came before anything that can be seen from here.
            return None, first is None and adopted is None
        adopted = first
        parent = repository.commit(f"{first}^1")
        earlier = _adopted(repository, parent, mark) - places if parent else set()
        if not parent or not earlier:
            return adopted, True
        # There was a root elsewhere before: it has moved, or was given up for this one.
        places, until = places | earlier, parent


def _adopted(repository: Repository, revision: str, mark: str) -> set[str]:
    """The roots of a revision that hold a policy, or whose mark is no more than their folder."""
    tree = repository.tree(revision)
    return {root for root in find_roots(tree) if mark == MARK or paths.join(root, mark) in tree}
