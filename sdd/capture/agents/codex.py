"""Codex CLI: `.codex/hooks.json`. Fields by `codex-rs/hooks/schema/generated` of openai/codex."""

from sdd.capture.agents.agent import Agent, Payload
from sdd.capture.agents.dialect import Dialect, event_name
from sdd.capture.agents.values import text

# A result is the text that the model got, which starts with the exit code: that a call ended says nothing of it.
_DIALECT = Dialect("codex", turn=("turn_id",))


def _sends(payload: Payload) -> bool:
    """Codex alone names turns; events between turns are told by its transcript, or by a model beside no transcript."""
    if not event_name(payload) or not text(payload, "session_id") or "message_id" in payload:
        return False
    transcript = text(payload, "transcript_path").replace("\\", "/")
    has_own_transcript = "/.codex/" in transcript or transcript.rpartition("/")[2].startswith("rollout-")
    has_none = not transcript and bool(text(payload, "model")) and "permission_mode" in payload
    return bool(text(payload, "turn_id")) or has_own_transcript or has_none


AGENT = Agent("codex", "Codex CLI", _sends, _DIALECT.read)
