"""sdd audit: the gate over history, change by change."""

from collections.abc import Collection
from typing import Any

import click

from sdd.answers.audit.audit import Audit, AuditOptions
from sdd.answers.audit.authors import authors_of
from sdd.answers.audit.counting import shares
from sdd.answers.audit.replay import Interrupted, replay
from sdd.answers.audit.span import read_span
from sdd.base.errors import ExitCode
from sdd.cli.options import day_option
from sdd.cli.printing import remark, write
from sdd.cli.progress import progress_bar
from sdd.cli.session import Session, pass_session
from sdd.cli.verdict_format import format_options, print_verdict
from sdd.gate.target.span import Span
from sdd.render.documents.audit import audit_document
from sdd.render.text.audit import audit_markdown, audit_text
from sdd.repo.objects import Repository


@click.command()
@click.argument("range", required=False, metavar="[RANGE]")
@day_option("--since", "Only changes that landed on DAY (2026-01-31) or later.", metavar="DAY")
@day_option("--until", "Only changes that landed on DAY or earlier.", metavar="DAY")
@click.option("--all", "everything", is_flag=True, help="Count what landed before the policy's `since` too.")
@click.option("--policy-at-the-time", "at_the_time", is_flag=True, help="Judge each change by the policy it found.")
@click.option("--no-group", "single", is_flag=True, help="Judge every first-parent commit by itself.")
@click.option("--authors", is_flag=True, help="Shares by author too; people are named only then.")
@click.option("--limit", type=click.IntRange(min=0), default=5, show_default=True, metavar="N", help="Gaps to show.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit 1 where fewer passed, 3 where nothing was judged or something could not be.",
)
@click.option("-v", "--verbose", is_flag=True, help="Cut nothing short.")
@format_options
@pass_session
def command(
    session: Session,
    range: str | None,
    single: bool,
    authors: bool,
    limit: int,
    fail_under: float | None,
    verbose: bool,
    form: str,
    **chosen: Any,
) -> int:
    """Judge what has landed: what share of the changes had the records that they needed, and which lacked some.

    A change is what one first-parent commit brought to its branch. It is judged as its push would have been, by the
    policies at the end of RANGE (on a target that is older than sdd, by those of the target that has them). RANGE is
    A..B (what B has and A has not) or a revision, by default the target branch. Changes count from the adoption of
    sdd on, or from the policy's `since`. A verdict is kept, so the next audit judges only what is new. Exit status: 0
    whatever is found, 1 with --fail-under where fewer passed, 2 wrong usage, 3 cannot judge.
    """
    repository = session.repository
    with progress_bar("reading the history"):
        span = read_span(repository, range)
    audit = run_audit(repository, span, AuditOptions(grouped=not single, **chosen))
    names = authors_of(repository, audit.span, [change.landing for change in audit.judged]) if authors else None
    if fail_under is not None and form != "text":
        audit.require_judged()
    if form in ("text", "json"):
        session.show(
            audit,
            lambda audit: audit_document(audit, names),
            lambda audit: audit_text(audit, names, limit=limit, verbose=verbose),
        )
    elif form == "markdown":
        write(audit_markdown(audit, names, limit=limit, verbose=verbose))
    else:
        print_verdict(form, audit.verdict)
    if fail_under is not None:
        audit.require_judged()
    passed = shares(audit.judged).passed
    missed = fail_under is not None and passed.had * 100 < fail_under * passed.needed
    return ExitCode.FINDINGS if missed else ExitCode.CLEAN


def run_audit(repository: Repository, span: Span, options: AuditOptions, only: Collection[str] | None = None) -> Audit:
    """The audit, with a progress bar. Where somebody stops it, what is kept of it is said first."""
    with progress_bar("judging changes") as progress:
        try:
            return replay(repository, span, options, remark, progress, only)
        except Interrupted as stopped:
            kept = "and are kept: the same command goes on from there" if stopped.kept else "and are not kept"
            told = f"{stopped.done} of {stopped.asked} changes were judged {kept}"
    remark(told)
    raise KeyboardInterrupt
