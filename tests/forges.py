"""What a forge does with the files that `sdd init --ci` writes: events, expressions, and steps run by a real shell."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sdd.records.packaged import PIPELINE, WORKFLOW, ci_text
from tests.adopted import Adopted
from tests.console import BIN_FOLDER
from tests.forked import forked_bin

NULL = "0" * 40
_NAME = re.compile(r"'[^']*'|[a-z_]+(?:\.[a-z_]+)+")


class Job(NamedTuple):
    """How a job ended: its last exit status, all that it printed, and the files that it left."""

    status: int
    log: str
    folder: Path

    def left(self, name: str) -> str:
        """What a file that the job left says."""
        return (self.folder / name).read_text()


def evaluated(text: str, context: Mapping[str, Any]) -> str:
    """A value of a workflow with each `${{ expression }}` in it worked out, as GitHub does."""

    def value(found: re.Match[str]) -> str:
        words = _NAME.sub(lambda name: name[0] if name[0][0] == "'" else f"look('{name[0]}')", found[1])
        python = words.replace("&&", " and ").replace("||", " or ").replace("!", " not ").replace(" not =", "!=")
        result = eval(
            python, {"look": lambda name: context.get(name), "format": str.format, "cancelled": lambda: False}
        )
        return (
            {None: "", True: "true", False: "false"}.get(result, str(result)) if not isinstance(result, str) else result
        )

    return re.sub(r"\$\{\{(.*?)\}\}", value, text, flags=re.DOTALL)


def workflow() -> dict[str, Any]:
    """The workflow as a document; YAML 1.1 reads its key `on` as true."""
    document = yaml.safe_load(ci_text(WORKFLOW))
    assert isinstance(document, dict)
    return {("on" if key is True else key): value for key, value in document.items()}


def pull_request(head: str, branch: str = "work", base: str = "main", fork: bool = False) -> dict[str, Any]:
    """The context of a pull request; `head` is its own head, and the forge stands on a merge commit."""
    return {
        "github.event_name": "pull_request", "github.base_ref": base, "github.head_ref": branch,
        "github.ref": "refs/pull/7/merge", "github.sha": "f" * 40, "github.event.number": 7,
        "github.event.pull_request.number": 7, "github.event.pull_request.head.sha": head,
        "github.event.pull_request.head.repo.full_name": "eve/shop" if fork else "ada/shop",
        "github.event.before": "e" * 40, "github.repository": "ada/shop", "github.token": "secret",
    }  # fmt: skip


def merge_group(head: str, base: str = "main") -> dict[str, Any]:
    """The context of a merge group."""
    ref = f"refs/heads/gh-readonly-queue/{base}/pr-7-{'a' * 40}"
    return {
        "github.event_name": "merge_group", "github.event.merge_group.base_ref": f"refs/heads/{base}",
        "github.ref": ref, "github.sha": head, "github.repository": "ada/shop", "github.token": "secret",
    }  # fmt: skip


def push(before: str, after: str, branch: str = "main") -> dict[str, Any]:
    """The context of a push."""
    return {
        "github.event_name": "push", "github.event.before": before, "github.sha": after,
        "github.ref": f"refs/heads/{branch}", "github.repository": "ada/shop", "github.token": "secret",
    }  # fmt: skip


def on_github(adopted: Adopted, context: Mapping[str, Any], *, started: bool = False, before: str = "") -> Job:
    """Runs the judging step of the workflow for an event, against the project's remote.

    Its sdd is forked, or really started where a test is about that. `before` is a script that runs first.
    """
    folder = _folder(adopted, "github")
    (folder / "temp" / "sdd" / "bin").mkdir(parents=True)
    _write_python(folder / "temp" / "sdd" / "bin" / "python", started)
    (step,) = [one for one in workflow()["jobs"]["gate"]["steps"] if one.get("id") == "judge"]
    environment = {name: evaluated(value, context) for name, value in step["env"].items()} | {
        "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(folder / "temp"), "GITHUB_REPOSITORY": "remote.git",
        "GITHUB_SERVER_URL": f"file://{adopted.folder}", "GITHUB_EVENT_NAME": context["github.event_name"],
        "GITHUB_OUTPUT": str(folder / "output"), "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }  # fmt: skip
    for name in ("output", "summary"):
        (folder / name).touch()
    return _run(
        adopted, folder, ["bash", "--noprofile", "--norc", "-eo", "pipefail"], before + step["run"], environment
    )


def on_gitlab(adopted: Adopted, started: bool = False, before: str = "", /, **variables: str) -> Job:
    """Runs the job of the pipeline for some variables, against the project's remote, as `on_github` does."""
    folder = _folder(adopted, "gitlab")
    (folder / "tool" / "bin").mkdir(parents=True)
    _write_python(folder / "tool" / "bin" / "python", started)
    job = yaml.safe_load(ci_text(PIPELINE))["sdd"]
    environment = {
        "sdd_home": str(folder / "tool"), "CI_SERVER_URL": "https://gitlab.example", "CI_JOB_TOKEN": "secret",
        "CI_PROJECT_URL": f"file://{adopted.folder}/remote", **variables,
    }  # fmt: skip
    return _run(adopted, folder, ["sh", "-e"], before + "\n".join(job["script"]), environment)


def merge_request(adopted: Adopted, head: str, **variables: str) -> dict[str, str]:
    """The variables of a merge request pipeline of the source branch's own head."""
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_SHA": head,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "work",
        "CI_MERGE_REQUEST_PROJECT_URL": f"file://{adopted.folder}/remote", **variables,
    }  # fmt: skip


def _write_python(place: Path, started: bool) -> None:
    """The interpreter of the job's environment, which is called as `python -P -m sdd ...` alone."""
    program = (BIN_FOLDER if started else forked_bin()) / "sdd"
    place.write_text(f'#!/bin/sh\n[ "$1 $2 $3" = "-P -m sdd" ] || exit 99\nshift 3\nexec "{program}" "$@"\n')
    place.chmod(0o755)


def _folder(adopted: Adopted, forge: str) -> Path:
    """A new folder, and a remote that answers as a forge does: it hands out every object by its id."""
    adopted.remote.git("config", "uploadpack.allowAnySHA1InWant", "true")
    folder = adopted.folder / f"{forge}-{len([*adopted.folder.iterdir()])}"
    (folder / "workspace").mkdir(parents=True)
    return folder


def _run(adopted: Adopted, folder: Path, shell: list[str], script: str, environment: Mapping[str, str]) -> Job:
    (folder / "script").write_text(script)
    done = subprocess.run(
        [*shell, str(folder / "script")],
        cwd=folder / "workspace",
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Job(done.returncode, done.stdout, folder)
