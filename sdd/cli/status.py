"""sdd status: where am I, what does this change still lack, what comes next."""

import time
from collections.abc import Mapping
from datetime import date
from sqlite3 import Connection

import click

from sdd.answers.lists import follow_ups, rows
from sdd.answers.trail.reverted import reverted_records
from sdd.base.errors import SddError, UsageError
from sdd.capture.due import MISSED, Missed, due, missed, recording, untold, with_records
from sdd.capture.installing import is_moved
from sdd.capture.standing import OFF, standing
from sdd.cli.printing import remark
from sdd.cli.session import Session, in_session
from sdd.gate.check.change import judge_change
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.check.waiving import waivers_in_force, waivers_that_count
from sdd.gate.plan import Plan, beforehand
from sdd.gate.plan.agreed import closing
from sdd.gate.plan.corrections import corrected
from sdd.gate.plan.lacks import Beside
from sdd.gate.plan.landed import all_lacking, landed_and_open
from sdd.gate.plan.make import plan
from sdd.gate.plan.place import seen_top
from sdd.gate.preview import ChangeState
from sdd.index.search import RowFilter
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.policy import has_policy
from sdd.records.layout import has_root
from sdd.records.packaged import CI_PLACES, RUNS
from sdd.render.documents.status import status_document
from sdd.render.text.status import WorkTreeState, status_text
from sdd.render.words import how_long
from sdd.repo.diverged import Diverged, diverged
from sdd.repo.history import is_ancestor
from sdd.repo.objects import Repository
from sdd.repo.refs import find_mainline, head_branch
from sdd.repo.unfinished import Unfinished, unfinished
from sdd.setup.hooks.install import status as hook_status


@click.command()
@click.option("--all", "whole", is_flag=True, help="With --json: all paths and findings of long lists.")
@in_session
def command(session: Session, *, whole: bool) -> None:
    """Where am I, what does this change still lack for the gate, what comes next.

    sdd looks at commits and uncommitted files together, as if you pushed all of it now.
    """
    session.show(_look(session), lambda state: status_document(state, whole=whole), status_text)


def _look(session: Session) -> WorkTreeState:
    repository, state = session.repository, session.state
    doing = unfinished(repository)
    # What git is in the middle of is no version of anything: half a rebase has half of its records.
    changes, unjudged = ((), doing.verdict) if doing.verdict else _judged(state, session.today)
    change = state.target.change
    feature = _feature(state)
    if state.target.release and change:
        remark(state.target.remark)
    capture, lost = standing(repository), missed(repository, changes)
    parted = diverged(repository, head_branch(repository) or "", is_target=state.target.pushes_target)
    return WorkTreeState(
        branch=state.work.branch,
        ahead=len(change.commits) if change else 0,
        target=change.target_name if change else "",
        diverged=parted,
        fetched=_age(repository) if change and "/" in change.target_name else "",
        uncommitted=frozenset(state.work.uncommitted_paths),
        waiting=state.uncommitted if changes else (),
        feature=feature,
        changes=changes,
        # Uncommitted records were judged too: none needs only to be committed.
        plan=_plan_where_it_goes(session, changes, _plan(session, changes, feature, doing, unjudged, lost, parted)),
        nothing="" if change else state.target.remark,
        unjudged=unjudged,
        unfinished=doing,
        adopted=_is_adopted(state),
        judged_by=state.target.older_than if state.target.apart else "",
        may_take_it=_may_take_it(state),
        lacks_policy=has_root(state.tree) and not state.target.older_than and not has_policy(state.tree),
        has_hook=_has_hook(repository),
        capture=capture.line(*lost) if capture else OFF if is_moved(repository) else "",
        capture_document=capture.document(*lost) if capture else None,
        open_contracts=tuple(_open_contracts(session, changes)),
        questions=len(session.ask(lambda index: rows(index, "questions", RowFilter(feature=feature or "")))),
        follow_ups=_follow_ups(session, feature),
        waivers=len(
            waivers_that_count(state.view, state.root, session.today)
            if state.view
            else waivers_in_force(state.project, session.today)
        ),
    )


def _plan(
    session: Session,
    changes: tuple[JudgedChange, ...],
    feature: str | None,
    doing: Unfinished,
    unjudged: str,
    lost: Missed,
    parted: Diverged | None,
) -> Plan | None:
    """What to do next. `lost` is what records do not tell of drafts, `parted` how a push would be no fast-forward."""
    ref, state = head_branch(session.repository) or "HEAD", session.state
    uncommitted = state.work.uncommitted_paths
    others = {} if state.target.pushes_target else state.texts_of_others((feature,))
    if not (state.target.change and state.target.change.commits) and others.keys() >= {*uncommitted}:
        others = {}  # the branch has no other work yet
    own, apart = [path for path in uncommitted if path not in others], {*others.values()}
    if doing.unmerged:
        return beforehand.by_hand(ref, doing, find_mainline(session.repository) if doing.added else None)
    if doing.operation:
        return beforehand.going_on(ref, doing, uncommitted)
    if state.target.older_than and not state.target.apart and not state.target.release:
        return beforehand.taking_target(ref, state.target.older_than, uncommitted)
    if not _is_adopted(state):
        return beforehand.setting_up(ref)
    if any(judged.errors for judged in changes):
        folder = session.repository.shell_folder or ""
        made = corrected(changes, plan(session.repository, changes, Beside(feature, folder=folder)), seen_top(folder))
        lacking = untold(changes)
        coming = due(session.repository, session.repository.commit("HEAD"), state.tree.oid) if uncommitted else ()
        later = () if lost.files.isdisjoint(lacking) else (MISSED,)
        left = (*(beforehand.commit_steps(apart) if own else ()), *later)
        if made and (drafted := lacking & {*coming, *lost.files}):
            return with_records(made, lacking, drafted, left)
        return beforehand.after_a_commit(made, own, apart) if made and own and state.uncommitted else made
    if own and not unjudged:
        return beforehand.committing(ref, own, apart, beforehand.filling_in(changes, others))
    if any(lost):
        return recording(ref, lost)
    if made := closing(changes) or beforehand.filling_in(changes, others):
        return made
    if parted:
        return beforehand.parting(ref, parted)
    return beforehand.branching(ref) if changes and not state.work.branch else None


def _plan_where_it_goes(session: Session, changes: tuple[JudgedChange, ...], made: Plan | None) -> Plan | None:
    """A plan, on a branch of its own where work on a target would go by its CI."""
    state = session.state
    target = state.view.target if state.view and state.target.pushes_target and changes else None
    files = filter(None, map(target.file, CI_PLACES)) if target else ()
    if any(RUNS in content for content in session.reader.contents([*files])):
        return beforehand.on_a_branch(changes[0].ref, made)
    return made


def _follow_ups(session: Session, feature: str | None) -> int:
    """How many follow-ups are open; what was reverted is asked only where there is one."""

    def count(index: Connection, reverted: Mapping[str, str]) -> int:
        return sum(not left.closed_by and feature in (None, left.feature) for left in follow_ups(index, reverted))

    def standing(index: Connection) -> int:
        return count(index, reverted_records(index, session.repository))

    return session.ask(lambda index: count(index, {}), again=True) and session.ask(standing, again=True, history=True)


def _open_contracts(session: Session, changes: tuple[JudgedChange, ...]) -> dict[str, None]:
    """The open contracts that the branch adds or carries out, and those on its target that its files may be for."""
    coverage = session.state.coverage
    if not coverage or not changes:
        return {}
    files = [file for change in changes for file in change.files]
    own = (*coverage.contracts, *(contract for file in files for contract in file.contracts if not contract.embedded))
    landed = landed_and_open(session.repository, session.reader, changes[0], all_lacking(files))
    return {each.path: None for each in (*own, *landed) if each.status == ContractStatus.OPEN}


def _is_adopted(state: ChangeState) -> bool:
    """Whether there is a root: in the work tree, or where the branch is older or takes it out, in what judges it."""
    return has_root(state.tree) or has_root(state.rules)


def _may_take_it(state: ChangeState) -> bool:
    """Whether a branch that is made on a line older than sdd may as well be for the target whose policy judges it."""
    target = state.target
    if target.pushes_target or not target.policy_revision:
        return False
    at, tip = target.policy_revision, target.change.target if target.change else None
    return tip == at if tip else is_ancestor(state.repository, "HEAD", at)


def _has_hook(repository: Repository) -> bool:
    """Whether a push from here is judged. What is in the hook's way is told by `sdd doctor`."""
    try:
        return hook_status(repository).in_force
    except (SddError, OSError):
        return False


def _judged(state: ChangeState, today: date) -> tuple[tuple[JudgedChange, ...], str]:
    """The verdict over a push of all this, or why there would be none: for a screen that is one more thing to say."""
    try:
        return judge_change(state.coverage, today, warn_only=state.target.warn_only), ""
    except SddError as error:
        return (), "; ".join(filter(None, (error.message, *error.fix.splitlines())))


def _feature(state: ChangeState) -> str | None:
    """The feature that is worked on. A screen that says where one is must not fail for a name that is out of date."""
    try:
        return state.work.feature(None, required=False)
    except UsageError as error:
        remark(error.message)
        return None


def _age(repository: Repository) -> str:
    """How long ago something was fetched, in words."""
    fetched = repository.common_dir / "FETCH_HEAD"
    if not fetched.exists():
        return ""
    return how_long(time.time() - fetched.stat().st_mtime)
