"""Answers to landings that fail: the waivers at the end of a span that name one of them."""

from collections.abc import Callable

from sdd.answers.audit.audited import AuditedChange
from sdd.base import paths
from sdd.gate.rules.waiver import answers
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import find_roots
from sdd.records.project import Project, Reader
from sdd.repo.objects import Repository

_FOLDER = "history/waivers"


def answering(repository: Repository, tip: str) -> Callable[[AuditedChange], AuditedChange]:
    """Gives a change that fails its answer, if `tip` holds one: of the root that it fails in, or of one above."""
    waivers = _waivers(repository, tip)

    def answered(change: AuditedChange) -> AuditedChange:
        if not waivers or not change.judged or change.passed:
            return change
        commits = [commit.oid for commit in change.landing.commits]
        own = [waiver for waiver in waivers if answers(waiver, commits)]
        failing = [verdict.root or "" for verdict in change.verdicts if verdict.errors]
        found = [
            next((one for one in own if root == one.root or paths.is_below(root, one.root)), None) for root in failing
        ]
        return change._replace(answer=found[0]) if all(found) else change

    return answered


def _speaks_for(waiver: Waiver, root: str) -> bool:
    return root == waiver.root or paths.is_below(root, waiver.root)


def _waivers(repository: Repository, tip: str) -> tuple[Waiver, ...]:
    tree, reader = repository.tree(tip), Reader(repository.blobs)
    projects = [Project(tree, root, reader) for root in find_roots(tree)]
    records = (
        project.record(project.path(f"{_FOLDER}/{name}"))
        for project in projects
        for name in tree.folder(project.path(_FOLDER))
    )
    return tuple(record for record in records if isinstance(record, Waiver) and record.landing)
