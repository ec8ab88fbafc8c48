"""What git is in the middle of here, and the paths that are in conflict."""

from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.base.paths import printable_path
from sdd.repo.objects import Repository

# In this order: a rebase that stops leaves the mark of a cherry-pick too.
_MARKS = {
    "rebase-apply/applying": "am",
    "rebase-apply": "rebase",
    "rebase-merge": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}
_MOST_NAMED = 5


class Unfinished(NamedTuple):
    """An operation of git's, in the word of its command, empty for none; and the paths that are in conflict. `added`
    are those of them that both sides made, `theirs` is the commit that a merge or a rebase takes in.
    """

    operation: str = ""
    unmerged: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    theirs: str = ""

    @property
    def conflicts(self) -> str:
        """The paths in conflict, in words."""
        named = [printable_path(path) for path in self.unmerged[:_MOST_NAMED]]
        more = len(self.unmerged) - len(named)
        return ", ".join(named) + (f" and {more} more" if more else "")

    @property
    def verdict(self) -> str:
        """Why there is no verdict yet, empty for none."""
        if self.unmerged:
            return f"cannot be told before the conflicts are resolved: {self.conflicts}"
        return f"cannot be told before the {self.operation} is finished" if self.operation else ""

    @property
    def continuing(self) -> str:
        """The words after `git` that go on with the operation, empty for none."""
        return f"{self.operation} --continue" if self.operation else ""

    @property
    def going_on(self) -> tuple[str, ...]:
        """The command that does so without asking for a message, empty for none."""
        return ("git", "-c", "core.editor=true", *self.continuing.split()) if self.operation else ()

    @property
    def way_out(self) -> str:
        """What to do by hand about the conflicts."""
        them = "them" if len(self.unmerged) > 1 else "it"
        ending = f", then: git {self.continuing}" if self.operation else ""
        return f"resolve {self.conflicts}, git add {them}{ending}"


def operation_of(repository: Repository) -> str:
    """The operation that git is in the middle of, in the word of its command, empty for none."""
    return next((word for mark, word in _MARKS.items() if (repository.git_dir / mark).exists()), "")


def unfinished(repository: Repository) -> Unfinished:
    """What the work tree is in the middle of."""
    operation = operation_of(repository)
    # A conflict outlives its operation: `git stash pop` has none.
    listed = repository.git("ls-files", "--unmerged", "-z") if repository.work_tree else ""
    # Each path is listed once for every side that has it; the base is stage 1.
    stages: dict[str, str] = {}
    for line in listed.split("\0")[:-1]:
        entry, _, path = line.partition("\t")
        stages[path] = stages.get(path, "") + entry[-1]
    added = tuple(path for path, sides in stages.items() if sides == "23")
    return Unfinished(operation, tuple(stages), added, _taken_in(repository, operation) if added else "")


def require_resolved(repository: Repository) -> None:
    """Raises SddError in the middle of a merge or the like with conflicts, where git commits nothing."""
    doing = unfinished(repository)
    if doing.unmerged:
        raise SddError(f"git commits nothing before the conflicts are resolved: {doing.conflicts}", doing.way_out)


def _taken_in(repository: Repository, operation: str) -> str:
    if operation == "merge":
        return repository.commit("MERGE_HEAD") or ""
    onto = repository.git_dir / "rebase-merge/onto"
    return onto.read_text().strip() if operation == "rebase" and onto.exists() else ""
