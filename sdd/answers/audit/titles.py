"""What the title of a commit says about its kind: the prefixes of conventional commits, and git's own words."""

import re

from sdd.records.kinds.record import ChangeKind

# As `fix(api)!: ...`, also behind an emoji or in brackets.
_PREFIX = re.compile(r"[^\w]*(\w+)(?:\([^()]*\)|\[[^\[\]]*\])?\]?!?:\s", re.ASCII)
_WORDS = {
    ChangeKind.FEATURE: ("feat", "feature"),
    ChangeKind.FIX: ("fix", "bugfix", "hotfix"),
    ChangeKind.REFACTOR: ("refactor", "perf", "style"),
    ChangeKind.REVERT: ("revert",),
    ChangeKind.CHORE: ("chore", "docs", "doc", "test", "tests", "build", "ci", "deps"),
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}


# Verbs that say the kind without a colon, too.
_VERBS = {
    **dict.fromkeys(("fix", "fixes", "fixed", "bugfix", "hotfix"), ChangeKind.FIX),
    **dict.fromkeys(("refactor", "refactors", "refactored"), ChangeKind.REFACTOR),
    **dict.fromkeys(("revert", "reverts", "reverted"), ChangeKind.REVERT),
}


def kind_in_title(title: str) -> ChangeKind | None:
    """The kind that a title begins with, None where it states none."""
    if prefix := _PREFIX.match(title):
        return _KINDS.get(prefix[1].lower())
    verb, _, what = title.partition(" ")
    return _VERBS.get(verb.lower()) if what else None
