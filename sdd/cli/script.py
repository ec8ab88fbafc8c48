"""`sdd script`: answer as the scripts of spec-kit and spec-kit-plus do, so that agents taught by them work on."""

import json
import os
from functools import partial
from typing import Any

import click

from sdd.authoring.identity import slug
from sdd.base.errors import UsageError
from sdd.base.paths import printable
from sdd.cli.groups import noun
from sdd.cli.options import stage_said
from sdd.cli.printing import print_text
from sdd.cli.session import Session, pass_session
from sdd.cli.table import document_of

_DOCUMENTS = ("research.md", "data-model.md", "contracts/", "quickstart.md")
_json_option = click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")


@noun
def command() -> None:
    """Answer as the scripts of spec-kit and spec-kit-plus do.

    `sdd init --scripts` puts small scripts of the old names into .specify/scripts/bash/, which call this.
    """


@command.command("create-phr")
@click.option("--title", required=True, metavar="TITLE", help="The record's title.")
@click.option(
    "--stage", required=True, metavar="STAGE", callback=stage_said,
    help="A stage, or a name such as implement or architect.",
)  # fmt: skip
@click.option("--feature", metavar="FEATURE", help="The feature it belongs to.")
@_json_option
@partial(pass_session, writes=True)
def create_phr(session: Session, title: str, stage: str, feature: str | None) -> None:
    """Write a PHR whose prompt and response are still to be filled in."""
    words = ["phr", "new", title, "--stage", stage, "--prompt-file", os.devnull, "--response-file", os.devnull]
    words += ["--feature", feature] if feature and feature != "none" else []
    made = document_of(session.directory, words)
    made["feature"] = made["feature"] or "none"  # what those scripts print
    _answer(session, {name: made[name] for name in ("id", "path", "context", "stage", "feature", "template")})


@command.command("create-adr")
@click.option("--title", required=True, metavar="TITLE", help="The decision in a few words.")
@click.option("--feature", metavar="FEATURE", help="The feature it belongs to.")
@_json_option
@partial(pass_session, writes=True)
def create_adr(session: Session, title: str, feature: str | None) -> None:
    """Write an ADR from the template."""
    made = document_of(session.directory, ["adr", "new", title, *(["--feature", feature] if feature else [])])
    made["path"] = str(session.top / made["path"])  # what those scripts print
    _answer(session, {name: made[name] for name in ("id", "path")})


@command.command("create-new-feature")
@click.argument("description", nargs=-1, required=True)
@click.option("--short-name", metavar="NAME", help="A few words for the folder.  [default: from the description]")
@click.option("--number", type=click.IntRange(1, 999999), metavar="N", help="The number.  [default: the next free one]")
@_json_option
@partial(pass_session, writes=True)
def create_new_feature(
    session: Session, description: tuple[str, ...], short_name: str | None, number: int | None
) -> None:
    """Make a feature's folder, its spec.md and its branch."""
    title = " ".join(description)
    name = slug(short_name or title)
    name = f"{number:03}-{name}" if number else name
    made = document_of(session.directory, ["feature", "new", title, "--slug", name, "--branch"])
    path = session.top / made["path"]
    told = {"BRANCH_NAME": made["branch"], "SPEC_FILE": str(path), "FEATURE_NUM": made["feature"].partition("-")[0]}
    _answer(session, told)


@command.command("check-prerequisites")
@click.option("--paths-only", is_flag=True, help="Only print the paths.")
@click.option("--require-tasks", is_flag=True, help="Refuse where tasks.md is missing.")
@click.option("--include-tasks", is_flag=True, help="List tasks.md too.")
@_json_option
@pass_session
def check_prerequisites(session: Session, *, paths_only: bool, require_tasks: bool, include_tasks: bool) -> None:
    """Say where the files of the current feature are, and which of them exist."""
    top, state = session.top, session.state
    feature = state.work.feature(None, required=True)
    assert feature, "a required feature is there, or the question was refused"
    root = state.work.features[feature]
    folder = top / state.work.of_feature(feature).feature_folder(feature)
    if paths_only:
        named = {"FEATURE_SPEC": "spec.md", "IMPL_PLAN": "plan.md", "TASKS": "tasks.md"}
        told = {"REPO_ROOT": str(top / root), "BRANCH": state.work.branch or "", "FEATURE_DIR": str(folder)}
        _answer(session, told | {key: str(folder / name) for key, name in named.items()})
        return
    for name in ("plan.md", *(["tasks.md"] if require_tasks else [])):
        if not (folder / name).is_file():
            raise UsageError(f"{name} not found in {folder}", f"write it first: {folder / name}")
    wanted = (*_DOCUMENTS, *(["tasks.md"] if include_tasks else []))
    there = [name for name in wanted if (folder / name).is_file() or any((folder / name).glob("*"))]
    _answer(session, {"FEATURE_DIR": str(folder), "AVAILABLE_DOCS": there})


def _answer(session: Session, told: dict[str, Any]) -> None:
    """Prints the keys as the old scripts did: one line of JSON, or a line a key."""
    if session.as_json:
        print_text(json.dumps(told))
        return
    lines = (f"{key}: {' '.join(value) if isinstance(value, list) else value}" for key, value in told.items())
    print_text("\n".join(printable(line) for line in lines))
