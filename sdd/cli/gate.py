"""sdd gate: judge a change."""

import sys
from datetime import date

import click

from sdd.check import JudgedChange, Verdict, judge
from sdd.cli.session import open_repository, print_text
from sdd.cli.verdict_format import chosen_format, format_options, print_verdict
from sdd.errors import ExitCode, UsageError
from sdd.mending import Mend, elsewhere, mends, records_in_work_tree
from sdd.render.text import gate_text
from sdd.repo.history import taken_back
from sdd.repo.objects import Repository
from sdd.repo.pushed import read_pre_push, read_pre_receive
from sdd.repo.refs import HEADS, read_refs
from sdd.target import Aim, aim_of_revision, aims_of_push, aims_of_receive


@click.command()
@click.option("--base", metavar="REV", help="Judge against REV's tip now, whatever the targets are (for CI).")
@click.option("--head", metavar="REV", help="Judge REV.  [default: HEAD]")
@click.option(
    "--pre-push", nargs=2, metavar="REMOTE URL", help="Judge what git tells a pre-push hook on standard input."
)
@click.option("--pre-receive", is_flag=True, help="Judge what git tells a pre-receive hook on standard input.")
@click.option("-v", "--verbose", is_flag=True, help="Show the whole table and the warnings.")
@format_options
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
    if pre_push and any(word.startswith("-") for word in pre_push):
        raise UsageError("--pre-push takes the remote's name and its URL", "give other options before it")
    form = chosen_format(form, as_json)
    repository = open_repository(ctx)
    verdict = judge(repository, _aims(repository, base, head, pre_push, pre_receive), date.today())
    ways = _mends(repository, verdict)
    if form == "text":
        print_text(gate_text(verdict, ways, verbose=verbose, pushing=bool(pre_push or pre_receive)))
    else:
        print_verdict(form, verdict, ways)
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
    found = {}
    for place, change in enumerate(verdict.changes):
        if not change.errors:
            continue
        features = repository.tree(change.head).folder("specs")
        branch = change.ref.removeprefix(HEADS)
        feature = branch if branch in features else None
        away = _branch_to_go_to(repository, change) if repository.work_tree else None
        if away:
            found[place] = elsewhere(change, away)
        else:
            reverts = taken_back(repository, change.commits, change.base)
            found[place] = mends(change, lying, feature, has_features=bool(features), reverts=reverts)
    return found


def _branch_to_go_to(repository: Repository, change: JudgedChange) -> str | None:
    """The branch of this repository that holds what was judged, None where it is checked out here or is on none."""
    if repository.commit("HEAD") == change.head:
        return None
    own = read_refs(repository).below(HEADS)
    return next((one.branch for one in own if one.oid == change.head), None)
