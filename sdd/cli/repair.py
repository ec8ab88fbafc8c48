"""`sdd repair`: repair the form of records, and numbers that clash, without losing a word."""

import shlex
from collections.abc import Iterator

import click

from sdd.authoring.repair import Numbers, RepairPlan, plan_baselines, plan_repairs, write
from sdd.base.errors import ExitCode
from sdd.cli.printing import remark
from sdd.cli.session import Session, in_session
from sdd.gate.target import target_of_work_tree
from sdd.render.documents.repair import repair_document
from sdd.render.words import counted
from sdd.repo.objects import Repository, Tree
from sdd.repo.refs import HEADS, read_refs, remote_names


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--ids", is_flag=True, help="Only resolve numbers that two records or features share.")
@click.option("--write", "writes", is_flag=True, help="Write the files.  [default: show what would change]")
@in_session
def command(session: Session, paths: tuple[str, ...], *, ids: bool, writes: bool) -> int:
    """Repair records without losing a word.

    Repairs front matter that is not YAML, names of keys, fences, line ends, file names and folders, and adds the
    files that a record does not name from the commit that added it. After a merge, --ids gives new numbers to what
    has not landed yet, and updates every link. sdd names what it cannot repair, with the reason.

    Exit status: 1 where there is something to repair and --write is missing.
    """
    repository, top, tree, reader = session.repository, session.top, session.tree, session.reader
    only = session.paths(paths)
    if ids:
        numbers = Numbers(repository, tree, reader, _landed(repository, tree))
        plan = numbers.plan(only)
        if not writes:
            numbers.release()
    else:
        plan = plan_repairs(repository, tree, reader, only)
    if writes:
        write(top, plan)
    if not ids and not only:
        # What is repaired is no finding any more: the baselines follow.
        tree = repository.tree(repository.snapshot()) if writes else tree
        baselines = plan_baselines(repository, tree, session.today)
        if writes:
            write(top, RepairPlan(baselines))
        plan = RepairPlan((*plan.repairs, *baselines), plan.left)
    command_line = shlex.join(["sdd", "repair", *(["--ids"] if ids else []), *paths])
    session.print(repair_document(plan, written=writes), _lines(plan, None if writes else command_line))
    for branch, new in _left_branches(repository, plan) if ids and writes else ():
        remark(f"the branch {branch} keeps its name; to rename it too: git branch -m {branch} {new}")
    return ExitCode.FINDINGS if plan.repairs and not writes else ExitCode.CLEAN


def _landed(repository: Repository, tree: Tree) -> Tree | None:
    """What has landed: the tree of TARGET; None where nothing has, or where nobody else could hold it."""
    target = target_of_work_tree(repository, tree.oid)
    if target.change:
        alone = target.pushes_target and not remote_names(repository)
        return repository.tree(target.change.target) if target.change.target and not alone else None
    return repository.tree("HEAD") if remote_names(repository) and repository.commit("HEAD") else None


def _left_branches(repository: Repository, plan: RepairPlan) -> list[tuple[str, str]]:
    """Local branches named like a feature whose folder gets another name."""
    renamed = {}
    for repair in plan.repairs:
        for old, new in zip(repair.path.split("/"), repair.to.split("/"), strict=False):
            if old != new and repair.path.endswith("/spec.md"):
                renamed[old] = new
    known = {branch.branch for branch in read_refs(repository).below(HEADS)}
    return [(old, new) for old, new in renamed.items() if old in known]


def _lines(plan: RepairPlan, command_line: str | None) -> Iterator[str]:
    """What was repaired, or could be by a command line."""
    for repair in plan.repairs:
        if command_line is None:
            yield f"{repair.to or repair.path}: {', '.join(repair.done)}"
        else:
            yield from repair.diff()
    yield from (f"left: {path}:{line}: {reason}" for path, line, reason in plan.left)
    count = counted(len(plan.repairs), "file")
    if not plan.repairs:
        yield "nothing else to repair" if plan.left else "nothing to repair"
    elif command_line is None:
        yield f"repaired {count}"
    else:
        yield from ("", f"{count} to repair", f"next: {command_line} --write")
