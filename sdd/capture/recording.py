"""From events to the exchanges that are kept: redacted, with the files that they changed."""

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sdd.base.errors import SddError
from sdd.base.grouping import grouped
from sdd.capture.changes import WorkTrees
from sdd.capture.edited_lines import edited
from sdd.capture.events import Edit, Event, EventKind, ToolCall
from sdd.capture.exchanges import ChangedFile, Exchange, Fate, How, RanTests
from sdd.capture.pairing import exchanges_of, id_at_home, joined
from sdd.capture.places import Place
from sdd.capture.redacting import SessionRedactor
from sdd.capture.sessions import (
    LONGEST_COMMAND,
    LoggedEvent,
    SessionLog,
    TopFiles,
    read_log,
    recent_logs,
    running_shells,
    text_digest,
    write_log,
)
from sdd.capture.shell_lines import changes_nothing, places_named
from sdd.capture.store import Store
from sdd.capture.test_commands import ran_tests
from sdd.capture.transcripts import is_own_transcript
from sdd.capture.transcripts.claude import last_model

_LONGEST_PATH = 4096


class Recorder:
    """Records events in a store. Its caller holds the store's lock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._trees = WorkTrees(store.common_dir)
        self.redacted = SessionRedactor(self._trees)

    def record(self, events: Iterable[Event], *, live: bool = True) -> None:
        """Adds events to their sessions. With `live` they are about now: what a shell changed is looked for."""
        for (agent, session), told in _by_session(events).items():
            former = log = read_log(self.store, agent, session)
            origin = next((event.forked_from for event in told if event.forked_from), log.forked_from)
            copied = {event.key for event in self._origin(agent, origin, session).events}
            logged = map(self._logged, told)
            log = log.with_events((event for event in logged if event.key not in copied), origin)
            log = self.redacted.consistent(log, former)
            self._keep(former, self._with_shells(log) if live else log)

    def exchanges(self, events: Iterable[Event]) -> tuple[Exchange, ...]:
        """The exchanges that some events tell of, whatever is kept of them; nothing is kept."""
        sessions = _by_session(events).items()
        logs = (SessionLog(*names).with_events(map(self._logged, told)) for names, told in sessions)
        clean = (self.redacted.consistent(log, read_log(self.store, log.agent, log.session)) for log in logs)
        return tuple(exchange for log in clean for exchange in exchanges_of(log))

    def is_here(self, folder: str) -> bool:
        """Whether a folder is in a work tree of this repository."""
        return self._trees.place(folder) is not None

    def _origin(self, agent: str, origin: str, session: str) -> SessionLog:
        """The log of the session that another one is a fork of; an empty one where it is none."""
        return read_log(self.store, agent, origin) if origin and origin != session else SessionLog(agent, "")

    def _logged(self, event: Event) -> LoggedEvent:
        place = self._trees.place(event.cwd)
        tool = event.tool or ToolCall("")
        named = tool.id or (f"{tool.name}:{text_digest(tool.command)}" if event.tool else "")
        # A call without a name ends one that was told when it began: of a shell, it may be.
        is_pending = bool(event.tool and (tool.command or not tool.name)) and not changes_nothing(tool.command)
        logged = LoggedEvent(
            key="",
            kind=event.kind,
            time=event.time,
            turn=event.turn,
            text=self.redacted(event.text, event.cwd),
            command=self.redacted(event.command, event.cwd),
            model=event.model or self._model(event),
            tokens=event.tokens,
            transcript=event.transcript,
            machine_made=event.machine_made,
            subagent=event.subagent,
            tool=named,
            pending=is_pending,
            started=event.time - tool.duration if tool.duration else 0.0,
            elsewhere=self._elsewhere(tool.command, event.cwd, place) if is_pending and place else (),
            place=self._top_files(place, known=event.kind is EventKind.PROMPT) if place else TopFiles(""),
            changes=self._changes(event, tool.edits) if event.kind is EventKind.TOOL else (),
            tests=self._tests(event, tool) if event.kind is EventKind.TOOL and tool.command else (),
        )
        return replace(logged, key=_key(logged, tool))

    def _model(self, event: Event) -> str:
        """The model of an answer that the transcript tells, as Claude Code's does: it may change at any time."""
        is_told = event.agent == "claude" and event.kind is EventKind.RESPONSE and not event.subagent
        if is_told and is_own_transcript(event.agent, event.transcript):
            with suppress(OSError):
                return last_model(Path(event.transcript))
        return ""

    def _changes(self, event: Event, edits: Sequence[Edit]) -> tuple[TopFiles, ...]:
        """The files that a tool call names as changed, by their work tree; no file outside this repository counts."""
        assert event.tool
        if event.tool.succeeded is False:
            return ()
        found: dict[str, tuple[Place, list[ChangedFile]]] = {}
        for edit in edits:
            if not edit.path or "\0" in edit.path or len(edit.path) > _LONGEST_PATH:
                continue
            # What is written through a link is the file that it leads to.
            file = Path(os.path.realpath(Path(event.cwd, edit.path)))
            folder = str(file.parent)
            place = self._trees.place(folder)
            path = os.path.relpath(file, place.top) if place else ".."
            if place and path.split("/")[0] not in ("..", ".", ".git"):
                changed = edited(self.redacted.whole(path, folder), Path(folder, file.name), edit)
                found.setdefault(place.top, (place, []))[1].append(changed)
        return tuple(self._top_files(place, files) for place, files in found.values())

    def _elsewhere(self, command: str, cwd: str, own: Place) -> tuple[str, ...]:
        """The other work trees of this repository that the words of a shell command name."""
        places = filter(None, map(self._trees.place, places_named(command, cwd)))
        return tuple(dict.fromkeys(place.top for place in places if place.top != own.top))

    def _tests(self, event: Event, tool: ToolCall) -> tuple[RanTests, ...]:
        runs = ran_tests(tool.command, tool.succeeded, tool.output)
        return tuple(replace(run, command=self.redacted(run.command, event.cwd)) for run in runs)

    def _top_files(self, place: Place, files: Iterable[ChangedFile] = (), *, known: bool = True) -> TopFiles:
        """Files in a work tree, and what is checked out there where that shall be known."""
        tree = self._trees.at(place)
        return TopFiles(place.top, tree.branch if known else "", tree.head if known else "", tuple(files))

    def _with_shells(self, log: SessionLog) -> SessionLog:
        """The log with what each shell command changed whose beginning and end are known by now."""
        starts: defaultdict[str, list[LoggedEvent]] = defaultdict(list)
        for event in log.events:
            if event.kind is EventKind.TOOL_STARTED and event.pending:
                starts[event.tool].append(event)
        events = []
        for event in log.events:
            # Where calls have no ids, the same command may have run before.
            begun = [start for start in starts[event.tool] if start.time <= event.time]
            first = max(begun, key=lambda start: start.time, default=replace(event, time=event.started))
            if event.kind is EventKind.TOOL and event.pending and first.time and event.place.top:
                elsewhere = event.elsewhere or first.elsewhere
                with suppress(SddError):  # git cannot tell now: it is asked again
                    event = self._after_shell(log, replace(event, elsewhere=elsewhere), first.time, event.time)
            events.append(event)
        return replace(log, events=tuple(events))

    def _after_shell(self, log: SessionLog, event: LoggedEvent, start: float, end: float) -> LoggedEvent:
        changes = (self._changed_in(log, top, start, end) for top in (event.place.top, *event.elsewhere))
        return replace(event, pending=False, changes=(*event.changes, *filter(None, changes)))

    def _changed_in(self, log: SessionLog, top: str, start: float, end: float) -> TopFiles | None:
        """What changed in a work tree while a shell command ran, None for nothing."""
        place = self._trees.place(top)
        changed = self._trees.at(place).changed_within(start, end) if place and place.top == top else {}
        if not place or not (own := changed and changed.keys() - self._named_elsewhere(log, top, start, end)):
            return None
        names = [(self.redacted.whole(path, top), path, was) for path, was in changed.items() if path in own]
        return self._top_files(place, self._trees.at(place).changed(names))

    def _named_elsewhere(self, log: SessionLog, top: str, start: float, end: float) -> set[str]:
        """The files that a tool call of another session named while a shell command ran."""
        others = (other for other in recent_logs(self.store, start) if other.session != log.session)
        calls = (event for other in others for event in other.events if start <= event.time <= end)
        changes = (changes for event in calls for changes in event.changes if changes.top == top)
        return {file.path for each in changes for file in each.files if file.how is How.TOOL}

    def note_running_shells(self) -> None:
        """Records what running shell commands changed, since one may commit it, and what git could not tell yet."""
        now = time.time()
        for log in recent_logs(self.store, now - LONGEST_COMMAND):
            running = {event.key for event in running_shells(log) if event.place.top}
            events = []
            for event in self._with_shells(log).events:
                if event.key in running:
                    with suppress(SddError):
                        told = self._after_shell(log, replace(event, changes=()), event.time, now)
                        event = replace(told, pending=True)
                events.append(event)
            if tuple(events) != log.events:
                self._keep(log, replace(log, events=tuple(events)))

    def _told(self, log: SessionLog) -> dict[str, Exchange]:
        """The exchanges of a session by their ids; a fork's first "continue" means the last one of its origin."""
        origin = exchanges_of(self._origin(log.agent, log.forked_from, log.session))
        before = origin[-1] if origin and not self._is_dropped(origin[-1]) else None
        return {exchange.id: exchange for exchange in exchanges_of(log, before)}

    def _keep(self, former: SessionLog, log: SessionLog) -> None:
        """Keeps what a log tells more than the former one did, and then the log: killed before, it is done again."""
        before, after = self._told(former), self._told(log)
        renamed = [*filter(None, map(self.store.get, before.keys() - after.keys()))]
        dropped = {prompt for each in renamed if each.fate is Fate.DROPPED for prompt in each.prompts}
        for id, exchange in after.items():
            if id not in before and not dropped.isdisjoint(exchange.prompts):
                exchange = replace(exchange, fate=Fate.DROPPED)
            if exchange != before.get(id):
                self._put(exchange, self.store.get(id), is_known=id in before)
        for unwanted in renamed:
            self.store.forget(unwanted)
        write_log(self.store, log)

    def _put(self, exchange: Exchange, kept: Exchange | None, *, is_known: bool) -> None:
        """Keeps an exchange, whatever became of it. What no log knows any more is added to."""
        if not kept and self._is_dropped(exchange):
            exchange = replace(exchange, fate=Fate.DROPPED)
        if kept:
            goes_on = kept.fate is Fate.WRITTEN and _texts(exchange) != _texts(kept)
            exchange = replace(exchange, fate=Fate.DRAFT if goes_on else kept.fate, records=kept.records)
            if not is_known:
                exchange = joined(kept, exchange)
        if exchange != kept:
            self.store.put(exchange)

    def _is_dropped(self, exchange: Exchange) -> bool:
        """Whether a person dropped an exchange, or what it is a part of in another work tree."""
        kept = filter(None, map(self.store.get, (exchange.id, id_at_home(exchange))))
        return any(each.fate is Fate.DROPPED for each in kept)


def _texts(exchange: Exchange) -> tuple[str, ...]:
    return (*exchange.prompts, *exchange.answers)


def _by_session(events: Iterable[Event]) -> dict[tuple[str, str], tuple[Event, ...]]:
    """(agent, session) -> the events that are told of it."""
    return grouped(((event.agent, event.session), event) for event in events)


def _key(event: LoggedEvent, tool: ToolCall) -> str:
    """What makes two events one: the id of a tool call, a turn and what is said in it, without these the time too."""
    said: tuple[Any, ...] = (event.kind, event.subagent, event.machine_made)
    if tool.id:
        said += (tool.id,)
    else:
        edits = tuple((edit.path, text_digest(edit.text)) for edit in tool.edits)
        said += (
            event.turn,
            event.text,
            event.command,
            event.tool,
            edits,
            "" if event.turn and not event.tool else event.time,
        )
    return text_digest(repr(said))
