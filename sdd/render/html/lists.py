"""Pages of lists: each holds at most 500 rows, the next ones stand on the next page."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sdd.answers.trail.requirements import RequirementTrail
from sdd.gate.rules import ALL
from sdd.records.kinds.phr import Stage
from sdd.render.html.environment import Rendered, Renderer
from sdd.render.html.places import ROWS, pages
from sdd.render.html.records import Grouped
from sdd.render.html.search import KINDS
from sdd.render.html.words import age, short, visible
from sdd.report.phrs import timeline

# Of the records that cite a principle so many are named.
_MOST_CITED = 50


def list_pages(renderer: Renderer, grouped: Grouped) -> Iterator[Rendered]:
    """Every page of every list."""
    report = renderer.report
    yield from _paged(renderer, "changes.html", "Changes", report.changes)
    yield from _paged(
        renderer, "features.html", "Features", report.features, trails_of=_Of(grouped.trails), phrs_of=_Of(grouped.phrs)
    )
    yield from _requirements(renderer)
    yield from _paged(renderer, "contracts.html", "Contracts", report.contracts)
    yield from _phrs(renderer)
    yield from _paged(renderer, "decisions.html", "Decisions", report.adrs)
    yield _constitution(renderer)
    checklists = [(row.path, *one) for row in report.features for one in row.checklists]
    yield renderer.page("agents.html", "agents.html", "Agents", "Agents", rows=report.agents, checklists=checklists)
    yield renderer.page("rules.html", "rules.html", "Rules", "Rules", rows=report.rules)
    yield from _paged(renderer, "open.html", "Left open", tuple(_open_rows(renderer)))
    yield renderer.page(
        "search.html",
        "search.html",
        "Search",
        "Search",
        scripted=True,
        kinds=tuple(KINDS.items()),
        **_facets(renderer),
    )


def _paged(
    renderer: Renderer, template: str, section: str, rows: Sequence[Any], *, scripted: bool = False, **values: Any
) -> Iterator[Rendered]:
    listed = pages(template, len(rows))
    for page in listed:
        title = section if page.number == 1 else f"{section}, page {page.number}"
        own = {"rows": rows[page.first : page.end], "page": page, "pages": listed, "all": len(rows)}
        yield renderer.page(template, page.address, section, title, scripted=scripted, **own, **values)


class _Of:
    """A mapping that has nothing for what it does not hold, as a template asks for it."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __getitem__(self, key: str) -> Any:
        return self._held.get(key, ())


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


def _requirements(renderer: Renderer) -> Iterator[Rendered]:
    """The matrix, and its rows as data for the filter of the page."""
    rows = tuple(_matrix_row(renderer, trail) for trail in renderer.report.trails)
    names = tuple(dict.fromkeys(row.feature for row in rows))
    yield from _paged(renderer, "requirements.html", "Requirements", rows, scripted=True, feature_names=names)
    for page in pages("requirements.html", len(rows)):
        told = json.dumps(rows[page.first : page.end], ensure_ascii=False, separators=(",", ":"))
        yield Rendered(f"search/matrix-{page.number}.js", f"sdd.matrix({page.number}, {told});\n")


def _matrix_row(renderer: Renderer, trail: RequirementTrail) -> MatrixRow:
    row = trail.row
    counts = (len(row.tasks), len(row.contracts), len(row.phrs), len(row.commits), len(trail.files))
    address = renderer.places.trails[(row.path, row.line)]
    feature = visible(row.feature or "")
    return MatrixRow(
        visible(row.id),
        address,
        feature,
        visible(short(row.text, 160)),
        ", ".join(row.stories),
        counts,
        not row.is_covered,
    )


def _phrs(renderer: Renderer) -> Iterator[Rendered]:
    phrs = renderer.report.phrs
    line = timeline(phrs, renderer.report.subject.today)
    values = {"line": line, "levels": _levels(line.most), **_facets(renderer)}
    yield from _paged(renderer, "phrs.html", "Prompts", phrs, scripted=True, **values)


def _levels(most: int) -> Callable[[int], int]:
    """How dark a count is shown: 0 for none, 5 for the highest."""
    return lambda number: -(-5 * number // most) if most else 0


def _constitution(renderer: Renderer) -> Rendered:
    report = renderer.report
    amendments = [row for row in report.phrs if row.stage == Stage.CONSTITUTION][:ROWS]
    return renderer.page(
        "constitution.html",
        "constitution.html",
        "Constitution",
        "Constitution",
        rows=report.constitutions,
        amendments=amendments,
        most=_MOST_CITED,
        prose=lambda text, record, level: renderer.prose(text, record, level, ""),
    )


class OpenRow(NamedTuple):
    """A row of what is open. `late` marks what should not be open any more."""

    what: str
    age: str
    text: str
    more: str
    path: str
    line: int
    feature: str | None
    address: str | None
    late: bool


def _open_rows(renderer: Renderer) -> Iterator[OpenRow]:
    view, places = renderer.report.overview, renderer.places
    for what, items in (("question", view.questions), ("follow-up", view.follow_ups)):
        for item in items:
            address = places.feature_named(item.feature, item.path)
            yield OpenRow(what, age(item.days), item.text, "", item.path, item.line, item.feature, address, False)
        if what == "question":
            yield from _waivers(renderer)


def _waivers(renderer: Renderer) -> Iterator[OpenRow]:
    known = {rule.name for rule in ALL}
    for waiver in renderer.report.overview.waivers:
        row = waiver.row
        ended = waiver.left is None or waiver.left < 0
        left = "has no last day" if waiver.left is None else f"{'ended' if ended else 'ends'} {row.expires}"
        rules = ", ".join(rule for rule in row.rules if rule in known)
        told = f"{rules}; {left}; agreed by {row.approved_by or 'nobody'}"
        text = row.reason or row.title or row.path
        yield OpenRow("waiver", age(waiver.days), text, told, row.path, 1, None, None, ended)
