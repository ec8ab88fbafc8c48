"""An audit as plain text, for somebody who has half a minute: the shares, then the worst gaps."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sdd.answers.audit.audit import Audit, Authors
from sdd.answers.audit.audited import AuditedChange
from sdd.answers.audit.counting import Shares, shares
from sdd.base.grouping import grouped
from sdd.base.listing import counted
from sdd.base.paths import printable, shell_line
from sdd.gate.plan.ways import look_at
from sdd.render.findings import place_of
from sdd.render.forges.markdown import fenced
from sdd.render.together import together_by
from sdd.render.words import before_words, first

# Rows of a table, rules, and files of one change beyond which the rest is counted.
_ROWS, _RULES, _FILES = 12, 4, 3
_BAR = 20


def audit_text(audit: Audit, authors: Authors | None, *, limit: int, verbose: bool) -> str:
    """The whole screen. `limit` is how many of the worst gaps are shown; `verbose` cuts nothing short.

    Nobody is named but where `authors` gives names by the id of a change's head.
    """
    judged = audit.judged
    lines = [*_summary(audit), *_remarks(audit, verbose)]
    if judged:
        for name, rows in audit.tables(authors).items():
            if any(row.name for row in rows):
                shown = rows if verbose else rows[-_ROWS:] if name == "month" else rows[:_ROWS]
                lines += _table(name, shown, len(rows))
                again = sum(row.changes for row in rows) - len(judged)
                lines += [f"a change of several {name}s counts in each: {again} more than there are"] if again else []
        lines += _gaps(audit, limit, verbose)
    return "\n".join(lines) + "\n"


def audit_markdown(audit: Audit, authors: Authors | None, *, limit: int, verbose: bool) -> str:
    """The same as Markdown, for a job's summary: the share as its heading."""
    passed = shares(audit.judged).passed
    told = f"{passed.had} of {counted(passed.needed, 'change')} passed, {passed.percent} %" if passed.needed else "none"
    told += f"; {len(audit.perhaps)} more failed alone, in no share" if audit.perhaps else ""
    screen = audit_text(audit, authors, limit=limit, verbose=verbose)
    return "\n".join([f"### sdd: audit: {told}", "", *fenced(screen.splitlines(), "text"), ""])


# -- the first lines ---------------------------------------------------------------------------------------


def _summary(audit: Audit) -> Iterator[str]:
    judged = audit.judged
    days = sorted(change.landing.head.day for change in judged)
    when = f", {days[0]} to {days[-1]}" if days else ""
    policy = "the policy at that commit" if audit.span.is_past else "today's policy"
    policy = "the policy of the time" if audit.options.at_the_time else policy
    if elder := audit.span.judging:
        policy += f" of {printable(elder.name)}"
    name = f"{printable(audit.span.name)} ({audit.span.tip[:12]})"
    yield f"sdd: audit of {name}: {counted(len(judged), 'change')}{when}, by {policy}"
    if judged:
        yield _line("passed", _passed(audit))
    own = shares(judged)
    if own.complete.needed:
        whole = own.complete
        needs = ", ".join(f"{need} {share.had} of {share.needed}" for need, share in own.by_need.items())
        told = f"{whole.had} of {counted(whole.needed, 'change')} that needed any had them all, {whole.percent}%"
        yield _line("records", f"{told} ({needs})")
    rules = [f"{rule} {count}" for rule, count in audit.by_rule.items()]
    if rules:
        yield _line("because", ", ".join(first(rules, _RULES, "{} more")))


def _passed(audit: Audit) -> str:
    judged = audit.judged
    own = shares(judged)
    passed = own.passed
    parts = [f"{passed.had} of {passed.needed}, {passed.percent}%" if passed.needed else "0 of 0"]
    if warned := sum(change.only_warned for change in judged):
        parts.append(f"{warned} that failed landed while findings only warned")
    if own.waived:
        parts.append(f"{own.waived} waived, in no share")
    if audit.perhaps:
        parts.append(f"{len(audit.perhaps)} more failed alone, in no share")
    return "; ".join(parts)


def _remarks(audit: Audit, verbose: bool) -> Iterator[str]:
    """What a share does not say by itself: what is not in it, and what had to be assumed."""
    if audit.before_sdd:
        came = f" ({audit.span.adopted[:12]} brought it in)" if audit.span.adopted and not audit.span.elder else ""
        yield _line("before", f"{counted(audit.before_sdd, 'change')} without sdd{came}, not judged")
    if audit.before:
        yield _line("before", f"{counted(audit.before, 'change')} {before_words(audit.since)} (all: --all)")
    if audit.grouped:
        commits = sum(len(landing.commits) for landing in audit.grouped)
        by = Counter(landing.together for landing in audit.grouped)
        parts = ", ".join(f"{number} {together_by(evidence)}" for evidence, number in sorted(by.items()))
        yield _line("together", f"{counted(len(audit.grouped), 'change')} of {commits} commits: {parts}")
    if least := audit.at_least:
        parts = counted(len(least), "failing commit")
        which = [change.landing.head.oid[:12] for change in least]
        named = ", ".join(first(which, None if verbose else _FILES, "{} more (all: -v)"))
        yield _line("at least", f"{parts} may have landed together with others: the shares are a lower bound")
        yield _line("", named)
    if audit.perhaps:
        told = f"{counted(len(audit.perhaps), 'change')} that failed alone, counted in no share: as one push they pass"
        yield _line("perhaps", told)
    ranges = grouped((change.push, change.landing.head.oid[:12]) for change in audit.perhaps)
    yield from (_line("", f"{push}: {', '.join(heads)}") for push, heads in ranges.items())
    if audit.answered:
        yield _line("answered", f"{counted(len(audit.answered), 'change')} that failed, counted in no share")
    for change in audit.answered:
        answer = change.answer
        assert answer
        yield _line("", printable(f"{change.landing.head.oid[:12]}: {answer.path}: {answer.reason}"))
    if audit.actor_shaped:
        by_actor = Counter(change.actor for change in audit.actor_shaped)
        parts = ", ".join(f"{count} of {printable(actor)}" for actor, count in sorted(by_actor.items()))
        told = f"{counted(len(audit.actor_shaped), 'update')} by their shape"
        yield _line("actors", f"{told}, counted in no share: {parts}")
    missing = [f"{change.landing.head.oid[:12]}: {printable(change.reason)}" for change in audit.not_judged]
    if missing:
        more = " (all: -v)" if len(missing) > 1 and not verbose else ""
        yield _line("left out", f"{counted(len(missing), 'change')} cannot be judged{more}")
    yield from (_line("", line) for line in (missing if verbose else missing[:1]))


def _line(label: str, text: str) -> str:
    return f"{label:<9} {text}"


# -- the tables --------------------------------------------------------------------------------------------


def _table(heading: str, rows: Sequence[Shares], known: int) -> Iterator[str]:
    names = [printable(row.name) if row.name else "(none)" for row in rows]
    width = max(len(heading), *map(len, names))
    yield ""
    yield f"{heading:<{width}}  changes  passed"
    for name, row in zip(names, rows, strict=True):
        percent = "waived" if row.passed.percent is None else f"{row.passed.percent}%"
        bar = "#" * round(_BAR * (row.passed.part or 0))
        yield f"{name:<{width}}  {row.changes:>7}  {percent:>6}  {bar:.<{_BAR}}"
    if known > len(rows):
        yield f"... and {known - len(rows)} more (all: -v)"


# -- the gaps ----------------------------------------------------------------------------------------------


def _gaps(audit: Audit, limit: int, verbose: bool) -> Iterator[str]:
    failing = audit.failing
    shown = failing if verbose else failing[:limit]
    more = f" ({len(shown)} of {len(failing)}; all: -v)" if len(failing) > len(shown) else ""
    heading = [f"Worst gaps first{more}:"]
    for change in shown:
        yield from ("", *heading, *_gap(change, verbose))
        heading = []
    if failing:
        yield from ("", f"next: sdd rule show {next(iter(audit.by_rule))}")


def _gap(change: AuditedChange, verbose: bool) -> Iterator[str]:
    landing = change.landing
    several = f" ({len(landing.commits)} commits)" if len(landing.commits) > 1 else ""
    parts = [f"{counted(len(change.lacking), 'file')}, {counted(change.lines, 'line')}"] if change.lacking else []
    parts += filter(None, [change.brought])
    places = [
        f"{lack.file.path}:1:1: lacks {change.lacks_in_words(lack.file.lacks)} ({counted(lack.lines, 'line')})"
        for lack in sorted(change.lacking, key=lambda lack: -lack.lines)
    ]
    lacking = {lack.file.path for lack in change.lacking}
    others = [
        f"{place_of(finding)}: {finding.rule}: {finding.message}"
        for verdict in change.verdicts
        for finding in verdict.errors
        if finding.path not in lacking
    ]
    parts += [counted(len(others), "other error" if lacking else "error")] if others else []
    parts += ["while findings only warned"] if change.only_warned else []
    yield f"{landing.head.oid[:12]} {landing.head.day} {printable(change.title)}{several}: {', '.join(parts)}"
    for line in first([*places, *others], None if verbose else _FILES, "... and {} more (all: -v)"):
        yield f"  {printable(line)}"
    if landing.base:
        yield f"  look: {shell_line(look_at(landing.base, landing.head.oid))}"
