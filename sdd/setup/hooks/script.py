"""The text of the pre-push hook, and how sdd recognises it."""

import hashlib
import os
import shlex
from contextlib import suppress

FORMER = "pre-push.before-sdd"
"""The name beside the hook under which a hook that was there before is kept."""

_HEAD = b"#!/bin/sh\n# sdd-hook "

_SCRIPT = r"""# Written by: sdd hook install. Taken out by: sdd hook uninstall, which refuses once this was edited.
python={python}

# Only sdd reads what git says. After a pass it hands that on to the hook that was there before, which may upload.
# A program is asked for a verdict only if it says that it is sdd: any other could end with 0.
set -- gate --pre-push "$1" "$2" --then "${{0%/*}}/{former}"
case $("$python" -P -c 'import sdd; print("sdd", sdd.__version__)' </dev/null 2>/dev/null) in
  "sdd "[0-9]*) exec "$python" -P -m sdd "$@" ;;
esac
case $(sdd gate --help </dev/null 2>/dev/null) in
  "Usage: sdd gate "*) exec sdd "$@" ;;
esac
printf 'sdd: %s\n' "push refused: sdd cannot be run, so nothing can be judged" \
  "it was installed with $python, and there is none on PATH" \
  "fix it: install sdd again, then run in this repository: sdd hook install" >&2
exit 3
"""


def hook_script(interpreter: str) -> bytes:
    """The hook that runs sdd with `interpreter` (a path), then the former hook beside it."""
    quoted = "'" + interpreter.replace("'", "'\\''") + "'"
    return _marked(os.fsencode(_SCRIPT.format(python=quoted, former=FORMER)))


def is_own_hook(content: bytes) -> bool:
    """Whether a hook was written by sdd, of whatever version."""
    return content.startswith(_HEAD)


def is_unedited(content: bytes) -> bool:
    """Whether a hook of sdd's is as it was written: its digest is in its second line."""
    return content == _marked(content.split(b"\n", 2)[-1])


def is_current(content: bytes) -> bool:
    """Whether a hook of sdd's is what this sdd would write for the same interpreter."""
    return content == hook_script(interpreter_of(content) or "")


def interpreter_of(content: bytes) -> str | None:
    """The interpreter that a hook of sdd's calls first, None where no line names it."""
    for line in os.fsdecode(content).split("\n"):
        if line.startswith("python='"):
            with suppress(ValueError):  # a quote that was edited away
                return "".join(shlex.split(line.removeprefix("python=")))
    return None


def _marked(body: bytes) -> bytes:
    return _HEAD + hashlib.sha256(body).hexdigest().encode() + b"\n" + body
