"""All tables of the index: those of records follow from the kinds. docs/index.md names them."""

import sqlite3
from contextlib import closing
from functools import cache

from sdd.index.record_tables import RECORD_TABLES
from sdd.index.state import FILE_VERSION
from sdd.index.table import FEATURE, LINE, RECORD, TITLE, Column, Table
from sdd.records.kinds import KINDS, hits

TABLES: tuple[Table, ...] = (
    Table(
        "state",
        "One row: the state that the rows below were read from.",
        "id",
        (
            Column("id", int, "always 1"),
            Column("commit_id", str, "the commit that HEAD was, null before the first"),
            Column("tree", str, "its tree, null before the first commit"),
            Column("uncommitted", str, "JSON: records that differ in the work tree, path to blob, null for none"),
        ),
    ),
    Table(
        "texts",
        "Prose. A text that several records share is stored once.",
        "id",
        (
            Column("id", int, "a number"),
            Column("hash", bytes, "BLAKE2b of the text in UTF-8, 16 bytes"),
            Column("text", str, "the text itself"),
            Column("uses", int, "how many rows of other tables refer to the text"),
        ),
        unique="hash",
    ),
    Table(
        "records",
        "Every file that is a record, an agent file or a policy.",
        "id",
        (
            Column("id", int, "a number; it changes whenever the file does"),
            Column("kind", str, ", ".join(kind.name for kind in KINDS)),
            Column("path", str, "from the top of the repository"),
            Column("root", str, "the folder that holds its .specify/, empty for the top"),
            Column("blob", str, "git's id of the content that was read"),
            Column("problems", str, "JSON list of [line, message]: what could not be read; null for nothing"),
        ),
        unique="path",
    ),
    *RECORD_TABLES,
    Table(
        "names",
        "What records name: a path from the top, a feature, the id of a requirement, story or task, a ticket. The view "
        "`links` joins it with `mentions`.",
        "id",
        (
            Column("id", int, "a number"),
            Column(
                "name",
                str,
                "seen from the root of the record that names it: shop/specs/vat#FR-001, for a feature shop/specs/vat#; "
                "for a path that another one is found as, `= ` and that path",
            ),
            Column(
                "target",
                str,
                "what it means: the same, an id as a root above has it: specs/001-vat#FR-001; the folder of a feature",
            ),
            Column(
                "how",
                str,
                "stated; resolved: to a root above, a feature by its number or slug, a path by its end; none: nothing "
                "is called so in the commit",
            ),
        ),
        ("target",),
        unique="name",
    ),
    Table(
        "mentions",
        "Each place where a record names something.",
        ("record", "position"),
        (
            Column("record", int, "the file that names it", "records"),
            Column(
                "position",
                int,
                "counted from 1 within the file; -1 for where the path at 1 is found, if not as it says",
            ),
            Column("line", int, "where it does; a task's own line"),
            Column(
                "relation",
                str,
                "feature, files, contract, spec, adr, pr, ticket, requirement, task, story, discovery, agent, closes; "
                "prompt for a requirement in the words of a prompt",
            ),
            Column("name", int, "what it names", "names"),
        ),
        ("name",),
    ),
    Table(
        "documents",
        "What search sees: a row for each PHR, contract, decision, requirement, task and so on.",
        "id",
        (
            Column("id", int, "a number, the rowid in the full-text table `search`"),
            RECORD,
            Column("kind", str, ", ".join(hits())),
            LINE,
            TITLE,
            Column("names", str, "ids and paths that people search for, separated by spaces"),
            FEATURE,
        ),
        ("record",),
    ),
    Table(
        "document_texts",
        "The prose of a document, in the order in which it is searched.",
        ("document", "position"),
        (
            Column("document", int, "the document", "documents"),
            Column("position", int, "counted from 0"),
            Column("line", int, "where the text begins in the file"),
            Column("text", int, "the text", "texts"),
        ),
    ),
    Table(
        "mainline",
        "One row: the target branch that the three tables below were read from.",
        "id",
        (
            Column("id", int, "always 1"),
            Column("name", str, "as a person writes it: origin/main"),
            Column("tip", str, "its newest commit, null before the first"),
            Column("cut", str, "identifies where a shallow clone is cut off, empty for a whole history"),
        ),
    ),
    Table(
        "landings",
        "The first-parent commits of the mainline: each is the landing of one change, or a part of one.",
        "position",
        (
            Column("position", int, "counted from the first commit, which is 1"),
            Column("commit_id", str, "the commit"),
            Column("commits", int, "how many commits it brought, including itself"),
            Column("day", str, "the day of the commit, YYYY-MM-DD"),
            Column("author", str, "the name of its author"),
            Column("subject", str, "the first line of its message, of a merge its request's title"),
        ),
    ),
    Table(
        "commits",
        "The landing that brought each commit.",
        "commit_id",
        (
            Column("commit_id", str, "any commit of the mainline's history, including the landings"),
            Column("landing", int, "the landing that brought it", "landings"),
        ),
    ),
    Table(
        "landed",
        "Which landing added a record. One that moves keeps its landing under the new path, and so does one that comes "
        "back with the content that it went with.",
        ("path", "since"),
        (
            Column("path", str, "from the top of the repository"),
            Column("since", int, "the landing that gave the record this path", "landings"),
            Column("landing", int, "the landing that added the record, under this path or another", "landings"),
            Column("until", int, "the landing that took the record from this path, null while it is there", "landings"),
        ),
        ("landing",),
    ),
    Table(
        "edited",
        "Which landings changed what a record holds, after the one that gave it its path.",
        ("path", "landing"),
        (
            Column("path", str, "from the top of the repository"),
            Column("landing", int, "the landing that changed it", "landings"),
        ),
    ),
    Table(
        "verdicts",
        "The verdicts of `sdd audit`, so that it judges nothing twice.",
        ("head", "base", "policy", "rules"),
        (
            Column("head", str, "the commit that was judged"),
            Column("base", str, "the commit that it was judged against, empty for none"),
            Column("policy", str, "identifies the policies in force"),
            Column("rules", str, "identifies the rule book"),
            Column("verdict", str, "the verdict as JSON"),
        ),
    ),
    Table(
        "columns",
        "This documentation: what each column holds.",
        ("table_name", "column_name"),
        (
            Column("table_name", str, "the table"),
            Column("column_name", str, "the column, empty for the table as a whole"),
            Column("meaning", str, "what it holds"),
        ),
    ),
)

LINKS = (
    "links",
    "A view: what leads to what.",
    (
        Column("from", str, "the record, as a path from the top"),
        Column("line", int, "where the record names it; a task's own line"),
        Column("relation", str, "as in `mentions`"),
        Column("to", str, "a path from the top, or the folder of a feature and an id: specs/001-vat#FR-001"),
        Column(
            "how",
            str,
            "as in `names`; inferred: from the words of a prompt",
        ),
    ),
    "SELECT path, line, relation, target, CASE WHEN relation = 'prompt' AND how <> 'none' THEN 'inferred' ELSE how END "
    "FROM mentions JOIN records ON records.id = record JOIN names ON names.id = mentions.name",
)

SEARCH_COLUMNS = ("title", "names", "body", "more")
"""The columns of the full-text table. `more` holds the words that a tokenizer alone would not find (see terms.py)."""

BY_NAME = {table.name: table for table in TABLES}


@cache
def _statements() -> tuple[str, ...]:
    """What makes each table. sqlite-utils looks at the tables that others refer to, which takes longer than to make
    them: a process that makes several databases asks it once.
    """
    from sqlite_utils import Database

    made = []
    with closing(sqlite3.connect(":memory:")) as connection:
        database = Database(connection)
        for table in TABLES:
            sql = database.create_table_sql(
                table.name,
                {column.name: column.kind for column in table.columns},
                pk=table.key,
                foreign_keys=[(column.name, column.refers) for column in table.columns if column.refers],
            )
            # Rows that are read by a part of their key lie in its order, without a number beside it.
            clustered = table.key != table.columns[0].name or table.columns[0].kind is not int
            made.append(sql.strip().removesuffix(";") + (" WITHOUT ROWID" if clustered else ""))
            connection.execute(made[-1])
    return tuple(made)


def create_tables(connection: sqlite3.Connection) -> None:
    """Makes all tables in an empty database, notes in it what they mean, and which sdd can read them."""
    for statement in _statements():
        connection.execute(statement)
    connection.execute(
        f"CREATE VIRTUAL TABLE search USING fts5({', '.join(SEARCH_COLUMNS)}, content='', "
        'tokenize="unicode61 remove_diacritics 2")'
    )
    view, meaning, columns, selection = LINKS
    names = ", ".join(f'"{column.name}"' for column in columns)
    connection.execute(f"CREATE VIEW {view} ({names}) AS {selection}")
    notes = [(view, "", meaning), *((view, column.name, column.meaning) for column in columns)]
    notes += [(table.name, "", table.meaning) for table in TABLES]
    notes += [(table.name, column.name, column.meaning) for table in TABLES for column in table.columns]
    connection.executemany(BY_NAME["columns"].insertion, notes)
    connection.execute(f"PRAGMA user_version = {FILE_VERSION}")


def drop_tables(connection: sqlite3.Connection) -> None:
    """Takes out all tables, whichever sdd made them."""
    # What a full-text table keeps its words in goes with it.
    asked = (
        "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    for kind, name in connection.execute(asked).fetchall():
        if not name.startswith("sqlite_"):
            connection.execute(f'DROP {kind} IF EXISTS "{name}"')


def create_indexes(connection: sqlite3.Connection) -> None:
    """Makes what rows are looked up by, where that is missing. To sort all of them once is quicker than to keep order
    while they come in.
    """
    from sqlite_utils import Database

    database = Database(connection)
    for table in TABLES:
        for name in filter(None, (*table.indexes, table.unique)):
            database.table(table.name).create_index([name], unique=name == table.unique, if_not_exists=True)
