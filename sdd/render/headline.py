"""The first sentence of a report: how many changes had the records that they needed, and how that develops."""

from sdd.answers.audit.counting import Shares
from sdd.render.words import counted
from sdd.report.changes import Series


def headline(total: Shares) -> str:
    """The answer to the question that people open a report with."""
    had, needed = total.complete
    if not total.changes:
        return "No change has been judged yet"
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


def trend_words(series: Series) -> str:
    """How it goes now: the last share against the one before, empty where there is nothing to compare."""
    trend = series.trend
    if not trend:
        return ""
    now, before = trend.now.had * trend.before.needed, trend.before.had * trend.now.needed
    turn = "up from" if now > before else "down from"
    told = (f"{share.had} of {share.needed}" for share in (trend.now, trend.before))
    return f"Since {trend.since}: {f', {turn} '.join(told)}"
