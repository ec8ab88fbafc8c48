"""What `sdd init --undo` removes: an adoption, as far as nobody has changed it since."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from sdd.base import paths
from sdd.base.paths import shell_word
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
_CALLS = dict.fromkeys(SCRIPT_PLACES, (b"sdd",)) | dict.fromkeys(CI_PLACES, (RUNS, INCLUDED_PIPELINE.encode()))
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
    top = repository.work_tree
    assert top, "only a work tree is set up"
    folder = top / root
    own = {path: path for path in (*ALL_PLACES, BASELINE_PATH) if path != ATTRIBUTES_PATH}
    if root:
        own = {path: path for path in own if path not in CI_PLACES}  # which are at the top
    tree = repository.tree(repository.snapshot())
    for place in roots_below(tree, root):
        # A root that was set up by itself is taken out by itself.
        if not (top / place / Policy.of(tree, place).or_defaults().layout.placed(ATTRIBUTES_PATH)).exists():
            own |= {paths.join(paths.relative(root, place), path): path for path in (POLICY_PATH, BASELINE_PATH)}
    written = [path for path in own if _may_be_ours(folder, path)]
    require_places(top, [paths.join(root, path) for path in written])
    existing = [path for path in written if (folder / path).exists()]
    untouched = [path for path in existing if is_untouched(own[path], (folder / path).read_bytes())]
    going = {paths.join(root, path) for path in untouched}
    others = tuple(
        place
        for place in find_roots(tree)
        if place != root and (policy := paths.join(place, POLICY_PATH)) in tree and policy not in going
    )
    needed = _needed(top, root, others, existing, untouched)
    untouched = [path for path in untouched if path not in needed]
    kept = [path for path in existing if path not in untouched and not _is_of_others(folder, path)]
    # The project's own pipeline, whose include a person takes out, before this or after: the record covers that.
    includes = PIPELINE in kept and PIPELINE not in needed and mentions(top, PIPELINE, INCLUDED_PIPELINE.encode())
    excluded = PIPELINE in existing and PIPELINE not in kept and not others and _included(repository)
    piped = [PIPELINE] if includes or excluded else []
    judging = [paths.join(root, path) for path in untouched if own[path] in _RECORDED]
    committed = repository.git("ls-files", "-z", "--", *judging, *piped).split("\0") if judging else ()
    told = [paths.relative(root, path) for path in committed if path]
    told = [] if told == piped else told
    made = []
    if told or (journal and journal.record):
        records = Policy.of(tree, root).or_defaults().layout.placed(f"{PROMPTS}/constitution")
        kind = ChangeKind.CHORE if piped else None
        words = (_LEAVING, _RESPONSE_LEAVING)
        record = record_setup(repository, root, records, *words, told, today, surface, journal, kind)
        made.append(paths.join(root, record))
    for path in untouched if journal else ():
        remove_file(folder, path)
    notes = [f"{PIPELINE} still includes {INCLUDED_PIPELINE}: remove that from it first"] if includes else []
    judge = (path for path in kept if own[path] in (POLICY_PATH, *CI_PLACES) and path not in (*needed, *piped))
    notes += [_edited(top, root, path, needed, others) for path in judge]
    notes += [f"{paths.join(root, path)} stays: it {why}" for path, why in needed.items()]
    if root and not others:
        left = (path for path in CI_PLACES if (top / path).is_file() and not is_foreign(top, path))
        notes += [f"{path} has no root left to judge: sdd init --undo at the top removes it" for path in left]
    went = POLICY_PATH in told or (POLICY_PATH not in existing and _had_policy(repository, root))
    still = _judged_still(top, root, others) if went and (folder / MARK).is_dir() else ""
    kept += ["history/"] * (folder / "history").is_dir()
    kept_paths, removed = (tuple(paths.join(root, path) for path in below) for below in (kept, untouched))
    to_edit = tuple(path for path in piped if path in told)
    return SetupReport(
        root, tuple(made), kept_paths, removed, tuple(notes), judged_still=still, to_edit=to_edit, others=others
    )


def _needed(
    top: Path, root: str, others: Sequence[str], existing: Sequence[str], untouched: Sequence[str]
) -> dict[str, str]:
    """path below the root -> what it does still: of the existing files those that must stay for what stays."""
    ci = [path for path in existing if path in CI_PLACES and others and not _is_of_others(top, path)]
    needed = dict.fromkeys(ci, f"judges {named(others)} too")
    if CONSTITUTION_PATH in untouched:
        if without := _without_constitution(top, root, others):
            needed[CONSTITUTION_PATH] = f"holds for {named(without)} too"
        elif POLICY_PATH in existing and POLICY_PATH not in untouched:
            needed[CONSTITUTION_PATH] = f"holds while {POLICY_PATH} judges"
    return needed


def _included(repository: Repository) -> bool:
    """Whether the last commit's pipeline includes sdd's."""
    return INCLUDED_PIPELINE in (repository.git_answer("show", f"HEAD:{PIPELINE}") or "")


def _had_policy(repository: Repository, root: str) -> bool:
    """Whether a commit up to the last one holds a policy of a root: its end goes on after that is gone."""
    tip = repository.commit("HEAD")
    return bool(tip and last_change(repository, paths.join(root, POLICY_PATH), "AMD", tip)[0])


def _edited(top: Path, root: str, path: str, needed: Mapping[str, str], others: Sequence[str]) -> str:
    """How to let go of what a person changed and goes on judging."""
    if path in CI_PLACES:
        way = "take the job out" if path == PIPELINE else "git rm it"
        return f"{path} still runs {RUNS.decode()}: to end that, {way}, commit, and do what sdd status says"
    if others:
        # Without its policy the root would be judged by the defaults, by the hook that the other roots keep.
        removal = _removal_of_root(top, root, others)
    else:
        removal = f"git rm {_words(root, path, *(each for each in needed if each == CONSTITUTION_PATH))}"
    way = _way(removal, "Let the policy go")
    return f"{paths.join(root, path)} is as you changed it, and goes on judging: to let it go too, {way}"


def _words(root: str, *files: str) -> str:
    return " ".join(shell_word(paths.join(root, path)) for path in files)


def _way(removal: str, title: str) -> str:
    """What to run, by a person who reads: a removal, and the record of it."""
    return f'{removal}, commit, and run: sdd phr new "{title}" --stage constitution --commit'


def _judged_still(top: Path, root: str, others: Sequence[str]) -> str:
    """What to do about a root without its policy, which the defaults judge."""
    if not others:
        return _ELSEWHERE
    way = _way(_removal_of_root(top, root, others), "Let the rest go")
    return f"{named([root])} stays a root, which the defaults judge without grace: to end that, {way}"


def _removal_of_root(top: Path, root: str, others: Sequence[str]) -> str:
    """How a root is removed beside others: those that its constitution holds for get a copy."""
    holds = (top / root / CONSTITUTION_PATH).exists()
    without = [paths.join(place, CONSTITUTION_PATH) for place in _without_constitution(top, root, others) if holds]
    copied = f"copy {_words(root, CONSTITUTION_PATH)} to {', '.join(without)}, " if without else ""
    return f"{copied}git rm -r {_words(root, MARK)}"


def _without_constitution(top: Path, root: str, others: Sequence[str]) -> list[str]:
    """Of some roots those for which the constitution of another one above holds."""
    below = (place for place in others if paths.is_below(place, root))
    return [place for place in below if not _has_nearer_constitution(top, place, root)]


def _has_nearer_constitution(top: Path, place: str, root: str) -> bool:
    """Whether a root has a constitution of its own, or one holds for it from a root that is nearer than another."""
    nearer = takewhile(lambda folder: folder != root, (place, *paths.folders_above(place)))
    return any((top / folder / CONSTITUTION_PATH).exists() for folder in nearer)


def named(roots: Sequence[str]) -> str:
    """Roots for people."""
    return ", ".join(place or "the top" for place in roots)


def _is_of_others(folder: Path, path: str) -> bool:
    """Whether a file of a name that sdd uses is not its own: a person's introduction, a script of spec-kit, a pipeline
    that calls no sdd.
    """
    content = (folder / path).read_bytes()
    calls = _CALLS.get(path, ())
    calls_none = bool(calls) and not any(call in content for call in calls)
    return path in INTRODUCTIONS or calls_none or is_released_text(path, content)


def _may_be_ours(folder: Path, path: str) -> bool:
    """Whether a path is below `.specify/`, or is a file that no symlink leads to: else sdd never wrote it."""
    file = folder / path
    return path.startswith(".specify/") or (file.is_file() and file.resolve() == folder.resolve() / path)
