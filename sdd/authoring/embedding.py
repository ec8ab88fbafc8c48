"""An execution contract put into a PHR that has not landed and has none: all that the PHR said stays."""

import re
from collections.abc import Iterator

from sdd.authoring.acceptance import CheckRun, with_outcomes
from sdd.authoring.drafts import ContractDraft, PhrDraft, phr_text
from sdd.authoring.front_matter import with_key
from sdd.authoring.redaction import redactor
from sdd.authoring.required import require_accepted, require_terms
from sdd.authoring.statements import losses
from sdd.authoring.templates import project_template
from sdd.base.errors import SddError, UsageError
from sdd.document import Document
from sdd.document.source import Source
from sdd.gate.preview import ChangeState
from sdd.records.kinds.phr import Phr, parse
from sdd.records.kinds.phr_body import OUTCOME, own_section
from sdd.records.packaged import PHR
from sdd.repo.worktree import rewrite

# What capture says of the kind as long as nobody has said it.
_GUESS = re.compile(r"- Captured: kind \w+ is a guess: .*")
_SECTION = "Execution contract"
# What is meant to change, and what follows from that.
_CHANGES = frozenset(("kind", "contract"))


def add_contract(state: ChangeState, phr: Phr, draft: ContractDraft, run: CheckRun | None, today: str) -> None:
    """Writes a contract, whose kind becomes the PHR's too, into a PHR of the work tree.

    A chore or a revert without any words of one only gets its kind. `run` is given where its checks were run. Raises
    UsageError where the PHR has a contract already, and for words that the gate would refuse, SddError where the file
    cannot be edited safely.
    """
    assert state.repository.work_tree
    if phr.contract:
        raise UsageError(f"{phr.path} holds a contract already", "edit that, or name another PHR")
    embedded = require_terms(draft, phr.feature)
    place = state.repository.work_tree / phr.path
    before = place.read_bytes()
    unguessed = _without_guess(before)
    after = with_key(unguessed, "kind", str(draft.kind))
    if embedded:
        embedded = redactor(state.repository, state.root).draft(embedded)
        after = _appended(after, _section(state, phr, embedded))
    written = parse(phr.path, after, phr.root)
    lost = set(losses(parse(phr.path, unguessed, phr.root), written)) - _CHANGES
    if lost or written.kind != draft.kind or bool(embedded) != bool(written.contract):
        raise SddError(f"{phr.path} has a form that sdd cannot add a contract to", "write its section by hand")
    if embedded and written.contract:
        require_accepted(written.contract, embedded)
        if run:
            told = with_outcomes(state, phr.path, after.decode("utf-8", "surrogateescape"), run.outcomes, today)
            after = told.encode("utf-8", "surrogateescape")
    rewrite(place, before, after)


def _section(state: ChangeState, phr: Phr, draft: ContractDraft) -> list[str]:
    """The lines of the section as a new PHR of the project would have it."""
    assert state.repository.work_tree
    template = project_template(PHR, state.repository.work_tree / phr.root)
    whole = PhrDraft(title="PHR", prompt="Prompt.", response="Response.", kind=draft.kind, contract=draft)
    document = Document.parse(phr_text(whole, template).encode("utf-8", "surrogateescape"))
    section = own_section(document, _SECTION)
    if not section:
        raise SddError("the project's template has no section for a contract", f"add one to it: {_SECTION}")
    return [line.rstrip("\r\n") for line in document.lines[section.line - 1 : section.end - 1]]


def _appended(content: bytes, lines: list[str]) -> bytes:
    source = Source.of(content)
    last = source.last_said(len(source.lines) + 1)
    return source.removed(last + 1, len(source.lines) - last).inserted(last + 1, ["", *lines]).content


def _without_guess(content: bytes) -> bytes:
    """The content without the line of its outcome that tells the kind as a guess."""
    source = Source.of(content)
    for number in _outcome(content):
        if _GUESS.fullmatch(source.text(number)):
            return source.removed(number, 1).content
    return content


def _outcome(content: bytes) -> Iterator[int]:
    section = own_section(Document.parse(content), *OUTCOME)
    yield from range(section.start, section.end) if section else ()
