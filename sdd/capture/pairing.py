"""From what was told of a session to its exchanges: a function of the events alone, however often and late they came.

Events belong to *links*: a prompt, and what was done until the next one. A prompt that only says "continue", or that no
person wrote, is no exchange: its link joins the exchange before it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sdd.capture.events import EventKind
from sdd.capture.exchanges import ChangedFile, Exchange, Status, exchange_id
from sdd.capture.sessions import LoggedEvent, SessionLog, TopFiles, text_digest

_CLOSING = {
    EventKind.INTERRUPT: Status.INTERRUPTED,
    EventKind.FAILURE: Status.FAILED,
    EventKind.RESPONSE: Status.DONE,
}
_TOOLS = (EventKind.TOOL_STARTED, EventKind.TOOL)
# The events that say something about exchanges; of two of the same moment the first here comes first.
_RANK = {kind: rank for rank, kind in enumerate((
    EventKind.PROMPT, EventKind.PROMPT_BLOCKED, *_TOOLS, *_CLOSING, EventKind.SESSION_END,
))}  # fmt: skip
# The same prompt told twice, once with the name of its turn and once without, comes within so many seconds.
_TWICE_WITHIN = 2.0
# Between a turn and what names another work tree in which it changed something.
_ELSEWHERE = "@"
# Who says no more than one of these, a letter or a number has answered a question.
_DIGITS = 2
_CONTINUING = frozenset((
    "ok", "go", "no", "yes", "yes please", "yep", "yeah", "okay", "sure", "go on", "go ahead", "continue",
    "please continue", "continue please", "keep going", "carry on", "proceed", "please proceed", "do it", "do that",
    "next", "resume", "retry", "try again", "again", "approved", "lgtm", "looks good", "sounds good",
))  # fmt: skip


@dataclass(eq=False)
class _Link:
    """A prompt and its events. `turn` is empty where the agent has no name for it."""

    turn: str
    events: list[LoggedEvent] = field(default_factory=list)
    prompts: list[LoggedEvent] = field(default_factory=list)
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
        """Whether its prompt never reached the model."""
        kinds = {event.kind for event in self.events}
        return EventKind.PROMPT_BLOCKED in kinds and kinds.isdisjoint((EventKind.TOOL, EventKind.RESPONSE))

    @property
    def status(self) -> Status:
        closing = [event for event in self.events if event.kind in _CLOSING]
        return _CLOSING[closing[-1].kind] if closing else Status.OPEN


def is_continuing(text: str) -> bool:
    """Whether a prompt says no more than that the agent shall go on."""
    said = " ".join(text.strip().strip(".!,;:)").lower().replace(",", "").split())
    is_choice = said.isascii() and (len(said) == 1 or (said.isdigit() and len(said) == _DIGITS))
    return said in _CONTINUING or is_choice


def exchanges_of(log: SessionLog, before: Exchange | None = None) -> tuple[Exchange, ...]:
    """The exchanges of a session. In a fork, a first "continue" goes on with `before`, its origin's last one."""
    chains = _chains(link for link in _Links(log.events).links if not link.is_none)
    told: list[Exchange] = []
    for number, (chain, turn) in enumerate(zip(chains, _names(chains), strict=True)):
        continues = number == 0 and chain[0].prompt and is_continuing(chain[0].prompt.text)
        exchanges = _told(log, chain, turn, is_last=number == len(chains) - 1)
        told += (_after(before, each) for each in exchanges) if continues and before else exchanges
    return tuple(told)


def _after(before: Exchange, exchange: Exchange) -> Exchange:
    """An exchange as what goes on with another one."""
    prompts, earlier = (*before.prompts, *exchange.prompts), (*before.answers, *exchange.earlier)
    return replace(exchange, prompts=prompts, earlier=earlier)


class _Links:
    """The links of a session, told by its events in the order of their times."""

    def __init__(self, events: Iterable[LoggedEvent]) -> None:
        self.links: list[_Link] = []
        self._named: dict[str, _Link] = {}
        told = [event for event in events if event.kind in _RANK and (event.kind in _TOOLS or not event.subagent)]
        self._prompted = {event.turn for event in told if event.kind is EventKind.PROMPT}
        early: list[LoggedEvent] = []
        for event in sorted(told, key=lambda event: (event.time, _RANK[event.kind], event.key)):
            if event.kind is EventKind.SESSION_END:
                for link in self.links:
                    link.ended = True
            elif event.kind is EventKind.PROMPT:
                self._add_prompt(event)
            else:
                work = self._link_of(event)
                (work.events if work else early).append(event)
        if not self.links and any(event.kind is not EventKind.TOOL_STARTED for event in early):
            self.links.append(_Link(""))  # nobody heard the prompt
        if self.links:
            self.links[0].events[:0] = early

    def _add_prompt(self, prompt: LoggedEvent) -> None:
        link = self._named.get(prompt.turn) if prompt.turn else None
        if not link and (twin := self._told_before(prompt)) and not (prompt.turn and twin.turn):
            link = twin
        link = link or self._new(prompt.turn)
        if prompt.turn:
            self._named[prompt.turn] = link
        link.prompts.append(prompt)
        link.events.append(prompt)

    def _told_before(self, prompt: LoggedEvent) -> _Link | None:
        """The link of the same prompt where it was told before: nobody asks the same twice at once, but once it was
        answered. Who names turns may tell it without one even then.
        """
        for link in reversed(self.links):
            if any(each.text == prompt.text and each.machine_made == prompt.machine_made for each in link.prompts):
                is_open = link is self.links[-1] and link.status is Status.OPEN and not link.ended
                is_asked_again = not prompt.turn and not link.turn and link.status is not Status.OPEN
                if is_open or (prompt.time - link.prompts[-1].time <= _TWICE_WITHIN and not is_asked_again):
                    return link
        return None

    def _link_of(self, event: LoggedEvent) -> _Link | None:
        """The link that some work, or its end, belongs to; None where nothing was asked yet."""
        last = self.links[-1] if self.links else None
        # A subagent may name a turn of its own.
        turn = event.turn if event.turn in self._prompted or not event.subagent else ""
        if not turn:
            return last
        if turn not in self._named:
            # An agent may name a turn only after its prompt.
            unnamed = last and last.prompts and not last.turn and last not in self._named.values()
            self._named[turn] = last if last and unnamed and turn not in self._prompted else self._new(turn)
        return self._named[turn]

    def _new(self, turn: str) -> _Link:
        self.links.append(_Link(turn))
        return self.links[-1]


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
    asked = Counter[str]()
    names = []
    for chain in chains:
        first = chain[0]
        name = first.turn
        if not name and first.prompt:
            digest = first.prompt.first_digest or text_digest(first.prompt.text)
            asked[digest] += 1
            name = name_without_turn(digest, asked[digest])
        names.append(name)
    return names


def name_without_turn(digest: str, number: int) -> str:
    """What stands for a turn without a name whose prompt was asked for the `number`th time in its session."""
    return f"{digest[:12]}-{number}" if number > 1 else digest[:12]


def _told(log: SessionLog, chain: Sequence[_Link], turn: str, *, is_last: bool) -> Iterator[Exchange]:
    """The exchange of some links in each work tree that it changed."""
    events = [event for link in chain for event in link.events]
    own = next((event.place.top for event in events if event.place.top), "")
    for top in dict.fromkeys((own, *(files.top for event in events for files in event.changes))):
        name = turn if top == own else f"{turn}{_ELSEWHERE}{text_digest(top)[:6]}"
        files = _files(events, top)
        if files or top == own:
            model = _session_model(log, chain)
            begun = Exchange(log.agent, log.session, name, top=top, files=files, model=model)
            yield _exchange(chain, begun, is_last)


def id_at_home(exchange: Exchange) -> str:
    """The id of an exchange's part in the work tree that its prompt was given in."""
    return exchange_id(exchange.agent, exchange.session, exchange.turn.rpartition(_ELSEWHERE)[0] or exchange.turn)


def _exchange(chain: Sequence[_Link], exchange: Exchange, is_last: bool) -> Exchange:
    """An exchange with what its links say."""
    status = chain[-1].status
    if status is Status.OPEN and (chain[-1].ended or not is_last):
        status = Status.UNANSWERED
    events = [event for link in chain for event in link.events]
    prompts = [link.prompt for link in chain if link.prompt and _asks(link)]
    *earlier, response = _answers(chain)
    places = (place for event in events for place in (event.place, *event.changes) if place.top == exchange.top)
    began = next((place for place in places if place.branch or place.head), TopFiles(""))
    times = [event.time for event in events]
    return replace(
        exchange,
        prompts=tuple(prompt.text for prompt in prompts),
        response=response,
        earlier=tuple(earlier),
        status=status,
        started=min(times, default=0.0),
        ended=0.0 if status is Status.OPEN else max(times, default=0.0),
        command=next((prompt.command for prompt in prompts if prompt.command), ""),
        model=_last(event.model for event in events) or exchange.model,
        tokens=sum(max((event.tokens for event in link.events), default=0) for link in chain),
        branch=began.branch,
        head=began.head,
        tests=tuple({run.command: run for event in events for run in event.tests}.values()),
        transcript=_last(event.transcript for event in events),
    )


def _answers(chain: Sequence[_Link]) -> Iterator[str]:
    """What the agent said to each prompt, and when a machine woke it; without a word why the turn failed."""
    turns: list[list[_Link]] = [[]]
    for link in chain:
        if _asks(link) and any(map(_asks, turns[-1])):
            turns.append([])
        turns[-1].append(link)
    for turn in turns:
        said = [_last(event.text for event in link.events if event.kind is EventKind.RESPONSE) for link in turn]
        told = dict.fromkeys(filter(None, said))
        yield "\n\n".join(told) or _last(event.text for link in turn for event in link.events if event.kind in _CLOSING)


def _asks(link: _Link) -> bool:
    return link.prompt is not None and bool(link.prompt.text.strip()) and not link.is_machine_made


def _session_model(log: SessionLog, chain: Sequence[_Link]) -> str:
    """The model that the session was last started or resumed with before some links ended."""
    end = max((event.time for link in chain for event in link.events), default=0.0)
    starts = (event for event in log.events if event.kind is EventKind.SESSION_START and event.time <= end)
    return _last(event.model for event in sorted(starts, key=lambda event: (event.time, event.key)))


def joined(kept: Exchange, exchange: Exchange) -> Exchange:
    """An exchange with what is kept of it already."""
    answers = dict(zip(kept.prompts, kept.answers, strict=True))
    for prompt, answer in zip(exchange.prompts, exchange.answers, strict=True):
        answers[prompt] = answer or answers.get(prompt, "")
    files = {file.path: file for file in kept.files}
    for file in exchange.files:
        files[file.path] = files[file.path].then(file) if file.path in files else file
    return replace(
        exchange,
        prompts=tuple(answers),
        response=exchange.response or kept.response,
        earlier=tuple(answers.values())[:-1],
        started=min(kept.started, exchange.started),
        files=tuple(files[path] for path in sorted(files)),
        tests=tuple({run.command: run for run in (*kept.tests, *exchange.tests)}.values()),
    )


def _last(texts: Iterable[str]) -> str:
    return next((text for text in reversed([*texts]) if text), "")


def _files(events: Iterable[LoggedEvent], top: str) -> tuple[ChangedFile, ...]:
    """The files that some events changed in a work tree."""
    files: dict[str, ChangedFile] = {}
    for event in events:
        for changed in (file for changes in event.changes if changes.top == top for file in changes.files):
            former = files.get(changed.path)
            files[changed.path] = former.then(changed) if former else changed
    return tuple(files[path] for path in sorted(files))
