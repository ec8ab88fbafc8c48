"""Periods: the days that a report is about, and time cut into equal pieces for charts and timelines."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from sdd.base.numbers import calendar_day

# git is no older; what a record dates before that is counted with the first day of it.
_FIRST_DAY = date(2005, 1, 1)

MOST_BUCKETS = 24
"""The most columns of a chart: a phone shows no more."""


class Period(NamedTuple):
    """The days from `since` to `until`, both YYYY-MM-DD and both in it; an empty one sets no bound."""

    since: str = ""
    until: str = ""

    def holds(self, day: str | None) -> bool:
        """Whether a day is in the period. What has no day is only in one without bounds."""
        return not self.is_bounded or (bool(day) and self.since <= str(day) <= (self.until or "9999"))

    @property
    def is_bounded(self) -> bool:
        """Whether somebody asked for a period at all."""
        return bool(self.since or self.until)

    def before(self, today: str) -> "Period | None":
        """As many days before it, None where it has no first day."""
        first, last = calendar_day(self.since), calendar_day(self.until or today)
        if not first or not last or last < first:
            return None
        return Period((first - (last - first) - timedelta(days=1)).isoformat(), (first - timedelta(days=1)).isoformat())

    @property
    def words(self) -> str:
        """The period in words."""
        if self.since and self.until:
            return f"from {self.since} to {self.until}"
        return f"since {self.since}" if self.since else f"until {self.until}" if self.until else "all time"


class Bucket(NamedTuple):
    """One piece of time: its first day (YYYY-MM-DD) and what people call it."""

    start: str
    label: str


class Buckets(NamedTuple):
    """Pieces of time without a gap, the oldest first. `unit` is day, week, month, quarter or year."""

    unit: str
    pieces: tuple[Bucket, ...]

    def place(self, day: str) -> int:
        """Which piece a day falls into; one before the first counts there, one after the last counts with that."""
        return max(0, bisect_right(self.pieces, day, key=lambda piece: piece.start) - 1)


def buckets(days: Iterable[str], today: str) -> Buckets:
    """Time from the first of some days to the last, in the smallest unit that gives at most MOST_BUCKETS.

    Days after `today` count as today: no record can be relied on for its date.
    """
    last_day = date.fromisoformat(today)
    known = sorted(min(max(calendar_day(written) or last_day, _FIRST_DAY), last_day) for written in {*days})
    if not known:
        return Buckets("month", ())
    for unit in ("day", "week", "month", "quarter", "year"):
        starts = _starts(known[0], known[-1], unit, MOST_BUCKETS + 1)
        if len(starts) <= MOST_BUCKETS:
            break
    return Buckets(unit, tuple(Bucket(start.isoformat(), _label(start, unit)) for start in starts[:MOST_BUCKETS]))


def _starts(first: date, last: date, unit: str, most: int) -> list[date]:
    """The first days of at most `most` pieces from the one that `first` is in to the one that `last` is in."""
    starts = [_start(first, unit)]
    while len(starts) < most and (following := _next(starts[-1], unit)) <= last:
        starts.append(following)
    return starts


def _start(day: date, unit: str) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    return day.replace(month=month, day=1)


def _next(start: date, unit: str) -> date:
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[unit]
    return _start(start + timedelta(days=longest), unit)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _label(start: date, unit: str) -> str:
    month = _MONTHS[start.month - 1]
    day = f"{start.day} {month}"
    names = {"day": day, "week": day, "month": month, "quarter": f"Q{(start.month + 2) // 3}", "year": ""}
    return f"{names[unit]} {start.year}".strip()
