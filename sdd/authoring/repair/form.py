"""The form of one record: its bytes, its fences, its front matter. What it says stays, and that is proved."""

from collections.abc import Iterator
from typing import NamedTuple

from sdd.authoring.repair.front_matter import repaired as repaired_head
from sdd.authoring.repair.sections import moved
from sdd.authoring.statements import losses, lost_keys
from sdd.authoring.yaml_text import yaml_lines
from sdd.document import READ_LIMIT, Document
from sdd.document.front_matter import locate
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import AnyKind, Record
from sdd.records.kinds.waiver import Waiver

_WITH_FRONT_MATTER = (Phr, Contract, Adr, Waiver)
_FROM_LEADS = ("id", "title", "stage", "date", "surface", "model", "feature", "branch", "user")
# More than any record needs; two repairs that undo each other's work must not go on for ever.
_ROUNDS = 10


class Form(NamedTuple):
    """A record's content after the repair, and what was done; `lost` names what a repair would have lost."""

    content: bytes
    done: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def repaired_form(kind: AnyKind, path: str, root: str, content: bytes) -> Form:
    """The form of the record at `path`, repaired until nothing is left to do.

    Content that is no text, and agent files, are left alone.
    """
    form = Form(content)
    # One repair makes room for another: two keys may say the same once both are spelt alike, so one of them can go.
    for _ in range(_ROUNDS):
        repaired = _one_round(kind, path, root, form.content)
        is_last = repaired.content == form.content
        form = repaired._replace(done=tuple(dict.fromkeys((*form.done, *repaired.done))))
        if is_last:
            break
    return form


def _one_round(kind: AnyKind, path: str, root: str, content: bytes) -> Form:
    text = _text(content)
    if text is None or kind.record is Agent or "\0" in text:
        return Form(content)
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
            return attempt._replace(lost=lost) if after != content else Form(content, lost=lost)
        lost = lost or lost_now
    return Form(content, lost=lost)


def _attempts(kind: AnyKind, before: Record, text: str) -> Iterator[Form]:
    plain, done = _plain(text)
    if kind.record in _WITH_FRONT_MATTER:
        fenced, more = _fenced(plain, before)
        if kind.record is Phr:
            sections, still_more = moved(fenced)
            yield Form(sections.encode(), (*done, *more, *still_more))
        yield Form(fenced.encode(), (*done, *more))
    yield Form(plain.encode(), tuple(done))


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
    head = repaired_head(lines[place.start : place.end])
    closed = place.end < place.body
    done += [] if opened else ["added the opening ---"]
    done += [] if closed else ["added the closing ---"]
    if not closed and body and body[0].strip():
        body.insert(0, "")
    return "\n".join(["---", *head.lines, lines[place.end] if closed else "---", *body]), [*done, *head.done]


def _from_leads(phr: Phr) -> list[str]:
    """The front matter of a PHR that has none, from its bold lines and its name; nothing where these say too little."""
    values = {name: getattr(phr, name) for name in _FROM_LEADS} | {"stage": phr.stage_written, "date": phr.date_written}
    if not values["title"] or not (values["stage"] or values["date"]):
        return []
    return [line for name, value in values.items() if value for line in yaml_lines(name, value)]
