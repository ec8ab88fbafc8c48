"""Text to front matter, sections, list items, bold leads and fenced blocks, each with its line number."""

from sdd.document.body import Document, Section
from sdd.document.front_matter import FrontMatter
from sdd.document.items import Lead, ListItem
from sdd.document.text import READ_LIMIT, Item, Problem, decode
from sdd.document.values import Value, is_none_like, says_none

__all__ = [
    "READ_LIMIT",
    "Document",
    "FrontMatter",
    "Item",
    "Lead",
    "ListItem",
    "Problem",
    "Section",
    "Value",
    "decode",
    "is_none_like",
    "says_none",
]
