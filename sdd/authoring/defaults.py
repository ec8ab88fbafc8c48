"""What a new record says by itself, from git and the records that are there: true now, and once it has landed."""

import re
from collections.abc import Sequence

from sdd.authoring.own_commits import own_commits
from sdd.authoring.prose import code
from sdd.gate.preview import ChangeState
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.kinds.reading import is_statement
from sdd.records.kinds.record import ChangeKind
from sdd.records.project import CONSTITUTION_PATH
from sdd.repo.messages import commit_messages, reverts_named, subjects
from sdd.repo.objects import Repository

_FILES_TOLD = 10
_UNDECODABLE = re.compile("[\ud800-\udfff]")
_GLOB = re.compile(r"([\\*?\[\]! ])")
_STAGE_OF_FILE = (
    (r"specs/.+/spec\.md", Stage.SPEC),
    (r"specs/.+/plan\.md", Stage.PLAN),
    (r"specs/.+/tasks\.md", Stage.TASKS),
)


def stage_of_change(kind: ChangeKind | None, files: tuple[str, ...], *, captured: bool = False) -> Stage:
    """The stage of work of a kind on some files (below the root). A PHR about other files too decides no policy by
    itself, nor does a captured one.
    """
    decided = (CONSTITUTION_PATH,) if captured else (CONSTITUTION_PATH, POLICY_PATH)
    if files and all(path in decided for path in files):
        return Stage.CONSTITUTION
    if kind in (ChangeKind.REVERT, ChangeKind.CHORE):
        return Stage.MISC
    if kind == ChangeKind.REFACTOR:
        return Stage.REFACTOR
    for pattern, stage in _STAGE_OF_FILE:
        if files and all(re.fullmatch(pattern, path) for path in files):
            return stage
    return Stage.GREEN if files or kind else Stage.GENERAL


def folder_of_phr(stage: Stage, feature: str | None) -> str:
    """The folder below history/prompts/ of a PHR."""
    if stage == Stage.CONSTITUTION:
        return "constitution"
    return feature if feature and stage != Stage.GENERAL else "general"


def response(state: ChangeState, kind: ChangeKind | None, files: tuple[str, ...], success: str = "") -> str:
    """What came of a request as far as git knows: the subjects of the commits that changed its files, and what they
    revert; `success`, else the files that changed, where no subject says anything, and the files where a commit changed
    others too.
    """
    commits, changed_more = own_commits(state, files)
    told = subjects(state.repository, _without_merges(state.repository, commits))
    lines = [f"- {line}" for line in told if is_statement(line)]
    if kind == ChangeKind.REVERT:
        messages = commit_messages(state.repository, commits)
        lines += [f"- This reverts commit {oid}." for message in messages for oid in reverts_named(message)]
    if commits and not lines and success:
        lines = [success]
    subjects_told = "\n".join(dict.fromkeys(lines))
    if lines and not changed_more:
        return subjects_told
    more = f" and {len(files) - _FILES_TOLD} more" if len(files) > _FILES_TOLD else ""
    nothing = "No committed file was changed." if state.left_out or state.untold else "No file was changed."
    changed = f"Changed {', '.join(map(code, files[:_FILES_TOLD]))}{more}." if files else nothing
    return "\n\n".join(filter(None, (subjects_told, changed)))


def _without_merges(repository: Repository, commits: Sequence[str]) -> Sequence[str]:
    """Commits (ids) but for those that only bring others' work in, in their order."""
    heads = (content.partition(b"\n\n")[0] for content in repository.commits(commits))
    return [oid for oid, head in zip(commits, heads, strict=True) if head.count(b"\nparent ") < 2]


def principles(state: ChangeState) -> tuple[str, ...]:
    """The principles of the constitution in force by number and name; none while it is still to be filled in."""
    constitution = state.project.constitution_in_force
    if not constitution or constitution.placeholders:
        return ()
    return tuple(
        f"{principle.number}. {principle.name}" if principle.number else principle.name
        for principle in constitution.principles
    )


def literal_pattern(path: str) -> str:
    """A scope pattern that matches just this path; in a name that is not UTF-8, any letter in place of a wrong byte."""
    pattern = "/" + _UNDECODABLE.sub("?", _GLOB.sub(r"\\\1", path))
    # No entry of a record's list ends with a blank.
    return f"{pattern[:-2]}[ ]" if path.endswith(" ") else pattern
