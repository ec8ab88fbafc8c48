"""The benchmark: its rows tell a missed goal, what it cannot run is told, and its repositories are sound changes."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import former
from bench.measure import STOPPED, Command, Cost, Ratio, measure
from bench.places import PUSHED_COMMITS
from bench.synth import CONSTITUTION_PATH, add_branches, write_repository, write_roots
from tests.program import sdd
from tests.scratch import Scratch

COSTS = {"a": Cost(3.0, 4.0, 450.0), "b": Cost(2.0, 1.0, 10.0), "stopped": STOPPED, "ended": STOPPED}


@pytest.mark.parametrize(
    ("ratio", "figure", "goal", "missed"),
    [
        (Ratio("x", "a", "b", 1.5), "1.50", "<= 1.5", ""),
        (Ratio("x", "a", "b", 1.4), "1.50", "<= 1.4", "MISSED"),
        (Ratio("x", "a", "b"), "1.50", "-", ""),
        (Ratio("x", "a", "b", of="wall", goal=3), "4.00", "<= 3", "MISSED"),
        (Ratio("x", "a", 1.0, 400, "memory", " MiB"), "450.00 MiB", "<= 400", "MISSED"),
        (Ratio("x", {"a": 1, "b": -1}, {"a": 0.5, "b": 0.25}, 1), "0.50", "<= 1", ""),
        (Ratio("x", "a", "b", pays=1.6), "1.50", ">= 1.6", "MISSED"),
        (Ratio("x", "stopped", "b", 2), "inf", "<= 2", "MISSED"),
        (Ratio("x", {"stopped": 1, "ended": -1}, 2.0, 2), "nan", "<= 2", "MISSED"),
        (Ratio("x", 5.0, 2.0, 3), "2.50", "<= 3", ""),
    ],
)
def test_a_row_holds_its_figure_to_its_goal(ratio: Ratio, figure: str, goal: str, missed: str) -> None:
    assert ratio.row(COSTS) == ["x", figure, goal, missed]


def test_a_row_says_where_a_program_is_missing() -> None:
    assert Ratio("prek / pre-commit", "prek", "a", 1).row(COSTS) == ["prek / pre-commit", "not installed", "", ""]


def test_a_command_that_takes_too_long_is_stopped_and_not_run_again(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    forever = f"print(file=open({str(begun)!r}, 'a')); import threading; threading.Event().wait()"
    commands = (
        Command("forever", (sys.executable, "-c", forever), tmp_path, limit=1, rounds=3),
        Command("short", (sys.executable, "-c", "pass"), tmp_path, rounds=3),
    )
    costs = measure(commands, 3)
    assert costs["forever"] == STOPPED
    assert 0 < costs["short"].cpu < 60
    assert begun.read_text() == "\n"


def test_a_command_that_fails_ends_the_benchmark(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="ended with 3:\nno way"):
        measure([Command("fails", (sys.executable, "-c", "print('no way'); exit(3)"), tmp_path)], 1)


def test_a_former_commit_s_code_is_measured_beside_today_s(tmp_path: Path) -> None:
    write_repository(tmp_path / "large", features=1, phrs=PUSHED_COMMITS + 1)
    part = former.part("HEAD", tmp_path, tmp_path / "large")
    costs = measure([command._replace(rounds=1) for command in part.commands], 1)
    assert all(0 < float(figure) < 60 for _, figure, *_ in (ratio.row(costs) for ratio in part.ratios))


def passes(folder: Path, *words: str) -> int:
    """How many files of a change are covered, by a verdict that must be a pass."""
    document = sdd(folder, "gate", "--json", *words).document
    assert document["verdict"] == "pass", document
    return sum(len(change["files"]) for change in document["changes"])


def test_what_landed_together_is_one_commit_and_the_rest_are_sound_changes(tmp_path: Path) -> None:
    write_repository(tmp_path / "folder", features=1, phrs=12, landed=9)
    assert Scratch.at(tmp_path / "folder").git("rev-list", "--count", "HEAD") == "6"  # two come before the nine
    assert passes(tmp_path / "folder", "--base", "HEAD~3") == 3


def test_branches_beside_each_other_are_sound_changes(tmp_path: Path) -> None:
    write_repository(tmp_path / "folder", features=2, phrs=9)
    add_branches(tmp_path / "folder", ["own/1", "own/2"], "main~0", 9)
    for branch in ("own/1", "own/2"):
        assert passes(tmp_path / "folder", "--base", "main", "--head", branch) == 1


@pytest.mark.parametrize("roots", [1, 200])
def test_files_have_one_root_or_many(tmp_path: Path, roots: int) -> None:
    write_roots(tmp_path / "folder", roots, files=400, changes=3)
    tree = Scratch.at(tmp_path / "folder").git("ls-tree", "-r", "--name-only", "HEAD").splitlines()
    assert sum(path.endswith(CONSTITUTION_PATH) for path in tree) == roots
    assert sum("/lib/" in path for path in tree) == 400
    assert passes(tmp_path / "folder", "--base", "HEAD~3") == 3


def test_the_benchmark_holds_no_sdd(tmp_path: Path) -> None:
    # Linux counts what the benchmark holds as the least that a command of its may hold.
    write_repository(tmp_path / "large", features=1, phrs=3)
    prepared = """
import sys
from pathlib import Path
from bench.answers import cold_index
cold_index(Path(sys.argv[1]), Path(sys.argv[1], "large"), 1, 60)
print([name for name in ("sdd", "sqlite3") if name in sys.modules])
"""
    command = [sys.executable, "-c", prepared, str(tmp_path)]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
    assert (tmp_path / "rows.db").exists()
