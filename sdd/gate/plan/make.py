"""From what a change lacks to the steps that supply it."""

from collections.abc import Collection, Iterator, Sequence

from sdd.base import paths
from sdd.base.listing import listed
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.plan.agreed import verifying
from sdd.gate.plan.by_records import of_backport, same_record, wider_scope
from sdd.gate.plan.deciding import amended, deciding
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.guess import Guess, guess, sets_up_tools
from sdd.gate.plan.in_place import with_begun, with_new_names
from sdd.gate.plan.lacks import Beside
from sdd.gate.plan.landed import under_landed
from sdd.gate.plan.nearest import of_another_target
from sdd.gate.plan.place import per_root
from sdd.gate.plan.renamed import of_renamed_feature
from sdd.gate.plan.terms import spec_steps, terms
from sdd.gate.plan.tied import added_files, tied_features
from sdd.gate.plan.ways import (
    LOOK_AGAIN,
    TITLE,
    WHY,
    WITHOUT_PHR,
    Plan,
    Step,
    Way,
)
from sdd.gate.rules.size import declaring, too_large_for_chore
from sdd.records.kinds.record import ChangeKind
from sdd.repo.history import changes_of
from sdd.repo.objects import Repository

_MOST_WAYS = 3
# So many commits, the newest, tell what kind of work some files are.
_COMMITS = 50
_PHR = ("sdd", "phr", "new", TITLE)
_ADD = ("sdd", "phr", "add")
_CONTRACT = ("sdd", "contract", "new", TITLE)
_COVER = ("sdd", "cover", TITLE)
_DONE = ("sdd", "contract", "done")


def plan(repository: Repository, changes: Sequence[JudgedChange], beside: Beside) -> Plan | None:
    """How to get one ref accepted, whose verdict is `changes`, root by root; None where no command supplies anything.

    Where an uncommitted record would do, the only way is to commit it.
    """
    gap = Gap(repository, changes, beside)
    made = _Planner(gap)
    if corrected := with_new_names(gap) or with_begun(gap, changes):
        return corrected
    ways = [*made.ways()]
    if not ways:
        return None
    if any(way.label == ChangeKind.FEATURE for way in ways) and (renamed := of_renamed_feature(gap)):
        ways = [renamed if way.label == ChangeKind.FEATURE else way for way in ways]
    begun = next((place for place, way in enumerate(ways, 1) if way.label == ChangeKind.FEATURE), 0)
    # Work that nothing names a feature for may belong to one that is there.
    if begun and gap.begins_a_feature and gap.features and not beside.kind:
        tied = tied_features(gap)
        names = tied or gap.features
        only = next(iter(names)) if len(names) == 1 else None
        as_feature = beside._replace(kind=ChangeKind.FEATURE, feature=only)
        why = tied.get(only or "", "it may go on with a feature that is there")
        going_on = [_because(way, why) for way in _Planner(Gap(repository, changes, as_feature)).ways()]
        new = [_because(ways[begun - 1], "no record names a feature that is there")]
        of_feature = [*going_on, *new] if tied else [*new, *going_on]
        # Where it may be of another kind as well, one line is for a feature, unless nothing tells which of both it is.
        if begun > 1 and (tied or added_files(gap)):
            of_feature = of_feature[:1]
        ways[begun - 1 : begun] = of_feature
    for landed in under_landed(gap):
        alike = next((place for place, way in enumerate(ways) if way.label == landed.label), len(ways))
        # What is untold is the edit of that contract: nothing else says as much.
        ways.insert(0 if gap.untold else alike, landed)
    if ways[0].label and (same := same_record(gap)):
        ways.insert(1 if same.label == ways[0].label else len(ways), same)
    if ways[0].label and (wider := wider_scope(gap)):
        # Further work may be of another kind than the branch's, where its own commits say so.
        is_told = bool(ways[0].why) and ways[0].label != wider.label and len(wider.steps) > 1
        ways.insert(int(is_told), wider)
    if steps := of_backport(gap):
        ways.insert(0, Way(steps, ways[0].label, "it landed on another target with its record"))
    if follow := of_another_target(gap):
        ways.insert(0, Way((follow,), ways[0].label, f"{follow.argv[-1]} is as near, and takes it"))
    return Plan(changes[0].ref, made.paths, tuple(ways[:_MOST_WAYS]))


def _because(way: Way, why: str) -> Way:
    return way._replace(why=way.why or why)


class _Planner:
    """Makes the ways for one ref."""

    def __init__(self, gap: Gap) -> None:
        self._gap = gap
        self._amended = amended(gap)
        self._asked = (*self._gap.undecided, *self._amended)
        rest = {*(file.path for file in gap.lacking), *gap.untold} - gap.decided.keys() if self._asked else ()
        # None where nothing is left beside what a person decides.
        self._work = next(self._kinds()) if rest else None
        self.paths = (*self._asked, *gap.waiting) if self._asked and not (self._work and self._work[1]) else gap.paths

    def ways(self) -> Iterator[Way]:
        first = [
            Step(by_hand=f"correct {fault.path}:{fault.line} ({fault.rule}), commit it")
            for fault in self._gap.unreadable
        ]
        if self._misnamed:
            first.append(Step(by_hand=f"write kind: refactor (or fix) in {listed(self._misnamed)}, commit it"))
        first += self._committing(self._gap.waiting)
        if self._asked:
            # Apart from the work, whose record nobody would look for it.
            steps = (*deciding(self._gap, self._amended), *self._steps_of_the_work())
            yield Way((*first, *steps), why="a person decides what judges changes, and that has changed")
            return
        if not self._gap.lacking and not self._gap.untold:
            yield from [Way((*first, *self._verifying), why=self._left)] if first or self._gap.stale else ()
            return
        for kind, why in self._kinds():
            label = kind.value if kind else ""
            yield Way((*first, *self._steps(kind), *self._verifying), label, why)

    def _committing(self, records: Collection[str]) -> Iterator[Step]:
        """What commits some records of the work tree."""
        if records:
            yield Step(("git", "add", "--", *records), at=self._gap.place.top)
            # In the middle of a merge git commits no files alone.
            alone = ("git", "commit", "-m", TITLE, "--", *records)
            yield Step(self._gap.beside.unfinished.going_on or alone, at=self._gap.place.top)

    @property
    def _left(self) -> str:
        """What is to be done where no file lacks a record."""
        if self._gap.waiting:
            return "records that are not committed"
        if self._misnamed:
            return "a record says another kind of work than this is"
        return "the policy cannot be read" if self._gap.unreadable else "checks that did not run on these files"

    @property
    def _misnamed(self) -> list[str]:
        """The records that call the work a chore or a revert, where it is none and only they can say so."""
        chores = () if self._gap.takes_a_contract else self._gap.oversized
        records = (record.path for file in chores for record in declaring(file, ChangeKind.CHORE))
        return [*dict.fromkeys((*records, *self._gap.misnamed))]

    def _kinds(self) -> Iterator[tuple[ChangeKind | None, str]]:
        """The kinds to offer, the likeliest first, with the fact that makes them likely; None where there is no choice.

        A kind that some record of the change declares is no guess.
        """
        without = self._gap.without(Need.CONTRACT)
        if not without:
            yield None, self._missing
            return
        if self._gap.beside.kind:
            yield self._gap.beside.kind, ""
            return
        if self._gap.oversized:
            excess = too_large_for_chore(
                self._gap.repository, self._gap.oversized, self._gap.policy(without[0].root).chore_line_limit
            )
            yield ChangeKind.REFACTOR, f"its record says chore, but {excess or 'it is larger than a chore may be'}"
            return
        if self._gap.resolved:
            yield ChangeKind.REFACTOR, "its record says revert, but part of it is new work"
            yield ChangeKind.FIX, ""
            return
        if declared := next(filter(None, map(self._gap.declared_kind, without)), None):
            yield declared, ""
            return
        likely = self._guess(without)
        if not likely and self._gap.is_of_feature:
            likely = Guess(ChangeKind.FEATURE, f"the work belongs to {self._gap.feature}")
        if not likely and self._gap.is_captured:
            yield ChangeKind.FIX, "nothing says otherwise"
            if added_files(self._gap):
                yield ChangeKind.FEATURE, "it adds files"
            return
        if likely:
            yield likely
        if self._gap.has_lost_records and likely and likely.kind == ChangeKind.REVERT:
            return
        others = (ChangeKind.FIX, ChangeKind.FEATURE, ChangeKind.REFACTOR)
        if self._may_configure(without):
            others = (ChangeKind.FIX, ChangeKind.CHORE, ChangeKind.FEATURE)
        yield from ((kind, "") for kind in others if not likely or kind != likely.kind)

    @property
    def _missing(self) -> str:
        """What is missing, where no contract is."""
        if any(file.spec_faults for file in self._gap.lacking):
            return "work of a feature whose spec is missing or unfinished"
        if self._gap.without(Need.PHR):
            return WITHOUT_PHR
        return "records without a PHR" if self._gap.untold else ""

    def _may_configure(self, files: Sequence[CoveredFile]) -> bool:
        """Whether files may be a chore that sets up tools. The kind of a chore stands in the PHR that is to come."""
        limit = self._gap.policy(files[0].root).chore_line_limit
        is_free = self._gap.takes_a_contract or not self._gap.is_alone
        sets_up = is_free and all(sets_up_tools(file.path) for file in files)
        return sets_up and not too_large_for_chore(self._gap.repository, files, limit)

    def _guess(self, files: Sequence[CoveredFile]) -> Guess | None:
        limit = self._gap.policy(files[0].root).chore_line_limit
        paths = {file.path for file in files}
        changes = changes_of(self._gap.repository, self._gap.change.commits[-_COMMITS:])
        own = tuple(commit for commit, changed in changes.items() if any(each.path in paths for each in changed))
        told = guess(
            self._gap.repository,
            files,
            own or self._gap.change.commits,
            self._gap.branch,
            self._gap.reverts,
            limit,
            (self._gap.change.base, self._gap.change.head) if self._gap.change.base else None,
        )
        # A PHR that is there already says no kind, and the kind of a chore stands in its PHR.
        said_there = (ChangeKind.REVERT, *([] if self._gap.takes_a_contract else [ChangeKind.CHORE]))
        return None if told and self._gap.is_alone and told.kind in said_there else told

    def _steps(self, kind: ChangeKind | None) -> Iterator[Step]:
        """What supplies everything, as work of a kind; None where only PHRs or a spec are missing."""
        needs_phr = self._gap.untold or self._gap.without(Need.PHR)
        if kind == ChangeKind.REVERT and self._gap.reverts:
            yield from (Step(("sdd", "revert", oid, "--reason", WHY)) for oid in self._gap.reverts)
            return
        if kind == ChangeKind.FEATURE and self._gap.root is None:
            yield from self._steps_of_each_root()
            return
        if kind == ChangeKind.FEATURE or not kind:
            steps = [*spec_steps(self._gap, kind)]
            yield from steps
            if LOOK_AGAIN in steps or (kind and self._gap.begins_a_feature):
                return
            left = {record.path for record in self._gap.beside.uncommitted} - {*self._gap.waiting}
            if kind and self._gap.spec and self._gap.spec.path in left:
                yield from self._committing([self._gap.spec.path])
        if not kind:
            if needs_phr:
                is_named = self._gap.root is not None and self._gap.is_of_feature
                about = ("--feature", self._gap.feature or "") if is_named else ()
                yield self._gap.step((*(_COVER if self._gap.root is None else _PHR), *about, "--commit"))
            return
        about_work = terms(self._gap, kind, self._gap.lacking)
        run = ("--run",) if "--check" in about_work else ()
        if self._gap.root is None:
            yield self._gap.step((*_COVER, "--kind", kind.value, *about_work, *run, "--commit"))
        elif kind != ChangeKind.FEATURE and self._gap.takes_a_contract:
            about = ("--kind", kind.value, *about_work, *run, "--commit")
            # A sentence that is true of one record may not be of another.
            phrs = [(path,) for path in self._gap.phrs_to_complete] if self._gap.is_one_of_several else [()]
            yield from (self._gap.step((*_ADD, *named, *about)) for named in phrs)
        elif kind == ChangeKind.FEATURE or self._gap.is_alone:
            about = () if kind == ChangeKind.FEATURE else ("--kind", kind.value)
            yield self._gap.step((*_CONTRACT, *about, *about_work, "--commit"))
            if run:
                which = (TITLE,) if self._gap.has_open_contracts else ()
                yield Step((*_DONE, *which, "--run", "--commit"), at=self._gap.place.at)
            if needs_phr:
                yield self._gap.step((*_PHR, "--commit"))
        else:
            # What a PHR of the change names already, the next one names only when told to.
            files = [file.path for file in self._gap.lacking] if self._gap.resolved else []
            named = [word for path in files for word in ("--file", paths.seen_from(self._gap.root, path))]
            yield self._gap.step((*_PHR, "--kind", kind.value, *about_work, *named, *run, "--commit"))

    def _steps_of_the_work(self) -> Iterator[Step]:
        """What is left beside the decision. Where nothing tells the kind of the work, it has several ways."""
        kind, why = self._work or (None, "")
        if why:
            yield Step(by_hand=f"record the work, which looks like a {kind}: {why}" if kind else f"record {why}")
            yield from self._steps(kind)
        elif self._work:
            yield Step(by_hand="run sdd status: the work lacks records, too")

    def _steps_of_each_root(self) -> Iterator[Step]:
        """What supplies a feature of several roots: a spec covers nothing beside its own. Those that begin one last."""
        each = per_root(self._gap.repository, self._gap.changes, self._gap.beside.feature)
        gaps = [Gap(self._gap.repository, (change,), self._gap.beside._replace(feature=own)) for change, own in each]
        gaps.sort(key=lambda gap: gap.begins_a_feature)
        steps = [step for gap in gaps for step in _Planner(gap)._steps(ChangeKind.FEATURE)]
        yield from (step for place, step in enumerate(steps) if step.argv or step not in steps[place + 1 :])

    @property
    def _verifying(self) -> tuple[Step, ...]:
        """The runs of checks whose evidence is older than the files."""
        return tuple(map(verifying, self._gap.stale))
