"""What a tool asks is asked of the command line, in a process of its own: one verdict, and a fault ends no server."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.paths import shell_line

LIMIT = 300
"""Seconds that one call may take."""

# Letters of a command line: systems take at least four times as many.
_LONGEST = 20_000
_ANSWERED = (ExitCode.CLEAN, ExitCode.FINDINGS)


class Call(NamedTuple):
    """One command: its words, and the document that it reads in the place of options."""

    words: tuple[str, ...]
    options: Mapping[str, Any] | None = None


def ask(folder: Path, call: Call) -> dict[str, Any]:
    """The document that a command prints in a folder. Raises SddError where it cannot answer, or does not in LIMIT."""
    words = [*call.words]
    if any("\0" in word for word in words) or sum(map(len, words)) > _LONGEST:
        raise UsageError("a value holds a NUL, or is too long", "say it without, or in fewer words")
    at = words.index("--") if "--" in words else len(words)
    words[at:at] = ["--json"] if call.options is None else ["--json", "--input", "-"]
    # -P: the folder's own files stand in for no module.
    line = [sys.executable, "-P", "-m", "sdd", "-C", str(folder), *words]
    options = json.dumps(call.options or {}).encode()
    try:
        done = subprocess.run(line, input=options, capture_output=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        raise SddError(
            f"no answer within {LIMIT} s", f"ask in a terminal: {shell_line(('sdd', *call.words))}"
        ) from None
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        told = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise SddError(f"sdd gave no document: {told}", "try it in a terminal: sdd doctor") from None
    if done.returncode not in _ANSWERED:
        message, fix = (str(document.get(key, "")) for key in ("message", "fix"))
        raise SddError(message or f"exit status {done.returncode}", fix)
    return document
