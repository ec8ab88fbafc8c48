"""What an actor may change without a record: the pins that the policy gives to it, told by the forge who acts."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from sdd.base import paths
from sdd.gate.change import ChangeView
from sdd.gate.cover.patterns import patterns
from sdd.gate.target.actors import Actors
from sdd.repo.changes import differences
from sdd.repo.folders import Pair
from sdd.repo.history import first_parents

LINES = 300
"""How many lines an actor may change in its files, in one landing."""

_Piece = Mapping[str, Pair]
"""Path -> what a landing made of it."""


class ActorFiles:
    """The files of a change that are an actor's."""

    def __init__(self, view: ChangeView, actors: Actors) -> None:
        self._view = view
        self._actors = actors

    @cached_property
    def by_path(self) -> Mapping[str, str]:
        """Path -> the login whose it is. Each landing that touches the path has to be that actor's."""
        owners: dict[str, set[str]] = {}
        for login, piece in self._landings():
            own = self._own(login, piece) if login else frozenset()
            for path in piece:
                owners.setdefault(path, set()).add(login if path in own else "")
        return {path: next(iter(logins)) for path, logins in owners.items() if len(logins) == 1 and all(logins)}

    def _landings(self) -> Iterator[tuple[str, _Piece]]:
        """(login, what it changed) of each landing of the change; an empty login where nobody is told."""
        change = self._view.change
        if self._actors.login:
            yield self._actors.login, {changed.path: changed.pair for changed in change.paths}
            return
        if not self._actors.landings or len(change.forks) != 1:
            return
        line = first_parents(self._view.repository, change.forks[0], change.head)
        for before, after in line:
            yield self._actors.landings.get(after, ""), differences(self._view.repository, before, after)

    def _own(self, login: str, piece: _Piece) -> frozenset[str]:
        """The files of a landing that are the actor's: none where they are too many lines together."""
        from sdd.gate.cover.pins import only_updates_pins  # few landings are an actor's

        given = ((path, pair) for path, pair in piece.items() if self._is_given(login, path))
        own = {path: pair for path, pair in given if only_updates_pins(self._view.repository, path, pair)}
        return frozenset(own) if sum(self._view.count_lines([*own.values()])) <= LINES else frozenset()

    def _is_given(self, login: str, path: str) -> bool:
        root = self._view.root_of(path)
        given = self._view.policy(root).actors.get(login, ()) if root is not None else ()
        return bool(given) and patterns(given).match_file(paths.relative(root or "", path))
