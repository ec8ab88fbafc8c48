"""`sdd repair`: repair the form of records, and numbers that clash, without losing a word."""

import shlex
from datetime import date

import click

from sdd.authoring.repair import Numbers, RepairPlan, plan_baselines, plan_repairs, write
from sdd.base.errors import ExitCode, UsageError
from sdd.base.paths import printable
from sdd.cli.session import json_option, open_repository, path_below_top, print_json, print_text, remark, top_of
from sdd.gate.target import target_of_work_tree
from sdd.records.project import Reader
from sdd.render.documents.repair import repair_document
from sdd.render.words import counted
from sdd.repo.objects import Repository, Tree
from sdd.repo.refs import HEADS, read_refs, remote_names


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--ids", is_flag=True, help="Only resolve numbers that two records or features share.")
@click.option("--write", "writes", is_flag=True, help="Write the files.  [default: show what would change]")
@json_option
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], ids: bool, writes: bool, as_json: bool) -> None:
    """Repair records without losing a word.

    Repairs front matter that is not YAML, names of keys, fences, line ends, file names and folders, and adds the
    files that a record does not name from the commit that added it. After a merge, --ids gives new numbers to what
    has not landed yet, and updates every link. sdd names what it cannot repair, with the reason.

    Exit status: 1 where there is something to repair and --write is missing.
    """
    repository = open_repository(ctx)
    top = top_of(repository)
    tree, reader = repository.tree(repository.snapshot()), Reader(repository.blobs)
    only = [path_below_top(ctx, repository, path) for path in paths]
    unknown = [path for path, below in zip(paths, only, strict=True) if below not in (".", "") and below not in tree]
    if unknown:
        raise UsageError(f"{unknown[0]} does not exist", "name a file or folder of this repository, or nothing for all")
    only = [] if "." in only or "" in only else only
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
        baselines = plan_baselines(repository, tree, date.today())
        if writes:
            write(top, RepairPlan(baselines))
        plan = RepairPlan((*plan.repairs, *baselines), plan.left)
    if as_json:
        print_json(repair_document(plan, written=writes))
    else:
        print_text("\n".join(_lines(plan, writes, shlex.join(["sdd", "repair", *(["--ids"] if ids else []), *paths]))))
    for branch, new in _left_branches(repository, plan) if ids and writes else ():
        remark(f"the branch {branch} keeps its name; to rename it too: git branch -m {branch} {new}")
    if plan.repairs and not writes:
        ctx.exit(ExitCode.FINDINGS)


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


def _lines(plan: RepairPlan, written: bool, command_line: str) -> list[str]:
    repairs, left = plan.repairs, plan.left
    lines = []
    if written:
        lines += [f"{printable(repair.to or repair.path)}: {printable(', '.join(repair.done))}" for repair in repairs]
    else:
        lines += [printable(line) for repair in repairs for line in repair.diff()]
    lines += [f"left: {printable(path)}:{line}: {printable(reason)}" for path, line, reason in left]
    if not repairs:
        return [*lines, "nothing to repair" if not left else "nothing else to repair"]
    if written:
        return [*lines, f"repaired {counted(len(repairs), 'file')}"]
    return [*lines, "", f"{counted(len(repairs), 'file')} to repair", f"next: {printable(command_line)} --write"]
