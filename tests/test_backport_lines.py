"""A backport without its record: the refusal names the landed record that passes, and its line brings it along."""

import pytest

from tests.adopted import FEATURE, POLICY, PROMISE, Adopted, contract, phr, sdd
from tests.forked import forked_python
from tests.test_next_lines import printed, run_line

Files = dict[str, str | bytes | None]
TARGETS = '[gate]\ntargets = ["main", "release/*"]\n'
RECORD = "history/prompts/general/0007-half.green.prompt.md"
CONTRACT = "history/contracts/general/0007-half.contract.md"
CODE: Files = {"src/a.py": "A = 1\n", "src/b.py": "B = 1\n"}
OF_FIX: Files = {RECORD: phr([*CODE], id="0007", kind="fix", embedded=PROMISE)}
LINKED: Files = {
    RECORD: phr([*CODE], id="0007", contract=CONTRACT),
    CONTRACT: contract(["/src/**"], kind="fix"),
}
BESIDE: Files = {RECORD: phr([*CODE], id="0007"), CONTRACT: contract(["/src/**"], kind="fix")}
OF_FEATURE: Files = {
    RECORD: phr([*CODE], id="0007", contract=CONTRACT),
    CONTRACT: contract(["/src/**"], kind="feature", feature=FEATURE),
}


@pytest.fixture
def released(adopted: Adopted) -> Adopted:
    """A project with a release that has gone on by itself."""
    adopted.land_change({POLICY: TARGETS, "src/b.py": "B = 0\n"})
    adopted.branch("release/1")
    adopted.write({"src/release.py": "R = 1\n"})
    adopted.land("release/1")
    adopted.here.git("switch", "-q", "main")
    return adopted


def land(adopted: Adopted, records: Files, how: str) -> str:
    """Lands the work on main, as a squash, a merge, or as commits one after the other; the commit that holds it."""
    if how == "squash":
        adopted.land_change({**CODE, **records})
        return adopted.here.git("rev-parse", "HEAD")
    adopted.branch("fix/half")
    code = adopted.write(CODE)
    adopted.write(records)
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", *(["--no-ff"] if how == "merge" else ["--ff-only"]), "fix/half")
    adopted.land("main")
    return code


def pick(adopted: Adopted, commit: str) -> None:
    """Brings the code of a commit, and nothing else, to a branch of the release."""
    adopted.branch("fix/backport", "release/1")
    adopted.here.git("checkout", commit, "--", *CODE)
    adopted.here.git("commit", "-q", "-m", "Round half up")


@pytest.mark.parametrize("how", ["squash", "merge", "line"])
@pytest.mark.parametrize("records", [OF_FIX, LINKED, BESIDE, OF_FEATURE], ids=["own", "linked", "beside", "feature"])
def test_the_record_that_was_left_behind_is_offered_first(released: Adopted, records: Files, how: str) -> None:
    pick(released, land(released, records, how))
    told = released.sdd("gate").out
    assert "it landed on another target with its record." in told
    first = printed(told)[0]
    assert first.startswith("git checkout ")
    assert RECORD in first
    run_line(released, first)
    pushed = released.push("fix/backport")
    assert pushed.returncode == 0, pushed.stderr


@pytest.mark.parametrize("records", [LINKED, BESIDE, OF_FEATURE], ids=["linked", "beside", "feature"])
def test_the_contract_that_alone_was_left_behind_is_offered_first(released: Adopted, records: Files) -> None:
    pick(released, land(released, records, "merge"))
    released.write({RECORD: records[RECORD]})
    told = released.sdd("gate").out
    assert "src/a.py:1:1: change-no-contract: needs a contract: the one that it landed with on another target" in told
    first = printed(told)[0]
    assert CONTRACT in first
    assert RECORD not in first
    run_line(released, first)
    pushed = released.push("fix/backport")
    assert pushed.returncode == 0, pushed.stderr


@pytest.mark.parametrize("start", ["main", "main~1"], ids=["with sdd", "older"])
@pytest.mark.parametrize(
    ("line", "reason"), [("C = 2", "lines within three of it differ"), ("C = 3", "it changes other lines")]
)
def test_a_picked_record_of_another_edit_is_told_with_the_reason(
    adopted: Adopted, start: str, line: str, reason: str
) -> None:
    """One of the lines around the edit differs on the release, which may be older than sdd."""
    code, before = "src/a.py", "a\nb\nc\nC = 1\n"
    adopted.branch("release/1", start)
    adopted.write({code: before})
    adopted.here.git("push", "-q", "--no-verify", "origin", "release/1")
    adopted.here.git("switch", "-q", "main")
    adopted.land_change({POLICY: TARGETS, code: before.replace("c", "d")})
    adopted.branch("fix/c")
    adopted.write({code: "a\nb\nd\nC = 2\n"})
    record = {RECORD: phr([code], id="0007", kind="fix", embedded=PROMISE)}
    adopted.write({**record})
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "fix/c")
    adopted.land("main")
    adopted.here.git("switch", "-q", "release/1")
    adopted.write({code: f"a\nb\nc\n{line}\n"}, "fix: c")
    adopted.write({**record})
    told = adopted.sdd("gate").out
    assert (
        f"{code}:1:1: change-no-phr: needs a PHR of its own: {RECORD} landed on origin/main, "
        f"and the edit here is not the one it covered ({reason})\n"
    ) in told
    run_line(adopted, printed(told)[0])
    pushed = adopted.push("release/1")
    assert pushed.returncode == 0, pushed.stderr


def test_work_that_differs_or_goes_beyond_gets_a_record_of_its_own(released: Adopted) -> None:
    pick(released, land(released, OF_FIX, "merge"))
    released.write({"src/c.py": "C = 1\n"})
    assert not any("git checkout" in line for line in printed(released.sdd("gate").out))
    released.here.git("reset", "-q", "--hard", "HEAD~")
    released.write({"src/b.py": "B = 2\n"})
    assert not any("git checkout" in line for line in printed(released.sdd("gate").out))


def test_the_record_is_offered_from_a_folder_below(released: Adopted) -> None:
    pick(released, land(released, OF_FIX, "squash"))
    ran = released.sdd("-C", "src", "status")
    assert f":/{RECORD}" in printed(ran.out)[0]


def test_a_server_says_to_fetch_what_holds_the_record(released: Adopted) -> None:
    pick(released, land(released, OF_FIX, "squash"))
    with forked_python():
        assert sdd(released.remote.path, "hook", "install", "--server").status == 0
    told = released.here.run("git", "push", "--no-verify", "origin", "fix/backport").stderr
    line = printed(told.replace("remote: ", ""))[0]
    assert line.startswith("git fetch && git checkout ")
    assert RECORD in line
    run_line(released, line)
    pushed = released.push("fix/backport")
    assert pushed.returncode == 0, pushed.stderr


@pytest.mark.parametrize("how", ["squash", "merge"])
def test_a_branch_that_is_as_near_to_a_release_is_told_to_follow_it(adopted: Adopted, how: str) -> None:
    """The first backport: main still holds all of the release."""
    adopted.land_change({POLICY: TARGETS})
    adopted.push("main:refs/heads/release/1", "--no-verify")
    adopted.here.git("fetch", "-q")
    land(adopted, OF_FIX, how)
    adopted.land_change({"src/a.py": "A = 1\nLATER = 1\n"})
    adopted.branch("fix/backport", "origin/release/1")
    adopted.here.git("branch", "--unset-upstream")
    adopted.write({**CODE, **OF_FIX})
    for screen in (adopted.sdd("gate").out, adopted.sdd("status").out):
        assert printed(screen)[0] == "git branch -u origin/release/1"
    adopted.write({"src/more.py": "1\n"})
    assert "git branch -u" not in adopted.sdd("gate").out
    adopted.here.git("reset", "-q", "--hard", "HEAD~")
    run_line(adopted, "git branch -u origin/release/1")
    pushed = adopted.push("fix/backport")
    assert pushed.returncode == 0, pushed.stderr


@pytest.mark.parametrize("ahead", [True, False])
def test_a_server_takes_a_branch_for_any_target_that_is_as_near(adopted: Adopted, ahead: bool) -> None:
    """It does not see which one the branch follows; what lands on a target is judged by that one alone."""
    adopted.land_change({POLICY: TARGETS})
    adopted.push("main:refs/heads/release/1", "--no-verify")
    adopted.here.git("fetch", "-q")
    land(adopted, OF_FIX, "merge")
    if ahead:
        adopted.land_change({"src/a.py": "A = 1\nLATER = 1\n"})
    with forked_python():
        assert sdd(adopted.remote.path, "hook", "install", "--server").status == 0
    adopted.branch("fix/backport", "origin/release/1")
    adopted.write({**CODE, **OF_FIX})
    pushed = adopted.push("--no-verify", "fix/backport")
    assert pushed.returncode == 0, pushed.stderr
    if ahead:
        assert adopted.push("--no-verify", "fix/backport:main", "-f").returncode == 1
    adopted.write({"src/more.py": "1\n"})
    refused = adopted.push("--no-verify", "fix/backport")
    assert (refused.returncode, "src/more.py" in refused.stderr) == (1, True)


def test_a_check_is_worth_the_same_where_the_files_are_the_same(released: Adopted) -> None:
    released.branch("fix/half")
    code = released.write(CODE)
    words = ("--kind", "fix", "--success", "B is 1.", "--check", "grep -q 1 src/b.py", "--run", "--commit", "--json")
    record = str(released.done("phr", "new", "Round half up", *words).document["relative_path"])
    released.land()
    pick(released, code)
    released.here.git("checkout", "fix/half", "--", record)
    for text, state in ("B = 1\n", "passed"), ("B = 10\n", "ran"):
        released.write({"src/b.py": text})
        (change,) = released.gate()["changes"]
        assert [each["state"] for each in change["checks"]] == [state]
        assert change["requests"][0]["contracts"][0]["checks"][0]["state"] == state
