"""Whether a file of a change only brings back what its path held before."""

import re
from pathlib import Path

from sdd.gate.cover import CoveredFile
from sdd.gate.rules.rule import ChangeContext
from sdd.repo.history import held_before, is_ancestor
from sdd.repo.objects import Entry

_OBJECT_NAME = re.compile(r"\b[0-9a-f]{7,64}\b")


def is_revert(context: ChangeContext, file: CoveredFile) -> bool:
    """Whether a file is as TARGET's history had it, or undoes a commit there that one of its PHRs names.

    A deletion counts only as the undoing of a named commit: every path was absent once.
    """
    change, after = context.view.change, file.changed.after
    if not change.target:
        return False
    if after and after in held_before(context.repository, change.target, file.path):
        return True
    return any(_undoes(context, file, commit) for commit in _named_commits(context, file))


def _named_commits(context: ChangeContext, file: CoveredFile) -> list[str]:
    """The commits of TARGET's history that the file's PHRs name in their title, prompt or response."""
    repository, target = context.repository, context.view.change.target
    texts = (text for phr in file.phrs for text in (phr.title, phr.prompt, phr.response) if text)
    names = dict.fromkeys(name for text in texts for name in _OBJECT_NAME.findall(text))
    commits = [commit for name in names if (commit := repository.commit(name))]
    return [commit for commit in commits if target and is_ancestor(repository, commit, target)]


def _undoes(context: ChangeContext, file: CoveredFile, commit: str) -> bool:
    """Whether the file at head is the merge of TARGET's with what it was before `commit`, on the base of `commit`."""
    repository = context.repository
    if not repository.commit(f"{commit}^"):
        return False
    with_it, without_it = repository.tree(commit), repository.tree(f"{commit}^")
    base, wanted, ours = (tree.file(file.path) for tree in (with_it, without_it, context.before.tree))
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
