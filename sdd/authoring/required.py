"""What a new record must say, and what it may name: the errors of whoever asks for one."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain

from sdd.authoring.drafts import ContractDraft
from sdd.authoring.prose import one_line
from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.listing import listed
from sdd.base.nearest import nearest
from sdd.gate.cover import asks_nothing, is_vague
from sdd.gate.preview import ChangeState
from sdd.gate.rules import Severity
from sdd.gate.rules.contract import (
    contract_criteria,
    contract_follow_ups,
    contract_no_constraint,
    contract_no_non_goal,
    demanded,
)
from sdd.gate.rules.contract_names import contract_broad_scope, contract_no_scope
from sdd.records.followups import read_follow_ups
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.file_entries import moved_folder
from sdd.records.kinds.reading import tokens
from sdd.records.kinds.record import ChangeKind
from sdd.records.lifetimes import moved_to
from sdd.records.links import in_tree, path_from_top
from sdd.repo.folders import FOLDER


def require_accepted(contract: Contract, draft: ContractDraft) -> None:
    """Raises UsageError for words of a draft that the gate would refuse in the contract that is made of it."""
    rules = [contract_criteria, contract_follow_ups]
    rules += [contract_no_scope, contract_broad_scope] if draft.scope else []
    for refused in chain.from_iterable(rule.function(contract) for rule in rules):
        raise UsageError(refused.message, refused.fix)
    there = demanded(contract)
    # What nobody wrote is in capitals, to be filled in.
    if draft.success and not there["Success criteria"]:
        raise UsageError(f'--success "{one_line(draft.success)}" says nothing', "say what is true when it is done")
    for option, limits, rule in (
        ("--constraint", draft.constraints, contract_no_constraint),
        ("--non-goal", draft.non_goals, contract_no_non_goal),
    ):
        found = [*rule.function(contract)] if limits and not contract.placeholders else []
        if any(each.severity != Severity.WARNING for each in found):
            said = f'{option} "{one_line(limits[0])}" says nothing'
            raise UsageError(said, "a feature's contract needs one: name it")
    if draft.checks and not there["Acceptance checks"]:
        raise UsageError(f'--check "{one_line(draft.checks[0])}" says nothing', "name a command that shows it")


def require_filled_in(contract: Contract, draft: ContractDraft) -> None:
    """Raises UsageError for a contract that is to be committed, and still holds words of its template."""
    left_over = [*(item for item in contract.scope if item.text in tokens(item.text)), *contract.placeholders]
    if not left_over:
        return
    left = " ".join((*_unsaid(draft), *([] if draft.scope else ['--scope "/FOLDER/**"'])))
    fix = "leave out --commit, and fill in the file"
    texts = listed([item.text for item in left_over])
    raise UsageError(f"what nobody filled in is not committed: {texts}", f"add {left}\nor {fix}" if left else fix)


def _unsaid(draft: ContractDraft) -> Iterator[str]:
    """The options of what a contract of its kind must say, and this one does not."""
    limited = draft.kind == ChangeKind.FEATURE
    options = (
        ('--success "ONE SENTENCE"', not draft.success),
        ('--constraint "MUST"', limited and not draft.constraints),
        ('--non-goal "NOT"', limited and not draft.non_goals),
        ('--check "COMMAND"', not draft.checks),
    )
    yield from (option for option, is_missing in options if is_missing)


def existing(state: ChangeState, files: tuple[str, ...]) -> tuple[str, ...]:
    """Some paths as a PHR names them, folders with a slash at the end. Raises UsageError for one that is neither in the
    work tree nor part of the change so far, and for a folder so wide that it would cover nothing.
    """
    changed = {path.path for path in state.target.change.paths} if state.target.change else set[str]()
    return tuple(_existing(state, changed, written) for written in files)


def _existing(state: ChangeState, changed: Collection[str], written: str) -> str:
    if move := moved_folder(written):
        old, new = map(state.project.path, move)
        if not state.coverage or not state.coverage.moves.between(old, new):
            raise UsageError(f"nothing moved from {move[0]} to {move[1]}", "name the files themselves")
        return written
    path = path_from_top(state.root, written)
    if path is None or (path not in changed and not in_tree(state.tree, path)):
        head = state.repository.commit("HEAD")
        moved = moved_to(state.repository, head, path) if head and path else ""
        fix = "name a file of the work tree, or one that this change removes"
        if moved and in_tree(state.tree, moved):
            fix = f"it has moved: name {paths.shell_word(paths.relative(state.root, moved))}"
        raise UsageError(f"{written} does not exist", fix)
    entry = state.tree.get(path)
    named = f"{written}/" if entry and entry.mode == FOLDER and not written.endswith("/") else written
    if is_vague(state.root, named) and not state.tree.file(path):
        raise UsageError(f"{written} names too much to cover a file", "name the files, or a folder below it")
    return named


def require_statement(prompt: str, where: str = "say what is to be done, in the title or in --prompt-file") -> None:
    """Raises UsageError for a prompt that asks for nothing; `where` says what to write, and where."""
    if asks_nothing(prompt):
        raise UsageError(f'"{one_line(prompt)}" asks for nothing: no PHR of it would count', where)


def require_follow_ups(state: ChangeState, closes: tuple[str, ...]) -> None:
    """Raises UsageError for what is no follow-up of a record in this root."""
    if not closes:
        return
    every = read_follow_ups(state.tree, state.reader)
    known = [follow_up for follow_up in every if follow_up.root == state.root]
    for entry in closes:
        if not any(follow_up.is_called(entry) for follow_up in known):
            if other := next((each for each in every if each.is_called(entry)), None):
                fix = f"close it there: {state.sdd_in(other.root)} phr new"
                raise UsageError(f"{entry} is a follow-up of {other.path}, in another root", fix)
            still_open = (follow_up.name for follow_up in known if not follow_up.closed_by)
            raise UsageError(f"unknown follow-up {entry}", nearest(entry, still_open, "see: sdd followup list"))


def require_terms(draft: ContractDraft | None, feature: str | None) -> ContractDraft | None:
    """The contract that goes into a PHR of its kind: None where that asks for none and no words of one are given.

    Raises UsageError where it says less than such a contract must.
    """
    if draft is None:
        return None
    silent = draft == ContractDraft(title=draft.title, kind=draft.kind)
    if silent and draft.kind in (ChangeKind.CHORE, ChangeKind.REVERT):
        return None
    if unsaid := [*_unsaid(draft)]:
        limits = ", what holds throughout, what it leaves alone" if draft.kind == ChangeKind.FEATURE else ""
        begin = '\na new feature begins with its spec: sdd feature new "TITLE"' if limits and not feature else ""
        raise UsageError(
            f"a {draft.kind} says what will be true when it is done{limits}, and how that is checked",
            f"add {' '.join(unsaid)}{begin}",
        )
    return replace(draft, feature=feature or "")


def require_known(names: tuple[str, ...], noun: str, known: list[str]) -> None:
    """Raises UsageError for a name of some kind that is not known."""
    for name in names:
        if name not in known:
            listed = f"{noun}s: {', '.join(known) or 'none yet'}"
            raise UsageError(f"unknown {noun} {name}", nearest(name, known, listed))
