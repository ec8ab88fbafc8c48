"""Who else manages git's hooks: where sdd writes none itself, and what to add there instead."""

import os
from pathlib import Path
from typing import NamedTuple

from sdd.base.paths import shell_word
from sdd.repo.objects import Repository
from sdd.setup.hooks.script import PRE_COMMIT, PRE_PUSH

# What is committed runs for people who have no sdd, too: their commits go on, and a server or CI judges their pushes.
_HAS_SDD = "command -v sdd >/dev/null 2>&1"
_WHERE_THERE_IS_SDD = f"{_HAS_SDD} || exit 0; sdd capture commit --pre-commit"
_UNJUDGED = "echo sdd is not installed, so this push is not judged here >&2"
_SERVER_GATE = "  exec sdd gate --pre-receive --timeout 120"


class HookCall(NamedTuple):
    """How a hook of sdd's is called where another program manages the hooks: the command as people know it, the signs
    by which a file is known to call it, and the lines that do so in a shell script (at its start or end), in
    lefthook's settings and in pre-commit's.
    """

    command: str
    signs: tuple[str, ...]
    shell: str
    place: str
    lefthook: tuple[str, ...]
    entry: str


_CALLS = {
    PRE_PUSH: HookCall(
        "sdd gate",
        ("sdd gate", "id: sdd-gate"),
        f'  if {_HAS_SDD}; then sdd gate --pre-push "$1" "$2" || exit $?; else {_UNJUDGED}; fi',
        "first",
        (f"run: if {_HAS_SDD}; then sdd gate --pre-push {{1}} {{2}}; else {_UNJUDGED}; fi", "use_stdin: true"),
        f"sh -c 'if {_HAS_SDD}; then sdd gate --head \"$PRE_COMMIT_TO_REF\"; else {_UNJUDGED}; fi'",
    ),
    PRE_COMMIT: HookCall(
        "sdd capture commit",
        ("capture commit --pre-commit",),
        f"  {_WHERE_THERE_IS_SDD}",
        "last",
        (f"run: {_WHERE_THERE_IS_SDD}",),
        f"sh -c '{_WHERE_THERE_IS_SDD}'",
    ),
}
_LEFTHOOK = ("lefthook", ".lefthook", ".config/lefthook")
_LEFTHOOK_ENDINGS = (".yml", ".yaml", ".toml", ".json")
_PRE_COMMIT_FILES = (".pre-commit-config.yaml", ".pre-commit-config.yml")


class HookHost(NamedTuple):
    """What manages the hooks here instead of sdd. `reason` says so in a clause, `file` is where the call of the hook
    `name` belongs, and `additions` are the lines that say how to add it. `in_use` says whether git's own hook leads to
    that file; `activation` is the command that makes it so.
    """

    reason: str
    file: Path
    additions: tuple[str, ...]
    in_use: bool = True
    activation: str = ""
    name: str = PRE_PUSH

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know or do."""
        if not calls_sdd(self.file, self.name):
            return (f"{self.reason}; {self.additions[0]}", *self.additions[1:])
        unused = "" if self.in_use else f", but git does not run it yet: {self.activation}"
        return (f"{self.file} calls {_CALLS[self.name].command}{unused}",)


def find_host(repository: Repository, top: Path, hook: Path) -> HookHost | None:
    """What manages the hooks of a repository whose git looks for one of its own hooks at `hook`, None for nothing."""
    host = _husky(top, hook) or _lefthook(top, hook) or _pre_commit(top, hook) or _outside(repository, top, hook)
    return _run_by_git(host._replace(name=hook.name), hook) if host else None


def _run_by_git(host: HookHost, hook: Path) -> HookHost:
    """The same with what it takes that git runs the hook, which it skips where that is not executable."""
    if os.access(hook, os.X_OK):
        return host
    below = hook.relative_to(Path.cwd()) if hook.is_relative_to(Path.cwd()) else hook
    command = f"chmod +x {shell_word(str(below))}"
    if host.file == hook:
        host = host._replace(additions=(*host.additions, f"then run: {command}"))
    if not host.in_use:
        return host
    return host._replace(in_use=False, activation=command if hook.exists() else host.activation)


def find_server_host(repository: Repository, hook: Path) -> HookHost | None:
    """The same for the pre-receive hook of a bare repository."""
    if _is_inside(repository, hook):
        return None
    reason = f"git's hooks are outside this repository, in {hook.parent}"
    additions = (f"add as the last line of {hook}, where nothing before it reads standard input:", _SERVER_GATE)
    return HookHost(reason, hook, additions)


def _husky(top: Path, hook: Path) -> HookHost | None:
    in_use = ".husky" in hook.parent.parts
    if not in_use and not (top / ".husky").is_dir():
        return None
    call = _CALLS[hook.name]
    file = top / ".husky" / hook.name
    # husky 8 starts the file a second time from that line: what stands above it runs twice.
    is_old = call.place == "first" and "husky.sh" in _text(file)
    place = "below the line with husky.sh" if is_old else f"as the {call.place} line"
    additions = (f"add {place} {'in' if is_old else 'of'} .husky/{hook.name}:", call.shell)
    return HookHost("husky manages the hooks here", file, additions, in_use, "npx husky")


def _lefthook(top: Path, hook: Path) -> HookHost | None:
    candidates = (top / f"{name}{ending}" for name in _LEFTHOOK for ending in _LEFTHOOK_ENDINGS)
    settings = next((file for file in candidates if file.is_file()), None)
    in_use = "lefthook" in _text(hook)
    if not settings and not in_use:
        return None
    file = settings or top / "lefthook.yml"
    additions = (
        f"add to {file.relative_to(top)}:",
        f"  {hook.name}:",
        "    commands:",
        "      sdd:",
        *(f"        {line}" for line in _CALLS[hook.name].lefthook),
        "then run: lefthook install",
    )
    return HookHost("lefthook manages the hooks here", file, additions, in_use, "lefthook install")


def _pre_commit(top: Path, hook: Path) -> HookHost | None:
    """pre-commit where it has the hook or is told to; one that only checks commits does not interfere with pushes."""
    file = next((path for name in _PRE_COMMIT_FILES if (path := top / name).is_file()), top / _PRE_COMMIT_FILES[0])
    in_use = "generated by pre-commit" in _text(hook)
    reason = f"pre-commit manages the {hook.name} hook here"
    # pre-commit runs the hook that it found before its own.
    former = hook.with_name(f"{hook.name}.legacy")
    if in_use and calls_sdd(former, hook.name):
        return HookHost(reason, former, (), os.access(former, os.X_OK), f"chmod +x {former}")
    is_told = hook.name in _text(file) if hook.name == PRE_PUSH else calls_sdd(file, hook.name)
    if not in_use and not is_told:
        return None
    call = _CALLS[hook.name]
    install = f"pre-commit install --hook-type {hook.name}"
    additions = (
        f"add to the repos of {file.name}:",
        "  - repo: local",
        "    hooks:",
        "      - id: sdd",
        f"        name: {call.command}",
        f"        entry: {call.entry}",
        "        language: system",
        f"        stages: [{hook.name}]",
        "        always_run: true",
        "        pass_filenames: false",
        f"then run: {install}",
    )
    return HookHost(reason, file, additions, in_use, install)


def _outside(repository: Repository, top: Path, hook: Path) -> HookHost | None:
    """A `core.hooksPath` that leads out of this repository, or to a hook that everybody gets by a commit."""
    if _is_inside(repository, hook):
        return None
    if not hook.parent.resolve().is_relative_to(top.resolve()):
        reason = f"git's hooks are outside this repository, in {hook.parent}"
    elif is_tracked(repository, hook):
        reason = f"{hook} is committed, so everybody shares it"
    else:
        return None
    call = _CALLS[hook.name]
    return HookHost(reason, hook, (f"add as the {call.place} line of {hook}:", call.shell))


def _is_inside(repository: Repository, hook: Path) -> bool:
    """Whether a hook is in git's own folder, which belongs to this repository alone."""
    folder = hook.parent.resolve()
    return any(folder.is_relative_to(own.resolve()) for own in (repository.git_dir, repository.common_dir))


def is_tracked(repository: Repository, path: Path) -> bool:
    """Whether git tracks a file: then it came with the repository, or goes with it."""
    return repository.run("ls-files", "--error-unmatch", "--", f":(literal){path}").returncode == 0


def calls_sdd(file: Path, hook: str) -> bool:
    """Whether a file says, outside its comments, that what a hook of sdd's does is to be done."""
    code = (line.partition(" #")[0] for line in _text(file).splitlines() if not line.lstrip().startswith("#"))
    signs = _CALLS.get(hook, _CALLS[PRE_PUSH]).signs
    return any(sign in line for line in code for sign in signs)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
