"""VS Code's own agent: `.github/hooks/*.json`, and the hooks of Claude Code.

Fields by microsoft/vscode-docs, docs/agent-customization/hooks.md: their names are of both cases.
"""

from sdd.capture.agents.agent import Agent, event_name
from sdd.capture.agents.values import Payload, text

_FOLDERS = ("/github.copilot", "/github copilot", "/workspacestorage/")


def _sends(payload: Payload) -> bool:
    """Both cases in one payload, or a transcript in the folder of its extension."""
    if not event_name(payload):
        return False
    transcript = text(payload, "transcript_path").replace("\\", "/").lower()
    has_both_cases = bool(text(payload, "sessionId")) and "transcript_path" in payload
    return has_both_cases or any(folder in transcript for folder in _FOLDERS)


AGENT = Agent("vscode", _sends, session=("sessionId", "session_id"), success=True)
