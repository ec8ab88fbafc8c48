"""What `sdd init --undo` removes: an adoption, as far as nobody has changed it since."""

from collections.abc import Collection, Sequence
from itertools import takewhile
from pathlib import Path

from sdd.base import paths
from sdd.base.paths import path_words
from sdd.records.agent_programs import AGENT_TEXTS
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.kinds.record import ChangeKind
from sdd.records.layout import MARK, PROMPTS, find_roots
from sdd.records.packaged import (
    ALL_PLACES,
    ATTRIBUTES_PATH,
    CI_PLACES,
    INCLUDED_PIPELINE,
    PIPELINE,
    RUNS,
    SCRIPT_PLACES,
    is_released_text,
)
from sdd.records.project import BASELINE_PATH, CONSTITUTION_PATH
from sdd.repo.history import last_change
from sdd.repo.journal import Journal
from sdd.repo.objects import Repository
from sdd.repo.worktree import remove_file, require_places
from sdd.setup.init import INTRODUCTIONS, SetupReport, record_setup
from sdd.setup.own_files import is_foreign, is_untouched, mentions, roots_below

_LEAVING = "Take sdd out: remove what sdd init wrote."
_RESPONSE_LEAVING = "`sdd init --undo` removed it; what people wrote or changed is kept."
# What each file of sdd's own of these names holds.
_CALLS = dict.fromkeys((*SCRIPT_PLACES, *AGENT_TEXTS), (b"sdd",)) | dict.fromkeys(
    CI_PLACES, (RUNS, INCLUDED_PIPELINE.encode())
)
_RECORDED = {POLICY_PATH, CONSTITUTION_PATH, *CI_PLACES}
_ELSEWHERE = (
    "sdd hook uninstall in every other clone and on the server: what is left in .specify/ is judged by the defaults, "
    "without grace"
)


def undo(repository: Repository, root: str, today: str, *, surface: str, journal: Journal | None) -> SetupReport:
    """Removes what `adopt` wrote below `root` and nobody has changed since, and the folders that this leaves empty.

    history/ stays: what was recorded is the project's. Changed files stay too and are listed, and so does what other
    roots still need: the constitution that holds for them, a forge's file. Where a policy, a constitution or a forge's
    file that was committed goes, a PHR says so: without it no server lets that go.
    Without a `journal` the report says what would be removed, and nothing is.
    """
    assert repository.work_tree, "only a work tree is set up"
    leaving = _Leaving(repository, repository.work_tree, root)
    told, made = leaving.told, []
    if told or (journal and journal.record):
        records = Policy.of(leaving.tree, root).or_defaults().layout.placed(f"{PROMPTS}/constitution")
        kind = ChangeKind.CHORE if leaving.piped else None
        words = (_LEAVING, _RESPONSE_LEAVING)
        made.append(record_setup(repository, root, records, *words, told, today, surface, journal, kind))
    for path in leaving.going if journal else ():
        remove_file(leaving.folder, path)

    def from_top(files: Sequence[str]) -> tuple[str, ...]:
        return tuple(paths.join(root, path) for path in files)

    kept = [*leaving.kept, *["history/"] * (leaving.folder / "history").is_dir()]
    notes, still = tuple(leaving.notes()), leaving.judged_still()
    to_edit = tuple(path for path in leaving.piped if path in told)
    written = (from_top(made), from_top(kept), from_top(leaving.going))
    return SetupReport(root, *written, notes, judged_still=still, to_edit=to_edit, others=leaving.others)


class _Leaving:
    """What of an adoption goes and what stays, before anything goes. Paths are from the root, `others` from the top."""

    def __init__(self, repository: Repository, top: Path, root: str) -> None:
        """Raises SddError where a file that may go lies behind a link."""
        self.repository = repository
        self.top = top
        self.root = root
        self.folder = folder = top / root
        self.tree = repository.tree(repository.snapshot())
        self._own = own = self._own_paths()
        written = [path for path in own if _may_be_ours(folder, path)]
        require_places(top, [paths.join(root, path) for path in written])
        self._existing = [path for path in written if (folder / path).exists()]
        untouched = [path for path in self._existing if is_untouched(own[path], (folder / path).read_bytes())]
        self.others = self._others({paths.join(root, path) for path in untouched})
        self._needed = self._needed_among(untouched)
        self.going = [path for path in untouched if path not in self._needed]
        self.kept = [path for path in self._existing if path not in self.going and not _is_of_others(folder, path)]
        # The project's own pipeline, whose include a person takes out, before this or after: the record covers that.
        is_kept = PIPELINE in self.kept and PIPELINE not in self._needed
        self._includes = is_kept and mentions(top, PIPELINE, INCLUDED_PIPELINE.encode())
        self.piped = [PIPELINE] if self._includes or self._excluded else []
        self._changed = [path for path in self.kept if own[path] in (POLICY_PATH, *CI_PLACES)]
        self.told = self._committed([path for path in self.going if own[path] in _RECORDED])

    def _own_paths(self) -> dict[str, str]:
        """Each path that an adoption may have written -> what it is called in a root."""
        own = {path: path for path in (*ALL_PLACES, BASELINE_PATH) if path != ATTRIBUTES_PATH}
        if self.root:
            own = {path: path for path in own if path not in CI_PLACES}  # which are at the top
        for place in roots_below(self.tree, self.root):
            # A root that was set up by itself is taken out by itself.
            placed = Policy.of(self.tree, place).or_defaults().layout.placed(ATTRIBUTES_PATH)
            if not (self.top / place / placed).exists():
                below = paths.relative(self.root, place)
                own |= {paths.join(below, path): path for path in (POLICY_PATH, BASELINE_PATH)}
        return own

    def _others(self, going: Collection[str]) -> tuple[str, ...]:
        """The other roots with a policy that stays."""
        policies = {place: paths.join(place, POLICY_PATH) for place in find_roots(self.tree) if place != self.root}
        return tuple(place for place, path in policies.items() if path in self.tree and path not in going)

    def _needed_among(self, untouched: Collection[str]) -> dict[str, str]:
        """The existing files that must stay for what stays -> what each does still."""
        existing, others, own = self._existing, self.others, self._own
        ci = [path for path in existing if path in CI_PLACES and others and not _is_of_others(self.top, path)]
        needed = dict.fromkeys(ci, f"judges {named(others)} too")
        for policy in (path for path in existing if own[path] == POLICY_PATH and path not in untouched):
            beside = (policy.removesuffix(POLICY_PATH) + name for name in (BASELINE_PATH, CONSTITUTION_PATH))
            judges = f"holds while {paths.join(self.root, policy)} judges"
            needed |= dict.fromkeys((path for path in beside if path in untouched), judges)
        if CONSTITUTION_PATH in untouched and (without := self._without_constitution()):
            needed[CONSTITUTION_PATH] = f"holds for {named(without)} too"
        return needed

    @property
    def _excluded(self) -> bool:
        """Whether only the last commit's pipeline includes sdd's."""
        if PIPELINE not in self._existing or PIPELINE in self.kept or self.others:
            return False
        return INCLUDED_PIPELINE in (self.repository.git_answer("show", f"HEAD:{PIPELINE}") or "")

    def _committed(self, judging: Sequence[str]) -> list[str]:
        """What a PHR tells of: the files that judge and go, and the pipeline, those that were committed."""
        asked = [*(paths.join(self.root, path) for path in judging), *self.piped] if judging else []
        listed = self.repository.git("ls-files", "-z", "--", *asked).split("\0") if asked else ()
        told = [paths.relative(self.root, path) for path in listed if path]
        return [] if told == self.piped else told

    def notes(self) -> list[str]:
        """What a person has to do, and why files stay."""
        notes = [f"{PIPELINE} still includes {INCLUDED_PIPELINE}: remove that from it first"] if self._includes else []
        changed = (path for path in self._changed if path not in (*self._needed, *self.piped))
        notes += map(self._edited, changed)
        notes += [f"{paths.join(self.root, path)} stays: it {why}" for path, why in self._needed.items()]
        if self.root and not self.others:
            left = (path for path in CI_PLACES if (self.top / path).is_file() and not is_foreign(self.top, path))
            notes += [f"{path} has no root left to judge: sdd init --undo at the top removes it" for path in left]
        return notes

    def _edited(self, path: str) -> str:
        """How to let go of what a person changed and goes on judging."""
        if path in CI_PLACES:
            way = "take the job out" if path == PIPELINE else "git rm it"
            return f"{path} still runs {RUNS.decode()}: to end that, {way}, commit, and do what sdd status says"
        if self.others:
            # Without its policy the root would be judged by the defaults, by the hook that the other roots keep.
            removal = self._removal()
        else:
            beside = (name for name in (CONSTITUTION_PATH, BASELINE_PATH) if name in self._needed)
            removal = f"git rm {self._words(path, *beside)}"
        way = _way(removal, "Let the policy go")
        return f"{paths.join(self.root, path)} is as you changed it, and goes on judging: to let it go too, {way}"

    def judged_still(self) -> str:
        """What to do about a root that is left without its policy, which the defaults judge; empty for none."""
        went = POLICY_PATH in self.told or (POLICY_PATH not in self._existing and self._had_policy())
        if not went or not (self.folder / MARK).is_dir():
            return ""
        if not self.others:
            return _ELSEWHERE
        way = _way(self._removal(), "Let the rest go")
        return f"{named([self.root])} stays a root, which the defaults judge without grace: to end that, {way}"

    def _had_policy(self) -> bool:
        """Whether a commit up to the last one holds a policy of the root: its end goes on after that is gone."""
        tip = self.repository.commit("HEAD")
        return bool(tip and last_change(self.repository, paths.join(self.root, POLICY_PATH), "AMD", tip)[0])

    def _removal(self) -> str:
        """How the root is removed beside others: those that its constitution holds for get a copy."""
        holds = (self.folder / CONSTITUTION_PATH).exists()
        without = [paths.join(place, CONSTITUTION_PATH) for place in self._without_constitution() if holds]
        copied = f"copy {self._words(CONSTITUTION_PATH)} to {', '.join(without)}, " if without else ""
        return f"{copied}git rm -r {self._words(MARK)}"

    def _words(self, *files: str) -> str:
        return path_words(paths.join(self.root, path) for path in files)

    def _without_constitution(self) -> list[str]:
        """The other roots for which the constitution of this one holds."""
        below = (place for place in self.others if paths.is_below(place, self.root))
        return [place for place in below if not self._has_nearer_constitution(place)]

    def _has_nearer_constitution(self, place: str) -> bool:
        """Whether a root has a constitution of its own, or one holds for it from a root that is nearer than this."""
        nearer = takewhile(lambda folder: folder != self.root, (place, *paths.folders_above(place)))
        return any((self.top / folder / CONSTITUTION_PATH).exists() for folder in nearer)


def _way(removal: str, title: str) -> str:
    """What to run, by a person who reads: a removal, and the record of it."""
    return f'{removal}, commit, and run: sdd phr new "{title}" --stage constitution --commit'


def named(roots: Sequence[str]) -> str:
    """Roots for people."""
    return ", ".join(place or "the top" for place in roots)


def _is_of_others(folder: Path, path: str) -> bool:
    """Whether a file of a name that sdd uses is not its own: a person's introduction, a script of spec-kit, a pipeline
    or a file for an agent that names no sdd.
    """
    content = (folder / path).read_bytes()
    calls = _CALLS.get(path, ())
    calls_none = bool(calls) and not any(call in content for call in calls)
    return path in INTRODUCTIONS or calls_none or is_released_text(path, content)


def _may_be_ours(folder: Path, path: str) -> bool:
    """Whether a path is below `.specify/`, or is a file that no symlink leads to: else sdd never wrote it."""
    file = folder / path
    return path.startswith(".specify/") or (file.is_file() and file.resolve() == folder.resolve() / path)
