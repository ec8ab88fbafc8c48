"""Which features there are: list, status and report agree, whatever a repository holds."""

import json

import pytest

from tests.adopted import CONSTITUTION, sdd
from tests.good import TARGET
from tests.scratch import Scratch

SPEC = "# Feature Specification: VAT\n\n## Requirements\n\n- **FR-001**: Prices MUST have VAT.\n"
CONTRACT = "---\nid: '0001'\ntitle: Sum\nstatus: open\nkind: fix\nfeature: 002-sums\n---\n"
PHR = "---\nid: '0001'\ntitle: Round\nstage: green\ndate: 2026-01-02\nfeature: vat\n---\n\n## Prompt\n\nRound it.\n"
TASKS = "# Tasks\n\n- [x] T001 Round\n- [ ] T002 Sum\n"
FILES = {
    "specs/001-vat/spec.md": SPEC,
    "specs/001-vat/tasks.md": TASKS,
    "specs/phase-02/001-refunds/plan.md": "# Plan\n",
    "specs/phase-02/002-sums/tasks.md": TASKS,
    "specs/003-checklists-only/checklists/ux.md": "# Checklist: UX\n\n- [ ] CHK001 Is it clear?\n",
    "specs/004-research-only/research.md": "# Research\n",
    "specs/api/rest.md": "# REST\n",
    "specs/001-vat/checklists/ux.md": "# Checklist: UX\n\n- [ ] CHK001 Is it clear?\n",
    "api/.specify/memory/constitution.md": "# C\n",
    "api/specs/001-vat/spec.md": SPEC.replace("MUST have VAT", "MUST be [NEEDS CLARIFICATION: net?]"),
    "history/contracts/phase-02/002-sums/0001-sum.contract.md": CONTRACT,
    "api/specs/001-vat/tasks.md": TASKS,
    "api/history/contracts/phase-02/002-sums/0001-api.contract.md": CONTRACT.replace("open", "done"),
    "history/prompts/001-vat/0001-round.green.prompt.md": PHR,
}  # fmt: skip


@pytest.fixture
def repository(scratch: Scratch) -> Scratch:
    scratch.commit("Records", {CONSTITUTION: TARGET[CONSTITUTION], **FILES})
    return scratch


def test_list_status_and_report_name_the_same_features(repository: Scratch) -> None:
    listed = sdd(repository.path, "feature", "list", "--json").document["items"]
    status = sdd(repository.path, "feature", "status", "--json").document["items"]
    reported = json.loads(sdd(repository.path, "report", "--format", "json").out)["features"]
    assert [feature["path"] for feature in listed] == [
        "api/specs/001-vat",
        "specs/001-vat",
        "specs/phase-02/001-refunds",
        "specs/phase-02/002-sums",
    ]
    keys = ("path", "root", "name", "status", "reason")
    said = [{key: feature[key] for key in keys} for feature in status]
    assert sorted(said, key=str) == sorted(({key: feature[key] for key in keys} for feature in reported), key=str)
    assert [feature["status"] for feature in listed] == [feature["status"] for feature in status]
    assert [feature["reason"] for feature in reported][-1].startswith("1 of 2 tasks ticked, 1 of 2 contracts done")


def test_a_line_of_the_report_names_the_root_of_its_feature_and_a_scope(repository: Scratch) -> None:
    told = json.loads(sdd(repository.path, "report", "--json").out)["gaps"]
    lines = {gap["path"]: gap["argv"] for gap in told if "contract" in gap["argv"] and "new" in gap["argv"]}
    assert {path: line[:5] for path, line in lines.items()} == {
        "api/specs/001-vat/spec.md": ["sdd", "-C", "api", "contract", "new"],
        "specs/001-vat/spec.md": ["sdd", "contract", "new", "TITLE", "--feature"],
    }
    assert all(line[line.index("--scope") + 1] == "PATTERN" for line in lines.values())
