"""How results are printed. A reader who goes away (sdd ... | head) changes nothing about what a command found."""

import os
import sys
from contextlib import suppress
from typing import Any

from sdd.base.paths import printable, printable_line
from sdd.cli.colour import coloured, wanted
from sdd.secrets import hidden


def print_text(text: str) -> None:
    """A command's result for people. What came out of a repository must have gone through `printable`."""
    text = text if text.endswith("\n") or not text else text + "\n"
    if os.environ.get("GITHUB_ACTIONS"):
        # A runner obeys lines of a log that begin so, a record's among them.
        text = "\n".join(map(printable_line, text.split("\n")))
    write(coloured(text) if wanted() else text)


def print_json(document: dict[str, Any]) -> None:
    """A command's result as one JSON document."""
    from sdd.render.documents.json_text import json_text

    write(json_text(document))


def remark(text: str) -> None:
    """Something to know beside the result, on stderr."""
    for line in hidden(text).splitlines():
        say(f"sdd: {printable(line)}")


def say(line: str) -> None:
    """One line on standard error. Where nobody reads that either, the exit status still says what happened."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def can_ask() -> bool:
    """Whether somebody sits at a terminal, sees a question and can answer it."""
    streams = (sys.stdin, sys.stderr)
    return not os.environ.get("CI") and all(stream is not None and stream.isatty() for stream in streams)


def flush() -> None:
    """Hands on what was printed so far."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _print_no_more()


def write(text: str) -> None:
    """Standard output, in whatever format: it shows no secret."""
    try:
        sys.stdout.write(hidden(text))
    except BrokenPipeError:
        _print_no_more()


def _print_no_more() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
