"""The site: its files one after the other, in the order in which they are made."""

from collections.abc import Iterator
from importlib.resources import files
from itertools import starmap
from sqlite3 import Connection

from markupsafe import Markup

from sdd.render.html.chart import share_chart
from sdd.render.html.environment import Rendered, Renderer, data_file
from sdd.render.html.lists import list_pages
from sdd.render.html.places import Places
from sdd.render.html.records import contracts_pages, decision_pages, feature_pages, phr_pages, rule_pages
from sdd.render.html.search import search_files
from sdd.render.words import actor_words, answered_words, before_words
from sdd.report.changes import NEEDS
from sdd.report.overview import Gap, Overview
from sdd.report.reading import Report

ASSETS = ("site.css", "site.js")


def site_files(index: Connection, report: Report) -> Iterator[Rendered]:
    """Every file of the site. Long texts are read as their pages are made, so that memory holds one at a time."""
    for name in ASSETS:
        text = files("sdd.render.html").joinpath("assets", name).read_text(encoding="utf-8")
        yield Rendered(f"assets/{name}", text)
    places = Places(report)
    renderer = Renderer(report, places)
    yield _overview(renderer)
    yield from list_pages(renderer)
    yield from feature_pages(renderer)
    yield from phr_pages(index, renderer)
    yield from contracts_pages(index, renderer)
    yield from decision_pages(index, renderer)
    yield from rule_pages(renderer)
    yield from starmap(data_file, search_files(index, report.phrs, places))


def _overview(renderer: Renderer) -> Rendered:
    view, subject = renderer.report.overview, renderer.report.subject

    def gap_place(gap: Gap) -> str | None:
        lines = (row.line for row in rows if (row.path, row.id) == (gap.path, gap.requirement))
        if gap.requirement:
            return renderer.places.trails.get((gap.path, next(lines, 0)))
        return renderer.places.record(gap.path) or ("open.html" if gap.path else None)

    rows = [trail.row for trail in renderer.report.trails]
    return renderer.page(
        "overview.html",
        "index.html",
        charts=[_chart(need, view) for need in NEEDS],
        answered=answered_words(subject.answered) if subject.answered else "",
        actors=actor_words(subject.actor_shaped) if subject.actor_shaped else "",
        before=before_words(subject.before, subject.since) if subject.before else "",
        gap_place=gap_place,
    )


def _chart(need: str, view: Overview) -> tuple[str, object, Markup]:
    """What the chart of a need is called, the share of the whole period, and the drawing."""
    name = need.upper() if need == "phr" else need.capitalize()
    total = getattr(view.total, need)
    pieces = tuple((piece.label, getattr(shares, need)) for piece, shares in view.series.pieces)
    words = f"{name}: {total.had} of {total.needed} changes that need one have it, by {view.series.unit}"
    return name, total, share_chart(pieces, words)
