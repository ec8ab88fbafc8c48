"""Who does the work that a record tells of: a person or an agent, as far as that is known."""

import os

from sdd.cli.printing import can_ask

# What agent programs set for the commands that they run.
AGENT_VARIABLES = (
    "CLAUDECODE", "CURSOR_AGENT", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "GEMINI_CLI", "OPENCODE",
    "GOOSE_TERMINAL", "CLINE_ACTIVE", "AI_AGENT", "AGENT",
)  # fmt: skip


def surface(*, human: bool = False, told: bool = False, done_here: bool = True) -> str:
    """`human` where a person says so or sits at a terminal, `agent` where its options (`told`) or an agent program
    say so; empty where nothing does. Terminal and program tell nothing of work that was not `done_here`.
    """
    if human:
        return "human"
    if told or (done_here and any(os.environ.get(name) for name in AGENT_VARIABLES)):
        return "agent"
    return "human" if done_here and can_ask() else ""
