"""A small agent for the tests of capture: its payloads are the fields of events."""

import json
from collections.abc import Iterator
from typing import Any

from sdd.capture.agents.agent import Agent
from sdd.capture.agents.values import Payload
from sdd.capture.events import Edit, Event, EventKind, ToolCall
from sdd.capture.exchanges import Exchange
from sdd.capture.recording import Recorder
from sdd.capture.store import Store
from tests.scratch import Scratch

START = 1_767_225_600.0


class _Toy(Agent):
    def read(self, payload: Payload, arrived: float) -> tuple[Event, ...]:
        fields = {name: value for name, value in payload.items() if name not in ("toy", "kind", "edits")}
        edits = tuple(Edit(path, text) for path, text in payload.get("edits", {}).items())
        tool = ToolCall("edit", edits=edits) if edits else None
        return (Event("toy", EventKind(payload["kind"]), tool=tool, **{"time": arrived, **fields}),)


TOY = _Toy("toy", lambda payload: payload.get("toy") is True)


def payload(kind: EventKind, session: str = "s1", **fields: Any) -> bytes:
    """What the toy agent's hook gets on standard input."""
    return json.dumps({"toy": True, "kind": kind, "session": session, **fields}).encode()


class Teller:
    """Tells the events of one session to a repository: each comes a second after the one before."""

    def __init__(self, here: Scratch, session: str = "s1", *, named: bool = True) -> None:
        self.here, self.session, self.named = here, session, named
        self.told: list[Event] = []
        self._turn = 0

    def event(self, kind: EventKind, **fields: Any) -> Event:
        """One event, which is not recorded yet."""
        if kind is EventKind.PROMPT and not fields.get("subagent"):
            self._turn += 1
        turn = f"t{self._turn}" if self.named and self._turn else ""
        values = {"turn": turn, "time": START + len(self.told), "cwd": str(self.here.path), **fields}
        event = Event("toy", kind, self.session, **values)
        self.told.append(event)
        return event

    def prompt(self, text: str, **fields: Any) -> Event:
        """A person asks."""
        return self.event(EventKind.PROMPT, text=text, **fields)

    def edit(self, path: str, text: str = "a new line\n", **fields: Any) -> Event:
        """The agent edits a file."""
        tool = ToolCall("edit", f"{self.session}-{len(self.told)}", (Edit(path, text),))
        return self.event(EventKind.TOOL, tool=tool, **fields)

    def response(self, text: str = "Done.", **fields: Any) -> Event:
        """The agent is done."""
        return self.event(EventKind.RESPONSE, text=text, **fields)

    @property
    def store(self) -> Store:
        """Where the repository's exchanges are kept."""
        return Store(self.here.path / ".git")

    def record(self, *events: Event, live: bool = False) -> list[Exchange]:
        """Records events at once, all that were told without any; what is kept then."""
        with self.store.lock():
            Recorder(self.store).record(events or self.told, live=live)
        return self.exchanges

    @property
    def exchanges(self) -> list[Exchange]:
        """What is kept, the earliest first."""
        return [*self.store.exchanges()]


def prompts(exchanges: list[Exchange]) -> Iterator[tuple[str, ...]]:
    """What was asked in each exchange."""
    return (exchange.prompts for exchange in exchanges)
