"""Rules about a change: what its governed files need, and what it may not do."""

import re
from collections import Counter

from sdd.base import paths
from sdd.base.regex import regex
from sdd.gate.cover import CoveredFile, Need, names
from sdd.gate.rules.revert import is_revert
from sdd.gate.rules.rule import ChangeContext, Findings, RuleFinding, Severity, change_rule
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr, Stage
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.kinds.record import ChangeKind

_LONG_LINE = 120
_TEST_PATH = regex(
    r"(^|/)(tests?|__tests__|spec)/|(^|/)(test_|conftest\.py$)|[._-](test|tests|spec)\.[^/]+$", re.IGNORECASE
)


@change_rule(Severity.ERROR)
def change_no_phr(context: ChangeContext) -> Findings:
    """A governed file is changed, but no Prompt History Record of this change names it.

    Why: weeks later nobody knows what was asked for. The record must be new in this change, since one that has
    landed told of another. It names the file itself, or a folder below the first level, and its prompt says more
    than "continue".

    Fix: `sdd phr new "TITLE" --commit` fills in the files from git. A file that a record of this branch forgot
    goes into that record's `files`.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/vat.py
    """
    for file in _lacking(context, Need.PHR):
        yield RuleFinding(
            file.path, 1, _without_phr(context, file), 'record what was asked: sdd phr new "TITLE"', firm=True
        )


@change_rule(Severity.ERROR)
def change_no_contract(context: ChangeContext) -> Findings:
    """A governed file is changed, but no execution contract speaks of it.

    Why: what will be done, its limits and how it will be checked are agreed before the work, in terms that can be
    checked. Kind chore and revert need none; see `[gate.require]` in the policy.

    Fix: `sdd contract new "TITLE" --feature F`, or for small work a contract inside the record:
    `sdd phr new "TITLE" --kind fix --success "ONE SENTENCE" --check "COMMAND"`.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (deleted) --
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  contract: history/contracts/001-vat/0003-rounding.contract.md
    """
    for file in _lacking(context, Need.CONTRACT):
        if not file.out_of_scope:
            message = "needs a contract: none of this change, and no open one that its PHR links, speaks of it"
            yield RuleFinding(file.path, 1, message, 'agree on the work: sdd contract new "TITLE"', firm=True)


@change_rule(Severity.ERROR)
def change_out_of_scope(context: ChangeContext) -> Findings:
    """A governed file is changed that lies outside the scope of the contract at hand.

    Why: the scope is the promise of what will be touched. An edit beyond it is either an unrelated edit, or the
    promise was too small and should be made anew.

    Fix: take the edit out, or add the path to the contract's `scope` where it belongs to the work.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -  - "/src/**"
        +  - "/lib/**"
    """
    for file in _lacking(context, Need.CONTRACT):
        if file.out_of_scope:
            near = ", ".join(contract.path for contract in file.out_of_scope)
            yield RuleFinding(
                file.path,
                1,
                f"lies outside the scope of {near}",
                "add the path to the scope, or leave the file alone",
                firm=True,
            )


@change_rule(Severity.ERROR)
def change_no_spec(context: ChangeContext) -> Findings:
    """A governed file is changed for a feature that has no specification that can be read.

    Why: a contract of kind feature carries out a specification. Its feature must have a `spec.md` at head, and the
    contract and the record must speak of the same feature.

    Fix: write the spec with `sdd feature new "TITLE"`, or correct `feature` in the contract and the record. Work
    that needs no spec is of kind fix, refactor or chore.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -feature: 001-vat
        -spec: specs/001-vat/spec.md
        -requirements: [FR-001]
        -tasks: [T001]
        +feature: 002-rounding
    """
    for file in _lacking(context, Need.SPEC):
        for fault in file.spec_faults:
            if fault.rule == "change-no-spec":
                yield RuleFinding(
                    file.path, 1, f"needs a spec: {fault.message}", 'write it: sdd feature new "TITLE"', firm=True
                )


@change_rule(Severity.ERROR)
def change_not_a_chore(context: ChangeContext) -> Findings:
    """A change of kind chore is larger than a chore may be.

    Why: a chore needs no contract, so it must be small enough to be read at a glance (`chore_lines` in the policy).

    Fix: name the kind that it is (fix, refactor, feature) and write its contract.

    Bad example:
        -- history/prompts/general/0001-many-rates.misc.prompt.md --
        ---
        id: "0001"
        title: Many rates
        stage: misc
        date: 2026-03-01
        kind: chore
        files:
          - lib/rates.py
        ---

        ## Prompt

        List the rates.

        ## Response snapshot

        Listed.
        -- lib/rates.py (60 lines) --
        RATE = 1
    """
    chores = [file for file in _rows(context) if ChangeKind.CHORE in file.kinds]
    if not chores:
        return
    limit = _policy(context).chore_line_limit
    lines = context.view.changed_lines([file.path for file in chores])
    path, line = _declaration(chores[0], ChangeKind.CHORE)
    fix = "name the kind that it is and write its contract"
    if lines > limit:
        message = f"says chore, but changes {lines} lines in {len(chores)} files (limit {limit})"
        yield RuleFinding(path, line, message, fix, firm=True)
        return
    for file in chores:
        if not _reads_at_a_glance(context, file, limit):
            yield RuleFinding(path, line, f"says chore, but {file.path} cannot be read at a glance", fix, firm=True)


def _reads_at_a_glance(context: ChangeContext, file: CoveredFile, limit: int) -> bool:
    """Whether a file is text that did not grow by more than `limit` long lines: lines alone would let a binary pass."""
    before, after = file.changed.target or file.changed.before, file.changed.after
    if after is None:
        return True
    size = context.view.reader.size
    grown = size(after) - (size(before) if before and before.is_file else 0) if after.is_file else 0
    return after.is_file and b"\0" not in context.view.reader.content(after) and grown <= limit * _LONG_LINE


@change_rule(Severity.ERROR)
def change_not_a_revert(context: ChangeContext) -> Findings:
    """A file of a change of kind revert is new work, not something that was there before.

    Why: a revert needs no spec and no contract, because what it brings back was agreed on once. So each file must
    be as the target had it before, or be the undoing of a commit there that the record names.

    Fix: name the commit in the record ("This reverts commit ..."), or name the kind that it is.

    Bad example:
        -- history/prompts/general/0001-take-it-back.misc.prompt.md --
        ---
        id: "0001"
        title: Take it back
        stage: misc
        date: 2026-03-01
        kind: revert
        files:
          - lib/rates.py
        ---

        ## Prompt

        Take the rates back.

        ## Response snapshot

        Taken back.
        -- lib/rates.py --
        never = "there before"
    """
    for file in _rows(context):
        if ChangeKind.REVERT in file.kinds and not is_revert(context, file):
            message = "is no revert: the target never held this content, and no commit that the PHR names had it"
            yield RuleFinding(
                file.path, 1, message, 'name the commit in the record: "This reverts commit ..."', firm=True
            )


@change_rule(Severity.ERROR)
def change_path_twin(context: ChangeContext) -> Findings:
    """A new path equals another but for case or Unicode form.

    Why: on a file system that folds them one of the two is lost at checkout, and a rule that names one path
    would be told about the other.

    Fix: rename one of them.

    Bad example:
        -- docs/Guide.md --
        One.
        -- docs/guide.md --
        Two.
    """
    counts: dict[str, Counter[str]] = {}
    for changed in context.view.change.paths:
        if changed.status != "A" or context.view.root_of(changed.path) != context.root:
            continue
        for path in (changed.path, *paths.folders_above(changed.path)):
            folder, _, name = path.rpartition("/")
            if folder not in counts:
                counts[folder] = Counter(paths.twin_keys(context.view.head.folder(folder)))
            if path and counts[folder][paths.twin_key(name)] > 1:
                yield RuleFinding(
                    changed.path,
                    1,
                    f"{path} has a twin that differs only in case or Unicode form",
                    "rename one of them",
                )
                break


@change_rule(Severity.WARNING)
def change_too_large(context: ChangeContext) -> Findings:
    """The change is larger than a reader can take in.

    Why: the smallest viable change is the one that gets read. The limits are the policy's (`[gate.limits]`).

    Fix: split it into changes that each make sense.

    Bad example:
        -- src/round.py (700 lines) --
        RATE = 1
    """
    policy = _policy(context)
    governed = [file for file in _rows(context) if not file.exempt]
    changed = [file.path for file in governed]
    if len(governed) <= policy.file_limit and not context.view.may_change_more(changed, policy.line_limit):
        return
    lines = context.view.changed_lines(changed)
    if lines > policy.line_limit or len(governed) > policy.file_limit:
        limits = f"(limits {policy.line_limit} and {policy.file_limit})"
        yield RuleFinding(
            governed[0].path, 1, f"the change has {lines} lines in {len(governed)} files {limits}", "split it"
        )


@change_rule(Severity.OFF)
def change_no_test(context: ChangeContext) -> Findings:
    """A feature or a fix changes code, but no test.

    Why: an acceptance check that nobody can run again is a promise. Off unless the policy turns it on, since
    where tests live differs from project to project.

    Fix: add or change a test in the same change.

    Bad example:
        -- src/round.py (edited) --
        +HALF = 0.5
    """
    built = [
        file for file in _rows(context) if not file.exempt and {ChangeKind.FEATURE, ChangeKind.FIX} & {*file.kinds}
    ]
    if built and not any(_TEST_PATH.search(file.path) for file in built):
        yield RuleFinding(built[0].path, 1, "code is changed, but no test", "add a test of what is new")


@change_rule(Severity.ERROR)
def root_changed(context: ChangeContext) -> Findings:
    """A root (a folder with `.specify/`) is added or removed.

    Why: a new root takes files from the one above it and brings rules of its own; a removed one takes its rules
    along. Both are decisions about how the project is governed.

    Fix: say so in a PHR of stage constitution that names the root's `.specify/sdd.toml`.

    Bad example:
        -- api/.specify/memory/constitution.md --
        # API Constitution

        ## Core Principles

        ### I. Small

        Small.

        **Version**: 1.0.0 | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/round.py
        +  - api/.specify/memory/constitution.md
    """
    if context.view.own_rules:
        return
    for word, roots in (("added", context.view.new_roots), ("removed", context.view.removed_roots)):
        for root in sorted(roots):
            policy = paths.join(root, POLICY_PATH)
            if not decided(context, policy):
                where = policy if policy in context.view.records else paths.join(root, ".specify")
                yield RuleFinding(
                    where,
                    1,
                    f"the root {root or '.'} is {word}",
                    f"name {policy} in a PHR of stage constitution",
                    firm=True,
                )


def decided(context: ChangeContext, path: str) -> bool:
    """Whether a PHR of stage constitution in this change names `path`."""
    return any(phr.stage == Stage.CONSTITUTION for phr in context.coverage.naming(path))


def _rows(context: ChangeContext) -> list[CoveredFile]:
    """The rows of the cover table that answer to this root."""
    return [file for file in context.coverage.files if file.root == context.root]


def _lacking(context: ChangeContext, need: Need) -> list[CoveredFile]:
    return [file for file in _rows(context) if need in file.lacks]


def _policy(context: ChangeContext) -> Policy:
    return context.view.policy(context.root)


def _declaration(file: CoveredFile, kind: ChangeKind) -> tuple[str, int]:
    """Where a file's kind was declared."""
    records: tuple[Contract | Phr, ...] = (*file.contracts, *file.phrs)
    for record in records:
        if record.kind == kind:
            return record.path, record.at("kind")
    return file.path, 1


def _without_phr(context: ChangeContext, file: CoveredFile) -> str:
    """What a file without a PHR needs; where a landed record names it, why that does not count."""
    for path, (root, changed) in context.view.records.items():
        landed = context.view.after(root).phr(path) if changed.after and not context.view.is_added(path) else None
        if landed and names(landed, file.path):
            return f"{path} has landed, it counts no more: a change needs a PHR of its own"
    if Need.CONTRACT not in file.lacks or file.out_of_scope:
        return "needs a PHR that names it"
    return "needs a PHR and a contract" + (" (as a feature also a spec)" if Need.SPEC in file.needs else "")
