"""Three versions of a file merged as git does it."""

from sdd.repo.objects import Repository


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
