"""How many PHRs there are of each stage over time."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sdd.answers.lists import Row
from sdd.records.kinds.phr import Stage
from sdd.report.period import Buckets, buckets


class Timeline(NamedTuple):
    """How many PHRs of each stage there are in each piece of time: a row a stage, in the order in which work goes."""

    cut: Buckets
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def most(self) -> int:
        """The highest count."""
        return max((count for _, counts in self.rows for count in counts), default=0)


def timeline(rows: Sequence[Row], today: str) -> Timeline:
    """The counts of the PHRs that have a day; a row for "other" where some have no stage that is known."""
    dated = Counter((row.stage or "other", row.date) for row in rows if row.date)
    cut = buckets((day for _, day in dated), today)
    counts = {stage: [0] * len(cut.pieces) for stage in (*map(str, Stage), "other")}
    for (stage, day), number in dated.items():
        counts[stage][cut.place(day)] += number
    return Timeline(cut, tuple((stage, tuple(counted)) for stage, counted in counts.items() if any(counted)))
