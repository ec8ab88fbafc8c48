"""The files of HEAD's commit: what git's attributes make of records, and names that not every file system can hold."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from sdd.base.listing import counted
from sdd.base.paths import shell_line, twin_key
from sdd.gate.cover.patterns import Patterns
from sdd.setup.doctor.context import Diagnoses, DoctorContext, fault, ok, warning

_ATTRIBUTES = ("filter", "working-tree-encoding")
_UNSET = ("unspecified", "unset", "")


def attributes(context: DoctorContext) -> Diagnoses:
    """Whether git stores the records as they are."""
    if not context.repository.work_tree or not context.head:
        return  # git reads the attributes of a work tree
    lfs = _lfs_patterns(context)
    marked = [*_attributes_of_records(context)]
    filtered, encoded = ({path: value for path, name, value in marked if name == kind} for kind in _ATTRIBUTES)
    for path, value in [*filtered.items()][:1]:
        records = counted(len(filtered), "record")
        message = f"git stores {records} through the filter {value}, and sdd reads what that made of them: {path}"
        yield fault(message, _untrack(lfs, filtered) if value == "lfs" else "")
    for path, value in [*encoded.items()][:1]:
        yield warning(
            f"{counted(len(encoded), 'record')} are in the work tree as {value}, and sdd writes UTF-8: {path}"
        )
    if lfs and _lacks_lfs_hook(context):
        message = "git-lfs keeps files of this repository, and no pre-push hook here uploads them"
        yield warning(message, "sdd hook uninstall && git lfs install --local && sdd hook install")
    elif not marked:
        yield ok(f"git stores {counted(len(context.records), 'record')} as they are")


def _attributes_of_records(context: DoctorContext) -> Iterator[tuple[str, str, str]]:
    """(path, attribute, value) of the records that have one of the attributes."""
    paths = "".join(f"{path}\0" for path in context.records).encode(errors="surrogateescape")
    words = context.repository.git("check-attr", "-z", "--stdin", *_ATTRIBUTES, data=paths).split("\0")[:-1]
    triples = zip(words[::3], words[1::3], words[2::3], strict=True)
    return (triple for triple in triples if triple[2] not in _UNSET)


def _lfs_patterns(context: DoctorContext) -> list[str]:
    """What git-lfs keeps, as the `.gitattributes` of HEAD say it."""
    listed = context.repository.run("grep", "-h", "filter=lfs", "HEAD", "--", ":(top,glob)**/.gitattributes")
    lines = listed.stdout.decode("utf-8", "replace").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _untrack(patterns: list[str], records: dict[str, str]) -> str:
    """The command that takes records out of git-lfs, empty where no pattern at the top puts them there."""
    matching = [pattern for pattern in patterns if any(Patterns([pattern]).match(path) for path in records)]
    words = shell_line(matching)
    return f"git lfs untrack {words} && git add --renormalize -- {words}" if matching else ""


def _lacks_lfs_hook(context: DoctorContext) -> bool:
    """Whether sdd's hook is where git-lfs's own would have to be, and runs none of it."""
    hook = context.hook
    if not hook or not hook.is_own:
        return False
    return not any(b"lfs pre-push" in path.read_bytes() for path in (hook.path, hook.former) if path and path.is_file())


def names(context: DoctorContext) -> Diagnoses:
    """Whether two paths differ only in what some file systems fold: case, and forms of Unicode."""
    if not context.head:
        return
    first: dict[str, str] = {}
    twins = [(twin, path) for path in context.files if (twin := first.setdefault(twin_key(path), path)) != path]
    for twin, path in twins[:3]:
        message = f"{twin} and {path} are one file where the file system folds case"
        yield warning(message, _rename(path, first) if context.repository.work_tree else "")
    if not twins:
        yield ok(f"no two of {counted(len(context.files), 'file')} differ in case only")


def _rename(path: str, taken: dict[str, str]) -> str:
    """The command that gives a file a name of its own."""
    file = PurePosixPath(path)
    names = (str(file.with_name(f"{file.stem}-{number}{file.suffix}")) for number in range(2, 1000))
    new = next(name for name in names if twin_key(name) not in taken)
    return shell_line(("git", "mv", "--", path, new))
