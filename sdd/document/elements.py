"""The elements of HTML whose content no reader of a Markdown text sees.

What a forge shows all the same, as plain text, counts as unseen too: the next reader does not see it.
"""

import re

from sdd.base.regex import regex

RAW = frozenset(("iframe", "noembed", "noframes", "script", "style", "textarea", "title"))
"""Elements whose content is no markup."""
UNSEEN = RAW.union((
    "audio", "canvas", "datalist", "del", "dialog", "head", "noscript", "object", "s", "strike", "template", "video",
))  # fmt: skip
"""Elements whose content is not rendered, or is struck out."""
VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
))  # fmt: skip
"""Elements without content."""
MAY_HIDE = regex(rf"<(?:{'|'.join(sorted(UNSEEN))})\b|\bhidden\b|\bnone\b|\bcollapse\b", re.IGNORECASE)
"""What a text has that may hold an unseen element."""
TAG_MAY_HIDE = regex(
    rf"<(?:(?:{'|'.join(sorted(UNSEEN))})\b|[?]|!(?!--)|[A-Za-z][^<>]*[\s/\"'](?:hidden|style)\b)", re.IGNORECASE
)
"""The same, with less that is none: a tag that hides, but for signs of tags within quotes, or no element at all."""
_HIDDEN = regex(r"(?:[\s\"]|<[A-Za-z][A-Za-z0-9-]*+/)hidden(?=[\s=/>\"]|\Z)", re.IGNORECASE)
_STYLED_AWAY = regex(r"(?:display\s*+:\s*+none|visibility\s*+:\s*+(?:hidden|collapse))\b", re.IGNORECASE)
_QUOTED = regex(r"\"[^\"]*+\"|'[^']*+'")
# Comments that may be within HTML, and signs of tags within an attribute.
_AFTER_TEXT, _HTML_LINE = regex(r"[^\s][ \t]*+<!--"), regex(r"^[ \t]*+</?[A-Za-z]", re.MULTILINE)
_QUOTED_SIGN = regex(r"=\s*+(?:\"[^\"<>]*+[<>]|'[^'<>]*+[<>])")
# A value of an attribute that goes on in the next line, and a title of a link, which may.
LONG_VALUE = regex(r"=\s*+(?:\"[^\"\n]*+\n|'[^'\n]*+\n)")
TITLE = regex(
    r"\](?:(?P<inline>\()|:)[ \t]*+\n?[ \t]*+[^\s\"'()]++[ \t\n]\s*+(?P<title>\"(?:[^\"\n]|\n(?!\n))*+\""
    r"|'(?:[^'\n]|\n(?!\n))*+'|\((?:[^()\n]|\n(?!\n))*+\))(?(inline)\s*+\)|[ \t]*+$)",
    re.MULTILINE,
)


def may_hide(text: str) -> bool:
    """Whether elements, or comments within HTML, may hide lines: a quick look that most texts fail."""
    if TAG_MAY_HIDE.search(text):
        return True
    if "<!--" in text and (_AFTER_TEXT.search(text) or _HTML_LINE.search(text)):
        return True
    if LONG_VALUE.search(text) or any("\n" in title["title"] for title in TITLE.finditer(text)):
        return True
    return _QUOTED_SIGN.search(text) is not None and MAY_HIDE.search(text) is not None


def is_hidden(tag: str) -> bool:
    """Whether the attributes of a tag hide its element."""
    return _STYLED_AWAY.search(tag) is not None or _HIDDEN.search(_QUOTED.sub('"', tag)) is not None
