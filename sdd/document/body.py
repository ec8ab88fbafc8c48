"""A text with its front matter, its sections, and what stands in them: list items, bold leads, plain text."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple, Self

from sdd.document import front_matter
from sdd.document.blocks import Blocks, Fence
from sdd.document.comments import with_unclosed, without_unclosed
from sdd.document.front_matter import FrontMatter
from sdd.document.scan import scan
from sdd.document.text import Problem, decode
from sdd.fields import Fields
from sdd.regex import regex

_UNCLOSED = "a comment starts here that is never closed: end it with -->"
_ITEM = regex(r"([ \t]*)([-*+]|\d{1,9}[.)])(?:[ \t]+(?:\[([ xX~-])\](?:[ \t]+|$))?(.*)|$)")
_LEAD = regex(
    r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?"
    r"\*\*([^*\n]{1,100}?)[ \t]*+(:?)[ \t]*+\*\*[ \t]*(:?)[ \t]*"
)
_NEXT_LEAD = regex(r"\|[ \t]*(?=\*\*[^*\n]{1,100}\*\*)")

_REMARK = regex(r"[*_`]*\([^()]*\)[*_`]*")
_LEADING = regex(r"^[\W\d_]+")
_TRAILING = regex(r"[\W_]+$")


class ListItem(NamedTuple):
    """One list item with the lines that continue it. `done` is None where it is no task; `indent` counts columns."""

    text: str
    line: int
    indent: int
    done: bool | None
    marker: str


class Lead(NamedTuple):
    """`**name**: value`."""

    name: str
    value: str
    line: int


class Section(NamedTuple):
    """A heading and what it heads. Lines count from 1; `end` is the first line after all of it."""

    title: str
    level: int
    line: int
    start: int
    end: int


class Document(Fields):
    """A Markdown file. Lines count from 1 and are those of the file, whatever was cut off around the body."""

    lines: tuple[str, ...]
    front_matter: FrontMatter
    has_front_matter: bool
    body: int
    end: int
    blocks: Blocks
    problems: tuple[Problem, ...]

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """A file's content, whatever it holds; what cannot be understood is in `problems`."""
        text, problems = decode(content)
        lines = text.split("\n")
        place = front_matter.locate(lines)
        fields, found = front_matter.read(lines, place)
        body, unclosed = without_unclosed("\n".join(lines[place.body : place.last]))
        blocks = scan(body)
        if unclosed:
            # One is enough to say: each further one would only be told again once this one is mended.
            blocks = with_unclosed(blocks, unclosed)
            read = set(blocks.comments)
            first = next((comment for comment in unclosed if comment in read), None)
            found = (*found, *((Problem(place.body + first.line, _UNCLOSED),) if first else ()))
        blocks = _moved(blocks, place.body)
        problems = (*problems, *found)
        return cls(
            lines=tuple(lines),
            front_matter=fields,
            has_front_matter=place.start is not None,
            body=place.body + 1,
            end=place.last + 1,
            blocks=blocks,
            problems=problems,
        )

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Every heading with its extent, in the file's order."""
        headings = self.blocks.headings
        ends = [self.end] * len(headings)
        # The last heading of each level that is still waiting for its end.
        waiting: list[int] = []
        for number, heading in enumerate(headings):
            while waiting and headings[waiting[-1]].level >= heading.level:
                ends[waiting.pop()] = heading.line
            waiting.append(number)
        return tuple(Section(h.text, h.level, h.line, h.end, end) for h, end in zip(headings, ends, strict=True))

    @cached_property
    def title(self) -> str | None:
        """The text of the first H1."""
        return next((heading.text for heading in self.blocks.headings if heading.level == 1), None)

    @cached_property
    def preamble(self) -> Section:
        """What stands before the first heading below the H1."""
        first = next((heading.line for heading in self.blocks.headings if heading.level > 1), self.end)
        return Section("", 0, self.body, self.body, first)

    @cached_property
    def whole(self) -> Section:
        """The body as one section."""
        return Section("", 0, self.body, self.body, self.end)

    def section(self, *titles: str, level: int | None = None, within: Section | None = None) -> Section | None:
        """The first section with one of `titles` (compared by `plain_title`), None where there is none."""
        wanted = {plain_title(title) for title in titles}
        sections = self.sections
        first, last = self._between(within) if within else (0, len(sections))
        plain = self._plain_titles
        for place in range(first, last):
            if plain[place] in wanted and level in (None, sections[place].level):
                return sections[place]
        return None

    @cached_property
    def _plain_titles(self) -> tuple[str, ...]:
        return tuple(plain_title(heading.text) for heading in self.blocks.headings)

    @cached_property
    def _heading_lines(self) -> tuple[int, ...]:
        return tuple(heading.line for heading in self.blocks.headings)

    def _between(self, section: Section) -> tuple[int, int]:
        """The places of the first section within `section`, and of the first one after it."""
        lines = self._heading_lines
        return bisect_left(lines, section.start), bisect_left(lines, section.end)

    def subsections(self, section: Section) -> tuple[Section, ...]:
        """The sections within `section`, at whatever depth."""
        first, last = self._between(section)
        return self.sections[first:last]

    def text(self, section: Section) -> str:
        """Everything below the heading of `section`, its subsections included, without blank lines around it."""
        return "\n".join(self.lines[section.start - 1 : section.end - 1]).strip("\n").rstrip()

    def own(self, section: Section) -> Section:
        """`section` without its subsections."""
        first, last = self._between(section)
        return section._replace(end=self.sections[first].line) if first < last else section

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The lines within fenced code and comments, fences included."""
        blocks = [(block.line, block.end) for block in self.blocks.fences]
        blocks += [(block.line, block.end) for block in self.blocks.comments]
        return frozenset(line for start, end in blocks for line in range(start, end))

    def prose(self, section: Section) -> Iterator[tuple[int, str]]:
        """(line number, line) of what is neither code nor comment in `section`."""
        hidden = self.hidden
        for number in range(section.start, section.end):
            if number not in hidden:
                yield number, self.lines[number - 1]

    def shown(self, section: Section) -> Iterator[tuple[int, str]]:
        """(line number, line) of what is no comment in `section`: prose and code."""
        comments = {line for comment in self.blocks.comments for line in range(comment.line, comment.end)}
        return (
            (number, self.lines[number - 1]) for number in range(section.start, section.end) if number not in comments
        )

    def fences(self, section: Section) -> tuple[Fence, ...]:
        """The fenced blocks of `section`."""
        return tuple(fence for fence in self.blocks.fences if section.start <= fence.line < section.end)

    def items(self, section: Section) -> tuple[ListItem, ...]:
        """The list items of `section`, nested ones after the one that holds them. Code and comments hold none."""
        found: list[ListItem] = []
        parts: list[str] = []
        blank = True
        for number, line in self.prose(section):
            if not line.strip():
                blank = True
                continue
            indent = _width(line)
            item = _ITEM.match(line)
            if item and (indent < 4 or (parts and indent <= found[-1].indent + 8)):
                _finish(found, parts)
                mark = item[3]
                done = None if mark is None else mark in "xX"
                parts = [item[4] or ""]
                found.append(ListItem("", number, indent, done, item[2]))
            elif parts and (indent > found[-1].indent or not blank) and not line.startswith(("#", "|", ">")):
                parts.append(line.strip())
            elif parts and blank and indent == 0:
                _finish(found, parts)
                parts = []
            blank = False
        _finish(found, parts)
        return tuple(found)

    def leads(self, section: Section) -> Iterator[Lead]:
        """The bold leads of `section`: `**Name**: value` and `**Name:** value`, several on a line apart by `|`."""
        for number, line in self.prose(section):
            if "**" not in line:
                continue
            for part in _NEXT_LEAD.split(line):
                lead = _LEAD.match(part)
                if lead and (lead[2] or lead[3]):
                    yield Lead(lead[1].strip(), part[lead.end() :].strip(), number)

    def lead(self, *names: str, within: Section | None = None) -> Lead | None:
        """The first bold lead with one of `names`, whatever their case."""
        wanted = {name.casefold() for name in names}
        return next((lead for lead in self.leads(within or self.whole) if lead.name.casefold() in wanted), None)


@lru_cache(4096)
def plain_title(title: str) -> str:
    """A heading's text for comparing: lower case, without emphasis, numbers, remarks in brackets and a final colon."""
    text = _REMARK.sub(" ", title[:200]).replace("_", " ").replace("-", " ").replace("*", "").replace("`", "")
    return " ".join(_TRAILING.sub("", _LEADING.sub("", text)).casefold().split())


def _finish(found: list[ListItem], parts: list[str]) -> None:
    if found and parts:
        found[-1] = found[-1]._replace(text=" ".join(part for part in parts if part))


def _width(line: str) -> int:
    stripped = line.lstrip(" \t")
    return len(line[: len(line) - len(stripped)].expandtabs(4))


def _moved(blocks: Blocks, by: int) -> Blocks:
    if not by:
        return blocks
    return Blocks(
        tuple(heading._replace(line=heading.line + by, end=heading.end + by) for heading in blocks.headings),
        tuple(fence._replace(line=fence.line + by, end=fence.end + by) for fence in blocks.fences),
        tuple(comment._replace(line=comment.line + by, end=comment.end + by) for comment in blocks.comments),
        blocks.sure,
    )
