"""Rules about architecture decision records."""

import re

from sdd.base.regex import regex
from sdd.gate.rules.common import number_taken, renumbering, template_text, unreadable
from sdd.gate.rules.rule import Findings, Severity, TreeContext, finding, record_rule, text_rule
from sdd.records.kinds.adr import KIND, Adr, AdrStatus

_NUMBER = regex(r"(?:ADR-)?(\d+)-", re.IGNORECASE)


adr_unreadable = unreadable(KIND, Severity.ERROR, "history/adr/0002-other.md")


@text_rule(Severity.WARNING, Adr, needs=("adr-unreadable",))
def adr_bad_status(adr: Adr) -> Findings:
    """An ADR has no known status.

    Why: without one, a proposal reads like a decision, and a superseded decision like one in force.

    Fix: write **Status**: Proposed, Accepted, Superseded, Rejected or Deprecated.

    Bad example:
        -- history/adr/0001-use-decimals.md (edited) --
        -**Status**: Accepted
        +**Status**: Perhaps
    """
    if adr.status is None:
        message = f"unknown status {adr.status_written}" if adr.status_written else "has no status"
        yield finding(adr, "status", message, f"write one of {', '.join(AdrStatus)}")


@text_rule(Severity.WARNING, Adr, needs=("adr-unreadable",))
def adr_placeholder(adr: Adr) -> Findings:
    """An ADR still contains its template's text.

    Why: nothing was decided where nobody said what.

    Fix: write the decision, what made it necessary, and what follows from it.

    Bad example:
        -- history/adr/0002-rates.md --
        # ADR-0002: Rates

        **Status**: Proposed

        ## Decision

        [WHAT WE WILL DO]
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
           - src/round.py
        +  - history/adr/0002-rates.md
    """
    yield from template_text(adr, adr.placeholders, "write what was decided")


@record_rule(Severity.WARNING, Adr)
def adr_duplicate_id(adr: Adr, context: TreeContext) -> Findings:
    """Two ADRs have the same number.

    Why: people name decisions by their number.

    Fix: `sdd repair --ids --write PATH` gives the newer one the next free number.

    Bad example:
        -- history/adr/0001-rounding.md (copy) --
        history/adr/0001-use-decimals.md
    """
    if taken := number_taken(context, adr.path, _NUMBER):
        yield finding(adr, 1, f"{taken[0]} has the same number", renumbering(adr.path))
