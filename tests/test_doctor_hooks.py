"""`sdd doctor` proves the hook: real pushes on a stage, hooks of every origin, and nothing left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdd.base.errors import SddError
from sdd.repo.objects import Repository
from sdd.setup.doctor.scratch import run_in_scratch, scratch_folder
from sdd.setup.hooks import install as hooks
from tests.adopted import Adopted, sdd
from tests.console import BIN_FOLDER
from tests.examined import examined, rows_of, run_mend, said
from tests.waiting import is_running, wait_until

CALL = 'sdd gate --pre-push "$1" "$2" || exit $?\n'
WELL = "a push without records was refused, and one with them "


@pytest.fixture(autouse=True)
def reachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """sdd on PATH, and a folder for all temporary files that is empty again after each test."""
    monkeypatch.setenv("PATH", f"{BIN_FOLDER}:{os.environ['PATH']}")
    temporary = tmp_path / "temporary files"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield temporary
    assert list(temporary.iterdir()) == []


def write_hook(path: Path, text: str, mode: int = 0o755) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if text.startswith("#!") else f"#!/bin/sh\n{text}")
    path.chmod(mode)


def own_hook(adopted: Adopted) -> Path:
    return adopted.here.path / ".git" / "hooks" / "pre-push"


# -- sdd's own hook ----------------------------------------------------------------------------------------


def test_its_own_hook_is_proved_and_the_one_after_it_left_out(adopted: Adopted) -> None:
    adopted.done("hook", "uninstall")
    write_hook(own_hook(adopted), f"touch '{adopted.folder}/ran'\n")
    adopted.done("hook", "install")
    assert said(adopted, "dry run") == ("ok", f"{WELL}went through; pre-push.before-sdd was left out", None)
    assert said(adopted, "hook").found.endswith("; pre-push.before-sdd beside it runs after it")
    assert not (adopted.folder / "ran").exists()


def test_git_is_asked_where_it_looks_for_hooks(adopted: Adopted) -> None:
    adopted.done("hook", "uninstall")
    adopted.here.git("config", "core.hooksPath", ".git/own hooks")
    adopted.done("hook", "install")
    assert str(adopted.here.path / ".git" / "own hooks") in said(adopted, "hook").found
    assert said(adopted, "dry run").state == "ok"


def test_a_hook_that_git_skips_is_a_fault(adopted: Adopted) -> None:
    own_hook(adopted).chmod(0o644)
    row = said(adopted, "hook")
    assert (row.state, row.mend) == ("fault", "sdd hook install")
    assert rows_of(adopted.here.path, "dry run") == []
    run_mend(adopted.here, row.mend)
    assert said(adopted, "dry run").state == "ok"


def test_a_hook_whose_interpreter_is_gone_falls_back_and_is_renewed(adopted: Adopted, tmp_path: Path) -> None:
    install(adopted, tmp_path / "it's gone" / "python")
    row = said(adopted, "called sdd")
    assert (row.state, row.mend) == ("warning", "sdd hook install")
    assert f"falls back on {BIN_FOLDER / 'sdd'}: {tmp_path}/it's gone/python" in row.found
    assert said(adopted, "dry run").state == "ok"
    run_mend(adopted.here, row.mend)
    assert said(adopted, "called sdd").state == "ok"


def test_without_any_sdd_every_push_is_refused_and_that_is_a_fault(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(adopted, tmp_path / "python")
    places = [place for place in os.environ["PATH"].split(":") if not (Path(place) / "sdd").exists()]
    monkeypatch.setenv("PATH", ":".join(places))
    rows = examined(adopted.here.path)
    assert rows["called sdd"][0].state == "fault"
    assert rows["dry run"][0].found.startswith("a push was stopped without a verdict: sdd: mend it: install sdd again")
    assert rows["dry run"][0].mend == "sdd hook install"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("exit 0", "a push without records went through: sdd was not asked, or said nothing"),
        ("exit 1", "a push was stopped without a verdict: nothing"),
        ("echo 'Traceback: no yaml'; exit 3", "a push was stopped without a verdict: Traceback: no yaml"),
        ('read -r a b ref d; echo "sdd: pass: $ref 1 against x"', "sdd passed a push without records"),
        (
            'read -r a b ref d; echo "sdd: push refused: $ref 1 against x"; exit 1',
            "sdd refused a push with its records: ",
        ),
    ],
)
def test_what_a_faulty_sdd_makes_of_a_push_is_a_fault(adopted: Adopted, tmp_path: Path, body: str, found: str) -> None:
    stub = tmp_path / "python"
    write_hook(stub, f'[ "$2" = -c ] && echo 0.0.1 3.9 && exit 0\n{body}\n')
    install(adopted, stub)
    row = said(adopted, "dry run")
    assert (row.state, row.mend) == ("fault", "sdd hook install")
    assert row.found.startswith(found)
    assert said(adopted, "called sdd").found.startswith(f"the hook calls sdd 0.0.1 by {stub}, and this is ")


def test_a_hook_edited_by_hand_is_tried_sealed_off(adopted: Adopted) -> None:
    hook = own_hook(adopted)
    hook.write_bytes(hook.read_bytes() + f"touch '{adopted.folder}/ran'\n".encode())
    rows = examined(adopted.here.path)
    assert (rows["hook"][0].state, rows["hook"][0].mend) == ("warning", None)
    assert rows["dry run"][0].state == "ok"
    assert not (adopted.folder / "ran").exists()


def install(adopted: Adopted, interpreter: Path) -> None:
    with Repository.discover(adopted.here.path) as repository:
        hooks.install(repository, str(interpreter))


# -- other hooks -------------------------------------------------------------------------------------------


def test_another_hook_that_says_nothing_of_sdd_is_not_run(adopted: Adopted) -> None:
    adopted.done("hook", "uninstall")
    write_hook(own_hook(adopted), f"echo 1 > '{adopted.folder}/ran'\n")
    rows = examined(adopted.here.path)
    assert (rows["hook"][0].state, rows["hook"][0].mend) == ("fault", "sdd hook install")
    assert "dry run" not in rows
    assert not (adopted.folder / "ran").exists()
    run_mend(adopted.here, rows["hook"][0].mend)
    assert said(adopted, "dry run").state == "ok"


def test_no_hook_of_others_is_run(adopted: Adopted) -> None:
    """Not even a copy of it: a path in a hook leads wherever its author wants, and so does a program that it names."""
    adopted.done("hook", "uninstall")
    write_hook(own_hook(adopted), f"{CALL}/bin/sh -c 'echo 1 > {adopted.folder}/ran'\n")
    examined(adopted.here.path)
    assert not (adopted.folder / "ran").exists()
    write_hook(own_hook(adopted), f"/bin/sh -c 'echo 1 > {adopted.folder}/ran'\n{CALL}")
    assert said(adopted, "hook").state == "ok"
    examined(adopted.here.path)
    assert not (adopted.folder / "ran").exists()


HARM = "touch '{folder}/ran'; rm -rf '{folder}/here/src'; npm test\n"


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        (CALL + HARM, "ok", f"{WELL}was passed by sdd; whatever else "),
        ("if ! sdd gate --pre-push $1 $2; then exit 1; fi\n" + HARM, "ok", f"{WELL}was passed by sdd; whatever else "),
        ("sdd gate --pre-push $1 $2 || exit 1\n", "ok", f"{WELL}went through; whatever else "),
        ("l=$(cat)\necho \"$l\" | sdd gate --pre-push $1 $2\n", "ok", f"{WELL}was passed by sdd; whatever else "),
        ("exec {bin}/sdd gate --pre-push $1 $2\n", "ok", f"{WELL}went through; whatever else "),
        ("tools/sdd gate --pre-push $1 $2 || exit $?\n" + HARM, "ok", f"{WELL}was passed by sdd; whatever else "),
        ("sdd gate || exit $?\n", "warning", "a push without records was refused, but not while another branch was"),
        ("sdd gate --pre-push $1 $2 || true\n", "fault", "sdd refused a push without records, and it went through"),
        ("echo \"$(sdd gate --pre-push $1 $2)\"\n", "fault", "sdd refused a push without records, and it went through"),
        ("exit 0\n" + CALL, "fault", "a push without records went through: sdd was not asked"),
        ("# sdd gate is for later\n", "fault", "a push without records went through: sdd was not asked"),
        ("cat >/dev/null\n" + CALL, "fault", "sdd passed a push without records"),
        ("sdd gate --pre-push $1 || exit $?\n", "fault", "sdd could not judge a push: "),
        ("npm test || exit 1\n" + CALL, "warning", "not proved: in an empty repository the hook ended before it asked"),
        ("poetry run " + CALL, "warning", "not proved: in an empty repository the hook ended before it asked sdd"),
        ("sdd gate --pre-push $1 $2\n" + HARM, "warning", "not proved: sdd refused a push without records, the hook"),
    ],
)  # fmt: skip
def test_a_hook_of_ones_own_is_proved_or_not_and_does_no_harm(
    adopted: Adopted, text: str, state: str, found: str
) -> None:
    """What a real push would have run before or after sdd is not done."""
    adopted.done("hook", "uninstall")
    write_hook(own_hook(adopted), text.replace("{folder}", str(adopted.folder)).replace("{bin}", str(BIN_FOLDER)))
    (adopted.here.path / "tools").mkdir()
    (adopted.here.path / "tools" / "sdd").symlink_to(BIN_FOLDER / "sdd")
    row = said(adopted, "dry run")
    assert (row.state, row.found[: len(found)]) == (state, found)
    assert row.mend == ("sdd hook install" if state == "fault" or found.endswith("the hook") else None)
    assert not (adopted.folder / "ran").exists()
    assert (adopted.here.path / "src").exists()


def test_a_hook_finds_no_secret_and_no_home(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "hush-hush")
    monkeypatch.setenv("HUSKY", "1")
    adopted.done("hook", "uninstall")
    seen = adopted.folder / "seen"
    write_hook(
        own_hook(adopted), f"env > '{seen}'; ls -A \"$HOME\" >> '{seen}'; which curl ssh npm >> '{seen}'\n{CALL}"
    )
    assert said(adopted, "dry run").state == "ok"
    text = seen.read_text()
    assert "hush-hush" not in text
    assert "\nHUSKY=1\n" in text
    assert f"HOME={os.environ['HOME']}\n" not in text
    assert "curl" not in text


@pytest.mark.parametrize("interpreter", ["/usr/bin/env python3", sys.executable])
def test_a_hook_in_another_language_is_proved(adopted: Adopted, interpreter: str) -> None:
    adopted.done("hook", "uninstall")
    code = (
        'import subprocess, sys\n# sdd gate\nsys.exit(subprocess.call(["sdd", "gate", "--pre-push", *sys.argv[1:]]))\n'
    )
    write_hook(own_hook(adopted), f"#!{interpreter}\n{code}")
    assert said(adopted, "dry run").state == "ok"


def test_a_hook_that_buffers_what_git_says_is_proved(adopted: Adopted) -> None:
    adopted.done("hook", "uninstall")
    text = (
        'told=$(mktemp)\ncat > "$told"\nsdd gate --pre-push "$1" "$2" < "$told"\nstatus=$?\nrm "$told"\nexit $status\n'
    )
    write_hook(own_hook(adopted), text)
    assert said(adopted, "dry run").state == "ok"


# -- core.hooksPath ----------------------------------------------------------------------------------------


def test_hooks_elsewhere_are_run_with_what_lies_beside_them(adopted: Adopted) -> None:
    shared = adopted.folder / "shared hooks"
    write_hook(shared / "pre-push", '. "$(dirname "$0")/common"\nask "$@"\n# sdd gate\n')
    write_hook(shared / "common", 'ask() {\n  sdd gate --pre-push "$1" "$2"\n}\n')
    (shared / "lib").mkdir()
    for number in range(300):
        (shared / "lib" / str(number)).touch()
    (shared / "lib" / "large").write_bytes(b"x" * 2_000_000)
    write_hook(shared / "reference-transaction", f"echo 1 > '{adopted.folder}/ran'\n")
    adopted.here.git("config", "core.hooksPath", str(shared))
    rows = examined(adopted.here.path)
    assert rows["hook"][0].found == f"another's, and it calls sdd: {shared / 'pre-push'}"
    assert rows["dry run"][0].state == "ok"
    assert not (adopted.folder / "ran").exists()
    write_hook(shared / "pre-push", CALL, 0o644)
    rows = examined(adopted.here.path)
    assert (rows["hook"][0].state, rows["hook"][0].mend) == ("fault", None)
    assert "dry run" not in rows


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
    assert row.found.startswith("core.hooksPath leads to ")
    run_mend(adopted.here, row.mend)
    assert said(adopted, "dry run").state == "ok"


# -- husky, lefthook, pre-commit ---------------------------------------------------------------------------

HUSKY = """\
#!/usr/bin/env sh
name=$(basename "$0")
script=$(dirname "$(dirname "$0")")/$name
[ ! -f "$script" ] && exit 0
export PATH="node_modules/.bin:$PATH"
sh -e "$script" "$@"
"""


def test_husky_is_proved_where_it_runs_the_script(adopted: Adopted) -> None:
    adopted.done("hook", "uninstall")
    write_hook(adopted.here.path / ".husky" / "_" / "run", HUSKY)
    write_hook(adopted.here.path / ".husky" / "_" / "pre-push", '. "$(dirname "$0")/run"\n')
    adopted.here.git("config", "core.hooksPath", ".husky/_")
    row = said(adopted, "hook")
    assert (row.state, row.mend) == ("fault", "sdd hook install")
    assert row.found.startswith("husky looks after the hooks here, and nothing there calls sdd: ")
    run_mend(adopted.here, row.mend)
    adopted.here.write(".husky/pre-push", f"{CALL}touch '{adopted.folder}/ran'\n")
    found = f"{WELL}was passed by sdd; whatever else .husky/pre-push does was not tried"
    assert said(adopted, "dry run") == ("ok", found, None)
    assert not (adopted.folder / "ran").exists()


LEFTHOOK = """\
import json, subprocess, sys
from pathlib import Path
told = sys.stdin.buffer.read()
settings = json.loads(Path("lefthook.yml").read_text())["pre-push"]
Path(sys.argv[0]).touch()
hook = Path(subprocess.check_output(["git", "rev-parse", "--git-path", "hooks"], text=True).strip(), "pre-push")
hook.write_text("rewritten while it runs, as lefthook does where its settings have changed")
jobs = [*settings.get("commands", {}).values(), *settings.get("jobs", [])]
failed = False
if not subprocess.check_output(["git", "diff", "--name-only", "HEAD", "origin/main"]):
    jobs = []  # nothing new on HEAD: lefthook skips them, whatever is pushed
for job in jobs:
    words = job["run"].replace("{1}", sys.argv[3]).replace("{2}", sys.argv[4])
    failed |= bool(subprocess.run(["sh", "-c", words], input=told if job.get("use_stdin") else b"").returncode)
sys.exit(failed)
"""
GATE = "sdd gate --pre-push {1} {2}"
OF_TOML = '[pre-push.commands.sdd]\nrun = "GATE"\nuse_stdin = true\n[pre-push.commands.x]\nrun = "HARM"\n'


@pytest.mark.parametrize(
    ("name", "text", "state"),
    [
        ("lefthook.yml", "commands: {sdd: {run: 'GATE', use_stdin: true}, x: {run: 'HARM'}}", "warning"),
        ("lefthook.yaml", "jobs: [{run: 'GATE', use_stdin: true}, {run: 'HARM'}]", "warning"),
        ("lefthook.toml", OF_TOML, "warning"),
        ("lefthook.yml", "commands: {sdd: {run: 'GATE'}, x: {run: 'HARM'}}", "fault"),
        ("lefthook.yml", "jobs: [{run: 'true # GATE'}, {run: 'HARM'}]", "fault"),
        ("lefthook.yml", "jobs: [{run: 'GATE', use_stdin: true}, {run: 'HARM']", "fault"),
    ],
)
def test_of_lefthook_only_the_command_that_calls_sdd_is_run(
    adopted: Adopted, name: str, text: str, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.done("hook", "uninstall")
    write_hook(tmp_path / "bin" / "lefthook", f"#!{sys.executable}\n{LEFTHOOK}")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    text = text.replace("GATE", GATE).replace("HARM", f"echo 1 > {adopted.folder}/ran")
    adopted.here.write(name, text if name.endswith("toml") else f"pre-push:\n  parallel: true\n  {text}\n")
    write_hook(own_hook(adopted), 'lefthook run pre-push "$@"\n')
    before = own_hook(adopted).read_bytes()
    row = said(adopted, "dry run")
    assert row.state == state
    assert state == "fault" or f"what {name} runs looks at HEAD and not at what is pushed" in row.found
    assert not (adopted.folder / "ran").exists()
    assert own_hook(adopted).read_bytes() == before


PRE_COMMIT = """\
repos:
  - repo: https://localhost:1/never-asked
    rev: v1
    hooks: [{id: x, stages: [pre-push]}]
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


@pytest.fixture
def pre_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The real one, with a cache of its own."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    return BIN_FOLDER / "pre-commit"


def test_of_pre_commit_only_the_hook_that_calls_sdd_is_run(adopted: Adopted, pre_commit: Path, tmp_path: Path) -> None:
    adopted.done("hook", "uninstall")
    adopted.here.write(".pre-commit-config.yaml", PRE_COMMIT.replace("HARM", str(adopted.folder / "ran")))
    row = said(adopted, "hook")
    assert (row.state, "git does not run it yet: pre-commit install" in row.found) == ("fault", True)
    assert adopted.here.run(str(pre_commit), "install", "--hook-type", "pre-push").returncode == 0
    found = f"{WELL}went through; whatever else .pre-commit-config.yaml does was not tried"
    assert said(adopted, "dry run") == ("ok", found, None)
    assert not (adopted.folder / "ran").exists()
    broken = PRE_COMMIT.replace('TO_REF"', 'TO_REF" || true')
    adopted.here.write(".pre-commit-config.yaml", broken)
    assert said(adopted, "dry run").state == "fault"


def test_a_hook_that_pre_commit_has_moved_aside_is_still_in_force(adopted: Adopted, pre_commit: Path) -> None:
    adopted.here.write(".pre-commit-config.yaml", "repos: []\n")
    assert adopted.here.run(str(pre_commit), "install", "--hook-type", "pre-push").returncode == 0
    ran = adopted.done("hook", "status")
    assert "called by another program" in ran.out
    assert "runs sdd's before its own" in ran.out
    rows = examined(adopted.here.path)
    assert (rows["hook"][0].state, rows["called sdd"][0].state, rows["dry run"][0].state) == ("ok", "ok", "ok")
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    assert adopted.push("work").returncode == 1


# -- a server's hook ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("exec sdd gate --pre-receive\n", "ok"),
        ("sdd gate --pre-receive || exit $?\ntouch '{folder}/ran'\n", "ok"),
        ("sdd gate --pre-receive\nexit 0\n", "fault"),
        ("sdd gate --pre-receive\ntouch '{folder}/ran'\n", "warning"),
    ],
)
def test_a_servers_hook_is_proved_and_no_other_hook_of_it_runs(adopted: Adopted, text: str, state: str) -> None:
    place = adopted.remote.path / "hooks" / "pre-receive"
    write_hook(place, text.replace("{folder}", str(adopted.folder)))
    for name in ("update", "post-receive", "post-update", "reference-transaction"):
        write_hook(place.with_name(name), f"echo 1 > '{adopted.folder}/ran'\n")
    before = adopted.remote.git("for-each-ref")
    rows = examined(adopted.remote.path)
    assert (rows["hook"][0].state, rows["dry run"][0].state) == ("ok", state)
    assert rows["called sdd"][0].found.endswith(f"from here that is {BIN_FOLDER / 'sdd'}")
    assert not (adopted.folder / "ran").exists()
    assert adopted.remote.git("for-each-ref") == before


def test_a_server_without_a_hook_or_with_one_that_is_skipped_is_told(adopted: Adopted) -> None:
    place = adopted.remote.path / "hooks" / "pre-receive"
    assert rows_of(adopted.remote.path, "hook")[0].state == "warning"
    write_hook(place, "exit 0\n")
    assert rows_of(adopted.remote.path, "hook")[0].state == "warning"
    write_hook(place, "sdd gate --pre-receive\n", 0o644)
    assert rows_of(adopted.remote.path, "hook")[0].state == "fault"
    place.chmod(0o755)
    assert rows_of(adopted.remote.path, "hook")[0].state == "ok"
    with Repository.discover(adopted.remote.path) as repository, pytest.raises(SddError):
        hooks.status(repository)


# -- nothing is left behind --------------------------------------------------------------------------------


def hanging(adopted: Adopted, tmp_path: Path) -> Path:
    """A hook that never ends, and the file into which it writes the number of its process."""
    number = tmp_path / "number"
    write_hook(tmp_path / "python", f"[ \"$2\" = -c ] && exit 1\nsleep 600 &\necho $! > '{number}'\nwait\n")
    adopted.done("hook", "uninstall")
    write_hook(own_hook(adopted), f"'{tmp_path / 'python'}'\n{CALL}")
    return number


def test_a_hook_that_hangs_is_stopped_with_all_that_it_started(adopted: Adopted, tmp_path: Path) -> None:
    number = hanging(adopted, tmp_path)
    (row,) = examined(adopted.here.path, "--timeout", "0.5")["dry run"]
    assert (row.state, row.found) == ("fault", "no end within 0.5 s, so a push would hang; it was stopped")
    wait_until(lambda: not is_running(int(number.read_text())))


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_however_it_is_stopped_nothing_is_left(
    adopted: Adopted, tmp_path: Path, way: signal.Signals, reachable: Path
) -> None:
    number = hanging(adopted, tmp_path)
    doctor = subprocess.Popen(
        [sys.executable, "-m", "sdd", "doctor"],
        cwd=adopted.here.path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: number.exists() and number.read_text().strip() != "")
    assert list(reachable.iterdir()) != []
    os.killpg(doctor.pid, way)
    assert doctor.wait(60) != 0
    wait_until(lambda: list(reachable.iterdir()) == [])
    wait_until(lambda: not is_running(int(number.read_text())))


def start_in_scratch(command: str) -> None:
    with scratch_folder() as scratch:
        assert scratch
        run_in_scratch(scratch, ("sh", "-c", command), scratch, {}, 30)


def test_what_was_started_and_never_known_of_is_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption may come while a process is being started: then nobody holds it who could stop it."""
    started: list[subprocess.Popen[bytes]] = []

    def interrupted(command: str, folder: Path, *rest: object) -> None:
        started.append(subprocess.Popen(["sh", "-c", command], cwd=folder, start_new_session=True))
        wait_until(lambda: (folder / "running").exists())
        raise KeyboardInterrupt

    monkeypatch.setattr("sdd.setup.doctor.scratch.run_command", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start_in_scratch("touch running; sleep 600")
    assert started[0].wait(60) == -signal.SIGKILL


def test_without_a_folder_for_temporary_files_the_rest_is_told(
    adopted: Adopted, reachable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(adopted.folder / "nowhere"))
    assert said(adopted, "dry run") == ("warning", "not tried: no temporary folder can be made", None)
    assert said(adopted, "hook").state == "ok"


def test_outside_of_a_repository_nothing_is_left_either(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert sdd(tmp_path / "empty", "doctor").status == 3
