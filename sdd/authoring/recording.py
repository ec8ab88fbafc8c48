"""A new PHR or contract, made of what git knows and what its author says."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from sdd.authoring.acceptance import CheckRun, with_outcomes
from sdd.authoring.deciding import without_policy
from sdd.authoring.defaults import folder_of_phr, literal_pattern, principles, stage_of_change
from sdd.authoring.defaults import response as default_response
from sdd.authoring.drafts import ContractDraft, PhrDraft, contract_text, laid_out, phr_text
from sdd.authoring.identity import recorded_user, slug, write_record
from sdd.authoring.moved_folders import with_moved_folders
from sdd.authoring.nothing_left import new_work_of_reverts, nothing_left, require_own
from sdd.authoring.redaction import redactor
from sdd.authoring.repeated import repeats
from sdd.authoring.required import (
    existing,
    require_accepted,
    require_filled_in,
    require_follow_ups,
    require_known,
    require_statement,
    require_terms,
)
from sdd.authoring.templates import project_template
from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.gate.preview import ChangeState
from sdd.records.agents import agent_named
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.contract import parse as parse_contract
from sdd.records.kinds.phr import Phr, Stage
from sdd.records.kinds.phr import parse as parse_phr
from sdd.records.kinds.policy import is_policy
from sdd.records.kinds.record import ChangeKind
from sdd.records.kinds.spec import Spec
from sdd.records.layout import CONTRACTS, PROMPTS, SPECS, roots_of
from sdd.records.links import Place, Relation, ids_known, path_from_top
from sdd.records.named import fitting
from sdd.records.packaged import CONTRACT, PHR
from sdd.records.project import located, records_of
from sdd.repo.journal import Journal

Known = TypeVar("Known", Phr, Contract)


@dataclass(frozen=True)
class WrittenRecord:
    """A record that was written: its path from the top, what it says, changed policies that it does not name, and
    whether a contract may leave some of its files out of its scope.
    """

    path: str
    id: str
    stage: str
    feature: str | None
    files: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    is_bounded: bool = False


@dataclass(frozen=True)
class _MadePhr:
    """A PHR that is ready to be written: where, and its text by its id and path."""

    folder: str
    name: str
    record: WrittenRecord
    text: Callable[[str, str], str]


def write_phr(
    state: ChangeState,
    draft: PhrDraft,
    today: str,
    journal: Journal,
    linked: str | None = None,
    run: CheckRun | None = None,
) -> WrittenRecord:
    """Writes a PHR into the work tree: `draft` with what git and the feature's records add. `today` is YYYY-MM-DD.

    `linked` names the contract that it implements, `draft.contract` holds the words of an embedded one, and `run` is
    given where its checks were run. The PHR that an earlier run of the command wrote, by its `journal`, is the one.
    Raises UsageError for an unknown feature, contract or follow-up, where a title makes no name, and for a prompt that
    asks for nothing.
    """
    if earlier := _earlier(state, journal, Phr):
        place, named = (earlier.path, earlier.id or "", earlier.stage or ""), tuple(each.path for each in earlier.files)
        return WrittenRecord(*place, earlier.feature, named, is_bounded=True)
    made = _made(state, draft, today, linked, run)
    first, beside = made.text("0001", ""), None if made.record.files else state.tree
    if repeated := repeats(state, paths.join(state.root, f"{made.folder}/0001-{made.name}"), first, beside):
        raise UsageError(
            f"this repeats {repeated}: a PHR says what is new",
            "say it, such as the versions, in --prompt-file or --response-file",
        )
    number, path = write_record(state.repository, state.root, made.folder, made.name, made.text, journal)
    return replace(made.record, path=path, id=number)


def renewed_phr(state: ChangeState, draft: PhrDraft, today: str, phr: Phr) -> bytes:
    """A PHR that is there already, made anew; its name, title and stage stay. Raises as `write_phr` does."""
    made = _made(state, replace(draft, title=phr.title or draft.title, stage=phr.stage), today, None, None)
    return redactor(state.repository, state.root)(made.text(phr.id or "", phr.path)).encode("utf-8", "replace")


def _made(state: ChangeState, draft: PhrDraft, today: str, linked: str | None, run: CheckRun | None) -> _MadePhr:
    draft = replace(draft, files=existing(state, draft.files))
    require_follow_ups(state, draft.closes)
    feature = state.work.feature(draft.feature, required=False, is_feature_work=_is_feature_work(state, draft))
    about = draft.files or state.untold_of(feature if draft.feature else None)
    contracts = _linked(state, linked, draft.kind, about, feature)
    features, kinds = {each.feature for each in contracts}, {each.kind for each in contracts}
    if len(features) > 1:
        feature = feature if draft.feature else None  # it is the work of several
    elif features and not (draft.feature and feature):
        feature = features.pop() or feature  # whatever the branch is named like
    untold = tuple(path for path in state.untold_of(feature) if run is None or path in run.files)
    files, change = draft.files or without_policy(state, draft, untold), state.target.change
    if not files and draft.kind in (ChangeKind.FIX, ChangeKind.REFACTOR):
        files = new_work_of_reverts(state, date.fromisoformat(today))
    if not files and (draft.kind or (state.left_out and not draft.stage)):
        raise nothing_left(state, date.fromisoformat(today))
    if feature and not files and not draft.stage:
        require_own(state, feature)
    if not files and draft.stage == Stage.CONSTITUTION:
        raise UsageError(
            "a record of a decision names what was decided, and nothing is left to name", "add --file PATH"
        )
    words = replace(draft.contract, kind=draft.kind) if draft.contract and draft.kind else None
    embedded = None if linked else require_terms(words, feature)
    kind = draft.kind or (kinds.pop() if len(kinds) == 1 else None)
    stage = draft.stage or stage_of_change(kind, files, captured=bool(draft.captured))
    spec = _spec(state, feature)
    success = embedded.success if embedded else ""
    filled = replace(
        draft,
        stage=stage,
        date=draft.date or today,
        model=draft.model or state.repository.config.get("sdd.model", ""),
        feature=feature or "",
        branch=state.work.branch or "",
        user=draft.user or recorded_user(state.repository),
        links={
            noun: ", ".join(paths.seen_from(state.root, record.path) for record in records)
            for noun, records in (("spec", (spec,) if spec else ()), ("contract", contracts))
            if records
        }
        | dict(draft.links),
        files=draft.files or with_moved_folders(files, state.root, change.paths if change else (), state.tree),
        prompt=draft.prompt if draft.prompt is not None else draft.title,
        response=draft.response if draft.response is not None else default_response(state, draft.kind, files, success),
        contract=embedded,
    )
    is_answer = stage == Stage.CONSTITUTION and draft.prompt is not None
    if filled.prompt:
        require_statement(filled.prompt, *(["say what was asked and answered, in --prompt-file"] if is_answer else []))
    take_out = redactor(state.repository, state.root)
    take_out.require_clean(filled.files)
    filled = take_out.draft(filled)
    template = _template(state, PHR)
    if embedded:
        first = phr_text(replace(filled, id="0001"), template).encode("utf-8", "surrogateescape")
        if contained := parse_phr("", first, "").contract:
            require_accepted(contained, embedded)

    def text(number: str, path: str) -> str:
        made = phr_text(replace(filled, id=number), template)
        return with_outcomes(state, path, made, run.outcomes, today) if run and path else made

    name = slug(filled.title)
    folder = state.project.placed(f"{PROMPTS}/{folder_of_phr(stage, feature)}")
    undecided = tuple(path for path in untold if is_policy(path) and path not in files)
    bounded = bool(contracts or (embedded and embedded.scope))
    record = WrittenRecord("", "", stage, feature, files, undecided, is_bounded=bounded)
    return _MadePhr(folder, f"{name}.{stage}.prompt.md", record, text)


def _is_feature_work(state: ChangeState, draft: PhrDraft) -> bool:
    """Whether a PHR is of a feature's work by its kind, or, where it says none, is about texts below specs/ alone."""
    specs = state.project.placed(SPECS)
    files = draft.files or state.untold
    return draft.kind == ChangeKind.FEATURE or (
        not draft.kind and bool(files) and all(paths.is_below(path, specs) for path in files)
    )


def write_contract(state: ChangeState, draft: ContractDraft, feature: str | None, journal: Journal) -> WrittenRecord:
    """Writes a contract file into the work tree: `draft` with what git and the feature's records add.

    `draft.agent` is the name of an agent file, by whose demands the contract is laid out. The contract that an earlier
    run of the command wrote, by its `journal`, is the one. Raises UsageError where a feature is needed and nothing
    names one, for an unknown agent, and where a title makes no name.
    """
    if earlier := _earlier(state, journal, Contract):
        return WrittenRecord(
            earlier.path, earlier.id or "", "contract", earlier.feature, tuple(item.text for item in earlier.scope)
        )
    name = slug(draft.title)
    if draft.agent:
        draft = laid_out(draft, agent_named(state.project, draft.agent))
    feature = state.work.feature(feature, required=draft.kind == ChangeKind.FEATURE)
    spec = _spec(state, feature)
    at = Place(state.project, state.project.path(CONTRACTS), feature)
    for relation, names in ((Relation.REQUIREMENT, draft.requirements), (Relation.TASK, draft.tasks)):
        require_known(names, relation, sorted(ids_known(relation, at)))
    filled = replace(
        draft,
        feature=feature or "",
        spec=paths.seen_from(state.root, spec.path) if spec else "",
        scope=draft.scope or tuple(literal_pattern(path) for path in state.uncontracted),
        principles=draft.principles or principles(state),
    )
    take_out = redactor(state.repository, state.root)
    take_out.require_clean(() if draft.scope else state.uncontracted)
    filled = take_out.draft(filled)
    template = _template(state, CONTRACT)
    text = contract_text(replace(filled, id="0001"), template)
    parsed = parse_contract("", text.encode("utf-8", "surrogateescape"), "")
    require_accepted(parsed, filled)
    if state.only_committed:
        require_filled_in(parsed, filled)
    number, path = write_record(
        state.repository,
        state.root,
        state.project.placed(f"{CONTRACTS}/{feature or 'general'}"),
        f"{name}.contract.md",
        lambda number, _: contract_text(replace(filled, id=number), template),
        journal,
    )
    return WrittenRecord(path, number, "contract", feature, filled.scope)


def _earlier(state: ChangeState, journal: Journal, kind: type[Known]) -> Known | None:
    """The record that an earlier run of the command wrote."""
    place = located(state.tree, journal.record) if journal.record else None
    return state.project.at(place[0]).get(kind, journal.record) if place and journal.record else None


def _template(state: ChangeState, name: str) -> str:
    assert state.repository.work_tree
    return project_template(name, state.repository.work_tree / state.root)


def _linked(
    state: ChangeState, linked: str | None, kind: ChangeKind | None, files: tuple[str, ...], feature: str | None
) -> tuple[Contract, ...]:
    if not linked:
        return () if kind else state.contracts_for(files, feature)
    path = path_from_top(state.root, linked) or linked
    projects = (state.project, *map(state.project.at, roots_of(state.tree, state.root)))
    above = (project for project in projects if paths.is_below(path, project.root))
    named = next((contract for project in above if (contract := project.get(Contract, path))), None)
    if named:
        state.work.require_kept(named)
        return (named,)
    meant = state.likeliest(fitting(records_of(state.tree, state.reader, Contract), linked))
    if len(meant) != 1:
        known = meant or state.contracts_of(feature)
        near = ", ".join(contract.path for contract in known) or "none yet: sdd contract new"
        reason = f"more than one contract matches {linked}" if meant else f"{linked} is no contract"
        raise UsageError(reason, f"name its path; contracts: {near}")
    return (meant[0],)


def _spec(state: ChangeState, feature: str | None) -> Spec | None:
    return state.work.of_feature(feature).spec(feature) if feature else None
