"""sdd phr add: files, or an execution contract, for a PHR of the branch that has not landed."""

from typing import Any

import click

from sdd.authoring.adding import add_files
from sdd.authoring.drafts import ContractDraft
from sdd.base.errors import UsageError
from sdd.base.listing import counted
from sdd.cli.check_runs import checks_of_record, run_timeout_option
from sdd.cli.chosen import chosen
from sdd.cli.options import choice_option, commit_option, contract_words, many_option
from sdd.cli.printing import remark
from sdd.cli.session import Session, writing_session
from sdd.gate.cover import CheckState, judged_checks
from sdd.gate.preview import ChangeState
from sdd.gate.rules.contract import verifying
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.records.named import fitting
from sdd.records.project import records_of
from sdd.render.words import each_file_once


@click.command()
@click.argument("records", metavar="[RECORD]...", nargs=-1)
@many_option("--file", "PATH", "A file to add.  [default: from git]")
@choice_option("--kind", ChangeKind, "Add the contract of such a change; with it no files from git.")
@contract_words
@click.option("--run", is_flag=True, help="Run the checks first: nothing is written unless each passes.")
@run_timeout_option
@commit_option("the record")
@writing_session
def add(
    session: Session,
    records: tuple[str, ...],
    files: tuple[str, ...],
    kind: ChangeKind | None,
    *,
    run: bool,
    timeout: float,
    **words: Any,
) -> None:
    """Add files, or an execution contract, to RECORD, a PHR of this branch that has not landed.

    RECORD is a path, the end of one or a number; leave it out where the branch has one PHR of its work. Without --file
    sdd adds the governed files that no PHR of the branch names yet. With --kind it adds the contract, to several
    RECORDs where its words are true of each: a captured PHR has none. All else stays.
    """
    if kind:
        _add_contract(session, records, files, ContractDraft(kind=kind, **words), timeout if run else None)
        return
    if any(words.values()):
        raise UsageError("a contract needs a kind", "add --kind fix (or feature, refactor, revert, chore)")
    if len(records) > 1:
        raise UsageError("files go into one PHR", "name one")
    session.lock()
    phr = _own(session.state, *records)
    state = session.state
    added, path = add_files(state, phr, files), phr.path
    further = counted(len(each_file_once(map(state.project.path, added), state.files)), "further file")
    changed = session.repository.git("status", "--porcelain=v1", "--", f":(top,literal){path}")
    word = session.save(f"PHR: {phr.title or path}: further files", *([path] if changed else []))
    committed = word == "committed"
    told = f"names {further}" if added else "names every governed file already"
    session.forget_tree()
    coverage = session.state.coverage
    checks = judged_checks(coverage, phr.root) if coverage else ()
    if any(check.path == path and check.state == CheckState.STALE for check in checks):
        remark(f"its checks ran before: {verifying(path)}")
    session.print(
        {"schema": "sdd/phr-add/1", "path": path, "files": list(added), "committed": committed},
        [f"{word if committed or added else 'kept'} {path} ({told})"],
    )


def _add_contract(
    session: Session, records: tuple[str, ...], files: tuple[str, ...], draft: ContractDraft, limit: float | None
) -> None:
    """Puts a contract into the PHRs that are named, else into the only one without; a `limit` runs its checks."""
    from sdd.authoring.embedding import add_contract
    from sdd.authoring.nothing_left import without_contract

    needing = () if records else without_contract(session.state)
    if len(needing) > 1:
        told = ", ".join(f"{phr.path} ({phr.title})" for phr in needing)
        add = f"{session.state.sdd_in(session.state.root)} phr add RECORD --kind {draft.kind} ..."
        raise UsageError(
            f"{len(needing)} PHRs of this branch hold no contract: {told}",
            f"name those that the sentence is true of, one line each: {add}",
        )
    ran = checks_of_record(session, draft.checks, limit) if limit is not None else None
    session.lock()
    named = (_own(session.state, record, without_contract=True) for record in records or (None,))
    phrs = needing or tuple(dict.fromkeys(named))
    for phr in phrs:
        add_contract(session.state, phr, draft, ran, session.today.isoformat())
    added: tuple[str, ...] = ()
    if files:
        session.forget_tree()
        added = add_files(session.state, _own(session.state, phrs[0].path), files)
    paths = [phr.path for phr in phrs]
    titles = ", ".join(phr.title or phr.path for phr in phrs)
    word = session.save(f"PHR: {titles}: {draft.kind}", *paths)
    document = {"path": paths[0], "paths": paths, "kind": str(draft.kind), "files": list(added)}
    told = f"holds the contract of a {draft.kind}" if draft.checks else f"says {draft.kind}"
    session.print(
        {"schema": "sdd/phr-add/1", **document, "committed": word == "committed"},
        [f"{word} {path} ({told})" for path in paths],
    )


def _own(state: ChangeState, wanted: str | None = None, *, without_contract: bool = False) -> Phr:
    """The branch's own PHR that is meant; of several the one that holds none where a contract goes into it, as one that
    capture wrote. Raises UsageError where there is none or more than one, or it has landed.
    """
    own = state.own_phrs
    elsewhere = [phr for phr in (state.coverage.phrs if state.coverage else ()) if phr not in own]
    paths = ", ".join(phr.path for phr in own)
    if wanted is None:
        # Beside a record of the work there may be one of its spec: that one is not meant.
        of_work = [phr for phr in own if any(phr in file.phrs for file in state.files)]
        if without_contract and len(of_work) > 1:
            of_work = [phr for phr in of_work if not phr.contract] or of_work
        if elsewhere and not own:
            raise _of_another_root(state, elsewhere[0])
        if len(of_work or own) != 1:
            raise UsageError(
                "this branch has more than one PHR" if own else "this branch has no PHR of its own yet",
                f"name one: {paths}" if own else 'write one: sdd phr new "TITLE"',
            )
        return (of_work or own)[0]
    known = own if fitting(own, wanted) else [*records_of(state.tree, state.reader, Phr)]
    found = chosen(known, wanted, "PHR", "sdd phr list")
    if found in elsewhere:
        raise _of_another_root(state, found)
    if found not in own:
        raise UsageError(
            f"{found.path} has landed: its words stay as they are",
            f"this branch's own: {paths}" if own else 'write a new one: sdd phr new "TITLE"',
        )
    return found


def _of_another_root(state: ChangeState, phr: Phr) -> UsageError:
    return UsageError(
        f"this branch's PHR {phr.path} is of another root",
        f"{state.sdd_in(phr.root)} phr add {phr.path}",
    )
