"""markdown-it's own reading of a text's blocks: slow, and always right."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sdd.document.blocks import Blocks, Comment, Fence, Heading


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


def parse(text: str, first: int = 1) -> Blocks:
    """The blocks of `text`, whose first line is line `first` of its file.

    Headings within lists and quotations are left out, fences within them are not.
    """
    parser = _parser()
    tokens: list[Token] = []
    parser.block.parse(text, parser, {}, tokens)
    headings: list[Heading] = []
    fences: list[Fence] = []
    comments: list[Comment] = []
    for number, token in enumerate(tokens):
        if token.map is None:
            continue
        line, end = token.map[0] + first, token.map[1] + first
        if token.type == "heading_open" and token.level == 0:
            headings.append(Heading(int(token.tag[1]), " ".join(tokens[number + 1].content.split("\n")), line, end))
        elif token.type == "fence":
            fences.append(Fence(line, end, token.info.strip()))
        elif token.type == "html_block" and token.content.lstrip().startswith("<!--"):
            comments.append(Comment(line, end))
    return Blocks(tuple(headings), tuple(fences), tuple(comments))
