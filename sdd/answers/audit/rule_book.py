"""What stands for everything of sdd that a verdict may depend on: the rules, the readers, and what they are made of."""

import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

from sdd import __version__
from sdd.records.packaged import template_folder

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# What reads Markdown, front matter and patterns for sdd.
_READERS = ("markdown-it-py", "PyYAML", "pathspec")


@cache
def rules_version() -> str:
    """A digest that changes whenever a verdict might: 32 hexadecimal digits.

    It is made of all of sdd's own sources and templates, so that nobody has to say which of them judge, and of the
    versions of what they rest on. A process that asks for several verdicts reads them once: it goes on with what it
    has imported.
    """
    said = blake2b(digest_size=16)
    said.update(repr((__version__, sys.version_info[:3], [_version(name) for name in _READERS])).encode())
    for place in (files("sdd"), template_folder()):
        for name, content in _sources(place, ""):
            said.update(f"\0{name}\0{len(content)}\0".encode())
            said.update(content)
    return said.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _sources(folder: "Traversable", below: str) -> Iterator[tuple[str, bytes]]:
    """(path, content) of every file below a folder but for what Python compiled, in the order of names."""
    for entry in sorted(folder.iterdir(), key=lambda file: file.name):
        if entry.is_file():
            yield f"{below}{entry.name}", entry.read_bytes()
        elif entry.name != "__pycache__":
            yield from _sources(entry, f"{below}{entry.name}/")
