"""The records of one root at one tree, found and parsed as they are asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from sdd.base import paths
from sdd.records.kinds import baseline as baselines
from sdd.records.kinds import kind_of, locate
from sdd.records.kinds.baseline import Baseline
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import AnyRecord, Record
from sdd.records.kinds.spec import Spec
from sdd.records.layout import feature_folder, features_at, is_feature, spec_path
from sdd.repo.objects import Entry, Tree

CONSTITUTION_PATH = ".specify/memory/constitution.md"
BASELINE_PATH = ".specify/baseline.json"


class Reader:
    """Blobs and what they mean: each is read once in a run and parsed once at a path, however many trees hold it.

    `read` gives the contents of some blobs by their ids; a memo that has the record already may stand in its place.
    """

    def __init__(self, read: Callable[[Sequence[str]], Sequence[bytes]]) -> None:
        self._read = read
        self._known: dict[tuple[str, str, str], Record | None] = {}
        self._contents: dict[str, bytes] = {}

    def record(self, path: str, entry: Entry, root: str) -> Record | None:
        """The record that `path` (from the top) is below `root`; None where no kind describes it there."""
        key = (path, entry.oid, root)
        if key not in self._known:
            kind = kind_of(paths.relative(root, path)) if entry.is_file else None
            self._known[key] = kind.parse(path, self.content(entry), root) if kind else None
        return self._known[key]

    def content(self, entry: Entry) -> bytes:
        """The bytes of a blob."""
        return self.contents((entry,))[0]

    def contents(self, entries: Sequence[Entry]) -> list[bytes]:
        """The bytes of some blobs; those that are not known yet are read in one go."""
        unknown = [oid for oid in dict.fromkeys(entry.oid for entry in entries) if oid not in self._contents]
        self._contents.update(zip(unknown, self._read(unknown), strict=True))
        return [self._contents[entry.oid] for entry in entries]


class Project:
    """What one root holds at one tree. Paths in and out are relative to the top of the repository."""

    def __init__(self, tree: Tree, root: str, reader: Reader) -> None:
        self.tree = tree
        self.root = root
        self.reader = reader

    def path(self, below_root: str) -> str:
        """A path relative to the root, from the top. A leading slash already means the top."""
        return paths.join(self.root, below_root)

    def at(self, root: str) -> "Project":
        """What another root holds at the same tree."""
        return Project(self.tree, root, self.reader)

    @property
    def emptied(self) -> "Project":
        """The root as it was before the first commit: it holds nothing."""
        repository = self.tree.repository
        return Project(repository.tree(repository.empty_tree_oid), self.root, self.reader)

    def record(self, path: str) -> Record | None:
        """The record at `path` (from the top), None where there is no file or no kind describes it."""
        entry = self.tree.file(path)
        return self.reader.record(path, entry, self.root) if entry else None

    def read_ahead(self, below_root: Iterable[str]) -> None:
        """Reads some files that will be asked for, where they are there: one question to git rather than one a file."""
        wanted = [self.path(path) for path in below_root]
        self.tree.load(wanted)
        self.reader.contents([entry for path in wanted if (entry := self.tree.file(path))])

    @cached_property
    def policy(self) -> Policy:
        """The root's policy; the defaults where it has no file."""
        return Policy.of(self.tree, self.root)

    @cached_property
    def baseline(self) -> Baseline | None:
        """What was found in the root's records when it adopted sdd, None where it has no such file."""
        entry = self.tree.file(self.path(BASELINE_PATH))
        return baselines.parse(self.reader.content(entry)) if entry else None

    def get(self, kind: type[AnyRecord], path: str) -> AnyRecord | None:
        """The record of a class at `path` (from the top)."""
        record = self.record(path)
        return record if isinstance(record, kind) else None

    @property
    def constitution(self) -> Constitution | None:
        """The root's constitution."""
        return self.get(Constitution, self.path(CONSTITUTION_PATH))

    def spec(self, feature: str) -> Spec | None:
        """The specification of a feature, by its name."""
        return self.get(Spec, spec_path(self.root, feature))

    @cached_property
    def features(self) -> tuple[str, ...]:
        """The names of its features."""
        return features_at(self.tree, self.root)

    def feature(self, stated: str) -> str | None:
        """The feature that a record states: by its name, or by the name of its folder where only one has it."""
        if is_feature(self.tree, feature_folder(self.root, stated)):
            return stated
        meant = [name for name in self.features if name.rpartition("/")[2] == stated]
        return meant[0] if len(meant) == 1 else None


def records_of(tree: Tree, reader: Reader, *classes: type[AnyRecord]) -> Iterator[AnyRecord]:
    """The records of some classes, in the order of paths, whichever root they belong to."""
    for path, entry in tree.walk():
        located = locate(path) if entry.is_file else None
        if located and issubclass(located[1].record, classes):
            record = reader.record(path, entry, located[0])
            if isinstance(record, classes):
                yield record
