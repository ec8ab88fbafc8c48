"""Asks the rules and makes a verdict of what they find: over a change, or over every record of a tree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sdd import paths, rules
from sdd.artifacts import locate
from sdd.artifacts.artifact import Artifact
from sdd.artifacts.phr import Phr
from sdd.artifacts.policy import Policy
from sdd.cover import Coverage, CoveredFile
from sdd.errors import SddError
from sdd.project import Project, Reader
from sdd.repo.changes import Change
from sdd.repo.objects import Repository, Tree
from sdd.roots import is_root, roots_of
from sdd.rules import Context, Found, Rule, Severity
from sdd.sides import Sides
from sdd.target import Aim

RULE_NAMES = frozenset(rule.name for rule in rules.ALL)


class Finding(NamedTuple):
    """One thing that a rule found. `path` is from the top, `line` and `column` count from 1."""

    path: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str
    fix: str


class NotJudged(NamedTuple):
    """A rule that could not be judged on a file, because of what `because` (another rule) found there."""

    rule: str
    path: str
    because: str


@dataclass(frozen=True, kw_only=True)
class JudgedChange:
    """What was found about one ref in one root. `root` is None for files under no root.

    `base` is TARGET, None where a tree was checked rather than a change. `tolerated` says why findings only
    warn here (a day that has not come yet, a draft), and is empty where they refuse.
    """

    ref: str
    target_name: str
    base: str | None
    head: str
    root: str | None
    files: tuple[CoveredFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    remark: str = ""
    tolerated: str = ""

    @cached_property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that weigh as errors."""
        return tuple(finding for finding in self.findings if finding.severity == Severity.ERROR)

    @property
    def refused(self) -> bool:
        """Whether this change may not land."""
        return bool(self.errors) and not self.tolerated


@dataclass(frozen=True)
class Verdict:
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


def judge(repository: Repository, aims: Iterable[Aim], today: date) -> Verdict:
    """The verdict over what is pushed. Raises SddError where a change cannot be judged."""
    reader = Reader(repository.blob)
    changes: list[JudgedChange] = []
    remarks: list[str] = []
    for aim in aims:
        if aim.change and aim.policy_revision:
            sides = Sides(repository, aim.change, aim.policy_revision, reader, adopting=aim.adopting)
            changes += judge_change(Coverage(sides), today, warn_only=aim.warn_only)
        if aim.remark:
            remarks.append(f"{aim.ref}: {aim.remark}")
    return Verdict(tuple(changes), tuple(remarks))


def judge_change(coverage: Coverage, today: date, *, warn_only: bool = False) -> tuple[JudgedChange, ...]:
    """Judges one change, root by root. `warn_only` says that its findings do not refuse it."""
    sides = coverage.sides
    judged = [_judge_root(coverage, root, today, warn_only=warn_only) for root in sides.roots]
    ungoverned = tuple(file for file in coverage.files if file.root is None)
    if ungoverned:
        judged.append(replace(_empty(sides.change, None), files=ungoverned))
    return tuple(judged)


def check_tree(
    repository: Repository, tree: Tree, name: str, revision: str | None, today: date, only: Sequence[str] = ()
) -> Verdict:
    """The verdict of all record rules over a whole tree. `name` and `revision` say what the tree is.

    With `only`, findings at other paths than these (or below them) are left out.
    """
    reader = Reader(repository.blob)
    by_root: dict[str, list[str]] = {}
    for path, entry in tree.walk():
        located = locate(path)
        if located:
            by_root.setdefault(located[0], []).append(path)
        elif path.startswith(".specify/") or "/.specify/" in path:
            by_root.setdefault(path.rpartition(".specify/")[0].rstrip("/"), [])
    changes = []
    for root, below in sorted(by_root.items()):
        context = _tree_context(repository, tree, root, tuple(below), reader, revision, today)
        policy = _policy_at(context.after)
        found, not_judged = _ask(context, policy, context.records)
        kept = tuple(sorted(finding for finding, _ in found if _is_at(finding.path, only)))
        changes.append(
            JudgedChange(ref=name, target_name="", base=None, head=tree.oid, root=root, findings=kept, not_judged=not_judged)
        )
    return Verdict(tuple(changes))


def _is_at(path: str, only: Sequence[str]) -> bool:
    return not only or any(path == wanted or paths.is_below(path, wanted) for wanted in only)


def _policy_at(project: Project) -> Policy:
    """The policy that a root's records are checked by: its own, else that of the nearest root above."""
    for root in (project.root, *roots_of(project.tree, project.root)):
        if is_root(project.tree, root):
            found = Project(project.tree, root, project.reader).policy
            return Policy(path=found.path, root=root) if found.problems else found
    return Policy(path="")


def _tree_context(
    repository: Repository, tree: Tree, root: str, below: tuple[str, ...], reader: Reader, revision: str | None, today: date
) -> Context:
    project = Project(tree, root, reader)
    records = tuple(artifact for path in below if (artifact := project.artifact(path)))
    return Context(repository, root, project, None, below, records, revision, None, None, RULE_NAMES, today)


def _empty(change: Change, root: str | None) -> JudgedChange:
    return JudgedChange(ref=change.ref, target_name=change.target_name, base=change.target, head=change.head, root=root)


def _judge_root(coverage: Coverage, root: str, today: date, *, warn_only: bool) -> JudgedChange:
    sides = coverage.sides
    policy = sides.policy(root)
    remark = _broken_policy(sides, root)
    context = _change_context(sides, coverage, root, today)
    found, not_judged = _ask(context, policy, (*context.records, *_leaned_on(context)))
    return replace(
        _empty(sides.change, root),
        files=tuple(file for file in coverage.files if file.root == root),
        findings=tuple(sorted(_softened(context, found, policy))),
        not_judged=not_judged,
        remark=remark,
        tolerated=_tolerance(policy, today, warn_only=warn_only),
    )


def _broken_policy(sides: Sides, root: str) -> str:
    """A remark where the policy at TARGET cannot be read and this change mends it.

    Raises SddError where it does not: no verdict may rest on half a policy.
    """
    found = sides.policy_as_found(root)
    said = [f"{found.path}:{problem.line}: {problem.message}" for problem in found.problems]
    said += [f"{found.path}:{found.at(f'rules.{name}')}: unknown rule {name}" for name in found.rules if name not in RULE_NAMES]
    if not said:
        return ""
    mended = sides.after(root).policy
    if found.path in sides.records and not mended.problems and RULE_NAMES.issuperset(mended.rules):
        return f"the policy of the target cannot be read; the change that mends it is judged by the defaults ({said[0]})"
    fix = f"push a change that mends {found.path} first: it is judged by the defaults (or update sdd, where a newer one knows this)"
    raise SddError(f"the policy at {sides.change.target_name} cannot be read: {said[0]}", fix)


def _change_context(sides: Sides, coverage: Coverage, root: str, today: date) -> Context:
    after = sides.after(root)
    below = tuple(
        changed.path
        for changed in sides.change.paths
        if changed.after and (sides.records[changed.path][0] if changed.path in sides.records else sides.root_of(changed.path)) == root
    )
    records = tuple(artifact for path in below if path in sides.records and (artifact := after.artifact(path)))
    revision = sides.change.commits[-1] if sides.change.commits else None
    return Context(sides.repository, root, after, sides.before(root), below, records, revision, sides, coverage, RULE_NAMES, today)


def _leaned_on(context: Context) -> Iterator[Artifact]:
    """Specs outside the change that its files lean on and that are unfinished there."""
    assert context.coverage
    known = set(context.paths)
    for file in context.coverage.files:
        for fault in file.spec_faults:
            spec = context.after.artifact(fault.path) if file.root == context.root and fault.path and fault.path not in known else None
            if spec:
                known.add(fault.path)
                yield spec


def _ask(
    context: Context, policy: Policy, records: Iterable[Artifact]
) -> tuple[list[tuple[Finding, bool]], tuple[NotJudged, ...]]:
    """What every rule that the policy does not turn off finds, with whether it is firm; and what was not judged."""
    found: list[tuple[Finding, bool]] = []
    not_judged: list[NotJudged] = []
    fired: set[tuple[str, str]] = set()
    subjects = tuple(_subjects(records))
    for rule in rules.ALL:
        if _severity(rule, policy) == Severity.OFF or (rule.subject is None and not context.sides and not rule.on_trees):
            continue
        asked = [subject for subject in subjects if rule.subject and isinstance(subject, rule.subject)]
        for subject in asked if rule.subject else [None]:
            blocking = next((need for need in rule.needs if subject and (need, subject.path) in fired), None)
            if subject and blocking:
                not_judged.append(NotJudged(rule.name, subject.path, blocking))
                continue
            for one in rule.function(subject, context) if subject else rule.function(context):
                fired.add((rule.name, one.path))
                found.append((_finding(rule, one, policy), one.firm))
    return found, tuple(not_judged)


def _subjects(records: Iterable[Artifact]) -> Iterator[Artifact]:
    """The records, each followed by the contract that stands in it."""
    for record in records:
        yield record
        if isinstance(record, Phr) and record.contract:
            yield record.contract


def _severity(rule: Rule, policy: Policy) -> Severity:
    written = policy.rules.get(rule.name)
    return Severity(written) if written else rule.severity


def _finding(rule: Rule, found: Found, policy: Policy) -> Finding:
    """The policy's word on a rule is the last one, then the finding's own, then the rule's."""
    severity = Severity(policy.rules[rule.name]) if rule.name in policy.rules else found.severity or rule.severity
    return Finding(found.path, found.line, 1, rule.name, severity, found.message, found.fix)


def _softened(context: Context, found: Sequence[tuple[Finding, bool]], policy: Policy) -> Iterator[Finding]:
    """The findings of a change; an error that TARGET's copy of the record had already is a warning.

    What a governed file needs is never softened, and of specs outside the change nothing else is told.
    """
    assert context.sides
    for finding, firm in found:
        if firm:
            yield finding
        elif finding.path in context.sides.records or finding.path in context.paths:
            had = finding.severity == Severity.ERROR and (finding.rule, finding.message) in _earlier(context, finding.path, policy)
            yield finding._replace(severity=Severity.WARNING) if had else finding


def _earlier(context: Context, path: str, policy: Policy) -> set[tuple[str, str]]:
    """(rule, message) of what the record rules find in TARGET's copy of a record."""
    landed = context.before.artifact(path) if context.before else None
    if not landed or not context.before:
        return set()
    earlier = replace(context, after=context.before, before=None, paths=(path,), records=(landed,), sides=None, coverage=None)
    return {(finding.rule, finding.message) for finding, _ in _ask(earlier, policy, (landed,))[0]}


def _tolerance(policy: Policy, today: date, *, warn_only: bool) -> str:
    """Why findings only warn, empty where they refuse."""
    if policy.warn_until and today.isoformat() <= policy.warn_until:
        return f"findings only warn until {policy.warn_until}"
    return "findings only warn on this ref" if warn_only else ""


def rules_broken(
    repository: Repository, tree: Tree, reader: Reader, records: Iterable[Artifact], today: date
) -> dict[str, list[str]]:
    """Path -> the names of the rules that a record breaks, for some records of a tree; clean ones are left out."""
    by_root: dict[str, list[Artifact]] = {}
    for record in records:
        by_root.setdefault(record.root, []).append(record)
    broken: dict[str, list[str]] = {}
    for root, below in by_root.items():
        project = Project(tree, root, reader)
        paths_below = tuple(record.path for record in below)
        context = Context(repository, root, project, None, paths_below, tuple(below), None, None, None, RULE_NAMES, today)
        for finding, _ in _ask(context, _policy_at(project), below)[0]:
            names = broken.setdefault(finding.path, [])
            if finding.rule not in names:
                names.append(finding.rule)
    return broken
