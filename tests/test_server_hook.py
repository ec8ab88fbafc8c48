"""`sdd hook install --server`: the pre-receive hook of a bare repository, met by real pushes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sdd.base.errors import SddError
from sdd.repo.objects import Repository
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks import script
from tests.adopted import PROMISE, Adopted, phr, sdd
from tests.examined import examined, rows_of
from tests.forked import FORKED_PYTHON, forked_python
from tests.test_next_lines import printed, run_line

BAD: dict[str, str | bytes | None] = {"src/evil.py": "1\n"}
GOOD: dict[str, str | bytes | None] = {
    "src/round.py": "1\n",
    "history/prompts/general/0001-rounding.green.prompt.md": phr(["src/round.py"], kind="fix", embedded=PROMISE),
}


def install(adopted: Adopted, *options: str) -> str:
    """Installs the server's hook; its sdd is forked."""
    with forked_python():
        ran = sdd(adopted.remote.path, "hook", "install", "--server", *options)
    assert ran.status == 0, ran
    return ran.out


def push(adopted: Adopted, branch: str, files: dict[str, str | bytes | None]) -> "subprocess.CompletedProcess[str]":
    """A push that skips the hook of the clone."""
    adopted.branch(branch)
    adopted.write(files)
    return adopted.here.run("git", "push", "--no-verify", "origin", branch)


def hook_of(adopted: Adopted) -> Path:
    return adopted.remote.path / "hooks" / "pre-receive"


def test_it_judges_every_push_and_says_what_is_recommended(adopted: Adopted) -> None:
    ran = sdd(adopted.remote.path, "hook", "install", "--server")
    assert f"installed: {hook_of(adopted)}" in ran.out
    assert 'waivers = "landed"' in ran.out
    bad, good = push(adopted, "bad", BAD), push(adopted, "good", GOOD)
    assert (bad.returncode != 0, "remote: sdd: push refused: refs/heads/bad" in bad.stderr) == (True, True)
    assert (good.returncode, "remote: sdd: pass: refs/heads/good" in good.stderr) == (0, True)
    assert adopted.remote.git("for-each-ref", "--format=%(refname)").split() == ["refs/heads/good", "refs/heads/main"]


def test_its_line_works_in_a_clone_whose_main_is_older(adopted: Adopted) -> None:
    names = [f"history/prompts/general/000{number}-rounding.green.prompt.md" for number in (1, 2)]
    records = {name: phr(["src/round.py"], prompt=name, kind="fix", embedded=PROMISE) for name in names}
    older = adopted.here.git("rev-parse", "main")
    adopted.land_change({"src/round.py": "1\n", **records})
    install(adopted)
    adopted.branch("tidy")
    checkout = f"git checkout {adopted.here.tip[:12]}"
    adopted.here.git("branch", "-f", "main", older)
    adopted.write(dict.fromkeys(names), "Tidy")
    told = adopted.here.run("git", "push", "--no-verify", "origin", "tidy").stderr
    (line,) = printed(told.replace("remote: ", ""))
    assert [part.split(" -- ")[0].strip() for part in line.split("&&")] == [
        "git fetch", checkout, checkout, "git commit -m 'Correct records'",
    ]  # fmt: skip
    run_line(adopted, line)
    pushed = adopted.push("tidy")
    assert pushed.returncode == 0, pushed.stderr


def test_nothing_is_said_of_waivers_that_count_once_landed(adopted: Adopted) -> None:
    adopted.land_change({".specify/sdd.toml": '[gate]\nwaivers = "landed"\n'})
    assert "waivers" not in install(adopted)


def test_a_second_run_changes_nothing_and_keeps_the_limit(adopted: Adopted) -> None:
    install(adopted)
    assert b"\ntimeout=120\n" in hook_of(adopted).read_bytes()
    install(adopted, "--timeout", "30")
    text = hook_of(adopted).read_bytes()
    assert b"\ntimeout=30\n" in text
    assert "in place: " in install(adopted)
    assert hook_of(adopted).read_bytes() == text
    assert sdd(adopted.remote.path, "hook", "status").status == 0


def test_somebodys_hook_is_kept_and_gets_the_same_lines(adopted: Adopted, tmp_path: Path) -> None:
    own = f"#!/bin/sh\ncat > '{tmp_path}/told'; echo mine; ! grep -q refs/heads/no '{tmp_path}/told'\n"
    hook_of(adopted).parent.mkdir(exist_ok=True)
    hook_of(adopted).write_text(own)
    hook_of(adopted).chmod(0o755)
    assert "then runs the hook that was there before: pre-receive.before-sdd" in install(adopted)
    assert push(adopted, "bad", BAD).returncode != 0
    assert not (tmp_path / "told").exists()
    done = push(adopted, "good", GOOD)
    assert (done.returncode, "remote: mine" in done.stderr) == (0, True)
    assert (tmp_path / "told").read_text() == f"{'0' * 40} {adopted.here.tip} refs/heads/good\n"
    assert adopted.here.run("git", "push", "--no-verify", "origin", "good:no").returncode != 0, "it may refuse"
    assert sdd(adopted.remote.path, "hook", "uninstall").status == 0
    assert hook_of(adopted).read_text() == own
    assert [*hook_of(adopted).parent.glob("*sdd*")] == []


def test_an_edited_hook_stays(adopted: Adopted) -> None:
    install(adopted)
    hook_of(adopted).write_bytes(hook_of(adopted).read_bytes() + b"echo mine\n")
    ran = sdd(adopted.remote.path, "hook", "install", "--server")
    assert (ran.status, "edited by hand" in ran.err, "sdd hook install --server" in ran.err) == (3, True, True)


def test_a_hook_outside_the_repository_is_not_written(adopted: Adopted, tmp_path: Path) -> None:
    adopted.remote.git("config", "core.hooksPath", str(tmp_path / "shared"))
    ran = sdd(adopted.remote.path, "hook", "install", "--server")
    assert (ran.status, "git's hooks are outside this repository" in ran.out) == (1, True)
    assert "exec sdd gate --pre-receive" in ran.out
    assert not (tmp_path / "shared").exists()
    adopted.remote.git("config", "core.hooksPath", "own hooks")
    install(adopted)
    assert (adopted.remote.path / "own hooks" / "pre-receive").exists()
    assert push(adopted, "bad", BAD).returncode != 0


def test_a_work_tree_of_a_bare_repository(adopted: Adopted, tmp_path: Path) -> None:
    adopted.remote.git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
    ran = sdd(tmp_path / "tree", "hook", "install", "--server")
    assert (ran.status, str(hook_of(adopted)) in ran.out) == (0, True), ran
    assert push(adopted, "bad", BAD).returncode != 0
    assert push(adopted, "good", GOOD).returncode == 0


def test_each_hook_has_its_place(adopted: Adopted) -> None:
    ran = adopted.sdd("hook", "install", "--server")
    assert (ran.status, "not bare" in ran.err) == (3, True)
    ran = sdd(adopted.remote.path, "hook", "install")
    line = ran.err.splitlines()[-1].split()
    assert (ran.status, line[:2]) == (3, ["sdd", "-C"])
    assert sdd(adopted.here.path, *line[1:]).status == 0
    assert adopted.sdd("hook", "install", "--timeout", "5").status == 2
    with Repository.discover(adopted.here.path / ".git") as repository, pytest.raises(SddError, match="own folder"):
        hooks.status(repository)


def test_what_takes_too_long_does_not_land(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that never answers stands for any reason."""
    real, slow = os.environ["PATH"], adopted.folder / "bin"
    slow.mkdir()
    (slow / "git").write_text(
        f"#!/bin/sh\ncase $* in *rev-parse*|*config*) PATH='{real}' exec git \"$@\";; esac\nexec sleep 60\n"
    )
    (slow / "git").chmod(0o755)
    line = f"{'0' * 40} {adopted.here.tip} refs/heads/x\n"
    monkeypatch.setenv("PATH", f"{slow}:{real}")
    ran = sdd(adopted.remote.path, "gate", "--pre-receive", "--timeout", "1", "--json", stdin=line)
    assert (ran.status, ran.document["error"]["message"]) == (3, "no verdict within 1 s")


def test_a_step_that_hears_no_signal_ends_too() -> None:
    """Such a sum is one step of Python, of minutes, that lets no thread run."""
    long = "from sdd.base import deadline\ndeadline._GRACE = 1\nwith deadline.deadline(1):\n    sum(range(10 ** 12))\n"
    done = subprocess.run([sys.executable, "-c", long], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(
        "sdd: no verdict within 1 s\n  push again, or less at once\n  whoever runs the server"
    )


@pytest.mark.parametrize("end", ["pass", "raise OSError", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_nothing_is_left_of_a_limit_that_was_kept(end: str) -> None:
    """Who reads what the process printed waits for the end of all that it started."""
    kept = f"from sdd.base import deadline\nwith deadline.deadline(9000):\n    {end}\n"
    ended = subprocess.run([sys.executable, "-c", kept], capture_output=True, check=False, timeout=30)
    assert ended.returncode in {0, 1, -9}
    # Whoever runs the tests in the background may have made them ignore the signal.
    heard = "import os, signal\nsignal.signal(signal.SIGQUIT, signal.SIG_DFL)\n"
    quit_ = f"{heard}{kept.replace(end, 'pass')}os.kill(os.getpid(), signal.SIGQUIT)\n"
    assert subprocess.run([sys.executable, "-c", quit_], check=False, timeout=30).returncode == -signal.SIGQUIT


@pytest.mark.parametrize("limit", ["0", "-1", "x", "10000", "²", "1.5"])
def test_a_limit_is_a_number_of_seconds(adopted: Adopted, limit: str) -> None:
    assert sdd(adopted.remote.path, "gate", "--pre-receive", "--timeout", limit).status == 2


def test_the_hook_without_sdd_refuses(adopted: Adopted, tmp_path: Path) -> None:
    with Repository.discover(adopted.remote.path) as repository:
        hooks.install_server(repository, interpreter=str(tmp_path / "gone"))
    done = push(adopted, "good", GOOD)
    assert (done.returncode != 0, "sdd cannot be run on the server" in done.stderr) == (True, True)


def test_doctor_knows_it(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = rows_of(adopted.remote.path, "hook")
    assert (row.state, row.fix) == ("warning", "sdd hook install --server")
    with monkeypatch.context() as older:
        older.setattr(script, "_PRE_RECEIVE", script._PRE_RECEIVE.replace("exit 3", "exit 1"))
        install(adopted)
    (row,) = rows_of(adopted.remote.path, "hook")
    assert (row.state, row.fix) == ("warning", "sdd hook install --server")
    install(adopted)
    rows = examined(adopted.remote.path)
    assert rows["hook"] == [("ok", f"sdd's own: {hook_of(adopted)}", None)]
    assert str(FORKED_PYTHON) in rows["called sdd"][0].message
    assert [(row.state, "was refused, and one with them went through" in row.message) for row in rows["dry run"]] == [
        ("ok", True)
    ]
