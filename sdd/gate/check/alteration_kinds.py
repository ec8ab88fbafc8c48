"""What kind of file a change alters beside work: the policy weighs the most, tests the least."""

from enum import IntEnum

from sdd.base.regex import regex
from sdd.gate.rules.change import is_test
from sdd.records.packaged import is_workflow

# What agents read and run at their start (the places of AGENT_PROGRAMS and HOOK_FILES, and their like), what hides
# files from a diff, who reviews, and where submodules come from: in whatever folder. Tables, since every pass would
# compile a pattern.
_GUIDES = frozenset({
    ".gitattributes", ".gitmodules", "CODEOWNERS", "AGENTS.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md", "QWEN.md",
    ".mcp.json", "opencode.json", "opencode.jsonc", ".cursorrules", ".windsurfrules", ".clinerules", ".roorules",
})  # fmt: skip
_GUIDES_BELOW = (
    "/.specify/", "/.claude/", "/.codex/", "/.gemini/", "/.cursor/", "/.agents/", "/.opencode/", "/.windsurf/",
    "/.github/instructions/", "/.github/prompts/", "/.github/hooks/", "/.github/agents/", "/.github/chatmodes/",
    "/.github/skills/",
)  # fmt: skip
_GUIDES_AT = ("/.vscode/mcp.json", "/.github/copilot-instructions.md")
# What forges and hooks run beside the workflows that sdd knows, without the ending .yml or .yaml.
_RUN = frozenset({
    "Jenkinsfile", "azure-pipelines", "bitbucket-pipelines", "appveyor", ".appveyor", "lefthook", ".lefthook",
    ".woodpecker", ".drone", ".travis", ".cirrus", ".build", "cloudbuild", "buildspec", "codemagic", "bitrise",
    "wercker", ".pre-commit-config",
})  # fmt: skip
_RUN_BELOW = (
    ".circleci/", ".buildkite/", ".woodpecker/", ".husky/", ".githooks/", ".github/actions/", ".builds/", ".semaphore/",
    ".teamcity/", ".tekton/",
)  # fmt: skip

# How tests run and what they cover; and in files that say other things too, the parts that say so.
_TEST_SETTINGS = frozenset({
    "conftest.py", "pytest.ini", ".pytest.ini", "tox.ini", "noxfile.py", ".coveragerc", "codecov.yml", ".codecov.yml",
    ".nycrc", ".nycrc.json", ".rspec", ".simplecov", "phpunit.xml", "phpunit.xml.dist",
})  # fmt: skip
_TEST_SETTINGS_BEGIN = (
    "jest.config.", "vitest.config.", "karma.conf.", "playwright.config.", "cypress.config.", ".mocharc.",
)  # fmt: skip
TEST_PARTS = {
    "pyproject.toml": regex(rb"(?ms)^\[tool\.(?:pytest|coverage).*?(?=^\[|\Z)"),
    "setup.cfg": regex(rb"(?ms)^\[(?:tool:pytest|coverage).*?(?=^\[|\Z)"),
    # Each of its scripts may judge: lint and types:check do, too.
    "package.json": regex(rb'"scripts"\s*+:\s*+\{(?:[^"}]|"(?:[^"\\]|\\.)*+")*+|(?m:^[ \t]*+"test.*$\n?)'),
}

_RECORDS = regex(
    r"(?s)(?:.*/)?(?:(?P<POLICY>\.specify/sdd\.toml)|(?P<WAIVER>waivers/[^/]+\.md)|(?P<CONSTITUTION>constitution\.md)"
    r"|(?P<CONTRACT>[^/]+\.(?:contract|prompt)\.md)|(?P<SPEC>spec\.md))"
)


class AlterationKind(IntEnum):
    """The kinds in the order in which they are read: reviewers count as CI, PHRs as CONTRACT, GUIDE is for agents."""

    POLICY = 0
    CI = 1
    WAIVER = 2
    CONSTITUTION = 3
    CONTRACT = 4
    SPEC = 5
    GUIDE = 6
    OTHER = 7
    TEST = 8


def kind_of(path: str) -> AlterationKind:
    """What kind of file is at a path."""
    if record := _RECORDS.fullmatch(path):
        return AlterationKind[record.lastgroup or ""]
    if is_run(path) or path.endswith("CODEOWNERS"):
        return AlterationKind.CI
    if is_test_setting(path) or (is_test(path) and not is_guide(path)):
        return AlterationKind.TEST
    is_of_git = path.endswith((".gitattributes", ".gitmodules"))
    return AlterationKind.GUIDE if is_guide(path) and not is_of_git else AlterationKind.OTHER


def is_run(path: str) -> bool:
    """Whether a forge or a hook runs the file at a path."""
    name = path.removesuffix(".yml").removesuffix(".yaml")
    return is_workflow(path) or name in _RUN or path.startswith(_RUN_BELOW)


def is_guide(path: str) -> bool:
    """Whether a file guides people, agents or git by its place."""
    from_top = f"/{path}"
    if path.rpartition("/")[2] in _GUIDES or from_top.endswith(_GUIDES_AT):
        return True
    return any(folder in from_top for folder in _GUIDES_BELOW) and not from_top.endswith("/.specify/feature.json")


def is_test_setting(path: str) -> bool:
    """Whether a file says how tests run, or its parts may."""
    name = path.rpartition("/")[2]
    return name in _TEST_SETTINGS or name in TEST_PARTS or name.startswith(_TEST_SETTINGS_BEGIN)
