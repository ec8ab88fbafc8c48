"""Rules about what a contract names: its scope, requirements, tasks and code references."""

from collections.abc import Iterator, Sequence

from sdd.base.listing import listed
from sdd.gate.cover import begins_literally, is_matched
from sdd.gate.rules.common import advice_on_path, former_name, place_of, renamed_of, unmatched
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, TreeContext, finding, record_rule, text_rule
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.contract_body import CodeReference
from sdd.records.kinds.record import ChangeKind, Item
from sdd.records.links import Place, Relation, ids_known, ids_of, resolve
from sdd.records.project import Project, records_of
from sdd.repo.history import additions, last_change, parents


@text_rule(Severity.ERROR, Contract, needs=("contract-unreadable",))
def contract_no_scope(contract: Contract) -> Findings:
    """A contract names no path that may change.

    Why: without a scope it covers no file, and unrelated edits go unnoticed. A pattern of more than 200
    characters or 8 wildcards, with more than two * in a name that also has ? or [], or with a ../ in it, matches
    nothing.

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
        yield finding(contract, "scope", "names no scope", 'list patterns under scope: "/src/auth/**"')
    for pattern in contract.own_scope:
        if not is_matched(pattern.text):
            yield finding(contract, pattern.line, *unmatched(pattern.text))


@text_rule(Severity.ERROR, Contract)
def contract_broad_scope(contract: Contract) -> Findings:
    """A contract's scope begins with a wildcard.

    Why: a pattern without a literal first folder matches the whole repository, which limits nothing.

    Fix: begin each pattern with a folder: "/src/auth/**", not "**/*.py". `!` has no meaning here.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -  - "/src/**"
        +  - "**/round.py"
    """
    for pattern in contract.own_scope:
        if not begins_literally(pattern.text):
            message = f"the scope {pattern.text} has no literal first folder"
            yield finding(contract, pattern.line, message, 'write "/folder/**"')


@record_rule(Severity.WARNING, Contract)
def contract_no_requirement(contract: Contract, context: TreeContext) -> Findings:
    """A feature's contract names no requirement, though its spec has some.

    Why: the trail from a line to its requirement ends at the contract. A contract that has landed done is left alone.

    Fix: name what it implements under `requirements`: [FR-001]

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -requirements: [FR-001]
        -tasks: [T001]
        -scope:
        -  - "/src/**"
        -status: done
        +tasks: [T001]
        +scope:
        +  - "/src/**"
        +status: open
    """
    if contract.embedded or contract.requirements or contract.effective_kind != ChangeKind.FEATURE:
        return
    is_settled = contract.status == ContractStatus.DONE and not isinstance(context, ChangeContext)
    if not is_settled and (known := ids_known(Relation.REQUIREMENT, place_of(contract, context))):
        message = f"names no requirement of {contract.feature}"
        yield finding(contract, 1, message, f"name those that it serves: {listed(sorted(known))}")


@record_rule(Severity.ERROR, Contract)
def contract_unknown_requirement(contract: Contract, context: TreeContext) -> Findings:
    """A contract names a requirement that its feature's spec does not have.

    Why: it breaks the trail from a line to its requirement. A warning where the spec had it when a contract that has
    landed done was last edited; the change that takes it away is told so.

    Fix: correct the id, or add the requirement to the spec first. Where the feature's folder was renamed:
    `sdd repair --commit`.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -requirements: [FR-001]
        +requirements: [FR-099]
    """
    yield from _unknown_parts(contract, contract.requirements, Relation.REQUIREMENT, context)


@record_rule(Severity.ERROR, Contract)
def contract_unknown_task(contract: Contract, context: TreeContext) -> Findings:
    """A contract names a task that its feature's task list does not have.

    Why: nobody can tell which planned work this was. A warning as for a requirement.

    Fix: correct the id, or add the task to the list first.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -tasks: [T001]
        +tasks: [T099]
    """
    yield from _unknown_parts(contract, contract.tasks, Relation.TASK, context)


def _unknown_parts(contract: Contract, items: Sequence[Item], relation: Relation, context: TreeContext) -> Findings:
    place = place_of(contract, context)
    if items and (renamed := renamed_of(contract, context, contract.feature)):
        if relation == Relation.REQUIREMENT or not contract.requirements:
            yield former_name(contract, "feature", f"the feature {renamed.old} is called {renamed.new} now")
        return
    for item in items:
        if resolve(relation, item.text, place):
            continue
        if _has_landed(contract, context) and item.text in _ids_at_last_edit(contract, relation, context):
            severity = Severity.WARNING if contract.status == ContractStatus.DONE else None
            message = f"{item.text} is no {relation} of {contract.feature} any more"
            fix = "see that nothing leans on it" if severity else "name what the work serves now, or bring it back"
            yield finding(contract, item.line, message, fix, severity)
        else:
            from sdd.base.nearest import nearest  # a pass has no need of it

            message = f"{item.text} is no {relation} of {contract.feature}"
            fix = nearest(item.text, ids_known(relation, place), "correct the id")
            yield finding(contract, item.line, message, fix)


def _has_landed(contract: Contract, context: TreeContext) -> bool:
    """Whether a contract has landed, or a whole tree is checked: there nobody asks when."""
    return not isinstance(context, ChangeContext) or contract.path in context.before.tree


def _ids_at_last_edit(contract: Contract, relation: Relation, context: TreeContext) -> frozenset[str]:
    """The ids that a contract could name when it was last edited."""
    commit = last_change(context.repository, contract.path, "AM", context.revision)[0] if context.revision else ""
    if not commit:
        return frozenset()
    then = Project(context.repository.tree(commit), contract.root, context.after.reader)
    return ids_known(relation, Place(then, contract.path, contract.feature))


def of_lost_parts(context: ChangeContext) -> Iterator[Contract]:
    """The contracts, untouched by a change, that name requirements or tasks which the change takes away."""
    lost: set[str] = set()
    for path, _ in context.view.records_of_root.get(context.root, ()):
        # A landed record may name what a whole feature took along.
        if left := context.after.record(path):
            lost |= ids_of(context.before.record(path)) - ids_of(left)
    for contract in records_of(context.after.tree, context.after.reader, Contract) if lost else ():
        named = {item.text for item in (*contract.requirements, *contract.tasks)}
        if named & lost and contract.path not in context.view.records:
            yield contract


@record_rule(Severity.ERROR, Contract)
def contract_bad_reference(contract: Contract, context: TreeContext) -> Findings:
    """A code reference in Discovery is malformed, or its lines are neither in the target nor at head.

    Why: it shows which code was read before the change; a reference to nothing shows that none was. A contract that has
    landed is held to the lines that were there when it was made.

    Fix: write start:end:path, lines from 1, path from the root: 10:42:src/auth/login.py

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- 1:2:src/vat.py
        +- 1:2000:src/vat.py
    """
    for reference in contract.discovery:
        if not 0 < reference.start <= reference.end:
            message = f"{reference.written} is not start:end:path"
            yield finding(contract, reference.line, message, "write 10:42:src/auth/login.py")
        elif not any(_has_lines(project, contract, reference) for project in _readable(contract, context)):
            message = f"{reference.written} names lines that do not exist"
            yield finding(contract, reference.line, message, advice_on_path(context, "look up the lines again"))


def _readable(contract: Contract, context: TreeContext) -> Iterator[Project]:
    """The trees whose lines a contract may have read: both sides of a change, and what it found when it was made."""
    yield from (context.after, context.before)
    if not context.revision or not _has_landed(contract, context):
        return
    made = additions(context.repository, context.revision, [contract.path]).get(contract.path)
    for commit in (made.commit, *parents(context.repository, made.commit)) if made else ():
        yield Project(context.repository.tree(commit), context.after.root, context.after.reader)


def _has_lines(project: Project, contract: Contract, reference: CodeReference) -> bool:
    """Whether a tree holds the file that a reference names, with at least as many lines."""
    link = resolve(Relation.FILE, reference.path, Place(project.at(contract.root), contract.path, contract.feature))
    entry = project.tree.file(link.target)
    return entry is not None and len(project.reader.content(entry).splitlines()) >= reference.end
