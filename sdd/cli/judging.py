"""What `sdd gate` does, whoever read its command line."""

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stdout
from datetime import date
from typing import TYPE_CHECKING

from sdd import __version__
from sdd.base.deadline import cpu_limit, deadline
from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.limits import SECONDS
from sdd.base.streams import read_input, with_caller
from sdd.cli.gate_line import GateLine
from sdd.cli.printing import flush, print_text
from sdd.gate.check.change import NewerPolicy, judge
from sdd.gate.check.verdict import COVERAGE_RULES, JudgedChange, Verdict
from sdd.gate.target import target_of_revision
from sdd.gate.target.actors import read_actors
from sdd.gate.target.judgement import JudgementTarget
from sdd.records.kinds.policy import POLICY_PATH
from sdd.render.text.verdict import gate_text
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, find_mainline, remote_of_push

if TYPE_CHECKING:
    from sdd.gate.plan import Plan
    from sdd.render.plan import Plans


def judged(asked: GateLine) -> int:
    """Judges, prints the verdict and returns the exit status. Raises UsageError for options that make no sense."""
    _require_sense(asked)
    if asked.identify is not None:
        _identify(asked.identify)
    with nullcontext() if asked.timeout is None else deadline(asked.timeout):
        data, refused = _read_and_judge(asked)
    if refused or not asked.then:
        return ExitCode.FINDINGS if refused else ExitCode.CLEAN
    from pathlib import Path

    from sdd.setup.hooks.former import run_former

    return run_former(Path(asked.then), asked.pre_push or (), data)


def _read_and_judge(asked: GateLine) -> tuple[bytes, bool]:
    """Prints the verdict; returns what git told the hook, and whether the change is refused."""
    pushing = asked.pre_push or asked.pre_receive
    watched = with_caller() if asked.pre_receive else nullcontext()
    # What runs after a pass has standard output to itself.
    with watched, redirect_stdout(sys.stderr) if asked.then else nullcontext():
        data = _standard_input() if pushing else b""
        refused = _print_verdict(asked, data)
        flush()
    return data, refused


def _identify(stream: str) -> None:
    """Says on a stream of the hook's that this is sdd, and closes it: nothing that is started here may say so."""
    try:
        os.write(int(stream), f"sdd {__version__}\n".encode())
        os.close(int(stream))
    except (OSError, ValueError, OverflowError) as error:
        raise UsageError(f"--identify {stream}: {error}", "only sdd's own hook gives it") from None


def _require_sense(asked: GateLine) -> None:
    pushing = bool(asked.pre_push or asked.pre_receive)
    if ((asked.base or asked.head) and pushing) or (asked.pre_push and asked.pre_receive):
        raise UsageError("--base and --head, --pre-push and --pre-receive exclude each other", "see: sdd gate --help")
    if "" in (asked.base, asked.head):
        name = "--base" if asked.base == "" else "--head"
        raise UsageError(f"{name} is empty", "name a revision: in a script, the variable that holds it is not set")
    if asked.pre_push and any(word.startswith("-") for word in asked.pre_push):
        raise UsageError("--pre-push takes the remote's name and its URL", "give other options before it")
    if asked.landed and not (asked.base or asked.pre_receive):
        raise UsageError("--landed goes with --base or --pre-receive", "see: sdd gate --help")
    if asked.queue and not asked.base:
        raise UsageError("--queue goes with --base", "see: sdd gate --help")
    if asked.then is not None and not pushing:
        raise UsageError("--then goes with --pre-push or --pre-receive", "see: sdd gate --help")
    if asked.for_pr is not None and not (asked.base and asked.for_pr.isascii() and asked.for_pr.isdigit()):
        raise UsageError("--for-pr takes the number of a request and goes with --base", "see: sdd gate --help")
    if asked.actors and not asked.base:
        raise UsageError("--actor goes with --base: only CI knows who acts", "see: sdd gate --help")


def _standard_input() -> bytes:
    """What git tells a hook. Raises SddError where the stream is closed: that is no empty push."""
    if sys.stdin is None:
        raise SddError("standard input is closed, so what is pushed cannot be known", "let git run the hook")
    return read_input(sys.stdin.buffer, "standard input")


def _print_verdict(asked: GateLine, data: bytes) -> bool:
    """Judges and prints. Whether the change is refused."""
    with Repository.discover(asked.directory) as repository:
        verdict = _judge(repository, asked, data)
        if asked.pre_push and verdict.refused:
            verdict = verdict._replace(remarks=(*verdict.remarks, *_left_behind(repository, verdict)))
        verdict = _without_landed(repository, asked, verdict)
        folder = _folder(repository, asked)
        pushing = bool(asked.pre_push or asked.pre_receive) and not asked.landed
        if not asked.for_pr or verdict.passed:
            plans = _plans(repository, verdict, folder, pushing=pushing, away=True, landed=asked.landed)
            verdict = _answered(verdict, plans) if asked.landed else verdict
        else:
            from sdd.gate.plan.fork import asking_nothing, of_author, of_maintainer, without_decisions

            plans = _plans(repository, without_decisions(verdict), folder, pushing=pushing, away=False)
            left, verdict = of_author(verdict), asking_nothing(verdict, asked.for_pr)
            made = ((place, of_maintainer(plan, asked.for_pr, left)) for place, plan in plans.items())
            plans = {place: plan for place, plan in made if plan}
        # A server and CI judge in a repository without a work tree, and who pushed may have no sdd.
        is_elsewhere = not (verdict.passed or asked.for_pr or repository.work_tree)
        text = gate_text(verdict, plans, verbose=asked.verbose, pushing=pushing, is_elsewhere=is_elsewhere)
        if asked.form == "text" and not asked.outputs:
            print_text(text)
        else:
            from sdd.cli.verdict_format import write_verdict

            # Files first: one that cannot be written ends this without a verdict, and then none was printed.
            files = [output for output in asked.outputs if output[1] != "-"]
            further = [output for output in asked.outputs if output[1] == "-"]
            write_verdict((*files, (asked.form, "-"), *further), verdict, plans, text)
    return verdict.refused


def _left_behind(repository: Repository, verdict: Verdict) -> Iterator[str]:
    """What to do with a hook that judges by the defaults, since a target has no policy any more."""
    from sdd.base.paths import join
    from sdd.records.layout import find_roots
    from sdd.repo.history import last_change  # most targets have a policy

    for name, base in dict.fromkeys((each.target_name, each.base) for each in verdict.changes if each.refused):
        if base and POLICY_PATH not in (tree := repository.tree(base)):
            commit, _ = last_change(repository, POLICY_PATH, "D", base)
            # The hook is the other roots' too.
            if commit and not any(join(root, POLICY_PATH) in tree for root in find_roots(tree)):
                yield f"{name}: its policy was taken out ({commit[:10]}); if sdd was: sdd hook uninstall"


def _without_landed(repository: Repository, asked: GateLine, verdict: Verdict) -> Verdict:
    """The verdict with what is said of pushes that take landed commits off their target."""
    if verdict.passed or not (asked.pre_push or asked.pre_receive):
        return verdict
    from sdd.gate.plan.rewound import without_landed

    remote = remote_of_push(repository, *asked.pre_push) if asked.pre_push else None
    changes = []
    for change in verdict.changes:
        branch = change.ref.removeprefix(HEADS)
        is_own = change.target_name == (f"{remote}/{branch}" if remote else branch)
        if change.errors and change.base and is_own and not change.landing:
            change = without_landed(repository, change, remote or "origin", has_landed=asked.landed)
        changes.append(change)
    return verdict._replace(changes=tuple(changes))


def _folder(repository: Repository, asked: GateLine) -> str:
    """The folder from which the reader asks, from the top; git runs a hook at the top, and tells where a push began."""
    if asked.pre_push:
        return os.environ.get("GIT_PREFIX", "").strip("/")
    return repository.shell_folder or ""


def _judge(repository: Repository, asked: GateLine, data: bytes) -> Verdict:
    try:
        with cpu_limit(SECONDS) as allow:
            return judge(repository, _targets(repository, asked, data), date.today(), allow)
    except NewerPolicy as error:
        if not asked.pre_push:
            raise
        return Verdict((), (f"{error.message}; nothing was judged here, CI and the server decide: {error.fix}",))


def _targets(repository: Repository, asked: GateLine, data: bytes) -> tuple[JudgementTarget, ...]:
    if asked.pre_push or asked.pre_receive:
        from sdd.gate.target.push import targets_of_push, targets_of_receive  # only hooks ask
        from sdd.repo.pushed import read_pre_push, read_pre_receive

        if asked.pre_push:
            return targets_of_push(repository, read_pre_push(data), *asked.pre_push)
        return targets_of_receive(repository, read_pre_receive(data))
    target = target_of_revision(repository, asked.base, asked.head, lands=asked.queue)
    return (target._replace(actors=read_actors(asked.actors)),)


def _answered(verdict: Verdict, plans: "Plans") -> Verdict:
    """The verdict over what has landed, where findings about missing records name what answers for them."""
    if verdict.passed:
        return verdict
    from sdd.gate.plan.has_landed import REMARK
    from sdd.render.plan import shell_line

    lines = {plan.ref: shell_line(plan.ways[0]) for plan in plans.values()}
    changes = []
    for change in verdict.changes:
        own = (
            each._replace(fix=lines.get(change.ref) or each.fix) if each.rule in COVERAGE_RULES else each
            for each in change.findings
        )
        changes.append(change._replace(findings=tuple(own)))
    return Verdict(tuple(changes), (*verdict.remarks, REMARK))


def _plans(
    repository: Repository, verdict: Verdict, folder: str, *, pushing: bool, away: bool, landed: bool = False
) -> "Plans":
    """How to get each refused ref accepted; a push that is not refused lands on its target.

    `folder` is the one that the reader is in, from the top. With `away`, a branch that is not checked out has to be
    first.
    """
    if verdict.passed:
        return {}
    from sdd.capture.due import MISSED, missed, untold, with_records
    from sdd.gate.plan.beforehand import answering, by_hand, plan_elsewhere
    from sdd.gate.plan.corrections import corrected
    from sdd.gate.plan.has_landed import on_top
    from sdd.gate.plan.lacks import Beside
    from sdd.gate.plan.make import plan
    from sdd.gate.plan.place import seen_top
    from sdd.gate.plan.rewound import keeping_landed
    from sdd.gate.plan.uncommitted import records_in_work_tree
    from sdd.repo.unfinished import unfinished

    uncommitted = records_in_work_tree(repository) if repository.work_tree else ()
    doing = unfinished(repository)
    by_ref: dict[tuple[str, str], dict[int, JudgedChange]] = {}
    for place, change in enumerate(verdict.changes):
        if change.errors and not change.landing:
            by_ref.setdefault((change.ref, change.head), {})[place] = change
    plans = {}
    for failing in by_ref.values():
        changes = tuple(failing.values())
        made: Plan | None
        if changes[0].drops:
            made = keeping_landed(changes)
        elif landed:
            made = on_top(repository, changes, Beside(folder=folder))
        elif away and repository.work_tree and (elsewhere := plan_elsewhere(repository, changes)):
            made = elsewhere
        elif doing.unmerged:
            made = by_hand(changes[0].ref, doing, find_mainline(repository) if doing.added else None)
        elif not (made := answering(repository, changes) if (landing := pushing and _lands(changes)) else None):
            beside = Beside(uncommitted=uncommitted, landing=landing, unfinished=doing, folder=folder)
            made = plan(repository, changes, beside)
            made = corrected(changes, made, seen_top(folder)) if away else made
            lacking = untold(changes)
            is_here = bool(lacking) and repository.commit("HEAD") == changes[0].head
            if made and is_here and (drafted := lacking & missed(repository, changes).files):
                made = with_records(made, lacking, drafted, (MISSED,))
        if made:
            # Below what is shown last: what is refused.
            plans[max(failing, key=lambda place: (failing[place].refused, place))] = made
    return plans


def _lands(changes: tuple[JudgedChange, ...]) -> bool:
    """Whether what is pushed is its own target, and goes through with warnings."""
    to_target = f"/{changes[0].target_name}".endswith(f"/{changes[0].ref.removeprefix(HEADS)}")
    return to_target and not any(change.refused for change in changes)
