"""The rule NAME-unreadable of a kind of record."""

from sdd.gate.rules.common import faulty_lines
from sdd.gate.rules.rule import Findings, Rule, Severity, TreeContext
from sdd.records.kinds.record import AnyKind, Record

_PAGE = """A part of a record of the kind {name} cannot be read.

Why: what cannot be read means something else, or nothing, to the next reader. sdd still reads what it can.

Fix: correct the line, or save the file as UTF-8 text. Often a value with a colon or a brace needs quotes.

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


def unreadable(kind: AnyKind, severity: Severity, example: str) -> Rule:
    """The rule that each part of a record of a kind can be read; `example` is a path of the kind."""

    def problems(record: Record, _: TreeContext) -> Findings:
        return faulty_lines(record)

    problems.__doc__ = _PAGE.format(name=kind.name, path=example)
    return Rule(f"{kind.name}-unreadable", severity, kind.record, TreeContext, ("record-too-large",), problems)
