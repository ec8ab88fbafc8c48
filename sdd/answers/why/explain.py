"""From a question to the answer: what a line, a file, a change or a requirement is explained by."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from sdd.answers.asked import Asked, AskedChange, AskedCommit
from sdd.answers.asked_files import AskedFile, AskedLines
from sdd.answers.asking import edges_to, rows_for
from sdd.answers.trail.arrivals import arrivals, departure, moved_on
from sdd.answers.trail.landings import FAR, Change, History
from sdd.answers.trail.records import Writer, edits_of, naming, naming_waivers
from sdd.answers.trail.reverted import reverting_commits
from sdd.answers.trail.rewritten import as_landed, rewritten_of
from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via, commit_step
from sdd.answers.trail.stored import landings_of
from sdd.answers.trail.things import contracts_at, phrs_at, tasks_naming
from sdd.answers.trail.waivers import is_exempt, waivers_for
from sdd.answers.why.changes import explain_change, explain_commit, explain_range, whole_branch
from sdd.answers.why.requirements import explain_requirement
from sdd.base.grouping import grouped
from sdd.base.paths import path_word
from sdd.index.database import answer, wanted_at, wanted_now
from sdd.index.history import mainline_for
from sdd.index.state import Progress
from sdd.index.terms import storable
from sdd.records.edits import line_digest
from sdd.records.kinds.captured import prompts_among
from sdd.repo.blame import BlamedLine, blame
from sdd.repo.history import RawChange, line_changes, new_commits
from sdd.repo.objects import Repository

# What work that has not landed still lacks.
_STATUS = "sdd status"
_REWRITTEN = (StepKind.PHR, StepKind.CONTRACT)


def explain(
    repository: Repository,
    asked: Asked,
    remark: Callable[[str], None],
    progress: Progress | None = None,
    rev: str | None = None,
) -> Trace:
    """The answer to a question.

    Lines and commits are explained by what HEAD holds; where a file or a requirement as a whole is asked for,
    uncommitted records speak too. With `rev` all is as that revision holds it, and a range as its end does. Raises
    UsageError for a requirement that no feature has, or several, SddError where the repository cannot be read.
    """
    if isinstance(asked, AskedCommit) and not rev:
        rev = asked.within
    lines = _blame(repository, asked, rev) if isinstance(asked, AskedLines) else ()
    if isinstance(asked, AskedLines) and not any(line.commit for line in lines):
        return Trace(str(asked), StepKind.LINE, (_uncommitted_part(asked.path, lines),))

    def explained(index: sqlite3.Connection) -> Trace:
        trace = answered(index)
        places = {step.place for part in trace.parts for step in part.chain if step.kind in _REWRITTEN}
        known = rewritten_of(index, repository, places)
        if known and isinstance(asked, AskedCommit):
            whole = whole_branch(History(index, repository, rev or "HEAD"), asked)
            # What the branch itself changed had not landed.
            own = new_commits(repository, [whole.base], whole.head) if whole else ()
            known = {path: each for path, each in known.items() if each.commit not in own}
        if not known:
            return trace
        parts = (part._replace(chain=tuple(as_landed(step, known) for step in part.chain)) for part in trace.parts)
        return trace._replace(parts=tuple(parts))

    def answered(index: sqlite3.Connection) -> Trace:
        history = History(index, repository, asked.end if isinstance(asked, AskedChange) else rev or "HEAD")
        if isinstance(asked, AskedLines):
            return Trace(str(asked), StepKind.LINE, _explain_lines(history, asked.path, lines))
        if isinstance(asked, AskedCommit):
            return Trace(str(asked), StepKind.COMMIT, (explain_commit(history, asked),))
        if isinstance(asked, AskedChange):
            return Trace(str(asked), StepKind.CHANGE, (explain_range(history, asked),))
        if isinstance(asked, AskedFile):
            return Trace(str(asked), StepKind.FILE, (_explain_file(history, asked),))
        return Trace(str(asked), StepKind.REQUIREMENT, (explain_requirement(index, repository, asked),))

    committed = isinstance(asked, AskedLines | AskedCommit)
    at = asked.head if isinstance(asked, AskedChange) else repository.commit(rev) if rev else None
    wanted = wanted_at(repository, at) if at else wanted_now(repository, committed=committed)
    wanted = wanted._replace(mainline=mainline_for(repository, _meant(repository, asked, rev)))
    return answer(repository, explained, remark, progress, wanted=wanted)


def _meant(repository: Repository, asked: Asked, rev: str | None) -> str | None:
    """The commit whose landings are asked about."""
    if isinstance(asked, AskedCommit):
        return asked.commit
    return asked.head if isinstance(asked, AskedChange) else repository.commit(rev or "HEAD")


# -- lines -----------------------------------------------------------------------------------------------------------


def _blame(repository: Repository, asked: AskedLines, rev: str | None) -> tuple[BlamedLine, ...]:
    """The lines that are asked for, with the commits that they came with; a file that HEAD has not has none of them."""
    if asked.committed:
        lines = blame(repository, asked.path, asked.first, asked.last, None if asked.in_work_tree else rev or "HEAD")
        return tuple(line._replace(text=asked.hidden.get(line.line, line.text)) for line in lines)
    return tuple(BlamedLine(number, "", None, asked.path, number) for number in range(asked.first, asked.last + 1))


def _explain_lines(history: History, path: str, blamed: Sequence[BlamedLine]) -> tuple[Part, ...]:
    """The parts of each commit that any of the lines came with, the newest first."""
    by_commit = grouped((line.commit or "", line) for line in sorted(blamed, key=lambda line: -line.time))
    return tuple(
        part
        for commit, lines in by_commit.items()
        for part in (_parts(history, path, commit, lines) if commit else (_uncommitted_part(path, lines),))
    )


def _parts(history: History, path: str, commit: str, lines: Sequence[BlamedLine]) -> Iterator[Part]:
    """One part for all lines of a commit that have the same records behind them: tool calls of several may have written
    them. A line that says too little to be known again belongs to the one before it.
    """
    change = history.change_of(commit)
    names = dict.fromkeys((path, *(line.path for line in lines)))
    edits = edits_of(history, change, [*map(storable, names)])
    digests = [line_digest(line.text) for line in lines]
    known = [frozenset(each for each in edits if digest in edits[each]) if digest else None for digest in digests]
    wrote: frozenset[Writer] = next((own for own in known if own is not None), frozenset())
    writers = [wrote := wrote if own is None else own for own in known]
    for wrote, own_lines in grouped(zip(writers, lines, strict=True)).items():
        yield _part(history, path, change, own_lines, names, wrote)


def _part(
    history: History,
    path: str,
    change: Change,
    lines: Sequence[BlamedLine],
    names: Collection[str],
    wrote: frozenset[Writer],
) -> Part:
    first = lines[0]
    assert first.commit, "what is not committed has no change"
    was = f"was {first.path}:{first.line_then}" if first.path != path else ""
    commit = commit_step(history.repository, first.commit, Via.BLAME, was)
    part = explain_change(history, change, commit, names, "the file", wrote=frozenset(each.phr for each in wrote))
    chain = (_by_prompts(step, [each.prompts for each in wrote if each.phr == step.place]) for step in part.chain)
    following = part.next
    if not part.beside and (former := next(_former(history, names, first, part.chain), "")):
        # What leads to the line as it was says more than what leads to all that was taken back.
        back = [history.question(step.place[:10]) for step in part.chain if step.how == Via.REVERTS]
        following = (*(command for command in part.next if command not in back), former)
    return part._replace(chain=(_line(path, first), *chain), lines=tuple(line.line for line in lines), next=following)


def _by_prompts(step: Step, wrote: Sequence[tuple[int, int] | None]) -> Step:
    """A step to a PHR of several exchanges with those of its prompts alone that led to the line."""
    spans = sorted(filter(None, wrote))
    if step.kind is not StepKind.PHR or len(spans) < len(wrote) or not (text := prompts_among(step.text, spans)):
        return step
    return step._replace(text=text)


def _former(history: History, names: Collection[str], line: BlamedLine, chain: Iterable[Step]) -> Iterator[str]:
    """The question about a line that came back by a revert, as it stood before it was taken away."""
    for reverted in (step.place for step in chain if step.how == Via.REVERTS):
        before = history.repository.commit(f"{reverted}^1")
        for path in names if before else ():
            entry = history.repository.tree(before or "").file(path)
            texts = history.repository.blob(entry.oid).decode("utf-8", "replace").splitlines() if entry else []
            if line.text in texts:
                yield f"sdd why --rev {reverted[:10]}^ {path_word(path)}:{texts.index(line.text) + 1}"
                return


def _uncommitted_part(path: str, lines: Sequence[BlamedLine]) -> Part:
    numbers = tuple(line.line for line in lines)
    return Part(tuple(_line(path, line) for line in lines[:1]), numbers, "not committed yet", (_STATUS,))


def _line(path: str, line: BlamedLine) -> Step:
    return Step(StepKind.LINE, path, line.line, line.text, Via.ASKED)


# -- files -----------------------------------------------------------------------------------------------------------


def _explain_file(history: History, asked: AskedFile) -> Part:
    """Who brought a file, or took it away, and the records that name it under any name that it has had."""
    brought = tuple(arrivals(history, asked.path, asked.gone)) if asked.committed else ()
    names = tuple(map(storable, dict.fromkeys((asked.path, *(path for path, _ in brought)))))
    tip = history.mainline.tip
    changes = tuple(line_changes(history.repository, tip, None, names)) if tip else ()
    records, waivers = tuple(_records(history, names, changes)), tuple(waivers_for(history, names))
    left = [departure(history, asked.path, asked.gone)] if asked.gone else []
    moved = tuple(moved_on(history, asked.path, brought[0][1].place)) if asked.inside else ()
    commits = [*moved, *(step for _, step in (*left, *brought))]
    if asked.committed and not asked.gone and (removal := _removal(history, asked.path, changes)):
        commits.insert(len(moved) + 1, departure(history, asked.path, removal)[1])
    chain = (Step(StepKind.FILE, asked.path, None, "", Via.ASKED), *commits, *records, *waivers)
    if not asked.committed:
        return Part(chain, (), "not committed yet", (_STATUS,))
    following = [question for new, step in left for question in (new, step.place[:10]) if question]
    none = "no PHR or contract names the file" if waivers else "no record names the file"
    none += ", which the policy exempts" if is_exempt(history, asked.path) else ""
    questions = (*map(history.question, following), *filter(None, (asked.inside,)))
    return Part(chain, (), "" if records else none, questions)


def _removal(history: History, path: str, changes: Iterable[RawChange]) -> str | None:
    """The last landing that took away a file that came back since."""
    removals = (change.commit for change in changes if (change.path, change.status) == (path, "D"))
    return next((commit for commit in removals if not history.change_of(commit).is_later), None)


def _records(history: History, names: tuple[str, ...], changes: Iterable[RawChange]) -> Iterator[Step]:
    """PHRs, contracts that refer to the file, tasks; the newest landing first, and before it what has not landed. A PHR
    whose change did not touch the file comes after those whose did. `changes` are those of the file that have landed.
    """
    index = history.index
    reading = [edge.path for edge in edges_to(index, "discovery", names)]
    phrs, contracts = phrs_at(index, naming(index, names)), contracts_at(index, reading)
    landings = landings_of(index, (*phrs, *contracts))
    untouched, reverted = _untouched(history, landings, phrs, changes), reverting_commits(history)
    paid = _paid(index, landings, phrs)

    def newest_first(path: str) -> tuple[bool, float, str]:
        return path in untouched and path not in paid, -landings.get(path, float("inf")), path

    def detail(path: str) -> str:
        if path in reverted:
            return f"reverted by {reverted[path][:10]}"
        return f"pays back {paid[path]}" if path in paid else "which its change did not touch" * (path in untouched)

    for path in sorted(phrs, key=newest_first):
        yield phrs[path].step(Via.NAMES_FILE, detail(path))
    yield from (contracts[path].step(Via.READ_FILE) for path in sorted(contracts, key=newest_first))
    yield from (task.step(Via.NAMES_FILE) for task in tasks_naming(index, names))


def _paid(index: sqlite3.Connection, landings: Mapping[str, int], phrs: Collection[str]) -> dict[str, str]:
    """Those of some PHRs that landed after a waiver that they name, each with the waiver: they are about what this let
    pass.
    """
    named = naming_waivers(index)
    came = landings_of(index, named)
    told = ((phr, waiver) for waiver, own in named.items() for phr in own if phr in phrs and waiver in came)
    return {phr: waiver for phr, waiver in told if landings.get(phr, came[waiver]) > came[waiver]}


def _untouched(
    history: History, landings: Mapping[str, int], phrs: Iterable[str], changes: Iterable[RawChange]
) -> frozenset[str]:
    """Those of some PHRs that landed without a change of a file; one that landed by itself may follow its change."""
    commits = {change.commit for change in changes}
    ask = "SELECT position, commits FROM landings WHERE {} IN (?)"
    touched = {position for position, _ in rows_for(history.index, ask.format("commit_id"), commits)}
    sizes = dict(rows_for(history.index, ask.format("position"), landings.values()))
    landed = ((phr, landings[phr]) for phr in phrs if phr in landings)
    return frozenset(
        phr for phr, at in landed if touched.isdisjoint(range(at - (FAR if sizes[at] == 1 else 0), at + 1))
    )
