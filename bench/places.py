"""Where the benchmark finds the programs that it measures, and the surroundings that it gives them."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SDD = str(BIN / "sdd")
PUSHED_COMMITS = 20


def git(folder: Path, *words: str | Path) -> str:
    """What git prints. Raises CalledProcessError where it fails."""
    return subprocess.run(["git", "-C", folder, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def clone(source: Path, target: Path, *options: str) -> Path:
    """A clone with the records checked out, or with options such as `--bare`."""
    git(source, "clone", "-q", *options, source, target)
    return target


def sdd(folder: Path, *words: str) -> str:
    """What sdd prints. Raises CalledProcessError where it fails."""
    return subprocess.run([SDD, *words], cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def forget(folder: Path) -> Callable[[], None]:
    """What takes the index of a clone away."""
    return partial((folder / ".git" / "sdd" / "index.db").unlink, missing_ok=True)


def settle(scratch: Path) -> None:
    """Drops what the caller's environment tells Python, git, sdd and pre-commit; what they cache goes below `scratch`.

    Python's bytecode too: where it may not be kept, every run would measure the compiler.
    """
    told = ("GIT_", "PRE_COMMIT", "PREK", "PYTHON", "SDD_", "SPECIFY_")
    for name in [name for name in os.environ if name.startswith(told)]:
        del os.environ[name]
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": "Ada", f"GIT_{role}_EMAIL": "ada@example.com"}
    os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "NO_COLOR": "1"}
    os.environ |= {"PRE_COMMIT_HOME": str(scratch / "pre-commit"), "PREK_HOME": str(scratch / "prek")}
    os.environ["PYTHONPYCACHEPREFIX"] = str(scratch / "bytecode")
