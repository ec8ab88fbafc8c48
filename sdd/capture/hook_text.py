"""What an agent's hook file says with sdd's entries, and without them."""

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from sdd.capture.hook_place import HookPlace
from sdd.records.hook_files import HOOK_FILES, HookFile, read_hooks, shared_line, without_entries
from sdd.records.jsonc import changed, comments
from sdd.records.packaged import template

MARKS = (b"capture event", b'"capture", "event"')
"""What one of is in every file that holds sdd's hooks: the words of their line, or of the plugin's list of them."""


def line_of(agent: str, *, shared: bool) -> str:
    """An agent's hook line, `shared` or a user's own: that has sdd's path, since an agent's PATH may be short."""
    if shared:
        return shared_line(agent)
    beside = Path(sys.executable).with_name("sdd")
    program = str(beside) if os.access(beside, os.X_OK) else shutil.which("sdd")
    words = [program] if program else [sys.executable, "-P", "-m", "sdd"]
    return shlex.join([*words, "capture", "event", agent])


def holds(file: HookFile, content: bytes, line: str) -> bool:
    """Whether a hook file runs a line of sdd's."""
    if file.template:
        return b"capture" in content and b'"event"' in content
    try:
        document = read_hooks(content, comments=file.comments)
    except ValueError:
        return False
    return without_entries(document, file, line) != document


def lines_in(document: dict[str, Any], agent: str) -> frozenset[str]:
    """The lines in an agent's hook file that run sdd for it, whichever sdd wrote them."""
    file = HOOK_FILES[agent]
    section = document.get(file.section)
    listed = section.values() if isinstance(section, dict) else ()
    return frozenset(word for word in _texts([*listed]) if word.endswith(f"capture event {agent}"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)


def without_others(document: dict[str, Any], agent: str, line: str = "") -> dict[str, Any]:
    """A document without sdd's entries, but those of a line."""
    for other in sorted(lines_in(document, agent) - {line}):
        document = without_entries(document, HOOK_FILES[agent], other)
    return document


def without_any(content: bytes | None, agent: str, place: HookPlace) -> bytes | None:
    """What a hook file holds without sdd's entries, None where it then holds nothing."""
    file = HOOK_FILES[agent]
    if content is None or file.template:
        return None
    document = place.document(content)
    left = without_others(document, agent)
    if left == document:
        return content
    return None if left in ({}, file.base) else json_text(left, content, place, file)


def plugin_text(file: HookFile, line: str, *, shared: bool) -> bytes:
    """The plugin of an agent whose hooks are a program: what it starts is that of the line, unless it is `shared`."""
    text = template(file.template)
    return (text if shared else text.replace('["sdd"', f"[{json.dumps(shlex.split(line)[0])}")).encode()


def json_text(document: dict[str, Any], before: bytes | None, place: HookPlace, file: HookFile) -> bytes:
    """A document as JSON, indented as the file was, with the comments that it held."""
    match = re.search(rb"\n([ \t]+)\S", before or b"")
    indent = match[1].decode() if match else "  "
    if before and file.comments and comments(before.decode()):
        return changed(before.decode(), place.document(before), document, indent).encode()
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        text = json.dumps(document, indent=indent)  # half a character can only be escaped
    return (text + "\n").encode()


def digest(content: bytes) -> str:
    """What stands for a hook file's content in a receipt."""
    return sha256(content).hexdigest()
