"""Whether a value that has a secret's shape is one: checksums, randomness, and what examples write in its place."""

from functools import lru_cache
from itertools import pairwise
from math import log2

from sdd.base.regex import regex

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BECH32 = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"

# What documentation, templates and code write in a secret's place.
_REFERENCE = regex(
    r"[<>{}…]|\*{3}|\.{3}|^\[.*\]$|\$[({]|(?<![A-Za-z0-9])\$[A-Za-z_]|%[(\w]+[)%s]|x{4}|X{4}"
    r"|\b(?:process|os|env|ENV|config|settings|secrets)[.\[]"
)
_EXAMPLES = (
    "example", "placeholder", "changeme", "change-me", "change_me", "replace", "insert", "dummy", "redacted", "sample",
    "foobar", "todo", "notreal", "not-real", "generate", "secretkey", "secret-key", "secret_key", "12345", "abc123",
)  # fmt: skip
_EXAMPLE = regex(
    r"(?<![a-z])(?:(?:fake|your|my|test|some|the)(?![a-z])|(?:your|my|test|new|old|dev|secure|strong|user|admin)[-_]?pass)"
    r"|^(?:secret|token|string|null|none|true|false)|pass(?:word)?_?\d{0,3}!?$|(?<!\d)1234(?!\d{2})"
)
# A number in the name of an algorithm is none of a password: SHA-256, Argon2id-hashed.
_ALGORITHM = regex(
    r"(?:sha|md|aes|rsa|argon|bcrypt|scrypt|pbkdf|hmac|utf|base|ed|hs|rs|es|x)[-_]?\d{1,5}(?:id|[di])?(?:[-_/](?:[a-z]+|\d{1,4})){0,3}"
)
_PHRASE = regex(r"[a-z]{3,12}(?: [a-z]{3,12}){2,7}")
_SENTENCE = frozenset(
    ("and", "any", "are", "can", "cannot", "does", "enter", "for", "from", "has", "have", "invalid", "least", "must",
     "new", "not", "old", "our", "password", "passwords", "please", "required", "reset", "should", "that", "the",
     "this", "too", "was", "will", "with", "wrong", "you", "your")
)  # fmt: skip
_SIGN = regex(r"[^\W_][!#$%^&*?~+@][^\W_]")
_UNUSUAL = regex(r"[^\w./:\\-]")
_DIGIT = regex(r"\d")
_COMMON = frozenset(
    ("admin", "guest", "letmein", "pass", "passwd", "password", "postgres", "pw", "pwd", "qwerty", "root",
     "secret", "user")
)  # fmt: skip
_WORDS = regex(r"[A-Za-z]{3,12}(?:[-_][A-Za-z]{3,12}){3,7}")
_REPEATED = regex(r"(.)\1{5}")
_UUID = regex(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_HEX = regex(r"[0-9a-f]+|[0-9A-F]+")
_WORD = regex(r"[A-Z]?[a-z]{4,}|[A-Z]{5,}")


def entropy(value: str) -> float:
    """Shannon's, in bits a character: 0 where one is repeated, 4 at most for hexadecimal digits, 6 for base64."""
    size = len(value)
    counts = (value.count(character) for character in set(value))
    return -sum(count / size * log2(count / size) for count in counts)


@lru_cache(maxsize=4096)
def is_stand_in(value: str) -> bool:
    """Whether a value is a reference, a mask, or what examples write in a secret's place."""
    lowered = value.lower()
    return (
        any(word in lowered for word in _EXAMPLES)
        or bool(_REFERENCE.search(value) or _EXAMPLE.search(lowered) or _ALGORITHM.fullmatch(lowered))
        or is_monotonous(value)
    )


def is_monotonous(value: str) -> bool:
    """Whether a value repeats itself or counts up: `aaaaaa`, `1234567890`, `EXAMPLE`."""
    if "EXAMPLE" in value.upper() or _REPEATED.search(value):
        return True
    steps = sum(ord(after) - ord(before) == 1 for before, after in pairwise(value))
    return steps * 2 >= len(value) - 1


@lru_cache(maxsize=4096)
def is_random(value: str, least: int = 16) -> bool:
    """Whether a value without a documented shape looks like a generated key: hexadecimal, base64 or alike, no name."""
    if len(value) < least or _UUID.fullmatch(value):
        return False
    digits = len(_DIGIT.findall(value))
    if _HEX.fullmatch(value):
        return len(value) >= max(least, 20) and 2 <= digits < len(value) and entropy(value) >= 2.8
    if digits < 2 and not (len(value) >= 32 and digits):
        return False
    # A name is made of words, and its words are most of it.
    words = sum(map(len, _WORD.findall(value)))
    return words * 2 < len(value) and entropy(value) >= min(3.6, log2(len(value)) * 0.8)


def is_token(value: str) -> bool:
    """Whether a value whose place says that it is a key is one."""
    return is_random(value) and not is_stand_in(value)


@lru_cache(maxsize=4096)
def is_password(value: str, least: int = 6) -> bool:
    """Whether a value that is said to be a password can be one: several kinds of characters, among them digits."""
    if not least <= len(value) <= 128 or _UUID.fullmatch(value):
        return False
    if _WORDS.fullmatch(value):
        return True
    lower, upper = value != value.upper(), value != value.lower()
    digit, unusual = _DIGIT.search(value) is not None, _UNUSUAL.search(value) is not None
    return (lower + upper + digit + unusual) >= 3 or (digit and (lower or upper))


def is_generated(value: str) -> bool:
    """Whether a value has letters in both cases and digits, and is no name."""
    return value != value.upper() and value != value.lower() and is_random(value, 20)


def is_chosen(value: str) -> bool:
    """Whether a value looks like a password wherever it is: letters in both cases, digits, and a sign between them."""
    cases = value != value.upper() and value != value.lower()
    return 8 <= len(value) <= 128 and cases and bool(_DIGIT.search(value) and _SIGN.search(value))


def is_phrase(value: str) -> bool:
    """Whether a value is a few words that make no sentence: `correct horse battery`."""
    return bool(_PHRASE.fullmatch(value)) and _SENTENCE.isdisjoint(value.split())


def crc32_base62(token: str) -> bool:
    """Whether a token of GitHub or npm ends in the CRC32, in base 62, of what is between its prefix and its end."""
    from zlib import crc32

    body = token.partition("_")[2]
    rest, digits = crc32(body[:-6].encode()), ""
    while rest:
        rest, digit = divmod(rest, 62)
        digits = _DIGITS[digit] + digits
    return body[-6:] == digits.rjust(6, "0")


def bech32(key: str) -> bool:
    """Whether a key in upper case ends in the checksum of BIP 173 (age)."""
    prefix, _, data = key.rpartition("1")
    values = [ord(character) >> 5 for character in prefix.lower()] + [0]
    values += [ord(character) & 31 for character in prefix.lower()] + [_BECH32.index(character) for character in data]
    total = 1
    for value in values:
        top, total = total >> 25, (total & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= generator if top >> bit & 1 else 0
    return total == 1


def decoded(value: str) -> bytes:
    """The bytes of base64 in either alphabet, padded or not; empty where it is none."""
    from base64 import urlsafe_b64decode
    from binascii import Error

    plain = value.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (Error, ValueError):
        return b""


def is_jwt(value: str) -> bool:
    """Whether the first part is a JSON object, as in every JSON web token."""
    header = decoded(value.partition(".")[0])
    return header.startswith(b"{") and header.endswith(b"}")


def is_discord(value: str) -> bool:
    """Whether the first part is the number of a bot."""
    return decoded(value.partition(".")[0]).isdigit()


def is_basic(value: str) -> bool:
    """Whether it is a name and a password in base64."""
    name, colon, password = decoded(value).partition(b":")
    try:
        return bool(name and colon) and name.decode().isprintable() and is_known_password(password.decode())
    except UnicodeDecodeError:
        return False


def is_known_password(value: str) -> bool:
    """Whether a value whose place says that it is a password is one, and not the word that examples write there."""
    from urllib.parse import unquote

    plain = unquote(value)
    return plain.lower() not in _COMMON and not is_stand_in(plain) and (len(plain) > 5 or is_password(plain, 4))
