"""The lines that Markdown renders to nothing, as markdown-it reads them: slow, so only marked text is read this way."""

import re
from functools import cache
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import html_block
from markdown_it.token import Token

from sdd.base.regex import regex
from sdd.document.elements import UNSEEN, VOID, is_hidden

_NOTE = regex(r"\[\^[^\[\]\s]{1,99}\]:")
_REFERENCE = regex(r"\[\^[^\[\]\s]{1,99}\](?!:)")
# GitHub reads the text of a task on its own.
_BOX = regex(r"^((?:[ \t>]*+(?:[-*+]|\d{1,9}[.)])[ \t]++)++)\[[ xX]\][ \t]++(?=\S)", re.MULTILINE)
_HTML = regex(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+(?:>|\Z)"
    r"|<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]*+)(?:=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))|[^>])*+(?:>|\Z)",
    re.DOTALL,
)
_INDENT = 4
# What is read of a block, and of a text: markdown-it takes quadratic time for brackets in one block.
_BLOCK, _TEXT = 4096, 256 * 1024


def silent_lines(text: str) -> frozenset[int]:
    """The lines, counted from 0, whose letters and digits no reader sees."""
    parser, tokens, env = _parser(), list[Token](), dict[str, object]()
    text = text[:_TEXT]
    parser.block.parse(_BOX.sub(r"\1", text), parser, env, tokens)
    shown: set[int] = set()
    for token in tokens:
        if token.map and _shows(token, env):
            shown.update(range(*token.map))
    return frozenset(
        number for number, line in enumerate(text.split("\n")) if number not in shown and any(map(str.isalnum, line))
    )


def _shows(token: Token, env: dict[str, object]) -> bool:
    if token.type == "html_block":
        return _html_shows(token.content)
    if token.type == "inline":
        inner: list[Token] = []
        _parser().inline.parse(token.content[:_BLOCK], _parser(), env, inner)
        return any(_has_words(part.content) for part in inner if part.type != "html_inline")
    return token.type in ("fence", "code_block") and _has_words(token.content)


def _html_shows(html: str) -> bool:
    """Whether a block of HTML has words outside of tags, comments and unseen elements."""
    place, within, depth = 0, "", 0
    for match in _HTML.finditer(html):
        if not within and _has_words(html[place : match.start()]):
            return True
        place, tag = match.end(), (match["tag"] or "").lower()
        if within:
            depth += (tag == within) * (-1 if match["end"] else 1)
            within = within if depth else ""
        elif tag and not match["end"] and tag not in VOID and (tag in UNSEEN or is_hidden(match[0])):
            within, depth = tag, 1
    return not within and _has_words(html[place:])


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, unescape(text)))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    # GitHub looks for tables last.
    parser.block.ruler.before("table", "html", html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.before("table", "note", _note, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return parser


def _note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A note that is not referred to, with all that is indented below it; the text of any other one shows."""
    place = state.bMarks[start] + state.tShift[start]
    label = _NOTE.match(state.src, place) if state.src.startswith("[^", place) else None
    if label is None or state.is_code_block(start):
        return False
    if not silent:
        line = start + 1
        while line < end and (
            state.isEmpty(line) or not state.isEmpty(line - 1) or state.sCount[line] >= state.blkIndent + _INDENT
        ):
            line += 1
        state.line = line
        if "notes" not in state.env:
            state.env["notes"] = frozenset(_REFERENCE.findall(state.src))
        if label[0][:-1] in state.env["notes"]:
            token = state.push("inline", "", 0)
            token.content, token.map, token.children = "note", [start, line], []
    return True
