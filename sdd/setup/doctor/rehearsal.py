"""sdd's own hook fired in a throw-away repository: by a push without records, and by one with all of them.

What is fired is the script that this sdd writes, in a repository of its own: no hook, file or setting of the repository
that is examined takes part.
"""

import shlex
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sdd.authoring.drafts import ContractDraft, PhrDraft, phr_text
from sdd.authoring.verification import run_command
from sdd.base.errors import SddError
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.record import ChangeKind
from sdd.repo.refs import HEADS, REMOTES
from sdd.repo.scratch import ScratchFolder
from sdd.setup.doctor.context import Diagnoses, Diagnosis, DoctorContext, fault, ok, warning
from sdd.setup.doctor.hooks import may_run
from sdd.setup.hooks.install import OUTDATED, HookReport, HookState
from sdd.setup.hooks.script import interpreter_of
from sdd.setup.isolated import isolated_environment

_LACKING, _COVERED = "without-records", "with-records"
_CODE, _PHR_PATH = "code.txt", "history/prompts/general/0001-rehearse-a-push.green.prompt.md"
_TARGET, _REHEARSED = f"{REMOTES}origin/main", "refs/rehearsed/"
_LONGEST = 200
_MAKE = "git init -q --template= -b main && git remote add origin . && git fast-import --quiet < commits"
# The server's hook is fired by pushes that arrive.
_MAKE_SERVER = f"git init -q --bare --template= server && git push -q server {_TARGET}:{HEADS}main"


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
    fix = report.install_command
    if report.is_outdated:
        yield warning(f"not fired: {OUTDATED}", fix)
    elif not may_run(context, interpreter):
        yield warning(f"not fired: the hook's interpreter is a file of this repository: {interpreter}", fix)
    else:
        to = ("server",) if report.is_server else ("--dry-run", "origin")
        try:
            with ScratchFolder() as folder:
                _make_repository(folder, report, context)
                lacking, covered = (_push(folder, to, branch, context.limit) for branch in (_LACKING, _COVERED))
        except (SddError, OSError) as error:
            yield warning(f"not fired: {error}")
        else:
            yield _judge(context, report, lacking, covered)


def _judge(context: DoctorContext, report: HookReport, lacking: RehearsedPush, covered: RehearsedPush) -> Diagnosis:
    if None in (lacking.status, covered.status):
        return fault(f"no end within {context.limit:g} s, so a push would hang; it was stopped", report.install_command)
    if wrong := _wrong("a push without records", lacking, False) or _wrong("a push with its records", covered, True):
        return fault(wrong, report.install_command)
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


def _push(folder: Path, to: tuple[str, ...], branch: str, limit: float) -> RehearsedPush:
    command = shlex.join(("git", "push", *to, f"{_REHEARSED}{branch}:{HEADS}{branch}"))
    outcome = run_command(command, folder, limit, environment=isolated_environment())
    passed, refused = (f"sdd: {word}: {HEADS}{branch} " in outcome.tail for word in ("pass", "push refused"))
    lines = [line.strip() for line in outcome.tail.splitlines()]
    spoken = [line for line in lines if line and not line.startswith(("error: failed to push", "To ", "!"))]
    passes = False if refused else True if passed else None
    return RehearsedPush(outcome.status, passes, spoken[-1][:_LONGEST] if spoken else "nothing")


def _make_repository(folder: Path, report: HookReport, context: DoctorContext) -> None:
    """A repository with the hook and two branches that make the same edit; its remote is itself, or a server's."""
    edit = {_CODE: "two\n"}
    commits = _commit(_TARGET, {".specify/sdd.toml": "", _CODE: "one\n"})
    commits += _commit(f"{_REHEARSED}{_LACKING}", edit)
    commits += _commit(f"{_REHEARSED}{_COVERED}", {**edit, _PHR_PATH: phr_text(_phr(context.today))})
    (folder / "commits").write_bytes(commits.encode())
    make = f"{_MAKE} && {_MAKE_SERVER}" if report.is_server else _MAKE
    made = run_command(make, folder, context.limit, environment=isolated_environment())
    if not made.passed:
        raise SddError(f"no repository can be made in {folder}: {made.tail.strip()}")
    place = folder / ("server" if report.is_server else ".git") / "hooks" / report.path.name
    place.parent.mkdir()
    place.write_bytes(report.path.read_bytes())
    place.chmod(0o755)


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
