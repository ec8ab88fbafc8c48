"""The texts of the hooks, and how sdd recognises them."""

import hashlib
import os
import shlex
from contextlib import suppress

PRE_PUSH, PRE_RECEIVE, PRE_COMMIT = "pre-push", "pre-receive", "pre-commit"

_HEAD = b"#!/bin/sh\n# sdd-hook "

_PRE_PUSH = r"""# Written by: sdd hook install. Taken out by: sdd hook uninstall, which refuses once this was edited.
python={python}

# Only sdd reads what git says. After a pass it hands that on to the hook that was there before, which may upload.
# A verdict counts only where a program says that it is sdd, on a stream of its own: any other could end with 0.
set -- gate --pre-push "$1" "$2" --then "${{0%/*}}/pre-push.before-sdd"
status=1
if [ -x "$python" ]; then
  exec 4>&1
  told=$("$python" -P -m sdd "$@" --identify 3 3>&1 >&4 4>&-)
  status=$?
  case $told in
    "sdd "[0-9]*) exit $status ;;
  esac
fi
# What ends with 0 and is not sdd may have read what git says: then there is nothing left to judge.
case $status$(sdd gate --help </dev/null 2>/dev/null) in
  [1-9]*"Usage: sdd gate "*) exec sdd "$@" ;;
esac
printf 'sdd: %s\n' "push refused: sdd cannot be run, so nothing can be judged" \
  "it was installed with $python, and there is none on PATH" \
  "fix it: install sdd again, then run in this repository: sdd hook install" >&2
exit 3
"""

_PRE_RECEIVE = r"""# Written by: sdd hook install --server. Taken out by: sdd hook uninstall, unless it was edited.
python={python}
timeout={timeout}

# Only sdd reads what git says. After a pass it hands that on to the hook that was there before.
# The interpreter is asked for a verdict only if it says that it has sdd. What a client sends in variables of Python's
# counts for nothing, and nothing is looked for on PATH.
set -- gate --pre-receive --timeout "$timeout" --then "${{0%/*}}/pre-receive.before-sdd"
case $("$python" -E -P -c 'import sdd; print("sdd", sdd.__version__)' </dev/null 2>/dev/null) in
  "sdd "[0-9]*) exec "$python" -E -P -m sdd "$@" ;;
esac
printf 'sdd: %s\n' "push refused: sdd cannot be run on the server, so nothing can be judged" \
  "the hook was installed with $python" \
  "who runs the server fixes it: install sdd again, then run in this repository: sdd hook install --server" >&2
exit 3
"""

_PRE_COMMIT = r"""# Written by: sdd capture install. Taken out by: sdd capture uninstall, unless it was edited.
python={python}

# The hook that was there before goes first: what it refuses is no commit. sdd itself never stops one.
former="${{0%/*}}/pre-commit.before-sdd"
if [ -x "$former" ]; then
  "$former" "$@" || exit $?
fi
set -- capture commit --pre-commit
if [ -x "$python" ] && "$python" -P -m sdd "$@"; then exit 0; fi
if command -v sdd >/dev/null && sdd "$@"; then exit 0; fi
printf 'sdd: %s\n' "no prompt is recorded with this commit: sdd cannot be run" \
  "it was installed with $python, and there is none on PATH" \
  "fix it: install sdd again, then run in this repository: sdd capture install" >&2
exit 0
"""


def hook_script(interpreter: str, timeout: int | None = None, name: str = PRE_PUSH) -> bytes:
    """The hook of a name that runs sdd with `interpreter` (a path), and the former hook beside it.

    It is the server's hook where there is a `timeout`, the seconds within which it has to judge.
    """
    text = _PRE_RECEIVE if timeout else _PRE_COMMIT if name == PRE_COMMIT else _PRE_PUSH
    quoted = "'" + interpreter.replace("'", "'\\''") + "'"
    return _marked(os.fsencode(text.format(python=quoted, timeout=timeout)))


def former_name(hook: str) -> str:
    """The name beside a hook under which the hook that was there before is kept."""
    return f"{hook}.before-sdd"


def is_own_hook(content: bytes) -> bool:
    """Whether a hook was written by sdd, of whatever version."""
    return content.startswith(_HEAD)


def is_unedited(content: bytes) -> bool:
    """Whether a hook of sdd's is as it was written: its digest is in its second line."""
    return content == _marked(content.split(b"\n", 2)[-1])


def is_current(content: bytes) -> bool:
    """Whether a hook of sdd's is what this sdd would write for the same interpreter."""
    interpreter, timeout = interpreter_of(content) or "", timeout_of(content)
    return any(content == hook_script(interpreter, timeout, name) for name in (PRE_PUSH, PRE_COMMIT))


def interpreter_of(content: bytes) -> str | None:
    """The interpreter that a hook of sdd's calls first, None where no line names it."""
    for line in os.fsdecode(content).split("\n"):
        if line.startswith("python='"):
            with suppress(ValueError):  # a quote that was edited away
                return "".join(shlex.split(line.removeprefix("python=")))
    return None


def timeout_of(content: bytes) -> int | None:
    """The time limit of a server's hook in seconds, None where no line names it."""
    values = (line.removeprefix(b"timeout=") for line in content.split(b"\n") if line.startswith(b"timeout="))
    return next((int(value) for value in values if value.isdigit() and len(value) < 7), None)


def _marked(body: bytes) -> bytes:
    return _HEAD + hashlib.sha256(body).hexdigest().encode() + b"\n" + body
