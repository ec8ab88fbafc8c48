"""OpenCode: it runs plugins, no commands, so these are the fields that templates/capture/opencode.ts sends.

They are Claude Code's, beside `opencode` for the version of the plugin. A child session has its own name in `agent_id`,
and that of the session where a person types in `session_id`.
"""

from sdd.capture.agents.agent import Agent, event_name
from sdd.capture.agents.values import Payload


def _sends(payload: Payload) -> bool:
    return "opencode" in payload and bool(event_name(payload))


AGENT = Agent("opencode", _sends, turn=("turn_id",), success=True)
