"""A change reverted by git, but for its landed records, and a PHR that says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sdd.authoring.drafts import PhrDraft
from sdd.authoring.recording import WrittenRecord, write_phr
from sdd.authoring.redaction import redactor
from sdd.authoring.required import require_statement
from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.base.paths import shell_word
from sdd.gate.plan.place import Place
from sdd.gate.plan.ways import WHY
from sdd.gate.preview import ChangeState
from sdd.records.kinds import is_record_path, kind_of
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.records.layout import SPECS
from sdd.repo.history import is_ancestor, parents, state_before, touched_by
from sdd.repo.journal import Journal
from sdd.repo.messages import reverted, subject
from sdd.repo.objects import Repository, Tree
from sdd.repo.renames import renames
from sdd.repo.uncommitted import uncommitted_paths
from sdd.repo.unfinished import unfinished

_KEPT = (Phr, Contract, Adr)
Keeps = Callable[[str], bool]
"""Whether a path stays as it is."""


@dataclass(frozen=True)
class Undone:
    """The reverted commit, the one that reverts it, the records kept or brought back, and the PHR if one was needed.

    `on_target` is the branch that was worked on where that is a target itself, else empty.
    """

    commit: str
    by: str
    kept: tuple[str, ...]
    record: WrittenRecord | None
    on_target: str


@dataclass(frozen=True)
class CommitWords:
    """What the commits of a revert say: their first line (empty: sdd's own), and whether they are signed off."""

    title: str = ""
    signoff: bool = False


def undo(
    repository: Repository,
    folder: str,
    name: str,
    reason: str,
    today: str,
    journal: Journal,
    words: CommitWords,
    *,
    surface: str = "",
) -> Undone:
    """Reverts a commit on the branch that is checked out, and commits that and the PHR.

    Where a commit of the branch reverts it already, only what that one lacks is done. `folder` is where the command
    works, `reason` the PHR's prompt (empty: the command), `today` YYYY-MM-DD, `journal` tells of an earlier run of the
    command, `surface` who it is. The PHR lies in the nearest root above all that is reverted. Raises SddError where git
    needs help; then nothing changes.
    """
    from sdd.repo.porcelain import commit_files, restore, wait_for_index

    if reason:
        require_statement(reason, "say why, in --reason or in --prompt-file")
    wait_for_index(repository)  # a git that an earlier run started may still be at work
    state = ChangeState.read(repository, folder)
    change = state.target.change
    undone = reverted(repository, change.commits) if change else {}
    commit = _begun(repository, journal, undone) or repository.commit(name)
    if not commit or not is_ancestor(repository, commit, "HEAD"):
        raise UsageError(
            f"{name} is {'not in the history of HEAD' if commit else 'no commit'}",
            "see: git log --oneline --first-parent",
        )
    touched = (path for path in touched_by(repository, commit) if path in state.tree)
    journal.note(commit, *touched)
    keeps = _keeps(state, commit)
    by = undone.get(commit)
    # The subject is whatever somebody wrote: nobody has taken a secret out of it.
    title = redactor(repository, state.root)(f'Revert "{subject(repository, commit)}"')
    if by:
        kept = _lost(repository, by, keeps, state.tree)
        if kept:
            restore(repository, f"{by}^", kept)
            first = words.title or f"Bring back the records of {commit[:12]}"
            commit_files(repository, kept, first, signoff=words.signoff)
    else:
        by, kept = _revert(repository, commit, keeps, journal, replace(words, title=words.title or title), reason)
    on_target = state.work.branch or "" if state.target.pushes_target else ""
    state = _seen_from_its_root(ChangeState.read(repository, folder), by)
    changed = {paths.seen_from(state.root, path) for path in touched_by(repository, by)}
    files = tuple(path for path in state.untold if path in changed)
    if not files and not journal.record:
        return Undone(commit, by, kept, None, on_target)
    # Several reverts of one file are explained together only.
    named = {state.project.path(path) for path in files}
    beside = [oid for oid, other in undone.items() if oid != commit and named & {*touched_by(repository, other)}]
    draft = PhrDraft(
        title=title,
        kind=ChangeKind.REVERT,
        prompt=reason.strip() or f"sdd revert {name}",
        response="\n".join(f"This reverts commit {oid}." for oid in (commit, *beside)),
        files=files,
        surface=surface,
    )
    record = write_phr(state, draft, today, journal)
    commit_files(repository, [record.path], words.title or f"PHR: {title}", signoff=words.signoff)
    return Undone(commit, by, kept, record, on_target)


def _seen_from_its_root(state: ChangeState, by: str) -> ChangeState:
    """The change seen from the nearest root above the files that the commit `by` changes."""
    repository, change = state.repository, state.target.change
    touched = {*touched_by(repository, by)}
    concerned = [file.root for file in state.files if file.path in touched and not file.exempt]
    root = Place(repository, ("HEAD", change.target if change else None), concerned, (), "").root
    return ChangeState.read(repository, root) if concerned and root not in (None, state.root) else state


def _begun(repository: Repository, journal: Journal, undone: Mapping[str, str]) -> str | None:
    """The commit that an earlier run has just reverted: what HEAD meant to that run it means no more."""
    earlier = journal.paths[0] if journal.is_rerun else ""
    last = {repository.commit("HEAD"), repository.commit("HEAD^")}
    return earlier if undone.get(earlier) in last - {None} else None


def _revert(
    repository: Repository, commit: str, keeps: Keeps, journal: Journal, words: CommitWords, reason: str
) -> tuple[str, tuple[str, ...]]:
    """(the new commit that takes `commit` back, the landed records that it left as they were)."""
    from sdd.repo.porcelain import abort_revert, commit_staged, restore, start_revert

    mainline = 1 if len(parents(repository, commit)) > 1 else None
    begun = repository.commit("REVERT_HEAD")
    if begun and not (begun == commit and journal.is_rerun):
        raise SddError(
            f"git is at a revert of {begun[:12]}",
            f"finish it: git revert --continue, or take it back: git revert --abort\nthen: sdd revert {commit}",
        )
    if not begun:
        if uncommitted_paths(repository, untracked=False):
            doing = unfinished(repository)
            fix = doing.way_out if doing.unmerged else "git stash, or git commit"
            raise SddError("there is uncommitted work, and a revert would mix with it", fix)
        start_revert(repository, commit, mainline)
    try:
        head = repository.tree("HEAD")
        kept = tuple(path for path in _staged(repository) if path in head and keeps(path))
        if kept:
            restore(repository, "HEAD", kept)
        conflicts = repository.git("diff", "--name-only", "--diff-filter=U", "-z").split("\0")[:-1]
        if conflicts:
            why = shell_word(reason) if reason else f'"{WHY}"'
            raise SddError(
                f"later work depends on it: {', '.join(conflicts[:5])} would conflict; nothing was changed",
                f"git revert {f'-m {mainline} ' if mainline else ''}{commit}\n"
                "resolve the conflicts, git add them, git revert --continue\n"
                f"sdd revert {commit} --reason {why}",
            )
        if not _staged(repository):
            records = ": the records that it brought stay" if kept else ""
            raise SddError(f"nothing of {commit[:12]} is left to revert{records}", "nothing was changed")
        # Not every revert needs a PHR that says why.
        message = "\n\n".join(filter(None, (words.title, f"This reverts commit {commit}.", reason.strip())))
        commit_staged(repository, message, signoff=words.signoff)
    except BaseException:
        abort_revert(repository)
        raise
    by = repository.commit("HEAD")
    assert by
    return by, kept


def _lost(repository: Repository, by: str, keeps: Keeps, current: Tree) -> tuple[str, ...]:
    """The landed records that a commit which takes another back has removed or changed, and nobody has since.

    In the work tree, too, they must be as one of the two commits has them: nobody's own words are overwritten.
    """
    before, after, head = (repository.tree(name) for name in (f"{by}^", by, "HEAD"))
    return tuple(
        path
        for path in touched_by(repository, by)
        if path in before
        and keeps(path)
        and head.file(path) == after.file(path)
        and current.file(path) in (after.file(path), before.file(path))
    )


def _keeps(state: ChangeState, commit: str) -> Keeps:
    """What stays when a commit is taken back: each landed record; of a commit that moved records only those that it
    brought. The moved ones go back, and so does what it made others say of them.
    """
    repository, change = state.repository, state.target.change
    landed = repository.tree(change.target if change and change.target else "HEAD")
    moved = {path for path in renames(repository, commit) if _is_kept(path, landed, state)}
    former = repository.tree(state_before(repository, commit)) if moved else ()
    return lambda path: path not in moved and path not in former and _is_kept(path, landed, state)


def _is_kept(path: str, landed: Tree, state: ChangeState) -> bool:
    """Whether a path has landed as a record of what happened, or in a feature's folder, which such records name."""
    root = state.root_above(path)
    if root is None or path not in landed:
        return False
    usual = state.at(root).layout.canonical(paths.relative(root, path))
    kind = kind_of(usual)
    return bool(kind and kind.record in _KEPT) or (usual.startswith(f"{SPECS}/") and is_record_path(usual))


def _staged(repository: Repository) -> tuple[str, ...]:
    """The paths that differ between HEAD and the index, unmerged ones included."""
    listed = repository.git("diff", "--cached", "--name-only", "--no-renames", "--no-ext-diff", "-z", "HEAD", "--")
    return tuple(dict.fromkeys(path for path in listed.split("\0") if path))
