"""Rules about waivers, and which waivers are in force."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum

from sdd.base.regex import regex
from sdd.gate.cover import begins_literally, is_matched
from sdd.gate.rules.common import faulty_lines, unmatched
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, TreeContext, change_record_rule, finding, record_rule
from sdd.records.kinds.reading import is_answer, tokens
from sdd.records.kinds.waiver import Waiver

LONGEST_DAYS = 90

RECORD_SECRET = "record-secret"  # noqa: S105 - the name of a rule
"""The rule whose waivers name what they let pass by its fingerprint."""

_FINGERPRINT = regex("[0-9a-f]{64}")
_COMMIT = regex(r"[0-9A-Fa-f]{7,64}")
# Decisions on how the project is governed, and records copied from others: no reason excuses those.
_NEVER_WAIVED = regex(r"phr-replayed|root-changed|(?:policy|waiver)-.+")


class WaiverState(StrEnum):
    """What becomes of a waiver. One that ANSWERS for a landing never ends; one that is INCOMPLETE, or reaches further
    than it may, waives nothing; one that was REMOVED may have let something pass before.
    """

    IN_FORCE = "in force"
    ANSWERS = "answers"
    ENDED = "ended"
    REMOVED = "removed"
    INCOMPLETE = "incomplete"


def can_be_waived(rule_name: str) -> bool:
    """Whether findings of a rule can be waived."""
    return _NEVER_WAIVED.fullmatch(rule_name) is None


def state_of(waiver: Waiver, today: date, rule_names: Collection[str]) -> WaiverState:
    """What becomes of a waiver that is there, on a day."""
    if any(_gaps(waiver, rule_names)):
        return WaiverState.INCOMPLETE
    if waiver.landing:  # what has landed is no longer a gate's to let pass
        return WaiverState.ANSWERS
    if any(_ended(waiver, today)):
        return WaiverState.ENDED
    return WaiverState.INCOMPLETE if any(_excesses(waiver, today)) else WaiverState.IN_FORCE


def in_force(waiver: Waiver, today: date, rule_names: Collection[str]) -> bool:
    """Whether a waiver lets findings pass on a day."""
    return state_of(waiver, today, rule_names) == WaiverState.IN_FORCE


def answers(waiver: Waiver, commits: Iterable[str]) -> bool:
    """Whether a waiver answers the landing of some commits, given by their ids."""
    landing = waiver.landing or ""
    return not any(_gaps(waiver, ())) and any(landing and oid.startswith(landing.lower()) for oid in commits)


def last_day(today: date) -> date:
    """The last day that a waiver of today may name."""
    return min(date.max - timedelta(days=LONGEST_DAYS), today) + timedelta(days=LONGEST_DAYS)


@record_rule(Severity.ERROR, Waiver)
def waiver_incomplete(waiver: Waiver, context: TreeContext) -> Findings:
    """A waiver cannot be read, or lacks its rules, paths, reason, approver or last day.

    Why: somebody answers for a waiver: for which rules and paths, why, until when. Until that is said, it waives
    nothing. `phr-replayed`, `root-changed`, `policy-*` and `waiver-*` guard the rules themselves and are never waived.
    A waiver with the key `landing` answers a commit that an audit fails: it has no rules, paths or last day. One of
    `record-secret` names each false alarm in `secrets`, by the fingerprint that `sdd secret scan` prints.

    Fix: write what is missing.

    Bad example:
        -- history/waivers/0002-old-rates.md (copy) --
        history/waivers/0001-old-rates.md
        -approved_by: Ada
    """
    return _gaps(waiver, context.rule_names)


@record_rule(Severity.ERROR, Waiver)
def waiver_broad(waiver: Waiver, context: TreeContext) -> Findings:
    """A waiver begins a path with a wildcard, or holds for more than 90 days.

    Why: an exception that holds everywhere, or for good, is a rule, and belongs in the policy. It waives nothing.

    Fix: begin each path with a folder, and name a day within the next 90.

    Bad example:
        -- history/waivers/0002-old-rates.md (copy) --
        history/waivers/0001-old-rates.md
        -paths: ["/lib/**"]
        +paths: ["**/*.py"]
    """
    return _excesses(waiver, context.today)


@change_record_rule(Severity.ERROR, Waiver)
def waiver_expired(waiver: Waiver, context: ChangeContext) -> Findings:
    """A change adds or edits a waiver that is past its last day.

    Why: it waives nothing. One that has landed and then ended is history: it is no finding.

    Fix: agree on a new day in a new waiver.

    Bad example:
        -- history/waivers/0001-old-rates.md (edited) --
        -expires: 2026-03-31
        +expires: 2026-02-28
    """
    return _ended(waiver, context.today)


def _gaps(waiver: Waiver, rule_names: Collection[str]) -> Findings:
    """What is missing from a waiver, and what in it means nothing."""
    if waiver.problems:
        yield from faulty_lines(waiver)
        return
    scope = {"rules": waiver.rules, "paths": waiver.paths, "expires": waiver.expires}
    if waiver.landing:
        yield from _landing_faults(waiver, [part for part, value in scope.items() if value])
        scope = {}
    for part, value in {**scope, "reason": waiver.reason, "approved_by": waiver.approved_by}.items():
        text = value if isinstance(value, str) else "said"
        if not value or not is_answer(text) or tokens(text) or tokens(f"[{text}]"):
            wanted = "a day such as 2027-01-31" if part == "expires" else "it"
            yield finding(waiver, part, f"does not say its {part}", f"write {wanted} into {part}")
    for item in waiver.rules:
        if item.text not in rule_names:
            yield finding(waiver, item.line, f"unknown rule {item.text}", "see: sdd rule list")
        elif not can_be_waived(item.text):
            yield finding(waiver, item.line, f"{item.text} is never waived", "remove it")
        elif item.text == RECORD_SECRET and not waiver.secrets:
            yield finding(waiver, item.line, "does not say its secrets", "name the false alarms: sdd secret scan")
    for item in waiver.paths:
        if not is_matched(item.text):
            yield finding(waiver, item.line, *unmatched(item.text))
    for item in waiver.secrets:
        if not _FINGERPRINT.fullmatch(item.text):
            yield finding(waiver, item.line, "a secret is named by its 64 digits", "copy them from sdd secret scan")


def _landing_faults(waiver: Waiver, more: Iterable[str]) -> Findings:
    """What is wrong with the landing that a waiver names; `more` are the keys that have no place beside it."""
    if not _COMMIT.fullmatch(waiver.landing or ""):
        fix = "write the first 7 or more digits of the commit's id"
        yield finding(waiver, "landing", f"the landing {waiver.landing} is no commit", fix)
    for part in more:
        yield finding(waiver, part, f"answers a landing, and has no {part}", "take the line out, or write two waivers")


def _excesses(waiver: Waiver, today: date) -> Findings:
    """Where a waiver reaches further than it may."""
    for item in waiver.paths:
        if not begins_literally(item.text):
            yield finding(waiver, item.line, f"the path {item.text} has no literal first folder", 'write "/folder/**"')
    if waiver.expires and waiver.expires > last_day(today).isoformat():
        message = f"holds until {waiver.expires}, which is more than {LONGEST_DAYS} days"
        yield finding(waiver, "expires", message, f"name a day up to {last_day(today)}")


def _ended(waiver: Waiver, today: date) -> Findings:
    if waiver.expires and waiver.expires < today.isoformat():
        message = f"ended on {waiver.expires}"
        yield finding(waiver, "expires", message, "leave it out, or agree on a new waiver")
