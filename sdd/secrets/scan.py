"""Text -> the secrets in it, each with its rule and its place.

All keywords are looked for in one pass, and a pattern is only tried where its keyword is.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.secrets import values
from sdd.secrets.named import PASSWORD, named
from sdd.secrets.placed import accounts, cut_keys
from sdd.secrets.seen import seen
from sdd.secrets.shapes import SHAPES, TOKEN, Shape


class Secret(NamedTuple):
    """Where a secret is, never what it is: `start` and `end` in the text, line and column counted from 1.

    `proven` says that the value's checksum is right, so that it cannot be a false alarm.
    """

    rule: str
    start: int
    end: int
    line: int
    column: int
    proven: bool


class _Hit(NamedTuple):
    start: int
    end: int
    rank: int
    rule: str
    proven: bool = False


PERSONAL = {
    "email": r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])",
    "home": r"(?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})([\w.-]{1,64})(?=[/\\])",
}
"""What a policy may count among secrets: e-mail addresses, and the names in home directories' paths."""
_NOBODY = regex(
    r"(?:noreply|no-reply|git)@.*|.*@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|example|test|invalid|localhost)"
    r"|user|username|you|me|runner|vscode|node|ubuntu|app|Public|Shared|\.+",
)


def scan(text: str, personal: Collection[str] = ()) -> tuple[Secret, ...]:
    """The secrets of a text in their order, none over another. `personal` names what of PERSONAL counts too.

    Time is linear in the text's length, whatever it holds.
    """
    hits = [*_told(text)]
    if shown := seen(text):
        spans = ((hit, shown.span(hit.start, hit.end)) for hit in _told(shown.text))
        hits += (hit._replace(start=start, end=end) for hit, (start, end) in spans)
    hits += _repeated(text, hits)
    for rule in personal:
        group = _compiled(PERSONAL[rule]).groups
        hits += (
            _Hit(*match.span(group), len(SHAPES) + 1, rule)
            for match in _compiled(PERSONAL[rule]).finditer(text)
            if not _NOBODY.fullmatch(match[group])
        )
    if "[REDACTED:" in text:
        hits = [hit for hit in hits if not _is_marked(text, hit)]
    return tuple(_placed(text, _united(sorted(hits))))


def _told(text: str) -> Iterator[_Hit]:
    """What is told to be a secret by its shape, by a name or by its place."""
    yield from _shaped(text.encode("ascii", "replace").decode())
    # The one letter that grows in lower case would move all that follows.
    lowered = text.replace("\u0130", "I").lower()
    yield from (_Hit(start, end, len(SHAPES), rule) for rule, start, end in named(text, lowered))
    yield from (_Hit(start, end, len(SHAPES), PASSWORD) for start, end in accounts(text, lowered))
    yield from (_Hit(start, end, len(SHAPES) - 1, SHAPES[-1].rule) for start, end in cut_keys(text))


# Letters that are compared at most to find values again: where a text holds very many values, the first of them.
_MOST_COMPARED = 1 << 24
LEAST_REPEATED = 8
"""Letters of a value that counts as one wherever it stands."""


def _repeated(text: str, hits: Iterable[_Hit]) -> Iterator[_Hit]:
    """Where else the values of a text's secrets are, whatever stands around them there."""
    by_value: dict[str, _Hit] = {}
    for hit in sorted(hits, key=lambda hit: hit.rank):
        if hit.end - hit.start >= LEAST_REPEATED:
            by_value.setdefault(text[hit.start : hit.end], hit)
    for value, hit in islice(by_value.items(), _MOST_COMPARED // (len(text) + 1)):
        at = text.find(value)
        while at >= 0:
            yield hit._replace(start=at, end=at + len(value))
            at = text.find(value, at + len(value))


# What redaction leaves: a password's place, or the name of a rule with a tag behind it.
_MARK = regex(r"\[REDACTED:[a-z0-9-]{1,40}(?::[0-9a-f]{12})?\]")
_LONGEST_MARK = 64


def _is_marked(text: str, hit: _Hit) -> bool:
    """Whether a hit is a mark of redaction, or a part of one."""
    start = text.rfind("[REDACTED:", max(0, hit.start - _LONGEST_MARK), hit.start + len("[REDACTED:"))
    mark = _MARK.match(text, start) if start >= 0 else None
    return mark is not None and mark.start() <= hit.start and hit.end <= mark.end()


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern compiled once. Tokens are ASCII; so is what may not surround them."""
    return re.compile(pattern, re.ASCII)


@cache
def _shapes() -> dict[str, list[tuple[int, Shape]]]:
    """Keyword -> the shapes that have it, each with its rank."""
    by_keyword: dict[str, list[tuple[int, Shape]]] = {}
    for rank, shape in enumerate(SHAPES):
        for keyword in shape.keywords:
            by_keyword.setdefault(keyword, []).append((rank, shape))
    return by_keyword


# A text of fewer letters is quicker to search for each keyword than what finds pairs is made.
_SHORT = 500
# What prose is made of, the rarest first; any other sign is rarer still.
_LETTERS = "zqxjkvbpygfwmucldrhsnioate "


@cache
def _telling() -> tuple[dict[str, str], re.Pattern[str]]:
    """Keyword -> its first or last two signs, those that prose holds less often; and what finds any of these pairs."""
    pairs = {}
    for keyword in _shapes():
        ends = keyword[:2], keyword[-2:]
        rarest = min(ends, key=lambda pair: _LETTERS.find(pair[0]) + _LETTERS.find(pair[1]))
        pairs[keyword] = _in_pairs(rarest)
    return pairs, re.compile(f"[{''.join(pairs.values())}]")


def _in_pairs(text: str) -> str:
    """Each two neighbours of an ASCII text as one letter, so that a set of letters finds pairs: those that begin at an
    even place, then the others.
    """
    halves = (text, text[1:])
    # In the machine's order of bytes: the codec that has one of its own would have to be imported.
    return "".join(half[: len(half) & ~1].encode("ascii").decode("utf-16") for half in halves)


def keywords_in(text: str) -> list[str]:
    """The keywords of shapes in an ASCII text. Of hundreds it has none or a few, so that first all are looked for at
    once, by a pair of signs each.
    """
    if len(text) < _SHORT:
        return [keyword for keyword in _shapes() if keyword in text]
    pairs, pattern = _telling()
    found = {*pattern.findall(_in_pairs(text))}
    return [keyword for keyword, pair in pairs.items() if pair in found and keyword in text]


def _shaped(text: str) -> Iterator[_Hit]:
    for keyword in keywords_in(text):
        for rank, shape in _shapes()[keyword]:
            yield from (_Hit(start, end, rank, shape.rule, proven) for start, end, proven in _at(shape, keyword, text))


def _at(shape: Shape, keyword: str, text: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and proof of each value of a shape that has this keyword."""
    if not shape.leads:
        matches: Iterator[re.Match[str]] = _compiled(shape.pattern).finditer(text)
    else:
        matches = _around(shape, keyword, text)
    for match in matches:
        group = match.re.groups
        value = match[group]
        if shape.start == TOKEN and _is_glued(text, match) and not values.is_generated(value):
            continue
        is_secret = shape.check(value) if shape.check else not values.is_monotonous(value)
        if is_secret and values.entropy(value) >= shape.entropy:
            yield *match.span(group), shape.checksum is not None and shape.checksum(value)


def _around(shape: Shape, keyword: str, text: str) -> Iterator[re.Match[str]]:
    # A prefix that ends in a sign shows behind a letter too.
    start = "" if shape.start == TOKEN and len(keyword) > 3 and keyword[-1] in "_-" else shape.start
    pattern = _compiled(f"{start}(?:{shape.pattern})")
    at = text.find(keyword)
    while at >= 0:
        match = next(filter(None, (pattern.match(text, at - lead) for lead in shape.leads if at >= lead)), None)
        if match:
            yield match
        at = text.find(keyword, max(at + 1, match.end() if match else 0))


def _is_glued(text: str, match: re.Match[str]) -> bool:
    return not _compiled(TOKEN).match(text, match.start())


def _united(hits: list[_Hit]) -> Iterator[_Hit]:
    """Hits in their order; those that overlap as one, under the rule that comes first in the table."""
    last: _Hit | None = None
    for hit in hits:
        if last and hit.start < last.end:
            first = min(last, hit, key=lambda each: each.rank)
            last = _Hit(last.start, max(last.end, hit.end), first.rank, first.rule, last.proven or hit.proven)
        else:
            if last:
                yield last
            last = hit
    if last:
        yield last


def _placed(text: str, hits: Iterator[_Hit]) -> Iterator[Secret]:
    # Each stretch is looked at once: a text of one line may hold as many secrets as it has words.
    line, at, newline = 1, 0, -1
    for hit in hits:
        line += text.count("\n", at, hit.start)
        newline = max(newline, text.rfind("\n", at, hit.start))
        at = hit.start
        column = at - newline
        # A backslash belongs to what comes behind it, so that a mark breaks no string that holds the secret.
        end = hit.end
        while text[end - 1] == "\\" and end > hit.start:
            end -= 1
        yield Secret(hit.rule, hit.start, end, line, column, hit.proven)
