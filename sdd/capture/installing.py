"""Capture turned on and off: an agent's hook file with sdd's entries, and given back as it was."""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.capture import hook_text
from sdd.capture.hook_place import HookPlace, Receipt
from sdd.capture.places import captures, is_configured, noted, notes_file, place_of
from sdd.capture.store import Store
from sdd.records.hook_files import HOOK_FILES, with_entries, without_entries
from sdd.repo.locks import locked
from sdd.repo.objects import Repository
from sdd.repo.worktree import work_trees, write_whole
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks.hosts import is_tracked
from sdd.setup.hooks.script import PRE_COMMIT

CONFIG, SINCE = "sdd.capture", "sdd.captureSince"
"""The keys of git's configuration that turn capture on, and say since when, in seconds since 1970."""

_NOTES = {
    "claude": "start a new session of Claude Code: one that runs keeps the hooks that it began with",
    "codex": "in Codex run /hooks and trust this hook: until then Codex skips it without a word",
    "gemini": "start a new session of Gemini CLI; /hooks lists what it runs",
    "antigravity": "Antigravity tells no prompt: it is read from the transcript, some time after the turn",
    "cursor": "Cursor fires no hook for the prompts of `agent -p`",
    "copilot": "the cloud agent runs the hooks of the default branch alone: sdd capture install --shared",
    "vscode": "reload the window of VS Code",
    "opencode": "start OpenCode again",
    "windsurf": "start Windsurf again; it runs no hooks in a restricted workspace",
}


class Installed(NamedTuple):
    """A hook of an agent: its file, and whether this call changed it. `note` is what a person should know or do."""

    agent: str
    path: Path
    changed: bool
    note: str = ""


def trees(repository: Repository, agent: str, *, shared: bool) -> Iterator[Repository]:
    """The work trees that an agent's hook file is for, this one first: a user's own file is in one of them alone."""
    yield repository
    if not shared and not HOOK_FILES[agent].own.startswith("~/"):
        for top in work_trees(repository):
            place = place_of(str(top))
            if place and top != repository.work_tree and os.path.realpath(top) == place.top:
                yield Repository(Path(place.git_dir), Path(place.common_dir), top)


def unheard(repository: Repository) -> Iterator[str]:
    """The agents that are heard in another work tree of this repository, and not in this one."""
    here = {agent for agent, _, _ in installed(repository)}
    for agent in (agent for agent in HOOK_FILES if agent not in here):
        others = (tree for tree in trees(repository, agent, shared=False) if tree is not repository)
        if any(HookPlace.of(tree, agent, shared=False).receipt() for tree in others):
            yield agent


def is_on(repository: Repository) -> bool:
    """Whether capture is on in a repository: as the hook sees it, which starts no git."""
    place = place_of(str(repository.work_tree)) if repository.work_tree else None
    return bool(place and captures(place))


def is_moved(repository: Repository) -> bool:
    """Whether capture was on in a repository that came here from another folder: its configuration alone says so."""
    place = place_of(str(repository.work_tree)) if repository.work_tree else None
    return bool(place and is_configured(place) and not captures(place))


def turn(repository: Repository, *, on: bool) -> None:
    """Turns capture on or off in a repository, for all its work trees. What is on stays on since it was turned on.

    What waits is read before it goes off: nobody would look in the user's folder for it then. Raises SddError where it
    cannot be.
    """
    config = ("config", "--file", str(repository.common_dir / "config"))
    if not on:
        from sdd.capture.draining import drain

        drain(Store(repository.common_dir))
        for key in (CONFIG, SINCE):
            repository.run(*config, "--unset-all", key)
        _note(repository, on=False)
    elif not is_on(repository):
        repository.git(*config, CONFIG, "true")
        repository.git(*config, SINCE, str(int(time.time())))
        _note(repository, on=True)


def _note(repository: Repository, *, on: bool) -> None:
    """Notes for this user whether capture was turned on in a repository."""
    file, own = Path(notes_file()), os.fsencode(repository.common_dir.resolve())
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(file.with_name("lock")):
        others = [each for each in noted(str(file)) if each not in (b"", own)]
        content = b"".join(each + b"\n" for each in (*others, *([own] if on else ())))
        write_whole(file, content, 0o600, replace=True)


def install(repository: Repository, agent: str, *, shared: bool) -> Installed:
    """Adds sdd's entries to an agent's hook file. Raises SddError where that file cannot take them."""
    place = HookPlace.of(repository, agent, shared=shared)
    place.require_inside(repository.work_tree)
    with place.lock():
        file, line = HOOK_FILES[agent], hook_text.line_of(agent, shared=shared)
        content, receipt = place.content(), place.receipt()
        users = tuple(dict.fromkeys((*(receipt.users if receipt else ()), place.user)))
        is_ours = receipt is not None and content is not None and receipt.after == hook_text.digest(content)
        if file.template:
            wanted = hook_text.plugin_text(file, line, shared=shared)
            if content is not None and content != wanted and not is_ours:
                raise SddError(f"{place.path} is there and not sdd's", "move it away, then run the command again")
        else:
            try:
                document = place.document(content)
                merged = with_entries(hook_text.without_others(document, agent, line), file, line)
            except ValueError as error:
                raise SddError(f"{place.path}: {error}", f"add its hooks by hand: {line}") from None
            wanted = content if content and merged == document else hook_text.json_text(merged, content, place, file)
        before = receipt.before if receipt and is_ours else hook_text.without_any(content, agent, place)
        folders = receipt.folders if receipt and is_ours else place.missing_folders()
        place.keep(Receipt(before, hook_text.digest(wanted), line, users, folders))
        if wanted != content:
            place.write(wanted)
        if not shared and place.is_in_repository:
            _exclude(repository, file.own, add=True)
        tracked = not shared and place.is_in_repository and is_tracked(repository, Path(file.own))
        note = f"git tracks this file, so its hook would be committed: git rm --cached {file.own}" if tracked else ""
        return Installed(agent, place.path, wanted != content, note or _NOTES[agent])


def take_out(
    repository: Repository, agents: Sequence[str] = (), *, shared: bool = False
) -> tuple[list[Installed], list[str]]:
    """Takes the entries of these agents out of all work trees; without any, those of all, and turns capture off.

    The second list says what is left, and why. Raises SddError where what waits cannot be read.
    """
    done, left = [], []
    for agent in agents or [*HOOK_FILES][::-1]:
        for place in {shared, shared or not agents}:
            for tree in trees(repository, agent, shared=place):
                try:
                    done.append(uninstall(tree, agent, shared=place))
                except SddError as error:
                    left.append(f"{agent}: the hook is left: {error.message}; {error.fix}")
    if not agents:
        turn(repository, on=False)
        hooks.uninstall(repository, PRE_COMMIT)
    return [*filter(None, done)], left


def uninstall(repository: Repository, agent: str, *, shared: bool) -> Installed | None:
    """Takes the entries out of an agent's hook file again; None where there are none.

    The file is as it was, byte for byte, unless somebody else changed it since. Entries in the user's home stay while
    other repositories rely on them.
    """
    place = HookPlace.of(repository, agent, shared=shared)
    with place.lock():
        file = HOOK_FILES[agent]
        content, receipt = place.content(), place.receipt()
        if content is None or not any(mark in content for mark in hook_text.MARKS):
            place.forget()
            return None
        line = receipt.line if receipt else hook_text.line_of(agent, shared=shared)
        users = receipt.users if receipt else ()
        others = tuple(user for user in users if user != place.user and Path(user).is_dir())
        if receipt and others:
            place.keep(receipt._replace(users=others))
            return Installed(agent, place.path, changed=False, note="other repositories capture by it: it stays")
        note = ""
        if receipt and receipt.after == hook_text.digest(content):
            place.restore(receipt)
        elif file.template:
            if content != hook_text.plugin_text(file, line, shared=shared):
                return None
            place.restore(Receipt(None, "", line, ()))
        else:
            document = place.document(content)
            left = without_entries(hook_text.without_others(document, agent), file, line)
            if left != document:
                place.write(hook_text.json_text(left, content, place, file))
                note = "it was changed since: sdd's entries were taken out, the rest is as it is now"
            elif not hook_text.lines_in(document, agent):
                place.forget()
                return None
        place.forget()
        after = place.content()
        if after and not file.template and hook_text.lines_in(place.document(after), agent):
            note = f"an entry that was changed by hand is left: take out what runs sdd capture event {agent}"
        if not shared and place.is_in_repository:
            _exclude(repository, file.own, add=False)
        return Installed(agent, place.path, changed=after != content, note=note)


def installed(repository: Repository) -> Iterator[tuple[str, Path, str]]:
    """The hooks of sdd's that agents find here: agent, file, and the line that it runs."""
    for agent, file in HOOK_FILES.items():
        for shared in (False, True):
            place = HookPlace.of(repository, agent, shared=shared)
            try:
                content, receipt = place.content(), place.receipt()
            except SddError:
                continue
            line = receipt.line if receipt else hook_text.line_of(agent, shared=shared)
            if content and hook_text.holds(file, content, line):
                yield agent, place.path, line


def _exclude(repository: Repository, path: str, *, add: bool) -> None:
    """Keeps a user's own file out of git's sight by the repository's own list, or takes it off that list."""
    file = repository.common_dir / "info" / "exclude"
    line = f"/{path}"
    lines = (
        file.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True) if file.exists() else []
    )
    has = any(each.rstrip("\n") == line for each in lines)
    if add == has or (add and repository.run("check-ignore", "--quiet", "--", path).returncode == 0):
        return
    if add:
        ended = "" if not lines or lines[-1].endswith("\n") else "\n"
        text = "".join(lines) + f"{ended}{line}\n"
    else:
        text = "".join(each for each in lines if each.rstrip("\n") != line)
    write_whole(file, text.encode("utf-8", "surrogateescape"), 0o666, replace=True)
