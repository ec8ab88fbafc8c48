"""The spec-kit extension and the agent plugin: made of sdd's own texts, installed by spec-kit, in no prompt's way."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sdd import __version__
from sdd.capture.draining import drain
from sdd.capture.store import Store
from tests.agent_payloads import AGENTS
from tests.capture_on import turn_on
from tests.integrations import PLUGIN, SPEC_KIT, texts
from tests.scratch import Scratch
from tests.waiting import wait_until

# The name of an agent for spec-kit -> its word here, and the file in which spec-kit hooks it.
INTEGRATIONS = {
    "claude": ("claude", ".claude/settings.json"),
    "codex": ("codex", ".codex/config.toml"),
    "cursor-agent": ("cursor", ".cursor/hooks.json"),
    "gemini": ("gemini", ".gemini/settings.json"),
    "copilot": ("copilot", ".github/hooks/speckit.json"),
    "opencode": ("opencode", ".opencode/plugin/speckit-events.ts"),
}


@pytest.mark.parametrize(("file", "text"), [*texts()], ids=lambda value: value.stem if isinstance(value, Path) else "")
def test_their_texts_are_those_that_sdd_ships(file: Path, text: str) -> None:
    assert file.read_text(encoding="utf-8") == text, "python -m tests.integrations --write"


def test_their_manifests_name_what_is_there_and_this_version() -> None:
    manifest = yaml.safe_load((SPEC_KIT / "extension.yml").read_text())
    commands = manifest["provides"]["commands"]
    assert {command["file"] for command in commands} == {
        f"commands/{file.name}" for file in (SPEC_KIT / "commands").iterdir()
    }
    used = [manifest["hooks"], manifest["events"]]
    named = {entry["command"] for group in used for entry in group.values()}
    assert named <= {command["name"] for command in commands}
    plugin = json.loads((PLUGIN / ".claude-plugin" / "plugin.json").read_text())
    assert plugin["version"] == manifest["extension"]["version"] == __version__


def test_the_plugins_hooks_call_sdd_and_do_nothing_without_it(scratch: Scratch) -> None:
    hooks = json.loads((PLUGIN / "hooks" / "hooks.json").read_text())["hooks"]
    lines = {hook["command"] for groups in hooks.values() for group in groups for hook in group["hooks"]}
    (line,) = lines
    assert line.endswith("sdd capture event claude")
    done = subprocess.run(
        ["/bin/sh", "-c", line], input=b"{}", capture_output=True, env={"PATH": "/nowhere"}, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.fixture(scope="module")
def with_sdd(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH whose first folder has the sdd of these tests."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "sdd"
    top = Path(__file__).parent.parent
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{top}" exec "{sys.executable}" -m sdd "$@"\n')
    script.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(params=INTEGRATIONS)
def project(request: pytest.FixtureRequest, scratch: Scratch) -> tuple[str, Scratch]:
    """A project of spec-kit for one agent, with the extension, in a repository that captures."""
    from specify_cli import app  # type: ignore[import-untyped]  # it has no types

    turn_on(scratch)
    options = ("--force", "--non-interactive", "--ignore-agent-tools", "--integration", request.param)
    with contextlib.chdir(scratch.path):
        for line in (("init", "--here", *options), ("extension", "add", "--dev", str(SPEC_KIT))):
            ran = CliRunner().invoke(app, line)
            assert ran.exit_code == 0, ran.output
    return request.param, scratch


def test_spec_kit_installs_the_extension_and_its_events_are_captured(
    project: tuple[str, Scratch], with_sdd: str
) -> None:
    integration, scratch = project
    word, file = INTEGRATIONS[integration]
    configured = (scratch.path / file).read_text()
    assert "speckit.sdd.capture" in configured
    written = [path.name for path in scratch.path.rglob("*sdd*gate*")]
    assert written, "the commands are there for the agent"
    agent = AGENTS[word](str(scratch.path), session="s1")
    for payload in agent.prompt("Round half up, please", turn="t1"):
        done = scratch.run(
            "python3", ".specify/events.py", "speckit.sdd.capture", "user_prompt_submit", "5",
            stdin=json.dumps(payload).encode(), PATH=with_sdd,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    store = Store(scratch.path / ".git")

    def heard() -> bool:
        drain(store)
        return any("Round half up, please" in exchange.prompts for exchange in store.exchanges())

    wait_until(heard)


def test_a_slow_or_missing_sdd_delays_no_prompt(scratch: Scratch, tmp_path: Path) -> None:
    script = SPEC_KIT / "scripts" / "bash" / "capture.sh"
    slow, done = tmp_path / "sdd", tmp_path / "done"
    slow.write_text(f"#!/bin/sh\ncat > /dev/null\nwhile [ ! -e '{tmp_path}/go' ]; do sleep 0.05; done\n: > '{done}'\n")
    slow.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    # It ends, and closes what the caller reads, while the sdd that it has started still waits.
    for given in (path, os.environ["PATH"]):
        ran = subprocess.run([script], input=b"{}", capture_output=True, env={**os.environ, "PATH": given}, check=True)
        assert (ran.stdout, ran.stderr) == (b"", b"")
        assert not done.exists()
    (tmp_path / "go").touch()
    wait_until(done.exists)


@pytest.mark.skipif(not shutil.which("claude"), reason="Claude Code is not installed")
def test_the_agent_itself_accepts_the_plugin() -> None:
    done = subprocess.run(["claude", "plugin", "validate", str(PLUGIN)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
