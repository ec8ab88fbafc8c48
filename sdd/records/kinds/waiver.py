"""Waivers: history/waivers/NNNN-slug.md."""

from collections.abc import Iterator
from typing import Annotated

from sdd.document import Document
from sdd.records.kinds.dates import calendar_date
from sdd.records.kinds.field import Field, Form, Id, Title
from sdd.records.kinds.reading import field_lines, id_in_name, without_front_matter, words
from sdd.records.kinds.record import Item, Kind, Prose, Record
from sdd.records.layout import WAIVERS


class Waiver(Record):
    """Waivers: findings that somebody answers for, until a day, or a landing that an audit fails."""

    id: Id
    title: Title
    rules: Annotated[tuple[Item, ...], Field("JSON list of the rules that it lets pass", Form.LIST)]
    paths: Annotated[tuple[Item, ...], Field("JSON list of its patterns", Form.LIST)]
    reason: Annotated[str | None, Field("why", Form.PROSE)]
    approved_by: Annotated[str | None, Field("who agreed")]
    expires: Annotated[str | None, Field("its last day, YYYY-MM-DD")]
    landing: Annotated[str | None, Field("the commit that it answers, instead of rules at paths")] = None
    secrets: Annotated[
        tuple[Item, ...], Field("JSON list of fingerprints: false alarms of record-secret", Form.LIST)
    ] = ()
    surface: Annotated[str | None, Field("human or agent: who wrote it")] = None


def parse(path: str, content: bytes, root: str) -> Waiver:
    """A waiver; its reason may stand in the front matter or as the text below it."""
    document = Document.parse(content)
    fields = document.front_matter
    section = document.section("Reason")
    return Waiver(
        path=path,
        root=root,
        problems=(*document.problems, *without_front_matter(document)),
        lines=field_lines(document, [("reason", section)] if section and "reason" not in fields else []),
        id=fields.text("id") or id_in_name(path),
        title=fields.text("title") or document.title,
        rules=tuple(Item(entry.text.strip().strip("`"), entry.line) for entry in fields.listed("rules", "rule")),
        paths=tuple(Item(entry.text.strip().strip("`"), entry.line) for entry in fields.listed("paths", "path")),
        reason=fields.text("reason") or (document.text(section) or None if section else None),
        approved_by=fields.text("approved_by", "approved-by"),
        expires=calendar_date(fields.text("expires")),
        landing=fields.text("landing"),
        secrets=tuple(Item(entry.text.strip().lower(), entry.line) for entry in fields.listed("secrets", "secret")),
        surface=fields.text("surface"),
    )


def _prose(waiver: Waiver, _: bytes) -> Iterator[Prose]:
    names = words(waiver.approved_by, *(item.text for item in (*waiver.rules, *waiver.paths)))
    texts = ((waiver.at("reason"), waiver.reason),) if waiver.reason else ()
    yield Prose("waiver", 1, waiver.title, names, None, texts)


KIND = Kind("waiver", Waiver, (f"{WAIVERS}/{{name}}.md",), parse, prose=_prose, hits=("waiver",))
