"""The events of a transcript, turn by turn: what all agents' readers share."""

from dataclasses import dataclass, field, replace

from sdd.capture.agents.prompts import read_prompt
from sdd.capture.agents.tools import read_tool
from sdd.capture.events import Event, EventKind, ToolCall


@dataclass
class Turns:
    """Makes events of a session as its rows are read. A turn ends where the next one begins, or the transcript ends."""

    agent: str
    session: str = ""
    transcript: str = ""
    cwd: str = ""
    model: str = ""
    forked_from: str = ""
    events: list[Event] = field(default_factory=list)
    _turn: str = ""
    _is_open: bool = False
    _answer: str = ""
    _at: float = 0.0
    _tokens: dict[str, int] = field(default_factory=dict)
    _calls: dict[str, tuple[str, object]] = field(default_factory=dict)

    def prompt(self, content: object, turn: str, at: float) -> None:
        """A person's prompt. One that a machine made belongs to the turn that goes on."""
        prompt = read_prompt(content)
        if prompt.machine_made:
            return
        self.end()
        self._turn, self._is_open, self._at = turn, True, at
        self._add(EventKind.PROMPT, at, text=prompt.text, command=prompt.command)

    def answer(self, text: str, at: float, *, id: str = "", tokens: int = 0) -> None:
        """A message of the agent: the last one of a turn is its response. Rows of one message count once."""
        self._at = max(at, self._at)
        if text.strip():
            self._answer = text
        if tokens:
            self._tokens[id] = max(tokens, self._tokens.get(id, 0))

    def begin(self, id: str, name: str, arguments: object) -> None:
        """A call of a tool."""
        self._calls[id] = name, arguments

    def finish(self, id: str, result: object, at: float, *, succeeded: bool | None, subagent: bool = False) -> None:
        """The end of a call that began."""
        if id in self._calls:
            name, arguments = self._calls.pop(id)
            call = read_tool(name, id, arguments, result, succeeded=succeeded)
            self.call(replace(call, edits=()) if succeeded is False else call, at, subagent=subagent)

    def call(self, tool: ToolCall, at: float, *, subagent: bool = False) -> None:
        """A call whose end is known."""
        self._at = max(at, self._at)
        self._add(EventKind.TOOL, at, tool=tool, subagent=subagent)

    def interrupt(self, at: float) -> None:
        """The person stopped the agent."""
        if self._is_open:
            self._add(EventKind.INTERRUPT, at, text=self._answer)
        self._is_open, self._answer = False, ""

    def end(self) -> tuple[Event, ...]:
        """The end of the last turn; all events so far."""
        if self._is_open and self._answer:
            self._add(EventKind.RESPONSE, self._at, text=self._answer, tokens=sum(self._tokens.values()))
        self._is_open, self._answer, self._tokens = False, "", {}
        return tuple(self.events)

    def _add(self, kind: EventKind, at: float, **told: object) -> None:
        base = Event(
            self.agent, kind, self.session, self._turn, at, self.cwd,
            model=self.model, transcript=self.transcript, forked_from=self.forked_from,
        )  # fmt: skip
        self.events.append(replace(base, **told))  # type: ignore[arg-type] # each is a field of an event
