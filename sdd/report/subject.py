"""What a report is about: which commit of which project, what has landed there, and who may be named."""

import re
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.audit.audit import Audit
from sdd.base import paths
from sdd.repo.objects import Repository
from sdd.report.forge import Forge
from sdd.report.period import Period

_CI = re.compile(
    r"(\.github/workflows|\.forgejo/workflows|\.gitea/workflows|\.circleci|\.woodpecker|\.ci)/|\.gitlab|Jenkinsfile|Makefile$"
    r"|(azure|bitbucket)-pipelines\.yml|\.(woodpecker|drone|travis|cirrus)\.yml"
)


class Subject(NamedTuple):
    """What a report is about, and who may be named in it.

    `name` is the project's, `commit` the one that was read (None before the first) and `line` the branch whose landings
    are told, up to the commit `landed`; `today` is the day (YYYY-MM-DD) that ages are counted to. sdd was `adopted` on
    a day (None where that is not known), after `before_sdd` changes; `since` is the day from which the policy counts
    changes, after `before` others. A waiver answers for `answered` failed changes, `actor_shaped` are updates of actors
    by their shape, and `perhaps` may have landed together with what makes them pass; none of these is in a share.
    `has_ci` says whether a CI file names sdd.
    """

    name: str
    commit: str | None
    today: str
    period: Period
    authors: bool
    forge: Forge | None
    line: str = ""
    landed: str | None = None
    adopted: str | None = None
    since: str | None = None
    before: int = 0
    before_sdd: int = 0
    answered: int = 0
    actor_shaped: int = 0
    perhaps: int = 0
    has_ci: bool = True


def subject_of(
    index: Connection,
    repository: Repository,
    today: str,
    period: Period,
    audit: Audit | None,
    forge: Forge | None,
    *,
    authors: bool,
) -> Subject:
    """The subject of a report over an index and what has landed (`audit`)."""
    (commit,) = index.execute("SELECT commit_id FROM state").fetchone()
    subject = Subject(_name(index, forge), commit, today, period, authors, forge)
    if not audit:
        return subject
    told = audit.during(*period)
    came = (commit.day for commit in audit.span.commits if commit.oid == audit.span.adopted)
    return subject._replace(
        line=audit.span.name,
        landed=audit.span.tip,
        adopted=next(came, None),
        since=audit.since,
        before=told.before,
        before_sdd=told.before_sdd,
        answered=len(told.answered),
        actor_shaped=len(told.actor_shaped),
        perhaps=len(told.perhaps),
        has_ci=_has_ci(repository, audit.span.tip),
    )


def _has_ci(repository: Repository, commit: str) -> bool:
    """Whether a file that CI runs by its place names sdd."""
    oids = [entry.oid for path, entry in repository.files(repository.tree(commit).oid) if _CI.match(path)]
    return any(b"sdd" in content for content in repository.beginnings(oids))


def files_of(repository: Repository, commit: str) -> frozenset[str]:
    """The files of a commit and the folders that they stand in."""
    found = {path for path, _ in repository.files(repository.tree(commit).oid)}
    folders = {path.rpartition("/")[0] for path in found}
    return frozenset(found.union(folders, *(paths.folders_above(folder) for folder in folders)) - {""})


def _name(index: Connection, forge: Forge | None) -> str:
    """What the project is called: its name on the forge, else the constitution's title; never a folder's name."""
    if forge:
        return forge.name
    titles = index.execute(
        "SELECT title FROM constitutions JOIN records ON records.id = record WHERE title NOTNULL ORDER BY length(path)"
    )
    # A title of the template is none.
    return next((title.removesuffix(" Constitution") for (title,) in titles if "[" not in title), "Project")
