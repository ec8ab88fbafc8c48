"""The runs of tests that a PHR tells of in its `tests`: capture writes each as `COMMAND: OUTCOME`."""

from collections.abc import Sequence
from typing import NamedTuple

_OUTCOMES = {True: "passed", False: "failed", None: "no outcome told"}
_MEANT = {words: passed for passed, words in _OUTCOMES.items()}


class ToldRun(NamedTuple):
    """A run of tests: its command, or what else the entry says, and whether they passed, None where nobody told."""

    command: str
    passed: bool | None

    @property
    def outcome(self) -> str:
        """How it ended, in words."""
        return _OUTCOMES[self.passed]

    @property
    def written(self) -> str:
        """The entry of `tests` that tells of it."""
        return f"{self.command}: {self.outcome}"


def runs_told(written: Sequence[str]) -> tuple[ToldRun, ...]:
    """The runs that the entries of `tests` tell of, in their order."""
    parted = ((text, *text.rpartition(": ")[::2]) for text in written)
    return tuple(
        ToldRun(command, _MEANT[said]) if said in _MEANT else ToldRun(text, None) for text, command, said in parted
    )
