"""Which files of a change need no records, and why: by the policy, as an actor's, or as a tool's own text."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.gate.change import ChangeView
from sdd.gate.cover.patterns import patterns
from sdd.gate.target.actors import Actors
from sdd.records.layout import other_tool
from sdd.records.packaged import (
    ALL_PLACES,
    ATTRIBUTES_PATH,
    is_current_text,
    is_own_text,
    is_released_text,
    may_be_released,
    template,
)
from sdd.repo.changes import PathChange, differences
from sdd.repo.folders import Pair, is_run
from sdd.repo.history import first_parents
from sdd.repo.objects import EXECUTABLE, Entry

# So few that they fit into memory even where all of them are large.
_READ_AT_ONCE = 20

ACTOR_LINES = 300
"""How many lines an actor may change in its files, in one landing."""

_Piece = Mapping[str, Pair]
"""Path -> what a landing made of it."""


class Exemptions:
    """Why files of a change need no records."""

    def __init__(self, view: ChangeView) -> None:
        self._view = view
        self.actor_files = ActorFiles(view, view.actors)

    def reason(self, changed: PathChange) -> str | None:
        """Why a file that is no record needs none; None where it does."""
        root = self._view.root_of(changed.path)
        if root is None:
            return "under no root"
        if self._view.adopting:
            return "older than sdd"
        if by_name := self._by_name.get(changed.path):
            return by_name
        if actor := self.actor_files.by_path.get(changed.path):
            return f"{actor}'s"
        is_link = changed.after is not None and not changed.after.is_file
        if is_link and self._view.after(root).shows_agent_file(changed.path):
            return "shows another agent file"
        if is_sdds_own(self._view, root, changed):
            return "sdd's own text"
        if is_hook_entry(self._view, root, changed):
            return "capture's hooks"
        return "spec-kit's own text" if is_spec_kits_own(self._view, root, changed) else None

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """Path -> why its name is exempt; without what can be run or is no file, whose name says nothing about it."""
        reasons: dict[str, str] = {}
        sides: list[tuple[str, Entry]] = []
        for changed in self._view.change.paths:
            own = _sides(changed)
            is_text = all(side.is_file and side.mode != EXECUTABLE for side in own)
            reason = self._reason_by_name(changed.path) if is_text else None
            if reason and changed.path not in self._view.records:
                reasons[changed.path] = reason
                sides += [(changed.path, side) for side in own]
        for start in range(0, len(sides), _READ_AT_ONCE):
            some = sides[start : start + _READ_AT_ONCE]
            contents = self._view.repository.beginnings([side.oid for _, side in some])
            for (path, _), content in zip(some, contents, strict=True):
                if is_run(content):
                    reasons.pop(path, None)
        return reasons

    def _reason_by_name(self, path: str) -> str | None:
        root = self._view.root_of(path)
        if root is None:
            return None
        if patterns(self._view.policy(root).exemptions).match_file(paths.relative(root, path)):
            return "policy"
        tool = other_tool(path) if path.endswith(".md") else ""
        return f"of {tool}" if tool else None


class ActorFiles:
    """The files of a change that are an actor's."""

    def __init__(self, view: ChangeView, actors: Actors) -> None:
        self._view = view
        self._actors = actors

    @cached_property
    def by_path(self) -> Mapping[str, str]:
        """Path -> the login whose it is. Each landing that touches the path has to be that actor's."""
        landings = ((login, piece, self._own(login, piece)) for login, piece in self._landings())
        owners = grouped((path, login if path in own else "") for login, piece, own in landings for path in piece)
        return {path: logins[0] for path, logins in owners.items() if len({*logins}) == 1 and all(logins)}

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
        """The files of a landing that are the actor's: none where they are too many lines together, or nobody acts."""
        if not login:
            return frozenset()
        from sdd.gate.cover.pins import only_updates_pins  # few landings are an actor's

        given = ((path, pair) for path, pair in piece.items() if self._is_given(login, path))
        own = {path: pair for path, pair in given if only_updates_pins(self._view.repository, path, pair)}
        return frozenset(own) if sum(self._view.count_lines([*own.values()])) <= ACTOR_LINES else frozenset()

    def _is_given(self, login: str, path: str) -> bool:
        root = self._view.root_of(path)
        given = self._view.policy(root).actors.get(login, ()) if root is not None else ()
        return bool(given) and patterns(given).match_file(paths.relative(root or "", path))


def _sides(changed: PathChange) -> Sequence[Entry]:
    """What a path holds, and what it held: its head alone where only the mode has changed."""
    before, after = changed.landed, changed.after
    if before and after and before.oid == after.oid:
        return (after,)
    return [side for side in (before, after) if side]


def is_sdds_own(view: ChangeView, root: str, changed: PathChange) -> bool:
    """Whether a file below `root`, or below a root that head adds, is exactly what this `sdd init` writes there, or
    some sdd wrote there before its removal.
    """
    new = [added for added in view.new_roots if paths.is_below(changed.path, added)]
    own = max(new, key=len, default=root)
    path = paths.relative(own, changed.path)
    if path.endswith(f"/{ATTRIBUTES_PATH}"):  # where the layout has the history
        path = view.after(own).layout.canonical(path)
    entry = changed.after or changed.landed
    is_ours = is_current_text if changed.after else is_own_text
    is_file = entry is not None and entry.is_file and path in ALL_PLACES
    return bool(entry and is_file and is_ours(path, view.reader.content(entry)))


def is_hook_entry(view: ChangeView, root: str, changed: PathChange) -> bool:
    """Whether an agent's hook file below `root` changed by nothing but what capture adds, or takes away."""
    path = paths.relative(root, changed.path)
    if not path.startswith("."):
        return False
    from sdd.records.hook_files import PLUGINS, SHARED, is_own_change  # few changes touch them

    if path not in SHARED and path not in PLUGINS:
        return False
    sides = (changed.landed, changed.after)
    if any(side and not side.is_file for side in sides):
        return False
    before, after = (view.reader.content(side) if side else b"" for side in sides)
    if path in PLUGINS:
        return {before, after} == {b"", template(PLUGINS[path]).encode()}
    return is_own_change(path, before, after)


def is_spec_kits_own(view: ChangeView, root: str, changed: PathChange) -> bool:
    """Whether a file below `root` is exactly what some release of spec-kit installs there."""
    path = paths.relative(root, changed.path)
    entry = changed.after or changed.landed
    is_file = entry is not None and entry.is_file and may_be_released(path)
    return bool(entry and is_file and is_released_text(path, view.reader.content(entry)))
