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
former="${{0%/*}}/{former}"

# What git says is read once and handed on to both hooks; the x keeps its last line end.
input=$(cat; printf x)
input=${{input%x}}

# Standard output stays git's own: git push --porcelain is read by programs, and those show standard error to people.
judge() {{
  if [ -x "$python" ] && "$python" -P -c 'import sdd' </dev/null >/dev/null 2>&1; then
    printf '%s' "$input" 2>/dev/null | "$python" -P -m sdd gate --pre-push "$1" "$2" >&2
  elif command -v sdd >/dev/null 2>&1; then
    printf '%s' "$input" 2>/dev/null | sdd gate --pre-push "$1" "$2" >&2
  else
    printf 'sdd: %s\n' "push refused: sdd cannot be run, so nothing can be judged" \
      "it was installed with $python, and there is none on PATH" \
      "fix it: install sdd again, then run in this repository: sdd hook install" >&2
    return 3
  fi
}}

# sdd comes first: the former hook may upload (git-lfs does), and a refused push must not.
judge "$@" || exit $?
[ -x "$former" ] || exit 0
printf '%s' "$input" 2>/dev/null | "$former" "$@"
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


def interpreter_of(content: bytes) -> str | None:
    """The interpreter that a hook of sdd's calls first, None where no line names it."""
    for line in os.fsdecode(content).split("\n"):
        if line.startswith("python='"):
            with suppress(ValueError):  # a quote that was edited away
                return "".join(shlex.split(line.removeprefix("python=")))
    return None


def _marked(body: bytes) -> bytes:
    return _HEAD + hashlib.sha256(body).hexdigest().encode() + b"\n" + body
