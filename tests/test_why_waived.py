"""`sdd why` of what landed by a waiver: the waiver is the record behind it."""

import re
import shlex
from datetime import date, timedelta

import pytest

from tests.adopted import POLICY, PROMISE, Adopted, contract, phr
from tests.captured import Captured
from tests.program import sdd
from tests.test_report_next import page
from tests.test_why import CODE, LINES, OTHER, found, places, why
from tests.test_why_record import merge

WAIVER = "history/waivers/0001-rounding.md"
IN_A_WEEK = str(date.today() + timedelta(days=7))
ANSWER = "history/waivers/0002-answer.md"


def waiver(rules: str = "change-no-phr, change-no-contract", expires: str = "2026-05-01", **fields: str) -> str:
    told = {"rules": f"[{rules}]", "paths": '["/src/**"]', "reason": "The ledger waits.", "approved_by": "Grace"}
    told |= {"expires": expires, **fields}
    lines = "".join(f"{name}: {value}\n" for name, value in told.items() if value)
    return f'---\nid: "0001"\ntitle: Rounding\n{lines}---\n'


@pytest.mark.parametrize("landed", [True, False])
def test_the_waiver_of_a_change_is_named(adopted: Adopted, landed: bool) -> None:
    adopted.branch()
    code = adopted.write({CODE: LINES}, "Round")
    # A branch is judged today.
    adopted.write({WAIVER: waiver(expires="2026-05-01" if landed else "2099-01-01")}, "Waive")
    if landed:
        merge(adopted)
    document = why(adopted.here.path, f"{CODE}:2")
    if not landed:  # too far ahead to be in force
        assert not places(document, "waiver")
        return
    assert found(document)[2:] == [
        ("waiver", "same change", "waives change-no-phr, change-no-contract; approved by Grace")
    ]
    assert document["remarks"] == ["no record of this change names the file: a waiver stands for it"]
    assert document["next"] == []
    assert adopted.done("why", f"{CODE}:2").out.splitlines()[3:] == [
        f"waiver       {WAIVER}:1 (same change, waives change-no-phr, change-no-contract; approved by Grace): "
        "The ledger waits.",
        "no record of this change names the file: a waiver stands for it",
    ]
    # It stood there when the change landed.
    adopted.land_change({WAIVER: None}, "Tidy up")
    for question in (code, "HEAD~1", f"{CODE}:2"):
        assert places(why(adopted.here.path, question), "waiver") == [WAIVER]


@pytest.mark.parametrize("root", ["", "billing/"])
def test_the_record_that_follows_a_waiver_tells_of_the_line_and_of_its_check(adopted: Adopted, root: str) -> None:
    if root:
        adopted.land_change({root + POLICY: ""}, "Adopt")
    code = root + CODE
    adopted.branch()
    adopted.write({code: LINES}, "Round")
    agreed = ("--days", "3", "--reason", "The ledger waits.", "--approved-by", "G", "--commit")
    ran = sdd(adopted.here.path / root, "waiver", "new", *agreed)
    (line,) = [line for line in ran.err.splitlines() if "sdd phr new" in line]
    (end,) = [line for line in ran.err.splitlines() if "git rm" in line]
    path = ran.out.split()[1]
    text = (adopted.here.path / path).read_text()
    # The commits of the tests are of March.
    adopted.write({path: re.sub("expires: .*", "expires: 2026-05-01", text)}, "Waive")
    merge(adopted)
    adopted.branch("record")
    words = {"TITLE": "Round", "ONE SENTENCE": "It rounds.", "COMMAND": "true"}
    argv = [words.get(word, word) for word in shlex.split(line[line.index("sdd phr new") :])]
    assert sdd(adopted.here.path / root, *argv[1:], "--run").status == 0
    adopted.here.run("sh", "-c", end[end.index("git rm") :] + " -qm End")
    document = adopted.gate()
    assert (document["verdict"], [check["state"] for check in document["changes"][0]["checks"]]) == ("pass", ["passed"])
    adopted.land()
    document = why(adopted.here.path, f"{code}:2")
    assert [step[1] for step in found(document) if step[0] == "phr"] == ["names the file"]
    assert document["remarks"] == ["no record of this change names the file: one came after its waiver"]
    assert "not paid back" not in page(adopted.here.path, "waivers.html")
    assert adopted.done("waiver", "list").out == "no waivers\n"


def test_a_record_pays_back_what_landed_with_a_captured_one(adopted: Adopted) -> None:
    captured = Captured.on_branch(adopted)
    adopted.here.git("config", "sdd.capture", "true")
    captured.ask("Round it.", {CODE: LINES})
    adopted.here.git("add", "-A")
    adopted.here.git("commit", "-qm", "Round")
    (former,) = captured.records()
    agreed = ("--reason", "The ledger waits.", "--approved-by", "G", "--commit")
    ran = adopted.done("waiver", "new", "--days", "3", *agreed)
    (line,) = [line for line in ran.err.splitlines() if "sdd phr new" in line]
    path = ran.out.split()[1]
    text = (adopted.here.path / path).read_text()
    adopted.write({path: re.sub("expires: .*", "expires: 2026-05-01", text)}, "Waive")
    merge(adopted, "fix/rounding")
    adopted.branch("record")
    words = {"TITLE": "Round", "ONE SENTENCE": "It rounds.", "COMMAND": "true"}
    argv = [words.get(word, word) for word in shlex.split(line[line.index("sdd phr") :])]
    paying = adopted.done(*argv[1:], "--json").document["relative_path"]
    adopted.here.git("rm", "-q", path)
    adopted.here.git("commit", "-qm", "End the waiver")
    assert adopted.gate()["verdict"] == "pass"
    adopted.land()
    document = why(adopted.here.path, f"{CODE}:2")
    assert (places(document, "phr"), places(document, "waiver")) == ([former, paying], [path])
    assert places(document, "contract") == [paying]
    assert document["remarks"] == ["no contract of this change covers the file: one came after its waiver"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (waiver(), True),
        (waiver(expires="2026-02-28"), False),
        (waiver(rules="change-too-large"), False),
        (waiver(paths='["/lib/**"]'), False),
        (waiver(reason=""), False),
    ],
)
def test_a_waiver_that_had_landed_counts_as_it_did_for_the_gate(adopted: Adopted, text: str, named: bool) -> None:
    adopted.land_change({WAIVER: text}, "Waive")
    adopted.land_change({CODE: LINES}, "Round")
    adopted.land_change({WAIVER: text.replace("2026-05-01", "2026-02-28")}, "End it")
    waivers = [step for step in found(why(adopted.here.path, f"{CODE}:1")) if step[0] == "waiver"]
    assert [how for _, how, _ in waivers] == (["landed before"] if named else [])


def test_a_file_is_told_with_the_waivers_that_let_its_changes_pass(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, WAIVER: waiver(), ANSWER: waiver(paths='["/lib/**"]')}, "Round")
    document = why(adopted.here.path, CODE)
    assert places(document, "waiver") == [WAIVER]
    assert document["remarks"] == ["no PHR or contract names the file"]


def test_a_waiver_that_landed_later_stands_for_nothing_before_it(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.land_change({CODE: LINES}, "Round")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bob")  # what one author commits in a row may be one branch
    adopted.land_change({WAIVER: waiver()}, "Waive")
    assert not places(why(adopted.here.path, f"{CODE}:1"), "waiver")


def test_what_a_waiver_of_the_same_range_is_not_for_is_named(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, WAIVER: waiver(expires=IN_A_WEEK)}, "Round")
    adopted.land_change({"lib/hack.py": "1\n", "README.md": "# Shop\n"}, "Quick")
    document = why(adopted.here.path, "HEAD~2..HEAD")
    assert places(document, "waiver") == [WAIVER]
    told = "no record of this change names its files: a waiver stands for it, but not for lib/hack.py"
    assert document["remarks"] == [told]


def test_the_waiver_that_answers_for_a_landing_is_named(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES}, "Round")
    landing = adopted.here.git("rev-parse", "HEAD")
    text = waiver(rules="", expires="", paths="", landing=landing[:12])
    adopted.land_change({ANSWER: text.replace("rules: []\n", "")}, "Answer")
    assert found(why(adopted.here.path, f"{CODE}:1"))[2] == ("waiver", "answers for the landing", "approved by Grace")


def test_a_waiver_is_silent_where_the_records_are_there(adopted: Adopted) -> None:
    adopted.land_change({WAIVER: waiver(rules="change-no-phr")}, "Waive")
    adopted.land_change({CODE: LINES, OTHER: phr([CODE], kind="fix", embedded=PROMISE)}, "Round")
    assert not places(why(adopted.here.path, f"{CODE}:1"), "waiver")
    # What the change itself waives is said beside the records.
    spec = waiver(rules="change-no-spec")
    adopted.land_change({CODE: LINES.upper(), OTHER.replace("0009", "0010"): phr([CODE]), ANSWER: spec}, "Loud")
    document = why(adopted.here.path, f"{CODE}:1")
    assert places(document, "phr")
    assert places(document, "waiver") == [ANSWER]


@pytest.mark.parametrize("linked", [True, False])
def test_the_record_that_pays_a_waiver_back_is_the_newest_of_its_file(adopted: Adopted, linked: bool) -> None:
    former, paying = OTHER, OTHER.replace("0009", "0010")
    adopted.land_change({CODE: LINES, former: phr([CODE], kind="fix", embedded=PROMISE)}, "Round")
    adopted.land_change({CODE: LINES.upper(), WAIVER: waiver()}, "Hotfix")
    agreed = "history/contracts/general/0001-loud.contract.md"
    own = {"contract": agreed} if linked else {"embedded": PROMISE}
    record = {paying: phr([CODE, WAIVER], id="0010", kind="fix", **own), WAIVER: None}
    adopted.land_change({**record, **({agreed: contract(["/src/**"])} if linked else {})}, "Pay back")
    document = why(adopted.here.path, CODE)
    assert [(step["path"], step["detail"]) for step in document["chain"] if step["kind"] == "phr"] == [
        (paying, f"pays back {WAIVER}"), (former, None),
    ]  # fmt: skip
    assert f"{paying}:" in adopted.done("why", CODE).out.splitlines()[2]
    document = why(adopted.here.path, f"{CODE}:1")
    assert (places(document, "phr"), places(document, "contract")) == ([paying], [agreed if linked else paying])


def test_an_exempt_file_that_has_not_landed_needs_nothing(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"README.md": "# Shop\n", "src/more.py": "1\n"}, "Tell")
    document = why(adopted.here.path, "README.md:1")
    assert document["remarks"] == ["no record of this change names the file, which the policy exempts"]
    assert document["next"] == []
    assert why(adopted.here.path, "src/more.py:1")["next"] == ["sdd status"]


def test_a_file_that_came_back_is_told_with_its_removal(adopted: Adopted) -> None:
    adopted.land_change({"src/back.py": "A = 1\n"}, "Bring")
    adopted.land_change({"src/back.py": None}, "Take away")
    adopted.land_change({"src/back.py": "B = 22222\n"}, "Bring again")
    steps = [step for step in why(adopted.here.path, "src/back.py")["chain"] if step["kind"] == "commit"]
    assert [(step["title"], step["how"]) for step in steps] == [
        ("Bring again", "added the file"), ("Take away", "removed the file"),
    ]  # fmt: skip


def test_a_waiver_with_a_new_number_is_paid_back_under_it(adopted: Adopted) -> None:
    adopted.land_change({WAIVER.replace("rounding", "other"): waiver(paths='["/lib/**"]')}, "Waive")
    base = adopted.here.git("rev-parse", "main").strip()
    adopted.land_change({CODE: LINES, WAIVER: waiver()}, "Round")
    renumbered = WAIVER.replace("0001", "0002")
    assert renumbered.rpartition("/")[2] in adopted.done("repair", "--ids", "--commit", WAIVER).err
    adopted.land()
    adopted.branch("record")
    record = ("phr", "new", "Round", "--base", base, "--kind", "fix", "--success", "It rounds.", "--check", "true")
    refused = sdd(adopted.here.path, *record, "--file", CODE, "--file", WAIVER)
    assert refused.err.endswith(f"{WAIVER} does not exist\n  it has moved: name {renumbered}\n")
    adopted.done(*record, "--file", CODE, "--file", renumbered, "--run", "--commit")
    assert adopted.gate()["verdict"] == "pass"
    adopted.land()
    document = why(adopted.here.path, f"{CODE}:2")
    assert places(document, "waiver") == [renumbered]
    assert document["remarks"] == ["no record of this change names the file: one came after its waiver"]
    told = page(adopted.here.path, "waivers.html")
    assert (renumbered in told, WAIVER in told, "not paid back" in told) == (True, False, False)
