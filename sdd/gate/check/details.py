"""What a record or a file that others are judged by said, and what it says now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from sdd.base.limits import RECORD_BYTES
from sdd.base.listing import counted
from sdd.base.regex import regex
from sdd.gate.check.verdict import Detail
from sdd.gate.rules.history import amended
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.record import Item
from sdd.records.kinds.spec import Requirement, Spec
from sdd.records.kinds.stories import Story

# What of a contract's lists lets more pass; of the others less is asked where something is taken out.
_LOOSER = {"scope": ("added", "edited"), "checks": ("removed", "edited")}
_LESS = ("removed",)
# How strongly a sentence demands something: the key words of RFC 2119 in capitals, the strongest first.
_STRENGTHS = tuple(map(regex, (r"\b(?:MUST|SHALL|REQUIRED)\b", r"\b(?:SHOULD|RECOMMENDED)\b", r"\b(?:MAY|OPTIONAL)\b")))
# A new line of more letters is only counted.
_LINE = 160


def of_spec(before: Spec, after: Spec) -> Iterator[Detail]:
    """What the demands, the stories and the scenarios of a spec said and say."""
    yield from differences(*({item.id: item.text for item in _demands(spec)} for spec in (before, after)))
    old, new = ({story.name or story.title: story for story in _stories(spec)} for spec in (before, after))
    yield from differences(*({name: _told(story) for name, story in side.items()} for side in (old, new)))
    for name in (name for name in old if name in new):
        yield from _of_items(f"{name} scenario", *([item.text for item in side[name].scenarios] for side in (old, new)))


def of_contract(before: Contract, after: Contract) -> Iterator[Detail]:
    """What the parts of an open contract said and say."""
    for part in amended(before, after):
        old, new = (_texts(getattr(side, part.replace("-", "_"))) for side in (before, after))
        yield from _of_items(part, old, new, _LOOSER.get(part, _LESS))


def _texts(part: str | tuple[Item, ...] | None) -> list[str]:
    return [item.text.strip("`") for item in part] if isinstance(part, tuple) else [part or ""]


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Detail]:
    """The names that are gone, that say something else, and that are new."""
    yield from (Detail(f"{name} removed", is_looser=True, before=old[name]) for name in old if name not in new)
    for name in (name for name in old if name in new and old[name] != new[name]):
        yield Detail(f"{name} edited", _is_weaker(new[name], old[name]), before=old[name], after=new[name])
    yield from (Detail(f"{name} added", is_looser=False, after=new[name]) for name in new if name not in old)


def _is_weaker(text: str, former: str) -> bool:
    """Whether a sentence demands less strongly than it did: a MUST that became a SHOULD or a MAY."""
    now, then = ([bool(each.search(side)) for each in _STRENGTHS] for side in (text, former))
    return any(now) and any(then) and now.index(True) > then.index(True)


def line_changes(before: bytes, after: bytes, of: bytes = b"", *, adds: bool = True) -> Iterator[Detail]:
    """How many lines of a text, a part `of` a file, are edited and gone wherever they stood, and where it `adds` too,
    how many are new; what one alone said and says. Nothing of binary content.
    """
    if max(len(before), len(after)) > RECORD_BYTES:
        yield Detail("too long to be compared", is_looser=False)
    elif b"\0" not in before + after:
        old, new = lines_of(before), lines_of(after)
        gone, come = ([line.decode("utf-8", "replace") for line in side.elements()] for side in (old - new, new - old))
        # Of a text that is replaced by a few others, the lines are gone.
        edited = min(len(gone), len(come)) if 2 * len(come) >= len(gone) else 0
        fewer, more = len(gone) - edited, len(come) - len(gone)
        lines = counted(lines_of(of or before).total(), "line")
        if gone:
            told = f"{edited} of {lines} edited" if edited else f"{fewer} of {lines} gone"
            told += f", {fewer} gone" if edited and fewer else ""
            yield Detail(told, False, *(side[0] if len(gone) == len(side) == 1 else "" for side in (gone, come)))
        if adds and more > 0:
            yield Detail(f"{counted(more, 'line')} added", is_looser=False) if gone else added(come)


def added(lines: Sequence[str]) -> Detail:
    """What is said of new lines: what one alone says, unless that is long."""
    told = f"adds {lines[0]}" if len(lines) == 1 and len(lines[0]) <= _LINE else f"{counted(len(lines), 'line')} added"
    return Detail(told, is_looser=False)


def lines_of(content: bytes) -> Counter[bytes]:
    """The lines of a text that are not empty, without their indents."""
    return Counter(filter(None, map(bytes.strip, content.splitlines())))


def _demands(spec: Spec) -> Iterator[Requirement]:
    yield from (item for item in (*spec.requirements, *spec.criteria) if not _is_template(item.text, spec))


def _stories(spec: Spec) -> Iterator[Story]:
    yield from (story for story in spec.stories if not _is_template(_told(story), spec))


def _told(story: Story) -> str:
    return f"{story.title} ({story.priority})"


def _is_template(text: str, spec: Spec) -> bool:
    """Whether a text still says what the template says: to fill that in takes nothing away."""
    return any(token.text in text for token in spec.placeholders)


def _of_items(name: str, old: Sequence[str], new: Sequence[str], looser: Sequence[str] = _LESS) -> Iterator[Detail]:
    """The items that say something else. They have no ids, so that they are paired in their order."""
    gone, come = ([text for text in side if text not in other] for side, other in ((old, new), (new, old)))
    for former, text in zip_longest(gone, come, fillvalue=""):
        done = "edited" if former and text else "removed" if former else "added"
        yield Detail(f"{name} {done}", done in looser, former, text)
