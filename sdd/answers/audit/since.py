"""Since when an audit counts: what landed before the day that a root's policy names is only counted as before."""

from collections.abc import Iterable
from itertools import takewhile

from sdd.answers.audit.policies import Policies
from sdd.index.landings import Landing
from sdd.repo.line import line_days
from sdd.repo.objects import Repository


class Since:
    """Which landings of the line of `tip` each root counts.

    A day begins with the first commit that is dated on it or later. What follows counts, whatever its own date. The
    whole of a line counts where a shallow clone cuts it off: nobody can tell there where the day began.
    """

    def __init__(self, repository: Repository, tip: str, policies: Policies) -> None:
        self._policies = policies
        line = line_days(repository, tip) if policies.since else ()
        if not repository.cut_off.isdisjoint(oid for oid, _ in line):
            line = ()
        self._before = {day: _earlier(line, day) for day in policies.since}

    def counts(self, landing: Landing, root: str) -> bool:
        """Whether a root counts a landing."""
        policy = self._policies(root)
        return not policy or not policy.since or landing.head.oid not in self._before[policy.since]

    def is_before(self, landing: Landing) -> bool:
        """Whether no root counts a landing, so that it need not be judged."""
        return self._policies.all_count_since and all(landing.head.oid in oids for oids in self._before.values())


def _earlier(line: Iterable[tuple[str, str]], day: str) -> frozenset[str]:
    return frozenset(oid for oid, _ in takewhile(lambda commit: commit[1] < day, line))
