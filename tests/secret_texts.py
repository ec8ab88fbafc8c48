"""Secrets for tests, composed when a test runs: no file of this project holds one that a scanner would report."""

import random
import string
from base64 import b64encode, urlsafe_b64encode
from zlib import crc32

HEX = "0123456789abcdef"
LOWER = string.ascii_lowercase + string.digits
ALNUM = string.ascii_letters + string.digits
URL = ALNUM + "-_"
BASE64 = ALNUM + "+/"
UPPER = string.ascii_uppercase + string.digits
BASE32 = string.ascii_uppercase + "234567"


def made(alphabet: str, length: int, seed: str = "") -> str:
    """Characters as a generator of keys gives them, the same in each run."""
    return "".join(random.Random(f"{alphabet}{length}{seed}").choices(alphabet, k=length))


def uuid(seed: str = "") -> str:
    """A UUID."""
    return "-".join(made(HEX, length, seed) for length in (8, 4, 4, 4, 12))


def checked(prefix: str, seed: str = "") -> str:
    """A classic token of GitHub or npm, its checksum right."""
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    body = made(ALNUM, 30, prefix + seed)
    rest, checksum = crc32(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        checksum = digits[digit] + checksum
    return f"{prefix}_{body}{checksum}"


def jwt(seed: str = "") -> str:
    """A signed JSON web token."""
    parts = (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"ada","n":"' + made(HEX, 8, seed).encode() + b'"}')
    return ".".join([*(urlsafe_b64encode(part).decode().rstrip("=") for part in parts), made(URL, 43, seed)])


def pem(kind: str = "RSA ", end: bool = True, newline: str = "\n") -> str:
    """A private key as openssl writes one; without its last line where `end` is False."""
    body = newline.join(made(BASE64, 64, str(number)) for number in range(6))
    dashes = "-" * 5
    tail = f"{newline}{dashes}END {kind}PRIVATE KEY{dashes}" if end else ""
    return f"{dashes}BEGIN {kind}PRIVATE KEY{dashes}{newline}{body}{tail}"


def basic(user: str = "ada", password: str = "vq7!Lm2#tz") -> str:
    """The credentials of basic authentication."""
    return b64encode(f"{user}:{password}".encode()).decode()
