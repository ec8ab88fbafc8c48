"""Claude Code: `.claude/settings.json`. Fields by the types in `@anthropic-ai/claude-agent-sdk` 0.3.332."""

from sdd.capture.agents.agent import Agent, event_name
from sdd.capture.agents.values import Payload, text
from sdd.capture.events import EventKind


def _sends(payload: Payload) -> bool:
    # Grok Build runs the hooks of Claude Code too, and says `sessionId`.
    return bool(event_name(payload) and text(payload, "session_id"))


AGENT = Agent(
    "claude",
    _sends,
    # Comes with a slash command, beside UserPromptSubmit, and names it.
    kinds={"userpromptexpansion": EventKind.PROMPT},
    turn=("prompt_id",),
    success=True,
    exited_well=True,
)
