"""What sdd writes into a record is true when it is written, and still when it has landed."""

from pathlib import Path

import pytest

from sdd.records.kinds.phr import parse
from tests.adopted import FEATURE, POLICY, SPEC, Adopted, contract

PHR_TEMPLATE = ".specify/templates/phr-template.prompt.md"
FIX = ("--kind", "fix", "--success", "It is one.")


def record(adopted: Adopted, *words: str) -> Path:
    """The PHR that `sdd phr new` writes of a file that has changed."""
    ran = adopted.done("phr", "new", "Set it to one", *FIX, *words, "--json")
    return Path(ran.document["path"])


def found(adopted: Adopted) -> set[str]:
    """The rules that find something, errors and warnings."""
    return {finding["rule"] for change in adopted.gate()["changes"] for finding in change["findings"]}


@pytest.fixture
def changed(adopted: Adopted) -> Adopted:
    adopted.branch()
    adopted.here.write("src/a.py", "1\n")
    return adopted


@pytest.mark.parametrize("own_template", [False, True])
def test_a_check_that_nobody_ran_has_no_tick(changed: Adopted, own_template: bool) -> None:
    if own_template:
        text = (changed.here.path / PHR_TEMPLATE).read_text()
        changed.here.write(PHR_TEMPLATE, text.replace("- [ ] {{contract.checks}}", "- [x] {{contract.checks}}"))
    assert "- [ ] `false`" in record(changed, "--check", "false").read_text()


def test_a_check_that_was_run_and_passed_has_its_evidence_below(changed: Adopted) -> None:
    file = record(changed, "--check", "test -s src/a.py", "--check", "true", "--run")
    text = file.read_text()
    checks, _, evidence = text.partition("### Acceptance checks\n")[2].partition("### Evidence\n")
    assert checks.split("\n") == ["- [x] `test -s src/a.py`", "- [x] `true`", "", ""]
    ran = [line.rpartition(", exit 0, sha256:") for line in evidence.split("\n") if line]
    assert [line[2].partition(": ")[2] for line in ran] == ["`test -s src/a.py`", "`true`"]
    assert all("with changes" in line[0] for line in ran)
    changed.write({})
    assert (changed.gate()["verdict"], found(changed)) == ("pass", set())


def test_what_a_check_leaves_behind_is_no_part_of_the_work(changed: Adopted) -> None:
    text = record(changed, "--check", "touch src/a.pyc", "--run").read_text()
    assert "files: [src/a.py]\n" in text


def test_nothing_is_written_where_a_check_fails(changed: Adopted) -> None:
    ran = changed.sdd("phr", "new", "Set it to one", *FIX, "--check", "true", "--check", "echo no; false", "--run")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "sdd: check 1, run in .: true",
        "sdd: check 2, run in .: echo no; false",
        "  no",
        "sdd: a check failed, no record was written: echo no; false (exit 1, in .)",
        "  make it pass, then run this command again; without --run its box stays unticked",
    ]
    assert changed.here.git("status", "--porcelain") == "?? src/a.py"
    ran = changed.sdd("phr", "new", "Set it to one", "--run")
    assert (ran.status, "sdd contract done --run" in ran.err) == (2, True)


def test_a_check_of_a_record_on_its_way_can_be_run_later(changed: Adopted) -> None:
    file = record(changed, "--check", "true", "--check", "false")
    changed.write({})
    assert found(changed) == {"contract-unchecked"}
    assert changed.sdd("contract", "verify", file.name, "--run").status == 1
    assert "- [x] `true`\n- [ ] `false`\n\n### Evidence\n" in file.read_text()
    contained = parse("x", file.read_bytes(), "").contract
    assert contained
    assert [check.done for check in contained.checks] == [True, False]
    changed.write({})
    changed.land("HEAD:main")
    changed.here.git("fetch", "-q", "origin")
    before = file.read_bytes()
    ran = changed.sdd("contract", "verify", file.name, "--run")
    assert (file.read_bytes(), "has landed and stays as it is" in ran.err) == (before, True)


@pytest.mark.parametrize(("weight", "verdict"), [("", "pass"), ('[rules]\ncontract-unchecked = "error"\n', "fail")])
def test_an_unchecked_box_of_small_work_is_a_warning_or_what_the_policy_says(
    adopted: Adopted, weight: str, verdict: str
) -> None:
    adopted.land_change({POLICY: weight})
    adopted.branch()
    adopted.here.write("src/a.py", "1\n")
    record(adopted, "--check", "true")
    adopted.write({})
    assert (adopted.gate()["verdict"], found(adopted)) == (verdict, {"contract-unchecked"})


def test_the_response_is_true_when_the_record_has_landed(changed: Adopted) -> None:
    assert "Changed `src/a.py`." in record(changed, "--check", "true").read_text()
    general = changed.done("phr", "new", "Ask what rounding means", "--stage", "general", "--json").document["path"]
    assert "No file was changed." in Path(general).read_text()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (SPEC, ("--commit",)),
        (SPEC, ("--kind", "chore", "--commit")),
        (f"specs/{FEATURE}/plan.md", ()),
        (POLICY, ("--commit",)),
        (POLICY, ()),
        ("README.md", ("--kind", "chore", "--commit")),
        ("README.md", ()),
    ],
)
def test_a_second_record_about_the_same_file_names_it(adopted: Adopted, path: str, words: tuple[str, ...]) -> None:
    adopted.branch()
    file = adopted.here.path / path
    text = file.read_text() if file.exists() else ""
    for number, title in enumerate(("Say more", "Say still more"), 1):
        adopted.write({path: text + "\n" * number}, title)
        record = adopted.done("phr", "new", title, *words, "--json").document
        assert record["files"] == [path]
        assert response(Path(record["path"])) == f"- {title}"
        adopted.write({})
    ran = adopted.done("phr", "new", "Ask what it means", "--stage", "general", "--commit", "--json").document
    assert response(Path(ran["path"])) == "No file was changed."
    file.write_text("")
    ran = adopted.done("phr", "new", "Ask once more", "--stage", "general", "--commit", "--json").document
    assert response(Path(ran["path"])) == "No committed file was changed."


@pytest.mark.parametrize("commits", [1, 2])
def test_a_record_leaves_out_what_an_updated_one_names(adopted: Adopted, commits: int) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"}, "Fix a")
    record(adopted, "--check", "true")
    adopted.write({}, "PHR")
    if commits == 2:
        adopted.write({"src/b.py": "1\n"}, "Fix b")
    else:
        adopted.here.write("src/b.py", "1\n")
    adopted.done("phr", "add")
    adopted.write({}, "Name b")
    adopted.write({"src/c.py": "1\n"}, "Fix c")
    words = ("--kind", "fix", "--success", "c is 1.", "--check", "true", "--commit", "--json")
    assert adopted.done("phr", "new", "Set c to one", *words).document["files"] == ["src/c.py"]
    adopted.write({"src/b.py": "2\n"}, "Fix b again")
    assert adopted.done("phr", "new", "Set b to two", *words).document["files"] == ["src/b.py"]


def test_a_record_names_what_changed_after_the_one_that_names_it_whatever_others_tell(adopted: Adopted) -> None:
    adopted.branch()
    words = ("--kind", "fix", "--success", "It is 1.", "--check", "true", "--commit", "--json")
    adopted.write({"src/a.py": "1\n"}, "Fix a")
    assert adopted.done("phr", "new", "Set a to one", *words).document["files"] == ["src/a.py"]
    adopted.write({"src/a.py": "2\n"}, "Fix a again")
    adopted.write({"src/b.py": "1\n"}, "Fix b")
    assert adopted.done("phr", "new", "Set b to one", "--file", "src/b.py", *words).document["files"] == ["src/b.py"]
    third = adopted.done("phr", "new", "Set a to two", *words).document
    assert third["files"] == ["src/a.py"]
    assert response(adopted.here.path / third["path"]) == "- Fix a again"


def test_many_files_are_told_in_part(adopted: Adopted) -> None:
    adopted.branch()
    for number in range(12):
        adopted.here.write(f"src/{number:02}.py", "1\n")
    text = record(adopted, "--check", "true").read_text()
    assert "`src/08.py`, `src/09.py` and 2 more." in text


def test_a_contract_claims_no_reading(adopted: Adopted) -> None:
    adopted.branch()
    words = ["--feature", FEATURE, "--success", "It is.", "--constraint", "C.", "--non-goal", "N.", "--check", "true"]
    path = adopted.done("contract", "new", "Round", *words, "--scope", "/src/**", "--json").document["path"]
    assert "Discovery" not in (adopted.here.path / path).read_text()
    path = adopted.done(
        "contract", "new", "Round on", *words, "--scope", "/src/**", "--discovery", "1:1:src/vat.py", "--json"
    ).document["path"]
    assert "## Discovery\n\n- `1:1:src/vat.py`\n" in (adopted.here.path / path).read_text()


@pytest.mark.parametrize("title", ["Continue", "Fix it", "do it.", "OK, go on", "TODO"])
def test_what_asks_for_nothing_is_refused_at_once(changed: Adopted, title: str) -> None:
    ran = changed.sdd("phr", "new", title, *FIX, "--check", "true")
    assert (ran.status, "asks for nothing: no PHR of it would count" in ran.err) == (2, True)
    assert "--prompt-file" in ran.err
    assert changed.here.git("status", "--porcelain") == "?? src/a.py"


@pytest.mark.parametrize(("success", "check"), [("Done.", "true"), ("It works.", "OK")])
def test_a_promise_that_the_gate_would_not_read_is_refused_at_once(changed: Adopted, success: str, check: str) -> None:
    words = ("--kind", "fix", "--success", success, "--check", check)
    ran = changed.sdd("phr", "new", "Round it", *words)
    assert (ran.status, "says nothing" in ran.err) == (2, True), ran
    assert not (changed.here.path / "history/prompts/general").exists()


def test_a_prompt_that_asks_makes_up_for_the_title(changed: Adopted) -> None:
    ran = changed.sdd("phr", "new", "Fix it", *FIX, "--check", "true", "--prompt-file", "-", stdin="Set it to one.")
    assert ran.status == 0, ran


def test_a_feature_s_contract_names_a_requirement(adopted: Adopted) -> None:
    adopted.branch()
    path = f"history/contracts/{FEATURE}/0002-b.contract.md"
    text = contract(["/src/**"], kind="feature", feature=FEATURE)
    adopted.write({path: text})
    (finding,) = (one for one in adopted.gate()["changes"][0]["findings"] if one["rule"] == "contract-no-requirement")
    assert (finding["severity"], finding["message"]) == ("warning", f"names no requirement of {FEATURE}")
    assert finding["fix"] == "name those that it serves: FR-001, SC-001"
    adopted.write({path: text.replace("kind: feature", "kind: feature\nrequirements: [FR-001]")})
    assert "contract-no-requirement" not in found(adopted)


def test_a_settled_contract_without_one_is_left_alone(adopted: Adopted) -> None:
    path = f"history/contracts/{FEATURE}/0002-b.contract.md"
    text = contract(["/src/**"], kind="feature", feature=FEATURE)
    adopted.here.write(path, text.replace("status: done", "status: open"))
    assert "contract-no-requirement" in adopted.sdd("check", "-v").out
    adopted.here.write(path, text)
    assert "contract-no-requirement" not in adopted.sdd("check", "-v").out


def test_a_committed_record_names_what_is_committed(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"}, "Set it to one")
    adopted.here.write("src/vat.py", "unrelated\n")
    adopted.here.write("src/scratch.py", "1\n")
    text = record(adopted, "--check", "true", "--commit").read_text()
    assert "files: [src/a.py]\n" in text
    assert adopted.push("work").returncode == 0


def test_what_is_not_committed_is_named_only_where_somebody_names_it(changed: Adopted) -> None:
    ran = changed.sdd("phr", "new", "Set it to one", *FIX, "--check", "true", "--commit")
    assert (ran.status, "what a PHR could name is not committed: src/a.py" in ran.err) == (2, True)
    assert "git add --all && git commit\n" in ran.err
    assert "files: [src/a.py]\n" in record(changed, "--check", "true", "--commit", "--file", "src/a.py").read_text()


def response(file: Path) -> str | None:
    return parse("x", file.read_bytes(), "").response


def test_a_response_tells_of_the_commits_since_a_record_last_named_the_files(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"}, "One")
    adopted.write({"src/b.py": "1\n"}, "Beside it")
    words = ("--check", "true", "--commit")
    assert response(record(adopted, *words, "--file", "src/a.py")) == "- One"
    adopted.write({"src/a.py": "2\n"}, "Two")
    adopted.here.git("switch", "-q", "main")
    adopted.land_change({"src/c.py": "1\n"}, "Somebody else's")
    adopted.here.git("switch", "-q", "work")
    adopted.here.git("merge", "-q", "--no-edit", "main")
    assert response(record(adopted, *words)) == "- Beside it\n- Two"
    assert response(record(adopted, *words, "--file", "src/b.py")) == "- Beside it"


def test_two_records_of_one_commit_say_what_each_is_about(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n", "src/b.py": "1\n"}, "Both")
    assert (
        response(record(adopted, "--check", "true", "--commit", "--file", "src/a.py"))
        == "- Both\n\nChanged `src/a.py`."
    )
