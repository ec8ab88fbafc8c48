"""From a commit to the change that landed it, to the records of that change, and to what they are for."""

import sqlite3
from collections.abc import Collection

from sdd.answers.trail.landings import Adoption, Change, adoption, change_of, has_landed_root, is_cut_off
from sdd.answers.trail.purpose import purpose_of
from sdd.answers.trail.records import contracts_of, prompts_of
from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via
from sdd.answers.trail.things import phrs_at
from sdd.answers.why.asked import AskedCommit
from sdd.index.history import held_mainline
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.repo.changes import differences
from sdd.repo.history import facts_of, parents
from sdd.repo.objects import Repository

STATUS = "sdd status"
"""The command that says what work which has not landed still lacks."""


def explain_commit(connection: sqlite3.Connection, repository: Repository, asked: AskedCommit) -> Trace:
    """Why a commit was made: what the records say that speak of any of its files."""
    facts = facts_of(repository, asked.commit)
    first = Step(StepKind.COMMIT, asked.commit, None, facts.subject, Via.ASKED, day=facts.day, author=facts.author)
    before = parents(repository, asked.commit)
    changed = differences(repository, before[0] if before else repository.empty_tree_oid, asked.commit)
    files = [path for path in changed if not locate(path)] or list(changed)
    part = explain_change(connection, repository, first, files, "its files", whole=True)
    return Trace(str(asked), StepKind.COMMIT, (part,))


def explain_change(
    connection: sqlite3.Connection,
    repository: Repository,
    first: Step,
    files: Collection[str],
    noun: str,
    *,
    whole: bool = False,
) -> Part:
    """The chain that begins with a commit (`first`), for some files that it touched, under their names then and now.

    `noun` is what they are called; the roots of the first of them count. With `whole` the commit itself is meant: where
    it is a landing, all that it brought speaks of it.
    """
    names = tuple(map(storable, files))
    change = change_of(connection, repository, first.place)
    came = adoption(connection, repository, next(iter(files), ""))
    guess = not _is_older(change, came) and not change.is_later
    prompts = prompts_of(connection, change, names, noun, whole=whole, guess=guess)
    contracts = contracts_of(connection, change, names, prompts)
    phrs = tuple(phrs_at(connection, [link.place for link in prompts]).values())
    agreed = tuple(contract for contract, _ in contracts)
    chain = (
        first,
        *_landing(connection, change),
        *prompts,
        *(link for _, link in contracts),
        *purpose_of(connection, agreed, phrs, names),
    )
    if prompts or contracts:
        return Part(chain)
    remark, following = _no_record(connection, repository, change, came, next(iter(files), ""), noun)
    return Part(chain, (), remark, following)


def _landing(connection: sqlite3.Connection, change: Change) -> tuple[Step, ...]:
    if landing := change.landing:
        how = Via.SAME_COMMIT if landing.commit == change.commit else Via.MERGE
        detail = f"{landing.commits} commits" if landing.commits > 1 else ""
        return (landing.step(how, detail),)
    if not change.ahead:
        return ()
    ahead = f"{change.ahead} commit{'' if change.ahead == 1 else 's'} ahead of {mainline_name(connection)}"
    return (Step(StepKind.LANDING, "", None, "", Via.NOT_LANDED, ahead),)


def mainline_name(connection: sqlite3.Connection) -> str:
    """The mainline as a person writes it."""
    mainline = held_mainline(connection)
    return mainline.name if mainline else ""


def _is_older(change: Change, came: Adoption) -> bool:
    """Whether a change landed before sdd came."""
    return bool(change.landing and came.landing and change.landing.position < came.landing.position)


def _no_record(
    connection: sqlite3.Connection, repository: Repository, change: Change, came: Adoption, path: str, noun: str
) -> tuple[str, str]:
    """Why no record speaks of a change, and the command that leads on."""
    name = mainline_name(connection)
    if not change.landing:
        if not change.ahead:
            return f"no record: this commit is neither on {name} nor in HEAD's history", ""
        return f"no record: none that is committed names {noun}", STATUS
    if is_cut_off(repository, change):
        return "no record: this clone is shallow, and its history begins here", "git fetch --unshallow"
    if _is_older(change, came) and came.landing:
        return f"no record: landed before sdd ({came.landing.day})", ""
    if not came.has_root:
        return f"no record: {path} stands under no root (a folder with .specify/)", "sdd init"
    if not came.landing and not has_landed_root(connection, repository, path):
        return f"no record: landed before sdd (which has not landed on {name} yet)", ""
    if change.is_later:
        return f"no record: it landed on {name} after what HEAD has", ""
    if change.gone and not change.own | change.others:
        return f"no record: {change.gone[0]} came with it and is gone since", ""
    if change.own | change.others:
        return f"no record names {noun}: others came with the change", f"sdd why {change.landing.commit[:12]}"
    return f"no record: the change brought none that names {noun}", ""
