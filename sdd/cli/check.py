"""sdd check: check every record in the tree."""

from datetime import date

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.cli.session import open_repository, path_below_top, print_json, print_text, tree_to_read
from sdd.cli.verdict_format import chosen_format, format_options, print_verdict
from sdd.gate.check import check_tree, only_new
from sdd.records.project import Reader
from sdd.render.documents.stat import stat_document
from sdd.render.text.stat import stat_text
from sdd.render.text.verdict import check_text


@click.command()
@click.argument("path", nargs=-1)
@click.option("--rev", metavar="REV", help="Check the tree of a commit.  [default: the work tree]")
@click.option("--all", "every", is_flag=True, help="Show what the baseline holds, too.")
@click.option("--stat", is_flag=True, help="Count the findings and their files, rule by rule.")
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("-v", "--verbose", is_flag=True, help="List the warnings too.")
@format_options
@click.pass_context
def command(
    ctx: click.Context,
    path: tuple[str, ...],
    rev: str | None,
    every: bool,
    stat: bool,
    strict: bool,
    verbose: bool,
    form: str,
    as_json: bool,
) -> None:
    """Check every record in the tree, or those at PATH.

    Every record rule runs on every record, in all roots. Findings that the baseline holds, from before sdd, are only
    counted. Whether a change has its records is what sdd gate checks. Exit status: 0 clean, 1 findings, 2 wrong usage,
    3 cannot judge.
    """
    form = chosen_format(form, as_json)
    if stat and form not in ("text", "json"):
        raise UsageError(f"--stat has no format {form}", "leave --stat out, or take text or json")
    repository = open_repository(ctx)
    tree = tree_to_read(repository, rev)
    only = tuple(path_below_top(ctx, repository, one) for one in path)
    for written, found in zip(path, only, strict=True):
        if found not in ("", ".") and found not in tree:
            raise UsageError(f"{written} is not there", "name files or folders of the tree that is checked")
    verdict = check_tree(repository, tree, rev or "work tree", repository.commit(rev or "HEAD"), date.today(), only)
    if not every:
        verdict = only_new(verdict, tree, Reader(repository.blobs))
    judged = verdict.strict() if strict else verdict
    if form == "text":
        print_text(stat_text(verdict) if stat else check_text(verdict, verbose=verbose, strict=strict))
    elif stat:
        print_json(stat_document(verdict))
    else:
        print_verdict(form, judged, {})
    ctx.exit(ExitCode.FINDINGS if judged.refused else ExitCode.CLEAN)
