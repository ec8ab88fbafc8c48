"""A CI job, or a script of somebody's own, that meets what its author did not think of. Played as the forges do."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.adopted import Adopted
from tests.forges import NULL, merge_group, merge_request, on_github, on_gitlab, pull_request, push, workflow

BAD: dict[str, str | bytes | None] = {"src/evil.py": "1\n"}


@pytest.fixture
def head(adopted: Adopted) -> str:
    """A branch of the remote that lacks its records."""
    adopted.branch()
    commit = adopted.write(BAD)
    adopted.land("HEAD:refs/heads/work")
    return commit


@pytest.mark.parametrize("event", ["workflow_dispatch", "schedule", "issue_comment"])
def test_an_event_that_names_no_target(adopted: Adopted, head: str, event: str) -> None:
    """A workflow is made to run on an event that names no target. The job fails: it judges no branch by itself."""
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
    """A variable by which the forge names the target or the head is empty. The job fails."""
    for name in ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"):
        assert on_gitlab(adopted, **merge_request(adopted, head, **{name: ""})).status != 0
    assert on_github(adopted, {**pull_request(head), "github.base_ref": ""}).status != 0


def test_what_git_pushed_cannot_be_written_down(adopted: Adopted, head: str) -> None:
    """The disk has no room for the line that says what was pushed. The job fails: nothing is no push of nothing."""
    adopted.land("work:refs/heads/main")
    before = adopted.here.git("rev-parse", "main")
    refuse = "printf() { return 1; }\n"
    variables = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": head}
    gitlab = on_gitlab(adopted, False, refuse, **variables, CI_COMMIT_BEFORE_SHA=before)
    github = on_github(adopted, push(before, head), before=refuse)
    assert 0 not in (github.status, gitlab.status), github.log + gitlab.log


def test_a_report_that_cannot_be_written(adopted: Adopted, head: str) -> None:
    """A file that the verdict is written to cannot be written. Exit 3."""
    job = on_github(adopted, pull_request(head), before='mkdir "$RUNNER_TEMP/sdd.sarif"\n')
    assert (job.status, job.left("output")) == (3, ""), job.log


def test_the_version_of_sdd_is_not_set(tmp_path: Path) -> None:
    """A workflow is edited so that no version of sdd is named. The job fails before anything is judged."""
    script = workflow()["jobs"]["gate"]["steps"][0]["run"]
    variables = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path), "SDD": "", "PIP_NO_INDEX": "1"}
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
    """Somebody pushes to a robot's request, or lets the robot edit one. `change-no-phr`; its own push passes."""
    job = on_github(adopted, opened_by(opener, sender, update, action))
    assert job.status == status, job.log
    assert not [*job.folder.rglob("owned")]


@pytest.mark.parametrize(("said", "status"), [(BOT, 0), ("eve", 1), ("", 1)])
def test_a_robots_request_in_a_queue(adopted: Adopted, update: str, said: str, status: int) -> None:
    """A queued request is said to be a robot's by its commit. Only what the forge answers counts."""
    answer = f"gh() {{ echo '{update}={said}'; }}\n" if said else "gh() { return 1; }\n"
    job = on_github(adopted, {**merge_group(update), "github.repository": "remote.git"}, before=answer)
    assert job.status == status, job.log


@pytest.mark.parametrize(("said", "status"), [(BOT, 0), ("eve", 1), ("", 1)])
def test_a_robots_landing_on_the_target(adopted: Adopted, update: str, said: str, status: int) -> None:
    """A push to the target holds a robot's landing. The forge is asked who opened it; no answer, nobody."""
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
    """A merge request is opened by one and sent by another. `change-no-phr`; in a train the opener alone is asked."""
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
