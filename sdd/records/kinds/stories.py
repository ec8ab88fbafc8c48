"""User stories and their scenarios as people write them, in the languages that sdd knows."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, NamedTuple

from sdd.base.numbers import whole_number
from sdd.base.regex import regex
from sdd.document import Document, Section
from sdd.records.kinds.extent import balanced
from sdd.records.kinds.field import Field, Form
from sdd.records.kinds.record import Item
from sdd.records.kinds.words import GIVEN, STORY, THEN, USER_SCENARIOS, WHEN, one_of, section_of, small

# In a pattern that ignores case a set of letters takes a tenth of a millisecond to compile, unless it says both cases.
_NUMBER = r"\#?(\d{1,9})((?:\.\d{1,3}){0,2}(?-i:[A-Za-z]?))(?![^\W_])"


def _headed(words: str) -> str:
    """A pattern of what begins a story, which is called by a number of words."""
    return (
        rf"[\W_]*(?:(?:{words})\s*{_NUMBER}|(?:Story\s+)?US[- ]?{_NUMBER}|Story\s+{_NUMBER}"
        r"|(?P<bare>(?P<primary>Primary )?User[ -]Story(?![^\W_])))(?P<title>.*)"
    )


_ENGLISH = regex(_headed("User[ -]Story"), re.IGNORECASE | re.DOTALL)
# Compiled only for a text with one of its words: the letters of seventeen languages take two milliseconds.
_OTHER = regex(_headed("|".join(STORY)), re.IGNORECASE | re.DOTALL)
_OTHER_WORDS = tuple(map(small, STORY))
_PRIORITY = regex(
    r"(?<!\s)\s*+[(\[\uff08]\s*+(?:[^\W\d]{1,20}\s*+[:\uff1a]?\s*+)?(P\d+)\s*+[)\]\uff09]|(?<=\|)\s*(P\d+)\s*(?=\||\Z)",
    re.IGNORECASE,
)
# Without a heading a story is in bold, in a row of a table, or an item whose number is set apart from its title.
_WEAK = regex(r"[ \t]*(?:\|[ \t]*|(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?=\*\*|__)|(?P<item>(?:[-*+]|\d{1,9}[.)])[ \t]+))")
_APART = regex(r"[ \t]*[:\uff1a.(\[\u2013\u2014-]")
_GIVEN = regex(rf"[\W_]*(?:{one_of(GIVEN)})", re.IGNORECASE)
_REACTION = regex(rf"(?<![^\W_])(?:{one_of((*WHEN, *THEN))})", re.IGNORECASE)
_STEP = regex(
    r"(?:[\W_]|\d{1,9}[.)]|\[[xX]\])*(?:Scenario[^:\n]{0,200}:[\W_]*)?"
    rf"(?:(?P<given>{one_of(GIVEN)})|(?P<when>{one_of(WHEN)})|(?P<then>{one_of(THEN)}))",
    re.IGNORECASE,
)
_THEN = regex(rf"(?<![^\W_])(?:{one_of(THEN)})", re.IGNORECASE)
_AROUND_TITLE = " \t-\u2013\u2014:\uff1a.*_|"
_GHERKIN = ("", "gherkin", "feature", "cucumber", "text")
_LONGEST_STEP = 2000


class Story(NamedTuple):
    """A user story: `### User Story N - title (Priority: Pn)`, with its Given/When/Then scenarios.

    `part` is what follows its number: a in US1a.
    """

    number: int | None
    heading: str
    title: Annotated[str, Field("the title, null where there is none")]
    priority: Annotated[str | None, Field("P1, P2 ...")]
    scenarios: Annotated[tuple[Item, ...], Field("how many Given/When/Then scenarios it has", Form.COUNT)]
    line: int
    part: str = ""

    @property
    def name(self) -> Annotated[str | None, Field("US1, null for a story without a number")]:
        """What tasks call it by."""
        return None if self.number is None else f"US{self.number}{self.part}"


def read_stories(document: Document) -> tuple[Story, ...]:
    """The stories that have a heading; where there are none, those in bold, in a list or in a table."""
    headings = [(section, match) for section in document.sections if (match := _heading(section))]
    if headings:
        extents = _extents(document, {section.line for section, match in headings if match["primary"]})
        return tuple(
            _story(document, match, section.title, extents.get(section.line, section)) for section, match in headings
        )
    return tuple(_without_heading(document))


def _begun(text: str) -> "re.Match[str] | None":
    """The name of a story at the start of a text, and what follows it."""
    lowered = small(text)
    return _ENGLISH.match(text) or (_OTHER.match(text) if any(word in lowered for word in _OTHER_WORDS) else None)


def _heading(section: Section) -> "re.Match[str] | None":
    match = _begun(section.title[:500]) if section.level > 1 else None
    return None if match and match["bare"] and section.level == 2 else match


def _extents(document: Document, primary: set[int]) -> dict[int, Section]:
    """Line of a primary story -> the section around it: its scenarios are beside it, in a section of their own.

    They are those of the first one in that section alone.
    """
    first: dict[Section, int] = {}
    outer = None
    for section in document.sections:
        if section.level > 1 and (outer is None or section.line >= outer.end):
            outer = section
        elif outer and section.line in primary:
            first.setdefault(outer, section.line)
    return {line: outer for outer, line in first.items()}


def _without_heading(document: Document) -> Iterator[Story]:
    parts = [section for section in document.sections if section_of(section.title) == USER_SCENARIOS]
    seen: set[str] = set()
    starts = []
    for part in parts:
        for number, line in document.prose(part):
            weak = _WEAK.match(line)
            match = _begun(line[weak.end() : weak.end() + 500]) if weak else None
            name = "".join(filter(None, match.groups()[:6])) if match else ""
            if weak and match and weak["item"] and not _APART.match(match["title"]):
                continue
            if match and name and name not in seen:
                seen.add(name)
                starts.append((number, line, match, part.end))
    ends = (*(number for number, *_ in starts[1:]), 0)
    for (number, line, match, last), end in zip(starts, ends, strict=False):
        extent = Section("", 0, number, number, min(end or last, last))
        yield _story(document, match, line.strip(), extent)


def _story(document: Document, match: "re.Match[str]", heading: str, section: Section) -> Story:
    digits, part = next(((match[at], match[at + 1]) for at in (1, 3, 5) if match[at]), (None, ""))
    title = match["title"]
    mark = _PRIORITY.search(title)
    if mark:
        title = title[: mark.start()] + title[mark.end() :]
    title = title.strip(_AROUND_TITLE).lstrip("])" + _AROUND_TITLE)
    for opening, closing in ("()", "[]"):
        if title.endswith(closing) and title.count(opening) < title.count(closing):
            title = title[:-1].rstrip(_AROUND_TITLE)
    title = balanced(title)
    priority = (mark[1] or mark[2]).upper() if mark else None
    number = whole_number(digits) if digits else None
    return Story(number, heading, title, priority, tuple(_scenarios(document, section)), section.line, part)


# -- scenarios ---------------------------------------------------------------------------------------------


def _scenarios(document: Document, section: Section) -> Iterable[Item]:
    """The list items with Given and When or Then; where there is none, what lies from one Given to the next."""
    items = [Item(item.text, item.line) for item in document.items(section) if _is_scenario(item.text)]
    return items or _scenarios_by_step(document, section)


def _is_scenario(text: str) -> bool:
    lower = text.lower()
    given = lower.find("given")
    if given >= 0:
        return lower.find("when", given) >= 0 or lower.find("then", given) >= 0
    start = _GIVEN.match(text)
    return start is not None and _REACTION.search(text, start.end(), _LONGEST_STEP) is not None


def _scenarios_by_step(document: Document, section: Section) -> Iterator[Item]:
    """Scenarios with a step a line: paragraphs, list items, quotations, fenced Gherkin; and rows of a table.

    English "Given" makes one by itself; in other languages its word may mean something else.
    """
    steps: list[str] = []
    line, is_scenario, has_then, is_table = 0, False, False, False
    for number, text in _lines(document, section):
        step = _STEP.match(text, 0, _LONGEST_STEP)
        is_row = text.startswith("|")
        is_start = step and (step["given"] or (step["when"] and (has_then or not steps)))
        if steps and is_scenario and (is_start or text.startswith("#")):
            yield Item(" ".join(steps), line)
        if text.startswith("#"):
            steps, has_then = [], False
        elif is_row and step and step["given"] and _THEN.search(text):
            is_table = True
        elif is_row and is_table:
            if any(map(str.isalnum, text)):
                yield Item(" | ".join(filter(None, map(str.strip, text.split("|")))), number)
        elif step and is_start:
            steps, line = [text], number
            has_then = _THEN.search(text, step.end()) is not None
            is_scenario = has_then or (step["given"] or "").lower() == "given"
        elif steps:
            steps.append(text)
            has_then = has_then or bool(step and step["then"])
            is_scenario = is_scenario or has_then
        is_table = is_table and is_row
    if steps and is_scenario:
        yield Item(" ".join(steps), line)


def _lines(document: Document, section: Section) -> Iterator[tuple[int, str]]:
    """The lines of a section that say something, those of fenced Gherkin too."""
    fences = {
        number
        for fence in document.fences(section)
        if fence.info.lower() in _GHERKIN
        for number in range(fence.line + 1, fence.end - 1)
    }
    for number in range(section.start, section.end):
        text = document.seen[number - 1].strip()
        if text and (number not in document.hidden or number in fences):
            yield number, text
