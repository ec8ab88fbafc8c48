"""What a requirement is for, and what was done for it."""

import sqlite3
from collections import Counter
from collections.abc import Sequence

from sdd.answers.asked import AskedRequirement
from sdd.answers.trail.landings import History
from sdd.answers.trail.principles import principles_cited
from sdd.answers.trail.requirements import RequirementTrail, whole_trails
from sdd.answers.trail.reverted import reverted_records
from sdd.answers.trail.steps import Part, Step, StepKind, Via
from sdd.answers.trail.stored import landings_with
from sdd.answers.trail.things import Requirement, all_requirements, contracts_at, phrs_at, requirements_named
from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.grouping import grouped
from sdd.base.nearest import nearest
from sdd.records.layout import features_named
from sdd.repo.objects import Repository

_FEATURES_SHOWN = 5


def explain_requirement(index: sqlite3.Connection, repository: Repository, asked: AskedRequirement) -> Part:
    """What a requirement is for, and what was done for it. Raises UsageError where no feature has it, or several."""
    requirement = requirement_asked(index, asked)
    trail = trail_of(index, repository, requirement)
    row = trail.row
    contracts, phrs = contracts_at(index, row.contracts), phrs_at(index, row.phrs)
    brought = {landing.commit for landing in trail.landed.values()}
    landings = sorted(landings_with(index, row.commits), reverse=True)
    chain = (
        requirement.step(Via.ASKED),
        *trail.stories,
        *principles_cited(index, tuple(contracts.values()), tuple(phrs.values()), [requirement.folder]),
        *(task.step(Via.NAMES_REQUIREMENT) for task in trail.tasks),
        *(
            contracts[path].step(via, behind[-1] if via == Via.NAMES_TASK else "")
            for path, via, behind in trail.contracts
        ),
        *(phrs[path].step(via) for path, via, _ in trail.phrs),
        *(landing.step(Via.BROUGHT_RECORD if landing.commit in brought else Via.CHANGED_FILE) for landing in landings),
        *(Step(StepKind.FILE, name, None, "", Via.PHR_NAMES) for name in sorted(trail.files)),
    )
    inferred = f"; inferred {row.inferred}" if row.inferred else ""
    none = row.served_before or "no contract names it, and no PHR"
    return Part(chain, (), "" if contracts or phrs else f"{none}{inferred}")


def trail_of(
    index: sqlite3.Connection, repository: Repository, requirement: Requirement, *, files: bool = True
) -> RequirementTrail:
    """The trail of one requirement, on request without the files at its end. The index was asked for its history."""
    reverted = reverted_records(index, repository)
    (trail,) = whole_trails(History(index, repository), [requirement], reverted, files=files)
    return trail


def requirement_asked(index: sqlite3.Connection, asked: AskedRequirement, command: str = "sdd why") -> Requirement:
    """The one requirement that is asked for. Raises UsageError for none, and for several: then with the lines of the
    command that name each.
    """
    upper = asked.name.upper()
    known = requirements_named(index, {asked.name, upper, upper[:-1] + upper[-1].lower()})
    meant = known if asked.feature is None else _of_feature(known, asked.feature.rstrip("/"))
    by_root = grouped((requirement.root, requirement) for requirement in meant)
    # At the top nobody says that its own root is meant.
    nearest_root = next((root for root in paths.folders_above(f"{asked.within}/x") if root in by_root), "")
    meant = by_root[nearest_root] if nearest_root else meant
    if len(meant) == 1:
        return meant[0]
    if not meant:
        where = f"feature {asked.feature}" if asked.feature else "feature"
        near = [requirement.folder for requirement in known][:_FEATURES_SHOWN]
        raise UsageError(
            f"no {where} has a requirement {asked.name}",
            f"it is in: {', '.join(near)}" if near else _alike(index, asked.name),
        )
    same = Counter(map(_name, meant))
    lines = [
        f"{command} {paths.path_word(_name(requirement) if same[_name(requirement)] == 1 else requirement.folder)}"
        f"#{requirement.name}"
        for requirement in meant[:_FEATURES_SHOWN]
    ]
    more = [f"and {len(meant) - _FEATURES_SHOWN} more"] if len(meant) > _FEATURES_SHOWN else []
    raise UsageError(f"{len(meant)} features have a requirement {meant[0].name}", "\n".join([*lines, *more]))


def _alike(index: sqlite3.Connection, name: str) -> str:
    return nearest(name, (requirement.name for requirement in all_requirements(index)), "see: sdd requirement list")


def _of_feature(known: Sequence[Requirement], wanted: str) -> tuple[Requirement, ...]:
    """The requirements of the feature, or features, that are meant by a name, a number or a path."""
    exact = tuple(requirement for requirement in known if requirement.folder == wanted)
    names = features_named(map(_name, known), wanted)
    return exact or tuple(requirement for requirement in known if _name(requirement) in names)


def _name(requirement: Requirement) -> str:
    return requirement.feature or ""
