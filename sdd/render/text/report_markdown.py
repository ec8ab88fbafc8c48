"""A report as Markdown for a comment or a wiki: at most 60 lines, what is long folded away."""

from collections.abc import Iterable, Sequence

from sdd.answers.audit.shares import Proportion, Shares, added
from sdd.answers.lists import Row
from sdd.render.forges.markdown import code, listed, prose
from sdd.render.words import actor_words, answered_words, before_words, counted
from sdd.report.overview import Gap, Overview
from sdd.report.reading import Report

# How many of each are shown: with everything around them less than 60 lines.
_PIECES, _FEATURES, _GAPS, _OPEN = 4, 4, 10, 2


def report_markdown(report: Report) -> str:
    """The first page of a report. Text of the repository is in code spans."""
    view, subject = report.overview, report.subject
    commit = f" at {code(subject.commit[:10])}" if subject.commit else ""
    when = subject.period.words if subject.period.is_bounded else f"as of {subject.today}"
    lines = [f"### sdd: {code(subject.name)}{commit}, {when}", "", _summary(report), ""]
    lines += _over_time(view)
    lines += _folded("By feature", _by_feature(view.by_feature))
    lines += _folded(
        "Where most is missing", [f"{number}. {_gap(gap)}" for number, gap in enumerate(view.gaps[:_GAPS], 1)]
    )
    lines += _folded("Left open", _open(view))
    if view.by_author:
        lines += _folded("By author", _table("author", view.by_author[:_OPEN]))
    return "\n".join(lines).rstrip() + "\n"


def _summary(report: Report) -> str:
    view, subject = report.overview, report.subject
    statuses = ", ".join(f"{number} {status.value.lower()}" for status, number in view.features)
    before = f" {before_words(subject.before, subject.since)}." if subject.before else ""
    before_sdd = f" {counted(subject.before_sdd, 'change')} landed before sdd." if subject.before_sdd else ""
    answered = f" {answered_words(subject.answered)}." if subject.answered else ""
    actors = f" {actor_words(subject.actor_shaped)}." if subject.actor_shaped else ""
    return (
        f"{_passed(view.total)} "
        f"{view.covered} of {counted(len(report.trails), 'requirement')} covered, {counted(len(report.phrs), 'PHR')}, "
        f"{counted(view.open_contracts, 'open contract')}, {counted(len(report.features), 'feature')}"
        f"{f' ({statuses})' if statuses else ''}. {counted(view.chores, 'chore')}, "
        f"{counted(view.waived, 'change')} with a waiver.{answered}{actors}{before}{before_sdd}"
    )


def _passed(total: Shares) -> str:
    landed, passed = f"{counted(total.changes, 'change')} landed", total.passed
    if total.changes and not passed.needed:
        return f"{landed}, none needed a record."
    some = f" of the {passed.needed} that needed a record" if passed.needed < total.changes else ""
    return f"{landed}, {_percent(passed)}{some} passed the gate."


def _over_time(view: Overview) -> list[str]:
    """The last pieces in which something landed, what came before them, and all together."""
    rows = [piece.shares for piece in view.series.pieces if piece.shares.changes]
    if len(rows) > _PIECES:
        rows = [added(rows[: -_PIECES + 1], "earlier"), *rows[-_PIECES + 1 :]]
    total = view.total._replace(name="all")
    return [*_table(view.series.unit, [*rows, total]), ""] if view.total.changes else []


def _table(head: str, rows: Iterable[Shares]) -> list[str]:
    lines = [f"| {head} | changes | passed | spec | contract | PHR |", "|---|--:|--:|--:|--:|--:|"]
    for row in rows:
        parts = (row.passed, row.spec, row.contract, row.phr)
        lines.append(f"| {code(row.name or 'none')} | {row.changes} | {' | '.join(map(_percent, parts))} |")
    return lines


def _by_feature(rows: Sequence[Shares]) -> list[str]:
    if not rows:
        return []
    left = len(rows) - _FEATURES
    more = ["", f"and {counted(left, 'more feature')}"] if left > 0 else []
    return [*_table("feature", rows[:_FEATURES]), *more]


def _gap(gap: Gap) -> str:
    where = code(gap.commit[:10] if gap.commit else f"{gap.requirement} {gap.path}".strip())
    return f"{where} {gap.what}: {prose(gap.title)}"


def _open(view: Overview) -> list[str]:
    lines: list[str] = []
    for noun, items in (("question", view.questions), ("follow-up", view.follow_ups)):
        ages = ["" if item.days is None else f", {counted(item.days, 'day')}" for item in items]
        told = [f"{noun}{age}: {prose(item.text)}" for age, item in zip(ages, items, strict=True)]
        lines += listed(told, _OPEN, noun)
    return [*lines, *listed([_waiver(item.row) for item in view.waivers], _OPEN, "waiver")]


def _waiver(row: Row) -> str:
    until = f"until {row.expires}" if row.expires else "without a last day"
    return f"waiver {until}: {prose(row.reason or row.path)}"


def _folded(title: str, lines: Sequence[str]) -> list[str]:
    return [f"<details><summary>{title}</summary>", "", *lines, "</details>", ""] if lines else []


def _percent(share: Proportion) -> str:
    return "n/a" if share.percent is None else f"{share.percent} %"
