"""The hook that was there before sdd's, run after it as git would have run it."""

import errno
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path


def run_former(hook: Path, arguments: Sequence[str], data: bytes) -> int:
    """The exit status of a hook with git's arguments and standard input; 0 where git would not have run it."""
    if not os.access(hook, os.X_OK):
        return 0
    try:
        status = subprocess.run([hook, *arguments], input=data, check=False).returncode
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        # Without a first line that names an interpreter git takes it for a shell script.
        status = subprocess.run(["sh", hook, *arguments], input=data, check=False).returncode
    return status if status >= 0 else 128 - status
