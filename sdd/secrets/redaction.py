"""A text without its secrets."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from sdd.base.regex import regex
from sdd.secrets.scan import LEAST_REPEATED, PERSONAL, Secret, scan


def fingerprint(rule: str, value: str) -> str:
    """The SHA-256 of a rule and a value: names a false alarm alike in every clone without saying the value."""
    from hashlib import sha256

    return sha256(f"{rule}\0{value}".encode("utf-8", "surrogatepass")).hexdigest()


def redact(text: str, secrets: Sequence[Secret], key: bytes = b"") -> str:
    """The text with `[REDACTED:rule:tag]` for each secret, or `[REDACTED:rule]` without a key.

    Equal values have equal tags under one key. Without the key nobody can try values against a tag.
    """
    pieces, at = [], 0
    for secret in secrets:
        tag = f":{_tag(key, secret.rule, text[secret.start : secret.end])}" if key else ""
        pieces += [text[at : secret.start], f"[REDACTED:{secret.rule}{tag}]"]
        at = secret.end
    return "".join([*pieces, text[at:]])


_TAGGED = regex(r"\[REDACTED:([a-z0-9-]{1,40}):([0-9a-f]{12})\]")
# A value begins and ends with a word or a sign; its words may be those of a phrase.
_PIECE = regex(r"[^\W_]+|_+|([^\w\s])\1*")
_MOST_PIECES, _MOST_TRIED = 40, 1 << 18


def marks(text: str) -> frozenset[tuple[str, str]]:
    """The rule and the tag of each mark of redaction in a text, but for personal words: these may be any name."""
    told = _TAGGED.findall(text) if "[REDACTED:" in text else ()
    return frozenset((rule, tag) for rule, tag in told if rule not in PERSONAL)


def recognized(text: str, known: Iterable[tuple[str, str]], key: bytes) -> Iterator[Secret]:
    """The values in a text, of eight letters or more, whose marks are `known`: what stands around a value may not tell
    that it is a secret, but its tag does.
    """
    tags: defaultdict[str, set[str]] = defaultdict(set)
    for rule, tag in known:
        tags[rule].add(tag)
    asked = [(rule, _tagger(key, rule), own) for rule, own in tags.items()]
    at = 0
    for start, end in _values(text) if tags else ():
        if start < at:
            continue
        value = text[start:end].encode("utf-8", "surrogatepass")
        if rule := next((rule for rule, tag, own in asked if tag(value) in own), ""):
            line, at = text.count("\n", 0, start) + 1, end
            yield Secret(rule, start, end, line, start - text.rfind("\n", 0, start), proven=False)


def _values(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what may be a value, the longest of each start first."""
    spans = [match.span() for match in _PIECE.finditer(text)]
    most = max(1, min(_MOST_PIECES, _MOST_TRIED // max(1, len(spans))))
    for number, (start, end) in enumerate(spans):
        ends = [end]
        for begin, following in spans[number + 1 : number + most]:
            if begin != ends[-1] and text[ends[-1] : begin] != " ":
                break
            ends.append(following)
        yield from ((start, last) for last in reversed(ends) if last - start >= LEAST_REPEATED)


# A report prints a label on every page, and a verdict a message in every format.
_SHORT, _LONG = 200, 100_000


def hidden(text: str) -> str:
    """The text as it may be shown: without its secrets, each of its lines where it was."""
    return _hidden_short(text) if len(text) <= _SHORT else _hidden_long(text) if len(text) <= _LONG else _hidden(text)


def _hidden(text: str) -> str:
    while secrets := scan(text):
        pieces, at = [], 0
        for secret in secrets:
            lines = text.count("\n", secret.start, secret.end)
            pieces += [text[at : secret.start], f"[REDACTED:{secret.rule}]", "\n" * lines]
            at = secret.end
        text = "".join([*pieces, text[at:]])
    return text


_hidden_short = lru_cache(maxsize=1 << 14)(_hidden)
_hidden_long = lru_cache(maxsize=64)(_hidden)


def hidden_lines(text: str) -> dict[int, str]:
    """Number -> line, as it may be shown alone, of each line that holds a secret or a part of one."""
    secrets, lines = scan(text), {}
    shown = hidden(text).split("\n") if secrets else []
    for secret in secrets:
        for number in range(secret.line, secret.line + text.count("\n", secret.start, secret.end) + 1):
            lines[number] = shown[number - 1].strip() or f"[REDACTED:{secret.rule}]"
    return lines


def hidden_bytes(content: bytes) -> bytes:
    """A file as it may be shown."""
    text = content.decode("utf-8", "surrogateescape")
    return content if (shown := hidden(text)) is text else shown.encode("utf-8", "surrogateescape")


def _tag(key: bytes, rule: str, value: str) -> str:
    return _tagger(key, rule)(value.encode("utf-8", "surrogatepass"))


def _tagger(key: bytes, rule: str) -> Callable[[bytes], str]:
    """Gives values of a rule their tags: HMAC-SHA-256 (RFC 2104), with what all of them begin with hashed once."""
    from hashlib import sha256

    block = (sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    inner.update(f"{rule}\0".encode())

    def tag(value: bytes) -> str:
        within, around = inner.copy(), outer.copy()
        within.update(value)
        around.update(within.digest())
        return around.hexdigest()[:12]

    return tag
