"""The form of one record: its bytes, fences, front matter and sections. What it says stays, and that is proved."""

from collections.abc import Iterator
from typing import NamedTuple

from sdd.authoring.front_matter import keys_of
from sdd.authoring.prose import verbatim
from sdd.authoring.repair.front_matter import repaired as repaired_head
from sdd.authoring.statements import losses, lost_keys
from sdd.authoring.yaml_text import yaml_lines
from sdd.document import READ_LIMIT, Document, is_none_like
from sdd.document.front_matter import locate
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.phr_body import OUTCOME, PROMPT, RESPONSE
from sdd.records.kinds.reading import is_token
from sdd.records.kinds.record import AnyKind, Record
from sdd.records.kinds.waiver import Waiver

_WITH_FRONT_MATTER = (Phr, Contract, Adr, Waiver)
_FROM_LEADS = ("id", "title", "stage", "date", "surface", "model", "feature", "branch", "user")
_MOVES = (("prompt_text", "Prompt", PROMPT), ("response_text", "Response snapshot", RESPONSE))
_AFTER_RESPONSE = (*OUTCOME, "Evaluation notes", "Evaluation", "Execution contract")
# More than any record needs; two repairs that undo each other's work must not go on for ever.
_ROUNDS = 10


class RepairedForm(NamedTuple):
    """A record's content after the repair, and what was done; `lost` names what a repair would have lost."""

    content: bytes
    done: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def repaired_form(kind: AnyKind, path: str, root: str, content: bytes) -> RepairedForm:
    """The form of the record at `path`, repaired until nothing is left to do.

    Content that is no text, and agent files, are left alone.
    """
    form = RepairedForm(content)
    # One repair makes room for another: two keys may say the same once both are spelt alike, so one of them can go.
    for _ in range(_ROUNDS):
        repaired = _one_round(kind, path, root, form.content)
        is_last = repaired.content == form.content
        form = repaired._replace(done=tuple(dict.fromkeys((*form.done, *repaired.done))))
        if is_last:
            break
    return form


def _one_round(kind: AnyKind, path: str, root: str, content: bytes) -> RepairedForm:
    text = _text(content)
    if text is None or kind.record is Agent or "\0" in text:
        return RepairedForm(content)
    before = kind.parse(path, content, root)
    lost: tuple[str, ...] = ()
    # As much as can be done without loss: all of it, else all but moving sections, else the bytes alone.
    for attempt in _attempts(kind, before, text):
        after = attempt.content
        lost_now = (
            *losses(before, kind.parse(path, after, root)),
            *(lost_keys(Document.parse(content), Document.parse(after)) if kind.record in _WITH_FRONT_MATTER else ()),
        )
        if not lost_now:
            return attempt._replace(lost=lost) if after != content else RepairedForm(content, lost=lost)
        lost = lost or lost_now
    return RepairedForm(content, lost=lost)


def _attempts(kind: AnyKind, before: Record, text: str) -> Iterator[RepairedForm]:
    plain, done = _plain(text)
    if kind.record in _WITH_FRONT_MATTER:
        fenced, more = _fenced(plain, before)
        if kind.record is Phr:
            sections, still_more = _with_sections(fenced)
            yield RepairedForm(sections.encode(), (*done, *more, *still_more))
        yield RepairedForm(fenced.encode(), (*done, *more))
    yield RepairedForm(plain.encode(), tuple(done))


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8") if 0 < len(content) <= READ_LIMIT else None
    except UnicodeDecodeError:
        return None


def _plain(text: str) -> tuple[str, list[str]]:
    done = []
    if text.startswith("\ufeff"):
        text = text.removeprefix("\ufeff")
        done.append("removed the byte order mark")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        done.append("converted line ends to line feeds")
    return text, done


def _fenced(text: str, before: Record) -> tuple[str, list[str]]:
    """Front matter at the very top, between its two fences and in YAML; no code fence around the file."""
    lines = text.split("\n")
    place = locate(lines)
    first = place.body if place.start is None else place.start
    opened = place.start is not None and first > 0 and lines[first - 1].rstrip() == "---"
    above, body = lines[: first - opened], lines[place.body : place.last]
    wrapped = any(line.strip() for line in above)
    done = ["removed the code fence"] if wrapped else []
    if wrapped and (not body or body[-1]):
        body.append("")
    if place.start is None:
        made = _from_leads(before) if isinstance(before, Phr) else []
        if made:
            return "\n".join(["---", *made, "---", "", *body]), [*done, "wrote front matter from its bold lines"]
        return ("\n".join(body), done) if wrapped else (text, done)
    head, head_done = repaired_head(lines[place.start : place.end])
    closed = place.end < place.body
    done += [] if opened else ["added the opening ---"]
    done += [] if closed else ["added the closing ---"]
    if not closed and body and body[0].strip():
        body.insert(0, "")
    return "\n".join(["---", *head, lines[place.end] if closed else "---", *body]), [*done, *head_done]


def _from_leads(phr: Phr) -> list[str]:
    """The front matter of a PHR that has none, from its bold lines and its name; nothing where these say too little."""
    values = {name: getattr(phr, name) for name in _FROM_LEADS} | {"stage": phr.stage_written, "date": phr.date_written}
    if not values["title"] or not (values["stage"] or values["date"]):
        return []
    return [line for name, value in values.items() if value for line in yaml_lines(name, value)]


def _with_sections(text: str) -> tuple[str, list[str]]:
    """A PHR's text with `prompt_text` and `response_text` as sections, and what was done.

    A section that says something else already stays, and so does the key.
    """
    done = []
    for key, title, titles in _MOVES:
        document = Document.parse(text.encode())
        value = document.front_matter.values.get(key)
        if value is None or is_none_like(value.text) or is_token(value.text):
            continue
        section = document.section(*titles)
        old = document.text(section) if section else ""
        moved_text = verbatim(value.text.strip())
        if section and old and old != moved_text and not is_none_like(old) and not is_token(old):
            continue
        lines = list(document.lines)
        own = next(known for known in keys_of(lines) if known.name == key)
        del lines[own.start : own.end]
        shift = len(document.lines) - len(lines)
        if section:
            lines[section.start - 1 - shift : section.end - 1 - shift] = ["", moved_text, ""]
        else:
            place = _line_of(document, key) - 1 - shift
            above, below = _blank_after(lines[:place]), _blank_before(lines[place:])
            lines[place:place] = [*above, f"## {title}", "", moved_text, *below]
        text = "\n".join(lines)
        done.append(f"made {key} a section")
    return text, done


def _line_of(document: Document, key: str) -> int:
    """The line that a missing section comes before: the response follows the prompt, the outcome follows both."""
    following = _AFTER_RESPONSE if key == "response_text" else (*RESPONSE, *_AFTER_RESPONSE)
    next_section = document.section(*following, level=2)
    if next_section:
        return next_section.line
    prompt = document.section(*PROMPT, level=2)
    return prompt.end if prompt and key == "response_text" else document.preamble.end


def _blank_after(lines: list[str]) -> list[str]:
    return [""] if lines and lines[-1].strip() else []


def _blank_before(lines: list[str]) -> list[str]:
    return [""] if not lines or lines[0].strip() or lines == [""] else []
