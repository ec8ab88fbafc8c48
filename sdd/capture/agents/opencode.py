"""OpenCode: it runs plugins, no commands, so these are the fields that templates/capture/opencode.ts sends.

They are Claude Code's, beside `opencode` for the version of the plugin. A child session has its own name in `agent_id`,
and that of the session where a person types in `session_id`.
"""

from sdd.capture.agents.agent import Agent, Payload
from sdd.capture.agents.dialect import Dialect, event_name

_DIALECT = Dialect("opencode", turn=("turn_id",), success=True)


def _sends(payload: Payload) -> bool:
    return "opencode" in payload and bool(event_name(payload))


AGENT = Agent("opencode", _sends, _DIALECT.read)
