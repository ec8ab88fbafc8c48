"""From a requirement to its story, and to the tasks, contracts, PHRs and files that carry it out."""

import sqlite3
from collections.abc import Iterable, Sequence

from sdd.answers.trail.principles import principles_cited
from sdd.answers.trail.requirements import trails
from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via
from sdd.answers.trail.things import Requirement, contracts_at, phrs_at, requirements_named
from sdd.answers.why.asked import AskedRequirement
from sdd.base.errors import UsageError
from sdd.records.layout import features_named

_SHOWN = 5


def explain_requirement(connection: sqlite3.Connection, asked: AskedRequirement) -> Trace:
    """What a requirement is for, and what was done for it. Raises UsageError where no feature has it, or several."""
    requirement = _the_one(connection, asked)
    (trail,) = trails(connection, [requirement])
    contracts = contracts_at(connection, (one.path for one in trail.contracts))
    phrs = phrs_at(connection, (one.path for one in trail.phrs))
    landings = sorted(set(trail.landed.values()), reverse=True)
    chain = (
        requirement.step(Via.ASKED),
        *trail.stories,
        *principles_cited(connection, tuple(contracts.values()), tuple(phrs.values()), [requirement.folder]),
        *(task.step(Via.NAMES_REQUIREMENT) for task in trail.tasks),
        *(
            contracts[one.path].step(one.via, one.behind[-1] if one.via == Via.NAMES_TASK else "")
            for one in trail.contracts
        ),
        *(phrs[one.path].step(one.via) for one in trail.phrs),
        *(one.step(Via.BROUGHT_RECORD) for one in landings),
        *(Step(StepKind.FILE, name, None, "", Via.PHR_NAMES) for name in sorted(trail.files)),
    )
    remark = "" if contracts or phrs else "no contract names it, and no PHR"
    return Trace(str(asked), StepKind.REQUIREMENT, (Part(chain, (), remark),))


def _the_one(connection: sqlite3.Connection, asked: AskedRequirement) -> Requirement:
    upper = asked.name.upper()
    known = requirements_named(connection, {asked.name, upper, upper[:-1] + upper[-1].lower()})
    found = known if asked.feature is None else _of_feature(known, asked.feature.rstrip("/"))
    if len(found) == 1:
        return found[0]
    if not found:
        where = f"feature {asked.feature}" if asked.feature else "feature"
        near = [one.folder for one in known][:_SHOWN]
        raise UsageError(
            f"no {where} has a requirement {asked.name}",
            f"it is in: {', '.join(near)}" if near else "features: sdd feature list",
        )
    lines = [f"sdd why {_shortest(one, found)}#{one.name}" for one in found[:_SHOWN]]
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    raise UsageError(f"{len(found)} features have a requirement {found[0].name}", "\n".join([*lines, *more]))


def _of_feature(known: Sequence[Requirement], wanted: str) -> tuple[Requirement, ...]:
    """The requirements of the feature, or features, that are meant by a name, a number or a path."""
    if "/" in wanted:
        exact = tuple(one for one in known if one.folder == wanted)
        return exact or tuple(one for one in known if one.folder.endswith(f"/{wanted}"))
    names = frozenset(features_named(map(_name, known), wanted))
    return tuple(one for one in known if _name(one) in names)


def _shortest(requirement: Requirement, among: Iterable[Requirement]) -> str:
    """The feature's name, its path where another root has one of the same name."""
    same = sum(_name(one) == _name(requirement) for one in among)
    return _name(requirement) if same == 1 else requirement.folder


def _name(requirement: Requirement) -> str:
    return requirement.folder.rpartition("/")[2]
