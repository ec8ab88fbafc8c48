"""What kind of file a change alters beside work: the policy weighs the most, attributes the least."""

from enum import IntEnum

from sdd.base.regex import regex
from sdd.records.packaged import is_workflow

# What agents read and run at their start (the places of AGENT_PROGRAMS and HOOK_FILES, and their like), what hides
# files from a diff, and who reviews: in whatever folder. Tables, since every pass would compile a pattern.
_GUIDES = frozenset({
    ".gitattributes", "CODEOWNERS", "AGENTS.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md", "QWEN.md", ".mcp.json",
    "opencode.json", "opencode.jsonc", ".cursorrules", ".windsurfrules", ".clinerules", ".roorules",
})  # fmt: skip
_GUIDES_BELOW = (
    "/.specify/", "/.claude/", "/.codex/", "/.gemini/", "/.cursor/", "/.agents/", "/.opencode/", "/.windsurf/",
    "/.github/instructions/", "/.github/prompts/", "/.github/hooks/", "/.github/agents/", "/.github/chatmodes/",
    "/.github/skills/",
)  # fmt: skip
_GUIDES_AT = ("/.vscode/mcp.json", "/.github/copilot-instructions.md")
# What runs sdd elsewhere than in the workflows that it knows.
_RUN = frozenset({
    "Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", "appveyor.yml", "lefthook.yml", ".woodpecker.yml",
    ".woodpecker.yaml", ".drone.yml", ".drone.yaml", ".travis.yml", ".travis.yaml", ".pre-commit-config.yml",
    ".pre-commit-config.yaml",
})  # fmt: skip
_RUN_BELOW = (".circleci/", ".buildkite/", ".woodpecker/", ".husky/")

_RECORDS = regex(
    r"(?s)(?:.*/)?(?:(?P<POLICY>\.specify/sdd\.toml)|(?P<WAIVER>waivers/[^/]+\.md)|(?P<CONSTITUTION>constitution\.md)"
    r"|(?P<CONTRACT>[^/]+\.(?:contract|prompt)\.md)|(?P<SPEC>spec\.md))"
)


class AlterationKind(IntEnum):
    """The kinds in the order in which they are read: CONTRACT is that of PHRs too, GUIDE of what agents are told."""

    POLICY = 0
    CI = 1
    WAIVER = 2
    CONSTITUTION = 3
    CONTRACT = 4
    SPEC = 5
    GUIDE = 6
    OTHER = 7


def kind_of(path: str) -> AlterationKind:
    """What kind of file is at a path."""
    if record := _RECORDS.fullmatch(path):
        return AlterationKind[record.lastgroup or ""]
    if is_run(path):
        return AlterationKind.CI
    return AlterationKind.GUIDE if is_guide(path) and not path.endswith(".gitattributes") else AlterationKind.OTHER


def is_run(path: str) -> bool:
    """Whether a forge or a hook runs the file at a path."""
    return is_workflow(path) or path in _RUN or path.startswith(_RUN_BELOW)


def is_guide(path: str) -> bool:
    """Whether a file guides people, agents or git by its place."""
    from_top = f"/{path}"
    if path.rpartition("/")[2] in _GUIDES or from_top.endswith(_GUIDES_AT):
        return True
    return any(folder in from_top for folder in _GUIDES_BELOW) and not from_top.endswith("/.specify/feature.json")
