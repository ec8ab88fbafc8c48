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
    def files(self) -> tuple[CoveredFile, ...]:
        """The files of the landing, root by root."""
        return tuple(file for verdict in self.verdicts for file in verdict.files)

    @property
    def governed_files(self) -> tuple[CoveredFile, ...]:
        """The files that answer to a policy."""
        return tuple(file for file in self.files if not file.exempt)

    @property
    def lacking(self) -> tuple[Lack, ...]:
        """The files that lack something."""
        return tuple(Lack(file, self.changed_lines.get(file.path, 0)) for file in self.files if file.lacks)

    @property
    def waived(self) -> tuple[Waived, ...]:
        """The findings that a waiver let pass."""
        return tuple(waived for verdict in self.verdicts for waived in verdict.waived)


_NOTHING_KNOWN = LandingFacts()


@dataclass(frozen=True, eq=False, slots=True)
class AuditedChange:
    """One landing and what became of it.

    `read` gives the verdicts over it, which are large, from their text. There is none where the landing could not be
    judged (`reason` says why), landed `before` the day that the policy counts from, or is not `governed`: there was no
    root at all. `about` is what else is known of it, `remark` what the gate says of the change as a whole. `answer` is
    the waiver that answers for it where it does not pass, `perhaps` the push that passes where it alone does not: it
    and the neighbours that may have landed with it.
    What is counted of the verdicts: whether it `passed`, or would have been `refused`; the `rules` that found errors,
    in the order of the rule book; what its files needed (`asked`), what some file lacked (`missed`) or had only by a
    waiver (`excused`); how many files lack something, how many `lines` were changed in them, and whether a waiver let
    a finding pass; how many `files` are governed, and how many of these a PHR has `named`.
    """

    landing: Landing
    read: Callable[[], Judged] = Judged
    reason: str = ""
    before: bool = False
    governed: bool = False
    about: LandingFacts = _NOTHING_KNOWN
    remark: str = ""
    answer: Waiver | None = None
    perhaps: Landing | None = None
    passed: bool = False
    refused: bool = False
    rules: tuple[str, ...] = ()
    asked: frozenset[Need] = frozenset()
    missed: frozenset[Need] = frozenset()
    excused: frozenset[Need] = frozenset()
    files_lacking: int = 0
    lines: int = 0
    has_waived: bool = False
    files: int = 0
    named: int = 0

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
    def state(self) -> RecordState:
        """How much it has of the records that it needs."""
        return state_of(self)

    @property
    def only_warned(self) -> bool:
        """Whether it fails, but landed while findings only warned."""
        return self.governed and not self.passed and not self.refused

    def lacks_in_words(self, lacks: Collection[Need]) -> str:
        """Some of what it lacks, such as what one file of it does, in words."""
        return lacks_in_words(lacks, self.state, self.about.kind)

    @property
    def brought(self) -> str:
        """What its PHRs name of it, where they name some of its files and not all: 6 PHRs, 41 of 66 files."""
        told = f"{counted(self.about.phrs, 'PHR')}, {self.named} of {self.files} files"
        return told if 0 < self.named < self.files else ""

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
        return self.read().waived if self.has_waived else ()


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
    files, lacking, governed = judged.files, judged.lacking, judged.governed_files
    missed = _needs(need for file in files for need in file.lacks)
    broken = {finding.rule for verdict in judged.verdicts for finding in verdict.errors}
    return AuditedChange(
        landing,
        partial(_read, zlib.compress(text.encode(), 1), landing, since),
        governed=True,
        about=read_facts(document),
        remark=document["remark"],
        passed=not broken,
        refused=any(verdict.refused for verdict in judged.verdicts),
        rules=tuple(rule.name for rule in ALL if rule.name in broken) if broken else (),
        asked=_needs(need for file in files for need in file.needs),
        missed=missed,
        excused=_needs({need for file in files for need in file.waived} - missed),
        files_lacking=len(lacking),
        lines=sum(lack.lines for lack in lacking),
        has_waived=bool(judged.waived),
        files=len(governed),
        named=sum(bool(file.phrs) for file in governed),
    )


# One change is asked for one part of its verdicts after the other.
@lru_cache(maxsize=4)
def _read(packed: bytes, landing: Landing, since: Since) -> Judged:
    return _judged(json.loads(zlib.decompress(packed)), landing, since)


def _judged(document: Mapping[str, Any], landing: Landing, since: Since) -> Judged:
    every = read_changes(document, landing)
    verdicts = tuple(verdict for verdict in every if verdict.root is None or since.counts(landing, verdict.root))
    return Judged(verdicts, document["lines"])
