"""The table of all commands, and what click makes of a command line: the one that is called is imported then."""

import importlib
from pathlib import Path
from typing import NamedTuple

import click

from sdd import __version__
from sdd.base.errors import ExitCode, UsageError
from sdd.cli.printing import print_text


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
    CommandEntry("Answers", "why", "why", "Why is it so: from a line, commit or requirement to its records."),
    CommandEntry("Answers", "search", "search", "Find what any record says."),
    CommandEntry("Answers", "list", "list", "List requirements, tasks, contracts, PHRs and more."),
    CommandEntry("Answers", "audit", "audit", "Replay the gate over history: what share passed, what lacks records."),
    CommandEntry("Answers", "report", "report", "Make a site, or tables, of where the project stands."),
    CommandEntry("Upkeep", "init", "init", "Set sdd up in a repository, or take it out again."),
    CommandEntry("Upkeep", "check", "check", "Check every record in the tree."),
    CommandEntry("Upkeep", "agent", "agent", "List, show and check agent files."),
    CommandEntry("Upkeep", "waive", "waive", "Let a finding pass for a while, with a reason and a last day."),
    CommandEntry("Upkeep", "repair", "repair", "Mend records without losing a word of what they say."),
    CommandEntry("Upkeep", "script", "script", "Answer as the scripts of spec-kit and spec-kit-plus do."),
    CommandEntry("Upkeep", "index", "index", "Bring the index of all records up to date."),
    CommandEntry("Upkeep", "hook", "hook", "Install, remove or look at the pre-push hook."),
    CommandEntry("Upkeep", "doctor", "doctor", "Check that everything works here, and say what fixes it."),
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


def call(arguments: list[str]) -> int:
    """Runs one command line and returns its exit status. Raises SddError, of kind UsageError where click refuses it."""
    try:
        status = sdd.main(args=arguments, prog_name="sdd", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        print_text(error.format_message())
        return ExitCode.USAGE
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "sdd"
        raise UsageError(error.format_message(), f"see: {where} --help") from None
    except click.Abort:
        raise KeyboardInterrupt from None
    # A command that ends by `ctx.exit` hands its exit status back, every other one hands back nothing.
    return status if isinstance(status, int) else ExitCode.CLEAN
