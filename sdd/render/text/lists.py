"""A row of each list as the cells of its table: what it is, its place, its text."""

from sdd.answers.lists import Row
from sdd.answers.trail.requirements import RequirementRow
from sdd.base.listing import counted
from sdd.records.agents import demanded_sections
from sdd.records.features import Feature
from sdd.records.kinds.agent import Agent
from sdd.render.words import one_line

Cells = tuple[str, ...]
_NO_DAY = "----------"


def feature_cells(feature: Feature) -> Cells:
    """Folder, status, the days of the first and the last landing, and title."""
    days = f"{feature.first_landed or _NO_DAY}..{feature.last_landed or _NO_DAY}"
    return feature.path, feature.standing.status, days, one_line(feature.title)


def requirement_cells(row: RequirementRow) -> Cells:
    """Id, story, how many of each cover it, or that this was reverted, is inferred or is a gap ("no record"), place and
    text.
    """
    served = ((row.tasks, "task"), (row.contracts, "contract"), (row.phrs, "PHR"), (row.commits, "commit"))
    counts = [counted(len(names), noun) for names, noun in served if names]
    missing = "reverted" if row.reverted else f"inferred {row.inferred}" if row.inferred else "no record"
    cover = ", ".join(counts if row.is_covered else [*counts, missing])
    return row.id, ",".join(row.stories) or "-", cover, f"{row.path}:{row.line}", one_line(row.text)


def task_cells(row: Row) -> Cells:
    """Box, id, story, place and text."""
    box = "[-]" if row.skipped else "[x]" if row.done else "[ ]"
    return box, row.id or "-", row.story or "-", f"{row.path}:{row.line}", one_line(row.text)


def contract_cells(row: Row) -> Cells:
    """Status or that it was reverted, ticked checks, kind, place and title."""
    place = f"{row.path}:{row.line}" if row.embedded else row.path
    return (
        "reverted" if row.reverted_by else row.status or "?",
        f"{row.made}/{row.checks}",
        row.kind or "?",
        place,
        one_line(row.title),
    )


def phr_cells(row: Row) -> Cells:
    """Date, stage, path and title."""
    return row.date or _NO_DAY, row.stage or "?", row.path, one_line(row.title)


def adr_cells(row: Row) -> Cells:
    """Number, status, date, path and title."""
    return row.id or "?", row.status or "?", row.date or _NO_DAY, row.path, one_line(row.title)


def waiver_cells(row: Row, state: str) -> Cells:
    """Last day, whether it is over, path, who approved it, rules, where they are waived, and reason."""
    return (
        row.expires or _NO_DAY,
        state,
        row.path,
        row.approved_by or "nobody",
        " ".join(row.rules),
        " ".join(row.paths) or row.landing or "-",
        one_line(row.reason),
    )


def agent_cells(agent: Agent) -> Cells:
    """Name, how much it demands of a contract, and path."""
    return agent.known_as, demands(agent), agent.path


def demands(agent: Agent) -> str:
    """How much an agent file demands, in a few words."""
    counts = (
        (len(demanded_sections(agent)), "section"),
        (len(agent.checklist), "checklist item"),
        (len(agent.error_taxonomy), "error code"),
    )
    return ", ".join(counted(count, noun) for count, noun in counts if count) or "demands nothing"
