"""What a report says is to be done, and what is left open: each kind with what closes it, and nothing that is not."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sdd.report.gaps import WALL
from tests.adopted import FEATURE, POLICY, PROMISE, SPEC, Adopted, contract, phr, sdd
from tests.lines import Line
from tests.test_audit_since import with_policy

TASKS = f"specs/{FEATURE}/tasks.md"
BEFORE = "## Success Criteria"
WAIVER = """---
id: "0001"
title: Waiver
rules: [change-no-phr, change-no-contract, change-no-spec]
paths: ["/src/hot.py"]
reason: The shop is down.
approved_by: Grace
expires: {day}
---
"""


def days_since_march() -> int:
    """How many days a commit comes after the first one of a line to be made today."""
    return (date.today() - date(2026, 3, 1)).days - 1


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository of its own."""
    return Line(tmp_path / "repo")


def report(line: Line, *words: str) -> dict[str, Any]:
    """A report as a document."""
    document = json.loads(sdd(line.here.path, "report", "--json", *words).out)
    assert isinstance(document, dict)
    return document


def gaps(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is to be done, by its words."""
    return {gap["what"]: gap for gap in document["gaps"]}


def page(place: Path, name: str) -> str:
    """A page of the site, made anew, with its commands as they are pasted."""
    assert sdd(place, "report").status == 0
    return re.sub("<span>(--[a-z-]+)</span>", r"\1", (place / "sdd-report" / name).read_text())


def test_no_spec_is_asked_of_what_its_commit_calls_a_fix(line: Line) -> None:
    for title in ("fix: the rate (#1)", "feat: a rate (#2)", "The rate (#3)"):
        line.commit(title, {f"src/{len(title)}.py": "R = 1\n"})
    told = {gap["title"]: gap["what"] for gap in report(line)["gaps"] if gap["commit"]}
    assert told.pop("fix: the rate (#1)") == "landed without its records"
    assert set(told.values()) == {"landed without spec, contract and PHR"}
    # An audit and the row of a change say the same.
    screen, changes = line.screen(), page(line.here.path, "changes.html")
    assert re.findall(r"lacks (.+) \(1 line\)", screen).count("its records") == 1
    assert (changes.count("lacks its records"), changes.count("lacks spec, contract and PHR")) == (1, 2)


def test_the_last_landing_is_answered_by_the_record_that_gate_landed_names(line: Line) -> None:
    line.commit("A rate", {"src/a.py": "A = 1\n"})
    base, head = line.here.git("rev-parse", "HEAD~1", "HEAD").split()
    told = json.loads(sdd(line.here.path, "gate", "--landed", "--base", base, "--head", head, "--format", "json").out)
    named = told["next"][0]["steps"][-1]["argv"]
    gap = gaps(report(line))["landed without spec, contract and PHR"]
    assert gap["argv"] == named
    assert named[:4] == ["sdd", "phr", "new", "TITLE"]
    assert f"--base {base[:12]}" in page(line.here.path, "changes.html")
    words = [{"TITLE": "A rate", "ONE SENTENCE": "A.", "COMMAND": "true"}.get(word, word) for word in named[1:]]
    assert sdd(line.here.path, *words).status == 0
    assert not [gap for gap in report(line)["gaps"] if gap["commit"]]
    # What landed since leaves it to a waiver.
    line.commit("A second rate", {"src/b.py": "B = 1\n"})
    line.commit("Its docs", {"README.md": "Rates.\n"})
    (gap,) = (gap for gap in report(line)["gaps"] if gap["commit"])
    assert gap["argv"][:3] == ["sdd", "waiver", "new"]


def test_what_landed_in_the_grace_period_is_told_so_when_it_is_over(line: Line) -> None:
    with_policy(line, "[gate]\nwarn_until = 2026-03-20\n", "Warn (#1)")
    line.commit("fix: the rate (#2)", {"src/a.py": "A = 1\n"})
    with_policy(line, "# The defaults.\n", "Refuse (#3)")
    told = {gap["title"]: gap["what"] for gap in report(line)["gaps"] if gap["commit"]}
    assert told["fix: the rate (#2)"] == "landed without its records while findings only warned"
    assert page(line.here.path, "changes.html").count("only warned</span>") == 2


def test_a_wall_of_failures_is_one_gap_that_names_the_policy_of_their_time(line: Line) -> None:
    for place in range(WALL):
        line.commit(f"Early {place} (#{place})", {f"src/early{place}.py": "E = 1\n"})
    assert [gap["what"] for gap in report(line)["gaps"]] == ["landed without spec, contract and PHR"] * WALL
    with_policy(line, '[gate]\nexempt = ["src/**"]\n', "Exempt them (#90)")
    assert not any(gap["commit"] for gap in report(line)["gaps"])
    for place in range(WALL):
        line.commit(f"Late {place} (#{place + 20})", {f"src/late{place}.py": "L = 1\n"})
    with_policy(line, "[gate]\nwarn_until = 2026-03-20\nexempt = []\n", "Govern them (#91)")
    line.commit("Only warned about (#92)", {"src/warned.py": "W = 1\n"})
    with_policy(line, "[gate]\nexempt = []\n", "Refuse them (#93)")
    document = report(line)
    (wall,) = (gap for what, gap in gaps(document).items() if what.endswith("changes fail by today's policy"))
    assert not any(gap["commit"] for gap in document["gaps"])
    # The last change of the policy rewrites a landed record, under the policy that only warns.
    assert wall["title"] == f"{WALL} of them passed by the policy of their time, 2 landed while it only warned"
    assert wall["argv"] == ["sdd", "audit", "--policy-at-the-time"]
    index, changes = (page(line.here.path, name) for name in ("index.html", "changes.html"))
    assert index.index(wall["what"].replace("'", "&#39;")) < index.index(wall["title"])
    assert "no records" in changes
    assert "sdd waiver new" not in changes
    assert re.match(r"or count none of the (\d+) changes up to 2026-03-0\d, of \1: since = 2026-03-", wall["by_hand"])


def test_next_names_every_kind_of_thing_that_is_open(adopted: Adopted) -> None:
    tasks = "# Tasks\n\n## Phase 1: A\n\n- [x] T001 One\n- [ ] T002 Two\n- [ ] ~~T003 Three~~\n"
    spec = (adopted.here.path / SPEC).read_text()
    asked = spec.replace(
        "## Success Criteria", "- **FR-009**: VAT [NEEDS CLARIFICATION: which rate?]\n\n## Success Criteria"
    )
    adopted.land_change({TASKS: tasks, SPEC: asked}, "Plan it")
    document = adopted.done("report", "--json").document
    told = gaps(document)
    (question,) = (gap for what, gap in told.items() if what.startswith("question open"))
    assert question["argv"][:3] == ["sdd", "question", "answer"]
    (tasks_open,) = (gap for what, gap in told.items() if what.endswith("tasks open"))
    assert (tasks_open["argv"], tasks_open["by_hand"]) == ([], f"do them, and tick them in {TASKS}")
    assert told["no CI file names sdd"]["argv"] == ["sdd", "init", "--ci", "github"]
    assert told["no CI file names sdd"]["by_hand"] == "or --ci gitlab; elsewhere let CI run sdd gate on every push"
    markdown = adopted.done("report", "--format", "markdown").out
    if "no CI file" in markdown:
        assert "`sdd init --ci github` (or --ci gitlab; elsewhere let CI run sdd gate on every push)\n" in markdown
    assert [task["text"] for task in document["tasks"]] == ["Two"]
    adopted.land_change({".github/workflows/ci.yml": "run: sdd gate\n"}, "Run the gate")
    assert "no CI file names sdd" not in gaps(adopted.done("report", "--json").document)


def test_a_constitution_that_is_still_the_template_is_told(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo", adopted=False)
    assert sdd(line.here.path, "init", "--no-hooks").status == 0
    line.commit("Adopt sdd (#1)")
    still = gaps(report(line))["still the template"]
    assert still["by_hand"] == "write your principles into .specify/memory/constitution.md"


def test_left_open_lists_tasks_and_gives_the_line_that_closes_each(adopted: Adopted) -> None:
    adopted.land_change({TASKS: "# Tasks\n\n## Phase 1: A\n\n- [ ] T002 Two\n"}, "Plan it")
    open_page = page(adopted.here.path, "open.html")
    assert "Two" in open_page
    assert ">task<" in open_page
    document = adopted.done("report", "--json").document
    for item in (*document["questions"], *document["follow_ups"]):
        assert item["argv"][0] == "sdd"
    if document["follow_ups"]:
        assert "--closes" in open_page


def test_the_line_for_a_follow_up_of_a_root_below_closes_it_where_the_report_was_made(adopted: Adopted) -> None:
    left = PROMISE + "\n### Follow-ups\n\n- Send reminders.\n"
    record = phr(["src/a.py"], kind="fix", embedded=left)
    own = {POLICY: "", "src/a.py": "A = 1\n", "history/prompts/general/0001-a.green.prompt.md": record}
    adopted.land_change({f"billing/{path}": text for path, text in own.items()})
    (item,) = adopted.done("report", "--json").document["follow_ups"]
    refused = adopted.sdd("phr", "new", "Remind", "--stage", "misc", "--closes", "general/0001#1")
    assert refused.err.splitlines()[1] == "  close it there: sdd -C billing phr new", refused
    adopted.done(*("Remind" if word == "TITLE" else word for word in item["argv"][1:]))
    assert adopted.done("followup", "list").out == "no open follow-up\n"


def test_an_answered_landing_is_among_the_changes_and_not_left_open(line: Line) -> None:
    commit = line.commit("Too late (#1)", {"src/a.py": "A = 1\n"})
    lines = ["---", 'id: "0001"', "title: Answer", f"landing: {commit}", "reason: The rule came later."]
    line.commit("Answer (#2)", {"history/waivers/0001-a.md": "\n".join([*lines, "approved_by: Grace", "---", ""])})
    changes = page(line.here.path, "changes.html")
    (row,) = re.findall(rf'<li class="answered" id="c-{commit[:12]}">.*?</details>', changes, re.DOTALL)
    assert "The rule came later." in row
    assert '<option value="answered">' in changes
    assert "The rule came later." not in page(line.here.path, "open.html")
    index = page(line.here.path, "index.html")
    assert '<a href="changes.html#records=answered"><b>1</b> answered</a>' in index
    assert re.findall(r"<b>(\d+)</b> changes? landed", index) == [str(changes.count('id="c-'))]
    assert re.search(r'<a href="open.html">left open</a></dt><dd>0</dd>', index)
    document = report(line)
    assert [waiver["landing"] for waiver in document["waivers"]] == [commit]
    assert [change["state"] for change in document["changes"] if change["commit"] == commit] == ["answered"]
    assert commit in sdd(line.here.path, "report", "--format", "csv", "--table", "changes").out


def test_the_overview_names_a_feature_only_where_most_prompts_are_for_it(line: Line) -> None:
    paths = ("src/a.py", "src/c.py", "src/d.py")
    for_vat = [{path: "A = 1\n", **line.record(path, feature="001-vat")} for path in paths]
    line.commit("One (#1)", for_vat[0])
    line.commit("Two (#2)", line.recorded("src/b.py"))
    assert "mostly for" not in page(line.here.path, "index.html")
    line.commit("Three (#3)", for_vat[1] | for_vat[2])
    index = page(line.here.path, "index.html")
    assert re.search(r"mostly for .*001-vat", index), re.findall(r"<p.*phrs.html.*", index)


def test_the_state_of_records_can_be_filtered_whatever_there_is(line: Line) -> None:
    line.commit("One (#1)", line.recorded("src/a.py"))
    line.commit("Two (#2)", line.recorded("src/b.py"))
    changes = page(line.here.path, "changes.html")
    assert '<select data-facet="records">' in changes


def test_status_counts_the_questions_that_question_list_shows(adopted: Adopted) -> None:
    spec = (adopted.here.path / SPEC).read_text()
    asked = spec.replace(
        "## Success Criteria", "- **FR-009**: VAT [NEEDS CLARIFICATION: which rate?]\n\n## Success Criteria"
    )
    adopted.land_change({SPEC: asked}, "Ask")
    assert adopted.done("question", "list", "--json").document["items"]
    assert "open     1 question, " in adopted.done("status").out


def test_the_list_of_waivers_names_who_approved(adopted: Adopted) -> None:
    adopted.branch()
    words = ("--path", "src", "--reason", "Later.", "--approved-by", "Ada", "--days", "9", "--commit")
    adopted.done("waiver", "new", "change-no-phr", *words)
    assert " Ada " in adopted.done("waiver", "list").out
    assert date.today().isoformat()[:4] in adopted.done("waiver", "list").out


def a_feature(name: str, status: str) -> dict[str, str]:
    """A feature with two requirements and two success criteria; FR-001 is in a contract, done or open."""
    spec = f"# Feature Specification: {name.title()}\n\n## User Scenarios & Testing\n\n"
    spec += "### User Story 1 - A (Priority: P1)\n\n1. **Given** 1, **When** 2, **Then** 3\n\n"
    spec += "## Requirements\n\n- **FR-001**: It MUST hold.\n"
    spec += "- **FR-002**: It MUST last.\n\n## Success Criteria\n\n- **SC-001**: 1 is 1.\n- **SC-002**: 2 is 2.\n"
    named = "[FR-001, FR-002]" if status == "Verified" else "[FR-001]"
    own = contract(["/src/**"], id="0001", kind="feature", feature=name, requirements=named)
    return {f"specs/{name}/spec.md": spec, f"history/contracts/{name}/0001-a.contract.md": own}


def test_what_is_next_is_in_the_order_of_its_urgency(line: Line) -> None:
    own = {"history/waivers/0001-a.md": WAIVER.format(day=date.today() + timedelta(days=9))}
    line.commit("Stop the outage (#1)", {"src/hot.py": "A = 1\n", **own}, days=days_since_march())
    line.commit("Features (#2)", {**a_feature("001-done", "Verified"), **a_feature("002-begun", "In progress")})
    line.commit("No records (#3)", {"src/bare.py": "A = 1\n" * 500})
    document = report(line)
    statuses = {feature["name"]: feature["status"] for feature in document["features"]}
    assert statuses == {"001-done": "Verified", "002-begun": "In progress"}
    told = [gap["what"].split(" 20")[0] for gap in document["gaps"]]
    without = "3 requirements without contract and PHR"
    failing = [gap["what"] for gap in document["gaps"] if gap["commit"]]
    assert "landed without its records" in failing or "landed without spec, contract and PHR" in failing
    assert told == ["waiver until", *failing, without, "no CI file names sdd"]
    assert [gap["path"] for gap in document["gaps"] if gap["what"] == without] == ["specs/002-begun/spec.md"]


def test_a_waiver_in_force_has_the_line_that_ends_it(line: Line) -> None:
    own = {"history/waivers/0001-a.md": WAIVER.format(day=date.today() + timedelta(days=9))}
    line.commit("Before (#1)", line.recorded("src/before.py"))
    first = line.commit("Stop the outage (#2)", {"src/hot.py": "A = 1\n", **own}, days=days_since_march())
    (gap,) = (gap for gap in report(line)["gaps"] if gap["what"].startswith("waiver until"))
    named = ["--file", "src/hot.py", "--file", "history/waivers/0001-a.md"]
    assert gap["argv"][:10] == ["sdd", "phr", "new", "TITLE", "--base", f"{first[:12]}^", *named]
    removal = "git rm :/history/waivers/0001-a.md && git commit"
    assert gap["by_hand"] == f"and end the waiver in the change that brings it: {removal}"
    assert f"brings it: `{removal}`)" in sdd(line.here.path, "report", "--format", "markdown").out
    opened = page(line.here.path, "open.html")
    assert f"--base &#39;{first[:12]}^&#39; --file src/hot.py" in opened
    assert "not paid back" in page(line.here.path, "waivers.html")
    # What the line makes is what the waivers page then tells of.
    words = {"TITLE": "There is hot", "ONE SENTENCE": "There is hot.", "COMMAND": "test -s src/hot.py"}
    assert sdd(line.here.path, *(words.get(word, word) for word in gap["argv"][1:])).status == 0
    (gap,) = (gap for gap in report(line)["gaps"] if gap["what"].startswith("waiver until"))
    assert (gap["argv"], gap["by_hand"]) == (["git", "rm", ":/history/waivers/0001-a.md"], None)
    line.here.git("rm", "-q", ":/history/waivers/0001-a.md")
    line.commit("End the waiver (#3)", {})
    assert not any(gap["what"].startswith("waiver") for gap in report(line)["gaps"])
    waivers = page(line.here.path, "waivers.html")
    assert re.search(r">paid back</span> \d{4}-\d\d-\d\d <a[^>]+><bdi>There is hot</bdi></a>", waivers), waivers
    assert "not paid back" not in waivers


def test_a_command_is_never_cut(line: Line) -> None:
    name = "001-the-gate-from-the-first-push-to-the-last-end-to-end"
    line.commit("Begin (#1)", a_feature(name, "In progress"))
    (gap,) = (gap for gap in report(line)["gaps"] if gap["requirement"])
    assert len(" ".join(gap["argv"])) > 200
    assert '--check "COMMAND" --scope "PATTERN" --commit' in sdd(line.here.path, "report", "--format", "markdown").out


def test_reverted_requirements_count_as_reverted(adopted: Adopted) -> None:
    adopted.branch()
    files = {"src/net.py": "NET = 1\n", **a_feature("009-net", "Verified")}
    record = "history/prompts/009-net/0001-net.green.prompt.md"
    linked = phr(["src/net.py"], feature="009-net", contract="history/contracts/009-net/0001-a.contract.md")
    adopted.write({**files, record: linked}, "Net")
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge net", "work")
    adopted.land("main")
    (before,) = re.findall(r"(\d+) of (\d+) requirements covered,", adopted.done("report", "--format", "markdown").out)
    rows = adopted.done("requirement", "list", "--json").document["items"]
    assert int(before[1]) == sum(not row["criterion"] for row in rows) < len(rows)
    adopted.branch("undo")
    adopted.done("revert", "main", "--reason", "It was too early.")
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge undo", "undo")
    adopted.land("main")
    told = f"{int(before[0]) - 2} of {int(before[1]) - 2} requirement covered (2 reverted),"
    assert told in adopted.done("report", "--format", "markdown").out
    assert "; 2 reverted" in page(adopted.here.path, "index.html")
    assert not any(
        (gap["path"] or "").startswith("specs/009") for gap in adopted.done("report", "--json").document["gaps"]
    )


def test_prompts_about_the_constitution_name_it(line: Line) -> None:
    policy = ".specify/sdd.toml"
    line.commit("Strict (#1)", {policy: '[gate]\nwaivers = "landed"\n', **line.record(policy, stage="constitution")})
    assert "Prompts about it" not in page(line.here.path, "constitution.html")
    line.commit("Amend (#2)", line.record(".specify/memory/constitution.md", stage="constitution"))
    assert "Prompts about it" in page(line.here.path, "constitution.html")
