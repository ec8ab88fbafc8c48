"""Judges landings, each as the push that made it would have been: many of them with one reader."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sdd.answers.audit.stored import NOT_GOVERNED, LandingFacts, written
from sdd.answers.audit.titles import kind_in_title
from sdd.base.errors import SddError
from sdd.base.grouping import grouped
from sdd.base.numbers import calendar_day
from sdd.gate.check.landing import actor_of, judge_landing
from sdd.gate.check.policies import Policies
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import Coverage, CoveredFile
from sdd.gate.landings import Landing
from sdd.gate.target.span import Elder
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.records.layout import feature_of
from sdd.records.links import Place, Relation, resolve
from sdd.records.project import Reader
from sdd.repo.objects import Repository
from sdd.repo.sizes import count_lines_together

# Folders are let go of again after so many landings (each has its own version of those that hold all records) or when
# they are so many: a long history would fill any memory.
_LANDINGS_HELD = 20
_FOLDERS_HELD = 5000


class Answer(NamedTuple):
    """What became of a landing: a verdict as text, or the reason why there is none."""

    text: str | None
    reason: str = ""


class _Judged(NamedTuple):
    """A verdict before it is written down. `lacking` are the files that lack something, `lines` how many changed in
    those that a rule has counted.
    """

    changes: tuple[JudgedChange, ...]
    about: LandingFacts
    remark: str
    lacking: tuple[CoveredFile, ...]
    lines: Mapping[str, int]


class Judge:
    """Judges landings by the policies of one revision, or where that is None by those that each of them found. Those of
    a target that is older than sdd are judged by its `elder`. What it has read is forgotten as it grows.
    """

    def __init__(self, repository: Repository, policy_revision: str | None, elder: Elder | None = None) -> None:
        self._elder = elder
        self._repository = repository
        self._landings = 0
        self._reader = Reader(self._repository.beginnings)
        tree = self._repository.tree(policy_revision) if policy_revision else None
        self._policies = Policies(tree) if tree else None

    def answers(self, landings: Sequence[Landing]) -> list[Answer]:
        """The answers to some landings, in their order; neighbours of one line share the most of what is read."""
        asked = [self._ask(landing) for landing in landings]
        judged = [verdict for verdict in asked if isinstance(verdict, _Judged)]
        try:
            lines = self._lines(judged)
        except SddError as error:
            # One of them cannot be counted; which one shows only when each is asked for itself.
            if len(landings) > 1:
                return [answer for landing in landings for answer in self.answers((landing,))]
            return [Answer(None, error.message)]
        counted = iter(lines)
        return [
            answer
            if isinstance(answer, Answer)
            else Answer(written(answer.changes, answer.about, next(counted), answer.remark))
            for answer in asked
        ]

    def _ask(self, landing: Landing) -> _Judged | Answer:
        self._let_go()
        day = landing.head.day
        today = calendar_day(day)
        if not today:
            return Answer(None, f"its date {day} is none of the calendar")
        try:
            elder = self._elder.at(landing.head.committed) if self._elder else None
            judged = judge_landing(self._repository, landing, self._reader, today, self._policies, elder=elder)
            if not judged:
                return Answer(NOT_GOVERNED)
            coverage = judged.coverage
            paths_lacking = {file.path for change in judged.changes for file in change.files if file.lacks}
            lacking = tuple(file for file in coverage.files if file.path in paths_lacking)
            about = LandingFacts(
                features=_features(coverage),
                kind=_kind(coverage, landing),
                phrs=len(coverage.phrs),
                actor=actor_of(judged),
                moves=_moves(coverage),
                title=next((phr.title for phr in coverage.phrs if phr.title), ""),
            )
            counted = coverage.view.counted
            lines = {file.path: counted[pair] for file in lacking if (pair := file.changed.pair) in counted}
            if len(lines) == len(lacking):  # thousands of files need not wait in memory for their neighbours
                return Answer(written(judged.changes, about, lines, judged.remark))
            return _Judged(judged.changes, about, judged.remark, lacking, lines)
        except SddError as error:
            return Answer(None, error.message)

    def _let_go(self) -> None:
        """Forgets what was read where it would grow too large."""
        self._landings += 1
        if self._landings % _LANDINGS_HELD == 0 or self._repository.folders_held > _FOLDERS_HELD:
            self._repository.forget()
        self._reader.let_go()

    def _lines(self, judged: Sequence[_Judged]) -> list[Mapping[str, int]]:
        """path -> changed lines of the files that lack something, for each verdict; what no rule has counted is counted
        at once.
        """
        left = [[file for file in verdict.lacking if file.path not in verdict.lines] for verdict in judged]
        groups = count_lines_together(self._repository, [[file.changed.pair for file in files] for files in left])
        return [
            {**verdict.lines, **{file.path: lines for file, lines in zip(files, counts, strict=True)}}
            for verdict, files, counts in zip(judged, left, groups, strict=True)
        ]


def _features(coverage: Coverage) -> tuple[str, ...]:
    """The features that a change is for: of what covers its files, else of the records that it brings or alters."""
    view, features = coverage.view, {file.feature for file in coverage.files}
    if not any(features):
        for record in view.added_records:
            if isinstance(record, Phr | Contract) and record.feature:
                place = Place(view.after(record.root), record.path)
                target = resolve(Relation.FEATURE, record.feature, place).target
                features.add(feature_of(f"{target}/") if target else record.feature)
        features |= {feature_of(path) for path in view.records}
    return tuple(sorted(filter(None, features)))


def _kind(coverage: Coverage, landing: Landing) -> ChangeKind | None:
    """The kind of a change: the one that most of its files have by their records, else the one that most of its new
    records state, else the one that its commits' titles begin with.
    """
    covering = [record for file in coverage.files for record in (file.contracts or file.phrs)]
    added = [record for record in coverage.view.added_records if isinstance(record, Phr | Contract)]
    stated = ([record.kind for record in records] for records in (covering, added))
    for kinds in (*stated, [kind_in_title(commit.title) for commit in landing.commits]):
        if counted := Counter(filter(None, kinds)):
            return counted.most_common(1)[0][0]
    return None


def _moves(coverage: Coverage) -> tuple[tuple[str, str], ...]:
    """The files that are added as they were removed elsewhere: (old path, new path), those of one name first."""
    changes = [file.changed for file in coverage.files]
    removed = {change.path: change.before for change in changes if change.status == "D"}
    added = {change.path: change.after for change in changes if change.status == "A"}
    paths_of = grouped((entry, path) for path, entry in removed.items())
    found: dict[str, str] = {}
    for new, entry in added.items():
        name = new.rpartition("/")[2]
        left = [old for old in paths_of.get(entry, ()) if old not in found]
        if left:
            found[next((old for old in left if old.rpartition("/")[2] == name), left[0])] = new
    return tuple(sorted(found.items()))
