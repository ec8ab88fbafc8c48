"""A command at a pseudo terminal, with somebody who answers its questions."""

import os
import pty
import select
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PAUSE, _PAUSES = 1.0, 60
CTRL_C = "\x03"


def at_terminal(folder: Path, arguments: Sequence[str], answers: Sequence[str]) -> tuple[int, str]:
    """The exit status of an `sdd` command and what the terminal shows. Each answer is typed once a question waits."""
    process, terminal = pty.fork()
    if not process:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "sdd", *arguments])
    shown, waiting, pauses = b"", [*answers], 0
    while pauses < _PAUSES:
        if not select.select([terminal], [], [], _PAUSE)[0]:
            pauses += 1
            # Python may miss a signal just before it waits for a line. Once it says that it stopped it has not: another
            # one would kill what takes long to end.
            if answers[-1:] == [CTRL_C] and not waiting and b"sdd: stopped" not in shown:
                os.write(terminal, CTRL_C.encode())
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the process has ended
            break
        shown += piece
        if waiting and shown.endswith(b": "):
            answer = waiting.pop(0)
            os.write(terminal, answer.encode() if answer == CTRL_C else f"{answer}\n".encode())
        if not piece:
            break
    else:
        os.kill(process, signal.SIGKILL)
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert not waiting, shown
    return status, shown.decode().replace("\r\n", "\n")
