"""What a hook of git's adds to the commit that is being made."""

from collections.abc import Sequence

from sdd.repo.git import Git


def stage(repository: Git, added: Sequence[str], removed: Sequence[str] = ()) -> None:
    """Puts files (paths from the top) into the index that is committed, and takes others out.

    Of a commit of some files alone (`git commit FILE`) git names an index made for it; the one that it will have
    afterwards waits in its lock, and gets the same. Raises SddError where git fails.
    """
    later = repository.git_dir / "index.lock"
    alone = repository.index_file.name not in ("index", "index.lock")
    indexes = (repository.index_file, *([later] if alone and later.exists() else ()))
    for option, paths in (("--add", added), ("--force-remove", removed)):
        for index in indexes if paths else ():
            repository.git("update-index", option, "--", *paths, environment={"GIT_INDEX_FILE": str(index)})
