"""Options and arguments that several commands have."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import click

from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.base.numbers import calendar_day
from sdd.cli.completion import Offer, complete_feature

Option = Callable[[Callable[..., Any]], Callable[..., Any]]
_SCOPE = "/FOLDER/**"
"""What the texts for agents have for `--scope`."""
Callback = Callable[[click.Context, click.Parameter, Any], Any]


def _filled_in(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """`value` as it is. Raises BadParameter for a word of a printed command that was pasted without being filled in."""
    from sdd.gate.plan.ways import TO_FILL_IN

    for word in value if isinstance(value, tuple) else (value,):
        if word in TO_FILL_IN or word == _SCOPE:
            raise click.BadParameter(f"{word} is still to be filled in", ctx, param)
    return value


def _one_line_each(ctx: click.Context, param: click.Parameter, checks: tuple[str, ...]) -> Any:
    """The checks. Raises UsageError for one of several lines: joined it would be another command."""
    if any("\n" in check.strip() for check in checks):
        raise UsageError("a check is one line", "join its commands with && or put them into a script")
    return _filled_in(ctx, param, checks)


def stage_said(ctx: click.Context, param: click.Parameter, written: str | None) -> str | None:
    """The canonical name of a stage. Raises UsageError for an unknown one."""
    if written is None:
        return None
    # Only who asks for a stage waits for what knows them.
    from sdd.records.kinds.phr import Stage, stage_of

    found = stage_of(written)
    if not found:
        raise UsageError(f"unknown stage {written}", nearest(written, Stage, f"stages: {', '.join(Stage)}"))
    return found.value


def words_option(flag: str, metavar: str, text: str, complete: Offer | None = None, **more: Any) -> Option:
    """An option that takes an author's words."""
    more = {"callback": _filled_in, **more}
    return click.option(flag, metavar=metavar, help=text, shell_complete=complete, **more)


def many_option(
    flag: str, metavar: str, text: str, complete: Offer | None = None, *, name: str = "", check: Callback = _filled_in
) -> Option:
    """An option that may be repeated; its parameter is called like several of them, if not by `name`."""
    name = name or f"{flag.removeprefix('--').replace('-', '_')}s"
    return click.option(flag, name, multiple=True, metavar=metavar, help=text, shell_complete=complete, callback=check)


def choice_option(flag: str, choices: type[StrEnum], text: str, default: StrEnum | None = None) -> Option:
    """An option that takes one of an enumeration's values."""

    def member(ctx: click.Context, param: click.Parameter, value: str | None) -> StrEnum | None:
        return choices(value) if value else None

    kind, start = click.Choice([str(choice) for choice in choices], case_sensitive=False), default and default.value
    return click.option(flag, type=kind, default=start, show_default=bool(start), callback=member, help=text)


def timeout_option(default: int, text: str) -> Option:
    """`--timeout`, in seconds."""
    seconds = click.FloatRange(min=0, min_open=True)
    return click.option("--timeout", type=seconds, default=default, show_default=True, metavar="SECONDS", help=text)


def with_options(*options: Option) -> Option:
    """Adds some options to a command, in the order of its help."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return add


signoff_option = click.option("--signoff", is_flag=True, help="Add a Signed-off-by line to the commit.")


def message_option(text: str) -> Option:
    """`--message`, where a hook wants other words than sdd's."""
    return click.option("--message", "commit_message", metavar="TEXT", default="", help=text)


def commit_option(what: str, *, with_message: bool = True) -> Option:
    """`--commit`: Session.save then commits, with `--message` and `--signoff`."""
    commit = click.option("--commit", "commits", is_flag=True, help=f"Commit {what}, and nothing else.")
    message = (message_option("The commit's message.  [default: kind and title]"),) if with_message else ()
    return with_options(commit, *message, signoff_option)


base_option = click.option(
    "--base", "change_base", metavar="REV", help="Take for the change what came after REV.  [default: after the target]"
)
"""`--base`: Session.state then reads the change from there."""


def day_option(name: str, text: str, metavar: str = "YYYY-MM-DD") -> Option:
    """An option that takes a day: `YYYY-MM-DD`, "" where it is not given."""
    return click.option(name, metavar=metavar, callback=_day, help=text)


def _day(ctx: click.Context, param: click.Parameter, written: str | None) -> str:
    """Raises UsageError for what is no day of the calendar."""
    if written is not None and str(calendar_day(written)) != written:
        raise UsageError(f"{param.opts[0]} {written} is no day", "write YYYY-MM-DD")
    return written or ""


def status_filter(statuses: Iterable[str]) -> Option:
    """The filter by status, one of `statuses`."""
    choice = click.Choice([*map(str, statuses)], case_sensitive=False)
    return click.option("--status", type=choice, help="Only those with this status.")


prompt_file_option = click.option(
    "--prompt-file", type=click.File("rb"), metavar="FILE", help="The prompt, - for standard input.  [default: TITLE]"
)
response_file_option = click.option(
    "--response-file", type=click.File("rb"), metavar="FILE", help="The response, - for standard input."
)
title_argument = click.argument("title", callback=_filled_in)
optional_title_argument = click.argument("title", required=False, callback=_filled_in)
"""A title that the command finds elsewhere, or asks for on a terminal, where it is left out."""
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
rev_option = click.option("--rev", metavar="REV", help="Read a commit.  [default: the work tree]")
feature_filter = click.option(
    "--feature", metavar="F", shell_complete=complete_feature, help="Only those of this feature."
)
stage_filter = click.option("--stage", metavar="STAGE", callback=stage_said, help="Only PHRs of this stage.")
since_filter = day_option("--since", "Only those dated on this day or later.")
until_filter = day_option("--until", "Only those dated on this day or earlier.")
user_filter = click.option("--user", metavar="USER", help="Only those of this user.")
file_filter = click.option("--file", metavar="PATH", help="Only those that name this file, or whose scope matches it.")
surface_filter = click.option(
    "--surface",
    type=click.Choice(["agent", "human"], case_sensitive=False),
    help="Only PHRs of work by an agent, or by hand.",
)
model_filter = click.option("--model", metavar="MODEL", help="Only PHRs whose model has this in its name.")
PHR_FILTERS = (
    feature_filter, stage_filter, surface_filter, model_filter, user_filter, since_filter, until_filter, file_filter,
)  # fmt: skip
"""What PHRs are filtered by, in lists and in a search."""

# What a contract says, by the names that ContractDraft has for it.
CONTRACT_WORDS: dict[str, Option] = {
    "success": words_option("--success", "SENTENCE", "What is true when it is done.", default=""),
    "scope": many_option("--scope", "PATTERN", "What may be changed.  [default: the changed files]", name="scope"),
    "constraints": many_option("--constraint", "TEXT", "What must hold."),
    "non_goals": many_option("--non-goal", "TEXT", "What will not be done."),
    "checks": many_option("--check", "COMMAND", "A command that checks it.", check=_one_line_each),
    "follow_ups": many_option("--follow-up", "TEXT", "A next step or risk; at most three."),
}

phr_filters, contract_words = with_options(*PHR_FILTERS), with_options(*CONTRACT_WORDS.values())
