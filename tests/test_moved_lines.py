"""Files that moved together are one line wherever people read of them."""

import re

import pytest

from tests.adopted import Adopted

_FILES = {f"src/old/part{number}.py": f"PART = {number}\n" for number in range(30)}


@pytest.fixture
def moved(adopted: Adopted) -> Adopted:
    """Thirty files moved from src/old/ to src/new/, and one beside them."""
    adopted.land_change({**_FILES, "src/old/stays.py": "STAYS = 1\n"})
    adopted.branch("move")
    (adopted.here.path / "src/new").mkdir()
    for path in _FILES:
        adopted.here.git("mv", path, path.replace("/old/", "/new/"))
    adopted.write({"src/own.py": "OWN = 1\n"}, "Move the parts")
    return adopted


def test_the_verdict_tells_a_move_in_one_line(moved: Adopted) -> None:
    lines = moved.sdd("gate").out.splitlines()
    lacks = [line for line in lines if ": change-no-phr: " in line]
    assert [line.partition(": change-no-phr")[0] for line in lacks] == [
        "src/old/ -> src/new/ (30 files)",
        "src/own.py:1:1",
    ]
    assert len(moved.gate()["changes"][0]["findings"]) >= 61, "programs get every path"


def test_status_and_markdown_tell_it_too(moved: Adopted) -> None:
    rows = [line for line in moved.done("status").out.splitlines() if "src/" in line and "sdd" not in line]
    assert rows == ["  no   no        -     src/old/ -> src/new/ (30 files)", "  no   no        -     src/own.py"]
    comment = moved.sdd("gate", "--format", "markdown").out
    assert comment.count("`src/old/ -> src/new/ (30 files)`") == 2, comment
    assert "part1" not in comment


def test_one_count_of_files_is_said_throughout(moved: Adopted) -> None:
    lines = moved.sdd("gate").out.splitlines()
    told = [line for line in lines if re.search(r"\b(31|61)\b", line)]
    assert [line.partition("31")[0] for line in told] == ["sdd: ", "Fix all ", "sdd: refused, "]
    assert "`src/new/part0.py` and 30 more files" in moved.sdd("gate", "--format", "markdown").out
    words = ("--kind", "refactor", "--success", "They are there.", "--check", "true", "--commit")
    assert "(names 31 files)" in moved.done("phr", "new", "Move the parts", *words).out
    assert moved.done("gate").out.partition(": 31 covered, ")[1]


def test_what_is_covered_apart_is_told_apart(moved: Adopted) -> None:
    words = ("--kind", "refactor", "--success", "They are there.", "--check", "true", "--scope", "/src/**", "--commit")
    one = ("src/old/part1.py", "src/new/part1.py")
    moved.done("phr", "new", "Move the first", *words, "--file", one[0], "--file", one[1])
    lines = moved.done("status").out.splitlines()
    assert any("src/old/ -> src/new/ (29 files)" in line and line.startswith("  no") for line in lines), lines
    assert any(line.startswith("  ok") and "part1.py" in line for line in lines), lines
