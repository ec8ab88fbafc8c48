"""Hooks that fail or are fooled.

The hook's input is closed, or `cat`, the interpreter or sdd is missing, replaced, or fooled by PATH or `PYTHONPATH`; a
variable is not set; the pre-push hook is skipped (the server's refuses).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sdd.repo.objects import Repository
from sdd.setup.hooks.install import install, install_server
from sdd.setup.hooks.script import hook_script
from tests.adopted import PROMISE, Adopted, phr, sdd

BAD: dict[str, str | bytes | None] = {"src/evil.py": "1\n"}
GOOD: dict[str, str | bytes | None] = {
    "src/round.py": "1\n",
    "history/prompts/general/0001-rounding.green.prompt.md": phr(["src/round.py"], kind="fix", embedded=PROMISE),
}


@pytest.fixture
def adopted(adopted: Adopted) -> Adopted:
    """The adopted project, whose hook starts Python."""
    hook_of(adopted).write_bytes(hook_script(sys.executable))
    return adopted


def hook_of(adopted: Adopted) -> Path:
    return adopted.here.path / ".git" / "hooks" / "pre-push"


def pushed(adopted: Adopted, files: dict[str, str | bytes | None], monkeypatch: pytest.MonkeyPatch, path: Path) -> str:
    """What git says of a push of these files with nothing but the programs in `path`; empty where it went through."""
    adopted.branch()
    adopted.write(files)
    with monkeypatch.context() as poor:
        poor.setenv("PATH", str(path))
        done = adopted.push("work")
    assert done.stderr
    return done.stderr if done.returncode else ""


def programs(folder: Path, *names: str, **bodies: str) -> Path:
    """A folder with these programs of this machine, and with scripts."""
    folder.mkdir()
    for name in names:
        place = shutil.which(name)
        assert place, name
        (folder / name).symlink_to(place)
    for name, body in bodies.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return folder


def installed_by(adopted: Adopted, interpreter: Path) -> None:
    with Repository.discover(adopted.here.path) as repository:
        assert install(repository, str(interpreter)).in_force


@pytest.mark.parametrize("cat", ["", "exit 1", "exit 0"])
def test_a_helper_of_the_hook_is_missing_or_fails(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cat: str
) -> None:
    """Code is pushed where `cat` is missing, fails or prints nothing. `change-no-phr`: the hook needs no `cat`."""
    path = programs(tmp_path / "bin", "git", "sh", **({"cat": cat} if cat else {}))
    assert "change-no-phr" in pushed(adopted, BAD, monkeypatch, path)


def test_a_push_with_its_records_needs_no_helper_either(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A push with records is made where there is only git and a shell. Passes."""
    assert not pushed(adopted, GOOD, monkeypatch, programs(tmp_path / "bin", "git", "sh"))


def test_the_hooks_standard_input_is_closed(adopted: Adopted) -> None:
    """The hook runs with its standard input closed. Exit 3: that is not an empty push."""
    command = f"'{hook_of(adopted)}' origin url <&-"
    done = subprocess.run(["sh", "-c", command], cwd=adopted.here.path, capture_output=True, text=True, check=False)
    assert (done.returncode, "standard input is closed" in done.stderr) == (3, True), done


@pytest.mark.parametrize("body", ["exit 0", "echo sdd 1.52; exit 0"])
def test_a_program_of_the_same_name_says_yes(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    """sdd is gone, and PATH has another program called `sdd`. Exit 3: a program has to say that it is sdd."""
    installed_by(adopted, tmp_path / "gone")
    assert "sdd cannot be run" in pushed(adopted, BAD, monkeypatch, programs(tmp_path / "bin", "git", "sh", sdd=body))


@pytest.mark.parametrize("body", ["exit 0", "while read -r line; do :; done", "echo sdd 0.1.0; exit 0"])
def test_an_interpreter_that_says_yes_to_everything(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    """The hook's interpreter does nothing, eats what git says, or prints sdd's name, and ends with 0. Exit 3."""
    path = programs(tmp_path / "bin", "git", "sh", python=body)
    (path / "sdd").symlink_to(Path(sys.executable).with_name("sdd"))
    installed_by(adopted, path / "python")
    assert "sdd cannot be run" in pushed(adopted, BAD, monkeypatch, path)


def test_a_python_that_has_lost_sdd(adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook's Python no longer has sdd. Exit 3."""
    bare = f'exec "{sys.executable}" -I -S "$@"'
    path = programs(tmp_path / "bin", "git", "sh", python=bare)
    installed_by(adopted, path / "python")
    assert "sdd cannot be run" in pushed(adopted, BAD, monkeypatch, path)


@pytest.mark.parametrize("option", ["--base", "--head"])
def test_a_variable_that_is_not_set(adopted: Adopted, option: str) -> None:
    """A script runs `sdd gate --base "$BASE"`, and the variable is not set. Wrong usage."""
    adopted.branch()
    adopted.write(BAD)
    ran = sdd(adopted.here.path, "gate", option, "")
    assert (ran.status, f"{option} is empty" in ran.err) == (2, True), ran


def test_a_former_hook_uploads_what_is_refused(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hook that was there before sdd's uploads files. It runs after a pass only, with the input of git."""
    former = hook_of(adopted).with_name("pre-push.before-sdd")
    former.write_text(f"#!/bin/sh\ncat > '{tmp_path}/uploaded'\n")
    former.chmod(0o755)
    adopted.branch("good")
    head = adopted.write(GOOD)
    assert adopted.push("good").returncode == 0
    uploaded = (tmp_path / "uploaded").read_text()
    assert uploaded == f"refs/heads/good {head} refs/heads/good {'0' * 40}\n"
    assert "change-no-phr" in pushed(adopted, BAD, monkeypatch, Path(os.environ["PATH"]))
    assert (tmp_path / "uploaded").read_text() == uploaded


def on_the_server(adopted: Adopted, interpreter: str = sys.executable) -> None:
    with Repository.discover(adopted.remote.path) as repository:
        assert install_server(repository, interpreter=interpreter).in_force


@pytest.mark.parametrize("skipped", ["push --no-verify", "-c core.hooksPath=/dev/null push"])
def test_the_hook_is_skipped(adopted: Adopted, skipped: str) -> None:
    """The pre-push hook is skipped by an option or a setting. `change-no-phr`, from the server's hook."""
    on_the_server(adopted)
    adopted.branch()
    adopted.write(BAD)
    done = adopted.here.run("git", *skipped.split(), "origin", "work")
    assert (done.returncode != 0, "change-no-phr" in done.stderr) == (True, True)


def test_one_bad_ref_among_many(adopted: Adopted) -> None:
    """Code without records is pushed together with sound branches, tags and deletions. `change-no-phr`, and no ref
    moves.
    """
    on_the_server(adopted)
    adopted.land("main:refs/heads/gone")
    adopted.branch("good")
    adopted.write(GOOD)
    adopted.branch("bad", "main")
    adopted.write(BAD)
    done = adopted.here.run("git", "push", "--no-verify", "origin", "good", "bad", "main:refs/tags/v1", ":gone")
    assert (done.returncode != 0, "change-no-phr" in done.stderr) == (True, True)
    assert adopted.remote.git("for-each-ref", "--format=%(refname)").split() == ["refs/heads/gone", "refs/heads/main"]


def test_a_servers_path_has_another_sdd(adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's sdd is gone, and PATH has another program of that name. Exit 3: the hook does not look on PATH."""
    on_the_server(adopted, str(tmp_path / "gone"))
    adopted.branch()
    adopted.write(BAD)
    path = programs(tmp_path / "bin", "git", "sh", sdd='echo "Usage: sdd gate "')
    monkeypatch.setenv("PATH", str(path))
    done = adopted.here.run("git", "push", "--no-verify", "origin", "work")
    assert (done.returncode != 0, "sdd cannot be run on the server" in done.stderr) == (True, True)


def test_the_servers_standard_input_is_closed(adopted: Adopted) -> None:
    """The server's hook runs with its standard input closed. Exit 3."""
    on_the_server(adopted)
    done = subprocess.run(
        ["sh", "-c", "hooks/pre-receive <&-"], cwd=adopted.remote.path, capture_output=True, text=True
    )
    assert (done.returncode, "standard input is closed" in done.stderr) == (3, True), done


def test_a_client_sends_a_python_path(adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client sends a `PYTHONPATH` with an `sdd` that passes everything. `change-no-phr`: the server ignores it."""
    on_the_server(adopted)
    adopted.branch()
    adopted.write(BAD)
    (tmp_path / "sdd").mkdir()
    (tmp_path / "sdd" / "__init__.py").write_text("__version__ = '9'\n")
    (tmp_path / "sdd" / "__main__.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = adopted.here.run("git", "push", "--no-verify", "origin", "work")
    assert (done.returncode != 0, "change-no-phr" in done.stderr) == (True, True)


def test_a_former_hook_that_cannot_be_run(adopted: Adopted) -> None:
    """The hook that was there before names an interpreter that is gone. Exit 3: it could have refused."""
    former = hook_of(adopted).with_name("pre-push.before-sdd")
    former.write_text("#!/nowhere/sh\n")
    former.chmod(0o755)
    adopted.branch()
    adopted.write(GOOD)
    done = adopted.push("work")
    assert (done.returncode != 0, "pre-push.before-sdd" in done.stderr) == (True, True), done
