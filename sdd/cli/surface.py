"""Who does the work that a record tells of: a person or an agent, as far as that is known."""

import os

from sdd.cli.printing import can_ask

# What agent programs set for the commands that they run.
_AGENTS = (
    "CLAUDECODE", "CURSOR_AGENT", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "GEMINI_CLI", "OPENCODE",
    "GOOSE_TERMINAL", "CLINE_ACTIVE", "AI_AGENT", "AGENT",
)  # fmt: skip


def surface(*, human: bool = False, told: bool = False) -> str:
    """`human` where a person says so or sits at a terminal, `agent` where its options (`told`), an agent program or a
    CI job says so; empty where nothing does.
    """
    if human:
        return "human"
    if told or any(os.environ.get(name) for name in (*_AGENTS, "CI")):
        return "agent"
    return "human" if can_ask() else ""
