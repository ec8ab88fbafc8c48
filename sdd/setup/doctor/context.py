"""What a check of the doctor gets, and what it says: the repository that is examined, and a diagnosis."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, partial
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.gate.target.branches import Targets, find_own_targets, find_targets
from sdd.records.kinds import locate
from sdd.records.layout import find_roots, has_root
from sdd.records.project import Project, Reader
from sdd.repo.objects import Entry, Repository, Tree
from sdd.repo.refs import HEADS, Branch, head_branch, remote_names, remote_without_push
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks.install import HookReport


class State(StrEnum):
    """A fault lets a push go unjudged, or gives wrong answers or none; a warning may become one."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Diagnosis(NamedTuple):
    """One thing that was examined. `fix` is a line for a shell, of sdd's and git's commands only; empty where nothing
    is wrong, or no such command helps (`message` then says what does). `check` is the name of the check that says it.
    """

    state: State
    message: str
    fix: str = ""
    check: str = ""


Diagnoses = Iterator[Diagnosis]

ok, warning, fault = (partial(Diagnosis, state) for state in State)
"""What makes a diagnosis of each state, from its message and its fix."""


@dataclass(frozen=True)
class DoctorContext:
    """A repository as its doctor sees it. `limit` is how many seconds a program that is run gets."""

    repository: Repository
    today: date
    limit: float

    @cached_property
    def reader(self) -> Reader:
        """Blobs, each read once."""
        return Reader(self.repository.beginnings)

    @cached_property
    def is_bare(self) -> bool:
        """Whether others push to it."""
        return self.repository.is_bare

    @cached_property
    def hook(self) -> HookReport | None:
        """What is where git looks for the hook that a push meets here, None where none can be, or it cannot be told."""
        try:
            return hooks.status(self.repository)
        except (SddError, OSError):
            return None

    # -- what is judged by what ----------------------------------------------------------------------------

    @cached_property
    def remote(self) -> str | None:
        """The remote that a push from here goes to, None where nothing names it."""
        head = head_branch(self.repository) or ""
        return remote_without_push(self.repository, head.removeprefix(HEADS) or None)

    @property
    def is_ambiguous(self) -> bool:
        """Whether there are several remotes, and nothing says which one holds the target."""
        named = self.repository.config.get("sdd.target")
        return self.remote is None and bool(remote_names(self.repository)) and not named

    @cached_property
    def targets(self) -> Targets:
        """The targets that a push is judged by: in a bare repository, a push to it."""
        if self.is_bare:
            return find_own_targets(self.repository, self.repository.refs, head_branch(self.repository))
        return find_targets(self.repository, self.remote)

    @cached_property
    def target(self) -> Branch | None:
        """The branch that policies are read from, None where none is known."""
        return None if self.is_ambiguous else self.targets.first

    @cached_property
    def head(self) -> Tree | None:
        """What HEAD's commit holds, None before the first one."""
        commit = self.repository.commit("HEAD")
        return self.repository.tree(commit) if commit else None

    @cached_property
    def judged_by(self) -> tuple[str, Tree | None]:
        """The name and the tree that roots and policies are read from: the target's; HEAD's where no target is known,
        or it has no root yet.
        """
        candidates = [(self.target.name, self.repository.tree(self.target.oid))] if self.target else []
        candidates += [("HEAD", self.head)] if self.head else []
        return next((named for named in candidates if has_root(named[1])), next(iter(candidates), ("HEAD", None)))

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """The roots that a push is judged by."""
        tree = self.judged_by[1]
        return tuple(Project(tree, root, self.reader) for root in find_roots(tree)) if tree else ()

    # -- what HEAD holds -----------------------------------------------------------------------------------

    @cached_property
    def files(self) -> Mapping[str, Entry]:
        """Every file of HEAD's commit."""
        return dict(self.repository.files(self.head.oid)) if self.head else {}

    @cached_property
    def records(self) -> tuple[str, ...]:
        """The paths among them that are records by their names, agent files and policies included."""
        return tuple(path for path in self.files if locate(path))
