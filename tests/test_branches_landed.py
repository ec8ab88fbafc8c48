"""Branches that landed as they were with several PHRs, or with one that got its answer later: one change each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sdd.gate.check import fast_forwards
from tests.adopted import PROMISE, phr, sdd
from tests.counting import counted
from tests.lines import ADOPTION, CONSTITUTION, Files, Line, item, verdicts

A, MORE_A, B = {"src/a.py": "A = 1\n"}, {"src/a.py": "A = 2\n"}, {"src/b.py": "B = 1\n"}
WAITS = "The commit came before the answer.\n\n(Exchange 1a2b.)"
TWO = f"Answer to prompt 1:\n\n{WAITS}\n\nAnswer to prompt 2:\n\nThe commit came before the answer.\n\n(Exchange 3c4d.)"
NO_CONTRACT: Mapping[str, Any] = {"kind": "", "embedded": ""}


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository of its own, without a remote."""
    return Line(tmp_path / "repo")


def first(*paths: str, **said: Any) -> Files:
    """A captured PHR of a branch, of src/a.py where no path is named."""
    return _record(1, paths or ("src/a.py",), said)


def second(*paths: str, **said: Any) -> Files:
    """The next one of the same branch."""
    return _record(2, paths or ("src/a.py",), said)


def third(*paths: str, **said: Any) -> Files:
    """And the one after that."""
    return _record(3, paths or ("src/a.py",), said)


def _record(number: int, paths: tuple[str, ...], said: Mapping[str, Any]) -> Files:
    fields = {"kind": "fix", "embedded": PROMISE, "branch": "fix/round", "labels": "[captured, 1a2b, 3c4d]", **said}
    text = phr(paths, id=f"{number:04}", prompt=f"Round it {number} times.", **fields)
    return {f"history/prompts/general/{number:04}-round.green.prompt.md": text}


def land(line: Line, commits: list[Any]) -> None:
    """Commits, each called by its number."""
    for number, step in enumerate(commits):
        files, how = step if isinstance(step, tuple) else (step, {})
        line.commit(str(number), files, **how)


def sizes(found: dict[str, Any]) -> dict[str, int]:
    """Title -> how many commits a change has, for those with more than one."""
    return {own["title"]: len(own["commits"]) for own in found["items"] if len(own["commits"]) > 1}


WAITING = first(response=WAITS, **NO_CONTRACT)
ANSWERED = WAITS.replace("The commit came before the answer.", "Rounded.\n\nSee src/a.py.")
ON_TOP = second(**NO_CONTRACT)
UNRUN = PROMISE.replace("[x]", "[ ]")
EVIDENCE = f"2026-11-30, commit 5920a7ace97a, files f5c92017b649, exit 0, sha256:{'e' * 64}: `true`"
RUN = f"{PROMISE}\n### Evidence\n\n- {EVIDENCE}\n"
REVERTED = {**A, **first(kind="revert", embedded="")}
REVERTED_BOTH = {**A, **B, **first("src/a.py", "src/b.py", kind="revert", embedded="")}


@pytest.mark.parametrize(
    "commits",
    [
        pytest.param([{**A, **WAITING}, first(response=ANSWERED)], id="its answer and its contract came later"),
        pytest.param(
            [{**A, **WAITING}, first(response=ANSWERED, **NO_CONTRACT), first(response=ANSWERED)], id="one by one"
        ),
        pytest.param([{**A, **WAITING}, {**B, **first("src/a.py", "src/b.py", response=ANSWERED)}], id="and a file"),
        pytest.param(
            [
                {**A, **first(response=TWO)},
                first(response=TWO.replace("The commit came before the answer.", "Rounded.", 1)),
                first(response=TWO.replace("The commit came before the answer.", "Rounded.")),
            ],
            id="two answers, one by one",
        ),
        pytest.param(
            [
                {**A, **WAITING},
                {**B, **second("src/b.py", response=WAITS), **first(response=ANSWERED, **NO_CONTRACT)},
                {**first(response=ANSWERED), **second("src/b.py", response=ANSWERED)},
            ],
            id="the answer came with the next PHR",
        ),
        pytest.param(
            [{**A, **first(**NO_CONTRACT)}, {**B, **second("src/b.py")}, first()], id="a contract behind the next PHR"
        ),
        pytest.param([A, first(**NO_CONTRACT), {**B, **second("src/b.py")}, first()], id="the same, its code alone"),
        pytest.param([A, first(embedded=UNRUN), first(embedded=RUN)], id="its checks were run later"),
        pytest.param(
            [{**A, **first(branch="main", embedded=UNRUN)}, first(branch="main", embedded=RUN)], id="and on the target"
        ),
        pytest.param([REVERTED, second()], id="new work of a revert, on top"),
        pytest.param([REVERTED, ON_TOP, third()], id="two on top"),
        pytest.param([REVERTED_BOTH, second("src/a.py", "src/b.py")], id="of several files"),
    ],
)
def test_a_branch_with_several_records_is_one_change(line: Line, commits: list[Any]) -> None:
    land(line, commits)
    found = line.audit("--fail-under", "100")
    assert found["perhaps"] == 0, found
    assert set(verdicts(found).values()) == {"pass"}, found
    last = str(len(commits) - 1)
    assert sizes(found) == {last: len(commits)}
    assert "branch" in item(found, last)["grouped_by"]
    why = sdd(line.here.path, "why", "src/a.py:1").out
    assert "after it landed" not in why
    assert "contract     history/prompts/general/" in why
    holding = why.partition("contract     ")[2].partition(":")[0]
    assert f"phr          {holding}:" in why
    assert "The change that needed records had them" in sdd(line.here.path, "report", "--format", "markdown").out


OTHER = {"author": "Grace"}


@pytest.mark.parametrize("branch", ["main", "fix/round"])
@pytest.mark.parametrize(
    ("paths", "between", "whole"),
    [
        pytest.param(["src/a.py"], [], True, id="its record on top"),
        pytest.param(["src/a.py", "src/c.py"], [{"src/c.py": "C = 1\n"}], True, id="of two commits"),
        pytest.param(["src/a.py", "src/b.py"], [], False, id="which names what has its own"),
        pytest.param(["src/a.py"], [{"NOTES.md": f"{number}\n"} for number in range(5)], False, id="too far behind"),
    ],
)
def test_a_record_behind_the_next_recorded_work_belongs_to_its_own(
    line: Line, branch: str, paths: list[str], between: list[Files], whole: bool
) -> None:
    land(line, [A, *between, {**B, **second("src/b.py", branch=branch)}, first(*paths, branch=branch)])
    found = line.audit()
    last = str(2 + len(between))
    assert sizes(found) == ({last: 3 + len(between)} if whole else {})
    assert (verdicts(found).get("0"), verdicts(found)[last]) == (None if whole else "fail", "pass")
    assert ("--landing" in sdd(line.here.path, "report", "--format", "markdown").out) is not whole


PASSING = {**A, **first()}


@pytest.mark.parametrize(
    ("commits", "aside"),
    [
        pytest.param([PASSING, {**MORE_A, **second()}], set(), id="the next piece of work"),
        pytest.param([PASSING, second("src/b.py")], set(), id="a PHR of another file"),
        pytest.param([PASSING, second(branch="fix/other")], set(), id="of another branch"),
        pytest.param([PASSING, (second(), OTHER)], set(), id="of somebody else"),
        pytest.param([PASSING, (second(), {"days": 4})], set(), id="days later"),
        pytest.param([{**A, **first(branch="main")}, second(branch="main")], set(), id="on the target"),
        pytest.param([PASSING, {**B, **second("src/b.py")}, third()], set(), id="behind the next piece of work"),
        pytest.param([{**A, **first(response=WAITS)}, first(response="Rounded.")], {"1"}, id="other words beside it"),
        pytest.param(
            [{**A, **first(response=WAITS, labels="")}, first(response=ANSWERED, labels="")],
            {"1"},
            id="by no program of capture",
        ),
        pytest.param([{**A, **first(response=ANSWERED)}, first(response=WAITS)], {"1"}, id="the answer taken out"),
        pytest.param([{**A, **first(embedded=UNRUN)}, first()], {"1"}, id="a tick without a run"),
        pytest.param(
            [{**A, **first(**NO_CONTRACT)}, {**B, **second("src/b.py", branch="fix/other")}, first()],
            {"0", "2"},
            id="a contract behind a PHR of another branch",
        ),
    ],
)
def test_what_may_have_landed_by_itself_joins_no_branch(line: Line, commits: list[Any], aside: set[str]) -> None:
    land(line, commits)
    found = line.audit()
    assert sizes(found) == {}, found
    assert {title for title, verdict in verdicts(found).items() if verdict != "pass"} == aside


def test_a_constitution_that_was_amended_after_its_edit_is_one_change(line: Line) -> None:
    text = str(ADOPTION[CONSTITUTION])
    line.branch("gov")
    line.commit(
        "edit", {CONSTITUTION: text.replace("## Governance", "### No secrets\n\nNo key is committed.\n\n## Governance")}
    )
    amended = sdd(line.here.path, "constitution", "amend", "--minor", "--message", "Keys leaked.", "--commit")
    assert amended.status == 0, amended
    line.here.git("switch", "-q", "main")
    line.here.git("merge", "-q", "--ff-only", "gov")
    found = line.audit("--fail-under", "100")
    assert sizes(found) == {line.here.git("log", "-1", "--format=%s"): 2}


def test_a_branch_that_the_next_one_follows_ends_where_it_ended(line: Line) -> None:
    land(line, [{**A, **WAITING}, first(response=ANSWERED), {**MORE_A, **second(branch="fix/more")}])
    assert sizes(line.audit("--fail-under", "100")) == {"1": 2}


def test_words_that_were_changed_after_a_landing_are_told(line: Line) -> None:
    changed = {path: str(text).replace("Round it 1 times.", "Round it.") for path, text in first().items()}
    land(line, [PASSING, changed])
    assert f"changed by {line.tip[:10]} after it landed" in sdd(line.here.path, "why", "src/a.py:1").out


def test_a_long_lived_branch_is_looked_along_a_bounded_number_of_times(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        line.commit(str(number), {f"src/a{number}.py": "A = 1\n", **_record(number, (f"src/a{number}.py",), {})})
    looks = counted(monkeypatch, fast_forwards, "held_record", lambda reader, path, *_: path)
    assert sizes(line.audit()) == {}
    assert max(looks.values()) <= 25
