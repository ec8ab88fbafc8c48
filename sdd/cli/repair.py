"""`sdd repair`: repair the form of records, and numbers that clash, without losing a word."""

from contextlib import nullcontext
from dataclasses import replace

import click

from sdd.authoring.identity import numbering
from sdd.authoring.repair import Numbers, Planner, Repair, RepairPlan, plan_baselines, write
from sdd.authoring.repeated import repeats
from sdd.base.errors import ExitCode, UsageError
from sdd.base.listing import listed
from sdd.base.nearest import nearest
from sdd.base.paths import path_word, shell_line
from sdd.cli.options import commit_option
from sdd.cli.printing import remark
from sdd.cli.progress import progress_bar
from sdd.cli.session import Session, in_session
from sdd.cli.typed import typed_paths
from sdd.gate.check.asking import RULE_NAMES
from sdd.gate.target import target_of_work_tree
from sdd.records.kinds import is_record_of
from sdd.records.kinds.waiver import Waiver
from sdd.records.project import Project
from sdd.render.documents.repair import repair_document
from sdd.render.text.repair import repair_text
from sdd.repo.changes import Change, read_change
from sdd.repo.diverged import diverged
from sdd.repo.history import merge_bases
from sdd.repo.journal import Journal
from sdd.repo.objects import Repository, Tree
from sdd.repo.refs import HEADS, head_branch, remote_names


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--ids", is_flag=True, help="Only resolve numbers that two records or features share.")
@click.option("--rule", metavar="RULE", help="Only clear the findings of one rule.")
@click.option("--diff", is_flag=True, help="Show every change, and each finding that stays.")
@click.option("--write", "writes", is_flag=True, help="Write the files.  [default: show what would change]")
@commit_option("what it writes", with_message=False)
@in_session
def command(session: Session, paths: tuple[str, ...], *, ids: bool, rule: str | None, diff: bool, writes: bool) -> int:
    """Repair records without losing a word.

    Repairs front matter that is not YAML, missing fences, unknown features, broken links, file names and folders,
    where sdd check finds fault with them and finds nothing new afterwards. Prints how many findings go, rule by rule,
    and what sdd gate asks of a commit of the repairs. After git mv specs/OLD specs/NEW, the feature's PHRs and
    contracts get the new name. After a merge, --ids gives new numbers to what has not landed yet, and updates every
    link; so it does before a merge for what the target got under the same name meanwhile.

    Exit status: 1 where there is something to repair and --write is missing.
    """
    if rule and ids:
        raise UsageError("--ids and --rule exclude each other", "run one after the other")
    if rule and rule not in RULE_NAMES:
        raise UsageError(f"unknown rule {rule}", nearest(rule, RULE_NAMES, "see: sdd rule list"))
    writes = writes or session.commits
    options = [*(["--ids"] if ids else []), *(["--rule", rule] if rule else [])]
    command_line = None if writes else " ".join((shell_line(("sdd", "repair", *options)), *map(path_word, paths)))
    with session.writing([*options, *paths]) if writes else nullcontext() as journal:
        only = typed_paths(session, paths)
        if ids:
            with progress_bar("looking for numbers that clash"):
                plan = _renumber(session, only, journal)
        else:
            plan = _repair(session, only, rule, writes=writes)
        session.print(repair_document(plan, written=writes), repair_text(plan, command_line, diff=diff or ids))
        if session.commits:
            session.save(_message(plan), *_committable(session, plan))
        for each in plan.repairs if writes else ():
            if each.to != each.path and is_record_of(each.to, Waiver):
                old, new = (path.rpartition("/")[2] for path in (each.path, each.to))
                remark(f"the lines printed for {old} want {new} now; once it has landed, sdd report prints them anew")
        for branch, new in _left_branches(session.repository, plan) if ids and writes else ():
            rename = shell_line(("git", "branch", "-m", branch, new))
            remark(f"the branch {branch} keeps its name; to rename it too: {rename}")
    return ExitCode.FINDINGS if plan.repairs and not writes else ExitCode.CLEAN


def _renumber(session: Session, only: tuple[str, ...], journal: Journal | None) -> RepairPlan:
    """New numbers for what clashes, written where there is a journal."""
    repository, tree = session.repository, session.tree
    landed, change = _landed(repository, tree)
    numbers = Numbers(repository, tree, session.reader, landed, change)
    if not journal:
        return _with_baselines(session, numbers.plan(only))
    with numbering(repository):
        plan = _with_baselines(session, numbers.plan(only, journal.paths))
        journal.note(*(repair.to for repair in plan.repairs if repair.to != repair.path))
        write(session.top, plan)
    given_up = [path for path in numbers.replaced if any(path == repair.path != repair.to for repair in plan.repairs)]
    if change and change.target and given_up:
        from sdd.repo.porcelain import restore

        restore(repository, change.target, given_up)
    if change and change.target:
        _tell_repeats(session, plan)
    return plan


def _tell_repeats(session: Session, plan: RepairPlan) -> None:
    """Says which renumbered PHRs a push refuses all the same: each says what a landed one says."""
    for each in plan.repairs:
        path = each.to
        if path == each.path or not path.endswith(".prompt.md"):
            continue
        text = (session.top / path).read_bytes().decode("utf-8", "surrogateescape")
        landed = repeats(session.state, path, text)
        if landed and not (landed == each.path and _is_the_landed(session, each)):
            what = f"{path} says what {landed} says, so a push is refused"
            remark(f"{what}: say in its response what is new in it, and commit it")


def _is_the_landed(session: Session, repair: Repair) -> bool:
    """Whether what moves is the landed record itself."""
    change = session.state.target.change
    entry = session.repository.tree(change.target).file(repair.path) if change and change.target else None
    return entry is not None and session.repository.blob(entry.oid) == repair.before


def _message(plan: RepairPlan) -> str:
    renamed = [f"{feature.old} to {feature.new}" for feature in plan.renamed]
    return f"Rename {listed(renamed)}" if renamed else "Repair records"


def _committable(session: Session, plan: RepairPlan) -> tuple[str, ...]:
    """The paths that a plan wrote or left, and a renamed feature's folder, without what git does not know."""
    head = session.repository.commit("HEAD")
    tracked = session.repository.tree(head) if head else session.tree
    places = [path for repair in plan.repairs for path in (repair.path, repair.to) if repair.path in session.tree]
    for feature in plan.renamed:
        specs = Project(session.tree, feature.root, session.reader)
        for tree, name in ((tracked, feature.old), (session.tree, feature.new)):
            places += [path for path, _ in tree.walk(specs.feature_folder(name)) if tree.get(path)]
    return tuple(dict.fromkeys(path for path in places if path in tracked or (session.top / path).is_file()))


def _repair(session: Session, only: tuple[str, ...], rule: str | None, *, writes: bool) -> RepairPlan:
    """The repairs of records, and of baselines that follow: findings that go, or are elsewhere."""
    repository, tree = session.repository, session.tree
    with progress_bar("checking records") as progress:
        landed = repository.tree(target) if (target := _landed(repository, tree)[0]) else None
        plan = Planner(repository, tree, session.reader, session.today, rule, progress, landed).plan(only)
        plan = _with_baselines(session, plan, shrinks=not (only or rule))
    if writes:
        write(session.top, plan)
    return plan


def _with_baselines(session: Session, plan: RepairPlan, *, shrinks: bool = False) -> RepairPlan:
    """A plan with the baselines whose records it moves, or all of them where they may just shrink."""
    moved = {repair.path: repair.to for repair in plan.repairs if repair.to and repair.to != repair.path}
    if not (moved or shrinks):
        return plan
    baselines = plan_baselines(session.repository, plan.applied(session.tree), session.today, moved)
    return replace(plan, repairs=(*plan.repairs, *baselines))


def _landed(repository: Repository, tree: Tree) -> tuple[str | None, Change | None]:
    """What has landed: TARGET's commit, None where nothing has, or where nobody else could hold it; and how the tree
    differs from it. What others pushed to the same branch counts for landed.
    """
    target = target_of_work_tree(repository, tree.oid)
    ref = head_branch(repository) or ""
    parted = None if target.pushes_target else diverged(repository, ref, is_target=False)
    if parted and not parted.are_former:
        forks = merge_bases(repository, parted.tip, "HEAD")
        return parted.tip, read_change(
            repository, ref=HEADS, target_name=parted.name, target=parted.tip, head=tree.oid, forks=forks, tip="HEAD"
        )
    if change := target.change:
        alone = target.pushes_target and not remote_names(repository)
        return (change.target, change) if change.target and not alone else (None, None)
    return repository.commit("HEAD") if remote_names(repository) else None, None


def _left_branches(repository: Repository, plan: RepairPlan) -> list[tuple[str, str]]:
    """Local branches named like a feature whose folder gets another name."""
    renamed = {}
    for repair in plan.repairs:
        for old, new in zip(repair.path.split("/"), repair.to.split("/"), strict=False):
            if old != new and repair.path.endswith("/spec.md"):
                renamed[old] = new
    known = {branch.branch for branch in repository.refs.below(HEADS)}
    return [(old, new) for old, new in renamed.items() if old in known]
