"""CI jobs that fail or are edited.

An event names no target, a tip cannot be fetched, a variable is empty, a disk is full, or no version of sdd is named;
somebody joins a robot's request, merge group or merge request. The job fails rather than judge too little.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.adopted import Adopted, phr
from tests.forges import NULL, merge_group, merge_request, on_github, on_gitlab, pull_request, push, workflow

BAD: dict[str, str | bytes | None] = {"src/evil.py": "1\n"}


@pytest.fixture
def head(adopted: Adopted) -> str:
    """A branch of the remote that lacks its records."""
    adopted.branch()
    commit = adopted.write(BAD)
    adopted.land("HEAD:refs/heads/work")
    return commit


@pytest.mark.parametrize("default", ["main", "develop"])
def test_a_request_into_a_release_older_than_sdd(adopted: Adopted, default: str) -> None:
    """A request brings code into a release that was cut before sdd. `change-no-phr`, by the default branch's policy."""
    if default != "main":
        adopted.remote.git("branch", "-m", "main", default)
    adopted.branch(start=adopted.here.git("rev-list", "--max-parents=0", "main"))
    adopted.land("HEAD:refs/heads/release/old")
    evil = adopted.write(BAD)
    record = "history/prompts/general/0002-b.misc.prompt.md"
    good = adopted.write(
        {"src/evil.py": None, record: phr(["src/b.py"], id="0002", stage="misc", kind="chore"), "src/b.py": "1\n"}
    )
    adopted.land("HEAD:refs/heads/work")
    base = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release/old"}
    for head, status in ((evil, 1), (good, 0)):
        github = on_github(adopted, pull_request(head, base="release/old"))
        gitlab = on_gitlab(adopted, **merge_request(adopted, head, **base))
        for job in (github, gitlab):
            assert (job.status, "src/evil.py:1:1: change-no-phr" in job.log) == (status, bool(status)), job.log


@pytest.mark.parametrize("event", ["workflow_dispatch", "schedule", "issue_comment"])
def test_an_event_that_names_no_target(adopted: Adopted, head: str, event: str) -> None:
    """A workflow runs on an event that names no target. The job fails: a branch is not judged against itself."""
    context: dict[str, Any] = {
        **push(NULL, head, "work"),
        "github.event_name": event,
        "github.event.before": None,
    }
    job = on_github(adopted, context)
    assert (job.status, "names no branch" in job.log) == (1, True), job.log


def test_a_push_whose_former_tip_is_gone(adopted: Adopted, head: str) -> None:
    """The target's former tip can no longer be fetched. The job fails."""
    variables = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": head}
    gitlab = on_gitlab(adopted, **variables, CI_COMMIT_BEFORE_SHA="a" * 40)
    assert on_github(adopted, push("a" * 40, head)).status not in (0, 1)
    assert gitlab.status not in (0, 1)


def test_a_variable_of_the_forge_is_empty(adopted: Adopted, head: str) -> None:
    """The variable that names the target or the head is empty. The job fails."""
    for name in ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"):
        assert on_gitlab(adopted, **merge_request(adopted, head, **{name: ""})).status != 0
    assert on_github(adopted, {**pull_request(head), "github.base_ref": ""}).status != 0


def test_what_git_pushed_cannot_be_written_down(adopted: Adopted, head: str) -> None:
    """The disk is too full to write down what was pushed. The job fails: an empty file is not an empty push."""
    adopted.land("work:refs/heads/main")
    before = adopted.here.git("rev-parse", "main")
    refuse = "printf() { return 1; }\n"
    variables = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": head}
    gitlab = on_gitlab(adopted, False, refuse, **variables, CI_COMMIT_BEFORE_SHA=before)
    github = on_github(adopted, push(before, head), before=refuse)
    assert 0 not in (github.status, gitlab.status), github.log + gitlab.log


def test_a_report_that_cannot_be_written(adopted: Adopted, head: str) -> None:
    """The file for the verdict cannot be written. Exit 3."""
    job = on_github(adopted, pull_request(head), before='mkdir "$RUNNER_TEMP/sdd.sarif"\n')
    assert (job.status, job.left("output")) == (3, ""), job.log


def lent_pip(folder: Path) -> Path:
    """A folder for PATH, whose Python makes environments with the pip of the tests: to install one takes seconds."""
    installed = find_spec("pip")
    assert installed and installed.origin
    python = folder / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(
        f"""#!/bin/sh -e
[ "$1 $2 $3" = "-I -m venv" ]
{sys.executable} -I -m venv --without-pip "$4"
installed=$("$4/bin/python" -Ic 'import site; print(*site.getsitepackages())')
echo '{Path(installed.origin).parents[1]}' > "$installed/pip.pth"
"""
    )
    python.chmod(0o755)
    return python.parent


def test_the_version_of_sdd_is_not_set(tmp_path: Path) -> None:
    """A workflow is edited to name no version of sdd. The job fails before it judges anything."""
    script = workflow()["jobs"]["gate"]["steps"][0]["run"]
    variables = {"PATH": f"{lent_pip(tmp_path)}:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path), "SDD": ""}
    variables["PIP_NO_INDEX"] = "1"
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    done = subprocess.run(shell, env=variables, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "requirements.txt" in done.stderr) == (1, True), done


BOT = "dependabot[bot]"
ROBOTS = f'[gate.actors]\n"{BOT}" = ["/package.json"]\n'


@pytest.fixture
def update(adopted: Adopted) -> str:
    """A branch of the remote with a robot's update, and a target that allows it."""
    adopted.write({".specify/sdd.toml": ROBOTS, "package.json": '{"left": "^1.2.3"}\n'})
    adopted.land("HEAD:refs/heads/main")
    adopted.branch()
    commit = adopted.write({"package.json": '{"left": "^1.3.0"}\n'})
    adopted.land("HEAD:refs/heads/work")
    return commit


def opened_by(opener: str, sender: str, head: str, action: str = "synchronize") -> dict[str, Any]:
    """The context of a pull request whose last push somebody sent."""
    return {
        **pull_request(head),
        "github.event.pull_request.user.login": opener,
        "github.event.sender.login": sender,
        "github.event.action": action,
    }


@pytest.mark.parametrize(
    ("opener", "sender", "action", "status"),
    [
        (BOT, BOT, "opened", 0),
        (BOT, BOT, "synchronize", 0),
        (BOT, "eve", "synchronize", 1),
        ("eve", BOT, "synchronize", 1),
        (BOT, BOT, "edited", 1),
        (BOT, BOT, "reopened", 1),
        ("", "", "opened", 1),
        ('$(touch owned)"; touch owned #', BOT, "opened", 1),
    ],
)
def test_a_request_of_a_robot(
    adopted: Adopted, update: str, opener: str, sender: str, action: str, status: int
) -> None:
    """Somebody pushes to a robot's request, or makes the robot edit theirs. `change-no-phr`; the robot's own push
    passes.
    """
    job = on_github(adopted, opened_by(opener, sender, update, action))
    assert job.status == status, job.log
    assert not [*job.folder.rglob("owned")]


@pytest.mark.parametrize(("said", "status"), [(BOT, 0), ("eve", 1), ("", 1)])
def test_a_robots_request_in_a_queue(adopted: Adopted, update: str, said: str, status: int) -> None:
    """A commit in the merge queue claims to be a robot's. `change-no-phr`, unless the forge confirms it."""
    answer = f"gh() {{ echo '{update}={said}'; }}\n" if said else "gh() { return 1; }\n"
    job = on_github(adopted, {**merge_group(update), "github.repository": "remote.git"}, before=answer)
    assert job.status == status, job.log


@pytest.mark.parametrize(("said", "status"), [(BOT, 0), ("eve", 1), ("", 1)])
def test_a_robots_landing_on_the_target(adopted: Adopted, update: str, said: str, status: int) -> None:
    """A push to the target holds a robot's landing. Passes if the forge answers that the robot opened it."""
    before = adopted.here.git("rev-parse", "main")
    adopted.land("work:refs/heads/main")
    answer = f'gh() {{ echo "$OID={said}"; }}\n' if said else "gh() { return 1; }\n"
    job = on_github(adopted, push(before, update), before=answer)
    assert job.status == status, job.log


@pytest.mark.parametrize(
    ("opener", "sender", "train", "status"),
    [
        ("renovate", "renovate", False, 0),
        ("renovate", "eve", False, 1),
        ("eve", "renovate", False, 1),
        ("", "renovate", False, 1),
        ("renovate", "eve", True, 0),
        ("eve", "renovate", True, 1),
    ],
)
def test_a_merge_request_of_a_robot(adopted: Adopted, opener: str, sender: str, train: bool, status: int) -> None:
    """A robot opens a merge request, and somebody else pushes to it. `change-no-phr`; in a merge train the opener
    counts.
    """
    adopted.write({".specify/sdd.toml": ROBOTS.replace(BOT, "renovate"), "package.json": '{"left": "^1.2.3"}\n'})
    adopted.land("HEAD:refs/heads/main")
    adopted.branch()
    head = adopted.write({"package.json": '{"left": "^1.3.0"}\n'})
    adopted.land("HEAD:refs/heads/work")
    answer = (
        f"""curl() {{ echo '{{"author": {{"username": "{opener}"}}}}'; }}\n""" if opener else "curl() { return 22; }\n"
    )
    more = {"CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"} if train else {}
    job = on_gitlab(adopted, False, answer, **merge_request(adopted, head, GITLAB_USER_LOGIN=sender, **more))
    assert job.status == status, job.log
