"""The texts of a PHR and of an execution contract, made from plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sdd.artifacts.artifact import ChangeKind
from sdd.artifacts.contract import ContractStatus
from sdd.artifacts.file_entries import path_of
from sdd.artifacts.phr import Stage
from sdd.scaffold.templates import CONTRACT, PHR, TOKEN, Value, fill, template

FILL_IN = "[WHAT THE AGENT FILE ASKS FOR HERE]"
LINKS = ("spec", "contract", "ticket", "adr", "pr")

# A text with any of these could be read as the record's own Markdown, so it goes into a fence.
_NEEDS_FENCE = re.compile(r"\A\s|```|~~~|<!--|^[ \t]*(?:[#<>|]|\*\*|__|\{\{|[-=*_]+[ \t]*$)", re.MULTILINE)
_NOT_IN_TEXT = re.compile("[\x00\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_BLOCK_SIGN = re.compile(r"(?=[#>|<~=]|[-+*](?:\s|$)|---|\*\*\*|```|\[[ xX]\])")


@dataclass(frozen=True, kw_only=True)
class ContractDraft:
    """What a new contract says. What is required and empty becomes a placeholder, which is a finding until filled in.

    `scope` holds patterns below the root; a missing leading slash is put in. Each of `checks` is a command; one that
    holds backticks is prose around a command and stays as it is, as does each of `checklist`. `sections` are further
    (heading, text) pairs that an agent's output format asks for. `id` is not used where the contract is embedded.
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
    checklist: tuple[str, ...] = ()
    discovery: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    status: ContractStatus = ContractStatus.OPEN


@dataclass(frozen=True, kw_only=True)
class PhrDraft:
    """What a new PHR says. Everything empty is left out, but for a missing prompt and response: placeholders.

    `date` is YYYY-MM-DD, `links` maps names of LINKS to paths or addresses, `files` are paths below the root.
    `contract` is the embedded contract, whose kind is the PHR's `kind`.
    """

    id: str
    title: str
    stage: Stage
    date: str
    prompt: str = ""
    response: str = ""
    surface: str = "agent"
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
    impact: str = ""
    tests_summary: str = ""
    files_summary: str = ""
    next_prompts: tuple[str, ...] = ()
    reflection: str = ""
    contract: ContractDraft | None = None


def phr_text(draft: PhrDraft, written_by: str | None = None) -> str:
    """The file of a new PHR. `written_by` is the template to use instead of the packaged one."""
    values: dict[str, Value] = {
        **{name: getattr(draft, name) for name in PhrDraft.__dataclass_fields__ if name not in ("contract", "links")},
        "links": {name: draft.links[name] for name in LINKS if draft.links.get(name)},
        "files": tuple(map(file_entry, draft.files)),
        "prompt": verbatim(draft.prompt),
        "response": verbatim(draft.response),
        **{
            name: _one_line(getattr(draft, name)) for name in ("impact", "tests_summary", "files_summary", "reflection")
        },
        "next_prompts": tuple(map(_one_line, draft.next_prompts)),
    }
    if draft.contract:
        embedded = replace(draft.contract, kind=draft.kind or draft.contract.kind)
        values |= {f"contract.{name}": value for name, value in _embedded(embedded).items()}
    return fill(written_by or template(PHR), values)


def contract_text(draft: ContractDraft, written_by: str | None = None) -> str:
    """The file of a new contract. `written_by` is the template to use instead of the packaged one."""
    values: dict[str, Value] = {
        **{name: getattr(draft, name) for name in ("id", "title", "kind", "surface", "agent", "feature", "spec")},
        "requirements": draft.requirements,
        "tasks": draft.tasks,
        "status": draft.status,
        **_body(draft),
        "scope": tuple(map(anchored, draft.scope)),
        "sections": "\n\n".join(
            f"## {_one_line(heading)}\n\n{text.strip() or FILL_IN}" for heading, text in draft.sections
        ),
    }
    return fill(written_by or template(CONTRACT), values)


def _body(draft: ContractDraft) -> dict[str, Value]:
    """What stands under the headings of a contract, whether it is a file or a section."""
    lists = ("constraints", "invariants", "non_goals", "follow_ups")
    return {
        "success": _paragraph(draft.success),
        "checks": (*map(check_text, draft.checks), *map(_paragraph, draft.checklist)),
        "discovery": tuple(map(check_text, draft.discovery)),
        **{name: tuple(map(_paragraph, getattr(draft, name))) for name in lists},
    }


def _embedded(draft: ContractDraft) -> dict[str, Value]:
    """The same for a section of a PHR: whatever its kind asks for and is empty gets the contract template's words."""
    required = ["success", "checks"]
    if draft.kind in (ChangeKind.FEATURE, ChangeKind.CHORE):
        required += ["constraints", "non_goals"]
    words = {place[1]: place[2] for place in TOKEN.finditer(template(CONTRACT)) if place[2]}
    values = _body(draft) | {"scope": tuple(f"`{anchored(pattern)}`" for pattern in draft.scope)}
    return values | {"agent": draft.agent} | {name: words[name] for name in required if not values[name]}


def anchored(pattern: str) -> str:
    """A pattern of a contract's scope, anchored at the root by a leading slash."""
    return "/" + pattern.strip().removeprefix("./").lstrip("/")


def check_text(check: str) -> str:
    """An acceptance check as its list item says it: a command in backticks, prose that holds backticks as it is."""
    check = _one_line(check)
    return check if "`" in check else f"`{check}`"


def file_entry(path: str) -> str:
    """A path as an entry of `files`: in backticks where a part of it would be read as a remark."""
    return path if path_of(path) == path else f"`{path}`"


def verbatim(text: str) -> str:
    """`text` as Markdown that is read back as the same text, but for line ends, and empty lines at either end.

    Where it could be mistaken for the record's own headings, fences or comments, it stands in a fence that is
    longer than any within. NUL and halves of surrogate pairs, which no file can hold as text, become U+FFFD.
    """
    text = _NOT_IN_TEXT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _EMPTY_LINES.sub("", text).rstrip()
    if not _NEEDS_FENCE.search(text):
        return text
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _paragraph(text: str) -> str:
    """One sentence or a few as one line that Markdown takes for nothing but text."""
    line = _one_line(text)
    return _BLOCK_SIGN.sub("\\\\", line, count=1) if _BLOCK_SIGN.match(line) else line


def _one_line(text: str) -> str:
    return " ".join(_NOT_IN_TEXT.sub("\ufffd", text).split())
