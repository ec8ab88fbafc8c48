"""Finds: what a reader raises at a text, and the words in which that is told."""

import sys
import traceback
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from fuzz.promises import PROMISES
from fuzz.readers import READERS, Take
from sdd.base.errors import SddError

SUBJECTS: Mapping[str, Take] = {**READERS, **PROMISES}
"""Every reader and promise by its name: all that is fuzzed, whatever the engine."""
FOLDER = Path(".fuzz")


def give(take: Take, content: bytes) -> None:
    """Gives a reader one text. Raises whatever it raises that is no SddError."""
    try:
        take(content)
    except SddError:
        return  # it says in one line why it cannot go on


def tell(name: str, content: bytes, what: str) -> None:
    """Keeps the text of a find in a file, and prints what was found and how to try it again."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{'-'.join(name.split())}-{sha256(content).hexdigest()[:8]}"
    file.write_bytes(content)
    print(
        f"\n{name}: {what.rstrip()}\ninput: {content!r}\nagain: python -m fuzz.run --again '{name}' {file}",
        file=sys.stderr,
    )


def raised() -> str:
    """What is being handled, as Python tells it."""
    return traceback.format_exc()
