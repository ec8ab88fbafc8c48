"""Days as records write them."""

from datetime import date

from sdd.base.numbers import calendar_day
from sdd.base.regex import regex

DATE_IN_NAME = r"(?:19|20)\d\d(?:-\d\d-\d\d|\d{4})(?!\d)"
"""A day at the beginning of a file's name, which is no number."""
_DATE = regex(r"(\d{4}-\d{2}-\d{2})(?!\d)")
_DATE_IN_NUMBERS = regex(r"(\d{4})/(\d{1,2})/(\d{1,2})(?!\d)")
_DATE_IN_WORDS = regex(
    r"(?:(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,?"
    r"|(?P<first_day>\d{1,2})(?:st|nd|rd|th)? (?P<then_month>[A-Za-z]{3,9})\.?,?) (?P<year>\d{4})(?!\d)"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def calendar_date(text: str | None) -> str | None:
    """The day that `text` starts with as YYYY-MM-DD, None where it is no day of the calendar."""
    day = _DATE.match(text.strip()) if text else None
    return day[1] if day and calendar_day(day[1]) else None


def date_as_people_write_it(text: str | None) -> str | None:
    """The same for 2026/01/31, January 31, 2026 and 31 Jan 2026 too."""
    if not text:
        return None
    if day := calendar_date(text):
        return day
    try:
        if numbers := _DATE_IN_NUMBERS.match(text.strip()):
            return date(*map(int, numbers.groups())).isoformat()
        if words := _DATE_IN_WORDS.match(text.strip()):
            name = (words["month"] or words["then_month"]).lower()
            month = next((at for at, known in enumerate(_MONTHS, 1) if name in (known, known[:3])), 0)
            return date(int(words["year"]), month, int(words["day"] or words["first_day"])).isoformat()
    except ValueError:
        return None
    return None
