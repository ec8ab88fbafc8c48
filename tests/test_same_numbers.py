"""Audit and report give the same numbers: of one revision and one period, whatever has landed."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.adopted import sdd
from tests.examples import examples
from tests.lines import POLICY, Line
from tests.test_audit_since import with_policy
from tests.test_waived_told import waiver
from tests.test_waivers import NEEDS

KINDS = ("complete", "partial", "missing", "broken", "waived", "exempt", "for a feature", "answered", "policy")


def land(line: Line, kind: str, place: int) -> None:
    """One landing of a kind, some of them with what comes before or after it."""
    code, title = {f"src/{place}.py": f"VALUE = {place}\n"}, f"{kind} {place} (#{place + 1})"
    match kind:
        case "complete":
            line.commit(title, code | dict(line.record(*code)))
        case "for a feature":
            line.commit(title, code | dict(line.record(*code, feature=f"00{place % 3 + 1}-feature")))
        case "partial":
            line.commit(title, code | {f"src/more{place}.py": "M = 1\n"} | dict(line.record(*code)))
        case "waived":
            name = f"history/waivers/{place + 1:04}-later.md"
            line.commit(title, code | {name: waiver(*NEEDS, path=f"src/{place}.py").replace("0001", f"{place + 1:04}")})
        case "exempt":
            line.commit(title, {f"docs/{place}.md": "Words.\n"})
        case "broken":
            line.commit(title, {f"history/prompts/general/{place:04}-odd.green.prompt.md": "No front matter.\n"})
        case "policy":
            line.commit(title, {POLICY: f"# {place}\n"})
        case _:
            line.commit(title, code)
    if kind == "answered":
        said = ["---", f'id: "{place + 1:04}"', "title: Answer", f"landing: {line.tip}", "reason: Too late."]
        answer = "\n".join([*said, "approved_by: Grace", "---", ""])
        line.commit(f"Answer (#{place + 90})", {f"history/waivers/{place + 1:04}-answer.md": answer})
    line.dates(days=1)


def numbers(document: dict[str, Any]) -> dict[str, Any]:
    """What an audit counts, under the names that a report has for it."""
    needs = {need: document["by_need"].get(need, {"asked": 0, "had": 0}) for need in ("spec", "contract", "phr")}
    kept = ("states", "waived", "answered", "actor_shaped", "before", "before_sdd", "since")
    return {
        "changes": document["changes"],
        "passed": (document["passed"], document["share"]),
        "needs": {need: (own["had"], own["asked"]) for need, own in needs.items()},
        "by_feature": {
            own["feature"]: (own["changes"], own["waived"], own["passed"]) for own in document["by_feature"]
        },
        **{name: document[name] for name in kept},
    }


def reported(document: dict[str, Any]) -> dict[str, Any]:
    """The same out of a report."""
    shares = document["shares"]
    kept = ("states", "waived", "answered", "actor_shaped", "before", "before_sdd", "since")
    return {
        "changes": shares["changes"],
        "passed": (shares["passed"]["had"], shares["passed"]["share"]),
        "needs": {need: (shares[need]["had"], shares[need]["needed"]) for need in ("spec", "contract", "phr")},
        "by_feature": {
            row["feature"]: (row["changes"], row["waived"], row["passed"]["had"]) for row in document["by_feature"]
        },
        **{name: document[name] for name in kept},
    }


@examples(8)
@given(
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=6),
    period=st.sampled_from([(), ("--since", "2026-03-03"), ("--since", "2026-03-02", "--until", "2026-03-05")]),
    counted_since=st.booleans(),
)
def test_audit_and_report_agree(kinds: Sequence[str], period: Sequence[str], counted_since: bool) -> None:
    with TemporaryDirectory() as folder:
        line = Line(Path(folder) / "repo")
        for place, kind in enumerate(kinds):
            land(line, kind, place)
        if counted_since:
            with_policy(line, "[gate]\nsince = 2026-03-03\n")
        line.here.git("branch", "earlier", f"HEAD~{len(kinds) // 2}")
        for revision in ("HEAD", "earlier"):
            audit = numbers(line.audit(revision, *period))
            ran = sdd(line.here.path, "report", "--format", "json", "--rev", revision, *period)
            agree(json.loads(ran.out), audit)


def agree(report: dict[str, Any], audit: dict[str, Any]) -> None:
    """The report says what the audit says, and no number of it contradicts another."""
    assert reported(report) == audit
    assert sum(audit["states"].values()) == audit["changes"]
    assert len(report["changes"]) == audit["changes"] + audit["answered"] + audit["actor_shaped"]


def test_each_kind_of_landing_is_of_the_state_that_it_is_called_by(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo")
    for place, kind in enumerate(KINDS):
        land(line, kind, place)
    states = line.audit()["states"]
    assert min(states.values()) > 0
