"""Replays the landings behind a commit that targets hold, though none of them ends there.

A push is judged as a whole: a file that one of its commits adds and the next removes stands at no judged tip. A ref
that moves to the commit between them brings that file along, so the landings that gave it its files are judged one by
one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.base.grouping import grouped
from sdd.base.numbers import calendar_day
from sdd.gate.change import ChangeView
from sdd.gate.check.change import WARN_ONLY
from sdd.gate.check.landing import JudgedLanding, actor_of, answer_to, judge_landing
from sdd.gate.check.policies import Policies, Since
from sdd.gate.check.verdict import Finding, JudgedChange
from sdd.gate.check.waiving import findings_of_lack
from sdd.gate.cover import Coverage, CoveredFile, Named
from sdd.gate.landings import Landing, together
from sdd.gate.rules import Remedy
from sdd.gate.target.adoption import adoption
from sdd.gate.target.advice import not_enough_history
from sdd.gate.target.judgement import JudgementTarget, Replay
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr, Stage
from sdd.records.kinds.policy import has_policy
from sdd.records.kinds.record import ChangeKind
from sdd.records.kinds.waiver import Waiver
from sdd.records.project import Reader, records_of
from sdd.repo.changes import Change, PathChange, differences
from sdd.repo.history import RawChange, line_changes
from sdd.repo.line import LineCommit, LineHistory, line_history, read_line
from sdd.repo.objects import Repository

# What a landing may leave wrong beside a lack of records: the rules that guard records and policy, and false kinds.
_GUARDING = frozenset({"history-rewritten", "policy-changed", "root-changed"})
_FALSE_KINDS = {"change-not-a-chore": ChangeKind.CHORE, "change-not-a-revert": ChangeKind.REVERT}


def replay(
    repository: Repository, target: JudgementTarget, reader: Reader, today: date, *, among_many: bool = False
) -> tuple[JudgedChange, ...]:
    """What landings left uncovered in the files that a pushed commit has from them; nothing where all is well.

    `among_many` says that the push asks for many replays: then the line is read as a whole.
    Raises SddError where a landing cannot be judged.
    """
    changes: list[JudgedChange] = []
    for asked in target.replays:
        paths = _never_at_a_tip(repository, asked)
        history = line_history(repository, asked.target.oid) if paths and among_many else None
        if history and asked.tip in history.places:
            paths = frozenset(history.of(paths, asked.tip))
        else:
            history = None
        if paths:
            refusals = LandingReplay(repository, asked, reader, today, history).refusals(paths)
            changes += (_as_refusal(target, asked, landing, refused) for landing, refused in refusals)
    return tuple(changes)


def _never_at_a_tip(repository: Repository, asked: Replay) -> frozenset[str]:
    """The paths that the pushed commit holds otherwise than every state that was judged, and has from its targets."""
    head, line = repository.tree(asked.head), repository.tree(asked.tip)
    first, *others = asked.judged
    paths = list(differences(repository, first, asked.head))
    for tree in map(repository.tree, others):
        if paths:
            tree.load(paths)
            paths = [path for path in paths if tree.get(path) != head.get(path)]
    if asked.head != asked.tip:
        line.load(paths)
        paths = [path for path in paths if line.get(path) == head.get(path)]
    return frozenset(paths)


class Refused(NamedTuple):
    """One root of a landing: the files that it left uncovered, and the findings that say so."""

    change: JudgedChange
    files: tuple[CoveredFile, ...]
    findings: tuple[Finding, ...]


class LandingReplay:
    """The landings of one line, judged where somebody asks for the files that they gave it."""

    def __init__(
        self, repository: Repository, asked: Replay, reader: Reader, today: date, history: LineHistory | None = None
    ) -> None:
        self._repository = repository
        self._history = history
        self._asked = asked
        self._reader = reader
        self._today = today
        self._tree = repository.tree(asked.head)
        self._policies = Policies(repository.tree(asked.target.oid))
        # As in an audit of the target: roots that spec-kit made before the policy came had asked for nothing.
        older = has_policy(repository.tree(asked.target.oid)) and not has_policy(repository.tree(asked.tip))
        self._adopted, _ = adoption(repository, asked.target.oid if older else asked.tip, None)

    @cached_property
    def before(self) -> str | None:
        """The commit before the one that brought sdd in."""
        return self._repository.commit(f"{self._adopted}^1") if self._adopted else None

    @cached_property
    def line(self) -> tuple[LineCommit, ...]:
        """The commits of the line since sdd was adopted, the oldest first; none where it never was."""
        if not self._adopted and not self._repository.is_shallow:
            return ()
        return read_line(self._repository, self._asked.tip, self.before)

    def changes(self, paths: Collection[str]) -> Mapping[str, Sequence[RawChange]]:
        """Path -> what each commit of the line changed in it, the newest first."""
        if self._history:
            return self._history.of(paths, self._asked.tip, self.before)
        changes = line_changes(self._repository, self._asked.tip, self.before, paths)
        return grouped((change.path, change) for change in changes)

    def refusals(self, paths: Collection[str]) -> Iterator[tuple[Landing, Refused]]:
        """What landings left uncovered of what some paths hold at the end of the line."""
        if self.line:
            yield from self.refusals_of(self.landings(self.changes(paths)))

    def landings(self, changes: Mapping[str, Sequence[RawChange]]) -> Mapping[Landing, frozenset[str]]:
        """The landings that gave some paths what they held after the first of their changes, the oldest first.

        `changes` are those of each path, the newest first.
        """
        places = {commit.oid: place for place, commit in enumerate(self.line)}
        last = [places[own[0].commit] for own in changes.values() if own[0].commit in places]
        if not last:
            return {}
        landings = self._together(self.line[_start_of_run(self.line, min(last)) :])
        given: dict[Landing, set[str]] = {}
        for path, own in changes.items():
            # Where its landing changed nothing in the end, what it holds is older than this part of the line.
            if landing := _giver(landings, own) or _giver(self._landing_of, own):
                given.setdefault(landing, set()).add(path)
        in_order = sorted(given, key=lambda landing: places[landing.head.oid])
        return {landing: frozenset(given[landing]) for landing in in_order}

    @cached_property
    def _landing_of(self) -> Mapping[str, Landing]:
        """Each commit of the line -> the landing that it is part of."""
        return self._together(self.line)

    def _together(self, commits: Sequence[LineCommit]) -> Mapping[str, Landing]:
        landings = together(self._repository, commits, self._adopted)
        return {commit.oid: landing for landing in landings for commit in landing.commits}

    def refusals_of(self, landings: Mapping[Landing, frozenset[str]]) -> Iterator[tuple[Landing, Refused]]:
        """What some landings left uncovered among some of their paths, root by root."""
        since = Since(self._repository, self._asked.tip, self._policies, everything=False)
        days = {commit.oid: commit.day for commit in self.line}
        for landing, given in landings.items():
            if landing.head.cut:
                raise not_enough_history(self._repository, self._asked.head, self._asked.target)
            if since.is_before(landing):
                continue
            # A commit may be dated back to a day when findings only warned, but not before the one that it is made on.
            judged = self._judge(landing, max(landing.head.day, days.get(landing.base or "", "")))
            refused = [
                part for part in self._refused(landing, judged, given) if since.counts(landing, part.change.root or "")
            ]
            if not judged or not refused or actor_of(judged):
                continue
            if not answer_to(landing, judged.changes, self._answers):
                yield from ((landing, part) for part in refused)

    def _judge(self, landing: Landing, day: str) -> JudgedLanding | None:
        """A landing judged by the policies that it found, or by those of the target where these cannot be read."""
        today = min(calendar_day(day) or self._today, self._today)
        try:
            return _judge_once(self._repository, landing, self._reader, today, within=True)
        except SddError:
            return judge_landing(self._repository, landing, self._reader, today, self._policies, within=True)

    def _refused(self, landing: Landing, judged: JudgedLanding | None, given: frozenset[str]) -> Iterator[Refused]:
        """What a landing left uncovered among the files that it gave, root by root."""
        for change in judged.changes if judged else ():
            if not change.refused:
                continue
            false_kinds = {_FALSE_KINDS[finding.rule] for finding in change.errors if finding.rule in _FALSE_KINDS}
            lacking = [file for file in change.files if file.path in given and file.lacks]
            covered = self._covered_later(landing, lacking)
            files = [file for file in lacking if file.path not in covered]
            false = [
                file for file in change.files if file.path in given and not file.exempt and false_kinds & {*file.kinds}
            ]
            places = {place for file in files for need in file.lacks for place in findings_of_lack(file, need)}
            findings = [
                finding
                for finding in change.errors
                if (finding.rule, finding.path) in places
                or (
                    finding.rule in _GUARDING
                    and finding.path in given
                    and not any(phr.stage == Stage.CONSTITUTION for phr in self._later_phrs(landing, finding.path))
                )
                or (false and finding.rule in _FALSE_KINDS)
            ]
            if findings:
                yield Refused(change, tuple(dict.fromkeys((*files, *false))), tuple(findings))

    def _later_phrs(self, landing: Landing, path: str) -> tuple[Phr, ...]:
        """The PHRs at the pushed commit that name a path, and that came with a landing or after it."""
        naming = (phr for phr, named in self._phrs if path in named)
        return tuple(phr for phr in naming if not self._was_there(landing, phr.path))

    def _covered_later(self, landing: Landing, files: Sequence[CoveredFile]) -> frozenset[str]:
        """The files of a landing that records at the pushed commit cover, though they came after it."""
        phrs = {file.path: self._later_phrs(landing, file.path) for file in files}
        if not any(phrs.values()):
            return frozenset()
        records = dict.fromkeys(phr.path for phr in chain.from_iterable(phrs.values()))
        records |= dict.fromkeys(path for path in self._contracts if not self._was_there(landing, path))
        paths = [file.changed for file in files if phrs[file.path]]
        paths += [PathChange(path, "A", None, None, self._tree.get(path)) for path in records]
        base = landing.base or self._repository.empty_tree_oid
        change = Change("", "", landing.base, (base,), self._asked.head, (), tuple(sorted(paths)), ())
        target = JudgementTarget("", change, "", landing.base or self._asked.tip)
        coverage = Coverage(ChangeView(self._repository, target, self._reader))
        return frozenset(file.path for file in coverage.files if not file.lacks)

    def _was_there(self, landing: Landing, path: str) -> bool:
        return bool(landing.base) and path in self._repository.tree(landing.base or "")

    @cached_property
    def _phrs(self) -> tuple[tuple[Phr, Named], ...]:
        return tuple((phr, Named(phr)) for phr in records_of(self._tree, self._reader, Phr))

    @cached_property
    def _contracts(self) -> tuple[str, ...]:
        return tuple(contract.path for contract in records_of(self._tree, self._reader, Contract))

    @cached_property
    def _answers(self) -> tuple[Waiver, ...]:
        """The waivers at the target's tip that answer landings."""
        tree = self._repository.tree(self._asked.target.oid)
        return tuple(waiver for waiver in records_of(tree, self._reader, Waiver) if waiver.landing)


# The refs of a push may stand on the same landings.
_judge_once = lru_cache(maxsize=1000)(judge_landing)


def _as_refusal(target: JudgementTarget, asked: Replay, landing: Landing, refused: Refused) -> JudgedChange:
    """A refusal as the verdict over what is pushed."""
    oid, name = landing.head.oid[:12], asked.target.name
    answer = f"sdd waiver new --landing {oid} --reason REASON --approved-by WHO --commit"
    fix = f"push the tip of {name} instead, or answer the landing there: {answer}"
    return refused.change._replace(
        ref=target.ref,
        target_name=name,
        head=asked.head,
        files=refused.files,
        findings=tuple(finding._replace(fix=fix, remedy=Remedy.OTHER) for finding in refused.findings),
        remark=f"{oid} landed on {name} without records, and no target holds any more what it brought",
        tolerated=WARN_ONLY if target.warn_only else "",
        landing=landing.head.oid,
    )


def _giver(of_commit: Mapping[str, Landing], changes: Iterable[RawChange]) -> Landing | None:
    """The landing that gave a path what it holds: the latest that leaves it otherwise than it found it."""
    latest = grouped((of_commit[change.commit], change) for change in changes if change.commit in of_commit)
    return next((landing for landing, own in latest.items() if own[0].after != own[-1].before), None)


def _start_of_run(line: Sequence[LineCommit], place: int) -> int:
    """Where the neighbours of a commit that may have landed with it begin: behind a merge, or at the start."""
    while place and len(line[place].parents) == 1:
        place -= 1
    return place
