"""The records of one root at one tree, found and parsed as they are asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from sdd.base import paths
from sdd.base.once import Once
from sdd.records.kinds import BESIDE_ENDS, agent, is_record_path, kind_of, locate
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import AnyKind, AnyRecord, Record
from sdd.records.kinds.spec import Spec
from sdd.records.layout import MARK, USUAL, Layout, features_at, find_roots, is_feature, roots_of
from sdd.repo.objects import Entry, Tree

if TYPE_CHECKING:
    from sdd.records.kinds.baseline import Baseline

CONSTITUTION_PATH = ".specify/memory/constitution.md"
BASELINE_PATH = ".specify/baseline.json"
BYTES_HELD = 4 * 1024 * 1024
"""How many bytes of blobs a reader holds at most where it may let go of them. What follows from them takes seven times
as many.
"""


class Reader:
    """Blobs and what they mean: each is read once in a run and parsed once at a path, however many trees hold it.

    So is what follows from a record or a blob alone, where `once` is asked for it. `read` gives the contents of some
    blobs by their ids; a memo that has the record already may stand in its place. Who goes through more records than
    memory can hold calls `let_go` between two of them.
    """

    def __init__(self, read: Callable[[Sequence[str]], Sequence[bytes]]) -> None:
        self._read = read
        self._forget()

    def _forget(self) -> None:
        self._known: dict[tuple[str, str, str], Record | None] = {}
        self._contents: dict[str, bytes] = {}
        self._bytes = 0
        self.once = Once()

    def let_go(self) -> None:
        """Forgets all that was read, where that is much: a record is another object when it is asked for again."""
        if self._bytes > BYTES_HELD:
            self._forget()

    def record(self, path: str, entry: Entry, root: str, kind: AnyKind | None) -> Record | None:
        """The record of a kind that `path` (from the top) is below `root`; None for no kind, or no file."""
        key = (path, entry.oid, root)
        if key not in self._known:
            record = kind.parse(path, self.content(entry), root) if kind and entry.is_file else None
            self._known[key] = record
        return self._known[key]

    def content(self, entry: Entry) -> bytes:
        """The bytes of a blob."""
        return self.contents((entry,))[0]

    def contents(self, entries: Sequence[Entry]) -> list[bytes]:
        """The bytes of some blobs; those that are not known yet are read in one go."""
        unknown = [oid for oid in dict.fromkeys(entry.oid for entry in entries) if oid not in self._contents]
        contents = self._read(unknown)
        self._contents.update(zip(unknown, contents, strict=True))
        self._bytes += sum(map(len, contents))
        return [self._contents[entry.oid] for entry in entries]


class Project:
    """What one root holds at one tree. Paths in and out are relative to the top of the repository.

    Its `layout` is that of its own policy, where no other one is given.
    """

    def __init__(self, tree: Tree, root: str, reader: Reader, layout: Layout | None = None) -> None:
        self.tree = tree
        self.root = root
        self.reader = reader
        self._layout = layout
        self._others: dict[str, Project] = {}
        self._folders: dict[str, str] = {}
        self._meant: dict[str, str | None] = {}

    def path(self, below_root: str) -> str:
        """A path relative to the root, from the top. A leading slash already means the top."""
        return paths.join(self.root, below_root)

    def at(self, root: str) -> "Project":
        """What another root holds at the same tree: one project a root, so that its policy is read once."""
        if root == self.root:
            return self
        if root not in self._others:
            self._others[root] = Project(self.tree, root, self.reader)
        return self._others[root]

    @property
    def emptied(self) -> "Project":
        """The root as it was before the first commit: it holds nothing."""
        repository = self.tree.repository
        return Project(repository.tree(repository.empty_tree_oid), self.root, self.reader)

    def record(self, path: str) -> Record | None:
        """The record at `path` (from the top), None where there is no file or no kind describes it."""
        entry = self.tree.file(path)
        return self.reader.record(path, entry, self.root, self.kind_of(path)) if entry else None

    def kind_of(self, path: str) -> AnyKind | None:
        """The kind of the record at `path` (from the top), whether there is one or not."""
        return kind_of(self.layout.canonical(paths.relative(self.root, path))) if self.owns(path) else None

    def shows_agent_file(self, path: str) -> bool:
        """Whether there is a symbolic link from one agent file's name to another: CLAUDE.md that shows AGENTS.md."""
        shown = self.tree.shown_by(path)
        return bool(shown) and self.kind_of(path) is self.kind_of(shown) is agent.KIND

    def owns(self, path: str) -> bool:
        """Whether a path (from the top) is below the root."""
        return paths.is_below(path, self.root)

    def placed(self, canonical: str) -> str:
        """Where the root keeps what the usual layout has at a path below the root: that path in its own layout."""
        return self.layout.placed(canonical)

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
    def baseline(self) -> "Baseline | None":
        """What was found in the root's records when it adopted sdd, None where it has no such file."""
        if not (entry := self.tree.file(self.path(BASELINE_PATH))):
            return None
        from sdd.records.kinds.baseline import parse  # no verdict over a change asks

        return parse(self.reader.content(entry))

    def get(self, kind: type[AnyRecord], path: str) -> AnyRecord | None:
        """The record of a class at `path` (from the top)."""
        record = self.record(path)
        return record if isinstance(record, kind) else None

    @property
    def constitution(self) -> Constitution | None:
        """The root's constitution."""
        return self.get(Constitution, self.path(CONSTITUTION_PATH))

    @property
    def constitution_in_force(self) -> Constitution | None:
        """The root's constitution, else that of the nearest root above it that has one."""
        above = map(self.at, roots_of(self.tree, self.root))
        return self.constitution or next(filter(None, (project.constitution for project in above)), None)

    @property
    def layout(self) -> Layout:
        """Where its records are."""
        return self._layout or self.policy.layout

    def spec(self, feature: str) -> Spec | None:
        """The specification of a feature, by its name."""
        return self.get(Spec, self.spec_path(feature))

    def spec_path(self, feature: str) -> str:
        """Where the specification of a feature is, or belongs."""
        return f"{self.feature_folder(feature)}/spec.md"

    def feature_folder(self, feature: str) -> str:
        """The folder of a feature, or the one that it would have."""
        if feature not in self._folders:  # thousands of records state the same one
            folders = [self.path(f"{specs}/{feature}") for specs in self.layout.specs]
            self._folders[feature] = next((folder for folder in folders if is_feature(self.tree, folder)), folders[0])
        return self._folders[feature]

    @cached_property
    def features(self) -> tuple[str, ...]:
        """The names of its features."""
        return tuple(features_at(self.tree, self.root, self.layout))

    def feature(self, stated: str) -> str | None:
        """The feature that a record states: by its name, or by the name of its folder where only one has it."""
        if stated not in self._meant:
            meant = [stated] if is_feature(self.tree, self.feature_folder(stated)) else self._called(stated)
            self._meant[stated] = meant[0] if len(meant) == 1 else None
        return self._meant[stated]

    def _called(self, stated: str) -> list[str]:
        """The features whose folder has a name."""
        return [name for name in self.features if name.rpartition("/")[2] == stated]


def located(tree: Tree, path: str) -> tuple[str, AnyKind] | None:
    """(root, kind) of the record at `path`, by its name: the root is the one whose layout names the folder it is in,
    else whatever stands before the usual folders.
    """
    place = locate(path)
    return place and (_owner(tree, place[0]), place[1])


def _owner(tree: Tree, folder: str) -> str:
    """The outermost root whose policy has records in a folder, else the folder: a layout never leaves its root."""
    if folder not in tree.layouts:
        above = roots_of(tree, f"{folder}/")
        tree.layouts[folder] = layouts_of(tree, reversed(above)).get(folder, folder)
    return tree.layouts[folder]


def record_files(tree: Tree) -> Iterator[tuple[str, Entry, str]]:
    """(path, entry, root) of what the gate counts as a record in a tree, whether a kind describes it or not."""
    roots = frozenset(find_roots(tree))
    layout_of = cache(lambda root: Policy.of(tree, root).layout)
    for path, entry in tree.walk():
        if place := located(tree, path):
            yield path, entry, place[0]
        elif entry.is_file and path.endswith(BESIDE_ENDS):
            root = next((folder for folder in paths.folders_above(path) if folder in roots), None)
            if root is not None and is_record_path(layout_of(root).canonical(paths.relative(root, path))):
                yield path, entry, root


def layouts_of(tree: Tree, roots: Iterable[str]) -> Mapping[str, str]:
    """Folder -> the first of some roots whose policy has its `specs/` or `history/` there, where that is not the usual
    place.
    """
    places: dict[str, str] = {}
    for root in roots:
        layout = Policy.of(tree, root).layout
        for folder in (*layout.specs, *layout.history) if layout != USUAL else ():
            above = paths.join(root, folder).rpartition("/")[0]
            places.setdefault(above.removesuffix(MARK).rstrip("/"), root)
    return places


def records_of(tree: Tree, reader: Reader, *classes: type[AnyRecord], rules: Tree | None = None) -> Iterator[AnyRecord]:
    """The records of some classes, in the order of paths, whichever root they belong to: of the tree, or of the `rules`
    that judge a line older than sdd.
    """
    for path, entry in tree.walk():
        place = located(rules or tree, path) if entry.is_file else None
        if place and issubclass(place[1].record, classes):
            record = reader.record(path, entry, *place)
            if isinstance(record, classes):
                yield record
