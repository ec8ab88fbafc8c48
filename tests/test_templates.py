"""The packaged templates: in the formats that the readers know, and never a finished record as they are."""

import re
import tomllib
from pathlib import Path

import pytest

from sdd.authoring.templates import Value, fill, project_template
from sdd.base.errors import SddError
from sdd.records.agent_programs import AGENT_PROGRAMS, AGENTS, COMMANDS, INTRODUCTION
from sdd.records.hook_files import HOOK_FILES
from sdd.records.kinds import adr, checklist, constitution, plan, policy, spec, tasks, waiver
from sdd.records.kinds.reading import tokens
from sdd.records.kinds.spec import Spec
from sdd.records.packaged import (
    ADR,
    ATTRIBUTES,
    CHECKLIST,
    CI_PLACES,
    CONSTITUTION,
    CONTRACT,
    IGNORED,
    NAMES,
    PHR,
    PLAN,
    POLICY,
    RELEASED,
    SCRIPTS,
    SPEC,
    TASKS,
    WAIVER,
    template,
    template_folder,
)
from tests.ci_lock import LOCK

VALUES = {
    "title": "Export as CSV",
    "feature": "042-csv",
    "date": "2026-03-01",
    "branch": "042-csv",
    "input": "Let people export",
    "id": "0007",
    "project": "Till",
}


def filled(name: str) -> bytes:
    return fill(template(name), VALUES).encode()


def read_spec() -> Spec:
    return spec.parse("specs/042-csv/spec.md", filled(SPEC), "")


def test_the_folder_holds_each_of_them_and_nothing_else() -> None:
    ci = sorted({LOCK.name, *(name.removeprefix("ci/") for name in CI_PLACES.values())})
    servers = {program.servers[1].removeprefix("mcp/") for program in AGENT_PROGRAMS.values() if program.servers}
    plugins = {file.template.removeprefix("capture/") for file in HOOK_FILES.values() if file.template}
    folders = {
        "agents": AGENTS, "capture": plugins, "ci": ci, "commands": COMMANDS, "mcp": servers, "scripts": SCRIPTS,
    }  # fmt: skip
    single = (*NAMES, POLICY, ATTRIBUTES, IGNORED, INTRODUCTION, RELEASED)
    assert sorted(file.name for file in template_folder().iterdir()) == sorted((*single, *folders))
    for name, files in folders.items():
        assert sorted(file.name for file in (template_folder() / name).iterdir()) == sorted(files)


@pytest.mark.parametrize("name", NAMES)
def test_untouched_each_of_them_is_still_template_text(name: str) -> None:
    text = fill(template(name), VALUES)
    assert "{{" not in text
    assert [token for line in re.sub(r"(?s)<!--.*?-->", "", text).splitlines() for token in tokens(line)]


@pytest.mark.parametrize("name", NAMES)
def test_every_bracket_is_one_that_the_readers_know(name: str) -> None:
    text = re.sub(r"(?s)<!--.*?-->", "", fill(template(name), VALUES))
    markers = r"\[(?:P|US1|x| )\]|\]\("
    for line in text.splitlines():
        brackets = re.findall(r"\[[^\]]*\]", re.sub(r"\[[^\]]*\]\([^)]*\)|" + markers, "", line))
        wanted = [bracket for bracket in brackets if not bracket.startswith('["')]
        assert [token for token in tokens(line) if token in wanted] == wanted, line


def test_the_spec_is_short_and_holds_its_parts() -> None:
    found = read_spec()
    assert len(template(SPEC).splitlines()) < 45
    assert (found.problems, found.title) == ((), "Feature Specification: Export as CSV")
    assert (found.feature_branch, found.created, found.status) == ("042-csv", "2026-03-01", "Draft")
    assert found.input == "Let people export"
    assert [(story.number, story.priority, len(story.scenarios)) for story in found.stories] == [(1, "P1", 1)]
    assert [item.id for item in (*found.requirements, *found.criteria)] == ["FR-001", "SC-001"]
    assert [item.text for item in found.sections] == [
        "User Scenarios & Testing",
        "Requirements",
        "Success Criteria",
        "Assumptions",
    ]
    assert len(found.placeholders) >= 8


def test_the_plan_holds_its_parts() -> None:
    found = plan.parse("specs/042-csv/plan.md", filled(PLAN), "")
    assert (found.problems, found.title, found.branch) == ((), "Implementation Plan: Export as CSV", "042-csv")
    sections = ["Summary", "Technical Context", "Constitution Check", "Project Structure", "Complexity Tracking"]
    assert [item.text for item in found.sections] == sections
    assert len(found.placeholders) >= 8


def test_the_task_list_holds_its_parts() -> None:
    found = tasks.parse("specs/042-csv/tasks.md", filled(TASKS), "")
    assert found.problems == ()
    assert [task.id for task in found.tasks] == ["T001", "T002", "T003", "T004"]
    assert [(task.parallel, task.story) for task in found.tasks][1] == (True, "US1")
    assert found.tasks[2].requirements == ("FR-001",)
    assert len(found.phases) == 3
    assert found.placeholders


def test_the_checklist_holds_its_parts() -> None:
    found = checklist.parse("specs/042-csv/checklists/general.md", filled(CHECKLIST), "")
    assert [item.id for item in found.items] == ["CHK001", "CHK002", "CHK003"]
    assert not any(item.done for item in found.items)


def test_the_constitution_holds_its_parts() -> None:
    found = constitution.parse(".specify/memory/constitution.md", filled(CONSTITUTION), "")
    assert (found.problems, found.title) == ((), "Till Constitution")
    assert (found.version, found.ratified, found.last_amended) == ("0.1.0", "2026-03-01", "2026-03-01")
    assert [principle.number for principle in found.principles] == ["I", "II", "III"]
    assert len(found.placeholders) == 7


def test_the_decision_record_holds_its_parts() -> None:
    found = adr.parse("history/adr/0007-x.md", filled(ADR), "")
    assert (found.problems, found.id, found.status) == ((), "0007", adr.AdrStatus.PROPOSED)
    assert found.date == "2026-03-01"


def test_the_waiver_holds_its_parts() -> None:
    values: dict[str, Value] = {
        "id": "0001",
        "title": "Old PHRs",
        "rules": ("phr-trivial",),
        "paths": ("/legacy/**",),
        "reason": "They are: old",
        "approved_by": "Ada",
        "expires": "2026-04-01",
    }
    found = waiver.parse("history/waivers/0001-old-phrs.md", fill(template(WAIVER), values).encode(), "")
    assert (found.problems, found.id, found.reason) == ((), "0001", "They are: old")
    assert [item.text for item in (*found.rules, *found.paths)] == ["phr-trivial", "/legacy/**"]
    assert (found.approved_by, found.expires) == ("Ada", "2026-04-01")


def test_the_policy_says_the_defaults_and_means_them() -> None:
    text = template(POLICY)
    for read in (text, re.sub(r"(?m)^#(?=[a-z_]+ = |  \"|\])(?!warn_until|since|sdd|engine)", "", text)):
        found = policy.parse(".specify/sdd.toml", read.encode(), "")
        assert found.problems == ()
        meant = policy.Policy(path="")
        assert sorted(found.exempt) == sorted(meant.exempt)
        for name in {*policy.Policy.__annotations__} - {"exempt"}:
            assert getattr(found, name) == getattr(meant, name), name


def test_the_policy_names_every_key() -> None:
    everything = tomllib.loads(re.sub(r"(?m)^#(?=[a-z_]+ = |  \"|\])", "", template(POLICY)))
    assert set(everything["gate"]) == {
        "sdd",
        "warn_until",
        "since",
        "targets",
        "draft",
        "exempt_also",
        "server",
        "exempt",
        "append_only",
        "waivers",
        "require",
        "agents",
        "actors",
        "limits",
    }
    assert set(everything["gate"]["limits"]) == {"lines", "files", "chore_lines", "seconds"}
    assert set(everything["gate"]["require"]) == {"feature", "fix", "refactor", "revert", "chore"}


def test_a_value_is_never_looked_into_for_places() -> None:
    assert (
        fill("# {{title}}\n\n{{input}}\n", {"title": "a {{input}}", "input": "b {{title}}"})
        == "# a {{input}}\n\nb {{title}}\n"
    )


def test_lines_and_headings_without_a_value_go() -> None:
    head = "---\nid: {{id}}\nuser: {{user}}\n---\n\n# {{title}}\n\n## A\n\n- {{a}}\n\n"
    body = "## B\n\n### C\n\n{{c}}\n\n### D\n\n- {{d}}\n\n## E\n\nstays\n"
    filled = fill(head + body, {"id": "1", "title": "t", "d": ("x", "y")})
    assert filled == '---\nid: "1"\n---\n\n# t\n\n## B\n\n### D\n\n- x\n- y\n\n## E\n\nstays\n'


def test_a_project_has_its_own_templates(tmp_path: Path) -> None:
    folder = tmp_path / ".specify" / "templates"
    folder.mkdir(parents=True)
    assert project_template(SPEC, tmp_path) == template(SPEC) == project_template(SPEC, None)
    (folder / SPEC).write_text("# Ours: {{title}}\n")
    assert fill(project_template(SPEC, tmp_path), VALUES) == "# Ours: Export as CSV\n"
    (folder / PHR).write_text("---\nid: {{ID}}\n---\n")
    assert project_template(PHR, tmp_path) == template(PHR), "another tool's template has no place for what sdd writes"
    (folder / CONTRACT).write_text(template(CONTRACT) + "\n## Rollout\n\n[HOW IT GETS OUT]\n")
    assert "Rollout" in project_template(CONTRACT, tmp_path)


def test_a_template_of_spec_kit_is_filled_too(tmp_path: Path) -> None:
    folder = tmp_path / ".specify" / "templates"
    folder.mkdir(parents=True)
    (folder / SPEC).write_text(
        "# Feature Specification: [FEATURE NAME]\n\n`[###-feature-name]` [DATE]\n\n"
        'Input: "$ARGUMENTS"\n\n[OTHER TOKEN]\n'
    )
    text = fill(project_template(SPEC, tmp_path), {**VALUES, "title": "a [DATE]", "input": "$ARGUMENTS"})
    assert text == "# Feature Specification: a [DATE]\n\n`042-csv` 2026-03-01\n\nInput: $ARGUMENTS\n\n[OTHER TOKEN]\n"
    assert "Input" not in fill(project_template(SPEC, tmp_path), {"title": "a"})


def test_a_template_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = tmp_path / ".specify" / "templates"
    folder.mkdir(parents=True)
    (folder / SPEC).write_bytes(b"\xff\xfe")
    with pytest.raises(SddError, match="cannot be read"):
        project_template(SPEC, tmp_path)
