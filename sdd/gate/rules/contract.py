"""Rules about the terms of an execution contract, in a file of its own or in a section of a PHR."""

import re
from collections.abc import Sequence
from datetime import timedelta

from sdd.base import paths
from sdd.base.regex import regex
from sdd.document.visible import says_nothing
from sdd.gate.cover import CheckState, judged_checks
from sdd.gate.rules.common import number_taken, renumbering, template_text, unreadable
from sdd.gate.rules.rule import (
    ChangeContext,
    Findings,
    RuleFinding,
    Severity,
    TreeContext,
    change_rule,
    finding,
    record_rule,
    text_rule,
)
from sdd.records.kinds.contract import KIND, Contract, ContractStatus
from sdd.records.kinds.reading import is_statement
from sdd.records.kinds.record import ChangeKind, Item
from sdd.repo.history import additions

FOLLOW_UP_LIMIT = 3
OPEN_DAYS = 30
_LIGHT = frozenset({ChangeKind.FIX, ChangeKind.REFACTOR, ChangeKind.REVERT, ChangeKind.CHORE})
_SIGNS = frozenset(".!?。！？\n")

# A full stop, question or exclamation mark that is followed by white space and the start of another sentence.
# Where the next word is not capitalised, it may be an abbreviation or a version number: no finding.
_SENTENCE_END = regex(r"[.!?][\"')\]]*\s+(?=[A-ZÀ-ÖØ-Þ\u0400-\u042f])|[。！？]\s*(?=\S)")
_ABBREVIATION = regex(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|resp|cf|no|nr|Mr|Mrs|Ms|Dr|St|z\.B|bzw|ca)|\b[A-Z])\.$", re.IGNORECASE
)
_LONGEST = len(" approx.")


contract_unreadable = unreadable(KIND, Severity.ERROR, "history/contracts/001-vat/0004-other.contract.md")


@text_rule(Severity.ERROR, Contract, needs=("contract-unreadable",))
def contract_missing_section(contract: Contract) -> Findings:
    """A contract lacks its success criteria, its acceptance checks, or a required field.

    Why: without criteria and checks nobody can tell whether the promise was kept. A file also needs id, title, kind and
    status. What says nothing to a reader, `TODO`, "yes please" and text in the template's capitals count as missing.

    Fix: write the section; `sdd contract new` writes all of them.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- [x] `python -m pytest`
    """
    parts = {"Success criteria": "criteria", "Acceptance checks": "checks"}
    missing = [
        name
        for name, there in demanded(contract).items()
        if not there and not _is_left_over(contract, parts.get(name, name))
    ]
    if missing:
        yield finding(contract, contract.line, f"lacks {', '.join(missing)}", "write what is missing")
    if not contract.embedded:
        yield from template_text(contract, contract.placeholders, "write what belongs there")


def demanded(contract: Contract) -> dict[str, bool]:
    """What a contract must hold, by the name that people use for it, and whether it does."""
    always = {
        "Success criteria": is_statement(contract.criteria or ""),
        "Acceptance checks": any(is_statement(check.text) for check in contract.checks),
    }
    if contract.embedded:
        return always
    fields = {
        "id": contract.id,
        "title": None if says_nothing(contract.title) else contract.title,
        "kind": contract.kind,
        "status": contract.status,
    }
    return {name: value is not None for name, value in fields.items()} | always


@text_rule(Severity.ERROR, Contract, needs=("contract-missing-section",))
def contract_criteria(contract: Contract) -> Findings:
    """A contract's success criteria are not exactly one sentence.

    Why: one sentence can be compared with the result. Where there may be only one, the rule stays silent.

    Fix: say in one sentence what will be true when the work is done; move the rest to the checks.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -Amounts are rounded half up.
        +Amounts are rounded half up. Nobody has to think about it again.
    """
    text = (contract.criteria or "").strip()
    if _SIGNS.isdisjoint(text[:-1]):  # most are one line, and end where the sentence does
        return
    ends = (end.start() + 1 for end in _SENTENCE_END.finditer(text))
    # What is before the longest abbreviation tells nothing; searched once for each end it would take quadratic time.
    has_more = any(not _ABBREVIATION.search(text[max(0, end - _LONGEST) : end]) for end in ends)
    paragraphs = [part for part in re.split(r"\n\s*\n|\n(?=\s*[-*+]\s)", text) if part.strip()]
    if has_more or len(paragraphs) > 1:
        yield finding(contract, "criteria", "the success criteria are more than one sentence", "keep one sentence")


@text_rule(Severity.ERROR, Contract, needs=("contract-missing-section",))
def contract_no_constraint(contract: Contract) -> Findings:
    """A contract names no constraint.

    Why: agents forget first what must hold throughout. A warning for a fix, refactoring, revert or chore in a file
    of its own; inside a PHR those may leave it out.

    Fix: name what must hold: an interface, a limit, a principle of the constitution.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- Amounts stay decimals.
    """
    return _limits(contract, "constraints", contract.constraints, "names no constraint", "name what must hold")


@text_rule(Severity.ERROR, Contract, needs=("contract-missing-section",))
def contract_no_non_goal(contract: Contract) -> Findings:
    """A contract names no non-goal.

    Why: agents tend to do what nobody asked for, too. A warning for a fix, refactoring, revert or chore in a file of
    its own; inside a PHR those may leave it out.

    Fix: name work that is close by and not asked for.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- No other way of rounding.
    """
    return _limits(contract, "non_goals", contract.non_goals, "names no non-goal", "name what is not asked for")


def _is_left_over(contract: Contract, part: str) -> bool:
    """Whether a part of a contract still is its template's, which is told as that: in a PHR by phr-placeholder."""
    parts = contract.lines.values()
    lines = {max((line for line in parts if line <= token.line), default=0) for token in contract.placeholders}
    return contract.lines.get(part) in lines


def _limits(contract: Contract, part: str, items: Sequence[Item], message: str, fix: str) -> Findings:
    is_light = contract.kind in _LIGHT
    if not items and not (contract.embedded and is_light) and not _is_left_over(contract, part):
        yield finding(contract, part, message, fix, Severity.WARNING if is_light else None)


@text_rule(Severity.ERROR, Contract)
def contract_follow_ups(contract: Contract) -> Findings:
    """A contract lists more than three follow-ups.

    Why: people remember three. A longer list means that the work was not finished, or was something else.

    Fix: keep the three that matter, and turn the rest into issues or features.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- Round other currencies.
        +- One.
        +- Two.
        +- Three.
        +- Four.
    """
    if len(contract.follow_ups) > FOLLOW_UP_LIMIT:
        message = f"{len(contract.follow_ups)} follow-ups, at most three"
        yield finding(contract, contract.follow_ups[FOLLOW_UP_LIMIT].line, message, "keep the three that matter")


@text_rule(Severity.ERROR, Contract)
def contract_unchecked(contract: Contract) -> Findings:
    """A contract is done, but one of its acceptance checks is not ticked.

    Why: done means that every check ran and passed. A contract inside a PHR is done from the start; there it is a
    warning.

    Fix: `sdd contract done --run`, inside a PHR `sdd contract verify RECORD --run`: both run the checks that are
    commands and tick those that pass. Tick what you have seen yourself by hand, or set the status back to open.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- [x] `python -m pytest`
        +- [ ] `python -m pytest`
    """
    left = {token.line for token in contract.placeholders}
    for check in contract.checks if contract.status == ContractStatus.DONE else ():
        if not check.done and check.line not in left:
            severity = Severity.WARNING if contract.embedded else None
            last = next((run for run in reversed(contract.evidence) if run.command == check.command), None)
            failed = last is not None and last.failed
            fix = verifying(contract.path) if check.command else "check it and tick it"
            fix = f"correct the work, then: {fix}" if failed else fix
            message = f"done, but {'the check fails' if failed else 'not checked'}: {check.text}"
            yield finding(contract, check.line, message, fix, severity)


@change_rule(Severity.WARNING)
def contract_stale_evidence(context: ChangeContext) -> Findings:
    """A check is ticked, but its evidence is not of the files that its contract covers, as they are.

    Why: the tick says that the code passed, and this is other code: edited since, or never what was run. A rebase or a
    squash changes nothing by itself: the evidence holds what the files were. Evidence of an older sdd does not, and is
    not judged.

    Fix: run it again: `sdd contract verify RECORD --run --commit`.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- [x] `python -m pytest`
        +- [x] `python -m pytest`
        +
        +## Evidence
        +
        +- 2026-03-01, commit 0123456789ab, files 0123456789ab, exit 0, sha256:0000000000000000000000000000000000000000000000000000000000000000: `python -m pytest`
    """  # noqa: E501 - a line of evidence is as long as it is
    for check in judged_checks(context.coverage, context.root):
        contract = context.after.get(Contract, check.path)
        is_open = contract is not None and contract.status == ContractStatus.OPEN
        if check.state == CheckState.STALE and not is_open:
            message = f"its evidence is not of these files as they are: {check.text}"
            yield RuleFinding(check.path, check.line, message, verifying(check.path))


def verifying(path: str) -> str:
    """The command that runs the checks of a contract, a file's or a PHR's, anew."""
    return f"sdd contract verify {paths.path_word(path)} --run --commit"


@record_rule(Severity.WARNING, Contract)
def contract_duplicate_id(contract: Contract, context: TreeContext) -> Findings:
    """Two contracts of one folder have the same number.

    Why: people, and `closes` in PHRs, name contracts by their number.

    Fix: `sdd repair --ids --write PATH` gives the newer one the next free number.

    Bad example:
        -- history/contracts/001-vat/0002-other.contract.md (copy) --
        history/contracts/001-vat/0002-reverse-charge.contract.md
    """
    if not contract.embedded and (taken := number_taken(context, contract.path)):
        yield finding(contract, "id", f"{taken[0]} has the number {taken[1]} too", renumbering(contract.path))


@record_rule(Severity.WARNING, Contract)
def contract_aged(contract: Contract, context: TreeContext) -> Findings:
    """A contract has been open for thirty days or more.

    Why: the work was done and nobody noted it, or it was given up. Either is worth a line.

    Fix: tick its checks and set its status to done, or say in it what it waits for.

    Bad example:
        -- history/contracts/001-vat/0002-reverse-charge.contract.md (edited) --
         - 1:2:src/vat.py
        +- 1:1:src/vat.py
        -- (today 2026-06-01) --
    """
    if contract.embedded or contract.status != ContractStatus.OPEN or not context.revision:
        return
    added = additions(context.repository, context.revision, [contract.path]).get(contract.path)
    if added and context.today - added.day >= timedelta(days=OPEN_DAYS):
        yield finding(contract, "status", f"open since {added.day}", "tick its checks and set status: done")
