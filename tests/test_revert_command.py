"""`sdd revert`: a change is taken back, its landed records stay, and the gate lets it pass."""

import pytest

from tests.adopted import Adopted, contract, phr, rules_of
from tests.test_next_lines import printed, run_line

RECORD = "history/prompts/general/0001-tax.green.prompt.md"
CONTRACT = "history/contracts/general/0001-tax.contract.md"
ADR = "history/adr/0001-tax.md"
DECISION = (
    "# ADR 0001: Tax\n\n**Status**: Accepted\n\n## Context\n\nTax.\n\n## Decision\n\nTax.\n\n## Consequences\n\nTax.\n"
)
WORK = {"src/tax.py": "TAX = 1\n", "src/old.py": "OLD = 2\n", "docs/tax.md": "Tax.\n"}
RECORDS = {RECORD: phr(["src/tax.py", "src/old.py"]), CONTRACT: contract(["/src/**"], id="0001"), ADR: DECISION}


@pytest.fixture
def landed(adopted: Adopted) -> Adopted:
    """A main in which work and its records landed as one commit, and something else after it; a branch on top."""
    adopted.land_change({**WORK, **RECORDS}, "Add tax")
    adopted.land_change({"src/more.py": "1\n"}, "Something else")
    adopted.branch()
    return adopted


def commit(adopted: Adopted, name: str = "main~1") -> str:
    return adopted.here.git("rev-parse", name)


def undone(adopted: Adopted) -> None:
    """The work is gone, its records are there, and a real push is accepted."""
    files = adopted.here.git("ls-files").splitlines()
    assert {RECORD, CONTRACT, ADR} <= set(files)
    assert not {"src/tax.py", "docs/tax.md"} & set(files)
    assert (adopted.here.path / "src/old.py").read_text() == "OLD = 1\n"
    assert adopted.here.git("status", "--porcelain") == ""
    document = adopted.gate()
    assert (document["verdict"], rules_of(document)) == ("pass", set())
    assert adopted.push("work").returncode == 0


def test_work_goes_and_its_records_stay(landed: Adopted) -> None:
    oid = commit(landed)
    document = landed.done("revert", oid[:9], "--reason", "The tax was put off.", "--json").document
    assert {**document, "phr": "", "commit": ""} == {
        "schema": "sdd/revert/1",
        "reverts": oid,
        "commit": "",
        "kept": [ADR, CONTRACT, RECORD],
        "phr": "",
        "files": ["src/old.py", "src/tax.py"],
    }
    assert document["commit"] == commit(landed, "HEAD~1")
    assert f"This reverts commit {oid}." in landed.here.git("log", "-1", "--format=%B", "HEAD~1")
    record = landed.done("phr", "list", "--json", "--limit", "100").document["items"]
    (own,) = [one for one in record if document["phr"].endswith(one["path"])]
    assert (own["prompt"], own["response"]) == ("The tax was put off.", f"This reverts commit {oid}.")
    undone(landed)
    assert "nothing is left" in landed.done("revert", oid).out


def test_on_top_of_a_forges_revert_only_the_records_come_back(landed: Adopted) -> None:
    oid = commit(landed)
    landed.here.git("revert", "--no-edit", oid)
    landed.write({"src/new.py": "1\n"}, "Something of its own")
    head = landed.here.git("rev-parse", "HEAD")
    assert "history-rewritten" in rules_of(landed.gate())
    ways = [way for way in printed(landed.sdd("gate").out) if way.startswith("sdd revert")]
    assert ways == [f"sdd revert {oid}"]
    landed.here.write("src/old.py", "OLD = 1\nlying here\n")
    run_line(landed, ways[0])
    landed.here.git("checkout", "src/old.py")
    assert landed.here.git("rev-list", "--count", f"{head}..HEAD") == "2"
    # What the branch does beside is not the revert's to tell.
    (change,) = landed.gate()["changes"]
    assert [row["path"] for row in change["files"] if not row["phrs"] and not row["exempt"]] == ["src/new.py"]
    landed.write({"src/new.py": None}, "Not now")
    undone(landed)


def test_a_record_that_somebody_works_on_is_not_written_over(landed: Adopted) -> None:
    oid = commit(landed)
    landed.here.git("revert", "--no-edit", oid)
    landed.here.write(ADR, DECISION + "\nMine.\n")
    landed.here.write(RECORD, RECORDS[RECORD])
    assert landed.done("revert", oid, "--json").document["kept"] == [CONTRACT, RECORD]
    assert (landed.here.path / ADR).read_text() == DECISION + "\nMine.\n"
    landed.here.git("checkout", "main", "--", ADR)
    landed.here.git("commit", "-q", "-m", "The decision", "--", ADR)
    undone(landed)


def test_a_merge_is_taken_back_as_a_whole(adopted: Adopted) -> None:
    adopted.branch("side")
    adopted.write(dict(WORK), "Add tax")
    adopted.write(dict(RECORDS), "Its records")
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "--no-edit", "side")
    adopted.land("main")
    adopted.branch()
    adopted.done("revert", "main")
    undone(adopted)


def test_what_conflicts_changes_nothing_and_the_way_out_works(landed: Adopted) -> None:
    oid = commit(landed)
    landed.here.git("switch", "-q", "main")
    landed.land_change({"src/old.py": "OLD = 3\n"}, "Later work")
    landed.here.git("switch", "-q", "work")
    landed.here.git("reset", "-q", "--hard", "main")
    landed.here.write("src/untracked.py", "1\n")
    ran = landed.sdd("revert", oid)
    assert (ran.status, "src/old.py would conflict; nothing was changed" in ran.err) == (3, True), ran
    assert landed.here.git("status", "--porcelain") == "?? src/untracked.py"
    assert landed.here.git("rev-parse", "HEAD") == landed.here.git("rev-parse", "main")
    assert landed.here.run("git", "rev-parse", "--verify", "-q", "REVERT_HEAD").returncode
    (landed.here.path / "src/untracked.py").unlink()
    landed.here.run("git", "revert", "--no-edit", oid)
    landed.here.write("src/old.py", "OLD = 1\n")
    landed.here.git("add", "src/old.py")
    landed.here.git("-c", "core.editor=true", "revert", "--continue")
    assert f"sdd revert {oid}" in ran.err
    landed.done("revert", oid)
    undone(landed)


def test_it_is_refused_where_work_could_be_lost_or_nothing_is_meant(landed: Adopted) -> None:
    landed.here.write("src/old.py", "OLD = 4\n")
    ran = landed.sdd("revert", commit(landed))
    assert (ran.status, "uncommitted work" in ran.err) == (3, True)
    assert (landed.here.path / "src/old.py").read_text() == "OLD = 4\n"
    landed.here.git("checkout", "src/old.py")
    assert (landed.sdd("revert", "nowhere").status, landed.sdd("revert", commit(landed, "main:src")).status) == (2, 2)
    landed.here.git("switch", "-q", "-c", "other", "main~1")
    elsewhere = landed.write({"src/else.py": "1\n"})
    landed.here.git("switch", "-q", "work")
    assert "not in the history" in landed.sdd("revert", elsewhere).err
    records = landed.write({"history/prompts/general/0009-x.green.prompt.md": phr(id="0009")})
    landed.land("work:main")
    landed.here.git("fetch", "-q")
    ran = landed.sdd("revert", records)
    assert (ran.status, "nothing of" in ran.err) == (3, True)
    assert landed.here.git("status", "--porcelain") == ""


def test_a_hook_that_refuses_the_commit_leaves_all_as_it_was(landed: Adopted) -> None:
    hook = landed.here.path / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert landed.sdd("revert", commit(landed)).status == 3
    assert landed.here.git("status", "--porcelain") == ""
    hook.unlink()
    landed.done("revert", commit(landed))
    undone(landed)


def test_a_revert_is_taken_back_too(landed: Adopted) -> None:
    landed.done("revert", commit(landed))
    landed.land("work:main")
    landed.here.git("fetch", "-q")
    landed.done("revert", "HEAD~1")
    assert (landed.here.path / "src/tax.py").exists()
    assert landed.gate()["verdict"] == "pass"
