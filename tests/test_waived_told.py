"""What only a waiver lets pass is told as waived on every screen, and counts in no share."""

import csv
import io
import json
from datetime import date, timedelta

import pytest

from tests.adopted import Adopted, phr, sdd
from tests.lines import Line, item
from tests.test_waivers import AGREED, CODE, FIRST, NEEDS

REASON = "It is generated."
WAIVER = "history/waivers/0001-later.md"


@pytest.fixture
def waived(adopted: Adopted) -> Adopted:
    """A branch with a file that no record names, a waiver of everything it lacks, and no other record."""
    adopted.branch()
    adopted.write({CODE: "A = 1\n"})
    adopted.done("waiver", "new", *NEEDS, "--path", "src/gen", *AGREED, "--commit")
    return adopted


@pytest.fixture
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """An adopted repository of its own, without a remote."""
    return Line(tmp_path_factory.mktemp("line") / "repo")


def waiver(*rules: str, path: str) -> str:
    """The text of a waiver that holds on the days of a line."""
    lines = ["---", 'id: "0001"', "title: Later", f"rules: [{', '.join(rules)}]", f"paths: [{path}]"]
    return "\n".join([*lines, "reason: It has to land.", "approved_by: Grace", "expires: 2026-03-31", "---", ""])


def test_the_gate_counts_a_waived_file_as_waived(waived: Adopted) -> None:
    assert "1 waived" in waived.done("gate").out
    assert "covered" not in waived.done("gate").out
    assert f"A {CODE}: waived phr, contract, spec" in waived.done("gate", "-v").out
    (file,) = (file for change in waived.gate()["changes"] for file in change["files"] if file["path"] == CODE)
    assert (file["lacks"], file["waived"], file["phrs"]) == ([], ["phr", "contract", "spec"], [])
    table = waived.done("gate", "--format", "markdown").out
    assert f"| `{CODE}` | waived | added |" in table
    (told,) = (line for line in table.splitlines() if line.startswith("- **waived**"))
    assert "approved by `Ada`, **brought by this change**: `It is generated.`" in told
    assert f"(`{FIRST}` for `/src/gen`): change-no-contract, change-no-phr, change-no-spec of `{CODE}`" in told
    assert "(approved by Ada, for /src/gen, brought by this change)" in waived.done("gate").out
    assert f"adds `{FIRST}`: `{' '.join(NEEDS)} at /src/gen, approved by Ada` (**looser**)" in table
    (entry, *_) = (entry for change in waived.gate()["changes"] for entry in change["waived"])
    assert (entry["paths"], entry["brought"]) == (["/src/gen"], True)
    assert " /src/gen " in waived.done("waiver", "list").out
    assert "covered" not in table


def test_a_file_that_has_a_record_beside_a_waiver_shows_both(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({CODE: "A = 1\n", "history/prompts/general/0009-a.green.prompt.md": phr([CODE], id="0009")})
    adopted.done("waiver", "new", "change-no-contract", "change-no-spec", "--path", "src/gen", *AGREED, "--commit")
    assert f"A {CODE} [feature]: waived contract, spec, has history/prompts/" in adopted.done("gate", "-v").out


def test_status_never_calls_a_waived_record_there(waived: Adopted) -> None:
    screen = waived.done("status").out
    assert "would pass: 1 waived" in screen
    (row,) = (line.split() for line in screen.splitlines() if line.endswith(CODE))
    assert row[:3] == ["waived", "waived", "waived"]
    assert f"waived until {date.today() + timedelta(days=30)} by {FIRST}: {REASON}" in screen


def test_landed_it_is_in_no_share_of_audit_and_report(line: Line) -> None:
    line.commit("Generated (#1)", {CODE: "A = 1\n", WAIVER: waiver(*NEEDS, path="src/gen")})
    audit = line.audit()
    landed = item(audit, "Generated (#1)")
    assert (landed["verdict"], landed["needs"]) == ("waived", {"phr": False, "contract": False, "spec": False})
    assert (audit["waived"], audit["states"]["waived"], audit["passed"]) == (1, 1, audit["changes"] - 1)
    assert "1 waived, in no share" in line.screen()

    def report(*words: str) -> str:
        return sdd(line.here.path, "report", *words).out

    document = json.loads(report("--format", "json"))
    assert (document["waived"], document["states"]) == (1, audit["states"])
    table = csv.DictReader(io.StringIO(report("--format", "csv", "--table", "changes")))
    (row,) = (row for row in table if row["title"] == "Generated (#1)")
    had = [row[f"had_{need}"] for need in ("spec", "contract", "phr")]
    assert (row["state"], row["lacks"], had) == ("waived", "", ["no"] * 3)
    assert "1 change waived" in report("--format", "markdown")
    assert "1 waived, and no other needed a record" in report("--format", "markdown")
    report()
    page = (line.here.path / "sdd-report/changes.html").read_text()
    assert "It has to land." in page
    assert page.count("agreed by <bdi>Grace</bdi>") == 1


def test_one_waived_finding_makes_a_covered_change_no_waived_one(line: Line) -> None:
    record = line.record("src/a.py", response="")
    line.commit("Covered (#1)", {"src/a.py": "A = 1\n", WAIVER: waiver("phr-empty", path="history/prompts"), **record})
    found = line.audit()
    assert (item(found, "Covered (#1)")["verdict"], item(found, "Covered (#1)")["waived"] > 0) == ("pass", True)
    report = json.loads(sdd(line.here.path, "report", "--format", "json").out)
    (landed,) = (change for change in report["changes"] if change["title"] == "Covered (#1)")
    assert (landed["state"], landed["had_phr"], landed["waived"] > 0) == ("complete", True, True)
