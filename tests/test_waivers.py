"""Waivers: written by command, honoured by the gate as its rules say, and named in every verdict they touch."""

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sdd.records.kinds import waiver
from tests.adopted import LANDED, POLICY, PROMISE, Adopted, phr, rows_of, rules_of, sdd, side_by_side
from tests.scratch import Scratch
from tests.test_next_lines import run_line

NEEDS = ("change-no-phr", "change-no-contract", "change-no-spec")
AGREED = ("--reason", "It is generated.", "--approved-by", "Ada", "--days", "30")
CODE = "src/gen/tables.py"
FIRST = "history/waivers/0001-change-no-phr-src-gen.md"


def text(*rules: str, paths: tuple[str, ...] = ("/src/gen/**",), days: int = 30, **fields: str) -> str:
    """The text of a waiver that ends in some days; a field that is said to be empty is left out."""
    said = {"id": '"0001"', "reason": "Generated.", "approved_by": "Ada"}
    said |= {"expires": str(date.today() + timedelta(days=days))} | fields
    lists = {"rules": rules, "paths": paths}
    lines = [f"{name}: [{', '.join(map(repr, values))}]" for name, values in lists.items() if values]
    return "\n".join(["---", *(f"{name}: {value}" for name, value in said.items() if value), *lines, "---", ""])


def waived(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What a verdict lets pass by waivers."""
    return [one for change in document["changes"] for one in change["waived"]]


@pytest.fixture
def generated(adopted: Adopted) -> Adopted:
    """A branch with one file that no record speaks of."""
    adopted.branch()
    adopted.write({CODE: "A = 1\n"})
    return adopted


# -- what the command writes ------------------------------------------------------------------------------------------


def test_a_waiver_is_written_read_back_and_numbered(generated: Adopted) -> None:
    document = generated.done("waiver", "new", *NEEDS, "--path", "src/gen", *AGREED, "--commit", "--json").document
    last_day = (date.today() + timedelta(days=30)).isoformat()
    assert document == {
        "schema": "sdd/waiver-new/1",
        "id": "0001",
        "path": FIRST,
        "rules": list(NEEDS),
        "paths": ["/src/gen"],
        "reason": "It is generated.",
        "approved_by": "Ada",
        "expires": last_day,
        "landing": None,
        "secrets": [],
        "surface": None,
        "committed": True,
    }
    assert generated.here.git("status", "--porcelain") == ""
    found = waiver.parse(FIRST, (generated.here.path / FIRST).read_bytes(), "")
    assert (found.problems, found.id, found.expires) == ((), "0001", last_day)
    said = generated.done("waiver", "new", "change-no-phr", "--path", "src/gen", *AGREED).out
    assert said == f"wrote {FIRST.replace('0001', '0002')} (until {last_day})\n"


def test_what_a_waiver_defers_is_written_by_the_line_that_it_prints(generated: Adopted) -> None:
    ran = generated.done("waiver", "new", *AGREED, "--commit")
    assert f"lets every change of /{CODE} pass, whoever makes it\n" in ran.err
    assert generated.push("HEAD:main").returncode == 0
    generated.write({"src/bypass.py": "B = 1\n"})
    assert generated.push("HEAD:main", "--no-verify").returncode == 0
    generated.here.git("fetch", "-q")
    (line,) = re.findall(r"^sdd: write the record once this has landed: (.*)$", ran.err, re.MULTILINE)
    generated.branch("record", "origin/main")
    run_line(generated, line)
    (path,) = generated.here.git("show", "--name-only", "--format=").splitlines()
    record = (generated.here.path / path).read_text()
    own = ran.out.split()[1]
    assert f"files: [{CODE}, {own}]" in record, "what else landed without a record is not the waiver's"
    assert "- [x] `true`" in record, "the check of a record that comes late is run too"
    (end,) = re.findall(r"^sdd: and end the waiver, .*: (git .*)$", ran.err, re.MULTILINE)
    run_line(generated, end)
    assert not (generated.here.path / own).exists()
    assert generated.push("record").returncode == 0


@pytest.mark.parametrize("way", ["--no-ff", "--squash"])
def test_a_waiver_that_a_record_pays_back_is_no_file_of_its_work(adopted: Adopted, way: str) -> None:
    adopted.land_change({POLICY: '[gate]\ntargets = ["main", "v0"]\n'})
    adopted.branch("v0")
    adopted.land("v0")
    base = adopted.write({CODE: "A = 1\n"})
    waiver_path = adopted.done("waiver", "new", *AGREED, "--commit").out.split()[1]
    adopted.land("v0")
    named = ("--base", f"{base}^", "--file", CODE, "--file", waiver_path)
    terms = ("--kind", "fix", "--success", "Tables are made.", "--check", f"test -f {CODE}", "--run", "--commit")
    adopted.done("phr", "new", "Make tables", *named, *terms)
    adopted.write({waiver_path: None})
    adopted.land("v0")
    adopted.land_change({"README.md": "# Shop\n"})
    adopted.here.git("fetch", "-q")
    # Where it is a squash nothing of main's history ever held the waiver.
    adopted.here.git("merge", "-q", way, "v0")
    adopted.here.git("commit", "-q", "--allow-empty", "-m", "Take v0 in")
    comment = adopted.done("gate", "--format", "markdown").out
    assert ": 1 covered\n" in comment
    assert f"  - may change: `{CODE}`\n" in comment
    assert "1 of 1 ticked; the record says: passed on these files" in comment
    assert "phr-unknown-file" not in rules_of(adopted.done("check", "--json").document)


def test_a_record_from_a_base_on_says_what_else_it_names(adopted: Adopted) -> None:
    base = adopted.here.git("rev-parse", "HEAD")
    adopted.land_change({"src/bypass.py": "B = 1\n"})
    adopted.branch()
    adopted.write({CODE: "A = 1\n"})
    fix = ("phr", "new", "Make tables", "--base", base, "--kind", "fix", "--success", "Tables.", "--check", "true")
    told = "it names what landed without a record, too: src/bypass.py; if that is not yours, name yours: --file"
    assert told in adopted.done(*fix).err
    assert told not in adopted.done(*fix, "--test", "tests/test_tables.py", "--file", CODE).err


def test_one_waiver_names_all_that_a_hotfix_lacks(generated: Adopted) -> None:
    generated.write({"src/gen/[odd] one.py": "B = 1\n", "lib/other.py": "C = 1\n"})
    assert generated.push("HEAD").returncode == 1
    folder = generated.here.path / "lib"
    document = sdd(folder, "waiver", "new", *AGREED, "--commit", "--json").document
    assert document["rules"] == list(NEEDS)
    assert len(document["paths"]) == 3
    assert generated.push("HEAD").returncode == 0


def test_one_waiver_lets_some_paths_pass(generated: Adopted) -> None:
    generated.write({"lib/other.py": "C = 1\n"})
    ran = generated.done("waiver", "new", "--path", "src", *AGREED, "--commit", "--json")
    assert (ran.document["rules"], ran.document["paths"], ran.err) == (list(NEEDS), ["/src"], "")
    assert {finding["path"] for change in generated.gate()["changes"] for finding in change["findings"]} == {
        "lib/other.py"
    }


def test_a_waiver_that_leaves_a_refusal_says_so(generated: Adopted) -> None:
    ran = generated.done("waiver", "new", NEEDS[0], "--path", "src", *AGREED, "--commit")
    assert "still refused there, for change-no-contract, change-no-spec:" in ran.err
    # What the plan offers supplies all of it.
    (way, *_) = generated.gate()["next"]
    (step,) = way["steps"]
    words = {"TITLE": "Make tables", "ONE SENTENCE": "Tables are made.", "COMMAND": "true"}
    generated.done(*(words.get(word, word) for word in step["argv"][1:]))
    assert generated.gate()["verdict"] == "pass"


def test_a_path_that_is_there_stands_for_itself(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"app/[id]/page x.tsx": "1\n", "app/i/page x.tsx": "2\n"})
    adopted.done("waiver", "new", *NEEDS, "--path", "app/[id]/page x.tsx", *AGREED, "--commit")
    adopted.write({"app/[id]/page x.tsx": "1\n"})
    assert {one["path"] for one in waived(adopted.gate())} == {"app/[id]/page x.tsx"}


def test_paths_are_seen_from_where_somebody_stands(generated: Adopted) -> None:
    ran = sdd(generated.here.path / "src", "waiver", "new", *NEEDS, "--path", "gen/*.py", *AGREED, "--commit", "--json")
    assert ran.document["paths"] == ["/src/gen/*.py"]
    assert generated.gate()["verdict"] == "pass"


@pytest.mark.parametrize("typed", ["/src/gen/**", "src/gen/**"])
def test_a_path_may_be_written_as_the_waiver_writes_it(generated: Adopted, typed: str) -> None:
    ran = generated.done("waiver", "new", *NEEDS, "--path", typed, *AGREED, "--commit", "--json")
    assert ran.document["paths"] == ["/src/gen/**"]
    assert generated.gate()["verdict"] == "pass"


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (["change-no-phrs", "--path", "src", *AGREED], "unknown rule change-no-phrs", "did you mean change-no-phr,"),
        (
            ["policy-changed", "--path", "src", *AGREED],
            "policy-changed cannot be waived",
            "sdd rule show policy-changed",
        ),
        (["phr-replayed", "--path", "src", *AGREED], "phr-replayed cannot be waived", ""),
        (["change-no-phr", "--path", "**/*.py", *AGREED], "**/*.py begins with a wildcard", "folder/**"),
        (["change-no-phr", "--path", ".", *AGREED], ". is no path below the top", ""),
        (["change-no-phr", "--path", "../x", *AGREED], "../x is no path below the top", ""),
        (["change-no-phr", "--path", "/etc", *AGREED], "/etc is no path below the top", ""),
        (["change-no-phr", "--path", "/../x", *AGREED], "/../x is no path below the top", ""),
        (["--path", "src/a.py", *AGREED], "lacks no record at src/a.py so far", "change-no-phr change-no-contract"),
        (["change-no-phr", "--path", "src"], "no defaults", "--reason TEXT --approved-by WHO --days N"),
        ([], "no defaults", "RULE --path P --reason TEXT --approved-by WHO --days N"),
        (["change-no-phr", "--path", "src", *AGREED[:-1], "91"], "91 is not in the range 1<=x<=90", ""),
        (["change-no-phr", "--path", "src", *AGREED, "--expires", "2027-01-01"], "say the same", ""),
        (["change-no-phr", "--path", "src", *AGREED[:-2], "--expires", "2020-01-01"], "not within the next 90", ""),
        (["change-no-phr", "--path", "src", *AGREED[:-2], "--expires", "soon"], "is no day", ""),
        (["change-no-phr", "--path", "src", "--reason", " ", *AGREED[2:]], "--reason is empty", ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    adopted: Adopted, arguments: list[str], said: str, hint: str
) -> None:
    ran = adopted.sdd("waiver", "new", *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert hint in ran.err
    assert not (adopted.here.path / "history/waivers").exists()


def test_the_title_of_a_waiver_stays_short(adopted: Adopted) -> None:
    for number in range(9):
        adopted.here.write(f"src/{number}.py", "1\n")
    named = [word for number in range(9) for word in ("--path", f"src/{number}.py")]
    adopted.done("waiver", "new", "change-no-phr", *named, *AGREED, "--commit")
    subject = adopted.here.git("log", "-1", "--format=%s")
    assert subject.endswith("change-no-phr at /src/0.py, /src/1.py, /src/2.py and 6 more")


def test_on_a_terminal_what_is_missing_is_asked_for(generated: Adopted) -> None:
    typed, terminal = os.openpty()
    os.write(typed, b"src/gen\nIt is generated.\nAda\n100\n7\n")
    command = [sys.executable, "-P", "-m", "sdd", "waiver", "new", *NEEDS, "--json"]
    done = subprocess.run(
        command, cwd=generated.here.path, stdin=terminal, stderr=terminal, stdout=subprocess.PIPE, check=True
    )
    os.close(terminal)
    shown = os.read(typed, 65536).decode()
    os.close(typed)
    document = json.loads(done.stdout)
    assert (document["paths"], document["reason"], document["approved_by"]) == (["/src/gen"], "It is generated.", "Ada")
    assert document["expires"] == (date.today() + timedelta(days=7)).isoformat()
    assert "100 is not in the range" in shown


def test_without_a_root_there_is_nothing_to_waive(scratch: Scratch) -> None:
    scratch.commit("first", {"a": "1"})
    ran = sdd(scratch.path, "waiver", "new", "change-no-phr", "--path", "a", *AGREED)
    assert (ran.status, "not set up here" in ran.err) == (3, True)


def test_where_all_roots_are_below_a_landing_is_answered_in_its_own(tmp_path: Path) -> None:
    project = side_by_side(tmp_path)
    landing = project.write({"notes.md": "1\n", "apps/b/src/a.py": "1\n"}, "Unrecorded")
    project.land("main")
    project.write({"notes.md": "2\n", "apps/a/README.md": "2\n"}, "Needs no record")  # the last one may have it on top
    project.land("main")
    ran = project.sdd("waiver", "new", *AGREED)
    assert ran.err.splitlines() == [
        "sdd: no root is above this folder; below the top there are apps/a, apps/b",
        "  name the one that is meant: sdd -C apps/a waiver new",
    ]
    (gap,) = (gap for gap in project.done("report", "--json").document["gaps"] if gap["commit"])
    words = {"REASON": "It was down.", "WHO": "Grace"}
    ran = project.done(*(words.get(word, word) for word in gap["argv"][1:]), "--json")
    assert (ran.document["path"].partition("history")[0], ran.document["landing"]) == ("apps/b/", landing)
    project.land("main")
    assert project.done("audit", "--json").document["answered"] == 1


# -- what the gate makes of it ----------------------------------------------------------------------------------------


def test_what_a_waiver_leaves_out_is_asked_for(generated: Adopted) -> None:
    generated.write({FIRST: text(*NEEDS, expires="", reason="")})
    found = [one for change in generated.gate()["changes"] for one in change["findings"] if one["path"] == FIRST]
    assert [(one["rule"], one["message"], one["fix"]) for one in found] == [
        ("waiver-incomplete", "does not say its expires", "write a day such as 2027-01-31 into expires"),
        ("waiver-incomplete", "does not say its reason", "write it into reason"),
    ]


def test_a_waived_file_counts_as_waived_and_the_verdict_says_why(generated: Adopted) -> None:
    assert rules_of(generated.gate()) == set(NEEDS)
    generated.write({FIRST: text(*NEEDS)})
    document = generated.gate()
    assert document["verdict"] == "pass"
    assert rows_of(document)[CODE]["lacks"] == []
    assert {one["rule"] for one in waived(document)} == set(NEEDS)
    assert {(one["path"], one["waiver"], one["reason"]) for one in waived(document)} == {(CODE, FIRST, "Generated.")}
    said = generated.done("gate").out
    assert "1 waived" in said
    assert f"by {FIRST}: Generated. (approved by " in said
    assert f"brought by this change)\nsdd:   {CODE}: change-no-contract, change-no-phr, change-no-spec\n" in said
    assert f"A {CODE}: waived phr, contract, spec" in generated.done("gate", "-v").out
    assert "1 waiver" in generated.done("status").out
    pushed = generated.push("work")
    assert pushed.returncode == 0, pushed.stderr


def test_only_what_it_names_is_waived(generated: Adopted) -> None:
    generated.write({FIRST: text("change-no-phr"), "src/other.py": "B = 1\n"})
    document = generated.gate()
    assert rows_of(document)[CODE]["lacks"] == ["contract", "spec"]
    assert rows_of(document)["src/other.py"]["lacks"] == ["phr", "contract", "spec"]
    assert [(one["rule"], one["path"]) for one in waived(document)] == [("change-no-phr", CODE)]


def test_nothing_of_a_refusal_offers_a_way_around(generated: Adopted) -> None:
    ran = generated.sdd("gate")
    assert ran.status == 1
    assert "waive" not in ran.out + ran.err
    assert "waive" not in str(generated.gate()["next"])


def test_one_of_head_counts_only_where_the_target_says_so(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[gate]\nwaivers = "landed"\n'})
    adopted.branch()
    adopted.write({CODE: "A = 1\n", FIRST: text(*NEEDS), POLICY: '[gate]\nwaivers = "same-change"\n'})
    document = adopted.gate()
    assert rules_of(document) == {*NEEDS, "policy-changed"}
    assert waived(document) == []
    told = {one["rule"]: one["message"].rpartition("; ")[2] for one in document["changes"][0]["findings"]}
    assert {told[rule] for rule in NEEDS} == {f"{FIRST} counts once it has landed"}
    assert "waive" not in told["policy-changed"]


BECOMES = {
    "reason": (text("change-no-phr", reason=""), "incomplete"),
    "approval": (text("change-no-phr", approved_by=""), "incomplete"),
    "approver": (text("change-no-phr", approved_by="TODO"), "incomplete"),
    "rule": (text("policy-changed"), "incomplete"),
    "everywhere": (text("change-no-phr", paths=("**/*.py",)), "incomplete"),
    "day": (text("change-no-phr", expires="2020-01-01"), "ended"),
    "whole": (text("change-no-phr"), "in-force"),
}


def test_list_report_and_gate_agree_on_what_becomes_of_one(adopted: Adopted) -> None:
    held = {f"history/waivers/{number:04}-{name}.md": name for number, name in enumerate(BECOMES, 1)}
    expected = {path: BECOMES[name][1] for path, name in held.items()}
    adopted.land_change(
        {
            path: BECOMES[name][0].replace("0001", path[16:20]).replace("/src/gen/", f"/src/{name}/")
            for path, name in held.items()
        }
    )
    items = adopted.done("waiver", "list", "--json").document["items"]
    assert {item["path"]: item["status"] for item in items} == expected
    line = 'sdd phr new "TITLE" --base COMMIT --file FILE --file WAIVER --kind fix'
    for status in set(expected.values()):
        told = adopted.done("waiver", "list", "--status", status).err
        assert (line in told) == ("COMMIT is the last one before what was waived" in told) == (status == "in-force")
    adopted.done("report", "--output", "site")
    rows = (adopted.here.path / "site/waivers.html").read_text().split("<tr")
    for path, status in expected.items():
        (row,) = (row for row in rows if path in row)
        assert f">{status.replace('-', ' ')}<" in row
    adopted.branch()
    adopted.write({f"src/{name}/tables.py": "A = 1\n" for name in BECOMES})
    assert [one["path"] for one in waived(adopted.gate())] == ["src/whole/tables.py"]


def test_the_list_says_which_counts_only_once_it_has_landed(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[gate]\nwaivers = "landed"\n', FIRST: text("change-no-phr")})
    adopted.branch()
    second = FIRST.replace("0001", "0002")
    adopted.write({second: text("change-no-phr", id='"0002"'), CODE: "X = 1\n"})
    items = adopted.done("waiver", "list", "--json").document["items"]
    assert [(item["path"], item["status"]) for item in items] == [(FIRST, "in-force"), (second, "not-landed")]
    assert adopted.done("waiver", "list", "--status", "not-landed").out.split()[1:3] == ["not-landed", second]
    assert adopted.done("status", "--json").document["open"]["waivers"] == 1
    adopted.land("work:main")
    adopted.here.git("fetch", "-q")
    assert adopted.done("waiver", "list", "--status", "not-landed").out == "none\n"


def test_a_landed_one_counts_even_where_the_branch_is_behind_or_removes_it(adopted: Adopted) -> None:
    adopted.branch()
    adopted.land_change({FIRST: text(*NEEDS), POLICY: '[gate]\nwaivers = "landed"\n'})
    adopted.here.git("switch", "-q", "work")
    adopted.write({CODE: "A = 1\n"})
    assert adopted.gate()["verdict"] == "pass"
    adopted.here.git("rebase", "-q", "main")
    adopted.write({FIRST: None})
    assert adopted.gate()["verdict"] == "pass"


FAULTY = {
    text(*NEEDS, days=-1): "waiver-expired",
    text(*NEEDS, days=91): "waiver-broad",
    text(*NEEDS, paths=("**/*.py",)): "waiver-broad",
    text(*NEEDS, paths=("!/src",)): "waiver-broad",
    text(*NEEDS, approved_by=""): "waiver-incomplete",
    text(*NEEDS, reason="[WHY THIS MAY PASS FOR NOW]"): "waiver-incomplete",
    text(*NEEDS, expires="2027-02-30"): "waiver-incomplete",
    text(*NEEDS, paths=()): "waiver-incomplete",
    text(*NEEDS, paths=("/src/**", "/src/" + "a" * 200)): "waiver-incomplete",
    text(*NEEDS, "no-such-rule"): "waiver-incomplete",
    text(*NEEDS, "policy-changed"): "waiver-incomplete",
    "Let it pass.\n": "waiver-incomplete",
}


def test_a_faulty_one_waives_nothing(adopted: Adopted) -> None:
    documents = adopted.each_judged({written: {CODE: "A = 1\n", FIRST: written} for written in FAULTY})
    for written, document in documents.items():
        assert rules_of(document) == {*NEEDS, FAULTY[written]}, written
        assert waived(document) == []


def test_its_last_day_still_counts(generated: Adopted) -> None:
    generated.write({FIRST: text(*NEEDS, days=0)})
    assert generated.gate()["verdict"] == "pass"


def test_an_old_one_that_has_ended_stops_nobody(adopted: Adopted) -> None:
    adopted.land_change({FIRST: text("phr-vague-files", days=-100)})
    adopted.branch()
    adopted.write({"docs/x.md": "exempt\n"})
    assert adopted.gate()["changes"][0]["findings"] == []
    ran = adopted.sdd("check")
    assert (ran.status, "waiver-expired" in ran.out) == (0, False)
    adopted.write({FIRST: None})
    assert adopted.gate()["verdict"] == "pass"


def test_a_leaked_secret_can_be_taken_out_of_history(adopted: Adopted) -> None:
    adopted.branch()
    words = (adopted.here.path / LANDED).read_text()
    adopted.write({LANDED: words.replace("## Prompt\n", "## Prompt\n\nThe key was removed.\n")})
    assert rules_of(adopted.gate()) == {"history-rewritten"}
    adopted.done("waiver", "new", "history-rewritten", "--path", LANDED, *AGREED, "--commit")
    assert adopted.gate()["verdict"] == "pass"


def test_what_guards_the_rules_is_never_waived(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({POLICY: "[gate]\nappend_only = false\n", FIRST: text("policy-changed", paths=("/.specify/**",))})
    assert rules_of(adopted.gate()) == {"policy-changed", "waiver-incomplete"}


SAID = "\n## Requirements\n\nIt is one.\n\n## Success Criteria\n\nIt was seen.\n"


def test_a_spec_that_is_unfinished_can_be_waived_where_files_lean_on_it(adopted: Adopted) -> None:
    adopted.branch()
    feature = {"specs/002-x/spec.md": f"# Feature Specification: X\n\n[NEEDS CLARIFICATION: what?]\n{SAID}"}
    record = phr([CODE], feature="002-x", kind="feature", embedded=PROMISE + "\n### Constraints\n\n- None.\n")
    adopted.write({**feature, CODE: "A = 1\n", "history/prompts/002-x/0001-x.green.prompt.md": record})
    document = adopted.gate()
    assert "spec-unclear" in rules_of(document)
    assert rows_of(document)[CODE]["lacks"] == ["spec"]
    adopted.write({FIRST: text(*rules_of(document), paths=("/specs/002-x/**", "/history/prompts/002-x/**"))})
    document = adopted.gate()
    assert document["verdict"] == "pass"
    assert rows_of(document)[CODE]["lacks"] == []


def test_a_spec_with_two_faults_is_waived_only_when_both_are(adopted: Adopted) -> None:
    adopted.branch()
    spec = f"# Feature Specification: X\n\n[NEEDS CLARIFICATION: what?]\n\n[WHAT THE SYSTEM MUST DO]\n{SAID}"
    record = phr([CODE], feature="002-x", kind="feature", embedded=PROMISE + "\n### Constraints\n\n- None.\n")
    adopted.write(
        {"specs/002-x/spec.md": spec, CODE: "A = 1\n", "history/prompts/002-x/0001-x.green.prompt.md": record}
    )
    document = adopted.gate()
    faults = {"spec-unclear", "spec-placeholder"}
    assert faults <= rules_of(document)
    for number, waived in enumerate((*faults, "both")):
        rules = rules_of(document) - (faults - {waived} if waived != "both" else set())
        adopted.write({FIRST: text(*rules, paths=("/specs/002-x/**", "/history/prompts/002-x/**"))}, f"waive {number}")
        lacks = rows_of(adopted.gate())[CODE]["lacks"]
        assert lacks == ([] if waived == "both" else ["spec"]), waived


def test_a_root_above_waives_for_those_below(adopted: Adopted) -> None:
    adopted.land_change({"api/.specify/sdd.toml": "", "api/.specify/memory/constitution.md": "# Ours\n"})
    adopted.branch()
    adopted.write({"api/x.py": "1\n", FIRST: text(*NEEDS, paths=("/api/*.py",))})
    assert rows_of(adopted.gate())["api/x.py"]["lacks"] == []
    adopted.write({FIRST: None, f"api/{FIRST}": text(*NEEDS, paths=("/x.py",))})
    assert rows_of(adopted.gate())["api/x.py"]["lacks"] == []
    adopted.write({f"api/{FIRST}": text(*NEEDS, paths=("/api/x.py",))})
    assert rows_of(adopted.gate())["api/x.py"]["lacks"] == ["phr", "contract", "spec"]


@pytest.mark.parametrize("above", ["landed", "same-change"])
@pytest.mark.parametrize("below", ["landed", "same-change"])
@pytest.mark.parametrize("held", ["", "api/"])
def test_the_policy_of_its_own_root_and_of_the_judged_one_decide(
    adopted: Adopted, above: str, below: str, held: str
) -> None:
    policies = {POLICY: above, f"api/{POLICY}": below}
    adopted.land_change({path: f'[gate]\nwaivers = "{when}"\n' for path, when in policies.items()})
    adopted.branch()
    adopted.write({"api/x.py": "1\n"})
    words = ("waiver", "new", "--days", "3", "--approved-by", "Grace", "--reason", "It burns.", "--path")
    where = ("-C", "api", *words, "x.py") if held else (*words, "api/x.py")
    told = adopted.done(*where, "--commit").err
    counts = below == "same-change" and (bool(held) or above == "same-change")
    assert ("it counts once it has landed" in told) != counts
    (change,) = [change for change in adopted.gate()["changes"] if change["root"] == "api"]
    assert bool(change["waived"]) == counts
    assert any("counts once it has landed" in one["message"] for one in change["findings"]) != counts


# -- what check makes of it -------------------------------------------------------------------------------------------


def test_check_honours_them_too(adopted: Adopted) -> None:
    record = "history/prompts/general/0009-x.green.prompt.md"
    adopted.write({record: re.sub("date: .*", "date: someday", phr(id="0009"))})
    assert adopted.sdd("check").status == 1
    adopted.done("waiver", "new", "phr-bad-date", "phr-missing-field", "--path", record, *AGREED)
    ran = adopted.sdd("check")
    assert ran.status == 0, ran
    assert f"sdd:   {record}: phr-bad-date" in ran.out
    assert [one["reason"] for one in waived(adopted.sdd("check", "--json").document)] == ["It is generated."]


def test_many_files_are_counted(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({**{f"src/gen/{number}.py": f"{number}\n" for number in range(9)}, FIRST: text(*NEEDS)})
    said = adopted.done("gate").out
    assert "sdd:   and 4 more files (all: -v)" in said
    assert "src/gen/8.py" in adopted.done("gate", "-v").out


def test_a_read_only_folder_is_told_and_the_number_given_back(adopted: Adopted, tmp_path: Path) -> None:
    (adopted.here.path / "history/waivers").write_text("a file where the folder should be")
    ran = adopted.sdd("waiver", "new", "change-no-phr", "--path", "src", *AGREED)
    assert (ran.status, "a folder is needed" in ran.err) == (3, True)
    (adopted.here.path / "history/waivers").unlink()
    assert "0001" in adopted.done("waiver", "new", "change-no-phr", "--path", "src", *AGREED).out
