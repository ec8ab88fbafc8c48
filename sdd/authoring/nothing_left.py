"""What to say where a PHR is asked for and nothing is left that it could name."""

from datetime import date

from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.listing import listed
from sdd.gate.check.verdict import Finding
from sdd.gate.cover import Need
from sdd.gate.preview import ChangeState
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind


def without_contract(state: ChangeState) -> tuple[Phr, ...]:
    """The branch's own PHRs that name a file which no contract covers, and hold none."""
    lacking = {phr.path for file in state.files if Need.CONTRACT in file.lacks for phr in file.phrs}
    return tuple(phr for phr in state.own_phrs if phr.path in lacking and not phr.contract)


def new_work_of_reverts(state: ChangeState, today: date) -> tuple[str, ...]:
    """The files, relative to the root, whose record says revert, but which hold new work, as a resolved conflict is."""
    refused = dict.fromkeys(each.path for each in _errors(state, today) if each.rule == "change-not-a-revert")
    return tuple(paths.relative(state.root, path) for path in refused if paths.is_below(path, state.root))


def _errors(state: ChangeState, today: date) -> tuple[Finding, ...]:
    from sdd.gate.check.change import judge_change  # late: only who has nothing to record waits for it

    return tuple(each for change in judge_change(state.coverage, today) for each in change.errors)


def nothing_left(state: ChangeState, today: date) -> UsageError:
    """The error that names the records of the change, or what is not committed, and says what to do with them."""
    if left := state.left_out:
        fix = "commit them first: git add --all && git commit\nor name them yourself: --file PATH"
        return UsageError(f"what a PHR could name is not committed: {listed(left)}", fix)
    records = [phr.path for phr in state.own_phrs]
    if not records:
        return UsageError("nothing has changed that a PHR could name", "change something, then run this command again")
    if needing := without_contract(state):
        path = needing[0].path
        about = f"--kind {needing[0].kind or ChangeKind.FIX}"
        fix = f'{state.sdd_in(state.root)} phr add {path} {about} --success "ONE SENTENCE" --check "COMMAND" --commit'
        return UsageError(f"{path} names these files already; what it lacks is a contract", fix)
    verb = "covers" if len(records) == 1 else "cover"
    fix = "commit what is uncommitted, then push" if state.uncommitted else "push"
    if _errors(state, today):
        fix = f"what else is missing: {state.sdd_in(state.root)} status"
    return UsageError(f"nothing is left to record: {listed(records)} {verb} the change", fix)


def require_own(state: ChangeState, feature: str) -> None:
    """Raises UsageError where a PHR of a feature would name no file, and files of other features' work lack one."""
    others = {each.feature for each in (state.coverage.contracts if state.coverage else ()) if each.feature != feature}
    begun = state.texts_of_others((feature,))
    lacking = [path for path in state.unnamed if state.project.path(path) not in begun]
    mine = state.untold_of(feature)
    if left := [path for path in lacking if path not in mine]:
        ways = [f"add --feature {name}" for name in sorted(filter(None, others))]
        raise UsageError(f"a PHR of {feature} would name no file; these lack one: {listed(left)}", "\nor ".join(ways))
