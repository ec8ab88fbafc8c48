"""What work of a kind asks for before files are covered by it: the terms of its contract, and a spec."""

from collections.abc import Iterator, Sequence

from sdd.base.listing import counted
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.cover.spec_faults import faults_of
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.ways import COMMAND, FEATURE, LOOK_AGAIN, MUST, NOT, REQUIREMENT, SENTENCE, TITLE, Step
from sdd.records.kinds.record import ChangeKind

_TERMS = ("--success", SENTENCE, "--check", COMMAND)
_FULL_TERMS = ("--success", SENTENCE, "--constraint", MUST, "--non-goal", NOT, "--check", COMMAND)


def terms(gap: Gap, kind: ChangeKind, files: Sequence[CoveredFile]) -> tuple[str, ...]:
    """The options that a contract of a kind needs for some files, as far as the policy asks for one."""
    required = {need for file in files for need in gap.policy(file.root).require.get(kind, ())}
    about: tuple[str, ...] = ()
    if Need.SPEC in required:
        ids = [item.id for item in gap.spec.requirements] if gap.spec else []
        # Where the reader names the feature, its spec has requirements: one without them covers nothing.
        is_asked = bool(ids) or not gap.feature
        named = ("--requirement", ids[0] if len(ids) == 1 else REQUIREMENT) if is_asked else ()
        about = ("--feature", gap.feature or FEATURE, *named)
    if Need.CONTRACT not in required:
        return about
    # A contract in a file of its own says its limits too, whatever its kind.
    has_limits = gap.is_alone and not gap.takes_a_contract
    has_limits = has_limits or kind in (ChangeKind.FEATURE, ChangeKind.CHORE)
    return (*about, *(_FULL_TERMS if has_limits else _TERMS))


def spec_steps(gap: Gap, kind: ChangeKind | None) -> Iterator[Step]:
    """What a feature's spec still needs before it covers anything."""
    faults = [fault for file in gap.lacking for fault in file.spec_faults]
    if kind and not gap.begins_a_feature:
        faults = list(faults_of(gap.spec, gap.feature or "", None)) if gap.feature else []
    elif not kind and not faults:
        return
    by_hand = next((fault.fix for fault in faults if fault.fix), "")
    places = {(fault.path, fault.line) for fault in faults if fault.path}
    if by_hand:
        # What else is missing was looked for under another name.
        yield from (Step(by_hand=by_hand), LOOK_AGAIN)
    elif gap.spec and places:
        asked = {place for place in places if place[1] in {mark.line for mark in gap.spec.open_questions}}
        if rest := len(places - asked):
            yield Step(by_hand=f"{counted(rest, 'place')} of {gap.spec.path} to fill in")
        if asked:
            number = f"{counted(len(asked), 'open question')} of {gap.spec.path}"
            yield Step(by_hand=f"ask a person the {number}, and write each answer: sdd question answer N TEXT")
    elif gap.spec and faults:
        named = (record for file in gap.lacking if not file.feature for record in (*file.contracts, *file.phrs))
        silent = None if kind else next(named, None)
        into = (
            f"write feature: {gap.feature} into {silent.path}, then: sdd repair --write, and commit it"
            if silent
            else ""
        )
        yield Step(by_hand=into or faults[0].message)
    elif faults or (kind and gap.begins_a_feature):
        slug = ("--slug", gap.feature) if gap.feature else ()
        yield Step(("sdd", "feature", "new", TITLE, *slug), at=gap.place.at)
        yield Step(by_hand="write the spec that it made, commit it, and run sdd status")
