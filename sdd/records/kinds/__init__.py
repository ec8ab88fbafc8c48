"""The kinds of record, one module each: where its files are, what they hold, what they name, what search sees."""

from functools import lru_cache

from sdd.base.regex import regex
from sdd.records.kinds import adr, agent, checklist, constitution, contract, phr, plan, policy, spec, tasks, waiver
from sdd.records.kinds.record import AnyKind

KINDS: tuple[AnyKind, ...] = (
    policy.KIND,
    constitution.KIND,
    spec.KIND,
    plan.KIND,
    tasks.KIND,
    checklist.KIND,
    contract.KIND,
    phr.KIND,
    adr.KIND,
    waiver.KIND,
    agent.KIND,
)
"""Every kind, in the order in which a path is compared with them."""


def hits() -> tuple[str, ...]:
    """What search can be asked for, in the order of the kinds."""
    return tuple(hit for kind in KINDS for hit in kind.hits)


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
def kind_of(path: str) -> AnyKind | None:
    """The kind of the file at `path`, which is relative to its root; None where it is no record."""
    if not _may_be_record(path):
        return None
    return next((kind for kind in KINDS if kind.pattern.fullmatch(path)), None)


def locate(path: str) -> tuple[str, AnyKind] | None:
    """(root, kind) of the file at `path`, which is relative to the top; the outermost root that fits wins."""
    if not _may_be_record(path):
        return None
    for place in _ROOT.finditer(path):
        kind = kind_of(path[place.end() :])
        if kind:
            return path[: place.start()], kind
    return None


def _may_be_record(path: str) -> bool:
    """A quick look, which nearly every path of a large tree fails."""
    if not path.endswith(".md"):
        return path.endswith(".specify/sdd.toml")
    if ".specify/templates/" in path:
        return False
    return any(word in path for word in _WORDS) or path.endswith(("AGENTS.md", "CLAUDE.md", "GEMINI.md", "QWEN.md"))
