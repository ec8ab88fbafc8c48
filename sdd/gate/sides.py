"""The two sides of a change: what its target holds, what its head holds, and what each root asks of it."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

from sdd.gate.target.judgement import JudgementTarget
from sdd.records.kinds.policy import Policy
from sdd.records.layout import Layout, is_root, roots_of
from sdd.records.project import Project, Reader
from sdd.repo.folders import Pair
from sdd.repo.objects import Repository, Tree
from sdd.repo.sizes import count_lines

Found = TypeVar("Found")


class Sides:
    """The trees on both sides of a change, and its roots in them.

    Roots and policy are TARGET's, or head's where the change itself brings sdd along (`own_rules`). In an `adopting`
    change only the records are judged: the other files are older than sdd. `policy_of` may override a root's policy:
    a change can be judged by the policy of another day.
    """

    def __init__(
        self,
        repository: Repository,
        target: JudgementTarget,
        reader: Reader,
        policy_of: Callable[[str], Policy | None] | None = None,
    ) -> None:
        change = target.change
        assert change, "what is not judged has no sides"
        self.repository = repository
        self.change = change
        self.reader = reader
        self.adopting = target.adopting
        self.pushes_target = target.pushes_target
        self.actors = target.actors
        self._policy_of = policy_of
        self.rules_revision = target.policy_revision or change.head
        self.own_rules = self.rules_revision == change.head
        self.head = repository.tree(change.head)
        self._rules_tree = repository.tree(self.rules_revision)
        self.target = repository.tree(change.target) if change.target else None
        self.forks = tuple(repository.tree(fork) for fork in change.forks)
        self._projects: dict[tuple[str, str], Project] = {}
        self.counted: dict[Pair, int] = {}
        # Every rule looks near the changed paths, so their folders are read at once.
        for tree in dict.fromkeys((self.head, *self._earlier)):
            tree.load(changed.path for changed in change.paths)

    def count_lines(self, pairs: Sequence[Pair]) -> list[int]:
        """How many lines differ in some files; each is counted once, however many rules ask, and then in `counted`."""
        unknown = [pair for pair in dict.fromkeys(pairs) if pair not in self.counted]
        self.counted.update(zip(unknown, count_lines(self.repository, unknown) if unknown else (), strict=True))
        return [self.counted[pair] for pair in pairs]

    def root_of(self, path: str) -> str | None:
        """The root that a path belongs to, None where it is under none."""
        return next(iter(roots_of(self._rules_tree, path)), None)

    @cached_property
    def new_roots(self) -> frozenset[str]:
        """Roots that head adds: neither a fork nor the target has them."""
        held = (root for root in self._touched_roots if is_root(self.head, root))
        return frozenset(root for root in held if not any(is_root(tree, root) for tree in self._earlier))

    @cached_property
    def removed_roots(self) -> frozenset[str]:
        """Roots that head removes: target and every fork have them."""
        gone = (root for root in self._touched_roots if not is_root(self.head, root))
        return frozenset(root for root in gone if all(is_root(tree, root) for tree in self._earlier))

    @cached_property
    def _earlier(self) -> tuple[Tree, ...]:
        return (*self.forks, self.target) if self.target else self.forks

    @cached_property
    def _touched_roots(self) -> frozenset[str]:
        marker = "/.specify/"
        parts = (f"/{changed.path}".rpartition(marker) for changed in self.change.paths)
        return frozenset(before.removeprefix("/") for before, mark, _ in parts if mark)

    def policy(self, root: str) -> Policy:
        """What a root asks of this change: its policy as TARGET has it, or as an adopting head brings it.

        Where that cannot be read, the defaults hold, for the change that fixes it.
        """
        return self.policy_as_written(root).or_defaults()

    def policy_as_written(self, root: str) -> Policy:
        """The same, with whatever is wrong with it."""
        root = self._governing(root)
        other = self._policy_of(root) if self._policy_of else None
        return other or self._project(self._rules_tree, root).policy

    def found_policy(self, root: str) -> Policy:
        """What a root asked when this change came, whatever policy it is judged by now."""
        return self._project(self._rules_tree, self._governing(root)).policy.or_defaults()

    def _governing(self, root: str) -> str:
        """The root whose policy holds: a stray root has none of its own."""
        if root in self.new_roots or is_root(self._rules_tree, root):
            return root
        return next(iter(roots_of(self._rules_tree, f"{root}/")), root)

    def after(self, root: str) -> Project:
        """A root as head has it."""
        return self._project(self.head, root)

    def nearest(self, root: str, read: Callable[[Project], Found | None]) -> Found | None:
        """What is read first in a root and those above it, as head has them; None where it is in none."""
        above = dict.fromkeys((root, *roots_of(self.head, root)))
        return next(filter(None, (read(self.after(folder)) for folder in above)), None)

    def before(self, root: str) -> Project:
        """A root as TARGET has it; empty on a first push."""
        return self._project(self.target, root) if self.target else self.after(root).emptied

    def earlier(self, root: str) -> tuple[Project, ...]:
        """A root as each FORK and TARGET has it."""
        return tuple(self._project(tree, root) for tree in self._earlier)

    def _project(self, tree: Tree, root: str) -> Project:
        key = (tree.oid, root)
        if key not in self._projects:
            # A policy has no layout before it is read.
            layout = self._layout(root) if tree is not self._rules_tree else None
            self._projects[key] = Project(tree, root, self.reader, layout)
        return self._projects[key]

    def _layout(self, root: str) -> Layout:
        """Where a root has its records: as the policy that the change found says, or the one that it brings to a root
        without any.
        """
        root = self._governing(root)
        found = self.policy(root)
        is_new = found.path not in self._rules_tree and found.path in self.head
        return (Policy.of(self.head, root).or_defaults() if is_new else found).layout
