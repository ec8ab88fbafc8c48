"""sdd gate: judge a change."""

import sys
from datetime import date

import click

from sdd.check import Verdict, judge
from sdd.cli.session import json_option, open_repository, print_json, print_text
from sdd.errors import ExitCode, SddError, UsageError
from sdd.mending import Mend, mends, records_in_work_tree
from sdd.render.text import gate_text
from sdd.render.verdict_json import error_document, verdict_document
from sdd.repo.objects import Repository
from sdd.repo.pushed import read_pre_push, read_pre_receive
from sdd.target import Aim, aim_of_revision, aims_of_push, aims_of_receive


@click.command()
@click.option("--base", metavar="REV", help="Judge against REV's tip now, whatever the targets are (for CI).")
@click.option("--head", metavar="REV", help="Judge REV.  [default: HEAD]")
@click.option(
    "--pre-push", nargs=2, metavar="REMOTE URL", help="Judge what git tells a pre-push hook on standard input."
)
@click.option("--pre-receive", is_flag=True, help="Judge what git tells a pre-receive hook on standard input.")
@click.option("-v", "--verbose", is_flag=True, help="Show the whole table and the warnings.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the verdict.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    base: str | None,
    head: str | None,
    pre_push: tuple[str, str] | None,
    pre_receive: bool,
    verbose: bool,
    form: str,
    as_json: bool,
) -> None:
    """Judge a change: may it be merged?

    Without options the commits of HEAD that its target does not have are judged: by what the commits hold, never
    by what lies in the work tree. Exit status: 0 pass, 1 refused, 2 wrong usage, 3 cannot judge.
    """
    if ((base or head) and (pre_push or pre_receive)) or (pre_push and pre_receive):
        raise UsageError("--base and --head, --pre-push and --pre-receive exclude each other", "see: sdd gate --help")
    as_json = as_json or form == "json"
    try:
        repository = open_repository(ctx)
        aims = _aims(repository, base, head, pre_push, pre_receive)
        verdict = judge(repository, aims, date.today())
    except SddError as error:
        if as_json and error.exit_code == ExitCode.CANNOT_JUDGE:
            print_json(error_document(error))
            print(f"sdd: {error.message}", file=sys.stderr)
            ctx.exit(error.exit_code)
        raise
    ways = _mends(repository, verdict)
    print_json(verdict_document(verdict, ways)) if as_json else print_text(
        gate_text(verdict, ways, verbose=verbose, pushing=bool(pre_push or pre_receive))
    )
    ctx.exit(ExitCode.FINDINGS if verdict.refused else ExitCode.CLEAN)


def _aims(
    repository: Repository, base: str | None, head: str | None, pre_push: tuple[str, str] | None, pre_receive: bool
) -> tuple[Aim, ...]:
    if pre_push:
        return aims_of_push(repository, read_pre_push(sys.stdin.buffer.read()), *pre_push)
    if pre_receive:
        return aims_of_receive(repository, read_pre_receive(sys.stdin.buffer.read()))
    return (aim_of_revision(repository, base, head),)


def _mends(repository: Repository, verdict: Verdict) -> dict[int, tuple[Mend, ...]]:
    """How each refused change is mended, by its position."""
    if verdict.passed:
        return {}
    lying = records_in_work_tree(repository) if repository.work_tree else ()
    return {place: mends(change, lying) for place, change in enumerate(verdict.changes) if change.errors}
