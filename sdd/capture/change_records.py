"""The PHRs of a change: which exchanges have a part in it, and each record written or renewed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sdd.authoring.adding import with_files
from sdd.authoring.front_matter import with_key
from sdd.authoring.recording import renewed_phr, write_phr
from sdd.authoring.redaction import redactor
from sdd.base import paths
from sdd.base.errors import SddError
from sdd.capture.attribution import CommitChange
from sdd.capture.exchange_records import ExchangeRecords, content_at
from sdd.capture.exchanges import REPLACED, ChangedFile, Exchange, Fate, How, WrittenPhr
from sdd.capture.late_answers import brought_up, with_attributed, with_fact
from sdd.capture.records import by_shell_told, draft_of, may_name, says
from sdd.capture.settling import settle
from sdd.capture.store import Store
from sdd.capture.told_already import ToldAlready
from sdd.gate.preview import ChangeState
from sdd.records.edits import Edits, edits_read, edits_told, lines_read
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.phr import parse as parse_phr
from sdd.records.project import located
from sdd.repo.journal import Journal
from sdd.repo.objects import Repository


@dataclass(frozen=True)
class Recorded:
    """PHRs that were written or renewed (from the top), why others were not, and what changed `without_lines`."""

    paths: tuple[str, ...] = ()
    problems: tuple[SddError, ...] = ()
    without_lines: tuple[str, ...] = ()


@contextmanager
def _noted(problems: list[SddError]) -> Iterator[None]:
    """Notes what keeps one record from being written, for the others' sake."""
    try:
        yield
    except SddError as error:
        problems.append(error)


class ChangeRecords:
    """The PHRs of a change: `tree` is what it ends at, `state` the same with what its branch holds."""

    def __init__(
        self, repository: Repository, store: Store, change: CommitChange, tree: str, state: ChangeState | None = None
    ) -> None:
        self._repository, self._store, self._change = repository, store, change
        self._tree, self._state = tree, state
        self._records = ExchangeRecords(repository, store, change.after)
        self._top = self._records.top
        self._told = ToldAlready(repository, self._records.head, change.after)

    def record(self) -> Recorded:
        """Writes or renews what is due."""
        groups: dict[tuple[str, str], dict[str, tuple[ChangedFile, ...]]] = {}
        touched, problems = [*self._put_late()], list[SddError]()
        settle(self._repository, self._store)
        self._records.read()
        held = self._held()
        self._attributed = frozenset(file.path for files in held.values() for file in files)
        self._without_lines = frozenset(self._lost())
        for id, files in held.items():
            for root, own in self._change.by_root(files).items():
                record = self._records.of(self._records.exchanges[id], root)
                if record and self._stays(record):
                    with _noted(problems):
                        touched += self._extended(record, root, own)
                else:
                    join = self._at(root).project.policy.or_defaults().join
                    groups.setdefault((root, id if join == "exchange" else join), {})[id] = own
        for (root, join), group in groups.items():
            with _noted(problems):
                touched.append(self._written(root, group, whole_branch=join == "branch"))
        return Recorded(tuple(dict.fromkeys(filter(None, touched))), tuple(problems), (*sorted(self._without_lines),))

    @property
    def due(self) -> frozenset[str]:
        """The files of which `record` would tell more than records do, by their paths from the top."""
        held = ((self._records.exchanges[id], file) for id, files in self._held().items() for file in files)
        return frozenset(file.path for exchange, file in held if not self._is_told(exchange, file))

    def _is_told(self, exchange: Exchange, file: ChangedFile) -> bool:
        """Whether a record that came with the change tells all that is known of an exchange's file."""
        came = (phr for record in exchange.records if self._change.has(record.path)
                and (phr := self._told.landed(record.path)))  # fmt: skip
        return any(
            any(paths.join(phr.root, entry.path) == file.path for entry in phr.files)
            and _edits_with(phr, [file]) == phr.edits
            for phr in came
        )

    @property
    def behind(self) -> frozenset[str]:
        """The records that are committed, and into which `record` would put what was asked and answered after that."""
        return frozenset(record.path for record, *_ in self._late())

    def _late(self) -> Iterator[tuple[WrittenPhr, bytes, bytes]]:
        """The branch's committed records that lack something of their exchanges, with what they say and would say."""
        for record in self._records.waiting():
            committed = content_at(self._records.head, record.path)
            late = self._brought_up(committed, record.path)
            if late != committed and self._records.is_there(record) and self._is_own(record):
                yield record, committed, late

    def _put_late(self) -> Iterator[str]:
        """Puts into committed records what was asked and answered since; gives the paths of those it changes."""
        for record, committed, late in self._late():
            before = (self._top / record.path).read_bytes()
            is_unedited = self._records.is_unedited(record)
            after = late if before == committed else self._brought_up(before, record.path)
            self._records.rewrite(record, before, after)
            # What a person changed and does not commit here stays uncommitted.
            if is_unedited or before in (late, content_at(self._change.after, record.path)):
                yield record.path

    def _brought_up(self, content: bytes, path: str) -> bytes:
        """A record's content with what came since of its exchanges, redacted as the record is."""
        if not (place := located(self._change.after, path)):
            return content
        policy = self._at(place[0]).project.policy.or_defaults()
        return brought_up(content, self._records.exchanges, policy, redactor(self._repository, place[0]))

    def withdraw(self, written: Sequence[str]) -> tuple[str, ...]:
        """Removes the records of the change that are left over, once it has `written` its own; gives their paths."""
        return self._records.withdraw(written, self._change.phrs)

    def _held(self) -> dict[str, tuple[ChangedFile, ...]]:
        """Id -> the files of each exchange that the change holds; none where it brings the record too (a squash)."""
        held: dict[str, tuple[ChangedFile, ...]] = {}
        replaced: defaultdict[str, set[str]] = defaultdict(set)
        for id, exchange in sorted(self._records.exchanges.items(), key=lambda item: item[1].started, reverse=True):
            brings = (
                each.path in self._change.after and not self._records.in_head(each.path) for each in exchange.records
            )
            files = (
                ()
                if exchange.fate is Fate.WRITTEN and any(brings)
                else self._change.files_of(exchange, self._told.of(exchange), replaced)
            )
            held[id] = files
            for file in files:
                replaced[file.path].update(file.gone, (REPLACED,) if file.seen else ())
        return {id: held[id] for id in self._records.exchanges}

    def _lost(self) -> Iterator[str]:
        """The paths of the change that a tool call of a draft named, though nothing of that is here."""
        for exchange in (each for each in self._records.exchanges.values() if each.fate is not Fate.WRITTEN):
            named = {file.path for file in exchange.files if file.how is How.TOOL} & self._change.paths
            for path in named - self._attributed - self._told.of(exchange).keys():
                if self._change.is_newest(exchange, path):
                    yield path

    def _stays(self, record: WrittenPhr) -> bool:
        """Whether a record only gets what is new: it is committed and has not landed, or a person has edited it."""
        return self._is_own(record) if self._records.in_head(record.path) else not self._records.is_unedited(record)

    def _is_own(self, record: WrittenPhr) -> bool:
        """Whether a record is the branch's own: it has not landed."""
        coverage = self._seen.coverage
        return coverage is not None and any(phr.path == record.path for phr in coverage.phrs)

    @cached_property
    def _seen(self) -> ChangeState:
        if self._state:
            return self._state
        try:
            return ChangeState.read(self._repository, committed=self._tree)
        except SddError:
            if not self._records.head:
                raise
            # Without a target nothing can be judged; what was asked is recorded all the same.
            return ChangeState.read(self._repository, base="HEAD", committed=self._tree)

    def _at(self, root: str) -> ChangeState:
        return replace(self._seen, root=root)

    def _extended(self, record: WrittenPhr, root: str, files: Sequence[ChangedFile]) -> Iterator[str]:
        """Puts further files into a record; gives its path where that changes it."""
        before = (self._top / record.path).read_bytes()
        phr = parse_phr(record.path, before, root)
        named = {paths.join(root, entry.path) for entry in phr.files}
        files = [file for file in files if may_name(phr.stage, paths.relative(root, file.path))]
        added = dict.fromkeys(file.path for file in files if file.path not in named)
        after = with_files(phr, before, tuple(paths.relative(root, path) for path in added)) if added else before
        after = with_attributed(after, added)
        if by_shell := {file.path for file in files if file.how is How.SHELL and file.path in added}:
            after = with_fact(after, by_shell_told(by_shell))
        if (told := _edits_with(phr, files)) != phr.edits:
            after = with_key(after, "edits", told)
        self._records.rewrite(record, before, after)
        if after != before or not {file.path for file in files} <= self._named(record.path, root):
            yield record.path  # also where a run that was killed has put it in

    def _written(self, root: str, group: dict[str, tuple[ChangedFile, ...]], *, whole_branch: bool) -> str:
        """Writes or renews the PHR of some exchanges in one root; its path, empty where nothing is to be told."""
        state = self._at(root)
        found = filter(None, (self._records.of(self._records.exchanges[id], root) for id in group))
        renewed = {each.path: each for each in found if not self._records.in_head(each.path)}
        if whole_branch and not renewed and (own := self._record_of_branch(state, root)):
            renewed = {own.path: own}
        record = next(iter(renewed.values()), None)
        for path in renewed:
            before = self._records.told_before(path, root)
            group = before | {id: (*before.get(id, ()), *own) for id, own in group.items()}
        content = (self._top / record.path).read_bytes() if record else b""
        phr = parse_phr(record.path, content, root) if record else None
        group = {id: tuple(each for each in own if self._can_be_named(state, each.path)
                           and (not phr or may_name(phr.stage, paths.relative(root, each.path))))
                 for id, own in group.items()}  # fmt: skip
        exchanges = sorted((self._records.exchanges[id] for id in group), key=lambda each: (each.started, each.id))
        files = {file.path for own in group.values() for file in own}
        if not files:
            return ""
        others = self._change.paths | ({row.path for row in state.files} if whole_branch else set())
        unattributed = {path: path in self._without_lines for path in others - self._attributed - files}
        draft = draft_of(state, exchanges, group, unattributed, self._records.parts(exchanges, root, renewed))
        today = date.today().isoformat()
        if record and phr:
            path = record.path
            if not says(phr, draft):
                self._records.rewrite(record, content, renewed_phr(state, draft, today, phr))
            self._records.hold(group, path, root)
        else:
            with Journal(self._repository, "capture", root, exchanges[0].id) as journal:
                path = write_phr(state, draft, today, journal).path
                self._records.hold(group, path, root)
        return path

    def _record_of_branch(self, state: ChangeState, root: str) -> WrittenPhr | None:
        """The captured record of this branch in a root: committed, not landed, and nobody has edited it."""
        own = {phr.path for phr in state.own_phrs}
        records = (self._records.of(exchange, root) for exchange in self._records.exchanges.values())
        return next((each for each in records if each and each.path in own and self._records.is_unedited(each)), None)

    def _named(self, path: str, root: str) -> set[str]:
        phr = self._told.landed(path)
        return {paths.join(root, entry.path) for entry in phr.files} if phr else set()

    def _can_be_named(self, state: ChangeState, path: str) -> bool:
        """Whether a record can name a file: it is part of the branch's change, and its name is no secret."""
        changed = state.target.change.paths if state.target.change else ()
        if path not in state.tree and all(each.path != path for each in changed):
            return False
        return redactor(self._repository, state.root).is_clean(path)


def _edits_with(phr: Phr, files: Sequence[ChangedFile]) -> tuple[str, ...]:
    """The edits that a record tells with those of further files."""
    known = lines_read(phr.edits)
    lines = ((paths.relative(phr.root, file.path), frozenset(file.lines)) for file in files)
    new = (Edits(path, digests - known.get(path, frozenset())) for path, digests in lines)
    return edits_told((*edits_read(phr.edits), *new)) or phr.edits
