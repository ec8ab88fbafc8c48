"""Pages of single things: a feature, the trails of its requirements, a PHR, contracts, a decision, a rule."""

from collections.abc import Iterator
from functools import partial
from sqlite3 import Connection
from sys import intern
from typing import NamedTuple

from sdd.answers.trail.requirements import End, RequirementRow, RequirementTrail
from sdd.base.grouping import grouped
from sdd.gate.rules import ALL
from sdd.render.html.environment import Rendered, Renderer
from sdd.render.html.graph import LAYERS, Graph, Label, graph
from sdd.render.html.markdown import html_of
from sdd.render.html.words import short
from sdd.report.features import FeatureRow
from sdd.report.texts import with_bodies, with_parts, with_texts


class DrawnTrail(NamedTuple):
    """A trail as its page shows it: the drawing, and the same as lists and in words."""

    row: RequirementRow
    anchor: str
    graph: Graph
    told: str
    lists: tuple[tuple[str, tuple[Label, ...]], ...]


def feature_pages(renderer: Renderer) -> Iterator[Rendered]:
    """A page for each feature, and one with the trails of its requirements."""
    places = renderer.places
    for row in renderer.report.features:
        yield renderer.page("feature.html", places.features[row.path], row.title, row=row)
        for page in places.trail_pages[row.path] if row.requirements else ():
            trails = [_drawn(renderer, row, trail) for trail in row.trails[page.first : page.end]]
            title = f"Trails of {row.title}"
            values = {"row": row, "trails": trails, "anchors": places.trails}
            yield renderer.page("trail.html", page.address, title, **values)


def _drawn(renderer: Renderer, feature: FeatureRow, trail: RequirementTrail) -> DrawnTrail:
    label = partial(_label, renderer, feature)
    anchor = renderer.places.trails[(trail.requirement.path, trail.requirement.line)].partition("#")[2]
    lists = []
    # A feature without a list of tasks, or without stories, lacks none.
    none_to_have = {layer for layer, rows in (("task", feature.tasks), ("story", feature.stories)) if not rows}
    shown = {layer: names for layer, names in trail.layers.items() if names or layer not in none_to_have}
    for layer, names in shown.items():
        labels = [label((layer, name)) for name in names]
        if layer == "file":  # there is room for the whole path
            labels = [Label(name, "", own.address) for name, own in zip(names, labels, strict=True)]
        lists.append((LAYERS[layer], tuple(labels)))
    counts = ", ".join(f"{heading}: {len(labels) or 'none'}" for heading, labels in lists)
    return DrawnTrail(trail.row, anchor, graph(trail, shown, label), f"Trail of {trail.row.id}. {counts}", tuple(lists))


def _label(renderer: Renderer, feature: FeatureRow, end: End) -> Label:
    """What a box of a trail shows."""
    layer, name = end
    places, page = renderer.places, renderer.places.features[feature.path]
    if layer == "task":
        task = next((task for task in feature.tasks if task.id == name), None)
        return Label(name, short(task.text, 160), f"{page}#task-{task.line}") if task else Label(name, "", None)
    if layer == "story":
        titles = (story.title or "" for story in feature.stories if story.name == name)
        return Label(name, next(titles, ""), f"{page}#stories")
    if layer in ("contract", "phr"):
        row = (renderer.contracts if layer == "contract" else renderer.phrs)[name]
        word = "contract" if layer == "contract" else row.stage or "prompt"
        return Label(f"{row.id or ''} {word}".strip(), row.title or name, places.record(name))
    if layer == "commit":
        forge = renderer.report.subject.forge
        return Label(name[:10], renderer.report.landed.subject(name), forge.commit(name) if forge else None)
    if layer == "file":
        folder, _, base = name.rstrip("/").rpartition("/")
        return Label(base + ("/" if name.endswith("/") else ""), folder, renderer.on_forge(name))
    return Label(name, "", None)


def phr_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """A page for each PHR, with the contract that it holds."""
    report = renderer.report
    for row in with_texts(index, report.phrs, report.rewritten):
        linked = renderer.contracts.get(row.contract or "")
        own = renderer.contracts.get(row.path)
        landing = report.landed.get(row.path)
        yield renderer.page(
            "phr.html",
            renderer.places.phrs[row.path],
            row.title or row.path,
            row=row,
            contract=next(with_parts(index, [own], report.evidence)) if own else None,
            rewritten=report.rewritten.get(row.path),
            contract_title=linked.title if linked else None,
            landing=landing,
            change=renderer.anchors.get(f"c-{landing.commit[:12]}") if landing else None,
        )


def contracts_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """The contracts in files of their own, some of one folder a page."""
    places = renderer.places
    served = grouped((phr.contract, intern(phr.path)) for phr in renderer.report.phrs if phr.contract)
    report = renderer.report
    for address, paths in places.contract_pages:
        contracts = [
            (places.contracts[row.path].partition("#")[2], row, report.phrs.at(served.get(row.path, ())))
            for row in with_parts(index, report.contracts.at(paths), report.evidence)
        ]
        folder = paths[0].rpartition("/")[0].rpartition("/")[2]
        title = f"Contracts of {folder}"
        yield renderer.page("contract_page.html", address, title, contracts=contracts, folder=folder)


def decision_pages(index: Connection, renderer: Renderer) -> Iterator[Rendered]:
    """A page for each decision."""
    for row in with_bodies(index, renderer.report.adrs):
        yield renderer.page("decision.html", renderer.places.adrs[row.path], row.title or row.path, row=row)


def rule_pages(renderer: Renderer) -> Iterator[Rendered]:
    """A page for each rule: its own text, and where it fired."""
    fired = grouped((name, change) for change in renderer.report.changes for name in change.rules)
    for rule in ALL:
        text = html_of(rule.page, lambda link: None, 2)
        changes = fired.get(rule.name, ())
        yield renderer.page(
            "rule.html",
            f"rule/{rule.name}.html",
            rule.name,
            rule=rule,
            text=text,
            changes=changes,
            anchors=renderer.anchors,
        )
