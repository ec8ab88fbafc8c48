"""An amendment of the constitution: its version and date, the note of what changed, and the record that says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from sdd.authoring.drafts import PhrDraft
from sdd.authoring.prose import comment_text, one_line
from sdd.authoring.recording import WrittenRecord, write_phr
from sdd.base.errors import SddError, UsageError
from sdd.base.listing import listed
from sdd.document import Document
from sdd.document.source import Source
from sdd.document.visible import exact_key
from sdd.gate.preview import ChangeState
from sdd.gate.rules.constitution import VERSION, numbers, raised, step_asked
from sdd.records.kinds import constitution as constitutions
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.phr import Phr, Stage
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.kinds.reading import is_token
from sdd.records.project import CONSTITUTION_PATH, Project
from sdd.repo.journal import Journal
from sdd.repo.worktree import rewrite

_PLANS_NAMED = 10


class VersionPart(IntEnum):
    """The part of the version that an amendment raises."""

    MAJOR = 0
    MINOR = 1
    PATCH = 2


@dataclass(frozen=True)
class Amended:
    """An amendment that was written. `files` are all that belong to it, from the top; `changes` say what changed."""

    before: str
    after: str
    changes: tuple[str, ...]
    record: WrittenRecord
    files: tuple[str, ...]


def amend(state: ChangeState, part: VersionPart | None, message: str, today: str, journal: Journal) -> Amended:
    """Raises the constitution's version, dates it `today` (YYYY-MM-DD), notes on top what changed, and writes the PHR.

    What an earlier run of the command did, by its `journal`, is not done again. Raises UsageError where no constitution
    has a version, and where `part` is missing or too small for what changed since the one that landed. Then nothing is
    written.
    """
    if journal.record and journal.is_written(state.project.path(CONSTITUTION_PATH)):
        return _amended_before(state, journal.record)
    now, landed = state.project.constitution, _landed(state)
    written = VERSION.fullmatch(now.version or "") if now else None
    if not now or not now.version or not written:
        path = state.project.path(CONSTITUTION_PATH)
        if not now:
            raise UsageError(f"{path} does not exist", "sdd init adds one")
        last_line = "**Version**: 1.0.0 | **Ratified**: DATE | **Last Amended**: DATE"
        raise UsageError(f"{path} has no version X.Y.Z", f"end it with the line: {last_line}")
    part = _large_enough(part, now, landed)
    if landed and _is_amended(state, now, landed, part):
        raise UsageError(
            f"{now.path} was amended from {landed.version} to {now.version}, and is as it was committed",
            "push; to amend it further, edit it first",
        )
    # A revert of an amendment has brought back the version before it.
    latest = max(numbers(now.version), numbers(landed.version if landed else None))
    old, version = (".".join(map(str, each)) for each in (latest, raised(latest, part)))
    changes = tuple(_changes(now, landed))
    # Not state.tree: that holds what git makes of the file, whose line ends may be others.
    file = (state.repository.work_tree or state.repository.git_dir) / now.path
    before = file.read_bytes()
    note = _note(f"{old} -> {version} ({part.name.lower()}), {today}", one_line(message), changes, state.project)
    after = _amended(now, before, f"{now.version[: written.start(1)]}{version}", today, note)
    journal.note(now.path)
    policy = state.project.path(POLICY_PATH)
    files = (CONSTITUTION_PATH, *([POLICY_PATH] if state.view and policy in state.view.records else []))
    draft = PhrDraft(
        title=one_line(message.strip().partition("\n")[0]) or f"Amend the constitution to {version}",
        stage=Stage.CONSTITUTION,
        prompt=message or None,
        response="\n".join((f"Constitution {old} -> {version}.", *(f"- {change}" for change in changes))),
        files=files,
    )
    record = write_phr(state, draft, today, journal)
    rewrite(file, before, after)
    return Amended(old, version, changes, record, (*map(state.project.path, files), record.path))


def _amended_before(state: ChangeState, path: str) -> Amended:
    """The amendment that an earlier run of the command wrote, by its PHR."""
    phr = state.project.get(Phr, path)
    if not phr or not phr.response:
        raise SddError(f"{path} cannot be read: it should tell of the amendment", "remove it, then amend again")
    first, *changes = phr.response.splitlines()
    old, version = first.removeprefix("Constitution ").removesuffix(".").split(" -> ")
    files = tuple(entry.path for entry in phr.files)
    record = WrittenRecord(path, phr.id or "", Stage.CONSTITUTION, phr.feature, files)
    said = tuple(change.removeprefix("- ") for change in changes)
    return Amended(old, version, said, record, (*map(state.project.path, files), path))


def _landed(state: ChangeState) -> Constitution | None:
    """The target's constitution, HEAD's where it has none; None for none, and for one that was not filled in yet."""
    before = state.view.before(state.root) if state.view and state.view.target else None
    head = state.repository.commit("HEAD")
    if not before and head:
        before = Project(state.repository.tree(head), state.root, state.reader)
    landed = before.constitution if before else None
    return None if landed and landed.placeholders else landed


def _is_amended(state: ChangeState, now: Constitution, landed: Constitution, part: VersionPart) -> bool:
    """Whether the constitution was committed with a part of its version raised, or a larger one, since it landed."""
    head = state.repository.commit("HEAD")
    is_committed = head is not None and state.repository.tree(head).get(now.path) == state.tree.get(now.path)
    before, after = numbers(landed.version), numbers(now.version)
    return is_committed and before[: part + 1] < after[: part + 1]


def _large_enough(part: VersionPart | None, now: Constitution, landed: Constitution | None) -> VersionPart:
    """The part that was named, if what was changed since does not ask for a larger one."""
    asked, reason = step_asked(landed, now) if landed else (None, "")
    least = VersionPart(asked) if asked is not None else None
    if part is None:
        options = f"{reason}: --{least.name.lower()}" if least else "--major, --minor or --patch"
        raise UsageError("which part of the version is raised?", f"name it: {options}")
    if least is not None and part > least:
        message = f"{reason}: more than a {part.name.lower()} amendment"
        raise UsageError(message, f"sdd constitution amend --{least.name.lower()}")
    return part


def _changes(now: Constitution, landed: Constitution | None) -> Iterator[str]:
    """What was changed since the constitution that landed, a line each."""
    old, new = (
        {principle.name: exact_key(principle.text) for principle in constitution.principles} if constitution else {}
        for constitution in (landed, now)
    )
    for word, names in (
        ("added", [name for name in new if name not in old and not is_token(name)]),
        ("removed", [name for name in old if name not in new]),
        ("reworded", [name for name in new if name in old and new[name] != old[name]]),
    ):
        if names:
            yield f"Principles {word}: {'; '.join(names)}"


def _note(first: str, why: str, changes: tuple[str, ...], project: Project) -> list[str]:
    plans = [f"specs/{name}/plan.md" for name in project.features]
    plans = [path for path in plans if project.get(Plan, project.path(path))]
    lines = [f"Sync impact: {first}", *([f"Why: {why}"] if why else []), *changes]
    lines += [f"To look over: {listed(plans, _PLANS_NAMED)}"] if plans else []
    return ["<!--", *map(comment_text, lines), "-->", ""]


def _amended(now: Constitution, content: bytes, version: str, today: str, note: list[str]) -> bytes:
    """The constitution with another version and date and with a note on top, all other lines as they were."""
    source, line, dated = Source.of(content), now.at("version"), now.lines.get("last_amended")
    source = source.replaced(line, _with_value(source.text(line), "version", now.version or "", version))
    if dated and now.last_amended:
        source = source.replaced(dated, _with_value(source.text(dated), "last amended", now.last_amended, today))
    else:
        source = source.replaced(line, f"{source.text(line).rstrip()} | **Last Amended**: {today}")
    document = Document.parse(content)
    content = source.inserted(document.body if document.has_front_matter else 1, note).content
    edited = constitutions.parse(now.path, content, now.root)
    old, new = ([(principle.name, principle.text) for principle in each.principles] for each in (now, edited))
    if (edited.version, edited.last_amended) != (version, today) or old != new:
        raise SddError(f"{now.path} has a form that sdd cannot edit safely", "nothing was written; amend it by hand")
    return content


def _with_value(line: str, name: str, old: str, new: str) -> str:
    """A line with the first `old` behind `name` (in lower case) made `new`."""
    place = line.lower().find(name) + len(name)
    return line[:place] + line[place:].replace(old, new, 1)
