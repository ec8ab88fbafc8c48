"""What `sdd init` writes into a repository."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sdd.authoring.drafts import PhrDraft, phr_text
from sdd.authoring.identity import recorded_user, slug, write_record
from sdd.base import paths
from sdd.base.listing import counted
from sdd.gate.check.policy_changes import as_below, policy_changes
from sdd.records.agent_programs import AGENT_PROGRAMS, SERVER_FILES
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.policy import POLICY_PATH, Policy, parse
from sdd.records.kinds.record import ChangeKind
from sdd.records.layout import PROMPTS, roots_of
from sdd.records.packaged import ATTRIBUTES_PATH, INCLUDED_PIPELINE, PIPELINE, RUNS, SCRIPT_PLACES, forge_of
from sdd.records.project import BASELINE_PATH, CONSTITUTION_PATH
from sdd.repo.journal import Journal
from sdd.repo.objects import Repository, Tree
from sdd.repo.uncommitted import hidden_by_rules
from sdd.repo.worktree import require_places, rewrite, write_new
from sdd.setup.own_files import (
    OLD_CONSTITUTION_PATH,
    Start,
    ci_texts,
    is_foreign,
    is_outdated,
    layout_of,
    mentions,
    old_constitution,
    own_texts,
    record_examples,
    start_of,
)

_PROMPT = "Adopt sdd: from here on no change lands without its records."
_RESPONSE = "`sdd init` wrote the policy, a constitution to fill in and the templates of the records."
_RESPONSE_KEPT = "`sdd init` added what was missing; the constitution stays as it is."
INTRODUCTIONS = tuple(dict.fromkeys(program.introduction for program in AGENT_PROGRAMS.values()))
_TO_ADD = "Before you push, run sdd status --json and do the steps of one entry of its next, until next is empty."


class SetupReport(NamedTuple):
    """What was done: paths from the top that were written, left alone or removed. `notes` are for people.
    After a removal `judged_still` says what to do where the folder stays a root without its policy, `others` are the
    roots with a policy that remain, and `to_edit` what a person edits before the commit. `capture` is what became of
    capture in this clone.

    A root that adopts sdd has so many old findings in its `baseline`, and findings only warn until `warn_until`, a day.
    """

    root: str
    made: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    baseline: int = 0
    warn_until: str = ""
    judged_still: str = ""
    to_edit: tuple[str, ...] = ()
    capture: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def adopt(
    repository: Repository,
    root: str,
    today: str,
    agents: Sequence[str] = (),
    forges: Sequence[str] = (),
    *,
    surface: str,
    journal: Journal | None,
    scripts: bool = False,
) -> SetupReport:
    """Writes what is missing for `root` (a folder from the top, "" for the top) and the PHR that says so.

    `agents` are the agent programs (of AGENT_PROGRAMS) that get their files too; with `scripts` those of SCRIPT_PLACES
    are written as well, and for `forges` (github, gitlab) the file that judges changes there, at the top. Nothing is
    overwritten but such a file of another version of sdd. `today` is YYYY-MM-DD, `surface` says who runs it. A second
    call writes nothing, unless `journal` says that the first one was stopped. Without a `journal` the report says what
    would be done, and nothing is. Raises SddError, and writes nothing, where a symlink or a folder is in the way.
    """
    top = repository.work_tree
    assert top, "only a work tree is set up"
    folder = top / root
    plan = _plan(repository, top, root, today, journal.paths if journal else (), agents, forges, scripts=scripts)
    made = [*(plan.begun or plan.missing)]
    policy = plan.missing.get(POLICY_PATH)
    if journal:
        journal.note(*(paths.join(root, path) for path in made))
        # Each root's policy comes after its baseline, and this root's after everything: it completes the adoption.
        others = [path for path in plan.missing if path != POLICY_PATH and not (folder / path).exists()]
        for path in sorted(others, key=lambda path: path.endswith(POLICY_PATH)):
            write_new(folder / path, plan.missing[path], executable=path in SCRIPT_PLACES)
    # Templates alone change nothing that is judged; policy and constitution do, and need a record.
    if policy is not None or CONSTITUTION_PATH in plan.missing:
        response = _RESPONSE if CONSTITUTION_PATH in made else _RESPONSE_KEPT
        made.append(record_setup(repository, root, plan.records, _PROMPT, response, made, today, surface, journal))
    ci = [path for path, text in plan.ci.items() if not (top / path).exists() or is_outdated(top, path, text)]
    ci.sort(key=lambda path: (top / path).exists())
    if journal:
        for path in ci:
            _write_ci(top / path, plan.ci[path])
        if policy is not None:
            write_new(folder / POLICY_PATH, policy)
    written = (*(paths.join(root, path) for path in made), *ci)
    kept = (*(paths.join(root, path) for path in plan.wanted if path not in made), *(plan.ci.keys() - {*ci}))
    start = plan.start
    return SetupReport(root, written, kept, notes=plan.notes, baseline=start.findings, warn_until=start.until)


def _holds_from_above(top: Path, root: str) -> bool:
    """Whether the constitution of a root above holds for one that has none of its own."""
    above = (top / place / CONSTITUTION_PATH for place in paths.folders_above(root) if root)
    own = top / root
    return not (own / CONSTITUTION_PATH).exists() and old_constitution(own) is None and any(map(Path.is_file, above))


class _Plan(NamedTuple):
    """What an adoption writes, path -> text: `wanted` and of it `missing` below the root, `ci` below the top.

    `records` is the folder of its PHR, and `begun` are the files that an earlier run was to write when it was stopped.
    """

    wanted: Mapping[str, str]
    missing: Mapping[str, str]
    ci: Mapping[str, str]
    records: str
    begun: Sequence[str]
    start: Start
    notes: tuple[str, ...]


def _plan(
    repository: Repository,
    top: Path,
    root: str,
    today: str,
    begun_before: Sequence[str],
    agents: Sequence[str],
    forges: Sequence[str],
    *,
    scripts: bool,
) -> _Plan:
    """What is to be written, where `begun_before` are the paths that an earlier run was to write.

    Raises SddError where a symlink or a folder is in the way.
    """
    folder, tree = top / root, repository.tree(repository.snapshot())
    ci = ci_texts(repository, top, forges)
    texts = own_texts(folder, today, agents, scripts=scripts)
    if _holds_from_above(top, root):
        texts.pop(CONSTITUTION_PATH)
    has_policy = (folder / POLICY_PATH).exists()
    layout = Policy.of(tree, root).layout if has_policy else layout_of(tree, root)
    texts = {layout.placed(path): text for path, text in texts.items()}
    notes = _to_add(top, folder, texts, ci)
    wanted = {path: text for path, text in texts.items() if not (path in INTRODUCTIONS and is_foreign(folder, path))}
    records = layout.placed(f"{PROMPTS}/constitution")
    require_places(top, [*(paths.join(root, path) for path in (*wanted, BASELINE_PATH, f"{records}/x")), *ci])
    named = [paths.relative(root, path) for path in begun_before]
    begun = () if has_policy and POLICY_PATH in named else [path for path in named if not paths.is_below(path, records)]
    missing = {path: text for path, text in wanted.items() if path in begun or not (folder / path).exists()}
    start = Start()
    if POLICY_PATH in missing:
        start = start_of(tree, root, date.fromisoformat(today), missing)
        missing |= start.texts(root)
        require_places(top, [paths.join(root, path) for path in missing])
        if start.until and repository.is_shallow:
            notes.append("a shallow clone, which does not tell how many people commit: taken for several")
        policies = [*_less_than_above(tree, root, missing), *_roots_below(root, start)]
        notes = [*(() if begun else _neighbours(folder, layout.history[0])), *policies, *notes]
    hidden = hidden_by_rules(repository, [paths.join(root, path) for path in (*missing, *record_examples(layout))])
    return _Plan(wanted, missing, ci, records, begun, start, (*hidden, *notes))


def _to_add(top: Path, folder: Path, texts: Mapping[str, str], ci: Mapping[str, str]) -> list[str]:
    """What a person adds to their own files, which stay as they are."""
    foreign = [path for path in INTRODUCTIONS if path in texts and is_foreign(folder, path)]
    notes = [f"{path} is yours and stays as it is; add to it: {_TO_ADD}" for path in foreign]
    servers = (path for path in texts if path in SERVER_FILES and is_foreign(folder, path))
    notes += (f"{path} is yours and stays as it is; add to it: {' '.join(texts[path].split())}" for path in servers)
    if INCLUDED_PIPELINE in ci and not mentions(top, PIPELINE, INCLUDED_PIPELINE.encode()):
        to_add = f"include: [{{local: {INCLUDED_PIPELINE}}}]"
        notes.append(f"{PIPELINE} is yours and stays as it is; add to it: {to_add}")
    for path in (path for path in ci if is_foreign(top, path)):
        runs = mentions(top, path, RUNS)
        kept = "as you changed it; to renew it, delete" if runs else "as it is, and runs no sdd gate: rename"
        notes.append(f"{path} stays {kept} it and run sdd init --ci {forge_of(path)}")
    return notes


def _write_ci(file: Path, text: str) -> None:
    """Writes the file for a forge, in place of another version's."""
    if file.exists():
        rewrite(file, file.read_bytes(), text.encode())
    else:
        write_new(file, text)


def record_setup(
    repository: Repository,
    root: str,
    records: str,
    prompt: str,
    response: str,
    files: Sequence[str],
    today: str,
    surface: str,
    journal: Journal | None,
    kind: ChangeKind | None = None,
) -> str:
    """Writes the PHR of the adoption, or of its end, into a folder of the root; its path below the root. Without a
    `journal` it has no number yet, and nothing is written. It needs a `kind` where it covers a file of the project.
    """
    draft = PhrDraft(
        id="",
        title=prompt.partition(":")[0],
        stage=Stage.CONSTITUTION,
        date=today,
        surface=surface,
        user=recorded_user(repository),
        command="sdd init",
        files=tuple(files),
        prompt=prompt,
        kind=kind,
    )

    def text(number: str, _: str) -> str:
        # With its number, so that a project that left sdd and comes back does not say the same words again.
        return phr_text(replace(draft, id=number, response=f"Record {number}: {response}"))

    name = f"{slug(draft.title)}.constitution.prompt.md"
    if not journal:
        return f"{records}/NNNN-{name}"
    _, path = write_record(repository, root, records, name, text, journal)
    return paths.relative(root, path)


def _neighbours(folder: Path, history: str) -> list[str]:
    """What other tools left in a folder whose `history` is below it, in a sentence each."""
    notes = []
    was_here = (folder / ATTRIBUTES_PATH).exists()  # what sdd init --undo leaves with its records
    if any((folder / history / "prompts").rglob("*.prompt.md")) and not was_here:
        notes.append(f"spec-kit-plus: its records in {history}/prompts/ are read as they are")
    elif not was_here and any((folder / ".specify" / place).is_dir() for place in ("templates", "scripts", "memory")):
        notes.append("spec-kit: its .specify/ is kept, and its specs/ are read as they are")
    prose = [path for path in (folder / "specs").rglob("*.md") if path.is_file()]
    if prose and not any(path.name == "spec.md" for path in prose):
        notes.append(
            f"{counted(len(prose), 'Markdown file')} below specs/ and no spec.md: a feature is specs/NAME/spec.md"
        )
    if (folder / OLD_CONSTITUTION_PATH).is_file():
        done = "was copied to" if old_constitution(folder) else "is not read, move its text to"
        notes.append(f"spec-kit, old layout: {OLD_CONSTITUTION_PATH} {done} {CONSTITUTION_PATH}")
    if (folder / "openspec").is_dir():
        notes.append("OpenSpec: openspec/ is left alone, sdd reads specs/")
    if (folder / ".kiro" / "specs").is_dir():
        notes.append("Kiro: .kiro/specs/ is left alone, sdd reads specs/")
    return notes


def _less_than_above(tree: Tree, root: str, texts: Mapping[str, str]) -> list[str]:
    """What the policy of the root above says below this one, and the one among the `texts` for it does not."""
    above = next((place for place in roots_of(tree, f"{root}/x") if place != root), None) if root else None
    if above is None:
        return []
    policy, path = Policy.of(tree, above), paths.join(root, POLICY_PATH)
    own = parse(path, texts[POLICY_PATH].encode(), root)
    details = ", ".join(each.text for each in policy_changes(as_below(policy, tree, root), own, most=sys.maxsize))
    return [f"{policy.path} no longer holds there: {details}; copy into {path} what is to stay"] if details else []


def _roots_below(root: str, start: Start) -> list[str]:
    below = [place for place in start.baselines if place != root]
    return [f"roots below, each with its own policy now: {', '.join(below)}"] if below else []
