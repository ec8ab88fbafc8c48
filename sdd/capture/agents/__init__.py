"""What each agent tells, and where its hooks are configured: one module an agent."""

from sdd.capture.agents.agent import Agent

AGENTS: tuple[Agent, ...] = ()
"""The agents that sdd captures, written by hand; where two could read one payload, the more particular comes first."""
