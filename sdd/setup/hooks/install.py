"""The pre-push hook: written, chained before one that was there, taken out again byte for byte."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sdd.base.errors import SddError
from sdd.repo.objects import Repository
from sdd.repo.worktree import write_whole
from sdd.setup.hooks.hosts import advice_for, calls_gate
from sdd.setup.hooks.script import hook_script, is_sdds, is_untouched

NAME = "pre-push"
FORMER = "pre-push.before-sdd"


class HookState(StrEnum):
    """What stands where git looks for the pre-push hook."""

    INSTALLED = "installed"
    EDITED = "edited"
    ABSENT = "absent"
    OTHER = "other"
    MANAGED = "managed"


@dataclass(frozen=True)
class HookReport:
    """What stands at `path`. `in_force` says whether a push is judged, `changed` whether this call did something.

    `former` is the hook that runs after sdd's, `calls` another's file that calls the gate. `notes` are for people: what
    to add where, and what to mind.
    """

    state: HookState
    path: Path
    in_force: bool
    changed: bool = False
    former: Path | None = None
    notes: tuple[str, ...] = ()
    calls: Path | None = None


def install(repository: Repository, interpreter: str | None = None) -> HookReport:
    """Writes the hook, or renews it; a hook that was there is kept beside it and runs after it.

    `interpreter` is the Python that will run sdd, this one by default. Where another program looks after the
    hooks, or they lie outside this repository, nothing is written and `notes` say what to add where.
    Raises SddError in a bare repository, where the hook was edited by hand, and where it cannot be written.
    """
    found = status(repository)
    if found.state == HookState.MANAGED:
        return found
    if found.state == HookState.EDITED:
        raise SddError(
            f"{found.path} was edited by hand",
            f"move your lines to {FORMER} beside it, remove it, and run: sdd hook install",
        )
    path, former = found.path, found.path.with_name(FORMER)
    script = hook_script(interpreter if interpreter is not None else sys.executable, FORMER)
    if found.state == HookState.INSTALLED and path.read_bytes() == script and os.access(path, os.X_OK):
        return found
    moved = found.state == HookState.OTHER
    if moved:
        if os.path.lexists(former):
            raise SddError(
                f"both {path} and {former} are there", "sdd cannot tell which one to keep: move one of them away"
            )
        with _told(path):
            path.rename(former)
    try:
        write_whole(path, script, 0o777, replace=True)
    except SddError:
        if moved:
            former.rename(path)
        raise
    return _report(repository, changed=True)


def uninstall(repository: Repository) -> HookReport:
    """Takes sdd's hook out and puts back what was there before it. Another program's hook is left alone.

    Raises SddError where sdd's hook was edited by hand.
    """
    found = status(repository)
    if found.state == HookState.EDITED:
        raise SddError(f"{found.path} was edited by hand", "look it over and remove it yourself")
    if found.state != HookState.INSTALLED:
        return found
    former = found.path.with_name(FORMER)
    with _told(found.path):
        if os.path.lexists(former):
            former.replace(found.path)
        else:
            found.path.unlink()
    return _report(repository, changed=True)


def status(repository: Repository) -> HookReport:
    """What stands where git looks for the pre-push hook. Nothing is written."""
    return _report(repository, changed=False)


def _report(repository: Repository, changed: bool) -> HookReport:
    if not repository.work_tree:
        raise SddError(
            "a bare repository is pushed to, never from: a pre-push hook does nothing there", "install it in a clone"
        )
    # Relative to where git runs, the top; --path-format came with git 2.31.
    folder = repository.work_tree / repository.git("rev-parse", "--git-path", "hooks").removesuffix("\n")
    path = folder / NAME
    state = _state(path)
    former = path.with_name(FORMER)
    chained = former if os.path.lexists(former) else None
    if state in (HookState.INSTALLED, HookState.EDITED):
        runnable = os.access(path, os.X_OK)
        return HookReport(state, path, runnable, changed, chained, tuple(_remarks(repository, path, runnable)))
    advice = advice_for(repository, folder, path)
    if advice:
        return HookReport(HookState.MANAGED, path, advice.in_force, changed, chained, advice.notes, advice.calls)
    return HookReport(state, path, False, changed, chained, calls=path if calls_gate(path) else None)


def _remarks(repository: Repository, path: Path, runnable: bool) -> Iterator[str]:
    """What to mind about a hook of sdd's at `path`."""
    if not runnable:
        yield f"{path} is not executable, so git skips it; mend it with: sdd hook install"
    if not path.resolve().is_relative_to(repository.common_dir.resolve()):
        yield "it holds a path of this machine: do not commit it"


def _state(path: Path) -> HookState:
    """ABSENT, OTHER, or whether the file is the one that was written, by the digest in its second line."""
    if not os.path.lexists(path):
        return HookState.ABSENT
    if path.is_dir():
        raise SddError(f"{path} is a folder", "move it away: git looks for a file there")
    if path.is_symlink():
        return HookState.OTHER
    with _told(path):
        content = path.read_bytes()
    if not is_sdds(content):
        return HookState.OTHER
    return HookState.INSTALLED if is_untouched(content) else HookState.EDITED


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever the file system refuses about `path` becomes an SddError."""
    try:
        yield
    except OSError as error:
        raise SddError(
            f"{path}: {error.strerror or error}", "see to its permissions and run the command again"
        ) from None
