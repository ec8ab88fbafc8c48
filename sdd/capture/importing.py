"""PHRs out of transcripts that are there: which exchanges, what they changed, and in which commits that landed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sdd.authoring.recording import write_phr
from sdd.authoring.redaction import redactor
from sdd.base import paths
from sdd.capture.at_commit import works_in
from sdd.capture.exchanges import ChangedFile, Exchange, Fate, How, WrittenPhr, record_digest
from sdd.capture.recording import Recorder
from sdd.capture.records import draft_of
from sdd.capture.store import Store
from sdd.capture.transcripts import Transcript
from sdd.capture.twins import ids_without_turns, twins
from sdd.gate.preview import ChangeState
from sdd.records.edits import line_digest
from sdd.records.kinds.captured import CAPTURED
from sdd.records.kinds.phr import Phr
from sdd.records.layout import roots_of
from sdd.records.project import records_of
from sdd.repo.journal import Journal

_DAY = 24 * 3600.0
_BEFORE = 60.0
BY_LINES, BY_TIME = "by the lines that it wrote", "by time and files"
_MOST_LINKS = 5


@dataclass(frozen=True)
class Link:
    """A commit that holds work of an exchange, and how that is known."""

    commit: str
    how: str


@dataclass(frozen=True)
class Importable:
    """An exchange that can become a PHR: its calls name `files` of the work tree, and those that are `gone`."""

    exchange: Exchange
    root: str
    files: tuple[ChangedFile, ...]
    gone: tuple[str, ...]
    links: tuple[Link, ...]


def importable(state: ChangeState, told: Iterable[Transcript], since: float) -> Iterator[Importable]:
    """The exchanges of some transcripts that changed files of this work tree since then (seconds since 1970), and that
    no PHR tells of. An exchange that changed nothing, or whose prompt is not known, is none.
    """
    assert state.repository.work_tree, "only a work tree is written to"
    recorder = Recorder(Store(state.repository.common_dir))
    kept = [*recorder.store.exchanges()]
    recorded = {label for phr in records_of(state.tree, state.reader, Phr) for label in phr.labels}
    recorded |= {each.id for each in kept if each.records or each.fate is Fate.DROPPED}
    history, own_redactor = _History(state), redactor(state.repository, state.root)
    for transcript in told:
        exchanges = recorder.exchanges(transcript.events)
        same, without_turns = twins(exchanges, kept), dict(ids_without_turns(exchanges))
        for exchange in exchanges:
            if exchange.id in same:
                exchange = replace(exchange, turn=same[exchange.id].turn)
            elif without_turns.get(exchange.id) in recorded:
                continue  # what was kept of it is forgotten by now
            if (
                not exchange.prompts
                or exchange.id in recorded
                or exchange.started < since
                or not works_in(exchange, state.repository.work_tree)
            ):
                continue
            recorded.add(exchange.id)  # a fork holds what its origin held
            named = [file for file in exchange.files if file.how is How.TOOL]
            there = tuple(file for file in named if file.path in state.tree and own_redactor.is_clean(file.path))
            if there:
                gone = tuple(file.path for file in named if file.path not in state.tree)
                root = next(iter(roots_of(state.tree, there[0].path)), "")
                known = replace(exchange, branch="", head="")  # what is checked out now says nothing of then
                yield Importable(known, root, there, gone, history.links(exchange))


def write(state: ChangeState, store: Store, wanted: Importable, today: date) -> str:
    """Writes the PHR of an exchange and notes it in its draft; gives the path. The caller holds the store's lock."""
    top = state.repository.work_tree
    assert top, "only a work tree is written to"
    state = replace(state, root=wanted.root)
    below = [file for file in wanted.files if paths.is_below(file.path, wanted.root)]
    draft = draft_of(state, [wanted.exchange], {wanted.exchange.id: below}, {})
    shown = [f"in commit {link.commit[:12]}: {link.how}" for link in wanted.links]
    left = [f"changed {', '.join(wanted.gone)} too, not there any more"] if wanted.gone else []
    draft = replace(
        draft,
        kind=None,  # nothing of it is judged again
        labels=(CAPTURED, "imported", wanted.exchange.id),
        captured=(*(fact for fact in draft.captured if not fact.startswith("kind ")), *shown, *left),
    )
    with Journal(state.repository, "import", wanted.exchange.id) as journal:
        path = write_phr(state, draft, today.isoformat(), journal).path
    if kept := store.get(wanted.exchange.id):
        record = WrittenPhr(path, record_digest((top / path).read_bytes()))
        store.put(replace(kept, fate=Fate.WRITTEN, records=(*kept.records, record)))
    return path


class _History:
    """The commits below HEAD, by the files that they changed."""

    def __init__(self, state: ChangeState) -> None:
        self._repository = state.repository
        self._lines: dict[tuple[str, str], frozenset[str]] = {}

    def links(self, exchange: Exchange) -> tuple[Link, ...]:
        """The commits that hold lines of an exchange; for a file whose lines nobody told, the first after it."""
        by_lines: dict[str, None] = {}
        by_time: dict[str, None] = {}
        for file in (file for file in exchange.files if file.how is How.TOOL):
            later = [(when, oid) for when, oid in self._commits[file.path] if when >= exchange.started - _BEFORE]
            holding = [oid for _, oid in later if set(file.lines) & self._written(oid, file.path)]
            if holding:
                by_lines[holding[0]] = None
            elif not file.lines and later and later[0][0] <= (exchange.ended or exchange.started) + _DAY:
                by_time[later[0][1]] = None
        links = [Link(oid, BY_LINES) for oid in by_lines]
        return tuple([*links, *(Link(oid, BY_TIME) for oid in by_time if oid not in by_lines)][:_MOST_LINKS])

    @cached_property
    def _commits(self) -> defaultdict[str, list[tuple[float, str]]]:
        """Path -> the commits that changed it, the earliest first."""
        by_path: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        if not self._repository.commit("HEAD"):
            return by_path
        log = ("log", "--no-merges", "--no-renames", "--reverse", "--name-only", "-z", "--format=%x01%ct %H", "HEAD")
        for commit in self._repository.git(*log).split("\x01")[1:]:
            head, _, names = commit.partition("\0")
            when, _, oid = head.strip().partition(" ")
            for name in filter(None, names.lstrip("\n").split("\0")):
                by_path[name].append((float(when), oid))
        return by_path

    def _written(self, oid: str, path: str) -> frozenset[str]:
        """The digests of the lines that a commit adds to a file."""
        if (oid, path) not in self._lines:
            plain = ("--no-ext-diff", "--no-textconv", "--no-color", "--format=", "-U0")
            shown = self._repository.git("show", *plain, oid, "--", f":(top,literal){path}")
            added = (line[1:] for line in shown.splitlines() if line.startswith("+") and not line.startswith("+++"))
            self._lines[oid, path] = frozenset(filter(None, map(line_digest, added)))
        return self._lines[oid, path]
