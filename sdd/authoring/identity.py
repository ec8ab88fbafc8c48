"""New records and features: the slug of a title, the next free id of a folder, and what gets both."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager
from datetime import datetime

from sdd.authoring.redaction import redactor
from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.base.numbers import whole_number
from sdd.records.layout import MARK
from sdd.records.project import Project
from sdd.repo.journal import Journal
from sdd.repo.locks import locked
from sdd.repo.objects import Repository, Tree
from sdd.repo.refs import HEADS, REMOTES, head_branch
from sdd.repo.worktree import work_trees, write_new

SLUG_LENGTH = 50

# `PHR-0007-`, `0007-`, `7_`; a date such as 2026-03-01 or 20260301 is no number to count on from.
_NUMBERED = re.compile(r"(?:[A-Za-z]{1,8}-)?(?!\d{4}-\d\d-\d\d)(\d{1,6})(?![\d])")
# What a feature's name begins with: in `ABC-123-slug` that is a ticket. A branch may be about any other number.
_NUMBERED_FEATURE = re.compile(r"(?!\d{4}-\d\d-\d\d)(\d{1,6})(?![\d])")
_FEATURE_BRANCH = re.compile(r"\d{3}-.+")
_OWN_BRANCH = re.compile(r"(?:\d{8}-\d{6}|\d{3}|[A-Z][A-Z0-9]*-\d+)-.+")
_TICKET = re.compile(r"[A-Za-z][A-Za-z0-9]*-\d+")
_LEAD = re.compile(r"(?:\d{8}-\d{6}|\d{3,}|[A-Z][A-Z0-9]*-\d+)-(?=.)")


def slug(title: str) -> str:
    """`title` as a name for a file or branch: words in lower case joined by "-", letters of every script kept.

    At most SLUG_LENGTH characters, cut between words where that is possible. Raises UsageError where the title
    holds no letter and no digit.
    """
    words = "".join(_slug_part(character) for character in unicodedata.normalize("NFC", title).lower()).split()
    name = ""
    for word in (unicodedata.normalize("NFC", word) for word in words):
        longer = f"{name}-{word}" if name else word
        if len(longer) > SLUG_LENGTH:
            break
        name = longer
    if not words:
        raise UsageError(
            f"no name can be made of the title {title!r}", "give a title with at least one letter or digit"
        )
    return name or words[0][:SLUG_LENGTH]


def _slug_part(character: str) -> str:
    """The character itself where it is part of a word, nothing where it is invisible, else a gap."""
    category = unicodedata.category(character)
    if category[0] in "LNM":
        return character
    # Joiners, bidirectional marks and apostrophes are inside of words; a gap there would tear them apart.
    return "" if category in ("Cf", "Cs") or character in "'’`" else " "


@contextmanager
def numbering(repository: Repository) -> Iterator[None]:
    """Keeps other processes, those in other work trees too, from taking a number until the record that has it exists.

    Raises SddError where nobody can be kept from it.
    """
    with locked(repository.common_dir / "sdd" / "numbers.lock"):
        repository.forget_refs()  # others had it, and may have committed
        yield


def next_id(
    repository: Repository,
    root: str,
    folder: str,
    digits: int = 4,
    *,
    of_features: bool = False,
    taken: Iterable[str] = (),
    elsewhere: Callable[[], Set[str]] = frozenset,
) -> str:
    """The next free id in `folder` (as seen from `root`), filled up with zeros: one more than the highest there.

    All work trees and branches count, for folders `of_features` the names of branches too, but for those that are
    features `elsewhere`, and the ids that are `taken`. It is free as long as `numbering` is held.
    """
    place = paths.join(root, folder)
    numbered = _NUMBERED_FEATURE if of_features else _NUMBERED
    refs = repository.refs.tips
    branches = {*_feature_branches(refs)} if of_features else set()
    names = [*_names(repository, place, refs.values()), *(branches - elsewhere() if branches else ())]
    numbers = (whole_number(match[1]) or 0 for name in (*names, *taken) if (match := numbered.match(name)))
    return str(max(numbers, default=0) + 1).zfill(digits)


def write_record(
    repository: Repository,
    root: str,
    folder: str,
    name: str,
    text: Callable[[str, str], str],
    journal: Journal,
) -> tuple[str, str]:
    """Writes `<id>-<name>` into `folder` (as seen from `root`) of the work tree: (id, path from the top).

    `text` makes its content of both. What an earlier run of the command wrote, by its journal, is kept. Raises
    UsageError where a file of this name says the same under its own number, but for a PHR: later work may be asked for
    in the same words. Raises SddError where the file cannot be written.
    """
    assert repository.work_tree, "only a work tree is written to"
    with numbering(repository):
        if (path := journal.record) and path.endswith(f"-{name}"):
            number = path.rpartition("/")[2].partition("-")[0]
            text(number, path)
            return number, path
        number = next_id(repository, root, folder)
        path = paths.join(root, f"{folder}/{number}-{name}")
        # What git tells, such as the subjects of commits, was redacted by nobody yet.
        take_out = redactor(repository, root)
        for other in () if name.endswith(".prompt.md") else (repository.work_tree / root / folder).glob(f"*-{name}"):
            its_path = other.relative_to(repository.work_tree).as_posix()
            said = take_out(text(other.name.partition("-")[0], its_path))
            if other.is_file() and said.encode("utf-8", "surrogateescape") == other.read_bytes():
                raise UsageError(f"{its_path} says the same already", "nothing was written: say what is new")
        content = take_out(text(number, path))
        journal.note(path)
        write_new(repository.work_tree / path, content)
    return number, path


def feature_name(
    repository: Repository, project: Project, short: str, *, ticket: str = "", timestamp: bool = False
) -> str:
    """The name of a new feature's folder and branch: `NNN-slug`, `ABC-123-slug` or `YYYYMMDD-HHMMSS-slug`.

    A slug that begins with a number of three or more digits is the whole name already. The number is free as long as
    `numbering` is held. Raises SddError where a feature of the same slug is there, and UsageError for a ticket that is
    none.
    """
    if ticket and timestamp:
        raise UsageError("--ticket and --timestamp exclude each other", "see: sdd feature new --help")
    if ticket and not _TICKET.fullmatch(ticket):
        raise UsageError(f"{ticket} is no ticket", "write it as letters, a dash and a number: ABC-123")
    specs = project.layout.specs[0]
    _is_new(repository, project.path(specs), short)
    if ticket:
        return f"{ticket.upper()}-{short}"
    if timestamp:
        return f"{datetime.now():%Y%m%d-%H%M%S}-{short}"
    if _LEAD.match(short):
        return short
    number = next_id(
        repository, project.root, specs, digits=3, of_features=True, elsewhere=lambda: _elsewhere(repository, project)
    )
    return f"{number}-{short}"


def _elsewhere(repository: Repository, project: Project) -> frozenset[str]:
    """The names of the features in all other roots, in every work tree and at every branch."""
    marked = {f"/{path}".partition(f"/{MARK}/")[0] for path, _ in project.tree.walk() if f"/{MARK}/" in f"/{path}"}
    others = [project.at(root.removeprefix("/")) for root in marked]
    places = [other.path(specs) for other in others if other.root != project.root for specs in other.layout.specs]
    tips = repository.refs.tips.values()
    return frozenset(name for place in places for name in _names(repository, place, tips))


def feature_of_own_branch(repository: Repository, project: Project) -> str | None:
    """The name of a new feature for a branch that is checked out and named like one, behind a prefix too: 001-vat,
    feature/001-vat, ada/PROJ-7-vat. None for any other branch, and where the feature is there already.

    Raises SddError where a feature of the same slug is there.
    """
    name = (head_branch(repository) or "").rpartition("/")[2]
    if not _OWN_BRANCH.fullmatch(name) or name in project.features:
        return None
    _is_new(repository, project.path(project.layout.specs[0]), _LEAD.sub("", name, count=1))
    return name


def _is_new(repository: Repository, specs: str, short: str) -> None:
    assert repository.work_tree
    folder = repository.work_tree / specs
    # git knows no empty folder; a killed process may have left one.
    there = (
        (child for child in folder.iterdir() if not child.is_dir() or any(child.iterdir())) if folder.is_dir() else ()
    )
    names = sorted(child.name for child in there)
    same = next((name for name in names if name == short or _LEAD.sub("", name, count=1) == short), None)
    if same:
        raise SddError(
            f"there is a feature of that name: {specs}/{same}",
            "go on with it, or give --slug",
        )


def _feature_branches(refs: Iterable[str]) -> Iterator[str]:
    """The branches, here and at remotes, that are called as features are; a name may come twice."""
    for ref in refs:
        name = ref.removeprefix(HEADS) if ref.startswith(HEADS) else ref.removeprefix(REMOTES).partition("/")[2]
        if _FEATURE_BRANCH.fullmatch(name):
            yield name


def _names(repository: Repository, place: str, tips: Iterable[str]) -> Iterator[str]:
    """What the folder `place` holds, in every work tree, at HEAD and at every branch; a name may come twice."""
    for top in work_trees(repository):
        if (top / place).is_dir():
            yield from (file.name for file in (top / place).iterdir())
    # One process finds the folder at every tip; thousands of branches share few different folders.
    wanted = "".join(f"{tip}:{place}\n" for tip in dict.fromkeys(["HEAD", *tips]))
    answers = repository.git("cat-file", "--batch-check=%(objectname) %(objecttype)", data=os.fsencode(wanted))
    for answer in dict.fromkeys(answers.splitlines()):
        oid, _, kind = answer.partition(" ")
        if kind == "tree":
            yield from Tree(repository, oid).folder("")


def recorded_user(repository: Repository) -> str:
    """Who a new record names: git config sdd.user, else git's user.name."""
    return repository.config.get("sdd.user") or repository.config.get("user.name", "")
