"""sdd agent: list, show and check agent files."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.base.nearest import nearest
from sdd.cli.completion import Words, quietly
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.options import rev_option
from sdd.cli.printing import remark
from sdd.cli.session import Session, in_session
from sdd.index.search import RowFilter
from sdd.records.agents import demanded_sections, unknown_agents
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.policy import Policy
from sdd.records.project import Project, records_of
from sdd.render.documents.records import AGENT, item
from sdd.render.text.lists import agent_cells
from sdd.render.words import one_line


@noun
def command() -> None:
    """List, show and check agent files, and what they demand of a contract.

    Agent files are .claude/agents/*.md, .github/agents/*.md and the like, AGENTS.md, CLAUDE.md.
    """


@list_command(command, "agents", agent_cells, items_of(AGENT), "no agent files yet: sdd init --agent claude")
def list_agents(session: Session, _: RowFilter | None = None) -> Sequence[Agent]:
    """List the agent files of every root: name, how much each demands, path."""
    return tuple(records_of(session.tree, session.reader, Agent))


@quietly
def _complete(ctx: click.Context) -> Words:
    yield from (((agent.known_as,), "") for agent in list_agents(Session(ctx)))


@command.command()
@click.argument("name", shell_complete=_complete)
@rev_option
@in_session
def show(session: Session, name: str) -> None:
    """Show what an agent demands of a contract: NAME is its name, or the path of its file."""
    agents = list_agents(session)
    matching = [agent for agent in agents if name in (agent.known_as, agent.path)]
    if not matching:
        known = sorted({agent.known_as for agent in agents})
        listed = f"agents: {', '.join(known) or 'none yet: sdd init --agent claude'}"
        raise UsageError(f"unknown agent {name}", nearest(name, known, listed))
    for other in matching[1:]:
        remark(f"{other.path} has the same name")
    session.print({"schema": "sdd/agent/1", **item(AGENT, matching[0])}, _screen(matching[0]))


@command.command()
@rev_option
@in_session
def check(session: Session) -> int:
    """Check the agent files, and the names that the policy binds files to.

    A remark is about what only strict parsers refuse: the agents' own tools read it. A name in [gate.agents] that no
    agent file has is a finding. Exit status: 0 clean or remarks only, 1 findings.
    """
    agents, findings = list_agents(session), list(_findings(session))
    remarks = [*(remark for agent in agents for remark in _remarks(agent)), *_namesakes(agents)]
    document = {"findings": [note._asdict() for note in findings], "remarks": [note._asdict() for note in remarks]}
    lines = [f"{note.path}:{note.line}: {note.message}" for note in findings]
    lines += [f"{note.path}:{note.line}: remark: {note.message}" for note in remarks]
    session.print({"schema": "sdd/agent-check/1", **document}, lines or "no findings: every agent file is sound")
    return ExitCode.FINDINGS if findings else ExitCode.CLEAN


class _Note(NamedTuple):
    """What there is to say about a line of a file."""

    path: str
    line: int
    message: str


def _remarks(agent: Agent) -> Iterator[_Note]:
    """What makes an agent file harder to read than it need be."""
    for problem in agent.problems:
        yield _Note(agent.path, problem.line, problem.message)
    if agent.strict is False:
        message = "the front matter is not strict YAML: quote the value that holds a colon or quotes"
        yield _Note(agent.path, 1, message)


def _namesakes(agents: Sequence[Agent]) -> Iterator[_Note]:
    """Each agent file with the name of another one beside it that demands other things."""
    first: dict[tuple[str, str], Agent] = {}
    for agent in agents:
        other = first.setdefault((agent.root, agent.known_as), agent)
        if _asked(other) != _asked(agent):
            message = f"{other.path} has the same name, and contracts follow that one"
            yield _Note(agent.path, agent.at("name"), message)


def _asked(agent: Agent) -> tuple[object, ...]:
    return demanded_sections(agent), tuple(item.text for item in agent.checklist), agent.error_taxonomy


def _findings(session: Session) -> Iterator[_Note]:
    """Every name in a policy that no agent file has."""
    for policy in records_of(session.tree, session.reader, Policy):
        for binding in unknown_agents(Project(session.tree, policy.root, session.reader)):
            place = policy.at(f"gate.agents.{binding.pattern}")
            yield _Note(policy.path, place, f"no agent file is named {binding.agent}")


def _screen(agent: Agent) -> list[str]:
    facts = (("model", agent.model), ("tools", ", ".join(agent.tools)), ("about", agent.description))
    lines = [f"{agent.known_as}  {agent.path}"]
    lines += [f"{name}  {one_line(value, 200)}" for name, value in facts if value]
    listed = (
        ("Sections", demanded_sections(agent)),
        ("Checklist", tuple(item.text for item in agent.checklist)),
        ("Error taxonomy", tuple(f"{code}: {meaning}" for code, meaning in agent.error_taxonomy)),
        ("Duties of the execution contract", tuple(item.text for item in agent.duties)),
    )
    for title, items in listed:
        lines += ["", title, *(f"  {item}" for item in items)] if items else []
    return lines
