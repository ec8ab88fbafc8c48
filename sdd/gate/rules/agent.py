"""Rules that hold a contract to the agent file that it answers to, as the target has it."""

from collections.abc import Mapping
from functools import lru_cache

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.base.listing import listed
from sdd.gate.cover import Coverage, CoveredFile
from sdd.gate.cover.patterns import patterns
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, TreeContext, finding, firm, record_rule
from sdd.records.agents import (
    CHECKLIST,
    ERROR_TAXONOMY,
    find_agent,
    lacking_sections,
    nearest_agents,
    unanswered_items,
    unmarked_errors,
)
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.record import ChangeKind

_ANSWER = "answer it, or write one line: Not applicable: REASON"


@record_rule(Severity.ERROR, Contract, needs=("contract-unreadable",))
def contract_missing_agent_section(contract: Contract, context: TreeContext) -> Findings:
    """A contract lacks a section that its agent file requires, or belongs to the wrong agent for its files.

    Why: the template under the agent's "Output format" lists what its work must cover; who asks for start:end:path
    requires a Discovery too. Agent files and `[gate.agents]` count as the target has them, a new agent file as the
    change brings it. An unknown agent is a finding too.

    Fix: write the section. One that does not apply takes one line, `Not applicable: REASON`. Where the policy names
    another agent for the files: `agent: NAME` in the contract, or `sdd contract new "TITLE" --agent NAME`.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -Two digits.
    """
    agent = _agent(contract, context)
    is_left = any(token.text == contract.agent for token in contract.placeholders)
    if contract.agent and not agent and not is_left:
        fix = nearest_agents(context.after.at(contract.root), contract.agent)
        yield finding(contract, "agent", f"no agent file is named {contract.agent}", fix)
    lacking = lacking_sections(agent, contract) if agent else ()
    if agent and lacking:
        yield finding(contract, "agent", f"lacks {listed(lacking)} ({agent.path} asks for it)", _ANSWER)
    for name, covered in _other_agents(contract, context).items():
        own = f"it is {contract.agent}'s" if contract.agent else "it names no agent"
        message = f"covers {listed(covered)}, for which the policy requires a contract of {name}: {own}"
        yield firm(contract.path, message, f"write agent: {name} and what it requires", contract.at("agent"))


@record_rule(Severity.ERROR, Contract, needs=("contract-unreadable",))
def contract_checklist(contract: Contract, context: TreeContext) -> Findings:
    """A contract leaves out an item of its agent's checklist, or is done with an item unanswered.

    Why: the list names what this agent tends to forget. An open contract holds every item, a done one answers it.

    Fix: copy the item as the agent file words it, and tick it when it is true. One that does not apply ends with
    `Not applicable: REASON`; that line alone under the heading Checklist answers the whole list.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -- [x] No binary fractions
        +- [ ] No binary fractions
    """
    agent = _agent(contract, context)
    open_items = unanswered_items(agent, contract) if agent else ()
    missing = tuple(text for text, copy in open_items if not copy)
    if agent and missing:
        message = f"leaves out {listed(missing)} (the checklist of {agent.path})"
        yield finding(contract, CHECKLIST.line(contract), message, _ANSWER)
    for text, copy in open_items if contract.status == ContractStatus.DONE else ():
        if copy:
            message = f"done, but not answered: {text}"
            yield finding(contract, copy.line, message, "tick it, or end it with: Not applicable: REASON")


@record_rule(Severity.WARNING, Contract, needs=("contract-unreadable",))
def contract_error_taxonomy(contract: Contract, context: TreeContext) -> Findings:
    """A contract does not say whether it uses an error code of its agent's taxonomy.

    Why: somebody decides before the work which errors can occur, or users find out.

    Fix: write `used` or `not applicable` into the last cell of the code's row under Error taxonomy. The line
    `Not applicable: REASON` alone under that heading answers all of them.

    Bad example:
        -- history/contracts/001-vat/0003-rounding.contract.md (edited) --
        -| E1 Not a number | not applicable |
    """
    agent = _agent(contract, context)
    unmarked = unmarked_errors(agent, contract) if agent else ()
    if agent and unmarked:
        message = f"says nothing of {listed(unmarked)} (the error taxonomy of {agent.path})"
        yield finding(contract, ERROR_TAXONOMY.line(contract), message, "mark each code used or not applicable")


def _agent(contract: Contract, context: TreeContext) -> Agent | None:
    """The agent file that a contract names: as the target has it, else as the change brings it."""
    if not contract.agent:
        return None
    sides = (project.at(contract.root) for project in (context.before, context.after))
    return next(filter(None, (find_agent(project, contract.agent) for project in sides)), None)


def _other_agents(contract: Contract, context: TreeContext) -> Mapping[str, tuple[str, ...]]:
    """Agent -> the governed files that this contract covers and that should be covered by one of that agent's."""
    if not isinstance(context, ChangeContext):
        return {}
    # A contract that the change does not touch is asked about in the verdict of each root whose files it covers.
    everywhere = contract.path in context.view.records
    bound = _bound_elsewhere(context.coverage).get(contract.path, ())
    return grouped((agent, file.path) for agent, file in bound if everywhere or file.root == context.root)


@lru_cache(maxsize=1)
def _bound_elsewhere(coverage: Coverage) -> Mapping[str, tuple[tuple[str, CoveredFile], ...]]:
    """Path of a contract -> (agent, file) of the files that it covers and one of that agent's should cover."""
    return grouped(
        (contract.path, (agent, file))
        for file in coverage.files
        if file.contracts and coverage.view.policy(file.root or "").agents
        for kind in {contract.effective_kind for contract in file.contracts}
        if (agent := _agent_for(kind, file, coverage)) and all(other.agent != agent for other in file.contracts)
        for contract in file.contracts
        if contract.effective_kind == kind
    )


def _agent_for(kind: ChangeKind, file: CoveredFile, coverage: Coverage) -> str | None:
    """The agent of the last entry of the file's policy whose pattern matches it and that binds contracts of a kind."""
    root = file.root or ""
    path = paths.relative(root, file.path)
    fitting = (entry for entry in reversed(coverage.view.policy(root).agents) if kind in entry.kinds)
    return next((entry.agent for entry in fitting if patterns((entry.pattern,)).match(path)), None)
