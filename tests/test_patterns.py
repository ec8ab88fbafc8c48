"""Path patterns: what is matched without the library that knows the whole syntax agrees with it."""

import warnings

from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from sdd.gate.cover.patterns import Patterns
from tests.examples import examples

# No line ends: to the library a name that ends in one is the name without it.
NAMES = ["a", "b", "ab", "a.b", "b.b", "aab", "A", "é", ".", "..", "a b", ""]
PARTS = [*NAMES, "*", "**", "*.b", "a*", "a*b", "*b", "a**", "*a*", "***", "?", "[ab]", "\\a", "#", "a "]
PATTERNS = st.tuples(
    st.sampled_from(["", "", "", "/", "!"]),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("/".join),
    st.sampled_from(["", "", "/"]),
).map("".join)
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5).map("/".join)


def by_the_library(patterns: list[str]) -> GitIgnoreSpec | None:
    """None where it refuses them."""
    with warnings.catch_warnings(action="ignore"):
        try:
            return GitIgnoreSpec.from_lines(patterns)
        except ValueError:
            return None


@examples(250)
@given(st.lists(PATTERNS, max_size=3), PATHS)
def test_patterns_match_what_the_library_says(patterns: list[str], path: str) -> None:
    spec = by_the_library(patterns)
    if spec:
        assert Patterns(patterns).match(path) == spec.match_file(path)


@examples(250)
@given(PATTERNS, PATHS)
def test_a_file_matches_by_its_own_name_where_no_folder_above_does(pattern: str, path: str) -> None:
    spec = by_the_library([pattern])
    if spec:
        above = (path[:end] for end, letter in enumerate(path) if letter == "/" and end)
        own = pattern.rstrip().endswith(("/", "**")) or not any(map(spec.match_file, above))
        assert Patterns([pattern]).match_file(path) == (spec.match_file(path) and own)
