"""Every record of a tree, repaired in form, name and place."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sdd.authoring.front_matter import with_key
from sdd.authoring.repair.form import repaired_form
from sdd.authoring.repair.location import right_location
from sdd.authoring.repair.mentions import Moves, with_mentions
from sdd.authoring.repair.origin import files_of_its_commit
from sdd.authoring.repair.plan import Refusal, Repair, RepairPlan
from sdd.authoring.statements import losses
from sdd.base import paths
from sdd.records.kinds import locate
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import AnyKind, Record
from sdd.records.project import Reader
from sdd.repo.objects import EXECUTABLE, Repository, Tree


class _Outcome(NamedTuple):
    """What a record was, what it becomes, and what stays wrong with it."""

    path: str
    to: str
    root: str
    kind: AnyKind
    before: bytes
    after: bytes
    done: tuple[str, ...]
    left: tuple[Refusal, ...]


def plan_repairs(repository: Repository, tree: Tree, reader: Reader, only: Sequence[str] = ()) -> RepairPlan:
    """What can be repaired in a tree without loss, and what cannot; with `only`, at these paths and below them."""
    entries = dict(tree.walk())
    wanted = [path for path, entry in entries.items() if entry.is_file and _is_at(path, only)]
    located = [(path, *kind) for path in wanted if (kind := locate(path))]
    records = [
        _repaired(repository, tree, path, root, kind, reader.content(entries[path])) for path, root, kind in located
    ]
    records = _without_clashes(records, set(entries))
    moves = Moves({record.path: record.to for record in records if record.path != record.to})
    repairs = {record.path: _as_repair(record, entries[record.path].mode == EXECUTABLE) for record in records}
    for repair in with_mentions(tree, reader, moves, repairs) if moves.files else ():
        repairs[repair.path] = repair
    return RepairPlan(
        tuple(repair for _, repair in sorted(repairs.items()) if repair.done),
        tuple(sorted(refusal for record in records for refusal in record.left)),
    )


def _is_at(path: str, only: Sequence[str]) -> bool:
    return not only or any(path == wanted or paths.is_below(path, wanted) for wanted in only)


def _as_repair(record: _Outcome, executable: bool) -> Repair:
    return Repair(record.path, record.to, record.before, record.after, record.done, executable)


def _repaired(repository: Repository, tree: Tree, path: str, root: str, kind: AnyKind, before: bytes) -> _Outcome:
    form = repaired_form(kind, path, root, before)
    record = kind.parse(path, form.content, root)
    after, done, to, left = form.content, form.done, path, _problems(record, form.lost)
    if isinstance(record, Phr) and not record.problems:
        after, more = _filled(repository, record, after, kind)
        location = right_location(record)
        reason = location.reason or _doubt(tree, record, location.path)
        to = path if reason else location.path
        done = (*done, *more, *(() if reason else location.done))
        left += (Refusal(path, record.at("stage"), reason),) if reason else ()
    return _Outcome(path, to, root, kind, before, after, done, left)


def _problems(record: Record, lost: tuple[str, ...]) -> tuple[Refusal, ...]:
    """What still cannot be read, and why nothing was done about it."""
    why = f" (a repair would change its {', '.join(lost)})" if lost else ""
    return tuple(Refusal(record.path, problem.line, problem.message + why) for problem in record.problems)


def _filled(repository: Repository, phr: Phr, content: bytes, kind: AnyKind) -> tuple[bytes, tuple[str, ...]]:
    """The content with the id that its name has, and with the files of the commit that brought it, if it names none."""
    done: list[str] = []
    edits: list[tuple[str, str | tuple[str, ...], str]] = []
    number = re.search(r"\d+", phr.path.rpartition("/")[2])
    if phr.number is not None and number and (phr.id or "").isdecimal() and int(phr.id or 0) != phr.number:
        edits.append(("id", number[0], f"id {phr.id} is now {number[0]}, as its name says"))
    if not phr.files and (files := files_of_its_commit(repository, phr.path, phr.root)):
        edits.append(("files", files, "filled files from the commit that added it"))
    for key, value, message in edits:
        tried = with_key(content, key, value)
        lost = losses(phr, kind.parse(phr.path, tried, phr.root))
        if tried != content and set(lost) <= {key}:
            content = tried
            done.append(message)
    return content, tuple(done)


def _doubt(tree: Tree, phr: Phr, to: str) -> str:
    """Why a PHR should not be moved although its feature says so: its present folder may know better."""
    here, there = (path.rpartition("/")[0].rpartition("/")[2] for path in (phr.path, to))
    if here == there or not phr.feature or there != phr.feature:
        return ""
    known = tree.folder(paths.join(phr.root, "specs"))
    if here in known and there not in known:
        return f"it names the feature {there}, which does not exist, but is with those of {here}: correct its feature"
    return ""


def _without_clashes(records: list[_Outcome], taken: set[str]) -> list[_Outcome]:
    """The records, but for moves to a path that is taken or that two of them would have."""
    targets = [record.to for record in records if record.to != record.path]
    outcomes = []
    for record in records:
        if record.to != record.path and (record.to in taken or targets.count(record.to) > 1):
            reason = f"{record.to} exists already: give one of the two another name"
            kept = tuple(text for text in record.done if not text.startswith(("moved to", "renamed to")))
            record = record._replace(to=record.path, done=kept, left=(*record.left, Refusal(record.path, 1, reason)))
        outcomes.append(record)
    return outcomes
