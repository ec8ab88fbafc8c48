"""Checks whole trees: the record rules over every record, in whichever root."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.gate.check.asking import RULE_NAMES, ask, tree_context
from sdd.gate.check.verdict import JudgedChange, Verdict
from sdd.gate.check.waiving import waive, waivers_in_force
from sdd.gate.rules import TreeContext
from sdd.records.kinds.record import Record
from sdd.records.layout import find_roots, roots_of
from sdd.records.project import Project, Reader, record_files, records_of
from sdd.repo.objects import Tree


def check_tree(
    tree: Tree,
    name: str,
    revision: str | None,
    today: date,
    only: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
    reader: Reader | None = None,
) -> Verdict:
    """The verdict of all record rules over a whole tree. `name` and `revision` say what the tree is.

    With `only`, findings at other paths than these (or below them) are left out. `progress` is as for `ask`, root by
    root. Who checks trees that have most records in common gives one `reader` to all of them.
    """
    reader = reader or Reader(tree.repository.beginnings)
    changes = []
    for root, below in sorted(_paths_by_root(tree).items()):
        project = Project(tree, root, reader)
        judged = _judged(tree_context(project, below, partial(_read, project), revision, today), progress)
        kept = tuple(sorted(finding for finding in judged.findings if paths.is_at(finding.path, only)))
        judged = judged._replace(ref=name, findings=kept)
        places = (root, *roots_of(tree, root)) if kept else ()
        waivers = (waiver for place in places for waiver in waivers_in_force(project.at(place), today))
        changes.append(waive(judged, waivers))
    return Verdict(tuple(changes))


def rules_broken(tree: Tree, reader: Reader, records: Iterable[Record], today: date) -> dict[str, list[str]]:
    """Path -> the names of the rules that a record breaks, for some records of a tree; clean ones are left out.

    All records of their kinds are judged, since rules compare them: which are asked about changes no answer.
    """
    kinds = {record.path: type(record) for record in records}
    verdict = check_records(tree, reader, records_of(tree, reader, *set(kinds.values())), None, today)
    broken = grouped((found.path, found.rule) for change in verdict.changes for found in change.findings)
    return {path: [*dict.fromkeys(rules)] for path, rules in broken.items() if path in kinds}


def check_records(
    tree: Tree,
    reader: Reader,
    records: Iterable[Record],
    revision: str | None,
    today: date,
    rules: frozenset[str] = RULE_NAMES,
) -> Verdict:
    """The verdict of some rules over some records of a tree. `revision` is the commit that the tree stands on."""
    changes = []
    for root, own in grouped((record.root, record) for record in records).items():
        project, below = Project(tree, root, reader), {record.path: record for record in own}
        judged = _judged(tree_context(project, below, below.get, revision, today))
        kept = tuple(finding for finding in judged.findings if finding.rule in rules)
        silent = tuple(skipped for skipped in judged.not_judged if skipped.rule in rules)
        changes.append(judged._replace(findings=kept, not_judged=silent))
    return Verdict(tuple(changes))


def _read(project: Project, path: str) -> Record | None:
    """The record at one of very many paths that are judged one after the other."""
    project.reader.let_go()
    return project.record(path)


def _judged(context: TreeContext, progress: Callable[[int, int], None] | None = None) -> JudgedChange:
    """What every rule finds at some paths of one root of a tree."""
    project = context.after
    findings, not_judged = ask(context, context.policy, progress=progress)
    return JudgedChange(
        ref="",
        target_name="",
        base=None,
        head=project.tree.oid,
        root=project.root,
        findings=tuple(finding for finding, _ in findings),
        not_judged=not_judged,
    )


def _paths_by_root(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Root -> the paths that count as records below it, for every root and every folder that holds such paths."""
    return dict.fromkeys(find_roots(tree), ()) | grouped((root, path) for path, _, root in record_files(tree))
