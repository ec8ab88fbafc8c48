"""What `sdd init` writes into a repository, and what it removes again."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sdd.authoring.drafts import PhrDraft, phr_text
from sdd.authoring.identity import claimed_id, recorded_user
from sdd.base import paths
from sdd.base.errors import SddError
from sdd.records.kinds.baseline import baseline_text
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.layout import PROMPTS
from sdd.records.packaged import (
    ALL_PLACES,
    ATTRIBUTES_PATH,
    INCLUDED_PIPELINE,
    INTRODUCTION,
    PIPELINE,
    SCRIPT_PLACES,
    is_own_text,
)
from sdd.records.project import BASELINE_PATH, CONSTITUTION_PATH
from sdd.repo.objects import Repository
from sdd.repo.worktree import require_places, write_new
from sdd.setup.adoption import AdoptionStart, is_own_policy, policy_text, start_of
from sdd.setup.own_files import OLD_CONSTITUTION_PATH, ci_texts, old_constitution, own_texts

RECORD_FOLDER = f"{PROMPTS}/constitution"

_PROMPT = "Adopt sdd: from here on no change lands without its records."
_RESPONSE = "`sdd init` wrote the policy, a constitution to fill in and the templates of the records."
_RESPONSE_KEPT = "`sdd init` added what was missing; the constitution that was there is kept."


class SetupReport(NamedTuple):
    """What was done: paths from the top that were written, left alone or removed. `notes` are for people.

    `start` is what a root that adopts sdd begins with.
    """

    root: str
    made: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    start: AdoptionStart = AdoptionStart()


def adopt(
    repository: Repository,
    root: str,
    today: str,
    agents: Sequence[str] = (),
    forges: Sequence[str] = (),
    *,
    scripts: bool = False,
) -> SetupReport:
    """Writes what is missing for `root` (a folder from the top, "" for the top) and the PHR that says so.

    `agents` are the agent programs (of AGENT_PLACES) that get their files too; with `scripts` those of SCRIPT_PLACES
    are written as well, and for `forges` (github, gitlab) the file that judges changes there, at the top. Nothing is
    overwritten, and nothing at all is written where one of the places is taken by a symlink or a folder: SddError.
    `today` is YYYY-MM-DD. A second call writes nothing.
    """
    top = _top(repository)
    folder = top / root
    texts = own_texts(folder, today, agents, scripts=scripts)
    own_introduction = _own_introduction(folder) if INTRODUCTION in texts else ()
    if own_introduction:
        # Often a link to another tool's file, which is no reason to refuse.
        del texts[INTRODUCTION]
    ci = ci_texts(top, forges)
    require_places(top, [*(paths.join(root, path) for path in (*texts, BASELINE_PATH, f"{RECORD_FOLDER}/x")), *ci])
    missing_ci = {path: text for path, text in ci.items() if not (top / path).exists()}
    missing = {path: text for path, text in texts.items() if not (folder / path).exists()}
    start = AdoptionStart()
    if POLICY_PATH in missing:
        start = _start(repository, root, date.fromisoformat(today), [*missing])
        missing[POLICY_PATH] = policy_text(start.warn_until)
        if start.known:
            missing[BASELINE_PATH] = baseline_text(start.known)
    notes = (
        *(_neighbours(folder) if POLICY_PATH in missing else ()),
        *_ignored(repository, [paths.join(root, path) for path in missing]),
        *own_introduction,
        *(_to_include(top) if INCLUDED_PIPELINE in ci else ()),
    )
    made = list(missing)
    for path, text in missing.items():
        write_new(folder / path, text, executable=path in SCRIPT_PLACES)
    # Templates alone change nothing that is judged; policy and constitution do, and need a record.
    if POLICY_PATH in missing or CONSTITUTION_PATH in missing:
        made.append(_record(repository, root, made, today))
    for path, text in missing_ci.items():
        write_new(top / path, text)
    kept = (*(paths.join(root, path) for path in texts if path not in missing), *(ci.keys() - missing_ci.keys()))
    return SetupReport(root, (*(paths.join(root, path) for path in made), *missing_ci), kept, notes=notes, start=start)


def _start(repository: Repository, root: str, today: date, missing: Sequence[str]) -> AdoptionStart:
    """What a root starts with: no findings in files that are still to be written, none where a baseline exists."""
    start = start_of(repository, root, today)
    if (_top(repository) / root / BASELINE_PATH).exists():
        return start._replace(known=frozenset())
    return start._replace(known=frozenset(finding for finding in start.known if finding.path not in missing))


def undo(repository: Repository, root: str) -> SetupReport:
    """Removes what `adopt` wrote below `root` and nobody has changed since, and the folders that this leaves empty.

    history/ stays: what was recorded is the project's. Changed files stay too and are listed.
    """
    top = _top(repository)
    folder = top / root
    places = [path for path in (*ALL_PLACES, BASELINE_PATH) if path != ATTRIBUTES_PATH]
    written = [path for path in places if _may_be_ours(folder, path)]
    require_places(top, [paths.join(root, path) for path in written])
    existing = [path for path in written if (folder / path).exists()]
    untouched = [path for path in existing if _is_untouched(path, (folder / path).read_bytes())]
    for path in untouched:
        (folder / path).unlink()
    for above in _folders(untouched):
        if (folder / above).is_dir() and not any((folder / above).iterdir()):
            (folder / above).rmdir()
    kept = [path for path in existing if path not in untouched]
    kept += ["history/"] * (folder / "history").is_dir()
    included = INCLUDED_PIPELINE in untouched and _includes_ours(top)
    return SetupReport(
        root,
        kept=tuple(paths.join(root, path) for path in kept),
        removed=tuple(paths.join(root, path) for path in untouched),
        notes=(f"{PIPELINE} still includes {INCLUDED_PIPELINE}: remove that from it",) if included else (),
    )


def _is_untouched(path: str, content: bytes) -> bool:
    """Whether a file is as sdd wrote it. Nobody but sdd writes a baseline."""
    return path == BASELINE_PATH or is_own_text(path, content) or (path == POLICY_PATH and is_own_policy(content))


def _may_be_ours(folder: Path, path: str) -> bool:
    """Whether a path is below `.specify/`, or is a file that no symlink leads to: else sdd never wrote it."""
    file = folder / path
    return path.startswith(".specify/") or (file.is_file() and file.resolve() == folder.resolve() / path)


def _folders(files: Sequence[str]) -> list[str]:
    """The folders of some files, the deepest first, the root left out."""
    folders = {folder for path in files for folder in paths.folders_above(path) if folder}
    return sorted(folders, key=lambda folder: folder.count("/"), reverse=True)


def _own_introduction(folder: Path) -> tuple[str, ...]:
    """What to add to an AGENTS.md that is the project's own, nothing where there is none."""
    file = folder / INTRODUCTION
    if not file.is_symlink() and (not file.is_file() or is_own_text(INTRODUCTION, file.read_bytes())):
        return ()
    line = "Work through sdd, as .specify/prompts/ says; begin with: sdd status"
    return (f"{INTRODUCTION} is yours and stays as it is; add to it: {line}",)


def _to_include(top: Path) -> tuple[str, ...]:
    """What to add to a .gitlab-ci.yml that is the project's own, nothing where it includes sdd's file already."""
    if _includes_ours(top):
        return ()
    return (f"{PIPELINE} is yours and stays as it is; add to it: include: [{{local: {INCLUDED_PIPELINE}}}]",)


def _includes_ours(top: Path) -> bool:
    file = top / PIPELINE
    return file.is_file() and INCLUDED_PIPELINE.encode() in file.read_bytes()


def _record(repository: Repository, root: str, files: list[str], today: str) -> str:
    """Writes the PHR of the adoption; its path below the root."""
    with claimed_id(repository, root, RECORD_FOLDER) as number:
        path = f"{RECORD_FOLDER}/{number}-adopt-sdd.constitution.prompt.md"
        draft = PhrDraft(
            id=number,
            title="Adopt sdd",
            stage=Stage.CONSTITUTION,
            date=today,
            surface="human",
            user=recorded_user(repository),
            command="sdd init",
            files=tuple(files),
            prompt=_PROMPT,
            # With its number, so that a project that left sdd and comes back does not say the same words again.
            response=f"Record {number}: {_RESPONSE if CONSTITUTION_PATH in files else _RESPONSE_KEPT}",
        )
        write_new(_top(repository) / root / path, phr_text(draft))
    return path


def _top(repository: Repository) -> Path:
    if not repository.work_tree:
        raise SddError("this repository is bare: it has no files to set sdd up in", "run sdd init in a clone of it")
    return repository.work_tree


def _neighbours(folder: Path) -> tuple[str, ...]:
    """What other tools left here, in a sentence each."""
    notes = []
    records = (folder / "history" / "prompts").rglob("*.prompt.md")
    if any(not record.name.endswith("-adopt-sdd.constitution.prompt.md") for record in records):
        notes.append("spec-kit-plus: its records in history/prompts/ are read as they are")
    elif any((folder / ".specify" / place).is_dir() for place in ("templates", "scripts", "memory")):
        notes.append("spec-kit: its .specify/ is kept, and its specs/ are read as they are")
    if (folder / OLD_CONSTITUTION_PATH).is_file():
        done = "was copied to" if old_constitution(folder) else "is not read, move its text to"
        notes.append(f"spec-kit, old layout: {OLD_CONSTITUTION_PATH} {done} {CONSTITUTION_PATH}")
    if (folder / "openspec").is_dir():
        notes.append("OpenSpec: openspec/ is left alone, sdd reads specs/")
    if (folder / ".kiro" / "specs").is_dir():
        notes.append("Kiro: .kiro/specs/ is left alone, sdd reads specs/")
    return tuple(notes)


def _ignored(repository: Repository, wanted: list[str]) -> tuple[str, ...]:
    """A warning where .gitignore would keep a record out of every commit."""
    asked = "\0".join([*wanted, f"{PROMPTS}/x.prompt.md"]).encode("utf-8", "surrogateescape")
    ignored = repository.run("check-ignore", "-z", "--stdin", data=asked).stdout.decode(errors="replace").split("\0")[0]
    return (f"git ignores {ignored}: remove it from .gitignore, records must be committed",) if ignored else ()
