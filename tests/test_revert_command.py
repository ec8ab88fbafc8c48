"""`sdd revert`: a change is taken back, its landed records stay, and the gate lets it pass."""

from collections.abc import Mapping

import pytest

from tests.adopted import CONSTITUTION, POLICY, PROMISE, SPEC, Adopted, Ran, contract, phr, rules_of
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


def prompt_of(adopted: Adopted, ran: Ran) -> str:
    return str(adopted.done("phr", "show", ran.document["phr"], "--json").document["prompt"])


def test_work_goes_and_its_records_stay(landed: Adopted) -> None:
    oid = commit(landed)
    document = landed.sdd("revert", oid[:9], "--reason", "The tax was put off.", "--json", CLAUDECODE="1").document
    assert {**document, "phr": "", "commit": ""} == {
        "schema": "sdd/revert/1",
        "reverts": oid,
        "commit": "",
        "kept": [ADR, CONTRACT, RECORD],
        "phr": "",
        "files": ["src/old.py", "src/tax.py"],
        "next": [],
    }
    assert document["commit"] == commit(landed, "HEAD~1")
    assert f"This reverts commit {oid}." in landed.here.git("log", "-1", "--format=%B", "HEAD~1")
    record = landed.done("phr", "list", "--json", "--limit", "100").document["items"]
    (own,) = [one for one in record if document["phr"].endswith(one["path"])]
    assert (own["prompt"], own["response"]) == ("The tax was put off.", f"This reverts commit {oid}.")
    assert own["surface"] == "agent"
    undone(landed)
    assert "nothing is left" in landed.done("revert", oid).out


def test_on_top_of_a_forges_revert_only_the_records_come_back(landed: Adopted) -> None:
    oid = commit(landed)
    landed.here.git("revert", "--no-edit", oid)
    landed.write({"src/new.py": "1\n"}, "Something of its own")
    head = landed.here.git("rev-parse", "HEAD")
    assert "history-rewritten" in rules_of(landed.gate())
    ways = [way for way in printed(landed.sdd("gate").out) if way.startswith("sdd revert")]
    assert ways == [f'sdd revert {oid} --reason "WHY"']
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
    ran = adopted.done("revert", "side~1", "--json")  # a commit of the branch, which the merge brought
    assert (ran.err, prompt_of(adopted, ran)) == ("", "sdd revert side~1")
    undone(adopted)
    adopted.here.git("switch", "-q", "main")
    words = adopted.here.path / ".git" / "words"
    words.write_text("Take it back:\n\n- not now.\n")
    assert adopted.sdd("revert", "main", "--prompt-file", str(words), "--reason", "No.").status == 2
    ran = adopted.done("revert", "main", "--prompt-file", str(words), "--json")
    assert prompt_of(adopted, ran) == words.read_text().strip()
    assert "on main itself" in ran.err


def test_the_record_lies_in_the_root_of_what_is_taken_back(adopted: Adopted) -> None:
    own = (adopted.here.path / CONSTITUTION).read_text()
    adopted.land_change(
        {f"apps/{app}/{path}": text for app in "ab" for path, text in ((POLICY, ""), (CONSTITUTION, own))}
    )
    for where, paths, root in (("apps/b", ["apps/a/x.py"], "apps/a/"), ("apps/a", ["apps/a/y.py", "apps/b/y.py"], "")):
        adopted.land_change(dict.fromkeys(paths, "1\n"))
        adopted.branch(f"work{root.count('/')}")
        document = adopted.done("-C", where, "revert", "main", "--json").document
        assert document["phr"].startswith(f"{root}history/")
        assert adopted.gate()["verdict"] == "pass"


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
    assert f'sdd revert {oid} --reason "WHY"' in ran.err
    landed.done("revert", oid)
    undone(landed)


def test_a_conflict_resolved_with_new_work_gets_a_contract_and_lands(landed: Adopted) -> None:
    oid = commit(landed)
    landed.here.git("switch", "-q", "main")
    landed.land_change({"src/old.py": "OLD = 3\n"}, "Later work")
    landed.branch("again")
    assert (
        f"sdd revert {oid} --reason 'Not now, please.'" in landed.sdd("revert", oid, "--reason", "Not now, please.").err
    )
    landed.here.run("git", "revert", "--no-edit", oid)
    landed.here.write("src/old.py", "OLD = 5\n")
    landed.here.git("add", "src/old.py")
    landed.here.git("-c", "core.editor=true", "revert", "--continue")
    ran = landed.sdd("revert", oid, "--reason", "Not now, please.")
    assert (ran.status, "left      src/old.py: new work" in ran.out) == (1, True)
    ways = printed(ran.out)
    assert printed(landed.sdd("gate").out) == printed(landed.sdd("status").out) == ways
    assert [way["for"] for way in landed.gate()["next"]] == ["refactor", "fix"]
    refused = landed.sdd("phr", "new", "Set it to five", "--kind", "chore", "--commit")
    assert refused.err.endswith("what else is missing: sdd status\n"), refused
    # Whoever leaves --file out of that line means the same.
    words = ("--success", "It is five.", "--check", "true", "--run", "--commit")
    path = landed.done("phr", "new", "Set it to five", "--kind", "fix", *words, "--json").document["path"]
    assert "files: [src/old.py]" in (landed.here.path / path).read_text()
    assert landed.push("HEAD:refs/heads/without-file").returncode == 0
    landed.here.git("reset", "-q", "--hard", "HEAD^")
    run_line(landed, ways[0])
    assert landed.push("again").returncode == 0
    assert "phr-unknown-file" not in landed.done("check", "-v").out


def test_reverts_that_build_on_each_other_land_together(adopted: Adopted) -> None:
    adopted.land_change(
        {"src/tax.py": "TAX = 1\n", RECORD: phr(["src/tax.py"], kind="fix", embedded=PROMISE)}, "Add tax"
    )
    second = RECORD.replace("0001", "0002")
    more: dict[str, str | bytes | None] = {
        "src/tax.py": "TAX = 1\nMORE = 2\n",
        second: phr(["src/tax.py"], id="0002", kind="fix", embedded=PROMISE),
    }
    adopted.land_change(more, "Add more")
    adopted.branch()
    adopted.done("revert", "main")
    adopted.done("revert", "main~1")
    assert not (adopted.here.path / "src/tax.py").exists()
    assert adopted.push("work").returncode == 0


def landed_feature(adopted: Adopted) -> Mapping[str, str | bytes | None]:
    """What a feature brings that has not landed yet: spec, contract, PHR and code."""
    folder = "002-tax"
    spec = (adopted.here.path / SPEC).read_text()
    records: dict[str, str | bytes | None] = {
        f"specs/{folder}/spec.md": spec,
        f"specs/{folder}/tasks.md": "# Tasks: Tax\n\n## Phase 1: Build\n\n- [x] T001 Write src/tax.py\n",
        f"history/contracts/{folder}/0001-tax.contract.md": contract(
            ["/src/**"], id="0001", kind="feature", feature=folder, requirements="[FR-001]", tasks="[T001]"
        ),
        f"history/prompts/{folder}/0001-tax.green.prompt.md": phr(["src/tax.py"], feature=folder).replace(
            "files:", f"links:\n  spec: specs/{folder}/spec.md\nfiles:"
        ),
    }
    adopted.land_change({"src/tax.py": "TAX = 1\n", **records}, "Add tax")
    assert adopted.sdd("check").status == 0, adopted.sdd("check", "-v")
    adopted.branch()
    return records


def test_a_feature_goes_and_its_spec_stays_with_the_records(adopted: Adopted) -> None:
    records = landed_feature(adopted)
    assert adopted.done("revert", "main", "--json").document["kept"] == sorted(records)
    assert {*records} <= {*adopted.here.git("ls-files").splitlines()}
    assert adopted.push("work").returncode == 0
    assert adopted.sdd("check").status == 0


@pytest.mark.parametrize("gone", ["spec.md tasks.md", "tasks.md", "spec.md"])
def test_a_landed_record_may_name_a_feature_that_a_later_landing_removed(adopted: Adopted, gone: str) -> None:
    landed_feature(adopted)
    adopted.land_change({f"specs/002-tax/{name}": None for name in gone.split()}, "Remove the feature's texts")
    assert adopted.sdd("check").status == 0, adopted.sdd("check", "-v")
    adopted.branch("later")
    late = phr(["src/tax.py"], feature="002-tax", id="0002")
    adopted.write({"src/tax.py": "TAX = 2\n", "history/prompts/002-tax/0002-tax.green.prompt.md": late})
    known = "phr-unknown-feature" not in rules_of(adopted.gate())
    assert known == (gone != "spec.md tasks.md"), "a new record names what is there"


def test_whoever_moves_a_feature_corrects_what_names_it(adopted: Adopted) -> None:
    landed_feature(adopted)
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("mv", "specs/002-tax", "specs/007-levy")
    adopted.here.git("commit", "-q", "-m", "Call it a levy")
    assert "phr-unknown-feature" in rules_of(adopted.sdd("check", "--json").document)
    adopted.done("repair", "--commit")
    assert not {"phr-unknown-feature", "phr-broken-link"} & rules_of(adopted.sdd("check", "--json").document)


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
    tip, ran = landed.here.tip, landed.sdd("revert", commit(landed), "--reason", "continue")
    assert (ran.status, "say why, in --reason" in ran.err, landed.here.tip) == (2, True, tip), ran
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


def test_the_first_commit_of_all_is_reverted(adopted: Adopted) -> None:
    adopted.branch()
    first = adopted.here.git("rev-list", "--max-parents=0", "HEAD")
    adopted.here.git("revert", "--no-edit", first)
    assert "change-no-phr" in rules_of(adopted.gate())
    adopted.done("revert", first, "--reason", "Prices were wrong.")
    assert adopted.push("work").returncode == 0


def test_the_version_of_a_reverted_amendment_goes_on_from_the_one_that_landed(adopted: Adopted) -> None:
    adopted.branch("amend")
    place = adopted.here.path / CONSTITUTION
    place.write_text(place.read_text().replace("## Governance", "### IX. Fuel\n\nMills.\n\n## Governance", 1))
    adopted.done("constitution", "amend", "--minor", "--message", "Fuel is priced in mills.", "--commit")
    adopted.land("HEAD:main")
    adopted.branch("work", "origin/main")
    ran = adopted.sdd("revert", "HEAD", "--reason", "No fuel.")
    assert (ran.status, "is to be raised" in ran.out) == (1, True)
    step = next(line for line in ran.out.splitlines() if "constitution amend" in line)
    assert "--major" in step
    run_line(adopted, step.partition(": ")[2].replace("WHY", "No fuel."))
    assert "**Version**: 2.0.0" in place.read_text()
    assert adopted.push("work").returncode == 0
