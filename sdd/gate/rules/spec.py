"""Rules about what a feature's folder holds: spec, plan, tasks and checklists."""

from collections import Counter

from sdd.base import paths
from sdd.base.regex import regex
from sdd.gate.rules.rule import ChangeContext, Findings, RuleFinding, Severity, TreeContext, record_rule
from sdd.records.kinds.checklist import Checklist
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.spec import Spec
from sdd.records.kinds.tasks import Tasks
from sdd.records.layout import spec_path

MANDATORY_SECTIONS = ("User Scenarios & Testing", "Requirements", "Success Criteria")
_NUMBER = regex(r"(\d{3,7})-")


@record_rule(Severity.ERROR, Spec, needs=("record-too-large",))
def spec_unreadable(spec: Spec, context: TreeContext) -> Findings:
    """A part of a spec cannot be read.

    Why: what is asked for must be text that people and tools read alike.

    Fix: save the file as UTF-8 text.

    Bad example:
        -- specs/001-vat/spec.md (bytes) --
        fffe41004200
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -kind: feature
        +kind: fix
        -requirements: [FR-001]
    """
    for problem in spec.problems:
        yield RuleFinding(spec.path, problem.line, problem.message, "save the file as UTF-8 text")


@record_rule(Severity.ERROR, Spec, needs=("spec-unreadable",))
def spec_missing_section(spec: Spec, context: TreeContext) -> Findings:
    """A spec lacks a section that every spec has.

    Why: scenarios say who needs it, requirements what it must do, success criteria how to tell that it does.

    Fix: add the section: `## User Scenarios & Testing`, `## Requirements`, `## Success Criteria`.

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        -## Success Criteria
    """
    there = {_title(section.text) for section in spec.sections}
    missing = [name for name in MANDATORY_SECTIONS if _title(name) not in there]
    if missing:
        yield RuleFinding(spec.path, 1, f"lacks the section {', '.join(missing)}", "add it")


def _title(text: str) -> str:
    return text.casefold().replace("&", "and")


@record_rule(Severity.WARNING, Spec)
def spec_unclear(spec: Spec, context: TreeContext) -> Findings:
    """A spec has an open question: `[NEEDS CLARIFICATION: …]`.

    Why: whoever carries it out will guess. To specify first and to clarify later is the normal way, so this is a
    warning, until code leans on it: where a contract in the change names the requirement, or names none, it is an
    error.

    Fix: answer the question in the spec, and take the marker out.

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        +- **FR-009**: [NEEDS CLARIFICATION: which currencies?]
    """
    yield from _markers("spec-unclear", spec, context)


@record_rule(Severity.WARNING, Spec)
def spec_placeholder(spec: Spec, context: TreeContext) -> Findings:
    """A spec still holds its template's text.

    Why: nobody has said yet what is wanted. A warning while it is being written; an error where code leans on it:
    where a contract in the change names the requirement, or names none.

    Fix: write what is meant, or take the line out.

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        +- **FR-009**: [WHAT THE SYSTEM MUST DO]
    """
    yield from _markers("spec-placeholder", spec, context)


def _markers(name: str, spec: Spec, context: TreeContext) -> Findings:
    """The findings of a kind of marker, as errors where a governed file of the change leans on it."""
    files = context.coverage.files if isinstance(context, ChangeContext) else ()
    leaned_on = {
        fault.line for file in files for fault in file.spec_faults if (fault.rule, fault.path) == (name, spec.path)
    }
    said, fix = {
        "spec-unclear": ("open question: {}", "answer it, and take the marker out"),
        "spec-placeholder": ("still holds the template's {}", "write what is meant"),
    }[name]
    for marker in spec.open_questions if name == "spec-unclear" else spec.placeholders:
        firm = marker.line in leaned_on
        yield RuleFinding(spec.path, marker.line, said.format(marker.text), fix, Severity.ERROR if firm else None, firm)


@record_rule(Severity.ERROR, Spec)
def spec_duplicate_id(spec: Spec, context: TreeContext) -> Findings:
    """Two requirements or two success criteria of a spec have the same id.

    Why: a contract that names the id means one of them, and nobody knows which.

    Fix: give the later one the next free number.

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        +- **FR-001**: The system MUST say the rate.
    """
    for items in (spec.requirements, spec.criteria):
        seen: set[str] = set()
        for item in items:
            if item.id in seen:
                yield RuleFinding(
                    spec.path, item.line, f"{item.id} is there twice", "give this one the next free number"
                )
            seen.add(item.id)


@record_rule(Severity.WARNING, Spec)
def spec_duplicate_number(spec: Spec, context: TreeContext) -> Findings:
    """Two features have the same number.

    Why: people name features by their number. It happens when two branches each took the next one.

    Fix: rename the newer folder.

    Bad example:
        -- specs/001-other/spec.md --
        # Feature Specification: Other

        ## User Scenarios & Testing

        ### User Story 1 - Other (Priority: P1)

        1. **Given** a thing, **When** it is done, **Then** it is there.

        ## Requirements

        - **FR-001**: The system MUST do another thing.

        ## Success Criteria

        - **SC-001**: It is done.
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/round.py
        +  - specs/001-other/spec.md
    """
    number = _NUMBER.match(spec.feature)
    for name in context.after.features if number else ():
        twin = spec_path(context.root, name)
        if number and name.startswith(number[0]) and name != spec.feature and context.came_first(twin, spec.path):
            yield RuleFinding(spec.path, 1, f"number {number[1]} is also that of {name}", "rename the newer folder")
            return


@record_rule(Severity.WARNING, Spec, needs=("spec-missing-section",))
def spec_no_scenario(spec: Spec, context: TreeContext) -> Findings:
    """A user story has no acceptance scenario.

    Why: a scenario is what a test is written from.

    Fix: add one: 1. **Given** …, **When** …, **Then** …

    Bad example:
        -- specs/001-vat/spec.md (edited) --
        +### User Story 9 - Wishes (Priority: P3)
    """
    for story in spec.stories:
        if not story.scenarios:
            yield RuleFinding(spec.path, story.line, f"no scenario: {story.title}", "add Given, When, Then")


@record_rule(Severity.ERROR, Tasks)
def tasks_duplicate_id(tasks: Tasks, context: TreeContext) -> Findings:
    """Two tasks of a list have the same id.

    Why: a contract that names the id means one of them, and nobody knows which.

    Fix: give the later one the next free number.

    Bad example:
        -- specs/001-vat/tasks.md (edited) --
        +- [ ] T001 Do it again
    """
    counts = Counter(task.id for task in tasks.tasks if task.id)
    seen: set[str] = set()
    for task in tasks.tasks:
        if task.id and counts[task.id] > 1 and task.id in seen:
            yield RuleFinding(tasks.path, task.line, f"{task.id} is there twice", "give this one the next free number")
        seen.add(task.id or "")


@record_rule(Severity.WARNING, Tasks)
def tasks_bad_line(tasks: Tasks, context: TreeContext) -> Findings:
    """A checkbox of a task list has no task id, or still holds its template's text.

    Why: what has no id cannot be named by a contract.

    Fix: write it as `- [ ] T001 [P] [US1] what is to be done, with its path`.

    Bad example:
        -- specs/001-vat/tasks.md (edited) --
        +- [ ] Something else
    """
    for task in tasks.tasks:
        if not task.id:
            yield RuleFinding(tasks.path, task.line, "a task without an id", "write - [ ] T001 and what is to be done")
    for problem in tasks.problems:
        yield RuleFinding(tasks.path, problem.line, problem.message, "mend this line")
    for token in tasks.placeholders:
        yield RuleFinding(
            tasks.path, token.line, f"still holds the template's {token.text}", "write what is to be done"
        )


@record_rule(Severity.WARNING, Tasks)
def tasks_phantom(tasks: Tasks, context: TreeContext) -> Findings:
    """A task is ticked, but a path that it names is not in the tree.

    Why: either the work is not there, or it is somewhere else than the list says.

    Fix: untick it, or correct the path.

    Bad example:
        -- specs/001-vat/tasks.md (edited) --
        +- [x] T009 Write it down in src/nowhere.py
    """
    for task in tasks.tasks:
        absent = [
            path
            for path in task.paths
            if task.done and paths.join(tasks.root, path).rstrip("/") not in context.after.tree
        ]
        if absent:
            yield RuleFinding(
                tasks.path,
                task.line,
                f"{task.id or 'a task'} is ticked, but {absent[0]} is not there",
                "untick it, or correct the path",
            )


@record_rule(Severity.WARNING, Plan)
def plan_unclear(plan: Plan, context: TreeContext) -> Findings:
    """A plan has an open question, or still holds its template's text.

    Why: what is not decided in the plan is decided by whoever writes the code.

    Fix: decide it, and take the marker out.

    Bad example:
        -- specs/001-vat/plan.md (edited) --
        +**Storage**: [NEEDS CLARIFICATION: where?]
    """
    for problem in plan.problems:
        yield RuleFinding(plan.path, problem.line, problem.message, "mend this line")
    for marker in plan.open_questions:
        yield RuleFinding(plan.path, marker.line, f"open question: {marker.text}", "decide it, and take the marker out")
    for token in plan.placeholders:
        yield RuleFinding(plan.path, token.line, f"still holds the template's {token.text}", "write what is meant")


@record_rule(Severity.WARNING, Plan)
def plan_no_constitution_check(plan: Plan, context: TreeContext) -> Findings:
    """A plan has no section Constitution Check.

    Why: it is where somebody looks at the principles before the work, not after.

    Fix: add `## Constitution Check`, with a line for each principle that matters here.

    Bad example:
        -- specs/001-vat/plan.md (edited) --
        -## Constitution Check
    """
    if not any("constitution" in section.text.casefold() for section in plan.sections):
        yield RuleFinding(plan.path, 1, "has no section Constitution Check", "add ## Constitution Check")


@record_rule(Severity.WARNING, Checklist)
def checklist_placeholder(checklist: Checklist, context: TreeContext) -> Findings:
    """A checklist still holds its template's text, or cannot be read.

    Why: a list that nobody wrote checks nothing.

    Fix: write the questions that matter for this spec.

    Bad example:
        -- specs/001-vat/checklists/quality.md --
        # Checklist: Quality

        - [ ] CHK001 [WHAT IS TO BE TRUE OF THE SPEC]
    """
    for problem in checklist.problems:
        yield RuleFinding(checklist.path, problem.line, problem.message, "mend this line")
    for token in checklist.placeholders:
        yield RuleFinding(checklist.path, token.line, f"still holds the template's {token.text}", "write the question")
