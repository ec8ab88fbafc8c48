"""The texts of a PHR and of an execution contract, made from plain values and from what an agent file demands."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sdd.authoring.prose import anchored, check_text, code, comment_text, file_entry, one_line, paragraph, verbatim
from sdd.authoring.templates import TOKEN, Value, fill
from sdd.authoring.yaml_text import LINE_WIDTH
from sdd.document.body import plain_title
from sdd.records.agents import CHECKLIST, ERROR_TAXONOMY, demanded_sections
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.contract_body import own_part
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.record import ChangeKind
from sdd.records.packaged import CONTRACT, PHR, template

_FOLLOW_UP = "[NEXT STEP OR RISK]"
_READ = "[START:END:PATH OF WHAT WAS READ BEFORE]"
FILL_IN = "[WHAT THE AGENT FILE ASKS FOR HERE]"
_ERRORS_HEAD = "| error | meaning | used or not applicable |\n|---|---|---|"
# The sections that say what the work keeps to, and the kinds of work that must have them.
_LIMITS = ("constraints", "non_goals")
_LIMITED = (ChangeKind.FEATURE,)
LINKS = ("spec", "contract", "ticket", "adr", "pr")


@dataclass(frozen=True, kw_only=True)
class ContractDraft:
    """What a new contract says. What is required and empty becomes a placeholder, which is a finding until filled in.

    `scope` holds patterns below the root, `checks` a command each. `sections` are further (heading, text) pairs that an
    agent's output format asks for, `checklist` its checklist, `errors` its error taxonomy as (code, meaning) pairs, and
    `principles` the constitution's names, shown as a comment. An embedded contract has none of these four, and no `id`.
    """

    title: str = ""
    id: str = ""
    kind: ChangeKind = ChangeKind.FEATURE
    surface: str = ""
    agent: str = ""
    feature: str = ""
    spec: str = ""
    requirements: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    success: str = ""
    constraints: tuple[str, ...] = ()
    invariants: tuple[str, ...] = ()
    non_goals: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    discovery: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    principles: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    checklist: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    status: ContractStatus = ContractStatus.OPEN


@dataclass(frozen=True, kw_only=True)
class PhrDraft:
    """What a new PHR says. Everything empty is left out, but for a missing prompt and response: placeholders.

    `date` is YYYY-MM-DD, `links` maps names of LINKS to paths or addresses, `files` are paths below the root.
    `contract` is the embedded contract, whose kind is the PHR's `kind`. `edits`, `captured` and `unattributed`
    tell of what an agent's hooks said.
    """

    title: str
    id: str = ""
    stage: Stage | None = None
    date: str = ""
    prompt: str | None = None
    response: str | None = None
    surface: str = ""
    model: str = ""
    feature: str = ""
    branch: str = ""
    user: str = ""
    command: str = ""
    labels: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    kind: ChangeKind | None = None
    closes: tuple[str, ...] = ()
    contract: ContractDraft | None = None
    edits: tuple[str, ...] = ()
    captured: tuple[str, ...] = ()
    unattributed: str = ""


def laid_out(draft: ContractDraft, agent: Agent) -> ContractDraft:
    """`draft` with every heading, checklist item and error code that `agent` demands.

    What `draft.sections` already says under one of these headings stays, in the agent's order; under "Checklist" or
    "Error taxonomy" it replaces the whole list. A demanded text that nobody gave becomes a placeholder.
    """
    given = {plain_title(heading): (heading, text) for heading, text in draft.sections}
    demanded = [(title, "") for title in demanded_sections(agent) if not own_part(title) or plain_title(title) in given]
    ordered = [given.pop(plain_title(title), (title, text)) for title, text in demanded]
    asked = {own_part(title) for title in demanded_sections(agent)}
    headings = [heading for heading, _ in draft.sections]
    asked -= {own_part(heading) for heading in headings}
    return replace(
        draft,
        agent=agent.known_as,
        follow_ups=draft.follow_ups or ((_FOLLOW_UP,) if "follow_ups" in asked else ()),
        discovery=draft.discovery or ((_READ,) if "discovery" in asked else ()),
        sections=(*ordered, *given.values()),
        checklist=() if any(map(CHECKLIST.has, headings)) else tuple(item.text for item in agent.checklist),
        errors=() if any(map(ERROR_TAXONOMY.has, headings)) else agent.error_taxonomy,
    )


def phr_text(draft: PhrDraft, written_by: str | None = None) -> str:
    """The file of a new PHR. `written_by` is the template to use instead of the packaged one."""
    values: dict[str, Value] = vars(draft) | {
        "links": {name: draft.links[name] for name in LINKS if draft.links.get(name)},
        "files": tuple(map(file_entry, draft.files)),
        "prompt": verbatim(draft.prompt or ""),
        "response": verbatim(draft.response or ""),
    }
    if draft.contract:
        embedded = replace(draft.contract, kind=draft.kind or draft.contract.kind)
        values |= {f"contract.{name}": value for name, value in _embedded(embedded).items()}
    # A template of the project's own may still tick what nobody has run.
    return fill((written_by or template(PHR)).replace("[x] {{contract.checks", "[ ] {{contract.checks"), values)


def contract_text(draft: ContractDraft, written_by: str | None = None) -> str:
    """The file of a new contract. `written_by` is the template to use instead of the packaged one."""
    values: dict[str, Value] = {
        **vars(draft),
        **_body(draft),
        "scope": tuple(map(anchored, draft.scope)),
        "principles": _reminder(draft.principles),
        "sections": "\n\n".join(
            f"## {one_line(heading)}\n\n{text.strip() or FILL_IN}" for heading, text in _further(draft)
        ),
    }
    text = written_by or template(CONTRACT)
    if draft.kind not in _LIMITED and not (draft.constraints and draft.non_goals):
        # Such work may do without limits: a place to fill in would be an error where nothing is none.
        text = TOKEN.sub(lambda place: f"{{{{{place[1]}}}}}" if place[1] in _LIMITS else place[0], text)
        values["principles"] = values["principles"] if draft.constraints else ""
    if not any(place[1] == "sections" for place in TOKEN.finditer(text)):
        # A project's own template need not know of agents: what one demands then comes at the end.
        text += "\n{{sections}}\n"
    return fill(text, values)


def _reminder(principles: tuple[str, ...]) -> str:
    """What the constitution asks for anyway, as a comment: whoever writes the constraints has it before their eyes."""
    names = textwrap.fill("; ".join(map(comment_text, principles)), LINE_WIDTH, break_long_words=False)
    return f"<!-- The constitution's principles hold too:\n{names} -->" if principles else ""


def _further(draft: ContractDraft) -> tuple[tuple[str, str], ...]:
    """The (heading, text) pairs that an agent file asks for, its two lists among them."""
    checklist = "\n".join(f"- [ ] {paragraph(item)}" for item in draft.checklist)
    rows = [f"| {_cell(code)} | {_cell(meaning)} | |" for code, meaning in draft.errors]
    taxonomy = "\n".join([_ERRORS_HEAD, *rows] if rows else [])
    lists = ((CHECKLIST.heading, checklist), (ERROR_TAXONOMY.heading, taxonomy))
    return (*draft.sections, *((heading, text) for heading, text in lists if text))


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")


def _body(draft: ContractDraft) -> dict[str, Value]:
    """What comes under the headings of a contract, whether it is a file or a section."""
    lists = ("constraints", "invariants", "non_goals", "follow_ups")
    return {
        "success": paragraph(draft.success),
        "checks": tuple(map(check_text, draft.checks)),
        "discovery": tuple(map(check_text, draft.discovery)),
        **{name: tuple(map(paragraph, getattr(draft, name))) for name in lists},
    }


def _embedded(draft: ContractDraft) -> dict[str, Value]:
    """The same for a section of a PHR: what its kind asks for and nobody gave gets the contract template's words."""
    required = ["success", "checks"]
    if draft.kind in _LIMITED:
        required += _LIMITS
    words = {place[1]: place[2] for place in TOKEN.finditer(template(CONTRACT)) if place[2]}
    values = _body(draft) | {"scope": tuple(code(anchored(pattern)) for pattern in draft.scope)}
    return values | {"agent": draft.agent} | {name: words[name] for name in required if not values[name]}
