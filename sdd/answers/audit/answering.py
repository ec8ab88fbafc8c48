"""Answers to landings that fail: the waivers at the end of a span that name one of them."""

from collections.abc import Callable

from sdd.answers.audit.audited import AuditedChange
from sdd.base import paths
from sdd.gate.rules.waiver import answers
from sdd.records.kinds.waiver import Waiver
from sdd.records.project import Reader, records_of
from sdd.repo.objects import Repository


def answering(repository: Repository, tip: str) -> Callable[[AuditedChange], AuditedChange]:
    """Gives a change that fails its answer, if `tip` holds one: of the root that it fails in, or of one above."""
    records = records_of(repository.tree(tip), Reader(repository.blobs), Waiver)
    waivers = [waiver for waiver in records if waiver.landing]

    def answered(change: AuditedChange) -> AuditedChange:
        if not waivers or not change.judged or change.passed:
            return change
        commits = [commit.oid for commit in change.landing.commits]
        by_root = {waiver.root: waiver for waiver in reversed(waivers) if answers(waiver, commits)}
        failing = [verdict.root or "" for verdict in change.verdicts if verdict.errors]
        above = [[by_root[at] for at in (root, *paths.folders_above(root)) if at in by_root] for root in failing]
        return change._replace(answer=above[0][0]) if all(above) else change

    return answered
