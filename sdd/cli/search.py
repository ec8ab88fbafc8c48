"""sdd search: find what any record says."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from sdd.base.errors import UsageError
from sdd.cli.completion import Words, quietly
from sdd.cli.options import phr_filters
from sdd.cli.printing import remark
from sdd.cli.session import Session, in_session
from sdd.cli.typed import row_filter
from sdd.index.search import search
from sdd.render.documents.search import search_document
from sdd.render.text.hits import hits_text

if TYPE_CHECKING:
    from sqlite3 import Connection

# The records whose words stay as they landed.
_LANDING = (".prompt.md", ".contract.md")
_MATCHED = {
    "beginnings": "no record holds these words; these hold longer ones that begin so",
    "some": "no record holds all of these words; these hold some",
}


@quietly
def _complete_kind(ctx: click.Context) -> Words:
    from sdd.records.kinds import hits

    yield from (((kind,), "") for kind in hits())


@click.command()
@click.argument("query", nargs=-1)
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", shell_complete=_complete_kind,
    help="Only hits of this kind: phr, contract, requirement ...",
)  # fmt: skip
@phr_filters
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, metavar="N", help="How many hits."
)
@in_session
def command(session: Session, query: tuple[str, ...], limit: int, **filters: Any) -> None:
    """Search the text of all records: specs, requirements, tasks, contracts, prompts, responses, decisions.

    Hits hold all words of QUERY; those in a title, id or path come first. Quote "a phrase", write word* for words that
    begin so, and after -- a minus before a word that must not occur. Everything else is text.
    """
    if not query:
        raise UsageError("Missing argument 'QUERY...'.", "say a word; PHRs by filters alone: sdd phr list --user NAME")
    wanted = row_filter(session, filters)
    found = session.ask(lambda index: search(index, " ".join(query), wanted, limit))
    changed = _changed(session, {hit.path for hit in found.hits if hit.path.endswith(_LANDING)})
    if found.matched in _MATCHED:
        remark(_MATCHED[found.matched])
    session.show(
        found, lambda found: search_document(" ".join(query), found, changed), lambda found: hits_text(found, changed)
    )


def _changed(session: Session, records: Collection[str]) -> dict[str, str]:
    """The mark of each of some records that was changed after it had landed."""
    if not records:
        return {}
    from sdd.answers.trail.changed import changed_since_landing  # specs and the like need no landings

    def marks(index: "Connection") -> dict[str, str]:
        changed = changed_since_landing(index, session.repository, records)
        if not changed:
            return {}
        from sdd.answers.trail.rewritten import rewritten_of  # few records are

        known = rewritten_of(index, session.repository, changed)
        return {path: record.mark for path, record in known.items()}

    return session.ask(marks, history=True, again=True)
