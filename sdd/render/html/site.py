"""The site: its files one after the other, in the order in which they are made."""

from collections.abc import Iterator
from importlib.resources import files
from itertools import starmap
from sqlite3 import Connection

from sdd.render.headline import headline, left_out, trend_words
from sdd.render.html.chart import STATE_WORDS, bar, chart, marked_piece
from sdd.render.html.environment import NAVIGATION, Rendered, Renderer, data_file
from sdd.render.html.lists import list_pages
from sdd.render.html.places import ROWS, Places
from sdd.render.html.records import contracts_pages, decision_pages, feature_pages, phr_pages, rule_pages
from sdd.render.html.search import search_files
from sdd.report.gaps import Gap
from sdd.report.reading import Report

ASSETS = ("site.css", "site.js")


def count_pages(report: Report) -> int:
    """About how many files the site will have: most are the pages of PHRs, and of a list each page is two."""
    listed = len(report.changes) + len(report.phrs) + len(report.contracts) + len(report.requirements)
    return len(report.phrs) + len(report.adrs) + 2 * len(report.features) + listed // (ROWS // 2) + len(NAVIGATION)


def site_files(index: Connection, report: Report) -> Iterator[Rendered]:
    """Every file of the site. Long texts are read as their pages are made, so that memory holds one at a time."""
    for name in ASSETS:
        text = files("sdd.render.html").joinpath("assets", name).read_text(encoding="utf-8")
        yield Rendered(f"assets/{name}", (text,))
    places = Places(report)
    renderer = Renderer(report, places)
    yield from list_pages(index, renderer)
    yield _overview(renderer)
    yield from feature_pages(renderer)
    yield from phr_pages(index, renderer)
    yield from contracts_pages(index, renderer)
    yield from decision_pages(index, renderer)
    yield from rule_pages(renderer)
    yield from starmap(data_file, search_files(index, report, places))


def _overview(renderer: Renderer) -> Rendered:
    view, subject = renderer.report.overview, renderer.report.subject

    def gap_place(gap: Gap) -> str | None:
        lines = (row.line for row in rows if (row.path, row.id) == (gap.path, gap.requirement))
        if gap.requirement:
            return renderer.places.trails.get((gap.path, next(lines, 0)))
        if gap.path.endswith("/tasks.md"):
            return renderer.places.features.get(gap.path.rpartition("/")[0])
        if gap.commit:
            return renderer.anchors.get(f"c-{gap.commit[:12]}")
        return renderer.places.record(gap.path) or ("open.html" if gap.path else None)

    rows = renderer.report.requirements
    marked = max(filter(None, (subject.adopted, subject.since)), default=None)
    return renderer.page(
        "overview.html",
        "index.html",
        bar=bar(view.states),
        chart=chart(view.series, marked) if len(view.series.pieces) > 1 else None,
        marked=marked if marked_piece(view.series, marked) is not None else None,
        state_words=STATE_WORDS,
        headline=headline(view.total, subject.period, subject.perhaps),
        trend=trend_words(view),
        left_out=left_out(subject),
        gap_place=gap_place,
    )
