"""What the parsers share: left-over template text, kinds, and the items of a section."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from sdd.base.regex import regex
from sdd.document import EMPTY, Document, FrontMatter, Item, ListItem, Problem, Section, Value, decode
from sdd.document.code_spans import code_spans
from sdd.document.visible import decoded, is_plainly_long, may_be_disguised, visible_text
from sdd.records.kinds.record import ChangeKind, Prose
from sdd.records.kinds.silence import only_goes_on, stands_for_nothing, words_of

# A blank or a sign at the start makes it an expression of another language: {{ item.name }}, {{- end }}.
_TOKEN = regex(
    r"\{\{(?: ?[A-Z][A-Z0-9_ .-]{0,58}|[A-Za-z0-9_][A-Za-z0-9_ .-]{0,59})(?:\|\[[^\[\]{}]{0,200}\])?\}\}|\$ARGUMENTS\b"
)
# Words in capitals, but for ids, ranges of them, and what people write themselves.
_ALL_CAPS = regex(
    r"\[(?!\w+(?:-\w+)+\]|(?:NEEDS +(?:[A-Z]+ +)?CLARIFICATION|OUT OF SCOPE|DEFERRED|IN PROGRESS|NOT STARTED"
    r"|NON-NEGOTIABLE|BREAKING CHANGE|ON HOLD|TO DO|READ ONLY|(?:MUST|SHOULD|COULD|WONT|NICE TO) HAVE)(?:\]|[ :-]))"
    r"(?:[A-Z][A-Z0-9]*(?:[_ /&-]+[A-Z0-9]+)+"
    r"|TITLE|DATE|STAGE|ID|FEATURE|NAME|PROJECT|BRANCH|MODEL|AUTHOR|STATUS|VERSION|CONTENT|TODO|TBD)\]"
)
# The words of spec-kit's own templates: any phrase with a capital would take in half of people's prose.
_TEMPLATE_PHRASE = regex(
    r"\[(?:\#{3}[a-z-]*|Brief Title|e\.g\., [^\[\]]*|if applicable, [^\[\]]*|single/web/mobile[^\[\]]*"
    r"|(?:Add more|Describe|Explain|What it represents|Extract from feature spec|Gates determined) ?[^\[\]]*"
    r"|REMOVE IF UNUSED[^\[\]]*"
    r"|Add [^\[\]]* as needed[^\[\]]*|Document the selected structure [^\[\]]*|domain-specific[^\[\]]*"
    r"|initial state|action|expected outcome|boundary condition|error scenario|Entity(?: [12])?|current need"
    r"|Measurable (?:outcome|metric)[^\[\]]*|User satisfaction metric[^\[\]]*|Business metric[^\[\]]*|specific problem"
    r"|specific capability[^\[\]]*|key interaction[^\[\]]*|data requirement[^\[\]]*|behavior[^\[\]]*|One sentence"
    r"|[A-Z][A-Z ]{2,60}, e\.?g\.?[^\[\]]*|Technical constraint \d+|Non-goal \d+|Next step \d+|Risk or consideration)\]"
)
# What every token in brackets starts with, but neither the box of a task nor the marks behind it.
_IN_BRACKETS = regex(r"\[(?!US\d+\])[A-Za-z\#][^\]]")
_REMARK = regex(r"[ \t]*[*_]+\([^()]*\)[*_]+[ \t]*$")
_NOT_APPLICABLE = regex(r"[-*+_\s]*not applicable[*_]*:(.*\w.*)", re.IGNORECASE | re.DOTALL)
_AROUND_TOKENS = " \t\r\n\"'*_.\u2026\u3002!:;,"
# Fewer are places that somebody forgot in a record that is filled in.
_MANY = 5
_OVER_AND_OVER = 3
_ID_IN_NAME = regex(r"(?:[A-Za-z]{2,12}[-_])?(\d+)(?=[-_.])")


def placeholders(document: Document, section: Section | None = None) -> tuple[Item, ...]:
    """The template text that is left in the prose of `section` (the whole body by default), not that in code."""
    section = section or document.whole
    text = document.shown(section.start, section.end)
    may_hold = may_hold_tokens if may_be_disguised(text) else _hold_tokens
    if not may_hold(text):
        return ()
    return tuple(
        Item(text, number) for number, line in document.prose(section) if may_hold(line) for text in tokens(line)
    )


def tokens(line: str) -> list[str]:
    """The template tokens of one line, in its order."""
    if not may_hold_tokens(line):
        return []
    shown = line[:10_000]
    for span in reversed(code_spans(shown)):
        shown = shown[: span.start] + " " * (span.end - span.start) + shown[span.end :]
    shown = decoded(shown)
    marks = [*_TOKEN.finditer(shown)]
    for pattern in (_ALL_CAPS, _TEMPLATE_PHRASE):
        marks += (mark for mark in pattern.finditer(shown) if shown[mark.end() : mark.end() + 1] not in ("(", "[", ":"))
    # `{{name|[SAY THIS]}}` is one token.
    outer, end = [], 0
    for mark in sorted(marks, key=lambda mark: (mark.start(), -mark.end())):
        if mark.end() > end:
            outer.append(mark.group())
            end = mark.end()
    return outer


def may_hold_tokens(text: str) -> bool:
    """Whether there may be template tokens in `text`, one line or many: a quick look that nearly all text fails."""
    return _hold_tokens(text) or may_be_disguised(text)


def _hold_tokens(text: str) -> bool:
    return "{{" in text or "$ARGUMENTS" in text or _IN_BRACKETS.search(text) is not None


def is_template(title: str | None, left_over: tuple[Item, ...], own_lines: Iterable[int]) -> bool:
    """Whether a record is its template still: the title and every line that says something itself are left over."""
    lines = {item.line for item in left_over}
    return len(left_over) >= _MANY and bool(tokens(title or "")) and lines.issuperset(own_lines)


def is_token(text: str) -> bool:
    """Whether `text` is a template token and nothing else but signs around it."""
    text = decoded(text[:1000]).strip(_AROUND_TOKENS)
    return text[:1] in "[{$" and bool(_TOKEN.fullmatch(text) or _ALL_CAPS.fullmatch(text))


def is_left_over(value: Value) -> bool:
    """Whether a front-matter value is a template token; a list such as `[FR-001]` is none, a phrase in one is."""
    return is_token(value.text) and (value.entries is None or value.text.count(" ") > 1)


def change_kind(text: str | None) -> ChangeKind | None:
    """The kind of change that `text` names."""
    try:
        return ChangeKind(text.strip().lower()) if text else None
    except ValueError:
        return None


def bullets(
    document: Document,
    section: Section | None,
    around: tuple[ListItem, ...] = (),
    is_item: Callable[[str], bool] | None = None,
) -> tuple[Item, ...]:
    """The list items of a section as texts, but for "none" and what is not applicable; without a list its lines.

    `around` is what `Document.items` takes, `is_item` tells what counts (what a reader takes for an answer).
    """
    if section is None:
        return ()
    found = [Item(item.text, item.line) for item in document.items(section, around)]
    if not found:
        found = [Item(line.strip(), number) for number, line in document.prose(section) if line.strip()]
    return tuple(item for item in found if (is_item or is_answer)(item.text) and not is_not_applicable(item.text))


def is_said(text: str) -> bool:
    """Whether a reader sees an answer, or a template's token: that is left over, and a finding of its own."""
    return is_answer(text) or is_token(text)


def is_answer(text: str) -> bool:
    """Whether a reader sees an answer: not "none", "TODO" or a template's token, nor one letter over and over."""
    if is_plainly_long(text):
        return True
    shown = visible_text(text)
    words = words_of(shown)
    if not words or stands_for_nothing(words) or is_token(shown):
        return False
    letters = "".join(words)
    return len(letters) < _OVER_AND_OVER or letters[0].isdigit() or letters.count(letters[0]) < len(letters)


def is_statement(text: str) -> bool:
    """Whether a reader sees an answer that is more than "go on"."""
    return is_answer(text) and not only_goes_on(text)


def is_demand(text: str) -> bool:
    """Whether a reader sees what is required: an answer of more than one letter and more than "go on", or a token."""
    if is_token(text) or is_plainly_long(text):
        return True
    shown = "".join(words_of(visible_text(text)))
    return (len(shown) > 1 or shown.isdigit()) and is_statement(text)


def is_not_applicable(text: str) -> bool:
    """Whether all of `text` is one `Not applicable: REASON`, which answers a demand without meeting it."""
    return _NOT_APPLICABLE.fullmatch(text.strip()) is not None


def headings(document: Document, level: int) -> tuple[Item, ...]:
    """The headings of one level, without a remark such as "*(mandatory)*"."""
    return tuple(
        Item(_without_remark(section.title), section.line) for section in document.sections if section.level == level
    )


def _without_remark(title: str) -> str:
    return title if len(title) > 300 else _REMARK.sub("", title).strip()


def value(text: str | None) -> str | None:
    """A bold lead's value without backticks, None where it is empty."""
    if text is None:
        return None
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "`" and "`" not in text[1:-1]:
        text = text[1:-1].strip()
    return text or None


def named_texts(fields: FrontMatter, *names: str) -> dict[str, Any]:
    """Fields of a record that are the texts of the keys of the same names."""
    return {name: fields.text(name) for name in names}


def led(
    document: Document, leads: Mapping[str, str | tuple[str, ...]], within: Section | None = None
) -> tuple[dict[str, Any], dict[str, int]]:
    """(values, lines) of fields that bold leads hold, given by the names of the leads."""
    found = {
        name: document.lead(*((lead,) if isinstance(lead, str) else lead), within=within)
        for name, lead in leads.items()
    }
    values = {name: value(lead.value) if lead else None for name, lead in found.items()}
    return values, {name: lead.line for name, lead in found.items() if lead}


def without_front_matter(document: Document) -> tuple[Problem, ...]:
    """The problem of a file that should have front matter and has none, unless it is empty anyway."""
    if document.has_front_matter or EMPTY in document.problems:
        return ()
    return (Problem(1, "no front matter: start the file with --- and its keys"),)


def field_lines(
    document: Document, names: Iterable[tuple[str, Section | None]] = (), **aliases: tuple[str, ...]
) -> dict[str, int]:
    """Where each front-matter key and each named section stands; `aliases` gives the keys that a field is read from."""
    lines = {key: value.line for key, value in document.front_matter.values.items()}
    for name, keys in aliases.items():
        for key in keys:
            if key in lines:
                lines[name] = lines[key]
                break
    for name, section in names:
        if section is not None:
            lines[name] = section.line
    return lines


def id_in_name(path: str) -> str | None:
    """The number that a record's file name starts with, as it is written; `PHR-0005-x.md` has 0005."""
    found = _ID_IN_NAME.match(path.rpartition("/")[2])
    return found[1] if found else None


def file_text(content: bytes, without: Iterable[int] = ()) -> str:
    """The text of a file as search sees it; the lines `without` are blank, so that the others keep their numbers."""
    text, _ = decode(content)
    blank = set(without)
    if not blank:
        return text
    return "\n".join("" if number in blank else line for number, line in enumerate(text.split("\n"), 1))


def whole_file(hit: str) -> Callable[[Any, bytes], Iterator[Prose]]:
    """What search sees of a feature's document that is found as a whole, as a hit of a kind."""

    def prose(record: Any, content: bytes) -> Iterator[Prose]:
        yield Prose(hit, 1, record.title, record.feature, record.feature or None, ((1, file_text(content)),))

    return prose


def words(*names: str | None) -> str:
    """The names that are there, separated by spaces."""
    return " ".join(filter(None, names))


class _Placed(Protocol):
    @property
    def line(self) -> int: ...


AnyPart = TypeVar("AnyPart", bound=_Placed)


def by_line(parts: Iterable[AnyPart]) -> tuple[AnyPart, ...]:
    """The parts of a record in the order of lines; of those that share a line, the first."""
    found: dict[int, AnyPart] = {}
    for part in parts:
        found.setdefault(part.line, part)
    return tuple(found[line] for line in sorted(found))


# The index and search both ask where a prompt and a response begin.
@lru_cache(maxsize=4)
def line_of(content: bytes, text: str | None, heading: int) -> int:
    """The line of a file on which a text begins: the first below its `heading`, else that of the heading."""
    first = (text or "").partition("\n")[0]
    wanted = b"\n" + first.encode("utf-8", "surrogatepass")
    place = content.find(wanted) if first else -1
    line = content.count(b"\n", 0, place) + 2
    while place >= 0 and line <= heading:
        before, place = place, content.find(wanted, place + 1)
        line += content.count(b"\n", before, place)
    return line if place >= 0 else heading
