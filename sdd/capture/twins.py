"""Exchanges that hooks and a transcript both told: agents may name a turn in only one of them, or differently."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sdd.capture.exchanges import Exchange, exchange_id
from sdd.capture.pairing import id_at_home, name_without_turn
from sdd.capture.sessions import text_digest


def twins(told: Iterable[Exchange], kept: Iterable[Exchange]) -> dict[str, Exchange]:
    """The id of each exchange that a transcript tells and that is kept -> what is kept of it.

    They have one id; or session and first prompt are the same, and of several such the two that are nearest in time.
    """
    known = {each.id: each for each in kept}
    left = {each.id: each for each in told}
    found = {id: known.pop(id) for id in [*left] if id in known}
    for _, _, id, other in sorted(_pairs([each for id, each in left.items() if id not in found], known.values())):
        if id not in found and other in known:
            found[id] = known.pop(other)
    return found


def _pairs(told: Iterable[Exchange], kept: Iterable[Exchange]) -> Iterator[tuple[bool, float, str, str]]:
    """Whether the work trees differ, the seconds between them, and both ids, of all that may be one exchange."""
    by_text: dict[tuple[str, ...], list[Exchange]] = {}
    for other in kept:
        by_text.setdefault(_asked(other), []).append(other)
    for each in told:
        for other in by_text.get(_asked(each), ()) if each.prompts else ():
            yield each.top != other.top, abs(each.started - other.started), each.id, other.id


def _asked(exchange: Exchange) -> tuple[str, ...]:
    """The agent, the session, and the words of the first prompt."""
    return exchange.agent, exchange.session, *"".join(exchange.prompts[:1]).split()


def ids_without_turns(told: Iterable[Exchange]) -> Iterator[tuple[str, str]]:
    """The id of each exchange that a transcript tells, and the one that it has where its hooks name no turn."""
    asked = Counter[tuple[str, str]]()
    for each in told:
        if each.prompts and each.id == id_at_home(each):
            digest = text_digest(each.prompts[0])
            asked[each.session, digest] += 1
            name = name_without_turn(digest, asked[each.session, digest])
            yield each.id, exchange_id(each.agent, each.session, name)
