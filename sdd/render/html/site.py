"""The site: its files one after the other, in the order in which they are made."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from sqlite3 import Connection
from typing import Any

from markupsafe import Markup

from sdd.records.layout import CONTRACTS, feature_folder
from sdd.render.html.chart import share_chart
from sdd.render.html.environment import Rendered, Renderer
from sdd.render.html.lists import list_pages
from sdd.render.html.places import Places
from sdd.render.html.records import (
    Grouped,
    contracts_pages,
    decision_pages,
    feature_pages,
    phr_pages,
    rule_pages,
    trail_pages,
)
from sdd.render.html.search import NumberedDocument, search_files
from sdd.render.html.words import age
from sdd.render.words import answered_words, before_words
from sdd.report.changes import Proportion, Shares
from sdd.report.overview import Gap, Overview
from sdd.report.period import Period
from sdd.report.reading import Report

ASSETS = ("site.css", "site.js")

# So many of what is open stand on the first page: it is to be printed on one sheet.
_SHOWN_OPEN = 4


def site_files(index: Connection, report: Report) -> Iterator[Rendered]:
    """Every file of the site. Long texts are read as their pages are made, so that memory holds one at a time."""
    for name in ASSETS:
        text = files("sdd.render.html").joinpath("assets", name).read_text(encoding="utf-8")
        yield Rendered(f"assets/{name}", text)
    places = Places(report)
    renderer = Renderer(report, places)
    grouped = _grouped(report)
    yield _overview(renderer)
    yield from list_pages(renderer, grouped)
    yield from feature_pages(renderer, grouped)
    yield from trail_pages(renderer, grouped)
    yield from phr_pages(index, renderer)
    yield from contracts_pages(index, renderer)
    yield from decision_pages(index, renderer)
    yield from rule_pages(renderer)
    for name, text in search_files(index, report.phrs, _Addresses(renderer).of):
        yield Rendered(name, text)


def _grouped(report: Report) -> Grouped:
    trails: dict[str, list[Any]] = {}
    phrs: dict[str, list[Any]] = {}
    contracts: dict[str, list[Any]] = {}
    for trail in report.trails:
        trails.setdefault(trail.row.path.rpartition("/")[0], []).append(trail)
    for phr in report.phrs:
        if phr.feature:
            phrs.setdefault(feature_folder(phr.root, phr.feature), []).append(phr)
    roots = {(row.root, row.name): row.path for row in report.features}
    for contract in report.contracts:
        if contract.feature and not contract.embedded:
            root = _root_of(contract.path)
            folder = roots.get((root, contract.feature), feature_folder(root, contract.feature))
            contracts.setdefault(folder, []).append(contract)
    return Grouped(trails, phrs, contracts)


def _root_of(path: str) -> str:
    """The root that a contract's file belongs to, by its path."""
    before, found, _ = f"/{path}".partition(f"/{CONTRACTS}/")
    return before.lstrip("/") if found else ""


class _Addresses:
    """Where the documents of the index stand in the site."""

    def __init__(self, renderer: Renderer) -> None:
        self._places = renderer.places
        self._constitutions = {row.path: place for place, row in enumerate(renderer.report.constitutions, 1)}

    def of(self, found: NumberedDocument) -> str | None:
        """The address of a document, None for one that no page shows."""
        if found.kind == "requirement":
            return self._places.trails.get((found.path, found.line)) or self._places.record(found.path)
        if found.kind == "task":
            page = self._places.record(found.path)
            return f"{page}#task-{found.line}" if page else None
        if found.kind == "constitution":
            number = self._constitutions.get(found.path)
            return f"constitution.html#p-{number}-{found.line}" if number else None
        if found.kind == "waiver":
            return "open.html"
        return self._places.record(found.path)


def _overview(renderer: Renderer) -> Rendered:
    view, places, subject = renderer.report.overview, renderer.places, renderer.report.subject
    charts = [(name, of(view.total), _chart(name, of, view)) for name, of in _CHARTS]
    open_lists = [
        ("Questions", [_open(renderer, item) for item in view.questions[:_SHOWN_OPEN]], len(view.questions)),
        ("Follow-ups", [_open(renderer, item) for item in view.follow_ups[:_SHOWN_OPEN]], len(view.follow_ups)),
        (
            "Waivers",
            [
                (one.row.reason or one.row.title or one.row.path, "open.html", _left(one.left))
                for one in view.waivers[:_SHOWN_OPEN]
            ],
            len(view.waivers),
        ),
    ]
    return renderer.page(
        "overview.html",
        "index.html",
        "Overview",
        "Overview",
        view=view,
        charts=charts,
        open_lists=open_lists,
        period_words=period_words(view.period),
        answered=answered_words(subject.answered) if subject.answered else "",
        before=before_words(subject.before, subject.since) if subject.before else "",
        gap_places=[_gap_place(places, renderer.report, gap) for gap in view.gaps],
    )


_CHARTS: tuple[tuple[str, Callable[[Shares], Proportion]], ...] = (
    ("Spec", lambda shares: shares.spec),
    ("Contract", lambda shares: shares.contract),
    ("PHR", lambda shares: shares.phr),
)


def _chart(name: str, of: Callable[[Shares], Proportion], view: Overview) -> Markup:
    total = of(view.total)
    pieces = tuple((piece.label, of(shares)) for piece, shares in view.series.pieces)
    told = f"{name}: {total.had} of {total.needed} changes that need one have it, by {view.series.unit}"
    return share_chart(pieces, told)


def _open(renderer: Renderer, item: Any) -> tuple[str, str | None, str]:
    address = renderer.places.record(item.path) or renderer.places.feature_named(item.feature, item.path)
    return item.text or "without words", address, age(item.days) if item.days is not None else ""


def _left(days: int | None) -> str:
    if days is None:
        return "no last day"
    return f"ended {age(-days)} ago" if days < 0 else "last day" if days == 0 else f"{age(days)} left"


def _gap_place(places: Places, report: Report, gap: Gap) -> str | None:
    if gap.requirement:
        lines = (
            trail.row.line for trail in report.trails if (trail.row.path, trail.row.id) == (gap.path, gap.requirement)
        )
        return places.trails.get((gap.path, next(lines, 0)))
    return places.record(gap.path) or ("open.html" if gap.path else None)


def period_words(period: Period) -> str:
    """A period in words."""
    if period.since and period.until:
        return f"from {period.since} to {period.until}"
    if period.since:
        return f"since {period.since}"
    return f"until {period.until}" if period.until else "all time"
