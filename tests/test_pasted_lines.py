"""The commands that sdd prints with a repository's own names in them, pasted as they stand."""

import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from sdd.base.paths import path_word, shell_line
from tests.adopted import Adopted, copied

NAMES = ("old.py", "my file.py", "-x.py", "x; touch pwned.py", "it's `$(id)`.py", "last.py")


@pytest.fixture(scope="module")
def renamed(adopted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Adopted:
    """A file that had one odd name after another."""
    adopted = copied(adopted_once, tmp_path_factory.mktemp("renamed") / "project")
    adopted.branch()
    adopted.write({NAMES[0]: "A = 1\n"})
    for old, new in pairwise(NAMES):
        adopted.here.git("mv", "--", old, new)
        adopted.here.git("commit", "-q", "-m", "Rename it")
    return adopted


def pasted(line: str) -> list[str]:
    """The words after `sdd` of a printed line, as a shell reads it."""
    return shlex.split(line[line.index("sdd ") :])[1:]


@pytest.mark.parametrize(("old", "new"), list(pairwise(NAMES)))
def test_why_leads_from_any_name_to_the_next(renamed: Adopted, old: str, new: str) -> None:
    told = renamed.done("why", "--", old).out
    line = next(line for line in told.splitlines() if line.startswith("next"))
    assert renamed.done(*pasted(line)).out.splitlines()[0].split(maxsplit=1) == ["file", new]
    gone = renamed.sdd("why", "--", f"{old}:1").err
    assert pasted(gone.partition("moved it")[2]) == ["why", f"{'./' if new[0] == '-' else ''}{new}:1"]


def test_a_word_is_read_back_and_is_no_option() -> None:
    assert shlex.split(shell_line(NAMES)) == [*NAMES]
    assert [path_word(path) for path in ("-x", "a b", "a/-x")] == ["./-x", "'a b'", "a/-x"]
