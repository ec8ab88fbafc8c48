"""sdd feature: make, list and show features, and say how far each has come."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from posixpath import relpath

import click

from sdd.answers.trail.reverted import reverted_records
from sdd.answers.trail.stored import first_and_last, spans_of
from sdd.authoring.identity import feature_name, feature_of_own_branch, numbering, slug
from sdd.authoring.templates import fill, project_template
from sdd.base.errors import SddError, UsageError
from sdd.base.listing import counted
from sdd.base.paths import path_word
from sdd.cli.chosen import feature_named
from sdd.cli.completion import complete_feature
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.options import rev_option, status_filter, title_argument
from sdd.cli.session import Session, in_session, writing_session
from sdd.gate.target import judging_policy
from sdd.index.search import RowFilter
from sdd.records.features import Feature, FeatureStatus, read_features
from sdd.records.kinds.phr import Phr
from sdd.records.layout import features_named, is_root
from sdd.records.project import Project
from sdd.render.documents.records import FEATURE, item
from sdd.render.text.lists import feature_cells
from sdd.render.text.table import table
from sdd.repo.journal import Journal
from sdd.repo.porcelain import on_new_branch
from sdd.repo.refs import HEADS, find_mainline, head_branch
from sdd.repo.worktree import write_new

_NEVER = "9999"
_NONE = 'no features yet: sdd feature new "TITLE"'


@noun
def command() -> None:
    """Start, list and show features, the folders below specs/, and say how far each has come."""


@command.command()
@title_argument
@click.option("--slug", "name", metavar="SLUG", help="The folder's name.  [default: from the title]")
@click.option("--ticket", metavar="ABC-123", default="", help="Name it ABC-123-slug instead of a number.")
@click.option("--timestamp", is_flag=True, help="Name it YYYYMMDD-HHMMSS-slug instead of a number.")
@click.option("--branch", is_flag=True, help="Create and check out a branch of the same name.")
@writing_session
def new(session: Session, title: str, name: str | None, ticket: str, *, timestamp: bool, branch: bool) -> None:
    """Write specs/NNN-slug/spec.md from the template, in the root that you are in.

    On a branch that is named like a feature without a folder yet (001-vat, feature/001-vat), the folder gets that
    name. Else NNN is one more than the highest number in the work tree, on any branch, or in any branch's name.

    plan.md and tasks.md are optional: copy their templates from .specify/templates/ into the folder.
    """
    repository, root = session.repository, session.root or ""
    with session.writing(title, name, ticket, timestamp, branch) as journal, numbering(repository):
        layout = None if is_root(session.tree, root) else judging_policy(repository, root).layout
        project = Project(session.tree, root, session.reader, layout)
        path = _begun(session, journal)
        here = (head_branch(repository) or "").removeprefix(HEADS)
        if not path:
            is_named = bool(name or ticket or timestamp)
            called = (not is_named and feature_of_own_branch(repository, project)) or feature_name(
                repository, project, slug(name or title), ticket=ticket, timestamp=timestamp
            )
            path = project.spec_path(called)
            is_taken = branch and here.rpartition("/")[2] != called
            if is_taken and f"{HEADS}{called}" in repository.refs.tips:
                raise SddError(f"a branch {called} exists already", "give --slug, or leave out --branch")
            journal.note(path)
        called = path.split("/")[-2]
        mainline = find_mainline(repository)
        is_apart = bool(here) and not branch and not (mainline and mainline.branch == here)
        values = {"title": title, "feature": called, "date": session.today.isoformat(), "input": title}
        values["branch"] = here if is_apart else called
        text = fill(project_template("spec-template.md", session.top / root), values)
        is_own = here.rpartition("/")[2] == called
        with on_new_branch(repository, called) if branch and not is_own else nullcontext():
            if not journal.is_written(path):
                write_new(session.top / path, text)
        session.save(f"Feature: {title}", path)
        branched = here if is_own else called if branch else None
        session.print(
            {"schema": "sdd/feature-new/1", "feature": called, "path": path, "branch": branched},
            [
                f"made {path}{f' on its branch {here}' if is_own else ''}",
                f"next: fill in the [CAPITALS], then: sdd check {path_word(relpath(path, session.folder or '.'))}",
            ],
        )


def _begun(session: Session, journal: Journal) -> str | None:
    """The spec that an earlier run of the command wrote, or for which it made the folder or the branch."""
    if not journal.is_rerun:
        return None
    branches = {*session.repository.refs.tips, head_branch(session.repository)}
    for path in journal.paths:
        if (session.top / path).parent.is_dir() or f"{HEADS}{path.split('/')[-2]}" in branches:
            return path
    return None


@list_command(
    command,
    "features",
    feature_cells,
    items_of(FEATURE),
    _NONE,
    status_filter(FeatureStatus),
    click.option(
        "--idle",
        type=click.IntRange(min=1),
        metavar="DAYS",
        help="Only those whose records last landed or changed DAYS ago or earlier.",
    ),
)
def features(session: Session, wanted: RowFilter, *, idle: int | None) -> Sequence[Feature]:
    """List the features of every root: status, first and last landing of their records and edits, title."""
    until = (session.today - timedelta(days=idle)).isoformat() if idle else ""
    return [
        feature
        for feature in _dated(session)
        if wanted.status in ("", feature.standing.status) and not (until and (feature.last_landed or _NEVER) > until)
    ]


@command.command()
@click.argument("feature", shell_complete=complete_feature)
@rev_option
@in_session
def show(session: Session, feature: str) -> None:
    """Show FEATURE (a folder's name, its number or its path): stories, requirements, tasks, records."""
    chosen = _chosen(session, _dated(session), feature)
    session.print({"schema": "sdd/feature/1", **item(FEATURE, chosen)}, _screen(chosen))


@command.command()
@click.argument("feature", required=False, shell_complete=complete_feature)
@rev_option
@in_session
def status(session: Session, feature: str | None) -> None:
    """Say how far FEATURE, or every feature of every root, has come, and why."""
    gone = session.ask(lambda index: reverted_records(index, session.repository), history=True)
    known = tuple(replace(each, reverted=gone) for each in read_features(session.tree, session.reader))
    features = (_chosen(session, known, feature),) if feature else known
    keys = {key: FEATURE[key] for key in ("path", "root", "name", "title", "status")}
    items = [item(keys, feature) | {"reason": feature.standing.reason} for feature in features]
    rows = ((feature.path, feature.standing.status, feature.standing.reason) for feature in features)
    session.print({"schema": "sdd/features-status/1", "items": items}, table(rows) or _NONE)


def _dated(session: Session) -> Iterator[Feature]:
    """The features of every root, with the days on which their records landed and changed."""
    features = read_features(session.tree, session.reader)
    paths = [record.path for feature in features for record in feature.records]
    spans, gone = session.ask(
        lambda index: (spans_of(index, paths), reverted_records(index, session.repository)), history=True
    )
    for feature in features:
        own = (landing for record in feature.records for landing in spans.get(record.path, ()))
        first, last = first_and_last(own)
        yield replace(feature, first_landed=first, last_landed=last, reverted=gone)


def _chosen(session: Session, features: Iterable[Feature], written: str) -> Feature:
    """The one feature of a path, a name or a number; inside a root that is not the top its own. Raises UsageError where
    there is none or more than one.
    """
    wanted, features = written.rstrip("/"), tuple(features)
    by_path = [feature for feature in features if feature.path == wanted]
    own = tuple(feature for feature in features if session.root and feature.root == session.root)
    if not by_path and features_named((feature.name for feature in own), wanted):
        features = own
    name = by_path[0].name if by_path else feature_named([feature.name for feature in features], wanted)
    matching = by_path or [feature for feature in features if feature.name == name]
    if len(matching) > 1:
        raise UsageError(f"more than one feature {written}", f"features: {', '.join(f.path for f in matching)}")
    return matching[0]


def _screen(feature: Feature) -> Iterator[str]:
    spec, standing = feature.spec, feature.standing
    yield f"{feature.path}  {standing.status}"
    yield feature.title or "no spec.md that can be read"
    yield ""
    if spec:
        for story in spec.stories:
            yield f"{story.priority or '--'}  {story.title} ({counted(len(story.scenarios), 'scenario')})"
        for requirement in (*spec.requirements, *spec.criteria):
            yield f"{requirement.id}  {requirement.text.partition(chr(10))[0]}"
        yield from (f"?   {question.text}" for question in spec.open_questions)
    if standing.tasks:
        yield f"tasks: {standing.ticked} of {standing.tasks} done"
    yield f"landed: {feature.first_landed} to {feature.last_landed}" if feature.last_landed else "landed: nothing yet"
    yield f"records: {counted(standing.contracts, 'contract')}, {counted(len(feature.of(Phr)), 'PHR')}"
