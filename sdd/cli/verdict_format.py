"""How the commands that judge print a verdict: their options, and every format but text, which each makes itself."""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.base.nearest import nearest
from sdd.cli.options import json_option, with_options
from sdd.cli.printing import print_text, remark, write
from sdd.render.formats import FORMAT_NAMES, error_in, verdict_in
from sdd.render.plan import Plans
from sdd.repo.worktree import write_output
from sdd.secrets import hidden

if TYPE_CHECKING:
    from sdd.gate.check.verdict import Verdict

# What GitHub takes of a step's summary; it drops the whole where there is more.
_SUMMARY_BYTES = 1024 * 1024


def format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--format`, and `--json` for one of them: a command with a Session gets the name as `form`."""

    @wraps(command)
    def called(*words: Any, form: str, as_json: bool, **options: Any) -> Any:
        if as_json and form not in ("text", "json"):
            raise UsageError(f"--json and --format {form} exclude each other", "leave one of them out")
        form = "json" if as_json else form
        return command(*words, form=form, as_json=form == "json", **options)

    names = click.Choice(FORMAT_NAMES)
    option = click.option("--format", "form", type=names, default="text", help="How to print the verdict.")
    return option(json_option(called))


def format_in(arguments: Sequence[str]) -> str:
    """The format that a command line asks for which could not be carried out; text where it names none of FORMATS."""
    if "--json" in arguments:
        return "json"
    given = _values_of("--format", arguments)[-1:]
    return given[0] if given and given[0] in FORMAT_NAMES else "text"


def _output(written: str) -> tuple[str, str]:
    form, _, file = written.partition("=")
    if form not in FORMAT_NAMES or not file:
        fix = nearest(form, FORMAT_NAMES, f"a format is one of {', '.join(FORMAT_NAMES)}")
        raise UsageError(f"--output {written} is not FORMAT=FILE", fix if form not in FORMAT_NAMES else "name a file")
    return form, file


output_option = click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=FILE",
    callback=lambda _, __, values: tuple(map(_output, values)),
    help="Write the verdict in this format too; - is standard output.",
)
"""`--output`, which a command gets as `outputs`: pairs of a format and a file."""


def outputs_in(arguments: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The outputs that a command line asks for which could not be carried out."""
    pairs = (word.partition("=")[::2] for word in _values_of("--output", arguments))
    return tuple((form, file) for form, file in pairs if form in FORMAT_NAMES and file)


def _values_of(flag: str, arguments: Sequence[str]) -> list[str]:
    given = [word for before, word in pairwise(arguments) if before == flag]
    return given + [word.removeprefix(f"{flag}=") for word in arguments if word.startswith(f"{flag}=")]


def write_verdict(outputs: Iterable[tuple[str, str]], verdict: "Verdict", plans: Plans, text: str = "") -> None:
    """A verdict in some formats, each to its file; `text` is what it says in the format text."""
    for form, file in outputs:
        _print(form, lambda form: text if form == "text" else verdict_in(form, verdict, plans), file)


def print_verdict(form: str, verdict: "Verdict") -> None:
    """A verdict without plans on standard output, in a format other than text."""
    write_verdict([(form, "-")], verdict, {})


warnings_options = with_options(
    click.option("--strict", is_flag=True, help="Count warnings as errors."),
    click.option("-v", "--verbose", is_flag=True, help="List the warnings too."),
)


def print_check(form: str, verdict: "Verdict", *, verbose: bool, strict: bool) -> ExitCode:
    """What the rules found in records, and the exit status for it."""
    judged = verdict.strict() if strict else verdict
    if form == "text":
        from sdd.render.text.verdict import check_text

        print_text(check_text(verdict, verbose=verbose, strict=strict))
    else:
        print_verdict(form, judged)
    return ExitCode.FINDINGS if judged.refused else ExitCode.CLEAN


def write_error(outputs: Iterable[tuple[str, str]], message: str, fix: str, status: ExitCode) -> None:
    """Why there is no verdict, as `write_verdict` would have written that."""
    text = f"sdd: {message}\n{fix}\n"
    for form, file in outputs:
        _print(form, lambda form: text if form == "text" else error_in(form, message, fix, status), file)


def _print(form: str, made: Callable[[str], str], file: str = "-") -> None:
    """What `made` gives in a format; on GitHub it is appended to the step's summary too, where that still has room."""
    if file == "-":
        print_text(made(form)) if form == "text" else write(made(form))
    else:
        write_output(Path(file), hidden(made(form)))
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if form != "github" or not name:
        return
    text = f"{hidden(made('markdown'))}\n".encode()
    try:
        with Path(name).open("ab") as summary:
            if summary.tell() + len(text) <= _SUMMARY_BYTES:
                summary.write(text)
    except OSError as error:
        remark(f"no summary: {name}: {error.strerror}")
