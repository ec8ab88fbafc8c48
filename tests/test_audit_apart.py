"""The audit of a target that is older than sdd: it judges as the gate does, by the policy of another target."""

from pathlib import Path

import pytest

from tests.lines import ADOPTION, CONSTITUTION, POLICY, Line, verdicts
from tests.test_why import places, why

NAMED = '[gate]\ntargets = ["main", "v0"]\n'


@pytest.fixture(params=[False, True], ids=["", "spec-kit"])
def line(tmp_path: Path, request: pytest.FixtureRequest) -> Line:
    """A release that was cut and went on before main adopted sdd, with spec-kit or without, and is checked out."""
    line = Line(tmp_path / "repo", adopted=False)
    if request.param:
        line.here.write(CONSTITUTION, "# Ours\n")
        line.here.git("add", "--all")
        line.here.git("commit", "-q", "--amend", "--no-edit", **line.dates())
    line.branch("v0")
    line.commit("Old", {"src/old.py": "OLD = 2\n"})
    line.here.git("switch", "-q", "main")
    line.commit("Adopt sdd", {**ADOPTION, POLICY: NAMED})
    line.here.git("switch", "-q", "v0")
    return line


def test_what_landed_since_is_judged_by_the_policy_of_the_other_target(line: Line) -> None:
    line.commit("Bare (#1)", {"src/a.py": "A = 1\n"})
    line.commit("Recorded (#2)", line.recorded("src/b.py"))
    found = line.audit("v0")
    assert verdicts(found) == {"Bare (#1)": "fail", "Recorded (#2)": "pass"}
    assert found["before_sdd"] == 2
    assert line.screen("v0").splitlines()[0].endswith(", by today's policy of main")
    assert verdicts(line.audit("--policy-at-the-time", "v0")) == verdicts(found)
    assert verdicts(line.audit("v0~1")) == {"Bare (#1)": "fail"}
    assert line.audit("--fail-under", "100", "v0", status=1)


@pytest.mark.parametrize("how", ["merges main", "adopts by itself"])
def test_what_was_judged_stays_judged_once_it_has_sdd(line: Line, how: str) -> None:
    line.commit("Bare (#1)", {"src/a.py": "A = 1\n"})
    line.commit("fix: b", {"src/b.py": "B = 1\n"})
    (path, text), *_ = line.record("src/b.py").items()
    line.commit("Record it", {path: text})
    before = verdicts(line.audit("v0"))
    if how == "merges main":
        line.here.git("merge", "-q", "-m", "Take sdd", "main", **line.dates())
    else:
        line.commit("Take sdd", {**ADOPTION, POLICY: NAMED})
    line.commit("Later (#3)", {"src/c.py": "C = 1\n"})
    found = line.audit("v0")
    assert verdicts(found) == {**before, "Take sdd": "pass", "Later (#3)": "fail"}
    assert found["before_sdd"] == 2
    assert verdicts(line.audit("--policy-at-the-time", "v0")) == verdicts(found)
    shown = line.screen("v0")
    assert ", by today's policy\n" in shown
    assert "before    2 changes without sdd, not judged\n" in shown
    assert verdicts(line.audit("v0~2")) == before
    assert places(why(line.here.path, "src/b.py:1"), "phr") == [path]


@pytest.mark.parametrize("line", [False], indirect=True)
@pytest.mark.parametrize("target", ["v0", "main"])
def test_main_may_go_on_from_the_merge_of_the_line(line: Line, target: str) -> None:
    line.commit("fix: b", {"src/b.py": "B = 1\n"})
    (path, text), *_ = line.record("src/b.py").items()
    line.commit("Record it", {path: text})
    line.here.git("merge", "-q", "-m", "Take sdd", "main", **line.dates())
    line.here.git("switch", "-q", "main")
    line.here.git("merge", "-q", "--ff-only", "v0")
    found = line.audit(target)
    assert (verdicts(found), found["before_sdd"]) == ({"Record it": "pass", "Take sdd": "pass"}, 2)
    assert verdicts(line.audit(f"{target}~1")) == {"Record it": "pass"}
    assert places(why(line.here.path, "src/b.py:1"), "phr") == [path]


def test_what_the_other_target_held_by_then_was_no_new_work(line: Line) -> None:
    work = line.recorded("src/a.py", "A = 1\n")
    line.here.git("switch", "-q", "main")
    line.commit("Recorded (#1)", work)
    line.here.git("switch", "-q", "v0")
    line.commit("Backport (#2)", work)
    line.commit("Too early (#3)", {"src/c.py": "C = 1\n"})
    line.here.git("switch", "-q", "main")
    line.commit("The same (#4)", line.recorded("src/c.py", "C = 1\n"))
    assert verdicts(line.audit("v0")) == {"Backport (#2)": "pass", "Too early (#3)": "fail"}


def test_a_branch_that_no_policy_names_is_not_judged(line: Line) -> None:
    line.commit("Bare", {"src/a.py": "A = 1\n"})
    line.here.git("branch", "-m", "v0", "v1")
    found = line.audit("v1")
    assert (found["changes"], found["before_sdd"]) == (0, 3)


@pytest.mark.parametrize("target", ["v0", "main"])
def test_the_first_fix_and_its_record_are_one_change_for_why_too(line: Line, target: str) -> None:
    line.here.git("switch", "-q", target)
    if target == "main":  # a policy is no record: the first one comes with the first fix
        line.here.git("reset", "-q", "--hard", "HEAD~1")
        line.commit("Adopt sdd", {POLICY: NAMED})
    line.commit("fix: a", {"src/a.py": "A = 1\n"})
    (path, text), *_ = line.record("src/a.py").items()
    fix = line.tip
    line.commit("Record it", {path: text})
    assert verdicts(line.audit(target)) == {"Record it": "pass", **({"Adopt sdd": "pass"} if target == "main" else {})}
    for question in ("src/a.py:1", fix):
        assert places(why(line.here.path, question), "phr") == [path]


def test_what_landed_before_the_other_target_adopted_is_no_part_of_a_fix(line: Line) -> None:
    line.here.git("switch", "-q", "main")
    line.here.git("reset", "-q", "--hard", "HEAD~1")
    line.here.git("switch", "-q", "v0")
    line.commit("Before", {"src/a.py": "A = 1\nB = 1\n"})
    line.here.git("switch", "-q", "main")
    line.commit("Adopt sdd", {**ADOPTION, POLICY: NAMED})
    line.here.git("switch", "-q", "v0")
    line.commit("fix: b", {"src/a.py": "A = 1\nB = 2\n"})
    line.commit("Record it", line.record("src/a.py"))
    assert len(places(why(line.here.path, "src/a.py:2"), "phr")) == 1
    assert not [step for step in why(line.here.path, "src/a.py:1")["chain"] if step["how"] == "same change"]
