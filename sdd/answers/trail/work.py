"""The commits that did what a record tells of: of a branch that landed commit by commit, not the one of the record."""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from sdd.answers.asking import edges_from, edges_to
from sdd.answers.trail.landings import History
from sdd.answers.trail.stored import landings_at
from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.repo.history import changes_of

Work = Mapping[str, Mapping[str, frozenset[str]]]
"""Landed PHR or contract -> the commits that did its work, the oldest first -> the files that each of them changed."""

_RECORDS = (
    "SELECT path, landing FROM landed JOIN landings ON position = landing WHERE until ISNULL AND commits = 1 "
    "AND (path LIKE '%.prompt.md' OR path LIKE '%.contract.md')"
)


def work_of(history: History, records: Collection[str] | None = None) -> Work:
    """The work of the records (None: of all) whose change landed as several commits, as far as commits of it changed
    files that a PHR names; that of a contract is that of the PHRs which link it. The index was asked for its history.
    """
    index = history.index
    landed: dict[str, int] = dict(index.execute(_RECORDS))
    if records is not None:
        wanted = {*records, *(edge.path for edge in edges_to(index, "contract", records))}
        landed = {path: at for path, at in landed.items() if path in wanted}
    prompts = {path: at for path, at in landed.items() if path.endswith(".prompt.md")}
    named = grouped((edge.path, edge.target) for edge in edges_from(index, "files", prompts))
    own = _changed(history, prompts.values())
    # Most landings did all that their PHRs name: only of others it is asked what landed together.
    spans = history.together(at for path, at in prompts.items() if not _is_all(named.get(path, ()), own[at]))
    changed = _changed(history, chain.from_iterable(range(first, last + 1) for first, last in spans.values()))
    work: dict[str, dict[str, frozenset[str]]] = {}
    for path, (first, last) in ((path, spans[at]) for path, at in prompts.items() if at in spans):
        for at in range(first, last + 1):
            if files := frozenset(file for file in changed[at] if not _names(file).isdisjoint(named.get(path, ()))):
                work.setdefault(path, {})[history.landing_at(at).commit] = files
    for edge in edges_from(index, "contract", [*work]):
        if edge.target in landed:
            work[edge.target] = work.get(edge.target, {}) | work[edge.path]
    return work


def _changed(history: History, landings: Iterable[int]) -> Mapping[int, frozenset[str]]:
    """The files that are no records and that each of some landings (places) of one commit changed."""
    commits = {at: landing.commit for at, landing in landings_at(history.index, landings).items()}
    changes = changes_of(history.repository, [*commits.values()])
    return {
        at: frozenset(storable(each.path) for each in changes.get(commit, ()) if not locate(each.path))
        for at, commit in commits.items()
    }


def _is_all(names: Iterable[str], changed: Iterable[str]) -> bool:
    """Whether what was changed is all that some names stand for, records aside."""
    done = set(chain.from_iterable(map(_names, changed)))
    return all(locate(name) or name in done for name in names)


def _names(file: str) -> frozenset[str]:
    """What stands for a file: its path, and each folder above it with a slash."""
    return frozenset((file, *(f"{folder}/" for folder in paths.folders_above(file) if folder)))
