"""Claude Code: `.claude/settings.json`. Fields by the types in `@anthropic-ai/claude-agent-sdk` 0.3.332."""

from sdd.capture.agents.agent import Agent, Payload
from sdd.capture.agents.dialect import Dialect, event_name
from sdd.capture.agents.values import text
from sdd.capture.events import EventKind

_DIALECT = Dialect(
    "claude",
    # Comes with a slash command, beside UserPromptSubmit, and names it.
    kinds={"userpromptexpansion": EventKind.PROMPT},
    turn=("prompt_id",),
    success=True,
    exited_well=True,
)


def _sends(payload: Payload) -> bool:
    # Grok Build runs the hooks of Claude Code too, and says `sessionId`.
    return bool(event_name(payload) and text(payload, "session_id"))


AGENT = Agent("claude", _sends, _DIALECT.read)
