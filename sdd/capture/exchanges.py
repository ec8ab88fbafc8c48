"""An exchange: what a person asked an agent, what came of it, and what became of that."""

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from itertools import chain
from typing import TypeVar

from sdd.capture.folds import Fold

Digest = TypeVar("Digest", str, Fold)

_MOST_LINES = 20_000


class Status(StrEnum):
    """How far an exchange is. UNANSWERED is one that the next prompt or the session's end came before a response of."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    UNANSWERED = "unanswered"


class Fate(StrEnum):
    """What became of an exchange: a draft, a draft that is kept for good, a record, or dropped by a person."""

    DRAFT = "draft"
    KEPT = "kept"
    WRITTEN = "written"
    DROPPED = "dropped"


class How(StrEnum):
    """How it is known that an exchange changed a file: a tool call names it, or it changed while a shell ran."""

    TOOL = "tool"
    SHELL = "shell"


REPLACED, REMOVED, UNSURE = "*", "-", "?"
"""In the place of the lines that went: a file was written anew over what nobody told, or taken away, or it is not known
which of its lines a part belongs to.
"""


@dataclass(frozen=True)
class ChangedFile:
    """A file that an exchange changed: its path from the top of the work tree, and the digests of lines: `lines` that
    tool calls added, `gone` those that they took away, and `seen` those that came while a shell command ran. `folds`
    are those that came either way, whatever the breaks in them.
    """

    path: str
    how: How = How.TOOL
    lines: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    folds: tuple[Fold, ...] = ()

    def then(self, later: "ChangedFile") -> "ChangedFile":
        """This and a later change of the same file; that a tool call names it is known best."""
        former = replace(self, lines=(), seen=(), folds=()) if {REPLACED, REMOVED} & {*later.gone} else self
        return ChangedFile(
            self.path,
            How.TOOL if How.TOOL in (self.how, later.how) else How.SHELL,
            _once(former.lines, later.lines),
            _once(self.gone, later.gone),
            _once(former.seen, later.seen),
            _once(former.folds, later.folds),
        )


def _once(*digests: tuple[Digest, ...]) -> tuple[Digest, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(digests)))[:_MOST_LINES]


@dataclass(frozen=True)
class RanTests:
    """Tests that the agent ran: the command, and whether they passed; None where the agent does not say."""

    command: str
    passed: bool | None = None


@dataclass(frozen=True)
class WrittenPhr:
    """A PHR of an exchange: its path, the digest of what sdd wrote there, and what is `coming`: a run may be killed."""

    path: str
    digest: str = ""
    coming: str = ""

    def is_unedited(self, content: bytes) -> bool:
        """Whether sdd wrote what stands at the path."""
        return record_digest(content) in (self.digest, self.coming)


def record_digest(content: bytes) -> str:
    """What stands for the content of a PHR."""
    return sha256(content).hexdigest()[:16]


@dataclass(frozen=True)
class Exchange:
    """One exchange with an agent. All texts are redacted.

    `prompts` are several where a "continue" joined it; `response` answers the last of them, `earlier` those before it:
    what a "continue" continues is among them. `started` and `ended` are in seconds since 1970, `ended` 0 while
    it is open. `top` is the work tree, `branch` and `head` what was checked out when it began; `records` are the
    PHRs that it became, several where it changed files of several roots.
    """

    agent: str
    session: str
    turn: str
    prompts: tuple[str, ...] = ()
    response: str = ""
    earlier: tuple[str, ...] = ()
    status: Status = Status.OPEN
    fate: Fate = Fate.DRAFT
    started: float = 0.0
    ended: float = 0.0
    command: str = ""
    model: str = ""
    tokens: int = 0
    top: str = ""
    branch: str = ""
    head: str = ""
    files: tuple[ChangedFile, ...] = ()
    tests: tuple[RanTests, ...] = ()
    transcript: str = ""
    records: tuple[WrittenPhr, ...] = ()

    @property
    def id(self) -> str:
        """Names the exchange: the same however often its events come."""
        return exchange_id(self.agent, self.session, self.turn)

    @property
    def answers(self) -> tuple[str, ...]:
        """An answer to each prompt, empty where none was told."""
        before = len(self.prompts) - 1
        return (*(*self.earlier, *("",) * before)[:before], self.response) if self.prompts else ()


def exchange_id(agent: str, session: str, turn: str) -> str:
    """Twelve hexadecimal digits that name an exchange."""
    return sha256("\0".join((agent, session, turn)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
