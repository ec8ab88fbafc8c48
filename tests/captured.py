"""An adopted project in which an agent was asked: exchanges as its hooks would leave them, and the pre-commit hook."""

from dataclasses import replace
from itertools import count
from typing import Self

from sdd.capture.edited_lines import changed_lines, content_of
from sdd.capture.exchanges import ChangedFile, Exchange, Fate, How, RanTests, Status
from sdd.capture.folds import new_folds
from sdd.capture.store import Store
from tests.adopted import Adopted
from tests.hooked import HOOKED_PYTHON, Hooked
from tests.scratch import Scratch

BEFORE, AFTER = 1_772_300_000.0, 1_772_400_000.0
"""Times before and after the commits of the tests, all of which are made at one moment."""

HOOK = f"#!/bin/sh\nexec '{HOOKED_PYTHON}' -P -m sdd capture commit --pre-commit\n"


class Captured:
    """A project with captured exchanges, which `ask` adds."""

    def __init__(self, adopted: Adopted, here: Scratch | None = None) -> None:
        self.adopted = adopted
        self.here = here or Hooked.at(adopted.here.path)
        self.store = Store(adopted.here.path / ".git")
        self._turns = count(1)

    @classmethod
    def on_branch(cls, adopted: Adopted) -> Self:
        """A branch of a project, whose commits record what is captured."""
        adopted.branch("fix/rounding")
        captured = cls(adopted)
        captured.install()
        return captured

    def install(self, former: str = "") -> None:
        """The pre-commit hook, which another program's may follow."""
        self.adopted.here.write(".git/hooks/pre-commit", HOOK.replace("exec ", "") + former if former else HOOK)
        (self.adopted.here.path / ".git/hooks/pre-commit").chmod(0o755)

    def ask(
        self,
        prompt: str,
        files: dict[str, str] | None = None,
        *,
        session: str = "s1",
        shell: tuple[str, ...] = (),
        started: float = 0,
        status: Status = Status.DONE,
        response: str = "Done.",
        tests: tuple[RanTests, ...] = (),
        command: str = "",
        wrote: str = "",
    ) -> Exchange:
        """An exchange whose tool calls write files, or only the lines `wrote` of them; those named by `shell` changed
        while a shell command ran.
        """
        changed = []
        for path, content in (files or {}).items():
            before = content_of(self.here.path / path) or ""
            added, gone = changed_lines(before, content)
            added = changed_lines("", wrote)[0] if wrote else added
            folds = new_folds("" if wrote else before, wrote or content)
            changed.append(ChangedFile(path, How.TOOL, added, gone, folds=folds))
            self.here.write(path, content)
        turn = next(self._turns)
        started = started or AFTER + 100 * turn
        exchange = Exchange(
            agent="claude",
            session=session,
            turn=f"t{turn}",
            prompts=(prompt,),
            response=response if status is Status.DONE else "",
            status=status,
            started=started,
            ended=0 if status is Status.OPEN else started + 72,
            model="claude-x",
            tokens=1234,
            top=str(self.here.path),
            branch=self.here.git("branch", "--show-current"),
            files=(*changed, *(ChangedFile(path, How.SHELL) for path in shell)),
            tests=tests,
            command=command,
        )
        self.store.put(exchange)
        return exchange

    def now(self, exchange: Exchange) -> Exchange:
        """An exchange as it is kept now."""
        kept = self.store.get(exchange.id)
        assert kept
        return kept

    def change(self, exchange: Exchange, **values: object) -> Exchange:
        """Keeps an exchange with other values."""
        changed = replace(self.now(exchange), **values)  # type: ignore[arg-type]
        self.store.put(changed)
        return changed

    def records(self, revision: str = "HEAD", since: str = "main") -> list[str]:
        """The PHRs that a revision adds to a branch."""
        names = self.here.git("diff", "--name-only", "--diff-filter=A", since, revision, "--", "history/prompts")
        return names.split()

    def record(self, revision: str = "HEAD", since: str = "main") -> str:
        """The text of the only PHR that a revision adds."""
        (path,) = self.records(revision, since)
        return self.here.git("show", f"{revision}:{path}")


def is_written(exchange: Exchange) -> bool:
    """Whether an exchange counts as recorded."""
    return exchange.fate is Fate.WRITTEN
