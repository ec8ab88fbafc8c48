"""What an agent tells, in one form for all agents."""

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """What happened. OTHER is everything that says nothing about an exchange."""

    SESSION_START = "session-start"
    PROMPT = "prompt"
    PROMPT_BLOCKED = "prompt-blocked"
    TOOL_STARTED = "tool-started"
    TOOL = "tool"
    RESPONSE = "response"
    FAILURE = "failure"
    INTERRUPT = "interrupt"
    COMPACTION = "compaction"
    SESSION_END = "session-end"
    OTHER = "other"


@dataclass(frozen=True)
class Edit:
    """One file that a tool call names as changed: `path` as the agent writes it, `text` what the call put there.

    `former` is what stood there before, None where the agent does not say. With `is_part` both may begin and end in the
    midst of a line. `removed` says that the call took the file away.
    """

    path: str
    text: str = ""
    removed: bool = False
    former: str | None = None
    is_part: bool = False


@dataclass(frozen=True)
class ToolCall:
    """A call of a tool. `edits` are the files that it names as changed, `command` the line of a shell tool.

    `succeeded` is None where the agent does not say. `output` is the end of what a shell tool printed. `duration` is
    in seconds, None where the agent does not say.
    """

    name: str
    id: str = ""
    edits: tuple[Edit, ...] = ()
    command: str = ""
    succeeded: bool | None = None
    output: str = ""
    duration: float | None = None


@dataclass(frozen=True)
class Event:
    """One thing that an agent told, by a hook or in a transcript.

    `session` is the session of the person, also where a subagent is at work; `turn` names the exchange in it, empty
    where the agent has no such name. `time` is in seconds since 1970, the agent's own where it tells one, else that of
    the arrival. `cwd` is the folder that the agent works in. `text` is the prompt or the response, empty where only the
    transcript tells it. `command` is the slash command that the prompt was, without its slash. `tokens` are those of
    the turn, 0 where not told. `machine_made` marks a prompt that no person wrote, `subagent` what a subagent did, and
    `forked_from` the session that this one continues under a new name.
    """

    agent: str
    kind: EventKind
    session: str
    turn: str = ""
    time: float = 0.0
    cwd: str = ""
    text: str = ""
    command: str = ""
    model: str = ""
    tokens: int = 0
    tool: ToolCall | None = None
    transcript: str = ""
    machine_made: bool = False
    subagent: bool = False
    forked_from: str = ""
