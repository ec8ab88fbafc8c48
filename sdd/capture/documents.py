"""Exchanges as JSON documents and as text."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sdd.base.listing import counted
from sdd.capture.at_commit import works_in
from sdd.capture.draining import arrival
from sdd.capture.exchanges import Exchange, Fate, How
from sdd.render.words import one_line, shortened

_HOW = {How.TOOL: "named by a tool call", How.SHELL: "changed while a shell command ran"}
_OUTCOME = {True: "passed", False: "failed", None: "outcome unknown"}
_PROMPT_WIDTH = 60


def document(exchange: Exchange) -> dict[str, Any]:
    """What `sdd capture list` and `show` print of an exchange with --json."""
    return {
        "id": exchange.id,
        "agent": exchange.agent,
        "session": exchange.session,
        "turn": exchange.turn,
        "status": exchange.status.value,
        "fate": exchange.fate.value,
        "records": [phr.path for phr in exchange.records],
        "started": _moment(exchange.started),
        "ended": _moment(exchange.ended),
        "command": exchange.command or None,
        "model": exchange.model or None,
        "tokens": exchange.tokens or None,
        "work_tree": exchange.top or None,
        "branch": exchange.branch or None,
        "head": exchange.head or None,
        "prompts": [*exchange.prompts],
        "response": exchange.response,
        "earlier_responses": [*exchange.earlier],
        "files": [{"path": file.path, "how": file.how.value} for file in exchange.files],
        "tests": [{"command": run.command, "passed": run.passed} for run in exchange.tests],
    }


def unread_document(file: Path) -> dict[str, Any]:
    """What `sdd capture list` prints of a payload that could not be read."""
    agent = file.name.partition("-")[2].rpartition(".")[2]
    return {"path": str(file), "agent": agent or None, "received": _moment(arrival(file))}


def cells(exchange: Exchange, top: Path, branch: str) -> tuple[str, ...]:
    """The line of an exchange in `sdd capture list`: where it took place is said unless it was here."""
    prompt = next((one_line(prompt) for prompt in exchange.prompts if prompt.strip()), "(the prompt was not heard)")
    is_elsewhere = bool(exchange.top) and not works_in(exchange, top)
    is_on_another_branch = exchange.branch not in ("", branch)
    is_draft = exchange.fate is Fate.DRAFT
    is_recorded = exchange.fate is Fate.WRITTEN or (is_draft and exchange.records and is_on_another_branch)
    state = "recorded" if is_recorded else exchange.status.value if is_draft else exchange.fate.value
    if is_elsewhere:
        state += f", in {exchange.top}"
    elif is_on_another_branch:
        state += f", on {exchange.branch}"
    files = counted(len(exchange.files), "file")
    return exchange.id, _shown(exchange.started), exchange.agent, state, files, shortened(prompt, _PROMPT_WIDTH)


def page(exchange: Exchange) -> Iterator[str]:
    """What `sdd capture show` prints."""
    model = f" {exchange.model}" if exchange.model else ""
    yield f"{exchange.id}  {exchange.agent}{model}, {exchange.status}, {exchange.fate}"
    end = f" to {_shown(exchange.ended)}" if exchange.ended else ""
    yield f"time      {_shown(exchange.started)}{end}"
    if exchange.branch or exchange.head:
        yield f"began at  {' '.join(filter(None, (exchange.branch, exchange.head[:12])))}"
    for phr in exchange.records:
        yield f"record    {phr.path}"
    for file in exchange.files:
        yield f"file      {file.path}  ({_HOW[file.how]})"
    for run in exchange.tests:
        yield f"tests     {run.command}  ({_OUTCOME[run.passed]})"
    for prompt, answer in zip(exchange.prompts, exchange.answers, strict=True):
        yield from _told("Prompt", prompt)
        yield from _told("Response", answer)
    if not exchange.prompts:
        yield from _told("Response", exchange.response)


def _told(title: str, text: str) -> Iterator[str]:
    if text:
        yield from ("", f"{title}:", "", *(f"    {line}" for line in text.splitlines()))


def _moment(seconds: float) -> str | None:
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return None


def _shown(seconds: float) -> str:
    return (_moment(seconds) or "no time")[:16].replace("T", " ")
