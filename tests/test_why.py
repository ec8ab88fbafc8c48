"""`sdd why`: from a line, a file, a commit or a requirement to its records, however the change has landed."""

import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.answers.trail import records
from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via
from sdd.cli import why as why_command
from sdd.render.documents.why import why_document
from sdd.render.text.why import why_text
from tests.adopted import FEATURE, PROMISE, SPEC, Adopted, Ran, contract, phr, sdd
from tests.examples import examples
from tests.good import TARGET
from tests.scratch import Scratch
from tests.secret_texts import pem

CODE = "src/round.py"
LINES = "def round_half_up(amount_of_money):\n    cents = amount_of_money * 100\n    return int(cents + 0.5) / 100\n"
PHR = f"history/prompts/{FEATURE}/0002-rounding.green.prompt.md"
CONTRACT = f"history/contracts/{FEATURE}/0003-rounding.contract.md"
TASKS = f"specs/{FEATURE}/tasks.md"
OTHER = "history/prompts/general/0009-other.green.prompt.md"


def prompt(files: tuple[str, ...] = (CODE,), words: str = "Round half up.\n\nAs the ledger does.", **more: str) -> str:
    return phr(files, id="0002", feature=FEATURE, contract=CONTRACT, prompt=words, **more)


def promise() -> str:
    said = contract(["/src/**"], id="0003", kind="feature", feature=FEATURE, requirements="[FR-001]", tasks="[T001]")
    return said.replace("- Amounts stay decimals.", "- Amounts are decimals, as the constitution says.")


RECORDS: dict[str, str | bytes | None] = {PHR: prompt(), CONTRACT: promise()}
_GUESS = "does not name the file"
TASK_LIST: dict[str, str | bytes | None] = {TASKS: TARGET["specs/001-vat/tasks.md"]}


def why(folder: Path, question: str) -> dict[str, Any]:
    """The answer as a document."""
    return answered(folder, question)[0]


def answered(folder: Path, *question: str) -> tuple[dict[str, Any], str]:
    """One answer as a document and as a screen, which is short enough."""
    answers: list[Trace] = []

    def noted(answer: Trace) -> dict[str, Any]:
        answers.append(answer)
        return why_document(answer)

    with mock.patch.object(why_command, "why_document", noted):
        ran = sdd(folder, "why", "--json", *question)
    assert (ran.status, ran.err) == (0, ""), ran
    (screen,) = map(why_text, answers)
    assert screen.count("\n") <= 12, screen
    return ran.document, screen


def found(document: dict[str, Any]) -> list[tuple[str, ...]]:
    """Kind, how and detail of each link after what was asked for."""
    return [
        (item["kind"], item["how"], *filter(None, (item["detail"],)))
        for item in document["chain"]
        if item["how"] != Via.ASKED
    ]


def places(document: dict[str, Any], kind: str) -> list[str]:
    return [item["path"] or item["oid"] for item in document["chain"] if item["kind"] == kind]


def refused(folder: Path, question: str) -> Ran:
    ran = sdd(folder, "why", question)
    assert ran.status == 2, ran
    assert len(ran.err.splitlines()) >= 2, "no line says what to do"
    return ran


def work(adopted: Adopted) -> tuple[str, str]:
    """A branch with the code in one commit and its records in the next; both commits."""
    adopted.land_change(TASK_LIST, "Tasks")
    adopted.branch()
    code = adopted.write({CODE: LINES}, "Round half up")
    return code, adopted.write(RECORDS, "Record it")


def apart(adopted: Adopted, times: int = 1) -> None:
    """Lands merges of other work: what stands on both sides of one is no one change."""
    for number in range(times):
        adopted.branch(f"other-{number}-{adopted.here.git('rev-parse', '--short', 'HEAD')}")
        adopted.write({f"src/f{number}.py": adopted.here.git("rev-parse", "HEAD")}, f"f{number}")
        branch = adopted.here.git("branch", "--show-current")
        adopted.here.git("switch", "-q", "main")
        adopted.here.git("merge", "-q", "--no-ff", "-m", f"Merge f{number}", branch)
    adopted.land("main")


BEYOND = [
    ("contract", "the PHR links it"),
    ("requirement", "the contract names it"),
    ("story", "a task carries both", "T001"),
    ("principle", "cited by name", f"{CONTRACT}:19"),
]


# -- ways to land ------------------------------------------------------------------------------------------


def test_a_merge(adopted: Adopted) -> None:
    code, _ = work(adopted)
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge branch 'work'", "work")
    adopted.land("main")
    merge = adopted.here.git("rev-parse", "HEAD")
    document = why(adopted.here.path, f"{CODE}:2")
    assert found(document) == [
        ("commit", "blame"),
        ("landing", "merge", "2 commits of its branch"),
        ("phr", "same change", "names the file"),
        *BEYOND,
    ]
    assert places(document, "commit") == [code]
    assert places(document, "landing") == [merge]
    assert places(document, "phr") == [PHR]
    assert places(document, "requirement") == [SPEC]
    assert sdd(adopted.here.path, "why", f"{CODE}:2").out.splitlines() == [
        "line         src/round.py:2: cents = amount_of_money * 100",
        f"commit       {code[:10]} 2026-03-01 Ada: Round half up",
        f"landed       {merge[:10]} 2026-03-01 Ada: Merge branch 'work' (2 commits of its branch)",
        f"phr          {PHR}:15 (same change, names the file)",
        "             Round half up.",
        "             As the ledger does.",
        f"contract     {CONTRACT}:1 (the PHR links it): Amounts are rounded half up.",
        f"requirement  {SPEC}:17 (the contract names it): FR-001 The system MUST round amounts half up.",
        f"story        {SPEC}:9 (a task carries both, T001): US1 See the VAT",
        f"principle    .specify/memory/constitution.md:5 (cited by name, {CONTRACT}:19): I. Amounts are decimals",
    ]


def test_a_squash(adopted: Adopted) -> None:
    work(adopted)
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--squash", "work")
    squashed = adopted.write({}, "Round half up (#12)")
    adopted.land("main")
    document, screen = answered(adopted.here.path, f"{CODE}:2")
    assert found(document)[1:3] == [("landing", "same commit"), ("phr", "same commit", "names the file")]
    assert places(document, "landing") == [squashed]
    assert f"commit       {squashed[:10]} 2026-03-01 Ada: Round half up (#12) (landed as it is)" in screen


def test_a_rebase_spreads_a_change_over_several_landings(adopted: Adopted) -> None:
    work(adopted)
    adopted.land_change({"src/other.py": "1\n"}, "Meanwhile")
    adopted.here.git("rebase", "-q", "main", "work")
    adopted.here.git("push", "-q", "--no-verify", "origin", "HEAD:main")
    document = why(adopted.here.path, f"{CODE}:2")
    # As audit does, for the record names what the commit before it changed.
    assert found(document)[:3] == [
        ("commit", "blame"),
        ("landing", "same commit", "one of 2 commits"),
        ("phr", "same change", "names the file"),
    ]
    assert found(document)[3:] == BEYOND


def test_the_nearest_record_is_chosen(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES}, "Unrecorded")
    apart(adopted, 3)
    adopted.land_change({OTHER: phr([CODE])}, "Far")
    assert found(why(adopted.here.path, f"{CODE}:1"))[2] == ("phr", "names the file", "4 landings later")
    adopted.land_change({"src/new.py": LINES.replace("round", "new")}, "New")
    apart(adopted)
    adopted.land_change({f"{OTHER[:-10]}x.prompt.md": phr(["src/new.py"], prompt="Anew.")}, "Near")
    assert found(why(adopted.here.path, "src/new.py:1"))[2] == ("phr", "names the file", "2 landings later")


def test_what_lies_far_away_is_no_guess(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_LATER", 2)
    adopted.land_change({CODE: LINES}, "Unrecorded")
    apart(adopted, 3)
    adopted.land_change({OTHER: phr([CODE])}, "Far")
    for number in range(5):
        adopted.write({f"src/g{number}.py": "1\n"})
    adopted.land_change({CODE: LINES + "X = 1\n"}, "Unrecorded too")
    for line in (1, 4):
        document = why(adopted.here.path, f"{CODE}:{line}")
        assert document["remarks"] == ["no record of this change names the file; 1 of other changes names it"]


def test_a_cherry_pick_that_left_its_records_behind(adopted: Adopted) -> None:
    code, _ = work(adopted)
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("cherry-pick", code)
    adopted.land("main")
    document = why(adopted.here.path, f"{CODE}:1")
    assert found(document)[1:3] == [("landing", "same commit"), ("task", "names the file", "open")]
    assert document["remarks"] == ["no record of this change names the file"]
    # Once the branch has landed too, its record stands beside it.
    adopted.here.git("merge", "-q", "--no-edit", "work")
    adopted.land("main")
    assert ("phr", "same change", "names the file") in found(why(adopted.here.path, f"{CODE}:1"))


def test_a_revert_and_its_record(adopted: Adopted) -> None:
    adopted.land_change({"src/vat.py": TARGET["src/vat.py"].replace("19", "7"), **RECORDS}, "Lower")
    adopted.branch("undo")
    lowered = adopted.here.git("rev-parse", "HEAD")
    adopted.done("revert", lowered)
    adopted.here.git("push", "-q", "--no-verify", "origin", "HEAD:main")
    document = why(adopted.here.path, "src/vat.py:1")
    assert found(document)[2:4] == [("landing", "reverts"), ("phr", "same change", "names the file")]
    assert document["chain"][4]["title"].startswith("Revert")


def test_what_has_not_landed_is_told(adopted: Adopted) -> None:
    code, _ = work(adopted)
    document, screen = answered(adopted.here.path, f"{CODE}:3")
    assert found(document)[:3] == [
        ("commit", "blame"),
        ("landing", "not landed", "2 commits ahead of origin/main"),
        ("phr", "same change", "names the file"),
    ]
    assert found(document)[3:] == BEYOND
    assert "landed       not yet: 2 commits ahead of origin/main\n" in screen
    adopted.here.git("reset", "-q", "--hard", code)
    document = why(adopted.here.path, f"{CODE}:3")
    assert document["remarks"] == ["no record of this change names the file"]
    assert document["next"] == ["sdd status"]


def test_a_record_in_the_commit_of_a_merged_branch(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({CODE: LINES, OTHER: phr(["src/elsewhere.py"])}, "Round")
    adopted.write({"src/more.py": "1\n"}, "More")
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge", "work")
    adopted.land("main")
    assert found(why(adopted.here.path, f"{CODE}:1"))[1:] == [
        ("landing", "merge", "2 commits of its branch"),
        ("phr", "same commit", _GUESS),
    ]
    # Of the other commit it is not told: it came with the change, but does not name the file.
    document = why(adopted.here.path, "src/more.py:1")
    assert document["remarks"] == ["no record of this change names the file: 1 came with it"]
    assert document["next"] == [f"sdd why {adopted.here.git('rev-parse', 'HEAD')[:10]}"]
    assert found(why(adopted.here.path, "HEAD"))[1] == ("phr", "same change")


def test_a_contract_that_no_phr_links_speaks_by_its_scope(adopted: Adopted) -> None:
    unlinked = phr([CODE], feature=FEATURE)
    beside = f"history/contracts/{FEATURE}/0005-elsewhere.contract.md"
    elsewhere = contract(["/lib/**"], feature=FEATURE)
    adopted.land_change({CODE: LINES, CONTRACT: promise(), OTHER: unlinked, beside: elsewhere}, "Round")
    document = why(adopted.here.path, f"{CODE}:1")
    assert found(document)[2:4] == [
        ("phr", "same commit", "names the file"),
        ("contract", "same commit", "its scope holds the file"),
    ]
    assert places(document, "contract") == [CONTRACT]


def test_a_contract_inside_the_phr(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, OTHER: phr([CODE], kind="fix", embedded=PROMISE)}, "Round")
    document = why(adopted.here.path, f"{CODE}:1")
    assert found(document)[2:] == [("phr", "same commit", "names the file"), ("contract", "in the PHR")]
    assert places(document, "contract") == [OTHER]


@pytest.mark.parametrize(
    ("folder", "detail"), [("src/deep/", "names the file"), ("src/", _GUESS), ("src/deep", _GUESS)]
)
def test_a_folder_below_the_first_level_names_its_files(adopted: Adopted, folder: str, detail: str) -> None:
    adopted.land_change({"src/deep/a.py": LINES, OTHER: phr([folder])}, "Deep")
    assert found(why(adopted.here.path, "src/deep/a.py:1"))[2] == ("phr", "same commit", detail)


def test_many_records_are_counted(adopted: Adopted) -> None:
    many = {f"{OTHER[:-22]}{number:04d}-x.green.prompt.md": phr([CODE], embedded=PROMISE) for number in range(30, 50)}
    tasks = "".join(f"- [ ] T{number:03d} [US1] Do {CODE} (FR-001)\n" for number in range(1, 30))
    adopted.land_change({CODE: LINES, TASKS: f"# Tasks\n\n{tasks}", **many, **RECORDS}, "Many")
    for question, left in {
        f"{CODE}:1": "18 PHRs, 19 contracts",
        "HEAD": "17 PHRs, 19 contracts",
        CODE: "16 PHRs, 28 tasks",
        "FR-001": "27 tasks",
    }.items():
        document, screen = answered(adopted.here.path, question)
        assert len(places(document, "task")) in (0, 29)
        assert f"more         {left}" in screen


# -- lines that moved, files that were renamed -------------------------------------------------------------


def test_a_file_that_was_renamed(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    adopted.land_change({CODE: None, "lib/half.py": LINES}, "Rename")
    document = why(adopted.here.path, "lib/half.py:2")
    assert found(document)[:3] == [
        ("commit", "blame", f"was {CODE}:2"),
        ("landing", "same commit"),
        ("phr", "same commit", "names the file"),
    ]
    # A record under the present name counts as well.
    adopted.land_change({OTHER: phr(["lib/half.py"], prompt="Rename it.")}, "Record the renaming")
    document = why(adopted.here.path, "lib/half.py")
    assert places(document, "phr") == [OTHER, PHR]
    assert [item["how"] for item in document["chain"] if item["kind"] == "commit"] == [
        "renamed the file",
        "added the file",
    ]


def test_lines_that_moved_to_another_file(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES + "\n\nREST = 1\n", **RECORDS}, "Round")
    adopted.land_change({CODE: "REST = 1\n", "src/whole.py": "HEAD = 1\n\n\n" + LINES}, "Move")
    document = why(adopted.here.path, "src/whole.py:5")
    assert found(document)[0] == ("commit", "blame", f"was {CODE}:2")
    assert places(document, "phr") == [PHR]
    assert not why(adopted.here.path, "src/whole.py:1")["chain"][1]["detail"]


@pytest.mark.parametrize("by_setting", [False, True])
def test_commits_that_only_set_the_code_are_passed_over(adopted: Adopted, by_setting: bool) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    adopted.land_change({CODE: LINES.replace("    ", "  ")}, "Indent by two")
    indented = adopted.here.git("rev-parse", "HEAD")
    assert places(why(adopted.here.path, f"{CODE}:2"), "commit") == [indented]
    if by_setting:
        (adopted.folder / "ignored").write_text(f"{indented}\n")
        adopted.here.git("config", "blame.ignoreRevsFile", str(adopted.folder / "ignored"))
    else:
        adopted.write({".git-blame-ignore-revs": f"# set anew\n\nnonsense\n{indented} # two\n{'0' * 40}\n"})
    document = why(adopted.here.path, f"{CODE}:2")
    assert places(document, "commit") != [indented]
    assert places(document, "phr") == [PHR]


def test_a_setting_that_leads_nowhere_is_told(adopted: Adopted) -> None:
    adopted.here.git("config", "blame.ignoreRevsFile", "nowhere")
    ran = adopted.sdd("why", "src/vat.py:1")
    assert (ran.status, ran.out) == (3, "")
    assert "blame.ignoreRevsFile names a file that git cannot read" in ran.err


def test_a_range_of_lines_has_a_chain_for_each_commit(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    adopted.land_change(
        {CODE: LINES.replace("cents = ", "cents =  ") + "\nX = 1\n"},
        "Touch",
    )
    document, screen = answered(adopted.here.path, f"{CODE}:1-5")
    lines = [(item["lines"], item["commit"]) for item in document["chain"] if item["kind"] == "line"]
    assert [numbers for numbers, _ in lines] == [[1, 3], [2, 4, 5]]
    assert len({commit for _, commit in lines}) == 2
    assert screen.splitlines()[0] == f"{CODE}:1-5: 2 commits, the newest first"
    assert f"1,3          {lines[0][1][:10]} 2026-03-01 Ada: Round\n" in screen
    adopted.branch()
    adopted.write({CODE: LINES.replace("half", "HALF")}, "Loud")
    assert "Ada: Loud (not landed)\n" in adopted.done("why", f"{CODE}:1-3").out
    adopted.here.git("switch", "-q", "main")
    one = why(adopted.here.path, f"{CODE}:4-5")
    assert [item["lines"] for item in one["chain"] if item["kind"] == "line"] == [[4, 5]]


def test_the_newest_of_a_range_comes_first_and_days_are_those_of_the_place(scratch: Scratch) -> None:
    lines = [f"line {number} of some length" for number in range(4)]
    for number, date in enumerate(("2026-03-01T23:30:00-0700", "2026-03-02T07:00:00+0000", "2026-03-02T01:00:00-0500")):
        lines[number] = f"changed by {number} on another day"
        scratch.write("a.txt", "\n".join(lines) + "\n")
        scratch.git("add", ".")
        scratch.git("commit", "-q", "-m", f"c{number}", GIT_COMMITTER_DATE=date)
    commits = [item for item in why(scratch.path, "a.txt:1-3")["chain"] if item["kind"] == "commit"]
    assert [(item["title"], item["day"]) for item in commits] == [
        ("c1", "2026-03-02"),
        ("c0", "2026-03-01"),
        ("c2", "2026-03-02"),
    ]
    for commit, day in (("HEAD~2", "2026-03-01"), ("HEAD", "2026-03-02")):
        landed = why(scratch.path, commit)["chain"]
        assert [item["day"] for item in landed] == [day, day]


# -- records that moved or went away -----------------------------------------------------------------------


def test_records_that_repair_has_moved(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    same_number = f"history/prompts/{FEATURE}/0002-another.green.prompt.md"
    adopted.land_change({same_number: phr(["src/x.py"], id="0002", feature=FEATURE, prompt="Else.")}, "Clash")
    before = set(adopted.here.git("ls-files", "history").splitlines())
    (adopted.here.path / "history/prompts/general").mkdir(exist_ok=True)
    adopted.here.git("mv", PHR, PHR.replace(FEATURE, "general"))
    adopted.write({}, "Misplaced")
    adopted.done("repair", "--write")
    adopted.done("repair", "--ids", "--write", "history")
    adopted.land_change({}, "Repair")
    after = set(adopted.here.git("ls-files", "history").splitlines())
    assert before != after
    document = why(adopted.here.path, f"{CODE}:2")
    (moved,) = places(document, "phr")
    assert moved != PHR
    assert "rounding" in moved
    assert found(document)[2] == ("phr", "same commit", "names the file")


def test_a_record_that_only_the_branch_has_moved(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, PHR: prompt(), CONTRACT: promise()}, "Round")
    adopted.branch("work")
    words = prompt().replace(f"feature: {FEATURE}", "feature: 002-tax")
    to = {path: path.replace(FEATURE, "002-tax") for path in (PHR, CONTRACT)}
    base = adopted.here.git("rev-parse", "HEAD")
    commit = adopted.write(
        {PHR: None, CONTRACT: None, to[PHR]: words, to[CONTRACT]: promise(), "src/tax.py": "T = 1\n"}, "Rename"
    )
    for landed in (False, True):
        document = why(adopted.here.path, f"{CODE}:2")
        assert ("phr", "same commit", "names the file") in found(document), landed
        assert places(document, "phr") == [to[PHR]]
        assert places(document, "contract") == [to[CONTRACT]]
        assert not document["remarks"]
        # Nor is it a record of the change that moved it.
        for asked in ("src/tax.py:1", commit, f"{base}..{commit}"):
            assert not places(why(adopted.here.path, asked), "phr"), asked
        adopted.land("HEAD:main")


def test_a_record_that_is_gone_is_told(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, PHR: prompt()}, "Round")
    adopted.land_change({PHR: None}, "Clear away")
    assert why(adopted.here.path, f"{CODE}:1")["remarks"] == [f"no record: {PHR} came with it and is gone since"]


# -- where there is no record ------------------------------------------------------------------------------


def test_a_line_that_is_older_than_sdd(adopted: Adopted) -> None:
    document, screen = answered(adopted.here.path, "src/old.py:1")
    assert document["remarks"] == ["no record: landed before the first one (2026-03-01)"]
    assert "\nno record: landed before the first one (2026-03-01)\n" in screen
    # Nor does a later record that names the file make it any younger.
    adopted.land_change({OTHER: phr(["src/old.py"])}, "Later")
    assert not places(why(adopted.here.path, "src/old.py:1"), "phr")


def test_before_sdd_has_landed_all_is_older(scratch: Scratch) -> None:
    scratch.commit("code", {"src/vat.py": TARGET["src/vat.py"]})
    document = why(scratch.path, "src/vat.py:1")
    assert document["remarks"] == ["no record: src/vat.py stands under no root (a folder with .specify/)"]
    scratch.git("switch", "-q", "-c", "adopt")
    assert sdd(scratch.path, "init", "--no-hooks").status == 0
    scratch.commit("Adopt sdd")
    document = why(scratch.path, "src/vat.py:1")
    assert document["remarks"] == ["no record: landed before sdd (which has not landed on main yet)"]


def test_what_is_not_committed_says_what_to_do(adopted: Adopted) -> None:
    adopted.here.write("src/vat.py", TARGET["src/vat.py"] + "NEW = 1\n")
    adopted.here.write("src/new.py", "NEW = 1\n")
    for question in ("src/vat.py:6", "src/new.py:1", "src/new.py"):
        ran = adopted.done("why", question)
        assert ran.out.splitlines()[-2:] == ["not committed yet", "next         sdd status"], ran.out
    # The lines around it are told as ever, by the numbers of the work tree.
    adopted.here.write("src/vat.py", "NEW = 1\n" + TARGET["src/vat.py"])
    assert places(why(adopted.here.path, "src/vat.py:2"), "commit")
    both, screen = answered(adopted.here.path, "src/vat.py:1-2")
    assert [item["lines"] for item in both["chain"] if item["kind"] == "line"] == [[1], [2]]
    assert "not committed yet" in screen


def test_uncommitted_records_explain_no_line_and_are_not_lost(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES}, "Unrecorded")
    adopted.here.write(OTHER, phr([CODE]))
    assert places(why(adopted.here.path, CODE), "phr") == [OTHER]
    assert not places(why(adopted.here.path, f"{CODE}:1"), "phr")
    assert places(why(adopted.here.path, CODE), "phr") == [OTHER]


# -- other places ------------------------------------------------------------------------------------------


def test_two_worktrees(adopted: Adopted) -> None:
    work(adopted)
    adopted.here.git("switch", "-q", "main")
    other = adopted.folder / "other"
    adopted.here.git("worktree", "add", "-q", str(other), "work")
    for _ in range(2):
        assert places(why(other, f"{CODE}:1"), "phr") == [PHR]
        assert places(why(adopted.here.path, "src/vat.py"), "phr") == []
    refused(adopted.here.path, f"{CODE}:1")


def test_a_shallow_clone(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    adopted.land_change({"src/later.py": "1\n", OTHER: phr(["src/later.py"])}, "Later")
    adopted.land_change({"src/last.py": "1\n"}, "Last")
    clone = Scratch.clone(f"file://{adopted.remote.path}", adopted.folder / "clone", "--depth=2")
    document = why(clone.path, f"{CODE}:1")
    assert document["remarks"] == ["no record: this clone is shallow, and its history begins here"]
    assert document["next"] == ["git fetch --unshallow"]
    assert [item["detail"] for item in why(clone.path, CODE)["chain"] if item["kind"] == "commit"] == [
        "or earlier: the clone is shallow"
    ]
    clone.git("fetch", "-q", "--unshallow")
    assert found(why(clone.path, f"{CODE}:1"))[2] == ("phr", "same commit", "names the file")


def test_a_detached_head_is_explained_by_what_it_holds(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    then = adopted.here.git("rev-parse", "HEAD")
    adopted.land_change({CODE: "gone = True\n", PHR: None, PHR.replace("0002", "0012"): prompt()}, "Moved later")
    adopted.here.git("switch", "-q", "--detach", then)
    assert why(adopted.here.path, "main")["remarks"] == ["no record: it landed on origin/main after what HEAD has"]
    document = why(adopted.here.path, f"{CODE}:2")
    assert places(document, "phr") == [PHR]
    assert found(document)[2] == ("phr", "same commit", "names the file")


def test_a_bare_repository(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    for question in (f"{CODE}:2", CODE, "HEAD"):
        assert places(why(adopted.remote.path, question), "phr") == [PHR]
    refused(adopted.remote.path, "src")


def test_a_monorepo_with_two_roots(adopted: Adopted) -> None:
    for name in ("one", "two"):
        adopted.here.write(f"{name}/src/a.py", "A = 1\n")
    adopted.land_change({}, "Code")
    for name in ("one", "two"):
        adopted.done("init", "--root", name)
        adopted.land_change({f"{name}/{SPEC}": TARGET["specs/001-vat/spec.md"]}, f"Adopt {name}")
        named = {"feature": FEATURE, "requirements": "[FR-001]"}
        record = phr(["src/a.py"], feature=FEATURE, contract=f"history/contracts/{FEATURE}/0001-a.contract.md")
        adopted.land_change(
            {
                f"{name}/src/a.py": "A = 2\n",
                f"{name}/history/prompts/{FEATURE}/0001-a.green.prompt.md": record,
                f"{name}/history/contracts/{FEATURE}/0001-a.contract.md": contract(["/src/**"], **named),
            },
            f"Change {name}",
        )
    document = why(adopted.here.path, "two/src/a.py:1")
    assert places(document, "phr") == [f"two/history/prompts/{FEATURE}/0001-a.green.prompt.md"]
    assert places(document, "requirement") == [f"two/{SPEC}"]
    # From a folder, by a path from the top, and through a link.
    (adopted.folder / "link").symlink_to(adopted.here.path / "two")
    assert why(adopted.folder / "link", "src/a.py:1") == document
    assert sdd(adopted.folder, "-C", "link", "why", "--json", "src/a.py:1").document == document
    for question in ("src/a.py:1", "two/src/a.py:1"):
        assert why(adopted.here.path / "two", question) == document
    ran = refused(adopted.here.path, "FR-001")
    assert "  sdd why one/specs/001-vat#FR-001\n" in ran.err
    assert places(why(adopted.here.path, "one/specs/001-vat#FR-001"), "requirement") == [f"one/{SPEC}"]


def test_without_an_index_that_can_be_written_the_answer_is_the_same(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    questions = (f"{CODE}:2", CODE, "HEAD", f"{FEATURE}#FR-001")
    before = [why(adopted.here.path, question) for question in questions]
    index = adopted.here.path / ".git" / "sdd"
    index.rename(index.with_name("away"))
    index.write_text("no folder\n")
    for question, answer in zip(questions, before, strict=True):
        ran = adopted.sdd("why", "--json", question)
        assert ran.document == answer
        assert "answered without the index" in ran.err


# -- files, commits, requirements --------------------------------------------------------------------------


def test_a_file_as_a_whole(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS, **TASK_LIST}, "Round")
    brought = adopted.here.git("rev-parse", "HEAD")
    adopted.land_change({CODE: LINES + "\n", OTHER: phr([CODE, "src/"], prompt="More.")}, "More")
    document = why(adopted.here.path, CODE)
    assert places(document, "commit") == [brought]
    assert found(document) == [
        ("commit", "added the file"),
        ("phr", "names the file"),
        ("phr", "names the file"),
        ("task", "names the file", "open"),
    ]
    assert places(document, "phr") == [OTHER, PHR]
    vat = why(adopted.here.path, "src/vat.py")
    # The contract of the other record has it among what was read; a top-level folder names no file.
    assert set(found(vat)) == {("commit", "added the file"), ("contract", "read the file")}
    adopted.branch()
    added = adopted.write({"src/later.py": "1\n"})
    later = why(adopted.here.path, "src/later.py")
    assert places(later, "commit") == [added]
    assert later["remarks"] == ["no record names the file"]


def test_a_file_that_a_merged_branch_brought(adopted: Adopted) -> None:
    code, _ = work(adopted)
    adopted.here.git("switch", "-q", "main")
    for number in range(5):
        adopted.write({f"src/f{number}.py": "1\n"})
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge", "work")
    for number in range(5, 20):
        adopted.write({f"src/f{number}.py": "1\n"})
    adopted.land("main")
    assert places(why(adopted.here.path, CODE), "commit") == [code]


def test_a_commit(adopted: Adopted) -> None:
    code, record = work(adopted)
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge", "work")
    adopted.land("main")
    for question in (code, code[:9], "HEAD^2~1"):
        assert found(why(adopted.here.path, question)) == [
            ("landing", "merge", "2 commits of its branch"),
            ("phr", "same change", "names its files"),
            *BEYOND,
        ]
    document, screen = answered(adopted.here.path, "HEAD")
    assert found(document)[:2] == [
        ("landing", "same commit", "2 commits of its branch"),
        ("phr", "same change", "names its files"),
    ]
    assert "Merge (landed, 2 commits of its branch)\n" in screen
    assert found(why(adopted.here.path, record))[1] == ("phr", "same commit")
    first = adopted.here.git("rev-list", "--max-parents=0", "HEAD")
    assert why(adopted.here.path, first)["remarks"] == ["no record: landed before the first one (2026-03-01)"]
    adopted.here.git("switch", "-q", "--orphan", "elsewhere")
    lost = adopted.write({"x": "1\n"})
    adopted.here.git("switch", "-q", "main")
    assert why(adopted.here.path, lost)["remarks"] == [
        "no record: this commit is neither on origin/main nor in HEAD's history"
    ]


def test_a_requirement(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS, **TASK_LIST}, "Round")
    told = f"history/prompts/{FEATURE}/0004-told.green.prompt.md"
    adopted.land_change({told: phr([CODE], feature=FEATURE, prompt="Mind FR-001, not FR-0011.")}, "Mind")
    document = why(adopted.here.path, "fr-001")
    assert found(document)[:3] == [
        ("story", "a task carries both", "T001"),
        ("principle", "cited by name", f"{CONTRACT}:19"),
        ("task", "names the requirement", "open"),
    ]
    assert places(document, "contract") == [
        f"history/contracts/{FEATURE}/0001-reverse-charge.contract.md",
        CONTRACT,
    ]
    assert places(document, "phr")[-1] == told
    assert PHR in places(document, "phr")
    assert ("phr", "the prompt names it") in found(document)
    assert CODE in places(document, "file")
    for name in ("001-vat", "1", "specs/001-vat"):
        assert why(adopted.here.path, f"{name}#FR-001")["chain"] == document["chain"]
    criterion = why(adopted.here.path, "SC-001")
    assert criterion["remarks"] == ["no contract names it, and no PHR; inferred through US1: 0 of 1 task, 2 prompts"]
    assert found(criterion) == [("story", "the only story")]


def test_a_requirement_that_several_features_have(adopted: Adopted) -> None:
    adopted.land_change({"specs/002-more/spec.md": TARGET["specs/001-vat/spec.md"]}, "Another")
    ran = refused(adopted.here.path, "FR-001")
    assert ran.err.splitlines() == [
        "sdd: 2 features have a requirement FR-001",
        "  sdd why 001-vat#FR-001",
        "  sdd why 002-more#FR-001",
    ]
    assert places(why(adopted.here.path, "2#FR-001"), "requirement") == ["specs/002-more/spec.md"]
    assert "no feature 003 has a requirement FR-001" in refused(adopted.here.path, "003#FR-001").err
    assert "no feature has a requirement FR-999" in refused(adopted.here.path, "FR-999").err


@pytest.mark.parametrize(
    ("text", "tasks", "how"),
    [
        ("It MUST, for User Story 2, round.", "", "the requirement names it"),
        ("It MUST round.", "- [ ] T001 [US2] Round (FR-001)\n", "a task carries both"),
        ("It MUST round.", "- [ ] T001 [US2] Round\n", None),
    ],
)
def test_the_story_of_a_requirement_is_never_guessed(adopted: Adopted, text: str, tasks: str, how: str | None) -> None:
    spec = TARGET["specs/001-vat/spec.md"].replace("The system MUST round amounts half up.", text)
    spec = spec.replace("## Requirements", "### User Story 2 - Round (Priority: P2)\n\nRounded.\n\n## Requirements")
    adopted.land_change({SPEC: spec, TASKS: f"# Tasks\n\n{tasks}"}, "Two stories")
    stories = [item for item in why(adopted.here.path, "FR-001")["chain"] if item["kind"] == "story"]
    assert [(item["title"], item["how"]) for item in stories] == ([("US2", how)] if how else [])


@pytest.mark.parametrize(
    ("words", "plan", "cited"),
    [
        ("See principle II.", "", ["II. Small changes"]),
        ("See Principles I and II.", "", ["I. Amounts are decimals", "II. Small changes"]),
        ("Amounts  are\ndecimals.", "", []),
        ("Small *changes* only.", "", ["II. Small changes"]),
        ("Nothing.", "# Plan\n\n## Constitution Check\n\n- Small changes: yes\n\n## More\n\nAmounts are decimals.\n",
         ["II. Small changes"]),
        ("Nothing.", "# Plan\n\n## Summary\n\nSmall changes.\n", []),
    ],
)  # fmt: skip
def test_a_principle_is_told_where_it_is_cited(adopted: Adopted, words: str, plan: str, cited: list[str]) -> None:
    files: dict[str, str | bytes | None] = {CODE: LINES, OTHER: phr([CODE], feature=FEATURE, prompt=words)}
    adopted.land_change(files | ({f"specs/{FEATURE}/plan.md": plan} if plan else {}), "Cite")
    principles = [item for item in why(adopted.here.path, f"{CODE}:1")["chain"] if item["kind"] == "principle"]
    assert [item["title"] for item in principles] == cited


def test_the_report_names_the_contracts_that_why_finds_to_cite_a_principle(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    (cited,) = (item["detail"] for item in why(adopted.here.path, f"{CODE}:1")["chain"] if item["kind"] == "principle")
    (told,) = sdd(adopted.here.path, "report", "--json").document["constitutions"]
    citing = {principle["number"]: principle["cited_by"] for principle in told["principles"]}
    assert (cited.rpartition(":")[0] in citing["I"], citing["II"]) == (True, [])


def test_a_submodule_tells_who_moved_it_and_where_its_own_files_are_asked_about(adopted: Adopted) -> None:
    here = adopted.here
    here.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", str(adopted.remote.path), "lib/vat")
    adopted.write({}, "Take it")
    (added,) = here.git("rev-parse", "HEAD").split()
    here.git("-C", "lib/vat", "-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "x")
    record = "history/prompts/general/0009-bump.green.prompt.md"
    moved = adopted.write({record: phr(["lib/vat"], id="0009", prompt="Move it on.")}, "Move it on")
    told = adopted.done("why", "lib/vat").out.splitlines()
    assert told[0].split() == ["file", "lib/vat"]
    assert told[1].split()[1] == moved[:10]
    assert told[1].endswith("Move it on (moved the submodule on)")
    assert told[2].split()[1] == added[:10]
    assert record in told[3]
    assert told[-1].endswith("  sdd -C lib/vat why FILE")
    here.git("submodule", "-q", "deinit", "-f", "lib/vat")
    command = "git submodule update --init lib/vat && sdd -C lib/vat why "
    assert adopted.done("why", "lib/vat").out.endswith(f"  {command}FILE\n")
    assert f"ask there: {command}src/vat.py\n" in refused(here.path, "lib/vat/src/vat.py").err


# -- wrong questions ---------------------------------------------------------------------------------------


def test_wrong_questions_have_one_clear_answer(adopted: Adopted) -> None:
    adopted.land_change({"src/logo.png": b"\x89PNG\0\0\n", "src/empty.py": "", "src/a:3": "1\n2\n"}, "Files")
    adopted.here.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", str(adopted.remote.path), "vendor")
    adopted.write({}, "Vendor")
    here = adopted.here.path
    for question, told in {
        "nowhere.py": "no file, commit or requirement here is called nowhere.py",
        "nowhere.py:3": "no file, commit or requirement here is called nowhere.py",
        "../outside.py": "no file, commit or requirement here is called ../outside.py",
        ".git/config": "no file, commit or requirement here is called .git/config",
        "": ". is a folder",
        "src": "src is a folder",
        ".": ". is a folder",
        "vendor:1": "vendor is a submodule: it has a history of its own",
        "vendor/src/vat.py:1": "vendor is a submodule: it has a history of its own",
        "src/logo.png:1": "src/logo.png is binary: it has no lines",
        "src/empty.py:1": "src/empty.py has no lines: there is no 1",
        "src/vat.py:99": "src/vat.py has 5 lines: there is no 99",
        "src/vat.py:0": "src/vat.py has 5 lines: there is no 0",
        "src/vat.py:4-2": "src/vat.py has 5 lines: there is no 4-2",
        "src/vat.py:2-9": "src/vat.py has 5 lines: there is no 2-9",
    }.items():
        ran = refused(here, question)
        assert ran.err.splitlines()[0] == f"sdd: {told}", question
        assert sdd(here, "why", "--json", question).document["schema"] == "sdd/error/1"
    assert "sdd -C vendor why src/vat.py" in refused(here, "vendor/src/vat.py").err
    # A name with a colon, a place as compilers print it, and a file as a whole that has no lines.
    assert why(here, "src/a:3")["asked"] == "file"
    assert why(here, "src/a:3:2")["question"] == "src/a:3:2"
    assert why(here, "src/vat.py:2:5")["question"] == "src/vat.py:2"
    assert why(here, "src/logo.png")["asked"] == "file"


def test_without_any_commit(scratch: Scratch) -> None:
    scratch.write("a.py", "1\n")
    assert sdd(scratch.path, "why", "a.py:1").out.splitlines()[1:] == ["not committed yet", "next         sdd status"]
    assert sdd(scratch.path, "why", "a.py").status == 0
    refused(scratch.path, "HEAD")
    refused(scratch.path, "FR-001")


def test_a_file_that_only_head_has(adopted: Adopted) -> None:
    (adopted.here.path / "src/vat.py").unlink()
    assert places(why(adopted.here.path, "src/vat.py:1"), "commit")
    assert places(why(adopted.here.path, "src/vat.py"), "commit")


# -- hostile text ------------------------------------------------------------------------------------------


def test_what_a_repository_holds_reaches_no_terminal(adopted: Adopted) -> None:
    name = 'src/a\n\x1b[31m"b\u202e.py'
    adopted.here.write(name, "x = '\x1b]0;title\x07 \u202e'\n")
    words = "Do \x1b[31mit\u202e\rnow.\x07"
    adopted.here.git("config", "user.name", "Ada")
    adopted.land_change({OTHER: phr(['src/a\\n\\x1b[31m\\"b\\u202e.py'], prompt=words)}, "Odd \x1b[2J\u202e subject")
    odd = os.fsdecode(b"src/\xff.py")
    adopted.land_change({odd: "1\n", PHR: prompt()}, "Undecodable")
    for question in (name, f"{name}:1", "HEAD", "HEAD~1", odd, f"{odd}:1"):
        why(adopted.here.path, question)
        screen = adopted.done("why", question).out
        assert not [letter for letter in screen if letter != "\n" and (letter < " " or letter in "\x7f\u202e")], screen
        assert screen.isascii()
    assert places(why(adopted.here.path, f"{name}:1"), "phr") == [OTHER]


# How long a screen gets depends on how long and how many texts are, not on their letters.
TEXT = st.sampled_from(
    [
        "",
        "a word",
        "many words " * 30,
        "x" * 300,
        "東京都" * 90,
        "line\n" * 60,
        "".join(map(chr, range(33))),
        "\x1b[31m\u202e",
    ]
)
LINKS = st.builds(
    Step,
    st.sampled_from(StepKind),
    TEXT,
    st.none() | st.integers(1, 99999),
    TEXT,
    st.sampled_from(Via),
    TEXT,
    TEXT,
    st.sampled_from(["", "2026-03-01"]),
    TEXT,
)
PARTS = st.builds(
    Part,
    st.lists(LINKS, max_size=30).map(
        lambda links: tuple(sorted(links, key=lambda link: list(StepKind).index(link.kind)))
    ),
    st.lists(st.integers(1, 999), max_size=20).map(lambda numbers: tuple(sorted(set(numbers)))),
    TEXT,
    TEXT,
)


@examples(40)
@given(st.sampled_from([StepKind.FILE, StepKind.REQUIREMENT]), st.lists(PARTS, min_size=2, max_size=12))
def test_a_range_is_never_longer_than_twelve_lines(asked: StepKind, parts: list[Part]) -> None:
    screen = why_text(Trace("q", StepKind.LINE, tuple(parts)))
    assert screen.count("\n") <= 12
    assert not [letter for letter in screen if letter != "\n" and letter < " "]


@pytest.mark.parametrize("staged", [True, False], ids=["committed", "edited"])
def test_a_line_of_a_key_is_not_shown(adopted: Adopted, staged: bool) -> None:
    adopted.land_change({"src/key.pem": pem() + "\n", **RECORDS})
    if not staged:
        adopted.here.write("src/key.pem", f"# ours\n{pem()}\n")
    body = pem().split("\n")[1:-1]
    for line in range(2, 2 + len(body)):
        for form in ((), ("--json",)):
            ran = adopted.done("why", f"src/key.pem:{line}", *form)
            assert "[REDACTED:private-key]" in ran.out
            assert not any(each in ran.out for each in body)
