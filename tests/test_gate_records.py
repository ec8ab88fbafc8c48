"""What a change may do to records, policies and days; and what the verdict makes of it."""

import shlex
from datetime import date, timedelta
from typing import Any

import pytest

from tests.adopted import (
    CONSTITUTION,
    FEATURE,
    LANDED,
    OPEN,
    POLICY,
    PROMISE,
    SPEC,
    Adopted,
    contract,
    phr,
    rows_of,
    rules_of,
)
from tests.test_why import why

Files = dict[str, Any]
GENERAL = "history/prompts/general/0001-rounding.green.prompt.md"
DECISION = "history/prompts/constitution/0009-decided.constitution.prompt.md"
ADR = "history/adr/0001-decimals.md"
ADR_TEXT = "# ADR-0001: Decimals\n\n**Status**: Accepted\n\n## Context\n\nMoney.\n\n## Decision\n\nDecimals.\n"
UNDECIDED = "history/adr/0002-decimals.md"
TEMPLATE = ADR_TEXT.replace("ADR-0001", "ADR-0002").replace(
    "\nDecimals.\n", "\n- [WHAT WE WILL DO]\n\n## After\n\nMore.\n"
)
LATER = f"history/prompts/{FEATURE}/0007-later.green.prompt.md"
DONE = f"history/contracts/{FEATURE}/0008-done.contract.md"


def decided(*files: str) -> Files:
    return {DECISION: phr(files, id="0009", stage="constitution", prompt="Decide it.")}


def read(adopted: Adopted, path: str) -> str:
    return (adopted.here.path / path).read_text()


REWRITES: dict[str, tuple[str, str, str, bool]] = {
    "prompt": (LANDED, "## Prompt\nReverse charge", "## Prompt\nReverse it", True),
    "response": (LANDED, "- Specify VAT", "- Nothing", True),
    "date": (LANDED, "\ndate: ", "\ndate: 2020-01-01\nwas: ", True),
    "stage": (LANDED, "stage: green", "stage: red", True),
    "files": (LANDED, ", src/reverse/charge.py", "", True),
    "more files": (LANDED, ", src/reverse/charge.py", ", src/reverse/charge.py, src/other.py", True),
    "id": (LANDED, 'id: "0001"', "id: 1", False),
    "title": (LANDED, "title: Reverse charge", 'title: "Reverse charge"', False),
    "white space": (LANDED, "## Prompt\nReverse charge", "## Prompt\n\nReverse\ncharge\n", False),
    "another key": (LANDED, "branch: main", "branch: main\nmodel: m-1", False),
    "a kind where there was none": (LANDED, "branch: main", "branch: main\nkind: fix", True),
    "list form": (LANDED, "files: [specs/001-vat/spec.md, src", "files:\n  - specs/001-vat/spec.md\n  - src", False),
    "adr text": (ADR, "Decimals.\n", "Floats.\n", True),
    "adr template": (UNDECIDED, "[WHAT WE WILL DO]\n", "Floats.\n\nEven for tax.\n", False),
    "adr beside its template": (UNDECIDED, "Money.\n", "Weights.\n", True),
    "adr above its template": (UNDECIDED, "# ADR", "Never mind.\n\n# ADR", True),
    "adr status": (ADR, "Accepted", "Superseded", False),
    "done criteria": (DONE, "half up", "down", True),
    "done scope": (DONE, "/src/**", "/lib/**", True),
    "done constraint": (DONE, "stay decimals", "stay floats", True),
    "done non-goal": (DONE, "No other way", "Another way", True),
    "done check": (DONE, "`true`", "`false`", True),
    "done is open": (DONE, "status: done", "status: open", True),
    "done title": (DONE, "title: Rounding", "title: Rounded", True),
}


def test_what_may_become_of_a_landed_record(adopted: Adopted) -> None:
    adopted.land_change({ADR: ADR_TEXT, UNDECIDED: TEMPLATE, DONE: contract(["/src/**"], id="0008", feature=FEATURE)})
    cases: dict[str, Files] = {}
    for case, (path, old, new, _) in REWRITES.items():
        text = read(adopted, path)
        if case == "list form":
            text = text.replace("src/reverse/charge.py]", "src/reverse/charge.py")
        assert old in text, case
        cases[case] = {path: text.replace(old, new, 1)}
    documents = adopted.each_judged(cases)
    rewritten = {case: "history-rewritten" in rules_of(document) for case, document in documents.items()}
    assert rewritten == {case: is_rewritten for case, (*_, is_rewritten) in REWRITES.items()}


def test_the_finding_names_the_parts_that_were_changed(adopted: Adopted) -> None:
    adopted.land_change({ADR: ADR_TEXT})
    record = (
        read(adopted, LANDED).replace("## Prompt\nReverse", "## Prompt\nInverse").replace("stage: green", "stage: red")
    )
    document = adopted.judged({ADR: ADR_TEXT.replace("Decimals.\n", "Floats.\n"), LANDED: record})
    messages = [one["message"] for one in document["changes"][0]["findings"] if one["rule"] == "history-rewritten"]
    assert messages == ["a landed record was changed: text", "a landed record was changed: prompt, stage"]


def test_a_landed_record_may_move_but_not_go(adopted: Adopted) -> None:
    adopted.land_change({ADR: ADR_TEXT, DONE: contract(["/src/**"], id="0008", feature=FEATURE)})
    cases: dict[str, Files] = {}
    for path in (LANDED, ADR, DONE, OPEN):
        text = read(adopted, path)
        folder, _, name = path.rpartition("/")
        moved = f"{folder}/0077{name[4:]}"
        altered = text.replace("harge", "hange").replace("Decimals.", "Floats.").replace("half up", "down")
        altered = altered.replace("Invoices", "Receipts")
        cases |= {f"{path} gone": {path: None}, f"{path} moved": {path: None, moved: text}}
        cases[f"{path} altered"] = {path: None, moved: altered}
    for case, document in adopted.each_judged(cases).items():
        assert ("history-rewritten" in rules_of(document)) == (not case.endswith(" moved")), case


def test_a_landed_record_behind_a_link_is_gone(adopted: Adopted) -> None:
    adopted.branch()
    (adopted.here.path / LANDED).unlink()
    (adopted.here.path / LANDED).symlink_to("elsewhere.md")
    adopted.write({})
    assert "record-symlink" in rules_of(adopted.gate())


def test_a_record_hides_nothing_by_becoming_a_folder(adopted: Adopted) -> None:
    adopted.branch()
    (adopted.here.path / LANDED).unlink()
    adopted.write({f"{LANDED}/x.py": "1\n"})
    document = adopted.gate()
    assert "history-rewritten" in rules_of(document)
    assert rows_of(document)[f"{LANDED}/x.py"]["lacks"]


def test_history_may_be_rewritten_where_the_policy_says_so(adopted: Adopted) -> None:
    adopted.land_change({POLICY: "[gate]\nappend_only = false\n"})
    assert adopted.judged({LANDED: None})["verdict"] == "pass"


def test_an_error_that_the_target_had_is_a_warning_but_never_a_need(adopted: Adopted) -> None:
    broken = phr(["src/x.py"], id="0002", date="then", feature=FEATURE).replace("date: 2026-03-01\n", "")
    path = f"history/prompts/{FEATURE}/0002-rounding.green.prompt.md"
    adopted.land_change({path: broken})
    document = adopted.judged({path: broken.replace("surface", "x") + "\nMore.\n"})
    assert "phr-bad-date" in rules_of(document, "warning") - rules_of(document)
    fresh = path.replace("0002", "0003")
    document = adopted.judged({fresh: broken.replace("0002", "0003")}, "fresh")
    assert "phr-bad-date" in rules_of(document)


def test_a_policy_is_changed_by_a_decision_only(adopted: Adopted) -> None:
    policy = "[gate.limits]\nlines = 6000\n"
    assert rules_of(adopted.judged({POLICY: policy}, "a")) == {"policy-changed"}
    adopted.here.git("switch", "-q", "a")
    line = adopted.gate()["changes"][0]["findings"][0]["fix"].partition(": sdd ")[2]
    assert adopted.sdd(*shlex.split(line.replace("TITLE", "Allow more lines"))).status == 0
    assert adopted.gate()["verdict"] == "pass"
    assert rules_of(adopted.judged({POLICY: None}, "b")) == {"policy-changed"}
    named = phr([POLICY], stage="green")
    assert rules_of(adopted.judged({POLICY: policy, GENERAL: named}, "c")) == {"policy-changed"}
    document = adopted.judged({POLICY: policy} | decided(POLICY), "d")
    assert (document["verdict"], rules_of(document)) == ("pass", set())
    landed = adopted.here.git("ls-files", "history/prompts/constitution").splitlines()[0]
    text = read(adopted, landed).replace("files:", "files: [x]\nwas:")
    assert "policy-changed" in rules_of(adopted.judged({POLICY: policy, landed: text}, "e"))


def test_a_constitution_is_changed_with_a_record_only(adopted: Adopted) -> None:
    text = read(adopted, CONSTITUTION).replace("1.0.0", "1.0.1").replace("binary fraction", "float")
    assert rules_of(adopted.judged({CONSTITUTION: text}, "a")) == {"record-no-phr"}
    assert rules_of(adopted.judged({CONSTITUTION: text} | decided(CONSTITUTION), "b")) == set()
    assert "record-no-phr" in rules_of(adopted.judged({CONSTITUTION: None}, "c"))


def test_an_open_contract_widens_with_a_record_only(adopted: Adopted) -> None:
    text = read(adopted, OPEN).replace("/src/reverse/**", "/src/**")
    assert rules_of(adopted.judged({OPEN: text}, "a")) == {"record-no-phr"}
    assert rules_of(adopted.judged({OPEN: text, GENERAL: phr([OPEN])}, "b")) == set()


def test_an_open_contract_changes_its_checks_with_a_record_only(adopted: Adopted) -> None:
    text = read(adopted, OPEN)
    assert text.count("- [ ] `true`\n") == 1
    weaker, further = text.replace("`true`", "`exit`"), text.replace("`true`\n", "`true`\n- [ ] `false`\n")
    for branch, changed in (("weaker", weaker), ("further", further)):
        assert rules_of(adopted.judged({OPEN: changed}, branch)) == {"record-no-phr"}
        assert rules_of(adopted.judged({OPEN: changed, GENERAL: phr([OPEN])}, f"{branch}-named")) == set()
    assert rules_of(adopted.judged({OPEN: text.replace("- [ ]", "- [x]")}, "ticked")) == set()


def test_what_an_amended_contract_promised_is_told_by_part_and_shown_for_the_old_line(adopted: Adopted) -> None:
    text = read(adopted, OPEN)
    adopted.land_change(
        {"src/reverse/new.py": "1\n", LATER: phr(["src/reverse/new.py"], id="0007", contract=OPEN, prompt="Later.")}
    )
    edited = text.replace("carry no VAT", "carry VAT").replace("No look-up of numbers.", "No other way.")
    edited = edited.replace("- Decimals stay.", "- Decimals go.").replace("[FR-001]", "[]").replace("`true`", "`exit`")
    (change,) = adopted.judged({OPEN: edited, GENERAL: phr([OPEN])}, "a")["changes"]
    (altered,) = change["altered"]
    told = [(detail["text"], detail["looser"]) for detail in altered["details"]]
    edits = ("criteria", "constraints", "checks", "non-goals")
    assert altered["path"] == OPEN
    assert told == [
        *((f"{part} edited", part in ("scope", "checks")) for part in edits),
        ("requirements removed", True),
    ]
    assert altered["details"][0]["before"] == "Invoices abroad carry no VAT."
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "--no-edit", "a")
    adopted.land("main")
    (step,) = [each for each in why(adopted.here.path, "src/reverse/new.py:1")["chain"] if each["kind"] == "contract"]
    assert (step["text"], step["detail"]) == ("Invoices abroad carry no VAT.", "as it landed, amended since")


def test_a_done_contract_that_is_opened_again_is_told_by_that_alone(adopted: Adopted) -> None:
    done = "history/contracts/general/0001-rounding.contract.md"
    adopted.land_change({done: contract(["/src/a.py"], id="0001")})
    text = contract(["/src/a.py"], id="0001", status="open").replace("[ ]", "[x]")
    (change,) = adopted.judged({done: text, GENERAL: phr([done])}, "a")["changes"]
    (finding,) = [each for each in change["findings"] if each["rule"] == "history-rewritten"]
    assert finding["message"] == "a landed record was changed: status"


@pytest.mark.parametrize("status", ["open", "done"])
def test_gate_and_check_tell_what_a_removed_requirement_was_named_by(adopted: Adopted, status: str) -> None:
    named = {"requirements": "[FR-001]", "kind": "feature", "feature": FEATURE}
    adopted.land_change({DONE: contract(["/src/a.py"], id="0008", status=status, **named)})
    text = read(adopted, SPEC)
    lost = "".join(line for line in text.splitlines(True) if "**FR-001**" not in line)
    assert lost != text
    own = {SPEC: lost, OPEN: read(adopted, OPEN).replace("[FR-001]", "[]")}
    document = adopted.judged({**own, GENERAL: phr([OPEN, SPEC])})
    adopted.here.git("switch", "-q", "work")
    rule, severity = "contract-unknown-requirement", "error" if status == "open" else "warning"
    for told in (document, adopted.sdd("check", "--json").document):
        found = [finding for change in told["changes"] for finding in change["findings"] if finding["rule"] == rule]
        assert [(each["path"], each["severity"]) for each in found] == [(DONE, severity)]
        assert "FR-001 is no requirement of 001-vat any more" in found[0]["message"]


def test_a_contract_that_landed_is_held_to_the_lines_that_it_found(adopted: Adopted) -> None:
    long, cited = "x = 1\n" * 30, "30:30:src/long.py"
    adopted.land_change({"src/long.py": long})
    adopted.land_change(
        {DONE: contract(["/src/long.py"], id="0008").replace("1:2:src/vat.py", cited), "src/long.py": "x\n"}
    )
    adopted.land_change({"src/vat.py": "1\n"})
    assert "contract-bad-reference" not in rules_of(adopted.sdd("check", "--json").document)
    beyond = read(adopted, DONE).replace(cited, "31:31:src/long.py")
    adopted.land_change({DONE: beyond})
    assert "contract-bad-reference" in rules_of(adopted.sdd("check", "--json").document)
    later = {DONE.replace("0008", "0009"): read(adopted, DONE).replace("31:31", "30:30").replace("0008", "0009")}
    assert "contract-bad-reference" in rules_of(adopted.judged(later))


def test_a_new_phr_of_work_decides_no_policy(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({POLICY: '[gate]\nexempt_also = ["src/**"]\n', "src/a.py": "1\n"})
    line = ("--kind", "fix", "--success", "It is one.", "--check", "true", "--run", "--commit")
    ran = adopted.done("phr", "new", "Let it be one", *line, "--json")
    assert (ran.document["stage"], ran.document["files"]) == ("green", ["src/a.py"])
    assert rules_of(adopted.gate()) == {"policy-changed"}
    assert "--file .specify/sdd.toml" in adopted.sdd("phr", "new", "Let it be two", *line).err
    (decide,) = [line for line in ran.err.splitlines() if "--stage" in line]
    adopted.done(*shlex.split(decide.removeprefix("sdd: sdd ").replace("TITLE", "Exempt the sources")))
    assert adopted.gate()["verdict"] == "pass"


@pytest.mark.parametrize(("was", "becomes"), [("`true`", "`exit`"), ("/src/reverse/**", "/src/**")])
def test_a_new_phr_names_an_open_contract_that_changed(adopted: Adopted, was: str, becomes: str) -> None:
    adopted.branch()
    adopted.write({OPEN: read(adopted, OPEN).replace("- [ ]", "- [x]")})
    assert adopted.gate()["verdict"] == "pass"
    adopted.write({OPEN: read(adopted, OPEN).replace(was, becomes)})
    document = adopted.gate()
    ((step,),) = [way["steps"] for way in document["next"]]
    adopted.done(*("Say why" if word == "TITLE" else word for word in step["argv"][1:]))
    assert adopted.gate()["verdict"] == "pass"


@pytest.mark.parametrize(("days", "refused"), [(0, False), (1, False), (-1, True)])
def test_findings_only_warn_up_to_a_day(adopted: Adopted, days: int, refused: bool) -> None:
    until = date.today() + timedelta(days=days)
    adopted.land_change({POLICY: f"[gate]\nwarn_until = {until}\n"})
    document = adopted.judged({"src/a.py": "1\n"})
    assert (document["verdict"], document["refused"]) == ("fail", refused)
    adopted.here.git("switch", "-q", "work")
    ran = adopted.sdd("gate")
    assert ran.status == int(refused)
    assert ("would be refused" in ran.out, f"only warn until {until}" in ran.out) == (not refused, not refused)
    assert (adopted.push("work").returncode == 1) == refused


def test_drafts_only_warn_before_a_push(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[gate]\ndraft = ["wip/**"]\n'})
    adopted.branch("wip/x/y")
    adopted.write({"src/a.py": "1\n"})
    done = adopted.push("wip/x/y")
    assert (done.returncode, "would be refused" in done.stderr) == (0, True), done.stderr
    assert adopted.push("wip/x/y:main").returncode == 1
    assert adopted.push("wip/x/y:other").returncode == 1
    assert adopted.gate("--base", "main")["refused"] is True


def test_a_rule_weighs_what_the_policy_of_the_target_says(adopted: Adopted) -> None:
    weights = {
        "phr-vague-files": "error",
        "change-no-test": "warning",
        "phr-bad-name": "off",
        "change-no-phr": "warning",
    }
    adopted.land_change({POLICY: "[rules]\n" + "".join(f'{rule} = "{weight}"\n' for rule, weight in weights.items())})
    record = phr(["src/new.py", "src/"], id="0005", kind="fix", embedded=PROMISE)
    document = adopted.judged({"src/new.py": "1\n", GENERAL: record}, "a")
    assert (rules_of(document), rules_of(document, "warning")) == ({"phr-vague-files"}, {"change-no-test"})
    assert "change-no-phr" in rules_of(adopted.judged({"src/new.py": "1\n"}, "b"), "warning")


BROKEN = {
    "[gate]\nexmpt = []\n": "2: gate.exmpt: unknown key",
    '\n[gate]\nexempt = "x"\n': "3: gate.exempt: must be a list of texts",
    '[gate.limits]\nlines = "many"\n': "2: gate.limits.lines: must be a whole number",
    '[rules]\nphr-vague-fils = "off"\n': "2: unknown rule phr-vague-fils",
    '[rules]\nphr-vague-files = "loud"\n': "2: rules.phr-vague-files: must be",
    "[gate\n": "1: no TOML",
    "gate = 1\n": "1: gate: must be a table",
    "[gate]\nwarn_until = 5\n": "2: gate.warn_until: must be a day",
}


def test_a_policy_that_cannot_be_read_stops_every_verdict(adopted: Adopted) -> None:
    for text, problem in BROKEN.items():
        (target,) = adopted.commits({POLICY: text})
        (head,) = adopted.commits({POLICY: text, "src/a.py": "1\n"}, parent=target)
        ran = adopted.sdd("gate", "--base", target, "--head", head)
        assert (ran.status, ran.out) == (3, "")
        assert f"{POLICY}:{problem}" in ran.err


@pytest.mark.parametrize("text", ["[gate\n", "[gate]\nexmpt = []\n"])
def test_a_policy_that_cannot_be_read_does_not_stop_its_mend(adopted: Adopted, text: str) -> None:
    adopted.land_change({POLICY: text})
    adopted.branch("other")
    adopted.write({"src/a.py": "1\n"})
    assert adopted.gate()["verdict"] == "error"
    document = adopted.judged({POLICY: "[gate]\n"} | decided(POLICY), "mend")
    assert (document["verdict"], rules_of(document)) == ("pass", set())
    assert "judged by the defaults" in document["changes"][0]["remark"]
    document = adopted.judged({POLICY: "[gate]\nexempt = ['**']\n", "src/a.py": "1\n"} | decided(POLICY), "greedy")
    assert "change-no-phr" in rules_of(document)


def test_a_broken_policy_does_not_land(adopted: Adopted) -> None:
    documents = adopted.each_judged({text: {POLICY: text} | decided(POLICY) for text in BROKEN})
    for text, document in documents.items():
        assert rules_of(document) == {"policy-invalid"}
        line = int(BROKEN[text].partition(":")[0])
        assert [one["line"] for one in document["changes"][0]["findings"]] == [line]


def test_the_plan_for_a_broken_policy_begins_with_its_line(adopted: Adopted) -> None:
    text = '\n[gate]\nexempt = "x"\n'
    (way,) = adopted.judged({POLICY: text} | decided(POLICY))["next"]
    first: Files = {"argv": None, "needs": [], "by_hand": f"correct {POLICY}:3 (policy-invalid), commit it"}
    assert (way["covers"], way["steps"]) == ([POLICY], [first])
    undecided = adopted.judged({POLICY: text}, "undecided")["next"][0]["steps"]
    assert (undecided[0], undecided[1]["by_hand"][:12], len(undecided)) == (first, "ask a person", 3)


def test_a_spec_may_be_pushed_before_it_is_clear(adopted: Adopted) -> None:
    text = read(adopted, SPEC).replace("half up", "[NEEDS CLARIFICATION: how?]")
    document = adopted.judged({SPEC: text})
    assert (document["verdict"], rules_of(document, "warning")) == ("pass", {"spec-unclear", "record-no-phr"})
