"""Runs the console blocks of a Markdown page and compares what they print: documentation that cannot lie.

A block is fenced as `console`. Its lines are commands and the output that they must give:

    $ git init -q && git commit -q --allow-empty \\
    >   -m "first"
    $ git log --oneline
    [..] first
    $ git log nowhere
    fatal: ambiguous argument 'nowhere': [..]
    ...
    (exit 128)

`$ ` starts a command; it goes on with lines that start with `> `, or after a `\\` at a line's end. Then come standard
output and standard error as one stream. `...` alone on a line stands for any lines, none included; `[..]` for any text
within a line. `(exit N)` closes the output of a command whose exit status N is not 0. Space at a line's end and blank
lines at an output's end do not count.

The blocks of one page run in order in one shell, so `cd` and variables last to the page's end. The shell starts in an
empty folder and has a home of its own, a fixed git identity and fixed dates, and `sdd` from this interpreter's folder.
A command that is `sdd` and needs no shell runs in this process, in the shell's folder and environment; the `sdd` of
any other command is forked.

    python -m tests.console PAGE...             runs pages, prints what differs
    python -m tests.console --write PAGE...     puts what is printed into the pages, to be read over and masked anew
"""

import contextlib
import difflib
import os
import re
import selectors
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from markdown_it import MarkdownIt

from tests.forked import forked_bin
from tests.program import content_of, start
from tests.scratch import ENVIRONMENT

TIMEOUT = 60.0
BIN_FOLDER = Path(sys.executable).parent
_EXIT = re.compile(r"\(exit (\d+)\)")
_ANY_LINES, _ANY_TEXT = "...", "[..]"


class ConsoleError(Exception):
    """A page whose blocks cannot be run: malformed, or a command that ended the shell or did not end at all."""


@dataclass(frozen=True)
class Step:
    """One command of a page, the line it stands on, and what it must print and return.

    `output_lines` are the lines of the page that say so, the status included; the end is not part of them.
    """

    line: int
    command: str
    expected: tuple[str, ...]
    status: int
    output_lines: tuple[int, int] = field(default=(0, 0), compare=False)


def parse(text: str) -> Iterator[Step]:
    """The steps of a Markdown text, in order. Raises ConsoleError where a block does not start with a command."""
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "fence" and token.info.split()[:1] == ["console"]:
            assert token.map
            yield from _parse_block(token.content.splitlines(), token.map[0] + 2)


def _parse_block(lines: Sequence[str], first_line: int) -> Iterator[Step]:
    if not lines or not lines[0].startswith("$ "):
        raise ConsoleError(f"line {first_line}: a console block starts with a command: $ ...")
    position = 0
    while position < len(lines):
        line = first_line + position
        command = [lines[position].removeprefix("$ ")]
        position += 1
        while position < len(lines) and (command[-1].endswith("\\") or lines[position].startswith("> ")):
            command.append(lines[position].removeprefix("> "))
            position += 1
        start = position
        while position < len(lines) and not lines[position].startswith("$ "):
            position += 1
        output = _trimmed(lines[start:position])
        expected, status = _split_status(output)
        span = (first_line + start, first_line + start + len(output))
        yield Step(line, "\n".join(command), expected, status, span)


def _split_status(output: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    marker = _EXIT.fullmatch(output[-1]) if output else None
    return (_trimmed(output[:-1]), int(marker[1])) if marker else (output, 0)


def _trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without space at their ends and without blank lines at the end."""
    return tuple("\n".join(line.rstrip() for line in lines).rstrip("\n").split("\n")) if any(lines) else ()


def matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether output lines are as expected, `...` and `[..]` standing for anything."""
    patterns = []
    for line in expected:
        if line == _ANY_LINES:
            patterns.append(r"(?:.*\n)*?")
        else:
            patterns.append(".*?".join(map(re.escape, line.split(_ANY_TEXT))) + r"\n")
    return re.fullmatch("".join(patterns), "".join(f"{line}\n" for line in actual)) is not None


class Shell:
    """A bash that stays, in an empty folder below `scratch` and with a home of its own. A context manager.

    `bin_folder` comes first on PATH.
    """

    def __init__(self, scratch: Path, bin_folder: Path, timeout: float = TIMEOUT) -> None:
        home, folder = scratch / "home", scratch / "work"
        home.mkdir(parents=True)
        folder.mkdir()
        configuration = home / ".gitconfig"
        quick = ENVIRONMENT["GIT_CONFIG_GLOBAL"]
        configuration.write_text(f"[init]\n\tdefaultBranch = main\n[include]\n\tpath = {quick}\n")
        self._timeout = timeout
        self._count = 0
        # Where the shell stands and what it exports; known as soon as one command has ended.
        self._folder = folder
        self._environment: dict[str, str] = {}
        self._has_own_sdd = bin_folder == BIN_FOLDER
        forked = (forked_bin(),) if self._has_own_sdd else ()
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={
                **ENVIRONMENT,
                "GIT_CONFIG_GLOBAL": str(configuration),
                "GIT_PAGER": "cat",
                "GIT_EDITOR": "true",
                "HOME": str(home),
                "PATH": os.pathsep.join(map(str, (*forked, bin_folder, os.environ["PATH"]))),
                "FORKED_SDD": os.pathsep.join(map(str, forked)),
                "TERM": "dumb",
                "COLUMNS": "80",
                "LC_ALL": "C.UTF-8",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What a page left running must not outlive it.
        os.killpg(self._bash.pid, signal.SIGKILL)
        assert self._bash.stdin and self._bash.stdout
        self._bash.stdin.close()
        self._bash.stdout.close()
        self._bash.wait()

    def run(self, command: str) -> tuple[tuple[str, ...], int]:
        """The lines that a command prints and its exit status.

        Raises ConsoleError where it ends the shell, or does not end within the time limit.
        """
        output = b""
        for part in _parts(command):
            sdd = _sdd_command(part) if self._has_own_sdd and self._environment else None
            printed, status = self._run_here(sdd) if sdd else self._run_in_shell(part)
            output += printed
            if status:
                break
        return _lines(output), status

    def _run_here(self, sdd: "_SddCommand") -> tuple[bytes, int]:
        with contextlib.ExitStack() as opened, tempfile.TemporaryFile() as output:
            places = [opened.enter_context((self._folder / place).open("wb")) if place else output for place in sdd.to]
            nothing = opened.enter_context(Path(os.devnull).open("rb"))
            status = start(self._folder, sdd.arguments, self._environment, (nothing, places[0], places[1]))
            return content_of(output), status

    def _run_in_shell(self, command: str) -> tuple[bytes, int]:
        assert self._bash.stdin and self._bash.stdout
        self._count += 1
        # eval, so that a syntax error in a command is that command's output and not the end of the shell.
        script = (
            f"eval {shlex.quote(command)} </dev/null\n"
            f"printf '\\036%d %d\\036%s\\036' {self._count} $? \"$PWD\"; declare -xp; printf '\\036'\n"
        )
        end = re.compile(rb"\x1e%d (\d+)\x1e(.*?)\x1e(.*?)\x1e" % self._count, re.DOTALL)
        output_so_far = b""
        try:
            self._bash.stdin.write(script.encode())
            self._bash.stdin.flush()
            for piece in self._pieces(command):
                output_so_far += piece
                if found := end.search(output_so_far):
                    self._folder = Path(os.fsdecode(found[2]))
                    exported = shlex.split(os.fsdecode(found[3]))
                    self._environment = dict(word.split("=", 1) for word in exported if "=" in word)
                    return output_so_far[: found.start()], int(found[1])
        except BrokenPipeError:
            pass
        raise ConsoleError(f"the shell ended at: {command}\n{output_so_far.decode(errors='replace')}")

    def _pieces(self, command: str) -> Iterator[bytes]:
        assert self._bash.stdout
        deadline = time.monotonic() + self._timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self._bash.stdout, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                piece = os.read(self._bash.stdout.fileno(), 65536)
                if not piece:
                    return
                yield piece
        raise ConsoleError(f"no end after {self._timeout:g} seconds: {command}")


class _SddCommand(NamedTuple):
    """The arguments of an `sdd` command, and the files that standard output and standard error go to."""

    arguments: list[str]
    to: tuple[str, str]


def _parts(command: str) -> list[str]:
    """The commands of a list that `&&` joins; one part where a shell has to read it as a whole."""
    parts = command.split(" && ")
    if re.search(r"\|\||<<|[;\n(){}`]", command) or any(part.count(quote) % 2 for part in parts for quote in "'\""):
        return [command]
    return parts


def _sdd_command(command: str) -> _SddCommand | None:
    """A command that is `sdd` and needs no shell but for where its output goes: it runs in this process."""
    found = re.fullmatch(r"sdd (?P<words>.*?)(?: > (?P<out>[\w./-]+))?(?: 2> (?P<err>[\w./-]+))?", command)
    if not found or re.search(r"[|&;<>()$`\\*?\[\]{}~!#\n]", found["words"]):
        return None
    return _SddCommand(shlex.split(found["words"]), (found["out"] or "", found["err"] or ""))


def _lines(output: bytes) -> tuple[str, ...]:
    return _trimmed(output.decode(errors="replace").split("\n"))


@dataclass(frozen=True)
class Result:
    """What a step really printed and returned."""

    step: Step
    actual: tuple[str, ...]
    status: int

    @property
    def is_as_told(self) -> bool:
        """Whether the page tells the truth."""
        return self.status == self.step.status and matches(self.step.expected, self.actual)


def results(page: Path, scratch: Path, bin_folder: Path) -> Iterator[Result]:
    """Runs a page's console blocks below `scratch`. Raises ConsoleError where it cannot be run to its end."""
    with Shell(scratch, bin_folder) as shell:
        for step in parse(page.read_text(encoding="utf-8")):
            yield Result(step, *shell.run(step.command))


def differences(page: Path, scratch: Path, bin_folder: Path) -> Iterator[str]:
    """Runs a page as `results` does, and tells of each command that did not do as the page says."""
    for result in results(page, scratch, bin_folder):
        if not result.is_as_told:
            expected = _with_status(result.step.expected, result.step.status)
            found = _with_status(result.actual, result.status)
            compared = difflib.unified_diff(expected, found, "the page says", "it prints", lineterm="", n=99)
            yield "\n".join([f"{page}:{result.step.line}: $ {result.step.command}", *compared])


def _with_status(output: tuple[str, ...], status: int) -> tuple[str, ...]:
    return (*output, f"(exit {status})") if status else output


def rewrite(page: Path, scratch: Path, bin_folder: Path) -> None:
    """Runs a page as `results` does, and writes into it what was printed where that differs.

    A line that an old one with `[..]` matches stays as it was; a `...` is lost.
    """
    lines = page.read_text(encoding="utf-8").splitlines()
    # From the end, so that the line numbers of what is still to come stay true.
    for result in reversed(list(results(page, scratch, bin_folder))):
        if not result.is_as_told:
            masks = [line for line in result.step.expected if _ANY_TEXT in line]
            masked = tuple(next((mask for mask in masks if matches([mask], [line])), line) for line in result.actual)
            command = lines[result.step.line - 1]
            indent = command[: command.index("$ ")]
            start, end = result.step.output_lines
            lines[start - 1 : end - 1] = [f"{indent}{line}".rstrip() for line in _with_status(masked, result.status)]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Runs the pages that the command line names; 1 where one differs."""
    writes = sys.argv[1:2] == ["--write"]
    told: list[str] = []
    for name in sys.argv[1 + writes :]:
        with tempfile.TemporaryDirectory(prefix="sdd-console-") as folder:
            if writes:
                rewrite(Path(name), Path(folder), BIN_FOLDER)
            else:
                told += differences(Path(name), Path(folder), BIN_FOLDER)
    print("\n\n".join(told), end="\n" if told else "")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
