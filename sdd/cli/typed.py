"""What is typed on a command line, read from where the command works: paths, filters of rows, a word left out."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.cli.printing import can_ask

if TYPE_CHECKING:
    from sdd.cli.session import Session
    from sdd.index.search import RowFilter

_NAMED = "name files or folders of the tree that is read"


def below_top(session: "Session", path: str) -> str:
    """A path as typed or as git quotes it, relative to where the command works, as one from the top. What sdd prints is
    from the top already: so is a path that only the top has.
    """
    # git tells its top without links; the last name may be a link that is meant itself.
    place, top = session.directory.resolve(), session.repository.work_tree
    if top and not os.path.lexists(place / path) and os.path.lexists(top / path):
        place = top
    if not os.path.lexists(place / path):
        path = paths.from_text(path) or path
    typed = Path(os.path.normpath(place / path))
    full = typed.parent.resolve() / typed.name
    return Path(os.path.relpath(full, top or place)).as_posix()


def typed_paths(session: "Session", typed: Iterable[str], fix: str = _NAMED) -> tuple[str, ...]:
    """Paths as typed, from the top; none for all. Raises UsageError, with this fix, for one that the tree lacks."""
    below = {below_top(session, path): path for path in typed}
    for path, written in below.items():
        if path != "." and path not in session.tree:
            raise UsageError(f"{written} is not there", fix)
    return () if "." in below else tuple(below)


def row_filter(session: "Session", asked: Mapping[str, Any]) -> "RowFilter":
    """The options of a command as the index understands them. Raises UsageError for an unknown feature."""
    from sdd.index.search import RowFilter

    said = {name: value for name, value in asked.items() if name in RowFilter._fields and value}
    if written := said.get("feature"):
        from sdd.cli.chosen import feature_name  # only who asks for a feature waits for what knows records

        said["feature"] = session.ask(lambda index: feature_name(index, written))
    if file := said.get("file"):
        said["file"] = below_top(session, file)
    return RowFilter(**said)


def require_asking(session: "Session", word: str) -> None:
    """Raises UsageError for a missing `word` where nobody can be asked: no terminal, CI, a program at work."""
    if session.as_json or session.has_input or not can_ask():
        fix = f'{click.get_current_context().command_path} "{word}"; what this change needs: sdd status'
        raise UsageError(f"Missing argument '{word}'.", fix)
