"""The proof that capture works: each installed hook is fired as its agent would, and what sdd heard is looked at."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sdd.base.errors import SddError
from sdd.capture.draining import drain
from sdd.capture.exchanges import Exchange
from sdd.capture.installing import CONFIG, installed, is_on, unheard
from sdd.capture.receiving import waiting
from sdd.capture.store import Store
from sdd.repo.objects import Repository
from sdd.setup.doctor.context import Diagnosis, fault, ok, warning

PROMPT = "Say that sdd hears this."
_SESSION = "sdd-doctor"
_PAUSE = 0.02

Sample = Callable[[str, str], dict[str, Any]]


def _named(cwd: str, session: str, **further: Any) -> dict[str, Any]:
    return {"session_id": session, "cwd": cwd, "hook_event_name": "UserPromptSubmit", "prompt": PROMPT, **further}


_SAMPLES: dict[str, Sample] = {
    "claude": lambda cwd, session: _named(cwd, session, prompt_id=session),
    "codex": lambda cwd, session: _named(cwd, session, turn_id=session, transcript_path=None),
    "gemini": lambda cwd, session: _named(cwd, session) | {"hook_event_name": "BeforeAgent"},
    "antigravity": lambda cwd, session: {
        "conversationId": session, "invocationNum": 0, "initialNumSteps": 0, "workspacePaths": [cwd],
    },
    "cursor": lambda cwd, session: {
        "conversation_id": session, "generation_id": session, "cursor_version": "0", "workspace_roots": [cwd],
        "hook_event_name": "beforeSubmitPrompt", "prompt": PROMPT,
    },
    "copilot": lambda cwd, session: {
        "sessionId": session, "timestamp": int(time.time() * 1000), "cwd": cwd, "prompt": PROMPT,
    },
    "vscode": lambda cwd, session: {
        "sessionId": session, "transcript_path": "", "hookEventName": "UserPromptSubmit", "cwd": cwd, "prompt": PROMPT,
    },
    "opencode": lambda cwd, session: _named(cwd, session, turn_id=session, opencode=1),
    "windsurf": lambda cwd, session: {
        "agent_action_name": "pre_user_prompt", "trajectory_id": session, "execution_id": session,
        "tool_info": {"user_prompt": PROMPT},
    },
}  # fmt: skip
"""A prompt as each agent tells it to its hook."""


def prove(repository: Repository, limit: float) -> Iterator[Diagnosis]:
    """What each installed hook does with a prompt within `limit` seconds, for `sdd doctor`. Nothing stays of it."""
    hooks = [*installed(repository)] if repository.work_tree else []
    if not is_on(repository):
        if hooks:
            agents = ", ".join(dict.fromkeys(agent for agent, _, _ in hooks))
            message = f"capture is off in this repository, though hooks of sdd's are here: {agents}"
            yield warning(message, "sdd capture install")._replace(check="capture")
        return
    if not hooks:
        yield fault(f"{CONFIG} is on, but no agent has a hook here", "sdd capture install")._replace(check="capture")
    for agent in unheard(repository):
        message = f"{agent}: what is asked in this work tree is not heard: it has no hook"
        yield fault(message, f"sdd capture install --agent {agent}")._replace(check="capture")
    store = Store(repository.common_dir)
    for agent, path, line in hooks:
        yield _fired(repository, store, agent, path, line, limit)._replace(check="capture")


def _fired(repository: Repository, store: Store, agent: str, path: Path, line: str, limit: float) -> Diagnosis:
    session = f"{_SESSION}-{os.getpid()}-{time.time_ns()}"
    sample = json.dumps(_SAMPLES[agent](str(repository.work_tree), session)).encode()
    renew = f"sdd capture install --agent {agent}"
    try:
        shell, here = ["/bin/sh", "-c", line], repository.work_tree
        done = subprocess.run(shell, input=sample, cwd=here, capture_output=True, timeout=limit, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return fault(f"{agent}: the hook of {path} did not end well: {error}", renew)
    if done.returncode or done.stdout:
        return fault(f"{agent}: the hook of {path} ended with {done.returncode}, which disturbs the agent", renew)
    try:
        heard = _heard(store, agent, session, limit)
    except SddError as error:  # nothing can be written here
        for file in map(Path, waiting(store.common_dir)):
            if session.encode() in file.read_bytes():
                file.unlink()
        return fault(f"{agent}: the hook of {path} was fired, and what it told waits: {error.message}", error.fix)
    if not heard:
        return fault(f"{agent}: the hook of {path} ran, and sdd heard nothing", renew)
    store.forget(heard)
    prompt = "".join(heard.prompts)
    said = f'"{prompt}"' if prompt else "a turn, whose prompt the transcript tells"
    return ok(f"{agent}: {path} was fired, and sdd heard {said}")


def _heard(store: Store, agent: str, session: str, limit: float) -> Exchange | None:
    """The exchange that a payload became, perhaps by another process. Raises SddError where none can be kept."""
    deadline = time.monotonic() + limit
    while True:
        drain(store)
        for exchange in store.exchanges():
            if exchange.session == session and exchange.agent == agent:
                return exchange
        if time.monotonic() > deadline:
            return None
        time.sleep(_PAUSE)
