"""sdd search: find what any record says."""

from sqlite3 import Connection
from typing import Any

import click

from sdd.cli.asking import ask
from sdd.cli.completion import complete_feature
from sdd.cli.session import json_option, open_repository, path_below_top, print_json, print_text, remark
from sdd.cli.stage import stage_option
from sdd.index.search import RowFilter, search
from sdd.render.documents.search import search_document
from sdd.render.text.hits import hits_text

_MATCHED = {
    "beginnings": "no record holds these words; these hold longer ones that begin so",
    "some": "no record holds all of these words; these hold some",
}


def _complete_kind(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from sdd.records.kinds import hits

    return [kind for kind in hits() if kind.startswith(incomplete)]


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", shell_complete=_complete_kind,
    help="Only hits of this kind: phr, contract, requirement ...",
)  # fmt: skip
@click.option("--feature", metavar="F", shell_complete=complete_feature, help="Only those of this feature.")
@stage_option
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Only those dated from then on.")
@click.option("--user", metavar="USER", help="Only PHRs of this user.")
@click.option("--file", "file", metavar="PATH", help="Only records that name this file, or whose scope matches it.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, metavar="N", help="How many hits."
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    query: tuple[str, ...],
    kinds: tuple[str, ...],
    feature: str | None,
    stage: str | None,
    since: Any,
    user: str | None,
    file: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Search the text of all records: specs, requirements, tasks, contracts, prompts, responses, decisions.

    Hits hold all words of QUERY; those in a title, id or path come first. Quote "a phrase", write word* for words that
    begin so, and after -- a minus before a word that must not occur. Everything else is text.
    """
    repository = open_repository(ctx)
    found = ask(
        repository,
        lambda index: search(
            index,
            " ".join(query),
            RowFilter(
                kinds=kinds,
                feature=_feature(index, feature) if feature else "",
                stage=stage or "",
                since=since.date().isoformat() if since else "",
                user=user or "",
                file=path_below_top(ctx, repository, file) if file else "",
            ),
            limit,
        ),
    )
    if found.matched in _MATCHED:
        remark(_MATCHED[found.matched])
    if as_json:
        print_json(search_document(" ".join(query), found))
    else:
        print_text(hits_text(found))


def _feature(index: Connection, written: str) -> str:
    from sdd.cli.chosen import feature_name

    return feature_name(index, written)
