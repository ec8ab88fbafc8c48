"""Agent files: .claude/agents/*.md, .github/agents/*.md, and AGENTS.md-like files."""

from dataclasses import dataclass

from sdd.artifacts.artifact import Artifact, Item


@dataclass(frozen=True, kw_only=True)
class Agent(Artifact):
    """Instructions for an agent, and the three things that a contract can be held to.

    `output_format` holds the headings and bold leads of the template under a heading such as "Output Format",
    `checklist` the task-list items under "Quality Checklist" and the like, `error_taxonomy` (code, meaning)
    pairs, `duties` the numbered steps of the execution contract (`duties_line` its heading's line).
    `strict` is false where the front matter is no valid YAML and was read leniently.
    """

    name: str | None
    description: str | None
    model: str | None
    color: str | None
    tools: tuple[str, ...]
    strict: bool | None
    headings: tuple[Item, ...]
    output_format: tuple[Item, ...]
    checklist: tuple[Item, ...]
    error_taxonomy: tuple[tuple[str, str], ...]
    duties: tuple[Item, ...]
    duties_line: int | None
