"""What a push costs: the gate and the hook beside pre-commit's, and how that grows with the push and the repository."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from bench.measure import Command, Part, Ratio
from bench.places import BIN, PUSHED_COMMITS, SDD, clone, forget, git, sdd
from bench.plain import OF_LARGE_FOLDERS, SHORTCUTS, none
from bench.synth import add_branches, write_repository, write_roots

GATE = (SDD, "gate", "--base")
PRE_COMMIT, PREK = BIN / "pre-commit", BIN / "prek"
COMMITS = (100, 200, 400, 800, 1600)
# Five hundred refs may cost twice the largest of them. What a further one costs shows with fewer.
REFS, MOST_REFS, REF_COMMITS = 20, 500, 600
ROOTS, FILES, CHANGES = 200, 50_000, 3
CACHE = Path(".git/sdd/exchanges")
# A shortcut that gains less than this is not worth its code.
PAYS = 1.1

PRE_COMMIT_CONFIG = """\
repos:
  - repo: local
    hooks:
      - id: nothing
        name: nothing
        entry: "true"
        language: system
        always_run: true
        pass_filenames: false
"""


def one_folder(scratch: Path, phrs: int) -> Part:
    """The gate where a folder holds many PHRs, and pre-commit and prek with a hook that does nothing."""
    few, many, empty = scratch / "few", scratch / "many", scratch / "empty"
    for folder, landed in ((few, 50), (many, phrs)):
        write_repository(folder, features=1, phrs=landed + PUSHED_COMMITS, landed=landed)
    git(scratch, "init", "-q", "-b", "main", empty)
    (empty / ".pre-commit-config.yaml").write_text(PRE_COMMIT_CONFIG)
    git(empty, "add", "--all")
    git(empty, "commit", "-q", "-m", "chore: a hook that does nothing")
    before_landing = kept_cache(many, scratch / "before a landing", "HEAD~2", "--head", "HEAD~1")
    full = kept_cache(many, scratch / "full", "HEAD~1")
    one, twenty = (*GATE, "HEAD~1"), (*GATE, f"HEAD~{PUSHED_COMMITS}")
    commands = (
        Command("pre-commit", (str(PRE_COMMIT), "run"), empty),
        *((Command("prek", (str(PREK), "run"), empty),) if PREK.exists() else ()),
        Command("gate 1, folder of 50", one, few),
        Command("gate 1", one, many, prepare=full),
        Command("gate 1, after a landing", one, many, prepare=before_landing),
        Command("gate 1, first", one, many, prepare=lambda: shutil.rmtree(many / CACHE, ignore_errors=True), rounds=5),
        Command("gate 20", twenty, many, prepare=full),
    )
    grown = f"gate, 1 commit, 50 -> {phrs:,} PHRs in its folder"
    ratios = (
        Ratio(f"gate, 1 commit, {phrs:,} PHRs in its folder / pre-commit run", "gate 1", "pre-commit", 0.4),
        Ratio(f"gate, {PUSHED_COMMITS} commits / pre-commit run", "gate 20", "pre-commit", 0.7),
        Ratio("prek run / pre-commit run", "prek", "pre-commit"),
        Ratio(grown, "gate 1", "gate 1, folder of 50", 1.3),
        Ratio(f"{grown}, the first after a landing", "gate 1, after a landing", "gate 1, folder of 50"),
        Ratio(f"{grown}, the first of a clone", "gate 1, first", "gate 1, folder of 50"),
    )
    plain = without(OF_LARGE_FOLDERS, "gate 1", one[1:], many, full)
    return Part((*commands, *plain.commands), (*ratios, *plain.ratios))


def kept_cache(folder: Path, kept: Path, *words: str) -> Callable[[], object]:
    """Judges a change until the cache of exchanges is full, and keeps that: what puts it back."""
    before = -1
    shutil.rmtree(folder / CACHE, ignore_errors=True)
    while before != (before := sum(file.stat().st_size for file in (folder / CACHE).glob("*"))):
        subprocess.run((*GATE, *words), cwd=folder, check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(folder / CACHE, kept)

    def put_back() -> None:
        shutil.rmtree(folder / CACHE, ignore_errors=True)
        shutil.copytree(kept, folder / CACHE)

    return put_back


def hooks(scratch: Path) -> Part:
    """A push that git makes ready and does not send: it fires each hook, and without a hook costs what git does.

    `one_folder` has written what is pushed.
    """
    source = scratch / "many"
    remote = clone(source, scratch / "remote", "--bare")
    git(remote, "update-ref", "refs/heads/main", "main~1")
    folders = {name: clone(remote, scratch / f"{name} hook") for name in ("sdd", "pre-commit")}
    for folder in folders.values():
        git(folder, "pull", "-q", source, "main")
    sdd(folders["sdd"], "hook", "install")
    (folders["pre-commit"] / ".pre-commit-config.yaml").write_text(f"default_stages: [pre-push]\n{PRE_COMMIT_CONFIG}")
    install = (str(PRE_COMMIT), "install", "--hook-type", "pre-push")
    subprocess.run(install, cwd=folders["pre-commit"], check=True, stdout=subprocess.DEVNULL)
    push = ("git", "push", "--quiet", "--dry-run", "origin", "main:work")
    commands = (
        Command("push, no hook", (*push, "--no-verify"), folders["sdd"]),
        *(Command(f"push, {name}", push, folder) for name, folder in folders.items()),
    )
    kept_cache(folders["sdd"], scratch / "hook's cache", "origin/main")
    above, below = ({f"push, {name}": 1.0, "push, no hook": -1.0} for name in folders)
    return Part(commands, (Ratio("pre-push hook, 1 commit / pre-commit's own", above, below, 0.5),))


def many_commits(large: Path) -> Part:
    """Changes that double."""
    names = {commits: f"gate {commits:,} commits" for commits in COMMITS}
    commands = [Command(name, (*GATE, f"HEAD~{commits}"), large, rounds=3) for commits, name in names.items()]
    ratios = [
        Ratio(f"gate, {fewer:,} -> {more:,} commits", names[more], names[fewer], 2.3)
        for fewer, more in pairwise(COMMITS)
    ]
    most = COMMITS[-1]
    each = Ratio(f"gate, {most:,} commits, each", names[most], most / 1000, 3, unit=" ms")
    return Part(tuple(commands), (each, *ratios))


def many_refs(scratch: Path, large: Path, phrs: int) -> Part:
    """Refs of one push, as git tells a hook of them: each a commit further than the one before, or side by side."""
    folder = clone(large, scratch / "refs", "--no-checkout")
    base, *_, tip = git(folder, "rev-list", "--reverse", f"HEAD~{REF_COMMITS}..HEAD").split()
    git(folder, "update-ref", "refs/remotes/origin/main", base)
    add_branches(folder, [f"own/{number}" for number in range(REFS)], tip, phrs)
    own = git(folder, "for-each-ref", "--format=%(objectname)", "refs/heads/own/").split()
    row = git(folder, "rev-list", f"--max-count={REFS}", tip).split()
    commands, ratios = [], []
    for name, tips in (("in a row", row), ("side by side", own)):
        for some in (tips, tips[:1]):
            pushed = scratch / f"{len(some)} refs {name}"
            lines = (f"refs/heads/r{number} {oid} refs/heads/r{number} {'0' * 40}\n" for number, oid in enumerate(some))
            pushed.write_text("".join(lines))
            words = (SDD, "gate", "--pre-push", "origin", str(large))
            commands.append(Command(f"gate {pushed.name}", words, folder, stdin=pushed, rounds=1))
        all_refs, largest = (command.name for command in commands[-2:])
        further = {all_refs: 1.0, largest: -1.0}
        ratios.append(
            Ratio(f"gate, a further ref {name} / the largest", further, {largest: REFS - 1.0}, round(1 / MOST_REFS, 3))
        )
    return Part(tuple(commands), tuple(ratios))


def many_roots(scratch: Path) -> Part:
    """A change of three commits where files have one root, and where they have many."""
    commands = []
    for roots in (1, ROOTS):
        folder = scratch / f"{roots} roots"
        write_roots(folder, roots, FILES, CHANGES)
        words = (SDD, "audit", f"HEAD~{CHANGES}..HEAD")
        commands += [
            Command(f"gate, roots: {roots}", (*GATE, f"HEAD~{CHANGES}"), folder, rounds=5),
            Command(f"audit, roots: {roots}", words, folder, prepare=forget(folder), rounds=3),
        ]
    what = f"{CHANGES} commits, {FILES:,} files, 1 -> {ROOTS} roots"
    ratios = [Ratio(f"{name}, {what}", f"{name}, roots: {ROOTS}", f"{name}, roots: 1", 2) for name in ("gate", "audit")]
    return Part(tuple(commands), tuple(ratios))


def shortcuts(large: Path) -> Part:
    """A push without each shortcut, and with all of them, each started in the same way."""
    return without(SHORTCUTS, "push", (*GATE[1:], f"HEAD~{PUSHED_COMMITS}"), large)


def without(
    shortcuts: Sequence[Callable[[], None]],
    what: str,
    words: Sequence[str],
    folder: Path,
    prepare: Callable[[], object] | None = None,
    rounds: int = 1000,
) -> Part:
    """What sdd's words cost without each of some shortcuts, and with all of them."""
    plain = (sys.executable, str(Path(__file__).with_name("plain.py")))
    names = [shortcut.__name__ for shortcut in shortcuts]
    commands = [
        Command(f"{what} {name}", (*plain, name, *words), folder, prepare=prepare, rounds=rounds)
        for name in (none.__name__, *names)
    ]
    ratios = [
        Ratio(f"without {name.replace('_', ' ')} / with it", f"{what} {name}", f"{what} none", pays=PAYS)
        for name in names
    ]
    return Part(tuple(commands), tuple(ratios))
