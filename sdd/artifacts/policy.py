"""The policy: .specify/sdd.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sdd.artifacts.artifact import Artifact, ChangeKind

DEFAULT_EXEMPT = (
    "*.lock", "package-lock.json", "pnpm-lock.yaml", "go.sum", "LICENSE*", "CHANGELOG*", ".gitignore",
    ".gitattributes", ".gitkeep", ".editorconfig", "/*.md", "docs/**/*.md",
)  # fmt: skip
DEFAULT_REQUIRE: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.FEATURE: ("spec", "contract", "phr"),
    ChangeKind.FIX: ("contract", "phr"),
    ChangeKind.REFACTOR: ("contract", "phr"),
    ChangeKind.REVERT: ("phr",),
    ChangeKind.CHORE: ("phr",),
}


@dataclass(frozen=True)
class AgentBinding:
    """Governed files that match `pattern` answer to `agent` when a contract of one of `kinds` covers them."""

    pattern: str
    agent: str
    kinds: tuple[ChangeKind, ...] = (ChangeKind.FEATURE,)


@dataclass(frozen=True, kw_only=True)
class Policy(Artifact):
    """What one root asks of a change. A root without a policy file has the defaults.

    `warn_until` is a day (YYYY-MM-DD) up to which findings only warn. `rules` maps a rule's name to
    "off", "warning" or "error"; whether the rule exists is for the rules to say. A file that cannot be
    read has `problems`, and no verdict may rest on it.
    """

    warn_until: str | None = None
    targets: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    exempt: tuple[str, ...] = DEFAULT_EXEMPT
    append_only: bool = True
    waivers: str = "same-change"
    require: Mapping[ChangeKind, tuple[str, ...]] = field(default_factory=lambda: dict(DEFAULT_REQUIRE))
    agents: tuple[AgentBinding, ...] = ()
    line_limit: int = 600
    file_limit: int = 40
    chore_line_limit: int = 50
    rules: Mapping[str, str] = field(default_factory=dict)
