"""Rules about how large a change may be."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sdd.base.listing import counted
from sdd.gate.cover import CoveredFile
from sdd.gate.rules.rule import ChangeContext, Findings, RuleFinding, Severity, change_rule, firm
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.repo.folders import SUBMODULE
from sdd.repo.objects import Repository
from sdd.repo.sizes import count_lines, may_exceed

if TYPE_CHECKING:
    from sdd.gate.landings.shares import Share

_FULL_LINE = 120
"""Bytes of a line that a person takes in at once."""


@change_rule(Severity.ERROR)
def change_not_a_chore(context: ChangeContext) -> Findings:
    """A change of kind chore is larger than a chore may be.

    Why: a chore needs no contract, so it must be small enough to read at a glance. Its lines (`chore_lines` in the
    policy) are counted over all roots together, and landing by landing where several are pushed to a target. A line of
    more than 400 bytes counts as several, and one ends at CR, U+2028 and the like too.

    Fix: name the right kind (fix, refactor, feature) and write its contract.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -kind: feature
        +kind: chore
        -- src/round.py (60 lines) --
        RATE = 1
    """
    limit, coverage = context.policy.chore_line_limit, context.coverage
    chores = _chores(context.files)
    # What is one chore must not become several by the roots that it touches.
    in_all = sum(context.view.count_lines([file.changed.pair for file in _chores(coverage.files)])) if chores else 0
    if in_all <= limit and all(reads_at_a_glance(context.repository, file, limit) for file in chores):
        return
    from sdd.gate.landings.shares import shares  # few changes are so large

    fix = "name the right kind and write its contract"
    for share in shares(coverage):
        own = _chores(share.by_root.get(context.root, ()))
        if not own:
            continue
        records = declaring(own[0], ChangeKind.CHORE)
        path, line = (records[0].path, records[0].at("kind")) if records else (own[0].path, 1)
        if share.chore_lines > limit:
            size = _size(share.chore_lines, len(share.chores), share)
            yield firm(path, f"says chore, but changes {size} (limit {limit})", fix, line)
            continue
        for file in own:
            if not reads_at_a_glance(context.repository, file, limit):
                yield firm(path, f"says chore, but {file.path} cannot be read at a glance", fix, line)


def _chores(files: Iterable[CoveredFile]) -> list[CoveredFile]:
    return [file for file in files if ChangeKind.CHORE in file.kinds]


def _size(lines: int, files: int, share: "Share") -> str:
    """How large a change is, for a message, and where one landing of several ends."""
    at = f" up to {share.landing[:12]}" if share.landing else ""
    return f"{counted(lines, 'line')} in {counted(files, 'file')}{at}"


def too_large_for_chore(repository: Repository, files: Sequence[CoveredFile], limit: int) -> str:
    """Why files together are more than a chore of at most `limit` lines may change; nothing where they are not."""
    if len(files) > limit:
        return f"a line in each of {len(files)} files is more than a chore's {limit} lines"
    if large := next((file.path for file in files if not reads_at_a_glance(repository, file, limit)), ""):
        return f"{large} cannot be read at a glance"
    lines = sum(count_lines(repository, [file.changed.pair for file in files]))
    return f"{lines} lines are more than a chore's {limit}" if lines > limit else ""


def reads_at_a_glance(repository: Repository, file: CoveredFile, limit: int) -> bool:
    """Whether a file is text that grew by at most `limit` full lines, a submodule at another commit, or gone.

    Counting lines alone would let a binary pass.
    """
    before, after = file.changed.landed, file.changed.after
    if after is None or (before and before.mode == after.mode == SUBMODULE):
        return True
    if not after.is_file:
        return False
    if b"\0" in (new := repository.blob(after.oid)):
        return False
    old = repository.blob(before.oid) if before and before.is_file else b""
    return len(new) - len(old) <= limit * _FULL_LINE


@change_rule(Severity.WARNING)
def change_too_large(context: ChangeContext) -> Findings:
    """The change is too large to review.

    Why: people read small changes. The policy sets the limits (`[gate.limits]`), which hold for each landing of a push
    to a target. A file that moves unaltered counts as one file without lines.

    Fix: split it into changes that each make sense.

    Bad example:
        -- src/round.py (700 lines) --
        RATE = 1
    """
    policy = context.policy
    governed = [file for file in context.files if not file.exempt]
    pairs = [file.changed.pair for file in governed]
    if len(governed) <= policy.file_limit and not may_exceed(context.repository, pairs, policy.line_limit):
        return
    from sdd.gate.landings.shares import shares  # few changes are so large

    for share in shares(context.coverage):
        own, still = _to_read(share.by_root.get(context.root, ()))
        lines = sum(share.lines[file.path] for file in own if file.path not in still)
        if lines > policy.line_limit or len(own) > policy.file_limit:
            size = _size(lines, len(own), share)
            limits = f"{policy.line_limit} and {policy.file_limit}"
            yield RuleFinding(own[0].path, 1, f"the change has {size} (limits {limits})", "split it")


def _to_read(files: Sequence[CoveredFile]) -> tuple[list[CoveredFile], frozenset[str]]:
    """The files of a change without the old paths of those that only moved, and the new paths of these."""
    added = {entry.oid: file.path for file in files if not file.changed.pair[0] and (entry := file.changed.pair[1])}
    gone = {file.path: before.oid for file in files if (before := file.changed.pair[0]) and not file.changed.pair[1]}
    moved = {path: added[oid] for path, oid in gone.items() if oid in added}
    return [file for file in files if file.path not in moved], frozenset(moved.values())


def declaring(file: CoveredFile, kind: ChangeKind) -> list[Contract | Phr]:
    """The records behind a file that say that its change is of a kind."""
    records: tuple[Contract | Phr, ...] = (*file.contracts, *file.phrs)
    return [record for record in records if record.kind == kind]
