"""What every command needs at its start and its end: the repository it stands in, and how results are printed."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from sdd.paths import printable
from sdd.repo.objects import Repository

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def open_repository(ctx: click.Context) -> Repository:
    """The repository that the command line names (-C) or stands in; closed when the command ends."""
    directory: Path = ctx.find_object(Path) or Path()
    return ctx.with_resource(Repository.discover(directory))


def print_text(text: str) -> None:
    """A command's result for people. What came out of a repository must have gone through `printable`."""
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")


def print_json(document: dict[str, Any]) -> None:
    """A command's result as one JSON document; ASCII only, so that no byte of a path can be lost on the way."""
    print_text(json.dumps(document, indent=2))


def remark(text: str) -> None:
    """Something to know beside the result, on stderr."""
    for line in text.splitlines():
        print(f"sdd: {printable(line)}", file=sys.stderr)
