"""Which file or folder a path means that is not where a record says: found the way a person would find it.

Only asked where nothing is at the stated path, because it reads the whole tree.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from sdd.base import paths
from sdd.base.regex import regex
from sdd.repo.objects import Repository, Tree

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_LONGEST = 1_000
_SUFFIX = regex(r"(?:::.*|:\d[\d,:-]*|#.*)\Z")
_ABSOLUTE = regex(r"^(?:file://)?(?:~/|/|[A-Za-z]:/)")
_BRACES = regex(r"\{([^{}]*)\}")
_WILDCARDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_MOST_PATTERNS = 64


def elsewhere(tree: Tree, text: str, record: str, tops: Sequence[str], folders: Sequence[str]) -> tuple[str, ...]:
    """The files and folders of a tree that a path in a record may mean: one where it can mean nothing else.

    It may be seen from the roots above the record and the top, `tops`, and from some `folders`, the likeliest first.
    """
    path = plain(text)
    if _is_pattern(path):
        return tuple(_matching(tree, path))
    for seen in seen_from(path, (*tops, *folders)):
        if exact := _at(tree, seen):
            return (exact,)
    relative = _without_way_up(path)
    if relative != path:
        return _from_another_folder(tree, relative, record, tops)
    return _nearest(_ending_in(tree, relative), record) or tuple(_below_own_name(tree, relative, tops))


def plain(text: str) -> str:
    """A path without what people and agents put around one: an `@` before it, a line number behind it, backslashes."""
    path = text if "/" in text else text.replace("\\", "/")
    # Nobody writes a line number behind so long a path.
    return (_SUFFIX.sub("", path.strip()) if len(path) <= _LONGEST else path).removeprefix("@") or path


def seen_from(path: str, folders: Sequence[str]) -> Iterator[str]:
    """A path as it is seen from each of some folders, from the top; none that leaves the repository."""
    for folder in ("",) if path.startswith("/") else folders:
        whole = posixpath.normpath(paths.join(folder, path))
        if whole != "." and not whole.startswith(".."):
            yield whole


def is_ignored(tree: Tree, path: str) -> bool:
    """Whether a `.gitignore` of a tree keeps a path out of it."""
    for folder in paths.folders_above(path.rstrip("/")):
        entry = tree.file(paths.join(folder, ".gitignore"))
        if entry:
            spec, below = _ignoring(tree.repository, entry.oid), paths.relative(folder, path)
            verdicts = [spec.check_file(name).include for name in (below, f"{below}/")]
            if any(verdict is not None for verdict in verdicts):
                return any(verdicts)
            if _ends_pattern(tree.repository.blob(entry.oid), below):
                return True
    return False


def _ends_pattern(ignore: bytes, path: str) -> bool:
    """Whether a pattern of a `.gitignore` ends in a path or in one of the folders above it: `packages/*/build/` keeps
    out what a record may call `build/`.
    """
    ends = tuple(f"/{place.strip('/')}" for place in (path, *paths.folders_above(path)) if place.strip("/"))
    lines = (line.strip().rstrip("/") for line in ignore.decode(errors="replace").splitlines())
    return any(line.endswith(ends) for line in lines if not line.startswith(("#", "!")))


@lru_cache(maxsize=64)
def _ignoring(repository: Repository, oid: str) -> "GitIgnoreSpec":
    """What a `.gitignore` says. Many missing paths are held against the same few."""
    from pathspec import GitIgnoreSpec  # slow to import

    return GitIgnoreSpec.from_lines(repository.blob(oid).decode(errors="replace").splitlines())


def tails(tree: Tree, text: str) -> Iterator[str]:
    """The ends of a path of another machine, or from far below, that may have been here once: none that is a name
    alone, unless this repository's own name stands before it.
    """
    path = plain(text)
    relative = _without_way_up(path)
    if relative == path or len(path) > _LONGEST:
        return
    parts = relative.strip("/").split("/")
    for start, above in enumerate(("", *parts[:-1])):
        if start < len(parts) - 1 or above in tree.repository.names:
            yield "/".join(parts[start:])


# -- tails -------------------------------------------------------------------------------------------------


def _ending_in(tree: Tree, tail: str) -> list[str]:
    """The files and folders whose path is `tail`, or ends in it."""
    tail = paths.composed(tail.strip("/"))
    named = tree.by_name.get(tail.rpartition("/")[2], ())
    return [path for path in named if f"/{paths.composed(path)}".endswith(f"/{tail}")]


def _at(tree: Tree, path: str) -> str | None:
    """The file or folder at a path, in any form of Unicode."""
    return next((found for found in _ending_in(tree, path) if paths.composed(found) == paths.composed(path)), None)


def _without_way_up(path: str) -> str:
    """A path without the `/`, `C:/` or `../../` that it begins with."""
    path = _ABSOLUTE.sub("", path, count=1)
    while path.startswith(("../", "./")):
        path = path.partition("/")[2]
    return path


def _nearest(found: Sequence[str], record: str) -> tuple[str, ...]:
    """Those of some paths that share the longest way with a record."""
    shared = [len(posixpath.commonpath((f"/{path}", f"/{record}"))) for path in found]
    return tuple(path for path, length in zip(found, shared, strict=True) if length == max(shared))


def _below_own_name(tree: Tree, path: str, tops: Sequence[str]) -> Iterator[str]:
    """The path without the name of the repository that it begins with."""
    own, _, below = path.partition("/")
    if below and own in tree.repository.names:
        for seen in seen_from(below, tops):
            if exact := _at(tree, seen):
                yield exact
                return


def _from_another_folder(tree: Tree, path: str, record: str, tops: Sequence[str]) -> tuple[str, ...]:
    """The longest end of a path that is here, written on another machine or far below. A name alone counts only at the
    top or in a root.
    """
    parts = path.strip("/").split("/")
    if len(parts) > 1 and parts[0] in tree.folder(""):
        return _nearest(_ending_in(tree, path), record)
    tails = ["/".join(parts[start:]) for start in range(len(parts))]
    for tail in tails:
        for seen in seen_from(tail, tops):
            if exact := _at(tree, seen):
                return (exact,)
    return next(filter(None, (_nearest(_ending_in(tree, tail), record) for tail in tails if "/" in tail)), ())


# -- patterns ----------------------------------------------------------------------------------------------


def _is_pattern(path: str) -> bool:
    return "*" in path or "?" in path or _BRACES.search(path) is not None


def folder_of_pattern(path: str) -> str:
    """The folder that a pattern begins with, before its first wildcard."""
    return re.split(r"[*?{]", path, maxsplit=1)[0].rpartition("/")[0] if _is_pattern(path) else ""


def _matching(tree: Tree, pattern: str) -> Iterator[str]:
    """The files and folders that a pattern matches, from whichever folder."""
    patterns = map(_compiled, _without_braces(pattern.strip("/")))
    expression = re.compile(rf"(?:.*/)?(?:{'|'.join(patterns)})")
    for named in tree.by_name.values():
        yield from filter(expression.fullmatch, named)


def _without_braces(pattern: str) -> list[str]:
    """`{a,b}.ts` as a.ts and b.ts."""
    parts = _BRACES.split(pattern)
    choices = [part.split(",") if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(chosen) for chosen, _ in zip(product(*choices), range(_MOST_PATTERNS), strict=False)]


def _compiled(pattern: str) -> str:
    return "".join(_WILDCARDS.get(part) or re.escape(part) for part in re.split(r"(\*\*/|\*\*|\*|\?)", pattern))
