"""A prompt and a response that a command is given: in a file, on standard input or in an editor."""

import os
from typing import Any

import click

from sdd.base.errors import UsageError
from sdd.base.limits import RECORD_BYTES
from sdd.base.streams import read_input
from sdd.cli.session import Session

_STDIN = "standard input"


def given_texts(session: Session, prompt: Any, response: Any) -> tuple[str | None, str | None]:
    """What two open files say, without secrets; None for a file that is not given.

    Raises UsageError where both are standard input, and for one that is empty or not UTF-8: a prompt is kept word for
    word or not at all.
    """
    if _name(prompt) == _name(response) == _STDIN:
        raise UsageError("standard input can be read only once", "give one of the two as a file")
    return session.redact(_text(prompt, "prompt")), session.redact(_text(response, "response"))


def _name(file: Any) -> str:
    """What a person calls an open file; empty for none, and for text that stood in a document."""
    name = getattr(file, "name", "")
    return _STDIN if name == "<stdin>" or isinstance(name, int) else str(name)  # a number is a descriptor


def _text(file: Any, what: str) -> str | None:
    if file is None:
        return None
    name = _name(file) or f"the {what}"
    try:
        text = str(read_input(file, name, UsageError, RECORD_BYTES), "utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 at byte {error.start}", "save it as UTF-8 text") from None
    if not text.strip() and name != os.devnull:  # `sdd script create-phr` asks for the template's words
        raise UsageError(f"{name} is empty: there is no {what}", f"give the {what}, or leave out --{what}-file")
    return text


def edited(text: str) -> str:
    """What an editor makes of a text, to the letter. Raises UsageError where it saved nothing."""
    try:
        written = click.edit(text, editor=os.environ.get("GIT_EDITOR"), extension=".md", require_save=True)
    except (click.ClickException, ValueError) as error:
        raise UsageError(f"the editor failed: {error}", "set GIT_EDITOR to a command, or leave out --edit") from None
    if written is None:
        raise UsageError("the editor was closed without saving: nothing was written", "save it, or leave out --edit")
    if not written.strip():
        raise UsageError("the editor saved an empty prompt: nothing was written", "say what was asked for")
    return written
