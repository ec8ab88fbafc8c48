"""Specs, plans, tasks, checklists, constitutions, agents and policies: what a reader gets out of them."""

from pathlib import Path

import pytest

from sdd.gate.cover.spec_faults import faults_of
from sdd.records.kinds import agent, checklist, constitution, plan, policy, spec, tasks
from sdd.records.kinds.record import ChangeKind

SPEC = """# Feature Specification: Export

**Feature Branch**: `042-csv`
**Created**: 2026-01-01
**Status**: Draft

## User Scenarios & Testing *(mandatory)*

### User Story 1 - Save rows (Priority: P1)

1. **Given** rows, **When** exported, **Then** a file
2. a note

## Requirements *(mandatory)*

- **FR-001**: System MUST export
- **FR-012a**: System MUST [NEEDS CLARIFICATION: which encoding?]
- **FR-001**: twice

```text
- **FR-099**: code
```

## Success Criteria *(mandatory)*

- **SC-001**: 99 % of rows

## Clarifications

### Session 2026-01-02

- Q: Which one → A: UTF-8
"""


def test_a_spec_is_read_whole() -> None:
    found = spec.parse("specs/042-csv/spec.md", SPEC.encode(), "")
    assert (found.feature, found.feature_branch, found.status) == ("042-csv", "042-csv", "Draft")
    assert [requirement.id for requirement in found.requirements] == ["FR-001", "FR-012a", "FR-001"]
    assert [(criterion.id, criterion.text) for criterion in found.criteria] == [("SC-001", "99 % of rows")]
    assert [(story.number, story.title, story.priority, len(story.scenarios)) for story in found.stories] == [
        (1, "Save rows", "P1", 1)
    ]
    assert [(item.text, item.line) for item in found.open_questions] == [("which encoding?", 17)]
    assert [(one.session, one.question, one.answer) for one in found.clarifications] == [
        ("2026-01-02", "Which one", "UTF-8")
    ]
    assert [item.text for item in found.sections][:2] == ["User Scenarios & Testing", "Requirements"]
    assert not found.placeholders


@pytest.mark.parametrize(
    "text",
    [
        "[FEATURE NAME]",
        "[###-feature-name]",
        "[DATE]",
        "[Brief Title]",
        "[Describe this user journey in plain language]",
        "{{TITLE}}",
        "$ARGUMENTS",
        "[WHO DOES WHAT AND WHY]",
        "[Entity 1]",
        "[boundary condition]",
    ],
)
def test_template_text_is_found(text: str) -> None:
    found = spec.parse("specs/x/spec.md", f"# T\n\n- {text} more\n".encode(), "")
    assert [item.text for item in found.placeholders] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "[P]",
        "[US1]",
        "[x]",
        "[ ]",
        "[DATE](x)",
        "[RFC 2119][1]",
        "[NEEDS CLARIFICATION: x]",
        "`[FEATURE NAME]`",
        "[see below]",
        "[1]",
        "[API DOCS]: https://x",
        *("[IN PROGRESS]", "[NOT STARTED]", "[ON HOLD]", "[TO DO]", "[OUT OF SCOPE]", "[BREAKING CHANGE]"),
        *("[MUST HAVE]", "[NICE TO HAVE]", "[READ ONLY]", "[READ-ONLY]", "[OPT-IN]", "[OPT-OUT]"),
        "array[INDEX]",
        "``a ` [FEATURE NAME]``",
    ],
)
def test_prose_is_no_template_text(text: str) -> None:
    assert not spec.parse("specs/x/spec.md", f"# T\n\nSome {text} more\n".encode(), "").placeholders


def test_an_id_needs_no_dash_however_its_list_is_marked() -> None:
    lines = "- FR001: a\n* FR002: b\n1. FR003: c\n\nFR004: d\n\n#### NFR005: e\n\n* SC001: f\n"
    found = spec.parse("specs/x/spec.md", f"# T\n\n{lines}".encode(), "")
    assert [item.id for item in found.requirements] == ["FR001", "FR002", "FR003", "FR004", "NFR005"]
    assert [item.id for item in found.criteria] == ["SC001"]


def test_a_lone_backtick_opens_no_code() -> None:
    found = spec.parse("specs/x/spec.md", b"# T\n\nA ` and [FEATURE NAME]\n", "")
    assert [item.text for item in found.placeholders] == ["[FEATURE NAME]"]


def test_scenarios_are_list_items_or_else_lines() -> None:
    items = "1. Given rows, then a file\n2. Given nothing\n3. When asked, given rows\n4. Given rows, when asked\n"
    found = spec.parse("specs/x/spec.md", f"# T\n\n### User Story 1 - Save\n\n{items}".encode(), "")
    assert [item.line for item in found.stories[0].scenarios] == [5, 8]
    lines = "**Given** rows, **When** exported, **Then** a file\n\nA note.\n\nGiven none, then nothing.\n"
    found = spec.parse("specs/x/spec.md", f"# T\n\n### User Story 1 - Save\n\n{lines}".encode(), "")
    assert [(item.text[:9], item.line) for item in found.stories[0].scenarios] == [("**Given**", 5), ("Given non", 9)]


def test_a_question_without_an_answer_clarifies_nothing() -> None:
    asked = "- Q: Which encoding?\n- Q: Which rows? \u2192 A: All.\n- A: Nobody asked.\n"
    text = f"# T\n\n## Clarifications\n\n### Session 2026-01-02\n\n{asked}"
    found = spec.parse("specs/x/spec.md", text.encode(), "").clarifications
    assert [(item.question, item.answer) for item in found] == [("Which rows?", "All.")]


def test_a_remark_about_open_questions_is_none() -> None:
    text = "# T\n\n- No [NEEDS CLARIFICATION] markers remain\n- `[NEEDS CLARIFICATION: x]`\n"
    text += "- All are testable (zero [NEEDS CLARIFICATION]); 0 **[NEEDS CLARIFICATION]**\n"
    assert not spec.parse("specs/x/spec.md", text.encode(), "").open_questions


def test_tasks_are_read_with_their_marks() -> None:
    text = (
        "# Tasks: x\n\n## Phase 1: Setup\n\n"
        "- [ ] T001 [P] [US1] Write src/app/(auth)/page.tsx (FR-001), see `tests/test_a.py`.\n"
        "- [X] **T002** Use Node.js and/or Bun via https://x.y/z.md\n"
        "- [~] T003 later\n- [ ] a note\n```\n- [ ] T099 code\n```\n"
        "## Notes\n\n- [x] T004 Add GET /api/items endpoint in src/models/\n"
    )
    found = tasks.parse("specs/042-csv/tasks.md", text.encode(), "")
    assert [(task.id, task.done, task.skipped, task.parallel, task.story, task.phase) for task in found.tasks] == [
        ("T001", False, False, True, "US1", "Phase 1: Setup"),
        ("T002", True, False, False, None, "Phase 1: Setup"),
        ("T003", False, True, False, None, "Phase 1: Setup"),
        ("T004", True, False, False, None, None),
    ]
    assert found.tasks[0].paths == ("src/app/(auth)/page.tsx", "tests/test_a.py")
    assert found.tasks[0].requirements == ("FR-001",)
    assert found.tasks[1].paths == ()
    assert found.tasks[3].paths == ("src/models/",)


def test_the_name_of_a_technology_is_no_file() -> None:
    names = "Next.js, Node.js, Vue.js, React.js, Three.js, D3.js, Express.js, Nuxt.js, Chart.js, Nest.js or Socket.io"
    (task,) = tasks.parse("specs/042-csv/tasks.md", f"- [ ] T001 Use {names} in main.js\n".encode(), "").tasks
    assert task.paths == ("main.js",)


def test_brackets_around_a_path_are_no_part_of_it_and_those_of_a_call_make_none() -> None:
    text = "- [ ] T001 Call render(src/a.py), then (as [src/b.py] says) {src/(auth)/c.py}.\n"
    (task,) = tasks.parse("specs/042-csv/tasks.md", text.encode(), "").tasks
    assert task.paths == ("src/b.py", "src/(auth)/c.py")


def test_plan_checklist_and_constitution() -> None:
    head = "# Plan\n\n**Branch**: `x` | **Date**: 2026-01-01 | **Spec**: [s](s.md)\n\n"
    text = head + "## Technical Context\n\n**Storage**: NEEDS CLARIFICATION\n"
    read = plan.parse("specs/x/plan.md", text.encode(), "")
    assert (read.branch, read.spec_link) == ("x", "[s](s.md)")
    assert [item.line for item in read.open_questions] == [7]
    items = checklist.parse("specs/x/checklists/a.md", b"# C\n\n- [x] CHK001 Is it clear?\n- [ ] other\n", "").items
    assert [(item.id, item.text, item.done) for item in items] == [
        ("CHK001", "Is it clear?", True),
        (None, "other", False),
    ]
    head = "<!--\nSync Impact Report\n-->\n# C\n\n## Core Principles\n\n"
    text = head + "### I. Test First\n\nMUST.\n\n**Version**: 1.0.0 | **Ratified**: 2026-01-01\n"
    law = constitution.parse(".specify/memory/constitution.md", text.encode(), "")
    assert (law.version, law.ratified, law.last_amended, law.impact) == (
        "1.0.0",
        "2026-01-01",
        None,
        "Sync Impact Report",
    )
    assert [(one.number, one.name, one.line) for one in law.principles] == [("I", "Test First", 8)]
    assert constitution.parse("x", b"# [PROJECT_NAME] Constitution\n", "").placeholders[0].text == "[PROJECT_NAME]"


AGENT = """---
name: backend-engineer
description: Use it: often "quoted" and
model: sonnet
tools: Read, Write
---

### 2. Execution Contract (REQUIRED)
1. **Confirm**: the surface
2. **Constraints**: list them
   - inner

### 6. Output Format

```markdown
## Implementation: [Feature Name]

**Success Criteria**: [One sentence]

### Database Models
```

## Error Handling Taxonomy

- **400 Bad Request**: Invalid input

## Quality Checklist

- [ ] All inputs validated
"""


@pytest.mark.parametrize(
    ("criteria", "line"), [("## Success Criteria\n\n- **SC-001**: ok.\n", 7), ("## Success Criteria\n", 5), ("", 1)]
)
def test_a_spec_that_says_nothing_is_told_where_to_say_it(criteria: str, line: int) -> None:
    path = "specs/001-net/spec.md"
    found = spec.parse(path, f"# Net\n## Requirements\n\n- **FR-001**: It MUST net.\n{criteria}".encode(), "")
    (fault,) = faults_of(found, "001-net", None)
    assert fault.message == f"{path}:{line} says nothing under Success Criteria: write what must be true there"


def test_an_agent_says_what_a_contract_is_held_to() -> None:
    found = agent.parse(".claude/agents/backend-engineer.md", AGENT.encode(), "")
    assert (found.name, found.strict, found.tools, found.problems) == ("backend-engineer", False, ("Read", "Write"), ())
    assert [(item.text, item.line) for item in found.output_format] == [
        ("Success Criteria", 18),
        ("Database Models", 20),
    ]
    assert [item.text for item in found.checklist] == ["All inputs validated"]
    assert found.error_taxonomy == (("400 Bad Request", "Invalid input"),)
    assert len(found.duties) == 2


def test_sections_are_demanded_in_the_order_of_the_agent_file() -> None:
    text = """## Response format

Be brief.

## Output format

- **Zones**: which are touched
- Include "Risks" and "Areas"
- **Costs**
"""
    found = agent.parse(".claude/agents/planner.agent.md", text.encode(), "")
    assert [item.text for item in found.output_format] == ["Zones", "Risks", "Areas", "Costs"]


def test_lines_that_read_like_headings_stand_in_for_them() -> None:
    text = "Output format\n\n- **Zones**: where\n- **Risks**: which\n\nQuality checklist\n\n- [ ] Inputs validated\n"
    found = agent.parse(".claude/agents/planner.md", text.encode(), "")
    assert [item.text for item in found.output_format] == ["Zones", "Risks"]
    assert [item.text for item in found.checklist] == ["Inputs validated"]


def test_duties_are_those_below_the_heading_wherever_else_it_is_named() -> None:
    steps = "## Execution Contract\n\n1. Ask.\n2. Build.\n\nOr:\n\n1. Wait.\n"
    text = f"Follow the execution contract.\n\n1. Be brief.\n\n{steps}"
    found = agent.parse(".claude/agents/planner.md", text.encode(), "")
    assert [item.text for item in found.duties] == ["Ask.", "Build."]


@pytest.mark.parametrize(("front", "name"), [("", "planner"), ("---\nname: lead\n---\n\n", "lead")])
def test_an_agent_is_known_by_its_name_else_by_its_files(front: str, name: str) -> None:
    assert agent.parse(".github/agents/planner.agent.md", f"{front}Plan.\n".encode(), "").known_as == name


def test_the_full_agent_of_the_corpus_is_read_entirely() -> None:
    path = Path(__file__).parents[2] / "shared" / "corpus" / "agents" / "backend-engineer.md"
    if not path.exists():
        pytest.skip(f"the corpus is not at {path}")
    found = agent.parse(".claude/agents/backend-engineer.md", path.read_bytes(), "")
    assert [item.text for item in found.output_format] == [
        "Success Criteria",
        "Constraints",
        "Database Models",
        "API Endpoints",
        "Business Logic",
        "Validation",
        "Tests",
        "Security Considerations",
        "Performance Notes",
        "Follow-ups",
    ]
    assert (len(found.checklist), len(found.error_taxonomy), len(found.duties)) == (12, 9, 5)


def test_a_policy_is_read_whole() -> None:
    text = """[gate]
warn_until = 2027-01-31
targets = ["main"]
waivers = "landed"
[gate.require]
fix = ["phr"]
[gate.agents]
"api/**" = "backend-engineer"
"web/**" = { agent = "web", kinds = ["feature", "fix"] }
[gate.limits]
lines = 10
[rules]
phr-vague-files = "off"
"""
    found = policy.parse(".specify/sdd.toml", text.encode(), "")
    assert (found.problems, found.warn_until, found.targets, found.waivers, found.line_limit) == (
        (),
        "2027-01-31",
        ("main",),
        "landed",
        10,
    )
    assert found.require[ChangeKind.FIX] == ("phr",)
    assert found.require[ChangeKind.CHORE] == ("phr",)
    assert [(binding.pattern, binding.agent, len(binding.kinds)) for binding in found.agents] == [
        ("api/**", "backend-engineer", 1),
        ("web/**", "web", 2),
    ]
    assert found.rules == {"phr-vague-files": "off"}
    assert found.at("gate.limits.lines") == 11
    assert not policy.parse(".specify/sdd.toml", b"", "").problems


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[gate]\n\nfoo = 1\n", 3),
        ("[gate]\nwarn_until = 5\n", 2),
        ('[gate]\nwarn_until = "2027-02-30"\n', 2),
        ('[gate]\ntargets = "main"\n', 2),
        ("[gate]\nappend_only = 1\n", 2),
        ('[gate]\nwaivers = "x"\n', 2),
        ("[gate.require]\nfeat = []\n", 2),
        ('[gate.require]\nfix = ["x"]\n', 2),
        ('[gate.agents]\n"a/**" = 1\n', 2),
        ('[gate.agents]\n"a/**" = {agent="x", kinds=["y"]}\n', 2),
        ('[gate.agents]\n"a/**" = {agent="x", kind=1}\n', 2),
        ('[gate.agents]\n"a/**" = {kinds=["fix"]}\n', 2),
        ('[gate.limits]\nlines = "1"\n', 2),
        ("[gate.limits]\nlines = true\n", 2),
        ('[rules]\na = "fatal"\n', 2),
        ("x = \n", 1),
        ("\n[gates]\n", 2),
        ("gate = 1\n", 1),
        ("[gate]\na = 1\na = 2\n", 3),
        ("a = " + "[" * 5000, 1),
        ('[gate]\nexempt = ["""\nwaivers = 1\n"""]\nwaivers = "x"\n', 5),
    ],
)
def test_what_a_policy_does_not_mean_is_a_problem_with_its_line(text: str, line: int) -> None:
    problems = policy.parse(".specify/sdd.toml", text.encode(), "").problems
    assert problems
    assert problems[0].line == line, problems
    assert "(at line" not in problems[0].message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("append_only = 1", "gate.append_only: must be true or false"),
        ("agents = 1", "gate.agents: must be a table"),
        ('waivers = "x"', 'gate.waivers: must be "same-change" or "landed"'),
        ('targets = ["main", " "]', "gate.targets: must be a list of texts"),
        ("since = 2027-01-31T08:00:00", "gate.since: must be a day such as 2027-01-31"),
    ],
)
def test_a_problem_of_a_policy_says_what_may_stand_there(text: str, message: str) -> None:
    problems = policy.parse(".specify/sdd.toml", f"[gate]\n{text}\n".encode(), "").problems
    assert problems == ((2, message),)
