"""A pull or merge request as its forge tells of it: what a maintainer's record of somebody else's work is made of.

The keys are those of `gh pr view --json`, of GitHub's REST API, and of GitLab's, which `glab mr view --output json`
prints.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sdd.authoring.prose import one_line
from sdd.base.errors import SddError, UsageError
from sdd.base.processes import program_outside
from sdd.base.streams import read_input

_SECONDS = 60
_FIELDS = "number,title,body,author,headRefOid,url"
_ASKED = {
    "gh": ("pr", "view", "{}", "--json", _FIELDS),
    "glab": ("mr", "view", "{}", "--output", "json"),
}
_QUIET = {"GH_PROMPT_DISABLED": "1", "NO_PROMPT": "1"}


class Request(NamedTuple):
    """A request: its number as text, its author's login, the id of its head, its web address and where git finds it."""

    number: str
    title: str
    body: str
    author: str
    head: str
    address: str
    ref: str

    @property
    def branch(self) -> str:
        """The branch that holds the request and its record."""
        return f"pr/{self.number}"


def read_request(written: str, is_gitlab: bool, top: Path, outside: Sequence[Path]) -> Request:
    """The request of a number, by `gh` or `glab`, or of a file that holds the JSON of one.

    `outside` are folders of the repository, where no program is looked for. Raises UsageError for what is no request,
    SddError where the forge's program is missing or fails.
    """
    if written.isascii() and written.isdigit():
        return _request(_told("glab" if is_gitlab else "gh", written, top, outside), f"request {written}")
    try:
        with Path(written).open("rb") as file:
            return _request(read_input(file, written, UsageError), written)
    except OSError as error:
        raise UsageError(f"--for-pr {written}: {error.strerror}", "give a number, or a file of JSON") from None


def _told(program: str, number: str, top: Path, outside: Sequence[Path]) -> bytes:
    command = [word.format(number) for word in _ASKED[program]]
    by_hand = f"save its JSON, then give the file: {program} {' '.join(command)}"
    place = program_outside(program, outside)
    if not place:
        raise SddError(f"{program} is not installed, so request {number} cannot be read", by_hand)
    try:
        done = subprocess.run(
            [place, *command], cwd=top, env={**os.environ, **_QUIET}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise SddError(f"{program} failed: {type(error).__name__}", by_hand) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"status {done.returncode}"]
        raise SddError(f"{program} failed: {said[0]}", by_hand)
    return done.stdout


def _request(text: bytes, source: str) -> Request:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise UsageError(f"{source} is no JSON of a request", f"write it by: gh pr view N --json {_FIELDS}")
    head = document.get("head")
    number = document.get("number", document.get("iid"))
    title = document.get("title")
    body = document.get("body", document.get("description")) or ""
    author = _login(document.get("author", document.get("user", "")))
    commit = document.get("headRefOid") or document.get("sha") or (head.get("sha") if isinstance(head, dict) else None)
    address = document.get("url") if "headRefOid" in document else document.get("web_url", document.get("html_url"))
    said = {"number": _number(number), "title": title, "author": author, "headRefOid": _oid(commit), "body": body}
    known = {name: value for name, value in said.items() if isinstance(value, str) and (value or name == "body")}
    # What a commit and front matter cannot hold, a stranger may have typed.
    known |= {name: one_line(known[name]) for name in ("title", "author") if name in known}
    if missing := [name for name in said if name not in known]:
        raise UsageError(f"{source} has no {', '.join(missing)}", f"write it by: gh pr view N --json {_FIELDS}")
    return Request(
        known["number"],
        known["title"],
        known["body"].replace("\r\n", "\n").strip(),
        known["author"],
        known["headRefOid"],
        address if isinstance(address, str) else "",
        f"refs/{'merge-requests' if 'iid' in document else 'pull'}/{number}/head",
    )


def _login(user: Any) -> Any:
    # GitHub's own name for whoever has no account any more; its REST API says null.
    return "ghost" if user is None else user.get("login", user.get("username")) if isinstance(user, dict) else None


def _number(value: Any) -> str:
    return str(value) if type(value) is int and value > 0 else ""


def _oid(value: Any) -> str:
    is_oid = isinstance(value, str) and len(value) in (40, 64) and not value.strip("0123456789abcdef")
    return str(value) if is_oid else ""
