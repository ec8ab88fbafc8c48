"""One fault is one finding, and its advice, followed, makes it go away and makes no other."""

from collections import Counter
from pathlib import Path

import pytest

from sdd.records.packaged import PHR, template
from tests.adopted import PROMISE, Adopted, phr
from tests.program import sdd

RECORD = "history/prompts/001-vat/0007-move.green.prompt.md"
STRAY = "history/prompts/general/0007-move.green.prompt.md"
FIX = ("--kind", "fix", "--success", "It has moved.", "--check", "true")
PLAN = "specs/001-vat/plan.md"
TEMPLATE = """\
# Implementation Plan: [FEATURE]

## Technical Context

**Language/Version**: [e.g., Python 3.11, Swift 5.9, Rust 1.75 or NEEDS CLARIFICATION]
**Storage**: [if applicable, e.g., PostgreSQL, CoreData, files or N/A]
**Testing**: [e.g., pytest, XCTest, cargo test or NEEDS CLARIFICATION]
**Target Platform**: NEEDS CLARIFICATION

## Constitution Check

[Gates determined based on constitution file] and {{MORE}}, {{STILL_MORE}}
"""


def findings(folder: Path) -> list[dict[str, str]]:
    """What is found beside the contract that is open in every adopted repository."""
    changes = sdd(folder, "check", "--json").document["changes"]
    return [finding for change in changes for finding in change["findings"] if finding["rule"] != "contract-aged"]


def rules(folder: Path) -> Counter[str]:
    return Counter(finding["rule"] for finding in findings(folder))


def test_a_template_that_nobody_filled_in_is_one_finding(adopted: Adopted) -> None:
    adopted.land_change({PLAN: TEMPLATE})
    assert [finding["message"] for finding in findings(adopted.here.path)] == [
        "still contains the template's [FEATURE] and 6 more: nobody has filled it in",
        "open question: **Target Platform**: NEEDS CLARIFICATION",
    ]


def test_a_few_tokens_are_told_one_by_one(adopted: Adopted) -> None:
    adopted.land_change({PLAN: "# Implementation Plan: [FEATURE]\n\n## Constitution Check\n\nAll of {{IT}}.\n"})
    assert rules(adopted.here.path) == {"plan-unclear": 2}


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        # An unknown feature is not also a wrong folder.
        (STRAY, phr(["src/vat.py"], id="0007", feature="004-none", prompt="Move it."), "phr-unknown-feature"),
        # A file without front matter is not also wrongly named.
        ("history/prompts/001-vat/PHR-note.md", "# A note\n\nIt broke.\n", "phr-unreadable"),
        # A path that is named twice is missing once.
        (
            RECORD,
            phr(["specs/001-vta/spec.md"], id="0007", feature="001-vat", prompt="Move it.").replace(
                "files:", "links:\n  spec: specs/001-vta/spec.md\nfiles:"
            ),
            "phr-broken-link",
        ),
        # What a template asks for is not also empty.
        (RECORD, phr(id="0007", feature="001-vat", prompt="{{PROMPT_TEXT}}"), "phr-placeholder"),
        # An agent that the template asks for is not also an unknown one.
        (
            RECORD,
            phr(
                ["src/vat.py"],
                id="0007",
                feature="001-vat",
                kind="fix",
                prompt="Move it.",
                embedded=f"**Agent**: {{{{contract.agent}}}}\n\n{PROMISE}",
            ),
            "phr-placeholder",
        ),
        # A PHR that is its template still is that once, with the contract in it.
        (RECORD, template(PHR), "phr-placeholder"),
    ],
)
def test_one_fault_is_one_finding(adopted: Adopted, path: str, text: str, rule: str) -> None:
    adopted.land_change({path: text})
    assert rules(adopted.here.path) == {rule: 1}


WRONG_STAGE = phr(["src/vat.py"], id="0007", feature="001-vat", prompt="Move it.", stage="constitution")
FAULTS = {
    "the feature's folder": (STRAY, phr(["src/vat.py"], id="0007", feature="001-vat", prompt="Move it.")),
    "the stage's folder": (RECORD.replace("green", "constitution"), WRONG_STAGE),
    "a folder that is not there": (
        RECORD.replace("green", "general"),
        phr(["src/vat.py"], id="0007", prompt="Move it.", stage="general"),
    ),
    "no feature": (RECORD, phr(["src/vat.py"], id="0007", prompt="Move it.")),
    "an unknown feature": (RECORD, phr(["src/vat.py"], id="0007", feature="vat-rates", prompt="Move it.")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_advice_that_is_followed_helps(adopted: Adopted, fault: str) -> None:
    path, text = FAULTS[fault]
    adopted.land_change({path: text})
    (found,) = findings(adopted.here.path)
    if "git mv " in found["fix"]:
        adopted.here.run("sh", "-c", found["fix"])
    else:
        feature = found["fix"].removeprefix("write ")
        lines = [line for line in text.splitlines() if not line.startswith("feature: ")]
        adopted.here.write(path, "\n".join([lines[0], feature, *lines[1:], ""]))
    assert findings(adopted.here.path) == []


def test_a_begun_phr_is_to_be_filled_in_and_no_second_one_is_offered(adopted: Adopted) -> None:
    adopted.branch("fix/move")
    adopted.write({"src/vat.py": "MOVED = True\n", RECORD: template(PHR)})
    kinds = "fix, refactor or feature"
    step = f"fill in {RECORD}, with files: src/vat.py and kind: {kinds}; commit it, and run sdd status"
    for document in (adopted.gate(), adopted.done("status", "--json").document):
        (way,) = document["next"]
        assert [each["by_hand"] for each in way["steps"]] == [step]
    assert f"something else comes first: {step}" in adopted.sdd("cover", "Move it", *FIX, "--commit").err
    record = phr(["src/vat.py"], id="0007", feature="001-vat", kind="fix", prompt="Move it.", embedded=PROMISE)
    adopted.write({RECORD: record})
    assert adopted.gate()["verdict"] == "pass"


def test_a_phr_that_names_other_files_is_not_taken_for_a_begun_one(adopted: Adopted) -> None:
    adopted.branch("fix/move")
    text = phr(["src/vat.py"], id="0007", feature="001-vat", kind="fix", prompt="{{PROMPT}}", embedded=PROMISE)
    adopted.write({"src/vat.py": "MOVED = True\n", "src/b.py": "1\n", RECORD: text})
    offered = [way["steps"][-1]["argv"] for way in adopted.gate()["next"] if way["for"] == "fix"]
    assert ["sdd", "phr", "new"] in [argv[:3] for argv in offered]
