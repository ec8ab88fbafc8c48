"""Whether a text may hold lines that Markdown renders to nothing, and the text without them."""

import re
from collections.abc import Collection

from sdd.base.regex import regex

# What takes markdown-it to tell: definitions, fences and raw elements in lists and quotations, links over two lines,
# instructions.
_MAY_BE_SILENT = regex(
    r"^(?:[ \t>]|(?:[-*+]|\d{1,9}[.)]|\[[ xX]\])(?=[ \t]))*+\[(?:\\.|[^\[\]\\\n]|\n(?![ \t]*\n)){1,999}+\]:"
    r"|^[ \t]*+(?:[-*+>]|\d{1,9}[.)])[-*+>\d.) \t]*+(?:```|~~~)"
    r"|^[-*+>\d.) \t]*+<(?:script|style|textarea)\b"
    r"|\[\s*+\]\([^()\n]*+$|<(?:[?]|!(?!--))",
    re.MULTILINE | re.IGNORECASE,
)
_DELIMITERS = regex(r"^[ \t>]*+(?=[-:| \t]++$)(?=[^|:\n]*+[|:])[^\-\n]*+-[^\n]*", re.MULTILINE)
_DASHES = regex(r"-+")
_AROUND_ROW = " \t>"


def may_be_silent(text: str) -> bool:
    """Whether a text may hold lines that render to nothing and look as if they did not: most text fails."""
    if ("]:" in text or "](" in text or "<" in text or "```" in text or "~~~" in text) and _MAY_BE_SILENT.search(text):
        return True
    return ("|" in text or ":-" in text) and _DELIMITERS.search(text) is not None and _drops_cells(text)


def audible(text: str, used: Collection[str] = ()) -> str:
    """A text without the lines that Markdown renders to nothing, but for definitions of the `used` labels."""
    if not may_be_silent(text):
        return text
    from sdd.document.rendered import silent_lines

    silent = silent_lines(text)
    lines = enumerate(text.split("\n"))
    return "\n".join("" if number in silent and _defined(line) not in used else line for number, line in lines)


def _defined(line: str) -> str:
    """The label that a line defines, if it does."""
    label, sign, _ = line.strip(_AROUND_ROW).partition("]:")
    return label[1:].casefold() if sign and label[:1] == "[" else ""


def _drops_cells(text: str) -> bool:
    """Whether a row of a table may have more cells than its header: these are not rendered."""
    columns = 0
    for line in text.split("\n"):
        row = line.strip(_AROUND_ROW)
        if _DELIMITERS.match(row):
            dashes = len(_DASHES.findall(row))
            columns = min(columns or dashes, dashes)
        elif not row:
            columns = 0
        elif columns and row.removeprefix("|").removesuffix("|").count("|") >= columns:
            return True
    return False
