"""What kind of file a change alters beside work: the policy weighs the most, attributes the least."""

from enum import IntEnum

from sdd.base.regex import regex
from sdd.records.packaged import is_workflow

# What agents read and run at their start (the places of AGENT_PROGRAMS and HOOK_FILES, and their like), what hides
# files from a diff, who reviews, and what runs sdd elsewhere than in the workflows that it knows.
GUIDES = regex(
    r"(?s)(?:.*/)?(?:\.gitattributes|CODEOWNERS|(?:AGENTS|CLAUDE(?:\.local)?|GEMINI|QWEN)\.md|\.mcp\.json|opencode\.jsonc?"
    r"|\.(?:cursor|windsurf|cline|roo)rules|\.vscode/mcp\.json|\.specify/(?!feature\.json).+"
    r"|\.(?:claude|codex|gemini|cursor|agents|opencode|windsurf)/.+|\.github/copilot-instructions\.md"
    r"|\.github/(?:instructions|prompts|hooks|agents|chatmodes|skills)/.+)"
    r"|(?P<runs>Jenkinsfile|(?:azure|bitbucket)-pipelines\.yml|appveyor\.yml|lefthook\.yml"
    r"|\.(?:circleci|buildkite|woodpecker|husky)/.+|\.(?:woodpecker|drone|travis|pre-commit-config)\.ya?ml)"
)
"""The files that guide people, agents and forges; `runs` matches those that a forge or a hook runs."""

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
    guide = GUIDES.fullmatch(path)
    if is_workflow(path) or (guide and guide["runs"]):
        return AlterationKind.CI
    return AlterationKind.GUIDE if guide and not path.endswith(".gitattributes") else AlterationKind.OTHER
