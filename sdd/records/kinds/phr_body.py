"""The sections of a PHR: where prompt and response begin and end, whatever they hold and are called."""

import re

from sdd.base.regex import regex
from sdd.document import Document, FrontMatter, Section, is_none_like
from sdd.document.body import plain_title, plain_titles
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


def further_sections(
    fields: FrontMatter, document: Document, prompt: Section | None, response: Section | None
) -> tuple[tuple[str, str], ...]:
    """(title, text) of what stands beside the two that count: what comes above them, without a title, and
    every section but those that may follow them. One called a prompt or a response has no place
    in those either.
    """
    counted = _counted(fields, prompt, response)
    following = plain_titles(_AFTER)
    after = [section for section in document.sections if plain_title(section.title) in following]
    first = min((section.line for section in counted or after), default=document.end)
    beside = [("", document.text(document.whole._replace(end=first)))]
    titles, end = plain_titles((*PROMPT, *RESPONSE)), first
    for section in document.sections:
        title = plain_title(section.title)
        if any(own.line <= section.line < own.end for own in counted):
            continue
        end = max(end, section.end) if title in following else end
        if title in titles or (section.line >= end and title not in following):
            beside.append((title, document.text(section)))
    return tuple(beside)


def other_sections(
    fields: FrontMatter, document: Document, prompt: Section | None, response: Section | None, contract: Section | None
) -> str | None:
    """All that the body says outside of prompt, response and contract, word for word."""
    told = [*_counted(fields, prompt, response), *([contract] if contract else [])]
    ends = [section.line for section in document.sections] + [document.end]
    parts = [document.text(document.whole._replace(end=ends[0]))]
    for section, end in zip(document.sections, ends[1:], strict=True):
        says = document.text(section._replace(end=end))
        # The heading of the whole record repeats its title.
        if (says or section.level > 1) and not any(own.line <= section.line < own.end for own in told):
            parts.append(document.text(section._replace(start=section.line, end=end)))
    return "\n\n".join(filter(None, parts)) or None


def _counted(fields: FrontMatter, prompt: Section | None, response: Section | None) -> list[Section]:
    """The sections that hold the prompt and the response, unless the front matter does."""
    counted = [prompt] if prompt and not _spoken_above(fields, "prompt_text", "user") else []
    return counted + ([response] if response and not _spoken_above(fields, "response_text", "assistant") else [])


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
