"""The scripts that agents of spec-kit and spec-kit-plus call: real bash, the old options, the old JSON."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sdd.records.packaged import SCRIPT_PLACES
from tests.adopted import Adopted, rules_of
from tests.forked import forked_bin
from tests.good import TARGET

SCRIPTS = ".specify/scripts/bash"


class Project:
    """An adopted project with the scripts in it."""

    def __init__(self, adopted: Adopted) -> None:
        self.adopted = adopted
        self.path = adopted.here.path
        adopted.done("init", "--scripts")
        adopted.branch("work")

    def run(self, script: str, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        path = os.pathsep.join([str(forked_bin()), os.environ["PATH"]])
        command = [str(self.path / SCRIPTS / f"{script}.sh"), *arguments]
        return subprocess.run(
            command, cwd=cwd or self.path, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
        )

    def json(self, script: str, *arguments: str, cwd: Path | None = None) -> dict[str, Any]:
        ran = self.run(script, *arguments, "--json", cwd=cwd)
        assert ran.returncode == 0, ran
        assert ran.stdout.count("\n") == 1
        found = json.loads(ran.stdout)
        assert isinstance(found, dict)
        return found


@pytest.fixture
def project(adopted: Adopted) -> Project:
    return Project(adopted)


def test_init_installs_them_executable_and_takes_them_out_again(adopted: Adopted) -> None:
    assert not (adopted.here.path / SCRIPTS).exists()
    own = adopted.here.path / SCRIPTS / "create-adr.sh"
    own.parent.mkdir(parents=True)
    own.write_text("echo mine\n")
    made = adopted.done("init", "--scripts", "--json").document["made"]
    assert sorted([*made, f"{SCRIPTS}/create-adr.sh"]) == sorted(SCRIPT_PLACES)
    assert own.read_text() == "echo mine\n"
    assert os.access(adopted.here.path / SCRIPTS / "create-phr.sh", os.X_OK)
    adopted.branch()
    own.unlink()
    adopted.write({}, "Scripts")
    assert not rules_of(adopted.gate()), "files that init writes ask for no record"
    adopted.done("init", "--undo", "--no-hooks")
    assert not (adopted.here.path / SCRIPTS).exists()


def test_create_phr(project: Project) -> None:
    made = project.json("create-phr", "--title", "Round half up", "--stage", "green", "--feature", "001-vat")
    assert list(made) == ["id", "path", "context", "stage", "feature", "template"]
    folder = project.path / "history/prompts/001-vat"
    path = folder / f"{made['id']}-round-half-up.green.prompt.md"
    assert made == {
        "id": made["id"], "path": str(path), "context": "feature", "stage": "green", "feature": "001-vat",
        "template": "phr-template.prompt.md",
    }  # fmt: skip
    check = project.adopted.sdd("check", "--json", path.relative_to(project.path).as_posix()).document
    assert rules_of(check) == {"phr-placeholder"}, "prompt and response are the agent's to fill in, and asked for"


@pytest.mark.parametrize(("stage", "known"), [("architect", "plan"), ("implement", "green"), ("constitution", None)])
def test_create_phr_knows_the_old_stages(project: Project, stage: str, known: str | None) -> None:
    made = project.json("create-phr", "--stage", stage, "--title", "A", "--feature", "none")
    assert (made["stage"], made["feature"]) == (known or stage, "none")


def test_create_phr_without_json_and_with_wrong_words(project: Project) -> None:
    ran = project.run("create-phr", "--title", "A", "--stage", "general")
    assert ran.stdout.splitlines()[1].startswith(f"path: {project.path}/history/prompts/general/")
    for wrong in (["--title", "A"], ["--stage", "green"], ["--title", "A", "--stage", "bluish"]):
        ran = project.run("create-phr", *wrong, "--json")
        assert ran.returncode != 0
        assert ran.stderr.startswith("sdd: ")


def test_create_adr(project: Project) -> None:
    made = project.json("create-adr", "--title", "Use decimals")
    assert list(made) == ["id", "path"]
    assert made["path"] == str(project.path / f"history/adr/{made['id']}-use-decimals.md")
    assert Path(made["path"]).is_file()


def test_create_new_feature(project: Project) -> None:
    made = project.json("create-new-feature", "Export", "invoices as CSV", "--short-name", "csv-export")
    spec = project.path / "specs/002-csv-export/spec.md"
    assert made == {"BRANCH_NAME": "002-csv-export", "SPEC_FILE": str(spec), "FEATURE_NUM": "002"}
    assert "Export invoices as CSV" in spec.read_text()
    assert project.adopted.here.git("branch", "--show-current") == "002-csv-export"
    made = project.json("create-new-feature", "--number", "7", "Pay by card")
    assert made["BRANCH_NAME"] == "007-pay-by-card"


def test_check_prerequisites(project: Project) -> None:
    project.json("create-new-feature", "Export", "--number", "5")
    folder = project.path / "specs/005-export"
    below = project.path / "src"
    assert project.json("check-prerequisites", "--paths-only", cwd=below) == {
        "REPO_ROOT": str(project.path),
        "BRANCH": "005-export",
        "FEATURE_DIR": str(folder),
        "FEATURE_SPEC": str(folder / "spec.md"),
        "IMPL_PLAN": str(folder / "plan.md"),
        "TASKS": str(folder / "tasks.md"),
    }
    missing = project.run("check-prerequisites", "--json")
    assert missing.returncode != 0
    assert "plan.md not found" in missing.stderr
    for name in ("plan.md", "research.md", "contracts/api.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(TARGET["specs/001-vat/plan.md"])
    (folder / "checklists").mkdir()
    found = project.json("check-prerequisites", "--include-tasks")
    assert found == {"FEATURE_DIR": str(folder), "AVAILABLE_DOCS": ["research.md", "contracts/"]}
    assert "tasks.md not found" in project.run("check-prerequisites", "--require-tasks").stderr
    (folder / "tasks.md").write_text("# Tasks\n")
    found = project.json("check-prerequisites", "--require-tasks", "--include-tasks")
    assert found["AVAILABLE_DOCS"] == ["research.md", "contracts/", "tasks.md"]
    assert project.run("check-prerequisites").stdout == (
        f"FEATURE_DIR: {folder}\nAVAILABLE_DOCS: research.md contracts/\n"
    )
    assert project.run("check-prerequisites", "--unknown").returncode != 0


def test_without_sdd_they_say_so(project: Project, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "env", "dirname"):
        (tools / name).symlink_to(
            next(Path(folder) / name for folder in ("/usr/bin", "/bin") if (Path(folder) / name).exists())
        )
    ran = subprocess.run(
        [str(project.path / SCRIPTS / "create-phr.sh")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(tools)},
    )
    assert (ran.returncode, ran.stderr) == (1, "create-phr.sh: sdd is not on PATH: install sdd-gate\n")
