"""The baseline: which findings are new, and which a root had when it adopted sdd."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.document.text import decode, text_key
from sdd.gate.check.tree import check_tree
from sdd.gate.check.verdict import Finding, JudgedChange, Verdict
from sdd.gate.rules import Severity
from sdd.records.kinds.baseline import Baseline, BaselineEntry, baseline_text
from sdd.records.layout import find_roots, roots_of
from sdd.records.project import BASELINE_PATH, Project, Reader
from sdd.repo.objects import Tree

# The rules that guard policy, baseline and waivers: their findings are never old.
_ALWAYS_NEW = ("policy-", "waiver-")
# An old secret is known, as one that has landed is in the gate, and never hidden.
_NEVER_HIDDEN = "record-secret"
_HASH_LENGTH = 16


def only_new(verdict: Verdict, tree: Tree, reader: Reader) -> Verdict:
    """The verdict over a tree without the findings in the baselines of its roots; those are told apart.

    A secret that a baseline holds stays, as a warning.
    """
    findings = [finding for change in verdict.changes for finding in change.findings]
    known: set[Finding] = set()
    for root, own in _by_root(tree, findings).items():
        baseline = Project(tree, root, reader).baseline
        if baseline and baseline.entries:
            entries = _entries(tree, reader, own, root)
            known.update(finding for finding, is_old in zip(own, old_ones(baseline, entries), strict=True) if is_old)
    return Verdict(tuple(_split(change, known) for change in verdict.changes), verdict.remarks)


def old_ones(baseline: Baseline, entries: Sequence[BaselineEntry]) -> list[bool]:
    """Which of some findings a baseline holds; they are given as the entries that it would have for them.

    Each entry stands for one finding. One without a hash stands for every finding with its message, or else for one
    that the rule words otherwise now.
    """
    left = Counter(entry.key for entry in baseline.entries if entry.line_hash is not None)
    worded = {entry.key for entry in baseline.entries if entry.line_hash is None}
    reworded = Counter(key[:2] for key in worded - {entry[:3] for entry in entries})

    def is_old(entry: BaselineEntry) -> bool:
        if entry[:3] in worded:
            return True
        for counter, key in ((left, entry.key), (reworded, entry[:2])):
            if counter[key]:
                counter[key] -= 1
                return True
        return False

    return [not entry.rule.startswith(_ALWAYS_NEW) and is_old(entry) for entry in entries]


def first_baselines(tree: Tree, root: str, today: date) -> dict[str, tuple[BaselineEntry, ...]]:
    """The baselines of a root that is about to adopt sdd and of the roots below it, by root: every finding there."""
    below = (finding for finding in _findings(tree, today) if paths.is_below(finding.path, root))
    # What is under no root yet is under the one that adopts sdd.
    by_root = grouped((max(_root_of(tree, finding), root, key=len), finding) for finding in below)
    reader = Reader(tree.repository.beginnings)
    listed = {place: _entries(tree, reader, findings, place) for place, findings in by_root.items()}
    return {
        place: tuple(entry for entry in entries if not entry.rule.startswith(_ALWAYS_NEW))
        for place, entries in listed.items()
    }


def shrunk(tree: Tree, today: date, moved: Mapping[str, str] = MappingProxyType({})) -> dict[str, str | None]:
    """The baselines of a tree that hold what no longer fires, entries without a hash, or such for records that have
    `moved` (former path -> the tree's): path -> their text without those, None where nothing is left.

    One that cannot be read stays as it is.
    """
    reader = Reader(tree.repository.beginnings)
    baselines = {root: baseline for root in find_roots(tree) if (baseline := Project(tree, root, reader).baseline)}
    sound = {root: baseline for root, baseline in baselines.items() if baseline.entries and not baseline.problem}
    firing = _by_root(tree, _findings(tree, today)) if sound else {}
    changed: dict[str, str | None] = {}
    for root, baseline in sound.items():
        entries = _entries(tree, reader, firing.get(root, ()), root)
        followed = Baseline(tuple(_moved(entry, root, moved) for entry in baseline.entries))
        left = [entry for entry, is_old in zip(entries, old_ones(followed, entries), strict=True) if is_old]
        if Counter(entry.key for entry in left) != Counter(entry.key for entry in baseline.entries):
            changed[paths.join(root, BASELINE_PATH)] = baseline_text(left) if left else None
    return changed


def _moved(entry: BaselineEntry, root: str, moved: Mapping[str, str]) -> BaselineEntry:
    to = moved.get(paths.join(root, entry.path), "")
    return entry._replace(path=paths.relative(root, to)) if to and paths.is_below(to, root) else entry


def _findings(tree: Tree, today: date) -> Iterator[Finding]:
    """Every finding in the records of a tree, waived or not."""
    for change in check_tree(tree, "", tree.repository.commit("HEAD"), today).changes:
        yield from change.findings
        yield from (waived.finding for waived in change.waived)


def _split(change: JudgedChange, known: set[Finding]) -> JudgedChange:
    hidden = {finding for finding in known if finding.rule != _NEVER_HIDDEN}
    old, new = ([finding for finding in change.findings if (finding in hidden) == is_old] for is_old in (True, False))
    shown = (finding._replace(severity=Severity.WARNING) if finding in known else finding for finding in new)
    return change._replace(findings=tuple(shown), in_baseline=tuple(old))


def _by_root(tree: Tree, findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    return grouped((_root_of(tree, finding), finding) for finding in findings)


def _root_of(tree: Tree, finding: Finding) -> str:
    """The root that a finding belongs to, the top where it is under none."""
    return next(iter(roots_of(tree, finding.path)), "")


def _entries(tree: Tree, reader: Reader, findings: Iterable[Finding], root: str) -> list[BaselineEntry]:
    """Findings as a baseline would hold them, in their order."""
    lines: dict[str, list[str]] = {}
    entries = []
    for finding in findings:
        if finding.path not in lines:
            entry = tree.file(finding.path)
            lines[finding.path] = decode(reader.content(entry))[0].split("\n") if entry else []
        own = lines[finding.path]
        # The first line stands for the file as a whole. Whoever has a secret's hash can try values against it.
        has_text = 1 < finding.line <= len(own) and finding.rule != _NEVER_HIDDEN
        text = text_key(own[finding.line - 1]) if has_text else ""
        digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH] if text else ""
        entries.append(BaselineEntry(paths.relative(root, finding.path), finding.rule, finding.message, digest))
    return entries
