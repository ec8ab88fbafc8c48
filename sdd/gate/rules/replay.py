"""The rule that a Prompt History Record does not repeat another one."""

from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from sdd.base import paths
from sdd.gate.change import Exchange, exchange_of
from sdd.gate.originals import FEW, Place, possible_originals
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, TreeContext, finding, record_rule
from sdd.records.kinds.phr import KIND, Phr
from sdd.records.layout import PROMPTS


@record_rule(Severity.ERROR, Phr, needs=("phr-empty", "phr-missing-field"))
def phr_replayed(phr: Phr, context: TreeContext) -> Findings:
    """A PHR repeats another one: of its folder, of general/, or of the change in its root.

    What is seen counts: white space, letter case, comments, hidden elements, emphasis and the last sign make no
    difference. `sdd check` compares the records of all folders.

    Why: a copy of an old record would cover new code that nobody asked for.

    Fix: record this exchange, not that one. Where somebody else landed a copy of yours first, say so in the response.

    Bad example:
        -- history/prompts/001-vat/0004-again.green.prompt.md (copy) --
        history/prompts/001-vat/0002-rounding.green.prompt.md
        -id: "0002"
        +id: "0004"
    """
    if isinstance(context, ChangeContext) and phr.path in context.view.moved_phrs:
        return
    for other in _others_alike(phr, context):
        if context.came_first(other, phr.path):
            origin = f"who wrote the other: git log -- {paths.shell_word(other)}"
            fix = f"say in its response what is new in it, or remove it; {origin}"
            yield finding(phr, "prompt", f"repeats {other}", fix)
            return


def _others_alike(phr: Phr, context: TreeContext) -> Iterator[str]:
    """The paths of other PHRs that hold the same exchange: compared ones, and PHRs near those that are judged."""
    if key := _key(phr, context):
        alike = chain(_compared(context).holding(key, phr), _near(context).get(key, ()))
        yield from (path for path in alike if path != phr.path)


class _Compared:
    """Who holds which exchange: the PHRs of a change, or of a tree those up to the one that is judged, since no later
    one came first. A tree may not fit into memory, and to read it twice would take half as long again.
    """

    def __init__(self, context: TreeContext) -> None:
        self._context = context
        self._holding: dict[Hashable, list[str]] = {}
        self._left = iter(_paths_of_phrs(context))
        if isinstance(context, ChangeContext):
            # One exchange may be recorded in each root that its change touches.
            self._left = iter(())
            for phr in context.coverage.phrs:
                if phr.root == context.root:
                    self._add(phr)

    def holding(self, key: Hashable, phr: Phr) -> Sequence[str]:
        """The paths of those that hold an exchange, by its key."""
        for path in self._left:
            other = phr if path == phr.path else self._context.record_at(path)
            if isinstance(other, Phr):
                self._add(other)
            if other is phr:
                break
        return self._holding.get(key, ())

    def _add(self, phr: Phr) -> None:
        self._holding.setdefault(_key(phr, self._context), []).append(phr.path)


# Rules are asked about one context after the other.
_compared = lru_cache(maxsize=1)(_Compared)


def _paths_of_phrs(context: TreeContext) -> list[str]:
    return [path for path in context.paths if context.after.kind_of(path) is KIND]


@lru_cache(maxsize=1)
def _near(context: TreeContext) -> Mapping[Hashable, Sequence[str]]:
    """Who else holds which exchange: PHRs that are not compared, of the folders of those that are judged."""
    judged = _paths_of_phrs(context)
    known = set(judged)
    if isinstance(context, ChangeContext):
        known = {phr.path for phr in context.coverage.phrs if phr.root == context.root}
    general = paths.join(context.root, context.after.placed(f"{PROMPTS}/general"))
    near: dict[str, list[str]] = {}
    for path in judged:
        for folder in dict.fromkeys((path.rpartition("/")[0], general)):
            near.setdefault(folder, []).append(path)
    holding: dict[Hashable, list[str]] = {}
    for folder, own in near.items():
        place = Place(folder, context.root, context.before.tree, context.after.tree)
        sought = _exchanges(context, own) if _holds_others(context, folder, known) else []
        for other in possible_originals(context.after.reader, place, sought, known):
            holding.setdefault(_key(other, context), []).append(other.path)
    return holding


def _holds_others(context: TreeContext, folder: str, known: Container[str]) -> bool:
    """Whether a folder of a tree may hold other files than known ones; one that a change touches nearly always does."""
    names = context.after.tree.folder(folder)
    return isinstance(context, ChangeContext) or any(paths.join(folder, name) not in known for name in names)


def _exchanges(context: TreeContext, judged: Sequence[str]) -> list[Exchange] | None:
    """The exchanges of some judged PHRs; None for more of a tree than are looked for one by one."""
    if len(judged) > FEW and not isinstance(context, ChangeContext):
        return None
    phrs = (phr for path in judged if isinstance(phr := context.record_at(path), Phr))
    return [exchange for phr in phrs if all(exchange := _exchange(phr, context))]


def _key(phr: Phr, context: TreeContext) -> Hashable:
    """What tells a PHR's exchange from others, None for one that lacks a part. All texts of a tree may fill memory."""
    exchange = _exchange(phr, context)
    if not all(exchange):
        return None
    if isinstance(context, ChangeContext):
        return exchange
    from hashlib import blake2b  # not needed to judge a push

    return blake2b(repr(exchange).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _exchange(phr: Phr, context: TreeContext) -> Exchange:
    return context.after.reader.once(exchange_of, phr)
