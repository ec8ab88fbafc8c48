"""Numbers that two branches both took: the one that landed first keeps it, the other gets the next free one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sdd.authoring.front_matter import with_key
from sdd.authoring.identity import next_id
from sdd.authoring.repair.mentions import FOLLOWED, Moves, means_the_same, rewritten, with_mentions
from sdd.authoring.repair.namesakes import Namesakes
from sdd.authoring.repair.plan import Refusal, Repair, RepairPlan
from sdd.base import paths
from sdd.base.numbers import whole_number
from sdd.records.followups import FollowUp, left_by
from sdd.records.kinds import is_record_of, locate
from sdd.records.kinds.adr import Adr, apart_from_number
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.reading import id_in_name
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import FEATURE_PIN, SPECS, Layout, features_at, root_of_feature
from sdd.records.project import Reader
from sdd.records.renamed import RenamedFeature
from sdd.repo.changes import Change
from sdd.repo.history import additions, line_changes
from sdd.repo.objects import EXECUTABLE, Repository, Tree

_NUMBER = re.compile(
    r"(?P<before>(?:[A-Za-z]{2,12}[-_])?)(?!\d{4}-\d\d-\d\d)(?P<number>\d{1,6})(?P<after>[-_.](?!\d{6}-).*)"
)
_NUMBERED = (Phr, Contract, Adr, Waiver)
_FRONT_MATTER = re.compile(r"(?:---\r?\n.*?\n---\r?\n)?", re.DOTALL)
_NEVER = 1 << 62


@dataclass(frozen=True)
class Clash:
    """One of several that have the same number: `folder` and `root` as `next_id` takes them, `keeper` keeps it. Where
    that has landed under the very same name, it is called so too.
    """

    root: str
    folder: str
    name: str
    keeper: str

    @property
    def path(self) -> str:
        """Its path from the top."""
        return self.paths[0]

    @property
    def paths(self) -> tuple[str, str]:
        """The same, and that of its keeper."""
        own, keeper = (paths.join(self.root, f"{self.folder}/{name}") for name in (self.name, self.keeper))
        return own, keeper

    @property
    def is_feature(self) -> bool:
        """Whether it is a feature's folder."""
        return self.folder == SPECS

    @property
    def is_namesake(self) -> bool:
        """Whether its keeper has the same name."""
        return self.keeper == self.name

    @property
    def digits(self) -> int:
        """How many digits its number has."""
        return len(_NUMBER.sub(r"\g<number>", self.name))

    def number_in(self, paths_made: Sequence[str]) -> str | None:
        """The number that it gets by some of the paths that are made."""
        folder = paths.join(self.root, f"{self.folder}/")
        names = (path.removeprefix(folder).split("/")[0] for path in paths_made if path.startswith(folder))
        matches = filter(None, map(_NUMBER.fullmatch, names))
        return next((match["number"] for match in matches if self.renamed(match["number"]) == match[0]), None)

    def renamed(self, number: str) -> str:
        """Its name with another number."""
        return _NUMBER.sub(rf"\g<before>{number}\g<after>", self.name)


class Numbers:
    """The clashes of a tree against what has landed. `target` is TARGET's commit, None where nothing has landed,
    `change` how the tree differs from it.
    """

    def __init__(
        self, repository: Repository, tree: Tree, reader: Reader, target: str | None, change: Change | None = None
    ) -> None:
        self.repository, self.tree, self.reader = repository, tree, reader
        self.target = repository.tree(target) if target else None
        self._line = target or repository.commit("HEAD")
        self._forks = tuple(map(repository.tree, change.forks)) if change else ()
        self._namesakes = Namesakes(repository, tree, change) if change and target else None

    @property
    def replaced(self) -> tuple[str, ...]:
        """The paths of landed files that others of that name have replaced in a merge."""
        return self._namesakes.replaced if self._namesakes else ()

    def plan(self, only: Sequence[str] = (), begun: Sequence[str] = ()) -> RepairPlan:
        """New numbers for all that clash, every mention following; none where a landed record would have to change, and
        where both have landed only for those that `only` names: they are no part of the change.

        The numbers are free as long as `numbering` is held. Those that an earlier run gave are kept: `begun` are the
        paths that it was to make.
        """
        left: list[Refusal] = []
        chosen: list[tuple[Clash, str]] = []
        for clash in self._clashes():
            if not any(paths.is_at(path, only) for path in clash.paths):
                continue
            taken = [number for other, number in chosen if (other.root, other.folder) == (clash.root, clash.folder)]
            number = clash.number_in(begun) or next_id(
                self.repository, clash.root, clash.folder, clash.digits, of_features=clash.is_feature, taken=taken
            )
            if reason := self._reason_against(clash, number) or ("" if only else self._reason_to_ask(clash)):
                left.append(Refusal(clash.path, 1, reason))
            else:
                chosen.append((clash, number))
        return RepairPlan(self._repairs(chosen), tuple(left))

    # -- which clash ---------------------------------------------------------------------------------------

    def _clashes(self) -> Iterator[Clash]:
        """Those that have to give way, features before records, those of one name first."""
        alike = [*self._alike()] if self._namesakes else []
        yield from alike
        given = {clash.path for clash in alike}
        groups: dict[tuple[bool, str, str, int], list[str]] = {}
        for root, folder, name in (*self._features_of(self.tree), *self._landed_meanwhile(), *self._records()):
            match = _NUMBER.fullmatch(name)
            number = whole_number(match["number"]) if match else None
            if number is not None and paths.join(root, f"{folder}/{name}") not in given:
                groups.setdefault((folder != SPECS, root, folder, number), []).append(name)
        for (_, root, folder, _), names in sorted(groups.items()):
            if len(names) > 1:
                keeper, *others = sorted(names, key=lambda name: self._age(paths.join(root, f"{folder}/{name}")))
                clashes = (Clash(root, folder, name, keeper) for name in others)
                yield from (clash for clash in clashes if clash.path in self.tree)

    def _alike(self) -> Iterator[Clash]:
        """Those that TARGET has under their very names."""
        assert self._namesakes
        features, own = self._namesakes.features, self._namesakes.paths
        yield from (Clash(root, SPECS, name, name) for root, name in sorted(features) if _NUMBER.fullmatch(name))
        names = {name for _, name in features}
        for root, folder, name in self._records():
            clash = Clash(root, folder, name, name)
            # The records of a feature move with it.
            if clash.path in own and names.isdisjoint(folder.split("/")) and _NUMBER.fullmatch(name):
                yield clash

    def _landed_meanwhile(self) -> Iterator[tuple[str, str, str]]:
        """The features that TARGET got after the branch had left it."""
        for root, folder, name in self._features_of(self.target) if self.target and self._forks else ():
            path = paths.join(root, f"{folder}/{name}")
            if not any(path in tree for tree in (self.tree, *self._forks)):
                yield root, folder, name

    @staticmethod
    def _features_of(tree: Tree) -> Iterator[tuple[str, str, str]]:
        for root in {root_of_feature(path) for path, _ in tree.walk() if f"{SPECS}/" in path}:
            # Groups of features may each count from one.
            own = features_at(tree, root, Layout(specs=(SPECS,)))
            yield from ((root, SPECS, name) for name in own if "/" not in name)

    def _records(self) -> Iterator[tuple[str, str, str]]:
        for path, entry in self.tree.walk():
            located = locate(path) if entry.is_file else None
            if located and located[1].record in _NUMBERED:
                folder, _, name = paths.relative(located[0], path).rpartition("/")
                yield located[0], folder, name

    def _age(self, path: str) -> tuple[bool, int, int, str]:
        """What has landed comes first, then what came earlier onto the line, which a branch does when it is merged,
        then the older commit, then the first by name.
        """
        files = [below for below, _ in self.tree.walk(path)] or [path]
        changes = line_changes(self.repository, self._line, None, files) if self._line else ()
        places = (self._places[change.commit] for change in changes if change.status == "A")
        added = additions(self.repository, self._line, files).values() if self._line else ()
        oldest = min((addition.time for addition in added), default=_NEVER)
        return not self._is_landed(path), min(places, default=_NEVER), oldest, path

    @cached_property
    def _places(self) -> dict[str, int]:
        """The commits of the line, the oldest first."""
        listed = self.repository.git("rev-list", "--first-parent", "--reverse", self._line or "", "--").split()
        return {oid: place for place, oid in enumerate(listed)}

    def _is_landed(self, path: str) -> bool:
        is_own = self._namesakes is not None and path in self._namesakes.paths
        return self.target is not None and path in self.target and not is_own

    def _is_theirs(self, path: str) -> bool:
        """Whether a file means what has landed under a name that is given up here."""
        return self._namesakes is not None and bool(self._namesakes.paths) and self._namesakes.is_theirs(path)

    # -- what becomes of them ------------------------------------------------------------------------------

    def _reason_against(self, clash: Clash, number: str) -> str:
        """Why a clash must stay: a landed record would have to say something else."""
        moves = self._moves([(clash, number)])
        for path, to in moves.files.items():
            entry = self.tree.get(path)
            if entry and not entry.is_file:
                return f"{path} is a symlink or submodule, which sdd does not move: rename it by hand"
            if to in self.tree:
                return f"{to} exists already: move it away first"
        if clash.is_namesake or not self._is_landed(clash.path):
            return ""
        for path, entry in self.tree.walk():
            if not entry.is_file or not self._is_landed(path):
                continue
            content = self.reader.content(entry)
            after = rewritten(self.tree, moves, path, moves.files.get(path, path), content)
            if not means_the_same(path, content, after):
                return (
                    f"its number is also that of {clash.keeper}, but both have landed and {path} names it: "
                    "a landed record is not changed, so the two numbers stay"
                )
        return ""

    def _reason_to_ask(self, clash: Clash) -> str:
        """Why a clash stays unless it is named: it landed long ago, and files that name it would need a record."""
        if clash.is_namesake or not self._is_landed(clash.path):
            return ""
        path = paths.path_word(clash.path)
        return f"both it and {clash.keeper} have landed; to number it anew: sdd repair --ids --write {path}"

    def _moves(self, chosen: list[tuple[Clash, str]]) -> Moves:
        records = {clash.path: clash.renamed(number) for clash, number in chosen if not clash.is_feature}
        features = tuple(
            RenamedFeature(clash.root, clash.name, clash.renamed(number))
            for clash, number in chosen
            if clash.is_feature
        )
        files = {}
        for path, _ in self.tree.walk():
            to = paths.join(path.rpartition("/")[0], records[path]) if path in records else path
            for renamed in features:
                if not self._is_theirs(path):
                    to = renamed.path(to)
            if to != path:
                files[path] = to
        return Moves(files, features, tuple(self._follow_ups_of(records)))

    def _follow_ups_of(self, records: Iterable[str]) -> Iterator[FollowUp]:
        for path in records:
            if (place := locate(path)) and (entry := self.tree.file(path)):
                yield from left_by(place[1].parse(path, self.reader.content(entry), place[0]))

    def _repairs(self, chosen: list[tuple[Clash, str]]) -> tuple[Repair, ...]:
        """Every file that moves or follows, in the order of paths."""
        moves = self._moves(chosen)
        numbers = {clash.path: number for clash, number in chosen if not clash.is_feature}
        repairs: dict[str, Repair] = {}
        for path, to in moves.files.items():
            entry = self.tree.file(path)
            assert entry, "what is no file was refused"
            before = self.reader.content(entry)
            after = _numbered(path, before, numbers[path]) if path in numbers else before
            done = f"renamed to {to.rpartition('/')[2]}" if path in numbers else f"moved to {to.rpartition('/')[0]}/"
            repairs[path] = Repair(path, to, before, after, (done,), entry.mode == EXECUTABLE)
        following = with_mentions(self.tree, self.reader, moves, dict(repairs), self._is_landed) if chosen else ()
        repairs |= {repair.path: repair for repair in following if not self._is_theirs(repair.path)}
        repairs |= {repair.path: repair for repair in self._ignored_pins(moves)}
        return tuple(repair for _, repair in sorted(repairs.items()))

    def _ignored_pins(self, moves: Moves) -> Iterator[Repair]:
        """`.specify/feature.json` of a root, where git ignores it: it says on which feature somebody works here."""
        for root in {renamed.root for renamed in moves.features}:
            path = paths.join(root, FEATURE_PIN)
            file = (self.repository.work_tree or Path()) / path
            if path in self.tree or file.is_symlink() or not file.is_file():
                continue
            before = file.read_bytes()
            after = rewritten(self.tree, moves, path, path, before)
            if after != before:
                yield Repair(path, path, before, after, (FOLLOWED,))


def _numbered(path: str, content: bytes, number: str) -> bytes:
    """A record's content with its new number: its id, and the heading of an ADR."""
    if is_record_of(path, Adr):
        text = content.decode("utf-8", "surrogateescape")
        head = _FRONT_MATTER.match(text)
        title = head.end() if head else 0
        before, written, after = apart_from_number(text[title:])
        if written and whole_number(written) == whole_number(id_in_name(path) or ""):
            written = str(whole_number(number)).zfill(len(written))
        return f"{text[:title]}{before}{written}{after}".encode("utf-8", "surrogateescape")
    return with_key(content, "id", number)
