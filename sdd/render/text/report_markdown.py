"""A report as Markdown for a comment or a wiki: at most 40 lines, what is long folded away."""

from collections.abc import Iterable, Sequence

from sdd.answers.audit.counting import Proportion, Shares, added
from sdd.answers.lists import Row
from sdd.base.listing import counted
from sdd.base.paths import printable
from sdd.render.forges.markdown import code, listed, prose
from sdd.render.headline import headline, left_out, trend_words
from sdd.render.html.words import command
from sdd.report.gaps import Gap, removal
from sdd.report.overview import Overview
from sdd.report.reading import Report

# The characters of the longest command; how many of each are shown: with everything around them at most 40 lines.
_LONGEST = 500
_PIECES, _GAPS, _AUTHORS, _OPEN = 4, 3, 2, 1


def report_markdown(report: Report) -> str:
    """The first page of a report. Text of the repository is in code spans."""
    view, subject = report.overview, report.subject
    line = f" of {code(subject.line)}" if subject.line else ""
    commit = f" at {code(subject.commit[:10])}{line}" if subject.commit else ""
    when = subject.period.words if subject.period.is_bounded else f"as of {subject.today}"
    trend = f" {trend_words(view)}." if trend_words(view) else ""
    lines = [
        f"### sdd: {code(subject.name)}{commit}, {when}",
        "",
        f"**{headline(view.total, subject.period, subject.perhaps)}.**{trend}",
        "",
    ]
    lines += _next(view.gaps)
    lines += [_counts(report), ""]
    lines += _folded("Over time", _over_time(view))
    lines += _folded("By author", _table("author", view.by_author[:_AUTHORS]) if view.by_author else [])
    lines += _folded("Left open", _open(view))
    return "\n".join(lines).rstrip() + "\n"


def _next(gaps: Sequence[Gap]) -> list[str]:
    """The gaps that matter the most, each with the command that closes it."""
    if not gaps:
        return []
    lines = [f"{number}. {_gap(gap)}" for number, gap in enumerate(gaps[:_GAPS], 1)]
    return ["Next:", "", *lines, ""]


def _counts(report: Report) -> str:
    view, subject = report.overview, report.subject
    statuses = ", ".join(f"{number} {status.value.lower()}" for status, number in view.features)
    covered, standing, gone = view.served
    reverted = f" ({gone} reverted)" if gone else ""
    counts = [
        f"{covered} of {counted(standing, 'requirement')} covered{reverted}" if standing or gone else "",
        counted(len(report.phrs), "PHR"),
        counted(view.open_contracts, "open contract"),
        f"{counted(len(report.features), 'feature')}{f' ({statuses})' if statuses else ''}",
        counted(view.chores, "chore"),
        f"{counted(view.total.waived, 'change')} waived",
    ]
    return "".join(f"{words}. " for words in (", ".join(filter(None, counts)), *left_out(subject))).rstrip()


def _over_time(view: Overview) -> list[str]:
    """The last pieces in which something landed, what came before them, and all together."""
    rows = [piece.shares for piece in view.series.pieces if piece.shares.changes]
    if len(rows) > _PIECES:
        rows = [added(rows[: -_PIECES + 1], "earlier"), *rows[-_PIECES + 1 :]]
    total = view.total._replace(name="all")
    return _table(view.series.unit, [*rows, total]) if view.total.changes else []


def _table(head: str, rows: Iterable[Shares]) -> list[str]:
    lines = [f"| {head} | changes | all records | spec | contract | PHR |", "|---|--:|--:|--:|--:|--:|"]
    for row in rows:
        parts = (row.complete, row.spec, row.contract, row.phr)
        lines.append(f"| {code(row.name or 'none')} | {row.changes} | {' | '.join(map(_percent, parts))} |")
    return lines


def _gap(gap: Gap) -> str:
    place = gap.commit[:10] if gap.commit else f"{gap.requirement} {gap.path}".strip()
    where = code(place) if place else ""
    fix = printable(command(gap.argv))
    # A line that was cut would be pasted as it is.
    told = f" → {code(fix, _LONGEST)}" if fix and len(fix) <= _LONGEST else ""
    return f"{where} {gap.what}: {prose(gap.title)}{told}{_by_hand(gap)}".strip()


def _by_hand(gap: Gap) -> str:
    """What else closes it: words of sdd's own, but for the path, and for the line that removes what is there."""
    parts = (part for part in (removal(gap.path), gap.path) if gap.path and part in gap.by_hand)
    words = next((code(part, _LONGEST).join(gap.by_hand.split(part)) for part in parts), gap.by_hand)
    return f" ({words})" if words else ""


def _open(view: Overview) -> list[str]:
    lines: list[str] = []
    for noun, items in (("question", view.questions), ("task", view.tasks), ("follow-up", view.follow_ups)):
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
