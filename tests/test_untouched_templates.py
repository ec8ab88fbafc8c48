"""A spec or plan that nobody filled in is one finding, and asks no questions; the gate lets nothing pass by it."""

import pytest

from sdd.records.kinds import plan, spec
from tests.adopted import Adopted, contract, phr, rules_of

SPEC = """# Feature Specification: [FEATURE NAME]

**Feature Branch**: `[###-feature-name]`
**Created**: [DATE]

## User Scenarios & Testing

### User Story 1 - [Brief Title] (Priority: P1)

[Describe this user journey in plain language]

1. **Given** [initial state], **When** [action], **Then** [expected outcome]

## Requirements

- **FR-001**: System MUST [specific capability, e.g., "allow users to create accounts"]
- **FR-002**: System MUST keep data for [NEEDS CLARIFICATION: how long?]

## Success Criteria

- **SC-001**: [Measurable metric, e.g., "in 2 minutes"]
"""
PLAN = """# Implementation Plan: [FEATURE]

**Branch**: `[###-feature-name]` | **Date**: [DATE]

## Summary

[Extract from feature spec: primary requirement]

## Technical Context

**Language/Version**: [e.g., Python 3.11 or NEEDS CLARIFICATION]
**Storage**: [if applicable, e.g., PostgreSQL]
**Target Platform**: [e.g., Linux server or NEEDS CLARIFICATION]

## Constitution Check

[Gates determined based on constitution file]
"""
PATHS: dict[str, str | bytes | None] = {"specs/002-rates/spec.md": SPEC, "specs/002-rates/plan.md": PLAN}


def test_a_template_asks_no_questions() -> None:
    read = spec.parse("specs/x/spec.md", SPEC.encode(), "")
    assert (read.is_template, read.open_questions, len(read.placeholders) > 5) == (True, (), True)
    planned = plan.parse("specs/x/plan.md", PLAN.encode(), "")
    assert (planned.is_template, planned.open_questions) == (True, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# Feature Specification: [FEATURE NAME]", "# Feature Specification: Rates"),
        ('[specific capability, e.g., "allow users to create accounts"]', "look up a rate"),
        ("[Brief Title]", "Look up a rate"),
    ],
)
def test_a_spec_in_which_something_is_written_asks_its_questions(old: str, new: str) -> None:
    read = spec.parse("specs/x/spec.md", SPEC.replace(old, new).encode(), "")
    assert (read.is_template, [item.text for item in read.open_questions]) == (False, ["how long?"])


def test_a_plan_in_which_something_is_decided_asks_its_questions() -> None:
    text = PLAN.replace("[if applicable, e.g., PostgreSQL]", "NEEDS CLARIFICATION")
    read = plan.parse("specs/x/plan.md", text.encode(), "")
    assert (read.is_template, [item.text for item in read.open_questions]) == (
        False,
        ["**Storage**: NEEDS CLARIFICATION"],
    )


def test_an_untouched_template_is_one_finding(adopted: Adopted) -> None:
    adopted.write(PATHS)
    document = adopted.sdd("check", "--json", "specs/002-rates").document
    told = [(found["rule"], found["message"]) for change in document["changes"] for found in change["findings"]]
    assert sorted(told) == [
        ("plan-unclear", "is the template, not filled in"),
        ("spec-placeholder", "is the template, not filled in"),
    ]


def test_code_is_refused_that_relies_on_a_template(adopted: Adopted) -> None:
    adopted.branch()
    agreed = "history/contracts/002-rates/0001-rates.contract.md"
    record = phr(["src/rates.py", *PATHS], feature="002-rates", contract=agreed)
    adopted.write(
        {
            **PATHS,
            "src/rates.py": "RATE = 1\n",
            agreed: contract(["/src/**"], kind="feature", feature="002-rates", requirements="[FR-002]"),
            "history/prompts/002-rates/0001-rates.green.prompt.md": record,
        }
    )
    document = adopted.gate()
    assert "spec-placeholder" in rules_of(document)
    told = [
        found for change in document["changes"] for found in change["findings"] if found["rule"] == "spec-placeholder"
    ]
    assert [found["message"] for found in told] == ["is the template, not filled in"]
