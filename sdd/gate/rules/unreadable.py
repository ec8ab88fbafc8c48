"""The rule NAME-unreadable of every kind of record that has no rules of its own."""

from sdd.gate.rules.common import faulty_lines
from sdd.gate.rules.rule import Findings, Rule, Severity, TreeContext
from sdd.records.kinds.record import AnyKind, Record

_PAGE = """A part of a file of the kind {name} cannot be read.

Why: what cannot be read cannot be listed, searched or relied on.

Fix: correct the line, or save the file as UTF-8 text.

Bad example:
    -- {path} (bytes) --
    fffe41004200
    -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
       - "/src/**"
    +  - "/{path}"
    -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
       - src/round.py
    +  - {path}
"""


def unreadable(kind: AnyKind) -> Rule:
    """The rule for a kind: a warning for each part of a record that could not be read."""

    def problems(record: Record, _: TreeContext) -> Findings:
        return faulty_lines(record, "correct this line")

    problems.__doc__ = _PAGE.format(name=kind.name, path=kind.example)
    name = f"{kind.name}-unreadable"
    return Rule(name, Severity.WARNING, kind.record, TreeContext, ("record-too-large",), problems)
