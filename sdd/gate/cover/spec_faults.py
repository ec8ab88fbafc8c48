"""What keeps a feature's spec from covering a file: missing, unreadable, or unfinished in what a contract names."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from sdd.base.tuples import NamedTuple
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.reading import is_demand
from sdd.records.kinds.spec import Spec


class SpecFault(NamedTuple):
    """Why no spec covers a file: the rule that reports it, where to look, and what is wrong there. `fix` says what to
    do where that is not to write the spec.
    """

    rule: str
    path: str
    line: int
    message: str
    fix: str = ""


def no_spec(message: str, fix: str = "") -> SpecFault:
    """No spec covers the file, for a reason that is no place in one."""
    return SpecFault("change-no-spec", "", 1, message, fix)


def faults_of(spec: Spec | None, feature: str, contract: Contract | None) -> tuple[SpecFault, ...]:
    """Why a feature's spec is not enough for a contract: missing, unreadable, or unfinished in what it names."""
    return tuple(_faults(spec, feature, contract))


def _faults(spec: Spec | None, feature: str, contract: Contract | None) -> Iterator[SpecFault]:
    if not spec:
        yield no_spec(f"feature {feature} has no specs/{feature}/spec.md")
        return
    for problem in spec.problems:
        yield no_spec(f"{spec.path}:{problem.line} cannot be read: {problem.message}")
    named = {item.text for item in contract.requirements} if contract else set()
    for part in spec.silent:
        yield no_spec(f"{spec.path} says nothing under {part}")
    for item in (*spec.requirements, *spec.criteria):
        if item.id in named and not is_demand(item.text):
            yield no_spec(f"{spec.path}:{item.line}: {item.id} says nothing")
    starts = _starts(spec) if named else ()
    for rule, markers in (("spec-placeholder", spec.placeholders), ("spec-unclear", spec.open_questions)):
        for marker in markers:
            # Of a spec that is its template still nothing is said yet.
            if spec.is_template or not named or _owner(starts, marker.line) in named:
                yield SpecFault(rule, spec.path, marker.line, marker.text)


def _starts(spec: Spec) -> Sequence[tuple[int, str]]:
    """(line, id) of where each part of a spec begins, in order; the id is empty but for a requirement or criterion."""
    starts = [(item.line, item.id) for item in (*spec.requirements, *spec.criteria)]
    starts += [(story.line, "") for story in spec.stories] + [(section.line, "") for section in spec.sections]
    return sorted(starts)


def _owner(starts: Sequence[tuple[int, str]], line: int) -> str:
    """The id of the part that a line belongs to."""
    place = bisect_right(starts, line, key=itemgetter(0))
    return starts[place - 1][1] if place else ""
