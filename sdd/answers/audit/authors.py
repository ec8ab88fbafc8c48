"""Who wrote what landed. Only asked where somebody wants shares by author: they name people."""

from collections.abc import Iterator, Mapping, Sequence

from sdd.gate.landings import Landing
from sdd.gate.target.span import Span
from sdd.repo.objects import Repository


def authors_of(repository: Repository, span: Span, landings: Sequence[Landing]) -> Mapping[str, tuple[str, ...]]:
    """The id of each landing's head -> the names of those who wrote its commits, in the order of the alphabet.

    For a merge those are the commits that it brought in; whoever merged them counts only where it brought none.
    """
    merges = any(commit.is_merge for landing in landings for commit in landing.commits)
    written = _written(repository, span) if merges else {}
    # What stands on the line was there before any branch could bring it.
    seen = {commit.oid for commit in span.commits}
    found = {}
    for commit in span.commits:
        brought = [parent for parent in commit.parents[1:] if parent in written]
        names = {written[oid][1] for oid in _reach(written, brought, seen) if len(written[oid][0]) < 2}
        found[commit.oid] = names or {_name(commit.author)}
    return {
        landing.head.oid: tuple(sorted(set().union(*(found[commit.oid] for commit in landing.commits))))
        for landing in landings
    }


def _written(repository: Repository, span: Span) -> dict[str, tuple[list[str], str]]:
    """Every commit of a span, those of merged branches included -> (its parents, its author's name)."""
    base = span.commits[0].base if span.commits else None
    beyond = (f"^{base}",) if base else ()
    listed = repository.git("log", "--format=%H%n%P%n%aN", "-z", span.tip, *beyond, "--")
    records = (record.split("\n") for record in listed.split("\0") if record)
    return {oid: (parents.split(), name) for oid, parents, name in records}


def _reach(written: Mapping[str, tuple[list[str], str]], starts: list[str], seen: set[str]) -> Iterator[str]:
    """The commits in the history of some that were not seen before; they are seen then."""
    waiting = list(starts)
    while waiting:
        oid = waiting.pop()
        if oid not in seen and oid in written:
            seen.add(oid)
            yield oid
            waiting += written[oid][0]


def _name(identity: str) -> str:
    return identity.rpartition(" <")[0]
