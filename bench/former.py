"""The same commands by a former commit's code: what they cost now over what they cost then."""

import subprocess
import sys
from functools import partial
from pathlib import Path

from bench.measure import Command, Ratio

TOP = Path(__file__).resolve().parent.parent
# Two runs of the same code differ by less.
GOAL = 1.05


def check_out(revision: str, scratch: Path) -> Path:
    """A folder with sdd as a revision of this repository has it. Raises CalledProcessError for an unknown one."""
    folder, archive = scratch / "former", scratch / "former.tar"
    folder.mkdir()
    subprocess.run(["git", "archive", "--output", archive, revision, "--", "sdd", "templates"], cwd=TOP, check=True)
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    return folder


def sdd_of(code: Path) -> tuple[str, ...]:
    """The words that start sdd from a folder of its code."""
    return ("env", f"PYTHONPATH={code}", sys.executable, "-m", "sdd")


def compared(code: Path, large: Path, gate: tuple[str, ...], asked: tuple[str, ...]) -> tuple[Command, ...]:
    """What is measured by now's code and by `code`. Each has a clone of its own: they share no index.

    `gate` and `asked` are sdd's words for a push and for a question.
    """
    commands = []
    for when, source in (("now", TOP), ("then", code)):
        start, warm, cold = sdd_of(source), large.parent / f"warm {when}", large.parent / f"cold {when}"
        for folder in (warm, cold):
            subprocess.run(["git", "clone", "-q", large, folder], check=True)
        for words in (("index",), asked):
            subprocess.run([*start, *words], cwd=warm, check=True, capture_output=True)
        forget = partial((cold / ".git" / "sdd" / "index.db").unlink, missing_ok=True)
        commands += [
            Command(f"gate {when}", (*start, *gate), large),
            Command(f"index {when}", (*start, "index"), warm),
            Command(f"{asked[0]} {when}", (*start, *asked), warm),
            Command(f"index cold {when}", (*start, "index"), cold, prepare=forget, rounds=3),
        ]
    return tuple(commands)


def ratios(asked: str) -> tuple[Ratio, ...]:
    """Each of these commands now over then."""
    names = ("gate", "index", asked, "index cold")
    return tuple(Ratio(f"{name}, now / then", f"{name} now", f"{name} then", goal=GOAL) for name in names)
