"""`gate.since` in the policy, and what `sdd audit --fail-under` takes for a judged history."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from sdd.answers.audit.judging import Answer, Judge
from sdd.gate.landings import Landing
from tests.adopted import phr, sdd
from tests.lines import ADOPTION, CONSTITUTION, POLICY, Line, item, verdicts
from tests.scratch import Scratch

SINCE = "[gate]\nsince = 2026-03-10\n"


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository with a gap on its first day."""
    line = Line(tmp_path / "repo")
    line.commit("Early gap (#1)", {"src/early.py": "E = 1\n"})
    return line


def with_policy(line: Line, text: str, title: str = "Count from here (#9)", **dates: int) -> None:
    """A commit that changes the policy, with the record of that."""
    record = phr([POLICY], id="0009", stage="constitution", prompt="Count from a day.")
    line.commit(
        title, {POLICY: text, "history/prompts/constitution/0009-since.constitution.prompt.md": record}, **dates
    )


# -- since -------------------------------------------------------------------------------------------------


def test_shares_count_from_the_first_landing_of_the_day_and_the_rest_is_shown_as_before(line: Line) -> None:
    line.commit("Late gap (#2)", {"src/late.py": "L = 1\n"}, days=9)
    with_policy(line, SINCE)
    found = line.audit()
    assert verdicts(found) == {"Late gap (#2)": "fail", "Count from here (#9)": "pass"}
    assert (found["changes"], found["passed"], found["before_sdd"]) == (2, 1, 1)
    assert (found["since"], found["before"]) == ("2026-03-10", 2)
    assert "before    2 changes landed before 2026-03-10, from which the policy counts (all: --all)\n" in line.screen()
    everything = line.audit("--all")
    assert (everything["changes"], everything["since"], everything["before"]) == (4, None, 0)
    assert line.audit("--policy-at-the-time")["before"] == 2


def test_a_position_decides_where_commit_dates_run_backwards(line: Line) -> None:
    line.commit("Late gap (#2)", {"src/late.py": "L = 1\n"}, days=20)
    line.commit("Dated back (#3)", {"src/back.py": "B = 1\n"}, days=-19)
    assert line.here.git("log", "-1", "--format=%cs") < "2026-03-10"
    with_policy(line, SINCE, days=-1)
    assert set(verdicts(line.audit())) == {"Late gap (#2)", "Dated back (#3)", "Count from here (#9)"}
    # A range that begins after the day's first landing knows of it all the same.
    assert set(verdicts(line.audit("HEAD~2.."))) == {"Dated back (#3)", "Count from here (#9)"}


def test_what_is_not_counted_is_not_judged(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    with_policy(line, SINCE, days=20)
    asked: list[str] = []

    answers = Judge.answers

    def spied(judge: Judge, landings: Sequence[Landing]) -> list[Answer]:
        asked.extend(landing.head.oid for landing in landings)
        return answers(judge, landings)

    monkeypatch.setattr(Judge, "answers", spied)
    line.audit()
    assert asked == [line.tip]


def test_commits_that_landed_together_count_where_their_last_one_does(line: Line) -> None:
    line.commit("Half (#5)", {"src/half.py": "H = 1\n"}, days=8)
    line.commit("Other half (#5)", line.record("src/half.py"), days=1)
    with_policy(line, SINCE)
    found = line.audit()
    assert (verdicts(found)["Other half (#5)"], found["before"]) == ("pass", 2)


def test_each_root_counts_from_its_own_day(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo", adopted=False)
    line.commit(
        "Adopt twice (#1)", {f"{root}/{path}": text for root in ("api", "web") for path, text in ADOPTION.items()}
    )
    line.commit("Both (#2)", {"api/a.py": "A = 1\n", "web/a.py": "A = 1\n"})
    line.commit("Web (#3)", {"web/b.py": "B = 1\n"})
    line.commit("Api (#4)", {"api/b.py": "B = 1\n"})
    line.commit("Web counts (#5)", {"web/.specify/sdd.toml": SINCE}, days=20)
    found = line.audit()
    assert (set(verdicts(found)), found["before"]) == (
        {"Adopt twice (#1)", "Both (#2)", "Api (#4)", "Web counts (#5)"}, 1,
    )  # fmt: skip
    assert [lack["path"] for lack in item(found, "Both (#2)")["lacking"]] == ["api/a.py"]
    # What was kept of the verdict serves both ways of counting.
    assert {lack["path"] for lack in item(line.audit("--all"), "Both (#2)")["lacking"]} == {"api/a.py", "web/a.py"}


def test_a_shallow_clone_counts_all_that_it_holds(line: Line, tmp_path: Path) -> None:
    with_policy(line, SINCE, days=20)
    line.commit("Late (#2)", line.recorded("src/late.py"))
    shallow = Scratch.clone(f"file://{line.here.path}", tmp_path / "shallow", "--depth", "3")
    found = sdd(shallow.path, "audit", "--json").document
    assert (found["before"], found["not_judged"], found["changes"]) == (0, 1, 2)


@pytest.mark.parametrize("day", ["2999-01-01", '"2999-01-01"'])
def test_a_day_in_the_future_is_a_fault_of_the_policy(line: Line, day: str) -> None:
    with_policy(line, f"[gate]\nsince = {day}\n")
    checked = sdd(line.here.path, "check", POLICY)
    assert checked.status == 1
    assert f"{POLICY}:2:1: policy-invalid: gate.since: 2999-01-01 is in the future" in checked.out
    refused = sdd(line.here.path, "gate", "--base", "HEAD~1")
    assert (refused.status, "policy-invalid" in refused.out) == (1, True)
    assert line.audit()["before"] == 3


@pytest.mark.parametrize("value", ["2026-02-30", '"soon"', "3", "2026-03-01T00:00:00"])
def test_what_is_no_day_is_a_fault_of_the_policy(line: Line, value: str) -> None:
    with_policy(line, f"[gate]\nsince = {value}\n")
    checked = sdd(line.here.path, "check", POLICY)
    assert (checked.status, "policy-invalid" in checked.out) == (1, True)


def test_a_report_counts_from_the_same_day_and_says_so(line: Line, tmp_path: Path) -> None:
    line.commit("Late gap (#2)", {"src/late.py": "L = 1\n"}, days=9)
    with_policy(line, SINCE)
    report = sdd(line.here.path, "report", "--json").document
    assert (report["since"], report["before"], report["shares"]["changes"]) == ("2026-03-10", 2, 2)
    words = "2 changes landed before 2026-03-10, from which the policy counts."
    assert words in sdd(line.here.path, "report", "--format", "markdown").out
    assert sdd(line.here.path, "report", "-o", str(tmp_path / "pages")).status == 0
    assert words.rstrip(".") in (tmp_path / "pages" / "index.html").read_text()


@pytest.fixture
def former(tmp_path: Path) -> Line:
    """Spec-kit in two roots from the first day, without records; on the 11th both adopt sdd, and one says since."""
    line = Line(tmp_path / "former", adopted=False)
    kit = {f"{root}{CONSTITUTION}": ADOPTION[CONSTITUTION] for root in ("", "lab/")}
    line.commit("Spec-kit (#1)", {**kit, "lab/a.py": "1\n"})
    line.commit("Old (#2)", {"src/old.py": "OLD = 2\n", "lab/a.py": "2\n"})
    line.commit("Adopt sdd (#3)", {POLICY: "[gate]\nsince = 2026-03-11\n", f"lab/{POLICY}": ""}, days=10)
    line.commit("Gap (#4)", {"lab/a.py": "3\n"})
    return line


@pytest.mark.parametrize("options", [(), ("--all",)])
def test_a_day_from_the_adoption_on_counts_nothing_older_in_any_root(former: Line, options: tuple[str, ...]) -> None:
    found = former.audit(*options)
    assert verdicts(found)["Gap (#4)"] == "fail"
    assert (found["changes"], found["before_sdd"], found["before"]) == (2, 3, 0)
    came = former.here.git("rev-parse", "--short=12", "HEAD~1")
    assert f"3 changes without sdd ({came} brought it in), not judged\n" in former.screen(*options)


def test_an_earlier_day_counts_for_the_root_that_names_it_alone(former: Line) -> None:
    former.commit("Count earlier (#5)", {POLICY: "[gate]\nsince = 2026-03-01\n"})
    failing = {item["title"]: item["rules"] for item in former.audit()["items"] if item["verdict"] == "fail"}
    assert {"Old (#2)", "Gap (#4)"} <= set(failing)
    screen = former.screen("-v")
    assert ("src/old.py" in screen, screen.count("lab/a.py")) == (True, 1)


# -- fail-under --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "why", "fix"),
    [
        (("HEAD..HEAD~1",), "no change lies in HEAD..HEAD~1", "A..B"),
        (("--since", "2999-01-01"), "nothing landed on main in the days", "the last change landed on 2026-03-01"),
        (("HEAD~2",), "no change on HEAD~2 is governed by sdd", "sdd init"),
    ],
)
def test_fail_under_needs_something_judged(line: Line, arguments: tuple[str, ...], why: str, fix: str) -> None:
    assert line.audit(*arguments)["changes"] == 0
    ran = sdd(line.here.path, "audit", "--fail-under", "100", *arguments)
    assert (ran.status, ran.out.startswith("sdd: audit of ")) == (3, True)
    assert why in ran.err
    assert fix in ran.err
    told = sdd(line.here.path, "audit", "--json", "--fail-under", "100", *arguments)
    assert (told.status, why in told.out, told.document["verdict"]) == (3, True, "error")


def test_fail_under_needs_a_landing_since_the_policy_counts(line: Line) -> None:
    line.commit("Count later (#9)", {POLICY: "[gate]\nsince = 2026-04-01\n"})
    ran = sdd(line.here.path, "audit", "--fail-under", "0")
    assert ran.status == 3
    assert "nothing has landed on main since 2026-04-01, from which the policy counts" in ran.err
    assert line.audit("--fail-under", "30", "--all")["passed"] == 1


def test_fail_under_needs_every_change_judged(line: Line, tmp_path: Path) -> None:
    line.commit("Recorded (#2)", line.recorded("src/a.py"))
    shallow = Scratch.clone(f"file://{line.here.path}", tmp_path / "shallow", "--depth", "2")
    ran = sdd(shallow.path, "audit", "--fail-under", "100")
    assert ran.status == 3
    assert "1 of 2 changes cannot be judged, the first is" in ran.err
    assert "git fetch --unshallow" in ran.err
    # A range that is all there is judged as in a whole clone.
    assert sdd(shallow.path, "audit", "--fail-under", "100", "HEAD~1..").status == 0


def test_fail_under_says_which_policy_was_broken(line: Line) -> None:
    line.commit("Break it (#2)", {POLICY: "[gate]\nexemt = []\n"})
    line.commit("Code (#3)", {"src/a.py": "A = 1\n"})
    line.commit(
        "Mend it (#4)", {POLICY: "", "history/prompts/constitution/0001-a.constitution.prompt.md": phr([POLICY])}
    )
    ran = sdd(line.here.path, "audit", "--policy-at-the-time", "--fail-under", "0")
    assert (ran.status, "gate.exemt: unknown key" in ran.err) == (3, True)
    assert "see them all: sdd audit -v" in ran.err
