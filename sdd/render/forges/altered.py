"""What a change alters beside work and its records, as a list of Markdown that is read first."""

from collections.abc import Iterable, Iterator, Sequence
from posixpath import commonprefix

from sdd.base.grouping import grouped
from sdd.base.listing import counted
from sdd.base.paths import as_text
from sdd.gate.check.verdict import Alteration, JudgedChange
from sdd.render.alterations import altered_by, details_of, first_told, verb_of
from sdd.render.forges.asked import Shown
from sdd.render.words import first, one_line

# The lines, the paths in one of them, and the quotes that are shown even where the lines are many.
_LINES, _PATHS, _QUOTED = 6, 6, 2
_TEXT = 160


def rule_lines(changes: Iterable[JudgedChange], code: Shown) -> Iterator[str]:
    """What the changes alter beside work and its records: what others are judged and led by comes first.

    One line for each path of which more is to be said, the others by what is done to them.
    """
    altered = altered_by(changes)
    own = [each for each in altered if not each.is_stock]
    alike = grouped(((verb_of(each), each.details and each.path), each) for each in own).values()
    lines = [(_altered(each, code), each[0].is_looser) for each in alike]
    quoted = [[*_quotes(each, code)] for each, *_ in alike]
    if stock := len(altered) - len(own):
        lines.append((f"{counted(stock, 'file')} as sdd writes {'it' if stock == 1 else 'them'}", False))
    if not lines:
        return
    yield "- **alters** (read this first):"
    room = max(_QUOTED * lines[0][1], _LINES - len(lines))
    for place, line in enumerate(first_told(lines, _LINES, "and {}", "**looser**", "more file")):
        yield f"  - {line}"
        quotes = quoted[place] if place < len(quoted) and room else []
        shown = room if len(quotes) <= room else room - 1
        yield from (f"    - {quote}" for quote in first(quotes, shown, "and {}", "more line"))
        room -= min(len(quotes), room)


def _altered(alike: Sequence[Alteration], code: Shown) -> str:
    """What is done to a path and what of it is altered, or the paths that the same is done to."""
    names = [code(as_text(each.path)) for each in alike]
    details = details_of(alike[0], code, "**looser**")
    return f"{verb_of(alike[0])} {', '.join(first(names, _PATHS, '{} more'))}{f': {details}' if details else ''}"


def _quotes(alteration: Alteration, code: Shown) -> Iterator[str]:
    """What the altered lines of a spec or a constitution say, before and after."""
    for detail in alteration.details:
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
