"""Why something is as it is: from a line, a file, a commit or a requirement to the records behind it."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from sdd.answers.asked import Asked, AskedChange, AskedCommit, AskedFile, AskedLines, AskedRequirement
from sdd.answers.trail.arrivals import arrivals, departure
from sdd.answers.trail.landings import Adoption, Change, History, landings_of
from sdd.answers.trail.principles import principles_cited
from sdd.answers.trail.purpose import purpose_of
from sdd.answers.trail.records import (
    contracts_of,
    contracts_reading,
    edits_of,
    guesses,
    naming,
    prompts_linking,
    prompts_of,
    tasks_for,
    tasks_naming_it,
)
from sdd.answers.trail.requirements import trails
from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via
from sdd.answers.trail.things import Requirement, contracts_at, phrs_at, requirements_named, tasks_naming
from sdd.base.errors import UsageError
from sdd.base.grouping import grouped
from sdd.index.database import answer
from sdd.index.state import Progress
from sdd.index.terms import storable
from sdd.records.edits import line_digest
from sdd.records.kinds import locate
from sdd.records.layout import features_named
from sdd.repo.blame import BlamedLine, blame
from sdd.repo.changes import differences
from sdd.repo.history import merge_bases, parents
from sdd.repo.messages import facts_of
from sdd.repo.objects import Repository

# What work that has not landed still lacks.
_STATUS = "sdd status"
_FEATURES_SHOWN = 5
# Landings. A rebase spreads a change over a few, each of which may touch the same file.
_FAR = 5


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
    lines = _blame(repository, asked, rev) if isinstance(asked, AskedLines) else ()
    if isinstance(asked, AskedLines) and not any(line.commit for line in lines):
        return Trace(str(asked), StepKind.LINE, (_uncommitted_part(asked.path, lines),))

    def explained(index: sqlite3.Connection) -> Trace:
        history = History(index, repository, asked.end if isinstance(asked, AskedChange) else rev or "HEAD")
        if isinstance(asked, AskedLines):
            return Trace(str(asked), StepKind.LINE, _explain_lines(history, asked.path, lines))
        if isinstance(asked, AskedCommit):
            return Trace(str(asked), StepKind.COMMIT, (_explain_commit(history, asked),))
        if isinstance(asked, AskedChange):
            return Trace(str(asked), StepKind.CHANGE, (_explain_range(history, asked),))
        if isinstance(asked, AskedFile):
            return Trace(str(asked), StepKind.FILE, (_explain_file(history, asked),))
        return Trace(str(asked), StepKind.REQUIREMENT, (_explain_requirement(index, asked),))

    committed = isinstance(asked, AskedLines | AskedCommit)
    at = asked.head if isinstance(asked, AskedChange) else repository.commit(rev) if rev else None
    return answer(repository, explained, remark, progress, history=True, committed=committed, at=at)


# -- commits -----------------------------------------------------------------------------------------------


def _explain_commit(history: History, asked: AskedCommit) -> Part:
    """Why a commit was made: what the records of any of its files say. A branch is what brought its tip."""
    repository, commit = history.repository, asked.commit
    if asked.is_branch and (landing := history.change_of(commit).landing):
        commit = landing.commit
    facts = facts_of(repository, commit)
    first = Step(StepKind.COMMIT, commit, None, facts.subject, Via.ASKED, day=facts.day, author=facts.author)
    before = parents(repository, commit)
    changed = differences(repository, before[0] if before else repository.empty_tree_oid, commit)
    files = [path for path in changed if not locate(path)] or list(changed)
    return _explain_change(history, history.change_of(commit), first, files, "its files", whole=True)


def _explain_range(history: History, asked: AskedChange) -> Part:
    """All records that a range of commits brought, and what they are for."""
    change, repository = history.change_between(asked.base, asked.head), history.repository
    facts = facts_of(repository, asked.head)
    commits = f"{change.ahead} commit{'' if change.ahead == 1 else 's'}"
    first = Step(StepKind.COMMIT, asked.head, None, facts.subject, Via.ASKED, commits, "", facts.day, facts.author)
    before = next(iter(merge_bases(repository, asked.base, asked.head)), repository.empty_tree_oid)
    files = [path for path in differences(repository, before, asked.head) if not locate(path)]
    return _explain_change(history, change, first, files, "its files", whole=True)


def _explain_change(
    history: History,
    change: Change,
    first: Step,
    files: Collection[str],
    noun: str,
    *,
    whole: bool = False,
    wrote: frozenset[str] = frozenset(),
) -> Part:
    """The chain that begins with a commit of a change (`first`), for some files that it touched, under their names then
    and now.

    `noun` is what they are called; the roots of the first of them count. With `whole` the commit itself is meant: where
    it stands for the whole change, all that this brought speaks of it. `wrote` are the PHRs that wrote the line.
    """
    index, names, path = history.index, tuple(map(storable, files)), next(iter(files), "")
    came = history.adoption([path] if whole else files)
    by_name, tasks = naming(index, names), tasks_for(index, change, names)
    chain = (first, *(_landing(change, history.mainline.name) if change.landing or not change.is_whole else ()))
    prompts = prompts_of(history, change, by_name, names, noun, whole=whole, wrote=wrote)
    contracts = contracts_of(history, change, names, prompts)
    agreed = tuple(contract for contract, _ in contracts)
    prompts = prompts or prompts_linking(history, change, (contract.path for contract in agreed), noun)
    if prompts or contracts:
        phrs = phrs_at(index, [step.place for step in prompts])
        features = {phr.folder for phr in phrs.values()}
        ordered = sorted(tasks, key=lambda task: task.folder not in features)
        records = (*prompts, *(step for _, step in contracts))
        # A contract says more than tasks do.
        shown = () if contracts else tuple(tasks_naming_it(ordered))
        purpose = purpose_of(index, agreed, tuple(phrs.values()), ordered)
        beside = _beside(history, change, {step.place for step in records})
        remark = "" if prompts else f"no PHR of this change names {noun}"
        all_of_it = change.landing.commit[:10] if change.landing else ""
        command = history.question(all_of_it) if all_of_it else f"sdd why {history.mainline.name}..{history.name}"
        return Part((*chain, *records, *shown, *purpose), (), remark, (command,) if beside else (), beside)
    may_guess = not _is_older(change, came) and not change.is_later

    def guess(position: int) -> bool:
        """Whether a record of a landing may tell of this change, and not of a later one of the same files."""
        if not may_guess or not change.landing or history.changed(position - 1, position, files):
            return False
        far = position - change.landing.position > _FAR
        return not (far and history.changed(change.landing.position, position, files))

    guessed = guesses(history, change, by_name, names, noun, tasks, guess, whole=whole)
    elsewhere = 0 if whole else len(by_name - change.records)
    is_bare = whole and change.is_whole and not change.records
    none = "no record came with this change" if is_bare else f"no record of this change names {noun}"
    return Part((*chain, *guessed), (), *_no_record(history, change, came, path, none, elsewhere))


def _beside(history: History, change: Change, shown: Collection[str]) -> str:
    """How many records of a change are not among those that are shown."""
    left = change.records.difference(shown)
    phrs = len(phrs_at(history.index, left))
    contracts = sum(not contract.embedded for contract in contracts_at(history.index, left).values())
    counted = ((phrs, "PHR"), (contracts, "contract"))
    listed = ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in counted if number)
    return f"{listed} of the change" if listed else ""


def _landing(change: Change, mainline: str) -> tuple[Step, ...]:
    if landing := change.landing:
        how = Via.SAME_COMMIT if landing.commit == change.commit else Via.MERGE
        detail = f"{landing.commits} commits" if landing.commits > 1 else ""
        return (landing.step(how, detail),)
    if not change.ahead:
        return ()
    ahead = f"{change.ahead} commit{'' if change.ahead == 1 else 's'} ahead of {mainline}"
    return (Step(StepKind.LANDING, "", None, "", Via.NOT_LANDED, ahead),)


def _is_older(change: Change, came: Adoption) -> bool:
    """Whether a change landed before sdd came."""
    return bool(change.landing and came.landing and change.landing.position < came.landing.position)


def _no_record(
    history: History, change: Change, came: Adoption, path: str, none: str, elsewhere: int
) -> tuple[str, tuple[str, ...]]:
    """Why no record speaks of a change (`none` says that), and the commands that lead on; of others `elsewhere` do."""
    name = history.mainline.name
    others = f"; {elsewhere} of other changes name{'s' if elsewhere == 1 else ''} it" if elsewhere else ""
    all_of_them = (history.question(path),) if elsewhere else ()
    if not change.landing:
        if not change.ahead:
            return f"no record: this commit is neither on {name} nor in HEAD's history", ()
        is_here = history.head == history.repository.commit("HEAD")
        return f"{none}{others}", ((_STATUS,) if is_here else ()) + all_of_them
    if history.is_cut_off(change):
        return "no record: this clone is shallow, and its history begins here", ("git fetch --unshallow",)
    if _is_older(change, came) and came.landing:
        return f"no record: landed before the first one ({came.landing.day})", ()
    if not came.has_root:
        return f"no record: {path} stands under no root (a folder with .specify/)", ("sdd init",)
    if not came.landing and not history.has_landed_root(path):
        return f"no record: landed before sdd (which has not landed on {name} yet)", ()
    if change.is_later:
        return f"no record: it landed on {name} after what HEAD has", ()
    if change.gone and not change.records:
        return f"no record: {change.gone[0]} came with it and is gone since", ()
    own, beside = (len(phrs_at(history.index, records)) for records in (change.own, change.others))
    if own or beside:
        commit = change.commit if own else change.landing.commit
        return f"{none}: {own or beside} came with it{others}", (history.question(commit[:10]), *all_of_them)
    return f"{none}{others}", all_of_them


# -- lines -------------------------------------------------------------------------------------------------


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
    known = [frozenset(phr for phr in edits if digest in edits[phr]) if digest else None for digest in digests]
    wrote: frozenset[str] = next((own for own in known if own is not None), frozenset())
    writers = [wrote := wrote if own is None else own for own in known]
    for wrote, own_lines in grouped(zip(writers, lines, strict=True)).items():
        yield _part(history, path, change, own_lines, names, wrote)


def _part(
    history: History,
    path: str,
    change: Change,
    lines: Sequence[BlamedLine],
    names: Collection[str],
    wrote: frozenset[str],
) -> Part:
    first = lines[0]
    assert first.commit, "what is not committed has no change"
    was = f"was {first.path}:{first.line_then}" if first.path != path else ""
    facts = facts_of(history.repository, first.commit)
    commit = Step(StepKind.COMMIT, first.commit, None, facts.subject, Via.BLAME, was, "", facts.day, facts.author)
    part = _explain_change(history, change, commit, names, "the file", wrote=wrote)
    return part._replace(chain=(_line(path, first), *part.chain), lines=tuple(line.line for line in lines))


def _uncommitted_part(path: str, lines: Sequence[BlamedLine]) -> Part:
    numbers = tuple(line.line for line in lines)
    return Part(tuple(_line(path, line) for line in lines[:1]), numbers, "not committed yet", (_STATUS,))


def _line(path: str, line: BlamedLine) -> Step:
    return Step(StepKind.LINE, path, line.line, line.text, Via.ASKED)


# -- files -------------------------------------------------------------------------------------------------


def _explain_file(history: History, asked: AskedFile) -> Part:
    """Who brought a file, or took it away, and the records that name it under any name that it has had."""
    brought = tuple(arrivals(history, asked.path, asked.gone)) if asked.committed else ()
    names = tuple(map(storable, dict.fromkeys((asked.path, *(path for path, _ in brought)))))
    records = tuple(_records(history.index, names))
    left = [departure(history, asked.path, asked.gone)] if asked.gone else []
    commits = [step for _, step in (*left, *brought)]
    chain = (Step(StepKind.FILE, asked.path, None, "", Via.ASKED), *commits, *records)
    if not asked.committed:
        return Part(chain, (), "not committed yet", (_STATUS,))
    following = [question for new, step in left for question in (new, step.place[:10]) if question]
    return Part(chain, (), "" if records else "no record names the file", tuple(map(history.question, following)))


def _records(index: sqlite3.Connection, names: tuple[str, ...]) -> Iterator[Step]:
    """PHRs, contracts that refer to the file, tasks; the newest landing first, and before it what has not landed."""
    phrs, contracts = phrs_at(index, naming(index, names)), contracts_reading(index, names)
    landings = landings_of(index, (*phrs, *contracts))

    def newest_first(path: str) -> tuple[float, str]:
        return -landings.get(path, float("inf")), path

    yield from (phrs[path].step(Via.NAMES_FILE) for path in sorted(phrs, key=newest_first))
    yield from (contracts[path].step(Via.READ_FILE) for path in sorted(contracts, key=newest_first))
    yield from (task.step(Via.NAMES_FILE) for task in tasks_naming(index, names))


# -- requirements ------------------------------------------------------------------------------------------


def _explain_requirement(index: sqlite3.Connection, asked: AskedRequirement) -> Part:
    """What a requirement is for, and what was done for it. Raises UsageError where no feature has it, or several."""
    requirement = _requirement_asked(index, asked)
    (trail,) = trails(index, [requirement])
    row = trail.row
    contracts, phrs = contracts_at(index, row.contracts), phrs_at(index, row.phrs)
    landings = sorted(set(trail.landed.values()), reverse=True)
    chain = (
        requirement.step(Via.ASKED),
        *trail.stories,
        *principles_cited(index, tuple(contracts.values()), tuple(phrs.values()), [requirement.folder]),
        *(task.step(Via.NAMES_REQUIREMENT) for task in trail.tasks),
        *(
            contracts[path].step(via, behind[-1] if via == Via.NAMES_TASK else "")
            for path, via, behind in trail.contracts
        ),
        *(phrs[path].step(via) for path, via, _ in trail.phrs),
        *(landing.step(Via.BROUGHT_RECORD) for landing in landings),
        *(Step(StepKind.FILE, name, None, "", Via.PHR_NAMES) for name in sorted(trail.files)),
    )
    inferred = f"; inferred {row.inferred}" if row.inferred else ""
    return Part(chain, (), "" if contracts or phrs else f"no contract names it, and no PHR{inferred}")


def _requirement_asked(index: sqlite3.Connection, asked: AskedRequirement) -> Requirement:
    upper = asked.name.upper()
    known = requirements_named(index, {asked.name, upper, upper[:-1] + upper[-1].lower()})
    meant = known if asked.feature is None else _of_feature(known, asked.feature.rstrip("/"))
    if len(meant) == 1:
        return meant[0]
    if not meant:
        where = f"feature {asked.feature}" if asked.feature else "feature"
        near = [requirement.folder for requirement in known][:_FEATURES_SHOWN]
        raise UsageError(
            f"no {where} has a requirement {asked.name}",
            f"it is in: {', '.join(near)}" if near else "features: sdd feature list",
        )
    same = Counter(map(_name, meant))
    lines = [
        f"sdd why {_name(requirement) if same[_name(requirement)] == 1 else requirement.folder}#{requirement.name}"
        for requirement in meant[:_FEATURES_SHOWN]
    ]
    more = [f"and {len(meant) - _FEATURES_SHOWN} more"] if len(meant) > _FEATURES_SHOWN else []
    raise UsageError(f"{len(meant)} features have a requirement {meant[0].name}", "\n".join([*lines, *more]))


def _of_feature(known: Sequence[Requirement], wanted: str) -> tuple[Requirement, ...]:
    """The requirements of the feature, or features, that are meant by a name, a number or a path."""
    exact = tuple(requirement for requirement in known if requirement.folder == wanted)
    names = features_named(map(_name, known), wanted)
    return exact or tuple(requirement for requirement in known if _name(requirement) in names)


def _name(requirement: Requirement) -> str:
    return requirement.feature or ""
