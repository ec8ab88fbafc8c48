"""An audited change: the verdict over one landing, and what of it is counted."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sdd.answers.audit.counting import RecordState, state_of
from sdd.answers.audit.stored import LandingFacts, read_changes, read_facts
from sdd.base.listing import counted
from sdd.gate.check.policies import Since
from sdd.gate.check.verdict import JudgedChange, Waived
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.landings import Landing
from sdd.gate.rules import ALL
from sdd.records.kinds.waiver import Waiver
from sdd.repo.merges import is_stock


class Lack(NamedTuple):
    """A file that lacks records, and how many of its lines were changed."""

    file: CoveredFile
    lines: int


_NOTHING_KNOWN = LandingFacts()


@dataclass(frozen=True)
class AuditedChange:
    """One landing and what became of it. What the shares ask of it again and again is worked out once.

    `verdicts` are those of the gate, one a root. There is none where the landing could not be judged (`reason` says
    why), landed `before` the day that the policy counts from, or is not `governed`: there was no root at all.
    `about` is what else is known of the landing, `changed_lines` those of each file that lacks something, `remark` is
    what the gate says of the change as a whole. `answer` is the waiver that answers for it where it does not pass,
    `perhaps` the push that passes where it alone does not: it and the neighbours that may have landed with it.
    """

    landing: Landing
    verdicts: tuple[JudgedChange, ...] = ()
    reason: str = ""
    before: bool = False
    governed: bool = False
    about: LandingFacts = _NOTHING_KNOWN
    changed_lines: Mapping[str, int] = field(default_factory=dict)
    remark: str = ""
    answer: Waiver | None = None
    perhaps: Landing | None = None

    @property
    def title(self) -> str:
        """What it is called: as its last commit says, but where that only merges or records it, as its PHR is."""
        title, recorded = self.landing.head.title, self.about.title
        return recorded if recorded and (is_stock(title) or title == f"PHR: {recorded}") else title

    @property
    def features(self) -> tuple[str, ...]:
        """The features that it is for."""
        return self.about.features

    @property
    def judged(self) -> bool:
        """Whether there is a verdict over it that counts: not where a waiver answers for it, an actor may have made it,
        or it perhaps landed together with others.
        """
        return self.governed and not self.answer and not self.actor and not self.perhaps

    @property
    def push(self) -> str:
        """The range that passes as one push where it alone does not; empty for none."""
        push = self.perhaps
        return f"{f'{push.base[:12]}..' if push.base else ''}{push.head.oid[:12]}" if push else ""

    @property
    def actor(self) -> str:
        """The actor whose update it is by its shape, where it has no records; empty for none."""
        return "" if self.passed else self.about.actor

    @cached_property
    def passed(self) -> bool:
        """Whether there is a verdict over it without an error."""
        return self.governed and not any(verdict.errors for verdict in self.verdicts)

    @property
    def refused(self) -> bool:
        """Whether it would not have landed."""
        return any(verdict.refused for verdict in self.verdicts)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that found errors, in the order of the rule book."""
        broken = {finding.rule for verdict in self.verdicts for finding in verdict.errors}
        return tuple(rule.name for rule in ALL if rule.name in broken)

    @property
    def governed_files(self) -> tuple[CoveredFile, ...]:
        """The files that answer to a policy."""
        return tuple(file for verdict in self.verdicts for file in verdict.files if not file.exempt)

    @property
    def brought(self) -> str:
        """What its PHRs name of it, where they name some of its files and not all: 6 PHRs, 41 of 66 files."""
        files, phrs = self.governed_files, self.about.phrs
        named = sum(bool(file.phrs) for file in files)
        return f"{counted(phrs, 'PHR')}, {named} of {len(files)} files" if 0 < named < len(files) else ""

    @cached_property
    def asked(self) -> frozenset[Need]:
        """What its files needed."""
        return _needs(need for verdict in self.verdicts for file in verdict.files for need in file.needs)

    @cached_property
    def missed(self) -> frozenset[Need]:
        """What some file of it lacked."""
        return _needs(need for lack in self.lacking for need in lack.file.lacks)

    @cached_property
    def excused(self) -> frozenset[Need]:
        """What some file of it had only by a waiver, and none lacked."""
        waived = (need for verdict in self.verdicts for file in verdict.files for need in file.waived)
        return _needs(frozenset(waived) - self.missed)

    @cached_property
    def state(self) -> RecordState:
        """How much it has of the records that it needs."""
        return state_of(self, is_named=any(file.phrs for file in self.governed_files))

    @property
    def lacking(self) -> tuple[Lack, ...]:
        """The files that lack something."""
        files = (file for verdict in self.verdicts for file in verdict.files if file.lacks)
        return tuple(Lack(file, self.changed_lines.get(file.path, 0)) for file in files)

    @property
    def lines(self) -> int:
        """How many lines were changed in the files that lack something."""
        return sum(lack.lines for lack in self.lacking)

    @property
    def waived(self) -> tuple[Waived, ...]:
        """The findings that a waiver let pass."""
        return tuple(waived for verdict in self.verdicts for waived in verdict.waived)


# There are few sets of needs, and very many changes.
_NEEDS: dict[frozenset[Need], frozenset[Need]] = {}


def _needs(needs: Iterable[Need]) -> frozenset[Need]:
    found = frozenset(needs)
    return _NEEDS.setdefault(found, found)


def audited(landing: Landing, text: str, since: Since) -> AuditedChange:
    """A landing with its verdict, read from its text. Roots that do not count the landing are left out."""
    document = json.loads(text)
    if not document["governed"]:
        return AuditedChange(landing)
    every = read_changes(document, landing)
    verdicts = tuple(verdict for verdict in every if verdict.root is None or since.counts(landing, verdict.root))
    if len(verdicts) < len(every) and all(verdict.root is None for verdict in verdicts):
        return AuditedChange(landing, before=True)
    return AuditedChange(
        landing,
        verdicts,
        governed=True,
        about=read_facts(document),
        changed_lines=document["lines"],
        remark=document["remark"],
    )
