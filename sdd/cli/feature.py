"""sdd feature: make, list and show features, and say how far each has come."""

from collections.abc import Sequence
from datetime import date

import click

from sdd.authoring.identity import feature_name, slug
from sdd.authoring.templates import fill, project_template
from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.base.paths import printable
from sdd.cli.completion import complete_feature
from sdd.cli.filled_in import filled_in
from sdd.cli.groups import noun
from sdd.cli.listing import ListContext, Listing, list_command, rev_option, status_filter
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
from sdd.index.search import RowFilter
from sdd.records.features import Feature, FeatureStatus, read_features
from sdd.records.layout import features_named, spec_path
from sdd.records.project import Reader
from sdd.render.documents.records import FEATURE, item
from sdd.render.text.lists import feature_cells
from sdd.render.text.table import table
from sdd.repo.worktree import write_new


@noun
def command() -> None:
    """Start, list and show features, the folders below specs/, and say how far each has come."""


@command.command()
@click.argument("title", callback=filled_in)
@click.option("--slug", "name", metavar="SLUG", help="The folder's name.  [default: from the title]")
@click.option("--ticket", metavar="ABC-123", default="", help="Name it ABC-123-slug instead of a number.")
@click.option("--timestamp", is_flag=True, help="Name it YYYYMMDD-HHMMSS-slug instead of a number.")
@click.option("--branch", is_flag=True, help="Create and check out a branch of the same name.")
@json_option
@click.pass_context
def new(
    ctx: click.Context, title: str, name: str | None, ticket: str, timestamp: bool, branch: bool, as_json: bool
) -> None:
    """Write specs/NNN-slug/spec.md from the template, in the root that you are in.

    NNN is one more than the highest number in the work tree, on any branch, or in any branch's name.
    """
    repository = open_repository(ctx)
    top = top_of(repository)
    root = root_above(top, folder_below_top(ctx, repository)) or ""
    called = feature_name(repository, root, slug(name or title), ticket=ticket, timestamp=timestamp)
    path = spec_path(root, called)
    values = {"title": title, "feature": called, "date": date.today().isoformat(), "input": f'"{title}"'}
    text = fill(project_template("spec-template.md", top / root), values)
    if branch:
        from sdd.repo.porcelain import on_new_branch

        with on_new_branch(repository, called):
            write_new(top / path, text)
    else:
        write_new(top / path, text)
    if as_json:
        made = {"feature": called, "path": path, "branch": called if branch else None}
        print_json({"schema": "sdd/feature-new/1", **made})
    else:
        shown = printable(path)
        print_text(f"made {shown}\nnext: fill in the [CAPITALS], then: sdd check {shown}")


def _rows(context: ListContext, wanted: RowFilter) -> Sequence[Feature]:
    features = read_features(context.tree, context.reader)
    return [feature for feature in features if wanted.status in ("", feature.status)]


_LISTING = Listing(
    "features",
    _rows,
    feature_cells,
    lambda _, features: [item(FEATURE, feature) for feature in features],
    tuple(FEATURE),
    'no features yet: sdd feature new "TITLE"',
)

command.add_command(
    list_command(_LISTING, "List the features of every root, with their status.", status_filter(FeatureStatus))
)


@command.command()
@click.argument("feature", shell_complete=complete_feature)
@rev_option
@json_option
@click.pass_context
def show(ctx: click.Context, feature: str, rev: str | None, as_json: bool) -> None:
    """Show FEATURE (a folder's name, its number or its path): stories, requirements, tasks, records."""
    found = _chosen(_features(ctx, rev), feature)
    if as_json:
        print_json({"schema": "sdd/feature/1", **item(FEATURE, found)})
    else:
        print_text(_screen(found))


@command.command()
@click.argument("feature", required=False, shell_complete=complete_feature)
@rev_option
@json_option
@click.pass_context
def status(ctx: click.Context, feature: str | None, rev: str | None, as_json: bool) -> None:
    """Say how far FEATURE, or every feature of every root, has come, and why."""
    known = _features(ctx, rev)
    features = (_chosen(known, feature),) if feature else known
    if as_json:
        keys = {key: FEATURE[key] for key in ("path", "root", "name", "title", "status")}
        items = [item(keys, feature) | {"reason": feature.reason} for feature in features]
        print_json({"schema": "sdd/features-status/1", "items": items})
        return
    rows = ((feature.path, feature.status, feature.reason) for feature in features)
    print_text(table(rows) or _LISTING.none)


def _chosen(features: Sequence[Feature], written: str) -> Feature:
    """The one feature of a path, a name or a number. Raises UsageError where there is none or more than one."""
    wanted = written.rstrip("/")
    found = [one for one in features if one.path == wanted]
    names = features_named((one.name for one in features), wanted)
    found = found or [one for one in features if one.name in names]
    if len(found) != 1:
        message = f"{'more than one' if found else 'unknown'} feature {written}"
        known = [one.name for one in features]
        listed = f"features: {', '.join([one.path for one in found] or known) or 'none yet'}"
        raise UsageError(message, listed if found else nearest(wanted, known, listed))
    return found[0]


def _features(ctx: click.Context, rev: str | None) -> tuple[Feature, ...]:
    repository = open_repository(ctx)
    return read_features(tree_to_read(repository, rev), Reader(repository.blobs))


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
    for requirement in (*spec.requirements, *spec.criteria) if spec else ():
        lines.append(f"{requirement.id}  {printable(requirement.text.partition(chr(10))[0])}")
    lines += [f"?   {printable(question.text)}" for question in (spec.open_questions if spec else ())]
    if tasks:
        lines.append(f"tasks: {sum(task.done for task in tasks.tasks)} of {len(tasks.tasks)} done")
    lines.append(f"records: {len(feature.contracts)} contracts, {len(feature.phrs)} PHRs")
    return "\n".join(lines)
