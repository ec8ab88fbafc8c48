"""sdd's own hook fired in a throw-away repository: by a push without records, and by one with all of them.

What is fired is the script that this sdd writes, in a repository of its own: no hook, file or setting of the repository
that is examined takes part.
"""

import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sdd.authoring.drafts import ContractDraft, PhrDraft, phr_text
from sdd.authoring.verification import run_command
from sdd.base.errors import SddError
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.record import ChangeKind
from sdd.repo.refs import HEADS, REMOTES
from sdd.setup.doctor.context import DoctorContext
from sdd.setup.doctor.diagnosis import Diagnoses, Diagnosis, fault, ok, warning
from sdd.setup.doctor.hooks import INSTALL, may_run
from sdd.setup.hooks.install import HookReport, HookState
from sdd.setup.hooks.script import hook_script, interpreter_of

# Nothing of the caller's git may leak in, and nothing may be asked of a person or of the network.
_GIT_SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file",
}
_LACKING, _COVERED = "without-records", "with-records"
_CODE, _PHR_PATH = "code.txt", "history/prompts/general/0001-rehearse-a-push.green.prompt.md"
_TARGET, _REHEARSED = f"{REMOTES}origin/main", "refs/rehearsed/"
_LONGEST = 200


class RehearsedPush(NamedTuple):
    """What came of one push: git's exit status, None where the time limit ended it; whether sdd said that it passes,
    None where it said nothing; and the last line that was printed, git's own summary left out.
    """

    status: int | None
    passes: bool | None
    last_line: str


def dry_run(context: DoctorContext) -> Diagnoses:
    """Whether sdd's own hook stops a push that must be refused, and lets one through that must pass."""
    report = context.hook
    if not report or report.state != HookState.INSTALLED or not report.in_force:
        return
    content = report.path.read_bytes()
    interpreter = interpreter_of(content) or ""
    if content != hook_script(interpreter):
        yield warning("not fired: another version of sdd wrote this hook", INSTALL)
    elif not may_run(context, interpreter):
        yield warning(f"not fired: the hook's interpreter is a file of this repository: {interpreter}", INSTALL)
    else:
        try:
            with _repository(content, context.today) as folder:
                lacking, covered = (_push(folder, branch, context.limit) for branch in (_LACKING, _COVERED))
        except (SddError, OSError) as error:
            yield warning(f"not fired: {error}")
        else:
            yield _judge(context, report, lacking, covered)


def _judge(context: DoctorContext, report: HookReport, lacking: RehearsedPush, covered: RehearsedPush) -> Diagnosis:
    if None in (lacking.status, covered.status):
        return fault(f"no end within {context.limit:g} s, so a push would hang; it was stopped", INSTALL)
    if wrong := _wrong("a push without records", lacking, False) or _wrong("a push with its records", covered, True):
        return fault(wrong, INSTALL)
    former = f"; {report.former.name} was left out" if report.former else ""
    return ok(f"a push without records was refused, and one with them went through{former}")


def _wrong(name: str, push: RehearsedPush, must_pass: bool) -> str:
    """What is wrong with how a push went, empty for nothing."""
    went_through = push.status == 0
    if push.passes is None and went_through:
        return f"{name} went through: sdd was not asked, or said nothing"
    if push.passes is None:
        return f"{name} was stopped without a verdict: {push.last_line}"
    if push.passes != must_pass:
        return f"sdd passed {name}" if push.passes else f"sdd refused {name}: {push.last_line}"
    if went_through != must_pass:
        return f"sdd refused {name}, and it went through" if went_through else f"{name} was stopped: {push.last_line}"
    return ""


def _push(folder: Path, branch: str, limit: float) -> RehearsedPush:
    command = shlex.join(("git", "push", "--dry-run", "origin", f"{_REHEARSED}{branch}:{HEADS}{branch}"))
    outcome = run_command(command, folder, limit, environment=_environment())
    passed, refused = (f"sdd: {word}: {HEADS}{branch} " in outcome.tail for word in ("pass", "push refused"))
    lines = [line.strip() for line in outcome.tail.splitlines()]
    spoken = [line for line in lines if line and not line.startswith(("error: failed to push", "To ", "!"))]
    passes = False if refused else True if passed else None
    return RehearsedPush(outcome.status, passes, spoken[-1][:_LONGEST] if spoken else "nothing")


@contextmanager
def _repository(hook: bytes, today: date) -> Iterator[Path]:
    """A repository with a hook and two branches that make the same edit; its remote is itself."""
    with TemporaryDirectory(prefix="sdd-doctor-") as temporary:
        folder = Path(temporary)
        _git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
        _git(folder, "remote", "add", "origin", ".")
        edit = {_CODE: "two\n"}
        records = {_PHR_PATH: phr_text(_phr(today))}
        data = _commit(_TARGET, {".specify/sdd.toml": "", _CODE: "one\n"})
        data += _commit(f"{_REHEARSED}{_LACKING}", edit) + _commit(f"{_REHEARSED}{_COVERED}", edit | records)
        _git(folder, "fast-import", "--quiet", data=data)
        place = folder / ".git" / "hooks" / "pre-push"
        place.parent.mkdir()
        place.write_bytes(hook)
        place.chmod(0o755)
        yield folder


def _phr(today: date) -> PhrDraft:
    """All that a fix of the one file needs."""
    return PhrDraft(
        id="0001",
        title="Rehearse a push",
        stage=Stage.GREEN,
        date=today.isoformat(),
        prompt="Rehearse a push.",
        response="It is rehearsed.",
        files=(_CODE,),
        kind=ChangeKind.FIX,
        contract=ContractDraft(success="A push with its records goes through.", checks=("true",)),
    )


def _commit(ref: str, files: Mapping[str, str]) -> str:
    """What fast-import reads for one commit; every branch starts at the target."""
    start = "" if ref == _TARGET else f"from {_TARGET}\n"
    author = "committer sdd doctor <sdd@localhost> 1767225600 +0000\n"
    edits = "".join(f"M 100644 inline {path}\n{_data(text)}" for path, text in files.items())
    return f"commit {ref}\n{author}{_data('Rehearse')}{start}{edits}\n"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _git(folder: Path, *arguments: str, data: str = "") -> None:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=data.encode(), capture_output=True, check=False, env=_environment()
    )
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise SddError(f"git {arguments[0]} failed in {folder}: {reason}")


def _environment() -> dict[str, str]:
    """The caller's environment without git's settings in it, and with those of the rehearsal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | _GIT_SETTINGS
