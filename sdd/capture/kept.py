"""What capture keeps in files of JSON: one value of a frozen class a file, for the user's eyes alone."""

import json
from collections.abc import Callable
from dataclasses import is_dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from sdd.repo.worktree import write_whole

Value = TypeVar("Value")

OWN_ONLY = 0o600
"""The mode of a file that the user alone may read and write."""


def keep(value: object, file: Path) -> None:
    """Writes a value in the place of what was kept before, whole or not at all. Raises SddError where it cannot be."""
    write_whole(file, json.dumps(vars(value), ensure_ascii=True, default=vars).encode(), OWN_ONLY, replace=True)


def kept(kind: type[Value], file: Path) -> Value | None:
    """The value that `keep` wrote, without fields that this version does not know; None where there is none."""
    read: Callable[[Any], Value] = _reader(cast("Any", kind))
    try:
        return read(json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of a type out of what JSON holds for it."""
    if get_origin(kind) is tuple:
        item = _reader(get_args(kind)[0])
        return lambda values: tuple(map(item, values))
    if is_dataclass(kind):
        make = cast("Callable[..., Any]", kind)
        fields = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
        return lambda said: make(**{name: fields[name](each) for name, each in said.items() if name in fields})
    if isinstance(kind, type) and issubclass(kind, tuple):
        return lambda values: kind(*values)
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else lambda value: value
