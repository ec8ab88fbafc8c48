"""Every record that a rule finds fault with, repaired as far as that clears a finding; and baselines, which shrink."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from sdd.authoring.front_matter import keys_of, with_key
from sdd.authoring.repair.form import RepairedForm, as_it_was, plain, repaired_form
from sdd.authoring.repair.location import right_folder, right_name
from sdd.authoring.repair.mentions import Moves, with_mentions
from sdd.authoring.repair.plan import Refusal, Repair, RepairPlan
from sdd.authoring.repair.proof import Proof, findings_of
from sdd.authoring.repair.renaming import Renaming
from sdd.authoring.statements import losses
from sdd.base import paths
from sdd.base.numbers import whole_number
from sdd.gate.check.baseline import shrunk
from sdd.gate.rules.history import altered
from sdd.gate.rules.phr import ROUTES, feature_of_folder
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.reading import id_in_name
from sdd.records.kinds.record import AnyKind
from sdd.records.kinds.spec import Spec
from sdd.records.layout import feature_of, root_of_feature
from sdd.records.links import How, Place, Relation, resolve
from sdd.records.project import Project, Reader, located
from sdd.repo.objects import Repository, Tree

_ONE_PATH = re.compile(r"[^\s,;]+")
_NAME, _FOLDER, _FEATURE, _LINK = "phr-bad-name", "phr-wrong-folder", "phr-unknown-feature", "phr-broken-link"


class Planner:
    """Plans the repairs of one tree. `rule` is the only one whose findings are cleared, None for all. `progress` is as
    for `check_tree`: the tree is checked as it is, and once more with each set of repairs. `landed` is what TARGET
    holds.
    """

    def __init__(
        self,
        repository: Repository,
        tree: Tree,
        reader: Reader,
        today: date,
        rule: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        landed: Tree | None = None,
    ) -> None:
        self._landed = landed
        self._repository, self._tree, self._reader, self._today = repository, tree, reader, today
        self._rule, self._progress = rule, progress
        self._before = findings_of(tree, reader, repository.commit("HEAD"), today, progress)
        self._reasons: dict[str, str] = {}
        self._governed: set[str] = set()

    def plan(self, only: Sequence[str] = ()) -> RepairPlan:
        """What clears findings without loss, and which findings of the same rules stay; with `only`, at these paths and
        below them. A feature that was renamed comes first, and alone: what else is wrong may follow from it.
        """
        renaming = Renaming(self._repository, self._tree, self._reader, self._before, self._landed)
        if renaming.features and not only and self._rule in (None, _FEATURE):
            return renaming.plan(self._today, self._progress)
        own: dict[str, Repair] = {}
        for path, findings in sorted(self._before.items()):
            rules = frozenset(finding.rule for finding in findings if self._rule in (None, finding.rule))
            if paths.is_at(path, only) and (repair := self._repaired(path, rules)):
                own[path] = repair
        repairs, proof = self._proven(own)
        left = (
            Refusal(finding.path, finding.line, finding.message + self._reasons.get(finding.path, ""))
            for path, findings in proof.findings.items()
            for finding in findings
            if paths.is_at(path, only) and self._rule in (None, finding.rule) and _is_repaired(finding.rule)
        )
        stale = (
            Refusal(path, 1, "names a record that moves: follow it in a change with a PHR") for path in self._governed
        )
        return RepairPlan(
            tuple(repair for _, repair in sorted(repairs.items())),
            tuple(sorted((*left, *stale))),
            proof.cleared(),
            proof.refused,
        )

    def _proven(self, own: dict[str, Repair]) -> tuple[dict[str, Repair], Proof]:
        """The repairs that clear findings and make none, with the mentions that follow them, and the proof of it."""
        while True:
            repairs = dict(_numbered(self._tree, own))
            if moves := {path: repair.to for path, repair in repairs.items() if path != repair.to}:
                following = with_mentions(self._tree, self._reader, Moves(moves), dict(repairs))
                repairs |= {repair.path: repair for repair in following if repair.path not in self._governed}
            proof = Proof(
                self._repository, self._tree, self._reader, self._before, repairs, self._today, self._progress
            )
            if dropped := self._dropped(own, repairs, proof):
                own = {path: repair for path, repair in own.items() if path not in dropped}
            elif governed := {finding.path for finding in proof.refused}.intersection(repairs).difference(own):
                # A commit of repairs needs no record of its own, so what needs one stays.
                self._governed |= governed
            else:
                return repairs, proof

    def _dropped(self, own: Mapping[str, Repair], repairs: Mapping[str, Repair], proof: Proof) -> set[str]:
        """The repairs that clear nothing, or at whose cost another finding comes."""
        useless = {path for path in own if not proof.clears(repairs[path])}
        worse = tuple(proof.worse())
        for path, finding in worse:
            self._reasons[path] = f" (a repair would only lead to {finding.rule}: {finding.message})"
        guilty = useless | {path for path, _ in worse if path in own}
        if worse and not guilty:
            # A file that is not repaired itself: records that moved are most likely the reason.
            guilty = {path for path, repair in own.items() if path != repair.to} or set(own)
        return guilty

    # -- one record ----------------------------------------------------------------------------------------

    def _repaired(self, path: str, rules: frozenset[str]) -> Repair | None:
        """A record with the repairs of some rules, None where there is nothing to repair."""
        placed, entry = located(self._tree, path), self._tree.file(path)
        if not placed or not entry:
            return None
        root, kind = placed
        begun = Repair.nothing(path, self._reader.content(entry), entry)
        form = RepairedForm(plain(begun.before))
        if any(map(_is_of_form, rules)):
            form = repaired_form(kind, path, root, form.content)
            if form.lost:
                self._reasons[path] = f" (a repair would change its {', '.join(form.lost)})"
        repair = replace(begun, after=form.content, done=form.done)
        record = kind.parse(path, form.content, root)
        if isinstance(record, Phr) and not record.problems:
            repair = self._placed(self._edited(repair, record, kind, rules), kind, root, rules)
        if repair.after == plain(begun.before) and repair.to == path:
            return None
        return replace(repair, after=as_it_was(begun.before, repair.after))

    def _edited(self, repair: Repair, phr: Phr, kind: AnyKind, rules: frozenset[str]) -> Repair:
        """A PHR with the keys that its name, its folder and its own links tell."""
        place = Place(Project(self._tree, phr.root, self._reader), phr.path, phr.feature)
        number = id_in_name(phr.path)
        if _NAME in rules and number and (phr.id or "").isdecimal() and whole_number(phr.id or "") != phr.number:
            repair = _with(repair, phr, kind, "id", number, f"id {phr.id} is now {number}, as its name says")
        if rules & {_FOLDER, _FEATURE} and (feature := _feature_meant(phr, place)):
            repair = _with(repair, phr, kind, "feature", feature, f"feature is {feature}")
        for name, target in _links_meant(phr, place) if _LINK in rules else ():
            repair = _with_link(repair, phr, kind, name, target)
        return repair

    def _placed(self, repair: Repair, kind: AnyKind, root: str, rules: frozenset[str]) -> Repair:
        """A PHR in its folder and under its name. One whose feature is unknown stays where it is."""
        phr = kind.parse(repair.path, repair.after, root)
        folder, _, name = repair.path.rpartition("/")
        # A new feature asks for its folder, and a new folder for a name that fits there.
        if _FOLDER in rules or (self._rule is None and phr.feature != self._feature(phr)):
            folder = right_folder(phr, Place(Project(self._tree, root, self._reader), phr.path, phr.feature))
        moved = kind.parse(f"{folder}/{name}", repair.after, root)
        if _NAME in rules or moved.path != repair.path:
            name, reason = right_name(moved)
            if reason:
                self._reasons[repair.path] = f" ({reason})"
        return _moved(repair, f"{folder}/{name}")

    def _feature(self, phr: Phr) -> str | None:
        """The feature that a PHR names in the present tree."""
        record = Project(self._tree, phr.root, self._reader).get(Phr, phr.path)
        return record.feature if record else None


def plan_baselines(
    repository: Repository, tree: Tree, today: date, moved: Mapping[str, str] = MappingProxyType({})
) -> tuple[Repair, ...]:
    """The baselines of a tree that hold more than is found; an empty one is deleted. `moved` are the records that have
    another path in the tree: former path -> its own.
    """
    repairs = []
    for path, text in sorted(shrunk(tree, today, moved).items()):
        entry = tree.file(path)
        assert entry, "what has shrunk was there"
        done = ("its entries follow what moved" if moved else "holds only what is still found",)
        repairs.append(Repair(path, path if text else "", repository.blob(entry.oid), (text or "").encode(), done))
    return tuple(repairs)


def _is_of_form(rule: str) -> bool:
    return rule.endswith("-unreadable") or rule.startswith("waiver-")


def _is_repaired(rule: str) -> bool:
    return rule in (_NAME, _FOLDER, _FEATURE, _LINK, "phr-bad-stage") or _is_of_form(rule)


def _with(repair: Repair, phr: Phr, kind: AnyKind, key: str, value: str, done: str) -> Repair:
    """A PHR with a key set, where nothing else that it says changes."""
    return _kept(repair, phr, kind, with_key(repair.after, key, value), key, done)


def _kept(repair: Repair, phr: Phr, kind: AnyKind, tried: bytes, key: str, done: str) -> Repair:
    after = kind.parse(phr.path, tried, phr.root)
    # A contract inside a PHR has the feature and links of the PHR.
    is_same = not altered(phr, after) and set(losses(phr, after)) <= {key, "contract"}
    return replace(repair, after=tried, done=(*repair.done, done)) if is_same and tried != repair.after else repair


def _with_link(repair: Repair, phr: Phr, kind: AnyKind, name: str, target: str) -> Repair:
    """A PHR with one of its links leading elsewhere."""
    written = phr.link(name) or ""
    lines = repair.after.decode().split("\n")
    for key in keys_of(lines):
        own = "\n".join(key.lines)
        if key.name in ("links", f"links_{name}") and own.count(written) == 1:
            lines[key.start : key.end] = own.replace(written, target).split("\n")
            return _kept(repair, phr, kind, "\n".join(lines).encode(), "links", f"links.{name} is {target}")
    return repair


def _feature_meant(phr: Phr, place: Place) -> str:
    """The feature of a PHR that names none, or one that is unknown: that of its folder, else of the spec it links."""
    if phr.feature in ROUTES or (phr.feature and resolve(Relation.FEATURE, phr.feature, place)):
        return ""
    if feature := feature_of_folder(phr, place):
        return feature
    path = resolve(Relation.FILE, phr.link("spec") or "", place)
    specs = (place.project.at(root).get(Spec, path.target) for root in place.roots)
    spec = next(filter(None, specs), None) if phr.feature and path.how == How.STATED else None
    return (spec and spec.feature) or ""


def _links_meant(phr: Phr, place: Place) -> list[tuple[str, str]]:
    """(name, path) of the links that lead nowhere and can only mean one thing: the spec of the PHR's own feature, or
    the contract or ADR with the name of the file.
    """
    meant = []
    for name in ("spec", "contract", "adr"):
        written = (phr.link(name) or "").partition("#")[0]
        # What names several is not one of them.
        is_path = _ONE_PATH.fullmatch(written) and "://" not in written
        if not is_path or resolve(Relation.FILE, written, place).how == How.STATED:
            continue
        file = written.rpartition("/")[2]
        if name == "spec":
            feature = resolve(Relation.FEATURE, phr.feature or "-", place) if file == "spec.md" else None
            project = place.project.at(root_of_feature(feature.target)) if feature else place.project
            targets = [project.spec_path(feature_of(f"{feature.target}/"))] if feature else []
        else:
            targets = [path for path in _records_called(place.project.tree, file, name) if path != phr.path]
        if len(targets) == 1 and targets[0] in place.project.tree:
            meant.append((name, paths.seen_from(phr.root, targets[0])))
    return meant


def _records_called(tree: Tree, file: str, kind: str) -> list[str]:
    named = (path for path, _ in tree.walk() if path.rpartition("/")[2] == file)
    return [path for path in named if (place := located(tree, path)) and place[1].name == kind]


def _moved(repair: Repair, to: str) -> Repair:
    (old_folder, _, old_name), (folder, _, name) = repair.path.rpartition("/"), to.rpartition("/")
    done = [f"moved to {folder}/"] if folder != old_folder else []
    done += [f"renamed to {name}"] if name != old_name else []
    return replace(repair, to=to, done=(*repair.done, *done))


def _numbered(tree: Tree, repairs: Mapping[str, Repair]) -> dict[str, Repair]:
    """The repairs with the next free number for each record whose number its new folder has already."""
    numbered = dict(repairs)
    for path, repair in repairs.items():
        folder, _, name = repair.to.rpartition("/")
        number = id_in_name(repair.to)
        if repair.to == path or number is None:
            continue
        beside = {other for other in tree.folder(folder) if f"{folder}/{other}" not in repairs}
        targets = (other.to.rpartition("/") for other in numbered.values() if other.path != path)
        beside |= {other for of, _, other in targets if of == folder}
        taken = {whole_number(known) or 0 for other in beside if (known := id_in_name(other))}
        if whole_number(number) in taken and (folder != path.rpartition("/")[0] or name in beside):
            free = str(max(taken) + 1).zfill(len(number))
            after = as_it_was(repair.after, with_key(plain(repair.after), "id", free))
            # Only the last name counts.
            done = tuple(text for text in repair.done if not text.startswith(("moved to ", "renamed to ")))
            numbered[path] = _moved(
                replace(repair, after=after, done=done), f"{folder}/{name.replace(number, free, 1)}"
            )
    return numbered
