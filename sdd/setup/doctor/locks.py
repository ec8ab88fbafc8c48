"""Who holds a lock on a file, as far as the system tells."""

import os
from pathlib import Path

LOCKS, _PROCESSES = Path("/proc/locks"), Path("/proc")

# The bytes that SQLite locks, far behind the content of most files (its documentation, "File Locking").
_FIRST_BYTE, _LAST_BYTE = 0x40000000, 0x40000000 + 511
_LONGEST = 60


def holders(file: Path) -> tuple[str, ...]:
    """The processes that hold SQLite's locks on a file, each as `process 123 (its command)`.

    Empty where the system does not tell: only Linux does, and only of processes that are visible from here.
    """
    try:
        inode = str(file.stat().st_ino)
        listed = LOCKS.read_text().splitlines()
    except OSError:
        return ()
    processes = {}
    for line in listed:
        # 1: POSIX ADVISORY WRITE 2172 fe:00:2149361 1073741825 1073741825 (one that still waits has an arrow as well)
        words = line.split()
        if len(words) != 8 or words[5].rpartition(":")[2] != inode or not words[6].isdigit():
            continue
        if _FIRST_BYTE <= int(words[6]) <= _LAST_BYTE and words[4] != str(os.getpid()):
            processes[words[4]] = _named(words[4])
    return tuple(processes.values())


def _named(process: str) -> str:
    try:
        words = (_PROCESSES / process / "cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ")
    except OSError:
        return f"process {process}"
    command = os.fsdecode(words)
    return f"process {process} ({command[:_LONGEST]}{'...' if len(command) > _LONGEST else ''})"
