"""Markdown out of records as HTML: no raw HTML, no pictures, no link but to the web, to mail or within the report."""

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from sdd.base.regex import regex
from sdd.render.html.words import visible

Resolve = Callable[[str], str | None]
"""From a link as a record writes it to an address in the report or on the forge; None where it leads nowhere."""

# What makes more of a text than paragraphs: any of these signs, or a line that begins or ends otherwise than a word.
_MARKED = regex(r"[\\`*_\[\]<>&|~\t]|^(?:[ #=+\-:]|\d{1,9}[.)])|[ ]$", re.MULTILINE)
_SCHEME = regex(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_SAFE = regex(r"(?:https?://[^/\\]|mailto:)", re.IGNORECASE)
_WEB = regex(r"https?://[^/\\\s]", re.IGNORECASE)


def html_of(text: str, resolve: Resolve, level: int = 3) -> Markup:
    """`text` as HTML whose highest heading is <h`level`>."""
    told = visible(text)
    if plain := _paragraphs(told):
        return Markup(plain)  # noqa: S704 - escaped below
    return Markup(_parser().render(told, {"resolve": resolve, "level": level, "last": level - 1}))  # noqa: S704 - by markdown-it


def _paragraphs(text: str) -> str | None:
    """The same where a text is nothing but paragraphs, as most are: the parser takes fifty times as long for them."""
    if _MARKED.search(text):
        return None
    parts = (part.strip("\n") for part in re.split(r"\n{2,}", text))
    return "".join(f"<p>{escape(part, quote=False).replace(chr(34), '&quot;')}</p>\n" for part in parts if part)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 50}).enable(["table", "strikethrough"])
    # The way that markdown-it's documentation names: what decides about links is replaced in the parser at hand.
    parser.validateLink = _may_be_linked  # type: ignore[method-assign, assignment]
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _may_be_linked(address: str) -> bool:
    """Whether a link may be one at all. What is relative is looked up later."""
    address = address.strip()
    if address.startswith(("//", "\\", "/\\")):
        return False
    return bool(_SAFE.match(address)) or not _SCHEME.match(
        address.partition("/")[0].partition("?")[0].partition("#")[0]
    )


Environment = MutableMapping[str, Any]


def _target(address: str, environment: Environment) -> str | None:
    """Where a link leads in the end."""
    if _SAFE.match(address):
        return address
    found = environment["resolve"](address)
    return found if isinstance(found, str) else None


def _link_open(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, environment: Environment
) -> str:
    target = _target(str(tokens[place].attrs.get("href", "")), environment)
    environment.setdefault("open", []).append(target)
    if target is None:
        return '<span class="no-link">'
    return _anchor(target)


def _link_close(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, environment: Environment
) -> str:
    return "</span>" if environment["open"].pop() is None else "</a>"


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, environment: Environment
) -> str:
    token = tokens[place]
    told = escape(token.content or "no description")
    target = _target(str(token.attrs.get("src", "")), environment)
    words = f'<span class="label">picture</span> {told}'
    # Within a link there can be no other one.
    return words if target is None or environment.get("open") else f"{_anchor(target)}{words}</a>"


def _anchor(target: str) -> str:
    relation = ' rel="noreferrer"' if _WEB.match(target) else ""
    return f'<a href="{escape(target)}"{relation}>'


def _heading_open(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, environment: Environment
) -> str:
    """A heading one below the last one at most, so that the page's headings stay in order."""
    wanted = environment["level"] + int(tokens[place].tag[1]) - 1
    environment["last"] = min(wanted, environment["last"] + 1, 6)
    return f"<h{environment['last']}>"


def _heading_close(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, environment: Environment
) -> str:
    return f"</h{environment['last']}>\n"


def _cell_open(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, environment: Environment
) -> str:
    """A cell: where its text stands is a class, for the page's policy lets no style stand in it."""
    token = tokens[place]
    side = str(token.attrs.get("style", "")).rpartition(":")[2]
    return f'<{token.tag} class="align-{side}">' if side else f"<{token.tag}>"


def _constant(text: str) -> Callable[..., str]:
    """A rule that writes the same for every token."""
    return lambda *token: text


_RULES: Mapping[str, Callable[..., str]] = {
    "link_open": _link_open,
    "link_close": _link_close,
    "image": _image,
    "heading_open": _heading_open,
    "heading_close": _heading_close,
    "table_open": _constant('<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>\n'),
    "table_close": _constant("</table></div>\n"),
    "th_open": _cell_open,
    "td_open": _cell_open,
}
