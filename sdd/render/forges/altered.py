"""What a change alters beside work and its records, as a list of Markdown that is read first."""

from collections.abc import Iterable, Iterator
from posixpath import commonprefix

from sdd.base.listing import counted
from sdd.gate.check.verdict import Alteration, JudgedChange
from sdd.render.alterations import altered_by, in_lines, told_of
from sdd.render.forges.asked import Shown
from sdd.render.words import first, one_line

# The lines with their quotes, and the quotes that are shown even where the lines are many.
_LINES, _QUOTED = 6, 3
_TEXT = 160


def rule_lines(changes: Iterable[JudgedChange], code: Shown) -> Iterator[str]:
    """What the changes alter beside work and its records: what others are judged and led by comes first.

    One line for each path of which more is to be said, the others by what is done to them; many of one kind in one.
    """
    altered = altered_by(changes)
    own = [each for each in altered if not each.is_stock]
    stock = len(altered) - len(own)
    alike = [*in_lines(own, taken=bool(stock))]
    if altered:
        yield "- **alters** (read this first):"
    room = max(_QUOTED * any(each.is_looser for each in own), _LINES - len(alike) - bool(stock))
    for group in alike:
        yield f"  - {told_of(group, code, '**looser**')}"
        quotes = [quote for each in group for quote in _quotes(each, code)] if room else []
        shown = room if len(quotes) <= room else room - 1
        yield from (f"    - {quote}" for quote in first(quotes, shown, "and {}", "more line"))
        room -= min(len(quotes), room)
    if stock:
        yield f"  - {counted(stock, 'file')} as sdd writes {'it' if stock == 1 else 'them'}"


def _quotes(alteration: Alteration, code: Shown) -> Iterator[str]:
    """What the altered lines say, before and after: first where less is asked."""
    for detail in sorted(alteration.details, key=lambda detail: not detail.is_looser):
        before, after = (" ".join(text.split()) for text in (detail.before, detail.after))
        # Of a long line the part is shown that differs.
        begun = max(0, len(commonprefix((before, after))) - _TEXT // 4)
        start = before.rfind(" ", 0, begun) + 1
        sides = (("said", before), ("says", after))
        told = [
            f"{word} {code(one_line(('… ' if start else '') + text[start:], _TEXT))}" for word, text in sides if text
        ]
        if told:
            yield f"{detail.text.rpartition(' ')[0]} {', '.join(told)}"
