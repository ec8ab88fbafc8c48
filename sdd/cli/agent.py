"""sdd agent: list, show and check agent files."""

from collections.abc import Iterator, Sequence

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.base.nearest import nearest
from sdd.base.paths import printable
from sdd.cli.groups import noun
from sdd.cli.listing import ListContext, Listing, list_command, rev_option
from sdd.cli.session import json_option, open_repository, print_json, print_text, remark, tree_to_read
from sdd.index.search import RowFilter
from sdd.records.agents import demanded_sections, unknown_agents
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.policy import Policy
from sdd.records.project import Reader, records_of
from sdd.render.documents.records import AGENT, item
from sdd.render.text.lists import agent_cells
from sdd.repo.objects import Tree


@noun
def command() -> None:
    """List, show and check agent files, and what they demand of a contract.

    Agent files are .claude/agents/*.md, .github/agents/*.md and the like, AGENTS.md, CLAUDE.md.
    """


def _rows(context: ListContext, _: RowFilter) -> Sequence[Agent]:
    return _agents(context.tree, context.reader)


_LISTING = Listing(
    "agents",
    _rows,
    agent_cells,
    lambda _, agents: [item(AGENT, agent) for agent in agents],
    tuple(AGENT),
    "no agent files yet: sdd init --agent claude",
)

command.add_command(list_command(_LISTING, "List the agent files of every root: name, how much each demands, path."))


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    names = dict.fromkeys(agent.known_as for agent in _agents(*_tree_and_reader(ctx, None)))
    return [name for name in names if name.startswith(incomplete)]


@command.command()
@click.argument("name", shell_complete=_complete)
@rev_option
@json_option
@click.pass_context
def show(ctx: click.Context, name: str, rev: str | None, as_json: bool) -> None:
    """Show what the agent NAME (or the agent file at that path) demands of a contract."""
    agents = _agents(*_tree_and_reader(ctx, rev))
    found = [agent for agent in agents if name in (agent.known_as, agent.path)]
    if not found:
        known = sorted({agent.known_as for agent in agents})
        listed = f"agents: {', '.join(known) or 'none yet: sdd init --agent claude'}"
        raise UsageError(f"unknown agent {name}", nearest(name, known, listed))
    for other in found[1:]:
        remark(f"{other.path} has the same name")
    if as_json:
        print_json({"schema": "sdd/agent/1", **item(AGENT, found[0])})
    else:
        print_text("\n".join(printable(line) for line in _screen(found[0])))


@command.command()
@rev_option
@json_option
@click.pass_context
def check(ctx: click.Context, rev: str | None, as_json: bool) -> None:
    """Check the agent files, and the names that the policy binds files to.

    A remark is about what only strict parsers refuse: the agents' own tools read it. A name in [gate.agents] that no
    agent file has is a finding. Exit status: 0 clean or remarks only, 1 findings.
    """
    tree, reader = _tree_and_reader(ctx, rev)
    agents = _agents(tree, reader)
    remarks = [one for agent in agents for one in _remarks(agent)] + list(_namesakes(agents))
    findings = list(_findings(tree, reader))
    if as_json:
        keys = ("path", "line", "message")
        told = {
            name: [dict(zip(keys, one, strict=True)) for one in listed]
            for name, listed in (("findings", findings), ("remarks", remarks))
        }
        print_json({"schema": "sdd/agent-check/1", **told})
    else:
        lines = [f"{path}:{line}: {message}" for path, line, message in findings]
        lines += [f"{path}:{line}: remark: {message}" for path, line, message in remarks]
        print_text("\n".join(map(printable, lines)) or "no findings: every agent file is sound")
    ctx.exit(ExitCode.FINDINGS if findings else ExitCode.CLEAN)


def _tree_and_reader(ctx: click.Context, rev: str | None) -> tuple[Tree, Reader]:
    repository = open_repository(ctx)
    return tree_to_read(repository, rev), Reader(repository.blobs)


def _agents(tree: Tree, reader: Reader) -> tuple[Agent, ...]:
    return tuple(records_of(tree, reader, Agent))


def _remarks(agent: Agent) -> list[tuple[str, int, str]]:
    """(path, line, message) of what makes an agent file harder to read than it need be."""
    found = [(agent.path, problem.line, problem.message) for problem in agent.problems]
    if agent.strict is False:
        message = "the front matter is not strict YAML: quote the value that holds a colon or quotes"
        found.append((agent.path, 1, message))
    return found


def _namesakes(agents: tuple[Agent, ...]) -> Iterator[tuple[str, int, str]]:
    """(path, line, message) of each agent file with the name of another one beside it that demands other things."""
    first: dict[tuple[str, str], Agent] = {}
    for agent in agents:
        other = first.setdefault((agent.root, agent.known_as), agent)
        if _asked(other) != _asked(agent):
            yield agent.path, agent.at("name"), f"{other.path} has the same name, and contracts follow that one"


def _asked(agent: Agent) -> tuple[object, ...]:
    return demanded_sections(agent), tuple(item.text for item in agent.checklist), agent.error_taxonomy


def _findings(tree: Tree, reader: Reader) -> list[tuple[str, int, str]]:
    """(path, line, message) of every name in a policy that no agent file bears."""
    return [
        (policy.path, policy.at(f"gate.agents.{binding.pattern}"), f"no agent file is named {binding.agent}")
        for policy in records_of(tree, reader, Policy)
        for binding in unknown_agents(policy, tree, reader)
    ]


def _screen(agent: Agent) -> list[str]:
    facts = (("model", agent.model), ("tools", ", ".join(agent.tools)), ("about", agent.description))
    lines = [f"{agent.known_as}  {agent.path}"]
    lines += [f"{name}  {' '.join(value.split())[:200]}" for name, value in facts if value]
    listed = (
        ("Sections", demanded_sections(agent)),
        ("Checklist", tuple(item.text for item in agent.checklist)),
        ("Error taxonomy", tuple(f"{code}: {meaning}" for code, meaning in agent.error_taxonomy)),
        ("Duties of the execution contract", tuple(item.text for item in agent.duties)),
    )
    for title, items in listed:
        lines += ["", title, *(f"  {item}" for item in items)] if items else []
    return lines
