"""What fails alone and passes with its neighbours: perhaps it landed with them, which a linear branch does not say."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.adopted import PROMISE, contract, phr, sdd
from tests.lines import ADOPTION, CONSTITUTION, Line, item, verdicts

A, MORE_A, B = {"src/a.py": "A = 1\n"}, {"src/a.py": "A = 2\n"}, {"src/b.py": "B = 1\n"}
PHR = "history/prompts/general/0009-round.green.prompt.md"
PRINCIPLE = str(ADOPTION[CONSTITUTION]).replace(
    "## Governance", "### No secrets\n\nNo key is committed.\n\n## Governance"
)
AMENDED = re.sub(r"(?<=\*\*Version\*\*: )1\.\d", "1.9", PRINCIPLE)
AMENDMENT = {
    "history/prompts/constitution/0010-amend.constitution.prompt.md": phr(
        [CONSTITUTION], id="0010", stage="constitution"
    )
}
SCOPED = "history/contracts/general/0001-round.contract.md"
OTHER = {"author": "Grace"}


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository of its own, without a remote."""
    return Line(tmp_path / "repo")


def record(prompt: str = "Round it.", *paths: str, embedded: str = PROMISE, stage: str = "green") -> dict[str, str]:
    """A PHR of src/a.py and further paths."""
    text = phr(["src/a.py", *paths], id="0009", kind="fix", prompt=prompt, embedded=embedded, stage=stage)
    return {PHR: text}


RECORDED = {**A, **record()}
CORRECTED = record("Round it half up.")


def scope(*patterns: str) -> dict[str, str]:
    """A contract that is done."""
    return {SCOPED: contract(patterns, id="0001").replace("1:2:src/vat.py", "1:1:src/old.py")}


@pytest.mark.parametrize(
    ("commits", "perhaps"),
    [
        pytest.param([RECORDED, CORRECTED], {"1"}, id="its own record corrected"),
        pytest.param([RECORDED, {**B, **record("Round both.", "src/b.py")}], {"1"}, id="corrected beside more code"),
        pytest.param(
            [
                {**A, **B, **scope("/src/a.py"), **record("Round.", "src/b.py", embedded="")},
                scope("/src/a.py", "/src/b.py"),
            ],
            {"0", "1"},
            id="a pattern put into the scope",
        ),
        pytest.param([{**A, **record(stage="greenish")}, record()], {"0"}, id="a bad field mended"),
        pytest.param(
            [RECORDED, {**CORRECTED, CONSTITUTION: PRINCIPLE}, {CONSTITUTION: AMENDED, **AMENDMENT}],
            {"1"},
            id="corrected beside an edit of the constitution, amended next",
        ),
        pytest.param([RECORDED, {"NOTES.md": "1\n"}, CORRECTED], {"2"}, id="with a commit in between"),
        pytest.param([RECORDED, MORE_A], {"1"}, id="what a review asked for"),
        pytest.param([RECORDED, MORE_A, {"src/a.py": "A = 3\n"}], {"1", "2"}, id="what two reviews asked for"),
    ],
)
def test_what_a_branch_corrected_before_it_landed_is_no_failing_change(
    line: Line, commits: list[Any], perhaps: set[str]
) -> None:
    line.commits(*commits)
    found = line.audit("--fail-under", "100")
    assert {title for title, verdict in verdicts(found).items() if verdict == "perhaps"} == perhaps, found
    assert set(verdicts(found).values()) == {"perhaps", "pass"} - ({"pass"} if found["changes"] == 0 else set())
    assert (found["perhaps"], found["passed"]) == (len(perhaps), found["changes"])
    commits_of_push = max((own["perhaps"] for own in found["items"]), key=len)
    base, head = line.here.git("rev-parse", f"{commits_of_push[0]}^"), commits_of_push[-1]
    assert sdd(line.here.path, "gate", "--base", base, "--head", head).status == 0
    screen = line.screen()
    assert "that failed alone, counted in no share: as one push they pass\n" in screen
    assert f"\n          {base[:12]}..{head[:12]}: " in screen
    assert line.audit("--no-group")["perhaps"] == 0


@pytest.mark.parametrize(
    ("commits", "failing"),
    [
        pytest.param([A, {**MORE_A, **record()}], {"0"}, id="a gap before a record of the same file"),
        pytest.param([RECORDED, (MORE_A, {"days": 1})], {"1"}, id="a day after it"),
        pytest.param([RECORDED, (MORE_A, OTHER)], {"1"}, id="by another after it"),
        pytest.param([RECORDED, {"NOTES.md": "1\n"}, MORE_A], {"2"}, id="after a change in between"),
        pytest.param([RECORDED, B], {"1"}, id="of a file that it does not name"),
        pytest.param([A, {**MORE_A, **record()}, CORRECTED], {"0"}, id="a gap before a correction"),
        pytest.param([RECORDED, (CORRECTED, OTHER)], {"1"}, id="corrected by another"),
        pytest.param([RECORDED, (CORRECTED, {"days": 4})], {"1"}, id="days later"),
        pytest.param(
            [RECORDED, *({"NOTES.md": f"{number}\n"} for number in range(5)), CORRECTED],
            {"6"},
            id="too many in between",
        ),
    ],
)
def test_what_landed_without_its_records_still_fails(line: Line, commits: list[Any], failing: set[str]) -> None:
    line.commits(*commits)
    found = line.audit("--fail-under", "100", status=1)
    assert {title for title, verdict in verdicts(found).items() if verdict == "fail"} == failing, found


def test_a_merge_says_where_a_push_ended(line: Line) -> None:
    line.branch()
    line.commit("code", RECORDED)
    line.merge("work", message="Merge work")
    line.commit("rewritten", CORRECTED)
    assert item(line.audit(), "rewritten")["verdict"] == "fail"


def test_what_a_refusal_of_a_merge_asked_for_perhaps_landed_with_it(line: Line) -> None:
    line.branch()
    line.commit("code", A)
    line.merge("work", message="Merge work")
    line.commit("its record", record())
    found = line.audit("--fail-under", "100")
    assert verdicts(found) == {"Adopt sdd": "pass", "Merge work": "perhaps", "its record": "pass"}
    assert item(found, "Merge work")["perhaps"] == [line.here.git("rev-parse", "main~1"), line.tip]


def test_a_record_that_a_merge_replaced_and_the_next_commit_gave_back(line: Line) -> None:
    theirs = phr(["src/b.py"], id="0009", kind="fix", prompt="Count the words.", embedded=PROMISE)
    line.branch()
    line.commit("theirs", {**B, PHR: theirs})
    line.here.git("switch", "-q", "main")
    line.commit("ours", RECORDED)
    line.here.git("merge", "-q", "--no-ff", "-s", "ours", "--no-commit", "work")
    line.commit("Merge work", {**B, PHR: theirs})
    line.commit("renumbered", {**record(), PHR.replace("0009", "0010"): theirs.replace('id: "0009"', 'id: "0010"')})
    found = line.audit("--fail-under", "100")
    assert verdicts(found) == {"Adopt sdd": "pass", "ours": "pass", "Merge work": "perhaps", "renumbered": "perhaps"}


def merged(files: dict[str, str], *dates: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any], bool]:
    """A branch of one commit that is merged."""
    return files, dates[0] if dates else {}, True


def land_merges(line: Line, steps: list[Any]) -> None:
    """Commits and merges of branches, each called by its number."""
    for number, step in enumerate(steps):
        files, how, is_merge = step if isinstance(step, tuple) else (step, {}, False)
        if is_merge:
            line.branch()
        line.commit("work" if is_merge else str(number), files, **how)
        if is_merge:
            line.merge("work", message=str(number))


def chore(kind: str, embedded: str) -> dict[str, str]:
    """What cannot be read at a glance, with its PHR."""
    return {"src/logo.svg": "<svg/>\0\n", PHR: phr(["src/logo.svg"], id="0009", kind=kind, embedded=embedded)}


DOCS = merged({"README.md": "# R\n"})


@pytest.mark.parametrize(
    ("steps", "perhaps"),
    [
        pytest.param([merged(A), DOCS, record()], {"0"}, id="its record on top of two merges"),
        pytest.param([merged(A), DOCS, merged(record())], {"0"}, id="its record merged too"),
        pytest.param([A, DOCS, record()], {"0"}, id="a commit before a merge"),
        pytest.param([merged(A), merged(MORE_A), record()], {"0", "1"}, id="two merges of one file"),
        pytest.param([merged(A), merged({**B, **record("Both.", "src/b.py")})], {"0"}, id="a record of both"),
        pytest.param([merged(A), B, record("Both.", "src/b.py")], {"0"}, id="a commit on top of the merge"),
        pytest.param(
            [merged(chore("chore", "")), DOCS, chore("refactor", PROMISE)], {"0", "2"}, id="its kind corrected"
        ),
        pytest.param(
            [RECORDED, merged(B), record("Round it.", "src/b.py")],
            {"1", "2"},
            id="a further file for the record before the merge",
        ),
    ],
)
def test_a_push_of_several_merges_is_judged_as_one(line: Line, steps: list[Any], perhaps: set[str]) -> None:
    land_merges(line, steps)
    found = line.audit("--fail-under", "100")
    assert {title for title, verdict in verdicts(found).items() if verdict == "perhaps"} == perhaps, found


@pytest.mark.parametrize(
    ("steps", "failing"),
    [
        pytest.param([merged(A), merged({**MORE_A, **record()})], {"0"}, id="a later branch with its own record"),
        pytest.param([merged(A), DOCS, (record(), OTHER, False)], {"0"}, id="a record by another"),
        pytest.param([merged(A), DOCS, (record(), {"days": 4}, False)], {"0"}, id="a record days later"),
        pytest.param([merged(RECORDED), DOCS, CORRECTED], {"2"}, id="rewritten after merges that pass"),
        pytest.param([RECORDED, DOCS, CORRECTED], {"2"}, id="rewritten after a merge that passes"),
        pytest.param([merged(A), record(), DOCS, CORRECTED], {"3"}, id="rewritten after what passed as one"),
    ],
)
def test_a_merge_that_passes_still_ends_a_push(line: Line, steps: list[Any], failing: set[str]) -> None:
    land_merges(line, steps)
    found = line.audit("--fail-under", "100", status=1)
    assert {title for title, verdict in verdicts(found).items() if verdict == "fail"} == failing, found


def test_a_branch_that_another_began_on_a_merge_says_that_it_was_pushed(line: Line) -> None:
    land_merges(line, [merged(A)])
    line.branch()
    line.here.write("README.md", "# R\n")
    line.here.git("add", "--all")
    line.here.git("commit", "-q", "-m", "theirs", **line.dates(), GIT_COMMITTER_NAME="Grace")
    line.merge("work", message="theirs")
    line.commit("its record", record())
    assert verdicts(line.audit())["0"] == "fail"


@pytest.mark.parametrize(
    ("after", "how"),
    [
        pytest.param({**MORE_A, **record()}, {}, id="more code on top"),
        pytest.param(record(), OTHER, id="by another"),
        pytest.param(record(), {"days": 4}, id="days later"),
    ],
)
def test_a_merge_without_its_records_still_fails(line: Line, after: dict[str, str], how: dict[str, Any]) -> None:
    line.branch()
    line.commit("code", A)
    line.merge("work", message="Merge work")
    line.commit("record", after, **how)
    assert item(line.audit(), "Merge work")["verdict"] == "fail"


def test_the_report_asks_no_waiver_for_it(line: Line) -> None:
    line.commits(RECORDED, CORRECTED)
    text = sdd(line.here.path, "report", "--format", "markdown").out
    assert "--landing" not in text
    assert "1 change failed alone, but perhaps landed together with what makes it pass." in text


def test_its_row_stands_where_it_landed_and_says_how_to_answer_it(line: Line, tmp_path: Path) -> None:
    line.commits(RECORDED, CORRECTED, {"NOTES.md": "1\n"})
    table = sdd(line.here.path, "report", "--format", "csv", "--table", "changes").out
    assert [row.split(",")[2].strip('"') for row in table.splitlines()[1:]] == ["2", "1", "0", "Adopt sdd"]
    sdd(line.here.path, "report", "-o", str(tmp_path / "site"))
    page = (tmp_path / "site" / "changes.html").read_text()
    words = ["waiver", "new", "--landing", line.here.git("rev-parse", "HEAD~1")[:12]]
    assert f"sdd {' '.join(words)} --reason" in re.sub("</?span>", "", page)
    ran = sdd(line.here.path, *words, "--reason", "A mistake.", "--approved-by", "Grace", "--commit")
    assert ran.status == 0, ran
    assert item(line.audit(), "1")["verdict"] == "answered"


def test_the_first_lines_do_not_pass_it_over(line: Line) -> None:
    line.commits(RECORDED, CORRECTED)
    assert "passed    2 of 2, 100%; 1 more failed alone, in no share\n" in line.screen()
    first = sdd(line.here.path, "report", "--format", "markdown").out.splitlines()[2]
    assert first.startswith("**1 change failed alone, perhaps as a part of what passed; besides, the change")
    heading = sdd(line.here.path, "audit", "--format", "markdown").out.splitlines()[0]
    assert heading == "### sdd: audit: 2 of 2 changes passed, 100 %; 1 more failed alone, in no share"
