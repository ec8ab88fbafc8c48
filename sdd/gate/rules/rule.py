"""What a rule is: a small function whose docstring is its manual page and whose bad example is its test."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from sdd.base.fields import Fields
from sdd.gate.change import ChangeView
from sdd.gate.cover import Coverage, CoveredFile
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import AnyRecord, Record
from sdd.records.layout import is_root, roots_of
from sdd.records.project import Project
from sdd.repo.objects import Entry, Repository


class Severity(StrEnum):
    """How much a finding weighs: an error stops a push, a warning is shown, a rule that is off is not asked."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


class Remedy(StrEnum):
    """What a fix does, where a plan goes by it: a PHR of stage constitution DECIDEs what has changed, the record with
    which the work landed elsewhere is brought along, a record gets another number, or its feature's new name.
    """

    OTHER = ""
    DECIDE = "decide"
    BRING = "bring"
    RENUMBER = "renumber"
    RENAME = "rename"


class RuleFinding(NamedTuple):
    """What a rule found: where (path from the top, line from 1), what is wrong, and what to do about it.

    `severity` overrides the rule's own. A `firm` finding counts even where the target had it already. `secret` is the
    fingerprint that a waiver has to name beside the rule.
    """

    path: str
    line: int
    message: str
    fix: str
    severity: Severity | None = None
    firm: bool = False
    secret: str = ""
    remedy: Remedy = Remedy.OTHER


def finding(record: Record, where: str | int, message: str, fix: str, severity: Severity | None = None) -> RuleFinding:
    """A finding in a record, at a line or at a part of it by its field name."""
    line = record.at(where) if isinstance(where, str) else where
    return RuleFinding(record.path, line, message, fix, severity)


def firm(path: str, message: str, fix: str, line: int = 1, remedy: Remedy = Remedy.OTHER) -> RuleFinding:
    """A firm finding about a path."""
    return RuleFinding(path, line, message, fix, firm=True, remedy=remedy)


class TreeContext(Fields):
    """What a rule about a record or a tree may look at: one root of the tree that is checked.

    `after` is the root in that tree, `before` the root as it landed: empty unless a change is judged. `paths` are the
    files below the root to look at, `record_at` gives the record at one of them, None where there is none. `revision`
    is the commit that the tree stands on, empty before the first one. `rule_names` are those of all rules, `today` is
    the day of the judgement.
    """

    after: Project
    before: Project
    paths: tuple[str, ...]
    record_at: Callable[[str], Record | None]
    revision: str
    rule_names: frozenset[str]
    today: date

    @property
    def root(self) -> str:
        """The root's folder, from the top."""
        return self.after.root

    @property
    def repository(self) -> Repository:
        """The repository that the trees belong to."""
        return self.after.tree.repository

    @property
    def records(self) -> Iterator[Record]:
        """The records at `paths`, each read when its turn comes: all records of a tree may not fit into memory."""
        return filter(None, map(self.record_at, self.paths))

    @property
    def policy(self) -> Policy:
        """The policy that the root's records are checked by: its own, else that of the nearest root above."""
        for root in (self.root, *roots_of(self.after.tree, self.root)):
            if is_root(self.after.tree, root):
                return self.after.at(root).policy.or_defaults()
        return Policy(path="")

    def looks_at(self, path: str) -> bool:
        """Whether a record's path is judged here."""
        return True

    def came_first(self, other: str, path: str) -> bool:
        """Which of two records that clash was there before: the one that has landed, else the first by name."""
        has_landed, is_new = other in self.before.tree, path not in self.before.tree
        return has_landed if has_landed == is_new else other < path


Stood = Callable[[str, Mapping[str, Entry]], frozenset[str]]


class ChangeContext(TreeContext):
    """What a rule about a change may look at beside its head, `after`: its cover table and both of its sides.

    `before` is the root as TARGET has it, `paths` are those of the change that head holds. `stood` tells which
    paths held some entries at a commit of TARGET's line, or before it, and not only in the middle of a push.
    """

    coverage: Coverage
    stood: Stood

    @property
    def view(self) -> ChangeView:
        """The change with the trees it lies between."""
        return self.coverage.view

    @property
    def policy(self) -> Policy:
        """What the root asks of this change."""
        return self.view.policy(self.root)

    @property
    def files(self) -> tuple[CoveredFile, ...]:
        """The rows of the cover table that belong to this root."""
        return self.coverage.by_root.get(self.root, ())

    def looks_at(self, path: str) -> bool:
        """Whether the change touches this record."""
        return path in self.view.records

    def is_decided(self, path: str) -> bool:
        """Whether a PHR of stage constitution in this change names a path."""
        return any(phr.stage == Stage.CONSTITUTION for phr in self.coverage.naming(path))


Findings = Iterator[RuleFinding]


class Rule(NamedTuple):
    """One rule. `subject` is the type of record it is asked about, `str` for a rule about each path, None for a rule
    about a whole tree or change.

    `context` is what it has to be told: a rule that wants a ChangeContext is not asked about trees, and one that wants
    nothing finds the same in a record wherever it is. `needs` are rules without whose silence on a record this one
    cannot be judged there.
    """

    name: str
    severity: Severity
    subject: type[Record] | type[str] | None
    context: type[TreeContext] | None
    needs: tuple[str, ...]
    function: Callable[..., Findings]

    @property
    def family(self) -> str:
        """The first word of the name: what the rule is about."""
        return self.name.partition("-")[0]

    @property
    def page(self) -> str:
        """The manual page: the docstring up to its bad example."""
        return _documented(self.function)[0]

    @property
    def example(self) -> str:
        """The bad example, an edit in txtar form: `-- path --` and the file's new text below it."""
        return _documented(self.function)[1]

    @property
    def summary(self) -> str:
        """The page's first line."""
        return self.page.partition("\n")[0]


@cache
def _documented(function: Callable[..., Findings]) -> tuple[str, str]:
    """A rule's page and its bad example. A SARIF log asks for them six times."""
    import inspect

    page, _, example = (inspect.getdoc(function) or "").partition("\nBad example:\n")
    return page.strip(), inspect.cleandoc(example) + "\n"


def record_rule(
    severity: Severity, subject: type[AnyRecord], needs: tuple[str, ...] = ()
) -> Callable[[Callable[[AnyRecord, TreeContext], Findings]], Rule]:
    """Makes a rule out of a function that is asked about each record of a type, in trees and in changes.

    The function's name with dashes is the rule's.
    """
    return lambda function: Rule(_name(function), severity, subject, TreeContext, needs, function)


def change_record_rule(
    severity: Severity, subject: type[AnyRecord]
) -> Callable[[Callable[[AnyRecord, ChangeContext], Findings]], Rule]:
    """The same for a function that is asked in changes alone."""
    return lambda function: Rule(_name(function), severity, subject, ChangeContext, (), function)


def text_rule(
    severity: Severity, subject: type[AnyRecord], needs: tuple[str, ...] = ()
) -> Callable[[Callable[[AnyRecord], Findings]], Rule]:
    """The same for a function that looks at nothing but the record: it is asked once, however many trees hold that."""
    return lambda function: Rule(_name(function), severity, subject, None, needs, function)


def path_rule(severity: Severity) -> Callable[[Callable[[str, TreeContext], Findings]], Rule]:
    """The same for a function that is asked about each path of a context, in trees and in changes."""
    return lambda function: Rule(_name(function), severity, str, TreeContext, (), function)


def tree_rule(severity: Severity) -> Callable[[Callable[[TreeContext], Findings]], Rule]:
    """The same for a function that is asked once about each root, in trees and in changes."""
    return lambda function: Rule(_name(function), severity, None, TreeContext, (), function)


def change_rule(severity: Severity) -> Callable[[Callable[[ChangeContext], Findings]], Rule]:
    """The same for a function that is asked once about each root that a change touches."""
    return lambda function: Rule(_name(function), severity, None, ChangeContext, (), function)


def _name(function: Callable[..., Findings]) -> str:
    return function.__name__.replace("_", "-")
