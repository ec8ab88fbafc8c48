"""What each agent tells, and where its hooks are configured: one module an agent."""

from sdd.capture.agents import antigravity, claude, codex, copilot, cursor, gemini, opencode, vscode, windsurf
from sdd.capture.agents.agent import Agent
from sdd.capture.agents.values import Payload

AGENTS: tuple[Agent, ...] = (
    opencode.AGENT,
    windsurf.AGENT,
    cursor.AGENT,
    antigravity.AGENT,
    vscode.AGENT,
    codex.AGENT,
    gemini.AGENT,
    copilot.AGENT,
    claude.AGENT,
)
"""The agents that sdd captures, written by hand; where two could read one payload, the more particular comes first."""


def sender(payload: Payload) -> Agent | None:
    """The agent that sent a payload, None where its fields are no known agent's."""
    return next((agent for agent in AGENTS if agent.sends(payload)), None)
