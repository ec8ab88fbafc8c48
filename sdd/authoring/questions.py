"""Open questions, `[NEEDS CLARIFICATION: …]` in specs, plans and contracts, and the answers that close them."""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from sdd.authoring.prose import one_line, paragraph
from sdd.base.errors import SddError, UsageError
from sdd.base.paths import shell_word
from sdd.document import Document, Item
from sdd.document.source import Source
from sdd.records.kinds import plan as plans
from sdd.records.kinds import spec as specs
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.record import Record
from sdd.records.kinds.spec import CLARIFICATION, Clarification, Spec, open_questions, whole_question
from sdd.records.layout import roots_of
from sdd.records.project import Project, Reader, records_of
from sdd.repo.journal import Journal
from sdd.repo.objects import Tree
from sdd.repo.worktree import rewrite

_BARE = "NEEDS CLARIFICATION"
_STILL_OPEN = re.compile(r"(?<![*_\s])[*_\s]*+NEEDS(?:\W|_|USER)*+CLARIFICATION", re.IGNORECASE)
_ONLY_MARKS = re.compile(r"[\s>*+|\[\]xX_.)\d-]*")
_ONLY_AN_ID = re.compile(r"\s*+(?:[-*+]|\d{1,9}[.)])\s++[*_`]*+[A-Z]{1,4}-\d{1,6}[a-z]?[*_`]*+(?::[*_`]*+)?\s*+")
_READ_AS_ANSWER = re.compile(r"((?<!\w)A\d{0,3}\*{0,2}):")
# What spec-kit calls the overview: the section before all detail.
_OVERVIEW = re.compile(r"(?:overview|summary|context|background|introduction|purpose|problem|goal)", re.IGNORECASE)


class MarkedQuestion(NamedTuple):
    """One mark. It begins at a column of one line and ends before a column of that or a later line.

    `spec` is the path of the spec in which the answer is noted, None where it belongs to no feature.
    """

    path: str
    feature: str | None
    spec: str | None
    text: str
    line: int
    start: int
    last_line: int
    end: int


class Answered(NamedTuple):
    """An answer that was written into `files`: to which question, where that was, and in which spec it is noted."""

    path: str
    line: int
    question: str
    answer: str
    files: list[str]
    spec: str | None


def read_questions(tree: Tree, reader: Reader) -> tuple[MarkedQuestion, ...]:
    """Every open question of every root, by path and line."""
    return tuple(
        MarkedQuestion(record.path, feature, _spec_of(record, feature, tree, reader), *span)
        for record in records_of(tree, reader, Spec, Plan, Contract)
        if (entry := tree.file(record.path)) and isinstance(record, Spec | Plan | Contract)
        for feature in [record.feature or None]
        for span in _spans(record.path, reader.content(entry))
    )


def write_answer(top: Path, question: MarkedQuestion, answer: str, today: str, journal: Journal) -> Answered:
    """Puts an answer in the place of its question and into the session of `today` (YYYY-MM-DD) of the feature's spec.

    What an earlier run of the command noted, by its `journal`, is not noted again. Raises UsageError for an answer that
    leaves the question open, a question with brackets of its own and a missing spec, SddError where the question is
    gone. Then nothing is written.
    """
    written, answer = answer, one_line(answer)
    if not answer or _STILL_OPEN.search(answer):
        raise UsageError("the answer leaves the question open", "say what is decided, in a sentence")
    wrong = "the mark is not written as [NEEDS CLARIFICATION: ...]" if question.start == question.end else ""
    if "[" in CLARIFICATION.sub("", question.text):
        # Where such a question ends is not certain, and what is taken for its end would be left behind.
        wrong = wrong or "the question holds brackets of its own"
    if wrong:
        raise UsageError(wrong, f"answer it by hand: {question.path}:{question.line}")
    noted = question.spec
    if question.feature and not noted:
        raise UsageError(
            f"{question.path} belongs to {question.feature}, which has no spec to note the answer in",
            f'make it: sdd feature new "TITLE" --slug {shell_word(question.feature)}',
        )
    before = {path: (top / path).read_bytes() for path in dict.fromkeys(filter(None, (noted, question.path)))}
    after = dict(before)
    after[question.path] = _answered(question, before[question.path], answer)
    if noted and not (noted != question.path and _noted_before(top, journal, noted, answer)):
        after[noted] = _noted(noted, after[noted], question.text, answer, today)
    journal.note(*before)
    for path in before:
        rewrite(top / path, before[path], after[path])
    return Answered(question.path, question.line, question.text, written, [*before], noted)


def answered_before(top: Path, journal: Journal, answer: str) -> Answered | None:
    """The answer that an earlier run of the command wrote wholly, with the question as the spec notes it."""
    if not journal.is_rerun or not journal.is_written(journal.paths[-1]):
        return None
    spec, path = journal.paths[0], journal.paths[-1]
    if not spec.endswith("/spec.md"):
        return Answered(path, 1, "", answer, [path], None)
    noted = _noted_before(top, journal, spec, one_line(answer))
    return noted and Answered(path, noted.line, noted.question, answer, [*journal.paths], spec)


def _noted_before(top: Path, journal: Journal, spec: str, answer: str) -> Clarification | None:
    """The answer in a spec that an earlier run of the command has changed, the last of its words."""
    noted = specs.parse(spec, (top / spec).read_bytes(), "").clarifications if journal.is_written(spec) else ()
    return next((clarification for clarification in reversed(noted) if clarification.answer == answer), None)


def _spec_of(record: Record, feature: str | None, tree: Tree, reader: Reader) -> str | None:
    roots = dict.fromkeys((record.root, *roots_of(tree, record.path))) if feature else ()
    candidates = (Project(tree, root, reader).spec_path(feature) for root in roots if feature)
    return record.path if isinstance(record, Spec) else next((path for path in candidates if tree.file(path)), None)


def _spans(path: str, content: bytes) -> Iterator[tuple[str, int, int, int, int]]:
    """The text and the place of each mark of a record, as its parser finds them."""
    source = Source.of(content)
    lines = [line.rstrip("\r\n") for line in source.lines]
    for line, items in groupby(_marks(path, content), key=attrgetter("line")):
        text = source.text(line)
        marks = list(CLARIFICATION.finditer(text))
        if not marks and (start := text.find(_BARE)) >= 0:
            yield text.replace(_BARE, "").strip(" \t*_:|-"), line, start, line, start + len(_BARE)
        elif not marks:
            yield from ((item.text, line, 0, line, 0) for item in items)
        for mark, _ in zip(marks, items, strict=False):
            asked, last, end = whole_question(lines, line, mark)
            yield asked, line, mark.start(), last, end


def _answered(question: MarkedQuestion, content: bytes, answer: str) -> bytes:
    """A file's content with the answer in the place of the mark, and nothing else changed."""
    source = Source.of(content)
    first, last = source.text(question.line), source.text(question.last_line)
    if not _STILL_OPEN.match(first[question.start :].lstrip("[")):
        raise SddError(f"{question.path}:{question.line} asks nothing any more", "see: sdd question list")
    head, tail = first[: question.start], last[question.end :]
    text = paragraph(answer) if _ONLY_MARKS.fullmatch(head) else answer
    if _ONLY_AN_ID.fullmatch(head) and not tail.strip() and not _STILL_OPEN.search(question.text):
        # An answer alone requires nothing: "FR-003: No."
        asked = question.text.rstrip("?. ")
        text = f"{asked[:1].upper()}{asked[1:]}? {answer}"
    is_sentence = answer[:1].isupper() and answer.endswith((".", "!")) and " " in answer
    if is_sentence and head.rstrip()[-1:].isalnum() and not tail.strip():
        # A sentence behind words without a full stop.
        head = f"{head.rstrip()}: "
    text = text.replace("|", "\\|") if head.lstrip().startswith("|") else text
    if CLARIFICATION.match(tail.lstrip()) and text[-1].isalnum():
        # "no [NEEDS CLARIFICATION: ...]" would be read as words about such marks.
        text += "."
    source = source.removed(question.line + 1, question.last_line - question.line)
    after = source.replaced(question.line, head + text + tail).content
    if len(_marks(question.path, after)) != len(_marks(question.path, content)) - 1:
        raise SddError(
            f"{question.path}:{question.line}: the answer would hide another mark on its line",
            "put each mark on a line of its own, then answer it",
        )
    return after


def _marks(path: str, content: bytes) -> tuple[Item, ...]:
    if path.endswith("/plan.md"):
        return plans.parse(path, content, "").open_questions
    if path.endswith("/spec.md"):
        return specs.parse(path, content, "").open_questions
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
            f"{path} has a form that sdd cannot edit safely", f"the answer was not written; note it by hand: {line}"
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
        return source.last_said(section.end) + 1, (["", f"### Session {today}", ""], [])
    last = source.last_said(document.own(sessions[-1]).end)
    return last + 1, ([] if last >= sessions[-1].start else [""], [])
