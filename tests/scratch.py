"""Real git repositories for the tests: no mocks, identity and dates fixed by the environment."""

import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from tests.shared import copy_folder

ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2026-03-01T12:00:00 +0000",
    "GIT_COMMITTER_DATE": "2026-03-01T12:00:00 +0000",
    "GIT_CONFIG_GLOBAL": str(Path(__file__).with_name("gitconfig")),
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "NO_COLOR": "1",
}


@cache
def _new_repository(*init_options: str) -> TemporaryDirectory[str]:
    """What `git init` makes, without sample hooks: made once, copied for each test."""
    folder = TemporaryDirectory(prefix="sdd-new-repository-")
    subprocess.run(["git", "init", "-q", "-b", "main", *init_options, folder.name], check=True, capture_output=True)
    common = Path(folder.name) if "--bare" in init_options else Path(folder.name, ".git")
    for sample in (common / "hooks").iterdir():
        sample.unlink()
    return folder


class Scratch:
    """A repository in a temporary folder and the few git moves that the tests make in it."""

    def __init__(self, path: Path, *init_options: str) -> None:
        self.path = path
        copy_folder(_new_repository(*init_options).name, path)

    @classmethod
    def at(cls, path: Path) -> Self:
        """A repository that is there already."""
        scratch = cls.__new__(cls)
        scratch.path = path
        return scratch

    @classmethod
    def clone(cls, source: Path | str, path: Path, *options: str) -> Self:
        """A clone of `source` at `path`."""
        subprocess.run(["git", "clone", "-q", *options, str(source), str(path)], check=True, capture_output=True)
        return cls.at(path)

    def run(self, *command: str, stdin: str | bytes = b"", **environment: str) -> "subprocess.CompletedProcess[str]":
        """Any command in the repository, whatever its exit status."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        settings = {**os.environ, **environment}
        done = subprocess.run(command, cwd=self.path, input=data, capture_output=True, env=settings, check=False)
        said, complained = (stream.decode(errors="surrogateescape") for stream in (done.stdout, done.stderr))
        return subprocess.CompletedProcess(command, done.returncode, said, complained)

    def git(self, *arguments: str, stdin: str | bytes = b"", **environment: str) -> str:
        """One git command that must succeed; what it prints, without the last line end."""
        done = self.run("git", *arguments, stdin=stdin, **environment)
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
        return done.stdout.removesuffix("\n")

    def write(self, path: str, content: str | bytes) -> None:
        """Writes one file, its folders included."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str, files: dict[str, str | bytes | None] | None = None) -> str:
        """Commits everything after writing `files` (None removes one); the new commit's id."""
        for path, content in (files or {}).items():
            if content is None:
                (self.path / path).unlink()
            else:
                self.write(path, content)
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.tip

    @property
    def tip(self) -> str:
        """The id of the commit that is checked out: read, where git keeps it in a file, to save a process."""
        kept = self.path / ".git"
        try:
            head = (kept / "HEAD").read_text().strip()
            return (kept / head.removeprefix("ref: ")).read_text().strip() if head.startswith("ref: ") else head
        except OSError:
            return self.git("rev-parse", "HEAD")
