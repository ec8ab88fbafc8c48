"""How a project that is older than sdd starts: with a baseline, and with days on which findings only warn."""

from datetime import date, timedelta
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.gate.check import first_baseline
from sdd.records.kinds.baseline import BaselineEntry
from sdd.records.packaged import POLICY, template
from sdd.repo.history import authors
from sdd.repo.objects import Repository

GRACE_DAYS = 30

_WARN_UNTIL = regex(r"#?warn_until = \d{4}-\d\d-\d\d")


class AdoptionStart(NamedTuple):
    """What a root starts with: its old findings, and the last day (YYYY-MM-DD) that findings only warn.

    The day is empty where only one person, or nobody yet, has committed: nobody else's work would be held up.
    """

    known: frozenset[BaselineEntry] = frozenset()
    warn_until: str = ""


def start_of(repository: Repository, root: str, today: date) -> AdoptionStart:
    """What a root that is about to adopt sdd starts with, as its work tree and its history are."""
    several = len(authors(repository)) > 1
    known = first_baseline(repository, repository.tree(repository.snapshot()), root, today)
    return AdoptionStart(known, (today + timedelta(days=GRACE_DAYS)).isoformat() if several else "")


def policy_text(warn_until: str) -> str:
    """The text of a new policy, whose findings only warn until a day, if one is given."""
    text = template(POLICY)
    return _WARN_UNTIL.sub(f"warn_until = {warn_until}", text, count=1) if warn_until else text


def is_own_policy(content: bytes) -> bool:
    """Whether a policy is one that `policy_text` wrote, for whatever day."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return _WARN_UNTIL.sub("", text, count=1) == _WARN_UNTIL.sub("", template(POLICY), count=1)
