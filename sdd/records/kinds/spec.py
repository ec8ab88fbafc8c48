"""Feature specifications: specs/<feature>/spec.md."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, NamedTuple

from sdd.base.regex import regex
from sdd.document import Document, Section
from sdd.document.text import text_key
from sdd.document.visible import decoded, may_be_disguised, without_look_alikes
from sdd.records.kinds.field import Field, Form, Items, Title, Written
from sdd.records.kinds.ids import definitions
from sdd.records.kinds.reading import by_line, file_text, headings, is_demand, is_template, led, placeholders
from sdd.records.kinds.record import Item, Kind, Prose, Record
from sdd.records.kinds.stories import Story, read_stories
from sdd.records.kinds.words import REQUIREMENTS, SECTIONS, SUCCESS_CRITERIA, section_of, small
from sdd.records.layout import SPECS, feature_of

# What may stand between the words of a mark: blanks of any kind, emphasis, and what does not show.
_GAP = r"[\s_*`\-\u00ad\u2010-\u2015\u200b-\u200f\u2060\ufeff]"
CLARIFICATION = regex(
    rf"\[{_GAP}{{0,20}}NEEDS{_GAP}{{1,20}}(?:USER{_GAP}{{1,20}})?CLARIFICATION(?![^\W_])[*_]*:?\s*"
    r"((?:[^\[\]]|\[[^\[\]]*\])*)\]?",
    re.IGNORECASE,
)
# The same in other brackets, what may part its words unseen, and letters that are an I with a dot.
_OTHER_BRACKETS = regex(
    rf"[{{\u3010\u3014\u2772\u27e6]({_GAP}{{0,20}}NEEDS{_GAP}{{1,20}}[^\[\]{{}}\u3010\u3011\u3014\u3015\u2773\u27e7]*)"
    r"[}\u3011\u3015\u2773\u27e7]",
    re.IGNORECASE,
)
_UNSEEN_WITHIN = regex(r"<!--(?:-?>|[^<>]*-->)|</?[A-Za-z][^<>]*>|!?\[\]\([^()\n]*\)")
_BREAK = regex(r"<(?:br|hr|p|div)\b[^<>]*>", re.IGNORECASE)
_BLANK_LETTERS = dict.fromkeys(map(ord, "\u2800\u3164\uffa0"), " ")
_DOTTED = str.maketrans("\u0130\u0131", "Ii", "\u0307")
# A mark that goes on in the next line.
_BROKEN = regex(rf"\[{_GAP}{{0,20}}(?:NEEDS(?:{_GAP}{{1,20}}USER)?)?{_GAP}{{0,20}}\Z", re.IGNORECASE)
# Lines of a question, and characters of a line that are looked at for it: a line may hold thousands of marks.
_LONGEST_QUESTION, _LONGEST_LINE = 10, 1000
_LONGEST_MARK = 80
_QUESTION = regex(r"\*{0,2}Q\d{0,3}\*{0,2}:\*{0,2}\s*")
_ANSWER = regex(r"\*{0,2}(?<!\w)A\d{0,3}\*{0,2}:\*{0,2}\s*")
_SESSION = regex(r"Session\s+(\S+)", re.IGNORECASE)
_STORY_IN_TEXT = regex(r"\b(?:US|User[ -]Story)[ -]?#?(\d{1,6})\b", re.IGNORECASE)
_DEMANDS = tuple(map(small, (*SECTIONS[REQUIREMENTS], *SECTIONS[SUCCESS_CRITERIA], "requirement", "criteria")))
_CRITERION = regex(r"(?:^|-)SC(?![A-Z]{2})|^AC-?\d")
_LEADS = {"feature_branch": "Feature Branch", "created": "Created", "status": "Status", "input": "Input"}
# A line about open questions ("No [NEEDS CLARIFICATION] markers remain", "zero [NEEDS CLARIFICATION]"), not one itself.
_ABOUT_QUESTIONS = regex(
    r"`[^`]*NEEDS CLARIFICATION[^`]*`|\b(?:no|zero|0)\s+\**\[NEEDS|\]\**\s+markers?\b", re.IGNORECASE
)


class Requirement(NamedTuple):
    """`- **FR-001**: text`, or a success criterion `- **SC-001**: text`."""

    id: Annotated[str, Field("FR-001, SC-001", name="name", indexed=True)]
    text: Annotated[str, Field("what it demands", Form.PROSE)]
    line: int
    end: int

    @property
    def criterion(self) -> Annotated[bool, Field("1 for a success criterion, 0 for a requirement", Form.FLAG)]:
        """Whether it says how success is measured, rather than what must be done."""
        return _CRITERION.search(self.id) is not None


class Clarification(NamedTuple):
    """`- Q: … → A: …` below `### Session DATE`."""

    session: Annotated[str | None, Field("the day as written")]
    question: Annotated[str, Field("the question", Form.PROSE)]
    answer: Annotated[str, Field("the answer", Form.PROSE)]
    line: int


QUESTIONS = Items("questions", "Open questions of specs and plans: [NEEDS CLARIFICATION: ...].")
_REQUIREMENTS = Items("requirements", "Requirements and success criteria of the specs, duplicates included.")


class Spec(Record):
    """Specifications: what a feature is for, and what it must do.

    `feature` is the folder below `specs/`. `requirements` and `criteria` keep duplicates, in the file's order.
    `open_questions` are the texts of `[NEEDS CLARIFICATION: …]`; `placeholders` what is still template text.
    A spec that is its template still has no open questions. `silent` are the sections of requirements and criteria in
    which a reader sees nothing, each with the line to write at.
    `sections` are the H2 headings without a trailing "*(mandatory)*", `lower_sections` the H3 headings.
    """

    feature: Annotated[str, Field("the feature's path below specs/, null for none", indexed=True)]
    title: Title
    feature_branch: Written
    created: Written
    status: Annotated[str | None, Field("as written; sdd derives its own")]
    input: Annotated[str | None, Field("what was asked for", Form.PROSE)]
    stories: Annotated[tuple[Story, ...], Items("stories", "The user stories of the specs.")]
    requirements: Annotated[tuple[Requirement, ...], _REQUIREMENTS]
    criteria: Annotated[tuple[Requirement, ...], _REQUIREMENTS]
    clarifications: Annotated[tuple[Clarification, ...], Items("clarifications", "Answered questions in specs.")]
    open_questions: Annotated[tuple[Item, ...], QUESTIONS]
    placeholders: Annotated[tuple[Item, ...], Field("how many places still have the template's text", Form.COUNT)]
    silent: tuple[Item, ...]
    sections: tuple[Item, ...]
    lower_sections: tuple[Item, ...]
    is_template: bool

    @property
    def has_content(self) -> bool:
        """Whether a story, requirement or criterion could be read out of it."""
        return bool(self.stories or self.requirements or self.criteria)


def plain_title(title: str | None) -> str | None:
    """A spec's title without "Feature Specification:"."""
    return title.removeprefix("Feature Specification:").strip() if title else None


def stories_in(text: str | None) -> tuple[str, ...]:
    """The stories that a text names as US2, US-2 or "user story 2", each once as US2."""
    return tuple(dict.fromkeys(f"US{int(number)}" for number in _STORY_IN_TEXT.findall(text or "")))


def parse(path: str, content: bytes, root: str) -> Spec:
    """A feature's specification."""
    document = Document.parse(content)
    values, lines = led(document, _LEADS, document.preamble)
    requirements, stories = _requirements(document), read_stories(document)
    left_over, questions = placeholders(document), open_questions(document)
    demands = tuple(requirement for requirement in requirements if not requirement.criterion)
    criteria = tuple(requirement for requirement in requirements if requirement.criterion)
    own = {item.line for item in requirements} | {story.line for story in stories}
    untouched = is_template(document.title, left_over, own.difference(question.line for question in questions))
    return Spec(
        path=path,
        root=root,
        problems=document.problems,
        lines=lines,
        **values,
        feature=feature_of(path),
        title=document.title,
        stories=stories,
        requirements=demands,
        criteria=criteria,
        clarifications=_clarifications(document),
        open_questions=() if untouched else questions,
        placeholders=left_over,
        is_template=untouched,
        silent=_silent(document, {REQUIREMENTS: demands, SUCCESS_CRITERIA: criteria}),
        sections=headings(document, 2),
        lower_sections=headings(document, 3),
    )


def open_questions(document: Document) -> tuple[Item, ...]:
    """The texts of `[NEEDS CLARIFICATION: ...]` that are not in code, one item a mark, however many lines it has."""
    whole = "\n".join(document.lines)
    is_plain = not may_be_disguised(whole)
    if is_plain and "CLARIFICATION" not in _undisguised(whole).upper():
        return ()
    found = []
    above = ""
    for number, line in document.prose(document.whole):
        start, shown = number, line if is_plain or not may_be_disguised(line) else decoded(line)
        shown = _OTHER_BRACKETS.sub(r"[\1]", _undisguised(shown))
        if above and _BROKEN.search(above):
            start, shown = number - 1, f"{above} {shown.lstrip(' >')}"
        above = shown[-_LONGEST_MARK:] if start == number and "[" in shown[-_LONGEST_MARK:] else ""
        if "NEEDS" in shown.upper() and not _ABOUT_QUESTIONS.search(shown):
            for mark in CLARIFICATION.finditer(shown):
                text, _, _ = whole_question(document.lines, number, mark)
                found.append(Item(text, start))
    return tuple(found)


def _undisguised(text: str) -> str:
    """The text without tags and comments that part its words, and with a plain I for a dotted one."""
    if "<" in text or "[](" in text:
        text = _UNSEEN_WITHIN.sub("", _BREAK.sub(" ", text))
    return text if text.isascii() else without_look_alikes(text.translate(_BLANK_LETTERS).translate(_DOTTED))


def whole_question(lines: Sequence[str], number: int, mark: "re.Match[str]") -> tuple[str, int, int]:
    """The text of a mark on line `number`, the line on which it ends, and its end there: it may be wrapped.

    A mark that asks nothing itself has the text around it.
    """
    asked = mark[1]
    if not mark[0].endswith("]"):
        for last in range(number + 1, min(number + _LONGEST_QUESTION, len(lines) + 1)):
            more, closing, _ = lines[last - 1][:_LONGEST_LINE].partition("]")
            if not more.strip() and not closing:
                break
            asked += f" {more}"
            if closing:
                return text_key(asked), last, len(more) + 1
    if asked := text_key(asked):
        return asked, number, mark.end()
    before = mark.string[max(0, mark.start() - _LONGEST_LINE) : mark.start()]
    around = before + mark.string[mark.end() : mark.end() + _LONGEST_LINE]
    return text_key(around.strip(" \t*_:|-")) or "?", number, mark.end()


def _requirements(document: Document) -> tuple[Requirement, ...]:
    titled = [(section, small(section.title)) for section in document.sections if section.level > 1]
    parts = [section for section, title in titled if any(word in title for word in _DEMANDS)]
    found = definitions(document, parts)
    return tuple(Requirement(item.id, item.text, item.line, item.end) for item in found)


def _silent(document: Document, said: Mapping[str, Sequence[Requirement]]) -> tuple[Item, ...]:
    """Those of the sections in which nothing is said: neither in items with ids, nor in the section of that name; each
    with the line of the first of these.

    A section in words that are not known here may stand for one that is not there.
    """
    titled = [(section_of(section.title), section) for section in document.sections if section.level > 1]
    says = partial(_says_something, document)
    spare = sum(name is None and says(section) for name, section in titled)
    silent = []
    for name, items in said.items():
        parts = [section for title, section in titled if title == name]
        if items or parts:
            is_said = any(is_demand(item.text) for item in items) if items else any(says(part) for part in parts)
        else:
            is_said, spare = spare > 0, spare - 1
        if not is_said:
            lines = (*(item.line for item in items), *(part.line for part in parts), 1)
            silent.append(Item(name, lines[0]))
    return tuple(silent)


def _says_something(document: Document, part: Section) -> bool:
    return any(is_demand(line) for _, line in document.prose(part) if not line.lstrip().startswith("#"))


def _clarifications(document: Document) -> tuple[Clarification, ...]:
    section = document.section("Clarifications", level=2)
    found = []
    for part in (document.own(section), *document.subsections(section)) if section else ():
        session = _SESSION.search(part.title)
        day = session[1] if session else None
        for item in document.items(document.own(part)):
            asked = _QUESTION.match(item.text)
            answered = _ANSWER.search(item.text, asked.end()) if asked else None
            if asked and answered:
                question = item.text[asked.end() : answered.start()].rstrip(" \t*\u2192->=")
                found.append(Clarification(day, question, item.text[answered.end() :], item.line))
    return tuple(found)


def _prose(spec: Spec, content: bytes) -> Iterator[Prose]:
    """The spec as a whole, and each requirement on its own: its lines are left out of the whole."""
    feature = spec.feature or None
    requirements = by_line((*spec.requirements, *spec.criteria))
    text = file_text(
        content, [line for requirement in requirements for line in range(requirement.line, requirement.end)]
    )
    yield Prose("spec", 1, plain_title(spec.title), spec.feature, feature, ((1, text),))
    for requirement in requirements:
        own = ((requirement.line, requirement.text),)
        yield Prose("requirement", requirement.line, None, requirement.id, feature, own)


_PLACES = (f"{{mark}}{SPECS}/{{feature}}/spec.md",)

KIND = Kind("spec", Spec, _PLACES, parse, prose=_prose, hits=("spec", "requirement"))
