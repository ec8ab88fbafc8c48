"""Which commit each line of a file came with, as `git blame` has it: renames and moved lines followed."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.repo.objects import Repository

IGNORED_REVISIONS = ".git-blame-ignore-revs"
"""The file, at the top of a work tree, that lists commits which only changed how the code is set."""

# git finds a block that has moved where it is large enough to be told from chance: a single line seldom is.
_AROUND = 10
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ESCAPE = re.compile(rb'\\(?:([abtnvfr"\\])|([0-7]{3}))')
_ESCAPED = dict(zip(b'abtnvfr"\\', b'\a\b\t\n\v\f\r"\\', strict=True))


class BlamedLine(NamedTuple):
    """A line of a file. `commit` is None where it is not committed yet; then only `line` and `text` say something.

    `path` and `line_then` are where it stood in that commit, `time` is when that was made (seconds since 1970), `day`
    the day (YYYY-MM-DD) where it was.
    """

    line: int
    text: str
    commit: str | None
    path: str
    line_then: int
    author: str = ""
    time: int = 0
    day: str = ""
    subject: str = ""


def blame(repository: Repository, path: str, first: int, last: int, *, work_tree: bool) -> tuple[BlamedLine, ...]:
    """The lines `first` to `last` of a file (a path from the top) with the commits that they came with.

    With `work_tree` the lines are those of the file there, else those of HEAD. They must exist.
    Raises SddError where git refuses, as for a setting that leads nowhere.
    """
    arguments = ["blame", "--line-porcelain", "-C", "--encoding=UTF-8", "--no-textconv"]
    arguments += ["--ignore-revs-file=/dev/stdin", "-L", f"{max(1, first - _AROUND)},{last + _AROUND}"]
    arguments += [] if work_tree else ["HEAD"]
    done = repository.run(*arguments, "--", path, data="\n".join(_ignored(repository)).encode())
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ").partition("\n")[0]
        fix = f"see what git says: git blame -- {path}"
        if "object name" in reason:
            fix = "git config blame.ignoreRevsFile names a file that git cannot read: fix or unset it"
        raise SddError(f"git blame failed: {reason}", fix)
    return tuple(found for found in _lines(done.stdout) if first <= found.line <= last)


def _ignored(repository: Repository) -> Iterator[str]:
    """The commits that the repository's own list names; a line that git would refuse is passed over."""
    listed = b""
    if repository.work_tree:
        file = repository.work_tree / IGNORED_REVISIONS
        listed = file.read_bytes() if file.is_file() else b""
    elif found := repository.object(f"HEAD:{IGNORED_REVISIONS}"):
        listed = found[2]
    for line in listed.decode(errors="replace").splitlines():
        written = line.partition("#")[0].strip()
        if _COMMIT.fullmatch(written):
            yield written


def _lines(porcelain: bytes) -> Iterator[BlamedLine]:
    """Each line is told by a header, the facts of its commit, and its text after a tab."""
    header: list[str] = []
    facts: dict[str, bytes] = {}
    for told in porcelain.split(b"\n")[:-1]:
        if not header:
            header, facts = told.decode().split(" "), {}
        elif told.startswith(b"\t"):
            yield _line(header, facts, told[1:])
            header = []
        else:
            key, _, value = told.partition(b" ")
            facts[key.decode()] = value


def _line(header: list[str], facts: dict[str, bytes], text: bytes) -> BlamedLine:
    commit = header[0] if header[0].strip("0") else None
    named = {key: facts.get(key, b"").decode(errors="surrogateescape") for key in ("author", "summary")}
    path = _unquoted(facts["filename"]).decode(errors="surrogateescape")
    time = int(facts["committer-time"])
    written = text.decode(errors="surrogateescape").removesuffix("\r")
    day = _day(time, facts["committer-tz"].decode())
    return BlamedLine(
        int(header[2]), written, commit, path, int(header[1]), named["author"], time, day, named["summary"]
    )


def _day(seconds: int, zone: str) -> str:
    """The day of a commit where it was made, as git's %cs has it."""
    try:
        ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone.startswith("-") else 1)
        return datetime.fromtimestamp(seconds, timezone(ahead)).date().isoformat()
    except (ValueError, OverflowError, OSError):  # a clock that was set by hand
        return datetime.fromtimestamp(0, UTC).date().isoformat()


def _unquoted(name: bytes) -> bytes:
    """A file name as it is, whether git has put it in quotes or not."""
    if not name.startswith(b'"'):
        return name

    def letter(found: "re.Match[bytes]") -> bytes:
        return bytes([_ESCAPED[found[1][0]] if found[1] else int(found[2], 8)])

    return _ESCAPE.sub(letter, name[1:-1])
