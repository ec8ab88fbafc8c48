"""Three versions of a file merged as git does it."""

from sdd.base.limits import MERGES
from sdd.repo.objects import Entry, Repository

# Lines of the three versions for which a merge counts as another one: each line may be compared with many.
_LINES_OF_A_MERGE = 5_000


def merged(repository: Repository, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """What git's three-way merge makes; None where it conflicts."""
    from sdd.repo.scratch import ScratchFolder

    with ScratchFolder() as folder:
        files = []
        for name, content in (("ours", ours), ("base", base), ("theirs", theirs)):
            (folder / name).write_bytes(content)
            files.append(str(folder / name))
        done = repository.run("merge-file", "-p", "-q", *files)
    return done.stdout if done.returncode == 0 else None


class Merger:
    """Merges versions of files, as many as one verdict may."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._left = self.most = MERGES

    @property
    def is_spent(self) -> bool:
        """Whether the limit is reached."""
        return self._left == 0

    def merged(self, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
        """What git's three-way merge makes; None where it conflicts, or takes more merges than are left."""
        cost = 1 + sum(content.count(b"\n") for content in (ours, base, theirs)) // _LINES_OF_A_MERGE
        self._left, is_granted = max(self._left - cost, 0), self._left >= cost
        return merged(self._repository, ours, base, theirs) if is_granted else None

    def gives(self, result: Entry | None, ours: Entry | None, base: Entry | None, theirs: Entry | None) -> bool:
        """Whether a merge of three versions of a file, each None where it is not there, is a fourth."""
        if base in (ours, theirs):
            return result == (theirs if ours == base else ours)
        if not (result and ours and base and theirs and all(each.is_file for each in (ours, base, theirs))):
            return False
        if result.mode != (theirs.mode if ours.mode == base.mode else ours.mode):
            return False
        contents = map(self._repository.blob, (ours.oid, base.oid, theirs.oid))
        return self.merged(*contents) == self._repository.blob(result.oid)

    def fits(self, ours: Entry, base: Entry, theirs: Entry | None) -> bool:
        """Whether the step from `base` to `theirs` can be made on `ours` without a conflict."""
        if ours == base or theirs is None or not all(each.is_file for each in (ours, base, theirs)):
            return ours == base
        return self.merged(*map(self._repository.blob, (ours.oid, base.oid, theirs.oid))) is not None
