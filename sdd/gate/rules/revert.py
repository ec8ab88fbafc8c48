"""Whether a file of a change only brings back what its path held before."""

import re
from pathlib import Path

from sdd.gate.cover import CoveredFile
from sdd.gate.rules.rule import ChangeContext
from sdd.repo.history import first_parents, gave, held_before
from sdd.repo.objects import Entry, Repository

# The newest of the commits that gave a file the same content, and the oldest, say whether it stood anywhere.
_ASKED = 3
_OBJECT_NAME = re.compile(r"\b[0-9a-f]{7,64}\b")


def is_revert(context: ChangeContext, file: CoveredFile) -> bool:
    """Whether a file is as it stood on TARGET, or undoes a landing there that one of its PHRs names.

    A deletion counts only as the undoing of a named landing: every path was absent once.
    """
    change, after = context.view.change, file.changed.after
    if not change.target:
        return False
    held = held_before(context.repository, change.target, file.path)
    if after and after in held and _stood(context, file, change.target, after):
        return True
    return any(_undoes(context, file, commit) for commit in _named_landings(context, file))


def _stood(context: ChangeContext, file: CoveredFile, revision: str, entry: Entry) -> bool:
    """Whether what a file held at a commit of TARGET's line, or before it, stood there.

    Where a shallow clone cut off what gave it that, nobody can tell.
    """
    commits = gave(context.repository, revision, file.path, entry)
    return not commits or any(
        context.stood(file.path, commit) for commit in dict.fromkeys((*commits[:_ASKED], commits[-1]))
    )


def _named_landings(context: ChangeContext, file: CoveredFile) -> list[str]:
    """The commits of TARGET's line that the file's PHRs name in their title, prompt or response.

    A commit within a merged branch took back what never stood there, or left what never did.
    """
    repository, target = context.repository, context.view.change.target
    texts = (text for phr in file.phrs for text in (phr.title, phr.prompt, phr.response) if text)
    names = dict.fromkeys(name for text in texts for name in _OBJECT_NAME.findall(text))
    commits = [commit for name in names if (commit := repository.commit(name))]
    return [commit for commit in commits if target and _is_on_line(repository, commit, target)]


def _is_on_line(repository: Repository, commit: str, target: str) -> bool:
    return commit == target or bool(first_parents(repository, commit, target))


def _undoes(context: ChangeContext, file: CoveredFile, commit: str) -> bool:
    """Whether the file at head is the merge of TARGET's with what it was before `commit`, on the base of `commit`."""
    repository = context.repository
    before = repository.commit(f"{commit}^")
    if not before:
        return False
    with_it, without_it = repository.tree(commit), repository.tree(before)
    base, wanted, ours = (tree.file(file.path) for tree in (with_it, without_it, context.before.tree))
    if wanted and not _stood(context, file, before, wanted):
        return False
    after = file.changed.after
    if after is None:
        return wanted is None and base == ours
    if base is None or wanted is None or ours is None:
        return after == wanted
    merged = _merged(context, (ours, base, wanted))
    return after.mode == ours.mode and after.is_file and merged == repository.blob(after.oid)


def _merged(context: ChangeContext, entries: tuple[Entry, Entry, Entry]) -> bytes | None:
    """git's three-way merge of (ours, base, theirs), None where they conflict."""
    import tempfile

    repository = context.repository
    with tempfile.TemporaryDirectory(prefix="sdd-") as folder:
        files = []
        for name, entry in zip(("ours", "base", "theirs"), entries, strict=True):
            files.append(str(Path(folder, name)))
            Path(folder, name).write_bytes(repository.blob(entry.oid))
        merged = repository.run("merge-file", "-p", "-q", *files)
    return merged.stdout if merged.returncode == 0 else None
