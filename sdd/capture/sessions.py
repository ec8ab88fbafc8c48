"""What was told of a session so far: a set of events, from which its exchanges follow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from sdd.capture.events import EventKind
from sdd.capture.exchanges import ChangedFile, RanTests, exchange_id
from sdd.capture.kept import keep, kept
from sdd.capture.store import Store

LONGEST_COMMAND = 6 * 3600.0
"""A shell command that began more seconds ago is not one that makes a commit now."""


@dataclass(frozen=True)
class TopFiles:
    """Files that an event changed in one work tree, and what is checked out there."""

    top: str
    branch: str = ""
    head: str = ""
    files: tuple[ChangedFile, ...] = ()


@dataclass(frozen=True)
class LoggedEvent:
    """An event as its session keeps it: redacted, its files by the work tree they are in.

    Events with one `key` are one event. `place` is the work tree that the agent worked in, `changes` are those where
    the event changed something. `tool` names a tool call; `pending` is a shell command of which it is not
    known yet what it changed since `started`, in seconds since 1970, here and in the work trees `elsewhere` that its
    words name. `first_digest` is that of a prompt's text before
    something in it was known for a secret.
    """

    key: str
    kind: EventKind
    time: float
    turn: str = ""
    text: str = ""
    first_digest: str = ""
    command: str = ""
    model: str = ""
    tokens: int = 0
    transcript: str = ""
    machine_made: bool = False
    subagent: bool = False
    tool: str = ""
    pending: bool = False
    started: float = 0.0
    elsewhere: tuple[str, ...] = ()
    place: TopFiles = TopFiles("")
    changes: tuple[TopFiles, ...] = ()
    tests: tuple[RanTests, ...] = ()


@dataclass(frozen=True)
class SessionLog:
    """The events of one session. `forked_from` is the session that it continues under another name."""

    agent: str
    session: str
    events: tuple[LoggedEvent, ...] = ()
    forked_from: str = ""

    def with_events(self, new: Iterable[LoggedEvent], forked_from: str = "") -> "SessionLog":
        """The log with further events; of one that it has only an earlier time is news."""
        known = {event.key: event for event in self.events}
        for event in new:
            same = known.get(event.key, event)
            known[event.key] = replace(same, time=event.time) if event.time < same.time else same
        return replace(self, events=tuple(known.values()), forked_from=forked_from or self.forked_from)


def session_file(store: Store, agent: str, session: str) -> Path:
    """Where the log of a session is kept."""
    return store.folder / "sessions" / f"{exchange_id(agent, session, '')}.json"


def read_log(store: Store, agent: str, session: str) -> SessionLog:
    """The log of a session, an empty one where none can be read."""
    return kept(SessionLog, session_file(store, agent, session)) or SessionLog(agent, session)


def recent_logs(store: Store, since: float) -> Iterator[SessionLog]:
    """The logs that were written since a time in seconds since 1970."""
    for file in log_files(store):
        if file.stat().st_mtime >= since and (log := kept(SessionLog, file)):
            yield log


def running_shells(log: SessionLog) -> tuple[LoggedEvent, ...]:
    """The beginnings of shell commands that have not ended."""
    ended = {event.tool for event in log.events if event.kind is EventKind.TOOL}
    started = (event for event in log.events if event.kind is EventKind.TOOL_STARTED and event.pending)
    return tuple(event for event in started if event.tool not in ended)


def untold_shells(log: SessionLog) -> bool:
    """Whether git could not tell what some shell command changed that has ended."""
    started = {event.tool for event in log.events if event.kind is EventKind.TOOL_STARTED and event.pending}
    ended = (event for event in log.events if event.kind is EventKind.TOOL and event.pending and event.place.top)
    return any(event.started or event.tool in started for event in ended)


def log_files(store: Store) -> list[Path]:
    """The files of all logs."""
    return sorted((store.folder / "sessions").glob("*.json"))


def write_log(store: Store, log: SessionLog) -> None:
    """Keeps the log of a session, whole or not at all."""
    file = session_file(store, log.agent, log.session)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep(log, file)


def text_digest(text: str) -> str:
    """What stands for a text among those of its session."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
