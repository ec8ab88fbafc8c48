"""Somebody else's hook sealed off: it finds git, a shell's own tools and sdd, and no way to anything else.

Nobody can know what a hook does beside calling sdd. So it gets an empty home, no network by git, no programs beyond
those that scripts are written with, and no files but the throw-away repository's. The sdd that it finds notes the
verdict, and says no by an exit status that is sdd's alone. A program that is called by its absolute path gets through.
"""

import os
import shlex
import shutil
import site
from pathlib import Path

from sdd.base.regex import regex
from sdd.setup.doctor.own_part import write_own_part
from sdd.setup.doctor.stage import GIT_SETTINGS

_TOOLS = (
    "[", "awk", "basename", "bash", "cat", "cut", "date", "dirname", "echo", "env", "expr", "false", "git", "grep",
    "head", "id", "ls", "mktemp", "printf", "pwd", "readlink", "realpath", "sed", "sh", "sleep", "sort", "tail", "tee",
    "test", "timeout", "tr", "true", "uname", "uniq", "wc", "which", "xargs",
)  # fmt: skip
"""What scripts are written with; nothing that removes, moves or sends files."""

_HANDED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "SHELL", "TERM", "USER", "HUSKY", "LEFTHOOK", "SKIP", "NO_COLOR")
_RELATIVE_SDD = regex(r"(?<![\w./-])((?:\.{1,2}/)?[\w.-]+(?:/[\w.-]+)*/sdd) gate\b")
_BY_ENV = regex(r"#!\s*\S*/env\s+(?:-S\s+)?([\w.+-]+)")
SAID_NO = 87
"""The exit status by which the sdd of a sealed hook says no: a hook that ends with it does so for sdd's sake."""

_SHIM = """\
#!/bin/sh
case $1 in
  gate) ;;
  *) PATH={path} HOME={home} exec {sdd} "$@" ;;
esac
PATH={path} HOME={home} {sdd} "$@"
status=$?
echo "$status" >{note}
[ "$status" -eq 0 ] && [ ! -e {stop} ] && exit 0
exit {said_no}
"""


class Seal:
    """What a hook gets in place of the world. `calls` is the file that says that sdd is to be called, `top` the
    repository that it belongs to. `note` will hold the exit status of a verdict.
    """

    def __init__(self, scratch: Path, hook: Path, calls: Path, top: Path) -> None:
        self._scratch = scratch
        self._hook = hook
        self.note = scratch / "verdict"
        self._stop = scratch / "stop"
        self._calls = calls
        self._top = top
        self._programs = scratch / "bin"
        self._programs.mkdir()
        for folder in ("home", "tmp"):
            (scratch / folder).mkdir()
        for name in dict.fromkeys((*_TOOLS, *self._interpreter(), "lefthook", "pre-commit")):
            if found := shutil.which(name) or self._of_node(name):
                (self._programs / name).symlink_to(Path(found).absolute())
        if sdd := shutil.which("sdd"):
            self._put_shim(self._programs / "sdd", Path(sdd).absolute())

    def environment(self) -> dict[str, str]:
        """All the environment that there is."""
        kept = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
        # Python's programs of the user's own would else be looked for in the empty home.
        kept["PYTHONUSERBASE"] = site.getuserbase()
        places = {"PATH": "bin", "HOME": "home", "TMPDIR": "tmp", "PRE_COMMIT_HOME": "home", "XDG_CACHE_HOME": "home"}
        return kept | GIT_SETTINGS | {name: str(self._scratch / folder) for name, folder in places.items()}

    def stop(self) -> None:
        """From now on sdd says no, whatever its verdict is."""
        self._stop.touch()

    def furnish(self, here: Path) -> None:
        """Puts into the throw-away repository what a program that looks after hooks is told by, as far as it speaks of
        sdd, and sdd itself where the hook calls it by a path within its repository.
        """
        write_own_part(self._top, here)
        for name in _RELATIVE_SDD.findall(self._calls.read_text(encoding="utf-8", errors="replace")):
            real = self._top / name
            place = Path(os.path.normpath(here / name))
            if os.access(real, os.X_OK) and place.is_relative_to(here) and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                self._put_shim(place, real)

    def _put_shim(self, place: Path, sdd: Path) -> None:
        """Puts what stands in for sdd at a place."""
        own = {"path": os.environ.get("PATH", ""), "home": os.environ.get("HOME", "")}
        own |= {"sdd": str(sdd), "note": str(self.note), "stop": str(self._stop)}
        place.write_text(_SHIM.format(said_no=SAID_NO, **{name: shlex.quote(value) for name, value in own.items()}))
        place.chmod(0o755)

    def _interpreter(self) -> tuple[str, ...]:
        """The program that the hook's first line asks env for."""
        with self._hook.open("rb") as file:
            first = os.fsdecode(file.readline(200))
        found = _BY_ENV.match(first)
        return (found[1],) if found else ()

    def _of_node(self, name: str) -> Path | None:
        """A program that was installed by npm, as the program itself."""
        found = self._top.glob(f"node_modules/{name}-*/bin/{name}")
        return next((path for path in found if os.access(path, os.X_OK)), None)


def take(note: Path) -> int | None:
    """The exit status that was noted in a file, which is gone then; None where nothing was."""
    if not note.exists():
        return None
    told = note.read_text().strip()
    note.unlink()
    return int(told) if told.isdecimal() else None  # empty where its writer was stopped
