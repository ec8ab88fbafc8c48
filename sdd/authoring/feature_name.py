"""What a new feature is called: a number, a ticket or a time, and the slug of its title."""

from datetime import datetime

from sdd.authoring.identity import FEATURES, next_id
from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.base.regex import regex
from sdd.repo.objects import Repository

_TICKET = regex(r"[A-Za-z][A-Za-z0-9]*-\d+")
_LEAD = regex(r"(?:\d{8}-\d{6}|\d{3,}|[A-Z][A-Z0-9]*-\d+)-(?=.)")


def feature_name(repository: Repository, root: str, slug: str, *, ticket: str = "", timestamp: bool = False) -> str:
    """The name of a new feature's folder and branch: `NNN-slug`, `ABC-123-slug` or `YYYYMMDD-HHMMSS-slug`.

    A slug that begins with a number of three or more digits is the whole name already. Raises SddError where a feature
    of the same slug is there, and UsageError for a ticket that is none.
    """
    if ticket and timestamp:
        raise UsageError("--ticket and --timestamp exclude each other", "see: sdd feature new --help")
    if ticket and not _TICKET.fullmatch(ticket):
        raise UsageError(f"{ticket} is no ticket", "write it as letters, a dash and a number: ABC-123")
    _is_new(repository, root, slug)
    if ticket:
        return f"{ticket.upper()}-{slug}"
    if timestamp:
        return f"{datetime.now():%Y%m%d-%H%M%S}-{slug}"
    return slug if _LEAD.match(slug) else f"{next_id(repository, root, FEATURES, digits=3)}-{slug}"


def _is_new(repository: Repository, root: str, slug: str) -> None:
    assert repository.work_tree
    folder = repository.work_tree / paths.join(root, FEATURES)
    names = sorted(child.name for child in folder.iterdir()) if folder.is_dir() else []
    same = next((name for name in names if name == slug or _LEAD.sub("", name, count=1) == slug), None)
    if same:
        raise SddError(
            f"there is a feature of that name: {paths.join(root, f'{FEATURES}/{same}')}",
            "go on with it, or give --slug",
        )
