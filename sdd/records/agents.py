"""Agent files: which there are above a place, and what one demands of a contract that answers to it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.regex import regex
from sdd.document.body import plain_title
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.contract_body import Check, own_part
from sdd.records.kinds.policy_tables import AgentBinding
from sdd.records.kinds.reading import is_not_applicable, is_said
from sdd.records.project import Project
from sdd.repo.objects import FOLDER, Tree

_NOT_APPLICABLE = regex(r"\bnot applicable[*_]*:(?=[^\w\n]*+\w)", re.IGNORECASE)
_DISCOVERY = "Discovery"


# -- which there are ---------------------------------------------------------------------------------------


def _agents(project: Project) -> Iterator[Agent]:
    """The agent files of a root and of every folder above it, those of the nearest first.

    Folders that are no roots count too: the agents' own tools know nothing of roots.
    """
    for folder in paths.folders_above(project.path("x")):
        files = (project.at(folder).get(Agent, path) for path in _agent_paths(project.tree, folder))
        yield from filter(None, files)


def find_agent(project: Project, name: str) -> Agent | None:
    """The nearest agent file of that name, for a record of a root; None where there is none."""
    return next((agent for agent in _agents(project) if agent.known_as == name), None)


def agent_named(project: Project, name: str) -> Agent:
    """The same. Raises UsageError with the nearest names where there is none."""
    agent = find_agent(project, name)
    if not agent:
        raise UsageError(f"unknown agent {name}", nearest_agents(project, name))
    return agent


def nearest_agents(project: Project, name: str) -> str:
    """What to do about an agent's name that no file bears, in a few words."""
    from sdd.base.nearest import nearest  # most names are known

    known = sorted({agent.known_as for agent in _agents(project)})
    listed = f"agents: {', '.join(known)}" if known else "there are no agent files yet: sdd init --agent claude"
    return nearest(name, known, listed)


def unknown_agents(project: Project) -> tuple[AgentBinding, ...]:
    """What the policy of a root binds to agents whose file is nowhere."""
    return tuple(binding for binding in project.policy.agents if not find_agent(project, binding.agent))


def _agent_paths(tree: Tree, folder: str) -> Iterator[str]:
    """Where agent files may lie in a folder: below `.<tool>/agents/`, and the files at its top such as AGENTS.md."""
    for name, entry in tree.folder(folder).items():
        if entry.mode == FOLDER and name.startswith("."):
            yield from (path for path, _ in tree.walk(paths.join(folder, f"{name}/agents")))
        elif entry.is_file and name.endswith(".md"):
            yield paths.join(folder, name)


# -- what one demands --------------------------------------------------------------------------------------


class AnswerPart(NamedTuple):
    """A part of a contract that answers a list of its agent file: the heading that sdd writes, and all that count."""

    heading: str
    titles: frozenset[str]

    def has(self, heading: str) -> bool:
        """Whether the part may stand under a heading."""
        return plain_title(heading) in self.titles

    def line(self, contract: Contract) -> int:
        """The line of the part, the contract's own where it has none."""
        return next((part.line for part in contract.sections if self.has(part.title)), contract.line)

    def is_not_applicable(self, contract: Contract) -> bool:
        """Whether a contract says with a reason that the whole list does not apply."""
        return any(self.has(part.title) and is_not_applicable(part.text) for part in contract.sections)


CHECKLIST = AnswerPart("Checklist", frozenset({"checklist", "quality checklist"}))
ERROR_TAXONOMY = AnswerPart("Error taxonomy", frozenset({"error taxonomy", "error handling taxonomy", "error codes"}))


def demanded_sections(agent: Agent) -> tuple[str, ...]:
    """The headings that a contract of this agent must hold, those that every contract has included."""
    titles: dict[str, str] = {}
    for title in (*(item.text for item in agent.output_format), *([_DISCOVERY] if agent.cites_code else ())):
        titles.setdefault(plain_title(title), title)
    return tuple(title for plain, title in titles.items() if plain)


def demands(agent: Agent) -> tuple[frozenset[str], ...]:
    """All that contracts are held to by an agent file, for telling whether another one demands the same."""
    sections = frozenset(map(plain_title, demanded_sections(agent)))
    items = frozenset(_words(item.text) for item in agent.checklist)
    return sections, items, frozenset(_words(code) for code, _ in agent.error_taxonomy)


def lacking_sections(agent: Agent, contract: Contract) -> tuple[str, ...]:
    """The demanded headings that a contract neither answers nor calls not applicable with a reason."""
    return tuple(title for title in demanded_sections(agent) if not _is_answered(contract, title))


def _is_answered(contract: Contract, title: str) -> bool:
    own = own_part(title)
    if own and getattr(contract, own):
        return True
    parts = [part for part in contract.sections if _is_same(part.title, title)]
    return any(is_not_applicable(part.text) or (not own and is_said(part.text)) for part in parts)


def _is_same(heading: str, demanded: str) -> bool:
    own = own_part(demanded)
    return own_part(heading) == own if own else plain_title(heading) == plain_title(demanded)


def unanswered_items(agent: Agent, contract: Contract) -> tuple[tuple[str, Check | None], ...]:
    """(item, the contract's own copy) of the checklist's items that are neither ticked nor called not applicable.

    The copy is None where the contract leaves the item out. A list that is not applicable as a whole answers all of it.
    """
    if CHECKLIST.is_not_applicable(contract):
        return ()
    copies = {_words(_NOT_APPLICABLE.split(item.text)[0]): item for item in contract.task_items}
    asked = ((item.text, copies.get(_words(item.text))) for item in agent.checklist)
    return tuple(
        (text, copy) for text, copy in asked if not copy or not (copy.done or _NOT_APPLICABLE.search(copy.text))
    )


def unmarked_errors(agent: Agent, contract: Contract) -> tuple[str, ...]:
    """The codes of the error taxonomy that a contract marks neither used nor not applicable."""
    if ERROR_TAXONOMY.is_not_applicable(contract):
        return ()
    marked = {_words(mark.code) for mark in contract.error_marks if mark.used is not None}
    return tuple(code for code, _ in agent.error_taxonomy if not marked & {_words(code), _number(code)})


def _number(code: str) -> str | None:
    """The number that a code begins with (404 of "404 Not Found"): enough to know it by."""
    first = _words(code).split(" ")[0]
    return first if first.isdigit() else None


def _words(text: str) -> str:
    """The words of a text for comparing, whatever its case, emphasis and punctuation."""
    return " ".join(re.findall(r"\w+", text.casefold()))
