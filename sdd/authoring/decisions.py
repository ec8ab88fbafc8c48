"""A new architecture decision record, and the older ones that it supersedes."""

import posixpath
import re
from collections.abc import Sequence

from sdd.authoring.identity import slug, write_record
from sdd.authoring.prose import one_line
from sdd.authoring.templates import fill, project_template
from sdd.authoring.yaml_text import scalar
from sdd.base.errors import SddError, UsageError
from sdd.document.source import Source
from sdd.gate.preview import ChangeState
from sdd.records.kinds import adr as adrs
from sdd.records.kinds.adr import Adr, AdrStatus
from sdd.records.layout import ADRS
from sdd.records.packaged import ADR
from sdd.records.project import records_of
from sdd.repo.journal import Journal
from sdd.repo.worktree import rewrite

# A longer line holds more than a status, and is then refused.
_LONGEST = 300
_KEY = re.compile(r"((?i:status)[ \t]*:[ \t]*)(\S.*?)([ \t]*(?:[ \t]#.*)?)")
_LEAD = re.compile(
    r"([ \t]*(?:[-*+>][ \t]+)?(?:\*\*)?(?i:status)(?:\*\*)?[ \t]*:(?:\*\*)?[ \t]*)(.+?)([ \t]*(?: \| .*)?)"
)
_LINE = re.compile(r"([ \t]*)(\S.*?)([ \t]*)")
_WORD = re.compile(r"[^\w]*[^\W\d_]+[^\w]*")


def write_adr(
    state: ChangeState,
    title: str,
    status: AdrStatus,
    feature: str | None,
    superseded: Sequence[Adr],
    today: str,
    journal: Journal,
) -> tuple[str, str]:
    """Writes an ADR into the work tree, beside the others, and marks those that it supersedes: (id, path from the top).

    `today` is YYYY-MM-DD. Raises UsageError for an unknown feature and where a title makes no name, SddError where
    the status of a superseded one has a form that cannot be changed. Then nothing is written. What an earlier run of
    the command wrote, by its `journal`, is kept.
    """
    top = state.repository.work_tree
    assert top, "a state has a work tree"
    values = {"title": one_line(title), "status": status, "date": today}
    values |= {"feature": state.work.feature(feature, required=False) or ""}
    before = {old.path: (top / old.path).read_bytes() for old in superseded if not journal.is_written(old.path)}
    after: dict[str, bytes] = {}

    def text(number: str, path: str) -> str:
        if not state.project.kind_of(path):
            raise UsageError(f"{path} would not be read as an ADR", "begin the title with another word")
        marked = (old for old in superseded if old.path in before)
        after.update({old.path: _superseded(old, before[old.path], number, path) for old in marked})
        links = ", ".join(_link(old.id or old.path, path, old.path) for old in superseded)
        filled = fill(project_template(ADR, top / state.root), {**values, "id": number, "supersedes": links})
        return _with_status(path, filled.encode("utf-8", "replace"), status).decode()

    journal.note(*before)
    number, path = write_record(state.repository, state.root, _folder(state), f"{slug(title)}.md", text, journal)
    for old, content in after.items():
        rewrite(top / old, before[old], content)
    return number, path


def _folder(state: ChangeState) -> str:
    """Where this root keeps its ADRs, below it; history/adr where it has none yet."""
    below = (adr.path for adr in records_of(state.tree, state.reader, Adr) if adr.root == state.root)
    folders = {path.removeprefix(state.project.path("")).rpartition("/")[0] for path in below}
    usual = state.project.placed(ADRS)
    return usual if usual in folders or not folders else min(folders)


def _superseded(old: Adr, content: bytes, number: str, path: str) -> bytes:
    """The content of an older ADR with the status that says which one came in its place."""
    status = f"{AdrStatus.SUPERSEDED} by {_link(number, old.path, path)}"
    # What follows the bare word (since when, on whose word) is part of the decision.
    former = old.status_written or ""
    return _set_status(old, content, status if _WORD.fullmatch(former) or not former else f"{status} ({former})")


def _with_status(path: str, content: bytes, status: AdrStatus) -> bytes:
    """The content of a new ADR; a template that has no place for a status, but one of its own, gets it changed."""
    new = adrs.parse(path, content, "")
    return content if new.status == status else _set_status(new, content, status)


def _set_status(adr: Adr, content: bytes, status: str) -> bytes:
    """`content`, which `adr` was read from, with another status and nothing else changed. Raises SddError."""
    source, line = Source.of(content), adr.lines.get("status", 0)
    if not line:
        title = next((number for number in range(1, len(source.lines) + 1) if source.text(number).startswith("# ")), 0)
        lead = f"**Status**: {status}"
        source = source.inserted(title + 1, ["", lead] if title else [lead, ""])
    else:
        text = source.text(line)[:_LONGEST]
        key = _KEY.fullmatch(text)
        match = key or _LEAD.fullmatch(text) or _LINE.fullmatch(text)
        written = scalar(status) if key and "[" in status else status
        source = source.replaced(line, f"{match[1]}{written}{match[3]}" if match else status)
    changed = adrs.parse(adr.path, source.content, adr.root)
    if changed.status_written != status.strip("*_` ") or " ".join(changed.body.split()) != " ".join(adr.body.split()):
        raise SddError(
            f"{adr.path}:{adr.at('status')}: its status has a form that sdd cannot change",
            f"nothing was written; write by hand: **Status**: {status}",
        )
    return source.content


def _link(number: str, seen_from: str, path: str) -> str:
    return f"[ADR-{number}]({posixpath.relpath(path, posixpath.dirname(seen_from) or '.')})"
