"""No regular expression takes more than linear time over the texts that cost it most."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.worst_cases import Used, attempts, expressions

# The dearest linear search takes 60 ms of CPU time over it; a quadratic one takes 2 s even where a step costs a
# nanosecond, and the most costly text of those tried is clear from a first look.
LONGEST = 64 * 1024
_FIRST_LOOK = 2 * 1024
_ENOUGH = 0.6

BOUNDED = {
    "sdd.authoring.decisions._KEY": 300,  # _LONGEST there
    "sdd.authoring.decisions._LEAD": 300,
    "sdd.authoring.decisions._LINE": 300,
    "sdd.authoring.identity._LEAD": 255,  # a file's name
    "sdd.authoring.repair.mentions._DATA": 4_096,  # a path
    "sdd.document.body._REMARK": 200,  # plain_title
    "sdd.gate.cover.patterns._HIDDEN": 200,  # a pattern
    "sdd.index.links._NAME": 4_096,  # a path
    "sdd.records.files._SUFFIX": 1_000,  # plain
    "sdd.records.kinds._BESIDE": 4_096,  # a path
    "sdd.records.kinds.file_entries._REMARK": 1_000,  # _without_remark, of several lines
    "sdd.records.kinds.ids._ANY_FAMILY": 400,  # _LONGEST_HEAD there
    "sdd.records.kinds.ids._KNOWN_FAMILY": 400,
    "sdd.records.kinds.named_paths._PLACE_IN_FILE": 600,  # _paths
    "sdd.records.kinds.reading._REMARK": 300,  # _without_remark
}
"""Expressions that meet no text longer than this, as who calls them sees to."""

ONE_LINE = {"sdd.authoring.repair.front_matter._REMARK"}
"""Expressions that meet no text of several lines."""

EXPRESSIONS = tuple(expressions())


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Ends a search that takes more CPU time; the engine asks for signals as it goes."""

    def stop(*_: object) -> None:
        raise TimeoutError

    former = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


def asked(used: Used, text: Any) -> float:
    """The CPU time that all methods take which sdd asks."""
    empty = text[:0]
    begun = time.process_time()
    for method in used.methods:
        if method in ("sub", "subn"):
            used.pattern.sub(empty, text)
        elif method == "finditer":
            for _ in used.pattern.finditer(text):
                pass
        else:
            getattr(used.pattern, method)(text)
    return time.process_time() - begun


def test_expressions_are_found() -> None:
    assert len(EXPRESSIONS) > 150
    assert not BOUNDED.keys() - {used.place for used in EXPRESSIONS}


@pytest.mark.parametrize("used", EXPRESSIONS, ids=[used.place for used in EXPRESSIONS])
def test_an_expression_is_linear(used: Used) -> None:
    longest = 200 if used.place.startswith("sdd.gate.target.branches:") else BOUNDED.get(used.place, LONGEST)
    tried = attempts(used.pattern)
    if used.place in ONE_LINE:
        tried = [attempt for attempt in tried if "\n" not in "".join(attempt)]
    with stopped_after(_ENOUGH):
        costs = [(asked(used, each.text(used.pattern, min(longest, _FIRST_LOOK))), each) for each in tried]
        _, worst = max(costs)
        asked(used, worst.text(used.pattern, longest))
