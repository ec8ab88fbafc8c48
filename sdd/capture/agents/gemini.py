"""Gemini CLI: `.gemini/settings.json`. Fields by docs/hooks/reference.md of google-gemini/gemini-cli."""

from sdd.capture.agents.agent import Agent, event_name
from sdd.capture.agents.values import Payload, text
from sdd.capture.events import EventKind

_OWN = {
    "beforeagent": EventKind.PROMPT,
    "afteragent": EventKind.RESPONSE,
    "beforetool": EventKind.TOOL_STARTED,
    "aftertool": EventKind.TOOL,
    "precompress": EventKind.COMPACTION,
    "beforemodel": EventKind.OTHER,
    "aftermodel": EventKind.OTHER,
    "beforetoolselection": EventKind.OTHER,
}
_SHARED = frozenset(("sessionstart", "sessionend", "notification"))


def _sends(payload: Payload) -> bool:
    """Its own events, or a shared one with both a time and a transcript, which no other agent sends together."""
    if not text(payload, "session_id"):
        return False
    name = event_name(payload)
    return name in _OWN or (name in _SHARED and bool(text(payload, "timestamp") and text(payload, "transcript_path")))


AGENT = Agent("gemini", _sends, kinds=_OWN, response=("prompt_response",), success=True, exited_well=True)
