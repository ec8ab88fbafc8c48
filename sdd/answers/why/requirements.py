"""From a requirement to its story, and to the tasks, contracts, PHRs and files that carry it out."""

import re
import sqlite3
from collections.abc import Iterable, Sequence

from sdd.answers.why.asked import AskedRequirement
from sdd.answers.why.asking import rows_for
from sdd.answers.why.chain import How, Link, LinkKind, Part, Trace
from sdd.answers.why.landings import landing_at, landings_of
from sdd.answers.why.principles import principles_cited
from sdd.answers.why.purpose import Requirement, Task, requirements_named, stories_of, tasks_for
from sdd.answers.why.records import Agreed, Prompted, contracts_at, phrs_at
from sdd.base.errors import UsageError
from sdd.base.paths import is_below
from sdd.records.layout import features_named, root_of_feature

_SHOWN = 5


def explain_requirement(connection: sqlite3.Connection, asked: AskedRequirement) -> Trace:
    """What a requirement is for, and what was done for it. Raises UsageError where no feature has it, or several."""
    requirement = _the_one(connection, asked)
    place = f"{requirement.folder}#{requirement.name}"
    tasks = tasks_for(connection, "requirement", [place])
    contracts = _contracts(connection, place, tasks)
    phrs = _phrs(connection, requirement, [contract.path for contract, _ in contracts])
    chain = (
        requirement.link(How.ASKED),
        *stories_of(connection, requirement),
        *principles_cited(connection, [one for one, _ in contracts], [one for one, _ in phrs], [requirement.folder]),
        *(task.link(How.NAMES_REQUIREMENT) for task in tasks),
        *(link for _, link in contracts),
        *(link for _, link in phrs),
        *_landings(connection, [*(one.path for one, _ in contracts), *(one.path for one, _ in phrs)]),
        *_files(connection, [one.path for one, _ in phrs]),
    )
    remark = "" if contracts or phrs else "no contract names it, and no PHR"
    return Trace(str(asked), LinkKind.REQUIREMENT, (Part(chain, (), remark),))


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
        return tuple(one for one in known if f"/{one.folder}".endswith(f"/{wanted}"))
    names = frozenset(features_named(map(_name, known), wanted))
    return tuple(one for one in known if _name(one) in names)


def _shortest(requirement: Requirement, among: Iterable[Requirement]) -> str:
    """The feature's name, its path where another root has one of the same name."""
    same = sum(_name(one) == _name(requirement) for one in among)
    return _name(requirement) if same == 1 else requirement.folder


def _name(requirement: Requirement) -> str:
    return requirement.folder.rpartition("/")[2]


def _contracts(connection: sqlite3.Connection, place: str, tasks: Iterable[Task]) -> list[tuple[Agreed, Link]]:
    """Those that name the requirement, and those that name one of its tasks."""
    ask = (
        "SELECT names.name, path FROM names JOIN links ON links.name = names.id AND how IN ('requirement', 'task') "
        "JOIN records ON records.id = record AND kind IN ('contract', 'phr') WHERE names.name IN (?)"
    )
    named = {f"{task.folder}#{task.name}": task.name for task in tasks if task.name}
    hows = dict(sorted((path, name) for name, path in rows_for(connection, ask, [place, *named])))
    hows |= {path: place for name, path in rows_for(connection, ask, [place])}
    found = contracts_at(connection, hows)
    return [
        (one, one.link(How.NAMES_REQUIREMENT) if hows[path] == place else one.link(How.NAMES_TASK, named[hows[path]]))
        for path, one in sorted(found.items())
    ]


def _phrs(
    connection: sqlite3.Connection, requirement: Requirement, contracts: list[str]
) -> list[tuple[Prompted, Link]]:
    """Those that hold or link one of the contracts, and those of the feature whose prompt names the requirement."""
    ask = (
        "SELECT path FROM names JOIN links ON links.name = names.id AND how = 'contract' "
        "JOIN records ON records.id = record WHERE names.name IN (?)"
    )
    linking = phrs_at(connection, [*contracts, *(path for (path,) in rows_for(connection, ask, contracts))])
    ask = "SELECT path FROM phrs JOIN records ON records.id = record WHERE feature IN (?)"
    others = phrs_at(connection, [path for (path,) in rows_for(connection, ask, [_name(requirement)])])
    word = re.compile(rf"(?<![\w-]){re.escape(requirement.name)}(?![\w-])")
    return [
        *((phr, phr.link(How.LINKS_CONTRACT)) for _, phr in sorted(linking.items())),
        *(
            (phr, phr.link(How.PROMPT_NAMES))
            for path, phr in sorted(others.items())
            if path not in linking and _is_for(phr, requirement) and word.search(phr.prompt)
        ),
    ]


def _is_for(phr: Prompted, requirement: Requirement) -> bool:
    """Whether a PHR of a feature of that name is of this one: another root may have one of the same name."""
    return is_below(requirement.folder, phr.root) or is_below(phr.path, root_of_feature(requirement.folder))


def _landings(connection: sqlite3.Connection, records: Iterable[str]) -> list[Link]:
    """The landings that brought some records, the newest first."""
    positions = sorted(set(landings_of(connection, records).values()), reverse=True)
    landings = (landing_at(connection, position) for position in positions)
    return [
        Link(LinkKind.LANDING, one.commit, None, one.subject, How.BROUGHT_RECORD, "", "", one.day, one.author)
        for one in landings
    ]


def _files(connection: sqlite3.Connection, phrs: Iterable[str]) -> list[Link]:
    """What the PHRs name."""
    ask = (
        "SELECT DISTINCT names.name FROM records JOIN links ON record = records.id AND how = 'files' "
        "JOIN names ON names.id = links.name WHERE path IN (?)"
    )
    named = sorted({name for (name,) in rows_for(connection, ask, phrs)})
    return [Link(LinkKind.FILE, name, None, "", How.PHR_NAMES) for name in named]
