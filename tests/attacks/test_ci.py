"""A CI job, or a script of somebody's own, that meets what its author did not think of. Played as the forges do."""

from typing import Any

import pytest

from tests.adopted import Adopted
from tests.forges import NULL, merge_request, on_github, on_gitlab, pull_request, push

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
