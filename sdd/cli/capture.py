"""sdd capture: what agents are asked, as their own hooks tell it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.listing import counted
from sdd.capture.documents import cells, document, page, unread_document
from sdd.capture.draining import drain, unread
from sdd.capture.dropping import drop as drop_draft
from sdd.capture.exchanges import Exchange, Fate
from sdd.capture.receiving import receive
from sdd.capture.store import Store
from sdd.cli.capture_import import import_
from sdd.cli.capture_install import install, uninstall
from sdd.cli.capture_staged import stage_records
from sdd.cli.groups import noun
from sdd.cli.printing import print_json, remark
from sdd.cli.session import Session, in_session, pass_session
from sdd.render.text.table import table
from sdd.repo.worktree import checked_out

_SHORTEST_ID = 4
_ids = click.argument("ids", metavar="ID...", nargs=-1, required=True)


@noun
def command() -> None:
    """Record what agents are asked, by their own hooks.

    An exchange is what you asked an agent and what came of it. It is a draft in git's folder, redacted, until you
    commit its files.
    """


command.add_command(install)
command.add_command(uninstall)
command.add_command(import_)


@command.command()
@click.argument("agent")
def event(agent: str) -> None:
    """Take one event of AGENT from standard input: what an agent's hook runs.

    It prints nothing, exits with 0 whatever happens, and does its work detached.
    """
    receive(agent)


@command.command("list")
@click.option("--all", "every", is_flag=True, help="Also those that became records or were dropped.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the newest N.")
@in_session
def list_(session: Session, every: bool, limit: int | None) -> None:
    """List the exchanges that are no records yet, the earliest first, and the payloads that could not be read."""
    store = _store(session)
    wanted = [each for each in _exchanges(session, store) if every or each.fate in (Fate.DRAFT, Fate.KEPT)]
    shown = wanted[-(limit or 0) :]
    raw = unread(store)
    branch = session.repository.git_answer("symbolic-ref", "--quiet", "--short", "HEAD") or ""
    lines = [table(cells(each, session.top, branch) for each in shown) or "no exchanges"]
    if raw:
        wait = "waits" if len(raw) == 1 else "wait"
        lines.append(f"{counted(len(raw), 'payload')} could not be read and {wait} in {raw[0].parent}")
    unreadable = [*map(unread_document, raw)]
    session.print({**_document(shown), "unread": unreadable}, "\n".join(line.rstrip("\n") for line in lines))


@command.command()
@click.argument("id")
@in_session
def show(session: Session, id: str) -> None:
    """Show the exchange ID: its prompts, its response, the files that it changed and the tests that it ran."""
    (exchange,) = _chosen(_exchanges(session, _store(session)), (id,))
    session.print({"schema": "sdd/exchange/1", **document(exchange)}, page(exchange))


@command.command()
@_ids
@in_session
def keep(session: Session, ids: tuple[str, ...]) -> None:
    """Keep drafts for good: they are not forgotten, even where they touched nothing."""
    _decide(session, ids, Fate.KEPT)


@command.command()
@_ids
@in_session
def drop(session: Session, ids: tuple[str, ...]) -> None:
    """Drop drafts: no record is made of them, nor of what follows in the same turn. `keep` takes it back."""
    _decide(session, ids, Fate.DROPPED)


def _decide(session: Session, ids: Sequence[str], fate: Fate) -> None:
    store = _store(session)
    with store.lock():
        chosen = _chosen(_exchanges(session, store), ids)
        for exchange in chosen:
            if exchange.fate is Fate.WRITTEN:
                paths = ", ".join(phr.path for phr in exchange.records)
                raise UsageError(f"{exchange.id} is a record already: {paths}", "edit or revert that")
        if fate is Fate.DROPPED:
            decided = [drop_draft(store, exchange) for exchange in chosen]
        else:
            decided = [replace(exchange, fate=fate) for exchange in chosen]
            for exchange in decided:
                store.put(exchange)
    session.print({**_document(decided), "unread": []}, [f"{fate} {exchange.id}" for exchange in decided])


def _store(session: Session) -> Store:
    """What is kept, with all that came since."""
    store = Store(session.repository.common_dir)
    try:
        drain(store)
    except SddError as error:
        remark(f"what was told last is left out: {error.message}")
    for file in store.unreadable():
        remark(f"{file} cannot be read and is left out: put back what it held, or remove it")
    return store


def _exchanges(session: Session, store: Store) -> list[Exchange]:
    """All that is kept; written is also what is committed in a work tree already, before its next commit finds that."""
    trees = [*map(session.repository.tree, checked_out(session.repository))]
    return [
        replace(each, fate=Fate.WRITTEN)
        if each.records
        and each.fate is not Fate.DROPPED
        and any(all(phr.path in tree for phr in each.records) for tree in trees)
        else each
        for each in store.exchanges()
    ]


def _chosen(exchanges: Sequence[Exchange], ids: Sequence[str]) -> list[Exchange]:
    """The exchanges of some ids or their beginnings. Raises UsageError for one that names none or several."""
    known = {exchange.id: exchange for exchange in exchanges}
    chosen = []
    for id in ids:
        meant = [name for name in known if name.startswith(id)] if len(id) >= _SHORTEST_ID else []
        if len(meant) != 1:
            what = f"{id} means {counted(len(meant), 'exchange')}" if meant else f"no exchange {id}"
            raise UsageError(what, "see: sdd capture list --all")
        chosen.append(known[meant[0]])
    return chosen


def _document(exchanges: Sequence[Exchange]) -> dict[str, Any]:
    return {"schema": "sdd/exchanges/1", "items": [*map(document, exchanges)]}


@command.command()
@click.option("--pre-commit", is_flag=True, help="Stage them with the commit that git is making; never fails it.")
@in_session
def commit(session: Session, *, pre_commit: bool) -> int:
    """Commit the captured PHRs that the branch's commits lack.

    The pre-commit hook writes them with each commit. This is for what it missed, and for where no hook may run.
    Exit status 1: a PHR could not be written.
    """
    if pre_commit:
        return stage_records(session.directory)
    from sdd.capture.committing import policy_faults, record_missed
    from sdd.capture.settling import settle
    from sdd.repo.unfinished import require_resolved

    require_resolved(session.repository)
    recorded = record_missed(session.repository)
    for fault in policy_faults(session.repository, recorded.paths):
        remark(fault)
    session.commits = True
    session.save(f"PHR: {counted(len(recorded.paths), 'captured record')}", *recorded.paths)
    store = Store(session.repository.common_dir)
    if recorded.paths:
        with store.lock():
            settle(session.repository, store)
    for path in recorded.without_lines:
        remark(f"{path}: an exchange changed it, but none of its lines are committed")
    for problem in recorded.problems:
        remark(f"not recorded: {problem.message}; {problem.fix}")
    nothing = [] if recorded.problems else ["nothing to record: no commit here lacks a captured PHR"]
    lines = [f"committed {path}" for path in recorded.paths] or nothing
    session.print({"schema": "sdd/capture-commit/1", "records": [*recorded.paths]}, lines)
    return ExitCode.FINDINGS if recorded.problems else ExitCode.CLEAN


@command.command()
@click.option("--rev", metavar="REV", help="The commit.  [default: HEAD]")
@pass_session
def export(session: Session) -> None:
    """Print which lines agents wrote as an agent-trace document (https://agent-trace.dev).

    It holds the lines of a commit that a tool call is known to have written, each with the PHR that tells of it.
    """
    from sdd.capture.agent_trace import agent_trace

    if not session.commit:
        raise UsageError(f"unknown revision: {session.rev or 'HEAD'}", "name a commit, branch or tag")
    print_json(agent_trace(session.repository, session.commit))
