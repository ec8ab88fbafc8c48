"""Where records are: roots, the folders of each kind below a root, and what a feature's name means."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from sdd.base import paths
from sdd.base.regex import regex
from sdd.repo.objects import FOLDER, Tree

MARK = ".specify"
SPECS, PROMPTS, CONTRACTS = "specs", "history/prompts", "history/contracts"
ADRS, WAIVERS = "history/adr", "history/waivers"
FEATURE_PIN = f"{MARK}/feature.json"
"""The file in which spec-kit keeps the feature that somebody works on."""

NO_FEATURES = ("checklists", "contracts", "history", "prompts", "specs", "templates?", "_[^/]*")
"""Patterns of folders that are no feature's: they are parts of one, hold features, or what these are copied from."""

MARKS_OF_A_FEATURE = ("spec.md", "plan.md", "tasks.md")
"""The files that make a folder a feature."""

OTHER_TOOLS = {"openspec": "OpenSpec", ".kiro": "Kiro"}
"""Folders whose files look like records and belong to another tool, which reads them in its own way."""

_NO_FEATURE = regex("|".join(NO_FEATURES))
# A longer number is a date or a time.
_LONGEST_NUMBER = 6


class Layout(NamedTuple):
    """Where a root's records are: the folders below it that hold specs and history. New records go to the first."""

    specs: tuple[str, ...] = (SPECS, f"{MARK}/{SPECS}")
    history: tuple[str, ...] = ("history", f"{MARK}/history")

    def canonical(self, below_root: str) -> str:
        """A path as it would be in the usual folders; empty for one in a usual folder that is not in use."""
        for name, folders in (("specs", self.specs), ("history", self.history)):
            for folder in folders:
                if below_root.startswith(f"{folder}/"):
                    return name + below_root.removeprefix(folder)
        return "" if below_root.startswith((f"{SPECS}/", "history/")) else below_root

    def placed(self, canonical: str) -> str:
        """The path of a new record, given as it would be in the usual folders."""
        first, _, rest = canonical.partition("/")
        folder = {"specs": self.specs, "history": self.history}.get(first)
        return f"{folder[0]}/{rest}" if folder else canonical


USUAL = Layout()
"""The layout of a root whose policy names none."""


def other_tool(path: str) -> str:
    """The tool that reads the folder which a path is in; empty for one that is nobody else's."""
    folders = path.split("/")[:-1]
    return next((tool for folder, tool in OTHER_TOOLS.items() if folder in folders), "")


def is_root(tree: Tree, folder: str) -> bool:
    """Whether a folder ("" is the top) holds a folder `.specify/`."""
    return _roots_from(tree, folder)[:1] == (folder,)


def roots_of(tree: Tree, path: str) -> tuple[str, ...]:
    """The roots above a path, the nearest first. Only the folders above it are read."""
    return _roots_from(tree, path.rpartition("/")[0]) if path else ()


def _roots_from(tree: Tree, folder: str) -> tuple[str, ...]:
    """The roots at and above a folder, the nearest first: every path and rule asks about the same few folders."""
    known = tree.roots.get(folder)
    if known is not None:
        return known
    unknown = [folder, *takewhile(lambda above: above not in tree.roots, paths.folders_above(folder))]
    roots = tree.roots.get(unknown[-1].rpartition("/")[0], ()) if unknown[-1] else ()
    for below in reversed(unknown):
        held = tree.folder(below)
        if MARK in held and held[MARK].mode == FOLDER:
            roots = (below, *roots)
        tree.roots[below] = roots
    return roots


def has_root(tree: Tree) -> bool:
    """Whether the tree holds a root. The whole tree is read only where the top is none."""
    return is_root(tree, "") or bool(find_roots(tree))


def find_roots(tree: Tree) -> tuple[str, ...]:
    """Every root of the tree, in git's order."""
    if tree.all_roots is None:
        listed = tree.repository.git("ls-tree", "-r", "-d", "-z", "--full-tree", tree.oid).split("\0")
        folders = (line.partition("\t")[2] for line in listed if line.startswith("040000 "))
        tree.all_roots = tuple(path.rpartition("/")[0] for path in folders if path.rpartition("/")[2] == MARK)
    return tree.all_roots


# -- features ----------------------------------------------------------------------------------------------
#
# A feature is a folder at any depth below `specs/` that holds a spec.md, a plan.md or a tasks.md. Its name is its path
# below `specs/`: phase-02/001-auth.


def feature_folder(root: str, name: str | None) -> str:
    """The folder of a feature in the usual layout, from the top: what links call the feature."""
    return paths.join(root, f"{SPECS}/{name}")


def root_of_feature(folder: str) -> str:
    """The root of a feature's folder, or of a file in it."""
    return folder.rpartition(f"{SPECS}/")[0].rstrip("/")


def feature_of(path: str) -> str:
    """The name of the feature whose folder a file is in, empty where it is in none."""
    _, found, below = f"/{path}".rpartition(f"/{SPECS}/")
    folders = below.split("/")[:-1] if found else []
    return "/".join(takewhile(lambda folder: not _NO_FEATURE.fullmatch(folder), folders))


def feature_in(path: str) -> str:
    """The name of the feature that a path names, of a file of its folder or of a PHR or contract of it; else empty."""
    folders = (f"/{path}".partition(f"/{folder}/")[2].rpartition("/")[0] for folder in (SPECS, PROMPTS, CONTRACTS))
    return feature_of(path) or next(filter(None, folders), "")


def marks_a_feature(path: str) -> bool:
    """Whether a file makes the folder that it is in a feature, where records of features are."""
    return path.rpartition("/")[2] in MARKS_OF_A_FEATURE


def is_feature(tree: Tree, folder: str) -> bool:
    """Whether a folder holds a specification, a plan or a task list."""
    held = tree.folder(folder)
    return any(name in held and held[name].is_file for name in MARKS_OF_A_FEATURE)


def features_at(tree: Tree, root: str, layout: Layout = USUAL) -> Mapping[str, str]:
    """Name -> folder (from the top) of a root's features, in the order of names."""
    key = (root, layout.specs)
    known = tree.features.get(key)
    if known is None:
        folders: dict[str, str] = {}
        for below in layout.specs:
            specs = paths.join(root, below)
            for folder in _find_features(tree, specs):
                folders.setdefault(folder.removeprefix(f"{specs}/"), folder)
        known = tree.features[key] = dict(sorted(folders.items()))
    return known


def _find_features(tree: Tree, specs: str) -> Iterator[str]:
    """One question to git for each level of folders, not for each folder."""
    level = _folders_in(tree, specs)
    while level:
        tree.load(f"{folder}/" for folder in level)
        yield from (folder for folder in level if is_feature(tree, folder))
        level = [below for folder in level for below in _folders_in(tree, folder)]


def _folders_in(tree: Tree, folder: str) -> list[str]:
    held = tree.folder(folder).items()
    return [f"{folder}/{name}" for name, entry in held if entry.mode == FOLDER and not _NO_FEATURE.fullmatch(name)]


def features_named(known: Iterable[str], wanted: str) -> list[str]:
    """The names of features that `wanted` may mean: its name, or a path that ends in it; else the end of a name from
    some folder on; else, in its group where it names one, how the last folder begins, its number (1), or its slug.
    """
    names, wanted = list(dict.fromkeys(known)), wanted.strip("/")
    written = [name for name in names if f"/{wanted}".endswith(f"/{name}")]
    group, _, last = wanted.rpartition("/")
    beside = [name for name in names if group and f"/{name}".rpartition("/")[0].endswith(f"/{group}")] or names
    number = _number(last) if last.isdecimal() else None
    readings = (
        [max(written, key=len)] if written else [],
        [name for name in names if f"/{name}".endswith(f"/{wanted}")],
        [name for name in beside if _last_folder(name).startswith(f"{last}-")],
        [name for name in beside if number is not None and _number(_last_folder(name)) == number],
        [name for name in beside if _number(_last_folder(name)) is not None and _slug(name) == last],
    )
    return next(filter(None, readings), [])


def feature_of_branch(known: Iterable[str], branch: str) -> str | None:
    """The feature that a branch is named like: as it is, or with its number or ticket behind a prefix, as in
    feature/001-vat and ada/PROJ-7-vat; None for none.
    """
    names = list(known)
    if branch in names:
        return branch
    prefixed = [name for name in names if branch.endswith(f"/{name}") and any(map(str.isdecimal, _last_folder(name)))]
    return max(prefixed, key=len, default=None)


def is_branch_of(feature: str, branch: str) -> bool:
    """Whether a branch is named like a feature, or like what stands behind its number, as feature/vat is."""
    return bool(feature_of_branch((feature,), branch)) or _slug(feature) == _last_folder(branch)


def _last_folder(name: str) -> str:
    return name.rpartition("/")[2]


def _slug(name: str) -> str:
    return _last_folder(name).partition("-")[2]


def _number(name: str) -> int | None:
    written = name.partition("-")[0]
    return int(written) if written.isdecimal() and len(written) <= _LONGEST_NUMBER else None
