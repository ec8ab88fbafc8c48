"""sdd cover: write the records that a change still lacks, from one set of words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click

from sdd.authoring.acceptance import CheckRun
from sdd.authoring.required import require_statement
from sdd.base import paths
from sdd.base.errors import ExitCode
from sdd.base.listing import counted
from sdd.base.paths import path_word
from sdd.cli import options
from sdd.cli.asking import ask_commit, ask_kind, ask_run, ask_words, until_passed
from sdd.cli.check_runs import handed_over, require_passed, run_checks, run_timeout_option
from sdd.cli.completion import complete_feature, complete_requirement
from sdd.cli.cover_lines import DONE, OF_PHR, filled_in, flagged, needs, plans_of, root_of, ways_of
from sdd.cli.given_texts import given_texts
from sdd.cli.input_document import input_option
from sdd.cli.session import Session, writing_session
from sdd.cli.table import document_of
from sdd.cli.typed import require_asking
from sdd.gate.check.change import judge_change
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.plan.ways import FEATURE
from sdd.gate.preview import ChangeState
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.render.words import first
from sdd.repo.scratch import ScratchFolder
from sdd.repo.uncommitted import uncommitted_paths

_SHOWN = 3


@click.command()
@options.optional_title_argument
@options.choice_option("--kind", ChangeKind, "The kind of change.  [default: what the change looks like]")
@options.words_option("--feature", "F", "The feature it belongs to.", complete_feature)
@options.many_option("--requirement", "FR-001", "A requirement of the spec.", complete_requirement)
@options.contract_words
@options.prompt_file_option
@options.response_file_option
@click.option("--human", is_flag=True, help="A person did the work.")
@input_option
@click.option(
    "--run", is_flag=True, help="Run the checks first: nothing is written unless each passes; then contracts are done."
)
@run_timeout_option
@options.base_option
@options.commit_option("the change's records")
@writing_session
def command(session: Session, title: str | None, kind: ChangeKind | None, *, timeout: float, **words: Any) -> int:
    """Write whatever records this change still lacks.

    A feature gets a contract and a PHR, other work a PHR that holds its contract, in the nearest root above the whole
    change; where there is none, in each root, and every --check is run in each of these folders. What is there already
    stays as it is. Without a TITLE sdd asks for each word on a terminal, and offers what git and the repository's files
    tell.

    Exit status: 0 a push would pass, 1 something is left to do, 2 wrong usage, 3 cannot judge.
    """
    texts = given_texts(session, words.pop("prompt_file"), words.pop("response_file"))
    said = {"title": title, **words}
    # The innermost roots first: a root's records would cover the files of those below it, too.
    failing = _failing(session, session.state)
    failing.sort(key=lambda change: (change.root or "").count("/") + bool(change.root), reverse=True)
    is_asked = bool(failing and not title)
    if is_asked:
        require_asking(session, "TITLE")
        kind, said = _asked(session, failing, kind, said)
    steps = [step for way in ways_of(session, failing, kind, said) for step in way.steps]
    if any(step.argv[1:2] == ("phr",) for step in steps):
        require_statement(said["title"] if texts[0] is None else texts[0])
    with _in_files(texts) as files:

        def lines() -> list[tuple[str, list[str]]]:
            filled = [(root_of(step), filled_in(step, {**said, **files})) for step in steps]
            return [(root, line) for root, line in filled if said["run"] or line[:2] != DONE]

        def checked() -> dict[str, CheckRun]:
            return _checked(session, lines(), said["checks"], timeout)

        with handed_over(until_passed(session, kind, said, checked) if is_asked else checked()):
            written, still_open = _write(session, lines())
    session.forget_tree()
    committed, staged = _commit(session, said["title"], written)
    left = _failing(session, session.state)
    waiting = session.state.uncommitted
    # What is not committed is no part of what was to be covered, unless nothing is.
    is_apart = bool(left and session.commits and session.state.committed.files)
    counting = _failing(session, session.state.committed) if is_apart else left
    errors = sum(len(change.errors) for change in counting)
    told = [
        *(f"wrote {path}" for path in written if path not in (*committed, *staged)),
        *(f"staged {path}, for the commit of what it names" for path in staged),
        *(f"committed {path}" for path in committed),
        *(f"{path} is not done: sdd contract done {path_word(path)} --run --commit" for path in still_open),
    ]
    document = {"records": written, "committed": committed, "uncommitted": waiting, "errors": errors}
    session.print({"schema": "sdd/cover/1", **document}, [*told, _left(errors, waiting, is_apart=is_apart)])
    return ExitCode.FINDINGS if errors or still_open else ExitCode.CLEAN


def _write(session: Session, lines: Sequence[tuple[str, list[str]]]) -> tuple[list[str], list[str]]:
    """Runs commands, each in its root: the records that they wrote, and the contracts that they could not close. Where
    one is refused, no record stays as those before it left it.
    """
    written: list[str] = []
    still_open: list[str] = []
    before = session.tree
    try:
        for root, line in lines:
            if line[:2] != DONE:
                written.append(_run(session, root, line))
            elif not document_of(session.top / root, [*DONE, written[-1], "--run"])["done"]:
                still_open.append(written[-1])
    except BaseException:
        for path in written:
            if entry := before.file(path):
                (session.top / path).write_bytes(session.repository.blob(entry.oid))
            else:
                (session.top / path).unlink()
        raise
    return written, still_open


def _left(errors: int, waiting: Sequence[str], *, is_apart: bool) -> str:
    """What is left to do before a push; with `is_apart` of what is committed."""
    if errors:
        return f"{counted(errors, 'error')} left: sdd status"
    if is_apart:
        return f"nothing is missing: a push would pass; not committed: {', '.join(first(waiting, _SHOWN, '{} more'))}"
    verb = "is" if len(waiting) == 1 else "are"
    once = f" once {', '.join(first(waiting, _SHOWN, '{} more'))} {verb} committed" if waiting else ""
    return f"nothing is missing: a push would pass{once}"


@contextmanager
def _in_files(texts: Sequence[str | None]) -> Iterator[dict[str, str]]:
    """The names of OF_PHR with files that say these texts: each record reads them anew, standard input only once."""
    with ScratchFolder() as folder:
        files = {name: folder / name for name in OF_PHR}
        for file, text in zip(files.values(), texts, strict=True):
            if text is not None:
                file.write_bytes(text.encode())
        yield {name: str(file) if file.exists() else "" for name, file in files.items()}


def _checked(
    session: Session, lines: Sequence[tuple[str, Sequence[str]]], checks: Sequence[str], limit: float
) -> dict[str, CheckRun]:
    """How the checks ended in each root whose line asks for them. Raises SddError where one failed."""
    roots = [root for root, line in lines if "--run" in line]
    # What a check of one root leaves behind is no part of the work in another.
    files = {root: frozenset(ChangeState.read(session.repository, root or ".", session.base).untold) for root in roots}
    runs = {
        root: CheckRun(tuple(run_checks(enumerate(checks, 1), session.top, root, limit)), files[root]) for root in roots
    }
    require_passed(runs, dict.fromkeys(roots, checks))
    return runs


def _commit(session: Session, title: str | None, written: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Commits the uncommitted records of the change with the files beside its specs, where `--commit` asks for it.
    Where records were `written`, texts of other features than theirs are for other work.

    Records of what no commit holds yet are staged for the commit of that: (committed, staged). A record that is
    committed first looks on the target as if it were about nothing, and its work as if it had no record.
    """
    state = session.state
    records = state.view.records if state.view and session.commits else {}
    folders = {path.rpartition("/")[0] for path in records if path.endswith("/spec.md")}
    features = {record.feature for record in _added(state) if record.path in written}
    others = state.texts_of_others(features) if written else {}
    own = tuple(
        path
        for path in uncommitted_paths(session.repository)
        if path not in others
        and (path in records or any(paths.is_below(path, folder) for folder in folders))
        and (session.top / path).is_file()
    )
    if own and _come_first(state, own):
        from sdd.repo.porcelain import stage_files

        session.unlock()
        stage_files(session.repository, own)
        session.forget_tree()
        return (), own
    titles = (record.title for record in _added(state) if isinstance(record, Phr) and record.path in own)
    session.save(f"PHR: {title or next(filter(None, titles), 'records')}", *own)
    session.forget_tree()
    return own, ()


def _come_first(state: ChangeState, records: Sequence[str]) -> bool:
    """Whether one of some uncommitted records is a PHR of files that no commit of the change holds yet."""
    held = {file.path for file in state.committed.files}
    waiting = [file for file in state.files if file.path in state.uncommitted and file.path not in held]
    return any(phr.path in records for file in waiting for phr in file.phrs)


def _added(state: ChangeState) -> tuple[Phr | Contract, ...]:
    return (*state.coverage.phrs, *state.coverage.contracts) if state.coverage else ()


def _failing(session: Session, state: ChangeState) -> list[JudgedChange]:
    """The change, root by root, as far as it has errors."""
    return [change for change in judge_change(state.coverage, session.today) if change.errors]


def _asked(
    session: Session, failing: Sequence[JudgedChange], kind: ChangeKind | None, said: dict[str, Any]
) -> tuple[ChangeKind | None, dict[str, Any]]:
    """The kind of the change, and what was said with the answers to what was not."""
    if not kind:
        plans = plans_of(session, failing, None, said)
        choice = next((made.ways for made in plans if made and made.ways[0].label), ())
        kind = ask_kind(choice) if choice else None
    said = ask_words(session, needs(session, failing, kind, said) & {FEATURE}, said)
    said = ask_words(session, needs(session, failing, kind, said), said)  # the feature says what else is needed
    if said["checks"] and not said["run"]:
        said["run"] = ask_run()
    ask_commit(session)
    return kind, said


def _run(session: Session, root: str, line: Sequence[str]) -> str:
    """Runs the command that writes one record, in the root that it is for; the record's path."""
    if line[:2] == ["phr", "new"] and "--file" not in line:
        line = [*line, *flagged("--file", _committed_files(session, root, line))]
    document = document_of(session.top / root, [*line, *(["--base", session.base] if session.base else [])])
    return str(document.get("relative_path") or document["path"])


def _committed_files(session: Session, root: str, line: Sequence[str]) -> tuple[str, ...]:
    """What a record of a root has to name, where it shall be committed, and only a part of the change is."""
    if not session.commits:
        return ()
    state = replace(ChangeState.read(session.repository, root or ".", session.base), only_committed=True)
    named = line[line.index("--feature") + 1] if "--feature" in line else None
    # What holds no contract of its own is a feature's.
    feature = state.work.feature(named, required=False, is_feature_work="--kind" not in line)
    return state.untold_of(feature) if state.left_out else ()
