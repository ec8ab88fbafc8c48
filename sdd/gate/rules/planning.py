"""Rules about what carries out a spec: plan, tasks and checklists."""

import re
from collections.abc import Sequence

from sdd.base import paths
from sdd.base.regex import regex
from sdd.gate.rules.common import advice_on_path, faulty_lines, place_of, repeated_ids, template_text
from sdd.gate.rules.rule import Findings, Severity, TreeContext, finding, record_rule, text_rule
from sdd.records.kinds.checklist import Checklist
from sdd.records.kinds.named_paths import in_full, may_be_outside
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.tasks import Task, Tasks
from sdd.records.kinds.words import CONSTITUTION, CONSTITUTION_CHECK
from sdd.records.links import Place, Relation, resolve

# From so many on, most of a list's paths are rather another repository's than missing work.
_MANY = 10
_REMOVES = regex(r"\W*(?:remove|delete|drop|rename)d?\b", re.IGNORECASE)


@text_rule(Severity.ERROR, Tasks)
def tasks_duplicate_id(tasks: Tasks) -> Findings:
    """Two tasks of a list have the same id.

    Why: nobody knows which of them a contract that names the id means.

    Fix: give the later one the next free number.

    Bad example:
        -- specs/001-vat/tasks.md (edited) --
        +- [ ] T001 Do it again
    """
    return repeated_ids(tasks, tasks.tasks)


@text_rule(Severity.WARNING, Tasks)
def tasks_bad_line(tasks: Tasks) -> Findings:
    """A task has no id where no task of its list has one, or still contains its template's text.

    Why: a contract cannot name a task without an id. Where other tasks have one, a box without it is a note on them.

    Fix: write it as `- [ ] T001 [P] [US1] what to do, with its path`.

    Bad example:
        -- specs/001-vat/tasks.md (edited) --
        +- [ ] T009 [WHAT IS TO BE DONE]
    """
    for task in tasks.tasks:
        if not task.id:
            yield finding(tasks, task.line, "a task without an id", "write - [ ] T001 and what to do")
    yield from faulty_lines(tasks)
    yield from template_text(tasks, tasks.placeholders, "write what to do")


@text_rule(Severity.WARNING, Tasks)
def tasks_empty(tasks: Tasks) -> Findings:
    """A task list holds text, but no task could be read out of it.

    Why: its feature counts as one without tasks, and nobody sees what is left to do.

    Fix: write each task as `- [ ] T001 [P] [US1] what to do, with its path`.

    Bad example:
        -- specs/002-rates/tasks.md --
        # Tasks: Rates

        First the rates, then the sums.
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
           - src/round.py
        +  - specs/002-rates/tasks.md
    """
    if not tasks.tasks and not tasks.problems:
        yield finding(tasks, 1, "no task can be read out of it", "write - [ ] T001 and what to do")


@record_rule(Severity.WARNING, Tasks)
def tasks_phantom(tasks: Tasks, context: TreeContext) -> Findings:
    """A task is ticked, but a path that it names does not exist, and never did.

    A path may be written from the root, the top of the repository, the feature's folder or, in a bracket, the folder
    before it; a file's name or the end of its path is enough. Ignored files, what was there once or is removed by a
    task, and what belongs to a machine or a package, are no finding.

    Why: the work is missing, or it is in another place than the list says.

    Fix: untick it, or correct the path.

    Bad example:
        -- specs/001-vat/tasks.md (edited) --
        +- [x] T009 Write it down in src/nowhere.py
    """
    place = place_of(tasks, context)
    removed = {path for task in tasks.tasks if _REMOVES.match(task.text) for path in task.paths}
    gone = tuple(path for path in removed if path.endswith("/"))
    ticked = [task for task in tasks.tasks if task.done and task.paths]
    absent = [
        (task, path)
        for task in ticked
        if (path := _absent(task.paths, place, task.text)) and path not in removed and not path.startswith(gone)
    ]
    if len(absent) >= _MANY and 2 * len(absent) > len(ticked):
        task, path = absent[0]
        message = f"{len(absent)} of {len(ticked)} ticked tasks name paths that are not here, as {path}"
        yield finding(tasks, task.line, message, "say so in the list where it is about another repository")
        return
    faults: dict[str, list[tuple[Task, str]]] = {}
    for task, path in absent:
        # A whole folder that is missing is one fault.
        folders = reversed([f"{folder}/" for folder in paths.folders_above(path.rstrip("/")) if folder])
        faults.setdefault(next(filter(None, (_absent([f], place) for f in folders)), path), []).append((task, path))
    for missing, found in faults.items():
        task, path = found[0]
        who = f"{task.id or 'a task'} is" if len(found) == 1 else f"{task.id or 'a task'} and {len(found) - 1} more are"
        message = f"{who} ticked, but {path if len(found) == 1 else missing} does not exist"
        yield finding(tasks, task.line, message, advice_on_path(context, "untick it, or correct the path"))


def _absent(named: Sequence[str], place: Place, text: str = "") -> str:
    """The first of some paths of a text that does not exist. A bare name beside a path that does may be anything."""
    missing = [path for path in named if not (may_be_outside(path) or resolve(Relation.FILE, path, place))]
    if missing and (seen := in_full(text)):
        missing = [path for path in missing if not (path in seen and resolve(Relation.FILE, seen[path], place))]
    return next((path for path in missing if "/" in path or len(missing) == len(named)), "")


@text_rule(Severity.WARNING, Plan)
def plan_unclear(plan: Plan) -> Findings:
    """A plan has an open question, or still contains its template's text.

    Why: whoever writes the code decides what the plan leaves open.

    Fix: decide it, and remove the marker.

    Bad example:
        -- specs/001-vat/plan.md (edited) --
        +**Storage**: [NEEDS CLARIFICATION: where?]
    """
    yield from faulty_lines(plan)
    for marker in plan.open_questions:
        yield finding(plan, marker.line, f"open question: {marker.text}", "decide it, and remove the marker")
    yield from template_text(plan, plan.placeholders, "write what is meant")


@record_rule(Severity.WARNING, Plan)
def plan_no_constitution_check(plan: Plan, context: TreeContext) -> Findings:
    """A plan has no section Constitution Check.

    Why: it makes somebody read the principles before the work, not after.

    Fix: add `## Constitution Check`, with a line for each principle that applies.

    Bad example:
        -- specs/001-vat/plan.md (edited) --
        -## Constitution Check
    """
    words = (*CONSTITUTION, *map(str.casefold, context.policy.words.get(CONSTITUTION_CHECK, ())))
    if not any(word in section.text.casefold() for section in plan.sections for word in words):
        yield finding(plan, 1, "has no section Constitution Check", "add ## Constitution Check")


@text_rule(Severity.WARNING, Checklist)
def checklist_placeholder(checklist: Checklist) -> Findings:
    """A checklist still contains its template's text, or cannot be read.

    Why: a list that nobody filled in checks nothing.

    Fix: write the questions that matter for this spec.

    Bad example:
        -- specs/001-vat/checklists/quality.md --
        # Checklist: Quality

        - [ ] CHK001 [WHAT IS TO BE TRUE OF THE SPEC]
    """
    yield from faulty_lines(checklist)
    yield from template_text(checklist, checklist.placeholders, "write the question")
