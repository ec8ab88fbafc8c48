"""An environment in which git knows nothing of the caller's settings, and asks neither a person nor the network."""

import os

_SETTINGS = {
    "GIT_ALLOW_PROTOCOL": "file",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
}


def isolated_environment() -> dict[str, str]:
    """The caller's environment without the variables of git and sdd in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SDD_", "SPECIFY_"))}
    return kept | _SETTINGS
