"""What a change alters beside work and its records, as lines of text."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sdd.base.grouping import grouped
from sdd.base.paths import as_text, printable
from sdd.gate.check.alteration_kinds import AlterationKind
from sdd.gate.check.verdict import Alteration, JudgedChange
from sdd.render.words import first

# So many lines, but one at least of each kind; the paths and the details in one of them.
_LINES, _PATHS, _DETAILS = 6, 6, 4
# Of a kind with much weight in each of its details more are shown: none is to be hidden behind others.
_MOST = 30
_COUNTED = frozenset({AlterationKind.CONTRACT, AlterationKind.SPEC, AlterationKind.OTHER, AlterationKind.TEST})
_VERBS = {"A": "adds", "D": "removes"}


def alteration_lines(changes: Iterable[JudgedChange]) -> Iterator[str]:
    """A line for each path that others are judged by, or of which something is removed or reworded; many of one kind
    are in one.
    """
    for alike in in_lines([each for each in altered_by(changes) if _is_told(each)]):
        yield told_of(alike, printable, "looser")


def altered_by(changes: Iterable[JudgedChange]) -> list[Alteration]:
    """What the changes of all roots alter: what weighs the most first, what sdd itself writes last."""
    return sorted((each for change in changes for each in change.altered), key=lambda each: each.rank)


def in_lines(altered: Iterable[Alteration], taken: int = 0) -> Iterator[Sequence[Alteration]]:
    """What is told in one line each, in the order of `altered`: what quotes lines by itself, and where the lines,
    `taken` others with them, are too many, what is left of a kind together. So no kind is left out.
    """
    alike = grouped(((each.kind, _verb(each), _told_with(each)), each) for each in altered).values()
    kinds = grouped((group[0].kind, group) for group in alike)
    room = max(_LINES - taken, len(kinds))
    for later, groups in zip(reversed(range(len(kinds))), kinds.values(), strict=True):
        most = room - later
        shown = groups if len(groups) <= most else groups[: most - 1]
        yield from shown
        if rest := groups[len(shown) :]:
            yield [each for group in rest for each in group]
        room -= len(shown) + bool(rest)


def told_of(alike: Sequence[Alteration], shown: Callable[[str], str], looser: str) -> str:
    """What is done to some paths of one kind, and what of them is altered: what asks for less comes first and is
    marked as `looser`.
    """
    paths, most = (_PATHS, _DETAILS) if alike[0].kind in _COUNTED else (_MOST, _MOST)
    by_verb = grouped((_verb(each), shown(as_text(each.path))) for each in alike)
    done = [f"{verb} {', '.join(first(names, paths, '{} more'))}" for verb, names in by_verb.items()]
    details = dict.fromkeys(
        (not detail.is_looser, f"{shown(detail.text)}{f' ({looser})' if detail.is_looser else ''}")
        for each in alike
        for detail in each.details
    )
    told = sorted(details, key=lambda detail: detail[0])
    left = sum(not is_not for is_not, _ in told[most:])
    rest = f"{{}} more{f', {left} {looser}' if left else ''}"
    return ": ".join(filter(None, (", ".join(done), ", ".join(first([text for _, text in told], most, rest)))))


def _told_with(alteration: Alteration) -> object:
    """Equal for those of which a line says the same."""
    has_quotes = any(detail.before or detail.after for detail in alteration.details)
    return alteration.path if has_quotes else alteration.details


def _verb(alteration: Alteration) -> str:
    return _VERBS.get(alteration.status, "edits")


def _is_told(alteration: Alteration) -> bool:
    is_told = alteration.is_rule or alteration.details or alteration.status == "D"
    # Most changes edit tests: that is for the reviewer, in the comment.
    is_usual = alteration.is_stock or (alteration.kind == AlterationKind.TEST and alteration.status == "M")
    return bool(is_told) and not is_usual
