"""A folder to try things in, which is gone afterwards however this process ends, with whatever still runs there."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sdd.authoring.verification import run_command

_GROUP = "group"
_MOST_KEPT = 1 << 20

# Waits for the end of whoever holds the other end of its standard input, a killed process too, and clears away. It
# makes the folder itself, so that there is no moment in which nobody would.
_KEEPER = f"""
folder=$(mktemp -d "$1/sdd-doctor-XXXXXX") || exit 1
printf %s "$folder"
exec >&-
cat >/dev/null
read -r group <"$folder/{_GROUP}" && kill -9 "-$group"
rm -rf -- "$folder" || {{ sleep 1; rm -rf -- "$folder"; }}
"""


class Ended(NamedTuple):
    """How a command ended: its exit status, None where the time limit ended it, and what it printed."""

    status: int | None
    said: str


@contextmanager
def scratch_folder() -> Iterator[Path | None]:
    """A new folder below the system's temporary one, None where none can be made.

    As long as it lasts all temporary files of this process are made in it, so that they go with it.
    """
    keeper = subprocess.Popen(
        ["sh", "-c", _KEEPER, "sh", tempfile.gettempdir()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # What a terminal sends to stop sdd must not stop whoever clears away after it.
        start_new_session=True,
    )
    assert keeper.stdin and keeper.stdout
    before, made = tempfile.tempdir, ""
    try:
        made = os.fsdecode(keeper.stdout.read())
        tempfile.tempdir = made or before
        yield Path(made) if made else None
    finally:
        tempfile.tempdir = before
        keeper.stdin.close()
        keeper.stdout.close()
        keeper.wait()
        if made:
            shutil.rmtree(made, ignore_errors=True)  # the keeper itself may have been killed


def run_in_scratch(
    scratch: Path, argv: tuple[str, ...], folder: Path, environment: Mapping[str, str], limit: float
) -> Ended:
    """Runs a command in a folder below `scratch` for `limit` seconds at most, with nothing of it left running.

    Raises SddError where it cannot be started.
    """
    said = bytearray()

    def listen(piece: bytes) -> None:
        if len(said) < _MOST_KEPT:
            said.extend(piece)

    group = scratch / _GROUP
    command = f"echo $$ >{shlex.quote(str(group))} && exec {shlex.join(argv)}"
    outcome = run_command(command, folder, limit, listen, environment)
    # Not where that was interrupted: it may have been before anybody knew of the process that was started.
    group.unlink(missing_ok=True)
    return Ended(outcome.status, said.decode("utf-8", "replace"))
