"""sdd check: check every record in the tree."""

from collections.abc import Iterator

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.base.listing import listed
from sdd.cli.printing import remark
from sdd.cli.progress import progress_bar
from sdd.cli.session import Session, pass_session
from sdd.cli.typed import typed_paths
from sdd.cli.verdict_format import format_options, print_check, warnings_options
from sdd.gate.check.baseline import only_new
from sdd.gate.check.tree import check_tree
from sdd.records.layout import OTHER_TOOLS
from sdd.records.project import located
from sdd.render.documents.stat import stat_document
from sdd.render.text.stat import stat_text
from sdd.repo.objects import Tree


@click.command()
@click.argument("path", nargs=-1)
@click.option("--rev", metavar="REV", help="Check the tree of a commit.  [default: the work tree]")
@click.option("--all", "every", is_flag=True, help="Show what the baseline holds, too.")
@click.option("--stat", is_flag=True, help="Count the findings and their files, rule by rule.")
@warnings_options
@format_options
@pass_session
def command(
    session: Session, path: tuple[str, ...], form: str, *, every: bool, stat: bool, strict: bool, verbose: bool
) -> int:
    """Check every record in the tree, or those at PATH.

    Every record rule runs on every record, in all roots. Findings that the baseline holds, from before sdd, are only
    counted. Whether a change has its records is what sdd gate checks. Exit status: 0 clean, 1 findings, 2 wrong usage,
    3 cannot judge.
    """
    if stat and form not in ("text", "json"):
        raise UsageError(f"--stat has no format {form}", "leave --stat out, or take text or json")
    only, name = typed_paths(session, path), session.rev or "work tree"
    with progress_bar("checking records") as progress:
        verdict = check_tree(session.tree, name, session.commit, session.today, only, progress)
    if only and not any(located(session.tree, below) for named in only for below in _files(session.tree, named)):
        remark(f"no record in {listed(only)}: nothing was checked")
    for folder, tool in OTHER_TOOLS.items():
        if folder in session.tree.folder(""):
            remark(f"{folder}/ belongs to {tool} and is left alone")
    if not every:
        verdict = only_new(verdict, session.tree, session.reader)
    if not stat:
        return print_check(form, verdict, verbose=verbose, strict=strict)
    session.show(verdict, stat_document, stat_text)
    judged = verdict.strict() if strict else verdict
    return ExitCode.FINDINGS if judged.refused else ExitCode.CLEAN


def _files(tree: Tree, path: str) -> Iterator[str]:
    """A file, or those below a folder."""
    yield path
    yield from (below for below, _ in tree.walk(path))
