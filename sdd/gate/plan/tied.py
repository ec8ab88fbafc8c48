"""Which features that are there a change belongs to, by their open tasks and their landed contracts."""

from collections.abc import Iterator, Sequence
from heapq import nlargest

from sdd.gate.cover import CoveredFile, Need, in_scope
from sdd.gate.plan.gap import Gap
from sdd.gate.rules.change import is_test
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import AnyRecord
from sdd.records.kinds.tasks import Tasks
from sdd.records.layout import CONTRACTS, PROMPTS
from sdd.records.project import Project

# So many records are read as a whole, those first that say the most of where the files are: a refusal is waited for.
_MOST_READ = 200


def added_files(gap: Gap) -> list[CoveredFile]:
    """The files that no contract covers and that are new, beside tests."""
    return [file for file in gap.without(Need.CONTRACT) if file.changed.status == "A" and not is_test(file.path)]


def tied_features(gap: Gap) -> dict[str, str]:
    """The features that a change belongs to, each with the fact that says so. Where it adds files, only a task that
    names one of these does: work that begins something edits what is there, too.
    """
    added = added_files(gap)
    named = [file.path for file in added or gap.without(Need.CONTRACT)]
    return dict(_by_tasks(gap, named)) or (dict(_by_contracts(gap, named)) if not added else {})


def _by_tasks(gap: Gap, files: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name, project in gap.features.items():
        tasks = project.get(Tasks, f"{project.feature_folder(name)}/tasks.md")
        for task in tasks.tasks if tasks else ():
            named = {*map(project.path, task.paths)} if task.status == "open" else set[str]()
            if path := next((path for path in files if path in named), ""):
                yield name, f"{task.id or 'an open task'} of {name} names {path}"


def _by_contracts(gap: Gap, files: Sequence[str]) -> Iterator[tuple[str, str]]:
    """By the contracts in force: what a revert has taken back is no feature's any more."""
    words = {word.encode() for path in files for word in path.split("/")}
    for root in dict.fromkeys(project.root for project in gap.features.values()) if gap.change.base else ():
        target = Project(gap.repository.tree(gap.change.base or ""), root, gap.reader)
        contracts = _records(target, CONTRACTS, words, Contract)
        fitting = [(each, path) for each in contracts if (path := next((at for at in files if in_scope(each, at)), ""))]
        reverts = [*_records(target, PROMPTS, {b"kind: revert"}, Phr)] if fitting else []
        undone = {target.path(item.path) for phr in reverts for item in phr.files}
        for contract, path in fitting:
            if contract.feature in gap.features and not any(in_scope(contract, each) for each in undone):
                yield contract.feature or "", f"{contract.path} has {path} in its scope"


def _records(project: Project, folder: str, words: set[bytes], kind: type[AnyRecord]) -> Iterator[AnyRecord]:
    """The records of a kind that hold one of some words."""
    entries = [each for each in project.tree.walk(project.path(project.placed(folder))) if each[1].is_file]
    contents = project.reader.contents([entry for _, entry in entries])
    holding = (
        (sum(word in content for word in words), path) for (path, _), content in zip(entries, contents, strict=True)
    )
    near = {path for number, path in nlargest(_MOST_READ, holding) if number}
    found = (project.get(kind, path) for path, _ in entries if path in near)
    yield from filter(None, found)
