"""`sdd demo` plays its story to the end, whatever the caller's git is set to, and says so where it does not."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sdd.cli import run
from sdd.setup.demo import STORY

_HOSTILE = """\
[user]
	useConfigOnly = true
[commit]
	gpgSign = true
[push]
	default = nothing
[core]
	hooksPath = /nowhere
	excludesFile = {ignored}
[init]
	templateDir = /nowhere
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "subprocess.CompletedProcess[str]"]:
    """A run from within another repository's hook, as it were, with configuration that would spoil every step."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "ignored").write_text("*.py\nhistory/\n")
    (folder / "config" / "git").mkdir(parents=True)
    (folder / "config" / "git" / "ignore").write_text("*\n")
    (folder / "gitconfig").write_text(_HOSTILE.format(ignored=folder / "ignored"))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sdd", "-C", str(folder), "demo", "a story"],
        cwd="/",
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GIT_DIR": "/nowhere",
            "GIT_INDEX_FILE": "/nowhere/index",
            "GIT_WORK_TREE": "/nowhere",
            "SPECIFY_FEATURE": "099-elsewhere",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return folder / "a story", done


def test_the_story_ends_as_told(played: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    folder, done = played
    assert (done.returncode, done.stderr) == (0, "")
    places = [
        done.stdout.index(said)
        for said in (
            "$ sdd init",
            "sdd: push refused: refs/heads/fix/whole-cents",
            "$ sdd phr new",
            "sdd: pass: refs/heads/fix/whole-cents",
            "$ sdd feature new",
            "$ sdd contract new",
            "sdd: pass: refs/heads/001-prices-as-csv",
            "push     would pass",
            "sdd: every record is clean",
            f"cd '{folder / 'shop'}'",
        )
    ]
    assert places == sorted(places)
    assert "\x1b" not in done.stdout


def test_the_remote_holds_what_was_accepted_and_nothing_else(
    played: tuple[Path, "subprocess.CompletedProcess[str]"],
) -> None:
    listed = subprocess.run(
        ["git", "-C", str(played[0] / "shop.git"), "for-each-ref", "--format=%(refname:short)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout.split() == ["001-prices-as-csv", "fix/whole-cents", "main"]


def test_the_repository_is_left_clean(played: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    status = subprocess.run(
        ["git", "-C", str(played[0] / "shop"), "status", "--porcelain"], capture_output=True, text=True, check=True
    )
    assert status.stdout == ""


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("mine\n")
    assert run(["demo", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]


def test_a_file_is_no_folder_to_play_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("mine\n")
    assert run(["demo", str(tmp_path / "mine")]) == 2
    assert "name a folder" in capsys.readouterr().err


@pytest.mark.parametrize("change", [{"status": 7}, {"shows": "what nobody prints"}])
def test_a_step_that_ends_otherwise_ends_the_story(
    change: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    step = next(iter(STORY.values()))[0]._replace(**change)
    monkeypatch.setattr("sdd.cli.demo.STORY", {"Begin": (step,)})
    assert run(["demo", str(tmp_path / "new")]) == 3
    said = capsys.readouterr()
    assert "the story went wrong" in said.err
    assert str(tmp_path / "new") in said.err
    assert "Every step ended as expected" not in said.out


def test_a_program_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert run(["demo", str(tmp_path / "new")]) == 3
    said = capsys.readouterr()
    assert "git: " in said.out
    assert "not found" in said.out
    assert "the story went wrong" in said.err
