"""The plans for what comes before any record: conflicts to resolve, work to commit, a target to merge, a branch to
check out.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from sdd.base.listing import counted, listed
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.landings import mark_of
from sdd.gate.plan.ways import BRANCH, LOOK_AGAIN, THEN_COMMIT, TITLE, Plan, Step, Way, waiver_for
from sdd.gate.rules.history import KEEP_BOTH
from sdd.records.kinds import is_record_path, locate
from sdd.records.kinds.record import ChangeKind
from sdd.repo.diverged import Diverged
from sdd.repo.history import is_ancestor
from sdd.repo.line import read_line
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, REMOTES, Branch, remote_names
from sdd.repo.unfinished import Unfinished


def by_hand(ref: str, doing: Unfinished, target: Branch | None = None) -> Plan:
    """The plan in the middle of a merge or the like with conflicts: resolve them. Of records that both a branch and its
    `target` made under one name both stay: those of the branch get other numbers first.
    """
    taken_in = target is not None and target.oid == doing.theirs
    twice = [path for path in doing.added if taken_in and (locate(path) or is_record_path(path))]
    if target and twice:
        steps = (
            Step(("git", doing.operation, "--abort")),
            Step(tuple(KEEP_BOTH.split())),
            # A rebase would make each commit under the old name again.
            Step(("git", "merge", target.name)),
        )
        return Plan(ref, doing.unmerged, (Way(steps, why=f"both sides made {listed(twice)}"),))
    return Plan(ref, doing.unmerged, (Way((Step(by_hand=doing.way_out),), why="files in conflict"),))


def going_on(ref: str, doing: Unfinished, uncommitted: Sequence[str]) -> Plan:
    """The plan in the middle of a merge or the like without conflicts: finish it."""
    steps = (Step(("git", "add", "--all")),) if uncommitted else ()
    way = Way((*steps, Step(doing.going_on)), why=f"git is in the middle of a {doing.operation}")
    return Plan(ref, tuple(uncommitted), (way,))


def setting_up(ref: str) -> Plan:
    """The plan for a repository without sdd."""
    return Plan(ref, (), (Way((Step(("sdd", "init")),), why="no folder here has sdd"),))


def committing(
    ref: str, uncommitted: Sequence[str], apart: Collection[str] = (), unwritten: Plan | None = None
) -> Plan:
    """The plan for work that only has to be committed, without what is in the folders `apart`. A spec of it that is
    `unwritten` is filled in first.
    """
    first = unwritten.ways[0].steps if unwritten and not {*unwritten.paths}.isdisjoint(uncommitted) else ()
    way = Way((*first, *commit_steps(apart)), why="files that are not committed")
    return Plan(ref, tuple(uncommitted), (way,))


def parting(ref: str, parted: Diverged) -> Plan:
    """The plan for a branch that git does not push, since its remote's has what is not here."""
    twice = [path for path in parted.made_twice if locate(path) or is_record_path(path)]
    first = (Step(tuple(KEEP_BOTH.split())),) if twice else ()
    steps = (*first, Step(parted.remedy))
    return Plan(ref, tuple(sorted(twice)), (Way(steps, why="a push is no fast-forward, which git refuses"),))


def filling_in(changes: Sequence[JudgedChange], others: Collection[str]) -> Plan | None:
    """The plan for specs that are their template in places still, but for the files of `others`; None for none."""
    left = (finding.path for change in changes for finding in change.findings if finding.rule == "spec-placeholder")
    places = Counter(path for path in left if path not in others)
    steps = tuple(Step(by_hand=f"{counted(number, 'place')} of {path} to fill in") for path, number in places.items())
    return Plan(changes[0].ref, tuple(places), (Way(steps, why="the spec is not written yet"),)) if places else None


def branching(ref: str) -> Plan:
    """The plan for commits that are on no branch."""
    return Plan(ref, (), (Way((Step(by_hand="give the commits a branch: git switch -c NAME"),), why="no branch"),))


def on_a_branch(ref: str, made: Plan | None) -> Plan:
    """A plan for work on a target that takes requests: it begins with a branch that a request can take."""
    step = Step(("git", "switch", "-c", BRANCH))
    if not made:
        return Plan(ref, (), (Way((step,), why="its target takes requests, which CI judges"),))
    return made._replace(ways=tuple(way._replace(steps=(step, *way.steps)) for way in made.ways))


def after_a_commit(plan: Plan, uncommitted: Collection[str], apart: Collection[str] = ()) -> Plan:
    """A plan some of whose files are `uncommitted`: to commit them comes first, since a committed record names what is
    committed. Only what is wrong in them is corrected before, and what is to be as it landed taken back. Only a
    feature's way takes along what is in the folders `apart`, which hold texts of other features.
    """
    return plan._replace(ways=tuple(_after_a_commit(way, uncommitted, apart) for way in plan.ways))


def _after_a_commit(way: Way, uncommitted: Collection[str], apart: Collection[str]) -> Way:
    back = tuple(step for step in way.steps if step.corrects and step.argv[:2] == ("git", "checkout"))
    if {*uncommitted} <= {step.argv[-1].removeprefix(":/") for step in back}:
        return way._replace(steps=(*back, LOOK_AGAIN))
    wrong = tuple(f"{path}:" for path in uncommitted)
    by_hand = [step for step in way.steps if step.corrects and step.by_hand.startswith(wrong)]
    rest = [step for step in way.steps if step not in (*back, *by_hand)]
    first = (*back, *(step._replace(by_hand=step.by_hand.removesuffix(THEN_COMMIT)) for step in by_hand))
    if back and not any(step.stages for step in rest):
        # What they put into the index is in the first commit.
        rest = [step for step in rest if not (step.corrects and step.argv[:2] == ("git", "commit"))]
    return way._replace(steps=(*first, *commit_steps(() if way.label == ChangeKind.FEATURE else apart), *rest))


def commit_steps(apart: Collection[str] = ()) -> tuple[Step, ...]:
    """The steps that commit all that is not committed and not in the folders `apart`."""
    left_out = (f":(top,exclude){folder}" for folder in sorted(apart))
    return Step(("git", "add", "--all", *left_out)), Step(("git", "commit", "-m", TITLE))


def taking_target(ref: str, target: str, uncommitted: Sequence[str]) -> Plan:
    """The plan for a branch that is older than the adoption: it gets sdd by a merge of the target."""
    first = (Step(by_hand="commit your work"),) if uncommitted else ()
    steps = (*first, Step(("git", "merge", target)), LOOK_AGAIN)
    return Plan(ref, tuple(uncommitted), (Way(steps, why=f"the branch is older than the adoption of sdd in {target}"),))


def answering(
    repository: Repository, changes: Sequence[JudgedChange], *, has_landed: bool = False, always: bool = False
) -> Plan | None:
    """The plan for what lands with warnings as a merge or as a request of its own (`(#12)`): no later record is grouped
    with that, so a waiver answers for it. None for anything else, if not `always`.
    """
    head, base = changes[0].head, changes[0].base
    landings = read_line(repository, head, base) if base else ()
    if not landings or not (always or landings[-1].is_merge or mark_of(landings[-1])):
        return None
    by_hand = "answer each change that sdd audit fails: sdd waiver new --landing COMMIT"
    by_hand = by_hand if has_landed else f"once this has landed, {by_hand}"
    step = Step(waiver_for(head)) if len(landings) == 1 else Step(by_hand=by_hand)
    lacking = dict.fromkeys(finding.path for change in changes for finding in change.errors)
    return Plan(changes[0].ref, tuple(lacking), (Way((step,), why="a later record does not count for it"),))


def plan_elsewhere(repository: Repository, changes: Sequence[JudgedChange]) -> Plan | None:
    """The plan for what is not checked out, nor under what is: check it out first. None where it is."""
    way = _way_there(repository, changes[0].head)
    if not way:
        return None
    lacking = tuple(file.path for change in changes for file in change.files if file.lacks)
    wrong = dict.fromkeys(finding.path for change in changes for finding in change.errors)
    steps = (Step(way), LOOK_AGAIN)
    return Plan(changes[0].ref, lacking or tuple(wrong), (Way(steps, why="what was judged is not checked out"),))


def _way_there(repository: Repository, head: str) -> tuple[str, ...]:
    """The command that checks out a judged commit; empty where there is none to be."""
    here, refs = repository.commit("HEAD"), repository.refs
    if head == here or not repository.commit(head):
        return ()
    own = refs.below(HEADS)
    if branch := next((each.branch for each in own if each.oid == head), None):
        return "git", "switch", branch
    if here and is_ancestor(repository, head, here):
        return ()
    known = {each.branch for each in own}
    for prefix in (f"{REMOTES}{remote}/" for remote in remote_names(repository)):
        if there := next((each for each in refs.below(prefix) if each.oid == head and each.branch not in known), None):
            return "git", "switch", "--track", there.name
    return "git", "switch", "-c", BRANCH, head[:12]
