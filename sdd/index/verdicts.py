"""Verdicts kept in the index: what `sdd audit` has judged, so that it judges each change once."""

import sqlite3
from collections.abc import Iterable, Mapping

from sdd.index.database import Answer, Question, Remark, use_file
from sdd.index.schema import BY_NAME
from sdd.repo.objects import Repository

Key = tuple[str, str]
"""Head and base of a change, the empty string for no base."""

# Those of the time, today's, and of some other branch or older revision that somebody looks at now and then.
_MOST_POLICIES = 4

_KNOWN = "SELECT verdict FROM verdicts WHERE head = ? AND base = ? AND policy = ? AND rules = ?"
_KEEP = BY_NAME["verdicts"].insertion.replace("INSERT", "INSERT OR REPLACE", 1)


class KeptVerdicts:
    """The verdicts of one repository that were made by one set of policies and one rule book.

    `policy` and `rules` stand for the two. `usable` says whether the file can be used; where it cannot, that is told
    once by `remark`, nothing is known and nothing is kept.
    """

    def __init__(self, repository: Repository, policy: str, rules: str, remark: Remark) -> None:
        self.usable = True
        self._repository = repository
        self._policy = policy
        self._rules = rules
        self._remark = remark
        self._cleared = False

    def known(self, keys: Iterable[Key], policy: str | None = None) -> dict[Key, str]:
        """The verdicts that are kept of some changes, those of another `policy` where that is given."""
        policy = policy or self._policy

        def look(connection: sqlite3.Connection) -> dict[Key, str]:
            found = ((key, connection.execute(_KNOWN, (*key, policy, self._rules)).fetchone()) for key in keys)
            return {key: row[0] for key, row in found if row}

        return self._use(look) or {}

    def keep(self, verdicts: Mapping[Key, str]) -> None:
        """Adds some verdicts, all of them or none."""

        def store(connection: sqlite3.Connection) -> bool:
            connection.execute("BEGIN IMMEDIATE")
            if not self._cleared:
                self._clear(connection)
            rows = [(*key, self._policy, self._rules, text) for key, text in verdicts.items()]
            connection.executemany(_KEEP, rows)
            connection.execute("COMMIT")
            return True

        if verdicts:
            self._cleared = bool(self._use(store))

    def _clear(self, connection: sqlite3.Connection) -> None:
        """Takes out what would pile up: all that other rules said, and former policies where there are many."""
        connection.execute("DELETE FROM verdicts WHERE rules <> ?", (self._rules,))
        known = connection.execute("SELECT DISTINCT policy FROM verdicts WHERE policy <> ?", (self._policy,)).fetchall()
        if len(known) >= _MOST_POLICIES:
            connection.execute("DELETE FROM verdicts WHERE policy <> ?", (self._policy,))

    def _use(self, work: Question[Answer]) -> Answer | None:
        found = use_file(self._repository, work, self._remark) if self.usable else None
        self.usable = found is not None
        return found
