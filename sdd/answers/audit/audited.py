"""An audited change: what is counted of one landing, and the verdict over it, read again where it is asked for."""

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sdd.answers.audit.counting import RecordState, lacks_in_words, state_of
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


class Judged(NamedTuple):
    """The verdicts over one landing, one a root, and the changed lines of each file that lacks something."""

    verdicts: tuple[JudgedChange, ...] = ()
    changed_lines: Mapping[str, int] = {}

    @property
    def governed_files(self) -> tuple[CoveredFile, ...]:
        """The files that answer to a policy."""
        return tuple(file for verdict in self.verdicts for file in verdict.files if not file.exempt)

    @property
    def lacking(self) -> tuple[Lack, ...]:
        """The files that lack something."""
        files = (file for verdict in self.verdicts for file in verdict.files if file.lacks)
        return tuple(Lack(file, self.changed_lines.get(file.path, 0)) for file in files)

    @property
    def waived(self) -> tuple[Waived, ...]:
        """The findings that a waiver let pass."""
        return tuple(waived for verdict in self.verdicts for waived in verdict.waived)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that found errors, in the order of the rule book."""
        broken = {finding.rule for verdict in self.verdicts for finding in verdict.errors}
        return tuple(rule.name for rule in ALL if rule.name in broken) if broken else ()


class Counted(NamedTuple):
    """What is counted of a landing: whether it `passed`, or would have been `refused`; the `rules` that found errors;
    what its files needed (`asked`), what some file lacked (`missed`) or had only by a waiver (`excused`); how many
    files lack something and how many lines were changed in them; how many findings are `waived`; how many files are
    `governed`, and how many of these a PHR has `named`.
    """

    passed: bool = False
    refused: bool = False
    rules: tuple[str, ...] = ()
    asked: frozenset[Need] = frozenset()
    missed: frozenset[Need] = frozenset()
    excused: frozenset[Need] = frozenset()
    files_lacking: int = 0
    lines: int = 0
    waived: int = 0
    governed: int = 0
    named: int = 0

    @classmethod
    def of(cls, judged: Judged) -> "Counted":
        """What the verdicts over a governed landing come to."""
        files = [file for verdict in judged.verdicts for file in verdict.files]
        missed = _needs(need for file in files for need in file.lacks)
        lacking, governed = judged.lacking, judged.governed_files
        return cls(
            passed=not any(verdict.errors for verdict in judged.verdicts),
            refused=any(verdict.refused for verdict in judged.verdicts),
            rules=judged.rules,
            asked=_needs(need for file in files for need in file.needs),
            missed=missed,
            excused=_needs({need for file in files for need in file.waived} - missed),
            files_lacking=len(lacking),
            lines=sum(lack.lines for lack in lacking),
            waived=len(judged.waived),
            governed=len(governed),
            named=sum(bool(file.phrs) for file in governed),
        )


_NOTHING_KNOWN = LandingFacts()
_NOTHING_COUNTED = Counted()


@dataclass(frozen=True, eq=False, slots=True)
class AuditedChange:
    """One landing and what became of it.

    `read` gives the verdicts over it, which are large, from their text. There is none where the
    landing could not be judged (`reason` says why), landed `before` the day that the policy counts from, or is not
    `governed`: there was no root at all. `counted` is what they come to, `about` what else is known of the landing,
    `remark` what the gate says of the change as a whole. `answer` is the waiver that answers for it where it does not
    pass, `perhaps` the push that passes where it alone does not: it and the neighbours that may have landed with it.
    """

    landing: Landing
    read: Callable[[], Judged] = Judged
    counted: Counted = _NOTHING_COUNTED
    reason: str = ""
    before: bool = False
    governed: bool = False
    about: LandingFacts = _NOTHING_KNOWN
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

    @property
    def passed(self) -> bool:
        """Whether there is a verdict over it without an error."""
        return self.counted.passed

    @property
    def asked(self) -> frozenset[Need]:
        """What its files needed."""
        return self.counted.asked

    @property
    def missed(self) -> frozenset[Need]:
        """What some file of it lacked."""
        return self.counted.missed

    @property
    def excused(self) -> frozenset[Need]:
        """What some file of it had only by a waiver, and none lacked."""
        return self.counted.excused

    @property
    def state(self) -> RecordState:
        """How much it has of the records that it needs."""
        return state_of(self.counted, is_named=self.counted.named > 0)

    @property
    def refused(self) -> bool:
        """Whether it would not have landed."""
        return self.counted.refused

    @property
    def only_warned(self) -> bool:
        """Whether it fails, but landed while findings only warned."""
        return self.governed and not self.passed and not self.refused

    def lacks_in_words(self, lacks: Collection[Need]) -> str:
        """Some of what it lacks, such as what one file of it does, in words."""
        return lacks_in_words(lacks, self.state, self.about.kind)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that found errors, in the order of the rule book."""
        return self.counted.rules

    @property
    def lines(self) -> int:
        """How many lines were changed in the files that lack something."""
        return self.counted.lines

    @property
    def brought(self) -> str:
        """What its PHRs name of it, where they name some of its files and not all: 6 PHRs, 41 of 66 files."""
        named, files = self.counted.named, self.counted.governed
        return f"{counted(self.about.phrs, 'PHR')}, {named} of {files} files" if 0 < named < files else ""

    @property
    def verdicts(self) -> tuple[JudgedChange, ...]:
        """The gate's verdicts over it, one a root."""
        return self.read().verdicts

    @property
    def governed_files(self) -> tuple[CoveredFile, ...]:
        """The files that answer to a policy."""
        return self.read().governed_files

    @property
    def lacking(self) -> tuple[Lack, ...]:
        """The files that lack something."""
        return self.read().lacking

    @property
    def waived(self) -> tuple[Waived, ...]:
        """The findings that a waiver let pass."""
        return self.read().waived if self.counted.waived else ()


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
    judged = _judged(document, landing, since)
    if len(judged.verdicts) < len(document["changes"]) and all(verdict.root is None for verdict in judged.verdicts):
        return AuditedChange(landing, before=True)
    return AuditedChange(
        landing,
        partial(_read, zlib.compress(text.encode(), 1), landing, since),
        Counted.of(judged),
        governed=True,
        about=read_facts(document),
        remark=document["remark"],
    )


# One change is asked for one part of its verdicts after the other.
@lru_cache(maxsize=4)
def _read(packed: bytes, landing: Landing, since: Since) -> Judged:
    return _judged(json.loads(zlib.decompress(packed)), landing, since)


def _judged(document: Mapping[str, Any], landing: Landing, since: Since) -> Judged:
    every = read_changes(document, landing)
    verdicts = tuple(verdict for verdict in every if verdict.root is None or since.counts(landing, verdict.root))
    return Judged(verdicts, document["lines"])
