"""A rule's page, as text for a terminal and as a chapter of the rule book."""

import textwrap
from collections.abc import Iterable

from sdd.gate.rules import Rule


def rule_page(rule: Rule) -> str:
    """What `sdd rule show` prints."""
    example = textwrap.indent(rule.example, "    ")
    return f"{rule.name} ({rule.severity})\n\n{rule.page}\n\nBad example, as an edit of files:\n\n{example}"


def rule_book(rules: Iterable[Rule]) -> str:
    """All rules as one Markdown page, family by family."""
    parts = [
        "# The rules",
        "Made from the rules themselves by `sdd rule show --all`. A policy sets a rule's weight in `[rules]` of"
        " `.specify/sdd.toml`: `off`, `warning` or `error`.",
    ]
    for rule in rules:
        parts.append(
            f"## `{rule.name}`\n\nWeight: {rule.severity}.\n\n{rule.page}\n\nBad example:\n\n```text\n{rule.example}```"
        )
    return "\n\n".join(parts) + "\n"
