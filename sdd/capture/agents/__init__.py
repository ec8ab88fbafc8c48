"""What each agent tells, and where its hooks are configured: one module an agent."""

from sdd.capture.agents import claude, codex, gemini
from sdd.capture.agents.agent import Agent, Payload

AGENTS: tuple[Agent, ...] = (codex.AGENT, gemini.AGENT, claude.AGENT)
"""The agents that sdd captures, written by hand; where two could read one payload, the more particular comes first."""


def sender(payload: Payload) -> Agent | None:
    """The agent that sent a payload, None where its fields are no known agent's."""
    return next((agent for agent in AGENTS if agent.sends(payload)), None)
