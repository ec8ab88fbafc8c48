"""sdd schema: the JSON Schema of what `--json` prints."""

import click

from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.cli.completion import Words, quietly
from sdd.cli.printing import print_json
from sdd.cli.session import Session, in_session
from sdd.render.documents.schema import schemas
from sdd.render.text.table import table


@quietly
def _complete(ctx: click.Context) -> Words:
    yield from (((name,), schema["description"]) for name, schema in schemas().items())


@click.command()
@click.argument("name", required=False, shell_complete=_complete)
@in_session
def command(session: Session, name: str | None) -> None:
    """Print the JSON Schema of the document NAME (verdict or sdd/verdict/1), or list all.

    With --json every command prints one document, whose key `schema` names it.
    """
    known = schemas()
    if name is None:
        items = [{"name": name, "description": schema["description"]} for name, schema in known.items()]
        rows = ((item["name"], item["description"]) for item in items)
        session.print({"schema": "sdd/schemas/1", "items": items}, table(rows))
        return
    wanted = name.removeprefix("sdd/").removesuffix("/1")
    if wanted not in known:
        raise UsageError(f"unknown document {name}", nearest(wanted, known, "see: sdd schema"))
    print_json(known[wanted])
