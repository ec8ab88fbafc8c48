"""Markdown out of records as HTML: no raw HTML, no pictures, no link but to the web, to mail or within the report."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from sdd.render.html.words import visible

Resolve = Callable[[str], str | None]
"""From a link as a record writes it to an address in the report or on the forge; None where it leads nowhere."""

# Signs that a text is more than plain paragraphs.
_MARKED = re.compile(r"[\\`*_\[\]<>&|~\t]|^(?:[ #=+\-:]|\d{1,9}[.)])|[ ]$", re.MULTILINE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_SAFE = re.compile(r"(?:https?://[^/\\]|mailto:)", re.IGNORECASE)
_WEB = re.compile(r"https?://[^/\\\s]", re.IGNORECASE)


def html_of(text: str, resolve: Resolve, level: int = 3) -> Markup:
    """`text` as HTML whose highest heading is <h`level`>."""
    text = visible(text)
    html = _paragraphs(text) or _parser().render(text, {"resolve": resolve, "level": level, "last": level - 1})
    return Markup(html)  # noqa: S704 - both escape what they are given


def _paragraphs(text: str) -> str | None:
    """The same where a text is nothing but paragraphs, as most are: the parser takes fifty times as long for them."""
    if _MARKED.search(text):
        return None
    parts = (part.strip("\n") for part in re.split(r"\n{2,}", text))
    return "".join(f"<p>{escape(part, quote=False).replace(chr(34), '&quot;')}</p>\n" for part in parts if part)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 50}, renderer_cls=_Renderer)
    # The way that markdown-it's documentation names: what decides about links is replaced in the parser at hand.
    parser.validateLink = _may_be_linked  # type: ignore[method-assign, assignment]
    return parser.enable(["table", "strikethrough"])


def _may_be_linked(address: str) -> bool:
    """Whether a link may be one at all. What is relative is looked up later."""
    address = address.strip()
    if address.startswith(("//", "\\", "/\\")):
        return False
    scheme = _SCHEME.match(re.split("[/?#]", address)[0])
    return not scheme or bool(_SAFE.match(address))


Tokens = Sequence[Token]
Environment = MutableMapping[str, Any]
"""What is known of one text: how links resolve, the highest heading, the last one, and the links that are open."""


class _Renderer(RendererHTML):
    """markdown-it's own renderer but for these tokens: each method has the name of its token."""

    def link_open(self, tokens: Tokens, place: int, options: OptionsDict, environment: Environment) -> str:
        target = _target(tokens[place].attrs.get("href", ""), environment)
        environment.setdefault("open", []).append(target)
        return '<span class="no-link">' if target is None else _anchor(target)

    def link_close(self, tokens: Tokens, place: int, options: OptionsDict, environment: Environment) -> str:
        return "</span>" if environment["open"].pop() is None else "</a>"

    def image(self, tokens: Tokens, place: int, options: OptionsDict, environment: Environment) -> str:
        token = tokens[place]
        target = _target(token.attrs.get("src", ""), environment)
        words = f'<span class="label">picture</span> {escape(token.content or "no description")}'
        # A link can hold no other one.
        return words if target is None or environment.get("open") else f"{_anchor(target)}{words}</a>"

    def heading_open(self, tokens: Tokens, place: int, options: OptionsDict, environment: Environment) -> str:
        """A heading one below the last one at most, so that the page's headings stay in order."""
        wanted = environment["level"] + int(tokens[place].tag[1]) - 1
        environment["last"] = min(wanted, environment["last"] + 1, 6)
        return f"<h{environment['last']}>"

    def heading_close(self, tokens: Tokens, place: int, options: OptionsDict, environment: Environment) -> str:
        return f"</h{environment['last']}>\n"

    def table_open(self, *token: Any) -> str:
        return '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>\n'

    def table_close(self, *token: Any) -> str:
        return "</table></div>\n"

    def td_open(self, tokens: Tokens, place: int, options: OptionsDict, environment: Environment) -> str:
        """A cell: its alignment is a class, for the page's policy forbids styles in it."""
        token = tokens[place]
        side = str(token.attrs.get("style", "")).rpartition(":")[2]
        return f'<{token.tag} class="align-{side}">' if side else f"<{token.tag}>"

    th_open = td_open


def _target(address: object, environment: Environment) -> str | None:
    """Where a link leads in the end."""
    resolve: Resolve = environment["resolve"]
    return str(address) if _SAFE.match(str(address)) else resolve(str(address))


def _anchor(target: str) -> str:
    relation = ' rel="noreferrer"' if _WEB.match(target) else ""
    return f'<a href="{escape(target)}"{relation}>'
