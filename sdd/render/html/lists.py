"""Pages of lists: each holds at most 500 rows, the next ones are on the next page."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sdd.answers.trail.requirements import RequirementTrail
from sdd.gate.rules import ALL
from sdd.records.kinds.phr import Stage
from sdd.render.html.environment import Rendered, Renderer, data_file
from sdd.render.html.places import ROWS, Page, pages
from sdd.render.html.search import KINDS
from sdd.render.html.words import short, visible
from sdd.report.overview import OpenItem, Overview
from sdd.report.phrs import timeline


def list_pages(renderer: Renderer) -> Iterator[Rendered]:
    """Every page of every list."""
    report = renderer.report
    yield from _paged(renderer, "changes.html", report.changes)
    yield from _paged(renderer, "features.html", report.features)
    yield from _requirements(renderer)
    yield from _paged(renderer, "contracts.html", report.contracts)
    line = timeline(report.phrs, report.subject.today)
    yield from _paged(renderer, "phrs.html", report.phrs, scripted=True, line=line, **_facets(renderer))
    yield from _paged(renderer, "decisions.html", report.adrs)
    amendments = [row for row in report.phrs if row.stage == Stage.CONSTITUTION][:ROWS]
    yield renderer.page("constitution.html", amendments=amendments)
    yield renderer.page("agents.html", checklists=[one for row in report.features for one in row.checklists])
    yield renderer.page("rules.html", rules=ALL)
    yield from _paged(renderer, "open.html", tuple(_open_rows(report.overview)))
    yield renderer.page("search.html", scripted=True, kinds=KINDS, **_facets(renderer))


class ListPage(NamedTuple):
    """What one page of a list shows: its rows, which page it is of which, and how many rows there are in all."""

    rows: Sequence[Any]
    page: Page
    pages: tuple[Page, ...]
    all: int


def _paged(
    renderer: Renderer, template: str, rows: Sequence[Any], *, scripted: bool = False, **values: Any
) -> Iterator[Rendered]:
    listed = pages(template, len(rows))
    for page in listed:
        values["list"] = ListPage(rows[page.first : page.end], page, listed, len(rows))
        yield renderer.page(template, page.address, scripted=scripted, **values)


def _facets(renderer: Renderer) -> dict[str, Any]:
    names = dict.fromkeys(row.name for row in renderer.report.features)
    known = {row.stage or "other" for row in renderer.report.phrs}
    stages = [stage for stage in (*map(str, Stage), "other") if stage in known]
    return {"stages": stages, "feature_names": tuple(names)}


class MatrixRow(NamedTuple):
    """A row of the matrix as the page and its script show it. `counts` are tasks, contracts, PHRs, commits, files."""

    id: str
    address: str
    feature: str
    text: str
    story: str
    counts: tuple[int, ...]
    gap: bool
    inferred: str


def _requirements(renderer: Renderer) -> Iterator[Rendered]:
    """The matrix, and its rows as data for the filter of the page."""
    rows = tuple(_matrix_row(renderer, trail) for trail in renderer.report.trails)
    names = tuple(dict.fromkeys(row.feature for row in rows))
    yield from _paged(renderer, "requirements.html", rows, scripted=True, feature_names=names)
    for page in pages("requirements.html", len(rows)):
        yield data_file(f"search/matrix-{page.number}.js", rows[page.first : page.end])


def _matrix_row(renderer: Renderer, trail: RequirementTrail) -> MatrixRow:
    row = trail.row
    return MatrixRow(
        visible(row.id),
        renderer.places.trails[(row.path, row.line)],
        visible(row.feature or ""),
        visible(short(row.text, 160)),
        ", ".join(row.stories),
        (len(row.tasks), len(row.contracts), len(row.phrs), len(row.commits), len(trail.files)),
        not row.is_covered,
        f"inferred {row.inferred}" if row.inferred else "",
    )


def _open_rows(view: Overview) -> Iterator[tuple[str, OpenItem, str, bool]]:
    """What is open: what it is, the item, what else there is to say of it, and whether it should be open no more."""
    yield from (("question", item, "", False) for item in view.questions)
    for row, days, left in view.waivers:
        ended = left is None or left < 0
        until = "has no last day" if left is None else f"{'ended' if ended else 'ends'} {row.expires}"
        rules = ", ".join(rule.name for rule in ALL if rule.name in row.rules)
        item = OpenItem(row.path, 1, row.reason or row.title or row.path, None, days)
        yield "waiver", item, f"{rules}; {until}; agreed by {row.approved_by or 'nobody'}", ended
    yield from (("follow-up", item, "", False) for item in view.follow_ups)
