"""Open questions, `[NEEDS CLARIFICATION: …]` in specs, plans and contracts, and the answers that close them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sdd.authoring.prose import one_line, paragraph
from sdd.base.errors import SddError, UsageError
from sdd.document import Document, Item, Section
from sdd.document.source import Source
from sdd.records.kinds import plan as plans
from sdd.records.kinds import spec as specs
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.record import Record
from sdd.records.kinds.spec import CLARIFICATION, Clarification, Spec, open_questions
from sdd.records.layout import roots_of, spec_path
from sdd.records.project import Reader, records_of
from sdd.repo.objects import Tree
from sdd.repo.worktree import rewrite

_BARE = "NEEDS CLARIFICATION"
_STILL_OPEN = re.compile(r"NEEDS[ _]CLARIFICATION", re.IGNORECASE)
_LONGEST = 10
_ONLY_MARKS = re.compile(r"[\s>*+|\[\]xX_.)\d-]*")
_READ_AS_ANSWER = re.compile(r"((?<!\w)A\d{0,3}\*{0,2}):")
# What spec-kit calls the overview: the section before all detail.
_OVERVIEW = re.compile(r"(?:overview|summary|context|background|introduction|purpose|problem|goal)", re.IGNORECASE)


class MarkSpan(NamedTuple):
    """Where a mark is: it begins in a column of one line and ends before a column of that or a later line."""

    line: int
    start: int
    last_line: int
    end: int
    text: str


@dataclass(frozen=True)
class MarkedQuestion:
    """One mark. `spec` is the path of the spec in which the answer is noted, None where it belongs to no feature."""

    path: str
    feature: str | None
    spec: str | None
    span: MarkSpan


def read_questions(tree: Tree, reader: Reader) -> tuple[MarkedQuestion, ...]:
    """Every open question of every root, by path and line."""
    return tuple(
        MarkedQuestion(record.path, feature, _spec_of(record, feature, tree), span)
        for record in records_of(tree, reader, Spec, Plan, Contract)
        if (entry := tree.file(record.path)) and isinstance(record, Spec | Plan | Contract)
        for feature in [record.feature or None]
        for span in _spans(record, reader.content(entry))
    )


def write_answer(top: Path, question: MarkedQuestion, answer: str, today: str) -> tuple[str, ...]:
    """Puts an answer in the place of its question and into the session of `today` (YYYY-MM-DD) of the feature's spec.

    Gives the paths that were written. Raises UsageError for an answer that leaves the question open, a question with
    brackets of its own and a missing spec, SddError where the question is gone. Then nothing is written.
    """
    answer = one_line(answer)
    if not answer or _STILL_OPEN.search(answer):
        raise UsageError("the answer leaves the question open", "say what is decided, in a sentence")
    if "[" in CLARIFICATION.sub("", question.span.text):
        # Where such a question ends is not certain, and what is taken for its end would be left behind.
        place = f"{question.path}:{question.span.line}"
        raise UsageError("the question holds brackets of its own", f"answer it by hand: {place}")
    noted = question.spec
    if question.feature and not noted:
        raise UsageError(
            f"{question.path} belongs to {question.feature}, which has no spec to note the answer in",
            f'make it: sdd feature new "TITLE" --slug {question.feature}',
        )
    before = {path: (top / path).read_bytes() for path in dict.fromkeys(filter(None, (noted, question.path)))}
    after = dict(before)
    after[question.path] = _answered(question, before[question.path], answer)
    if noted:
        after[noted] = _noted(noted, after[noted], question.span.text, answer, today)
    for path in before:
        rewrite(top / path, before[path], after[path])
    return tuple(before)


def _spec_of(record: Record, feature: str | None, tree: Tree) -> str | None:
    roots = dict.fromkeys((record.root, *roots_of(tree, record.path))) if feature else ()
    candidates = (spec_path(root, feature) for root in roots)
    return record.path if isinstance(record, Spec) else next((path for path in candidates if tree.file(path)), None)


def _spans(record: Record, content: bytes) -> Iterator[MarkSpan]:
    """Where the marks of a record are, as its parser finds them."""
    source = Source.of(content)
    seen: dict[int, int] = {}
    for item in _marks(record.path, content):
        span = _span(source, item.line, seen.get(item.line, 0))
        seen[item.line] = seen.get(item.line, 0) + 1
        if span:
            yield span


def _span(source: Source, line: int, number: int) -> MarkSpan | None:
    """The mark number `number` (from 0) of a line. One that is wrapped ends on a later line of its paragraph."""
    text = source.text(line)
    marks = list(CLARIFICATION.finditer(text))
    if not marks and (start := text.find(_BARE)) >= 0:
        asked = text.replace(_BARE, "").strip(" \t*_:|-")
        return MarkSpan(line, start, line, start + len(_BARE), asked)
    if number >= len(marks):
        return None
    mark, parts = marks[number], [marks[number][1]]
    if mark[0].endswith("]"):
        return MarkSpan(line, mark.start(), line, mark.end(), one_line(parts[0]) or _around(text, mark))
    for last in range(line + 1, line + _LONGEST):
        more, closing, _ = source.text(last).partition("]")
        if not more.strip() and not closing:
            break
        parts.append(more)
        if closing:
            return MarkSpan(line, mark.start(), last, len(more) + 1, one_line(" ".join(parts)))
    return MarkSpan(line, mark.start(), line, mark.end(), one_line(parts[0]) or _around(text, mark))


def _around(line: str, mark: "re.Match[str]") -> str:
    return one_line((line[: mark.start()] + line[mark.end() :]).strip(" \t*_:|-")) or "?"


def _answered(question: MarkedQuestion, content: bytes, answer: str) -> bytes:
    """A file's content with the answer in the place of the mark, and nothing else changed."""
    source, span = Source.of(content), question.span
    first, last = source.text(span.line), source.text(span.last_line)
    if not _STILL_OPEN.match(first[span.start :].lstrip("[")):
        raise SddError(f"{question.path}:{span.line} asks nothing any more", "see: sdd question list")
    head, tail = first[: span.start], last[span.end :]
    text = paragraph(answer) if _ONLY_MARKS.fullmatch(head) else answer
    text = text.replace("|", "\\|") if head.lstrip().startswith("|") else text
    if CLARIFICATION.match(tail.lstrip()) and text[-1].isalnum():
        # "no [NEEDS CLARIFICATION: ...]" would be read as words about such marks.
        text += "."
    source = source.removed(span.line + 1, span.last_line - span.line)
    after = source.replaced(span.line, head + text + tail).content
    if len(_marks(question.path, after)) != len(_marks(question.path, content)) - 1:
        raise SddError(
            f"{question.path}:{span.line}: the answer would hide another mark on its line",
            "nothing was written; put each mark on a line of its own, then answer it",
        )
    return after


def _marks(path: str, content: bytes) -> tuple[Item, ...]:
    if path.endswith("/plan.md"):
        return plans.parse(path, content, "").open_questions
    return open_questions(Document.parse(content))


def _noted(path: str, content: bytes, question: str, answer: str, today: str) -> bytes:
    """A spec's content with a question and its answer at the end of today's session."""
    # Marks and answers are recognised by their signs: a question says the same without them.
    bare = one_line(CLARIFICATION.sub(r"\1", question)).replace("[", "(").replace("]", ")")
    asked = _READ_AS_ANSWER.sub(r"\1\\:", bare)
    line = f"- Q: {asked} \u2192 A: {answer}"
    number, lines = _session_end(Document.parse(content), Source.of(content), today)
    after = Source.of(content).inserted(number, [*lines[0], line, *lines[1]]).content
    old, new = specs.parse(path, content, ""), specs.parse(path, after, "")
    answers = [clarification._replace(question="", line=0) for clarification in new.clarifications]
    is_added = len(answers) == len(old.clarifications) + 1 and Clarification(today, "", answer, 0) in answers
    if not is_added or len(new.problems) != len(old.problems):
        raise SddError(
            f"{path} has a form that sdd cannot edit safely", f"nothing was written; note it by hand: {line}"
        )
    return after


def _session_end(document: Document, source: Source, today: str) -> tuple[int, tuple[list[str], list[str]]]:
    """The line before which a new answer goes, and the lines to put before and behind it there."""
    section = document.section("Clarifications", level=2)
    if section is None:
        # In the order of spec-kit: behind the overview, before all that is asked for.
        details = (part for part in document.sections if part.level == 2 and not _OVERVIEW.match(part.title))
        first = next((part.line for part in details), document.end)
        blank = [] if first < 2 or not source.text(first - 1).strip() else [""]
        return first, ([*blank, "## Clarifications", "", f"### Session {today}", ""], [""])
    parts = document.subsections(section)
    sessions = [part for part in parts if re.search(rf"(?i:session)\s+{today}\b", part.title)]
    if not sessions:
        return _after(source, section) + 1, (["", f"### Session {today}", ""], [])
    last = _after(source, document.own(sessions[-1]))
    return last + 1, ([] if last >= sessions[-1].start else [""], [])


def _after(source: Source, section: Section) -> int:
    """The last line of a section that is not blank, its heading's where it holds nothing."""
    return next(
        (number for number in range(section.end - 1, section.start - 1, -1) if source.text(number).strip()),
        section.start - 1,
    )
