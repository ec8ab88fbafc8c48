"""The form of one record: its fences and front matter. What it says stays, and that is proved."""

from difflib import SequenceMatcher
from typing import NamedTuple

from sdd.authoring.repair.front_matter import repaired as repaired_head
from sdd.authoring.statements import losses, lost_keys
from sdd.authoring.yaml_text import yaml_lines
from sdd.base.limits import RECORD_BYTES
from sdd.document import Document
from sdd.document.front_matter import locate
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import AnyKind, Record
from sdd.records.kinds.waiver import Waiver

_WITH_FRONT_MATTER = (Phr, Contract, Adr, Waiver)
_FROM_LEADS = ("id", "title", "stage", "date", "surface", "model", "feature", "branch", "user")
_BOM = b"\xef\xbb\xbf"


class RepairedForm(NamedTuple):
    """A record's content after the repair, and what was done; `lost` names what a repair would have lost."""

    content: bytes
    done: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def repaired_form(kind: AnyKind, path: str, root: str, content: bytes) -> RepairedForm:
    """The form of the record at `path`. One that can be read, one without front matter by its kind, and one that is no
    text are left alone.
    """
    before = kind.parse(path, content, root)
    text = _text(plain(content))
    if text is None or not before.problems or kind.record not in _WITH_FRONT_MATTER:
        return RepairedForm(content)
    repaired, done = _fenced(text, before)
    after = as_it_was(content, repaired.encode())
    now = kind.parse(path, after, root)
    if len(now.problems) >= len(before.problems):
        return RepairedForm(content)
    if lost := (*losses(before, now), *lost_keys(Document.parse(content), Document.parse(after))):
        return RepairedForm(content, lost=lost)
    # What is YAML now may show a fault that could not be told before.
    rest = repaired_form(kind, path, root, after)
    return rest._replace(done=tuple(dict.fromkeys((*done, *rest.done))))


def plain(content: bytes) -> bytes:
    """Content without a byte order mark and with line feeds only: what a repair works on."""
    return content.removeprefix(_BOM).replace(b"\r\n", b"\n")


def as_it_was(before: bytes, after: bytes) -> bytes:
    """`after`, made of `plain(before)`, with the byte order mark and the line ends of `before`."""
    mark = _BOM if before.startswith(_BOM) else b""
    if b"\r\n" not in before:
        return mark + after
    old, new = before.removeprefix(mark).split(b"\n"), after.split(b"\n")
    with_return = sum(line.endswith(b"\r") for line in old)
    if with_return >= len(old) - 1:
        return mark + b"\r\n".join(new)
    end = b"\r" * (2 * with_return > len(old))
    lines = [line + end for line in new[:-1]] + new[-1:]
    same = SequenceMatcher(None, [line.removesuffix(b"\r") for line in old], new, autojunk=False)
    for _, first, behind_first, second, behind_second in same.get_opcodes():
        for line, number in zip(old[first:behind_first], range(second, behind_second), strict=False):
            lines[number] = new[number] + b"\r" * line.endswith(b"\r")
    return mark + b"\n".join(lines)


def _text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8") if 0 < len(content) <= RECORD_BYTES else None
    except UnicodeDecodeError:
        return None
    return None if text is None or "\0" in text else text


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
