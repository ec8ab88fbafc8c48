"""The hook as it stands: whether git would run it, and whether it calls sdd as far as can be read."""

import os
import shlex
from pathlib import Path

from sdd.setup.doctor.checked import Rows, fault, ok, warning
from sdd.setup.doctor.place import Place
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks.hosts import calls_gate
from sdd.setup.hooks.install import HookReport, HookState

INSTALL = "sdd hook install"
OURS = (HookState.INSTALLED, HookState.EDITED)


def hook(place: Place) -> Rows:
    """Whether git would run a hook that calls sdd: the pre-push hook, in a bare repository the pre-receive hook."""
    if place.is_bare:
        yield from _receiving(place)
    elif not place.repository.work_tree:
        yield warning("not looked at from within git's own folder: ask from the work tree")
    else:
        report = hooks.status(place.repository)
        yield from _ours(report) if report.state in OURS else _others(place, report)


def _ours(report: HookReport) -> Rows:
    edited = report.state == HookState.EDITED
    if not report.in_force:
        mend = "" if edited else INSTALL
        yield fault(f"git skips it, since it is not executable: {report.path}", mend)
    elif edited:
        yield warning(f"sdd's, edited by hand, so sdd hook install will not renew it: {report.path}")
    else:
        then = f"; {report.former.name} beside it runs after it" if report.former else ""
        yield ok(f"sdd's own: {report.path}{then}")


def _others(place: Place, report: HookReport) -> Rows:
    if not place.projects and not report.calls:
        yield ok(f"none of sdd's, and nothing to judge: {report.path}")
    elif not report.path.parent.is_dir() and "core.hookspath" in place.repository.config:
        yield fault(f"core.hooksPath leads to {report.path.parent}, where no hook can be", _without_hooks_path(place))
    elif report.state == HookState.ABSENT:
        yield fault(f"none, so no push from here is judged: {report.path}", INSTALL)
    elif report.state == HookState.MANAGED and not report.calls:
        yield fault(f"{report.notes[0].partition(';')[0]}, and nothing there calls sdd: {report.path}", INSTALL)
    elif not report.calls:
        yield fault(f"another's, and nothing says that it calls sdd: {report.path}", INSTALL)
    elif report.state == HookState.MANAGED and not report.in_force:
        yield fault("; ".join(report.notes), INSTALL)
    elif not os.access(report.path, os.X_OK):
        yield fault(f"git skips it, since it is not executable: {report.path}")
    else:
        by = f", told by {report.calls}" if report.calls != report.path else ""
        yield ok(f"another's, and it calls sdd{by}: {report.path}")


def _without_hooks_path(place: Place) -> str:
    """The commands that let git look for hooks in its own folder again, wherever the setting was made."""
    said = place.repository.git_answer("config", "--show-scope", "--get", "core.hooksPath") or ""
    scope = said.partition("\t")[0]
    if scope in ("local", "worktree"):
        return f"git config --{scope} --unset core.hooksPath && {INSTALL}"
    if scope == "command":
        return ""  # an environment variable says so, and it is the last word
    own = shlex.quote(str(place.repository.common_dir / "hooks"))
    return f"git config core.hooksPath {own} && {INSTALL}"


# -- on a server -------------------------------------------------------------------------------------------


def receiving_hook(place: Place) -> Path:
    """Where git looks for the pre-receive hook of a bare repository."""
    folder = place.repository.git("rev-parse", "--git-path", "hooks").removesuffix("\n")
    return place.repository.git_dir / folder / "pre-receive"


def _receiving(place: Place) -> Rows:
    path = receiving_hook(place)
    if not place.projects:
        yield ok(f"nothing to judge: {path}")
    elif not path.is_file():
        yield warning(f"none, so pushes to here are judged by nobody; see docs/hooks.md, the server's hook: {path}")
    elif not os.access(path, os.X_OK):
        yield fault(f"git skips it, since it is not executable: {path}")
    elif not calls_gate(path):
        yield warning(f"nothing says that it calls sdd gate --pre-receive: {path}")
    else:
        yield ok(f"it calls sdd: {path}")
