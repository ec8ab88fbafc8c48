"""No content makes a parser raise or hang, and every path is known for what it is."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.records.kinds import KINDS, file_entries, kind_of, locate, reading
from sdd.records.kinds.file_entries import path_of
from sdd.records.kinds.reading import tokens
from sdd.records.kinds.record import AnyKind
from tests.examples import examples
from tests.test_artifacts_features import AGENT, SPEC
from tests.test_artifacts_records import CONTRACT, PATH, PHR

POLICY = '[gate]\ntargets = ["main"]\n[gate.agents]\n"a/**" = { agent = "x" }\n[rules]\na = "off"\n'
GOOD = [
    PHR,
    CONTRACT,
    SPEC,
    AGENT,
    POLICY,
    "# T\n\n- [ ] T001 [P] a/b.py\n",
    "# [X Y] C\n\n## Core Principles\n\n### I. A\n",
]
NAMES = [kind.name for kind in KINDS]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good file with pieces of it taken out, doubled or overwritten."""
    content = draw(st.sampled_from(GOOD)).encode()
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 40))
        with_what = draw(
            st.binary(max_size=8)
            | st.sampled_from([b"\n---\n", b"```\n", b"<!--", b"-->", b"\n# ", b'"', b"[", b"{{X}}", b"**"])
        )
        content = content[:at] + with_what + content[at + length :]
    return content


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
@examples(60)
@given(content=st.binary(max_size=300) | mutated())
def test_no_content_raises(kind: AnyKind, content: bytes) -> None:
    read = kind.parse(PATH, content, "")
    assert all(problem.line >= 1 for problem in read.problems)
    assert repr(read).encode("utf-8")


TOKENS = [
    "[",
    "]",
    "{{",
    "}}",
    "A",
    "NAME HERE",
    "US1",
    "x",
    " ",
    "e.g., a",
    "$ARGUMENTS",
    "Entity",
    "###",
    "`",
    "_B",
    "(",
]


@examples(250)
@given(st.lists(st.sampled_from(TOKENS), max_size=8).map("".join))
def test_a_quick_look_at_a_line_overlooks_no_token(line: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        quick = tokens(line)
        monkeypatch.setattr(reading, "may_hold_tokens", lambda text: True)
        assert quick == tokens(line)


@examples(250)
@given(st.text("ab./-_ :`'([,é\u00a0", max_size=12))
def test_a_bare_path_is_what_the_long_way_makes_of_it(written: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        quick = path_of(written)
        monkeypatch.setattr(file_entries, "_BARE", re.compile("(?!)"))
        assert quick == path_of(written)


HOSTILE = {
    "spaces": " ",
    "backticks": "` `` ",
    "brackets": "[",
    "closing": "]",
    "parentheses": "(a",
    "stars": "**",
    "lead spaces": "**a" + " " * 5000 + "\n",
    "headings": "# output format\n",
    "deep headings": "###### a\n",
    "comments": "<!--\n",
    "tags": "<a\n",
    "fences": "```\n~~~\n",
    "items": "- [ ] a\n",
    "nested items": "- ",
    "quotes": "> ",
    "keys": "a: b\n",
    "braces": "{",
    "given": "- given when ",
    "ids": "- **FR-001**: (",
    "blank": "\n",
    "clarifications": "## Clarifications\n### S\n- Q: a → A: b\n",
    "tasks": "- [ ] [P]",
    "indented": "  # x\n",
    "setext": "a\n---\n",
    "dashes": "-",
    "quote marks": '"',
    "colons": "a: ",
    "numbers": "1. ",
    "templates": "{{A}} ",
    "marks": "- [ ] `a` ``b`` (c) [D E] **F**: g/h.py\n",
    "aliases": "*a ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_content_hangs(piece: str) -> None:
    """A reader that tries a text in ever more ways would not come back from these."""
    for before in ("---\nid: 1\n", "---\nid: 1\n---\n## Prompt\n\n"):
        content = (before + piece * max(3_000 // len(piece), 1)).encode()
        for kind in KINDS:
            assert kind.parse(PATH, content, "").path == PATH


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".specify/sdd.toml", "policy"),
        (".specify/memory/constitution.md", "constitution"),
        ("specs/001-x/spec.md", "spec"),
        (".specify/specs/001-x/spec.md", "spec"),
        ("specs/20260101-120000-x/plan.md", "plan"),
        ("specs/x/tasks.md", "tasks"),
        ("specs/x/checklists/a.md", "checklist"),
        ("history/contracts/x/0001-a.contract.md", "contract"),
        ("history/prompts/x/0001-a.green.prompt.md", "phr"),
        ("history/prompts/phase/x/1-a.md", "phr"),
        ("history/prompts/1-a.spec.prompt.md", "phr"),
        ("docs/prompts/1-a.prompt.md", "phr"),
        (".specify/history/prompts/x/1-a.prompt.md", "phr"),
        ("specs/x/prompts/1-a.prompt.md", "phr"),
        ("specs/x/history/prompts/g/1-a.prompt.md", "phr"),
        ("history/adr/0001-a.md", "adr"),
        ("docs/adr/ADR-001-a.md", "adr"),
        ("history/waivers/0001-a.md", "waiver"),
        (".claude/agents/a.md", "agent"),
        (".github/agents/a.agent.md", "agent"),
        ("CLAUDE.md", "agent"),
        (".github/prompts/a.prompt.md", None),
        (".specify/templates/phr-template.prompt.md", None),
        ("history/prompts/README.md", None),
        ("history/notes.md", None),
        ("history/adr/README.md", None),
        ("history/adr/template.md", None),
        ("docs/adr/notes.md", None),
        ("specs/x/contracts/api.md", "design"),
        ("specs/x/research.md", "design"),
        ("src/spec.md", None),
        ("README.md", None),
        ("src/main.py", None),
        (".specify/templates/history/prompts/x/1-a.md", None),
        ("docs/CLAUDE.md", None),
    ],
)
def test_a_path_has_the_kind_that_its_place_says(path: str, kind: str | None) -> None:
    found = kind_of(path)
    assert (found.name if found else None) == kind


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("history/prompts/x/1-a.md", ""),
        ("apps/web/history/prompts/x/1-a.md", "apps/web"),
        ("apps/web/.specify/sdd.toml", "apps/web"),
        ("specs/x/history/prompts/1-a.md", ""),
        ("a/specs/x/spec.md", "a"),
        ("a/b/AGENTS.md", "a/b"),
        ("a/.claude/agents/x.md", "a"),
        ("a/.specify/history/prompts/x/1-a.md", "a"),
        ("history/adr/prompts/x.md", None),
        ("a/.github/prompts/x.prompt.md", None),
    ],
)
def test_a_root_is_found_wherever_it_lies(path: str, root: str | None) -> None:
    found = locate(path)
    assert (found[0] if found else None) == root


def test_no_path_of_a_large_tree_of_code_is_a_record() -> None:
    source = random.Random(1)
    paths = [
        f"packages/p{source.randrange(99)}/src/m{number}/file{number}.{source.choice(['py', 'md', 'ts'])}"
        for number in range(100_000)
    ]
    assert not any(locate(path) for path in paths)
