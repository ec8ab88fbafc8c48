"""The pre-commit hook of capture: chained, taken out again, and told where another program manages the hooks."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from sdd.base.errors import SddError
from sdd.repo.objects import Repository
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks.install import HookState
from sdd.setup.hooks.script import PRE_COMMIT
from tests.adopted import Adopted
from tests.captured import Captured
from tests.forked import FORKED_PYTHON

CODE = "def half_up(amount):\n    return round(amount)\n"


class Hooked(Captured):
    """A captured project whose pre-commit hook sdd writes."""

    @property
    def hook(self) -> Path:
        return self.here.path / ".git" / "hooks" / PRE_COMMIT

    def former(self, body: str, mode: int = 0o755) -> bytes:
        self.hook.parent.mkdir(exist_ok=True)
        self.hook.write_text(f"#!/bin/sh\n{body}\n")
        self.hook.chmod(mode)
        return self.hook.read_bytes()

    def hooked(self, interpreter: str = str(FORKED_PYTHON)) -> hooks.HookReport:
        with Repository.discover(self.here.path) as repository:
            return hooks.install_commit_hook(repository, interpreter)

    def unhooked(self) -> hooks.HookReport:
        with Repository.discover(self.here.path) as repository:
            return hooks.uninstall(repository, PRE_COMMIT)

    def status(self) -> hooks.HookReport:
        with Repository.discover(self.here.path) as repository:
            return hooks.status(repository, PRE_COMMIT)


@pytest.fixture
def hooked(adopted: Adopted) -> Hooked:
    adopted.branch("fix/rounding")
    return Hooked(adopted)


def test_the_hook_records_and_goes_without_a_trace(hooked: Hooked) -> None:
    push = (hooked.hook.parent / "pre-push").read_bytes()
    report = hooked.hooked(interpreter=sys.executable)
    assert (report.state, report.in_force, report.changed) == (HookState.INSTALLED, True, True)
    assert not hooked.hooked(interpreter=sys.executable).changed
    hooked.ask("Round half up.", {"src/vat.py": CODE})
    hooked.here.git("commit", "-qam", "fix: round")
    assert len(hooked.records()) == 1
    assert hooked.unhooked().state == HookState.ABSENT
    assert (hooked.hook.parent / "pre-push").read_bytes() == push
    assert not list(hooked.hook.parent.glob("pre-commit*"))


@pytest.mark.parametrize("first_line", ["#!/bin/sh\n", ""])
def test_a_hook_that_was_there_goes_first_and_may_refuse(hooked: Hooked, first_line: str) -> None:
    hooked.former("")
    hooked.hook.write_text(f"{first_line}echo mine >> .git/order; [ ! -e .git/stop ]\n")
    before = hooked.hook.read_bytes()
    report = hooked.hooked()
    assert report.former == hooked.hook.with_name("pre-commit.before-sdd")
    hooked.ask("Round half up.", {"src/vat.py": CODE})
    hooked.here.write(".git/stop", "")
    assert hooked.here.run("git", "commit", "-qam", "fix: round").returncode == 1
    assert not (hooked.here.path / "history/prompts/general").exists()
    (hooked.here.path / ".git/stop").unlink()
    hooked.here.git("commit", "-qam", "fix: round")
    assert len(hooked.records()) == 1
    assert (hooked.here.path / ".git/order").read_text() == "mine\n" * 2
    assert hooked.unhooked().state == HookState.OTHER
    assert hooked.hook.read_bytes() == before


def test_a_formatter_that_was_there_changes_what_is_recorded(hooked: Hooked) -> None:
    hooked.former("echo '# formatted' >> src/vat.py; git add src/vat.py")
    hooked.hooked()
    hooked.ask("Round half up.", {"src/vat.py": CODE})
    hooked.here.git("add", "-A")
    hooked.here.git("commit", "-qm", "fix: round")
    assert "src/vat.py" in hooked.record()
    assert hooked.here.git("status", "--porcelain") == ""


def test_without_any_sdd_the_commit_is_made_and_told(hooked: Hooked) -> None:
    hooked.hooked(interpreter="/nowhere/python")
    hooked.ask("Round half up.", {"src/vat.py": CODE})
    bare = ":".join(place for place in os.environ["PATH"].split(":") if not (Path(place) / "sdd").exists())
    done = hooked.here.run("git", "commit", "-qam", "fix: round", PATH=bare)
    assert done.returncode == 0
    assert "no prompt is recorded with this commit" in done.stderr and "sdd capture install" in done.stderr
    assert hooked.records() == []


def test_an_edited_hook_is_left_alone(hooked: Hooked) -> None:
    hooked.hooked()
    hooked.hook.write_bytes(hooked.hook.read_bytes() + b"echo mine\n")
    assert hooked.status().state == HookState.EDITED
    for act in (hooked.hooked, hooked.unhooked):
        with pytest.raises(SddError, match="edited by hand"):
            act()


def test_the_status_of_the_hooks_tells_of_both(hooked: Hooked) -> None:
    assert "commits" not in hooked.adopted.done("hook", "status").out
    hooked.hooked()
    ran = hooked.adopted.done("hook", "status")
    assert f"commits   in place: {hooked.hook}" in ran.out
    assert hooked.adopted.done("hook", "status", "--json").document["pre_commit"]["state"] == "installed"


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({".husky/pre-push": "sdd gate\n"}, "add as the last line of .husky/pre-commit:"),
        ({"lefthook.yml": "pre-push: {}\n"}, "  pre-commit:"),
        ({".git/hooks/pre-commit": "#!/bin/sh\n# File generated by pre-commit: x\n"}, "        stages: [pre-commit]"),
    ],
)
def test_who_manages_hooks_keeps_them(hooked: Hooked, files: dict[str, str], line: str) -> None:
    for path, content in files.items():
        hooked.here.write(path, content)
    report = hooked.hooked()
    assert (report.state, report.changed, report.in_force) == (HookState.MANAGED, False, False)
    assert line in "\n".join(report.notes).replace("; ", "\n")
    assert "sdd capture commit --pre-commit" in "\n".join(report.notes)


def test_a_hooks_folder_elsewhere_gets_a_line(hooked: Hooked, tmp_path: Path) -> None:
    hooked.here.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    report = hooked.hooked()
    assert report.state == HookState.MANAGED
    line, activation = report.notes[1:]
    assert line == "  command -v sdd >/dev/null 2>&1 || exit 0; sdd capture commit --pre-commit"
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / PRE_COMMIT).write_text("#!/bin/sh\nsdd capture commit --pre-commit\n")
    assert not hooked.status().in_force
    assert hooked.here.run(*activation.removeprefix("then run: ").split()).returncode == 0
    assert hooked.status().in_force


def test_pre_commit_that_comes_later_keeps_the_hook(hooked: Hooked, tmp_path: Path) -> None:
    program = shutil.which("pre-commit", path=str(Path(sys.executable).parent))
    if not program:
        pytest.skip("pre-commit is not installed")
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    hooked.here.write(".pre-commit-config.yaml", "repos: []\n")
    assert hooked.hooked().state == HookState.INSTALLED
    done = hooked.here.run(program, "install", **home)
    assert done.returncode == 0, done.stderr
    assert hooked.status().in_force
    hooked.ask("Round half up.", {"src/vat.py": CODE})
    hooked.here.git("add", "-A")
    done = hooked.here.run("git", "commit", "-qm", "fix: round", **home)
    assert done.returncode == 0, done.stderr
    assert len(hooked.records()) == 1


def test_a_bare_repository_commits_nothing(hooked: Hooked) -> None:
    with Repository.discover(hooked.adopted.remote.path) as repository, pytest.raises(SddError, match="bare"):
        hooks.install_commit_hook(repository)
