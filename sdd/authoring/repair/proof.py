"""The proof of a plan: the tree that it makes is checked like the present one, and what finds more is left out."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sdd.authoring.repair.plan import Cleared, Repair, repaired_tree
from sdd.base.grouping import grouped
from sdd.gate.check.change import judge
from sdd.gate.check.tree import check_tree
from sdd.gate.check.verdict import Finding
from sdd.gate.target import target_of_work_tree
from sdd.records.project import Reader
from sdd.repo.objects import Repository, Tree

Findings = Mapping[str, tuple[Finding, ...]]

_NOBODY = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "sdd"), ("EMAIL", "sdd@localhost"))
}


class Worse(NamedTuple):
    """A file in which a repaired tree holds a finding that the present one does not."""

    path: str
    finding: Finding


def findings_of(
    tree: Tree, reader: Reader, revision: str | None, today: date, progress: Callable[[int, int], None] | None = None
) -> Findings:
    """Path -> what the rules find in its file, waived or not. `progress` is as for `check_tree`."""
    changes = check_tree(tree, "", revision, today, progress=progress, reader=reader).changes
    found = ((*change.findings, *(waived.finding for waived in change.waived)) for change in changes)
    return grouped((finding.path, finding) for findings in found for finding in findings)


class Proof:
    """A tree with some repairs, committed where nobody sees it: what is found there, and what the gate says. Without
    repairs that is what was found `before`.
    """

    def __init__(
        self,
        repository: Repository,
        tree: Tree,
        reader: Reader,
        before: Findings,
        repairs: Mapping[str, Repair],
        today: date,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._repository, self._repairs, self._today = repository, repairs, today
        self._before = self.findings = before
        if repairs:
            repaired = repaired_tree(tree, [*repairs.values()])
            self._oid = repaired.oid
            self.findings = findings_of(repaired, reader, self._commit(), today, progress)

    def _commit(self) -> str | None:
        """A commit of the tree: a record keeps its age only where git sees that it was moved."""
        head = self._repository.commit("HEAD")
        if head is None:
            return None
        made = self._repository.run("commit-tree", self._oid, "-p", head, "-m", "Repair", environment=_NOBODY)
        return made.stdout.decode().strip() or head

    def worse(self) -> Iterator[Worse]:
        """Each file with more findings of a rule than it had, with one of them."""
        was = {repair.to: path for path, repair in self._repairs.items()}
        for path, findings in self.findings.items():
            own = was.get(path, path)
            then = Counter(finding.rule for finding in self._before.get(own, ()))
            for finding in findings:
                then[finding.rule] -= 1
                if then[finding.rule] < 0:
                    yield Worse(own, finding)
                    break

    def clears(self, repair: Repair) -> bool:
        """Whether a file has fewer findings with its repair."""
        return len(self.findings.get(repair.to, ())) < len(self._before.get(repair.path, ()))

    def cleared(self) -> tuple[Cleared, ...]:
        """The findings that go, rule by rule, the most first."""
        then, now = (
            Counter(finding.rule for own in found.values() for finding in own)
            for found in (self._before, self.findings)
        )
        files: Counter[str] = Counter()
        for path, repair in self._repairs.items():
            own, left = (
                Counter(finding.rule for finding in found)
                for found in (self._before.get(path, ()), self.findings.get(repair.to, ()))
            )
            files.update((own - left).keys())
        rows = (Cleared(rule, number, files[rule]) for rule, number in (then - now).items())
        return tuple(sorted(rows, key=lambda row: (-row.findings, row.rule)))

    @cached_property
    def refused(self) -> tuple[Finding, ...]:
        """What the gate would refuse in a commit of the repairs; nothing where no push of it would be judged."""
        if not self._repairs:
            return ()
        touched = {path for path, repair in self._repairs.items()} | {repair.to for repair in self._repairs.values()}
        verdict = judge(self._repository, (target_of_work_tree(self._repository, self._oid),), self._today)
        return tuple(
            finding
            for change in verdict.changes
            for finding in change.errors
            if finding.path in touched and change.stopped_by(finding)
        )
