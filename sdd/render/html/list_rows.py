"""The rows of the pages of lists: what each shows, is searched by, filtered by and compared by."""

from collections.abc import Iterable, Iterator
from itertools import islice
from sqlite3 import Connection
from typing import NamedTuple

from markupsafe import Markup

from sdd.answers.lists import Row
from sdd.answers.trail.requirements import RequirementTrail
from sdd.gate.rules import ALL, Rule
from sdd.records.kinds.phr import Phr
from sdd.render.html.environment import Renderer
from sdd.render.html.words import plural, short, written
from sdd.report.changes import ReportedChange
from sdd.report.features import FeatureRow, ServedCount
from sdd.report.overview import OpenItem, Overview
from sdd.report.texts import prompt_of
from sdd.report.waivers import ReportedWaiver

_LET_PASS = 20
_RECORDS = 10


class Group(NamedTuple):
    """What some rows have in common: a feature, with how many of its requirements have a record."""

    title: str
    address: str
    served: ServedCount


class ListRow(NamedTuple):
    """A row: its HTML, what a search looks through, the values of the facets (several in one value end in \\n), keys to
    sort by, the class of its item, its anchor, and the group that it stands in.
    """

    html: Markup
    text: str
    facets: tuple[str, ...] = ()
    keys: tuple[str | int, ...] = ()
    kind: str = ""
    anchor: str = ""
    group: Group | None = None


def change_row(index: Connection, renderer: Renderer, change: ReportedChange) -> ListRow:
    """A landed change with its records."""
    report, records = renderer.report, []
    known = (path for path in report.records_of(change) if path in renderer.phrs or path in renderer.contracts)
    for path in islice(known, _RECORDS):
        changed = report.rewritten.get(path)
        if row := renderer.phrs.get(path):
            prompt = changed.first.prompt if changed and isinstance(changed.first, Phr) else prompt_of(index, path)
            records.append((path, row.title, short(prompt or "", 280), row.stage or "prompt", changed))
        else:
            records.append((path, renderer.contracts[path].title, "", "contract", changed))
    words = (
        change.title,
        change.commit[:12],
        change.day,
        *change.features,
        *(file.path for file in change.contents[:30]),
    )
    told = (report.told(change, field) for field in ("surface", "model"))
    return ListRow(
        renderer.row("change", change, records),
        " ".join(words),
        (change.standing, change.kind or "", *map(_values, (change.features, *told))),
        (change.day, change.files, change.lines),
        change.standing,
        f"c-{change.commit[:12]}",
    )


def _values(texts: Iterable[str]) -> str:
    """Several values of one facet."""
    return "\n".join(map(written, texts))


def feature_row(renderer: Renderer, row: FeatureRow) -> ListRow:
    """A feature with how many of its requirements are served."""
    made, served = renderer.row("feature", row), row.served
    status = row.standing.status.value
    return ListRow(
        made, f"{row.title} {row.path}", (status,), (served.standing - served.covered, row.last_landed or "9")
    )


def requirement_rows(renderer: Renderer) -> Iterator[ListRow]:
    """The requirements of all features."""
    for feature in renderer.report.features:
        address = renderer.places.features[feature.path]
        group = Group(short(feature.title, 100), address, feature.served)
        for trail in feature.trails:
            yield _requirement(renderer, trail, feature.name, group)


def _requirement(renderer: Renderer, trail: RequirementTrail, feature: str, group: Group) -> ListRow:
    """What nothing serves has no counts: what is inferred to serve it is told as such."""
    row = trail.row
    layers = (row.tasks, row.contracts, row.phrs, row.commits, trail.files)
    counts = zip(layers, ("task", "contract", "prompt", "commit", "file"), strict=True)
    words = [", ".join(row.stories), *(plural(len(own), noun) for own, noun in counts if own)]
    words += [str(row.inferred)] if row.inferred else []
    address = renderer.places.trails[row.path, row.line]
    state = "with" if row.is_covered else "without"
    text = f"{row.id} {row.text} {feature} {' '.join(row.stories)}"
    return ListRow(
        renderer.row("requirement", row, address, feature, [*filter(None, words)]),
        text,
        (state, written(feature)),
        group=group,
    )


def contract_row(renderer: Renderer, row: Row) -> ListRow:
    """A contract."""
    facets = (row.status or "unknown", row.kind or "", written(row.feature or ""))
    return ListRow(renderer.row("contract", row), f"{row.title} {row.criteria} {row.path}", facets)


def decision_row(renderer: Renderer, row: Row) -> ListRow:
    """An ADR."""
    text = f"{row.id} {row.title} {row.path}"
    return ListRow(renderer.row("decision", row), text, (written(row.status or "unknown"),))


def rule_row(renderer: Renderer, rule: Rule) -> ListRow:
    """A rule with how often it found an error."""
    fired = renderer.report.fired.get(rule.name, 0)
    facets = (rule.severity.value, "something" if fired else "nothing")
    return ListRow(renderer.row("rule", rule, fired), f"{rule.name} {rule.summary}", facets, (fired,))


def waiver_row(renderer: Renderer, waiver: ReportedWaiver) -> ListRow:
    """A waiver with the changes that it let pass."""
    said = (waiver.reason, waiver.approved_by, waiver.path, *waiver.rules, *waiver.paths)
    shown = [(change, renderer.anchors.get(f"c-{change.commit[:12]}")) for change in waiver.changes[:_LET_PASS]]
    return ListRow(
        renderer.row("waiver", waiver, shown), " ".join(said), (waiver.state.value, written(waiver.approved_by))
    )


def open_row(renderer: Renderer, what: str, item: OpenItem, more: str, late: bool) -> ListRow:
    """One of `open_items`."""
    said = item.text if any(map(str.isalnum, item.text)) else f"A {what} without words."
    text = renderer.prose(said, item.path, 3, "")
    made = renderer.row("open", what, item, more, late, text)
    return ListRow(made, f"{item.text} {item.path} {more}", (what, written(item.feature or "")))


def open_items(view: Overview) -> Iterator[tuple[str, OpenItem, str, bool]]:
    """What is open: what it is, the item, what else there is to say of it, and whether it should be open no more."""
    yield from (("question", item, "", False) for item in view.questions)
    for row, days, left, argv, then in view.waivers:
        until = "has no last day" if left is None else f"ends {row.expires}"
        rules = ", ".join(rule.name for rule in ALL if rule.name in row.rules)
        item = OpenItem(row.path, 1, row.reason or row.title or row.path, None, days, argv)
        told = filter(None, (rules, until, f"agreed by {row.approved_by or 'nobody'}", then))
        yield "waiver", item, "; ".join(told), left is None
    yield from (("task", item, "", False) for item in view.tasks)
    yield from (("follow-up", item, "", False) for item in view.follow_ups)
