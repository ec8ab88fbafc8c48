"""Markdown out of records as HTML: no raw HTML, no pictures, no link but to the web, to mail or within the report."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from sdd.render.html.words import visible

Resolve = Callable[[str], str | None]
"""From a link as a record writes it to an address in the report or on the forge; None where it leads nowhere."""

LONGEST = 64 * 1024
"""Characters of a text whose markup is rendered: markdown-it takes a second for 16 KB of brackets."""
# Signs that a text is more than plain paragraphs.
_MARKED = re.compile(r"[\\`*_\[\]<>&|~\t]|^(?:[ #=+\-:]|\d{1,9}[.)])|[ ]$", re.MULTILINE)
_SAFE = re.compile(r"(?:https?://[^/\\]|mailto:)", re.IGNORECASE)


def html_of(text: str, resolve: Resolve, level: int = 3) -> Markup:
    """`text` as HTML whose highest heading is <h`level`>; as it is written where it is over the LONGEST."""
    text = visible(text)
    if (html := _paragraphs(text)) is None:
        if len(text) > LONGEST:
            return Markup("<pre>{}</pre>\n").format(text)
        tokens = _parser().parse(text)
        _fit_in(tokens, resolve, level)
        html = _parser().renderer.render(tokens, _parser().options, {})
    return Markup(html)  # noqa: S704 - both escape what they are given


def _paragraphs(text: str) -> str | None:
    """The same where a text is nothing but paragraphs, as most are: the parser takes fifty times as long for them."""
    if _MARKED.search(text):
        return None
    parts = (part.strip("\n") for part in re.split(r"\n{2,}", text))
    return "".join(f"<p>{escape(part, quote=False).replace(chr(34), '&quot;')}</p>\n" for part in parts if part)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 50}).enable(["table", "strikethrough"])
    opening = '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>\n'
    parser.add_render_rule("table_open", lambda *token: opening)
    parser.add_render_rule("table_close", lambda *token: "</table></div>\n")
    return parser


def _fit_in(tokens: Sequence[Token], resolve: Resolve, level: int) -> None:
    """Makes the tokens of a text those of a part of the page.

    A heading is one below the last one at most, so that the page's headings stay in order. The alignment of a cell is
    a class, for the page's policy forbids styles.
    """
    last = level - 1
    highest = min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=1)
    for token in tokens:
        if token.type == "heading_open":
            last = min(level + int(token.tag[1]) - highest, last + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{last}"
        elif style := token.attrs.pop("style", ""):
            token.attrs["class"] = f"align-{str(style).rpartition(':')[2]}"
        _link(token.children or (), resolve)


def _link(tokens: Sequence[Token], resolve: Resolve) -> None:
    """Makes links lead where they lead in the end, or nowhere; pictures become links, within a link only words."""
    within = None
    for token in tokens:
        if token.type == "link_open":
            target = _target(token.attrs.get("href"), resolve)
            token.tag = "a" if target else "span"
            token.attrs = _attributes(target) if target else {"class": "no-link"}
            within = token.tag
        elif token.type == "link_close":
            token.tag, within = within or "a", None
        elif token.type == "image":
            target = _target(token.attrs.get("src"), resolve)
            words = f'<span class="label">picture</span> {escape(token.content or "no description")}'
            if target and not within:
                listed = " ".join(f'{name}="{escape(value)}"' for name, value in _attributes(target).items())
                words = f"<a {listed}>{words}</a>"
            token.type, token.content = "html_inline", words


def _target(address: object, resolve: Resolve) -> str | None:
    written = str(address or "")
    has_scheme = ":" in re.split("[/?#]", written)[0]
    return written if _SAFE.match(written) else None if has_scheme else resolve(written)


def _attributes(target: str) -> dict[str, Any]:
    return {"href": target, **({"rel": "noreferrer"} if "://" in target else {})}
