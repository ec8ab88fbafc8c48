"""`sdd audit`: what each change that has landed had, and what it lacked."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adopted import contract, phr, sdd
from tests.lines import ADOPTION, CONSTITUTION, POLICY, Line, item, verdicts
from tests.scratch import Scratch


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository of its own, without a remote."""
    return Line(tmp_path / "repo")


def test_a_merge_is_one_change_whatever_commits_it_brings(line: Line) -> None:
    line.branch()
    line.commit("code", {"src/a.py": "A = 1\n"})
    line.commit("its record", line.record("src/a.py"))
    line.merge("work", message="Merge a")
    line.branch()
    line.commit("more code", {"src/b.py": "B = 1\n"})
    merge = line.merge("work", message="Merge b")
    found = line.audit()
    assert verdicts(found) == {"Merge b": "fail", "Merge a": "pass", "Adopt sdd": "pass"}
    assert (found["changes"], found["passed"], found["share"]) == (3, 2, 0.6667)
    assert (found["before_sdd"], found["not_judged"], found["lower_bound"]) == (1, 0, False)
    gap = item(found, "Merge b")
    assert gap["head"] == merge
    assert gap["base"] == line.here.git("rev-parse", "HEAD^1")
    assert gap["rules"] == ["change-no-phr", "change-no-contract", "change-no-spec"]
    assert gap["lacking"] == [{"path": "src/b.py", "lacks": ["phr", "contract", "spec"], "lines": 1}]
    assert found["by_need"]["phr"] == {"asked": 2, "had": 1}


def test_squashed_changes_are_judged_one_by_one(line: Line) -> None:
    line.commit("Round a (#1)", line.recorded("src/a.py"))
    line.commit("Round b (#2)", {"src/b.py": "B = 1\n"})
    line.commit("Round c (#3)", line.recorded("src/c.py"))
    found = line.audit()
    assert verdicts(found) == {
        "Round b (#2)": "fail", "Round c (#3)": "pass", "Round a (#1)": "pass", "Adopt sdd": "pass",
    }  # fmt: skip
    assert (found["grouped"], found["lower_bound"]) == ({"changes": 0, "commits": 0, "by": {}}, False)


def test_octopus_and_criss_cross_merges_and_empty_commits(line: Line) -> None:
    for name in ("one", "two"):
        line.here.git("switch", "-q", "-c", name, "main")
        line.commit(f"code {name}", line.recorded(f"src/{name}.py"))
    line.merge("one", "two", message="Merge both")
    line.branch("left")
    line.commit("left", line.recorded("src/left.py"))
    line.here.git("switch", "-q", "-c", "right", "main")
    line.commit("right", {"src/right.py": "R = 1\n"})
    line.here.git("merge", "-q", "-m", "right takes left", "left", **line.dates())
    line.here.git("switch", "-q", "left")
    line.here.git("merge", "-q", "-m", "left takes right", "right~1", **line.dates())
    line.merge("left", message="Merge left")
    line.merge("right", message="Merge right")
    line.commit("nothing at all")
    found = line.audit()
    assert verdicts(found) == {
        "Merge left": "fail", "nothing at all": "pass", "Merge right": "pass", "Merge both": "pass",
        "Adopt sdd": "pass",
    }  # fmt: skip
    assert [lack["path"] for lack in item(found, "Merge left")["lacking"]] == ["src/right.py"]


def test_reverts_and_renames_are_what_the_gate_takes_them_for(line: Line) -> None:
    line.commit("Round a (#1)", line.recorded("src/a.py"))
    line.here.git("revert", "--no-commit", "HEAD")
    line.here.git("checkout", "-q", "HEAD", "--", "history")
    reverting = line.record("src/a.py", kind="revert", embedded="", prompt=f"This reverts commit {line.tip}.")
    line.commit("Take a back (#2)", reverting)
    line.commit("Invent b (#3)", {"src/b.py": "B = 1\n", **line.record("src/b.py", kind="revert", embedded="")})
    line.here.git("mv", "src/old.py", "src/new.py")
    line.commit("Rename (#4)", line.record("src/new.py"))
    found = line.audit()
    assert verdicts(found) == {
        "Invent b (#3)": "fail", "Rename (#4)": "pass", "Take a back (#2)": "pass", "Round a (#1)": "pass",
        "Adopt sdd": "pass",
    }  # fmt: skip
    assert item(found, "Invent b (#3)")["rules"] == ["change-not-a-revert"]


# -- policies ----------------------------------------------------------------------------------------------


def with_policy(line: Line, policy: str, message: str) -> None:
    """Lands another policy with the record that it wants."""
    decision = line.record(POLICY, stage="constitution", kind="", embedded="", prompt=message)
    named = {
        path.replace("/general/", "/constitution/").replace(".green.", ".constitution."): text
        for path, text in decision.items()
    }
    line.commit(message, {POLICY: policy, **named})


def test_today_s_policy_judges_all_of_history_unless_its_own_is_asked_for(line: Line) -> None:
    line.commit("Code (#1)", {"src/a.py": "A = 1\n"})
    with_policy(line, '[gate]\nexempt = ["src/a.py"]\n', "Let a be (#2)")
    line.commit("More code (#3)", {"src/a.py": "A = 2\n"})
    line.commit("Other code (#4)", {"src/b.py": "B = 2\n"})
    assert verdicts(line.audit()) == {
        "Other code (#4)": "fail", "More code (#3)": "pass", "Let a be (#2)": "pass", "Code (#1)": "pass",
        "Adopt sdd": "pass",
    }  # fmt: skip
    then = line.audit("--policy-at-the-time")
    assert then["policy"] == "at the time"
    assert {title for title, verdict in verdicts(then).items() if verdict == "fail"} == {"Code (#1)", "Other code (#4)"}
    # The last change is judged by the policy that it found, too: it does not bring its own along.
    line.commit("Loosen (#5)", {POLICY: '[rules]\nchange-no-phr = "off"\n'})
    assert verdicts(line.audit())["Loosen (#5)"] == "fail"


def test_a_policy_that_could_not_be_read_leaves_its_changes_unjudged(line: Line) -> None:
    line.commit("Break it (#1)", {POLICY: "[gate]\nexemt = []\n"})
    line.commit("Code (#2)", {"src/a.py": "A = 1\n"})
    ran = sdd(line.here.path, "audit")
    assert (ran.status, ran.out) == (3, "")
    assert f"{POLICY}:2: gate.exemt: unknown key" in ran.err
    assert "--policy-at-the-time" in ran.err
    with_policy(line, "# The defaults.\n", "Mend it (#3)")
    assert verdicts(line.audit())["Code (#2)"] == "fail"
    then = line.audit("--policy-at-the-time")
    assert (then["changes"], then["not_judged"]) == (3, 1)
    left_out = item(then, "Code (#2)")
    assert left_out["verdict"] == "error"
    assert "gate.exemt: unknown key" in left_out["reason"]
    assert "1 change cannot be judged" in line.screen("--policy-at-the-time")


def test_the_days_in_which_findings_only_warned_go_by_when_a_change_landed(line: Line) -> None:
    policy = "[gate]\nwarn_until = 2026-03-10\n"
    with_policy(line, policy, "Warn for a while (#1)")
    line.commit("Early (#2)", {"src/a.py": "A = 1\n"})
    line.commit("Late (#3)", {"src/b.py": "B = 1\n"}, days=20)
    found = line.audit()
    assert verdicts(found)["Early (#2)"] == verdicts(found)["Late (#3)"] == "fail"
    assert not item(found, "Early (#2)")["refused"]
    assert item(found, "Late (#3)")["refused"]
    assert found["refused"] == 1
    assert "1 that failed landed while findings only warned" in line.screen()
    # What landed then stays so when the day is gone from the policy, which holds for what comes.
    with_policy(line, "# The defaults.\n", "Refuse (#4)")
    line.commit("Later (#5)", {"src/c.py": "C = 1\n"})
    found = line.audit()
    refused = {each["title"]: each["refused"] for each in found["items"] if each["verdict"] == "fail"}
    assert refused == {"Early (#2)": False, "Late (#3)": True, "Later (#5)": True}
    screen = line.screen()
    assert "1 that failed landed while findings only warned" in screen
    (early,) = (told for told in screen.splitlines() if "Early (#2)" in told)
    assert early.endswith("1 file, 1 line, while findings only warned")


def test_a_waiver_counts_on_the_day_that_the_change_landed(line: Line) -> None:
    lines = ["---", 'id: "0001"', "title: Later", "rules: [change-no-phr, change-no-contract, change-no-spec]"]
    lines += ["paths: [src/a.py]", "reason: It has to land.", "approved_by: Grace", "expires: 2026-03-31", "---", ""]
    waiver = "\n".join(lines)
    line.commit("Waived (#1)", {"src/a.py": "A = 1\n", "history/waivers/0001-later.md": waiver})
    line.commit("Too late (#2)", {"src/a.py": "A = 2\n"}, days=60)
    found = line.audit()
    assert verdicts(found) == {"Too late (#2)": "fail", "Waived (#1)": "waived", "Adopt sdd": "pass"}
    assert (found["waived"], item(found, "Waived (#1)")["waived"]) == (1, 3)
    assert "passed    1 of 2, 50%; 1 waived, in no share" in line.screen()
    assert "Grace" not in line.screen("-v") + json.dumps(found)
    # A later policy takes nothing back that was waived, but holds for what comes.
    line.commit("Strict (#3)", {POLICY: '[gate]\nwaivers = "landed"\n', **line.record(POLICY, stage="constitution")})
    strict = {
        "src/b.py": "B = 1\n",
        "history/waivers/0002-b.md": waiver.replace("a.py", "b.py").replace("03-31", "12-31"),
    }
    line.commit("At once (#4)", strict)
    found = line.audit()
    assert (verdicts(found)["Waived (#1)"], verdicts(found)["At once (#4)"]) == ("waived", "fail")


# -- roots -------------------------------------------------------------------------------------------------


def test_a_root_that_moved_is_judged_where_it_was_by_what_it_asks_today(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo", adopted=False)
    line.commit("Adopt below (#1)", {f"app/{path}": text for path, text in ADOPTION.items()})
    line.commit("Code (#2)", line.recorded("app/src/a.py", root="app/"))
    line.commit("Gap (#3)", {"app/src/b.py": "B = 1\n"})
    line.commit("Ungoverned (#4)", {"lib/c.py": "C = 1\n"})
    line.here.git("mv", "app/.specify", ".specify")
    line.here.git("mv", "app/history", "history")
    line.commit("Move up (#5)", line.record("app/.specify/sdd.toml", ".specify/sdd.toml", stage="constitution"))
    line.commit("Code at the top (#6)", line.recorded("lib/c.py", "C = 2\n"))
    found = line.audit()
    assert found["adopted"] == line.here.git("rev-parse", "HEAD~5")
    assert found["before_sdd"] == 1
    said = verdicts(found)
    assert said.pop("Move up (#5)")  # what a move of records is worth is the gate's to say
    assert said == {
        "Gap (#3)": "fail", "Code at the top (#6)": "pass", "Ungoverned (#4)": "pass", "Code (#2)": "pass",
        "Adopt below (#1)": "pass",
    }  # fmt: skip
    line.commit("Ask nothing of fixes", {POLICY: '[gate]\nexempt = ["/src/**"]\n'})
    assert verdicts(line.audit())["Gap (#3)"] == "pass"
    assert verdicts(line.audit("--policy-at-the-time"))["Gap (#3)"] == "fail"


def test_two_roots_each_ask_for_themselves(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo", adopted=False)
    both = {f"{root}/{path}": text for root in ("api", "web") for path, text in ADOPTION.items()}
    line.commit("Adopt twice (#1)", both)
    line.commit("Code of both (#2)", {**line.recorded("api/src/a.py", root="api/"), "web/a.js": "let a = 1\n"})
    line.commit("Let web be (#3)", {"web/.specify/sdd.toml": '[gate]\nexempt = ["*.js"]\n'})
    line.commit("Web only (#4)", {"web/b.js": "let b = 1\n"})
    line.commit("Api only (#5)", {"api/b.js": "let b = 1\n"})
    said = verdicts(line.audit())
    assert (said["Code of both (#2)"], said["Web only (#4)"], said["Api only (#5)"]) == ("pass", "pass", "fail")
    assert verdicts(line.audit("--policy-at-the-time"))["Code of both (#2)"] == "fail"


def test_features_of_one_name_in_two_roots_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo", adopted=False)
    files = {**ADOPTION, "specs/001-vat/spec.md": "# VAT\n"}
    line.commit("Adopt twice (#1)", {f"{root}/{path}": text for root in ("api", "web") for path, text in files.items()})
    for root in ("api", "web"):
        record = line.record("src/a.py", root=f"{root}/", feature="001-vat")
        line.commit(f"Code of {root}", {f"{root}/src/a.py": "A = 1\n", **record})
    found = line.audit()
    folders = ["api/specs/001-vat", "web/specs/001-vat"]
    assert [item(found, f"Code of {root}")["features"] for root in ("api", "web")] == [[each] for each in folders]
    report = sdd(line.here.path, "report", "--json").document
    assert {*folders} <= {row["feature"] for row in report["by_feature"]}


def test_where_sdd_was_given_up_again_nothing_is_asked(line: Line) -> None:
    line.here.git("rm", "-q", "-r", ".specify")
    line.commit("Give sdd up (#1)")
    line.commit("Code (#2)", {"src/a.py": "A = 1\n"})
    found = line.audit()
    assert (found["changes"], found["before_sdd"]) == (2, 2)
    assert "root-changed" in item(found, "Give sdd up (#1)")["rules"]
    line.commit("Adopt sdd again (#3)", ADOPTION)
    assert line.audit()["adopted"] == line.here.git("rev-parse", "HEAD~3")
    assert verdicts(line.audit())["Adopt sdd again (#3)"] == "pass"


def test_a_repository_without_sdd_has_nothing_to_audit(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo", adopted=False)
    found = line.audit()
    assert (found["changes"], found["share"], found["before_sdd"], found["items"]) == (0, None, 1, [])
    assert line.screen() == (
        f"sdd: audit of main ({line.tip[:12]}): 0 changes, by today's policy\n"
        "before    1 change without sdd, not judged\n"
    )


def test_a_first_commit_that_holds_a_root_is_judged_as_the_adopting_change(tmp_path: Path) -> None:
    here = Scratch(tmp_path / "repo")
    here.commit("Start with sdd", {**ADOPTION, "src/a.py": "A = 1\n", "specs/001-a/spec.md": "# Spec\n"})
    found = sdd(here.path, "audit", "--json").document
    assert (found["changes"], found["before_sdd"]) == (1, 0)
    (first,) = found["items"]
    assert (first["base"], first["lacking"]) == (None, [])
    assert "spec-missing-section" in first["rules"]


# -- ranges ------------------------------------------------------------------------------------------------


def test_a_range_is_what_one_revision_has_and_another_has_not(line: Line) -> None:
    for name in "abc":
        line.commit(f"Code {name}", line.recorded(f"src/{name}.py"))
    assert list(verdicts(line.audit("HEAD~2..HEAD"))) == ["Code c", "Code b"]
    assert list(verdicts(line.audit("HEAD~2.."))) == ["Code c", "Code b"]
    assert list(verdicts(line.audit("HEAD~1"))) == ["Code b", "Code a", "Adopt sdd"]
    assert line.audit("HEAD..HEAD~2")["changes"] == 0
    assert line.audit("HEAD~4..HEAD~2")["before_sdd"] == 0
    for wrong in ("nonsense", "nonsense..HEAD", "HEAD..nonsense", "HEAD~1...HEAD"):
        assert sdd(line.here.path, "audit", wrong).status == 2


def test_days_choose_by_when_a_change_landed(line: Line) -> None:
    line.commit("March", line.recorded("src/a.py"))
    line.commit("April", line.recorded("src/b.py"), days=40)
    line.commit("May", {"src/c.py": "C = 1\n"}, days=30)
    found = line.audit("--since", "2026-04-01", "--until", "2026-04-30")
    assert (list(verdicts(found)), found["before_sdd"]) == (["April"], 1)
    months = [(one["month"], one["changes"], one["passed"]) for one in line.audit()["by_month"]]
    assert months == [("2026-03", 2, 2), ("2026-04", 1, 1), ("2026-05", 1, 0)]
    wrong = sdd(line.here.path, "audit", "--since", "last week")
    assert (wrong.status, wrong.err) == (2, "sdd: --since last week is no day\n  write YYYY-MM-DD\n")


def test_the_target_branch_is_audited_wherever_somebody_stands(adopted: Any) -> None:
    landed = adopted.here.git("rev-parse", "origin/main")
    adopted.branch()
    adopted.write({"src/vat.py": "RATE = 20\n"}, "not landed")
    found = adopted.sdd("audit", "--json").document
    assert (found["range"], found["head"], found["before_sdd"]) == ("origin/main", landed, 1)
    assert adopted.sdd("audit", "--json", "HEAD").document["changes"] == found["changes"] + 1


def test_where_no_target_is_known_the_branch_is_called_by_its_whole_name(line: Line) -> None:
    line.here.git("branch", "-m", "feature/vat")
    assert line.audit()["range"] == "feature/vat"


def test_no_commit_yet_and_no_repository(tmp_path: Path) -> None:
    Scratch(tmp_path / "repo")
    assert sdd(tmp_path / "repo", "audit").status == 3
    (tmp_path / "nowhere").mkdir()
    assert sdd(tmp_path / "nowhere", "audit").status == 3


def test_a_shallow_clone_says_where_it_ends_and_keeps_nothing(line: Line, tmp_path: Path) -> None:
    for name in "abc":
        line.commit(f"Code {name} (#{ord(name)})", line.recorded(f"src/{name}.py"))
    shallow = Scratch.clone(f"file://{line.here.path}", tmp_path / "shallow", "--depth", "2")
    found = sdd(shallow.path, "audit", "--json").document
    assert (found["changes"], found["passed"], found["not_judged"], found["adopted"]) == (1, 1, 1, None)
    assert "shallow" in item(found, "Code b (#98)")["reason"]
    assert found == sdd(shallow.path, "audit", "--json").document
    shallow.git("fetch", "-q", "--unshallow")
    whole, here = sdd(shallow.path, "audit", "--json").document, line.audit()
    assert whole.pop("range") == "origin/main"
    assert here.pop("range") == "main"
    assert whole == here


# -- shares ------------------------------------------------------------------------------------------------


def test_features_are_those_of_what_covers_the_files_else_of_the_records(line: Line) -> None:
    spec = {"specs/001-a/spec.md": "# Feature Specification: A\n"}
    line.commit("Specify (#1)", spec)
    covered = {"history/contracts/001-a/0001-a.contract.md": contract(["/src/**"], feature="001-a", id="0001")}
    record = {"history/prompts/001-a/0001-a.green.prompt.md": phr(["src/a.py"], feature="001-a")}
    line.commit("Carry out (#2)", {"src/a.py": "A = 1\n", **covered, **record})
    line.commit("Something else (#3)", {"src/b.py": "B = 1\n"})
    found = line.audit()
    assert {one["feature"]: one["changes"] for one in found["by_feature"]} == {"001-a": 2, None: 2}
    assert item(found, "Specify (#1)")["features"] == ["001-a"]
    assert item(found, "Carry out (#2)")["needs"] == {"contract": True, "phr": True}
    assert "counts in each" not in line.screen()
    line.commit("Both (#4)", {f"specs/001-{name}/spec.md": "# Feature Specification: C\n" for name in "ab"})
    assert "a change of several features counts in each: 1 more than there are\n" in line.screen()


def test_nobody_is_named_unless_it_is_asked_for(line: Line) -> None:
    line.branch()
    line.commit("Grace's code", line.recorded("src/a.py"), author="Grace")
    line.commit("Edsger's code", {"src/b.py": "B = 1\n"}, author="Edsger")
    line.merge("work", message="Merge theirs")
    line.commit("Barbara's own (#2)", {"src/c.py": "C = 1\n"}, author="Barbara")
    silent = line.screen("-v") + json.dumps(line.audit())
    assert not [name for name in ("Edsger", "@example.com", "author") if name in silent.replace("Barbara's", "")]
    found = line.audit("--authors")
    assert {one["author"]: (one["changes"], one["passed"]) for one in found["by_author"]} == {
        "Ada": (1, 1), "Barbara": (1, 0), "Edsger": (1, 0), "Grace": (1, 0),
    }  # fmt: skip
    assert item(found, "Merge theirs")["authors"] == ["Edsger", "Grace"]
    assert "Edsger" in line.screen("--authors")
    assert item(line.audit("--authors", "HEAD~1..HEAD"), "Barbara's own (#2)")["authors"] == ["Barbara"]


def test_fail_under_is_the_only_thing_that_fails(line: Line) -> None:
    line.commit("Gap (#1)", {"src/a.py": "A = 1\n"})
    assert line.audit("--fail-under", "50")["share"] == 0.5
    assert line.audit("--fail-under", "50.1", status=1)["share"] == 0.5
    assert sdd(line.here.path, "audit", "--fail-under", "101").status == 2


def test_the_screen_leads_from_the_share_to_the_worst_gap(line: Line) -> None:
    line.commit("Small gap (#1)", {"src/a.py": "A = 1\n"})
    line.commit("Large gap (#2)", {f"src/{name}.py": "B = 1\n" * 9 for name in "bcdef"})
    line.commit("Rewritten (#3)", {CONSTITUTION: "# Nothing\n"})
    base, head = (line.here.git("rev-parse", "--short=12", name) for name in ("HEAD~2", "HEAD~1"))
    lines = line.screen("--limit", "1").splitlines()
    assert lines[:6] == [
        f"sdd: audit of main ({line.tip[:12]}): 4 changes, 2026-03-01 to 2026-03-01, by today's policy",
        "passed    1 of 4, 25%",
        "records   0 of 2 changes that needed any had them all, 0% (phr 0 of 2, contract 0 of 2, spec 0 of 2)",
        "because   change-no-phr 2, change-no-contract 2, change-no-spec 2, record-no-phr 1, 1 more",
        f"before    1 change without sdd ({line.here.git('rev-parse', 'HEAD~3')[:12]} brought it in), not judged",
        "",
    ]
    assert lines[lines.index("Worst gaps first (1 of 3; all: -v):") + 1 :] == [
        f"{head} 2026-03-01 Large gap (#2): 5 files, 45 lines",
        "  src/b.py:1:1: lacks spec, contract and PHR (9 lines)",
        "  src/c.py:1:1: lacks spec, contract and PHR (9 lines)",
        "  src/d.py:1:1: lacks spec, contract and PHR (9 lines)",
        "  ... and 2 more (all: -v)",
        f"  look: sdd gate -v --landed --base {base} --head {head}",
        "",
        "next: sdd rule show change-no-phr",
    ]
    whole = line.screen("-v")
    assert "src/f.py:1:1" in whole
    assert f"  {CONSTITUTION}:1:1: constitution-version: " in whole
    looked = sdd(line.here.path, "gate", "-v", "--landed", "--base", base, "--head", head)
    assert looked.status == 1


def test_text_out_of_the_repository_never_reaches_the_terminal_as_it_is(line: Line) -> None:
    line.commit("Red \x1b[31malert\x07 (#1)", {"src/\x1b[2J.py": "A = 1\n"})
    assert "\x1b" not in line.screen("-v")
    assert item(line.audit(), "Red \x1b[31malert\x07 (#1)")["lacking"][0]["path"] == "src/\x1b[2J.py"


@pytest.mark.parametrize("form", ["markdown", "sarif", "junit", "github", "gitlab"])
def test_every_format_of_a_verdict_tells_each_change(line: Line, form: str) -> None:
    line.commit("Small gap (#1)", {"src/a.py": "A = 1\n"})
    line.commit("Other gap (#2)", {"src/b.py": "B = 1\n"})
    ran = sdd(line.here.path, "audit", "--format", form)
    assert ran.status == 0
    assert "src/a.py" in ran.out
    assert "src/b.py" in ran.out
    assert sdd(line.here.path, "audit", "--format", form, "--json").status == 2
