"""Texts of records of every kind, sound and faulty ones, and the paths where they are what they are."""

from hypothesis import strategies as st

from tests.adopted import PROMISE, contract, phr
from tests.good import CHANGE, TARGET

AGENT = """\
---
name: builder
description: Builds: "things"
model: opus
tools: Read, Write
---

# Builder

## Output Format

```
## Plan
```
"""
WAIVER = """\
---
id: "0001"
title: Let old files be
rules: [change-no-phr]
paths: ["/src/old.py"]
approved_by: Ada
expires: 2026-05-01
---

## Reason

It is taken out next month.
"""
CHECKLIST = "# Requirements\n\n- [x] CHK001 All is said\n- [ ] CHK002 Nothing twice\n"
CLARIFIED = """\
# Feature Specification: Ölwechsel 自動

**Created**: 2026-02-01
**Input**: "Change the oil"

## Clarifications

### Session 2026-02-02

- Q: How often? → A: Yearly.

## User Scenarios & Testing

### User Story 1 - Change (Priority: P1)

1. **Given** a car, **When** a year is over, **Then** it is due.

### User Story 2 - Skip (Priority: P2)

## Requirements

- **FR-001**: System MUST count in 東京都 time (US1).
- **FR-002**: System MUST ask [NEEDS CLARIFICATION: whom?]
- **FR-001**: A number that is taken.

## Success Criteria

- **SC-001**: All is well.
"""
EMBEDDING = phr(
    ["src/vat.py", "./src/odd name.py (new)"],
    kind="fix",
    embedded=f"### Scope\n\n- `/src/**`\n\n{PROMISE}\n### Follow-ups\n\n- Ask.\n",
    labels="[a, b]",
    closes='["Round other currencies."]',
    user="ada",
    branch="fix/x",
)

TEXTS: dict[str, tuple[str, ...]] = {
    "phr": (*(text for path, text in {**TARGET, **CHANGE}.items() if "/prompts/" in path), EMBEDDING, phr(id="7")),
    "contract": (
        *(text for path, text in {**TARGET, **CHANGE}.items() if "/contracts/" in path),
        contract(["/lib/**"], agent="builder", requirements="[FR-001, FR-002]", feature="001-vat"),
    ),
    "spec": (TARGET["specs/001-vat/spec.md"], CLARIFIED),
    "plan": (TARGET["specs/001-vat/plan.md"],),
    "tasks": (TARGET["specs/001-vat/tasks.md"], "- [x] T001 [P] [US1] a/b.py FR-001 FR-002\n- [-] T002 no\n- [ ] x\n"),
    "checklist": (CHECKLIST,),
    "adr": (TARGET["history/adr/0001-use-decimals.md"], "---\nstatus: odd\ndate: 2026-13-01\n---\n# 7. X\n"),
    "constitution": (TARGET[".specify/memory/constitution.md"],),
    "waiver": (WAIVER,),
    "agent": (AGENT,),
    "policy": ("# The defaults hold.\n",),
}
"""Kind -> texts of such records."""

PATHS: dict[str, tuple[str, ...]] = {
    "phr": (
        "history/prompts/001-vat/0001-vat-rate.green.prompt.md",
        "history/prompts/general/0002-x.red.prompt.md",
        "specs/002-oil/prompts/7-y.md",
        "docs/prompts/odd \"name\"\t\n'x'.md",
    ),
    "contract": (
        "history/contracts/001-vat/0003-rounding.contract.md",
        "history/contracts/-n.contract.md",
        ".specify/history/contracts/general/0001-é.contract.md",
    ),
    "spec": ("specs/001-vat/spec.md", ".specify/specs/002-oil/spec.md"),
    "plan": ("specs/001-vat/plan.md",),
    "tasks": ("specs/001-vat/tasks.md", ".specify/specs/002-oil/tasks.md"),
    "checklist": ("specs/001-vat/checklists/a.md",),
    "adr": ("history/adr/0001-use-decimals.md", "docs/adr/002-b.md"),
    "constitution": (".specify/memory/constitution.md",),
    "waiver": ("history/waivers/0001-old.md",),
    "agent": (".claude/agents/builder.md", "AGENTS.md"),
    "policy": (".specify/sdd.toml",),
}
"""Kind -> paths, below a root, at which a file is such a record."""

_PIECES = [
    b"\n---\n", b"```\n", b"<!--", b"-->", b"\n# ", b'"', b"[", b"{{X}}", b"**", b"\0", b"\xff", b"\\0", b"\r\n",
    b"\xef\xbb\xbf", "東京".encode(), b'title: "\\ud800 \\0 \\x07"\n', b"\n- **FR-001**: twice\n", b"fooBarBaz",
]  # fmt: skip


@st.composite
def contents(draw: st.DrawFn, kind: str) -> bytes:
    """A file of one kind: sound, with other line ends, or with pieces taken out, doubled and put in."""
    content = draw(st.sampled_from(TEXTS[kind])).encode()
    how = draw(st.sampled_from(["sound", "sound", "crlf", "marked", "mutated", "mutated", "binary"]))
    if how == "crlf":
        return content.replace(b"\n", b"\r\n")
    if how == "marked":
        return b"\xef\xbb\xbf" + content
    if how == "binary":
        return draw(st.binary(max_size=30))
    for _ in range(draw(st.integers(1, 4)) if how == "mutated" else 0):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 30))
        content = content[:at] + draw(st.sampled_from(_PIECES)) + content[at + length :]
    return content


@st.composite
def records(draw: st.DrawFn) -> tuple[str, bytes]:
    """The path of a record, in one of two roots, and what it holds."""
    kind = draw(st.sampled_from(sorted(PATHS)))
    root = draw(st.sampled_from(["", "", "apps/shop/"]))
    return root + draw(st.sampled_from(PATHS[kind])), draw(contents(kind))
