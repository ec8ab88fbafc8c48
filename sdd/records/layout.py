"""Where records are: roots, the folders of each kind below a root, and what a feature's name means."""

from collections.abc import Iterable

from sdd.base import paths
from sdd.repo.objects import FOLDER, Tree

MARK = ".specify"
SPECS, PROMPTS, CONTRACTS = "specs", "history/prompts", "history/contracts"
ADRS, WAIVERS = "history/adr", "history/waivers"

# A longer number is a date or a time.
_LONGEST_NUMBER = 6


def is_root(tree: Tree, folder: str) -> bool:
    """Whether a folder ("" is the top) holds a folder `.specify/`."""
    known = tree.roots.get(folder)
    if known is None:
        # Every path of a change and every rule asks about the same few folders.
        held = tree.folder(folder)
        known = tree.roots[folder] = MARK in held and held[MARK].mode == FOLDER
    return known


def roots_of(tree: Tree, path: str) -> tuple[str, ...]:
    """The roots above a path, the nearest first. Only the folders above it are read."""
    return tuple(folder for folder in paths.folders_above(path) if is_root(tree, folder))


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


def feature_folder(root: str, name: str | None) -> str:
    """The folder of a feature, from the top."""
    return paths.join(root, f"{SPECS}/{name}")


def spec_path(root: str, name: str | None) -> str:
    """The specification of a feature, from the top."""
    return f"{feature_folder(root, name)}/spec.md"


def root_of_feature(folder: str) -> str:
    """The root of a feature's folder, or of a file in it."""
    return folder.rpartition(f"{SPECS}/")[0].rstrip("/")


def features_at(tree: Tree, root: str) -> tuple[str, ...]:
    """The names of a root's features: the folders below its `specs/`."""
    return tuple(name for name, entry in tree.folder(paths.join(root, SPECS)).items() if entry.mode == FOLDER)


def features_named(known: Iterable[str], wanted: str) -> list[str]:
    """The features that `wanted` may mean: a name or a path to one, else its start, else its number, else its end."""
    names = list(dict.fromkeys(known))
    wanted = wanted.rstrip("/").rpartition("/")[2]
    number = _number(wanted) if wanted.isdecimal() else None
    readings = (
        [name for name in names if name == wanted],
        [name for name in names if name.startswith(f"{wanted}-")],
        [name for name in names if number is not None and _number(name) == number],
        [name for name in names if _number(name) is not None and name.partition("-")[2] == wanted],
    )
    return next(filter(None, readings), [])


def _number(name: str) -> int | None:
    written = name.partition("-")[0]
    return int(written) if written.isdecimal() and len(written) <= _LONGEST_NUMBER else None
