"""Text is read to its front matter and sections, and never otherwise than Markdown and YAML mean it."""

from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sdd.base.limits import RECORD_BYTES
from sdd.document import Document, Value, decode, is_none_like
from sdd.document.blocks import Blocks
from sdd.document.commonmark import parse
from sdd.document.lenient import read_leniently
from sdd.document.plain_yaml import read_plain
from sdd.document.scan import quick_scan, scan
from sdd.document.yaml_nodes import NotYaml, compose
from tests.examples import examples

TRICKY = [
    "# One",
    "## Two ##",
    "  ### Three",
    "    # code",
    "\t# tab",
    "#no",
    "#",
    "# #",
    "####### seven",
    "text",
    "more text",
    "",
    "",
    " ",
    "```",
    "````",
    "~~~",
    "``` text",
    "```a`b",
    "  ```",
    "    ```",
    "\t```",
    "- item",
    "  - inner",
    "1. one",
    "- ```",
    "-",
    "- # in item",
    "> quote",
    "> # in quote",
    "> ```",
    ">",
    "===",
    "---",
    "--",
    "- - -",
    "***",
    "<!-- open",
    "close -->",
    "<!-- one -->",
    "  <!-- x",
    "- <!-- y",
    "<!-->",
    "<div>",
    "</div>",
    "<pre>",
    "</pre>",
    "<a href='x'>",
    "<b",
    "<?php",
    "?>",
    "<!DOCTYPE html>",
    "<https://example.com>",
    "[a]: /url",
    "[b]:",
    "\\# no",
    "  text",
    "      deep",
    "* x",
    "+ y",
    "10) z",
    "a  ",
    "`code`",
    "-->",
    "| a | b |",
    "|---|---|",
    "&#35; x",
    "# \u00a0 x \u00a0",
    "\u2028# x",
    "\x0c# x",
]


def code(blocks: Blocks, lines: list[str]) -> set[int]:
    """The lines of fenced code. One within a quotation holds nothing that is looked for: its lines start with marks."""
    fences = [fence for fence in blocks.fences if not lines[fence.line - 1].startswith(">")]
    return {
        line
        for fence in fences
        for line in range(fence.line, fence.end)
        if line <= len(lines) and lines[line - 1].strip()
    }


@examples(375)
@given(st.lists(st.sampled_from(TRICKY), max_size=14))
def test_the_quick_scan_agrees_with_markdown_it_where_it_is_sure(lines: list[str]) -> None:
    quick, right = quick_scan(lines), parse("\n".join(lines))
    if quick.sure:
        assert quick.headings == right.headings
        assert code(quick, lines) == code(right, lines)
    assert scan(lines).headings == right.headings


@examples(150)
@given(st.text(alphabet="#`~->=<! \t\nab1.[]:", max_size=60))
def test_any_text_has_the_headings_that_markdown_it_sees(text: str) -> None:
    assert scan(text.split("\n")).headings == parse(text).headings


@examples(150)
@given(st.lists(st.sampled_from(TRICKY), max_size=14), st.integers(2, 30))
def test_blocks_count_their_lines_from_where_the_text_stands_in_its_file(lines: list[str], first: int) -> None:
    def place(blocks: Blocks) -> list[tuple[int, int]]:
        return [(block.line, block.end) for kind in blocks[:3] for block in kind]

    moved = [(line + first - 1, end + first - 1) for line, end in place(scan(lines))]
    assert place(scan(lines, first)) == moved


PIECES = [
    "id: 0010",
    "title: a b",
    "title: 'x'",
    'title: "a\\nb"',
    "stage:",
    "on: yes",
    "- a",
    "  - b",
    "  - c: d",
    "  e: f",
    "list: [a, b: c]",
    "map: {x: y}",
    "# comment",
    "text: |",
    "  block",
    "",
    "null: ~",
    "a: b # c",
    "date: 2026-01-01",
    "  x: >-",
    "    folded",
    "? k",
    ": v",
    "&a b: *a",
    "t:\tq",
    "n: 0x1F",
    "url: http://x.y/z",
    "'q': r",
    "- - x",
    "a: b: c",
    "{{T}}",
    "k: {{T}}",
    "p: 'open",
    '"',
    "]",
    "!!str s: t",
]


def composed(source: str, pure: bool, monkeypatch: pytest.MonkeyPatch) -> object:
    if pure:
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    try:
        return compose(source)
    except NotYaml as error:
        return ("not yaml",) if error.line >= 0 else None


@pytest.mark.skipif(not hasattr(yaml, "CSafeLoader"), reason="PyYAML was built without libyaml")
@examples(200)
@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_the_compiled_and_the_pure_yaml_reader_agree(lines: list[str]) -> None:
    source = "\n".join(lines)
    with pytest.MonkeyPatch.context() as monkeypatch:
        compiled = composed(source, False, monkeypatch)
        assert compiled == composed(source, True, monkeypatch)


def document(text: str) -> Document:
    return Document.parse(text.encode())


def fields(text: str) -> dict[str, Any]:
    return {key: value.text for key, value in document(text).front_matter.values.items()}


def test_scalars_stay_the_text_that_was_written() -> None:
    assert fields("---\nid: 0010\non: yes\nd: 2026-01-01\nh: 0x1F\nq: '007'\nn: null\n---\n") == {
        "id": "0010",
        "on": "yes",
        "d": "2026-01-01",
        "h": "0x1F",
        "q": "007",
        "n": "null",
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\nid: 1\ntitle: a: b\n---\n", 3, "unquoted colon in the value of title: put the value in quotes"),
        ("---\nid: 1\nid: 2\n---\n", 3, "the key id is given twice"),
        ("---\nid: 1\n\n## Prompt\n", 1, "the closing --- of the front matter is missing"),
        ("id: 1\ntitle: x\n---\n# H\n", 1, "the opening --- of the front matter is missing"),
        ("---\nid: 1\nfiles:\n{{FILES_YAML}}\n---\n", 4, "left-over template text"),
        ('---\npath: "C:\\main"\n---\n', 2, "a backslash within double quotes in path"),
        ("---\ncommand: @x\n---\n", 2, "the value of command starts with @"),
        ("---\na: " + "[" * 5000 + "\n---\n", 2, "nested too deeply"),
        ("---\n" + "\n".join(f"{' ' * n}a:" for n in range(400)) + "\n---\n", 202, "nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, words: str) -> None:
    assert any(problem.line == line and words in problem.message for problem in document(text).problems), document(
        text
    ).problems


def test_front_matter_that_is_no_yaml_is_read_all_the_same() -> None:
    text = """---
ID: 7
title: a: b
files:
  - a.py (new)
  - path: b.py
tests: [x, "y, z"]
prompt_text: |
  one

    two
links:
  spec: specs/x/spec.md
labels: "l"
---
body
"""
    read = document(text).front_matter
    assert not read.strict
    assert {
        key: value.text for key, value in read.values.items() if key in ("id", "title", "labels", "prompt_text")
    } == {
        "id": "7",
        "title": "a: b",
        "labels": "l",
        "prompt_text": "one\n\n  two",
    }
    assert [(entry.text, entry.line) for entry in read.listed("files")] == [("a.py (new)", 5), ("b.py", 6)]
    assert [entry.text for entry in read.listed("tests")] == ["x", "y, z"]
    assert dict(read.values["links"].pairs or ())["spec"].text == "specs/x/spec.md"


@examples(125)
@given(st.lists(st.sampled_from(PIECES), max_size=8), st.integers(2, 30))
def test_front_matter_counts_its_lines_from_where_it_stands_in_its_file(lines: list[str], first: int) -> None:
    def moved(value: Value) -> Value:
        entries = value.entries and tuple(moved(entry) for entry in value.entries)
        pairs = value.pairs and tuple((key, moved(inner)) for key, inner in value.pairs)
        return Value(value.text, value.line + first - 1, entries, pairs, value.block)

    source = "\n".join(lines)
    for read in (read_plain, compose, read_leniently):
        with suppress(NotYaml):
            found = read(source) or []
            assert (read(source, first) or []) == [(key, moved(value)) for key, value in found], read


def test_an_alias_bomb_is_not_expanded() -> None:
    lines = ["a0: &a0 [x,x]"] + [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    found = document("---\n" + "\n".join(lines) + "\n---\n")
    assert any("anchors" in problem.message for problem in found.problems)


@pytest.mark.parametrize(
    "text",
    ["", " ", "none", "None.", "N/A", "'n/a'", '" NULL "', "~", "-", "[]", "{}", "Not Applicable", "{{ID}}", "[{{X}}]"],
)
def test_what_says_nothing_is_none_like(text: str) -> None:
    assert is_none_like(text)
    assert is_none_like(f"\n {text}\t")
    assert not is_none_like(f"x{text}")
    assert not is_none_like(f"{text} but this")


def test_a_code_fence_around_the_file_is_seen_through() -> None:
    found = document("```markdown\n---\nid: 1\n---\n\n## Prompt\n\n```\n# no\n```\n\ntext\n```\n")
    assert found.front_matter.text("id") == "1"
    assert [(section.title, section.line) for section in found.sections] == [("Prompt", 6)]
    assert found.text(found.sections[0]).endswith("text")


def test_a_thematic_break_does_not_close_front_matter_that_was_left_open() -> None:
    found = document("---\nid: 1\ntitle: x\n\n## Prompt\n\nhello\n\n---\n\n## Response\n\nhi\n")
    assert [section.title for section in found.sections] == ["Prompt", "Response"]


def test_a_rule_at_the_start_is_no_front_matter() -> None:
    assert not document("---\n\nJust text\n\n---\n").has_front_matter


def test_bytes_are_decoded_whatever_they_are() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\rc")[0] == "a\nb\nc"
    assert decode(b"a\nb\xff")[1][0].line == 2
    assert "binary" in decode(b"a\0")[1][0].message
    assert "empty" in decode(b" \n")[1][0].message
    text, problems = decode("é".encode() * RECORD_BYTES)
    assert len(text) <= RECORD_BYTES
    assert len(problems) == 1


def test_a_comment_that_is_never_closed_hides_nothing_behind_the_next_heading() -> None:
    found = document("<!--\nReport\n======\n\n# Title\n\n- [ ] a\n")
    assert [section.title for section in found.sections] == ["Title"]
    assert found.problems[0].line == 1
    assert not document("```html\n<!-- x\n```\n# T\n").problems


def test_items_and_leads_are_found_with_their_lines() -> None:
    text = "## S\n\n- [x] a\n  more\n  - [ ] b\n\n```\n- [ ] code\n```\n\n1. c\n\n"
    text += "**Status**: Draft | **Date:** today\n- **Owner**: me\n"
    found = document(text)
    section = found.sections[0]
    assert [(item.text, item.line, item.done) for item in found.items(section)][:3] == [
        ("a more", 3, True),
        ("b", 5, False),
        ("c", 11, None),
    ]
    assert [(lead.name, lead.value, lead.line) for lead in found.leads(section)] == [
        ("Status", "Draft", 13),
        ("Date", "today", 13),
        ("Owner", "me", 14),
    ]


@examples(200)
@given(st.lists(st.sampled_from([*TRICKY, "# One", "- a", "    - deep", ""]), max_size=20), st.data())
def test_the_items_of_a_section_are_the_same_whether_those_around_it_are_known(
    lines: list[str], data: st.DataObject
) -> None:
    found = document("\n".join(lines))
    whole = found.whole
    start = data.draw(st.integers(whole.start, whole.end))
    section = whole._replace(start=start, end=data.draw(st.integers(start, whole.end)))
    assert found.items(section, found.items(whole)) == found.items(section)


@examples(150)
@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from(TRICKY + PIECES + ["---"]), max_size=20).map(lambda lines: "\n".join(lines).encode())
)
def test_no_content_raises(content: bytes) -> None:
    found = Document.parse(content)
    for section in (*found.sections, found.whole, found.preamble):
        found.items(section)
        found.text(section)
        list(found.leads(section))
