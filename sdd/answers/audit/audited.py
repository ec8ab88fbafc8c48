"""An audited change: the verdict over one landing, and what of it is counted."""

import json
from typing import NamedTuple

from sdd.answers.audit.policies import Since
from sdd.answers.audit.stored import read_changes
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.rules import ALL
from sdd.index.landings import Landing
from sdd.records.kinds.waiver import Waiver


class Lack(NamedTuple):
    """A file that lacks records, and how many of its lines were changed."""

    file: CoveredFile
    lines: int


class AuditedChange(NamedTuple):
    """One landing and what became of it.

    `text` is its verdict, None where there is none: it could not be judged (`reason` says why), or it landed `before`
    the day that the policy counts from. `governed` says whether there was a root at all, `refused` that it would not
    have landed, `rules` which rules found errors, `asked` and `missed` which needs its files had and which of them any
    file lacked. `features` are those it is for, `lacking` the files that lack something, and `waived` is how many
    findings a waiver let pass. `remark` is what the gate says of the change as a whole.
    `answer` is the waiver that answers for it where it does not pass.
    """

    landing: Landing
    text: str | None
    reason: str = ""
    before: bool = False
    governed: bool = False
    passed: bool = False
    refused: bool = False
    rules: tuple[str, ...] = ()
    asked: frozenset[Need] = frozenset()
    missed: frozenset[Need] = frozenset()
    features: tuple[str, ...] = ()
    lacking: tuple[Lack, ...] = ()
    waived: int = 0
    remark: str = ""
    answer: Waiver | None = None

    @property
    def judged(self) -> bool:
        """Whether there is a verdict over it that counts: one that nobody had to answer for."""
        return self.text is not None and self.governed and not self.answer

    @property
    def complete(self) -> bool:
        """Whether every file had what was asked for it."""
        return not self.missed

    @property
    def lines(self) -> int:
        """How many lines were changed in the files that lack something."""
        return sum(lack.lines for lack in self.lacking)

    @property
    def verdicts(self) -> tuple[JudgedChange, ...]:
        """The verdict in full, one a root, as the gate gives it."""
        return read_changes(json.loads(self.text), self.landing) if self.text and self.governed else ()


def audited(landing: Landing, text: str | None, reason: str, since: Since) -> AuditedChange:
    """A landing with its verdict as text, or the reason why there is none. Roots that do not count it are left out."""
    if text is None:
        return AuditedChange(landing, None, reason)
    document = json.loads(text)
    if not document["governed"]:
        return AuditedChange(landing, text)
    every = read_changes(document, landing)
    verdicts = tuple(verdict for verdict in every if verdict.root is None or since.counts(landing, verdict.root))
    if len(verdicts) < len(every):
        if all(verdict.root is None for verdict in verdicts):
            return AuditedChange(landing, None, before=True)
        roots = {verdict.root for verdict in verdicts}
        document["changes"] = [change for change in document["changes"] if change["root"] in roots]
        text = json.dumps(document)
    files = [file for verdict in verdicts for file in verdict.files]
    errors = {finding.rule for verdict in verdicts for finding in verdict.errors}
    return AuditedChange(
        landing,
        text,
        governed=True,
        passed=not errors,
        refused=any(verdict.refused for verdict in verdicts),
        rules=tuple(rule.name for rule in ALL if rule.name in errors),
        asked=frozenset(need for file in files for need in file.needs),
        missed=frozenset(need for file in files for need in file.lacks),
        features=tuple(document["features"]),
        lacking=tuple(Lack(file, document["lines"].get(file.path, 0)) for file in files if file.lacks),
        waived=sum(len(verdict.waived) for verdict in verdicts),
        remark=document["remark"],
    )
