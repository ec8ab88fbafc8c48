"""`sdd capture import`: PHRs out of the transcripts that agents left, shown before they are written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click

from sdd.base.errors import SddError, UsageError
from sdd.base.listing import counted
from sdd.capture.draining import drain
from sdd.capture.importing import Importable, importable, write
from sdd.capture.records import title_of
from sdd.capture.store import Store
from sdd.capture.transcripts import SOURCES, Transcript, read_transcript, transcripts
from sdd.cli.options import commit_option, day_option
from sdd.cli.printing import remark
from sdd.cli.session import Session, in_session


@click.command("import")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--all", "every", is_flag=True, help="All transcripts of agents in your home.")
@click.option("--agent", type=click.Choice([*SOURCES]), help="Only this agent's.")
@day_option("--since", "Only what was asked since.")
@click.option("--write", "writes", is_flag=True, help="Write the PHRs.  [default: show them]")
@commit_option("the PHRs")
@in_session
def import_(session: Session, path: Path | None, *, every: bool, agent: str | None, since: str, writes: bool) -> None:
    """Make PHRs of past exchanges, out of the transcript PATH or all of them.

    Each is shown with the files that its tool calls name, and the commits that hold its work with how that is known.
    Nothing is written without --write. An exchange that is recorded already, or was dropped, is left out.
    """
    if (path is None) is not every:
        raise UsageError("name a transcript, or say --all", "see: sdd capture import --help")
    read = [read_transcript(path, agent or "")] if path else [*_all(agent)]
    if unread := sum(transcript.unread for transcript in read):
        remark(f"{counted(unread, 'line')} could not be read")
    if not any(transcript.events for transcript in read):
        raise SddError("no transcript here tells of an exchange", "name one, or --all: sdd capture import --help")
    begin = datetime.combine(date.fromisoformat(since), time(), UTC).timestamp() if since else 0.0
    store = Store(session.repository.common_dir)
    drain(store)
    with store.lock():
        session.lock()
        found = sorted(
            importable(session.state, read, begin), key=lambda each: (each.exchange.started, each.exchange.id)
        )
        writes = writes or session.commits
        written = [write(session.state, store, each, session.today) if writes else "" for each in found]
    session.save(f"PHR: {counted(len(found), 'exchange')} imported", *filter(None, written))
    made = [*zip(found, written, strict=True)]
    items = [_document(each, record or None) for each, record in made]
    lines = [line for each, record in made for line in _lines(each, record)]
    session.print({"schema": "sdd/capture-import/1", "items": items}, [*lines, _end(found, written=writes)])


def _all(agent: str | None) -> Iterator[Transcript]:
    for name, file in transcripts([agent] if agent else ()):
        try:
            yield read_transcript(file, name)
        except SddError as error:
            remark(f"{error.message}: left out")


def _day(each: Importable) -> str:
    return datetime.fromtimestamp(each.exchange.started, UTC).date().isoformat() if each.exchange.started else ""


def _document(each: Importable, record: str | None) -> dict[str, Any]:
    return {
        "id": each.exchange.id,
        "agent": each.exchange.agent,
        "date": _day(each) or None,
        "title": title_of([each.exchange]),
        "files": [file.path for file in each.files],
        "gone": [*each.gone],
        "commits": [vars(link) for link in each.links],
        "record": record,
    }


def _lines(each: Importable, record: str) -> Iterator[str]:
    yield f"{_day(each) or '-':<12}{each.exchange.agent:<9}{title_of([each.exchange])}"
    yield f"{'':<21}{', '.join(file.path for file in each.files)}"
    yield from (f"{'':<21}in {link.commit[:12]}, {link.how}" for link in each.links)
    if record:
        yield f"{'':<21}wrote {record}"


def _end(found: list[Importable], *, written: bool) -> str:
    if not found:
        return "nothing to import: every exchange is recorded, or changed nothing here"
    number = counted(len(found), "exchange")
    return f"{number} imported" if written else f"{number} would become PHRs: add --write"
