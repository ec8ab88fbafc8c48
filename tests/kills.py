"""Commands that write, killed at each of their steps and then run again: all is as after one undisturbed run.

python -m tests.kills 400    # so many kills at random over all of them, at a step or at a moment; SEED=N: the same
"""

import contextlib
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.adopted import CONSTITUTION, FEATURE, OPEN, POLICY, SPEC, Adopted, adopt, copied
from tests.program import start
from tests.scratch import Scratch
from tests.secret_texts import checked

# What changes files, by the names of Python's audit events; and git's own commands that do.
_CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "fcntl.flock"}
_GIT_CHANGES = {"add", "commit", "switch", "revert", "checkout", "branch", "symbolic-ref"}
_FIX = ("--kind", "fix", "--success", "It works.", "--check", "true")
_LEAVES_ORPHANS_TO_US = 36  # prctl: PR_SET_CHILD_SUBREAPER


class Command(NamedTuple):
    """A command that writes: the words after `sdd`, and what is there before."""

    name: str
    words: tuple[str, ...]
    prepare: Callable[[Adopted], object]


def _changed(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/old.py": "OLD = 2\n"})


def _uncovered(adopted: Adopted) -> None:
    _changed(adopted)
    path = adopted.done("phr", "new", "First", *_FIX, "--json").document["relative_path"]
    adopted.here.git("add", path)
    adopted.here.git("commit", "-qm", "PHR")
    adopted.write({"src/more.py": "MORE = 1\n"})


def _asked(adopted: Adopted) -> None:
    text = (adopted.here.path / SPEC).read_text()
    adopted.here.write(
        SPEC, text + "\n- **FR-002**: MUST [NEEDS CLARIFICATION: how?]\n- **FR-003**: [NEEDS CLARIFICATION: B?]\n"
    )
    plan = "# Plan\n\n**Storage**: [NEEDS CLARIFICATION: where?]\n\n**Cache**: [NEEDS CLARIFICATION: whether?]\n"
    adopted.here.write(f"specs/{FEATURE}/plan.md", plan)


def _principle(adopted: Adopted) -> None:
    adopted.branch()
    file = adopted.here.path / CONSTITUTION
    file.write_text(file.read_text().replace("## Governance", "### III. Tested\n\nAll is tested.\n\n## Governance"))
    adopted.here.write(POLICY, (adopted.here.path / POLICY).read_text() + "\n# More.\n")


def _decided(adopted: Adopted) -> None:
    adopted.done("adr", "new", "Use decimals", "--status", "Accepted")
    adopted.done("adr", "new", "Use cents", "--status", "Accepted")
    adopted.here.git("add", "-A")
    adopted.here.git("commit", "-qm", "ADRs")


def _landed(adopted: Adopted) -> None:
    adopted.land_change({"src/old.py": "OLD = 3\n", "src/tax.py": "TAX = 1\n"}, "Raise a tax")
    adopted.branch()


def _without_sdd(adopted: Adopted) -> None:
    here = adopted.here
    here.git("rm", "-rqf", ".specify", "history")
    here.write("specs/001-vat/plan.md", "# Plan\n\nWe [NEEDS CLARIFICATION: do what?]\n")
    here.git("add", "-A")
    here.git("commit", "-qm", "No sdd yet")
    (here.path / ".git/hooks/pre-push").unlink()
    _foreign_hook(adopted)


def _foreign_hook(adopted: Adopted) -> None:
    hook = adopted.here.path / ".git/hooks/pre-push"
    hook.unlink(missing_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)


def _misplaced(adopted: Adopted) -> None:
    folder = adopted.here.path / "history/prompts"
    source = folder / FEATURE / "0001-reverse-charge.green.prompt.md"
    text = source.read_text().replace("title: Reverse charge", "title: Reverse: charge")
    for number in range(2, 5):
        (folder / "general").mkdir(exist_ok=True)
        (folder / "general" / f"000{number}-x{number}.green.prompt.md").write_text(text)
    adopted.here.git("add", "-A")
    adopted.here.git("commit", "-qm", "Broken records")


def _clashing(adopted: Adopted) -> None:
    adopted.branch("one")
    adopted.write({"specs/002-one/spec.md": "# Feature Specification: One\n", "src/old.py": "OLD = 4\n"})
    adopted.write(
        {"specs/002-two/spec.md": "# Feature Specification: Two\n", "specs/002-two/plan.md": "See 002-two.\n"}
    )
    adopted.write({"history/prompts/002-two/0001-x.plan.prompt.md": '---\nid: "0001"\nfeature: 002-two\n---\n'})


def _faulty_before_sdd(adopted: Adopted) -> None:
    _misplaced(adopted)
    adopted.here.git("rm", "-rqf", ".specify")
    adopted.here.git("commit", "-qm", "No sdd yet")
    (adopted.here.path / ".git/hooks/pre-push").unlink()


def _with_baseline(adopted: Adopted) -> None:
    _faulty_before_sdd(adopted)
    adopted.done("init")
    adopted.here.git("add", "-A")
    adopted.here.git("commit", "-qm", "Adopt sdd")


def _served(adopted: Adopted) -> None:
    adopted.here.git("clone", "-q", "--bare", ".", "server.git")
    hook = adopted.here.path / "server.git/hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)


def _leaked(adopted: Adopted) -> None:
    adopted.here.write("log.txt", f"{checked('ghp')}\n" * 3)
    adopted.done("secret", "redact", "log.txt")  # makes the key of the tags, which is another one in each copy
    adopted.here.write("log.txt", f"{checked('ghp')}\n" * 3)


def _nothing(_: Adopted) -> None:
    pass


COMMANDS = (
    Command("phr", ("phr", "new", "Count again", *_FIX), _changed),
    Command("phr-commit", ("phr", "new", "Count again", *_FIX, "--commit"), _changed),
    Command("phr-add", ("phr", "add", "--commit"), _uncovered),
    Command("contract", ("contract", "new", "Count again", *_FIX, "--scope", "/src/**", "--commit"), _changed),
    Command("contract-done", ("contract", "done", OPEN, "--run"), _nothing),
    Command("contract-verify", ("contract", "verify", OPEN, "--run"), _nothing),
    Command("answer-spec", ("question", "answer", "3", "So."), _asked),
    Command("answer-plan", ("question", "answer", "1", "So."), _asked),
    Command("amend", ("constitution", "amend", "--minor", "--message", "Test all."), _principle),
    Command("amend-commit", ("constitution", "amend", "--minor", "--message", "Test all.", "--commit"), _principle),
    Command("adr", ("adr", "new", "Use fractions", "--supersedes", "1", "--supersedes", "2"), _decided),
    Command("adr-commit", ("adr", "new", "Use fractions", "--supersedes", "1", "--commit"), _decided),
    Command("feature", ("feature", "new", "Round amounts"), _nothing),
    Command("feature-branch", ("feature", "new", "Round amounts", "--branch"), _nothing),
    Command("waiver", ("waiver", "new", "change-no-phr", "--path", "src/", "--reason", "Soon.", "--approved-by", "Ann",
                       "--days", "9", "--commit"), _nothing),
    Command("revert", ("revert", "HEAD", "--reason", "No tax."), _landed),
    Command("init", ("init", "--agent", "claude", "--ci", "github", "--scripts"), _without_sdd),
    Command("undo", ("init", "--undo"), _nothing),
    Command("hook", ("hook", "install"), _foreign_hook),
    Command("unhook", ("hook", "uninstall"), _nothing),
    Command("repair", ("repair", "--write"), _misplaced),
    Command("init-baseline", ("init",), _faulty_before_sdd),
    Command("repair-baseline", ("repair", "--write"), _with_baseline),
    Command("hook-server", ("-C", "server.git", "hook", "install", "--server"), _served),
    Command("redact", ("secret", "redact", "log.txt"), _leaked),
    Command("repair-ids", ("repair", "--ids", "--write"), _clashing),
)  # fmt: skip


class Ground:
    """Copies of a project in which a command was prepared, and what one undisturbed run makes of it."""

    def __init__(self, source: Adopted, folder: Path, command: Command) -> None:
        self.command, self._folder, self._count = command, folder, 0
        self._prepared = copied(source.folder, folder / "prepared")
        command.prepare(self._prepared)
        place = self.copy()
        place.done(*command.words)  # in this process: what it imports and compiles is there for all that are forked
        self.wanted = standing(place)

    def copy(self) -> Adopted:
        """A fresh copy, in the place of the last one: paths are the same."""
        place = self._folder / "place"
        shutil.rmtree(place, ignore_errors=True)
        return copied(self._prepared.folder, place)

    def steps(self) -> int:
        """How many steps a run has."""
        counted = self._folder / "steps"
        run(self.copy(), self.command.words, lambda steps: counted.write_text(str(steps)))
        return int(counted.read_text())

    def killed_at(self, step: int) -> dict[str, Any]:
        """What is there after a run that was killed before a step (from 0) and one that was not."""
        place = self.copy()
        assert run(place, self.command.words, partial(kill_at, step)) in (0, -signal.SIGKILL), (
            step
        )  # a run may take fewer steps
        return self._again(place)

    def killed_after(self, seconds: float) -> dict[str, Any]:
        """What is there after a run that was killed at some moment and one that was not."""
        place = self.copy()
        program = [sys.executable, "-m", "sdd", *self.command.words]
        top = str(Path(__file__).resolve().parent.parent)
        with (place.folder / "told").open("wb") as told:
            process = subprocess.Popen(
                program,
                cwd=place.here.path,
                env={**os.environ, "PYTHONPATH": top},
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
            )
        time.sleep(seconds)
        process.kill()
        process.wait()
        with contextlib.suppress(ChildProcessError):  # a git that it had started works on to its end
            while True:
                os.wait()
        return self._again(place)

    def _again(self, place: Adopted) -> dict[str, Any]:
        """What is there once a killed run was followed by another one, if it had not told that it was done."""
        if (place.folder / "told").read_bytes() and not differences(self.wanted, found := standing(place)):
            return found
        status = run(place, self.command.words)
        return standing(place) if status == 0 else {"status": (status, (place.folder / "told").read_bytes())}


def run(place: Adopted, words: tuple[str, ...], watch: Callable[[int], object] | None = None) -> int:
    """Runs `sdd` in a forked process. `watch` is told the number of each step before it is done."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            with Path(os.devnull).open("r+b") as nowhere, (place.folder / "told").open("wb") as told:
                if watch:
                    watch_steps(watch)
                status = start(place.here.path, words, os.environ, (nowhere, told, told))
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def watch_steps(watch: Callable[[int], object]) -> None:
    steps = iter(range(10**6))
    busy = False

    def seen(event: str, details: tuple[Any, ...]) -> None:
        nonlocal busy
        if not busy and _is_change(event, details):
            busy = True
            watch(next(steps))
            busy = False

    sys.addaudithook(seen)


def _is_change(event: str, details: tuple[Any, ...]) -> bool:
    if event == "open":
        path, _, flags = details
        return bool(flags & (os.O_WRONLY | os.O_RDWR)) and path != os.devnull
    if event == "subprocess.Popen":
        return not _GIT_CHANGES.isdisjoint(details[1]) and "core.hooksPath=/dev/null" not in details[1]
    return event in _CHANGES


def kill_at(wanted: int, step: int) -> None:
    if step == wanted:
        os.kill(os.getpid(), signal.SIGKILL)


def standing(place: Adopted) -> dict[str, Any]:
    """All that a command can have changed: files, commits, branches, hooks, and what is under way."""
    here: Scratch = place.here
    git = here.path / ".git"
    return {
        "files": {path: content for path, content in _files(here.path) if not path.startswith(".git/")},
        "hooks": dict(_files(git / "hooks")),
        "log": here.git("log", "--topo-order", "--format=%s %T"),
        "status": here.git("status", "--porcelain", "--branch"),
        "branches": here.git("for-each-ref", "--format=%(refname) %(contents:subject)"),
        "under way": [name for name in ("REVERT_HEAD", "MERGE_MSG", "index.lock") if (git / name).exists()],
        "journals": [path for path, _ in _files(git / "sdd" / "journal")],
    }


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, bytes]]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), (file.stat().st_mode, file.read_bytes())


def differences(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What two of `standing` differ in, in words."""
    told = []
    for name in wanted.keys() | found.keys():
        old, new = wanted.get(name), found.get(name)
        if old != new and isinstance(old, dict) and isinstance(new, dict):
            told += [f"{name}: {path}: {old.get(path)!r} != {new.get(path)!r}"
                     for path in sorted(old.keys() | new.keys()) if old.get(path) != new.get(path)]  # fmt: skip
        elif old != new:
            told.append(f"{name}: {old!r} != {new!r}")
    return told


def main(kills: int, names: list[str]) -> int:
    """Kills at random and says what went wrong; the number of faults."""
    ctypes.CDLL(None).prctl(_LEAVES_ORPHANS_TO_US, 1)
    seed = int(os.environ.get("SEED", time.time_ns() % 10**6))
    chance = random.Random(seed)
    commands = [command for command in COMMANDS if not names or command.name in names]
    faults = done = 0
    with TemporaryDirectory() as folder:
        source = adopt(Path(folder) / "source" / "project")
        for number, command in enumerate(commands):
            (Path(folder) / command.name).mkdir()
            ground = Ground(source, Path(folder) / command.name, command)
            steps, begun = ground.steps(), time.monotonic()
            share = kills * (number + 1) // len(commands) - kills * number // len(commands)
            for kill in range(share):
                at_step = kill % 3 < 2
                step, moment = chance.randrange(steps + 1), chance.uniform(0.1, 0.8)
                found = ground.killed_at(step) if at_step else ground.killed_after(moment)
                told = differences(ground.wanted, found)
                faults += bool(told)
                where = f"at step {step}" if at_step else f"after {moment:.3f} s"
                for line in told:
                    print(f"{command.name} killed {where}: {line:.300}")
            done += share
            print(f"{command.name}: {steps + 1} steps, {share} kills, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{done} kills, {faults} faults (SEED={seed})")
    return faults


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), sys.argv[2:])))
