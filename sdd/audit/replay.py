"""The gate replayed over a span of history: what is known is looked up, the rest is judged and kept."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence

from sdd.audit.audit import Audit, Wanted
from sdd.audit.audited import audited
from sdd.audit.judging import Answer, Judge, Question
from sdd.audit.landings import Landing, alone, together
from sdd.audit.policies import AT_THE_TIME, Policies
from sdd.audit.rule_book import rules_version
from sdd.audit.span import Span
from sdd.index.verdicts import KeptVerdicts
from sdd.project import Reader
from sdd.repo.objects import Repository

# So many are judged and then kept together: less than a second's work, so that little is lost by an interruption.
_PIECE = 50
# To start processes takes as long as judging this many.
_WORTH_PROCESSES = 200
_MOST_PROCESSES = 8


class Interrupted(KeyboardInterrupt):
    """Somebody stopped the audit when `done` of `asked` changes were judged. `kept` says that they are not lost."""

    def __init__(self, done: int, asked: int, *, kept: bool) -> None:
        super().__init__()
        self.done = done
        self.asked = asked
        self.kept = kept


def replay(
    repository: Repository,
    span: Span,
    wanted: Wanted,
    remark: Callable[[str], None],
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Judges what was not judged before, and gives the verdicts over all changes of a span.

    What goes wrong with the index is told by `remark` and changes no verdict. `progress` is told how many of how many
    are judged. Raises SddError where today's policy cannot be read, Interrupted where somebody stops it.
    """
    landings = [one for one in _landings(repository, span, wanted) if wanted.takes(one)]
    judge_by = None if wanted.at_the_time else span.tip
    kept = _kept(repository, judge_by, span.name, remark)
    # A shallow clone may know less of a change than a whole one does: what it says is not kept.
    keeping = not repository.is_shallow
    texts = kept.known(landing.key for landing in landings) if keeping else {}
    reasons: dict[tuple[str, str], str] = {}
    missing = []
    for landing in landings:
        if landing.head.cut:
            reasons[landing.key] = "a shallow clone ends here: what it changed cannot be told"
        elif landing.key not in texts:
            missing.append(landing)
    done = 0
    try:
        for piece, answers in _judged(repository, missing, judge_by):
            new = {one.key: answer.text for one, answer in zip(piece, answers, strict=True) if answer.text is not None}
            reasons |= {one.key: answer.reason for one, answer in zip(piece, answers, strict=True) if answer.reason}
            texts |= new
            if keeping:
                kept.keep(new)
            done += len(piece)
            if progress:
                progress(done, len(missing))
    except KeyboardInterrupt:
        raise Interrupted(done, len(missing), kept=keeping and kept.usable) from None
    changes = (audited(one, texts.get(one.key), reasons.get(one.key, "")) for one in landings)
    return Audit(span, wanted, tuple(changes))


def _landings(repository: Repository, span: Span, wanted: Wanted) -> tuple[Landing, ...]:
    return together(repository, span.commits, span.adopted) if wanted.grouped else alone(span.commits)


def _kept(repository: Repository, judge_by: str | None, name: str, remark: Callable[[str], None]) -> KeptVerdicts:
    policy = AT_THE_TIME
    if judge_by:
        policies = Policies(repository.tree(judge_by), Reader(repository.blobs))
        policies.require_sound(name)
        policy = policies.digest
    return KeptVerdicts(repository, policy, rules_version(), remark)


def _judged(
    repository: Repository, landings: Sequence[Landing], policy_revision: str | None
) -> Iterator[tuple[Sequence[Landing], list[Answer]]]:
    """The answers about some landings, piece by piece in their order; many are judged by several processes."""
    pieces = [landings[start : start + _PIECE] for start in range(0, len(landings), _PIECE)]
    questions = [[_question(landing) for landing in piece] for piece in pieces]
    workers = min(_MOST_PROCESSES, _cores())
    if workers > 1 and len(landings) >= _WORTH_PROCESSES:
        yield from zip(pieces, _judged_elsewhere(repository, questions, policy_revision, workers), strict=True)
    elif pieces:
        with Judge(repository, policy_revision) as judge:
            yield from zip(pieces, map(judge.answers, questions), strict=True)


def _question(landing: Landing) -> Question:
    merges = any(commit.is_merge for commit in landing.commits)
    commits = None if merges else tuple(commit.oid for commit in landing.commits)
    return Question(landing.head.oid, landing.base, landing.head.day, commits)


def _cores() -> int:
    """How many processes can work at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _judged_elsewhere(
    repository: Repository, questions: Sequence[Sequence[Question]], policy_revision: str | None, workers: int
) -> Iterator[list[Answer]]:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(repository.replica(), policy_revision)) as pool:
        try:
            yield from pool.map(_answers, questions)
        finally:
            pool.shutdown(cancel_futures=True)


_own_judge: Judge | None = None


def _begin(repository: Repository, policy_revision: str | None) -> None:
    """The start of a process that judges; to stop is for the one that started it."""
    global _own_judge
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _own_judge = Judge(repository, policy_revision)


def _answers(questions: Sequence[Question]) -> list[Answer]:
    assert _own_judge
    return _own_judge.answers(questions)
