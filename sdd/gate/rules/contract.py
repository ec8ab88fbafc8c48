"""Rules about execution contracts, whether they are files or a section of a PHR."""

import re
from collections.abc import Sequence
from datetime import timedelta

from sdd.base.nearest import nearest
from sdd.base.regex import regex
from sdd.gate.cover import begins_literally
from sdd.gate.rules.place import place_of
from sdd.gate.rules.rule import Findings, RuleFinding, Severity, TreeContext, record_rule
from sdd.records.kinds.contract import CodeReference, Contract, ContractStatus
from sdd.records.kinds.record import ChangeKind, Item
from sdd.records.links import Relation, ids_known, path_from_top, resolve
from sdd.records.project import Project
from sdd.repo.history import added_on

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


@record_rule(Severity.ERROR, Contract, needs=("record-too-large",))
def contract_unreadable(contract: Contract, context: TreeContext) -> Findings:
    """A part of a contract cannot be read.

    Why: an agreement must mean the same to everybody who reads it.

    Fix: correct the line. Most often a value with a colon or a brace needs quotes, or a `---` is missing.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -title: Rounding
        +title: Rounding: half up
    """
    for problem in contract.problems if not contract.embedded else ():
        yield RuleFinding(contract.path, problem.line, problem.message, "fix this line")


@record_rule(Severity.ERROR, Contract, needs=("contract-unreadable",))
def contract_missing_section(contract: Contract, context: TreeContext) -> Findings:
    """A contract lacks its success criteria, its acceptance checks, or a required field.

    Why: without criteria and checks, nobody can tell whether the work kept the promise. A file also needs id, title,
    kind and status. Text still in the template's capitals counts as missing.

    Fix: write the section; `sdd contract new` writes all of them.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- [x] `python -m pytest`
    """
    missing = [name for name, there in _demanded(contract).items() if not there]
    if missing:
        yield RuleFinding(contract.path, contract.line, f"lacks {', '.join(missing)}", "write what is missing")
    for token in contract.placeholders:
        yield RuleFinding(
            contract.path, token.line, f"still contains the template's {token.text}", "write what belongs there"
        )


def _demanded(contract: Contract) -> dict[str, bool]:
    """What a contract must hold, by the name that people use for it, and whether it does."""
    always = {"Success criteria": bool(contract.criteria), "Acceptance checks": bool(contract.checks)}
    if contract.embedded:
        return always
    fields = {"id": contract.id, "title": contract.title, "kind": contract.kind, "status": contract.status}
    return {name: value is not None for name, value in fields.items()} | always


@record_rule(Severity.ERROR, Contract, needs=("contract-missing-section",))
def contract_criteria(contract: Contract, context: TreeContext) -> Findings:
    """A contract's success criteria are not exactly one sentence.

    Why: one sentence can be compared with the result; a paragraph leaves loopholes. Where it is uncertain whether
    there are two sentences, the rule stays silent.

    Fix: say in one sentence what will be true when the work is done; move the rest to the checks.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -Amounts are rounded half up.
        +Amounts are rounded half up. Nobody has to think about it again.
    """
    text = (contract.criteria or "").strip()
    if _SIGNS.isdisjoint(text[:-1]):  # most are one line, and end where the sentence does
        return
    ends = [end for end in _SENTENCE_END.finditer(text) if not _ABBREVIATION.search(text[: end.start() + 1])]
    paragraphs = [part for part in re.split(r"\n\s*\n|\n(?=\s*[-*+]\s)", text) if part.strip()]
    if ends or len(paragraphs) > 1:
        yield RuleFinding(
            contract.path,
            contract.at("criteria"),
            "the success criteria are more than one sentence",
            "keep one sentence",
        )


@record_rule(Severity.ERROR, Contract, needs=("contract-missing-section",))
def contract_no_constraint(contract: Contract, context: TreeContext) -> Findings:
    """A contract names no constraint.

    Why: agents forget first what must hold throughout. A warning for a fix, refactoring, revert or chore in a file
    of its own; inside a PHR those may leave it out.

    Fix: name what must hold: an interface, a limit, a principle of the constitution.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- Amounts stay decimals.
    """
    if not contract.constraints and not _may_be_short(contract):
        yield RuleFinding(
            contract.path, contract.at("constraints"), "names no constraint", "name what must hold", _lighter(contract)
        )


@record_rule(Severity.ERROR, Contract, needs=("contract-missing-section",))
def contract_no_non_goal(contract: Contract, context: TreeContext) -> Findings:
    """A contract names no non-goal.

    Why: agents tend to do what nobody asked for, too. A warning for a fix, refactoring, revert or chore in a file of
    its own; inside a PHR those may leave it out.

    Fix: name work that is close by and not asked for.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- No other way of rounding.
    """
    if not contract.non_goals and not _may_be_short(contract):
        yield RuleFinding(
            contract.path,
            contract.at("non_goals"),
            "names no non-goal",
            "name what is not asked for",
            _lighter(contract),
        )


def _may_be_short(contract: Contract) -> bool:
    return contract.embedded and contract.kind in _LIGHT


def _lighter(contract: Contract) -> Severity | None:
    return Severity.WARNING if contract.kind in _LIGHT else None


@record_rule(Severity.ERROR, Contract)
def contract_follow_ups(contract: Contract, context: TreeContext) -> Findings:
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
        fourth = contract.follow_ups[FOLLOW_UP_LIMIT]
        yield RuleFinding(
            contract.path,
            fourth.line,
            f"{len(contract.follow_ups)} follow-ups, at most three",
            "keep the three that matter",
        )


@record_rule(Severity.ERROR, Contract)
def contract_unchecked(contract: Contract, context: TreeContext) -> Findings:
    """A contract is done, but one of its acceptance checks is not ticked.

    Why: done means that every check ran and passed.

    Fix: run the check and tick it, or set the status back to open.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- [x] `python -m pytest`
        +- [ ] `python -m pytest`
    """
    for check in contract.checks if contract.status == ContractStatus.DONE else ():
        if not check.done:
            yield RuleFinding(
                contract.path, check.line, f"done, but not checked: {check.text}", "run the check and tick it"
            )


@record_rule(Severity.ERROR, Contract, needs=("contract-unreadable",))
def contract_no_scope(contract: Contract, context: TreeContext) -> Findings:
    """A contract names no path that may change.

    Why: without a scope it covers no file, and unrelated edits go unnoticed.

    Fix: list patterns under `scope`, anchored at the root: "/src/auth/**".

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -scope:
        -  - "/src/**"
        +scope: []
        -- src/round.py (deleted) --
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - specs/001-vat/spec.md
    """
    if not contract.scope and not contract.embedded:
        yield RuleFinding(
            contract.path, contract.at("scope"), "names no scope", 'list patterns under scope: "/src/auth/**"'
        )


@record_rule(Severity.ERROR, Contract)
def contract_broad_scope(contract: Contract, context: TreeContext) -> Findings:
    """A contract's scope begins with a wildcard.

    Why: a pattern without a literal first folder matches the whole repository, which limits nothing.

    Fix: begin each pattern with a folder: "/src/auth/**", not "**/*.py". `!` has no meaning here.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -  - "/src/**"
        +  - "**/round.py"
    """
    for pattern in contract.scope if not contract.embedded or "scope" in contract.lines else ():
        if not begins_literally(pattern.text):
            yield RuleFinding(
                contract.path,
                pattern.line,
                f"the scope {pattern.text} has no literal first folder",
                'write "/folder/**"',
            )


@record_rule(Severity.ERROR, Contract)
def contract_unknown_requirement(contract: Contract, context: TreeContext) -> Findings:
    """A contract names a requirement that its feature's spec does not have.

    Why: it breaks the trail from a line to its requirement.

    Fix: correct the id, or add the requirement to the spec first.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -requirements: [FR-001]
        +requirements: [FR-099]
    """
    yield from _unknown_parts(contract, contract.requirements, Relation.REQUIREMENT, context)


@record_rule(Severity.ERROR, Contract)
def contract_unknown_task(contract: Contract, context: TreeContext) -> Findings:
    """A contract names a task that its feature's task list does not have.

    Why: nobody can tell which planned work this was.

    Fix: correct the id, or add the task to the list first.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -tasks: [T001]
        +tasks: [T099]
    """
    yield from _unknown_parts(contract, contract.tasks, Relation.TASK, context)


def _unknown_parts(contract: Contract, items: Sequence[Item], relation: Relation, context: TreeContext) -> Findings:
    place = place_of(contract, context)
    for item in items:
        if not resolve(relation, item.text, place):
            message = f"{item.text} is no {relation} of {contract.feature}"
            fix = nearest(item.text, ids_known(relation, place), "correct the id")
            yield RuleFinding(contract.path, item.line, message, fix)


@record_rule(Severity.ERROR, Contract)
def contract_bad_reference(contract: Contract, context: TreeContext) -> Findings:
    """A code reference in Discovery is malformed, or its lines are neither in the target nor at head.

    Why: it shows which code was read before the change; a reference to nothing shows that none was.

    Fix: write start:end:path, lines from 1, path from the root: 10:42:src/auth/login.py

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- 1:2:src/vat.py
        +- 1:2000:src/vat.py
    """
    for reference in contract.discovery:
        if not 0 < reference.start <= reference.end:
            yield RuleFinding(
                contract.path,
                reference.line,
                f"{reference.written} is not start:end:path",
                "write 10:42:src/auth/login.py",
            )
        elif not any(_has_lines(project, contract, reference) for project in (context.after, context.before)):
            yield RuleFinding(
                contract.path,
                reference.line,
                f"{reference.written} names lines that do not exist",
                "look up the lines again",
            )


@record_rule(Severity.WARNING, Contract)
def contract_aged(contract: Contract, context: TreeContext) -> Findings:
    """A contract has been open for thirty days or more.

    Why: the work was done and nobody noted it, or it was given up. Either is worth a line.

    Fix: tick its checks and set its status to done, or say in it what it waits for.

    Bad example:
        -- history/contracts/001-vat/0002-reverse-charge.contract.md (edited) --
        -title: Reverse charge
        +title: Reverse charge of VAT
        -- (today 2026-06-01) --
    """
    if contract.embedded or contract.status != ContractStatus.OPEN or not context.revision:
        return
    since = added_on(context.repository, context.revision, contract.path)
    if since and context.today - since >= timedelta(days=OPEN_DAYS):
        yield RuleFinding(
            contract.path, contract.at("status"), f"open since {since}", "tick its checks and set status: done"
        )


def _has_lines(project: Project, contract: Contract, reference: CodeReference) -> bool:
    """Whether a tree holds the file that a reference names, with at least as many lines."""
    path = path_from_top(contract.root, reference.path)
    entry = project.tree.file(path) if path else None
    return entry is not None and len(project.reader.content(entry).splitlines()) >= reference.end
