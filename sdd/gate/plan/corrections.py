"""What is to be corrected in what a change holds, before any record is added: the fixes of its errors as steps."""

from collections.abc import Iterator, Sequence

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.base.listing import counted
from sdd.gate.check.verdict import COVERAGE_RULES, Finding, JudgedChange
from sdd.gate.plan.deciding import AMEND
from sdd.gate.plan.in_place import NOT_FILLED_IN, UNFILLED
from sdd.gate.plan.lacks import STALE_EVIDENCE
from sdd.gate.plan.ways import LOOK_AGAIN, THEN_COMMIT, Plan, Step, Way, commands_of
from sdd.gate.rules import Remedy

# The plan of what a change lacks answers for these itself.
_PLANNED = frozenset(
    (*COVERAGE_RULES, "change-not-a-chore", "change-not-a-revert", "record-no-phr", "policy-invalid", STALE_EVIDENCE)
)
_REWRITTEN = "history-rewritten"
_TOLD = 5
_STAGING = {("git", command) for command in ("checkout", "mv", "rm", "update-index")}


def corrected(changes: Sequence[JudgedChange], made: Plan | None, top: str = "") -> Plan | None:
    """A plan that corrects what the errors of a change name before it does anything else.

    `top` is the top folder as seen from the reader's, empty where that is the same.
    """
    ways = made.ways if made else ()
    reverts = bool(ways) and all(step.argv[:2] == ("sdd", "revert") for way in ways for step in way.steps)
    filled_in = made.paths if made and made.ways[0].why == NOT_FILLED_IN else ()
    specs = {fault.path for change in changes for file in change.files for fault in file.spec_faults}
    faults = [
        finding
        for change in changes
        for finding in change.errors
        if finding.rule not in _PLANNED
        and finding.path not in specs
        and finding.remedy != Remedy.DECIDE
        and not (finding.rule == UNFILLED and finding.path in filled_in)
        # `sdd revert` brings lost records back.
        and not (reverts and finding.rule == _REWRITTEN)
    ]
    if ways and any(map(_hides_what_is_covered, faults)):
        ways = (Way((LOOK_AGAIN,), why="errors in what the change holds"),)
    if any(step.argv[:3] == AMEND for way in ways for step in way.steps):
        faults = [finding for finding in faults if finding.rule != "constitution-version"]
    restored = {finding.path for finding in faults if finding.rule == _REWRITTEN}
    # What else is wrong there goes with the edit that is taken back.
    faults = [finding for finding in faults if finding.rule == _REWRITTEN or finding.path not in restored]
    if not faults:
        return made
    steps = (*_by_hand(faults), *_commands(faults, top))
    named = dict.fromkeys((*(made.paths if made else ()), *(finding.path for finding in faults)))
    ways = ways or (Way((), why="errors in what the change holds"),)
    return Plan(changes[0].ref, tuple(named), tuple(way._replace(steps=(*steps, *way.steps)) for way in ways))


def _hides_what_is_covered(fault: Finding) -> bool:
    """Whether what a change lacks shows only once this is corrected: it was looked for under a feature's former name,
    or without a contract that is to be filled in first.
    """
    return fault.remedy == Remedy.RENAME or fault.rule == "contract-missing-section"


def _by_hand(faults: Sequence[Finding]) -> Iterator[Step]:
    told = dict.fromkeys(each for each in faults if not _is_command(each.fix))
    for path, own in grouped((each.path, each) for each in [*told][:_TOLD]).items():
        texts = (f":{each.line}: {each.message}{each.fix and f': {each.fix}'}" for each in own)
        yield Step(by_hand=f"{path}{'; '.join(texts)}{THEN_COMMIT}", corrects=True)
    if len(told) > _TOLD:
        yield Step(by_hand=f"{counted(len(told) - _TOLD, 'more error')} to correct: sdd gate -v", corrects=True)


def _commands(faults: Sequence[Finding], top: str) -> Iterator[Step]:
    """The commands that fixes name, and the commit of what git's put into the index."""
    fixes = dict.fromkeys(finding.fix for finding in faults if _is_command(finding.fix))
    # Of a server's fixes each begins with a fetch, and one will do.
    steps = dict.fromkeys(_step(argv, top) for fix in fixes for argv in commands_of(fix))
    yield from steps
    if any(step.stages for step in steps):
        yield _step(("git", "commit", "-m", "Correct records"), top)


def _step(argv: tuple[str, ...], top: str) -> Step:
    if argv[0] == "mkdir":
        return Step((*argv[:-1], paths.join(top, argv[-1])), corrects=True)
    return Step(argv, at=top, corrects=True, stages=argv[:2] in _STAGING)


def _is_command(fix: str) -> bool:
    """Whether a fix is one or more commands for a shell, and nothing else."""
    return fix.startswith(("git ", "mkdir ", "sdd "))
