"""Values as YAML that every parser reads back as the same text, whatever they hold."""

import re
from collections.abc import Mapping

LINE_WIDTH = 100

# What stays without quotes: words that no YAML of any version takes for something else. Everything else is quoted.
_PLAIN = re.compile(r"(?:\.?[^\W\d_]|\d{1,6}-[^\W\d_])[\w ./()+@-]*(?<! )")
_WORDS = re.compile(r"y|n|yes|no|on|off|true|false|null|\.inf|\.nan", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ALWAYS_QUOTED = ("id", "scope", "paths")
_DAYS = ("date", "expires")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def yaml_lines(key: str, value: str | tuple[str, ...] | Mapping[str, str]) -> list[str]:
    """The lines of one front-matter key with a text, a list or a mapping of texts. Ids are always quoted."""
    if isinstance(value, str):
        return [f"{key}: {value if key in _DAYS and _DAY.fullmatch(value) else scalar(value, key in _ALWAYS_QUOTED)}"]
    if isinstance(value, Mapping):
        return [f"{key}:", *(f"  {name}: {scalar(text)}" for name, text in value.items())]
    items = [scalar(text, key in _ALWAYS_QUOTED) for text in value]
    line = f"{key}: [{', '.join(items)}]"
    return [line] if len(line) <= LINE_WIDTH else [f"{key}:", *(f"  - {item}" for item in items)]


def scalar(text: str, quoted: bool = False) -> str:
    """One text as a YAML scalar: plain where that is beyond doubt, else in double quotes with escapes."""
    if not quoted and _PLAIN.fullmatch(text) and not _WORDS.fullmatch(text):
        return text
    return '"' + "".join(_ESCAPES.get(character) or _escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    number = ord(character)
    if 0xD800 <= number <= 0xDFFF:  # half of a surrogate pair: no parser of YAML takes it
        return "\ufffd"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
