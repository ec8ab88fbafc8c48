"""From what a change lacks to the commands that mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sdd.artifacts import locate
from sdd.artifacts.artifact import ArtifactKind, ChangeKind
from sdd.artifacts.phr import Phr
from sdd.check import JudgedChange
from sdd.cover import CoveredFile, Need, is_trivial, named_path
from sdd.repo.objects import Repository

CONTRACT_OPTIONS = ("--success", "ONE SENTENCE", "--constraint", "MUST", "--non-goal", "NOT", "--check", "COMMAND")
FIX_OPTIONS = ("--kind", "fix", "--success", "ONE SENTENCE", "--check", "COMMAND")


@dataclass(frozen=True)
class Next:
    """One way to mend: a command, and the one that follows it. Words in capitals are for the reader to fill in.

    `label` says what sort of work the way is for (empty where there is but one); `covers` are the files it mends.
    """

    argv: tuple[str, ...]
    then: tuple[str, ...] = ()
    label: str = ""
    covers: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The words to fill in."""
        return tuple(dict.fromkeys(word for word in (*self.argv, *self.then) if word.isupper() and len(word) > 2))


@dataclass(frozen=True)
class Mend:
    """Files that the same commands mend, and these commands: any one of `ways` will do."""

    files: tuple[CoveredFile, ...]
    ways: tuple[Next, ...]


def mends(change: JudgedChange, uncommitted: Iterable[tuple[str, frozenset[str]]] = ()) -> tuple[Mend, ...]:
    """How the files that lack records are mended, files of one mend together.

    `uncommitted` are records that lie in the work tree with the files they would cover: where one is there, the
    only thing to do is to commit it.
    """
    groups: dict[tuple[object, ...], list[CoveredFile]] = {}
    lying = tuple(uncommitted)
    for file in change.files:
        if file.lacks:
            waiting = tuple(record for record, covered in lying if file.path in covered)
            groups.setdefault(waiting or (file.lacks, file.feature, file.kinds), []).append(file)
    found = []
    for key, files in groups.items():
        covers = tuple(file.path for file in files)
        waiting = tuple(part for part in key if isinstance(part, str)) if files[0].lacks is not key[0] else ()
        ways = (_commit(waiting, covers),) if waiting else tuple(_ways(files[0], covers))
        found.append(Mend(tuple(files), ways))
    return tuple(found)


def _commit(records: tuple[str, ...], covers: tuple[str, ...]) -> Next:
    return Next(("git", "add", "--", *records), ("git", "commit", "-m", "TITLE", "--", *records), "", covers)


def _ways(file: CoveredFile, covers: tuple[str, ...]) -> Iterable[Next]:
    """The ways to mend what one file lacks."""
    feature = file.feature or "FEATURE"
    record = ("sdd", "phr", "new", "TITLE", "--commit")
    if Need.PHR in file.lacks and Need.CONTRACT in file.lacks:
        yield Next(("sdd", "phr", "new", "TITLE", *FIX_OPTIONS, "--commit"), (), "fix", covers)
        contract = ("sdd", "contract", "new", "TITLE", "--feature", feature, *CONTRACT_OPTIONS, "--commit")
        yield Next(contract, record, "feature", covers)
    elif Need.CONTRACT in file.lacks:
        kind = file.kinds[0]
        options = (*(("--feature", feature) if kind == ChangeKind.FEATURE else ()), "--kind", kind, *CONTRACT_OPTIONS)
        yield Next(("sdd", "contract", "new", "TITLE", *options, "--commit"), (), "", covers)
    elif Need.PHR in file.lacks:
        yield Next((*record[:-1], *(("--feature", feature) if file.feature else ()), "--commit"), (), "", covers)
    elif any(fault.rule == "change-no-spec" and not file.spec for fault in file.spec_faults):
        yield Next(("sdd", "feature", "new", "TITLE", *(("--slug", feature) if file.feature else ())), (), "", covers)


def records_in_work_tree(repository: Repository) -> tuple[tuple[str, frozenset[str]], ...]:
    """PHRs and contracts that lie in the work tree uncommitted, each with the paths that it names."""
    listed = repository.git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    found = []
    for line in listed.split("\0"):
        path = line[3:]
        located = locate(path) if path else None
        file = (repository.work_tree or Path()) / path
        if located and located[1].kind == ArtifactKind.PHR and file.is_file() and not file.is_symlink():
            phr = located[1].parse(path, file.read_bytes(), located[0])
            if isinstance(phr, Phr) and not is_trivial(phr):
                named = (named_path(phr, entry.path) for entry in phr.files)
                found.append((path, frozenset(name for name in named if name)))
    return tuple(found)
