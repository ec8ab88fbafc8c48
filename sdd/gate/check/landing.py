"""One landing judged as the push that made it would have been, and the waiver that answers for it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sdd.base import paths
from sdd.gate.change import ChangeView
from sdd.gate.check.change import judge_change
from sdd.gate.check.verdict import COVERAGE_RULES, JudgedChange
from sdd.gate.cover import Coverage
from sdd.gate.cover.exemption import ActorFiles
from sdd.gate.landings import Landing
from sdd.gate.rules.waiver import answers
from sdd.gate.target.actors import Actors
from sdd.gate.target.first_push import from_start
from sdd.gate.target.judgement import JudgedHead, JudgementTarget, against, nothing
from sdd.records.kinds.policy import Policy, has_policy
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import MARK, has_root
from sdd.records.project import Reader
from sdd.repo.objects import Repository
from sdd.repo.refs import Branch


class JudgedLanding(NamedTuple):
    """The verdicts over a landing, one a root, its cover table, and what the gate remarks on it as a whole."""

    coverage: Coverage
    changes: tuple[JudgedChange, ...]
    remark: str


def judge_landing(
    repository: Repository,
    landing: Landing,
    reader: Reader,
    today: date,
    policy_of: Callable[[str], Policy | None] | None = None,
    *,
    within: bool = False,
    elder: str | None = None,
) -> JudgedLanding | None:
    """Judges a landing by `policy_of`, or else by the policies that it found; None where no root governed it. `within`
    is as for `judge_change`, `elder` the commit of another target whose policy holds where the base has no policy.

    Raises SddError where it cannot be judged.
    """
    target = _target_of(repository, landing, elder)
    if not target.change:
        return None
    coverage = Coverage(ChangeView(repository, target, reader, policy_of))
    return JudgedLanding(coverage, judge_change(coverage, today, within=within), target.remark)


def _target_of(repository: Repository, landing: Landing, elder: str | None) -> JudgementTarget:
    """The change that a landing made of its target, whatever other refs existed at the time. Without a base its head is
    the first commit of all.
    """
    base, head = landing.base, landing.head.oid
    # What a merge brought is not told by its line.
    merges = any(commit.is_merge for commit in landing.commits)
    commits = None if merges else tuple(commit.oid for commit in landing.commits)
    pushed = JudgedHead(head[:12], head, pushes_target=True, commits=commits)
    if base:
        others = (Branch("", elder[:12], "", elder),) if elder else ()
        judging = others[0] if others and not has_policy(repository.tree(base)) else None
        return against(repository, pushed, Branch("", base[:12], "", base), (base,), others, judging)
    if not has_root(repository.tree(head)):
        return nothing(pushed.ref, f"the first commit, without a root (a folder with {MARK}/)", pushes_target=True)
    remark = "the first commit: its records are judged, by its own policy"
    first = pushed._replace(commits=(head,))
    return from_start(repository, first, repository.empty_tree_oid, remark, adopting=True)


def actor_of(judged: JudgedLanding) -> str:
    """The login of the actor whose update a landing is by its shape; empty where it is none, or more than that.

    The forge's word is gone by now: a landing without records that only updates the pins which the policy gives to one
    actor could have come from it.
    """
    view, changes = judged.coverage.view, judged.changes
    governed = {file.path for change in changes for file in change.files if not file.exempt}
    if view.records or not governed:
        return ""
    if any(error.rule not in COVERAGE_RULES for change in changes for error in change.errors):
        return ""
    logins = dict.fromkeys(login for root in view.roots for login in view.policy(root).actors)
    return next((login for login in logins if governed <= ActorFiles(view, Actors(login)).by_path.keys()), "")


def answer_to(landing: Landing, changes: Iterable[JudgedChange], waivers: Sequence[Waiver]) -> Waiver | None:
    """The waiver that answers for a landing: there must be one for each root that fails, there or above."""
    commits = [commit.oid for commit in landing.commits]
    by_root = {waiver.root: waiver for waiver in reversed(waivers) if answers(waiver, commits)}
    failing = [change.root or "" for change in changes if change.errors]
    above = [[by_root[at] for at in (root, *paths.folders_above(root)) if at in by_root] for root in failing]
    return above[0][0] if above and all(above) else None
