"""New records and features: the slug of a title, the next free id of a folder, and what gets both."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.records.project import Project
from sdd.repo.objects import Repository, Tree
from sdd.repo.refs import HEADS, REMOTES, read_refs
from sdd.repo.worktree import write_new

SLUG_LENGTH = 50

# `PHR-0007-`, `0007-`, `7_`; a date such as 2026-03-01 or 20260301 is no number to count on from.
_NUMBERED = re.compile(r"(?:[A-Za-z]{1,8}-)?(?!\d{4}-\d\d-\d\d)(\d{1,6})(?![\d])")
# What a feature's name begins with: in `ABC-123-slug` that is a ticket. A branch may be about any other number.
_NUMBERED_FEATURE = re.compile(r"(?!\d{4}-\d\d-\d\d)(\d{1,6})(?![\d])")
_FEATURE_BRANCH = re.compile(r"\d{3}-.+")
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


def next_id(repository: Repository, root: str, folder: str, digits: int = 4, *, of_features: bool = False) -> str:
    """Claims the next free id in `folder` (as seen from `root`), filled up with zeros: one more than the highest there.

    The work tree and all branches count, for folders `of_features` the names of branches too. A claim is a file in
    git's common folder, so that neither processes nor work trees share an id; `release_id` gives one back. Raises
    SddError where nothing can be claimed.
    """
    place = paths.join(root, folder)
    numbered = _NUMBERED_FEATURE if of_features else _NUMBERED
    refs = read_refs(repository).tips
    names = [*_names(repository, place, refs.values()), *(_feature_branches(refs) if of_features else ())]
    number = max((int(match[1]) for name in names if (match := numbered.match(name))), default=0)
    while True:
        number += 1
        claim = _claim(repository, place, number)
        try:
            claim.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(claim, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            continue
        except OSError as error:
            raise SddError(f"no id can be claimed: {claim}: {error.strerror}", "make git's folder writable") from None
        with os.fdopen(handle, "wb") as file:
            file.write(os.fsencode(place) + b"\n")
        return str(number).zfill(digits)


def write_record(
    repository: Repository, root: str, folder: str, name: str, text: Callable[[str, str], str]
) -> tuple[str, str]:
    """Writes `<id>-<name>` into `folder` (as seen from `root`) of the work tree: (id, path from the top).

    `text` makes its content of both. The id is given back where this fails: SddError where the file cannot be written.
    """
    assert repository.work_tree, "only a work tree is written to"
    claimed = next_id(repository, root, folder)
    path = paths.join(root, f"{folder}/{claimed}-{name}")
    try:
        write_new(repository.work_tree / path, text(claimed, path))
    except BaseException:
        release_id(repository, root, folder, claimed)
        raise
    return claimed, path


def release_id(repository: Repository, root: str, folder: str, claimed: str) -> None:
    """Gives an id from `next_id` back, for when its record could not be written."""
    _claim(repository, paths.join(root, folder), int(claimed)).unlink(missing_ok=True)


def feature_name(
    repository: Repository, project: Project, short: str, *, ticket: str = "", timestamp: bool = False
) -> str:
    """The name of a new feature's folder and branch: `NNN-slug`, `ABC-123-slug` or `YYYYMMDD-HHMMSS-slug`.

    A slug that begins with a number of three or more digits is the whole name already. Raises SddError where a feature
    of the same slug is there, and UsageError for a ticket that is none.
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
    return f"{next_id(repository, project.root, specs, digits=3, of_features=True)}-{short}"


def _is_new(repository: Repository, specs: str, short: str) -> None:
    assert repository.work_tree
    folder = repository.work_tree / specs
    names = sorted(child.name for child in folder.iterdir()) if folder.is_dir() else []
    same = next((name for name in names if name == short or _LEAD.sub("", name, count=1) == short), None)
    if same:
        raise SddError(
            f"there is a feature of that name: {specs}/{same}",
            "go on with it, or give --slug",
        )


def _claim(repository: Repository, place: str, number: int) -> Path:
    # A digest, since a folder's name may be longer, or of other letters, than the file system takes.
    digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    return repository.common_dir / "sdd" / "ids" / digest / str(number)


def _feature_branches(refs: Iterable[str]) -> Iterator[str]:
    """The branches, here and at remotes, that are called as features are; a name may come twice."""
    for ref in refs:
        name = ref.removeprefix(HEADS) if ref.startswith(HEADS) else ref.removeprefix(REMOTES).partition("/")[2]
        if _FEATURE_BRANCH.fullmatch(name):
            yield name


def _names(repository: Repository, place: str, tips: Iterable[str]) -> Iterator[str]:
    """What the folder `place` holds, in the work tree, at HEAD and at every branch; a name may come twice."""
    if repository.work_tree and (repository.work_tree / place).is_dir():
        yield from (file.name for file in (repository.work_tree / place).iterdir())
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
