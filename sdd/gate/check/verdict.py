"""The verdict: what was found about each change, and whether it may land."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sdd.gate.check.alteration_kinds import AlterationKind, kind_of
from sdd.gate.cover import CoveredFile, JudgedCheck, is_waiver
from sdd.gate.rules import Remedy, Severity
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.file_entries import FileEntry
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.waiver import Waiver

COVERAGE_RULES = ("change-no-phr", "change-no-contract", "change-out-of-scope", "change-no-spec")
"""What a file lacks: where several of these find something about it, the first says enough."""


class Finding(NamedTuple):
    """A rule's finding. `path` is from the top, `line` and `column` count from 1.

    `secret` is the fingerprint of what `record-secret` found, by which a waiver names it. It is never printed: whoever
    has it can try weak passwords against it. `remedy` says what the fix does, for a plan.
    """

    path: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str
    fix: str
    secret: str = ""
    remedy: Remedy = Remedy.OTHER


class NotJudged(NamedTuple):
    """A rule that could not be judged on a file, because of what `because` (another rule) found there."""

    rule: str
    path: str
    because: str


class Waived(NamedTuple):
    """A finding that does not count, because a waiver covers it; `is_brought` where the change itself brings that."""

    finding: Finding
    waiver: Waiver
    is_brought: bool = False


class Detail(NamedTuple):
    """What of a record is altered; `is_looser` where less is asked by it. `before` and `after` are what a line of it
    says, empty where it is not there, both empty where nothing is quoted.
    """

    text: str
    is_looser: bool
    before: str = ""
    after: str = ""


class Alteration(NamedTuple):
    """A path that a change alters beside work and its records. `status` is A, M, D or T, as that of a PathChange.

    `is_rule` says that others are judged or led by it, `is_stock` that it says what sdd itself writes there.
    """

    path: str
    status: str
    details: tuple[Detail, ...] = ()
    is_rule: bool = False
    is_stock: bool = False

    @property
    def is_looser(self) -> bool:
        """Whether less is asked by what the path says now, or nothing because it is gone."""
        return not self.is_stock and (self.status == "D" or any(detail.is_looser for detail in self.details))

    @property
    def kind(self) -> AlterationKind:
        """What kind of file it is."""
        return kind_of(self.path)

    @property
    def rank(self) -> tuple[bool, AlterationKind, bool]:
        """By which alterations are told in order: by kind, of one kind what asks for less first; what sdd itself writes
        last.
        """
        return self.is_stock, self.kind, not self.is_looser


class Reverted(NamedTuple):
    """A landing that a change takes back: its commit, what it is called, its day, and the records that it brought."""

    commit: str
    title: str
    day: str
    records: tuple[Phr | Contract, ...]


class Past(NamedTuple):
    """What a branch says of a contract: the parts that it `edited` `since` the work began or it landed; of one that it
    brings, by its commits, whether it came after the last change of the files that it covers (`is_late`), and the
    checks of which its record said that they `failed` on the files on which it now says that they pass.
    """

    edited: tuple[str, ...] = ()
    is_late: bool = False
    failed: frozenset[str] = frozenset()
    since: str = "the work began"


class Origin(NamedTuple):
    """What the commits say of a PHR that the change brings: their `authors`, and the days (YYYY-MM-DD) of TARGET and of
    the last commit. `features` are those, other than its own, to which alone its files belonged before. Empty of what
    has landed.
    """

    authors: tuple[str, ...] = ()
    days: tuple[str, str] = ("", "")
    features: tuple[str, ...] = ()


class Request(NamedTuple):
    """What was asked: by a PHR, or by a contract alone.

    `contracts` are those that agree on it: the one that the PHR links first, then its own section, then whatever covers
    its `files`, the paths of the change that it covers. `own` are the paths of those that the PHR links or holds. A
    revert says which landings it takes back (`reverts`). `past` gives what the commits say of a contract, `origin` what
    they say of the PHR: few ask, and it takes git's time.
    """

    phr: Phr | None
    contracts: tuple[Contract, ...]
    files: tuple[str, ...]
    reverts: tuple[Reverted, ...] = ()
    past: Callable[[Contract], Past] = lambda _: Past()
    own: frozenset[str] = frozenset()
    origin: Callable[[], Origin] = Origin

    def is_own(self, contract: Contract) -> bool:
        """Whether one of the contracts was agreed on this request; another one only has its files in its scope."""
        return not self.phr or contract.path in self.own

    def scope_of(self, contract: Contract) -> tuple[str, ...]:
        """What one of the contracts lets change: its patterns, else the files that its PHR names, a folder that moved
        as `old/ -> new/`.
        """
        if not self.phr or contract.path != self.phr.path or contract.own_scope:
            return tuple(item.text for item in contract.scope)
        return tuple(f"{entry.path} -> {entry.moved_to}" if entry.moved_to else entry.path for entry in self.named)

    @property
    def named(self) -> Sequence[FileEntry]:
        """What the PHR names of the work: all of its `files` but a waiver that it pays back."""
        phr = self.phr
        return [entry for entry in phr.files if entry.path and not is_waiver(phr.root, entry.path)] if phr else []


class JudgedChange(NamedTuple):
    """What was found about one ref in one root. `root` is None for files under no root.

    `base` is TARGET, None where a tree was checked rather than a change. `commits` are the new ones. `tolerated`
    says why findings only warn here (a day that has not come yet, a draft), and is empty where they refuse.
    `in_baseline` are findings that do not count, because the root had them when it adopted sdd. `landing` is the commit
    on a target whose landing is refused here, where one is replayed. `policy` is what the change is judged by.
    `altered` is what changed beside the work and its records: policy, CI's file, constitution, specs, waivers and the
    like, and landed records that say something else now.
    `requests` say what was asked, `checks` how it was checked; a verdict that an audit has kept has neither.
    `checks` are those of the contracts that it adds or works on. `drops` says that the push would take landed commits
    off its target.
    """

    ref: str
    target_name: str
    base: str | None
    head: str
    root: str | None
    commits: tuple[str, ...] = ()
    files: tuple[CoveredFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    remark: str = ""
    tolerated: str = ""
    waived: tuple[Waived, ...] = ()
    in_baseline: tuple[Finding, ...] = ()
    landing: str = ""
    policy: Policy | None = None
    altered: tuple[Alteration, ...] = ()
    requests: tuple[Request, ...] = ()
    checks: tuple[JudgedCheck, ...] = ()
    drops: bool = False

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that are errors."""
        return tuple(finding for finding in self.findings if finding.severity == Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are none."""
        return tuple(finding for finding in self.findings if finding.severity != Severity.ERROR)

    @property
    def refused(self) -> bool:
        """Whether this change may not land."""
        return bool(self.errors) and not self.tolerated

    def stopped_by(self, finding: Finding) -> bool:
        """Whether a finding of this change keeps it from landing: an error does, where errors are not tolerated."""
        return finding.severity == Severity.ERROR and not self.tolerated


class Verdict(NamedTuple):
    """The verdict over all that was pushed or checked. `remarks` say what was not judged, and why."""

    changes: tuple[JudgedChange, ...]
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no error was found."""
        return not any(change.errors for change in self.changes)

    @property
    def refused(self) -> bool:
        """Whether the push may not go through."""
        return any(change.refused for change in self.changes)

    def strict(self) -> "Verdict":
        """The same with every warning counted as an error."""
        changes = []
        for change in self.changes:
            errors = tuple(finding._replace(severity=Severity.ERROR) for finding in change.findings)
            changes.append(change._replace(findings=errors))
        return self._replace(changes=tuple(changes))
