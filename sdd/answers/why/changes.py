"""Why a change was made: the records that came with it, or what may tell of it."""

from collections.abc import Collection

from sdd.answers.asked import AskedChange, AskedCommit
from sdd.answers.trail.arrivals import arrivals
from sdd.answers.trail.contracts import contracts_of
from sdd.answers.trail.landings import FAR, Adoption, Change, History
from sdd.answers.trail.purpose import purpose_of
from sdd.answers.trail.records import (
    guesses,
    naming,
    paying_back,
    prompts_holding,
    prompts_linking,
    prompts_of,
    tasks_for,
    tasks_naming_it,
)
from sdd.answers.trail.reverted import reverted_by, reverts
from sdd.answers.trail.steps import Part, Step, StepKind, Via, commit_step, distinct
from sdd.answers.trail.things import contracts_at, phrs_at
from sdd.answers.trail.waivers import NO_CONTRACT, NO_PHR, is_exempt, unwaived, waivers_of
from sdd.base.listing import counted, listed
from sdd.base.paths import shell_word
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.repo.changes import differences
from sdd.repo.history import changes_of, merge_bases, parents
from sdd.repo.reflog import began_at

# What work that has not landed still lacks.
_STATUS = "sdd status"


def explain_commit(history: History, asked: AskedCommit) -> Part:
    """Why a commit was made: what the records of any of its files say, and those that it changed. A branch is what
    brought its tip; where that landed as it is, all that was done on it. A merge within a branch did only what none of
    its parents did.
    """
    repository, commit = history.repository, asked.commit
    if whole := whole_branch(history, asked):
        return explain_range(history, whole)
    if asked.is_branch and (landing := history.change_of(commit).landing):
        commit = landing.commit
    first = commit_step(repository, commit, Via.ASKED)
    before = parents(repository, commit)
    change = history.change_of(commit)
    changed = [*differences(repository, before[0] if before else repository.empty_tree_oid, commit)]
    if len(before) > 1 and not change.is_whole:
        changed = [entry.path for entry in changes_of(repository, [commit]).get(commit, ())]
        if not changed:
            chain = (first, *_landing(change, history.mainline.name))
            return Part(
                chain, (), "it merges other work, and changes nothing itself", (_question_of_all(history, change),)
            )
    if not change.is_whole:
        touched = change.others.intersection(map(storable, changed))
        change = change._replace(own=change.own | touched, others=change.others - touched)
    files = [path for path in changed if not locate(path)] or changed
    return explain_change(history, change, first, files, "its files", whole=True)


def whole_branch(history: History, asked: AskedCommit) -> AskedChange | None:
    """All that was done on a branch that landed as it is; None for any other commit, and where nothing tells it."""
    landing = history.change_of(asked.commit).landing if asked.is_branch else None
    is_mainline = f"/{history.mainline.name}".endswith(f"/{asked.written}")
    if not landing or landing.commit != asked.commit or is_mainline:
        return None
    base = began_at(history.repository, asked.written)
    return AskedChange(base, asked.commit, asked.written, asked.written) if base and base != asked.commit else None


def explain_range(history: History, asked: AskedChange) -> Part:
    """All records that a range of commits brought, and what they are for."""
    change, repository = history.change_between(asked.base, asked.head), history.repository
    first = commit_step(repository, asked.head, Via.ASKED, counted(change.ahead, "commit"))
    before = next(iter(merge_bases(repository, asked.base, asked.head)), repository.empty_tree_oid)
    files = [path for path in differences(repository, before, asked.head) if not locate(path)]
    return explain_change(history, change, first, files, "its files", whole=True)


def explain_change(
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
    if not whole and change.records and not change.records & by_name:
        # A squash or a rebase keeps what the branch's records call a file that the target has moved meanwhile.
        former = tuple(storable(name) for name, _ in arrivals(history, path, None))
        by_name |= naming(index, former) & change.records
    chain = (first, *(_landing(change, history.mainline.name) if change.landing or not change.is_whole else ()))
    prompts = prompts_of(history, change, by_name, names, noun, whole=whole, wrote=wrote)
    contracts = contracts_of(history, change, names, prompts, whole=whole)
    agreed = tuple(contract for contract, _ in contracts)
    prompts = prompts or prompts_linking(history, change, (contract.path for contract in agreed), noun)
    told = [step.place for step in prompts]
    prompts += prompts_holding(history, change, [own for own in agreed if own.path not in told], noun)
    taken_back = distinct(reverts(history, change, first.place, {step.place for step in prompts}))
    chain = (*chain, *reverted_by(history, change), *taken_back)
    # What a revert takes back was for the tasks that name the file.
    tasks = () if taken_back else tasks
    leading_back = tuple(history.question(step.place[:10]) for step in taken_back[:1])
    lacking = (frozenset() if prompts else NO_PHR) | (frozenset() if contracts else NO_CONTRACT)
    waivers = tuple(waivers_of(history, change, names, lacking))
    elsewhere = 0 if whole else len(by_name - change.records)
    paid: tuple[Step, ...] = ()
    if waivers and not contracts:
        paid = paying_back(history, change, by_name, (waiver.place for waiver in waivers))
    later = contracts_of(history, change, names, paid, whole=whole) if paid else ()
    paid = (*paid, *(step for _, step in later))
    if waivers and not prompts and not contracts:
        if paid:
            none = f"no record of this change names {noun}: one came after its waiver"
            return Part((*chain, *waivers, *paid), (), none, ())
        left = [file for file in unwaived(history, change, waivers, names) if not is_exempt(history, file)]
        others, commands = _elsewhere(history, path, elsewhere)
        others = f", but not for {listed(left)}{others}" if left else others
        return Part(
            (*chain, *waivers), (), f"no record of this change names {noun}: a waiver stands for it{others}", commands
        )
    if prompts or contracts:
        phrs = phrs_at(index, [step.place for step in prompts])
        features = {phr.folder for phr in phrs.values()}
        ordered = sorted(tasks, key=lambda task: task.folder not in features)
        records = (*prompts, *(step for _, step in contracts))
        # A contract says more than tasks do.
        shown = () if contracts else tuple(tasks_naming_it(ordered))
        purpose = purpose_of(index, (*agreed, *(contract for contract, _ in later)), tuple(phrs.values()), ordered)
        beside = _beside(history, change, {step.place for step in records})
        remark = "" if prompts else f"no PHR of this change names {noun}"
        remark = f"no contract of this change covers {noun}: one came after its waiver" if later else remark
        command = _question_of_all(history, change)
        links = (*chain, *records, *waivers, *paid, *shown, *purpose)
        return Part(links, (), remark, (command,) if beside else leading_back, beside)
    may_guess = not _is_older(change, came) and not change.is_later and not taken_back

    def guess(position: int) -> bool:
        """Whether a record of a landing may tell of this change, and not of a later one of the same files."""
        if not may_guess or not change.landing or history.changed(position - 1, position, files):
            return False
        far = position - change.landing.position > FAR
        return not (far and history.changed(change.landing.position, position, files))

    guessed = tuple(guesses(history, change, by_name, names, noun, tasks, guess, whole=whole))
    if any(step.kind is StepKind.TASK for step in guessed):
        # What a list that came along names is a guess, too. An older one is about the work that it came with.
        guessed += purpose_of(index, (), (), [task for task in tasks if task.path in change.records])
    none = "no record came with this change" if whole and change.is_whole else f"no record of this change names {noun}"
    remark, commands = _no_record(history, change, came, path, none, elsewhere)
    return Part((*chain, *guessed), (), remark, (*commands, *leading_back))


def _question_of_all(history: History, change: Change) -> str:
    """The command that shows all records of a change."""
    if change.span:
        base, head = change.span
        return f"sdd why {base[:10]}..{head[:10]}"
    if change.landing:
        return history.question(change.landing.commit[:10])
    return f"sdd why {shell_word(f'{history.mainline.name}..{history.name}')}"


def _beside(history: History, change: Change, shown: Collection[str]) -> str:
    """How many records of a change are not among those that are shown."""
    left = change.records.difference(shown)
    phrs = len(phrs_at(history.index, left))
    contracts = sum(not contract.embedded for contract in contracts_at(history.index, left).values())
    found = ((phrs, "PHR"), (contracts, "contract"))
    told = ", ".join(counted(number, noun) for number, noun in found if number)
    return f"{told} of the change" if told else ""


def _landing(change: Change, mainline: str) -> tuple[Step, ...]:
    if landing := change.landing:
        how = Via.SAME_COMMIT if landing.commit == change.commit else Via.MERGE
        detail = f"{counted(landing.commits - 1, 'commit')} of its branch" if landing.commits > 1 else ""
        detail = f"one of {change.places[1] - change.places[0] + 1} commits" if change.places else detail
        return (landing.step(how, detail),)
    if not change.ahead:
        return ()
    ahead = f"{counted(change.ahead, 'commit')} ahead of {mainline}"
    return (Step(StepKind.LANDING, "", None, "", Via.NOT_LANDED, ahead),)


def _is_older(change: Change, came: Adoption) -> bool:
    """Whether a change landed before sdd came."""
    return bool(change.landing and came.landing and change.landing.position < came.landing.position)


def _elsewhere(history: History, path: str, number: int) -> tuple[str, tuple[str, ...]]:
    """How many PHRs of other changes name a file, and the command that shows them; nothing for none."""
    if not number:
        return "", ()
    return f"; {number} of other changes name{'s' if number == 1 else ''} it", (history.question(path),)


def _no_record(
    history: History, change: Change, came: Adoption, path: str, none: str, elsewhere: int
) -> tuple[str, tuple[str, ...]]:
    """Why no record speaks of a change (`none` says that), and the commands that lead on; of others `elsewhere` do."""
    name = history.mainline.name
    others, all_of_them = _elsewhere(history, path, elsewhere)
    exempt = none.endswith("the file") and is_exempt(history, path)
    none += ", which the policy exempts" if exempt else ""
    if not change.landing:
        if not change.ahead:
            return f"no record: this commit is neither on {name} nor in HEAD's history", ()
        is_here = not exempt and history.head == history.repository.commit("HEAD")
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
        command = history.question(change.commit[:10]) if own else _question_of_all(history, change)
        return f"{none}: {own or beside} came with it{others}", (command, *all_of_them)
    return f"{none}{others}", all_of_them
