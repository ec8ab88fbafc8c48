"""The state of a work tree as text: the screen of `sdd status`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sdd.base.listing import counted
from sdd.base.paths import printable, printable_path, shell_line
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.plan import Plan
from sdd.render.moves import gathered
from sdd.render.plan import STEP_BY_STEP, is_asked_for, plan_lines
from sdd.render.text.verdict import counts_of, lacking_of, waived_lines
from sdd.render.words import first
from sdd.repo.diverged import Diverged
from sdd.repo.unfinished import Unfinished

_ROWS, _WARNINGS = 20, 3
_WIDEST = 60
HOOK_INSTALL = "sdd hook install"


@dataclass(frozen=True, kw_only=True)
class WorkTreeState:
    """What the screen shows. `diverged` tells how a push would be no fast-forward, `fetched` how long ago the target
    was fetched, in words; empty where that is unknown.

    `uncommitted` are paths from the top that differ from HEAD, `waiting` those among them that a push needs. `nothing`
    says why nothing would be judged, `unjudged` why there would be no verdict, `adopted` whether the work tree holds a
    root at all, `lacks_policy` whether it holds one and no policy, `judged_by` is the target whose policy judges a line
    that is older than sdd (else empty), `may_take_it` that the branch may be for that target as well, `open_contracts`
    are those of its work, `has_hook` whether a push from here is judged here. `capture` says how capture stands where
    it is on.
    """

    branch: str | None
    ahead: int
    target: str
    diverged: Diverged | None
    fetched: str
    uncommitted: frozenset[str]
    waiting: tuple[str, ...]
    feature: str | None
    changes: tuple[JudgedChange, ...]
    plan: Plan | None
    nothing: str
    unjudged: str
    unfinished: Unfinished
    adopted: bool
    judged_by: str
    may_take_it: bool
    lacks_policy: bool
    has_hook: bool
    open_contracts: tuple[str, ...]
    questions: int
    follow_ups: int
    waivers: int
    capture: str = ""
    capture_document: Mapping[str, Any] | None = None

    @property
    def refused(self) -> bool:
        """Whether a push of all this would be refused."""
        return any(change.refused for change in self.changes)


def status_text(state: WorkTreeState) -> str:
    """The whole screen."""
    lines = [f"branch   {_branch(state)}", f"feature  {_feature(state)}", f"push     {_push(state)}"]
    lines += _no_fast_forward(state)
    lines += _table(state)
    lines += [f"  {line}" for change in state.changes for line in waived_lines(change.waived, verbose=False)]
    lines += _errors(state)
    lines += _warnings(state)
    of = f" of {printable(state.feature)}" if state.feature else ""
    left = f"{counted(state.questions, 'question')}, {counted(state.follow_ups, 'follow-up')}{of}"
    lines.append(f"open     {left}, {counted(state.waivers, 'waiver')}")
    lines += (f"contract {path} is open" for path in state.open_contracts)
    lines += ["policy   none here, the defaults judge: sdd init"] if state.lacks_policy else []
    lines += _judged_by(state)
    lines += [] if state.has_hook or not state.adopted else [f"hook     not installed here: {HOOK_INSTALL}"]
    lines += [f"capture  {state.capture}"] if state.capture else []
    lines += _next(state)
    return "\n".join(lines) + "\n"


def _judged_by(state: WorkTreeState) -> Iterator[str]:
    if name := state.judged_by:
        merge = f"; if this is for it: {shell_line(('git', 'merge', name))}" if state.may_take_it else ""
        yield f"policy   none here, that of {printable(name)} judges{merge}"


def _next(state: WorkTreeState) -> Iterator[str]:
    """What comes next: one way of several, each with the kind of work that it suits."""
    if state.plan:
        lines = (line.partition(": ") for line in plan_lines(state.plan))
        yield from (f"{word:<8} {text}" for word, _, text in lines)
        yield from (f"{'':<8} {STEP_BY_STEP}",) if is_asked_for(state.plan) else ()


def _branch(state: WorkTreeState) -> str:
    name = printable(state.branch or "none (detached HEAD)")
    age = f" (fetched {state.fetched} ago)" if state.fetched else ""
    ahead = f"{counted(state.ahead, 'commit')} ahead of {printable(state.target)}{age}" if state.target else ""
    parted = state.diverged
    behind = (
        f"{parted.behind} behind{'' if parted.name == state.target else f' {printable(parted.name)}'}" if parted else ""
    )
    uncommitted = f"{counted(len(state.uncommitted), 'file')} uncommitted" if state.uncommitted else ""
    doing = f"{state.unfinished.operation} in progress" if state.unfinished.operation else ""
    details = ", ".join(filter(None, (doing, ahead, behind, uncommitted)))
    return f"{name}: {details}" if details else name


def _feature(state: WorkTreeState) -> str:
    return printable(state.feature) if state.feature else "none (fine for a fix; features: sdd feature list)"


def _push(state: WorkTreeState) -> str:
    if state.unfinished.verdict:
        return state.unfinished.verdict
    if state.nothing:
        return printable(state.nothing)
    if state.unjudged:
        return f"cannot be judged: {printable(state.unjudged)}"
    files = [file for change in state.changes for file in change.files]
    errors = sum(len(change.errors) for change in state.changes)
    if not errors:
        counts = (counts_of(files) or "records only") if state.changes else ""
        return ": ".join(filter(None, (f"would pass{_once(state)}", counts)))
    word = "would be refused" if state.refused else "would be let through with a warning"
    is_lacking = any(file.lacks for file in files)
    return f"{word}: {lacking_of(files, 'file') if is_lacking else counted(errors, 'error')}"


def _no_fast_forward(state: WorkTreeState) -> Iterator[str]:
    """That git refuses a push whatever it holds, and the way out where other work comes first."""
    if state.diverged:
        remedy = state.diverged.remedy
        comes_next = state.plan is not None and any(step.argv == remedy for step in state.plan.ways[0].steps)
        out = "" if comes_next else f": {shell_line(remedy)}"
        joined = "and" if any(change.errors for change in state.changes) else "but"
        yield f"         {joined} is no fast-forward, which git refuses{out}"


def _once(state: WorkTreeState) -> str:
    files = "file is" if len(state.uncommitted) == 1 else "files are"
    return f" once the uncommitted {files} committed" if state.waiting else ""


def _table(state: WorkTreeState) -> Iterator[str]:
    rows = [file for change in state.changes for file in change.files if not file.exempt]
    if not rows:
        return
    # A need that is waived takes more room than "ok" and "no".
    widths = [max(len(need), *(len(_mark(file, need)) for file in rows)) for need in _COLUMNS]
    said = []
    for file in sorted(rows, key=lambda row: (not row.lacks, row.path)):
        marks = _columns([_mark(file, need) for need in _COLUMNS], widths)
        mark = " (uncommitted)" if file.path in state.uncommitted else ""
        record = "".join(phr.path.rpartition("/")[2].removesuffix(".prompt.md") for phr in file.phrs[:1])
        said.append((file.path, (marks, mark, printable(record))))
    told = [(marks, f"{printable_path(path)}{mark}", record) for path, (marks, mark, record) in gathered(said, rows)]
    # A name that is very long moves its own record alone.
    shown = [len(name) for _, name, record in told[:_ROWS] if record and len(name) <= _WIDEST]
    width = max(shown, default=0)
    yield f"{_columns(_COLUMNS, widths)}{'file':<{width}}{'   record' if shown else ''}"
    lines = [f"{marks}{name:<{width}}   {record}" if record else f"{marks}{name}" for marks, name, record in told]
    yield from first(lines, _ROWS, "  ... and {} (all: sdd status --json --all)", "more row")


_COLUMNS = (Need.PHR, Need.CONTRACT, Need.SPEC)


def _columns(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  " + "".join(f"{cell:<{width}}  " for cell, width in zip(cells, widths, strict=True))


def _mark(file: CoveredFile, need: Need) -> str:
    # Whether a spec is needed depends on the kind, which is unknown for a file that no record names.
    unknown = need == Need.SPEC and not file.phrs and not file.contracts
    if need in file.waived:
        return "waived"
    return "-" if need not in file.needs or unknown else "no" if need in file.lacks else "ok"


def _warnings(state: WorkTreeState) -> Iterator[str]:
    """What is found and refuses nothing. `sdd gate -v` has them only once they are committed."""
    found = [finding for change in state.changes for finding in change.findings if finding not in change.errors]
    told = [
        f"  {printable_path(each.path)}:{each.line}: {each.rule}: warning: {printable(each.message)}"
        f"{_command(each.fix)}"
        for each in found
    ]
    yield from first(told, _WARNINGS, "  ... and {} (all: sdd status --json --all)", "more warning")


def _command(fix: str) -> str:
    """The command that a fix names, on a line of its own; nothing where it names none."""
    before, named, command = fix.rpartition("sdd ")
    return f"\n    sdd {printable(command)}" if named and (not before or before.endswith(": ")) else ""


def _errors(state: WorkTreeState) -> Iterator[str]:
    """The errors that the table does not show."""
    lacking = {file.path for change in state.changes for file in change.files if file.lacks}
    for change in state.changes:
        for finding in change.errors:
            if finding.path not in lacking:
                yield f"  {printable_path(finding.path)}:{finding.line}: {finding.rule}: {printable(finding.message)}"
