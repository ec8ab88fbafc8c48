"""sdd adr: make, list and show architecture decision records."""

from posixpath import relpath

from sdd.authoring.decisions import write_adr
from sdd.base.errors import UsageError
from sdd.base.paths import path_word
from sdd.cli import options
from sdd.cli.chosen import chosen
from sdd.cli.groups import noun
from sdd.cli.listing import indexed, list_command
from sdd.cli.record import record_items, show_command
from sdd.cli.session import Session, writing_session
from sdd.records.kinds.adr import Adr, AdrStatus
from sdd.records.packaged import ADR
from sdd.records.project import records_of
from sdd.render.text.lists import adr_cells


@noun
def command() -> None:
    """Make, list and show architecture decision records (ADRs)."""


@command.command()
@options.title_argument
@options.choice_option("--status", AdrStatus, "The status.  [default: proposed, with --supersedes accepted]")
@options.many_option("--supersedes", "ADR", "An ADR that it replaces.", name="older")
@options.words_option("--feature", "F", "The feature it belongs to.")
@options.commit_option("the ADR and those that it supersedes")
@writing_session
def new(session: Session, title: str, status: AdrStatus | None, older: tuple[str, ...], feature: str | None) -> None:
    """Write an ADR from the template, with the next free number, beside the existing ones.

    With --supersedes the new ADR is accepted, the older one becomes Superseded, and each links to the other.
    """
    status = status or (AdrStatus.ACCEPTED if older else AdrStatus.PROPOSED)
    if older and status != AdrStatus.ACCEPTED:
        raise UsageError(f"what is {status.lower()} supersedes nothing", "leave out --supersedes, or --status")
    with session.writing(title, status, older, feature) as journal:
        state = session.state
        known = [*records_of(state.tree, state.reader, Adr)]
        superseded = tuple(dict.fromkeys(chosen(known, name, "ADR", "sdd adr list") for name in older))
        number, path = write_adr(state, title, status, feature, superseded, session.today.isoformat(), journal)
        replaced = [adr.path for adr in superseded]
        word = session.save(f"ADR: {title}", path, *replaced)
        fields = {"id": number, "path": path, "template": ADR}
        session.print(
            {"schema": "sdd/adr-new/1", **fields, "superseded": replaced, "committed": word == "committed"},
            [
                f"{word} {path}",
                *(f"superseded {old}" for old in replaced),
                f"next: fill in the [CAPITALS], then: sdd check {path_word(relpath(path, session.folder or '.'))}",
            ],
        )


list_command(
    command,
    "adrs",
    adr_cells,
    record_items(Adr),
    'no ADR yet: sdd adr new "TITLE"',
    options.feature_filter,
    options.status_filter(status.value.lower() for status in AdrStatus),
    options.since_filter,
    options.until_filter,
)(indexed("adrs", "List the ADRs of every root: number, status, date, path and title."))


show_command(command, Adr, "ADR", "Show ADR: a path, the end of one, or a number.", "ADR")
