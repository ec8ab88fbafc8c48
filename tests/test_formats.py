"""The formats of a verdict: what each says, read back by a parser of its own."""

import json
import os
import re
from pathlib import Path

import junitparser
import pytest

from sdd.gate.check.verdict import Finding, JudgedChange, Verdict
from sdd.render.formats import FORMAT_NAMES, verdict_in
from tests.adopted import Adopted, phr, sdd
from tests.runner import commands
from tests.scratch import Scratch
from tests.verdicts import MADE, cases_of, finding, sarif_of, verdict_of


def test_the_names_stand_in_one_place(adopted_once: Path) -> None:
    assert FORMAT_NAMES == ("text", "json", "markdown", "sarif", "junit", "github", "gitlab")
    for command in (["gate"], ["check"], ["contract", "check"]):
        said = re.sub(r"\s", "", sdd(adopted_once, *command, "--help").out)
        assert f"--format[{'|'.join(FORMAT_NAMES)}]" in said


@pytest.mark.parametrize("command", [["gate"], ["check"], ["contract", "check"]], ids=" ".join)
def test_json_is_a_synonym(adopted: Adopted, command: list[str]) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    assert adopted.sdd(*command, "--json") == adopted.sdd(*command, "--format", "json")
    ran = adopted.sdd(*command, "--json", "--format", "sarif")
    assert (ran.status, "exclude each other" in ran.err) == (2, True)


def test_a_queue_has_a_base(adopted: Adopted) -> None:
    ran = adopted.sdd("gate", "--queue")
    assert (ran.status, "--queue goes with --base" in ran.err) == (2, True)


def test_sarif_holds_the_rule_book_and_a_result_a_finding() -> None:
    run = sarif_of(verdict_in("sarif", *verdict_of("src/a b%ü.py")))
    rules = run["tool"]["driver"]["rules"]
    assert all(rule["help"]["text"] and rule["help"]["markdown"] and "helpUri" not in rule for rule in rules)
    assert all(len(rule["fullDescription"]["text"]) <= 1024 for rule in rules), "what GitHub shows of it"
    assert {rule["defaultConfiguration"].get("enabled", True) for rule in rules} == {True, False}
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "warning", "error"]
    assert [len(result.get("suppressions", [])) for result in run["results"]] == [0, 0, 0, 0, 1]
    place = run["results"][2]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "src/a%20b%25%C3%BC.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 7, "startColumn": 1}
    assert (run["invocations"][0]["executionSuccessful"], run["invocations"][0]["exitCode"]) == (True, 1)


def test_fingerprints_outlive_a_moved_line_and_are_unique() -> None:
    def prints(form: str, *findings: Finding) -> list[str]:
        change = JudgedChange("x", "", None, "", "", findings=findings)
        text = verdict_in(form, Verdict((change, change._replace(root="b"))), {})
        if form == "gitlab":
            return [entry["fingerprint"] for entry in json.loads(text)]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in sarif_of(text)["results"]]

    for form in ("gitlab", "sarif"):
        twice = finding("a", "b", "phr-empty"), finding("a", "b", "phr-empty", line=9)
        before = prints(form, *twice)
        assert len({*before}) == 4
        assert prints(form, *(one._replace(line=one.line + 30) for one in twice)) == before
        assert not {*before} & {*prints(form, finding("a", "c", "phr-empty"), finding("ab", "", "phr-empty"))}


def test_junit_has_a_suite_a_root_and_a_case_a_file_and_family() -> None:
    verdict, ways = verdict_of("src/a.py")
    read = junitparser.JUnitXml.fromstring(verdict_in("junit", verdict, ways).encode())
    (suite,) = read
    assert (suite.name, suite.tests, suite.failures, suite.skipped) == ("src/a.py (root src/a.py)", 3, 1, 1)
    found = {one.name: one.value for one in suite.properties()}  # type: ignore[no-untyped-call]  # junitparser has no types there
    assert (found["base"], found["head"]) == ("b" * 40, "a" * 40)
    change, lock, record = suite
    assert (change.classname, change.name, record.classname) == ("sdd.change", "src/a.py", "sdd.phr")
    assert [type(one.result[0]).__name__ if one.result else "" for one in (change, lock, record)] == [
        "Failure", "Skipped", "",
    ]  # fmt: skip
    assert "phr-trivial: warning" in (record.system_out or "")
    assert "waived until 2026-04-01" in (record.system_out or "")


def test_what_is_tolerated_fails_nothing() -> None:
    verdict, ways = verdict_of("src/a.py", tolerated="findings only warn")
    assert not any(case.result for case in cases_of(verdict_in("junit", verdict, ways))[:1])
    assert {one.name for one in commands(verdict_in("github", verdict, ways))} == {"warning"}
    assert {one["severity"] for one in json.loads(verdict_in("gitlab", verdict, ways))} == {"minor"}
    assert {one["level"] for one in sarif_of(verdict_in("sarif", verdict, ways))["results"]} == {"warning"}
    assert verdict_in("markdown", verdict, ways).startswith("### sdd: would be refused\n")


def test_github_is_told_ten_of_each_and_how_many_more() -> None:
    errors = tuple(finding(f"src/{number:02}.py", "no") for number in range(13))
    warnings = tuple(finding("a.md", f"odd {number}", "phr-trivial", "warning") for number in range(11))
    verdict = Verdict((JudgedChange("x", "", None, "", "", findings=errors + warnings),))
    told = commands(verdict_in("github", verdict, {}))
    assert [one.name for one in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert told[-1].message == "and 3 more errors, 1 more warning, all of them in: sdd gate -v"
    assert told[0].properties == {"file": "src/00.py", "line": "1", "col": "1", "title": "sdd: change-no-phr"}
    assert told[0].message == "no\nno"
    assert (
        len(
            verdict_in("github", Verdict((JudgedChange("x", "", None, "", "", findings=errors[:10]),)), {}).splitlines()
        )
        == 10
    )


def test_the_summary_is_appended_where_there_is_room(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    summary.write_text("before\n")
    assert adopted.sdd("gate", "--format", "sarif").status == 1
    assert summary.read_text() == "before\n"
    assert adopted.sdd("gate", "--format", "github").status == 1
    assert summary.read_text().startswith("before\n### sdd: refused\n")
    summary.write_bytes(b"x" * (1024 * 1024 - 50))
    assert adopted.sdd("gate", "--format", "github").status == 1
    assert summary.stat().st_size == 1024 * 1024 - 50, "GitHub drops the whole of a summary that is too large"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "nowhere" / "x"))
    ran = adopted.sdd("gate", "--format", "github")
    assert (ran.status, "no summary" in ran.err) == (1, True)


def test_a_comment_has_at_most_forty_lines(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({f"src/{number:03}.py": "1\n" for number in range(200)})
    text = adopted.sdd("gate", "--format", "markdown").out
    assert 25 < len(text.splitlines()) <= 40
    assert re.search(r"^\| and 19\d more files \| \| \|$", text, re.MULTILINE)
    assert "```sh\nsdd phr new" in text
    many = Verdict(
        tuple(
            change._replace(findings=change.findings * 90, waived=change.waived * 9, files=change.files * 9, remark="x")
            for change in verdict_of("a`|b" * 99)[0].changes * 9
        ),
        ("x",) * 9,
    )
    plans = {place: verdict_of("a")[1][0] for place in range(9)}
    told = verdict_in("markdown", many, plans)
    assert len(told.splitlines()) <= 40
    assert len(told) < 65_000


def test_strict_counts_warnings_as_errors_in_every_format(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"history/prompts/general/0001-rounding.green.prompt.md": phr(["src/nowhere.py"])})
    for form in MADE:
        lax, strict = (adopted.sdd("check", *options, "--format", form) for options in ([], ["--strict"]))
        assert (lax.status, strict.status) == (0, 1)
        assert lax.out != strict.out
    assert adopted.sdd("check", "--strict", "--json").document["verdict"] == "fail"


def test_stat_has_no_other_format(adopted: Adopted) -> None:
    assert adopted.sdd("check", "--stat", "--format", "json").document["schema"] == "sdd/stat/1"
    ran = adopted.sdd("check", "--stat", "--format", "sarif")
    assert (ran.status, "--stat" in ran.err) == (2, True)


# -- where there is no verdict -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", MADE)
@pytest.mark.parametrize(("arguments", "status"), [((), 3), (("--base", "nowhere"), 3), (("--nonsense",), 2)])
def test_a_pipeline_gets_what_it_can_parse(
    scratch: Scratch, form: str, arguments: tuple[str, ...], status: int
) -> None:
    ran = sdd(scratch.path, "gate", f"--format={form}", *arguments)
    assert ran.status == status, ran
    said = ran.err.splitlines()[0].removeprefix("sdd: ")
    assert said in told_in(form, ran.out, status)
    assert told_in(form, sdd(scratch.path, "gate", *arguments, "--format", form).out, status)


def told_in(form: str, text: str, status: int) -> str:
    """What an error in some format says, after it was parsed."""
    if form == "json":
        document = json.loads(text)
        return str((document["error"] if status == 3 else document)["message"])
    if form == "sarif":
        run = sarif_of(text)
        assert "results" not in run, "an empty list would close what was found before"
        assert (run["invocations"][0]["executionSuccessful"], run["invocations"][0]["exitCode"]) == (False, status)
        return str(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"])
    if form == "junit":
        (case,) = cases_of(text)
        (error,) = case.result
        assert isinstance(error, junitparser.Error)
        return str(error.message)
    if form == "github":
        (command,) = commands(text)
        assert command.name == "error"
        return command.message
    if form == "gitlab":
        (entry,) = json.loads(text)
        assert (entry["severity"], entry["location"]["lines"]["begin"]) == ("blocker", 1)
        return str(entry["description"])
    return text


@pytest.mark.parametrize("form", MADE)
def test_nothing_to_judge_is_a_document_too(adopted_once: Path, form: str) -> None:
    ran = sdd(adopted_once / "here", "gate", "--format", form)
    assert ran.status == 0
    if form == "junit":
        (case,) = cases_of(ran.out)
        assert not case.result
    elif form == "sarif":
        assert sarif_of(ran.out)["results"] == []
    elif form in ("json", "gitlab"):
        assert json.loads(ran.out) in ([], json.loads(ran.out))
    else:
        assert ran.out == {"github": "", "markdown": ran.out}[form]


def outputs(folder: Path, *forms: str) -> list[str]:
    return [word for form in forms for word in ("--output", f"{form}={folder / form}")]


def test_one_verdict_is_written_in_many_formats(adopted: Adopted, tmp_path: Path) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    base = ["gate", "--base", "refs/remotes/origin/main"]
    ran = adopted.sdd(*base, *outputs(tmp_path, *FORMAT_NAMES), "--output", "github=-")
    assert ran.status == 1
    for form in FORMAT_NAMES:
        alone = adopted.sdd(*base, "--format", form)
        assert ((tmp_path / form).read_text(), ran.status) == (alone.out, alone.status)
    plain, annotations = adopted.sdd(*base), adopted.sdd(*base, "--format", "github")
    assert ran.out == plain.out + annotations.out


def test_what_cannot_be_judged_is_written_in_each(adopted: Adopted, tmp_path: Path) -> None:
    ran = adopted.sdd("gate", "--base", "nowhere", *outputs(tmp_path, *FORMAT_NAMES), "--output=junit=-")
    assert ran.status == 2
    for form in FORMAT_NAMES[1:]:
        assert (tmp_path / form).read_text() == adopted.sdd("gate", "--base", "nowhere", "--format", form).out
    assert (tmp_path / "text").read_text() == ran.err.replace("\n  ", "\n")
    assert ran.out == (tmp_path / "junit").read_text()


@pytest.mark.parametrize("written", ["sarif", "sarif=", "=x", "xml=x", ""])
def test_an_output_is_a_format_and_a_file(adopted_once: Path, written: str) -> None:
    ran = sdd(adopted_once / "here", "gate", "--output", written)
    assert (ran.status, "is not FORMAT=FILE" in ran.err) == (2, True)


def test_an_output_that_cannot_be_written_is_no_pass(adopted_once: Path, tmp_path: Path) -> None:
    ran = sdd(adopted_once / "here", "gate", "--output", f"sarif={tmp_path}", "--format", "json")
    assert (ran.status, str(tmp_path) in ran.err) == (3, True)


def test_output_to_a_pipe_or_a_device_goes_through_it(adopted_once: Path, tmp_path: Path) -> None:
    pipe, here = tmp_path / "pipe", adopted_once / "here"
    os.mkfifo(pipe)
    for words in (("gate", "--output", f"json={pipe}"), ("report", "--format", "json", "-o", str(pipe))):
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(reader, "rb") as stream:
            assert sdd(here, *words).status == 0
            assert stream.read().startswith(b"{")
        assert pipe.is_fifo()
    link = tmp_path / "null"
    link.symlink_to(os.devnull)
    assert sdd(here, "report", "--format", "json", "-o", str(link)).status == 0
    assert link.is_symlink()


def test_an_output_replaces_a_file_as_a_whole(adopted_once: Path, tmp_path: Path) -> None:
    file = tmp_path / "new" / "verdict.json"
    for _ in range(2):
        assert sdd(adopted_once / "here", "gate", "--output", f"json={file}").status == 0
        assert json.loads(file.read_text())["verdict"] == "pass"
    assert [path.name for path in file.parent.iterdir()] == ["verdict.json"]
