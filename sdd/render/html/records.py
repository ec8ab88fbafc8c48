"""Pages of single things: a feature, the trails of its requirements, a PHR, contracts, a decision, a rule."""

from collections.abc import Iterator, Mapping
from functools import partial
from sqlite3 import Connection
from typing import NamedTuple, Self

from sdd.answers.lists import Row
from sdd.answers.trail.requirements import End, RequirementRow, RequirementTrail
from sdd.base.grouping import grouped
from sdd.gate.rules import ALL
from sdd.records.layout import feature_folder
from sdd.render.html.environment import Rendered, Renderer
from sdd.render.html.graph import LAYERS, Graph, Label, graph
from sdd.render.html.markdown import html_of
from sdd.render.html.words import short
from sdd.report.features import FeatureRow
from sdd.report.reading import Report
from sdd.report.texts import contract_pages, with_bodies, with_texts


class Belongings(NamedTuple):
    """What belongs to each feature, by the path of its folder."""

    trails: Mapping[str, tuple[RequirementTrail, ...]]
    phrs: Mapping[str, tuple[Row, ...]]
    contracts: Mapping[str, tuple[Row, ...]]

    @classmethod
    def of(cls, report: Report) -> Self:
        """What a report holds of each feature; contracts only where they are files of their own."""
        contracts = (row for row in report.contracts if not row.embedded)
        return cls(
            grouped((trail.requirement.path.rpartition("/")[0], trail) for trail in report.trails),
            grouped((feature_folder(row.root, row.feature), row) for row in report.phrs if row.feature),
            grouped((feature_folder(row.root, row.feature), row) for row in contracts if row.feature),
        )


class DrawnTrail(NamedTuple):
    """A trail as its page shows it: the drawing, and the same as lists and in words."""

    row: RequirementRow
    anchor: str
    graph: Graph
    told: str
    lists: tuple[tuple[str, tuple[Label, ...]], ...]


def feature_pages(renderer: Renderer, belongings: Belongings) -> Iterator[Rendered]:
    """A page for each feature."""
    for row in renderer.report.features:
        own = {name: held.get(row.path, ()) for name, held in belongings._asdict().items()}
        yield renderer.page("feature.html", renderer.places.features[row.path], row.title, row=row, **own)


def trail_pages(renderer: Renderer, belongings: Belongings) -> Iterator[Rendered]:
    """A page for each feature with the trails of its requirements."""
    labels = _Labels(renderer)
    for row in renderer.report.features:
        if row.path in belongings.trails:
            trails = [labels.drawn(trail, row) for trail in belongings.trails[row.path]]
            address = f"trail/{renderer.places.feature_names[row.path]}.html"
            yield renderer.page("trail.html", address, f"Trails of {row.title}", trails=trails, feature=row)


class _Labels:
    """What the boxes of trails show."""

    def __init__(self, renderer: Renderer) -> None:
        self._places = renderer.places
        self._forge = renderer.report.subject.forge
        self._renderer = renderer
        self._phrs = {row.path: row for row in renderer.report.phrs}
        self._contracts = {row.path: row for row in renderer.report.contracts}
        self._subjects = {landing.commit: landing.subject for landing in renderer.report.landed.values()}

    def drawn(self, trail: RequirementTrail, feature: FeatureRow) -> DrawnTrail:
        """A trail as the page of its feature shows it."""
        anchor = self._places.trails[(trail.requirement.path, trail.requirement.line)].partition("#")[2]
        label = partial(self._label, feature, {task.id: task for task in feature.tasks if task.id})
        layers = trail.layers
        lists = tuple(
            (LAYERS[layer], tuple(_in_full(label((layer, name)), layer, name) for name in names))
            for layer, names in layers.items()
        )
        counts = ", ".join(f"{LAYERS[layer]}: {len(names) or 'none'}" for layer, names in layers.items())
        words = f"Trail of {trail.row.id}. {counts}"
        return DrawnTrail(trail.row, anchor, graph(trail, label), words, lists)

    def _label(self, feature: FeatureRow, tasks: Mapping[str, Row], end: End) -> Label:
        layer, name = end
        page = self._places.feature(feature.path)
        if layer == "task":
            task = tasks.get(name)
            return Label(name, short(task.text, 160), f"{page}#task-{task.line}") if task else Label(name, "", None)
        if layer == "story":
            titles = (story.title or "" for story in feature.stories if story.name == name)
            return Label(name, next(titles, ""), f"{page}#stories")
        if layer == "contract":
            contract = self._contracts[name]
            return Label(_numbered("contract", contract), contract.title or name, self._places.record(name))
        if layer == "phr":
            phr = self._phrs[name]
            return Label(_numbered(phr.stage or "prompt", phr), phr.title or name, self._places.phrs[name])
        if layer == "commit":
            return Label(name[:10], self._subjects.get(name, ""), self._forge.commit(name) if self._forge else None)
        if layer == "file":
            folder, _, base = name.rstrip("/").rpartition("/")
            return Label(base + ("/" if name.endswith("/") else ""), folder, self._renderer.on_forge(name))
        return Label(name, "", None)


def _in_full(label: Label, layer: str, name: str) -> Label:
    """A label as the list shows it: there is room for a whole path."""
    return Label(name, "", label.address) if layer == "file" else label


def _numbered(word: str, row: Row) -> str:
    return f"{row.id} {word}" if row.id else word


def phr_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """A page for each PHR, with the contract that it holds."""
    report = renderer.report
    contracts = {row.path: row for row in report.contracts}
    for row, text in with_texts(index, report.phrs):
        linked = contracts.get(row.contract or "")
        own = contracts.get(row.path)
        yield renderer.page(
            "phr.html",
            renderer.places.phrs[row.path],
            row.title or row.path,
            row=row,
            text=text,
            contract=next(contract_pages(index, [own])) if own else None,
            contract_title=linked.title if linked else None,
            landing=report.landed.get(row.path),
        )


def contracts_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """The contracts in files of their own, some of one folder a page."""
    places = renderer.places
    served = grouped((phr.contract, phr) for phr in renderer.report.phrs)
    for address, rows in places.contract_pages:
        contracts = [
            (places.contracts[page.row.path].partition("#")[2], page, served.get(page.row.path, ()))
            for page in contract_pages(index, rows)
        ]
        folder = rows[0].path.rpartition("/")[0].rpartition("/")[2]
        title = f"Contracts of {folder}"
        yield renderer.page("contract_page.html", address, title, contracts=contracts, folder=folder)


def decision_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """A page for each decision."""
    for row, body in with_bodies(index, renderer.report.adrs):
        yield renderer.page("decision.html", renderer.places.adrs[row.path], row.title or row.path, row=row, body=body)


def rule_pages(renderer: Renderer) -> Iterator[Rendered]:
    """A page for each rule: its own text, and where it fired."""
    fired = grouped((name, change) for change in renderer.report.changes for name in change.rules)
    for rule in ALL:
        text = html_of(rule.page, lambda link: None, 2)
        changes = fired.get(rule.name, ())
        yield renderer.page("rule.html", f"rule/{rule.name}.html", rule.name, rule=rule, text=text, changes=changes)
