"""Implementation plans: specs/<feature>/plan.md."""

import re
from typing import Annotated

from sdd.document import Document, Section
from sdd.records.kinds.field import Field, Title
from sdd.records.kinds.reading import headings, is_template, led, placeholders, tokens, whole_file
from sdd.records.kinds.record import Item, Kind, Record
from sdd.records.kinds.spec import QUESTIONS, open_questions
from sdd.records.layout import SPECS, feature_of


class Plan(Record):
    """Plans: how a feature will be built."""

    feature: Annotated[str, Field("the feature's path below specs/, null for none", indexed=True)]
    title: Title
    branch: str | None
    spec_link: str | None
    open_questions: Annotated[tuple[Item, ...], QUESTIONS]
    placeholders: tuple[Item, ...]
    sections: tuple[Item, ...]
    is_template: bool


def parse(path: str, content: bytes, root: str) -> Plan:
    """A feature's implementation plan."""
    document = Document.parse(content)
    left_over, context = placeholders(document), document.section("Technical Context")
    own = {lead.line for lead in document.leads(context)} if context else set()
    untouched = is_template(document.title, left_over, own)
    questions = () if untouched else (*open_questions(document), *_unclear(document, context))
    values, lines = led(document, {"branch": "Branch", "spec_link": "Spec"}, document.preamble)
    return Plan(
        path=path,
        root=root,
        problems=document.problems,
        lines=lines,
        **values,
        feature=feature_of(path),
        title=document.title,
        open_questions=tuple(sorted(questions, key=lambda item: item.line)),
        placeholders=left_over,
        is_template=untouched,
        sections=headings(document, 2),
    )


def _unclear(document: Document, context: Section | None) -> list[Item]:
    """The lines of Technical Context that say NEEDS CLARIFICATION without brackets, but for the template's own."""
    lines = document.prose(context) if context else ()
    return [
        Item(line.strip(), number)
        for number, line in lines
        if "NEEDS CLARIFICATION" in line and not re.search(r"[\[`]NEEDS", line) and not tokens(line)
    ]


KIND = Kind("plan", Plan, (f"{{mark}}{SPECS}/{{feature}}/plan.md",), parse, prose=whole_file("plan"), hits=("plan",))
