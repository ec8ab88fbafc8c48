"""Every record of a tree, repaired in form, name and place; and baselines, which may only shrink."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from datetime import date

from sdd.authoring.front_matter import with_key
from sdd.authoring.repair.form import repaired_form
from sdd.authoring.repair.location import right_location
from sdd.authoring.repair.mentions import Moves, with_mentions
from sdd.authoring.repair.plan import Refusal, Repair, RepairPlan, is_wanted
from sdd.authoring.statements import losses
from sdd.base import paths
from sdd.gate.change import is_record_path
from sdd.gate.check.baseline import shrunk
from sdd.gate.rules.phr import ROUTES, feature_of_folder
from sdd.records.kinds import locate
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import AnyKind, Record
from sdd.records.links import Place, Relation, resolve
from sdd.records.project import Project, Reader
from sdd.repo.history import additions, changes_of
from sdd.repo.objects import Repository, Tree


def plan_repairs(repository: Repository, tree: Tree, reader: Reader, only: Sequence[str] = ()) -> RepairPlan:
    """What can be repaired in a tree without loss, and what cannot; with `only`, at these paths and below them."""
    entries = dict(tree.walk())
    repairs: dict[str, Repair] = {}
    left: list[Refusal] = []
    for path, entry in entries.items():
        located = locate(path)
        if entry.is_file and located and is_wanted(path, only):
            begun = Repair.nothing(path, reader.content(entry), entry)
            repairs[path], refused = _repaired(repository, tree, reader, begun, *located)
            left += refused
    left += _keep_clashes(repairs, entries)
    moves = Moves({path: repair.to for path, repair in repairs.items() if path != repair.to})
    for repair in with_mentions(tree, reader, moves, dict(repairs)) if moves.files else ():
        repairs[repair.path] = repair
    return RepairPlan(
        tuple(repair for _, repair in sorted(repairs.items()) if repair.done),
        tuple(sorted(left)),
    )


def plan_baselines(repository: Repository, tree: Tree, today: date) -> tuple[Repair, ...]:
    """The baselines of a tree that hold more than is found; an empty one is deleted."""
    repairs = []
    for path, text in sorted(shrunk(tree, today).items()):
        entry = tree.file(path)
        assert entry, "what has shrunk was there"
        done = ("holds only what is still found",)
        repairs.append(Repair(path, path if text else "", repository.blob(entry.oid), (text or "").encode(), done))
    return tuple(repairs)


def _repaired(
    repository: Repository, tree: Tree, reader: Reader, begun: Repair, root: str, kind: AnyKind
) -> tuple[Repair, tuple[Refusal, ...]]:
    form = repaired_form(kind, begun.path, root, begun.before)
    record = kind.parse(begun.path, form.content, root)
    repair, left = replace(begun, after=form.content, done=form.done), _problems(record, form.lost)
    if not isinstance(record, Phr) or record.problems:
        return repair, left
    place = Place(Project(tree, root, reader), record.path)
    filled, done = _filled(repository, record, form.content, kind, place)
    location = right_location(kind.parse(begun.path, filled, root), place)
    if location.reason:
        left = (*left, Refusal(record.path, record.at("stage"), location.reason))
        return replace(repair, after=filled, done=(*form.done, *done)), left
    return replace(repair, to=location.path, after=filled, done=(*form.done, *done, *location.done)), left


def _problems(record: Record, lost: tuple[str, ...]) -> tuple[Refusal, ...]:
    why = f" (a repair would change its {', '.join(lost)})" if lost else ""
    return tuple(Refusal(record.path, problem.line, problem.message + why) for problem in record.problems)


def _filled(
    repository: Repository, phr: Phr, content: bytes, kind: AnyKind, place: Place
) -> tuple[bytes, tuple[str, ...]]:
    """The content with the id that its name has, the feature that its folder has where it names none that exists, and
    the files of the commit that brought it where it names none.
    """
    done: list[str] = []
    edits: list[tuple[str, str | tuple[str, ...], str]] = []
    number = re.search(r"\d+", phr.path.rpartition("/")[2])
    if phr.number is not None and number and (phr.id or "").isdecimal() and int(phr.id or 0) != phr.number:
        edits.append(("id", number[0], f"id {phr.id} is now {number[0]}, as its name says"))
    known = phr.feature in ROUTES or (phr.feature and resolve(Relation.FEATURE, phr.feature, place))
    if not known and (feature := feature_of_folder(phr, place)):
        edits.append(("feature", feature, f"feature is {feature}, as its folder says"))
    if not phr.files and (files := _files_of_its_commit(repository, phr.path, phr.root)):
        edits.append(("files", files, "filled files from the commit that added it"))
    for key, value, message in edits:
        tried = with_key(content, key, value)
        lost = losses(phr, kind.parse(phr.path, tried, phr.root))
        if tried != content and set(lost) <= {key}:
            content = tried
            done.append(message)
    return content, tuple(done)


def _keep_clashes(repairs: dict[str, Repair], taken: Container[str]) -> Iterator[Refusal]:
    """Lets a record stay whose new path is taken, or that another one would have too."""
    targets = [repair.to for path, repair in repairs.items() if repair.to != path]
    for path, repair in repairs.items():
        if repair.to != path and (repair.to in taken or targets.count(repair.to) > 1):
            kept = tuple(text for text in repair.done if not text.startswith(("moved to", "renamed to")))
            repairs[path] = replace(repair, to=path, done=kept)
            yield Refusal(path, 1, f"{repair.to} exists already: give one of the two another name")


def _files_of_its_commit(repository: Repository, path: str, root: str) -> tuple[str, ...]:
    """What the commit that first added `path` changed beside records, as a record below `root` writes it.

    Nothing where that commit added other PHRs too, before it is committed, and in a shallow clone, whose first commit
    seems to add everything.
    """
    if repository.is_shallow or not repository.commit("HEAD"):
        return ()
    added = additions(repository, "HEAD", [path]).get(path)
    changes = changes_of(repository, [added.commit]).get(added.commit, ()) if added else ()
    if sum(change.status == "A" and _is_phr(change.path) for change in changes) != 1:
        return ()
    return tuple(paths.seen_from(root, change.path) for change in changes if not _is_record(root, change.path))


def _is_phr(path: str) -> bool:
    located = locate(path)
    return located is not None and located[1].record is Phr


def _is_record(root: str, path: str) -> bool:
    located = locate(path)
    return located is not None or (paths.is_below(path, root) and is_record_path(paths.relative(root, path)))
