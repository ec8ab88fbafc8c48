"""`sdd why` of a commit: what it did itself, not what it merged."""

from tests.adopted import FEATURE, PROMISE, Adopted, contract, phr
from tests.test_why import CODE, CONTRACT, LINES, OTHER, PHR, found, places, promise, prompt, why
from tests.test_why_record import FIRST, merge

BESIDE = f"history/contracts/{FEATURE}/0004-beside.contract.md"


def recorded(adopted: Adopted) -> str:
    """A branch whose contract is closed by a commit of its own; that commit."""
    adopted.branch()
    opened = contract(["/src/**"], id="0003", kind="feature", feature=FEATURE, status="open", requirements="[FR-001]")
    adopted.write({CONTRACT: opened}, "Agree")
    adopted.write({CODE: LINES}, "Round")
    closing = adopted.write({CONTRACT: promise()}, "Close the contract")
    adopted.write({PHR: prompt()}, "Record it")
    return closing


def test_a_commit_that_changes_a_record_only_is_about_that_record(adopted: Adopted) -> None:
    closing = recorded(adopted)
    merge(adopted)
    document = why(adopted.here.path, closing)
    assert found(document)[1:3] == [
        ("phr", "same change", "links the contract, does not name its files"),
        ("contract", "same commit"),
    ]
    assert places(document, "contract") == [CONTRACT]
    assert document["remarks"] == []


def test_a_merge_within_a_branch_is_about_nothing_of_its_own(adopted: Adopted) -> None:
    recorded(adopted)
    adopted.land_change({"src/theirs.py": "1\n", FIRST: phr(["src/theirs.py"])}, "Theirs")
    adopted.here.git("switch", "-q", "work")
    adopted.here.git("merge", "-q", "--no-edit", "main")
    inner = adopted.here.git("rev-parse", "HEAD")
    adopted.write({"src/last.py": "1\n"}, "Last")
    document = why(adopted.here.path, inner)
    assert not places(document, "phr")
    assert document["remarks"] == ["it merges other work, and changes nothing itself"]
    merge(adopted)
    landing = adopted.here.git("rev-parse", "--short=10", "HEAD")
    assert why(adopted.here.path, inner)["next"] == [f"sdd why {landing}"]
    # What a merge changes itself is its own.
    adopted.branch("evil")
    adopted.write({"src/a.py": "A = 1\n", OTHER: phr(["src/vat.py"], prompt="Mend it.")}, "A")
    adopted.land_change({"src/b.py": "B = 1\n"}, "B")
    adopted.here.git("switch", "-q", "evil")
    adopted.here.git("merge", "-q", "--no-commit", "main")
    evil = adopted.write({"src/vat.py": "VAT = 0\n"}, "Merge main, and mend")
    adopted.write({"src/c.py": "C = 1\n"}, "C")
    assert places(why(adopted.here.path, evil), "phr") == [OTHER]


def test_a_change_shows_the_contract_that_no_phr_links(adopted: Adopted) -> None:
    recorded(adopted)
    adopted.write({BESIDE: contract(["/lib/**"], id="0004", feature=FEATURE)}, "Agree on more")
    for question in ("work", "main..work"):
        assert places(why(adopted.here.path, question), "contract") == [CONTRACT, BESIDE]
    merge(adopted)
    assert places(why(adopted.here.path, "HEAD"), "contract") == [CONTRACT, BESIDE]


def test_a_change_with_an_agent_file_alone_has_no_record(adopted: Adopted) -> None:
    adopted.land_change({".claude/agents/tester.md": "---\nname: tester\n---\n\nTest.\n", CODE: LINES}, "Agent")
    assert why(adopted.here.path, "HEAD")["remarks"] == ["no record came with this change"]


def test_a_record_that_names_what_its_change_left_alone_comes_last(adopted: Adopted) -> None:
    recorded(adopted)
    merge(adopted)
    adopted.branch("later")
    adopted.write({"src/theirs.py": "1\n", FIRST: phr([CODE, "src/theirs.py"], prompt="Theirs.")}, "Theirs")
    adopted.write({"src/more.py": "1\n"}, "More")
    merge(adopted, "later")
    document = why(adopted.here.path, CODE)
    assert places(document, "phr") == [PHR, FIRST]
    assert [item["detail"] for item in document["chain"] if item["kind"] == "phr"] == [
        None, "which its change did not touch",
    ]  # fmt: skip
    assert "(names the file, which its change did not touch): Rounding" in adopted.done("why", CODE).out


def test_a_line_that_came_back_leads_to_its_first_landing(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, OTHER: phr([CODE], kind="fix", embedded=PROMISE)}, "Round")
    adopted.here.git("revert", "--no-edit", "HEAD")
    adopted.here.git("revert", "--no-edit", "HEAD")
    adopted.here.write(CODE, f"# Rounding\n{LINES}")
    adopted.write({}, "Say what it is")
    adopted.land("main")
    document = why(adopted.here.path, f"{CODE}:2")
    (command,) = (command for command in document["next"] if "--rev" in command)
    first = adopted.done(*command.split()[1:], "--json").document
    assert [step["title"] for step in first["chain"] if step["kind"] == "commit"] == ["Round"]
    assert [step["path"] for step in first["chain"] if step["kind"] == "phr"] == [OTHER]
    assert not any("--rev" in command for command in why(adopted.here.path, f"{CODE}:1")["next"])


def test_a_file_that_the_policy_exempts_is_told_as_such(adopted: Adopted) -> None:
    adopted.land_change({"docs/notes.md": "Note.\n", CODE: LINES}, "Note")
    for question in ("docs/notes.md", "docs/notes.md:1"):
        (remark,) = why(adopted.here.path, question)["remarks"]
        assert remark.endswith("names the file, which the policy exempts")
    assert "exempts" not in why(adopted.here.path, CODE)["remarks"][0]
