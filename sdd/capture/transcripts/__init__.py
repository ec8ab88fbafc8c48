"""Agents' transcripts: where they are, and what they tell, in the same form as their hooks."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from sdd.capture.agents.values import Payload
from sdd.capture.events import Event
from sdd.capture.transcripts import claude, codex, copilot, cursor, gemini
from sdd.capture.transcripts.rows import read_rows


class Source(NamedTuple):
    """Where an agent keeps transcripts: a variable or a folder of the home, and patterns; what reads their rows."""

    variable: str
    folder: str
    patterns: tuple[str, ...]
    read: Callable[[Iterable[Payload], str], tuple[Event, ...]]

    def top(self) -> Path:
        """The agent's own folder."""
        named = os.environ.get(self.variable) if self.variable else ""
        return Path(named) if named else Path.home() / self.folder


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "claude": Source("CLAUDE_CONFIG_DIR", ".claude", ("projects/*/*.jsonl",), claude.read),
        "codex": Source(
            "CODEX_HOME", ".codex", ("sessions/*/*/*/rollout-*.jsonl", "archived_sessions/rollout-*.jsonl"), codex.read
        ),
        "gemini": Source("", ".gemini", ("tmp/*/chats/session-*.json*", "chats/*/session-*.json*"), gemini.read),
        "copilot": Source("COPILOT_HOME", ".copilot", ("session-state/*/events.jsonl",), copilot.read),
        "cursor": Source("", ".cursor", ("projects/*/agent-transcripts/**/*.jsonl",), cursor.read),
    }
)
"""The agents whose transcripts are read. Antigravity, OpenCode, VS Code and Windsurf document no file of theirs."""


class Transcript(NamedTuple):
    """A transcript's events, and how many of its lines could not be read."""

    agent: str
    events: tuple[Event, ...]
    unread: int


def read_transcript(path: Path, agent: str = "") -> Transcript:
    """What a transcript tells, of this agent or any. Raises SddError for what is no file that can be read."""
    rows, unread = read_rows(path)
    for name in [agent] if agent else SOURCES:
        if events := SOURCES[name].read(rows, str(path)):
            return Transcript(name, events, unread)
    return Transcript(agent, (), unread)


def is_own_transcript(agent: str, path: str) -> bool:
    """Whether a path that a payload names is a regular file below that agent's own folder."""
    try:
        place = Path(path).resolve()
        return agent in SOURCES and place.is_relative_to(SOURCES[agent].top().resolve()) and place.is_file()
    except (OSError, RuntimeError, ValueError):
        return False


def transcripts(agents: Iterable[str] = ()) -> Iterator[tuple[str, Path]]:
    """Every transcript below the home, with its agent, in the order of their paths."""
    for agent in agents or SOURCES:
        source = SOURCES[agent]
        for file in sorted({file for pattern in source.patterns for file in source.top().glob(pattern)}):
            if file.is_file():
                yield agent, file
