"""`sdd phr`: new records out of git's facts, and every record read."""

import json
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sdd.records.kinds import phr as phrs
from tests.adopted import CONSTITUTION, FEATURE, LANDED, OPEN, POLICY, SPEC, Adopted, copied, phr, rows_of, sdd
from tests.secret_texts import checked

NEW = "history/prompts/general/0001-add-tax.green.prompt.md"
KEYS = [
    "path", "root", "id", "title", "stage", "stage_written", "date", "surface", "model", "feature", "branch", "user",
    "command", "labels", "links", "files", "tests", "edits", "kind", "closes", "prompt", "response",
    "other_sections", "files_written",
    "findings",
]  # fmt: skip


def made(adopted: Adopted, *arguments: str) -> tuple[dict[str, Any], phrs.Phr]:
    """What `phr new --json` prints, and the record as it is read again."""
    document = adopted.done("phr", "new", *arguments, "--json").document
    path = Path(document["path"])
    return document, phrs.parse(path.relative_to(adopted.here.path).as_posix(), path.read_bytes(), "")


def test_git_says_which_files_branch_and_user(adopted: Adopted) -> None:
    adopted.here.git("config", "user.name", "Ada: Lovelace")
    adopted.branch("fix/tax")
    adopted.write({"src/tax.py": "1\n", "src/vat.py": None, "docs/x.md": "exempt\n"})
    adopted.here.git("mv", "src/old.py", "src/new.py")
    adopted.here.write("src/ä [1]*.py", "1\n")
    document, record = made(adopted, "Add tax", "--kind", "chore")
    files = ["src/new.py", "src/old.py", "src/tax.py", "src/vat.py", "src/ä [1]*.py"]
    assert [entry.path for entry in record.files] == files == document["files"]
    assert (record.branch, record.user, record.id) == ("fix/tax", "Ada: Lovelace", "0001")
    assert (record.stage, record.kind, record.prompt) == ("misc", "chore", "Add tax")
    assert record.date == date.today().isoformat()
    assert record.response == "- change"
    adopted.write({})
    assert adopted.gate()["verdict"] == "pass"


def test_git_s_config_may_name_another_user_and_a_model(adopted: Adopted) -> None:
    adopted.here.git("config", "sdd.user", "the maintainers")
    adopted.here.git("config", "sdd.model", "unspecified")
    _, record = made(adopted, "Think about tax")
    assert (record.user, record.model) == ("the maintainers", "unspecified")
    _, record = made(adopted, "Think again", "--model", "other")
    assert (record.user, record.model) == ("the maintainers", "other")


def test_what_spec_kit_plus_prints_is_printed(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    adopted.write({"src/reverse/charge.py": "CHARGED = True\n"})
    document, record = made(adopted, "Charge")
    assert document == {
        "schema": "sdd/phr-new/1",
        "id": "0002",
        "path": str(adopted.here.path / f"history/prompts/{FEATURE}/0002-charge.green.prompt.md"),
        "relative_path": f"history/prompts/{FEATURE}/0002-charge.green.prompt.md",
        "context": "feature",
        "stage": "green",
        "feature": FEATURE,
        "template": "phr-template.prompt.md",
        "files": ["src/reverse/charge.py"],
        "committed": False,
        "with": [],
    }
    assert record.links == (("spec", SPEC), ("contract", OPEN))
    adopted.write({})
    assert adopted.gate()["verdict"] == "pass"


def test_a_second_record_names_what_changed_since_the_first(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n", "src/b.py": "1\n"})
    adopted.done("phr", "new", "First", "--kind", "chore", "--commit")
    adopted.write({"src/b.py": "2\n", "src/c.py": "1\n", "uv.lock": "exempt\n"})
    document, _ = made(adopted, "Second", "--kind", "chore", "--commit")
    assert document["files"] == ["src/b.py", "src/c.py"]
    ran = adopted.sdd("phr", "new", "Third", "--kind", "chore", "--commit")
    assert (ran.status, ran.out) == (2, "")
    assert "nothing is left to record: " in ran.err
    adopted.here.write("src/a.py", "uncommitted\n")
    document, _ = made(adopted, "Third", "--kind", "chore")
    assert document["files"] == ["src/a.py"]
    assert adopted.gate()["verdict"] == "pass"


def test_a_record_names_nothing_that_a_merged_topic_tells(adopted: Adopted) -> None:
    adopted.write({"src/old/a.py": "A = 1\n", "src/old/b.py": "B = 1\n"})
    chore = ("--kind", "chore", "--commit")
    adopted.done("phr", "new", "Begin to round", *chore)
    adopted.here.git("push", "-q", "--no-verify", "origin", "main")
    adopted.branch("move")
    moved: dict[str, str | bytes | None] = {f"src/{name}": None for name in ("old/a.py", "old/b.py")}
    adopted.write({**moved, "src/new/a.py": "A = 1\n", "src/new/b.py": "B = 1\n"})
    adopted.done("phr", "new", "Move", *chore)
    adopted.branch("other")
    adopted.write({"src/other.py": "1\n"})
    adopted.done("phr", "new", "Other", *chore)
    adopted.branch("both", "other")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge", "move")
    ran = adopted.sdd("phr", "new", "Nothing", *chore)
    assert (ran.status, ran.out) == (2, "")
    adopted.write({"src/last.py": "1\n", "src/other.py": "2\n"})
    document, _ = made(adopted, "Last", *chore)
    assert document["files"] == ["src/last.py", "src/other.py"]
    adopted.write({"src/other.py": "1\n"})
    document, _ = made(adopted, "As it was", *chore)
    assert document["files"] == ["src/other.py"]


def test_words_of_the_author_are_kept_word_for_word(adopted: Adopted, tmp_path: Path) -> None:
    prompt = "# A heading\n\n```\n---\n## Response snapshot\n```\n\n{{title}} [CAPITALS] — ünï\n  two  blanks"
    (tmp_path / "prompt").write_text(prompt)
    (tmp_path / "response").write_text('Done: it\'s "fine".\n\n## Outcome\n\nReally.')
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    words = ["--prompt-file", str(tmp_path / "prompt"), "--response-file", str(tmp_path / "response")]
    words += ["--test", "npm test: passed", "--model", "m: 1", "--file", "src/a.py", "--kind", "chore", "--human"]
    _, record = made(adopted, 'A "title": with # signs', *words)
    assert record.prompt == prompt
    assert (record.response or "").startswith('Done: it\'s "fine".')
    assert (record.title, record.model, record.surface) == ('A "title": with # signs', "m: 1", "human")
    assert record.tests == ("npm test: passed",)
    assert record.problems == ()
    adopted.write({})
    assert adopted.gate()["verdict"] == "pass"


def test_a_commit_title_that_says_nothing_is_no_response(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "A = 1\n"}, "wip")
    words = ("--kind", "fix", "--success", "A is 1.", "--check", "true", "--run", "--commit", "--json")
    path = adopted.done("phr", "new", "A is one", *words).document["relative_path"]
    assert "## Response snapshot\nA is 1.\n" in (adopted.here.path / path).read_text()
    assert adopted.gate()["verdict"] == "pass"


def test_commit_takes_the_record_alone(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    adopted.here.write("src/staged.py", "1\n")
    adopted.here.git("add", "src/staged.py")
    adopted.here.write("src/vat.py", "unsaved\n")
    ran = adopted.done("phr", "new", "Add tax", "--kind", "fix", "--success", "It is.", "--check", "true", "--commit")
    assert ran.out == f"committed {NEW} (names 1 file)\n"
    assert adopted.here.git("show", "--name-only", "--format=%s") == f"PHR: Add tax\n\n{NEW}"
    assert adopted.here.git("status", "--porcelain").splitlines() == ["A  src/staged.py", " M src/vat.py"]
    assert adopted.here.git("fsck", "--full", "--strict") == ""
    assert adopted.gate()["verdict"] == "pass"


def test_a_refused_commit_leaves_the_record_and_says_so(adopted: Adopted) -> None:
    hook = adopted.here.path / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho no more today >&2\nexit 1\n")
    hook.chmod(0o755)
    adopted.branch()
    ran = adopted.sdd("phr", "new", "Add tax", "--stage", "green", "--commit")
    assert (ran.status, "no more today" in ran.err) == (3, True), ran
    assert (adopted.here.path / NEW).exists()


STAGES: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "constitution": ({CONSTITUTION: "# C\n"}, [], "constitution"),
    "policy": ({POLICY: "[gate]\n"}, [], "constitution"),
    "spec": ({"specs/002-x/spec.md": "# X\n"}, [], "spec"),
    "plan": ({f"specs/{FEATURE}/plan.md": "# X\n"}, [], "plan"),
    "tasks": ({f"specs/{FEATURE}/tasks.md": "# X\n"}, [], "tasks"),
    "code": ({"src/a.py": "1\n"}, [], "green"),
    "mixed": ({"src/a.py": "1\n", f"specs/{FEATURE}/plan.md": "# X\n"}, [], "green"),
    "nothing": ({}, [], "general"),
    "chore": ({"src/a.py": "1\n"}, ["--kind", "chore"], "misc"),
    "revert": ({"src/a.py": "1\n"}, ["--kind", "revert"], "misc"),
    "refactor": (
        {"src/a.py": "1\n"},
        ["--kind", "refactor", "--success", "It does the same.", "--check", "true"],
        "refactor",
    ),
    "said": ({"src/a.py": "1\n"}, ["--stage", "red"], "red"),
}


@pytest.mark.parametrize("case", STAGES)
def test_the_stage_follows_from_kind_and_files(adopted: Adopted, case: str) -> None:
    files, options, stage = STAGES[case]
    adopted.branch()
    adopted.write(files)
    document, record = made(adopted, "Round it", *options)
    assert (document["stage"], record.stage) == (stage, stage)
    folder = "constitution" if stage == "constitution" else document["feature"] if stage != "general" else "general"
    assert record.folder == (folder or "general")


def test_the_stage_follows_from_the_contract_that_it_carries_out(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    adopted.sdd("contract", "new", "Tidy up", "--kind", "refactor", "--success", "It does the same.", "--check", "true")
    assert made(adopted, "Tidy up")[1].stage == "refactor"


def test_the_feature_is_told_in_an_order(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (adopted.here.path / SPEC).read_text()
    names = ["002-flag", "003-folder", "004-env", "005-pinned", "006-branch", "007-added"]
    adopted.land_change({f"specs/{name}/spec.md": text for name in names[:-1]})

    titles = map("Round it {}".format, count())

    def told(*options: str) -> str | None:
        feature = made(adopted, next(titles), "--stage", "misc", *options)[0]["feature"]
        assert feature is None or isinstance(feature, str)
        return feature

    adopted.branch("work")
    assert told() is None
    adopted.write({f"specs/{names[5]}/spec.md": text})
    assert told() == names[5]
    adopted.branch("006-branch", "work")
    assert told() == names[4]
    adopted.here.write(".specify/feature.json", '{"feature_directory": "specs/005-pinned"}')
    assert told() == names[3]
    monkeypatch.setenv("SPECIFY_FEATURE", "004-env")
    assert told() == names[2]
    monkeypatch.setenv("SPECIFY_FEATURE_DIRECTORY", "specs/003-folder/")
    assert told() == names[1]
    assert told("--feature", "002") == names[0]
    ran = adopted.sdd("phr", "new", "X", "--feature", "00")
    assert (ran.status, "features: 001-vat, 002-flag" in ran.err) == (2, True), ran
    monkeypatch.setenv("SPECIFY_FEATURE_DIRECTORY", "specs/gone")
    assert adopted.sdd("phr", "new", "X").status == 2
    assert adopted.done("status").out.splitlines()[1].startswith("feature  none")


def test_a_phr_is_of_the_feature_of_its_contract(adopted: Adopted) -> None:
    text = (adopted.here.path / SPEC).read_text()
    adopted.land_change({"specs/002-flag/spec.md": text})
    adopted.branch(FEATURE)
    adopted.write({"src/flag.py": "1\n"})
    words = ["--requirement", "FR-001", "--success", "It flags.", "--constraint", "It must.", "--non-goal", "No more."]
    adopted.done("contract", "new", "Flag it", "--feature", "002-flag", *words, "--check", "true", "--commit")
    ran = adopted.sdd("phr", "new", "Flag it", "--feature", FEATURE, "--commit")
    said = f"sdd: a PHR of {FEATURE} would name no file; these lack one: src/flag.py"
    assert (ran.status, ran.err.splitlines()) == (2, [said, "  add --feature 002-flag"]), ran.err
    document, record = made(adopted, "Flag it", "--commit")
    assert (document["feature"], document["files"], record.feature) == ("002-flag", ["src/flag.py"], "002-flag")
    contract = "history/contracts/002-flag/0001-flag-it.contract.md"
    assert dict(record.links) == {"spec": "specs/002-flag/spec.md", "contract": contract}
    assert adopted.gate()["verdict"] == "pass"
    adopted.done("phr", "new", "Think about it", "--feature", FEATURE, "--commit")


def test_a_broken_pin_is_no_pin(adopted: Adopted) -> None:
    for number, text in enumerate(("", "[]", "{", '{"feature": 5}', "[" * 100_000, '{"feature_directory": null}')):
        adopted.here.write(".specify/feature.json", text)
        assert made(adopted, f"X {number}", "--stage", "misc")[0]["feature"] is None


def test_a_landed_pin_to_no_feature_stops_nobody(adopted: Adopted) -> None:
    adopted.here.write(".specify/feature.json", '{"feature_directory": "specs/999-gone"}')
    adopted.here.git("add", "--force", ".specify/feature.json")
    adopted.here.git("commit", "-qm", "Pin")
    adopted.branch("work")
    told = "sdd: .specify/feature.json is ignored: no feature is meant by specs/999-gone\n"
    for command in (("phr", "new", "X", "--stage", "misc"), ("adr", "new", "Use it"), ("status",)):
        assert adopted.done(*command).err.count(told) == 1, command
    adopted.write({"specs/005-new/spec.md": "# Feature Specification: X\n"})
    assert made(adopted, "Why", "--stage", "misc")[0]["feature"] == "005-new"


def test_a_landed_pin_names_no_feature_of_this_work(adopted: Adopted) -> None:
    """spec-kit commits the file: what landed says for which feature somebody worked before."""
    pin = ".specify/feature.json"
    adopted.here.write(pin, '{"feature_directory": "specs/001-vat"}')
    adopted.here.git("add", "--force", pin)
    adopted.land_change({"specs/002-mine/plan.md": "# Plan\n"})
    adopted.branch("fix/round")
    adopted.write({"src/a.py": "A = 1\n"})
    ran = adopted.done("phr", "new", "Round it", "--stage", "misc", "--json")
    told = f"sdd: {pin} is ignored: it has landed, and is not of this work\n"
    assert (ran.document["feature"], ran.err.count(told)) == (None, 1), ran
    adopted.write({pin: '{"feature_directory": "specs/002-mine"}'})
    assert made(adopted, "Mine", "--stage", "misc")[0]["feature"] == "002-mine"
    for none in ("general", "none"):
        record, text = made(adopted, f"For {none}", "--stage", "misc", "--feature", none)
        assert (record["feature"], text.feature, dict(text.links)) == (None, None, {})


def test_a_long_pin_shows_no_part_of_a_secret(adopted: Adopted) -> None:
    adopted.here.write(".specify/feature.json", json.dumps({"feature_directory": f"{'x/' * 35}{checked('ghp')}"}))
    told = adopted.done("status").err
    assert ("no feature is meant by x/x/" in told, "ghp_" in told) == (True, False)


@pytest.mark.parametrize("rule", ["history/", "*.md", "*"])
def test_a_record_that_git_ignores_is_committed(adopted: Adopted, rule: str) -> None:
    adopted.land_change({".gitignore": f"{rule}\n"})
    adopted.branch("work")
    adopted.done("phr", "new", "Give it", "--stage", "misc", "--commit")
    assert adopted.here.git("diff", "--name-only", "HEAD~") == "history/prompts/general/0001-give-it.misc.prompt.md"


def test_list_says_everything_of_every_record(adopted: Adopted) -> None:
    document = adopted.done("phr", "list", "--json").document
    assert document["schema"] == "sdd/phrs/1"
    item = next(one for one in document["items"] if one["path"] == LANDED)
    assert list(item) == KEYS
    assert item | {"date": ""} == {
        "path": LANDED, "root": ".", "id": "0001", "title": "Reverse charge", "stage": "green",
        "stage_written": "green", "date": "", "feature": FEATURE, "model": None, "user": None, "branch": "main",
        "labels": [], "files": [SPEC, "src/reverse/charge.py"], "files_written": [SPEC, "src/reverse/charge.py"],
        "tests": [], "links": {"spec": SPEC, "contract": OPEN}, "prompt": "Reverse charge",
        "response": "- Specify VAT", "other_sections": item["other_sections"], "findings": [],
        "surface": None, "command": None, "kind": item["kind"], "edits": [], "closes": [],
    }  # fmt: skip


def test_list_reads_commits_bare_repositories_and_what_is_broken(adopted: Adopted, adopted_once: Path) -> None:
    text = phr(["`src/a.py` (new)", "x"], id="0010", stage="impl", feature="none", labels="[a, b]")
    odd: dict[str, Any] = {
        "history/prompts/general/0010-odd.green.prompt.md": text.replace('"0010"', "0010"),
        "api/history/prompts/PHR-7-x.md": "**ID**: 7\n\n## Prompt\n\nHi: there\n",
        "docs/prompts/notes.md": "Nothing.\n",
        "history/prompts/general/0011-b.green.prompt.md": b"\xff\xfe",
    }
    adopted.branch()
    adopted.write(odd)
    listed = {item["path"]: item for item in adopted.done("phr", "list", "--json").document["items"]}
    assert set(odd) < set(listed)
    first = listed[next(iter(odd))]
    assert (first["id"], first["stage"], first["stage_written"], first["feature"]) == ("0010", "green", "impl", None)
    assert (first["files"], first["labels"]) == (["src/a.py", "x"], ["a", "b"])
    assert (first["files_written"], "phr-unknown-file" in first["findings"]) == (["`src/a.py` (new)", "x"], True)
    assert listed["api/history/prompts/PHR-7-x.md"]["root"] == "api"
    assert "phr-unreadable" in listed["docs/prompts/notes.md"]["findings"]
    landed = adopted.done("phr", "list", "--json", "--rev", "main").document
    assert [item["path"] for item in landed["items"]] == sorted(set(listed) - set(odd))
    bare = copied(adopted_once, adopted.folder / "other").remote.path
    assert sdd(bare, "phr", "list", "--json").document == landed
    assert sdd(bare, "phr", "list", "--json", "--rev", "main").document == landed
    assert sdd(bare, "phr", "new", "X").status == 3
    fields = adopted.done("phr", "list", "--json", "--fields", "id,path", "--limit", "1").document["items"]
    assert [list(item) for item in fields] == [["id", "path"]]
    assert len(adopted.done("phr", "list").out.splitlines()) == len(listed)


def test_show_finds_a_record_by_its_end(adopted: Adopted) -> None:
    assert adopted.done("phr", "show", LANDED).out.startswith(LANDED)
    assert adopted.done("phr", "show", f"{FEATURE}/0001").out.startswith(LANDED)
    ran = adopted.sdd("phr", "show", "0001")
    assert (ran.status, "more than one" in ran.err) == (2, True)
    assert list(adopted.done("phr", "show", f"{FEATURE}/0001", "--json").document) == ["schema", *KEYS]


def test_a_trap_of_titles(adopted: Adopted) -> None:
    for title in ("Ünïcode ñ 漢字", "a/b\\c", "..", "-x y", "x" * 300, "Don't", "\x1b[31mred", "line\nbreak"):
        ran = adopted.sdd("phr", "new", "--stage", "misc", "--json", "--", title)
        if ran.status == 2:
            assert title == ".."
            continue
        path = Path(ran.document["path"])
        record = phrs.parse(path.relative_to(adopted.here.path).as_posix(), path.read_bytes(), "")
        assert record.path.startswith("history/prompts/general/")
        assert (record.problems, len(path.name) < 100) == ((), True)
        assert record.title == " ".join(title.split())
    assert rows_of(adopted.gate()) == {}


def test_a_phr_that_repeats_another_is_refused_at_once(adopted: Adopted) -> None:
    """A weekly chore with the same words as the last one: the gate would refuse it."""
    chore = ("phr", "new", "Update dependencies", "--kind", "chore", "--commit")
    response = adopted.here.path / "response.txt"
    for week in ("one", "two"):
        adopted.branch(f"chore/{week}")
        adopted.write({"requirements.txt": f"{week}\n"}, "Update dependencies")
        if week == "one":
            adopted.done(*chore)
            adopted.land()
    ran = sdd(adopted.here.path, *chore)
    assert ran.status == 2
    assert "this repeats history/prompts/general/0001-update-dependencies.misc.prompt.md" in ran.err
    response.write_text("requests 2 -> 3\n")
    adopted.done(*chore, "--response-file", str(response))


def test_a_phr_of_no_file_is_not_written_twice(adopted: Adopted) -> None:
    adopted.branch()
    plan = ("phr", "new", "Plan the rounding", "--stage", "plan", "--commit")
    adopted.done(*plan)
    ran = adopted.sdd(*plan)
    assert (ran.status, "this repeats history/prompts/general/0001-plan-the-rounding" in ran.err) == (2, True)
    assert adopted.here.git("status", "--porcelain") == ""


def test_a_contract_is_named_by_its_number_or_end(adopted: Adopted) -> None:
    """As `sdd contract done` takes it; an unknown or ambiguous one is told."""
    adopted.branch("fix/x")
    adopted.write({"src/x.py": "1\n"}, "Add x")
    for title in ("One", "Two"):
        adopted.done(
            "contract", "new", title, "--kind", "fix", "--success", "It is there.", "--check", "true", "--scope",
            "/src/**",
        )  # fmt: skip
    for number, wanted in enumerate(("0002", "2", "0002-two.contract.md")):
        adopted.done("phr", "new", f"Link {number}", "--contract", wanted)
        (written,) = (adopted.here.path / "history/prompts/general").glob(f"*-link-{number}.*")
        assert "history/contracts/general/0002-two.contract.md" in written.read_text()
    assert "9 is no contract" in sdd(adopted.here.path, "phr", "new", "Nine", "--contract", "9").err
    assert (
        "more than one contract matches history"
        in sdd(adopted.here.path, "phr", "new", "Both", "--contract", "history").err
    )


def test_what_the_next_push_refuses_is_told_at_once(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/many.py": "X = 1\n" * 60})
    ran = adopted.done("phr", "new", "Add many", "--kind", "chore", "--commit")
    path = "history/prompts/general/0001-add-many.misc.prompt.md"
    refused = f"sdd: a push would be refused: {path} says chore, but changes 60 lines in 1 file (limit 50)\n"
    assert ran.err.endswith(f"{refused}sdd: what to do about it: sdd status\n")
    adopted.branch("scope", "main")
    adopted.write({"lib/a.py": "A = 1\n"})
    ran = adopted.done("phr", "new", "Add a", "--contract", OPEN, "--commit")
    assert f"sdd: a push would be refused: lib/a.py is outside the scope of {OPEN}\n" in ran.err


def test_no_check_runs_for_what_cannot_be_recorded(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write("src/a.py", "A = 1\n")
    words = ("--kind", "fix", "--success", "A is one.", "--check", "touch ran", "--run", "--commit")
    ran = adopted.sdd("phr", "new", "Add a", *words)
    assert (ran.status, "what a PHR could name is not committed: src/a.py" in ran.err) == (2, True)
    assert not (adopted.here.path / "ran").exists()


@pytest.mark.parametrize("folder", ["src/", "src", "./src/", "/", "src/*"])
def test_a_folder_that_would_cover_nothing_is_refused(adopted: Adopted, folder: str) -> None:
    adopted.branch()
    adopted.write({"src/new.py": "NEW = 1\n"})
    for words in (("new", "Round it", "--file", folder), ("add", "--file", folder)):
        assert adopted.sdd("phr", *words).status == 2, words
    assert adopted.here.git("status", "--porcelain") == ""


def test_a_folder_is_named_with_its_slash(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/deep/new.py": "NEW = 1\n", "src/other/new.py": "NEW = 1\n"})
    adopted.done("phr", "new", "Make them", "--kind", "chore", "--file", "src/deep")
    adopted.done("phr", "add", "--file", "src/other")
    (item,) = adopted.done("phr", "list", "--json", "--limit", "1").document["items"]
    assert item["files"] == ["src/deep/", "src/other/"]
