"""Many `sdd` commands that write into one repository at once, each in a process of its own: what each said it wrote
is there.

    python -m tests.writers 16    # so many of each kind side by side
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.adopted import FEATURE, OPEN, SPEC, Adopted, adopt
from tests.forked import forked_bin

_FIX = ("--kind", "fix", "--success", "It works.", "--check", "true")
_WAIVER = ("--path", "src/", "--approved-by", "Ann", "--days", "9")


class Ended(NamedTuple):
    """How one of several commands ended."""

    status: int
    out: str
    err: str

    @property
    def path(self) -> str:
        """The path from the top of what it wrote."""
        document = json.loads(self.out)
        return str(document.get("relative_path", document["path"]))


def side_by_side(commands: Sequence[tuple[Path, tuple[str, ...]]]) -> list[Ended]:
    """Starts all commands, a folder and the words after `sdd` each, and waits until they have ended."""
    environment = {**os.environ, "PATH": f"{forked_bin()}:{os.environ['PATH']}"}
    running = [
        subprocess.Popen(
            ["sdd", *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for folder, words in commands
    ]  # fmt: skip
    streams = [process.communicate() for process in running]
    return [Ended(process.returncode, *told) for process, told in zip(running, streams, strict=True)]


def _records(adopted: Adopted, count: int, words: Callable[[int], tuple[str, ...]]) -> None:
    """`count` commands, half of them in a second work tree, make a record each: all are there, with other numbers."""
    adopted.branch("work")
    adopted.write({"src/old.py": "OLD = 2\n"})
    second = adopted.folder / "second"
    adopted.here.git("worktree", "add", "-q", "-b", "second", str(second), "work")
    places = [adopted.here.path, second]
    commands = [(places[number % 2], (*words(number), "--json")) for number in range(count)]
    ended = side_by_side(commands)
    assert [each for each in ended if each.status] == []
    paths = [each.path for each in ended]
    for (folder, _), path in zip(commands, paths, strict=True):
        assert (folder / path).is_file(), path
    numbers = [next(part for part in path.split("/") if part[:3].isdigit() and part != FEATURE) for path in paths]
    assert len({number.partition("-")[0] for number in numbers}) == count, sorted(numbers)


def phrs(adopted: Adopted, count: int) -> None:
    """PHRs of the same words."""
    _records(adopted, count, lambda _: ("phr", "new", "Count again", *_FIX, "--file", "src/old.py"))


def committed_phrs(adopted: Adopted, count: int) -> None:
    """PHRs, committed at once."""
    _records(adopted, count, lambda n: ("phr", "new", f"Count {n}", *_FIX, "--file", "src/old.py", "--commit"))
    for folder in (adopted.here.path, adopted.folder / "second"):
        status = adopted.here.git("-C", str(folder), "status", "--porcelain")
        assert status == "", status


def contracts(adopted: Adopted, count: int) -> None:
    """Contracts."""
    _records(adopted, count, lambda n: ("contract", "new", f"Contract {n}", "--kind", "fix"))


def adrs(adopted: Adopted, count: int) -> None:
    """Architecture decision records."""
    _records(adopted, count, lambda n: ("adr", "new", f"Decision {n}"))


def features(adopted: Adopted, count: int) -> None:
    """Features."""
    _records(adopted, count, lambda n: ("feature", "new", f"Feature {chr(97 + n)}"))


def waivers(adopted: Adopted, count: int) -> None:
    """Waivers."""
    _records(adopted, count, lambda n: ("waiver", "new", "change-no-phr", *_WAIVER, "--reason", f"Soon {n}."))


def answers(adopted: Adopted, count: int) -> None:
    """Answers to the questions of one spec: each that is confirmed is there, and no other question is closed."""
    file = adopted.here.path / SPEC
    asked = "".join(f"\n- **FR-{100 + n}**: MUST [NEEDS CLARIFICATION: what {n}?]\n" for n in range(count))
    file.write_text(file.read_text() + asked)
    commands = [(adopted.here.path, ("question", "answer", "1", f"Answer {n}.", "--json")) for n in range(count)]
    ended = side_by_side(commands)
    confirmed = [n for n, each in enumerate(ended) if not each.status]
    text = file.read_text()
    assert confirmed
    assert [n for n in confirmed if f"A: Answer {n}.\n" not in text or f"MUST: Answer {n}.\n" not in text] == []
    assert text.count("[NEEDS CLARIFICATION") == count - len(confirmed)


def added_files(adopted: Adopted, count: int) -> None:
    """Files added to one PHR."""
    adopted.branch("work")
    adopted.write({f"src/new{n}.py": "N = 1\n" for n in range(count)})
    path = adopted.done("phr", "new", "Many", *_FIX, "--file", "src/new0.py", "--json").document["relative_path"]
    words = [("phr", "add", path, "--file", f"src/new{n}.py", "--json") for n in range(1, count)]
    ended = side_by_side([(adopted.here.path, each) for each in words])
    assert [each for each in ended if each.status] == []
    text = (adopted.here.path / path).read_text()
    assert [n for n in range(count) if f"src/new{n}.py" not in text] == []


def edits(adopted: Adopted, count: int) -> None:
    """One contract verified, set to done and asked about at once: every edit is there."""
    file = adopted.here.path / OPEN
    file.write_text(file.read_text() + "".join(f"\n[NEEDS CLARIFICATION: {n}?]\n" for n in range(count)))
    words = [("question", "answer", "1", f"Answer {n}.", "--json") for n in range(count - 1)]
    ended = side_by_side([(adopted.here.path, each) for each in (*words, ("contract", "verify", OPEN, "--run"))])
    text = file.read_text()
    assert "- [x] `true`" in text and "## Evidence" in text
    confirmed = [n for n, each in enumerate(ended[:-1]) if not each.status]
    assert [n for n in confirmed if f"\nAnswer {n}.\n" not in text] == []
    assert text.count("[NEEDS CLARIFICATION") == count - len(confirmed)


KINDS = (phrs, committed_phrs, contracts, adrs, features, waivers, answers, added_files, edits)

if __name__ == "__main__":
    for kind in KINDS:
        with TemporaryDirectory() as folder:
            kind(adopt(Path(folder)), int(sys.argv[1]))
            print(f"{sys.argv[1]} side by side, nothing lost: {kind.__name__}")
