"""sdd phr: make, list and show Prompt History Records."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import click

from sdd.authoring.acceptance import CheckRun
from sdd.authoring.deciding import how_to_decide
from sdd.authoring.drafts import ContractDraft, PhrDraft
from sdd.authoring.nothing_left import new_work_of_reverts, nothing_left
from sdd.authoring.recording import WrittenRecord, write_phr
from sdd.base import paths
from sdd.base.errors import ExitCode, UsageError
from sdd.base.listing import listed
from sdd.cli import options
from sdd.cli.check_runs import checks_of_record, handed_over, run_timeout_option
from sdd.cli.completion import complete_feature, complete_linked_contract
from sdd.cli.given_texts import edited, given_texts
from sdd.cli.groups import noun
from sdd.cli.input_document import input_option
from sdd.cli.listing import indexed, list_command
from sdd.cli.phr_add import add
from sdd.cli.printing import remark
from sdd.cli.record import record_items, show_command
from sdd.cli.request import on_branch_of, request_of
from sdd.cli.saving import save_with_spec
from sdd.cli.session import Session, writing_session
from sdd.cli.surface import surface
from sdd.cli.typed import require_asking
from sdd.gate.preview import ChangeState
from sdd.records.kinds.phr import Phr, Stage
from sdd.records.kinds.record import ChangeKind
from sdd.render.text.lists import phr_cells
from sdd.render.words import each_file_once, files_named

_REFUSED_TOLD = 3


@noun
def command() -> None:
    """Write, list and show Prompt History Records, and add to them."""


@command.command()
@options.optional_title_argument
@click.option(
    "--for-pr", metavar="N|FILE",
    help="Record somebody else's request on a branch pr/N: gh, glab or a FILE of JSON gives words, author and commit.",
)  # fmt: skip
@options.choice_option("--stage", Stage, "[default: derived from kind and files]")
@options.words_option("--feature", "F", "The feature it belongs to.", complete_feature)
@click.option(
    "--contract", "linked", metavar="CONTRACT", shell_complete=complete_linked_contract,
    help="The contract that it implements: a path, the end of one or a number.",
)  # fmt: skip
@options.choice_option("--kind", ChangeKind, "The kind of change; writes the contract into the record.")
@options.contract_words
@options.prompt_file_option
@options.response_file_option
@options.many_option("--file", "PATH", "A changed file.  [default: from git]")
@options.many_option("--test", "TEST", "A test that was run or added.")
@options.many_option(
    "--closes", "FOLLOW-UP", "A follow-up that this closes, as sdd followup list names it.", name="closes"
)
@click.option("--model", default="", metavar="MODEL", help="The model that answered.")
@click.option(
    "--human",
    is_flag=True,
    help="A person did the work.  [default: as far as the terminal or an agent's environment tells]",
)
@click.option("--edit", is_flag=True, help="Edit the prompt in your editor.")
@input_option
@click.option("--run", is_flag=True, help="Run the checks first: nothing is written unless each passes.")
@run_timeout_option
@options.base_option
@options.commit_option("the record, with its feature's uncommitted spec")
@writing_session
def new(
    session: Session,
    title: str | None,
    for_pr: str | None,
    kind: ChangeKind | None,
    *,
    edit: bool,
    run: bool,
    timeout: float,
    **said: Any,
) -> int:
    """Write a PHR; git says which files, branch and user.

    With --kind fix, refactor, revert or chore the record holds the execution contract too: one command is enough for
    small work. Its checks get their ticks, with evidence, from --run. Without a TITLE sdd asks for each word on a
    terminal, and offers what git and the repository's files tell.

    Exit status: 0 written, 1 a check failed, 2 wrong usage, 3 cannot judge.
    """
    request = request_of(session, for_pr) if for_pr is not None else None
    title = title or (request.title if request else None)
    ran = dict[str, CheckRun]()
    if title is None:
        from sdd.cli.asking import ask_run, until_passed

        require_asking(session, "TITLE")
        title, kind, said = _asked(session, kind, said)
        run = run or (bool(kind and said["checks"]) and ask_run())
        words, root = {**said, "title": title}, session.state.root
        if run:
            ran[root] = until_passed(session, kind, words, lambda: checks_of_record(session, words["checks"], timeout))
            said["checks"] = words["checks"]
    prompt, response = given_texts(session, said.pop("prompt_file"), said.pop("response_file"))
    if request and prompt is None:
        prompt = "\n\n".join(filter(None, (request.title, request.body)))
    if edit:
        prompt = session.redact(edited(prompt if prompt is not None else title))
    words = {name: said.pop(name) for name in options.CONTRACT_WORDS}
    if any(words.values()) and not kind:
        raise UsageError(
            "a contract in the record needs a kind", "add --kind fix (or feature, refactor, revert, chore)"
        )
    if request and kind and not words["success"] and words["checks"]:
        words["success"] = title
    linked, is_human = said.pop("linked"), said.pop("human")
    draft = PhrDraft(
        title=title,
        kind=kind,
        contract=ContractDraft(title=title, kind=kind, **words) if kind else None,
        prompt=prompt,
        response=response,
        surface=surface(human=is_human, told=bool(said["model"]) or session.has_input, done_here=request is None),
        user=request.author if request else "",
        links={"pr": request.address} if request and request.address else {},
        **said,
    )
    with on_branch_of(session, request) if request else nullcontext(), handed_over(ran) if ran else nullcontext():
        return _write(session, draft, linked, timeout if run else None)


def _write(session: Session, draft: PhrDraft, linked: str | None, run_limit: float | None) -> ExitCode:
    """Writes and tells of a PHR, after its checks were run where they are given a limit in seconds."""
    ran = None
    if run_limit is not None:
        state = session.state
        if state.left_out and not (draft.files or state.untold or state.own_phrs):
            raise nothing_left(state, session.today)  # before the checks take their time
        ran = checks_of_record(session, draft.contract.checks if draft.contract else (), run_limit)
    draft = session.redactor.draft(draft)
    with session.writing(draft, linked) as journal:
        state = session.state
        record = write_phr(state, draft, session.today.isoformat(), journal, linked, ran)
        told, saved = save_with_spec(session, f"PHR: {draft.title}", record.path, record.feature)
        named = each_file_once(map(state.project.path, record.files), state.files)
        names = f"names {files_named(named) or 'no file'}"
        session.print({"schema": "sdd/phr-new/1", **_created(session, record), **saved}, [f"{told} ({names})"])
        if record.undecided:
            policies = listed([*map(session.state.project.path, record.undecided)])
            remark(f"{policies} has changed too, and this PHR does not decide that: whoever does runs")
            remark(how_to_decide(session.state, record.undecided))
        if session.base and not draft.files:
            _tell_landed(session, state, record.files)
        if draft.kind == ChangeKind.CHORE or record.is_bounded or linked:
            _tell_refused(session, record)
    return ExitCode.CLEAN


def _tell_landed(session: Session, state: ChangeState, named: Sequence[str]) -> None:
    """Says which files a record names that landed after its base, with neither a record nor a waiver, by the `state`
    before it was written.
    """
    from sdd.gate.check.change import judge_change  # only who names a base waits for it

    session.forget_tree()
    own = {file.path for file in ChangeState.read(session.repository, state.root).files}
    lacking = [
        paths.relative(state.root, finding.path)
        for change in judge_change(state.coverage, session.today)
        for finding in change.errors
        if finding.rule == "change-no-phr" and finding.path not in own
    ]
    if landed := [path for path in lacking if path in named]:
        remark(
            f"it names what landed without a record, too: {listed(landed)}; if that is not yours, name yours: --file"
        )


def _tell_refused(session: Session, record: WrittenRecord) -> None:
    """Says what a push would refuse of a new record as it is: a chore too large, a file outside of its scope, or one
    for which it links no contract that still counts.
    """
    from sdd.gate.check.change import judge_change  # only what may be refused is judged

    session.forget_tree()
    state = session.state
    refused = [
        finding
        for change in judge_change(state.coverage, session.today)
        for finding in change.errors
        if (finding.rule == "change-not-a-chore" and finding.path == record.path)
        or (
            finding.rule in ("change-out-of-scope", "change-no-contract")
            and paths.relative(state.root, finding.path) in record.files
        )
    ]
    for finding in refused[:_REFUSED_TOLD]:
        remark(f"a push would be refused: {finding.path} {finding.message}")
    if refused:
        remark(f"what to do about it: {state.sdd_in(state.root)} status")


def _asked(
    session: Session, kind: ChangeKind | None, said: dict[str, Any]
) -> tuple[str, ChangeKind | None, dict[str, Any]]:
    """Title, kind and the other words of a record, with the answers to what was not said."""
    from sdd.cli.asking import ask_commit, ask_words, asked_steps
    from sdd.gate.plan.ways import COMMAND, SENTENCE, TITLE

    can_name = session.state.untold or new_work_of_reverts(session.state, session.today)
    if not (can_name or said["files"] or said["stage"]):
        raise nothing_left(session.state, session.today)
    likely, steps = (kind, ()) if said["linked"] else asked_steps(session, kind, said["feature"])
    if any(step.argv[1:2] == ("contract",) for step in steps):
        remark("such work has a contract in a file of its own, too: sdd contract new, or both by sdd cover")
    own = next((step for step in steps if "--kind" in step.argv and step.argv[1:3] == ("phr", "new")), None)
    kind = likely if own else kind
    terms = (SENTENCE, COMMAND) if kind in (ChangeKind.FIX, ChangeKind.REFACTOR) else ()
    needs = own.needs if own else (TITLE, *terms)
    answers = ask_words(session, needs, {"title": None, **said})
    ask_commit(session)
    return answers.pop("title"), kind, answers


def _created(session: Session, record: WrittenRecord) -> dict[str, Any]:
    """A new PHR as a document: the keys of spec-kit-plus's own script, and the files."""
    context = "feature" if record.feature else "general"
    return {
        "id": record.id,
        "path": str(session.top / record.path),
        "relative_path": record.path,
        "context": record.stage if record.stage in (Stage.CONSTITUTION, Stage.GENERAL) else context,
        "stage": record.stage,
        "feature": record.feature,
        "template": "phr-template.prompt.md",
        "files": list(record.files),
    }


command.add_command(add)


list_command(
    command,
    "phrs",
    phr_cells,
    record_items(Phr, judged=True),
    'no PHR yet: sdd phr new "TITLE"',
    *options.PHR_FILTERS,
    options.choice_option("--kind", ChangeKind, "Only those of this kind of change."),
)(indexed("phrs", "List the PHRs of every root: date, stage, path and title."))


show_command(command, Phr, "PHR", "Show RECORD: a path, or the end of one (0007, 001-x/0007).", judged=True)
