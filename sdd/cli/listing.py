"""What the list of every noun shares: its filters, and how rows out of the index are printed."""

from collections.abc import Callable, Sequence
from sqlite3 import Connection
from typing import Any, TypeVar

import click

from sdd.answers.lists import Wanted
from sdd.cli.asking import ask
from sdd.cli.chosen import feature_name
from sdd.cli.completion import complete_feature
from sdd.cli.session import open_repository, path_below_top, print_json, print_text

Rows = TypeVar("Rows")

feature_filter = click.option(
    "--feature", metavar="F", shell_complete=complete_feature, help="Only those of this feature."
)
since_filter = click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Only those dated from then on."
)
file_filter = click.option("--file", metavar="PATH", help="Only those that name this file, or whose scope matches it.")


def question_for(
    ctx: click.Context,
    listed: Callable[[Connection, Wanted], Rows],
    feature: str | None,
    *,
    file: str | None = None,
    **wanted: str | None,
) -> Callable[[Connection], Rows]:
    """The question for some rows, the words of the command line made into what the index holds."""

    def asked(index: Connection) -> Rows:
        named = feature_name(index, feature) if feature else ""
        place = path_below_top(ctx, open_repository(ctx), file) if file else ""
        return listed(index, Wanted(feature=named, file=place, **{key: said or "" for key, said in wanted.items()}))

    return asked


def print_rows(
    ctx: click.Context,
    kind: str,
    asked: Callable[[Connection], Sequence[Any]],
    text: Callable[[Any], str],
    as_json: bool,
    *,
    history: bool = False,
) -> None:
    """Asks the index and prints its rows: a table, or the document `sdd/KIND/1`."""
    rows = ask(open_repository(ctx), asked, history=history)
    if as_json:
        print_json({"schema": f"sdd/{kind}/1", "items": [_document(row) for row in rows]})
    else:
        print_text(text(rows) or "none")


def _document(row: Any) -> dict[str, Any]:
    """A row as a JSON item; the top of the repository is `.` there."""
    found: dict[str, Any] = row._asdict()
    return found | {"root": found["root"] or "."} if "root" in found else found
