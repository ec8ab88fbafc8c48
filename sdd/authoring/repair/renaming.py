"""The records of a renamed feature get its new name. What has landed keeps all else that it says."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from sdd.authoring.front_matter import keys_of
from sdd.authoring.repair.form import as_it_was, plain
from sdd.authoring.repair.mentions import Moves, rewritten, with_new_name
from sdd.authoring.repair.plan import Refusal, Repair, RepairPlan
from sdd.authoring.repair.proof import Findings, Proof
from sdd.base import paths
from sdd.gate.rules import Remedy
from sdd.records.followups import features_closed
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import LINKS_TO_RECORDS, Phr
from sdd.records.layout import CONTRACTS, FEATURE_PIN, PROMPTS, feature_in
from sdd.records.project import Project, Reader, located
from sdd.records.renamed import RenamedFeature, renamed_feature
from sdd.repo.objects import Repository, Tree

_LINKS = ("feature", "spec", "closes", "links", *LINKS_TO_RECORDS, *(f"links_{name}" for name in LINKS_TO_RECORDS))


class Renaming:
    """The features of a tree that records call by a former name, as the findings `before` a repair tell. `landed` is
    what TARGET holds, None where nothing has landed.
    """

    def __init__(
        self, repository: Repository, tree: Tree, reader: Reader, before: Findings, landed: Tree | None
    ) -> None:
        self._repository, self._tree, self._reader = repository, tree, reader
        self._before, self._landed = before, landed
        self._top = Project(tree, "", reader)
        told = sorted(path for path, own in before.items() if any(each.remedy == Remedy.RENAME for each in own))
        self.features = tuple(dict.fromkeys(feature for path in told for feature in self._named_in(path)))

    def plan(self, today: date, progress: Callable[[int, int], None] | None = None) -> RepairPlan:
        """What gives their records the new names, all of it or nothing of a feature."""
        repairs: dict[str, Repair] = {}
        left: list[Refusal] = []
        renamed = []
        for feature in self.features:
            own = {repair.path: repair for repair in self._repairs_of(feature, repairs)}
            taken = [repair for repair in own.values() if repair.to != repair.path and repair.to in self._tree]
            left += [Refusal(repair.path, 1, f"{repair.to} exists already: move it away first") for repair in taken]
            if not taken:
                repairs |= own
                renamed.append(feature)
        proof = Proof(self._repository, self._tree, self._reader, self._before, repairs, today, progress)
        left += [
            Refusal(finding.path, finding.line, finding.message)
            for findings in proof.findings.values()
            for finding in findings
            if finding.remedy == Remedy.RENAME and not any(each.path == finding.path for each in left)
        ]
        made = tuple(repair for _, repair in sorted(repairs.items()))
        return RepairPlan(made, tuple(sorted(left)), proof.cleared(), proof.refused, tuple(renamed))

    # -- which ---------------------------------------------------------------------------------------------

    def _named_in(self, path: str) -> Iterator[RenamedFeature]:
        """The features that the record at a path calls by a former name, as its own, in a link or in `closes`."""
        place = located(self._tree, path)
        record = self._top.at(place[0]).record(path) if place else None
        if not isinstance(record, Phr | Contract):
            return
        stated = [record.feature or ""]
        if isinstance(record, Phr):
            stated += [feature_in(linked) for name in LINKS_TO_RECORDS for linked in record.linked(name)]
            stated += features_closed(record)
        head = self._repository.commit("HEAD") or ""
        found = (renamed_feature(self._top.at(record.root), record, name, head) for name in stated)
        yield from filter(None, found)

    # -- what becomes of them ------------------------------------------------------------------------------

    def _repairs_of(self, feature: RenamedFeature, begun: dict[str, Repair]) -> Iterator[Repair]:
        """The files that move or say the new name, on top of those that another feature's repair has `begun`."""
        names = self._names(feature)
        moves = Moves(dict(self._moves(feature.root, names)), names)
        for path, entry in self._tree.walk(feature.root):
            to = moves.files.get(path, path)
            is_record = located(self._tree, path) is not None or path == paths.join(feature.root, FEATURE_PIN)
            if not entry.is_file or not (is_record or to != path):
                continue
            self._reader.let_go()
            repair = begun.get(path) or Repair.nothing(path, self._reader.content(entry), entry)
            done = [f"moved to {to.rpartition('/')[0]}/"] if to != path else []
            after = self._renamed(feature, moves, repair, to)
            done += ["its feature and links follow"] if after != repair.after else []
            if done:
                yield replace(repair, to=to, after=after, done=(*repair.done, *done))

    def _names(self, feature: RenamedFeature) -> tuple[RenamedFeature, ...]:
        """What a renamed feature is called: by its whole name, and without its group where that means no other."""
        old, new = (name.rpartition("/")[2] for name in (feature.old, feature.new))
        taken = {name.rpartition("/")[2] for name in self._top.at(feature.root).features}
        return (feature,) if old == feature.old or old in taken else (feature, feature._replace(old=old, new=new))

    def _moves(self, root: str, called: Iterable[RenamedFeature]) -> Iterator[tuple[str, str]]:
        """(path, new path) of what is in the folders that are called like the feature."""
        project, names = self._top.at(root), {name.old: name.new for name in called}
        for below in (f"{kind}/{name}" for kind in (PROMPTS, CONTRACTS) for name in names):
            folder, name = project.path(project.placed(below)), below.split("/", 2)[2]
            parent = folder.removesuffix(name)
            files = [path for path, entry in self._tree.walk(folder) if entry.is_file]
            yield from ((path, f"{parent}{names[name]}{path.removeprefix(folder)}") for path in files)

    def _renamed(self, feature: RenamedFeature, moves: Moves, repair: Repair, to: str) -> bytes:
        if not self._has_landed(feature, repair.path):
            return rewritten(self._tree, moves, repair.path, to, repair.after)
        place = located(self._tree, repair.path)
        if not place or place[1].record not in (Phr, Contract, Adr):
            return repair.after
        return self._with_new_links(moves, repair, place[0])

    def _has_landed(self, feature: RenamedFeature, path: str) -> bool:
        """Whether TARGET holds a file, under the former name of its feature or the present one."""
        former = path.replace(f"/{feature.new}/", f"/{feature.old}/")
        return self._landed is None or path in self._landed or former in self._landed

    def _with_new_links(self, moves: Moves, repair: Repair, root: str) -> bytes:
        """A record with the new name in its feature, its links and what it closes, and nowhere else."""
        try:
            lines = plain(repair.after).decode("utf-8").split("\n")
        except UnicodeDecodeError:
            return repair.after
        for key in keys_of(lines):
            for number in range(key.start, key.end) if key.name in _LINKS else ():
                for name in moves.features if "://" not in lines[number] else ():
                    lines[number] = with_new_name(self._tree, name, repair.path, root, lines[number])
        return as_it_was(repair.after, "\n".join(lines).encode())
