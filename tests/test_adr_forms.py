"""ADRs, constitutions and agent files in the forms that people give them."""

import pytest

from sdd.records.kinds import adr, agent, constitution, locate
from sdd.records.kinds.agent import Agent
from tests.adopted import CONSTITUTION, Adopted, rules_of, sdd
from tests.good import TARGET
from tests.scratch import Scratch

PATH = "history/adr/0001-a.md"


def status(text: str) -> tuple[str | None, str | None]:
    record = adr.parse(PATH, f"# Use A\n\n{text}\n\n## Context\n\nStatus quo.\n".encode(), "")
    return record.status, record.status_written


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("## Status: Accepted", "Accepted"),
        ("### Status \u2013 Accepted (2026-01-05)", "Accepted"),
        ("## Status\n\n\u2705 accepted", "Accepted"),
        ("| Status | Accepted |\n|---|---|\n| Date | 2026-01-05 |", "Accepted"),
        ("| Field | Value |\n|---|---|\n| **Status** | Accepted |", "Accepted"),
        ("| Status | Date | Author |\n| :--- | --- | --- |\n| Accepted | 2026-01-05 | Ada |", "Accepted"),
        ("| Status | Date |\n|---|---|\n| Rejected | 2026-01-05 |", "Rejected"),
        ("**Status**: Draft", "Proposed"),
        ("**Status**: on hold until May", "Proposed"),
        ("**Status**: In review", "Proposed"),
        ("**Status**: Approved by all", "Accepted"),
        ("**Status**: Replaced by ADR-7", "Superseded"),
        ("- 상태: 승인됨", "Accepted"),
        ("**状态**：已取代", "Superseded"),
        ("**Statut**: Rejeté en mai", "Rejected"),
        ("**Статус**: Принято", "Accepted"),
        ("**Zustand**: Entwurf", "Proposed"),
        ("**상태**: 고민중", None),
        ("**Status**: On paper", None),
        ("## Status quo: bad", None),
        ("| Options | Status quo |\n|---|---|\n| A | Accepted |", None),
    ],
)
def test_a_status_is_read_wherever_it_is(text: str, means: str | None) -> None:
    assert status(text)[0] == means


def test_the_line_of_the_status_is_no_part_of_the_decision() -> None:
    """So that it may move on: the rest of a landed ADR stays."""
    bodies = {
        adr.parse(PATH, f"# A\n\n## Status: {word}\n\n## Context\n\nWhy.\n".encode(), "").body
        for word in ("Proposed", "Accepted")
    }
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("names", "twins"),
    [
        (("20260105-a.md", "20260105-b.md"), False),
        (("2026-01-05-a.md", "2026-01-05-b.md"), False),
        (("adr-20260105-a.md", "adr-20260105-b.md"), False),
        (("001-a.md", "0001-b.md"), False),
        (("0001-a.md", "0001-b.md"), True),
        (("2026-a.md", "2026-b.md"), True),
    ],
)
@pytest.mark.parametrize("folder", ["docs/adr", "history/adr"])
def test_a_date_is_no_number_and_another_width_is_another_series(
    scratch: Scratch, folder: str, names: tuple[str, str], twins: bool
) -> None:
    text = "# A\n\n**Status**: Accepted\n\n**Date**: 2026-01-05\n"
    scratch.commit("records", {f"{folder}/{name}": text for name in names})
    document = sdd(scratch.path, "check", "--json").document
    assert ("adr-duplicate-id" in rules_of(document, "warning")) == twins
    listed = sdd(scratch.path, "adr", "list", "--json").document["items"]
    assert all((item["id"] is None) == ("05-" in item["path"]) for item in listed)


def read(principles: str, version: str = "**Version**: 1.0.0") -> constitution.Constitution:
    text = f"# Constitution\n\n{principles}\n\n## Governance\n\nIt rules.\n\n{version}\n"
    return constitution.parse(CONSTITUTION, text.encode(), "")


@pytest.mark.parametrize(
    ("text", "principles"),
    [
        ("## Core Principles\n\n### I. Truth\n\nSay it.", [("I", "Truth")]),
        ("## Non-Negotiable Principles\n\n### Principle I: Truth\n\nSay it.", [("I", "Truth")]),
        ("## 8 CONSTITUTIONAL PRINCIPLES (Hard Constraints)\n\n### 1. Truth\n\nSay it.", [("1", "Truth")]),
        ("## Core Philosophy\n\n### 1. Specs first\n\nText.", [("1", "Specs first")]),
        ("## Principles\n\n1. Truth First - JWT\n2. **Ease**: less", [("1", "Truth First"), ("2", "Ease")]),
        ("## Non-negotiables\n\n- Tests first\n  - always", [(None, "Tests first")]),
        ("## 核心原則\n\n### 一、尊重\n\n話。", [("一", "尊重")]),
        ("## Principle 1 - Truth\n\nSay it.\n\n## Article II: Order\n\nKeep it.", [("1", "Truth"), ("II", "Order")]),
        ("## Core Principles\n\n### I. A\n\nx\n\n## More Principles\n\n### II. B\n\ny", [("I", "A"), ("II", "B")]),
        ("## Principles\n\nThey hold.", []),
    ],
)  # fmt: skip
def test_principles_are_read_in_the_shapes_that_people_give_them(
    text: str, principles: list[tuple[str | None, str]]
) -> None:
    assert [(principle.number, principle.name) for principle in read(text).principles] == principles


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("**Constitution Version**: 1.2.0 | **Ratified**: 2026-01-01", "1.2.0"),
        ("**版本**：1.1.0 | **批准日期**：2025-10-31", "1.1.0"),
        ("**Version:** 2.0", "2.0"),
    ],
)
def test_a_version_is_read_by_the_names_that_people_give_it(line: str, version: str) -> None:
    record = read("## Core Principles\n\n### I. Truth\n\nSay it.", line)
    assert record.version == version
    assert ("|" in line) == bool(record.ratified)


def test_a_version_of_two_numbers_warns_and_still_has_to_rise(adopted: Adopted) -> None:
    text = TARGET[CONSTITUTION].replace("**Version**: 1.0.0", "**Version**: 2.0")
    adopted.land_change({CONSTITUTION: text})
    adopted.branch()
    document = sdd(adopted.here.path, "check", "--json").document
    assert ("constitution-version" in rules_of(document, "warning"), rules_of(document)) == (True, set())
    adopted.write({CONSTITUTION: text.replace("## Governance", "### IX. Another\n\nIt MUST hold.\n\n## Governance")})
    assert "constitution-version" in rules_of(adopted.gate())


@pytest.mark.parametrize(
    "item", ["DiskFull: Say so", "DiskFull → Say so", "**DiskFull** -> Say so", "DiskFull => Say so"]
)
def test_an_error_code_is_told_from_its_meaning(item: str) -> None:
    record = agent.parse(".claude/agents/a.md", f"---\nname: a\n---\n\n## Error taxonomy\n\n- {item}\n".encode(), "")
    assert record.error_taxonomy == (("DiskFull", "Say so"),)


@pytest.mark.parametrize(
    "path", [".claude/agents/a.md", ".claude/sub_agents/b/a.md", ".claude/subagents/a.md", "plugins/tools/agents/a.md"]
)
def test_an_agent_file_is_one_wherever_tools_keep_them(path: str) -> None:
    place = locate(path)
    assert place and (place[0], place[1].record) == ("", Agent)
