"""The hook's own part: keeps what an agent says on standard input, and lets the rest be done detached.

The agent waits for this, so it prints nothing, fails in silence, starts no program and imports next to nothing:
`make bench` sets its cost against Python's own.
"""

import os
import select
import sys
import time
from collections.abc import Iterator

from sdd.capture.places import Place, captures, place_of, state_of

FOLDER = "sdd/capture"
"""Where capture keeps what it keeps, below git's common folder."""

INBOX = "inbox"
"""The folder of payloads that are not read yet, wherever it is."""

_MOST_BYTES = 256 * 1024 * 1024
_PIECE = 1024 * 1024
_FOLDER_KEY, _LONGEST_FOLDER = b'"cwd"', 8192
# An agent that leaves its end of the pipe open has said all that it will say after so many seconds.
_PATIENCE = 2.0
# One that goes on and on has said what counts after so many.
_LONGEST = 8.0
_MOST_FOLDERS = 32
_GATHERING = 1.0
_MOST_OPEN = 4096
# What another git handed down would lead the reader to another repository.
_OF_ANOTHER_GIT = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
)  # fmt: skip


def inboxes(common_dir: str) -> list[str]:
    """The inboxes of a repository: its own, and one in the user's folder for what that one cannot take.

    A file is named TIME-PROCESS-NUMBER.WORD, the time in nanoseconds. It holds the folder that the hook ran in, a NUL,
    and the payload as it came.
    """
    state, name = state_of(common_dir), common_dir.replace("%", "%25").replace("/", "%2F")
    return [os.path.join(common_dir, FOLDER, INBOX), *([os.path.join(state, INBOX, name)] if state else ())]


def waiting(common_dir: str) -> list[str]:
    """The payloads of a repository that are not read yet, the earliest first."""
    found = [os.path.join(folder, name) for folder in inboxes(common_dir) for name in _names(folder)]
    return sorted(found, key=os.path.basename)


def _names(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if not name.startswith(".")]
    except OSError:
        return []


def receive(word: str) -> None:
    """Keeps what the agent `word` says on standard input where it counts, and has it read. Never raises or prints."""
    try:
        arrived = time.time_ns()
        place = _place_for(data := _standard_input())
        if data and place:
            _keep(place, data, arrived, word)
            _read_detached(place)
    except Exception:  # noqa: S110  # an agent is at the other end: whatever is wrong here is none of its business
        pass


def _standard_input() -> bytearray:
    data = bytearray()
    if sys.stdin is None or os.isatty(0):
        return data
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end and select.select([0], [], [], _PATIENCE)[0] and (piece := os.read(0, _PIECE)):
        if len(data) < _MOST_BYTES:
            data += piece
    return data


def _place_for(data: bytearray) -> Place | None:
    """The work tree that a payload counts for: of the folders it names, else our own, one that captures."""
    places = (place_of(folder) for folder in _folders(data))
    return next((place for place in places if place and captures(place)), None)


def _folders(data: bytearray) -> Iterator[str]:
    payload = _payload(data)
    named: list[object] = []
    for key in ("cwd", "workspace_roots", "workspacePaths"):
        value = payload.get(key)
        named += value if isinstance(value, list) else [value]
    folders = [folder for folder in named if isinstance(folder, str) and os.path.isabs(folder) and "\0" not in folder]
    yield from folders[:_MOST_FOLDERS] or [_own_folder()]


def _payload(data: bytearray) -> dict[str, object]:
    """A payload, empty where it is no object; of a large one only the folder that its beginning or its end names."""
    import json

    try:
        if len(data) <= _PIECE:
            payload = json.loads(data.decode("utf-8-sig", "replace"), strict=False)
            return payload if isinstance(payload, dict) else {}
        for start in (0, len(data) - _PIECE):
            # Inside a text its quotes would be escaped.
            at = data.find(_FOLDER_KEY, start, start + _PIECE)
            if at >= 0:
                text = data[at + len(_FOLDER_KEY) : at + _LONGEST_FOLDER].decode("utf-8", "replace")
                return {"cwd": json.JSONDecoder().raw_decode(text.lstrip(" \t\r\n:"))[0]}
    except (ValueError, RecursionError):
        pass
    return {}


def _own_folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return "/"


def _keep(place: Place, data: bytearray, arrived: int, word: str) -> None:
    """Puts a payload into an inbox. Raises OSError where none can take it."""
    own, *others = inboxes(place.common_dir)
    try:
        _put(own, data, arrived, word)
    except OSError:  # a folder that cannot be written, a full disk
        for spool in others:
            _put(spool, data, arrived, word)


def _put(folder: str, data: bytearray, arrived: int, word: str) -> None:
    """Puts a payload into a folder, where it appears whole."""
    if not os.path.isdir(folder):
        os.makedirs(folder, 0o700, exist_ok=True)
        for made in (os.path.dirname(folder), folder):
            os.chmod(made, 0o700)
    word = "".join(letter for letter in word[:32] if letter.isascii() and letter.isalnum()) or "unknown"
    name = f"{arrived}-{os.getpid()}-0.{word}"
    spare = os.path.join(folder, f".{name}")
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        for part in (os.fsencode(_own_folder()) + b"\0", data):
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(handle, rest) :]
        os.rename(spare, os.path.join(folder, name))
    except OSError:
        os.unlink(spare)
        raise
    finally:
        os.close(handle)


def _read_detached(place: Place) -> None:
    """Reads the inbox in a process of its own. It waits a moment for more: imports cost more than reading."""
    if os.fork():
        return
    try:
        import fcntl

        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nowhere, number)
        os.closerange(3, _MOST_OPEN)
        os.chdir("/")
        os.nice(5)
        for name in _OF_ANOTHER_GIT:
            os.environ.pop(name, None)
        folder = os.path.join(place.common_dir, FOLDER)
        gathering = os.open(os.path.join(folder, "waiting"), os.O_RDWR | os.O_CREAT, 0o600)
        # Raises where another one gathers already: that reads this payload too.
        fcntl.flock(gathering, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(_GATHERING)
        os.close(gathering)
        if waiting(place.common_dir):
            from pathlib import Path

            from sdd.capture.draining import drain
            from sdd.capture.store import Store

            drain(Store(Path(place.common_dir)))
    finally:
        os._exit(0)
