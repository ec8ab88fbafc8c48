"""The first sentences of a report: how many changes had the records that they needed, how that develops, and which
changes do not count.
"""

from sdd.answers.audit.counting import Proportion, Shares
from sdd.base.listing import counted
from sdd.render.words import before_words
from sdd.report.overview import Overview
from sdd.report.period import Period
from sdd.report.subject import Subject


def headline(total: Shares, period: Period, perhaps: int = 0) -> str:
    """The answer to the question that people open a report with. First come the changes that are in no share because
    they `perhaps` are only parts of what landed: without them it may be none.
    """
    parts = "a part" if perhaps == 1 else "parts"
    told = f"{counted(perhaps, 'change')} failed alone, perhaps as {parts} of what passed"
    if perhaps and not total.changes:
        return told
    said = _of_the_counted(total, period)
    return f"{told}; besides, {said[0].lower()}{said[1:]}" if perhaps else said


def _of_the_counted(total: Shares, period: Period) -> str:
    had, needed = total.complete
    if not total.changes:
        return f"Nothing has landed {period.words}" if period.is_bounded else "No change has been judged yet"
    if not needed:
        which = f"{total.waived} waived, and no other" if total.waived else "and none"
        return f"{counted(total.changes, 'change')} landed, {which} needed a record"
    if had == needed:
        return (
            f"All {needed} changes that needed records had them"
            if had > 1
            else "The change that needed records had them"
        )
    return f"{had or 'None'} of {counted(needed, 'change')} that needed records had all of them"


def trend_words(view: Overview) -> str:
    """How it goes now: a period against as many days before it, else the last share against the one before; empty where
    there is nothing to compare.
    """
    trend = view.series.trend
    if view.before:
        now, before, words = view.total.complete, view.before.complete, "As many days before: "
        return f"{words}{before.had} of {before.needed}{_turn(now, before)}" if before.needed else ""
    if not trend:
        return ""
    turn = "up from" if _is_more(trend.now, trend.before) else "down from"
    told = (f"{share.had} of {share.needed}" for share in (trend.now, trend.before))
    return f"Since {trend.since}: {f', {turn} '.join(told)}"


def left_out(subject: Subject) -> tuple[str, ...]:
    """The changes that count in no share, a phrase for each reason."""
    them = "it" if subject.perhaps == 1 else "them"
    updates = "is an update" if subject.actor_shaped == 1 else "are updates"
    told = (
        (subject.answered, f"that failed {'is' if subject.answered == 1 else 'are'} answered by a waiver"),
        (subject.actor_shaped, f"{updates} that an actor may make"),
        (subject.perhaps, f"failed alone, but perhaps landed together with what makes {them} pass"),
        (subject.before, before_words(subject.since)),
        (subject.before_sdd, "landed before sdd"),
    )
    return tuple(f"{counted(number, 'change')} {words}" for number, words in told if number)


def _turn(now: Proportion, before: Proportion) -> str:
    if not now.needed or now.part == before.part:
        return ""
    return f"; {'up' if _is_more(now, before) else 'down'} from {before.percent} % to {now.percent} %"


def _is_more(now: Proportion, before: Proportion) -> bool:
    return now.had * before.needed > before.had * now.needed
