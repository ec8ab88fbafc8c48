"""The kind of work that a change seems to be, told from its files, its commits and its branch."""

from collections import Counter
from collections.abc import Sequence
from posixpath import basename
from typing import NamedTuple

from sdd.base.listing import counted
from sdd.base.regex import regex
from sdd.gate.cover import CoveredFile
from sdd.gate.cover.pins import only_updates_pins
from sdd.gate.plan.rearranged import are_generated, rearranged, texts_of
from sdd.gate.rules.change import is_test
from sdd.gate.rules.size import too_large_for_chore
from sdd.records.kinds.manifests import lists_dependencies
from sdd.records.kinds.record import ChangeKind
from sdd.repo.changes import PathChange
from sdd.repo.folders import SUBMODULE, Entry
from sdd.repo.messages import subjects
from sdd.repo.objects import Repository
from sdd.repo.renames import renames_between
from sdd.repo.sizes import count_lines

# https://www.conventionalcommits.org: "type(scope)!: description".
CONVENTIONAL = regex(r"\A([a-z]{1,30})(?:\([^()]{0,100}\))?!?: ")
# Lines added and removed, for each file: an import or two.
_EDITS = 4
# What tools are set up by, CI among them; what a project's own program reads may stand in any other file.
_SETTINGS = (".cfg", ".ini", ".toml", "/makefile")
_PROSE = (".adoc", ".md", ".rst")
_TYPES = {
    "feat": ChangeKind.FEATURE,
    "fix": ChangeKind.FIX,
    "perf": ChangeKind.REFACTOR,
    "refactor": ChangeKind.REFACTOR,
    **dict.fromkeys(("build", "chore", "ci", "deps", "docs", "style", "test"), ChangeKind.CHORE),
}
_BRANCHES = _TYPES | {
    "feature": ChangeKind.FEATURE,
    "bugfix": ChangeKind.FIX,
    "hotfix": ChangeKind.FIX,
    "dependabot": ChangeKind.CHORE,
    "renovate": ChangeKind.CHORE,
}


class Guess(NamedTuple):
    """A kind, and the fact that makes it likely."""

    kind: ChangeKind
    why: str


def guess(
    repository: Repository,
    files: Sequence[CoveredFile],
    commits: Sequence[str],
    branch: str,
    reverts: Sequence[str],
    chore_lines: int,
    ends: tuple[str, str] | None,
) -> Guess | None:
    """The kind that some changed files seem to be of; None where nothing tells it.

    `commits` are those that changed them, `reverts` those that they say they revert, `ends` the commits
    or trees that differ by the change, None where nothing came before it. What would be a chore, but changes more than
    `chore_lines` lines, is a refactoring.
    """
    told = _told(repository, files, commits, branch, reverts) or _moves_with_edits(repository, files, ends)
    if not told or told.kind != ChangeKind.CHORE:
        return told
    if excess := too_large_for_chore(repository, files, chore_lines):
        return Guess(ChangeKind.REFACTOR, f"{told.why}, but {excess}")
    return told


def _told(
    repository: Repository, files: Sequence[CoveredFile], commits: Sequence[str], branch: str, reverts: Sequence[str]
) -> Guess | None:
    if reverts:
        return Guess(ChangeKind.REVERT, f"a commit says that it reverts {reverts[0][:12]}")
    if _only_moves(files):
        return Guess(ChangeKind.REFACTOR, "it only moves files")
    if all(_is_dependency(repository, file) for file in files):
        return Guess(ChangeKind.CHORE, "it changes nothing but dependencies")
    # By the specification a type is the same in capitals.
    types = {match[1] for line in subjects(repository, commits) if (match := CONVENTIONAL.match(line.lower()))}
    if len(kinds := {_TYPES[name] for name in types if name in _TYPES}) == 1:
        return Guess(kinds.pop(), f"its commits begin with {' and '.join(f'{name}:' for name in sorted(types))}")
    prefix = branch.partition("/")[0]
    if "/" in branch and prefix in _BRANCHES:
        return Guess(_BRANCHES[prefix], f"the branch begins with {prefix}/")
    if all(is_test(file.path) for file in files):
        return Guess(ChangeKind.CHORE, "it changes nothing but tests")
    if all(file.path.lower().endswith(_PROSE) for file in files):
        return Guess(ChangeKind.CHORE, "it changes nothing but documentation")
    texts = texts_of(repository, files)
    if are_generated(texts):
        return Guess(ChangeKind.CHORE, "it changes nothing but generated files")
    if why := rearranged(texts):
        return Guess(ChangeKind.REFACTOR, why)
    return None


def _moves_with_edits(
    repository: Repository, files: Sequence[CoveredFile], ends: tuple[str, str] | None
) -> Guess | None:
    """A refactoring, where each file that goes comes again, moved under its name or renamed as git tells it, and few
    lines are edited for it, such as imports.
    """
    gone, come = ([file.changed for file in files if file.changed.status == status] for status in "DA")
    if not ends or not gone or len(gone) != len(come):
        return None
    edited = [file.changed.pair for file in files if file.changed.status not in "DA"]
    same = Counter(each.before for each in gone) & Counter(each.after for each in come)
    left = _without(same, [(each.before, each) for each in gone])
    by_path, by_name = {each.path: each for each in left}, {basename(each.path): each for each in left}
    renamed = renames_between(repository, *ends)
    pairs = [
        (by_path.get(renamed.get(each.path, "")) or by_name.get(basename(each.path)), each)
        for each in _without(same, [(each.after, each) for each in come])
    ]
    if {old.path for old, _ in pairs if old} != by_path.keys():
        return None
    edited += [(old.before, each.after) for old, each in pairs if old]
    lines = sum(count_lines(repository, edited))
    if lines > _EDITS * len(files):
        return None
    why = f"it moves {counted(len(gone), 'file')}, and edits {counted(lines, 'line')} for it"
    return Guess(ChangeKind.REFACTOR, why)


def _without(same: Counter[Entry | None], changed: Sequence[tuple[Entry | None, PathChange]]) -> list[PathChange]:
    """Those of some files, each with its content, that are not among what is the `same` at another path."""
    rest, left = Counter(same), []
    for entry, each in changed:
        if rest[entry]:
            rest[entry] -= 1
        else:
            left.append(each)
    return left


def sets_up_tools(path: str) -> bool:
    """Whether a file is known by its name to set up tools: .flake8, setup.cfg, Makefile, what is below .github/."""
    return "/." in f"/{path}" or f"/{path}".lower().endswith(_SETTINGS)


def _only_moves(files: Sequence[CoveredFile]) -> bool:
    """Whether every file that goes is there again under another name, and nothing else comes."""
    gone = sorted(file.changed.before.oid for file in files if file.changed.status == "D" and file.changed.before)
    come = sorted(file.changed.after.oid for file in files if file.changed.status == "A" and file.changed.after)
    return bool(come) and gone == come and len(gone) + len(come) == len(files)


def _is_dependency(repository: Repository, file: CoveredFile) -> bool:
    after = file.changed.after
    is_named = lists_dependencies(file.path) or (after is not None and after.mode == SUBMODULE)
    return is_named or only_updates_pins(repository, file.path, file.changed.pair)
