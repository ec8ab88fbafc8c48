"""sdd gate: judge a change."""

from typing import Any

import click

from sdd.cli.gate_line import GateLine
from sdd.cli.judging import judged
from sdd.cli.session import Session, pass_session
from sdd.cli.verdict_format import format_options, output_option


@click.command()
@click.option("--base", metavar="REV", help="Judge against REV as it is now, whatever the targets are (for CI).")
@click.option("--head", metavar="REV", help="Judge REV.  [default: HEAD]")
@click.option("--queue", is_flag=True, help="The head is a merge queue's and may hold several landings (with --base).")
@click.option("--landed", is_flag=True, help="The head has landed already: a refusal says how to answer for it.")
@click.option(
    "--actor", "actors", multiple=True, metavar="[COMMIT=]LOGIN",
    help="Who acts, by the forge's word (with --base): give both who opened the request and who pushed to it.",
)  # fmt: skip
@click.option("--for-pr", metavar="N", help="The head is a fork's request N: a refusal tells a maintainer what to do.")
@click.option(
    "--pre-push", nargs=2, metavar="REMOTE URL", help="Judge what git tells a pre-push hook on standard input."
)
@click.option("--pre-receive", is_flag=True, help="Judge what git tells a pre-receive hook on standard input.")
@click.option("--then", metavar="HOOK", help="After a pass run HOOK as git would have run it (in a hook).")
@click.option("--identify", metavar="FD", hidden=True, help="Say on this stream that this is sdd (in a hook).")
@click.option(
    "--timeout",
    type=click.IntRange(1, 9999),
    metavar="SECONDS",
    help="Exit with 3 if there is no verdict by then (for servers).",
)
@click.option("-v", "--verbose", is_flag=True, help="Show the whole table and the warnings.")
@format_options
@output_option
@pass_session
def command(session: Session, **asked: Any) -> int:
    """Judge a change: may it be merged?

    Without options sdd judges the commits of HEAD that its target does not have. It reads what the commits hold,
    never the work tree. Exit status: 0 pass, 1 refused, 2 wrong usage, 3 cannot judge.
    """
    return judged(GateLine(str(session.directory), **asked))
