"""The rule that a Prompt History Record does not repeat another one."""

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache

from sdd.base import paths
from sdd.gate.change import Exchange, exchange_of
from sdd.gate.originals import FEW, Place, possible_originals
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, TreeContext, finding, record_rule
from sdd.records.kinds.phr import Phr
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
    for other in _others_alike(context).get(phr.path, ()):
        if context.came_first(other, phr.path):
            origin = f"who wrote the other: git log -- {paths.shell_word(other)}"
            fix = f"say in its response what is new in it, or remove it; {origin}"
            yield finding(phr, "prompt", f"repeats {other}", fix)
            return


# Rules are asked about one context after the other.
@lru_cache(maxsize=1)
def _others_alike(context: TreeContext) -> Mapping[str, Sequence[str]]:
    """Path of a PHR that is judged -> those of others that hold the same exchange: judged ones, or PHRs near them."""
    judged = {record.path: _key(record, context) for record in context.records if isinstance(record, Phr)}
    compared = judged
    if isinstance(context, ChangeContext):
        # One exchange may be recorded in each root that its change touches.
        compared = {phr.path: _key(phr, context) for phr in context.coverage.phrs if phr.root == context.root}
    holding: dict[Hashable, list[str]] = {}
    for path, key in compared.items():
        holding.setdefault(key, []).append(path)
    general = paths.join(context.root, context.after.placed(f"{PROMPTS}/general"))
    near: dict[str, list[str]] = {}
    for path in judged:
        for folder in dict.fromkeys((path.rpartition("/")[0], general)):
            near.setdefault(folder, []).append(path)
    for folder, own in near.items():
        place = Place(folder, context.root, context.before.tree, context.after.tree)
        for other in possible_originals(context.after.reader, place, _exchanges(context, own), compared):
            holding.setdefault(_key(other, context), []).append(other.path)
    alike = ((path, [other for other in holding.get(key, ()) if other != path]) for path, key in judged.items() if key)
    return {path: others for path, others in alike if others}


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
