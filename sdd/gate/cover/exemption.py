"""Which files of a change need no records, and why."""

from collections.abc import Sequence
from functools import cached_property

from sdd.base import paths
from sdd.gate.change import ChangeView
from sdd.gate.cover.actors import ActorFiles
from sdd.gate.cover.patterns import patterns
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
from sdd.repo.changes import PathChange
from sdd.repo.folders import is_run
from sdd.repo.objects import EXECUTABLE, Entry

# So few that they fit into memory even where all of them are large.
_READ_AT_ONCE = 20


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
