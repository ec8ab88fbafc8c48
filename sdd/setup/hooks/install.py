"""sdd's hooks: written, chained before one that was there, taken out again byte for byte."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from sdd.base.errors import SddError
from sdd.base.paths import shell_word
from sdd.repo.objects import Repository
from sdd.repo.worktree import write_whole
from sdd.setup.hooks.hosts import HookHost, calls_sdd, find_host, find_server_host
from sdd.setup.hooks.script import (
    PRE_COMMIT,
    PRE_PUSH,
    PRE_RECEIVE,
    former_name,
    hook_script,
    is_current,
    is_own_hook,
    is_unedited,
    timeout_of,
)

OUTDATED = "another version of sdd wrote this hook"
_INSTALL = {
    PRE_PUSH: "sdd hook install",
    PRE_RECEIVE: "sdd hook install --server",
    PRE_COMMIT: "sdd capture install",
}
TIMEOUT = 120
"""Seconds that a new hook of a server gets to judge a push."""


class HookState(StrEnum):
    """What is where git looks for the hook."""

    INSTALLED = "installed"
    EDITED = "edited"
    ABSENT = "absent"
    OTHER = "other"
    MANAGED = "managed"


@dataclass(frozen=True)
class HookReport:
    """What is at `path`. `in_force` says whether git comes to sdd, `changed` whether this call did something.

    `former` is the hook that runs beside sdd's, `host` what manages the hooks instead of sdd, `caller` the file of
    somebody else's that calls sdd, whether git comes to it or not. `notes` are for people.
    """

    state: HookState
    path: Path
    in_force: bool
    changed: bool = False
    former: Path | None = None
    host: HookHost | None = None
    caller: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether sdd wrote the hook, edited since or not."""
        return self.state in (HookState.INSTALLED, HookState.EDITED)

    @property
    def is_outdated(self) -> bool:
        """Whether another version of sdd wrote the hook, and nobody has edited it since."""
        file = self.path if self.state == HookState.INSTALLED else self.caller
        content = file.read_bytes() if file else b""
        return is_unedited(content) and not is_current(content)

    @property
    def is_server(self) -> bool:
        """Whether it is about the hook of a repository that others push to."""
        return self.path.name == PRE_RECEIVE

    @property
    def install_command(self) -> str:
        """What writes or renews the hook."""
        return _INSTALL[self.path.name]


def install(repository: Repository, interpreter: str | None = None) -> HookReport:
    """Writes the pre-push hook, or renews it; a hook that was there is kept beside it and runs after it.

    `interpreter` is the Python that will run sdd, this one by default. Where another program manages the hooks, or
    they are outside this repository, nothing is written and `notes` say what to add where.
    Raises SddError in a bare repository and where the hook was edited by hand, OSError for what the disk refuses.
    """
    report = status(repository)
    if report.is_server:
        fix = f"sdd -C {shell_word(str(repository.git_dir))} {report.install_command.removeprefix('sdd ')}"
        raise SddError("a bare repository is pushed to, never from: its hook is the server's", fix)
    return _install(repository, report, hook_script(interpreter or sys.executable))


def install_commit_hook(repository: Repository, interpreter: str | None = None) -> HookReport:
    """Writes the pre-commit hook of capture, or renews it, as `install` does; a hook that was there runs before it."""
    report = status(repository, PRE_COMMIT)
    return _install(repository, report, hook_script(interpreter or sys.executable, name=PRE_COMMIT))


def install_server(repository: Repository, timeout: int | None = None, interpreter: str | None = None) -> HookReport:
    """Writes the pre-receive hook of a bare repository, or renews it, as `install` does.

    `timeout` is how many seconds it gets to judge; without it the limit that is there stays, TIMEOUT in a new hook.
    Raises SddError in a repository that is not bare.
    """
    if not repository.is_bare:
        fix = "run it in the repository that is pushed to: sdd -C FOLDER hook install --server"
        raise SddError("this repository is not bare, so it is no server's", fix)
    report = status(repository)
    known = timeout_of(report.path.read_bytes()) if report.state == HookState.INSTALLED else None
    return _install(repository, report, hook_script(interpreter or sys.executable, timeout or known or TIMEOUT))


def _install(repository: Repository, report: HookReport, script: bytes) -> HookReport:
    if report.state == HookState.MANAGED:
        return _renew_caller(repository, report, script)
    path, former = report.path, report.path.with_name(former_name(report.path.name))
    if report.state == HookState.EDITED:
        fix = f"move your lines to {former.name} beside it, remove it, and run: {report.install_command}"
        raise SddError(f"{path} was edited by hand", fix)
    if report.in_force and path.read_bytes() == script:
        return report
    chained = report.state == HookState.OTHER
    if chained:
        if os.path.lexists(former) and not _is_copy(former, path):
            raise SddError(
                f"{path} and {former} both exist", "sdd cannot tell which one to keep: move one of them away"
            )
        _copy(path, former)
    # In one step: at every moment a push meets a hook.
    write_whole(path, script, 0o777, replace=True)
    return status(repository, path.name, changed=True)


def _renew_caller(repository: Repository, report: HookReport, script: bytes) -> HookReport:
    """Renews a hook of sdd's that another program has moved aside, as pre-commit does; what sdd did not write stays."""
    caller = report.caller if report.caller and report.caller.parent == report.path.parent else None
    if not caller or not is_unedited(content := caller.read_bytes()) or content == script:
        return report
    write_whole(caller, script, 0o777, replace=True)
    return status(repository, report.path.name, changed=True)


def _copy(path: Path, to: Path) -> None:
    """Gives a hook a second name; where the file system cannot do that, a copy."""
    if os.path.lexists(to):
        return
    try:
        os.link(path, to, follow_symlinks=False)
    except OSError:
        if path.is_symlink():
            to.symlink_to(path.readlink())
        else:
            write_whole(to, path.read_bytes(), path.stat().st_mode & 0o777, replace=False)


def _is_copy(former: Path, path: Path) -> bool:
    """Whether an earlier run kept the hook already, and came no further."""
    if former.is_symlink() or path.is_symlink():
        return former.is_symlink() and path.is_symlink() and former.readlink() == path.readlink()
    return former.is_file() and former.read_bytes() == path.read_bytes()


def uninstall(repository: Repository, name: str | None = None) -> HookReport:
    """Takes sdd's hook of a name (as `status` knows it) out and puts back what was there before it. Another program's
    hook is left alone.

    Raises SddError where sdd's hook was edited by hand.
    """
    report = status(repository, name)
    if report.state == HookState.EDITED:
        raise SddError(f"{report.path} was edited by hand", "look it over and remove it yourself")
    if report.state != HookState.INSTALLED:
        return report
    report.former.replace(report.path) if report.former else report.path.unlink()
    return status(repository, name, changed=True)


def status(repository: Repository, name: str | None = None, *, changed: bool = False) -> HookReport:
    """What is where git looks for a hook, and whether this call has changed it. Nothing is written.

    Without a `name` it is the pre-push hook, in a bare repository the pre-receive hook.
    """
    top = repository.work_tree
    if not top and (name == PRE_COMMIT or not repository.is_bare):
        raise repository.no_work_tree("nobody commits here", "work in a clone of it")
    path = repository.hooks_folder / (name or (PRE_PUSH if top else PRE_RECEIVE))
    state = _state(path)
    former = path.with_name(former_name(path.name))
    former_hook = former if os.path.lexists(former) else None
    if state in (HookState.INSTALLED, HookState.EDITED):
        executable = os.access(path, os.X_OK)
        report = HookReport(state, path, executable, changed, former_hook)
        return replace(report, notes=tuple(_notes(repository, report)))
    host = find_host(repository, top, path) if top else find_server_host(repository, path)
    file = host.file if host else path
    caller = file if calls_sdd(file, path.name) else None
    if not host:
        return HookReport(state, path, False, changed, former_hook, caller=caller)
    in_force = bool(caller) and host.in_use
    report = HookReport(HookState.MANAGED, path, in_force, changed, former_hook, host, caller)
    return replace(report, notes=(*host.notes, *_outdated(report)))


def _notes(repository: Repository, report: HookReport) -> Iterator[str]:
    """What to mind about a hook of sdd's."""
    path = report.path
    yield from _outdated(report)
    if not report.in_force:
        yield f"{path} is not executable, so git skips it; fix it with: {report.install_command}"
    if not path.resolve().is_relative_to(repository.common_dir.resolve()):
        yield "it holds a path of this machine: do not commit it"


def _outdated(report: HookReport) -> Iterator[str]:
    if report.is_outdated:
        yield f"{OUTDATED}; renew it with: {report.install_command}"


def _state(path: Path) -> HookState:
    """ABSENT, OTHER, or whether the file is as sdd wrote it, by the digest in its second line."""
    if not os.path.lexists(path):
        return HookState.ABSENT
    if path.is_dir():
        raise SddError(f"{path} is a folder", "move it away: git looks for a file there")
    if path.is_symlink():
        return HookState.OTHER
    content = path.read_bytes()
    if not is_own_hook(content):
        return HookState.OTHER
    return HookState.INSTALLED if is_unedited(content) else HookState.EDITED
