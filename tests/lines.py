"""Branches as they grow: commits with their dates and authors, landed by merge, squash, rebase or as they are."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.adopted import PROMISE, phr, sdd
from tests.good import TARGET
from tests.scratch import Scratch
from tests.shared import copy_folder
from tests.written import Written

Files = Mapping[str, str | bytes | None]
CONSTITUTION = ".specify/memory/constitution.md"
POLICY = ".specify/sdd.toml"
ADOPTION: Files = {CONSTITUTION: TARGET[CONSTITUTION], POLICY: "# The defaults hold.\n"}
_DAY_ONE = 1_772_323_200  # 2026-03-01 00:00 UTC


class Line:
    """A repository whose commits are an hour apart, each by Ada unless somebody else is named."""

    def __init__(self, path: Path, *, adopted: bool = True) -> None:
        copy_folder(_begun(adopted).name, path)
        self.here = Scratch.at(path)
        self._hours = 1 + adopted
        self._records = 0

    @property
    def tip(self) -> str:
        """HEAD's id."""
        return self.here.tip

    def dates(self, *, days: int = 0, author: str = "Ada", written: int = 0) -> dict[str, str]:
        """The environment of the next commit: `days` later, written as many seconds before as `written` says."""
        self._hours += 1 + 24 * days
        moment = _DAY_ONE + 3600 * self._hours
        return {
            "GIT_COMMITTER_DATE": f"{moment} +0000",
            "GIT_AUTHOR_DATE": f"{moment - written} +0000",
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": f"{author.lower()}@example.com",
        }

    def commit(self, message: str, files: Files | None = None, **dates: Any) -> str:
        """One commit of some files (None removes one) on the branch that is checked out; its id."""
        for path, content in (files or {}).items():
            self.here.write(path, content) if content is not None else (self.here.path / path).unlink()
        self.here.git("add", "--all")
        environment = self.dates(**dates)
        self.here.git("commit", "-q", "--allow-empty", "-m", message, **environment)
        return self.tip

    def commits(self, *steps: "Files | tuple[Files, dict[str, Any]]") -> None:
        """`commit` for each step, called by its number, without a process each. A step is files, or also its dates."""
        listed = (line.split("\t") for line in self.here.git("ls-files", "-z", "--stage").split("\0") if line)
        held = {path: (told.split()[0], (self.here.path / path).read_bytes()) for told, path in listed}
        written, tip = Written(self.here.path / ".git" / "objects"), self.tip
        for number, step in enumerate(steps):
            files, dates = step if isinstance(step, tuple) else (step, {})
            for path, content in files.items():
                if content is None:
                    del held[path]
                else:
                    held[path] = ("100644", content.encode() if isinstance(content, str) else content)
            own = self.dates(**dates)
            author = f"{own['GIT_AUTHOR_NAME']} <{own['GIT_AUTHOR_EMAIL']}> {own['GIT_AUTHOR_DATE']}"
            committer = f"Ada <ada@example.com> {own['GIT_COMMITTER_DATE']}"
            tip = written.commit(held, tip, message=str(number), who=author, committer=committer)
        self.here.git("reset", "-q", "--hard", tip)

    def record(self, *paths: str, root: str = "", **fields: Any) -> Files:
        """A PHR of a fix that names some paths and holds its contract."""
        self._records += 1
        name = f"{root}history/prompts/general/{self._records:04}-round.green.prompt.md"
        said = {"prompt": f"Round number {self._records}.", "kind": "fix", "embedded": PROMISE, **fields}
        return {name: phr(paths, id=f"{self._records:04}", **said)}

    def recorded(self, path: str, content: str = "", root: str = "") -> Files:
        """A file and the PHR that names it."""
        return {path: content or f"VALUE = {self._records}\n", **self.record(path.removeprefix(root), root=root)}

    def branch(self, name: str = "work") -> None:
        """A new branch of what is checked out."""
        self.here.git("switch", "-q", "-c", name)

    def merge(self, *names: str, message: str = "Merge work") -> str:
        """Merges branches into main, always by a commit, and removes them."""
        self.here.git("switch", "-q", "main")
        self.here.git("merge", "-q", "--no-ff", "-m", message, *names, **self.dates())
        self.here.git("branch", "-q", "-D", *names)
        return self.tip

    def audit(self, *arguments: str, status: int = 0) -> dict[str, Any]:
        """What `sdd audit --json` says."""
        ran = sdd(self.here.path, "audit", "--json", *arguments)
        assert ran.status == status, ran
        found = json.loads(ran.out)
        assert isinstance(found, dict)
        return found

    def screen(self, *arguments: str) -> str:
        """What `sdd audit` prints."""
        ran = sdd(self.here.path, "audit", *arguments)
        assert ran.status == 0, ran
        return ran.out


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    """title -> verdict of every change."""
    return {item["title"]: item["verdict"] for item in document["items"]}


def item(document: dict[str, Any], title: str) -> dict[str, Any]:
    """The one change with a title."""
    (found,) = (one for one in document["items"] if one["title"] == title)
    assert isinstance(found, dict)
    return found


@cache
def _begun(adopted: bool) -> TemporaryDirectory[str]:
    """The repository that lines begin with, which is copied."""
    folder = TemporaryDirectory(prefix="sdd-line-")
    line = Line.__new__(Line)
    line.here, line._hours, line._records = Scratch(Path(folder.name)), 0, 0
    line.commit("code before sdd", {"src/old.py": "OLD = 1\n"})
    if adopted:
        line.commit("Adopt sdd", ADOPTION)
    return folder
