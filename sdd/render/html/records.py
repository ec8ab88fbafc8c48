"""Pages of single things: a feature, the trails of its requirements, a PHR, contracts, a decision, a rule."""

from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from sdd.answers.lists import Row
from sdd.answers.trail.requirements import End, RequirementRow, RequirementTrail
from sdd.render.html.environment import Rendered, Renderer
from sdd.render.html.graph import LAYERS, Graph, Label, graph, layers_of
from sdd.render.html.markdown import html_of
from sdd.render.html.words import short
from sdd.report.contracts import ContractPage, contract_pages
from sdd.report.features import FeatureRow
from sdd.report.guidance import with_bodies
from sdd.report.phrs import with_texts

# Of the changes in which a rule fired so many are named.
_MOST_CHANGES = 100


class Grouped(NamedTuple):
    """What belongs to each feature, by the path of its folder."""

    trails: Mapping[str, Sequence[RequirementTrail]]
    phrs: Mapping[str, Sequence[Row]]
    contracts: Mapping[str, Sequence[Row]]


class DrawnTrail(NamedTuple):
    """A trail as its page shows it: the drawing, and the same as lists."""

    row: RequirementRow
    anchor: str
    graph: Graph
    told: str
    lists: tuple[tuple[str, tuple[Label, ...]], ...]


def feature_pages(renderer: Renderer, grouped: Grouped) -> Iterator[Rendered]:
    """A page for each feature."""
    for row in renderer.report.features:
        address = renderer.places.feature(row.path)
        assert address, "every feature has its page"
        yield renderer.page(
            "feature.html",
            address,
            "Features",
            row.title,
            row=row,
            trails=grouped.trails.get(row.path, ()),
            phrs=grouped.phrs.get(row.path, ()),
            contracts=grouped.contracts.get(row.path, ()),
        )


def trail_pages(renderer: Renderer, grouped: Grouped) -> Iterator[Rendered]:
    """A page for each feature with the trails of its requirements."""
    labels = _Labels(renderer)
    for row in renderer.report.features:
        trails = grouped.trails.get(row.path, ())
        if not trails:
            continue
        tasks = {task.id: task for task in row.tasks if task.id}
        drawn = [labels.drawn(trail, row, tasks) for trail in trails]
        address = drawn[0][0]
        yield renderer.page(
            "trail.html",
            address,
            "Requirements",
            f"Trails of {row.title}",
            trails=[one for _, one in drawn],
            feature_address=renderer.places.feature(row.path),
            feature_name=row.title,
        )


class _Labels:
    """What stands in the boxes of trails."""

    def __init__(self, renderer: Renderer) -> None:
        self._places = renderer.places
        self._forge = renderer.report.subject.forge
        self._renderer = renderer
        self._phrs = {row.path: row for row in renderer.report.phrs}
        self._contracts = {row.path: row for row in renderer.report.contracts}
        self._subjects = {landing.commit: landing.subject for landing in renderer.report.landed.values()}

    def drawn(self, trail: RequirementTrail, feature: FeatureRow, tasks: Mapping[str, Row]) -> tuple[str, DrawnTrail]:
        """The address of the page that a trail stands on, and the trail."""
        address, _, anchor = self._places.trails[(trail.requirement.path, trail.requirement.line)].partition("#")
        known: dict[End, Label] = {}

        def label(end: End) -> Label:
            if end not in known:
                known[end] = self._label(end, feature, tasks)
            return known[end]

        row = trail.row
        layers = layers_of(trail)
        lists = tuple(
            (LAYERS[layer], tuple(_in_full(label((layer, name)), layer, name) for name in names))
            for layer, names in layers.items()
        )
        counted = ", ".join(f"{LAYERS[layer]}: {len(names) or 'none'}" for layer, names in layers.items())
        return address, DrawnTrail(row, anchor, graph(trail, label), f"Trail of {row.id}. {counted}", lists)

    def _label(self, end: End, feature: FeatureRow, tasks: Mapping[str, Row]) -> Label:
        layer, name = end
        if layer == "task":
            task = tasks.get(name)
            place = f"{self._places.feature(feature.path)}#task-{task.line}" if task else None
            return Label(name, short(task.text, 160) if task else "", place)
        if layer == "story":
            titles = (story.title or "" for story in feature.stories if story.name == name)
            return Label(name, next(titles, ""), f"{self._places.feature(feature.path)}#stories")
        if layer == "contract":
            contract = self._contracts.get(name)
            title = (contract.title if contract else None) or name
            return Label(_numbered("contract", contract.id if contract else None), title, self._places.record(name))
        if layer == "phr":
            phr = self._phrs.get(name)
            stage = (phr.stage if phr else None) or "prompt"
            return Label(
                _numbered(stage, phr.id if phr else None), (phr.title if phr else None) or name, self._place(name)
            )
        if layer == "commit":
            return Label(name[:10], self._subjects.get(name, ""), self._forge.commit(name) if self._forge else None)
        if layer == "file":
            address = self._renderer.on_forge(name)
            folder, _, base = name.rstrip("/").rpartition("/")
            return Label(base + ("/" if name.endswith("/") else ""), folder, address)
        return Label(name, "", None)

    def _place(self, path: str) -> str | None:
        return self._places.phrs.get(path)


def _in_full(label: Label, layer: str, name: str) -> Label:
    """A label as the list shows it: there is room for a whole path."""
    return Label(name, "", label.address) if layer == "file" else label


def _numbered(word: str, number: str | None) -> str:
    return f"{number} {word}" if number else word


def phr_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """A page for each PHR, with the contract that stands in it."""
    report, places = renderer.report, renderer.places
    embedded = {row.path: row for row in report.contracts if row.embedded}
    titles = {row.path: row.title for row in report.contracts}
    for row, text in with_texts(index, report.phrs):
        own = embedded.get(row.path)
        yield renderer.page(
            "phr.html",
            places.phrs[row.path],
            "Prompts",
            row.title or row.path,
            row=row,
            text=text,
            response=renderer.prose(text.response, row.path, 3, "../") if text.response else None,
            contract=next(contract_pages(index, [own])) if own else None,
            contract_title=titles.get(row.contract or ""),
            landing=report.landed.get(row.path),
        )


def contracts_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """The contracts in files of their own, some of one folder a page."""
    places = renderer.places
    served: dict[str, list[tuple[str, str]]] = {}
    for phr in renderer.report.phrs:
        if phr.contract:
            served.setdefault(phr.contract, []).append((phr.path, phr.title or phr.path))
    for address, rows in places.contract_pages:
        shown: list[tuple[str, ContractPage, Any]] = [
            (places.contracts[page.row.path].partition("#")[2], page, served.get(page.row.path, ()))
            for page in contract_pages(index, rows)
        ]
        folder = rows[0].path.rpartition("/")[0].rpartition("/")[2]
        title = f"Contracts of {folder}"
        yield renderer.page("contract_page.html", address, "Contracts", title, contracts=shown, folder=folder)


def decision_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """A page for each decision."""
    for row, body in with_bodies(index, renderer.report.adrs):
        address = renderer.places.adrs[row.path]
        shown = renderer.prose(body, row.path, 2, "../")
        yield renderer.page("decision.html", address, "Decisions", row.title or row.path, row=row, body=shown)


def rule_pages(renderer: Renderer) -> Iterator[Rendered]:
    """A page for each rule: its own text, and where it fired."""
    for row in renderer.report.rules:
        changes = [change for change in renderer.report.changes if row.rule.name in change.rules] if row.fired else []
        yield renderer.page(
            "rule.html",
            f"rule/{row.rule.name}.html",
            "Rules",
            row.rule.name,
            row=row,
            page=html_of(row.rule.page, lambda link: None, 2),
            changes=changes,
            most=_MOST_CHANGES,
        )
