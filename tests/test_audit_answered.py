"""Waivers with the key `landing`: the answers to landings that an audit fails."""

from pathlib import Path

import pytest

from tests.adopted import Adopted, sdd
from tests.lines import ADOPTION, Line, item, verdicts

WAIVER = "history/waivers/0001-answer.md"


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository with two gaps and a change that passes."""
    line = Line(tmp_path / "repo")
    line.commit("Gap (#1)", {"src/a.py": "A = 1\n"})
    line.commit("Other gap (#2)", {"src/b.py": "B = 1\n"})
    line.commit("Recorded (#3)", line.recorded("src/c.py"))
    return line


def answer(landing: str, **fields: str) -> str:
    """The text of a waiver."""
    said = {"landing": landing, "reason": "The rule came later.", "approved_by": "Grace", **fields}
    return "\n".join(["---", 'id: "0001"', "title: Answer", *(f"{k}: {v}" for k, v in said.items() if v), "---", ""])


def test_an_answered_landing_is_counted_apart(line: Line) -> None:
    gap = line.here.git("rev-parse", "HEAD~2")
    line.commit("Answer it (#4)", {WAIVER: answer(gap)})
    found = line.audit()
    assert verdicts(found) == {
        "Other gap (#2)": "fail", "Gap (#1)": "answered", "Answer it (#4)": "pass", "Recorded (#3)": "pass",
        "Adopt sdd": "pass",
    }  # fmt: skip
    assert (found["changes"], found["passed"], found["answered"], found["before_sdd"]) == (4, 3, 1, 1)
    assert found["by_rule"]["change-no-phr"] == 1
    told = item(found, "Gap (#1)")
    assert told["answer"] == {"waiver": WAIVER, "reason": "The rule came later."}
    assert told["rules"] == ["change-no-phr", "change-no-contract", "change-no-spec"]
    assert item(found, "Other gap (#2)")["answer"] is None
    screen = line.screen()
    assert "answered  1 change that failed, counted in no share\n" in screen
    assert f"{gap[:12]}: {WAIVER}: The rule came later.\n" in screen
    assert "Grace" not in screen
    markdown = sdd(line.here.path, "audit", "--format", "markdown").out
    assert markdown.startswith("### sdd: audit: ")
    assert " passed, " in markdown.partition("\n")[0]
    assert WAIVER in markdown
    assert markdown.count("```") == 2
    report = sdd(line.here.path, "report", "--json").document
    assert (report["answered"], report["shares"]["changes"]) == (1, 4)
    assert "1 change that failed is answered by a waiver." in sdd(line.here.path, "report", "--format", "markdown").out


def test_what_is_answered_does_not_fail_a_pipeline(line: Line) -> None:
    for place, commit in enumerate(line.here.git("rev-list", "HEAD~3..HEAD~1").split(), 1):
        assert line.audit("--fail-under", "100", status=1)["answered"] == place - 1
        line.commit(f"Answer (#{place + 5})", {f"history/waivers/000{place}-answer.md": answer(commit[:9].upper())})
    assert line.audit("--fail-under", "100")["answered"] == 2


def test_an_answer_outlives_every_day_and_changes_no_verdict_of_a_gate(line: Line) -> None:
    gap = line.here.git("rev-parse", "HEAD~2")
    line.commit("Answer it (#4)", {WAIVER: answer(gap)})
    line.commit("Much later (#5)", line.recorded("src/d.py"), days=400)
    assert line.audit()["answered"] == 1
    assert sdd(line.here.path, "check", WAIVER).status == 0
    assert sdd(line.here.path, "gate", "--base", f"{gap}^", "--head", gap).status == 1
    assert "0 waivers" in sdd(line.here.path, "status").out


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"landing": "main"}, "the landing main is no commit"),
        ({"landing": "abc12"}, "the landing abc12 is no commit"),
        ({"reason": ""}, "does not say its reason"),
        ({"approved_by": ""}, "does not say its approved_by"),
        ({"rules": "[change-no-phr]"}, "answers a landing, and has no rules"),
        ({"paths": "[src/a.py]"}, "answers a landing, and has no paths"),
        ({"expires": "2026-03-31"}, "answers a landing, and has no expires"),
    ],
)
def test_an_answer_has_to_say_all_and_no_more(line: Line, fields: dict[str, str], fault: str) -> None:
    gap = line.here.git("rev-parse", "HEAD~2")
    line.commit("Answer it (#4)", {WAIVER: answer(**{"landing": gap, **fields})})
    checked = sdd(line.here.path, "check", WAIVER)
    assert (checked.status, f"waiver-incomplete: {fault}" in checked.out) == ((1, True) if fault else (0, False))
    assert line.audit()["answered"] == int(not fault)


def test_an_answer_is_for_its_own_root_and_those_below(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo", adopted=False)
    roots = ("", "web/", "api/")
    line.commit("Adopt (#1)", {f"{root}{path}": text for root in roots for path, text in ADOPTION.items()})
    both = line.commit("Both (#2)", {"api/a.py": "A = 1\n", "web/a.py": "A = 1\n"})
    line.commit("Answer for one (#3)", {f"api/{WAIVER}": answer(both)})
    assert verdicts(line.audit())["Both (#2)"] == "fail"
    line.commit("Answer for all (#4)", {WAIVER: answer(both)})
    assert verdicts(line.audit())["Both (#2)"] == "answered"


def test_the_command_writes_an_answer(line: Line) -> None:
    gap = line.here.git("rev-parse", "HEAD~2")
    said = ("--reason", "The rule came later.", "--approved-by", "Grace", "--commit")
    made = sdd(line.here.path, "waiver", "new", "--landing", "HEAD~2", *said)
    assert (made.status, f"(answers {gap[:12]})" in made.out) == (0, True)
    assert verdicts(line.audit())["Gap (#1)"] == "answered"
    for wrong in (("change-no-phr",), ("--path", "src/a.py"), ("--days", "3")):
        ran = sdd(line.here.path, "waiver", "new", *wrong, "--landing", "HEAD", *said)
        assert (ran.status, "--landing answers a commit as a whole" in ran.err) == (2, True)
    assert sdd(line.here.path, "waiver", "new", "--landing", "nonsense", *said).status == 2


def test_an_answer_for_what_has_not_landed_says_so(adopted: Adopted) -> None:
    adopted.branch()
    head = adopted.write({"src/new.py": "NEW = 1\n"})
    said = ("--reason", "The rule came later.", "--approved-by", "Grace")
    assert f"{head[:12]} has not landed on origin/main" in adopted.done("waiver", "new", "--landing", "HEAD", *said).err
    assert "has not landed" not in adopted.done("waiver", "new", "--landing", "origin/main", *said).err
