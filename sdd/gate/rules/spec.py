"""Rules about specifications."""

from collections.abc import Iterable, Iterator

from sdd.base.regex import regex
from sdd.gate.rules.common import UNTOUCHED, repeated_ids, unreadable
from sdd.gate.rules.rule import (
    ChangeContext,
    Findings,
    RuleFinding,
    Severity,
    TreeContext,
    finding,
    record_rule,
    text_rule,
)
from sdd.records.kinds.record import Item
from sdd.records.kinds.spec import KIND, Spec
from sdd.records.kinds.words import SPEC_SECTIONS, section_of
from sdd.records.layout import CONTRACTS, PROMPTS
from sdd.records.project import Project
from sdd.repo.refs import find_mainline, remote_names

_NUMBER = regex(r"(\d{3,7})-")


spec_unreadable = unreadable(KIND, Severity.ERROR, "specs/002-other/spec.md")


@record_rule(Severity.ERROR, Spec, needs=("spec-unreadable",))
def spec_missing_section(spec: Spec, context: TreeContext) -> Findings:
    """A spec lacks a section that every spec has.

    Why: scenarios say who needs it, requirements what it must do, success criteria how to tell that it works.

    Fix: add the section: `## User Scenarios & Testing`, `## Requirements`, `## Success Criteria`. Headings in another
    language count: seventeen are known, and the table `[words]` of the policy adds your own. Where sdd knows none of a
    spec's headings but could read stories, requirements or criteria in it, this is a warning.

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        -## Success Criteria
    """
    own = context.policy.words
    there = {section_of(section.text, own) for section in (*spec.sections, *spec.lower_sections)}
    missing = [name for name in SPEC_SECTIONS if name not in there]
    if missing:
        is_foreign = spec.has_content and len(missing) == len(SPEC_SECTIONS)
        severity = Severity.WARNING if is_foreign else None
        yield finding(spec, 1, f"lacks the section {', '.join(missing)}", "add it", severity)


@text_rule(Severity.WARNING, Spec, needs=("spec-missing-section",))
def spec_empty(spec: Spec) -> Findings:
    """A spec has its sections, but no story, requirement or criterion could be read out of it, or one says nothing.

    Why: nothing in it can be named, planned or checked, and its feature looks clarified without a word. A governed file
    of a feature without one requirement and one criterion that a reader sees is refused (`change-no-spec`).

    Fix: write `### User Story 1 - title`, `- **FR-001**: …` and `- **SC-001**: …`.

    Bad example:
        -- specs/002-rates/spec.md --
        # Feature Specification: Rates

        ## User Scenarios & Testing

        A shop looks up a rate.

        ## Requirements

        Rates are looked up.

        ## Success Criteria

        They are right.
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
           - src/round.py
        +  - specs/002-rates/spec.md
    """
    if not spec.has_content and not spec.placeholders:
        yield finding(spec, 1, "nothing can be read out of it", "write stories, requirements and criteria with ids")
    elif spec.silent and not spec.placeholders:
        names = ", ".join(item.text for item in spec.silent)
        yield finding(spec, spec.silent[0].line, f"says nothing under {names}", "write what must be true there")


@record_rule(Severity.WARNING, Spec)
def spec_unclear(spec: Spec, context: TreeContext) -> Findings:
    """A spec has an open question: `[NEEDS CLARIFICATION: …]`.

    Why: whoever builds it will guess. An error where a contract of the change names the requirement, or names none.

    Fix: answer the question in the spec, and remove the marker.

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        +- **FR-009**: [NEEDS CLARIFICATION: which currencies?]
    """
    fix = "answer it, and remove the marker"
    yield from _markers("spec-unclear", spec, spec.open_questions, "open question:", fix, context)


@record_rule(Severity.WARNING, Spec)
def spec_placeholder(spec: Spec, context: TreeContext) -> Findings:
    """A spec still contains its template's text.

    Why: nobody has said what is wanted. An error where a contract of the change names the requirement, or names none.

    Fix: write what is meant, or remove the line.

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        +- **FR-009**: [WHAT THE SYSTEM MUST DO]
    """
    what, fix = "still contains the template's", "write what is meant"
    if not spec.is_template:
        yield from _markers("spec-placeholder", spec, spec.placeholders, what, fix, context)
        return
    markers = list(_markers("spec-placeholder", spec, spec.placeholders, what, fix, context))
    first = next((marker for marker in markers if marker.firm), markers[0])
    yield first._replace(message=UNTOUCHED, fix="fill it in, or remove the file")


def _markers(rule: str, spec: Spec, markers: Iterable[Item], what: str, fix: str, context: TreeContext) -> Findings:
    """The markers of a spec, as errors where a governed file of the change depends on them."""
    needed = context.coverage.unfinished if isinstance(context, ChangeContext) else ()
    for marker in markers:
        is_firm = (rule, spec.path, marker.line) in needed
        severity = Severity.ERROR if is_firm else None
        yield RuleFinding(spec.path, marker.line, f"{what} {marker.text}", fix, severity, is_firm)


@text_rule(Severity.ERROR, Spec)
def spec_duplicate_id(spec: Spec) -> Findings:
    """Two requirements or two success criteria of a spec have the same id.

    Why: nobody knows which of them a contract that names the id means.

    Fix: give the later one the next free number.

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        +- **FR-001**: The system MUST say the rate.
    """
    for items in (spec.requirements, spec.criteria):
        yield from repeated_ids(spec, items)


@record_rule(Severity.WARNING, Spec)
def spec_duplicate_number(spec: Spec, context: TreeContext) -> Findings:
    """Two features have the same number.

    Why: people name features by their number. It happens when two branches each take the next one.

    Fix: before both have landed, `sdd repair --ids --write` gives the newer one another number, and every link follows.

    Bad example:
        -- specs/001-other/spec.md (copy) --
        specs/001-vat/spec.md
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
           - src/round.py
        +  - specs/001-other/spec.md
    """
    number = _NUMBER.match(spec.feature)
    for name in (*context.after.features, *_landed_meanwhile(context)) if number else ():
        if not number or not name.startswith(number[0]) or name == spec.feature:
            continue
        if context.came_first(context.after.spec_path(name), spec.path):
            message = f"{name} has the number {number[1]} too"
            if _have_landed(context, name, spec.feature):
                yield finding(spec, 1, message, "both have landed and keep it: call each by its whole name")
            else:
                yield finding(spec, 1, message, "give the newer one another number: sdd repair --ids --write")
            return


def _landed_meanwhile(context: TreeContext) -> Iterator[str]:
    """The features that TARGET got after the change had left it."""
    if isinstance(context, ChangeContext):
        for name in set(context.before.features).difference(context.after.features):
            path = context.before.spec_path(name)
            if not any(path in fork for fork in context.view.forks):
                yield name


def _have_landed(context: TreeContext, *names: str) -> bool:
    """Whether some features have landed with records, which keep saying their names."""
    landed = context.before
    if not isinstance(context, ChangeContext):
        mainline = find_mainline(context.repository) if remote_names(context.repository) else None
        landed = (
            Project(context.repository.tree(mainline.oid), context.root, context.after.reader) if mainline else landed
        )
    folders = [[landed.path(landed.placed(f"{kind}/{name}")) for kind in (PROMPTS, CONTRACTS)] for name in names]
    return all(landed.spec_path(name) in landed.tree for name in names) and all(
        any(folder in landed.tree for folder in own) for own in folders
    )


@text_rule(Severity.WARNING, Spec, needs=("spec-missing-section",))
def spec_no_scenario(spec: Spec) -> Findings:
    """A user story has no acceptance scenario.

    Why: tests are written from scenarios.

    Fix: add one: 1. **Given** …, **When** …, **Then** …

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        +### User Story 9 - Wishes (Priority: P3)
    """
    for story in spec.stories:
        if not story.scenarios:
            yield finding(spec, story.line, f"no scenario: {story.title or story.heading}", "add Given, When, Then")
