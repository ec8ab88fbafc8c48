"""Text to front matter, sections, list items, bold leads and fenced blocks, each with its line number."""

from sdd.document.body import Document, Section
from sdd.document.front_matter import FrontMatter
from sdd.document.items import DONE_MARKS, Lead, ListItem, with_sublists
from sdd.document.text import EMPTY, Item, Problem, decode
from sdd.document.values import Value, is_none_like, says_none

__all__ = [
    "DONE_MARKS",
    "EMPTY",
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
    "with_sublists",
]
