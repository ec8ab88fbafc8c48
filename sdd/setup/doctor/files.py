"""The files of HEAD's commit: what git's attributes make of records, and names that not every file system can hold."""

import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath

from sdd.base.paths import twin_key
from sdd.gate.cover.patterns import Patterns
from sdd.render.words import counted
from sdd.setup.doctor.checked import Rows, fault, ok, warning
from sdd.setup.doctor.hooks import OURS
from sdd.setup.doctor.place import Place

_ATTRIBUTES = ("filter", "working-tree-encoding")
_UNSET = ("unspecified", "unset", "")


def attributes(place: Place) -> Rows:
    """Whether a filter stands between the records and what git stores of them."""
    if not place.repository.work_tree or not place.head:
        return  # git reads the attributes of a work tree
    found = tuple(_set(place))
    filtered = {path: value for path, attribute, value in found if attribute == "filter"}
    encoded = {path: value for path, attribute, value in found if attribute != "filter"}
    if filtered:
        path, name = next(iter(filtered.items()))
        told = f"git stores {counted(len(filtered), 'record')} through the filter {name}, so sdd reads what that made"
        yield fault(f"{told} of them: {path}", _without_lfs(place, filtered) if name == "lfs" else "")
    if encoded:
        path, name = next(iter(encoded.items()))
        yield warning(f"{counted(len(encoded), 'record')} lie in the work tree as {name}, and sdd writes UTF-8: {path}")
    if _lfs_is_left_out(place):
        told = "git-lfs keeps files of this repository, and no pre-push hook here uploads them"
        yield warning(told, "sdd hook uninstall && git lfs install --local && sdd hook install")
    elif not filtered and not encoded:
        yield ok(f"git stores {counted(len(place.records), 'record')} as they are")


def _set(place: Place) -> Iterator[tuple[str, str, str]]:
    """(path, attribute, value) of the records that have one of the attributes."""
    asked = "".join(f"{path}\0" for path in place.records).encode(errors="surrogateescape")
    answered = place.repository.git("check-attr", "-z", "--stdin", *_ATTRIBUTES, data=asked).split("\0")[:-1]
    for path, attribute, value in zip(answered[::3], answered[1::3], answered[2::3], strict=True):
        if value not in _UNSET:
            yield path, attribute, value


def _lfs_patterns(place: Place) -> list[str]:
    """What git-lfs keeps, as the `.gitattributes` of HEAD say it."""
    listed = place.repository.run("grep", "-h", "filter=lfs", "HEAD", "--", ":(top,glob)**/.gitattributes")
    lines = listed.stdout.decode("utf-8", "replace").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _without_lfs(place: Place, records: dict[str, str]) -> str:
    """The command that takes records out of git-lfs, empty where no pattern at the top puts them there."""
    found = [pattern for pattern in _lfs_patterns(place) if any(Patterns([pattern]).match(path) for path in records)]
    said = shlex.join(found)
    return f"git lfs untrack {said} && git add --renormalize -- {said}" if found else ""


def _lfs_is_left_out(place: Place) -> bool:
    """Whether git-lfs keeps files here while sdd's hook stands where its own would have to."""
    hook = place.hook
    if not hook or hook.state not in OURS or not _lfs_patterns(place):
        return False
    texts = [path.read_bytes() for path in (hook.path, hook.former) if path and path.is_file()]
    return not any(b"lfs pre-push" in text for text in texts)


def names(place: Place) -> Rows:
    """Whether two paths differ only in what some file systems fold: case, and forms of Unicode."""
    if not place.head:
        return
    first: dict[str, str] = {}
    twins = []
    for path in place.files:
        other = first.setdefault(twin_key(path), path)
        if other != path:
            twins.append((other, path))
    for one, other in twins[:3]:
        told = f"{one} and {other} are one file where the file system folds case"
        yield warning(told, _renamed(other, first) if place.repository.work_tree else "")
    if not twins:
        yield ok(f"no two of {counted(len(place.files), 'file')} differ in case only")


def _renamed(path: str, taken: dict[str, str]) -> str:
    """The command that gives a file a name of its own."""
    name = PurePosixPath(path)
    free = (str(name.with_name(f"{name.stem}-{number}{name.suffix}")) for number in range(2, 1000))
    return shlex.join(("git", "mv", "--", path, next(one for one in free if twin_key(one) not in taken)))
