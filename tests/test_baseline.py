"""The baseline: what was found in old records is told from what is new, and it only ever shrinks."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sdd.gate.check.baseline import shrunk
from sdd.records.kinds.baseline import Baseline, BaselineEntry, baseline_text, parse
from sdd.repo.objects import Repository
from tests.adopted import CONSTITUTION, POLICY, Adopted, phr, rules_of, sdd
from tests.good import TARGET
from tests.scratch import Scratch
from tests.shared import copy_folder, made_once
from tests.test_corpus import CORPUS

BASELINE = ".specify/baseline.json"
# As such records are found in the wild: no front matter, YAML that does not parse, a left-over token, a wrong folder.
BROKEN = {
    "history/prompts/general/0001-no-front-matter.general.prompt.md": "# Add the VAT\n\nAdd it, please.\n",
    "history/prompts/general/0010-totals.green.prompt.md": "---\nid: 0010\ntitle: Totals: round them\n"
    "stage: implement\ndate: 2026-01-05\n---\n\n## Prompt\n\nRound the totals.\n",
    "history/prompts/001-vat/0002-files.green.prompt.md": '---\nid: "0002"\ntitle: Files\nstage: green\n'
    "date: 2026-01-05\nfiles:\n{{FILES_YAML}}\n---\n\n## Prompt\n\nList the files.\n",
    "history/adr/0001-decimals.md": "# ADR-0001: Decimals\n\n**Status**: Perhaps\n",
}
OLD = "history/adr/0001-decimals.md"


@pytest.fixture
def old(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Scratch:
    """A repository whose records were made by hand and by other tools, with sdd's own `init` on top."""

    def make(folder: Path) -> None:
        scratch = Scratch(folder / "repo")
        scratch.commit("records of old", {**BROKEN, CONSTITUTION: TARGET[CONSTITUTION]})
        assert sdd(scratch.path, "init", "--no-hooks").status == 0
        scratch.commit("Adopt sdd")

    copy_folder(made_once(tmp_path_factory, "old-records", make) / "repo", tmp_path / "repo")
    return Scratch.at(tmp_path / "repo")


def entries(scratch: Scratch, root: str = "") -> tuple[BaselineEntry, ...]:
    return parse((scratch.path / root / BASELINE).read_bytes()).entries


def check(scratch: Scratch, *arguments: str) -> dict[str, Any]:
    return sdd(scratch.path, "check", "--json", *arguments).document


def findings(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [finding for change in document["changes"] for finding in change["findings"]]


# -- adoption ---------------------------------------------------------------------------------------------------------


def test_init_keeps_what_is_found_in_old_records(scratch: Scratch) -> None:
    scratch.commit("records of old", {**BROKEN, CONSTITUTION: TARGET[CONSTITUTION]})
    found = findings(check(scratch, "--all"))
    document = sdd(scratch.path, "init", "--no-hooks", "--json").document
    assert BASELINE in document["made"]
    assert document["baseline"] == len(entries(scratch)) > 4
    said = sorted((finding["path"], finding["rule"], finding["message"]) for finding in found)
    assert [entry[:3] for entry in entries(scratch)] == said
    lines = (scratch.path / BASELINE).read_text().splitlines()[3:-2]
    assert [json.loads(line.rstrip(","))["path"] for line in lines] == [path for path, _, _ in said]
    record = next(path for path in document["made"] if path.startswith("history/prompts/"))
    assert BASELINE in (scratch.path / record).read_text()


def test_init_says_so(scratch: Scratch) -> None:
    scratch.commit("records of old", dict(BROKEN))
    said = sdd(scratch.path, "init", "--no-hooks").out
    assert f"baseline  {len(entries(scratch))} findings in the baseline {BASELINE}: sdd check shows what is new" in said


def test_check_shows_only_what_is_new(old: Scratch) -> None:
    ran = sdd(old.path, "check")
    count = len(entries(old))
    assert ran.status == 0, ran
    assert f"sdd: nothing new was found\nsdd: not shown: {count} findings in the baseline (--all)\n" in ran.out
    assert sdd(old.path, "check", "--strict").status == 0
    everything = check(old, "--all")
    assert len(findings(everything)) == count
    old.write("history/adr/0002-new.md", "# ADR-0002: New\n\n**Status**: Perhaps\n")
    assert [one["path"] for one in findings(check(old))] == ["history/adr/0002-new.md"]
    assert sum(change["in_baseline"] for change in check(old)["changes"]) == count
    assert len(findings(check(old, "--all"))) == count + 1


def test_lines_that_move_stay_known_and_another_fault_is_new(old: Scratch) -> None:
    text = (old.path / OLD).read_text()
    old.write(OLD, text.replace("\n**Status**", "\nMoved.\n\nDown.\n\n**Status**"))
    assert findings(check(old)) == []
    old.write(OLD, text.replace("Perhaps", "Never"))
    assert [one["message"] for one in findings(check(old))] == ["unknown status Never"]


def test_a_reworded_rule_makes_no_finding_new(old: Scratch) -> None:
    held = json.loads((old.path / BASELINE).read_text())
    for entry in held["findings"]:
        entry["message"] = f"as it was worded before: {entry['message']}"
    old.write(BASELINE, json.dumps(held))
    assert findings(check(old)) == []


@pytest.mark.parametrize("reworded", [False, True])
def test_an_entry_without_a_hash_holds_what_it_held(old: Scratch, reworded: bool) -> None:
    held = json.loads((old.path / BASELINE).read_text())
    for entry in held["findings"]:
        del entry["line_hash"]
        if reworded:
            entry["message"] = "other words"
    old.write(BASELINE, json.dumps(held))
    assert findings(check(old)) == []
    old.write("history/adr/0002-new.md", "# ADR-0002: New\n\n**Status**: Perhaps\n")
    assert len(findings(check(old))) == 1
    with Repository.discover(old.path) as repository:
        ((_, text),) = shrunk(repository.tree(repository.snapshot()), date.today()).items()
    assert text is not None
    assert all(entry.line_hash is not None for entry in parse(text.encode()).entries)
    old.write(BASELINE, text)
    assert [finding["path"] for finding in findings(check(old))] == ["history/adr/0002-new.md"]


def test_each_finding_counts(scratch: Scratch) -> None:
    """Findings with the same words in one file are as many in the baseline, and one more of them is new."""
    tasks = "specs/001-vat/tasks.md"
    box = "- [ ] Round the totals\n"
    scratch.commit(
        "tasks",
        {tasks: f"# Tasks\n\n- [ ] T001 a\n- [ ] T001 b\n- [ ] T001 b\n{2 * box}", CONSTITUTION: TARGET[CONSTITUTION]},
    )
    found = len(findings(check(scratch)))
    assert sdd(scratch.path, "init", "--no-hooks", "--json").document["baseline"] == found
    assert sum(change["in_baseline"] for change in check(scratch)["changes"]) == found
    assert findings(check(scratch)) == []
    scratch.write(tasks, f"{(scratch.path / tasks).read_text()}- [ ] T001 b\n")
    assert len(findings(check(scratch))) == 1


def test_an_entry_that_fires_no_more_is_ignored(old: Scratch) -> None:
    (old.path / OLD).unlink()
    assert findings(check(old)) == []


def test_what_init_wrote_itself_is_no_old_finding(scratch: Scratch) -> None:
    sdd(scratch.path, "init", "--no-hooks")
    assert not (scratch.path / BASELINE).exists()
    assert {one["rule"] for one in findings(check(scratch))} == {"constitution-placeholder"}


def test_a_second_run_makes_none(old: Scratch) -> None:
    (old.path / BASELINE).unlink()
    assert sdd(old.path, "init", "--no-hooks", "--json").document["made"] == []


def test_undo_takes_it_out(old: Scratch) -> None:
    assert BASELINE in sdd(old.path, "init", "--undo", "--no-hooks", "--json").document["removed"]
    assert not (old.path / BASELINE).exists()


def test_each_root_has_its_own(scratch: Scratch) -> None:
    scratch.commit("records of old", {OLD: BROKEN[OLD], f"api/{OLD}": BROKEN[OLD]})
    sdd(scratch.path, "init", "--no-hooks", "--root", "api")
    assert {one.path for one in entries(scratch, "api")} == {OLD}
    assert [one["path"] for one in findings(check(scratch)) if "adr" in one["path"]] == [OLD]
    sdd(scratch.path, "init", "--no-hooks")
    assert {one.path for one in entries(scratch)} == {OLD}
    assert [one["path"] for one in findings(check(scratch)) if "adr" in one["path"]] == []


@pytest.mark.skipif(not (CORPUS / "index.json").is_file(), reason=f"the corpus is not at {CORPUS}: set SDD_CORPUS")
def test_real_records_start_without_a_new_finding(scratch: Scratch) -> None:
    samples = json.loads((CORPUS / "index.json").read_text())["phr"][::10]
    for sample in samples:
        scratch.write(sample["repo_path"], (CORPUS / sample["sample"]).read_bytes())
    scratch.commit("records of old", {CONSTITUTION: TARGET[CONSTITUTION]})
    assert len(findings(check(scratch))) > len(samples)
    sdd(scratch.path, "init", "--no-hooks")
    assert findings(check(scratch)) == []


def test_an_old_secret_warns_and_is_never_hidden(scratch: Scratch) -> None:
    spec, token = "specs/001-vat/spec.md", "AKIA2" + "SVBNZ7QXH4T6WLM"
    held = f"# VAT\n\n## Requirements\n\n- **FR-001**: Upload with {token}\n"
    scratch.commit("records of old", {spec: held, CONSTITUTION: TARGET[CONSTITUTION]})
    assert sdd(scratch.path, "check").status == 1
    assert sdd(scratch.path, "init", "--no-hooks").status == 0
    scratch.commit("Adopt sdd")
    ran = sdd(scratch.path, "check")
    assert ran.status == 0, ran
    assert f"{spec}:5:1: record-secret: warning: holds a secret" in ran.out
    (entry,) = (one for one in entries(scratch) if one.rule == "record-secret")
    assert entry.line_hash == ""  # weak passwords could be tried against a hash
    scratch.write(spec, f"{held}- **FR-002**: Download with AKIA3{token[5:]}\n")
    told = [one for one in findings(check(scratch)) if one["rule"] == "record-secret"]
    assert [(one["line"], one["severity"]) for one in told] == [(5, "warning"), (6, "error")]
    scratch.write(spec, held.replace(token, "a token"))
    with Repository.discover(scratch.path) as repository:
        ((_, text),) = shrunk(repository.tree(repository.snapshot()), date.today()).items()
    assert "record-secret" not in (text or "")


# -- in the gate ------------------------------------------------------------------------------------------------------


@pytest.fixture
def pushed(adopted: Adopted) -> Adopted:
    """A project whose landed baseline holds one entry, and a branch."""
    adopted.land_change(
        {OLD: BROKEN[OLD], BASELINE: baseline_text([BaselineEntry(OLD, "adr-bad-status", "unknown status Perhaps")])}
    )
    adopted.branch()
    return adopted


def test_it_cannot_grow(pushed: Adopted) -> None:
    more = BaselineEntry("history/adr/0002-x.md", "adr-bad-status", "has no status")
    pushed.write({BASELINE: baseline_text([*entries(pushed.here), more])})
    document = pushed.gate()
    assert rules_of(document) == {"policy-baseline-grown"}
    assert "history/adr/0002-x.md" in findings(document)[0]["message"]
    pushed.done("phr", "new", "More to come", "--stage", "constitution", "--file", BASELINE, "--commit")
    assert rules_of(pushed.gate()) == {"policy-baseline-grown"}


def test_an_entry_without_a_hash_may_get_one(pushed: Adopted) -> None:
    entry = BaselineEntry(OLD, "adr-bad-status", "no known status", "0123456789abcdef")
    pushed.write({BASELINE: baseline_text([entry])})
    assert pushed.gate()["verdict"] == "pass"
    pushed.write({BASELINE: baseline_text([entry, entry._replace(rule="adr-unreadable")])})
    assert rules_of(pushed.gate()) == {"policy-baseline-grown"}


def test_it_follows_a_record_that_moves(pushed: Adopted) -> None:
    """With an edit, as repair moves it: as many entries as before, and none where the record stays."""
    other = "history/adr/0007-decimals.md"
    moved = [entry._replace(path=other) for entry in entries(pushed.here)]
    pushed.write({BASELINE: baseline_text(moved), other: BROKEN[OLD]})
    assert rules_of(pushed.gate()) == {"policy-baseline-grown"}
    pushed.write({OLD: None})
    assert "policy-baseline-grown" not in rules_of(pushed.gate())
    pushed.write({BASELINE: baseline_text([*moved, moved[0]])})
    assert "policy-baseline-grown" in rules_of(pushed.gate())


def test_it_can_shrink_and_go(pushed: Adopted) -> None:
    pushed.write({BASELINE: baseline_text([])})
    assert pushed.gate()["verdict"] == "pass"
    pushed.write({BASELINE: None})
    assert pushed.gate()["verdict"] == "pass"


def test_a_first_one_after_adoption_is_a_decision(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({BASELINE: baseline_text([BaselineEntry(OLD, "adr-bad-status", "has no status")])})
    assert rules_of(adopted.gate()) == {"policy-baseline-grown"}
    adopted.done("phr", "new", "Keep what is old", "--stage", "constitution", "--file", BASELINE, "--commit")
    assert adopted.gate()["verdict"] == "pass"


def test_the_plan_for_one_that_cannot_be_read_ends_with_its_removal(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({BASELINE: '{"findings": []}\n'})
    document = adopted.gate()
    assert rules_of(document) == {"policy-baseline-unreadable"}
    for step in document["next"][0]["steps"]:
        assert adopted.here.run(*step["argv"]).returncode == 0, step
    assert adopted.gate()["verdict"] == "pass"


def test_the_policy_is_never_old(adopted: Adopted) -> None:
    broken = "[gate]\nexemt = []\n"
    adopted.write({POLICY: broken})
    (found,) = (one for one in findings(adopted.sdd("check", "--json").document) if one["rule"] == "policy-invalid")
    adopted.write({BASELINE: baseline_text([BaselineEntry(POLICY, found["rule"], found["message"])])})
    assert rules_of(adopted.sdd("check", "--json").document) == {"policy-invalid"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"<<<<<<< HEAD\n",
        b"\xff",
        b"[" * 100_000,
        b'{"schema": "sdd/baseline/2", "findings": []}',
        b'{"schema": "sdd/baseline/1", "findings": {}}',
        b'{"schema": "sdd/baseline/1", "findings": [null]}',
        b'{"schema": "sdd/baseline/1", "findings": [{"path": "a", "rule": 1, "message": "c"}]}',
        b'{"schema": "sdd/baseline/1", "findings": [{"path": "a", "rule": "b", "message": "c", "line_hash": 1}]}',
    ],
)
def test_one_that_cannot_be_read_hides_nothing(old: Scratch, content: bytes) -> None:
    hidden = len(entries(old))
    old.write(BASELINE, content)
    found = findings(check(old))
    assert len(found) == hidden + 1
    assert {one["rule"] for one in found if one["path"] == BASELINE} == {"policy-baseline-unreadable"}


def test_any_text_is_read_back() -> None:
    odd = (BaselineEntry("a\udcff\n", "x", 'say "ä" \u2028', "0f"), *2 * [BaselineEntry("b", "", "\\")])
    assert parse(baseline_text(odd).encode()) == Baseline(odd)
    assert parse(baseline_text([]).encode()) == Baseline()


# -- what repair makes of it, and the count ---------------------------------------------------------------------------


def test_entries_that_fire_no_more_are_dropped(old: Scratch) -> None:
    with Repository.discover(old.path) as repository:
        assert shrunk(repository.tree(repository.snapshot()), date.today()) == {}
    (old.path / OLD).unlink()
    with Repository.discover(old.path) as repository:
        ((path, text),) = shrunk(repository.tree(repository.snapshot()), date.today()).items()
    assert path == BASELINE
    assert text is not None
    assert parse(text.encode()).entries == tuple(entry for entry in entries(old) if entry.path != OLD)
    for record in BROKEN:
        (old.path / record).unlink(missing_ok=True)
    with Repository.discover(old.path) as repository:
        assert shrunk(repository.tree(repository.snapshot()), date.today()) == {BASELINE: None}


def test_entries_follow_what_is_moved(old: Scratch) -> None:
    other = "history/adr/0007-decimals.md"
    old.write(other, f"Before it.\n\n{BROKEN[OLD]}")
    (old.path / OLD).unlink()
    with Repository.discover(old.path) as repository:
        tree = repository.tree(repository.snapshot())
        ((_, text),) = shrunk(tree, date.today(), {OLD: other}).items()
    assert text is not None
    at = {entry.path for entry in parse(text.encode()).entries}
    assert (other in at, OLD in at) == (True, False)
    old.write(BASELINE, text)
    assert findings(check(old)) == []


@pytest.mark.parametrize("kept", ["---\nid: 0001", "---\nid: 0001\nfeature: web-app"])
def test_new_numbers_make_no_old_finding_new(adopted: Adopted, kept: str) -> None:
    numbered = {
        f"history/prompts/general/0001-{name}.general.prompt.md": f"{kept}\ntitle: {name}\nstage: general\n"
        f"date: 2026-01-05\nfiles: [{name}.py]\n---\n\n## Prompt\n\nWrite {name}.\n\n## Response\n\nDid {name}.\n"
        for name in ("one", "two")
    }
    adrs = {f"history/adr/0009-{name}.md": f"# Use {name}\n\n**Status**: Perhaps\n" for name in ("one", "two")}
    adopted.land_change({**numbered, **adrs, POLICY: None}, "Old records")
    sdd(adopted.here.path, "init", "--no-hooks")
    adopted.land_change({}, "Adopt sdd")
    adopted.branch()
    assert findings(check(adopted.here)) == []
    before = sorted(entry.key[1:] for entry in entries(adopted.here) if not entry.rule.endswith("-duplicate-id"))
    plan = adopted.sdd("repair", "--ids", "--json", "history").document
    assert BASELINE in [repair["path"] for repair in plan["repairs"]]
    adopted.done("repair", "--ids", "--commit", "history")
    assert findings(check(adopted.here)) == []
    assert sorted(entry.key[1:] for entry in entries(adopted.here)) == before
    assert {"0002-two", "0010-two"} <= {
        entry.path.rpartition("/")[2].partition(".")[0] for entry in entries(adopted.here)
    }
    document = adopted.gate()
    assert document["verdict"] == "pass", document["changes"]


def test_a_baseline_that_cannot_be_read_stays_and_a_root_needs_none(scratch: Scratch) -> None:
    roots: dict[str, str | bytes | None] = {f"{root}.specify/sdd.toml": "" for root in ("", "api/", "web/")}
    scratch.commit("roots", roots | {f"api/{BASELINE}": "{", OLD: BROKEN[OLD]})
    with Repository.discover(scratch.path) as repository:
        assert shrunk(repository.tree("HEAD"), date.today()) == {}


def test_the_count_is_by_rule(old: Scratch) -> None:
    for name in ("0002-a", "0003-b"):
        old.write(f"history/adr/{name}.md", f"# {name}\n\n**Status**: Perhaps\n")
    old.write("history/prompts/general/0020-x.green.prompt.md", phr(id="0020").replace("2026-03-01", "someday"))
    document = check(old, "--stat")
    assert document["schema"] == "sdd/stat/1"
    first = {"rule": "adr-bad-status", "severity": "warning", "findings": 2, "in_baseline": 1, "files": 3}
    assert document["items"][0] == first
    assert document["in_baseline"] == sum(item["in_baseline"] for item in document["items"]) == len(entries(old))
    said = sdd(old.path, "check", "--stat").out.splitlines()
    assert said[:2] == [
        "   shown  baseline  files  severity  rule",
        "       2         1      3  warning   adr-bad-status",
    ]
    assert said[-1] == f"sdd: 3 shown, {len(entries(old))} findings in the baseline"
    every = check(old, "--stat", "--all")
    assert sum(item["findings"] for item in every["items"]) > len(entries(old))


def test_a_check_of_files_that_are_no_records_says_so(adopted: Adopted) -> None:
    adopted.here.write("src/a.py", "1\n")
    ran = adopted.done("check", "src/a.py", "src")
    assert "no record in src/a.py, src: nothing was checked" in ran.err
    assert adopted.done("check", "history").err == ""
