"""Checklists: specs/<feature>/checklists/*.md."""

import re
from typing import Annotated, NamedTuple

from sdd.base.regex import regex
from sdd.document import Document, with_sublists
from sdd.records.kinds.field import Field, Form, Title
from sdd.records.kinds.reading import placeholders, whole_file
from sdd.records.kinds.record import Item, Kind, Record
from sdd.records.layout import SPECS, feature_of

_ID = regex(r"\**(CHK\d+[a-z]?)\**[:.]?\s*", re.IGNORECASE)


class ChecklistItem(NamedTuple):
    """`- [ ] CHK001 text`."""

    id: str | None
    text: str
    done: bool
    line: int


class Checklist(Record):
    """Checklists: questions about a spec's quality, ticked as they are answered."""

    feature: Annotated[str, Field("the feature's path below specs/, null for none", indexed=True)]
    title: Title
    items: Annotated[tuple[ChecklistItem, ...], Field("how many items it has", Form.COUNT)]
    placeholders: tuple[Item, ...]

    @property
    def done(self) -> Annotated[int, Field("how many of them are ticked", Form.NUMBER)]:
        """The number of ticked items."""
        return sum(item.done for item in self.items)


def parse(path: str, content: bytes, root: str) -> Checklist:
    """A checklist file; every task-list item is an item, whether it has an id or not."""
    document = Document.parse(content)
    items = []
    for item in with_sublists(document.items(document.whole)):
        if item.done is None:
            continue
        number = _ID.match(item.text)
        text = item.text[number.end() :] if number else item.text
        items.append(ChecklistItem(number[1].upper() if number else None, text, item.done, item.line))
    return Checklist(
        path=path,
        root=root,
        problems=document.problems,
        feature=feature_of(path),
        title=document.title,
        items=tuple(items),
        placeholders=placeholders(document),
    )


_PLACES = (f"{{mark}}{SPECS}/{{feature}}/checklists/{{name}}.md",)

KIND = Kind("checklist", Checklist, _PLACES, parse, prose=whole_file("checklist"), hits=("checklist",))
