"""Roots: the folders that hold a `.specify/`, as a tree has them."""

from collections.abc import Iterator

from sdd.base import paths
from sdd.repo.objects import FOLDER, Tree

MARK = ".specify"


def is_root(tree: Tree, folder: str) -> bool:
    """Whether a folder ("" is the top) holds a folder `.specify/`."""
    known = tree.roots.get(folder)
    if known is None:
        # The same few folders are asked about for every path of a change, and by every rule.
        held = tree.folder(folder)
        known = tree.roots[folder] = MARK in held and held[MARK].mode == FOLDER
    return known


def roots_of(tree: Tree, path: str) -> tuple[str, ...]:
    """The roots that stand above a path, the nearest first. Only the folders above it are read."""
    return tuple(folder for folder in paths.folders_above(path) if is_root(tree, folder))


def has_root(tree: Tree) -> bool:
    """Whether there is a root anywhere in the tree. The whole tree is asked only where the top is none."""
    return is_root(tree, "") or any(True for _ in find_roots(tree))


def find_roots(tree: Tree) -> Iterator[str]:
    """Every root of the tree, in git's order."""
    listed = tree.repository.git("ls-tree", "-r", "-d", "-z", "--full-tree", tree.oid)
    for line in listed.split("\0"):
        header, _, path = line.partition("\t")
        if header.startswith("040000 ") and path.rpartition("/")[2] == MARK:
            yield path.rpartition("/")[0]
