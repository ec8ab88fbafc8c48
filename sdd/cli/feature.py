"""sdd feature: make, list and show features."""

import re
from datetime import date
from typing import Any

import click

from sdd import paths
from sdd.cli.completion import complete_feature
from sdd.cli.filled_in import filled_in
from sdd.cli.session import (
    folder_below_top,
    json_option,
    open_repository,
    print_json,
    print_text,
    root_above,
    top_of,
    tree_to_read,
)
from sdd.errors import UsageError
from sdd.features import Feature, read_features
from sdd.paths import printable
from sdd.project import Reader
from sdd.scaffold import fill, next_id, project_template, slug, write_new

_NUMBERED = re.compile(r"\d{3,}-.")


@click.group()
def command() -> None:
    """Make, list and show features: the folders below specs/."""


@command.command()
@click.argument("title", callback=filled_in)
@click.option("--slug", "name", metavar="SLUG", help="Name the folder so.  [default: made from the title]")
@click.option("--branch", is_flag=True, help="Make and check out a branch of the same name.")
@json_option
@click.pass_context
def new(ctx: click.Context, title: str, name: str | None, branch: bool, as_json: bool) -> None:
    """Make specs/NNN-slug/spec.md from the template, in the root that the command stands in."""
    repository = open_repository(ctx)
    top = top_of(repository)
    root = root_above(top, folder_below_top(ctx, repository)) or ""
    short = slug(name or title)
    numbered = short if _NUMBERED.match(short) else f"{next_id(repository, root, 'specs', digits=3)}-{short}"
    if branch:
        # First, since a branch of that name may be there: then nothing is written.
        from sdd.repo.porcelain import switch_to_new_branch

        switch_to_new_branch(repository, numbered)
    path = paths.join(root, f"specs/{numbered}/spec.md")
    values = {"title": title, "feature": numbered, "date": date.today().isoformat(), "input": f'"{title}"'}
    write_new(top / path, fill(project_template("spec-template.md", top / root), values))
    if as_json:
        made = {"feature": numbered, "path": path, "branch": numbered if branch else None}
        print_json({"schema": "sdd/feature-new/1", **made})
    else:
        shown = printable(path)
        print_text(f"made {shown}\nnext: fill in what is in [CAPITALS], then: sdd check {shown}")


@command.command("list")
@click.option("--rev", metavar="REV", help="Read a commit.  [default: the work tree]")
@json_option
@click.pass_context
def list_(ctx: click.Context, rev: str | None, as_json: bool) -> None:
    """List the features of every root, with their status."""
    features = _features(ctx, rev)
    if as_json:
        print_json({"schema": "sdd/features/1", "items": [_document(feature) for feature in features]})
        return
    width = max((len(printable(feature.path)) for feature in features), default=0)
    rows = [
        f"{printable(feature.path):<{width}}  {feature.status:<11}  {printable(feature.title or '')}"
        for feature in features
    ]
    print_text("\n".join(rows) or 'no features yet: sdd feature new "TITLE"')


@command.command()
@click.argument("feature", shell_complete=complete_feature)
@click.option("--rev", metavar="REV", help="Read a commit.  [default: the work tree]")
@json_option
@click.pass_context
def show(ctx: click.Context, feature: str, rev: str | None, as_json: bool) -> None:
    """Show FEATURE (a folder's name, its number or its path): stories, requirements, tasks, records."""
    features = _features(ctx, rev)
    wanted = feature.rstrip("/")
    found = [one for one in features if wanted in (one.name, one.path)] or [
        one for one in features if one.name.startswith(f"{wanted}-")
    ]
    if len(found) != 1:
        known = ", ".join(one.path if found else one.name for one in (found or features)) or "none yet"
        raise UsageError(f"{'more than one' if found else 'unknown'} feature {feature}", f"features: {known}")
    if as_json:
        print_json({"schema": "sdd/feature/1", **_document(found[0])})
    else:
        print_text(_screen(found[0]))


def _features(ctx: click.Context, rev: str | None) -> tuple[Feature, ...]:
    repository = open_repository(ctx)
    return read_features(tree_to_read(repository, rev), Reader(repository.blobs))


def _document(feature: Feature) -> dict[str, Any]:
    spec, tasks = feature.spec, feature.tasks
    return {
        "path": feature.path,
        "root": feature.root or ".",
        "name": feature.name,
        "title": feature.title,
        "status": feature.status,
        "stories": [
            {
                "id": f"US{story.number}" if story.number else None,
                "priority": story.priority,
                "scenarios": len(story.scenarios),
            }
            for story in (spec.stories if spec else ())
        ],
        "requirements": [item.id for item in spec.requirements] if spec else [],
        "criteria": [item.id for item in spec.criteria] if spec else [],
        "open_questions": len(spec.open_questions) if spec else 0,
        "tasks": {
            "total": len(tasks.tasks) if tasks else 0,
            "done": sum(task.done for task in tasks.tasks) if tasks else 0,
        },
        "contracts": list(feature.contracts),
        "phrs": list(feature.phrs),
    }


def _screen(feature: Feature) -> str:
    spec, tasks = feature.spec, feature.tasks
    lines = [
        f"{printable(feature.path)}  {feature.status}",
        printable(feature.title or "no spec.md that can be read"),
        "",
    ]
    for story in spec.stories if spec else ():
        scenarios = f"{len(story.scenarios)} scenario{'s' if len(story.scenarios) != 1 else ''}"
        lines.append(f"{story.priority or '--'}  {printable(story.title)} ({scenarios})")
    for item in (*spec.requirements, *spec.criteria) if spec else ():
        lines.append(f"{item.id}  {printable(item.text.partition(chr(10))[0])}")
    lines += [f"?   {printable(question.text)}" for question in (spec.open_questions if spec else ())]
    if tasks:
        lines.append(f"tasks: {sum(task.done for task in tasks.tasks)} of {len(tasks.tasks)} done")
    lines.append(f"records: {len(feature.contracts)} contracts, {len(feature.phrs)} PHRs")
    return "\n".join(lines)
