"""A text with its front matter, its sections, and what these hold: list items, bold leads, plain text."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple, Self

from sdd.base.regex import regex
from sdd.document import front_matter
from sdd.document.audible import may_be_silent
from sdd.document.blocks import Blocks, Comment, Fence, Heading
from sdd.document.elements import may_hide
from sdd.document.front_matter import FrontMatter
from sdd.document.items import Lead, ListItem, items_within, read_items, read_leads
from sdd.document.scan import scan
from sdd.document.text import Problem, decode

_line = attrgetter("line")
_UNCLOSED = "a comment starts here that is never closed: end it with -->"
_REMARK = regex(r"[*_`]*\([^()]*\)[*_`]*")
_LEADING = regex(r"^[\W\d_]+")
_TRAILING = regex(r"[\W_]+$")


class Section(NamedTuple):
    """A heading and what it heads. Lines count from 1; `end` is the first line after all of it."""

    title: str
    level: int
    line: int
    start: int
    end: int


class Document(NamedTuple):
    """A Markdown file. Lines count from 1 and are those of the file, whatever was cut off around the body."""

    lines: tuple[str, ...]
    seen: tuple[str, ...]
    """The lines without what elements hide that span several of them. Comments are still there."""
    front_matter: FrontMatter
    has_front_matter: bool
    body: int
    end: int
    blocks: Blocks
    sections: tuple[Section, ...]
    """Every heading with its extent, in the file's order."""
    commented: frozenset[int]
    """The lines within comments."""
    hidden: frozenset[int]
    """The lines within fenced code and comments, fences included."""
    problems: tuple[Problem, ...]

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """A file's content, whatever it holds; what cannot be understood is in `problems`."""
        text, problems = decode(content)
        lines = text.split("\n")
        place = front_matter.locate(lines)
        fields, found = front_matter.read(lines, place)
        body, first = lines[place.body : place.last], place.body + 1
        unclosed: tuple[Comment, ...] = ()
        if "<!--" in text:
            from sdd.document.comments import with_unclosed, without_unclosed  # what is filled in has none

            body, unclosed = without_unclosed(body, first)
        blocks = scan(body, first)
        if unclosed:
            # Report one: the others show once it is fixed.
            blocks = with_unclosed(blocks, unclosed)
            read = set(blocks.comments)
            first_left = next((comment for comment in unclosed if comment in read), None)
            found = (*found, *((Problem(first_left.line, _UNCLOSED),) if first_left else ()))
        written = seen = tuple(lines)
        if ("<" in text or "](" in text or "]:" in text) and may_hide(text):
            from sdd.document.hidden import seen_lines  # few texts hide anything

            seen, endless = seen_lines(written, first, place.last + 1, blocks)
            found = (*found, endless) if endless else found
        if may_be_silent(text):
            seen = _audible(seen, first, place.last + 1, blocks)
        if seen != written:
            blocks = blocks._replace(
                headings=tuple(heading for heading in blocks.headings if seen[heading.line - 1]),
                fences=tuple(fence for fence in blocks.fences if seen[fence.line - 1]),
            )
        commented = _lines_within(blocks.comments)
        return cls(
            lines=written,
            seen=seen,
            front_matter=fields,
            has_front_matter=place.start is not None,
            body=first,
            end=place.last + 1,
            blocks=blocks,
            sections=_sections(blocks.headings, place.last + 1),
            commented=commented,
            hidden=commented | _lines_within(blocks.fences) if blocks.fences else commented,
            problems=(*problems, *found),
        )

    @property
    def title(self) -> str | None:
        """The text of the first H1."""
        return next((heading.text for heading in self.blocks.headings if heading.level == 1), None)

    @property
    def preamble(self) -> Section:
        """What comes before the first heading below the H1."""
        first = next((heading.line for heading in self.blocks.headings if heading.level > 1), self.end)
        return Section("", 0, self.body, self.body, first)

    @property
    def whole(self) -> Section:
        """The body as one section."""
        return Section("", 0, self.body, self.body, self.end)

    def section(self, *titles: str, level: int | None = None, within: Section | None = None) -> Section | None:
        """The first section with one of `titles` (compared by `plain_title`), None where there is none."""
        wanted = plain_titles(titles)
        for section in self.subsections(within) if within else self.sections:
            if plain_title(section.title) in wanted and level in (None, section.level):
                return section
        return None

    def subsections(self, section: Section) -> tuple[Section, ...]:
        """The sections within `section`, at whatever depth."""
        first = bisect_left(self.sections, section.start, key=_line)
        return self.sections[first : bisect_left(self.sections, section.end, first, key=_line)]

    def text(self, section: Section) -> str:
        """Everything below the heading of `section`, its subsections included, without blank lines around it."""
        return "\n".join(self.lines[section.start - 1 : section.end - 1]).strip("\n").rstrip()

    def own(self, section: Section) -> Section:
        """`section` without its subsections."""
        inner = self.subsections(section)
        return section._replace(end=inner[0].line) if inner else section

    def prose(self, section: Section) -> Iterator[tuple[int, str]]:
        """(line number, line) of what is neither code nor comment in `section`."""
        lines, hidden = enumerate(self.seen[section.start - 1 : section.end - 1], section.start), self.hidden
        return ((number, line) for number, line in lines if number not in hidden) if hidden else lines

    def shown(self, start: int, end: int) -> str:
        """The lines from `start` up to `end` but for comments, as one text without white space around it."""
        lines: Iterable[str] = self.seen[start - 1 : end - 1]
        if self.commented:
            lines = (line for number, line in enumerate(lines, start) if number not in self.commented)
        return "\n".join(lines).strip()

    def fences(self, section: Section) -> tuple[Fence, ...]:
        """The fenced blocks of `section`."""
        fences = self.blocks.fences
        first = bisect_left(fences, section.start, key=_line)
        return fences[first : bisect_left(fences, section.end, first, key=_line)]

    def items(self, section: Section, around: tuple[ListItem, ...] = ()) -> tuple[ListItem, ...]:
        """The list items of `section`, nested ones after the one that holds them. Code and comments hold none.

        `around` may give those of a section around it that were read already: mostly nothing is read again then.
        """
        known = items_within(around, section.start, section.end) if around else None
        return read_items(self.prose(section)) if known is None else known

    def leads(self, section: Section) -> Iterator[Lead]:
        """The bold leads of `section`."""
        return read_leads(self.prose(section)) if "**" in self.shown(section.start, section.end) else iter(())

    def lead(self, *names: str, within: Section | None = None) -> Lead | None:
        """The first bold lead with one of `names`, whatever their case."""
        wanted = {name.casefold() for name in names}
        return next((lead for lead in self.leads(within or self.whole) if lead.name.casefold() in wanted), None)


@lru_cache(256)
def plain_titles(titles: tuple[str, ...]) -> frozenset[str]:
    """Titles for comparing; those that somebody looks for are the same few for every document."""
    return frozenset(map(plain_title, titles))


@lru_cache(4096)
def plain_title(title: str) -> str:
    """A heading's text for comparing: lower case, without emphasis, numbers, remarks in brackets and a final colon."""
    text = _REMARK.sub(" ", title[:200]).replace("_", " ").replace("-", " ").replace("*", "").replace("`", "")
    return " ".join(_TRAILING.sub("", _LEADING.sub("", text)).casefold().split())


def _sections(headings: tuple[Heading, ...], end: int) -> tuple[Section, ...]:
    """The headings with their extents; `end` is that of the body."""
    found = []
    # For each level the line of the next heading that ends a section of it.
    following = [end] * 7
    for level, text, line, start in reversed(headings):
        found.append(Section(text, level, line, start, following[level]))
        following[level:] = [line] * (7 - level)
    return tuple(reversed(found))


def _audible(lines: tuple[str, ...], first: int, end: int, blocks: Blocks) -> tuple[str, ...]:
    """The lines of a file without those of its body that Markdown renders to nothing, but for open questions."""
    from sdd.document.rendered import silent_lines

    kept = _lines_within(blocks.comments)
    silent = {number + first for number in silent_lines("\n".join(lines[first - 1 : end - 1]))} - kept
    return tuple(
        "" if number in silent and "CLARIFICATION" not in line.upper() else line for number, line in enumerate(lines, 1)
    )


def _lines_within(blocks: tuple[Fence | Comment, ...]) -> frozenset[int]:
    return frozenset(line for block in blocks for line in range(block.line, block.end))
