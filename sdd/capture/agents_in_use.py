"""Which agents are in use here, as far as their folders and programs tell."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

# What says that an agent is in use here: a folder of the work tree, programs on PATH, what it alone writes in a home.
_SIGNS = {
    "claude": (".claude", ("claude",), ".claude/projects"),
    "codex": (".codex", ("codex",), ".codex/config.toml"),
    "gemini": (".gemini", ("gemini",), ".gemini/tmp"),
    "antigravity": (".agents", ("agy",), ".gemini/antigravity-cli"),
    "cursor": (".cursor", ("cursor-agent", "cursor"), ".cursor/projects"),
    "copilot": (".github/hooks", ("copilot",), ".copilot/session-state"),
    "vscode": (".vscode", ("code",), ".vscode/extensions"),
    "opencode": (".opencode", ("opencode",), ".local/share/opencode"),
    "windsurf": (".windsurf", ("windsurf",), ".codeium/windsurf/memories"),
}


def found_agents(top: Path) -> tuple[str, ...]:
    """The agents that are in use in a work tree or on this machine."""
    home = Path(os.environ.get("HOME") or top)
    return tuple(
        agent
        for agent, (folder, programs, kept) in _SIGNS.items()
        if (top / folder).is_dir() or any(map(shutil.which, programs)) or (home / kept).exists()
    )


def looked_for(agents: Iterable[str]) -> str:
    """What says that these agents are in use."""
    return "; ".join(
        f"{agent}: {folder}, {' or '.join(programs)} on PATH, ~/{kept}"
        for agent, (folder, programs, kept) in _SIGNS.items()
        if agent in agents
    )
