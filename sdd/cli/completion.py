"""What a shell is offered for a word: features, contracts, requirements and tasks of the work tree.

A shell asks at every press of a key: only a few folders are looked at, and whatever goes wrong offers nothing.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from sdd.records.layout import CONTRACTS, MARK, MARKS_OF_A_FEATURE, SPECS, feature_of, features_named

Offer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
_LIMIT = 100


def _quietly(offer: Callable[[click.Context, str], Iterator[CompletionItem]]) -> Offer:
    """`offer` as click wants it: at most _LIMIT words that go on from what is there, none where it fails."""

    @wraps(offer)
    def offered(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            return [item for _, item in zip(range(_LIMIT), offer(ctx, incomplete), strict=False)]
        except Exception:
            # A traceback would land in the middle of the line that somebody is typing.
            return []

    return offered


@_quietly
def complete_feature(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """The features of the roots above."""
    for root in _roots(ctx):
        for name in _features(root):
            if name.startswith(incomplete) or name.rpartition("/")[2].startswith(incomplete):
                yield CompletionItem(name)


@_quietly
def complete_contract(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """The contract files, by the first form of their path that what is typed begins."""
    for below in _contracts(ctx):
        forms = (below.removeprefix(f"{CONTRACTS}/"), below.rpartition("/")[2], below)
        yield from [CompletionItem(form) for form in forms if form.startswith(incomplete)][:1]


@_quietly
def complete_linked_contract(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """The contract files by their path below the root, as a PHR links them."""
    return (CompletionItem(below) for below in _contracts(ctx) if below.startswith(incomplete))


def _contracts(ctx: click.Context) -> Iterator[str]:
    for root in _roots(ctx):
        for file in sorted((root / CONTRACTS).rglob("*.contract.md")):
            yield file.relative_to(root).as_posix()


@_quietly
def complete_requirement(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """The requirements and success criteria of the feature's spec, each with its text."""
    from sdd.records.kinds.spec import parse

    for folder in _feature_folders(ctx):
        spec = parse("spec.md", (folder / "spec.md").read_bytes(), "")
        for item in (*spec.requirements, *spec.criteria):
            if item.id.startswith(incomplete.upper()):
                yield CompletionItem(item.id, help=_one_line(item.text))


@_quietly
def complete_task(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
    """The tasks of the feature's list, each with its text."""
    from sdd.records.kinds.tasks import parse

    for folder in _feature_folders(ctx):
        for task in parse("tasks.md", (folder / "tasks.md").read_bytes(), "").tasks:
            if task.id and task.id.startswith(incomplete.upper()):
                yield CompletionItem(task.id, help=_one_line(task.text))


def _feature_folders(ctx: click.Context) -> Iterator[Path]:
    """The folder of the feature that was named, else of the one that the branch is named like."""
    named = ctx.params.get("feature") or os.environ.get("SPECIFY_FEATURE") or _branch(ctx)
    for root in _roots(ctx):
        yield from (root / SPECS / name for name in features_named(_features(root), named) if named)


def _features(root: Path) -> list[str]:
    """The names of the features of a root in the work tree."""
    marks = (file for name in MARKS_OF_A_FEATURE for file in (root / SPECS).rglob(name))
    return sorted({feature_of(file.relative_to(root).as_posix()) for file in marks} - {""})


def _branch(ctx: click.Context) -> str:
    asked = ["git", "-C", str(_directory(ctx)), "symbolic-ref", "--quiet", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, check=False, text=True, timeout=1).stdout.strip()


def _directory(ctx: click.Context) -> Path:
    """Where the command will work. While a shell asks, no command has run yet: -C is only known by its name."""
    return Path(ctx.find_root().params.get("directory") or ".").resolve()


def _roots(ctx: click.Context) -> Iterator[Path]:
    """The roots that stand above, the nearest first."""
    here = _directory(ctx)
    for folder in (here, *here.parents):
        if (folder / MARK).is_dir():
            yield folder
        if (folder / ".git").exists():
            return


def _one_line(text: str) -> str:
    return " ".join(text.split())[:60]
