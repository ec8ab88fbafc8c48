"""What a rule is: a small function whose docstring is its manual page and whose bad example is its test."""

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sdd.gate.change import ChangeView
from sdd.gate.cover import Coverage
from sdd.records.kinds.record import Record
from sdd.records.project import Project
from sdd.repo.objects import Repository


class Severity(StrEnum):
    """How much a finding weighs: an error stops a push, a warning is told, a rule that is off is not asked."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


class RuleFinding(NamedTuple):
    """What a rule found: where (path from the top, line from 1), what is wrong, and what to do about it.

    `severity` overrides the rule's own. `firm` findings are what a governed file needs: they are never softened
    because the target had them already.
    """

    path: str
    line: int
    message: str
    fix: str
    severity: Severity | None = None
    firm: bool = False


class Context(NamedTuple):
    """What a rule may look at beside its subject.

    `after` is the root as head (or the checked tree) has it, `before` as TARGET has it. `paths` are the files below
    the root that are looked at (those of the change that head holds, or all), `records` what is parsed of them.
    `view` and `coverage` are there where a change is judged, None where a whole tree is checked. `revision` is
    the commit that head is or stands on. `rule_names` are those of the whole rule book, `today` is the day of the
    judgement.
    """

    repository: Repository
    root: str
    after: Project
    before: Project | None
    paths: tuple[str, ...]
    records: tuple[Record, ...]
    revision: str | None
    view: ChangeView | None
    coverage: Coverage | None
    rule_names: frozenset[str]
    today: date

    def came_first(self, other: str, path: str) -> bool:
        """Which of two records that clash was there before: the one that has landed, else the first by name."""
        landed = [self.before is not None and one in self.before.tree for one in (other, path)]
        return landed[0] if landed[0] != landed[1] else other < path

    @property
    def projects(self) -> tuple[Project, ...]:
        """The root at head and at TARGET."""
        return (self.after, self.before) if self.before else (self.after,)


Findings = Iterator[RuleFinding]


class Rule(NamedTuple):
    """One rule. `subject` is the type of artifact it is asked about, None for a rule about a change as a whole.

    `needs` are rules without whose silence on a file this one cannot be judged there. A rule without a subject is
    asked of a whole tree too where `on_trees` is true.
    """

    name: str
    severity: Severity
    subject: type[Record] | None
    needs: tuple[str, ...]
    on_trees: bool
    function: Callable[..., Findings]

    @property
    def family(self) -> str:
        """The first word of the name: what the rule is about."""
        return self.name.partition("-")[0]

    @property
    def page(self) -> str:
        """The manual page: the docstring up to its bad example."""
        return self._parts[0]

    @property
    def example(self) -> str:
        """The bad example, an edit in txtar form: `-- path --` and the file's new text below it."""
        return self._parts[1]

    @property
    def summary(self) -> str:
        """The page's first line."""
        return self.page.partition("\n")[0]

    @property
    def _parts(self) -> tuple[str, str]:
        import inspect

        page, _, example = (inspect.getdoc(self.function) or "").partition("\nBad example:\n")
        return page.strip(), inspect.cleandoc(example) + "\n"


def rule(
    severity: Severity, subject: type[Record] | None = None, needs: tuple[str, ...] = (), *, on_trees: bool = False
) -> Callable[[Callable[..., Findings]], Rule]:
    """Makes a Rule out of a function; its name with dashes is the rule's."""

    def make(function: Callable[..., Findings]) -> Rule:
        name = function.__name__.replace("_", "-")
        return Rule(name, severity, subject, needs, on_trees, function)

    return make
