"""What a report says is to be done, and what is left open: each kind with what closes it, and nothing that is not."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sdd.report.gaps import WALL
from tests.adopted import FEATURE, SPEC, Adopted, sdd
from tests.lines import Line
from tests.test_audit_since import with_policy

TASKS = f"specs/{FEATURE}/tasks.md"
BEFORE = "## Success Criteria"


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
    """A page of the site, made anew."""
    assert sdd(place, "report").status == 0
    return (place / "sdd-report" / name).read_text()


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
    assert told["no CI file names sdd"]["by_hand"] == "let CI run sdd gate on every push"
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
