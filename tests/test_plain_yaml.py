"""The plain reader of front matter gives the YAML parser's answer, or none."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sdd.document.plain_yaml import read_plain
from sdd.document.yaml_nodes import NotYaml, compose
from tests.examples import examples

WORDS = st.sampled_from(
    [
        "a", "id", "title", "0010", "2026-03-01", "yes", "null", "~", "'it''s'", "'quoted'", '"double"',
        '"es\\"c"', "#", "a#b", "a #b", "x: y", "x:", ":", "-", "- a", "--- ", "---", "...", "[a, b]", "[]",
        "[a, [b]]", "[a: b]", "[ 'c', d e ]", "[a,]", "{a: b}", "{}", "|", ">", "&x", "*x", "!t", "%d", "@at",
        "`t`", "?", "? a", "é", "日本", "\xa0", "\t", "a\tb", "{{TOKEN}}", "a, b", "src/a.py (new)", ".", "/x",
        "(y)", "$z", "=", "<", "a\\b", '"a', "'a", 'a"b', "1e3", "0x1f", "\u2028",
    ]
)  # fmt: skip
LINES = st.builds(
    lambda indent, start, words, end: indent + start + " ".join(words) + end,
    st.sampled_from(["", "", "", " ", "  ", "    "]),
    st.sampled_from(["", "key: ", "key:", "other: ", "files:", "- ", "-", "-  ", "k_2-x: ", "Ünï: "]),
    st.lists(WORDS, max_size=3),
    st.sampled_from(["", "", " ", "  ", ":"]),
)
SOURCES = st.lists(LINES, min_size=1, max_size=7).map("\n".join)

RECORD = """\
id: "0001"
title: VAT rounds half up
stage: green
labels: ["vat", rounding, 'half up']
links:
  spec: specs/001-vat/spec.md
  ticket: null
  adr:

files:
  - src/a.py
  - "src/b c.py"

tests: []
"""


def test_a_plain_record_is_read_without_the_parser() -> None:
    assert read_plain(RECORD) == compose(RECORD)
    assert read_plain(RECORD) is not None


@examples(250)
@given(SOURCES)
@example("a:\n- b\n- c\nd: e")
@example("a: b\n  c")
@example("a:\n\n\n  b: c\n\nd:")
@example("a: 'b'c")
@example("a:\n  - b\n\n  - c\n")
@example("a:\n   b: c\n  d: e")
def test_what_it_reads_is_what_the_parser_reads(source: str) -> None:
    plain = read_plain(source)
    if plain is not None:
        assert plain == compose(source)


@pytest.mark.parametrize(
    "source", ["title: a: b", "a: |\n  text", "- a", "text", "a: &x b", "a: {b: c}", "a:\n  - b: c"]
)
def test_what_is_not_plain_is_left_to_the_parser(source: str) -> None:
    assert read_plain(source) is None


@pytest.mark.parametrize("end", ["", "!", "]", ": x", " #", '"'])
@pytest.mark.parametrize("start", ["k: ", "k: a", "k: [a", "k: [a, b", "- a", '"', "k: 'a", ""])
@pytest.mark.parametrize("piece", [" ", "a ", "a, ", "a:", "- ", "'a' "])
def test_no_line_takes_more_time_than_its_length(start: str, piece: str, end: str) -> None:
    """A pattern that tries every way to part a line would not come back from these in an hour."""
    read_plain(start + piece * (200_000 // len(piece)) + end)


def test_no_answer_where_the_parser_finds_no_yaml() -> None:
    for source in ("a: b\n c: d", 'a: "b', "a: b: c", "a: [b", "a:\n  - b\n - c"):
        with pytest.raises(NotYaml):
            compose(source)
        assert read_plain(source) is None
