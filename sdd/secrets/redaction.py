"""A text without its secrets."""

from collections.abc import Sequence
from functools import lru_cache

from sdd.secrets.scan import Secret, scan


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
    import hmac

    return hmac.new(key, f"{rule}\0{value}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:12]
