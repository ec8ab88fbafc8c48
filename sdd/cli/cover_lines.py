"""The command lines that `sdd cover` runs: the steps to what is missing, filled in with what was said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sdd.base.errors import UsageError
from sdd.cli.asking import NAMES
from sdd.cli.session import Session
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.plan import TO_FILL_IN, Plan, Step, Way
from sdd.gate.plan.lacks import Beside
from sdd.gate.plan.make import plan
from sdd.gate.plan.place import per_root
from sdd.records.kinds.record import ChangeKind
from sdd.records.layout import features_named
from sdd.render.plan import way_line

DONE = ["contract", "done"]
# What else a record may say, where a step writes one of these kinds.
_OF_CONTRACT = {"scope": "--scope", "follow_ups": "--follow-up"}
OF_PHR = {"prompt_file": "--prompt-file", "response_file": "--response-file"}


def needs(
    session: Session, failing: Sequence[JudgedChange], kind: ChangeKind | None, said: Mapping[str, Any]
) -> frozenset[str]:
    """The words that the steps to all that is missing leave to be filled in."""
    steps = (step for way in ways_of(session, failing, kind, said) for step in way.steps)
    return frozenset(word for step in steps for word in step.needs)


def plans_of(
    session: Session, failing: Sequence[JudgedChange], kind: ChangeKind | None, said: Mapping[str, Any]
) -> list[Plan | None]:
    """The plan for all of the change, where one root is above it; else one for each root."""
    if not failing:
        return []
    is_feature = kind == ChangeKind.FEATURE
    states = [replace(session.state, root=change.root or "") for change in failing]
    named = (state for state in states if said["feature"] and features_named(state.work.features, said["feature"]))
    work = next(named, session.state).work
    feature = work.feature(said["feature"], required=False, is_feature_work=is_feature)
    beside = Beside(feature, kind, has_terms=bool(said["success"] or said["checks"]))
    whole = plan(session.repository, failing, beside)
    if whole and any(step.argv[1:2] == ("cover",) for way in whole.ways for step in way.steps):
        each = per_root(session.repository, failing, feature)
        return [plan(session.repository, (change,), beside._replace(feature=own)) for change, own in each]
    return [whole]


def ways_of(
    session: Session, failing: Sequence[JudgedChange], kind: ChangeKind | None, said: Mapping[str, Any]
) -> list[Way]:
    """The ways that together supply all that is missing. Raises UsageError as `_way` does."""
    return [_way(session, made) for made in plans_of(session, failing, kind, said)]


def _way(session: Session, made: Plan | None) -> Way:
    """The way that suits the kind of work. Raises UsageError where nothing tells it, or something else comes first."""
    ways = made.ways if made else ()
    if len(ways) > 1 and not ways[0].why:
        kinds = " or ".join(dict.fromkeys(f"--kind {way.label}" for way in ways))
        raise UsageError("nothing tells what kind of change this is", f"say it: {kinds}")
    # What is done by hand, as a wider scope, is one way; another has commands alone.
    way = next((way for way in ways if all(step.argv for step in way.steps)), ways[0]) if ways else Way(())
    for step in way.steps:
        if step.argv[1:2] not in (("phr",), ("contract",)):
            steps = tuple(each._replace(at=session.state.seen_from_shell(root_of(each))) for each in way.steps)
            commands = tuple(each for each in steps if each.argv)
            first = way_line(Way(steps if step.by_hand else commands[:1])) if commands else step.by_hand
            asked = f"{step.by_hand}; " if commands and step.by_hand else ""
            raise UsageError(f"something else comes first: {first}", f"{asked}do it, then run this command again")
    return way


def root_of(step: Step) -> str:
    """The root that a step of a plan for the top writes into."""
    return step.at.removeprefix(".")


def filled_in(step: Step, said: Mapping[str, Any]) -> list[str]:
    """The command of a step, filled in. Raises UsageError for a word nobody said."""
    line: list[str] = []
    for word in step.argv[1:]:
        if word in ("--commit", "--run"):
            continue  # one commit holds them all, and checks run for every root alike
        if word not in TO_FILL_IN:
            line.append(word)
        elif not line[-1].startswith("--"):
            line.append(said["title"])
        else:
            flag = line.pop()
            if not (given := said[NAMES[word]]):
                raise UsageError(f"{flag} is missing", f'add {flag} "{word}"')
            line += flagged(flag, given)
    if said["run"] and (line[:2] == DONE or (line[0] == "phr" and "--check" in line)):
        line.append("--run")
    is_new = line[:2] == ["phr", "new"]
    if said["human"] and is_new:
        line.append("--human")
    further = (OF_PHR if is_new else {}) | (_OF_CONTRACT if "--check" in line else {})
    return [*line, *(part for name, flag in further.items() if said[name] for part in flagged(flag, said[name]))]


def flagged(flag: str, given: str | Sequence[str]) -> Iterator[str]:
    """A flag before each of its values."""
    for value in [given] if isinstance(given, str) else given:
        yield from (flag, value)
