"""A plan as lines of text, and as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from sdd.base.paths import printable, shell_word
from sdd.gate.plan import TO_FILL_IN, Plan, Step, Way

Plans = Mapping[int, Plan]
"""The position of a ref's last change in a verdict -> the plan for that ref."""

_QUOTED = TO_FILL_IN - {"FEATURE", "REQUIREMENT", "BRANCH"}


def plan_lines(plan: Plan) -> Iterator[str]:
    """What to do, in order: `next: COMMAND && COMMAND` to paste into a shell, before and after it what is done by hand.

    Where there are several ways, each line tells the kind of work that its own suits; "or" ends steps by hand
    where another way of one kind follows.
    """
    for place, way in enumerate(plan.ways):
        former = plan.ways[place - 1] if place else None
        if former and former.label == way.label and not all(step.argv for step in former.steps):
            yield "or: in place of the steps above"
        label = f"[{way.label}]" if len(plan.ways) > 1 else ""
        yield from (f"{word}{label}: {text}" for word, text, _ in way_parts(way))


def way_parts(way: Way) -> Iterator[tuple[str, str, bool]]:
    """(first, next or then; the text; whether that is for a shell) of the steps of a way, those of a sort together."""
    began = False
    for is_command, group in groupby(way.steps, key=lambda step: bool(step.argv)):
        steps = [*group]
        text = _shell(steps) if is_command else "; ".join(printable(step.by_hand) for step in steps)
        yield "then" if began else "next" if is_command else "first", text, is_command
        began = began or is_command


def way_line(way: Way) -> str:
    """The commands of a way that can be run one after the other, for a shell; empty for none."""
    for is_command, steps in groupby(way.steps, key=lambda step: bool(step.argv)):
        if is_command:
            return _shell(steps)
    return ""


def _shell(steps: Iterable[Step]) -> str:
    return " && ".join(
        " ".join(f'"{word}"' if word in _QUOTED else shell_word(word) for word in step.command) for step in steps
    )


def told_of_request(plan: Plan) -> str:
    """What a fork's request says to its author, and to whom the commands below it are told."""
    does = "takes out what changes the policy or landed records" if plan.asks_author else "has nothing to do"
    return f"The author of request {plan.request} {does}. A maintainer writes its record in a clone:"


def needs_words(plan: Plan) -> bool:
    """Whether there is a word to fill in."""
    return any(step.needs for way in plan.ways for step in way.steps)


# Commands of git's after which what is pushed is no new record on top.
_MOVES = frozenset({"merge", "pull", "reset", "switch"})


def afterwards(plan: Plan) -> str:
    """What follows the commands of a plan."""
    if plan.request:
        return "Then push the branch that it makes and merge that: the request's own commits are in it."
    steps = [step.argv for way in plan.ways for step in way.steps]
    words = {word for argv in steps for word in argv}
    # A merge on another branch takes in again what a push that has landed left out.
    if words & {"--base", "waiver"} or words >= {"switch", "--no-edit"}:
        return "Then push it: a new commit on top of what has landed."
    if any(argv[:1] == ("git",) and argv[1] in _MOVES for argv in steps):
        return "Then push again."
    return "Then push again: the record is a new commit on top, nothing is rebased."


_RECORDS = (("phr",), ("contract",), ("cover",))
STEP_BY_STEP = "step by step: sdd cover"


def is_asked_for(plan: Plan) -> bool:
    """Whether `sdd cover` asks for the words of a way and writes its records."""
    own = ([step for step in way.steps if step.argv[:1] != ("git",) and not step.corrects] for way in plan.ways)
    records = (bool(steps) and all(step.argv[1:2] in _RECORDS for step in steps) for steps in own)
    options = {word for way in plan.ways for step in way.steps for word in step.argv}
    return not plan.request and needs_words(plan) and any(records) and "--base" not in options


def plan_documents(plan: Plan) -> list[dict[str, Any]]:
    """The ways as JSON: entries of the same `ref` are alternatives, `steps` come one after the other."""
    return [
        {
            "ref": plan.ref,
            "for": way.label or None,
            "why": way.why or None,
            "covers": list(plan.paths),
            "steps": [
                {"argv": list(step.command) or None, "needs": list(step.needs), "by_hand": step.by_hand or None}
                for step in way.steps
            ],
        }
        for way in plan.ways
    ]
