"""Agent files: .claude/agents/*.md, .github/agents/*.md, and AGENTS.md-like files."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from sdd.base.regex import regex
from sdd.document import Document, ListItem, Section
from sdd.records.kinds.field import Field, Form, Written
from sdd.records.kinds.reading import field_lines, named_texts
from sdd.records.kinds.record import Item, Kind, Record

_FORMAT = regex(
    r"\boutput[\s_-]*(?:format|formatting|structure|template)\b|\b(?:response|report) (?:format|template)\b",
    re.IGNORECASE,
)
_CHECKLIST = regex(
    r"\bchecklist\b|\bquality (?:control|gate|assurance)s?\b|\bself-(?:check|verification)\b", re.IGNORECASE
)
_TAXONOMY = regex(r"\berrors?\b.*\b(?:taxonomy|codes?)\b|\berror handling\b", re.IGNORECASE)
_DUTIES = regex(r"\bexecution contract\b", re.IGNORECASE)
_LABEL = regex(r"\s*+(?:\*\*)?([^*:\n\u2192]{1,100}?)(?:\*\*)?\s*+(?::|\u2192|->|=>)(?:\*\*)?\s*(.*)", re.DOTALL)
_HEADING = regex(r" {0,3}(\#{1,6})[ \t]+(.*)")
_LEAD = regex(r"[ \t]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?\*\*([^*\n]{1,100}?)[ \t]*+(:?)[ \t]*+\*\*[ \t]*(:?)")
_INCLUDE = regex(r"(?:always |must )?(?:include|provide|contain)s?\b", re.IGNORECASE)
_QUOTED = regex(r'"([^"\n]{1,100})"')
_NUMBERED = regex(r"\d{1,9}[.)]")
_PLAIN_HEADING = regex(r"[A-Z][^.!?`*#|<>]{2,80}$")
_CITES = regex(r"\bstart:end:path\b", re.IGNORECASE)


class Agent(Record):
    """Agent files: instructions for an agent, with the three things that sdd holds contracts to.

    `output_format` holds the headings and bold leads of the template under a heading such as "Output Format",
    `checklist` the task-list items under "Quality Checklist" and the like, `error_taxonomy` (code, meaning)
    pairs, `duties` the numbered steps of the execution contract, and
    `cites_code` says whether it asks for code references of the form start:end:path.
    `strict` is false where the front matter is no valid YAML and was read leniently.
    """

    name: str | None
    description: Written
    model: Written
    tools: Annotated[tuple[str, ...], Field("JSON list", Form.LIST)]
    strict: bool | None
    headings: tuple[Item, ...]
    output_format: tuple[Item, ...]
    checklist: tuple[Item, ...]
    error_taxonomy: tuple[tuple[str, str], ...]
    duties: tuple[Item, ...]
    cites_code: bool

    @property
    def known_as(self) -> Annotated[str, Field("the name that contracts and policies use", name="name", key="name")]:
        """The name that contracts and policies call it by: the one in its front matter, else its file's."""
        return self.name or self.path.rpartition("/")[2].removesuffix(".md").removesuffix(".agent")


def parse(path: str, content: bytes, root: str) -> Agent:
    """An agent file, or an AGENTS.md. Its front matter is read as its own tools read it: leniently."""
    document = Document.parse(content)
    fields = document.front_matter
    # A description with a colon is no fault for those who use the file: only strict readers trip over it.
    lenient = range(0) if fields.strict else range(fields.line, document.body)
    return Agent(
        path=path,
        root=root,
        problems=tuple(problem for problem in document.problems if problem.line not in lenient),
        lines=field_lines(document),
        **named_texts(fields, "name", "description", "model"),
        tools=tuple(entry.text for entry in fields.listed("tools")),
        strict=fields.strict if document.has_front_matter else None,
        headings=tuple(Item(section.title, section.line) for section in document.sections),
        output_format=_first(document, _FORMAT, _output_format),
        checklist=_first(document, _CHECKLIST, _checklist),
        error_taxonomy=_first(document, _TAXONOMY, _error_taxonomy),
        duties=_duties(document),
        cites_code=any(_CITES.search(line[:2000]) for _, line in document.prose(document.whole)),
    )


def _parts(document: Document, pattern: re.Pattern[str]) -> list[Section]:
    """The sections whose heading fits, and what follows a line of its own that fits and reads like a heading."""
    found = [section for section in document.sections if pattern.search(section.title[:300])]
    if found:
        return found[:20]
    lines = [(number, line.strip().strip("*:")) for number, line in document.prose(document.whole) if line[:1].strip()]
    titles = [number for number, line in lines if _PLAIN_HEADING.match(line[:100])]
    for place, number in enumerate(titles):
        if pattern.search(document.lines[number - 1][:300]):
            later = [line for line in (*titles[place + 1 :], *(s.line for s in document.sections)) if line > number]
            end = min(later, default=document.end)
            return [Section(document.lines[number - 1].strip(), 0, number, number + 1, end)]
    return []


def _first(document: Document, pattern: re.Pattern[str], read: Callable[[Document, Section], tuple[Any, ...]]) -> Any:
    """What the first section with a fitting heading holds that holds anything."""
    return next(filter(None, (read(document, section) for section in _parts(document, pattern))), ())


def _output_format(document: Document, section: Section) -> tuple[Item, ...]:
    """What the answer has to hold: headings and bold leads of the fenced template, else the leads of the section."""
    for fence in document.fences(section):
        inside = range(fence.line + 1, min(fence.end, section.end) - 1)
        template = (_demanded(number, document.lines[number - 1]) for number in inside)
        if named := tuple(filter(None, template)):
            return named
    demanded = [Item(lead.name, lead.line) for lead in document.leads(section)]
    for bullet in document.items(section):
        if bullet.text.startswith("**") and ":" not in bullet.text:
            demanded.append(Item(bullet.text[2:].partition("**")[0].strip(" :"), bullet.line))
        if _INCLUDE.match(bullet.text):
            demanded += [Item(name, bullet.line) for name in _QUOTED.findall(bullet.text)]
    return tuple(sorted(dict.fromkeys(demanded), key=lambda item: item.line))


def _demanded(line: int, text: str) -> Item | None:
    """A heading or bold lead of a template; its title line, which names the work at hand, is none."""
    heading = _HEADING.match(text)
    if heading:
        title = heading[2].strip().rstrip("#").strip()
        return None if re.search(r"\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>", title) or not title else Item(title, line)
    lead = _LEAD.match(text)
    return Item(lead[1].strip(), line) if lead and (lead[2] or lead[3]) else None


def _checklist(document: Document, section: Section) -> tuple[Item, ...]:
    return tuple(Item(item.text, item.line) for item in document.items(section) if item.done is not None)


def _error_taxonomy(document: Document, section: Section) -> tuple[tuple[str, str], ...]:
    pairs = (_LABEL.match(item.text) for item in document.items(section))
    return tuple((pair[1].strip(), pair[2].strip()) for pair in pairs if pair)


def _duties(document: Document) -> tuple[Item, ...]:
    """The numbered steps of the execution contract."""
    for section in document.sections:
        if _DUTIES.search(section.title[:300]) and (steps := _steps(document.items(section))):
            return steps
    for number, line in document.prose(document.whole):
        if _DUTIES.search(line[:2000]):
            end = next((section.line for section in document.sections if section.line > number), document.end)
            return _steps(document.items(Section("", 0, number, number + 1, end)))
    return ()


def _steps(items: tuple[ListItem, ...]) -> tuple[Item, ...]:
    """The outermost numbered items of the first numbered list; a list that begins at one again is another one."""
    steps: list[Item] = []
    last = 0
    for item in items:
        if _NUMBERED.match(item.marker) and item.indent <= 1:
            number = int(item.marker[:-1])
            if steps and number < last:
                break
            last = number
            steps.append(Item(item.text, item.line))
    return tuple(steps)


_PLACES = (
    *(f".{{tool}}/{folder}/{{folders}}{{name}}.md" for folder in ("agents", "sub_agents", "subagents")),
    "plugins/{tool}/agents/{folders}{name}.md", "AGENTS.md", "CLAUDE.md", "GEMINI.md", "QWEN.md",
)  # fmt: skip

KIND = Kind("agent", Agent, _PLACES, parse, example=".claude/agents/reviewer.md")
