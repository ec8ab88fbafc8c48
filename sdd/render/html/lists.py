"""Pages of lists: rows that a page shows until it is full, the next ones on the next page.

A list can be searched, filtered and sorted over all its pages without a server: beside them are

    list/NAME.js      what of each row is searched and compared, and which page each row is on
    list/NAME-N.js    the rows of page N as HTML, where there are several pages
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from sqlite3 import Connection
from typing import NamedTuple

from sdd.gate.rules import ALL
from sdd.records.kinds.phr import Stage
from sdd.render.html.chart import STATE_WORDS
from sdd.render.html.environment import Rendered, Renderer, data_file, rows_file
from sdd.render.html.list_pages import WaitingRows
from sdd.render.html.list_rows import (
    ListRow,
    change_row,
    contract_row,
    decision_row,
    feature_row,
    open_items,
    open_row,
    requirement_rows,
    rule_row,
    waiver_row,
)
from sdd.render.html.search import KINDS, PHR_FACETS
from sdd.render.html.words import written
from sdd.report.phrs import timeline

_AMENDMENTS = 100


class ListKind(NamedTuple):
    """What a list is called, what it says above its rows and where there are none, and how it can be sorted.

    `facets` are the names of what its rows are filtered by, `sorts` words and the place of the key, from 1 on; a
    negative one sorts from the highest to the lowest, 0 leaves the order as it is. `offered` are values of the first
    facet that can be chosen whether or not a row has them: the overview leads to them.
    """

    template: str
    lede: str
    noun: str
    otherwise: str
    command: str = ""
    facets: tuple[str, ...] = ()
    sorts: tuple[tuple[str, int], ...] = ()
    offered: tuple[str, ...] = ()


CHANGES = ListKind(
    "changes.html",
    "What has landed, the newest first. What lacks a record is marked; a row opens.",
    "change",
    "No change has been judged yet:",
    "sdd audit",
    ("records", "kind", "feature", "surface", "model"),
    (("newest first", 0), ("oldest first", 1), ("most files first", -2), ("worst first", -3)),
    ("complete", "partial", "missing"),
)
FEATURES = ListKind(
    "features.html",
    "How far each has come. The status follows from the files, not from what a spec says of itself.",
    "feature",
    "There is no feature yet:",
    'sdd feature new "TITLE"',
    ("status",),
    (("by name", 0), ("worst first", -1), ("longest without a landing first", 2)),
)
REQUIREMENTS = ListKind(
    "requirements.html",
    "What each one led to. Those that no contract or prompt serves are marked; the trail is behind the id.",
    "requirement",
    "No spec states a requirement yet.",
    "",
    ("records", "feature"),
    offered=("with", "without"),
)
CONTRACTS = ListKind(
    "contracts.html",
    "What each change agreed to, in terms that can be checked.",
    "contract",
    "There is no contract yet:",
    'sdd contract new "TITLE"',
    ("status", "kind", "feature"),
)
DECISIONS = ListKind(
    "decisions.html",
    "Architecture decision records.",
    "decision",
    "No decision is recorded yet:",
    'sdd adr new "TITLE"',
    ("status",),
)
RULES = ListKind(
    "rules.html",
    "What sdd asks of records and changes, and in how many of the changes that landed each found an error.",
    "rule",
    "There is no rule.",
    "",
    ("weight", "found"),
    (("by family", 0), ("most frequent first", -1)),
)
WAIVERS = ListKind(
    "waivers.html",
    "What was let pass without its records or against a rule: who agreed, why, until when.",
    "waiver",
    "Nothing was ever waived.",
    "",
    ("state", "approved by"),
)
OPEN = ListKind(
    "open.html",
    "Questions that nobody has answered, tasks to do, what contracts left, and findings that a waiver lets pass.",
    "item",
    "Nothing is open.",
    "",
    ("what", "feature"),
)


def list_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """Every page of every list. That of the changes comes first: others lead to its rows."""
    report = renderer.report
    yield from _listed(renderer, CHANGES, (change_row(index, renderer, change) for change in report.every_change))
    yield from _listed(renderer, FEATURES, (feature_row(renderer, row) for row in report.features))
    yield from _listed(renderer, REQUIREMENTS, requirement_rows(renderer))
    yield from _listed(renderer, CONTRACTS, (contract_row(renderer, row) for row in report.contracts))
    yield from _listed(renderer, DECISIONS, (decision_row(renderer, row) for row in report.adrs))
    yield from _listed(renderer, RULES, (rule_row(renderer, rule) for rule in ALL))
    yield from _listed(renderer, WAIVERS, (waiver_row(renderer, waiver) for waiver in report.every_waiver))
    yield from _listed(renderer, OPEN, (open_row(renderer, *item) for item in open_items(report.overview)))
    line = timeline(report.phrs, report.subject.today)
    facets = _search_facets(renderer)
    with WaitingRows((ListRow(renderer.row("phr", row), "") for row in report.phrs), "phrs.html") as phrs:
        for shown in phrs.pages:
            yield renderer.page("phrs.html", shown.page.address, list=shown, line=line, facets=facets)
    kinds = ("kind", [*KINDS.items()])
    yield renderer.page("search.html", facets=[kinds, *facets])
    constitutions = {row.path for row in report.constitutions}
    about = (row for row in report.phrs if row.stage == Stage.CONSTITUTION and constitutions.intersection(row.files))
    yield renderer.page("constitution.html", amendments=[*islice(about, _AMENDMENTS)])
    yield renderer.page("agents.html", checklists=[entry for row in report.features for entry in row.checklists])


def _listed(renderer: Renderer, kind: ListKind, rows: Iterable[ListRow]) -> Iterator[Rendered]:
    """The pages of a list, and the data that its filter needs."""
    section = next(name for name, address in renderer.sections.items() if address == kind.template)
    with WaitingRows(rows, kind.template, len(kind.facets)) as waiting:
        facets = []
        words = {state.value: told for state, told in STATE_WORDS.items()}
        for place, (name, values) in enumerate(zip(kind.facets, waiting.values, strict=True)):
            if kind.offered and not place:
                values = dict.fromkeys(kind.offered) | values
            # One value tells rows apart where others have none.
            if len(values) > 1 or (values and place in waiting.lacking):
                facets.append((name, [(value, words.get(value, value)) for value in values]))
        stem = f"list/{kind.template.removesuffix('.html')}"
        for shown in waiting.pages:
            for row in shown.rows:
                if row.anchor:
                    renderer.anchors[row.anchor] = f"{shown.page.address}#{row.anchor}"
            yield renderer.page(
                "list.html", shown.page.address, section=section, list=shown, kind=kind, facets=facets, data=stem
            )
            if len(waiting.cut) > 1:
                own = [[row.kind, row.html] for row in shown.rows]
                yield data_file(f"{stem}-{shown.page.number}.js", own)
        if len(waiting) > 1:
            kept = [place for place, name in enumerate(kind.facets) if name in dict(facets)]
            found = ([written(row.text), [row.facets[place] for place in kept], row.keys] for row in waiting)
            yield rows_file(f"{stem}.js", [page.first for page in waiting.cut], found)


def _search_facets(renderer: Renderer) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the search is narrowed by: a name and its values; what PHRs do not differ in is left out."""
    phrs = renderer.report.phrs
    known = {row.stage or "other" for row in phrs}
    stages = [stage for stage in (*map(str, Stage), "other") if stage in known]
    names = dict.fromkeys(row.name for row in renderer.report.features)
    facets: list[tuple[str, Iterable[str]]] = [("stage", stages), ("feature", names)]
    for field in PHR_FACETS:
        values = {getattr(row, field) for row in phrs}
        if len(values) > 1:
            facets.append((field, sorted(map(written, values - {None}))))
    return [(name, [(value, value) for value in values]) for name, values in facets]
