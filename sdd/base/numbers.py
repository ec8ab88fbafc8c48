"""Numbers and days as files, git and people write them, read within bounds."""

from datetime import date

_MOST_DIGITS = 18
"""What a column of the index and any arithmetic here can hold."""


def whole_number(text: str) -> int | None:
    """The whole number that a text is, in the digits of any script; None for one that is none, or too long."""
    return int(text) if len(text) <= _MOST_DIGITS and text.isdecimal() else None


def calendar_day(text: str) -> date | None:
    """The day of the calendar that a text is (YYYY-MM-DD); git has commits of the year 12345 and of the year 0 too."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
