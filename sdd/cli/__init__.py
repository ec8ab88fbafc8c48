"""The command line. Only this room prints, asks or exits; a command's module is imported when it is called."""

import gc
import importlib
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

import click

from sdd import __version__
from sdd.errors import ExitCode, SddError
from sdd.paths import printable


class CommandEntry(NamedTuple):
    """One command as `sdd --help` lists it. `sdd.cli.<module>` holds it as `command`."""

    group: str
    name: str
    module: str
    summary: str


COMMANDS = (
    CommandEntry("Daily", "status", "status", "Where am I, what does this change still lack, what comes next."),
    CommandEntry("Daily", "feature", "feature", "List and show features: their specs, stories and requirements."),
    CommandEntry("Daily", "contract", "contract", "Make, list, check and verify execution contracts."),
    CommandEntry("Daily", "phr", "phr", "Make, list and show Prompt History Records."),
    CommandEntry("Daily", "revert", "revert", "Take a change back, keep its records, write the PHR."),
    CommandEntry("Daily", "clarify", "clarify", "List open questions, and answer them."),
    CommandEntry("Daily", "followups", "followups", "List what contracts left to do."),
    CommandEntry("Daily", "adr", "adr", "Make, list and show architecture decisions."),
    CommandEntry("Daily", "gate", "gate", "Judge a change: may it be merged?"),
    CommandEntry("Answers", "search", "search", "Find what any record says."),
    CommandEntry("Answers", "list", "list", "List requirements, tasks, contracts, PHRs and more."),
    CommandEntry("Answers", "report", "report", "Make a site, or tables, of where the project stands."),
    CommandEntry("Upkeep", "init", "init", "Set sdd up in a repository, or take it out again."),
    CommandEntry("Upkeep", "check", "check", "Check every record in the tree."),
    CommandEntry("Upkeep", "agent", "agent", "List, show and check agent files."),
    CommandEntry("Upkeep", "waive", "waive", "Let a finding pass for a while, with a reason and a last day."),
    CommandEntry("Upkeep", "repair", "repair", "Mend records without losing a word of what they say."),
    CommandEntry("Upkeep", "script", "script", "Answer as the scripts of spec-kit and spec-kit-plus do."),
    CommandEntry("Upkeep", "index", "index", "Bring the index of all records up to date."),
    CommandEntry("Upkeep", "hook", "hook", "Install, remove or look at the pre-push hook."),
    CommandEntry("Upkeep", "constitution", "constitution", "Show the constitution, or amend it."),
    CommandEntry("Upkeep", "rules", "rules", "List the rules."),
    CommandEntry("Upkeep", "explain", "explain", "Explain a rule: what, why, how to mend it."),
    CommandEntry("Upkeep", "demo", "demo", "Play the whole story in a new repository."),
)


class CommandTable(click.Group):
    """The top command: lists COMMANDS by group, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for entry in COMMANDS:
            if entry.name == cmd_name:
                found = importlib.import_module(f"sdd.cli.{entry.module}").command
                assert isinstance(found, click.Command)
                return found
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for group in dict.fromkeys(entry.group for entry in COMMANDS):
            with formatter.section(group):
                formatter.write_dl([(entry.name, entry.summary) for entry in COMMANDS if entry.group == group])


@click.command(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sdd", message="%(prog)s %(version)s")
@click.option("-C", "directory", metavar="DIR", default=".", help="Work as if started in DIR.")
@click.pass_context
def sdd(ctx: click.Context, directory: str) -> None:
    """Keep specs, execution contracts and prompt history honest.

    sdd refuses a change that lacks its spec, its contract or its Prompt History Record (PHR), in the pre-push
    hook and in CI, with one and the same verdict. Start with: sdd init

    Exit status: 0 clean, 1 findings, 2 wrong usage, 3 cannot judge.
    """
    ctx.obj = Path(directory)


def main() -> NoReturn:
    """The entry point: runs the command line and exits with an ExitCode."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows few letters shows the others as escapes; it never costs a verdict.
            stream.reconfigure(errors="backslashreplace")
    # Hardly anything that a command makes refers back to itself: to look for that often finds nothing.
    gc.set_threshold(50_000)
    status = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # `run` has told of what could not be written
            stream.flush()
    # Nothing is left to be closed or written. To take the interpreter apart object by object would cost a seventh of
    # a push's whole time.
    os._exit(status)


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit status; whatever goes wrong has been told on stderr."""
    try:
        status = sdd.main(args=arguments, prog_name="sdd", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        return _usage(error, arguments)
    except SddError as error:
        _tell(error.message, error.fix, arguments, error.exit_code)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        print("sdd: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away (sdd ... | head): not a fault, and nothing more can be printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.CLEAN
    except OSError as error:
        # A full disk, a closed terminal, a file that went away: nothing that a report of a fault would help with.
        _tell(f"{error.filename or 'output'}: {error.strerror or error}", "see to it and try again", [], 0)
        return ExitCode.CANNOT_JUDGE
    except Exception as error:
        _tell(*_internal(error), arguments, ExitCode.CANNOT_JUDGE)
        return ExitCode.CANNOT_JUDGE
    # A command that ends by `ctx.exit` hands its exit status back, every other one hands back nothing.
    return status if isinstance(status, int) else ExitCode.CLEAN


def _usage(error: click.UsageError, arguments: list[str]) -> int:
    where = error.ctx.command_path if error.ctx else "sdd"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        print(error.format_message())
    else:
        _tell(error.format_message(), f"see: {where} --help", arguments, ExitCode.USAGE)
    return ExitCode.USAGE


def _internal(error: Exception) -> tuple[str, str]:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="sdd-traceback-", suffix=".txt", delete=False) as kept:
        kept.write(f"sdd {__version__}, Python {sys.version}\n\n{''.join(traceback.format_exception(error))}")
    return f"this is a fault in sdd: {type(error).__name__}: {error}", f"please report it with {kept.name}"


def _tell(message: str, fix: str, arguments: list[str], status: int) -> None:
    """Says on stderr what is wrong and what to do next; where JSON was asked for also as a document on stdout.

    Who asked for a verdict and gets none reads that in the verdict's own document.
    """
    told = {"message": printable(message), "fix": printable(fix)}
    if status == ExitCode.CANNOT_JUDGE and any(command in arguments for command in ("gate", "check")):
        document = {"schema": "sdd/verdict/1", "verdict": "error", "error": told}
    else:
        document = {"schema": "sdd/error/1", **told}
    if "--json" in arguments or "json" in arguments or "--format=json" in arguments:
        import json

        print(json.dumps(document, indent=2))
    print(f"sdd: {printable(message)}", file=sys.stderr)
    for line in fix.splitlines():
        print(f"  {printable(line)}", file=sys.stderr)
