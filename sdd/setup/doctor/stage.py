"""What a push is rehearsed on: a throw-away repository with a remote of its own, and two branches to push."""

import os
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sdd.base.errors import SddError

# Nothing of the caller's git may leak in, and nothing may be asked of a person or of the network.
GIT_SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file",
}
MAIN = "main"
"""The target branch of the stage."""

_CODE = "code.txt"
_PHR = "history/prompts/general/0001-rehearse-a-push.green.prompt.md"


@dataclass(frozen=True)
class Stage:
    """`here` is the repository that is pushed from, `remote` the bare one that is pushed to. The branch `lacking` must
    be refused, the branch `covered` must pass. Their names are made up anew each time, so that whoever speaks of them
    has seen this very push.
    """

    here: Path
    remote: Path
    lacking: str
    covered: str


def build_stage(scratch: Path, today: date) -> Stage:
    """Makes the stage below `scratch`. Raises SddError where git cannot."""
    name = f"sdd-doctor-{secrets.token_hex(8)}"
    stage = Stage(scratch / "here", scratch / "remote.git", f"{name}-lacking", f"{name}-covered")
    for folder, options in ((stage.here, ()), (stage.remote, ("--bare",))):
        _git(scratch, "init", "--quiet", "--template=", *options, str(folder))
    _git(stage.here, "fast-import", "--quiet", data=_history(stage, today))
    _git(stage.here, "symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{MAIN}")  # as in a clone
    # Not by its full path, which may hold a blank where no hook has to expect one.
    _git(stage.here, "remote", "add", "origin", f"../{stage.remote.name}")
    # A server's hook compares with what it holds itself.
    _git(stage.here, "push", "--quiet", "--no-verify", "origin", MAIN)
    _git(stage.remote, "symbolic-ref", "HEAD", f"refs/heads/{MAIN}")  # whatever a new one is called here
    return stage


def environment() -> dict[str, str]:
    """The caller's environment without git's settings in it, and with those of the stage."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | GIT_SETTINGS


def check_out(stage: Stage, branch: str) -> None:
    """Makes a branch the one that is worked on: programs that look after hooks look at that, not at what is pushed."""
    _git(stage.here, "-c", f"core.hooksPath={os.devnull}", "checkout", "--quiet", "--force", branch)


def set_hooks_folder(repository: Path, folder: Path) -> None:
    """Lets git look for the hooks of a repository of the stage in some folder."""
    _git(repository, "config", "core.hooksPath", str(folder))


def _git(folder: Path, *arguments: str, data: str = "") -> None:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=data.encode(), capture_output=True, check=False, env=environment()
    )
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise SddError(f"git {arguments[0]} failed in {folder}: {reason}")


def _history(stage: Stage, today: date) -> str:
    """What fast-import reads: a target that has adopted sdd, and two branches with the same edit on top of it."""
    edit = {_CODE: "two\n"}
    return (
        _commit(MAIN, {".specify/sdd.toml": "", _CODE: "one\n"})
        + _commit(stage.lacking, edit, parent=MAIN)
        + _commit(stage.covered, edit | {_PHR: _phr(stage, today)}, parent=MAIN)
        + f"reset refs/remotes/origin/{MAIN}\nfrom refs/heads/{MAIN}\n\ndone\n"
    )


def _commit(branch: str, files: Mapping[str, str], parent: str = "") -> str:
    lines = f"commit refs/heads/{branch}\ncommitter sdd doctor <sdd@localhost> 1767225600 +0000\n" + _data("Rehearse")
    if parent:
        lines += f"from refs/heads/{parent}\n"
    return lines + "".join(f"M 100644 inline {path}\n{_data(text)}" for path, text in files.items()) + "\n"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _phr(stage: Stage, today: date) -> str:
    return f"""\
---
id: "0001"
title: Rehearse a push
stage: green
date: {today.isoformat()}
surface: agent
branch: {stage.covered}
files: [{_CODE}]
kind: fix
---

## Prompt
Rehearse a push.

## Response snapshot
- It is rehearsed.

## Execution contract
### Success criteria
A push with its records goes through.
### Acceptance checks
- [x] `true`
"""
