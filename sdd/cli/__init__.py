"""The command line. Only this room prints, asks or exits; a command's module is imported when it is called."""

import io
import os
import sys
from contextlib import suppress
from typing import NoReturn

from sdd import __version__
from sdd.base.errors import ExitCode, SddError
from sdd.base.paths import printable, printable_line
from sdd.cli import capture_staged, gate_line
from sdd.cli.printing import flush, print_json, say
from sdd.secrets import hidden

# The commands that print a verdict, in any of its formats.
_JUDGING = (("gate",), ("check",), ("audit",), ("contract", "check"))


def main() -> NoReturn:
    """The entry point: runs the command line and exits with an ExitCode."""
    # Where the caller closed a stream, Python has None in its place: what is printed there goes nowhere.
    closed = (sys.stderr if "--then" in sys.argv else sys.stdout) is None
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows few letters shows the others as escapes; it never costs a verdict.
            stream.reconfigure(errors="backslashreplace")
    status = _without_output(sys.argv[1:]) if closed else run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # `run` has told of it, and Python would do so again at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(status)


def _without_output(arguments: list[str]) -> int:
    """The same where results go nowhere: a verdict that nobody can read is none."""
    if not any(_is_called(command, arguments) for command in _JUDGING):
        return run(arguments)
    _tell("standard output is closed: no verdict can be printed", "open it, or send it to a file", [], ExitCode.USAGE)
    return ExitCode.CANNOT_JUDGE


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit status; whatever goes wrong has been told on stderr."""
    status: int = ExitCode.CANNOT_JUDGE
    try:
        found = _called(arguments)
        flush()
        return found
    except SddError as error:
        told, status = (error.message, error.fix), error.exit_code
    except KeyboardInterrupt:
        say("sdd: stopped")
        return 130
    except MemoryError:
        told = "not enough memory for this", "give it less at once, or more memory"
    except OSError as error:
        # A full disk, a closed terminal, a file that went away: nothing that a report of a fault would help with.
        told = f"{error.filename or 'output'}: {error.strerror or error}", "see to it and try again"
    except Exception as error:
        told = _internal(error)
    _tell(*told, arguments, status)
    return status


def _called(arguments: list[str]) -> int:
    """The exit status of the command that a line calls; of what runs at every push and commit click is no part."""
    if asked := gate_line.read(arguments):
        from sdd.cli.judging import judged

        return judged(asked)
    if capture_staged.is_asked_for(arguments):
        return capture_staged.stage_records(os.getcwd())
    from sdd.cli.table import call

    return call(arguments)


def _internal(error: Exception) -> tuple[str, str]:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="sdd-traceback-", suffix=".txt", delete=False) as kept:
        told = hidden("".join(traceback.format_exception(error)))
        kept.write(f"sdd {__version__}, Python {sys.version}\n\n{told}")
    return f"this is a fault in sdd: {type(error).__name__}: {error}", f"please report it with {kept.name}"


def _tell(message: str, fix: str, arguments: list[str], status: int) -> None:
    """Says on stderr what is wrong and what to do next; where a document was asked for also in one on stdout.

    Who asked for a verdict and gets none reads that in the verdict's own format.
    """
    message, fix = printable(hidden(message)), "\n".join(map(printable_line, hidden(fix).splitlines()))
    with suppress(OSError, SddError):  # what cannot be written may be just that output
        from sdd.cli.verdict_format import format_in, outputs_in, write_error

        form = format_in(arguments)
        if any(_is_called(command, arguments) for command in _JUDGING):
            printed = [(form, "-")] if form != "text" else []
            write_error([*printed, *outputs_in(arguments)], message, fix, ExitCode(status))
        elif form == "json":
            print_json({"schema": "sdd/error/1", "message": message, "fix": fix})
            sys.stdout.flush()
    say(f"sdd: {message}")
    for line in fix.splitlines():
        say(f"  {line}")


def _is_called(command: tuple[str, ...], arguments: list[str]) -> bool:
    """Whether a command line calls a command: its words come first, after nothing but `-C DIR`."""
    before = 0
    if arguments and arguments[0].startswith("-C"):
        before = 2 if arguments[0] == "-C" else 1
    return tuple(arguments[before : before + len(command)]) == command
