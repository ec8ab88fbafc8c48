"""How many examples a property is held to."""

import os
from collections.abc import Iterable
from typing import Any

from hypothesis import HealthCheck, settings

ALL = os.environ.get("EXAMPLES") == "all"
"""`make fuzz` draws all examples, others each time; the suite a quarter of them, and the same in each run."""
_FEWEST = 5


def examples(number: int, suppressed: Iterable[HealthCheck] = (), **more: Any) -> settings:
    """Settings of a property for which `make fuzz` draws `number` examples."""
    drawn = number if ALL else max(min(number, _FEWEST), number // 4)
    # How fast a machine is says nothing about sdd.
    checks = {HealthCheck.too_slow, *suppressed}
    return settings(max_examples=drawn, derandomize=not ALL, deadline=None, suppress_health_check=checks, **more)
