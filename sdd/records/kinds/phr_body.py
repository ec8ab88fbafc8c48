"""The sections of a PHR: where prompt and response begin and end, whatever they hold and are called."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.document import Document, FrontMatter, Section, is_none_like
from sdd.document.body import plain_title, plain_titles
from sdd.records.kinds.reading import is_left_over, is_token, may_hold_tokens
from sdd.records.kinds.record import Item

PROMPT = ("Prompt", "Prompt Text", "User Prompt", "Original Prompt", "User Input", "User Request", "Prompt Summary")
RESPONSE = (
    "Response snapshot", "Response", "Response Text", "Response Summary",
    "Assistant Response", "Agent Response", "AI Response", "Assistant Response Summary", "Agent Response Summary",
    "AI Response Summary", "Summary of Response",
)  # fmt: skip
# What people write instead. A prompt and a response have sections of these names too, so the titles above come first.
_ALSO_PROMPT = (
    "Original Request", "Original User Request", "Original Prompt Text", "Original User Prompt", "Initial Request",
    "Initial Prompt", "Full Prompt", "Prompt Content", "User Command", "User Intent", "User Query", "User Message",
    "User Instructions", "Request", "Query",
)  # fmt: skip
_ALSO_RESPONSE = (
    "AI Response Snapshot", "Response Content", "Response Details", "Change Made", "Changes Made", "Actions Taken",
    "Work Done", "Work Completed", "Key Accomplishments", "Implementation Summary", "Result", "Results", "Output",
    "Solution", "Summary",
)  # fmt: skip
OUTCOME = ("Outcome", "Outcomes", "Outcome & Impact", "Outcome and Impact")
_AFTER = (
    *OUTCOME, "Evaluation notes", "Evaluation", "Execution contract", "Next Prompts", "Reflection", "Reflection Note",
    "Tests Summary", "Files Summary",
)  # fmt: skip
_FOLLOWING, _SPOKEN = plain_titles(_AFTER), plain_titles((*PROMPT, *RESPONSE))
_NEXT_PROMPTS = regex(r"[^\w]*next prompts?\b[*_\s]*:[*_]*\s*(.*)", re.IGNORECASE | re.DOTALL)
_OTHER_BULLET = regex(r"[^\w]*(?:impact|tests|files|reflection|captured|not attributed)\b[*_\s]*:", re.IGNORECASE)
# The labels of spec-kit-plus's template stand in every PHR: whoever searches for "failure" means none of them.
_LABELS = regex(
    r"^[^\w\n]*(?:Impact|Tests|Files|Next prompts|Reflection|Captured|Not attributed|Failure modes observed"
    r"|Graders run and results|Prompt variant|Next experiment)\b(?:[ \t]*\([^()\n]*\))?[*_\s]*:[*_]*",
    re.IGNORECASE | re.MULTILINE,
)
_PARTS = (
    "Scope", "Success criteria", "Constraints", "Invariants", "Non-goals", "Acceptance checks", "Discovery",
    "Follow-ups",
)  # fmt: skip
_FRONT_MATTER = regex(r"---[ \t]*\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)
_HEADING = regex(r"^#{1,6}[ \t]+([^\n]+)$", re.MULTILINE)
_COMMAND_TEXT = regex(r"\s*You \*{0,2}MUST\*{0,2} consider the user input before proceeding")
_OPENING = regex(r" {0,3}(`{3,}|~{3,})")
_LABEL = regex(r"\s*+(?:\*\*|__)[^*_\n]{1,60}(?:\*\*|__)[^\n]{0,30}:[ \t]*\n(?:[ \t]*\n){0,3}(?=(`{3,}|~{3,}))")


def prompt_section(document: Document) -> Section | None:
    """The section of the prompt. It ends where the response begins: a prompt may hold headings of its own."""
    section = document.section(*PROMPT) or document.section(*_ALSO_PROMPT)
    response = document.section(*RESPONSE)
    return _extended(document, section, RESPONSE if response else _ALSO_RESPONSE)


def response_section(document: Document) -> Section | None:
    """The section of the response; it ends where the outcome begins."""
    section = document.section(*RESPONSE)
    if section is None:
        return document.section(*_ALSO_RESPONSE)
    extended = _extended(document, section, _AFTER)
    return _beyond_headings(document, section) if extended == section and not document.text(section) else extended


def _beyond_headings(document: Document, section: Section) -> Section:
    """A section that ends at once, at a heading of its own, up to the next known title or to the end."""
    ends = plain_titles((*_AFTER, *PROMPT, *_ALSO_PROMPT))
    later = (other for other in document.sections if other.line > section.line)
    end = next((other.line for other in later if plain_title(other.title) in ends), document.end)
    return section._replace(end=end)


def own_section(document: Document, *titles: str) -> Section | None:
    """The last section with one of `titles`: an earlier one was quoted in the prompt or the response."""
    wanted = plain_titles(titles)
    for section in reversed(document.sections):
        if plain_title(section.title) in wanted:
            return section
    return None


def spoken(fields: FrontMatter, document: Document, section: Section | None, key: str, speaker: str) -> str | None:
    """What was said, word for word: from the front matter, else from the section. None where there is nothing."""
    if above := _spoken_above(fields, key, speaker):
        return above
    text = _unwrapped(document.text(section)) if section else ""
    return None if not text or is_none_like(text) else text


def _spoken_above(fields: FrontMatter, key: str, speaker: str) -> str | None:
    said = fields.find(key)
    prompts = fields.find("prompts")
    text = said.text if said else dict(prompts.pairs or ()).get(speaker) if prompts else None
    text = text if isinstance(text, str) or text is None else text.text
    return None if text is None or is_none_like(text) else text.strip()


class Passage(NamedTuple):
    """A heading of the body and what it says up to the next one, word for word; the first is what no heading is above.

    `may_follow` says that it belongs to what may come after the prompt and the response, such as an outcome;
    `is_title` that it is the heading of the whole record, and says nothing else.
    """

    text: str
    may_follow: bool = False
    is_title: bool = False


def passages_beside(
    fields: FrontMatter, document: Document, prompt: Section | None, response: Section | None, contract: Section | None
) -> Iterator[Passage]:
    """What the body says outside of the prompt and the response that count, and of the contract.

    One called a prompt or a response has no place there, nor in what may follow: it is told wherever it stands.
    """
    counted = [prompt] if prompt and not _spoken_above(fields, "prompt_text", "user") else []
    counted += [response] if response and not _spoken_above(fields, "response_text", "assistant") else []
    names = [plain_title(section.title) for section in document.sections]
    lines = [section.line for section in document.sections]
    first = min((section.line for section in counted), default=None) or next(
        (line for line, name in zip(lines, names, strict=True) if name in _FOLLOWING), document.end
    )
    ends = (*lines, document.end)
    yield Passage(document.text(document.whole._replace(end=ends[0])))
    end = first
    for section, name, next_line in zip(document.sections, names, ends[1:], strict=True):
        if any(own.line <= section.line < own.end for own in counted):
            continue
        end = max(end, section.end) if name in _FOLLOWING else end
        is_second = name in _SPOKEN
        if is_second or not (contract and contract.line <= section.line < contract.end):
            may_follow = not is_second and first <= section.line < end
            is_title = section.level == 1 and not document.text(section._replace(end=next_line))
            yield Passage(document.text(section._replace(start=section.line, end=next_line)), may_follow, is_title)


def without_labels(text: str) -> str:
    """What the text of a PHR says below its front matter: every line in its place, but the template's words blank."""
    known = plain_titles((*PROMPT, *RESPONSE, *_ALSO_PROMPT, *_ALSO_RESPONSE, *_AFTER, *_PARTS))
    head = _FRONT_MATTER.match(text)
    body = "\n" * head[0].count("\n") + text[head.end() :] if head else text
    body = _HEADING.sub(lambda heading: "" if plain_title(heading[1]) in known else heading[0], body)
    return _LABELS.sub("", body)


def next_prompts(document: Document, outcome: Section | None) -> tuple[Item, ...]:
    """The follow-ups that the outcome names: "Next prompts" and the bullets below it, or a section of that name."""
    found: list[Item] = []
    inside: int | None = None
    for item in document.items(outcome) if outcome else ():
        match = _NEXT_PROMPTS.match(item.text)
        if match:
            inside = item.indent
            found.append(Item(match[1].strip(), item.line))
        elif inside is not None and item.indent > inside and not _OTHER_BULLET.match(item.text):
            found.append(Item(item.text, item.line))
        else:
            inside = None
    own = document.section("Next Prompts")
    found += [Item(item.text, item.line) for item in document.items(own)] if own else []
    return tuple(item for item in found if not is_none_like(item.text.strip("*_`. ")))


def left_over(
    document: Document, fields: FrontMatter, prompt: Section | None, response: Section | None
) -> Iterator[Item]:
    """Template tokens: any in the front matter, in prompt and response only where it is all there is."""
    head = "\n".join(document.lines[: document.body - 1])
    # A value holds nothing that its source does not, but for what a backslash escapes.
    if "\\" in head or may_hold_tokens(head) or not document.has_front_matter:
        yield from _in_fields(fields)
    for key, section in (("prompt_text", prompt), ("response_text", response)):
        said = fields.find(key)
        whole = Item(said.text, said.line) if said else Item(document.text(section), section.line) if section else None
        if whole and is_token(whole.text):
            yield Item(whole.text.strip(), whole.line)


def _in_fields(fields: FrontMatter) -> Iterator[Item]:
    for key, found in fields.values.items():
        if key in ("prompt_text", "response_text"):
            continue
        for entry in (found,) if is_left_over(found) else found.inner:
            if is_token(entry.text):
                yield Item(entry.text.strip(), entry.line)


def _extended(document: Document, section: Section | None, following: tuple[str, ...]) -> Section | None:
    """`section` up to the first of the `following` titles at its level or above, headings between them included."""
    if section is None:
        return None
    wanted = plain_titles(following)
    for other in document.sections:
        if other.line > section.line and other.level <= section.level and plain_title(other.title) in wanted:
            return section._replace(end=other.line)
    return section


def _unwrapped(text: str) -> str:
    """A prompt without the code fence that opens it, or without the quotation marks before every line."""
    label = _LABEL.match(text)
    text = text[label.end() :] if label else text
    fence = _OPENING.match(text)
    if not fence and not text.lstrip().startswith(">"):
        return text
    lines = text.split("\n")
    if fence:
        closing = next((number for number, line in enumerate(lines[1:], 1) if _closes(line, fence[1])), None)
        after = [] if closing is None else lines[closing + 1 :]
        # What a slash command says behind the user's words is the command's own text, not the prompt.
        after = [] if _COMMAND_TEXT.match("\n".join(after)) else after
        lines = [*lines[1:closing], *after]
    elif all(line.startswith(">") for line in lines if line.strip()):
        lines = [line[1:].removeprefix(" ") for line in lines]
    return "\n".join(lines).strip("\n").rstrip()


def _closes(line: str, fence: str) -> bool:
    bare = line.strip()
    return bare.startswith(fence) and not bare.strip(fence[0])
