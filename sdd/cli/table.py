"""The table of all commands, and what click makes of a command line: the one that is called is imported then."""

import importlib
import io
import json
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import click

from sdd import __version__
from sdd.base.errors import ExitCode, UsageError
from sdd.base.nearest import nearest
from sdd.base.paths import shell_word
from sdd.cli.groups import CommandGroup
from sdd.cli.printing import remark

# The group of the commands that `sdd --help` names in one line.
MORE = "More"


class CommandEntry(NamedTuple):
    """One command as `sdd --help` lists it. `sdd.cli.<name>` holds it as `command`."""

    group: str
    name: str
    summary: str


COMMANDS = (
    CommandEntry("Daily", "status", "Where am I, what does this change still lack, what comes next."),
    CommandEntry("Daily", "feature", "Start a feature, list features, say how far each has come."),
    CommandEntry("Daily", "contract", "Write, list, check and verify execution contracts."),
    CommandEntry("Daily", "phr", "Write, list and show Prompt History Records."),
    CommandEntry("Daily", "capture", "Record what agents are asked, by their own hooks."),
    CommandEntry("Daily", "cover", "Write the records that this change still lacks."),
    CommandEntry("Daily", "gate", "Judge a change: may it be merged?"),
    CommandEntry("Daily", "revert", "Undo a change, keep its records, write the PHR."),
    CommandEntry("Answers", "why", "Trace a line, file, commit or requirement to its records."),
    CommandEntry("Answers", "search", "Search the text of all records."),
    CommandEntry("Answers", "audit", "Replay the gate over history: how many changes passed, and which failed."),
    CommandEntry("Answers", "report", "Write a site, or tables, that show where the project stands."),
    CommandEntry("Records", "requirement", "List requirements, with what covers each."),
    CommandEntry("Records", "task", "List tasks."),
    CommandEntry("Records", "question", "List open questions, and answer them."),
    CommandEntry("Records", "followup", "List what contracts left to do."),
    CommandEntry("Records", "adr", "Write, list and show architecture decisions."),
    CommandEntry("Records", "constitution", "Show the constitution, or amend it."),
    CommandEntry("Records", "agent", "List, show and check agent files."),
    CommandEntry("Records", "waiver", "Let a finding pass for a while, and list what passes so."),
    CommandEntry("Records", "secret", "Find secrets, and take them out of a file."),
    CommandEntry("Records", "rule", "List the rules, and explain each."),
    CommandEntry("Upkeep", "init", "Set sdd up in a repository, or remove it again."),
    CommandEntry("Upkeep", "check", "Check every record in the tree."),
    CommandEntry("Upkeep", "repair", "Repair records without losing a word."),
    CommandEntry("Upkeep", "hook", "Install, remove or inspect the pre-push hook."),
    CommandEntry("Upkeep", "doctor", "Test the setup, and say how to fix it."),
    CommandEntry(MORE, "demo", "Play the whole story in a new repository."),
    CommandEntry(MORE, "index", "Bring the index of all records up to date."),
    CommandEntry(MORE, "mcp", "Answer an agent by the Model Context Protocol."),
    CommandEntry(MORE, "schema", "Print the JSON Schema of a document."),
    CommandEntry(MORE, "script", "Answer as the scripts of spec-kit and spec-kit-plus do."),
)

# The words of the first version; they work until the next one.
FORMER: dict[tuple[str, ...], tuple[str, ...]] = {
    ("explain",): ("rule", "show"),
    ("rules",): ("rule", "list"),
    ("waive",): ("waiver", "new"),
    ("clarify",): ("question",),
    ("followups",): ("followup", "list"),
    **{
        ("list", f"{noun}s"): (noun, "list")
        for noun in ("requirement", "task", "contract", "phr", "adr", "followup", "waiver")
    },
}


class CommandTable(CommandGroup):
    """Lists COMMANDS by group and imports the one that is called, else the commands of a kind of record."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for entry in COMMANDS:
            if entry.name == cmd_name:
                found = importlib.import_module(f"sdd.cli.{entry.name}").command
                assert isinstance(found, click.Command)
                return found
        from sdd.cli.record import noun_of

        return noun_of(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[:1] == ["list"] and tuple(args[:2]) not in FORMER:
            nouns = ", ".join(words[1] for words in FORMER if words[0] == "list")
            raise UsageError("`sdd list` is now `sdd NOUN list`", f"it listed: {nouns}")
        former = next((words for words in FORMER if words == tuple(args[: len(words)])), None)
        if former:
            new = FORMER[former]
            args = [*new, *args[len(former) :]]
            if not ctx.resilient_parsing:  # else a shell asks, in the middle of a line
                remark(f"`sdd {' '.join(former)}` is now `sdd {' '.join(new)}`")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for group in dict.fromkeys(entry.group for entry in COMMANDS if entry.group != MORE):
            with formatter.section(group):
                formatter.write_dl([(entry.name, entry.summary) for entry in COMMANDS if entry.group == group])
        formatter.write_paragraph()
        more = ", ".join(entry.name for entry in COMMANDS if entry.group == MORE)
        formatter.write_text(f"{MORE}: {more}. Help with a command: sdd COMMAND --help")


@click.command(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sdd", message="%(prog)s %(version)s")
@click.option("-C", "directory", metavar="DIR", default=".", help="Work as if started in DIR.")
@click.pass_context
def sdd(ctx: click.Context, directory: str) -> None:
    """Keep specs, execution contracts and prompt history honest.

    sdd refuses a change that lacks its spec, its contract or its Prompt History Record (PHR). The pre-push hook and
    CI give the same verdict. Start with: sdd init

    Exit status: 0 clean, 1 findings, 2 wrong usage, 3 cannot judge.
    """
    ctx.obj = Path(directory)


def call(arguments: list[str]) -> int:
    """Runs one command line and returns its exit status. Raises SddError, of kind UsageError where click refuses it."""
    try:
        status = sdd.main(args=arguments, prog_name="sdd", standalone_mode=False)
    except click.NoSuchOption as error:
        known = (name for option in error.ctx.command.params for name in option.opts) if error.ctx else ()
        fix = nearest(error.option_name, known, _words_last(error, arguments) or _help(error))
        raise UsageError(f"unknown option: {error.option_name}", fix) from None
    except click.UsageError as error:
        raise UsageError(error.format_message(), _nearest_value(error, arguments)) from None
    except click.Abort:
        raise KeyboardInterrupt from None
    # A command that ends by `ctx.exit` hands its exit status back, every other one hands back nothing.
    return status if isinstance(status, int) else ExitCode.CLEAN


def document_of(directory: Path, words: Iterable[str]) -> dict[str, Any]:
    """The JSON document that a command prints in a folder. Raises what `call` does."""
    with redirect_stdout(io.StringIO()) as output:
        call(["-C", str(directory), *words, "--json"])
    document: dict[str, Any] = json.loads(output.getvalue())
    return document


def _nearest_value(error: click.UsageError, arguments: list[str]) -> str:
    """The values of an option that are most like the one that it does not have, else where to look."""
    kind = error.param.type if isinstance(error, click.BadParameter) and error.param else None
    if not isinstance(kind, click.Choice):
        return _help(error)
    given = (word.rpartition("=")[2] for word in arguments)
    word = next((word for word in given if repr(word) in error.message), "")
    return nearest(word.lower(), map(str, kind.choices), _help(error))


def _words_last(error: click.NoSuchOption, arguments: list[str]) -> str:
    """How a text that begins with a dash is given; empty where it was none that click took for an option."""
    word = next((each for each in arguments if each.startswith(error.option_name) and " " in each), "")
    if not word or not error.ctx or not any(isinstance(each, click.Argument) for each in error.ctx.command.params):
        return ""
    return f"a text that begins with a dash comes last: {error.ctx.command_path} ... -- {shell_word(word)}"


def _help(error: click.UsageError) -> str:
    return f"see: {error.ctx.command_path if error.ctx else 'sdd'} --help"
