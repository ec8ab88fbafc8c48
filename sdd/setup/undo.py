"""What `sdd init --undo` removes: an adoption, as far as nobody has changed it since."""

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from sdd.base import paths
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.layout import MARK, PROMPTS, find_roots
from sdd.records.packaged import (
    ALL_PLACES,
    ATTRIBUTES_PATH,
    CI_PLACES,
    INCLUDED_PIPELINE,
    PIPELINE,
    SCRIPT_PLACES,
    is_released_text,
)
from sdd.records.project import BASELINE_PATH, CONSTITUTION_PATH
from sdd.repo.journal import Journal
from sdd.repo.objects import Repository
from sdd.repo.worktree import remove_file, require_places
from sdd.setup.init import INTRODUCTIONS, SetupReport, record_setup
from sdd.setup.own_files import is_foreign, is_untouched, mentions, roots_below

_LEAVING = "Take sdd out: remove what sdd init wrote."
_RESPONSE_LEAVING = "`sdd init --undo` removed it; what people wrote or changed is kept."
_RECORDED = {POLICY_PATH, CONSTITUTION_PATH, *CI_PLACES}
_TO_GO = 'to let it go too, git rm it, commit, and run: sdd phr new "Let the policy go" --stage constitution --commit'


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
    shared = _shared(top, root, others, untouched)
    untouched = [path for path in untouched if path not in shared]
    judging = [paths.join(root, path) for path in untouched if own[path] in _RECORDED]
    committed = repository.git("ls-files", "-z", "--", *judging).split("\0") if judging else ()
    told = [paths.relative(root, path) for path in committed if path]
    made = []
    if told or (journal and journal.record):
        records = Policy.of(tree, root).or_defaults().layout.placed(f"{PROMPTS}/constitution")
        record = record_setup(repository, root, records, _LEAVING, _RESPONSE_LEAVING, told, today, surface, journal)
        made.append(paths.join(root, record))
    for path in untouched if journal else ():
        remove_file(folder, path)
    kept = [path for path in existing if path not in untouched and not _is_foreign(folder, path)]
    kept += ["history/"] * (folder / "history").is_dir()
    included = INCLUDED_PIPELINE in untouched and mentions(top, PIPELINE, INCLUDED_PIPELINE.encode())
    notes = [f"{PIPELINE} still includes {INCLUDED_PIPELINE}: remove that from it"] if included else []
    edited = [path for path in kept if path not in shared and (own.get(path) == POLICY_PATH or path in CI_PLACES)]
    notes += [f"{paths.join(root, path)} is as you changed it, and goes on judging: {_TO_GO}" for path in edited]
    notes += [f"{paths.join(root, path)} stays: it {why}" for path, why in shared.items()]
    if root and not others:
        left = (path for path in CI_PLACES if (top / path).is_file() and not is_foreign(top, path))
        notes += [f"{path} has no root left to judge: sdd init --undo at the top removes it" for path in left]
    kept_paths, removed = (tuple(paths.join(root, path) for path in below) for below in (kept, untouched))
    still = POLICY_PATH in told and not others and (folder / MARK).is_dir()
    return SetupReport(root, tuple(made), kept_paths, removed, tuple(notes), is_judged_still=still, others=others)


def _shared(top: Path, root: str, others: Sequence[str], untouched: Sequence[str]) -> dict[str, str]:
    """path below the root -> what it does for the other roots: of the untouched files those that must stay for them."""
    shared = {path: f"judges {named(others)} too" for path in untouched if path in CI_PLACES and others}
    below = [place for place in others if paths.is_below(place, root)]
    without = [place for place in below if not _has_nearer_constitution(top, place, root)]
    if CONSTITUTION_PATH in untouched and without:
        shared[CONSTITUTION_PATH] = f"holds for {named(without)} too"
    return shared


def _has_nearer_constitution(top: Path, place: str, root: str) -> bool:
    """Whether a root has a constitution of its own, or one holds for it from a root that is nearer than another."""
    nearer = takewhile(lambda folder: folder != root, (place, *paths.folders_above(place)))
    return any((top / folder / CONSTITUTION_PATH).exists() for folder in nearer)


def named(roots: Sequence[str]) -> str:
    """Roots for people."""
    return ", ".join(place or "the top" for place in roots)


def _is_foreign(folder: Path, path: str) -> bool:
    """Whether a file of a name that sdd uses is not its own: a person's introduction, a script of spec-kit."""
    content = (folder / path).read_bytes()
    # Each script of sdd's own calls it.
    calls_sdd = path not in SCRIPT_PLACES or b"sdd" in content
    return path in INTRODUCTIONS or not calls_sdd or is_released_text(path, content)


def _may_be_ours(folder: Path, path: str) -> bool:
    """Whether a path is below `.specify/`, or is a file that no symlink leads to: else sdd never wrote it."""
    file = folder / path
    return path.startswith(".specify/") or (file.is_file() and file.resolve() == folder.resolve() / path)
