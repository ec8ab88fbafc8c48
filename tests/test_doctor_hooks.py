"""`sdd doctor` and hooks: sdd's own is fired by real pushes, every other one is read and never run."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdd.repo.objects import Repository
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks import script
from tests.adopted import Adopted
from tests.console import BIN_FOLDER
from tests.examined import Said, examined, rows_of, run_fix, said
from tests.forked import forked_bin, forked_python
from tests.waiting import is_running, wait_until

CALL = 'sdd gate --pre-push "$1" "$2" || exit $?\n'
PROVED = "a push without records was refused, and one with them went through"


@pytest.fixture(autouse=True)
def reachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A forked sdd on PATH and in hooks, and a folder for all temporary files that is empty again after each test."""
    monkeypatch.setenv("PATH", f"{forked_bin()}:{os.environ['PATH']}")
    temporary = tmp_path / "temporary files"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    with forked_python():
        yield temporary
    assert list(temporary.iterdir()) == []


def write_hook(path: Path, text: str, mode: int = 0o755) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if text.startswith("#!") else f"#!/bin/sh\n{text}")
    path.chmod(mode)


def own_hook(adopted: Adopted) -> Path:
    return adopted.here.path / ".git" / "hooks" / "pre-push"


def install(adopted: Adopted, interpreter: Path) -> None:
    with Repository.discover(adopted.here.path) as repository:
        hooks.install(repository, str(interpreter))


def hook_rows(adopted: Adopted) -> list[tuple[str, str]]:
    """The states of what doctor says of the hook, by the name of the check."""
    names = ("hook", "called sdd", "dry run")
    return [(name, row.state) for name in names for row in rows_of(adopted.here.path, name)]


# -- sdd's own hook ----------------------------------------------------------------------------------------


def test_its_own_hook_is_fired_and_the_one_after_it_left_out(adopted: Adopted) -> None:
    own_hook(adopted).unlink()
    write_hook(own_hook(adopted), f"touch '{adopted.folder}/ran'\n")
    adopted.done("hook", "install")
    assert said(adopted, "dry run") == ("ok", f"{PROVED}; pre-push.before-sdd was left out", None)
    assert said(adopted, "hook").message.endswith("; pre-push.before-sdd beside it runs after it")
    assert not (adopted.folder / "ran").exists()


def test_its_own_hook_is_fired_where_core_hooks_path_leads(adopted: Adopted) -> None:
    adopted.here.git("config", "core.hooksPath", ".git/own hooks")
    adopted.done("hook", "install")
    assert str(adopted.here.path / ".git" / "own hooks") in said(adopted, "hook").message
    assert said(adopted, "dry run") == ("ok", PROVED, None)


def test_a_hook_that_git_skips_is_a_fault(adopted: Adopted) -> None:
    own_hook(adopted).chmod(0o644)
    row = said(adopted, "hook")
    assert (row.state, row.fix) == ("fault", "sdd hook install")
    assert rows_of(adopted.here.path, "dry run") == []
    run_fix(adopted.here, row.fix)
    assert hook_rows(adopted) == [("hook", "ok"), ("called sdd", "ok"), ("dry run", "ok")]


def test_a_hook_whose_interpreter_is_gone_falls_back_and_is_renewed(adopted: Adopted, tmp_path: Path) -> None:
    install(adopted, tmp_path / "it's gone" / "python")
    row = said(adopted, "called sdd")
    assert (row.state, row.fix) == ("warning", "sdd hook install")
    assert f"falls back on {forked_bin() / 'sdd'}: {tmp_path}/it's gone/python" in row.message
    assert said(adopted, "dry run").state == "ok"
    run_fix(adopted.here, row.fix)
    assert said(adopted, "called sdd").state == "ok"


def test_without_any_sdd_every_push_is_refused_and_that_is_a_fault(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(adopted, tmp_path / "python")
    folders = [folder for folder in os.environ["PATH"].split(":") if not (Path(folder) / "sdd").exists()]
    monkeypatch.setenv("PATH", ":".join(folders))
    assert said(adopted, "called sdd").state == "fault"
    row = said(adopted, "dry run")
    begin = "a push without records was stopped without a verdict: sdd: fix it: install sdd again"
    assert (row.state, row.message[: len(begin)], row.fix) == ("fault", begin, "sdd hook install")


PASS, REFUSE = 'echo "sdd: pass: $ref 1 against x"', 'echo "sdd: push refused: $ref 1 against x"'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("exit 0", "a push without records went through: sdd was not asked, or said nothing"),
        ("exit 1", "a push without records was stopped without a verdict: nothing"),
        ("echo 'No {yaml}'; exit 3", "a push without records was stopped without a verdict: No {yaml}"),
        (PASS, "sdd passed a push without records"),
        (f"{REFUSE}; exit 1", "sdd refused a push with its records: "),
        (REFUSE, "sdd refused a push without records, and it went through"),
        (f"case $ref in */with-*) {PASS};; *) {REFUSE};; esac; exit 1", "a push with its records was stopped: "),
    ],
)
def test_what_a_faulty_sdd_makes_of_a_push_is_a_fault(
    adopted: Adopted, tmp_path: Path, body: str, message: str
) -> None:
    stub = tmp_path / "python"
    answers = "case $3 in *click*) echo 0.0.1 3.9;; *) echo sdd 0;; esac"
    write_hook(stub, f'[ "$2" = -c ] && {answers} && exit 0\necho sdd 0 >&3\nread -r a b ref d\n{body}\n')
    install(adopted, stub)
    row = said(adopted, "dry run")
    assert (row.state, row.message[: len(message)], row.fix) == ("fault", message, "sdd hook install")
    assert said(adopted, "called sdd").message.startswith(f"the hook calls sdd 0.0.1 by {stub}, and this is ")


def test_a_hook_of_another_version_is_not_fired(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(script, "_PRE_PUSH", f"touch '{adopted.folder}/ran'\n{script._PRE_PUSH}")
        adopted.done("hook", "install")
    row = said(adopted, "hook")
    assert row == Said("warning", f"another version of sdd wrote this hook: {own_hook(adopted)}", "sdd hook install")
    row = said(adopted, "dry run")
    assert row == Said("warning", "not fired: another version of sdd wrote this hook", "sdd hook install")
    assert not (adopted.folder / "ran").exists()
    run_fix(adopted.here, row.fix)
    assert [said(adopted, name).state for name in ("hook", "dry run")] == ["ok", "ok"]


@pytest.mark.parametrize("linked", [False, True])
def test_an_interpreter_that_the_repository_holds_is_not_run(adopted: Adopted, linked: bool) -> None:
    program = adopted.here.path / "tools" / "python"
    write_hook(program, f"echo 1 > '{adopted.folder}/ran'\n")
    adopted.here.commit("tools")
    if linked:
        (adopted.folder / "python").symlink_to(program)
        program = adopted.folder / "python"
    install(adopted, program)
    for name in ("called sdd", "dry run"):
        row = said(adopted, name)
        assert (row.state, row.fix) == ("warning", "sdd hook install")
        assert "is a file of this repository" in row.message
    assert not (adopted.folder / "ran").exists()
    run_fix(adopted.here, row.fix)
    assert said(adopted, "dry run").state == "ok"


def test_a_hook_edited_by_hand_is_not_fired(adopted: Adopted) -> None:
    hook = own_hook(adopted)
    hook.write_bytes(hook.read_bytes() + f"touch '{adopted.folder}/ran'\n".encode())
    row = said(adopted, "hook")
    assert (row.state, "not fired here" in row.message, row.fix) == ("warning", True, None)
    assert hook_rows(adopted) == [("hook", "warning"), ("called sdd", "ok")]
    assert not (adopted.folder / "ran").exists()


# -- other hooks -------------------------------------------------------------------------------------------


def harm(adopted: Adopted) -> str:
    return f"/bin/sh -c 'echo 1 > \"{adopted.folder}/ran\"'\n"


def test_no_hook_of_others_is_run(adopted: Adopted) -> None:
    """Not even a copy of it: a path in a hook leads wherever its author wants."""
    write_hook(own_hook(adopted), harm(adopted))
    rows = examined(adopted.here.path)
    assert (rows["hook"][0].state, rows["hook"][0].fix) == ("fault", "sdd hook install")
    assert "called sdd" not in rows
    write_hook(own_hook(adopted), harm(adopted) + CALL + harm(adopted))
    rows = examined(adopted.here.path)
    assert rows["hook"][0] == ("ok", f"another's; it calls sdd, not fired here: {own_hook(adopted)}", None)
    assert "dry run" not in rows
    assert not (adopted.folder / "ran").exists()


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("if ! sdd gate --pre-push $1 $2; then exit 1; fi\n", True),
        ("#!/usr/bin/env bash\n\tsdd gate || exit $? # always\n", True),
        ("# sdd gate is for later\n", False),
        ("true # sdd gate\n", False),
        ("sdd status\n", False),
    ],
)
def test_a_call_of_sdd_is_read_outside_of_comments(adopted: Adopted, text: str, calls: bool) -> None:
    write_hook(own_hook(adopted), text)
    assert said(adopted, "hook").state == ("ok" if calls else "fault")


@pytest.mark.parametrize(
    ("call", "state", "message"),
    [
        ("sdd", "ok", f"calls sdd by its name: from here that is {forked_bin() / 'sdd'}"),
        (str(forked_bin() / "sdd"), "ok", f"calls {forked_bin() / 'sdd'}"),
        ("tools/sdd", "ok", "calls tools/sdd"),
        ("/nowhere/sdd", "fault", "calls /nowhere/sdd, and no such program exists"),
    ],
    ids=["by its name", "in full", "of the project", "of nowhere"],  # the folder has another name in each process
)
def test_the_sdd_that_a_hook_calls_is_looked_for(adopted: Adopted, call: str, state: str, message: str) -> None:
    write_hook(adopted.here.path / "tools" / "sdd", harm(adopted))
    write_hook(own_hook(adopted), f"{call} gate --pre-push $1 $2 || exit $?\n")
    assert said(adopted, "called sdd") == (state, f"{own_hook(adopted)} {message}", None)
    assert not (adopted.folder / "ran").exists()


def test_a_hook_that_calls_sdd_by_its_name_needs_it_on_path(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    write_hook(own_hook(adopted), CALL)
    folders = [folder for folder in os.environ["PATH"].split(":") if not (Path(folder) / "sdd").exists()]
    monkeypatch.setenv("PATH", ":".join(folders))
    row = said(adopted, "called sdd")
    assert (row.state, f"PATH has none; this sdd is in {Path(sys.executable).parent}" in row.message) == ("fault", True)


# -- core.hooksPath ----------------------------------------------------------------------------------------


def test_hooks_elsewhere_are_read(adopted: Adopted) -> None:
    shared = adopted.folder / "shared hooks"
    write_hook(shared / "pre-push", CALL + harm(adopted))
    adopted.here.git("config", "core.hooksPath", str(shared))
    assert said(adopted, "hook").message == f"another's; it calls sdd, not fired here: {shared / 'pre-push'}"
    assert hook_rows(adopted) == [("hook", "ok"), ("called sdd", "ok")]
    assert not (adopted.folder / "ran").exists()
    write_hook(shared / "pre-push", CALL, 0o644)
    row = said(adopted, "hook")
    assert row.state == "fault"
    run_fix(adopted.here, row.fix)
    assert said(adopted, "hook").state == "ok"


@pytest.mark.parametrize("scope", ["--local", "--global", "--worktree"])
@pytest.mark.parametrize("folder", [os.devnull, "nowhere/hooks"])
def test_hooks_nowhere_are_a_fault_and_come_back(
    adopted: Adopted, scope: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(adopted.folder / "config"))
    adopted.here.git("config", "extensions.worktreeConfig", "true")
    adopted.here.git("config", scope, "core.hooksPath", folder)
    row = said(adopted, "hook")
    assert row.state == "fault"
    assert row.message.startswith("core.hooksPath leads to ")
    run_fix(adopted.here, row.fix)
    assert said(adopted, "hook").message.startswith("sdd's own: ")


# -- husky, lefthook, pre-commit ---------------------------------------------------------------------------

LEFTHOOK = (
    "pre-push:\n  commands:\n    sdd: {run: 'sdd gate --pre-push {1} {2}', use_stdin: true}\n    x: {run: 'HARM'}\n"
)
PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - {id: y, name: y, entry: touch HARM, language: system, stages: [pre-push], always_run: true}
      - id: sdd
        name: sdd gate
        entry: sh -c 'sdd gate --head "$PRE_COMMIT_TO_REF"'
        language: system
        stages: [pre-push]
        always_run: true
        pass_filenames: false
"""


def assert_read(adopted: Adopted, settings: Path) -> None:
    """The hook calls sdd by way of a file, and nothing of it was run."""
    row = said(adopted, "hook")
    assert row.state == "ok"
    assert f"it calls sdd by {settings}, not fired here: " in row.message
    assert [name for name, _ in hook_rows(adopted)] == ["hook", "called sdd"]
    assert not (adopted.folder / "ran").exists()


def test_husky_is_read(adopted: Adopted) -> None:
    adopted.done("hook", "uninstall")
    write_hook(adopted.here.path / ".husky" / "_" / "pre-push", '. "$(dirname "$0")/h"\n')
    adopted.here.git("config", "core.hooksPath", ".husky/_")
    row = said(adopted, "hook")
    assert (row.state, row.fix) == ("fault", "sdd hook install")
    assert row.message.startswith("husky manages the hooks here, and nothing there calls sdd: ")
    assert row.message.endswith(" (add there what the command prints)")
    run_fix(adopted.here, row.fix)
    adopted.here.write(".husky/pre-push", CALL + harm(adopted))
    assert_read(adopted, adopted.here.path / ".husky" / "pre-push")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lefthook.yml", LEFTHOOK),
        (".config/lefthook.toml", '[pre-push.commands.sdd]\nrun = "sdd gate --pre-push {1} {2}"\nuse_stdin = true\n'),
    ],
)
def test_lefthook_is_read(
    adopted: Adopted, name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.done("hook", "uninstall")
    write_hook(tmp_path / "bin" / "lefthook", harm(adopted))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    adopted.here.write(name, text.replace("HARM", f"touch {adopted.folder}/ran"))
    row = said(adopted, "hook")
    assert (row.state, row.fix) == ("fault", "lefthook install")
    write_hook(own_hook(adopted), 'lefthook run pre-push "$@"\n')
    assert_read(adopted, adopted.here.path / name)


@pytest.fixture
def pre_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The real one, with a cache of its own."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    return BIN_FOLDER / "pre-commit"


@pytest.mark.parametrize("call", ["sdd", "sdd-gate"])
def test_pre_commit_is_read(adopted: Adopted, pre_commit: Path, call: str) -> None:
    """As sdd writes the settings out, and by the id of the hook that sdd's repository offers."""
    adopted.done("hook", "uninstall")
    text = PRE_COMMIT.replace("touch HARM", f"touch {adopted.folder}/ran")
    if call == "sdd-gate":
        text = "repos: [{repo: x, rev: y, hooks: [{id: sdd-gate, stages: [pre-push]}]}]\n"
    adopted.here.write(".pre-commit-config.yaml", text)
    row = said(adopted, "hook")
    assert (row.state, "git does not run it yet: pre-commit install" in row.message) == ("fault", True)
    assert adopted.here.run(str(pre_commit), "install", "--hook-type", "pre-push").returncode == 0
    assert_read(adopted, adopted.here.path / ".pre-commit-config.yaml")


def test_a_hook_that_pre_commit_has_moved_aside_is_still_in_force(adopted: Adopted, pre_commit: Path) -> None:
    adopted.here.write(".pre-commit-config.yaml", "repos: []\n")
    assert adopted.here.run(str(pre_commit), "install", "--hook-type", "pre-push").returncode == 0
    ran = adopted.done("hook", "status")
    assert "called by another program" in ran.out
    assert "pre-push.legacy calls sdd gate" in ran.out
    assert_read(adopted, own_hook(adopted).with_name("pre-push.legacy"))
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    assert adopted.push("work").returncode == 1


# -- a server's hook ---------------------------------------------------------------------------------------


def test_a_servers_hook_is_read(adopted: Adopted) -> None:
    path = adopted.remote.path / "hooks" / "pre-receive"
    assert rows_of(adopted.remote.path, "hook")[0].state == "warning"
    write_hook(path, "exit 0\n")
    assert rows_of(adopted.remote.path, "hook")[0].state == "warning"
    write_hook(path, f"exec sdd gate --pre-receive\n{harm(adopted)}", 0o644)
    assert rows_of(adopted.remote.path, "hook")[0].state == "fault"
    path.chmod(0o755)
    rows = examined(adopted.remote.path)
    assert rows["hook"] == [("ok", f"another's; it calls sdd, not fired here: {path}", None)]
    assert rows["called sdd"][0].message.endswith(f"from here that is {forked_bin() / 'sdd'}")
    assert "dry run" not in rows
    assert not (adopted.folder / "ran").exists()


# -- nothing is left behind --------------------------------------------------------------------------------


@pytest.fixture
def hanging(adopted: Adopted, tmp_path: Path) -> Path:
    """A hook whose interpreter never ends, and the file into which that writes the number of a process of its own."""
    number = tmp_path / "number"
    write_hook(
        tmp_path / "python", f"[ \"$2\" = -c ] && echo sdd 0 && exit 0\nsleep 600 &\necho $! > '{number}'\nwait\n"
    )
    install(adopted, tmp_path / "python")
    return number


def test_a_hook_that_hangs_is_stopped_with_all_that_it_started(adopted: Adopted, hanging: Path) -> None:
    (row,) = rows_of(adopted.here.path, "dry run", limit=1.5)
    assert (row.state, row.message) == ("fault", "no end within 1.5 s, so a push would hang; it was stopped")
    wait_until(lambda: not is_running(int(hanging.read_text())))


def test_an_interrupted_doctor_leaves_nothing(adopted: Adopted, hanging: Path, reachable: Path) -> None:
    doctor = subprocess.Popen(
        [sys.executable, "-m", "sdd", "doctor"],
        cwd=adopted.here.path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: hanging.exists() and hanging.read_text().strip() != "")
    assert list(reachable.iterdir()) != []
    os.killpg(doctor.pid, signal.SIGINT)
    assert doctor.wait(60) != 0
    assert list(reachable.iterdir()) == []
    wait_until(lambda: not is_running(int(hanging.read_text())))


def test_without_a_folder_for_temporary_files_the_rest_is_told(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(adopted.folder / "nowhere"))
    row = said(adopted, "dry run")
    assert (row.state, row.message[:11]) == ("warning", "not fired: ")
    assert said(adopted, "hook").state == "ok"
