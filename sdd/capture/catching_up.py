"""What hooks missed: answers, and whole exchanges, taken from the transcripts that they named."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sdd.base.errors import SddError
from sdd.capture.events import EventKind
from sdd.capture.exchanges import Exchange, Fate, Status
from sdd.capture.recording import Recorder
from sdd.capture.transcripts import is_own_transcript, read_transcript
from sdd.capture.twins import twins

_SETTLED = 60.0
"""Seconds after which no hook is waited for any more: what only the transcript tells of an exchange counts then."""


def catch_up(recorder: Recorder, now: float) -> None:
    """Adds what transcripts tell to the exchanges that lack it. The caller holds the store's lock; `now` is in seconds
    since 1970. A transcript that cannot be read costs nothing but itself.
    """
    sessions: defaultdict[tuple[str, str, str], list[Exchange]] = defaultdict(list)
    for exchange in recorder.store.exchanges():
        if exchange.transcript:
            sessions[exchange.agent, exchange.session, exchange.transcript].append(exchange)
    for (agent, session, transcript), exchanges in sessions.items():
        if any(map(_lacks, exchanges)) and is_own_transcript(agent, transcript):
            with suppress(SddError):
                _catch_up(recorder, agent, session, transcript, exchanges, now)


def _lacks(exchange: Exchange) -> bool:
    """Whether an exchange that is over has no answer, though none of its records waits for it."""
    is_over = exchange.status in (Status.DONE, Status.INTERRUPTED, Status.UNANSWERED)
    return is_over and not exchange.response and exchange.fate in (Fate.DRAFT, Fate.KEPT)


def _catch_up(
    recorder: Recorder, agent: str, session: str, transcript: str, exchanges: Sequence[Exchange], now: float
) -> None:
    read = [event for event in read_transcript(Path(transcript), agent).events if event.session == session]
    # An agent that goes to another repository writes on in the same transcript.
    asked = [event for event in read if event.kind is EventKind.PROMPT and event.cwd]
    elsewhere = {event.turn for event in asked if not recorder.is_here(event.cwd)}
    events = [event for event in read if event.turn not in elsewhere]
    told = {exchange.id: exchange for exchange in recorder.exchanges(events)}
    for id, exchange in twins(told.values(), exchanges).items():
        filled = _filled(exchange, told.pop(id))
        if filled != exchange:
            recorder.store.put(filled)
    began = min(exchange.started for exchange in exchanges)
    missed = {each.turn for each in told.values() if each.started > began and 0 < each.ended < now - _SETTLED}
    recorder.record([event for event in events if event.turn in missed], live=False)


def _filled(exchange: Exchange, twin: Exchange) -> Exchange:
    """An exchange with what the transcript says where the hooks said nothing."""
    if not _lacks(exchange) or not twin.response:
        return exchange
    return replace(
        exchange,
        response=twin.response,
        earlier=exchange.earlier if any(exchange.earlier) or twin.prompts != exchange.prompts else twin.earlier,
        status=exchange.status if exchange.status is Status.DONE else twin.status,
        model=exchange.model or twin.model,
        tokens=exchange.tokens or twin.tokens,
    )
