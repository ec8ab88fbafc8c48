"""The entries of a task list as people write them: checkboxes, headings, rows of tables, plain list items."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.document import DONE_MARKS, Document
from sdd.records.kinds.extent import Shape, indent_of
from sdd.records.kinds.words import DONE, STATUS, TASK

# In patterns that ignore case a set of letters takes a tenth of a millisecond to compile, unless it says both cases.
_TAIL = r"(?:\.\d{1,4}|(?-i:-(?!T-?\d)(?:[A-Z0-9]{1,4}|[a-z]))(?![^\W_]))*(?-i:[A-Za-z]?)(?![^\W_])"
_DECORATION = r"(?:[^\w|:;,.<>#\n-]|_){0,12}"
_CLOSE = r"[*_`~\])]*[ \t]*(?:[:.\uff1a][*_`~]*)?[ \t]*(?:[\u2013\u2014-][ \t]+)?"
_TASK = (
    rf"(?:(?-i:[A-Za-z]{{1,8}})\d{{0,3}}-)?T(?:ASK)?-?\d{{1,6}}{_TAIL}"
    r"|TASK[ ]\#?(?P<number>\d{1,4}(?:\.\d{1,4})*(?-i:[A-Za-z]?))(?![^\W_])"
)
_TASK_ID = regex(rf"{_DECORATION}(?P<id>{_TASK}){_CLOSE}", re.IGNORECASE)
# Ids that count where a list has them throughout. Requirements and stories are named in lists, too.
_OTHER_ID = regex(
    rf"{_DECORATION}(?P<id>(?!(?:FR|NFR|SC|US)-?\d)[A-Z]{{1,10}}\d{{0,2}}-?\d{{2,6}}{_TAIL}"
    rf"|\d{{1,3}}(?:\.\d{{1,3}}){{1,3}}[a-z]?(?=[ \t*_`.:])){_CLOSE}"
)
_BOX = regex(
    r"(?P<indent>[ \t]*)(?:>[ \t]?)*(?:[-*+]|\d{1,9}[.)])[ \t]+"
    r"(?:\*\*)?\[[ \t]?(?P<mark>[^\w\s\[\]]{0,2}|[A-Za-z])[ \t]?\](?:\*\*)?(?![(\[:])[ \t]*(?P<text>.*)"
)
_HEADING = regex(r"\#{2,6}[ \t]+(?:\[(?P<mark>[^\w\[\]]{1,2}|[xX])\][ \t]*)?(?P<text>.*)")
_PLAIN = regex(r"(?P<indent>[ \t]*)(?:(?P<item>[-*+]|\d{1,9}[.)])[ \t]+)?(?P<text>.*)")
_MARK = regex(
    r"\[(?P<mark>P|X|Story[^\]]{0,40}|(?:US|S)[ -]?\d[^\]]{0,40})\][ \t]*|\((?P<story>US[ -]?\d[^)]{0,40})\)[ \t]*",
    re.IGNORECASE,
)
_STORY = r"(?:US|S|Story)?[ :-]{0,3}\d{1,6}(?:\.\d{1,3})?(?-i:[A-Za-z]?)"
_STORIES = regex(rf"(?:Story[ :-]{{0,3}})?{_STORY}(?:[ ]*[,/&+][ ]*{_STORY}){{0,9}}", re.IGNORECASE)
_NUMBER = regex(r"\d+(?:\.\d+)?[a-z]?")
# A list or a range of ids is about tasks, and none itself.
_RANGE = regex(r"[\s*_`~\])]*(?:-+>?|[\u2013\u2014\u2192]|to\b|through\b)[\s*_`\[(]*T-?\d", re.IGNORECASE)
_MENTION = regex(
    r"[\s*_`~\])]*(?:[,;/&+]|(?:and|or|before|after|blocks|depends|requires|can|must|is|are)\b)", re.IGNORECASE
)
_DONE_EMOJI = ("\u2705", "\u2611", "\u2714", "\u2713")
_DONE = regex(rf"[\W_]*(?:\[[xX]\]|(?:{'|'.join(DONE)})(?!\w))", re.IGNORECASE)
_STATUS_LINE = regex(r"[\W_]*status[*_ ]*[:\uff1a][*_ ]*(?P<status>.*)", re.IGNORECASE)
_RULER = regex(r"[ \t]*+\|(?=[ \t:|]*+-)[ \t:|-]*+")
_STATUS = regex("|".join(STATUS), re.IGNORECASE)
_TASK_TABLE = regex(rf"\b(?:id|todo)\b|\#|{'|'.join((*TASK, *STATUS))}", re.IGNORECASE)


class Entry(NamedTuple):
    """A task as its line has it. `text` is what follows the id and the marks on that line."""

    id: str | None
    done: bool
    skipped: bool
    parallel: bool
    stories: tuple[str, ...]
    text: str
    line: int
    shape: Shape = Shape.ITEM
    indent: int = 0


def read_entries(document: Document) -> tuple[Entry, ...]:
    """The tasks of a list, in its order.

    Boxes and headings with a task's id come first. Where there are none: boxes of which most have an id of another
    sort, else rows of tables and plain items with an id, else all boxes. Rows add to a list what it lacks.
    """
    boxes = tuple(_boxes(document))
    tasks = [entry for entry in boxes if entry.id]
    tasks += _headings(document, tasks, boxes)
    if not tasks:
        others = [_with_other_id(entry) for entry in boxes]
        tasks = others if sum(entry.id is not None for entry in others) * 2 > len(others) else []
    known = {entry.id for entry in tasks}
    tasks += [row for row in _rows(document, bool(tasks)) if row.id not in known]
    return tuple(sorted(tasks or _plain(document) or boxes, key=lambda entry: entry.line))


def _boxes(document: Document) -> Iterator[Entry]:
    """Every box. A letter but x makes one only before a task's id: `[P]` is a mark."""
    for number, line in document.prose(document.whole):
        box = _BOX.match(line) if "]" in line else None
        if box:
            entry = _entry(
                box["mark"].strip("\ufe0f"), box["text"].strip(), number, Shape.ITEM, indent_of(box["indent"])
            )
            if not box["mark"].isalpha() or box["mark"] in "xX" or (entry.id and box["mark"] not in "pP"):
                yield entry


def _headings(document: Document, tasks: list[Entry], boxes: tuple[Entry, ...]) -> Iterator[Entry]:
    """The headings that are tasks: those with a task's id below which no task is a box.

    One is done where it, its status line, or every box below it says so.
    """
    for section in document.sections:
        entry = _entry("", section.title, section.line, Shape.HEADING) if section.level > 1 else None
        if not entry or not entry.id or any(section.start <= task.line < section.end for task in tasks):
            continue
        inner = [box.done for box in boxes if section.start <= box.line < section.end]
        lines = (line for _, line in document.prose(document.own(section)))
        told = any((line := _STATUS_LINE.match(text)) and _DONE.match(line["status"]) for text in lines)
        is_done = told or _says_done(section.title) or (bool(inner) and all(inner))
        yield entry._replace(done=is_done)


def _rows(document: Document, only_tasks: bool) -> Iterator[Entry]:
    """The rows of tables of tasks, with an id in the first column or behind a box."""
    status, is_table = -1, False
    before: list[str] = []
    for number, line in document.prose(document.whole):
        if "|" not in line or line.lstrip()[:1] != "|":
            before, is_table = [], False
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if _RULER.fullmatch(line):
            is_table = any(_TASK_TABLE.search(cell) for cell in before)
            status = next((at for at, cell in enumerate(before) if _STATUS.search(cell)), -1)
        elif is_table:
            place = 1 if len(cells) > 1 and not any(map(str.isalnum, re.sub("^\\[[xX]\\]", "", cells[0]))) else 0
            entry = _entry("", cells[place], number, Shape.ROW)
            entry = entry if entry.id or only_tasks else _with_other_id(entry)
            if entry.id and not entry.text:
                rest = [cell for at, cell in enumerate(cells) if at > place and at != status]
                told = cells[0] if place else cells[status] if 0 <= status < len(cells) else ""
                full = _entry("", " ".join(rest[:1]), number, Shape.ROW)
                yield entry._replace(
                    text=" | ".join((full.text, *rest[1:])),
                    stories=full.stories,
                    parallel=full.parallel,
                    done=_says_done(told) or bool(_DONE.match(told)),
                )
        before = cells


def _plain(document: Document) -> list[Entry]:
    """List items and paragraphs that start with a task's id, each id once: later ones are about it."""
    found: dict[str, Entry] = {}
    for number, line in document.prose(document.whole):
        plain = _PLAIN.match(line) if "t" in line or "T" in line else None
        if plain and not line.startswith(("#", "|")):
            shape = Shape.ITEM if plain["item"] else Shape.PARAGRAPH
            entry = _entry("", plain["text"].strip(), number, shape, indent_of(plain["indent"]))
            if entry.id and not _MENTION.match(entry.text):
                found.setdefault(entry.id, entry._replace(done=_says_done(plain["text"])))
    return list(found.values())


def _says_done(text: str) -> bool:
    return any(mark in text for mark in _DONE_EMOJI) or bool(re.match(r"[\W_]*\[[xX]\]", text))


def _with_other_id(entry: Entry) -> Entry:
    other = _OTHER_ID.match(entry.text)
    return entry._replace(id=other["id"], text=entry.text[other.end() :]) if other else entry


def _entry(mark: str, text: str, line: int, shape: Shape, indent: int = 0) -> Entry:
    """One entry; its marks may be before or after the id."""
    name, parallel, skipped = None, False, mark in ("~", "-") or text.startswith("~~")
    stories: list[str] = []
    for _ in range(8):
        sign = _MARK.match(text) if text[:1] in ("[", "(") else None
        known = None if sign or name else _TASK_ID.match(text)
        if sign:
            told = sign["mark"] or sign["story"]
            parallel = parallel or told.upper() == "P"
            if told not in ("P", "p") and _STORIES.fullmatch(told):
                stories += [f"US{number}" for number in _NUMBER.findall(told)]
            text = text[sign.end() :]
        elif known and not _RANGE.match(text, known.end("id")):
            name = known["number"] or known["id"][0].upper() + known["id"][1:]
            text = text[known.end() :]
        else:
            break
        if name and text[:1] not in ("[", "("):
            break
    return Entry(name, mark in DONE_MARKS, skipped, parallel, tuple(dict.fromkeys(stories)), text, line, shape, indent)
