"""Text of records for a page: invisible characters become escapes, and long text is cut."""

import re
from collections.abc import Iterable

from markupsafe import Markup

from sdd.base.listing import counted
from sdd.base.paths import shell_word, without_raw_bytes
from sdd.secrets import hidden

# Control characters but for tab and line feed, marks that turn the direction of writing, spaces of no width, halves of
# surrogate pairs and tags. The joiners of no width are left between letters that need them, as in Persian and emoji.
_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
    "\\ufff9-\\ufffb\\ud800-\\udfff\\U000e0000-\\U000e0fff]|(?<![^\\x00-\\x7f])[\\u200c\\u200d]"
)


_LONGEST = 2000
"""No title, item or path is read any further: those who write more write a text."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def visible(text: str) -> str:
    """`text` with every character that cannot be seen, or that moves others about, written as an escape."""
    # A fast test for most texts, which hold none of these.
    if text.isascii():
        if text.isprintable() or not _CONTROL.search(text):
            return text
    elif not _HIDDEN.search(text):
        return text
    return _HIDDEN.sub(_escape, without_raw_bytes(text.replace("\r\n", "\n")))


def _escape(found: "re.Match[str]") -> str:
    return found.group().encode("unicode_escape", "surrogatepass").decode("ascii")


def written(text: str) -> str:
    """A text for the data beside the pages, which no template prints."""
    return visible(hidden(text))


def shown(value: object) -> object:
    """What a template prints of a value: text made visible, cut where it is very long; markup as it is."""
    if type(value) is not str:
        return value
    value = hidden(value)
    return visible(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}\u2026")


def whole(text: str) -> Markup:
    """A text that a template prints from its first to its last word, however long it is."""
    return Markup.escape(visible(hidden(text)))


def short(text: str | None, length: int = 120) -> str:
    """The beginning of a text on one line, cut between words."""
    line = " ".join((text or "")[: length * 4].split())
    if len(line) <= length:
        return line
    cut = line[:length].rpartition(" ")[0]
    return f"{cut if len(cut) > length // 2 else line[:length]}\u2026"


def command(argv: Iterable[str]) -> str:
    """A command for a shell. Words in capitals, which its reader fills in, are quoted as they may become several."""
    return " ".join(f'"{word}"' if _CAPITALS.fullmatch(word) else shell_word(word) for word in argv)


def pasted(argv: Iterable[str]) -> Markup:
    """A command as a page shows it, where no line ends within the name of an option."""
    return Markup(_OPTION.sub(r"<span>\g<0></span>", str(whole(command(argv)))))  # noqa: S704 - whole() has escaped it


_CAPITALS = re.compile("[A-Z]+( [A-Z]+)*")
_OPTION = re.compile("(?<= )--[a-z][a-z-]*")


def age(days: int | None) -> str:
    """An age as people say it."""
    if days is None:
        return "unknown"
    if days < 1:
        return "today"
    if days < 60:
        return counted(days, "day")
    return f"{days // 30} months" if days < 730 else f"{days // 365} years"


def left(days: int | None) -> str:
    """How long a waiver still holds; None for one without a last day."""
    if days is None:
        return "no last day"
    return f"ended {age(-days)} ago" if days < 0 else f"{age(days)} left" if days else "last day"


_SPAN = re.compile("(?<!`)(`{1,2})(?!`)(.+?)(?<!`)\\1(?!`)")


def spans(text: str) -> Markup:
    """A text on one line, its code spans as code."""
    parts, last = [], 0
    text = str(shown(text))
    for span in _SPAN.finditer(text):
        parts += [Markup.escape(text[last : span.start()]), Markup("<code>{}</code>").format(span[2].strip())]
        last = span.end()
    return Markup().join([*parts, Markup.escape(text[last:])])


def count(number: int) -> str:
    """A number with its thousands apart by a narrow space, which every language reads."""
    return f"{number:,}".replace(",", "\u202f")


def plural(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it takes one."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"
