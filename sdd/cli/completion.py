"""What a shell is offered for a word: features, contracts, requirements and tasks of the work tree.

A shell asks at every press of a key: only a few folders are looked at, and whatever goes wrong offers nothing.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from pathlib import Path
from textwrap import shorten

import click
from click.shell_completion import CompletionItem

from sdd.records.layout import CONTRACTS, MARK, MARKS_OF_A_FEATURE, USUAL, Layout, feature_of, features_named

Words = Iterator[tuple[tuple[str, ...], str]]
Offer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
_LIMIT, _LONGEST = 100, 80


def quietly(find: Callable[[click.Context], Words]) -> Offer:
    """What click asks, out of words in all their forms, each with a text about it.

    Of a word the first form is offered that what is typed begins; at most _LIMIT words, none where `find` fails.
    """

    def items(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem]:
        for forms, text in dict(find(ctx)).items():
            fitting = (form for form in forms if form.lower().startswith(incomplete.lower()))
            yield from (CompletionItem(form, help=shorten(text, _LONGEST) or None) for form in islice(fitting, 1))

    @wraps(find)
    def offered(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            return [*islice(items(ctx, incomplete), _LIMIT)]
        except Exception:
            # A traceback would land in the middle of the line that somebody is typing.
            return []

    return offered


@quietly
def complete_feature(ctx: click.Context) -> Words:
    """The features of the roots above."""
    for root in _roots(ctx):
        yield from (((name, name.rpartition("/")[2]), "") for name in _features(root))


@quietly
def complete_contract(ctx: click.Context) -> Words:
    """The contract files."""
    for (below,), text in _contracts(ctx):
        yield (below.removeprefix(f"{CONTRACTS}/"), below.rpartition("/")[2], below), text


def _contracts(ctx: click.Context) -> Words:
    """The contract files by their path below the root, as a PHR links them."""
    for root in _roots(ctx):
        for file in sorted((root / _layout(root).placed(CONTRACTS)).rglob("*.contract.md")):
            yield (file.relative_to(root).as_posix(),), ""


complete_linked_contract = quietly(_contracts)


@quietly
def complete_requirement(ctx: click.Context) -> Words:
    """The requirements and success criteria of the feature's spec, each with its text."""
    from sdd.records.kinds.spec import parse

    for folder in _feature_folders(ctx):
        spec = parse("spec.md", (folder / "spec.md").read_bytes(), "")
        yield from (((item.id,), item.text) for item in (*spec.requirements, *spec.criteria))


@quietly
def complete_task(ctx: click.Context) -> Words:
    """The tasks of the feature's list, each with its text."""
    from sdd.records.kinds.tasks import parse

    for folder in _feature_folders(ctx):
        tasks = parse("tasks.md", (folder / "tasks.md").read_bytes(), "").tasks
        yield from (((task.id,), task.text) for task in tasks if task.id)


def _feature_folders(ctx: click.Context) -> Iterator[Path]:
    """The folder of the feature that was named, else of the one that the branch is named like."""
    named = ctx.params.get("feature") or os.environ.get("SPECIFY_FEATURE") or _branch(ctx)
    for root in _roots(ctx):
        features = _features(root)
        yield from (features[name] for name in features_named(features, named) if named)


def _features(root: Path) -> dict[str, Path]:
    """Name -> folder of the features of a root in the work tree."""
    folders = [root / below for below in reversed(_layout(root).specs)]
    marks = (file for folder in folders for mark in MARKS_OF_A_FEATURE for file in sorted(folder.rglob(mark)))
    return {name: file.parent for file in marks if (name := feature_of(file.as_posix()))}


def _layout(root: Path) -> Layout:
    from sdd.records.kinds.policy import POLICY_PATH, parse

    file = root / POLICY_PATH
    return parse(POLICY_PATH, file.read_bytes(), "").layout if file.is_file() else USUAL


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
