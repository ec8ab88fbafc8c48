"""Which repository a folder is in, and whether it captures: read from git's files, so that a hook starts no git."""

import os

_GIT_FILE_BYTES = 4096
_CONFIG_BYTES = 1024 * 1024
_LONGEST_PATH = 4096
_TRUE = ("true", "yes", "on", "1")


class Place:
    """A work tree: its top folder, git's folder for it, and the folder that all its work trees share."""

    def __init__(self, top: str, git_dir: str, common_dir: str) -> None:
        self.top = top
        self.git_dir = git_dir
        self.common_dir = common_dir


def place_of(folder: str) -> Place | None:
    """The work tree that a folder is in, None for none. A bare repository counts only where its `.git` is found."""
    if len(folder) > _LONGEST_PATH:
        return None
    folder = os.path.realpath(folder)
    while True:
        if place := _place_at(folder):
            return place
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def captures(place: Place) -> bool:
    """Whether a person has turned capture on in a repository of their own: `sdd.capture` in its configuration, and the
    repository among those that were noted then, since an archive may bring a configuration along.
    """
    return is_configured(place) and bool(state_of(place.common_dir))


def is_configured(place: Place) -> bool:
    """Whether the configuration of a repository of this user's says that capture is on."""
    try:
        if os.stat(place.common_dir).st_uid != os.geteuid():
            return False
        config = _read(os.path.join(place.common_dir, "config"))
    except OSError:
        return False
    return _value(config.decode("utf-8", "replace")) in _TRUE


def state_of(common_dir: str) -> str:
    """The user's own folder that notes a repository (its common folder) as one that captures; empty for none."""
    notes = (file for file in _notes() if os.fsencode(common_dir) in noted(file))
    return os.path.dirname(next(notes, ""))


def noted(file: str) -> list[bytes]:
    """The repositories that a file of notes names."""
    try:
        return _read(file).split(b"\n")
    except OSError:
        return []


def notes_file() -> str:
    """Where repositories that capture are noted: not by $XDG_STATE_HOME, which some agents do not know."""
    return _notes()[-1]


def _notes() -> list[str]:
    states = (os.environ.get("XDG_STATE_HOME"), os.path.expanduser("~/.local/state"))
    return [os.path.join(state, "sdd", "capture", "repositories") for state in states if state]


def _read(file: str, most: int = _CONFIG_BYTES) -> bytes:
    """The beginning of a regular file, nothing of another one: whoever opens a pipe waits. Raises OSError."""
    if not os.path.isfile(file):
        return b""
    with open(file, "rb") as opened:
        return opened.read(most)


def _place_at(folder: str) -> Place | None:
    git_dir = os.path.join(folder, ".git")
    try:
        if not os.path.isdir(git_dir):
            named = _first_line(git_dir)
            if not named.startswith("gitdir: "):
                return None
            git_dir = os.path.realpath(os.path.join(folder, named.removeprefix("gitdir: ")))
        shared = os.path.join(git_dir, "commondir")
        common = os.path.join(git_dir, _first_line(shared)) if os.path.exists(shared) else git_dir
    except OSError:
        return None
    if not os.path.lexists(os.path.join(git_dir, "HEAD")):
        return None
    return Place(folder, os.path.realpath(git_dir), os.path.realpath(common))


def _first_line(file: str) -> str:
    return os.fsdecode(_read(file, _GIT_FILE_BYTES).partition(b"\n")[0].rstrip(b"\r"))


def _value(config: str) -> str:
    """What a configuration says of `sdd.capture`, the last word counts; empty for nothing."""
    section, value = "", ""
    for line in config.splitlines():
        line = line.strip()
        if line.startswith("["):
            section, _, line = line[1:].partition("]")
        key, is_set, said = line.partition("=")
        if section.strip().lower() == "sdd" and key.strip().lower() == "capture":
            value = said.partition("#")[0].partition(";")[0].strip(' \t"').lower() if is_set else "true"
    return value
