"""A push rehearsed: git runs the real hook in a throw-away repository, and what came of it is heard.

A hook of sdd's own is run alone: whatever it would hand on to is looked for beside the name that git called it by, and
is not there. Any other hook may hold whatever its authors like: copies of it run sealed off (see sealed.py).
"""

from pathlib import Path
from typing import NamedTuple

from sdd.setup.doctor.hook_copies import copied_hook, linked_hook, watcher
from sdd.setup.doctor.place import Place
from sdd.setup.doctor.scratch import run_in_scratch
from sdd.setup.doctor.sealed import SAID_NO, Seal, take
from sdd.setup.doctor.stage import MAIN, build_stage, check_out, environment, set_hooks_folder

_LONGEST = 200


class Heard(NamedTuple):
    """What came of one push.

    `push` is git's exit status, None where the time limit ended it; `hook` the hook's own, None where it was not
    watched; `verdict` that of sdd's verdict, None where it gave none; `said` is all that was printed.
    """

    push: int | None
    hook: int | None
    verdict: int | None
    said: str

    @property
    def last(self) -> str:
        """The last line that says something, git's own summary left out."""
        lines = [line.strip().removeprefix("remote: ").strip() for line in self.said.splitlines()]
        told = [line for line in lines if line and not line.startswith(("error: failed to push", "To ", "!"))]
        return told[-1][:_LONGEST] if told else "nothing"


class Rehearsed(NamedTuple):
    """What came of a push without records, and of one with all of them; and of one without while another branch was
    checked out, None where that makes no difference.
    """

    lacking: Heard
    covered: Heard
    elsewhere: Heard | None = None

    @property
    def follows_sdd(self) -> bool:
        """Whether a hook that was watched ended otherwise because sdd said otherwise."""
        return self.lacking.hook in (None, SAID_NO) or self.lacking.hook != self.covered.hook


def rehearse_own(place: Place, scratch: Path, hook: Path) -> Rehearsed:
    """Runs sdd's own hook, alone."""
    stage = build_stage(scratch, place.today)
    set_hooks_folder(stage.here, linked_hook(scratch, hook).parent)

    def push(branch: str) -> Heard:
        check_out(stage, branch)
        argv = ("git", "push", "--dry-run", "origin", branch)
        ended = run_in_scratch(scratch, argv, stage.here, environment(), place.limit)
        return Heard(ended.status, None, _verdict(branch, ended.said), ended.said)

    return Rehearsed(push(stage.lacking), push(stage.covered))


def rehearse_sealed(place: Place, scratch: Path, hook: Path, calls: Path) -> Rehearsed:
    """Runs any other hook: of a bare repository its pre-receive hook. `calls` is the file that says to call sdd."""
    stage = build_stage(scratch, place.today)
    top = place.repository.work_tree
    seal = Seal(scratch, hook, calls, top or place.repository.git_dir)
    note = scratch / "hook-status"
    if top:
        seal.furnish(stage.here)
    # Where a push arrives other hooks may run, so that there the hook is alone.
    copy = copied_hook(scratch, stage, place, hook) if top else linked_hook(scratch, hook)

    def push(branch: str, checked_out: str) -> Heard:
        check_out(stage, checked_out)
        set_hooks_folder(stage.here if top else stage.remote, watcher(scratch, copy, note))
        argv = ("git", "push", "--dry-run" if top else "--no-verify", "origin", branch)
        ended = run_in_scratch(scratch, argv, stage.here, seal.environment(), place.limit)
        noted = take(seal.note)
        verdict = noted if noted is not None else _verdict(branch, ended.said)
        return Heard(ended.status, take(note), verdict, ended.said)

    lacking = push(stage.lacking, stage.lacking)
    elsewhere = push(stage.lacking, MAIN) if top and lacking.push else None
    if lacking.hook == SAID_NO:
        seal.stop()  # sdd's no ends this hook, so that a no is all it takes to keep the rest of it from running
    return Rehearsed(lacking, push(stage.covered, stage.covered), elsewhere)


def _verdict(branch: str, said: str) -> int | None:
    """The exit status of the verdict that sdd tells of a branch, None where it tells none."""
    if f"sdd: push refused: refs/heads/{branch} " in said:
        return 1
    return 0 if f"sdd: pass: refs/heads/{branch} " in said else None
