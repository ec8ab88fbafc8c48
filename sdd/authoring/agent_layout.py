"""A new contract laid out by what its agent file demands."""

from dataclasses import replace

from sdd.authoring.drafts import ContractDraft
from sdd.document.body import plain_title
from sdd.records.agents import demanded_sections, stands_for_checklist, stands_for_taxonomy
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract_body import own_part

_FOLLOW_UP = "[NEXT STEP OR RISK]"


def laid_out(draft: ContractDraft, agent: Agent) -> ContractDraft:
    """`draft` with every heading, checklist item and error code that `agent` demands.

    What `draft.sections` already says under one of these headings stays, in the agent's order; under "Checklist" or
    "Error taxonomy" it stands for the whole list. A demanded text that nobody gave becomes a placeholder.
    """
    given = {plain_title(heading): (heading, text) for heading, text in draft.sections}
    demanded = [(title, "") for title in demanded_sections(agent) if not own_part(title) or plain_title(title) in given]
    ordered = [given.pop(plain_title(title), (title, text)) for title, text in demanded]
    follow_ups = any(own_part(title) == "follow_ups" for title in demanded_sections(agent))
    headings = [heading for heading, _ in draft.sections]
    skipped = any(own_part(heading) == "follow_ups" for heading in headings)
    return replace(
        draft,
        agent=agent.known_as,
        follow_ups=draft.follow_ups or ((_FOLLOW_UP,) if follow_ups and not skipped else ()),
        sections=(*ordered, *given.values()),
        checklist=() if any(map(stands_for_checklist, headings)) else tuple(item.text for item in agent.checklist),
        errors=() if any(map(stands_for_taxonomy, headings)) else agent.error_taxonomy,
    )
