"""What is there already is taken: the branch of a new feature, and its uncommitted spec, by `--commit`."""

import re

import pytest

from tests.adopted import FEATURE, OPEN, SPEC, Adopted
from tests.good import TARGET

_TERMS = (
    "--success",
    "It adds.",
    "--constraint",
    "Decimals stay.",
    "--non-goal",
    "No tax.",
    "--check",
    "true",
    "--scope",
    "/src/**",
)


@pytest.mark.parametrize("branch", ["002-export", "feature/002-export", "ada/PROJ-7-export", "20260301-101500-export"])
def test_a_new_feature_takes_the_branch_that_is_named_like_one(adopted: Adopted, branch: str) -> None:
    adopted.branch(branch)
    name = branch.rpartition("/")[2]
    made = adopted.done("feature", "new", "Export to CSV", "--branch", "--json").document
    assert (made["feature"], made["branch"]) == (name, branch)
    assert adopted.here.git("branch", "--format=%(refname:short)").splitlines() == sorted([branch, "main"])
    assert adopted.done("status").out.splitlines()[1].startswith(f"feature  {name}")
    # The next one on this branch has a number of its own.
    assert adopted.done("feature", "new", "Another", "--json").document["branch"] is None


@pytest.mark.parametrize("branch", ["main2", "fix/4711-export", "2026-03-01-export", "feature/export"])
def test_any_other_branch_is_left_alone(adopted: Adopted, branch: str) -> None:
    adopted.branch(branch)
    assert adopted.done("feature", "new", "Export", "--json").document["feature"] == "002-export"


def test_a_name_that_is_said_goes_before_the_branch(adopted: Adopted) -> None:
    adopted.branch("feature/005-export")
    for words, name in ((("--slug", "csv"), "002-csv"), (("--ticket", "A-1"), "A-1-export")):
        assert adopted.done("feature", "new", "Export", *words, "--json").document["feature"] == name
    ran = adopted.sdd("feature", "new", "Export")
    assert (ran.status, "specs/A-1-export" in ran.err) == (3, True)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("record", ["contract", "phr"])
def test_commit_takes_the_feature_s_own_spec_along(adopted: Adopted, record: str, *, as_json: bool) -> None:
    adopted.branch("002-export")
    adopted.done("feature", "new", "Export")
    spec = "specs/002-export/spec.md"
    adopted.here.write(spec, TARGET[SPEC])
    for path in ("specs/002-export/plan.md", "src/export.py", f"specs/{FEATURE}/notes.md"):
        adopted.here.write(path, "# Notes\n")
    adopted.here.git("add", "src/export.py")
    words = (*(_TERMS if record == "contract" else ()), "--commit", *(["--json"] if as_json else []))
    ran = adopted.done(record, "new", "Export to CSV", *words)
    committed = adopted.here.git("show", "--name-only", "--format=").splitlines()
    assert committed[1:] == ["specs/002-export/plan.md", spec]
    if as_json:
        assert ran.document["with"] == committed[1:]
    else:
        assert f"{committed[0]} with specs/002-export/plan.md, {spec}" in ran.out
    left = adopted.here.git("status", "--porcelain", "-uall").splitlines()
    assert left == ["A  src/export.py", f"?? specs/{FEATURE}/notes.md"]


@pytest.mark.parametrize("words", [("phr", "new", "Set a to two"), ("cover", "Set a to two")])
@pytest.mark.parametrize("kind", ["fix", "refactor", "chore"])
def test_a_fix_leaves_the_uncommitted_spec_of_another_branch(
    adopted: Adopted, words: tuple[str, ...], kind: str
) -> None:
    adopted.done("feature", "new", "Loyalty", "--branch")
    adopted.here.git("switch", "-q", "main")
    adopted.branch("tweak")
    adopted.here.write("src/a.py", "A = 2\n")
    line = adopted.done("status", "--json").document["next"][0]["steps"][0]["argv"]
    adopted.here.git(*line[1:])
    adopted.here.git("commit", "-qm", "Set a to two")
    assert adopted.here.git("status", "--porcelain") == "?? specs/002-loyalty/"
    status = adopted.done("status", "--json").document
    step = status["next"][0]["steps"][0]["argv"]
    assert (status["feature"], status["next"][0]["for"], step[:3]) == (None, "fix", ["sdd", "phr", "new"])
    terms = () if kind == "chore" else ("--success", "A is two.", "--check", "true", "--run")
    adopted.done(*words, "--kind", kind, *terms, "--commit")
    path, *others = adopted.here.git("show", "--name-only", "--format=").splitlines()
    assert (path.split("/")[1:3], others) == (["prompts", "general"], [])
    assert "loyalty" not in (adopted.here.path / path).read_text()
    assert adopted.here.git("status", "--porcelain") == "?? specs/002-loyalty/"
    assert adopted.push("tweak").returncode == 0
    assert adopted.done("status", "--json").document["next"] == []
    # Work that is said to be the feature's still takes it along.
    adopted.here.write("specs/002-loyalty/spec.md", TARGET[SPEC])
    adopted.done("contract", "new", "Loyalty", *_TERMS, "--commit")
    assert "specs/002-loyalty/spec.md" in adopted.here.git("show", "--name-only", "--format=")


@pytest.mark.parametrize("feature", [None, "002-loyalty"])
@pytest.mark.parametrize("name", ["spec.md", "plan.md"])
def test_an_edit_of_a_landed_feature_goes_with_the_work(adopted: Adopted, name: str, feature: str | None) -> None:
    branch = feature or "tweak"
    adopted.branch(branch)
    if feature:
        adopted.write({f"specs/{feature}/spec.md": TARGET[SPEC].replace(FEATURE, feature)}, "Specify it")
    text, path = TARGET[SPEC].replace("MUST", "MUST now"), f"specs/{FEATURE}/{name}"
    adopted.here.write(path, text if name == "spec.md" else "# Plan\n")
    adopted.here.write("src/a.py", "A = 2\n")
    document = adopted.done("status", "--json").document
    lines = [way["steps"][0]["argv"] for way in document["next"]]
    assert document["feature"] == feature
    assert lines and all(line == ["git", "add", "--all"] for line in lines)
    adopted.here.git(*lines[0][1:])
    adopted.here.git("commit", "-qm", "Set a to two")
    adopted.done(
        "phr", "new", "Set a to two", "--kind", "fix", "--success", "A.", "--check", "true", "--run", "--commit"
    )
    assert adopted.here.git("status", "--porcelain") == ""
    assert adopted.push(branch).returncode == 0
    assert adopted.done("status", "--json").document["next"] == []


@pytest.mark.parametrize(("branch", "line"), [("feature/export", "**Feature Branch**: `other`"), ("tweak", "")])
def test_the_branch_s_new_spec_says_the_feature_to_every_command(adopted: Adopted, branch: str, line: str) -> None:
    adopted.branch(branch)
    adopted.done("feature", "new", "Export")
    spec = "specs/002-export/spec.md"
    adopted.here.write(spec, TARGET[SPEC].replace(f"**Feature Branch**: `{FEATURE}`", line))
    assert adopted.done("status", "--json").document["feature"] == "002-export"
    adopted.done("phr", "new", "Specify the export", "--stage", "spec", "--commit")
    phr, *others = adopted.here.git("show", "--name-only", "--format=").splitlines()
    assert (phr.startswith("history/prompts/002-export/"), others) == (True, [spec])
    assert adopted.here.git("status", "--porcelain") == ""
    assert adopted.push(branch).returncode == 0


def test_a_spec_that_names_no_branch_is_of_the_one_named_like_it(adopted: Adopted) -> None:
    adopted.here.git("branch", "feature/export")
    adopted.branch("tweak")
    adopted.here.write("specs/002-export/spec.md", TARGET[SPEC].replace("**Feature Branch**", "**Drawn by**"))
    assert adopted.done("status", "--json").document["feature"] is None
    adopted.here.git("switch", "-q", "feature/export")
    assert adopted.done("status", "--json").document["feature"] == "002-export"


def test_a_spec_made_on_a_branch_of_any_name_is_that_branch_s(adopted: Adopted) -> None:
    adopted.branch("discounts")
    adopted.done("feature", "new", "Discounts")
    adopted.write({"src/a.py": "A = 2\n"})
    assert adopted.done("status", "--json").document["feature"] == "002-discounts"


def test_commit_says_that_the_spec_is_missing(adopted: Adopted) -> None:
    adopted.branch()
    (adopted.here.path / SPEC).unlink()
    adopted.here.write(f"specs/{FEATURE}/plan.md", "# Plan\n")
    ran = adopted.done("contract", "new", "Import", "--feature", FEATURE, *_TERMS, "--commit")
    assert ran.err == f"sdd: {SPEC} is missing: the feature's work needs it\n"


def test_done_commits_the_contract_alone(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write("src/x.py", "1\n")
    refused = adopted.sdd("contract", "done", OPEN, "--commit")
    assert (refused.status, adopted.here.git("log", "-1", "--format=%s", "--", OPEN)) == (1, "Contract: Reverse charge")
    (line,) = re.findall("^next: sdd (.*)$", refused.out, re.MULTILINE)
    assert adopted.done(*line.split()).out.endswith(f"{OPEN} is done and committed\n")
    assert adopted.here.git("show", "--name-only", "--format=%s").splitlines() == [
        "Close the contract: Reverse charge", "", OPEN,
    ]  # fmt: skip
    assert adopted.here.git("status", "--porcelain") == "?? src/x.py"


def test_a_check_that_a_person_makes_is_ticked_by_hand(adopted: Adopted) -> None:
    text = (adopted.here.path / OPEN).read_text()
    adopted.here.write(OPEN, text.replace("- [ ] `true`", "- [ ] Somebody read it."))
    refused = adopted.sdd("contract", "done", OPEN)
    assert refused.out.splitlines()[-1] == f"next: correct what is named above, then: sdd contract done {OPEN}"
    adopted.here.write(OPEN, (adopted.here.path / OPEN).read_text().replace("- [ ]", "- [x]"))
    assert adopted.done("contract", "done", OPEN).out == f"{OPEN} is done\n"


@pytest.mark.parametrize(("branch", "named"), [("discounts", "discounts"), ("main", "002-discounts")])
def test_a_spec_names_a_branch_that_is_there_or_will_be(adopted: Adopted, branch: str, named: str) -> None:
    if branch != "main":
        adopted.branch(branch)
    path = adopted.done("feature", "new", "Discounts", "--json").document["path"]
    text = (adopted.here.path / path).read_text()
    assert f"**Feature Branch**: `{named}`\n" in text
    assert "**Input**: Discounts\n" in text, "nobody said it, so it is no quotation"


def test_a_contract_s_number_means_that_of_the_branch_s_feature_and_the_open_one(adopted: Adopted) -> None:
    adopted.write({"specs/002-export/spec.md": (adopted.here.path / SPEC).read_text()})
    adopted.branch("002-export")
    words = ("--feature", "002-export", *_TERMS, "--scope", "/src/**", "--commit", "--json")
    path = adopted.done("contract", "new", "Export", *words).document["path"]
    assert (path.rpartition("/")[2][:4], OPEN.rpartition("/")[2][:4]) == ("0001", "0001")
    assert adopted.done("contract", "verify", "0001", "--json").document["path"] == path
    adopted.done("contract", "done", "0001", "--run", "--commit")
    adopted.land("HEAD:main")
    adopted.here.git("switch", "-q", "-c", "else")
    adopted.here.git("fetch", "-q")
    assert adopted.done("contract", "verify", "0001", "--json").document["path"] == OPEN, "the open one"


@pytest.mark.parametrize("merged", [True, False])
def test_a_fix_begun_on_a_target_that_is_not_pushed_leaves_its_feature(adopted: Adopted, merged: bool) -> None:
    adopted.branch("002-export")
    adopted.done("feature", "new", "Export")
    adopted.write({"specs/002-export/spec.md": TARGET[SPEC]}, "Specify the export")
    if merged:
        adopted.here.git("switch", "-q", "main")
        adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge the export", "002-export")
        adopted.here.git("branch", "-q", "-D", "002-export")
    adopted.branch("fix/z", "HEAD")
    adopted.write({"src/z.py": "Z = 2\n"})
    expected = None if merged else "002-export"
    assert adopted.done("status", "--json").document["feature"] == expected
    terms = ("--kind", "fix", "--success", "Z is two.", "--check", "true", "--json")
    assert adopted.done("phr", "new", "Set z to two", *terms).document["feature"] == expected
