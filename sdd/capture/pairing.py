"""From what was told of a session to its exchanges: a function of the events alone, however often and late they came.

Events belong to *links*: a prompt, and what was done until the next one. A prompt that only says "continue", or that no
person wrote, is no exchange: its link joins the exchange before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import NamedTuple

from sdd.capture.events import EventKind
from sdd.capture.exchanges import ChangedFile, Exchange, How, Status, exchange_id
from sdd.capture.sessions import LoggedEvent, SessionLog, TopFiles

_CLOSING = {
    EventKind.INTERRUPT: Status.INTERRUPTED,
    EventKind.FAILURE: Status.FAILED,
    EventKind.RESPONSE: Status.DONE,
}
_TOOLS = (EventKind.TOOL_STARTED, EventKind.TOOL)
# Which of two events of the same moment comes first.
_RANK = {kind: rank for rank, kind in enumerate((
    EventKind.SESSION_START, EventKind.PROMPT, EventKind.PROMPT_BLOCKED, *_TOOLS, *_CLOSING, EventKind.SESSION_END,
))}  # fmt: skip
# The same prompt told twice, once with the name of its turn and once without, comes within so many seconds.
_TWICE_WITHIN = 2.0
_MOST_LINES = 20_000
_KNOWN_BEST = (How.TOOL, How.SHELL)
# Who says no more than that has answered a question: 2, b, ok.
_ANSWER = 2
_CONTINUING = frozenset((
    "yes", "yes please", "yep", "yeah", "okay", "sure", "go on", "go ahead", "continue",
    "please continue", "continue please", "keep going", "carry on", "proceed", "please proceed", "do it", "do that",
    "next", "resume", "retry", "try again", "again", "approved", "lgtm", "looks good", "sounds good",
))  # fmt: skip


@dataclass(eq=False)
class _Link:
    """A prompt and its events. `turn` is empty where the agent has no name for it."""

    turn: str
    events: list[LoggedEvent] = field(default_factory=list)
    prompts: list[LoggedEvent] = field(default_factory=list)
    blocked: bool = False
    ended: bool = False

    @property
    def prompt(self) -> LoggedEvent | None:
        """What was asked: the first that says something, since some agents tell of a prompt without its words."""
        said = (prompt for prompt in self.prompts if prompt.text.strip())
        return next(said, self.prompts[0] if self.prompts else None)

    @property
    def is_machine_made(self) -> bool:
        return bool(self.prompts) and all(prompt.machine_made for prompt in self.prompts)

    @property
    def is_none(self) -> bool:
        return self.blocked and not any(event.kind in (EventKind.TOOL, EventKind.RESPONSE) for event in self.events)

    @property
    def status(self) -> Status:
        closing = [event for event in self.events if event.kind in _CLOSING]
        return _CLOSING[closing[-1].kind] if closing else Status.OPEN


def is_continuing(text: str) -> bool:
    """Whether a prompt says no more than that the agent shall go on."""
    said = " ".join(text.strip().strip(".!,;:)").lower().replace(",", "").split())
    return said in _CONTINUING or 0 < len(said) <= _ANSWER


class Told(NamedTuple):
    """An exchange, and the keys of the events that tell of it."""

    exchange: Exchange
    keys: tuple[str, ...]

    def after(self, prompts: tuple[str, ...]) -> "Told":
        """The same as what followed some prompts."""
        return self._replace(exchange=replace(self.exchange, prompts=(*prompts, *self.exchange.prompts)))


def exchanges_of(log: SessionLog, before: tuple[str, ...] = ()) -> tuple[Told, ...]:
    """The exchanges of a session, but those that a person dropped. `before` are the prompts that a first "continue"
    means: the last ones of the session that this one is a fork of.
    """
    chains = _chains(link for link in _links(log.events) if not link.is_none)
    told: list[Told] = []
    for number, (chain, turn) in enumerate(zip(chains, _names(chains), strict=True)):
        continues = number == 0 and chain[0].prompt and is_continuing(chain[0].prompt.text)
        exchanges = _told(log, chain, turn, is_last=number == len(chains) - 1)
        told += (each.after(before) for each in exchanges) if continues and before else exchanges
    return tuple(told)


def _links(events: Sequence[LoggedEvent]) -> list[_Link]:
    """The links of a session in their order."""
    ordered = sorted(events, key=lambda event: (event.time, _RANK.get(event.kind, len(_RANK)), event.key))
    prompted = {event.turn for event in ordered if event.kind is EventKind.PROMPT and not event.subagent}
    links: list[_Link] = []
    named: dict[str, _Link] = {}
    early: list[LoggedEvent] = []
    link: _Link | None
    for event in ordered:
        kind = event.kind
        if event.subagent and kind not in _TOOLS:
            continue
        if kind is EventKind.SESSION_END:
            for each in links:
                each.ended = True
        elif kind is EventKind.PROMPT:
            link = named.get(event.turn) if event.turn else None
            if not link and (twin := _told_before(links, event)) and not (event.turn and twin.turn):
                link = twin
            if not link:
                link = _Link(event.turn)
                links.append(link)
            if event.turn:
                named[event.turn] = link
            link.prompts.append(event)
            link.events.append(event)
        elif kind in _RANK and kind is not EventKind.SESSION_START:
            turn = event.turn if event.turn in prompted or not event.subagent else ""
            link = named.get(turn) if turn else links[-1] if links else None
            if turn and not link:
                last = links[-1] if links else None
                # An agent may name a turn only after its prompt.
                unnamed = last and last.prompts and not last.turn and last not in named.values()
                if last and unnamed and turn not in prompted:
                    link = last
                else:
                    link = _Link(turn)
                    links.append(link)
                named[turn] = link
            if link:
                link.events.append(event)
                link.blocked |= kind is EventKind.PROMPT_BLOCKED
            else:
                early.append(event)
    if early:
        if not links and any(event.kind in (EventKind.TOOL, *_CLOSING) for event in early):
            links.append(_Link(""))
        if links:
            links[0].events[:0] = early
    return links


def _told_before(links: list[_Link], prompt: LoggedEvent) -> _Link | None:
    """The link of a prompt without a name of its turn that was told before: nobody asks the same twice at once."""
    for link in reversed(links):
        if any(each.text == prompt.text and each.machine_made == prompt.machine_made for each in link.prompts):
            is_open = link is links[-1] and link.status is Status.OPEN and not link.ended
            if is_open or prompt.time - link.prompts[-1].time <= _TWICE_WITHIN:
                return link
    return None


def _chains(links: Iterable[_Link]) -> list[list[_Link]]:
    """The links of each exchange."""
    chains: list[list[_Link]] = []
    for link in links:
        joins = link.is_machine_made or (link.prompt and is_continuing(link.prompt.text))
        if joins and chains:
            chains[-1].append(link)
        elif not link.is_machine_made:
            chains.append([link])
    return chains


def _names(chains: Iterable[Sequence[_Link]]) -> list[str]:
    """What names the turn of each exchange: the agent's word, else its prompt and how often that was asked before."""
    asked: defaultdict[str, int] = defaultdict(int)
    names = []
    for chain in chains:
        first = chain[0]
        name = first.turn
        if not name and first.prompt:
            name = _digest(first.prompt.text)[:12]
            asked[name] += 1
            name += f"-{asked[name]}" if asked[name] > 1 else ""
        names.append(name)
    return names


def _told(log: SessionLog, chain: Sequence[_Link], turn: str, *, is_last: bool) -> Iterator[Told]:
    """The exchange of some links in each work tree that it changed.

    What was done after a person dropped it is a part of its own.
    """
    events = [event for link in chain for event in link.events]
    own = next((event.place.top for event in events if event.place.top), "")
    for top in dict.fromkeys((own, *(files.top for event in events for files in event.changes))):
        name = turn if top == own else f"{turn}@{_digest(top)[:6]}"
        part, number, taken = name, 1, set[str]()
        while (id := exchange_id(log.agent, log.session, part)) in log.taken:
            taken.update(log.taken[id])
            number += 1
            part = f"{name}+{number}"
        rest = [event for event in events if event.key not in taken]
        files = _files(rest, top)
        if files or (number == 1 and top == own):
            exchange = _exchange(chain, rest, Exchange(log.agent, log.session, part, top=top, files=files), is_last)
            yield Told(exchange, tuple(event.key for event in rest))


def _exchange(chain: Sequence[_Link], rest: Sequence[LoggedEvent], exchange: Exchange, is_last: bool) -> Exchange:
    """An exchange with what its links say; `rest` are the events that nobody dropped."""
    status = chain[-1].status
    if status is Status.OPEN and (chain[-1].ended or not is_last):
        status = Status.INTERRUPTED
    events = [event for link in chain for event in link.events]
    prompts = [link.prompt for link in chain if link.prompt and not link.is_machine_made]
    places = (place for event in rest or events for place in (event.place, *event.changes) if place.top == exchange.top)
    began = next((place for place in places if place.branch or place.head), TopFiles(""))
    times = [event.time for event in rest]
    return replace(
        exchange,
        prompts=tuple(prompt.text for prompt in prompts if prompt.text.strip()),
        response=_last(event.text for event in events if event.kind in _CLOSING),
        status=status,
        started=min(times, default=0.0),
        ended=0.0 if status is Status.OPEN else max(times, default=0.0),
        command=next((prompt.command for prompt in prompts if prompt.command), ""),
        model=_last(event.model for event in events),
        tokens=sum(max((event.tokens for event in link.events), default=0) for link in chain),
        branch=began.branch,
        head=began.head,
        tests=tuple({run.command: run for event in rest for run in event.tests}.values()),
        transcript=_last(event.transcript for event in events),
    )


def joined(kept: Exchange, exchange: Exchange) -> Exchange:
    """An exchange with what is kept of it already."""
    files = {file.path: file for file in (*kept.files, *exchange.files)}
    return replace(
        exchange,
        prompts=tuple(dict.fromkeys((*kept.prompts, *exchange.prompts))),
        response=exchange.response or kept.response,
        started=min(kept.started, exchange.started),
        files=tuple(files[path] for path in sorted(files)),
        tests=tuple({run.command: run for run in (*kept.tests, *exchange.tests)}.values()),
    )


def _last(texts: Iterable[str]) -> str:
    return next((text for text in reversed([*texts]) if text), "")


def _files(events: Iterable[LoggedEvent], top: str) -> tuple[ChangedFile, ...]:
    """The files that some events changed in a work tree; that a tool call names one is known best."""
    files: dict[str, ChangedFile] = {}
    for event in events:
        for changed in (file for changes in event.changes if changes.top == top for file in changes.files):
            former = files.get(changed.path, changed)
            lines = tuple(dict.fromkeys((*former.lines, *changed.lines)))[:_MOST_LINES]
            files[changed.path] = ChangedFile(changed.path, min(former.how, changed.how, key=_KNOWN_BEST.index), lines)
    return tuple(files[path] for path in sorted(files))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
