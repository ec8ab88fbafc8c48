"""The programs at work: git, sdd, and the hook that git would run, of which nothing is run."""

import os
import platform
import re
import shlex
import shutil
import sys
from pathlib import Path

from sdd import __version__
from sdd.authoring.verification import run_command
from sdd.base.paths import shell_word
from sdd.repo.git import MINIMUM_GIT, git_version
from sdd.setup.doctor.context import Diagnoses, Diagnosis, DoctorContext, fault, ok, warning
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks.hosts import is_tracked
from sdd.setup.hooks.install import OUTDATED, HookReport, HookState
from sdd.setup.hooks.script import interpreter_of, is_own_hook

INSTALL = "sdd hook install"
_SKIPPED = "git skips it, since it is not executable"

# Everything that a verdict may need, so that an environment with a part missing is noticed.
_ASK = "import click, markdown_it, pathspec, platform, sdd, yaml; print(sdd.__version__, platform.python_version())"
_PATH_OF_SDD = re.compile(r"(?<![^\s\"'`=(])([\w.~/-]*/sdd) gate\b")


def git(context: DoctorContext) -> Diagnoses:
    """Whether git is new enough, and free to write."""
    version, numbers = git_version()
    minimum = ".".join(map(str, MINIMUM_GIT))
    path = shutil.which("git") or "git"
    if numbers < MINIMUM_GIT:
        yield fault(f"{version} ({path}) is older than {minimum}, which sdd needs: update git")
    else:
        yield ok(f"{version} ({path}); {minimum} or newer is needed")
    lock = context.repository.git_dir / "index.lock"
    if lock.exists():
        yield warning(f"git is at work, or one that was killed left its lock: if no git runs, remove {lock}")


def sdd(context: DoctorContext) -> Diagnoses:
    """Which sdd this is. It runs, so its Python is new enough."""
    yield ok(f"sdd {__version__}, run by Python {platform.python_version()} ({sys.executable})")


def hook(context: DoctorContext) -> Diagnoses:
    """Whether git would run a hook that calls sdd: the pre-push hook, in a bare repository the pre-receive hook."""
    if not context.is_bare and not context.repository.work_tree:
        yield warning("not examined from within git's own folder: run sdd doctor in the work tree")
    else:
        report = hooks.status(context.repository)
        yield _own(report) if report.is_own else _other(context, report)


def _own(report: HookReport) -> Diagnosis:
    edited = report.state == HookState.EDITED
    if not report.in_force:
        return fault(f"{_SKIPPED}: {report.path}", "" if edited else report.install_command)
    if edited:
        return warning(f"sdd's, edited by hand, so sdd hook install will not renew it; not fired here: {report.path}")
    if report.is_outdated:
        return warning(f"{OUTDATED}: {report.path}", report.install_command)
    then = f"; {report.former.name} beside it runs after it" if report.former else ""
    return ok(f"sdd's own: {report.path}{then}")


def _other(context: DoctorContext, report: HookReport) -> Diagnosis:
    path, caller = report.path, report.caller
    if not context.projects and not caller:
        return ok(f"none of sdd's, and nothing to judge: {path}")
    if not path.parent.is_dir() and "core.hookspath" in context.repository.config:
        return fault(f"core.hooksPath leads to {path.parent}, where no hook can be", _unset_hooks_path(context, report))
    # A server may leave it to CI.
    unjudged = warning if report.is_server else fault
    if report.state == HookState.ABSENT:
        pushes = "push to here" if report.is_server else "push from here"
        return unjudged(f"none, so no {pushes} is judged: {path}", report.install_command)
    if not caller:
        reason = f"{report.host.reason}, and nothing there calls sdd" if report.host else "another's; it calls no sdd"
        told = f"{reason}: {path}{' (add there what the command prints)' if report.host else ''}"
        return unjudged(told, report.install_command)
    if report.host and not report.in_force:
        return fault("; ".join(report.notes), report.host.activation)
    if not os.access(path, os.X_OK):
        return fault(f"{_SKIPPED}: {path}", f"chmod +x {shell_word(str(path))}")
    if report.is_outdated:
        return warning(f"{OUTDATED}: {caller}", report.install_command)
    by = f" by {caller}" if caller != path else ""
    return ok(f"another's; it calls sdd{by}, not fired here: {path}")


def _unset_hooks_path(context: DoctorContext, report: HookReport) -> str:
    answer = context.repository.git_answer("config", "--show-scope", "--get", "core.hooksPath") or ""
    scope = answer.partition("\t")[0]
    if scope in ("local", "worktree"):
        return f"git config --{scope} --unset core.hooksPath && {report.install_command}"
    if scope == "command":
        return ""  # an environment variable sets it, and overrides every file
    own = shell_word(str(context.repository.common_dir / "hooks"))
    return f"git config core.hooksPath {own} && {report.install_command}"


def called(context: DoctorContext) -> Diagnoses:
    """Which sdd the hook would call, and whether that one can run."""
    caller = _caller(context)
    if not caller:
        return
    content = caller.read_bytes()
    if is_own_hook(content):
        yield _by_interpreter(context, interpreter_of(content) or "no interpreter")
    else:
        yield _by_name(context, caller, os.fsdecode(content))


def _caller(context: DoctorContext) -> Path | None:
    if not context.hook:
        return None
    return context.hook.path if context.hook.is_own else context.hook.caller


def _by_interpreter(context: DoctorContext, interpreter: str) -> Diagnosis:
    report = context.hook
    fix = report.install_command if report and report.state == HookState.INSTALLED else ""
    if not may_run(context, interpreter):
        return warning(f"the hook's interpreter is a file of this repository, not run here: {interpreter}", fix)
    versions = _versions(interpreter, context.limit)
    if versions[:1] == [__version__]:
        return ok(f"the hook calls sdd {versions[0]} by Python {versions[1]}: {interpreter}")
    if versions:
        return warning(f"the hook calls sdd {versions[0]} by {interpreter}, and this is {__version__}", fix)
    if report and report.is_server:
        return fault(f"the hook's interpreter cannot run sdd, so every push is refused: {interpreter}", fix)
    if path := shutil.which("sdd"):
        return warning(f"the hook's interpreter cannot run sdd, so it falls back on {path}: {interpreter}", fix)
    message = "the hook's interpreter cannot run sdd, and PATH has none, so every push is refused"
    return fault(f"{message}: {interpreter}", fix)


def may_run(context: DoctorContext, program: str) -> bool:
    """Whether a program is none of the repository's: git tracks neither it nor what it links to."""
    path = Path(program)
    return path.is_absolute() and not any(is_tracked(context.repository, file) for file in {path, path.resolve()})


def _versions(interpreter: str, limit: float) -> list[str]:
    """The version of an interpreter's sdd and its own; empty where it cannot run sdd."""
    outcome = run_command(shlex.join((interpreter, "-P", "-c", _ASK)), Path("/"), limit)
    words = outcome.tail.split()
    return words if outcome.passed and len(words) == 2 else []


def _by_name(context: DoctorContext, caller: Path, text: str) -> Diagnosis:
    written = _PATH_OF_SDD.search(text)
    if written:
        program = (context.repository.work_tree or context.repository.git_dir) / Path(written[1]).expanduser()
        if os.access(program, os.X_OK):
            return ok(f"{caller} calls {written[1]}")
        return fault(f"{caller} calls {written[1]}, and no such program exists")
    if path := shutil.which("sdd"):
        return ok(f"{caller} calls sdd by its name: from here that is {path}")
    folder = Path(sys.executable).parent
    return fault(f"{caller} calls sdd by its name, and PATH has none; this sdd is in {folder}")
