"""What a file means: one module a kind, each with its path, its dataclass and its parser."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.records.kinds import adr, agent, checklist, constitution, contract, phr, plan, policy, spec, tasks, waiver
from sdd.records.kinds.record import Record, RecordKind


class KindOfFile(NamedTuple):
    """A kind of artifact: the paths it has below its root, and `parse(path, content, root) -> Record`.

    `path` handed to `parse` is relative to the top of the repository, `root` is the folder it is read below.
    Parsing never raises on content.
    """

    kind: RecordKind
    pattern: re.Pattern[str]
    parse: Callable[[str, bytes, str], Record]


_NAME = r"(?!(?i:readme|index|template|changelog)\b)[^/]+"
"""A file's name, but for those that lie in every folder and are no records."""

KINDS: tuple[KindOfFile, ...] = (
    KindOfFile(RecordKind.POLICY, regex(r"\.specify/sdd\.toml"), policy.parse),
    KindOfFile(RecordKind.CONSTITUTION, regex(r"(?:\.specify/)?memory/constitution\.md"), constitution.parse),
    KindOfFile(RecordKind.SPEC, regex(r"(?:\.specify/)?specs/[^/]+/spec\.md"), spec.parse),
    KindOfFile(RecordKind.PLAN, regex(r"(?:\.specify/)?specs/[^/]+/plan\.md"), plan.parse),
    KindOfFile(RecordKind.TASKS, regex(r"(?:\.specify/)?specs/[^/]+/tasks\.md"), tasks.parse),
    KindOfFile(RecordKind.CHECKLIST, regex(rf"(?:\.specify/)?specs/[^/]+/checklists/{_NAME}\.md"), checklist.parse),
    KindOfFile(
        RecordKind.CONTRACT,
        regex(rf"(?:\.specify/)?history/contracts/(?:.+/)?{_NAME}\.contract\.md"),
        contract.parse,
    ),
    KindOfFile(
        RecordKind.PHR,
        regex(
            rf"(?:(?:\.specify/)?history/prompts|docs/prompts|(?:\.specify/)?specs/[^/]+/(?:history/)?prompts)/(?:.+/)?{_NAME}\.md"
        ),
        phr.parse,
    ),
    KindOfFile(
        RecordKind.ADR,
        regex(rf"(?:\.specify/)?history/adrs?/{_NAME}\.md|docs/(?:adrs?|decisions)/(?i:adr[-_]?)?\d+[-_.]{_NAME}\.md"),
        adr.parse,
    ),
    KindOfFile(RecordKind.WAIVER, regex(rf"history/waivers/{_NAME}\.md"), waiver.parse),
    KindOfFile(
        RecordKind.AGENT,
        regex(rf"\.[\w-]+/agents/(?:.+/)?{_NAME}\.md|(?:AGENTS|CLAUDE|GEMINI|QWEN)\.md"),
        agent.parse,
    ),
)
"""Every kind of file that sdd reads, in the order in which a path is compared with them."""

_ROOT = regex(
    r"(?:^|/)(?=\.specify/|memory/|specs/|history/|docs/|\.[\w-]+/agents/|(?:AGENTS|CLAUDE|GEMINI|QWEN)\.md$)"
)
_WORDS = (
    "prompts/",
    "/spec.md",
    "/plan.md",
    "/tasks.md",
    "checklists/",
    "history/",
    "docs/adr",
    "docs/dec",
    "/agents/",
    "memory/",
)


@lru_cache(maxsize=4096)
def kind_of(path: str) -> KindOfFile | None:
    """The kind of the file at `path`, which is relative to its root; None where it is no record or agent file."""
    if not _may_be_one(path):
        return None
    return next((kind for kind in KINDS if kind.pattern.fullmatch(path)), None)


def locate(path: str) -> tuple[str, KindOfFile] | None:
    """(root, kind) of the file at `path`, which is relative to the top; the outermost root that fits wins."""
    if not _may_be_one(path):
        return None
    for place in _ROOT.finditer(path):
        kind = kind_of(path[place.end() :])
        if kind:
            return path[: place.start()], kind
    return None


def _may_be_one(path: str) -> bool:
    """A quick look that nearly every path of a large tree fails."""
    if not path.endswith(".md"):
        return path.endswith(".specify/sdd.toml")
    if ".specify/templates/" in path:
        return False
    return any(word in path for word in _WORDS) or path.endswith(("AGENTS.md", "CLAUDE.md", "GEMINI.md", "QWEN.md"))
