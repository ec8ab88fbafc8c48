"""What `sdd repair` did or would do, for people: a table by rule, or every change."""

from collections.abc import Iterator

from sdd.authoring.repair.plan import RepairPlan
from sdd.base.grouping import grouped
from sdd.base.listing import counted, listed


def repair_text(plan: RepairPlan, command_line: str | None, *, diff: bool) -> Iterator[str]:
    """The lines to print. `command_line` is the command that showed the plan, None where it is written already."""
    if diff and command_line is not None:
        for repair in plan.repairs:
            yield from repair.diff()
    elif diff or not plan.cleared:
        yield from (f"{repair.path}: {', '.join(repair.done)}" for repair in plan.repairs)
    if plan.cleared:
        yield "findings  files  rule"
        yield from (f"{row.findings:>8}  {row.files:>5}  {row.rule}" for row in plan.cleared)
    if diff or not plan.cleared:
        yield from (f"left: {path}:{line}: {reason}" for path, line, reason in plan.left)
    elif plan.left:
        yield f"left as they are: {counted(len(plan.left), 'finding')} (sdd repair --diff names them)"
    if not plan.repairs:
        yield "nothing else to repair" if plan.left else "nothing to repair"
        return
    yield from _refused(plan)
    count = counted(len(plan.repairs), "file")
    if command_line is None:
        yield f"repaired {count}"
    else:
        yield f"{count} to repair{_moves(plan)}"
        yield f"next: {command_line} --write"


def _moves(plan: RepairPlan) -> str:
    moved = sum(repair.to != repair.path for repair in plan.repairs if repair.to)
    return f", {moved} of them under another name" if moved else ""


def _refused(plan: RepairPlan) -> Iterator[str]:
    """What the gate would refuse in a commit of the repairs, rule by rule."""
    for rule, paths in grouped((finding.rule, finding.path) for finding in plan.refused).items():
        yield f"sdd gate will refuse a commit of this by {rule}: {listed(paths)}"
