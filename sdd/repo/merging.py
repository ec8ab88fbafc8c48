"""Three versions of a file merged as git does it."""

from sdd.repo.objects import Repository


def merged(repository: Repository, ours: str, base: str, theirs: str) -> bytes | None:
    """What git's three-way merge of some blobs, by their ids, makes; None where they conflict."""
    from sdd.repo.scratch import ScratchFolder

    with ScratchFolder() as folder:
        files = []
        for name, oid in (("ours", ours), ("base", base), ("theirs", theirs)):
            (folder / name).write_bytes(repository.blob(oid))
            files.append(str(folder / name))
        done = repository.run("merge-file", "-p", "-q", *files)
    return done.stdout if done.returncode == 0 else None
