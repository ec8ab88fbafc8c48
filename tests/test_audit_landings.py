"""Which commits of a line landed together: what a rebase, a mark and a later record tell, and what they do not."""

from pathlib import Path
from typing import Any

import pytest

from sdd.gate.landings import by_records, mark_of
from sdd.repo.line import LineCommit
from tests.adopted import PROMISE, contract, phr
from tests.counting import counted
from tests.lines import ADOPTION, Line, item, verdicts
from tests.program import sdd


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository of its own, without a remote."""
    return Line(tmp_path / "repo")


def rebase(line: Line, branch: str) -> None:
    """Lands a branch as a host's rebase button does: every commit anew, within one second."""
    moment = line.dates()["GIT_COMMITTER_DATE"]
    line.here.git("switch", "-q", branch)
    line.here.git("rebase", "-q", "--force-rebase", "main", GIT_COMMITTER_DATE=moment)
    line.here.git("switch", "-q", "main")
    line.here.git("merge", "-q", "--ff-only", branch)
    line.here.git("branch", "-q", "-D", branch)


def groups(document: dict[str, Any]) -> dict[str, tuple[int, list[str]]]:
    """title -> how many commits a change has, and why, for those with more than one."""
    found = ((one["title"], len(one["commits"]), one["grouped_by"]) for one in document["items"])
    return {title: (count, why) for title, count, why in found if count > 1}


def test_what_a_rebase_landed_is_one_change(line: Line) -> None:
    start = line.tip
    for number in (1, 2):
        line.branch(f"work{number}")
        line.commit(f"code {number}", {f"src/a{number}.py": "A = 1\n"})
        line.commit(f"tests {number}", {f"tests/test_a{number}.py": "A = 1\n"})
        line.commit(f"record {number}", line.record(f"src/a{number}.py", f"tests/test_a{number}.py"))
        line.here.git("switch", "-q", "main")
    rebase(line, "work1")
    rebase(line, "work2")
    found = line.audit()
    assert groups(found) == {"record 1": (3, ["phr", "rebase"]), "record 2": (3, ["phr", "rebase"])}
    assert set(verdicts(found).values()) == {"pass"}
    assert found["grouped"] == {"changes": 2, "commits": 6, "by": {"phr": 2, "rebase": 2}}
    assert item(found, "record 1")["base"] == start
    assert found["lower_bound"] is False
    alone = line.audit("--no-group")
    assert (alone["changes"], alone["passed"], alone["lower_bound"]) == (7, 3, True)
    assert alone["grouped"]["changes"] == 0
    both = "2 by a PHR that names what earlier ones changed and by the dates that a rebase leaves"
    assert f"2 changes of 6 commits: {both}\n" in line.screen()
    assert "lower bound" in line.screen("--no-group")


def test_a_rebase_is_told_by_dates_alone_where_records_and_code_are_in_one_commit(line: Line) -> None:
    line.branch()
    line.commit("one", line.recorded("src/a.py"))
    line.commit("two", line.recorded("src/b.py"))
    line.here.git("switch", "-q", "main")
    rebase(line, "work")
    assert groups(line.audit()) == {"two": (2, ["rebase"])}


def test_commits_made_at_once_by_a_script_are_no_rebase(line: Line) -> None:
    same = line.dates()
    for name in "ab":
        line.here.write(f"src/{name}.py", "A = 1\n")
        line.here.git("add", "--all")
        line.here.git("commit", "-q", "-m", f"code {name}", **same)
    found = line.audit()
    assert groups(found) == {}
    assert found["lower_bound"] is True


def test_two_pull_requests_that_a_queue_lands_at_once_stay_two(line: Line) -> None:
    for number in (1, 2):
        line.branch(f"work{number}")
        line.commit(f"Round {number} (#{number})", line.recorded(f"src/a{number}.py"))
        line.here.git("switch", "-q", "main")
    moment = line.dates()["GIT_COMMITTER_DATE"]
    for number in (1, 2):
        line.here.git("cherry-pick", f"work{number}", GIT_COMMITTER_DATE=moment)
    assert groups(line.audit()) == {}


@pytest.mark.parametrize("trailer", ["PR-URL: https://example.com/pull/7", "Part-of: <https://example.com/-/7>"])
def test_the_same_mark_makes_neighbours_one_change(line: Line, trailer: str) -> None:
    line.commit(f"code\n\nWhy not.\n\n{trailer}", {"src/a.py": "A = 1\n"})
    line.commit(f"its record\n\n{trailer}", line.record("src/a.py"))
    line.commit("another\n\nPR-URL: https://example.com/pull/8", {"src/b.py": "B = 1\n"})
    found = line.audit()
    assert groups(found) == {"its record": (2, ["mark", "phr"])}
    assert verdicts(found) == {"another": "fail", "its record": "pass", "Adopt sdd": "pass"}
    assert found["lower_bound"] is False


def test_a_record_that_follows_speaks_for_the_commits_before_it(line: Line) -> None:
    line.commit("an old gap", {"src/old.py": "OLD = 2\n"})
    line.commit("recorded", line.recorded("src/first.py"))
    line.commit("code", {"src/a.py": "A = 1\n"})
    line.commit("more of it", {"src/a.py": "A = 2\n"})
    line.commit("a note", {"NOTES.md": "Rounded.\n"})
    line.commit("record", line.record("src/a.py", "src/old.py"))
    line.commit("next", {"src/b.py": "B = 1\n"})
    found = line.audit()
    assert groups(found) == {"record": (4, ["phr"])}
    assert {title for title, verdict in verdicts(found).items() if verdict == "fail"} == {"an old gap", "next"}
    assert [line.here.git("show", "-s", "--format=%s", oid) for oid in item(found, "record")["commits"]] == [
        "code", "more of it", "a note", "record",
    ]  # fmt: skip


def test_a_record_does_not_speak_for_what_its_own_commit_changes_too(line: Line) -> None:
    line.commit("a gap", {"src/a.py": "A = 1\n"})
    line.commit("recorded", line.recorded("src/a.py", "A = 2\n"))
    assert groups(line.audit()) == {}


def test_a_record_does_not_speak_for_others_nor_for_long_ago(line: Line) -> None:
    line.commit("code of another", {"src/a.py": "A = 1\n"}, author="Grace")
    line.commit("record", line.record("src/a.py"))
    line.commit("code of long ago", {"src/b.py": "B = 1\n"})
    line.commit("late record", line.record("src/b.py"), days=4)
    line.commit("squashed (#1)", {"src/c.py": "C = 1\n"})
    line.commit("record of it", line.record("src/c.py"))
    found = line.audit()
    assert groups(found) == {}
    assert {title for title, verdict in verdicts(found).items() if verdict == "fail"} == {
        "code of another", "code of long ago", "squashed (#1)",
    }  # fmt: skip


PHR_A = "history/prompts/general/0009-round.green.prompt.md"
A, MORE_A, B = {"src/a.py": "A = 1\n"}, {"src/a.py": "A = 2\n"}, {"src/b.py": "B = 1\n"}


def of_branch(*paths: str, branch: str = "fix/round", embedded: str = PROMISE, **fields: str) -> dict[str, str]:
    """The PHR of a branch, made on it."""
    return {PHR_A: phr(paths, id="0009", kind="fix", branch=branch, embedded=embedded, **fields)}


def of_kind(kind: str, **fields: str) -> dict[str, str]:
    """The same of one file, as another kind of work."""
    ((path, text),) = of_branch("src/a.py", **fields).items()
    return {path: text.replace("kind: fix\n", f"kind: {kind}\n" * bool(kind))}


ON_A, ON_BOTH = of_branch("src/a.py"), of_branch("src/a.py", "src/b.py")


@pytest.mark.parametrize(
    "commits",
    [
        pytest.param([A, ON_A, B, ON_BOTH], id="a further file, then phr add"),
        pytest.param([A, ON_A, {**B, **ON_BOTH}], id="both in one commit"),
        pytest.param([A, {**MORE_A, **ON_A}], id="the PHR's commit was amended"),
        pytest.param([A, {**MORE_A, **B, **ON_A}, ON_BOTH], id="amended, then phr add"),
        pytest.param([A, of_branch("src/a.py", embedded=""), ON_A], id="its contract came later"),
        pytest.param([A, of_kind("chore", embedded=""), ON_A], id="a chore became a fix"),
        pytest.param([A, of_kind("", embedded=""), ON_A], id="its kind came later"),
        pytest.param([A, of_kind("chore", embedded="", branch="main"), of_kind("fix", branch="main")], id="on main"),
    ],
)
def test_a_branch_that_landed_as_it_was_is_one_change(line: Line, commits: list[dict[str, str]]) -> None:
    line.commits(*commits)
    found = line.audit()
    assert set(verdicts(found).values()) == {"pass"}, found
    last = str(len(commits) - 1)
    assert {title: count for title, (count, _) in groups(found).items()} == {last: len(commits)}
    assert "branch" in groups(found)[last][1]
    assert "by a PHR of their branch" in line.screen()
    assert "after it landed" not in sdd(line.here.path, "why", "src/a.py:1").out


def test_work_on_the_same_file_belongs_to_the_record_that_follows_it(line: Line) -> None:
    again = phr(["src/a.py"], id="0010", branch="fix/again", kind="fix", prompt="Round it down.", embedded=PROMISE)
    record = {"history/prompts/general/0010-again.green.prompt.md": again}
    line.commits({**A, **ON_A}, MORE_A, {"src/a.py": "A = 3\n", **record})
    found = line.audit("--fail-under", "100")
    assert {title: count for title, (count, _) in groups(found).items()} == {"2": 2}
    assert "0010-again" in sdd(line.here.path, "why", "src/a.py:1").out


OTHER = {"author": "Grace"}


@pytest.mark.parametrize(
    ("commits", "failing"),
    [
        pytest.param([A, ON_A, B], {"2"}, id="a file that no PHR names"),
        pytest.param([A, ON_A, MORE_A], {"2"}, id="more of the same, as where a hook was skipped"),
        pytest.param([A, ON_A, "merge", B, ON_BOTH], {"3", "4"}, id="after a merge"),
        pytest.param([A, ON_A, "fork", B, ON_BOTH, "merge"], {"3", "4"}, id="another branch was begun on it"),
        pytest.param([A, ON_A, B, of_branch("src/a.py", "src/b.py", prompt="Else.")], {"2", "3"}, id="other words"),
        pytest.param([A, ON_A, B, of_branch("src/b.py")], {"2", "3"}, id="a file is named no more"),
        pytest.param([A, ON_A, of_kind("chore")], {"2"}, id="another kind"),
        pytest.param([A, ON_A, of_kind("chore", embedded="")], {"2"}, id="a fix became a chore"),
        pytest.param([A, ON_A, of_branch("src/a.py", "src/old.py")], {"2"}, id="a file that nobody changed"),
        pytest.param([A, ON_A, (B, OTHER), ON_BOTH], {"2", "3"}, id="somebody else's, then phr add"),
        pytest.param([A, ON_A, B, (ON_BOTH, {"days": 4})], {"2", "3"}, id="phr add days later"),
        pytest.param(
            [A, ON_A, B, of_branch("src/a.py", "src/b.py", embedded=PROMISE.replace("half up", "down"))],
            {"2", "3"},
            id="another promise",
        ),
    ],
)
def test_what_the_gate_would_have_refused_joins_no_branch(line: Line, commits: list[Any], failing: set[str]) -> None:
    for number, step in enumerate(commits):
        files, how = step if isinstance(step, tuple) else (step, {})
        if files == "fork":
            line.branch("other")
            line.commit("other", line.recorded("src/c.py"))
            line.here.git("switch", "-q", "main")
        elif files == "merge":
            if not line.here.git("branch", "--list", "other"):
                line.branch("other")
                line.commit("other", line.recorded("src/c.py"))
            line.merge("other", message=str(number))
        else:
            line.commit(str(number), files, **how)
    assert {title for title, verdict in verdicts(line.audit()).items() if verdict != "pass"} == failing


WAIVED = {
    "history/waivers/0001-down.md": "---\nrules: [change-no-phr, change-no-contract, change-no-spec]\n"
    "paths: [/src/a.py]\nreason: It is down.\napproved_by: Grace\nexpires: 2026-05-01\n---\n"
}


def test_a_waiver_on_top_is_for_the_hotfix_alone(line: Line) -> None:
    line.commit("fix", A)
    line.commit("its record", ON_A)
    line.commit("hotfix", MORE_A)
    line.commit("waiver", WAIVED)
    line.commit("paid back", line.record("src/a.py", *WAIVED))
    found = line.audit()
    assert groups(found) == {"its record": (2, ["phr"]), "waiver": (2, ["waiver"])}
    assert verdicts(found) == {"its record": "pass", "waiver": "waived", "paid back": "pass", "Adopt sdd": "pass"}
    assert "1 by a waiver of what earlier ones changed" in line.screen()


@pytest.mark.parametrize(
    ("commits", "failing"),
    [
        pytest.param([B, WAIVED], {"0"}, id="for another file"),
        pytest.param([MORE_A, ({}, OTHER), WAIVED], {"0"}, id="behind somebody else's"),
        pytest.param([MORE_A, (WAIVED, {"days": 4})], {"0"}, id="days later"),
        pytest.param([B, WAIVED, A], {"0"}, id="before its hotfix"),
        pytest.param([MORE_A, {"src/a.py": "A = 3\n", **WAIVED}], {"0"}, id="with a change of its own"),
    ],
)
def test_a_waiver_is_for_nothing_else(line: Line, commits: list[Any], failing: set[str]) -> None:
    line.commits(*commits)
    assert {title for title, verdict in verdicts(line.audit()).items() if verdict == "fail"} == failing


SCOPED = "history/contracts/general/0001-round.contract.md"
MORE = "history/contracts/general/0002-more.contract.md"


def promised(scope: str, status: str = "done") -> str:
    """The text of a contract."""
    return contract([scope], status=status).replace("1:2:src/vat.py", "1:1:src/old.py")


NARROW = phr(["src/a.py", "src/b.py"], id="0009", kind="fix", contract=SCOPED)


def test_a_contract_that_a_refusal_asked_for_is_part_of_the_branch(line: Line) -> None:
    line.commit("contract", {SCOPED: promised("/src/a.py", "open")})
    line.commit("code", {**A, **B})
    line.commit("record", {PHR_A: NARROW})
    line.commit("further contract", {MORE: promised("/src/b.py", "open")})
    line.commit("closed", {MORE: promised("/src/b.py")})
    found = line.audit()
    assert groups(found) == {"closed": (4, ["contract", "phr"])}
    assert set(verdicts(found).values()) == {"pass"}


def test_a_contract_is_not_for_code_that_landed_before_it(line: Line) -> None:
    line.commit("recorded", line.recorded("src/a.py"))
    line.commit("a gap", B)
    line.commit("contract", {MORE: promised("/src/**", "open")})
    line.commit("code", {"src/c.py": "C = 1\n"})
    line.commit("closed", {MORE: promised("/src/**")})
    line.commit("record", {PHR_A: phr(["src/c.py"], id="0009", kind="fix")})
    found = line.audit()
    assert groups(found) == {"record": (3, ["phr"])}
    assert {title for title, verdict in verdicts(found).items() if verdict != "pass"} == {"a gap", "record"}


def test_a_contract_on_top_reaches_no_further_than_its_own_branch(line: Line) -> None:
    line.commit("first", {**A, SCOPED: promised("/src/**", "open")})
    line.commit("first closed", {SCOPED: promised("/src/**")})
    line.commit("first recorded", {PHR_A: phr(["src/a.py"], id="0009", kind="fix")})
    line.commit("second", B)
    line.commit("contract of it", {MORE: promised("/src/**")})
    line.commit("second recorded", line.record("src/b.py"))
    assert groups(line.audit()) == {"first recorded": (3, ["phr"]), "second recorded": (3, ["contract", "phr"])}


def test_open_contracts_in_a_row_are_looked_at_a_bounded_number_of_times(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [f"history/contracts/general/{number:04}-round.contract.md" for number in range(40)]
    line.commits(*({path: promised("/src/a.py", "open")} for path in paths))
    looks = counted(monkeypatch, by_records, "locate", lambda path: path)
    assert groups(line.audit()) == {}
    assert max(looks.values()) <= 25


def test_a_record_that_is_given_back_what_it_held_is_no_change(line: Line) -> None:
    kept = line.record("src/a.py")
    line.commit("recorded", {**A, **kept})
    ((path, text),) = kept.items()
    line.commit("altered", {path: str(text).replace("Round", "Reckon")})
    line.commit("a note", {"NOTES.md": "Rounded.\n"})
    line.commit("restored", kept)
    found = line.audit()
    assert groups(found) == {"restored": (3, ["restored"])}
    assert set(verdicts(found).values()) == {"pass"}


def test_a_record_that_came_back_does_not_answer_for_the_revert_that_took_it(line: Line) -> None:
    kept = line.record("src/a.py")
    line.commit("recorded", {**A, **kept})
    line.commit("a merge between", {"NOTES.md": "Rounded.\n"})
    line.commit("reverted", {"src/a.py": None, **dict.fromkeys(kept)})
    line.commit("brought back", kept)
    line.commit("the revert's PHR", line.record("src/a.py", kind="revert"))
    assert groups(line.audit()) == {"the revert's PHR": (3, ["phr", "restored"])}


def test_a_record_that_is_restored_long_after_was_missing_in_between(line: Line) -> None:
    kept = line.record("src/a.py")
    line.commit("recorded", {**A, **kept})
    ((path, text),) = kept.items()
    line.commit("altered", {path: str(text).replace("Round", "Reckon")})
    for number in range(20):
        line.commit(f"note {number}", {"NOTES.md": f"{number}\n"})
    line.commit("restored", kept)
    found = line.audit()
    assert groups(found) == {}
    assert {title for title, verdict in verdicts(found).items() if verdict != "pass"} == {"altered", "restored"}


def test_a_record_speaks_for_what_the_records_of_a_commit_do_not_name(line: Line) -> None:
    root = {f"web/{path}": text for path, text in ADOPTION.items()}
    line.commit(
        "new root", {**root, "web/b.py": "B = 1\n", **line.record("web/.specify/sdd.toml", stage="constitution")}
    )
    line.commit("its record", line.record("web/b.py"))
    assert groups(line.audit()) == {"its record": (2, ["phr"])}


def test_neither_adoption_nor_a_merge_is_put_together_with_anything(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo", adopted=False)
    line.commit("a gap before", {"src/a.py": "A = 1\n"})
    line.commit("Adopt sdd", {**ADOPTION, "src/b.py": "B = 1\n"})
    line.commit("record", line.record("src/b.py"))
    line.branch()
    line.commit("code", {"src/c.py": "C = 1\n"})
    line.merge("work", message="Merge work")
    line.commit("record of the merge", line.record("src/c.py"))
    found = line.audit()
    assert groups(found) == {}
    assert verdicts(found)["Merge work"] == "perhaps"


def test_a_group_is_cut_where_the_range_begins(line: Line) -> None:
    line.commit("code", {"src/a.py": "A = 1\n"})
    line.commit("a note", {"NOTES.md": "Rounded.\n"})
    line.commit("record", line.record("src/a.py"))
    assert groups(line.audit()) == {"record": (3, ["phr"])}
    assert groups(line.audit("HEAD~2..")) == {}
    assert groups(line.audit("HEAD~3..")) == {"record": (3, ["phr"])}


@pytest.mark.parametrize(
    ("message", "mark"),
    [
        ("Round (#12)", "#12"),
        ("Round (!12)", "!12"),
        ("Merged in round (pull request #12)", "#12"),
        ("Merged PR 12: round", "#12"),
        ('Revert "Round (#12)"', ""),
        ("Round\n\nChange-Id: I0123", "I0123"),
        ("Round (#12)\n\nChange-Id: I0123", "#12"),
        ("Round\n\nDifferential Revision: https://example.com/D12\n", "https://example.com/D12"),
        ("Round\n\nas said in PR-URL: https://example.com/12", ""),
        ("Round #12", ""),
        ("", ""),
    ],
)
def test_marks_are_read_as_hosts_and_tools_write_them(message: str, mark: str) -> None:
    title = message.partition("\n")[0]
    commit = LineCommit("0" * 40, ("1" * 40,), "2026-03-01", 0, 0, "Ada <a>", "Ada <a>", title, message, False)
    assert mark_of(commit) == mark
