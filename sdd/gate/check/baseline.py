"""The baseline: which findings are new, and which a root had when it adopted sdd."""

from collections.abc import Iterable, Iterator
from datetime import date

from sdd.base import paths
from sdd.gate.check.tree import check_tree
from sdd.gate.check.verdict import Finding, Verdict
from sdd.records.kinds.baseline import Baseline, BaselineEntry, baseline_text
from sdd.records.layout import find_roots, roots_of
from sdd.records.project import BASELINE_PATH, Project, Reader
from sdd.repo.objects import Tree

# The rules that guard policy, baseline and waivers: their findings are never old.
_ALWAYS_NEW = ("policy-", "waiver-")


def only_new(verdict: Verdict, tree: Tree, reader: Reader) -> Verdict:
    """The verdict over a tree without the findings in the baselines of its roots; it counts those."""
    baselines: dict[str, Baseline | None] = {}

    def is_new(finding: Finding) -> bool:
        root = _root_of(tree, finding)
        if root not in baselines:
            baselines[root] = Project(tree, root, reader).baseline
        baseline = baselines[root]
        return not baseline or baseline.entries.isdisjoint(_entries((finding,), root))

    changes = []
    for change in verdict.changes:
        new = tuple(filter(is_new, change.findings))
        changes.append(change._replace(findings=new, in_baseline=len(change.findings) - len(new)))
    return Verdict(tuple(changes), verdict.remarks)


def first_baseline(tree: Tree, root: str, today: date) -> frozenset[BaselineEntry]:
    """The baseline of a root that is about to adopt sdd: every finding in its records."""
    findings = (
        finding
        for finding in _findings(tree, today)
        if paths.is_below(finding.path, root) and len(_root_of(tree, finding)) <= len(root)
    )
    return frozenset(_entries(findings, root))


def shrunk(tree: Tree, today: date) -> dict[str, str | None]:
    """The baselines of a tree with entries that no longer fire: path -> text without those, None where none is left.

    One that cannot be read stays as it is.
    """
    reader = Reader(tree.repository.blobs)
    firing: dict[str, list[Finding]] = {}
    for finding in _findings(tree, today):
        firing.setdefault(_root_of(tree, finding), []).append(finding)
    changed: dict[str, str | None] = {}
    for root in find_roots(tree):
        baseline = Project(tree, root, reader).baseline
        if baseline and not baseline.problem:
            left = baseline.entries & frozenset(_entries(firing.get(root, ()), root))
            if left != baseline.entries:
                changed[paths.join(root, BASELINE_PATH)] = baseline_text(left) if left else None
    return changed


def _findings(tree: Tree, today: date) -> Iterator[Finding]:
    """Every finding in the records of a tree, waived or not."""
    for change in check_tree(tree, "", tree.repository.commit("HEAD"), today).changes:
        yield from change.findings
        yield from (waived.finding for waived in change.waived)


def _root_of(tree: Tree, finding: Finding) -> str:
    """The root that a finding belongs to, the top where it is under none."""
    return next(iter(roots_of(tree, finding.path)), "")


def _entries(findings: Iterable[Finding], root: str) -> Iterator[BaselineEntry]:
    for finding in findings:
        if not finding.rule.startswith(_ALWAYS_NEW):
            yield BaselineEntry(paths.relative(root, finding.path), finding.rule, finding.message)
