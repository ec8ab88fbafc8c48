"""What `sdd gate` does, whoever read its command line."""

import sys
from datetime import date
from typing import TYPE_CHECKING

from sdd.base.errors import ExitCode, UsageError
from sdd.cli.gate_line import GateLine
from sdd.cli.printing import print_text
from sdd.gate.check.change import judge
from sdd.gate.check.verdict import JudgedChange, Verdict
from sdd.gate.target import target_of_revision, targets_of_push, targets_of_receive
from sdd.gate.target.judgement import JudgementTarget
from sdd.records.layout import feature_of_branch
from sdd.records.project import Project, Reader
from sdd.render.text.verdict import gate_text
from sdd.repo.history import taken_back
from sdd.repo.objects import Repository
from sdd.repo.pushed import read_pre_push, read_pre_receive
from sdd.repo.refs import HEADS, read_refs

if TYPE_CHECKING:
    from sdd.gate.fixes import Fix


def judged(asked: GateLine) -> ExitCode:
    """Judges and prints the verdict. Raises UsageError where two options exclude each other."""
    pushing = bool(asked.pre_push or asked.pre_receive)
    if ((asked.base or asked.head) and pushing) or (asked.pre_push and asked.pre_receive):
        raise UsageError("--base and --head, --pre-push and --pre-receive exclude each other", "see: sdd gate --help")
    if asked.pre_push and any(word.startswith("-") for word in asked.pre_push):
        raise UsageError("--pre-push takes the remote's name and its URL", "give other options before it")
    with Repository.discover(asked.directory) as repository:
        verdict = judge(repository, _targets(repository, asked), date.today())
        ways = _fixes(repository, verdict, pushing=bool(asked.pre_push))
        if asked.form == "text":
            print_text(gate_text(verdict, ways, verbose=asked.verbose, pushing=pushing))
        else:
            from sdd.cli.verdict_format import print_verdict

            print_verdict(asked.form, verdict, ways)
    return ExitCode.FINDINGS if verdict.refused else ExitCode.CLEAN


def _targets(repository: Repository, asked: GateLine) -> tuple[JudgementTarget, ...]:
    if asked.pre_push:
        return targets_of_push(repository, read_pre_push(sys.stdin.buffer.read()), *asked.pre_push)
    if asked.pre_receive:
        return targets_of_receive(repository, read_pre_receive(sys.stdin.buffer.read()))
    return (target_of_revision(repository, asked.base, asked.head),)


def _fixes(repository: Repository, verdict: Verdict, *, pushing: bool) -> "dict[int, tuple[Fix, ...]]":
    """How to fix each change with errors, by its position; a push that is not refused lands on its target."""
    if verdict.passed:
        return {}
    from sdd.gate.fixes import elsewhere, fixes, records_in_work_tree

    lying = records_in_work_tree(repository) if repository.work_tree else ()
    ways = {}
    for place, change in enumerate(verdict.changes):
        if not change.errors or change.landing:
            continue
        if repository.work_tree and (away := _branch_to_go_to(repository, change)):
            ways[place] = elsewhere(change, away)
        else:
            features = Project(repository.tree(change.head), "", Reader(repository.blobs)).features
            feature = feature_of_branch(features, change.ref.removeprefix(HEADS))
            reverts = taken_back(repository, change.commits, change.base)
            to_target = f"/{change.target_name}".endswith(f"/{change.ref.removeprefix(HEADS)}")
            landing = pushing and to_target and not change.refused
            ways[place] = fixes(change, lying, feature, has_features=bool(features), reverts=reverts, landing=landing)
    return ways


def _branch_to_go_to(repository: Repository, change: JudgedChange) -> str | None:
    """The branch of this repository that holds what was judged, None where it is checked out here or is on none."""
    own = () if repository.commit("HEAD") == change.head else read_refs(repository).below(HEADS)
    return next((branch.branch for branch in own if branch.oid == change.head), None)
