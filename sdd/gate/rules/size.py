"""Rules about how large a change may be."""

from sdd.gate.cover import CoveredFile
from sdd.gate.rules.rule import ChangeContext, Findings, RuleFinding, Severity, change_rule, firm
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.repo.folders import SUBMODULE
from sdd.repo.sizes import count_lines, may_exceed

_FULL_LINE = 120
"""Bytes of a line that a person takes in at once."""


@change_rule(Severity.ERROR)
def change_not_a_chore(context: ChangeContext) -> Findings:
    """A change of kind chore is larger than a chore may be.

    Why: a chore needs no contract, so it must be small enough to read at a glance. Its lines (`chore_lines` in the
    policy) are counted over all roots together; a line of more than 400 bytes counts as several, and a line ends at CR,
    U+2028 and the like too.

    Fix: name the right kind (fix, refactor, feature) and write its contract.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -kind: feature
        +kind: chore
        -- src/round.py (60 lines) --
        RATE = 1
    """
    chores = [file for file in context.files if ChangeKind.CHORE in file.kinds]
    if not chores:
        return
    limit, lines = context.policy.chore_line_limit, context.coverage.chore_lines
    path, line = _declaration(chores[0], ChangeKind.CHORE)
    fix = "name the right kind and write its contract"
    if lines > limit:
        message = f"says chore, but changes {lines} lines in {len(context.coverage.chores)} files (limit {limit})"
        yield firm(path, message, fix, line)
        return
    for file in chores:
        if not _reads_at_a_glance(context, file, limit):
            yield firm(path, f"says chore, but {file.path} cannot be read at a glance", fix, line)


def _reads_at_a_glance(context: ChangeContext, file: CoveredFile, limit: int) -> bool:
    """Whether a file is text that grew by at most `limit` full lines, a submodule at another commit, or gone.

    Counting lines alone would let a binary pass.
    """
    before, after = file.changed.target or file.changed.before, file.changed.after
    if after is None or (before and before.mode == after.mode == SUBMODULE):
        return True
    read = context.view.reader.content
    if not after.is_file or b"\0" in read(after):
        return False
    return len(read(after)) - (len(read(before)) if before and before.is_file else 0) <= limit * _FULL_LINE


@change_rule(Severity.WARNING)
def change_too_large(context: ChangeContext) -> Findings:
    """The change is too large to review.

    Why: people read small changes. The policy sets the limits (`[gate.limits]`).

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
    lines = sum(count_lines(context.repository, pairs))
    if lines > policy.line_limit or len(governed) > policy.file_limit:
        size, limits = f"{lines} lines in {len(governed)} files", f"{policy.line_limit} and {policy.file_limit}"
        yield RuleFinding(governed[0].path, 1, f"the change has {size} (limits {limits})", "split it")


def _declaration(file: CoveredFile, kind: ChangeKind) -> tuple[str, int]:
    records: tuple[Contract | Phr, ...] = (*file.contracts, *file.phrs)
    for record in records:
        if record.kind == kind:
            return record.path, record.at("kind")
    return file.path, 1
