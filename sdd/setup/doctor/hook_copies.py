"""The hooks of a repository put onto the stage, where nothing that they do to what lies around them does harm."""

import os
import shlex
import shutil
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from sdd.setup.doctor.place import Place
from sdd.setup.doctor.stage import Stage

# Folders of hooks hold a few small files. What is more, or larger, is none of those.
_MOST_FILES, _MOST_BYTES, _MOST_DEPTH = 200, 1 << 20, 2

# In braces, so that it is read as a whole: programs that look after hooks write to their folder while one runs.
_WATCHER = '#!/bin/sh\n{{ {hook} "$@"; status=$?; echo "$status" >{note}; exit "$status"; }}\n'


def linked_hook(scratch: Path, hook: Path) -> Path:
    """A link to a hook in a folder of its own: the real file, which finds nothing of what lies beside it."""
    place = scratch / "hooks" / hook.name
    place.parent.mkdir()
    place.symlink_to(hook)
    return place


def copied_hook(scratch: Path, stage: Stage, place: Place, hook: Path) -> Path:
    """A copy of a hook, with copies of what lies beside it, at the place that it would have on the stage."""
    top = place.repository.work_tree
    assert top, "a bare repository pushes nothing"
    folder = hook.parent.resolve()
    if folder == (place.repository.common_dir / "hooks").resolve():
        to = stage.here / ".git" / "hooks"
    elif folder.is_relative_to(top.resolve()):
        to = stage.here / folder.relative_to(top.resolve())
        if to.parent != stage.here:  # husky's hooks call the script of the same name one folder up
            _copy(folder.parent.iterdir(), folder.parent, to.parent)
    else:
        to = scratch / "hooks"
    _copy(chain([folder / hook.name], _below(folder)), folder, to)
    return to / hook.name


def watcher(scratch: Path, hook: Path, note: Path) -> Path:
    """A folder with a hook that runs another one and notes its exit status, which git itself tells nobody."""
    place = scratch / "watcher" / hook.name
    place.parent.mkdir(exist_ok=True)
    place.write_text(_WATCHER.format(hook=shlex.quote(str(hook)), note=shlex.quote(str(note))))
    place.chmod(0o755)
    return place.parent


def _copy(files: Iterator[Path], folder: Path, to: Path) -> None:
    """Copies small files of a folder, with the folders that they stand in; not more of them than hooks can be."""
    small = (file for file in files if file.is_file() and file.stat().st_size <= _MOST_BYTES)
    for file in islice(small, _MOST_FILES):
        place = to / file.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)


def _below(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it, the nearest first."""
    for place, folders, files in os.walk(folder):
        yield from (Path(place, name) for name in files)
        if len(Path(place).relative_to(folder).parts) == _MOST_DEPTH:
            folders.clear()
