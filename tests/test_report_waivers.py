"""The page of waivers: who agreed, why, until when, and what each let pass, also of those that are over or gone."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.adopted import sdd
from tests.lines import Line

RULES = "[change-no-phr, change-no-contract, change-no-spec]"


def waiver(number: int, *more: str, reason: str, days: int = 0) -> dict[str, str]:
    """A waiver's file, with a last day where it ends in some days."""
    lines = ["---", f'id: "000{number}"', f"title: Waiver {number}", f"reason: {reason}", "approved_by: Grace", *more]
    lines += [f"expires: {date.today() + timedelta(days=days)}"] if days else []
    return {f"history/waivers/000{number}-a.md": "\n".join([*lines, "---", ""])}


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """A repository where a waiver lets a change pass, one answers for a landing, and one has ended."""
    line = Line(tmp_path / "repo")
    own = waiver(1, f"rules: {RULES}", 'paths: ["/src/hot.py"]', reason="The shop is down.", days=9)
    days = (date.today() - date(2026, 3, 1)).days - 1
    line.commit("Stop the outage (#1)", {"src/hot.py": "A = 1\n", **own}, days=days)
    late = line.commit("Too late (#2)", {"src/late.py": "A = 1\n"})
    line.commit("Answer (#3)", waiver(2, f"landing: {late}", reason="The rule came later."))
    ended = waiver(3, "rules: [change-no-phr]", 'paths: ["/old"]', "expires: 2020-01-01", reason="Long ago.")
    line.commit("Ended (#4)", ended)
    return line


def rows(line: Line) -> dict[str, str]:
    """Path of a waiver -> its row of the page, made anew."""
    assert sdd(line.here.path, "report").status == 0
    page = (line.here.path / "sdd-report/waivers.html").read_text()
    listed = re.findall(r"<li class=\"\">(.*?)</li>\s*(?=<li class=\"\">|</ol>)", page, re.DOTALL)
    return {re.findall(r"history/waivers/(\S+?)\.md", row)[-1]: row for row in listed}


def test_every_waiver_says_who_why_until_when_and_what_it_let_pass(line: Line) -> None:
    found = rows(line)
    assert list(found) == ["0001-a", "0002-a", "0003-a"]
    assert all("agreed by Grace" in row for row in found.values())
    passing, answering, ended = found.values()
    for part in (
        ">in force<",
        "The shop is down.",
        "change-no-spec",
        "/src/hot.py",
        "Stop the outage",
        "changes.html#c-",
    ):
        assert part in passing
    assert f"until {date.today() + timedelta(days=9)}" in passing
    assert all(part in answering for part in (">answers<", "The rule came later.", "Too late"))
    assert all(part in ended for part in (">ended<", "to 2020-01-01", "Long ago."))
    assert "Let pass" not in ended


def test_one_that_is_gone_is_still_told(line: Line) -> None:
    line.here.git("rm", "-q", "history/waivers/0001-a.md")
    line.commit("Take the waiver away (#5)", {})
    found = rows(line)
    assert all(part in found["0001-a"] for part in (">removed<", "The shop is down.", "Stop the outage", "/src/hot.py"))


def test_the_table_of_changes_names_approver_and_reason(line: Line) -> None:
    table = sdd(line.here.path, "report", "--format", "csv", "--table", "changes").out
    told = {row["title"]: (row["approved_by"], row["reason"]) for row in csv.DictReader(io.StringIO(table))}
    assert told["Stop the outage (#1)"] == ("Grace", "The shop is down.")
    assert told["Too late (#2)"] == ("Grace", "The rule came later.")
    assert told["Ended (#4)"] == ("", "")


def test_one_that_is_gone_is_still_told_where_waivers_count_only_once_landed_now(line: Line) -> None:
    line.here.git("rm", "-q", "history/waivers/0001-a.md")
    line.commit("Take the waiver away (#5)", {})
    policy = {".specify/sdd.toml": '[gate]\nwaivers = "landed"\n'}
    line.commit("Strict (#6)", {**policy, **line.record(*policy, stage="constitution")})
    found = rows(line)
    assert all(part in found["0001-a"] for part in (">removed<", "The shop is down.", "Stop the outage"))
