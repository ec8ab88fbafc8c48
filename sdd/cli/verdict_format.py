"""How the commands that judge print a verdict: their options, and every format but text, which each makes itself."""

import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.cli.printing import remark, write
from sdd.cli.session import json_option
from sdd.render.formats import FORMAT_NAMES, Ways, error_in, verdict_in

if TYPE_CHECKING:
    from sdd.gate.check import Verdict

# What GitHub takes of a step's summary; it drops the whole where there is more.
_SUMMARY_BYTES = 1024 * 1024

_Command = TypeVar("_Command", bound=Callable[..., Any])


def format_options(command: _Command) -> _Command:
    """`--format` (as `form`) and `--json` (as `as_json`); `chosen_format` makes one of the two."""
    option = click.option(
        "--format", "form", type=click.Choice(FORMAT_NAMES), default="text", help="How to print the verdict."
    )
    return option(json_option(command))


def chosen_format(form: str, as_json: bool) -> str:
    """The name of the format that was asked for. Raises UsageError where the two options differ."""
    if as_json and form not in ("text", "json"):
        raise UsageError(f"--json and --format {form} exclude each other", "leave one of them out")
    return "json" if as_json else form


def format_in(arguments: Sequence[str]) -> str:
    """The format that a command line asks for which could not be carried out; text where it names none of FORMATS."""
    if "--json" in arguments:
        return "json"
    given = [word for before, word in pairwise(arguments) if before == "--format"]
    given += [word.removeprefix("--format=") for word in arguments if word.startswith("--format=")]
    return given[-1] if given and given[-1] in FORMAT_NAMES else "text"


def print_verdict(form: str, verdict: "Verdict", ways: Ways) -> None:
    """A verdict on standard output, in a format other than text; on GitHub also in the summary of the step."""
    write(verdict_in(form, verdict, ways))
    if form == "github":
        _summarise(lambda: verdict_in("markdown", verdict, ways))


def print_error(form: str, message: str, fix: str, status: ExitCode) -> None:
    """Why there is no verdict, as `print_verdict` would have printed that."""
    write(error_in(form, message, fix, status))
    if form == "github":
        _summarise(lambda: error_in("markdown", message, fix, status))


def _summarise(made: Callable[[], str]) -> None:
    """Appends Markdown to the file that GITHUB_STEP_SUMMARY names, where that is set and still has room."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    text = f"{made()}\n".encode()
    try:
        with Path(name).open("ab") as summary:
            if summary.tell() + len(text) <= _SUMMARY_BYTES:
                summary.write(text)
    except OSError as error:
        remark(f"no summary: {name}: {error.strerror}")
