"""From the inbox to exchanges: every payload is read once, and kept raw where no agent's reader understands it."""

import json
import math
import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sdd.base.errors import SddError
from sdd.base.regex import regex
from sdd.capture.agents import sender
from sdd.capture.agents.values import read_json
from sdd.capture.catching_up import catch_up
from sdd.capture.events import Event
from sdd.capture.forgetting import forget_silent
from sdd.capture.kept import OWN_ONLY
from sdd.capture.receiving import inboxes, waiting
from sdd.capture.recording import Recorder
from sdd.capture.store import UNREAD, Store
from sdd.repo.locks import sweep
from sdd.repo.worktree import write_whole

_AT_ONCE = 200
_STAMP, _SEEN, _MOST_SEEN = "timestamp", "seen", 2000
_MOST_UNREAD = 200
_UNFINISHED_AFTER = 3600.0
# A letter of ASCII but the quotation mark and the backslash.
_ESCAPED = regex(r"\\u00(2[013-9a-f]|[346][0-9a-f]|5[0-9abd-f]|7[0-9a-e])", re.IGNORECASE)


def drain(store: Store, *, for_commit: bool = False, wait: float | None = None) -> None:
    """Reads what came since the last time. `for_commit` also looks at what shell commands changed that still run,
    and at what transcripts tell beside the hooks.

    Raises SddError where another process takes longer than `wait` seconds over the same.
    """
    if waiting(store.common_dir) or (for_commit and store.folder.is_dir()):
        with store.lock(wait):
            recorder = _drain(store)
            if for_commit:
                recorder.note_running_shells()
                catch_up(recorder, time.time())


def unread(store: Store) -> tuple[Path, ...]:
    """The payloads that were kept raw, the earliest first."""
    return tuple(sorted((store.folder / UNREAD).glob("[!.]*")))


def _drain(store: Store) -> Recorder:
    """Reads the inbox; the caller holds the lock. A payload goes once what it says is kept."""
    for inbox in inboxes(store.common_dir):
        sweep(Path(inbox), ".*", _UNFINISHED_AFTER)
    recorder = Recorder(store)
    while files := [*map(Path, waiting(store.common_dir)[:_AT_ONCE])]:
        events: list[Event] = []
        seen = _seen(store)
        for file in files:
            events += _read(recorder, file, seen)
        try:
            recorder.record(events)
        except SddError:
            raise
        except Exception:  # one payload that sdd stumbles over must not hold up all others
            _record_singly(recorder, files)
        if seen:
            write_whole(store.folder / _SEEN, "\n".join([*seen][-_MOST_SEEN:]).encode(), OWN_ONLY, replace=True)
        for file in files:
            file.unlink(missing_ok=True)
        recorder = Recorder(store)
    forget_silent(store)
    return recorder


def _record_singly(recorder: Recorder, files: Sequence[Path]) -> None:
    for file in files:
        try:
            recorder.record(_read(recorder, file, {}))
        except SddError:
            raise
        except Exception:
            _set_aside(recorder, file, *_content(file))


def _seen(store: Store) -> dict[str, None]:
    """The digests of the last payloads that carried a time of their own: one that comes again says nothing new."""
    with suppress(OSError):
        return dict.fromkeys((store.folder / _SEEN).read_text("ascii", "replace").split())
    return {}


def _read(recorder: Recorder, file: Path, seen: dict[str, None]) -> tuple[Event, ...]:
    """The events of a payload, none of one that was `seen`. One that no reader understands is set aside."""
    cwd, data = _content(file)
    arrived = arrival(file)
    try:
        payload = read_json(data)
        if _STAMP in payload:
            digest = sha256(data).hexdigest()[:16]
            if digest in seen:
                return ()
            seen[digest] = None
        if not (agent := sender(payload)):
            raise ValueError("no known agent sends this")
        return tuple(_placed(event, cwd, arrived) for event in agent.read(payload, arrived))
    except Exception:  # whatever a payload holds, it is kept
        _set_aside(recorder, file, cwd, data)
        return ()


def _content(file: Path) -> tuple[str, bytes]:
    """The folder that the hook ran in, and the payload."""
    with suppress(OSError):
        cwd, _, data = file.read_bytes().partition(b"\0")
        return os.fsdecode(cwd), data
    return "", b""


def arrival(file: Path) -> float:
    """When a payload came, in seconds since 1970; 0 where its file's name does not tell."""
    written = file.name.partition("-")[0]
    return int(written) / 1e9 if written.isdigit() and len(written) < 20 else 0.0


def _placed(event: Event, cwd: str, arrived: float) -> Event:
    """An event with a folder and a time that can be used, where the agent told none."""
    is_told = math.isfinite(event.time) and event.time > 0
    return replace(event, cwd=event.cwd or cwd, time=event.time if is_told else arrived)


def _readable(data: bytes) -> str:
    """A payload in which a secret shows: without the escapes that JSON may write in the place of plain letters."""
    text = data.decode(json.detect_encoding(data), "replace").replace("\\/", "/")
    return _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text)


def _set_aside(recorder: Recorder, file: Path, cwd: str, data: bytes) -> None:
    """Keeps a payload raw but for its secrets, and the newest of these only."""
    folder = recorder.store.folder / UNREAD
    folder.mkdir(mode=0o700, exist_ok=True)
    text = recorder.redacted(_readable(data), cwd)
    write_whole(folder / file.name, text.encode("utf-8", "replace"), OWN_ONLY, replace=True)
    for old in unread(recorder.store)[:-_MOST_UNREAD]:
        old.unlink(missing_ok=True)
