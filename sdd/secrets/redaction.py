"""A text without its secrets."""

from collections.abc import Sequence

from sdd.secrets.scan import Secret


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


def _tag(key: bytes, rule: str, value: str) -> str:
    import hmac

    return hmac.new(key, f"{rule}\0{value}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:12]
