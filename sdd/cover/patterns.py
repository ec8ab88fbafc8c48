"""Path patterns in the syntax of .gitignore, as contracts and policies hold them, whatever somebody wrote there."""

import contextlib
import re
import warnings
from collections.abc import Iterable
from typing import Any

from pathspec import GitIgnoreSpec

from sdd.regex import regex

# More than this many wildcards in one part of a path, and a search for where each of them ends may never come back.
_MOST_WILDCARDS = 3
_NOTHING = "#"
_HIDDEN = regex(r"\\.|\[[^\]/]*\]")
_LITERAL_SEGMENT = regex(r"/?(?!!|\.{1,2}/)(?:\\.|[^/*?\[\]\\])+(/.*)?")


def begins_literally(pattern: str) -> bool:
    """Whether a pattern begins with a folder or file that it names, not with a wildcard: that keeps it in bounds."""
    return _LITERAL_SEGMENT.fullmatch(pattern) is not None


class Patterns:
    """Some patterns, the last that matches decides. One that cannot be read, or costs too much, matches nothing."""

    def __init__(self, written: Iterable[str]) -> None:
        self._written = tuple(written)
        self._spec = GitIgnoreSpec(map(_compiled, self._written))

    def match(self, path: str) -> bool:
        """Whether a path matches, or one of the folders that it stands in."""
        return self._spec.match_file(path)

    def match_file(self, path: str) -> bool:
        """Whether a file matches by its own name: a folder counts only for a pattern that ends in `/` or `**`.

        So `*.lock` speaks of files, and of nothing in a folder `x.lock/`.
        """
        decided = self._spec.check_file(path)
        if not decided.include or decided.index is None:
            return False
        if self._written[decided.index].rstrip().endswith(("/", "**")):
            return True
        alone = GitIgnoreSpec([self._spec.patterns[decided.index]])
        parts = path.split("/")
        return not any(alone.match_file("/".join(parts[:end])) for end in range(1, len(parts)))


def _compiled(written: str) -> Any:
    # Any, since the class of a pattern has another name in every series of pathspec.
    plain = _HIDDEN.sub("x", written)
    if not any(len(re.findall(r"\*+", part)) > _MOST_WILDCARDS for part in plain.split("/")):
        with contextlib.suppress(ValueError, re.error, OverflowError, RecursionError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _pattern(written)
    return _pattern(_NOTHING)


def _pattern(written: str) -> Any:
    (pattern,) = GitIgnoreSpec.from_lines([written or _NOTHING]).patterns
    return pattern
