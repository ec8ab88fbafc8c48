"""`sdd repair --ids`: numbers that two branches both took, and every link that follows."""

import json
import re
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from sdd.authoring.repair.mentions import Moves, rewritten
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.phr import parse as parse_phr
from sdd.records.renamed import RenamedFeature
from sdd.repo.objects import Repository
from tests.adopted import PROMISE, Adopted, contract, copied, phr, rules_of, sdd
from tests.examples import examples
from tests.forked import forked_python
from tests.good import TARGET
from tests.scratch import Scratch

SPEC = TARGET["specs/001-vat/spec.md"]
THEIRS = "history/prompts/general/0007-theirs.green.prompt.md"
MINE = "history/prompts/general/0007-mine.green.prompt.md"


def feature(name: str) -> dict[str, str | bytes | None]:
    """A feature with every kind of record that speaks of it."""
    spec = SPEC.replace("VAT", name).replace("`001-vat`", f"`{name}`")
    folder, prompts, contracts = (f"{place}/{name}" for place in ("specs", "history/prompts", "history/contracts"))
    promise = contract([f"/src/{name[4:]}/**"], id="0001", kind="feature", feature=name, spec=f"{folder}/spec.md")
    return {
        f"{folder}/spec.md": f"{spec}\nSee [the plan](plan.md) and [the first](../001-vat/spec.md).\n",
        f"{folder}/plan.md": f"# Plan\n\n**Branch**: `{name}` | **Spec**: [spec](../{name}/spec.md)\n",
        f"{folder}/research.md": f"# Research\n\n旧版と{name}（同じ）。{name}の設計。x{name} {name}-2\n",
        f"{folder}/tasks.md": f"# Tasks: {name}\n\n- [ ] T001 Write specs/{name}/quickstart.md (FR-001)\n",
        f"{contracts}/0001-do.contract.md": promise.replace("1:2:src/vat.py", f"1:2:{folder}/spec.md"),
        f"{prompts}/0001-do.green.prompt.md": phr(
            [f"src/{name[4:]}/a.py", f"{folder}/spec.md"],
            feature=name,
            branch=name,
            contract=f"{contracts}/0001-do.contract.md",
            prompt=f"Do what specs/{name}/spec.md says.",
            response=f"Done for {name}.",
        ),
        f"src/{name[4:]}/a.py": f"# {name}\n",
    }


def merged(adopted: Adopted) -> None:
    """Two branches that both made feature 003 and PHR 0007; theirs has landed, mine is merged with it."""
    adopted.branch("003-mine", "main")
    pin = json.dumps({"feature_directory": "specs/003-mine"}) + "\n"
    adopted.write({**feature("003-mine"), MINE: phr(["src/m.py"], id="0007"), ".specify/feature.json": pin}, "Mine")
    adopted.land_change({**feature("003-theirs"), THEIRS: phr(["src/t.py"], id="0007", prompt="Theirs.")}, "Theirs")
    adopted.here.git("switch", "-q", "003-mine")
    adopted.here.git("fetch", "-q")
    adopted.here.git("merge", "-q", "--no-edit", "origin/main")


def links(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """(file, what it links, whether that is there), of every record below `folder`."""
    for file in sorted(folder.rglob("*.md")):
        path = file.relative_to(folder).as_posix()
        if path.startswith(".specify/templates/"):
            continue
        text = file.read_text()
        said = "\n".join(
            part for part in re.split(r"(?m)^(?=## )", text) if not part.startswith(("## Prompt", "## Resp"))
        )
        for target in re.findall(r"\]\(([^)#:]+)\)", said):
            yield path, target, (file.parent / target).exists()
        for target in re.findall(r"(?:spec|contract|adr): ((?:specs|history)/\S+)|\d+:\d+:([^\s`]+)", said):
            for one in filter(None, target):
                yield path, one, (folder / one).exists()


def test_what_landed_first_keeps_its_number_and_every_link_follows(adopted: Adopted) -> None:
    merged(adopted)
    before = list(links(adopted.here.path))
    shown = adopted.sdd("repair", "--ids")
    assert shown.status == 1
    assert "rename from specs/003-mine/spec.md\nrename to specs/004-mine/spec.md\n" in shown.out
    assert adopted.here.git("status", "--porcelain") == ""

    done = adopted.sdd("repair", "--ids", "--write")
    assert done.status == 0, done
    assert "git branch -m 003-mine 004-mine" in done.err
    there = adopted.here.git("ls-files", "--others", "--cached", "--exclude-standard", "--deduplicate").splitlines()
    there = [path for path in there if (adopted.here.path / path).exists()]
    assert not [path for path in there if "003-mine" in path]
    assert {THEIRS, "specs/003-theirs/spec.md", "history/prompts/general/0008-mine.green.prompt.md"} <= set(there)

    after = list(links(adopted.here.path))
    assert all(there for _, _, there in after), after
    assert len(after) == len(before)
    record = parse_phr("x", (adopted.here.path / "history/prompts/004-mine/0001-do.green.prompt.md").read_bytes(), "")
    assert (record.feature, record.branch) == ("004-mine", "003-mine"), "the branch keeps its name"
    assert [entry.path for entry in record.files] == ["src/mine/a.py", "specs/004-mine/spec.md"]
    assert record.link("contract") == "history/contracts/004-mine/0001-do.contract.md"
    assert record.prompt == "Do what specs/003-mine/spec.md says."
    pin = json.loads((adopted.here.path / ".specify/feature.json").read_text())
    assert pin == {"feature_directory": "specs/004-mine"}
    text = (adopted.here.path / "specs/004-mine/plan.md").read_text()
    assert "`004-mine` | **Spec**: [spec](../004-mine/spec.md)" in text
    text = (adopted.here.path / "specs/004-mine/research.md").read_text()
    assert text.endswith("旧版と004-mine（同じ）。004-mineの設計。x003-mine 003-mine-2\n")
    assert 'id: "0008"' in (adopted.here.path / "history/prompts/general/0008-mine.green.prompt.md").read_text()
    assert (adopted.here.path / "src/mine/a.py").read_text() == "# 003-mine\n"
    assert adopted.sdd("repair", "--ids").out == "nothing to repair\n"

    adopted.write({}, "New numbers")
    document = adopted.gate()
    assert not {"history-rewritten", "phr-broken-link", "phr-unknown-feature"} & rules_of(document), document
    assert "spec-duplicate-number" not in rules_of(document, "warning")
    assert "phr-duplicate-id" not in rules_of(document, "warning")


def test_a_feature_whose_number_landed_under_another_name_gets_another_one_before_the_merge(adopted: Adopted) -> None:
    adopted.branch("003-mine", "main")
    adopted.write(feature("003-mine"), "Mine")
    adopted.land_change(feature("003-theirs"), "Theirs")
    adopted.here.git("switch", "-q", "003-mine")
    adopted.here.git("fetch", "-q")
    for document in (adopted.sdd("status", "--json").document, adopted.gate()):
        told = [each for change in document["changes"] for each in change["findings"]]
        (message,) = (each["message"] for each in told if each["rule"] == "spec-duplicate-number")
        assert message == "003-theirs has the number 003 too"
    assert adopted.sdd("repair", "--ids", "--commit").status == 0
    assert (adopted.here.path / "specs/004-mine/spec.md").exists()
    assert "spec-duplicate-number" not in rules_of(adopted.gate(), "warning")
    assert adopted.sdd("repair", "--ids").out == "nothing to repair\n"


def test_two_features_of_one_number_that_have_landed_keep_it(adopted: Adopted) -> None:
    adopted.land_change({**feature("003-mine"), **feature("003-theirs")}, "Both")
    (told,) = (
        finding
        for change in adopted.sdd("check", "--json").document["changes"]
        for finding in change["findings"]
        if finding["rule"] == "spec-duplicate-number"
    )
    assert told["fix"] == "both have landed and keep it: call each by its whole name"
    left = adopted.sdd("repair", "--ids", "--write").out
    assert "both have landed" in left
    # A change that takes a landed feature's number by renaming it takes it from nobody.
    adopted.branch("work", "main")
    adopted.here.git("mv", "specs/003-mine", "specs/003-ours")
    adopted.write({"specs/003-theirs/research.md": "# Research\n"}, "Rename it")
    messages = [each["message"] for change in adopted.gate()["changes"] for each in change["findings"]]
    assert not [message for message in messages if message.startswith("003-mine has the number")]


def own(name: str, said: str) -> dict[str, str | bytes | None]:
    """A feature and a record of no feature, in somebody's own words."""
    files = feature(name)
    record = f"history/prompts/{name}/0001-do.green.prompt.md"
    files[record] = phr([f"src/{name[4:]}/a.py"], feature=name, prompt=f"{said} Do what specs/{name}/spec.md says.")
    spec = f"specs/{name}/spec.md"
    return files | {
        spec: f"{SPEC.replace('`001-vat`', f'`{name}`')}\n{said}\n",
        MINE: phr(["src/m.py"], id="0007", prompt=said),
    }


@pytest.mark.parametrize("state", ["before the merge", "kept in the merge", "not committed"])
def test_a_name_that_was_taken_meanwhile_is_given_up_without_a_word_lost(adopted: Adopted, state: str) -> None:
    adopted.branch("003-mine", "main")
    mine = own("003-mine", "Mine.")
    adopted.write(mine if state != "not committed" else {}, "Mine")
    theirs = own("003-mine", "Theirs.")
    adopted.land_change(theirs, "Theirs")
    adopted.here.git("switch", "-q", "003-mine")
    if state == "kept in the merge":
        adopted.here.git("merge", "-q", "--no-edit", "-X", "ours", "origin/main")
    elif state == "not committed":
        for path, text in mine.items():
            adopted.here.write(path, text or "")

    document = adopted.sdd("status", "--json").document
    findings = [each for change in document["changes"] for each in change["findings"]]
    told = [each for each in findings if each["rule"] == "history-rewritten"]
    assert {each["path"] for each in told} == {MINE, "history/prompts/003-mine/0001-do.green.prompt.md"}
    assert {each["message"] for each in told} == {"origin/main has another record of this name meanwhile"}
    assert {each["fix"] for each in told} == {"sdd repair --ids --commit"}

    assert adopted.sdd("repair", "--ids", "--commit").status == 0
    if state != "kept in the merge":
        adopted.write({}, "The rest")
        adopted.here.git("merge", "-q", "--no-edit", "origin/main")
    assert adopted.here.git("status", "--porcelain") == ""
    for path, text in theirs.items():
        assert (adopted.here.path / path).read_text().rstrip() == str(text).rstrip(), path
    here = adopted.here.path
    renamed = here / "history/prompts/004-mine/0001-do.green.prompt.md"
    record = parse_phr("x", renamed.read_bytes(), "")
    assert (record.feature, record.prompt) == ("004-mine", "Mine. Do what specs/003-mine/spec.md says.")
    assert "Mine." in (here / "specs/004-mine/spec.md").read_text()
    assert "Mine." in (here / MINE.replace("0007", "0008")).read_text()
    assert "history-rewritten" not in rules_of(adopted.gate())
    assert adopted.sdd("repair", "--ids").out == "nothing to repair\n"


@pytest.mark.parametrize("operation", ["merge", "rebase"])
def test_in_the_middle_of_a_merge_the_plan_keeps_what_both_sides_made(adopted: Adopted, operation: str) -> None:
    adopted.branch("003-mine", "main")
    adopted.write(own("003-mine", "Mine."), "Mine")
    adopted.land_change(own("003-mine", "Theirs."), "Theirs")
    adopted.here.git("switch", "-q", "003-mine")
    assert adopted.here.run("git", operation, "origin/main").returncode == 1
    [way] = adopted.done("status", "--json").document["next"]
    assert [step["argv"] for step in way["steps"]] == [
        ["git", operation, "--abort"],
        ["sdd", "repair", "--ids", "--commit"],
        ["git", "merge", "origin/main"],
    ]
    assert way["why"].startswith("both sides made history/prompts/003-mine/0001-do.green.prompt.md, ")
    told = f"next     git {operation} --abort && sdd repair --ids --commit && git merge origin/main"
    assert told in adopted.done("status").out
    for step in way["steps"]:
        argv = step["argv"]
        assert (adopted.sdd(*argv[1:]).status if argv[0] == "sdd" else adopted.here.run(*argv).returncode) == 0
    assert "history-rewritten" not in rules_of(adopted.gate())
    for folder, said in (("003-mine", "Theirs."), ("004-mine", "Mine.")):
        assert said in (adopted.here.path / f"specs/{folder}/spec.md").read_text()


def test_a_record_whose_name_was_taken_needs_no_second_one(adopted: Adopted) -> None:
    adopted.branch("work", "main")
    fix = {"id": "0007", "kind": "fix", "embedded": PROMISE}
    adopted.write({"src/m.py": "1\n", MINE: phr(["src/m.py"], prompt="Mine.", **fix)}, "Mine")
    adopted.land_change({"src/t.py": "1\n", MINE: phr(["src/t.py"], prompt="Theirs.", **fix)}, "Theirs")
    adopted.here.git("switch", "-q", "work")
    [way] = adopted.gate()["next"]
    assert [step["argv"] for step in way["steps"]] == [["sdd", "repair", "--ids", "--commit"]]
    adopted.done("repair", "--ids", "--commit")
    assert not adopted.gate()["refused"]


def test_a_renumbered_record_that_says_what_a_landed_one_says_is_told(adopted: Adopted) -> None:
    adopted.branch("work", "main")
    fix = {"id": "0007", "kind": "fix", "embedded": PROMISE}
    adopted.write({"src/m.py": "1\n", MINE: phr(["src/m.py"], **fix)}, "Mine")
    adopted.land_change({"src/t.py": "1\n", MINE: phr(["src/t.py"], **fix)}, "Theirs")
    adopted.here.git("switch", "-q", "work")
    told = adopted.done("repair", "--ids", "--commit").err
    assert f" says what {MINE} says, so a push is refused: say in its response what is new in it, and commit it" in told
    assert "phr-replayed" in rules_of(adopted.gate())


def test_a_server_says_to_fetch_the_record_that_has_taken_the_name(adopted: Adopted) -> None:
    """Each author has a clone, so nobody has what the other pushed."""
    fix = {"id": "0007", "kind": "fix", "embedded": PROMISE}
    adopted.branch("theirs", "main")
    adopted.write({"src/t.py": "1\n", MINE: phr(["src/t.py"], prompt="Theirs.", **fix)}, "Theirs")
    adopted.branch("mine", "main")
    adopted.write({"src/m.py": "1\n", MINE: phr(["src/m.py"], prompt="Mine.", **fix)}, "Mine")
    assert adopted.push("theirs:main").returncode == 0
    adopted.here.git("update-ref", "refs/remotes/origin/main", "origin/main~1")
    with forked_python():
        assert sdd(adopted.remote.path, "hook", "install", "--server").status == 0
    told = adopted.push("mine").stderr.replace("remote: ", "")
    (line,) = (line.strip() for line in told.splitlines() if line.startswith("next: "))
    assert line == "next: git fetch && sdd repair --ids --commit"
    adopted.here.git("fetch", "-q")
    adopted.done("repair", "--ids", "--commit")
    assert adopted.push("mine").returncode == 0


def test_a_record_that_was_squashed_and_edited_since_is_a_landed_one(adopted: Adopted) -> None:
    adopted.branch("work", "main")
    adopted.write({MINE: phr(["src/m.py"], id="0007")}, "Mine")
    adopted.land_change({MINE: phr(["src/m.py"], id="0007"), "src/m.py": "\n"}, "Squashed")
    adopted.here.git("switch", "-q", "work")
    adopted.write({MINE: phr(["src/m.py"], id="0007", prompt="Otherwise.")}, "Edited")
    findings = [each for change in adopted.gate()["changes"] for each in change["findings"]]
    [told] = [each for each in findings if each["rule"] == "history-rewritten"]
    assert (told["path"], told["message"]) == (MINE, "a landed record was changed: prompt")
    assert adopted.sdd("repair", "--ids").out == "nothing to repair\n"


def test_a_pin_that_git_ignores_follows_too(adopted: Adopted) -> None:
    merged(adopted)
    adopted.write({".gitignore": ".specify/feature.json\n", ".specify/feature.json": None}, "Ignore the pin")
    adopted.here.write(".specify/feature.json", '{"feature_directory": "specs/003-mine"}')
    adopted.sdd("repair", "--ids", "--write")
    assert (adopted.here.path / ".specify/feature.json").read_text() == '{"feature_directory": "specs/004-mine"}'


def test_a_dry_run_gives_its_numbers_back(adopted: Adopted) -> None:
    merged(adopted)
    assert adopted.sdd("repair", "--ids").out == adopted.sdd("repair", "--ids").out


def test_what_a_landed_record_names_keeps_its_number(adopted: Adopted) -> None:
    adopted.land_change({**feature("003-one"), **feature("003-two")}, "Both")
    adopted.branch()
    ran = adopted.sdd("repair", "--ids", "--json")
    assert ran.status == 0
    assert ran.document["repairs"] == []
    [left] = ran.document["left"]
    assert left["path"] == "specs/003-two"
    assert "both have landed" in left["reason"]


def test_landed_records_that_nobody_names_get_new_numbers(adopted: Adopted) -> None:
    adopted.land_change({THEIRS: phr(id="0007", prompt="Theirs."), MINE: phr(id="0007")}, "Both")
    (warning,) = (
        each
        for each in adopted.done("check", "--json").document["changes"][0]["findings"]
        if "number" in each["message"]
    )
    line = f"sdd repair --ids --write {THEIRS}"
    assert warning["fix"] == f"give the newer one the next number: {line}"
    adopted.branch()
    told = adopted.done("repair", "--ids").out
    left = f"both it and 0007-mine.green.prompt.md have landed; to number it anew: {line}"
    assert told == f"left: {THEIRS}:1: {left}\nnothing else to repair\n"
    adopted.done(*line.split()[1:])
    adopted.write({}, "New numbers")
    assert "history-rewritten" not in rules_of(adopted.gate())
    assert "history/prompts/general/0008-theirs.green.prompt.md" in adopted.here.git("ls-files")


def test_landed_decisions_get_new_numbers_in_their_titles_too(adopted: Adopted) -> None:
    """Two decisions share each number; each number shows another way to write a title."""
    titles = ("ADR-{:04}: Use {}", "{}. Use {}", "{:04} Use {}", "Use {1}", "{} ways to use {}")
    written = dict(enumerate(product(titles, ("", "---\ntags: [x]\n---\n\n")), 1))

    def adr(number: int, title_number: int, what: str) -> str:
        title, head = written[number]
        return f"{head}# {title.format(title_number, what)}\n\n- **Status:** Accepted\n\n## Decision\n\nUse {what}.\n"

    both = [(number, f"{what}{number}") for number in written for what in ("sqlite", "cache")]
    adopted.land_change(
        {f"history/adr/{number:04}-{what}.md": adr(number, number, what) for number, what in both}, "Both"
    )
    adopted.branch()
    adopted.done("repair", "--ids", "--write", "history/adr")
    adopted.write({}, "New numbers")
    assert adopted.gate()["verdict"] == "pass"
    lines = adopted.here.git("diff", "--name-status", "-M", "main").splitlines()
    assert [line.split("\t")[1:] for line in lines] == [
        [f"history/adr/{number:04}-sqlite{number}.md", f"history/adr/{number + 10:04}-sqlite{number}.md"]
        for number in written
    ]
    for number, (title, _) in written.items():
        now = number if "ways" in title else number + 10
        file = adopted.here.path / f"history/adr/{number + 10:04}-sqlite{number}.md"
        assert file.read_text() == adr(number, now, f"sqlite{number}")


@pytest.mark.parametrize(
    "new", ["# ADR-0011: Use sqlite", "# ADR-0010: Use MySQL", "# ADR-0010: Use sqlite\n\nNot now."]
)
def test_a_landed_decision_that_moved_and_says_something_else_is_taken_back_whole(adopted: Adopted, new: str) -> None:
    landed = "# ADR-0009: Use sqlite\n\n- **Status:** Accepted\n\n## Decision\n\nUse it.\n"
    old, path = "history/adr/0009-sqlite.md", "history/adr/0010-sqlite.md"
    adopted.land_change({old: landed}, "A decision")
    adopted.branch()
    adopted.write({old: None, path: landed.replace("# ADR-0009: Use sqlite", new)}, "Renumber")
    document = adopted.gate()
    assert rules_of(document) == {"history-rewritten"}
    if "MySQL" not in new:
        for step in adopted.sdd("status", "--json").document["next"][0]["steps"]:
            subprocess.run(step["argv"], cwd=adopted.here.path, check=True)
        assert adopted.gate()["verdict"] == "pass"
        assert sorted(file.name for file in (adopted.here.path / "history/adr").iterdir() if "sqlite" in file.name) == [
            "0009-sqlite.md"
        ]


@pytest.mark.parametrize("remote", [True, False])
def test_what_landed_later_yields_though_its_commits_are_older(adopted: Adopted, remote: bool) -> None:
    here = adopted.here
    if not remote:
        here.git("remote", "remove", "origin")
    adopted.branch("003-mine", "main")
    adopted.write({**feature("003-mine"), MINE: phr(id="0007")}, "Mine")
    here.git("switch", "-q", "main")
    here.write(THEIRS, phr(id="0007", prompt="Theirs."))
    here.git("add", "--all")
    here.git("commit", "-q", "-m", "Theirs", GIT_COMMITTER_DATE="2026-03-05T12:00:00 +0000")
    here.git("merge", "-q", "--no-ff", "-m", "Mine", "003-mine")
    if remote:
        adopted.land("main")
        here.git("fetch", "-q")
    plan = adopted.sdd("repair", "--ids", "--json", *([MINE] if remote else [])).document
    assert [(item["path"], item["to"]) for item in plan["repairs"]] == [
        (MINE, "history/prompts/general/0008-mine.green.prompt.md")
    ]


def test_the_older_commit_keeps_the_number_where_nothing_has_landed(scratch: Scratch) -> None:
    scratch.git("commit", "-q", "--allow-empty", "-m", "first")
    newer, older = "history/prompts/general/0001-a.green.prompt.md", "history/prompts/general/0001-b.green.prompt.md"
    for path, day in ((older, 4), (newer, 5)):
        scratch.write(path, phr(prompt=path))
        scratch.git("add", "--all")
        scratch.git("commit", "-q", "-m", path, GIT_COMMITTER_DATE=f"2026-03-0{day}T12:00:00 +0000")
    assert sdd(scratch.path, "repair", "--ids", "--write").status == 0
    names = sorted(file.name for file in (scratch.path / older).parent.iterdir())
    assert names == ["0001-b.green.prompt.md", "0002-a.green.prompt.md"]


def test_contracts_and_decisions_clash_too(adopted: Adopted) -> None:
    adr = "# ADR-0001: {}\n\n**Status**: Accepted\n\n## Context\n\nMoney.\n\n## Decision\n\nDecimals.\n"
    link = "history/contracts/general/0001-b.contract.md"
    adopted.branch()
    adopted.write(
        {
            "history/adr/0001-a.md": adr.format("A"),
            "history/adr/0001-b.md": adr.format("B") + "\nSee [a](0001-a.md) and [me](./0001-b.md).\n",
            "history/contracts/general/0001-a.contract.md": contract(["/a/**"], id="0001"),
            link: contract(["/b/**"], id="0001"),
            "history/prompts/general/0001-b.green.prompt.md": phr(contract=link),
        }
    )
    assert adopted.sdd("repair", "--ids", "--write").status == 0
    moved = (adopted.here.path / "history/adr/0002-b.md").read_text()
    assert moved.startswith("# ADR-0002: B\n")
    assert "[a](0001-a.md) and [me](0002-b.md)" in moved
    assert (
        "contract: history/contracts/general/0002-b.contract.md"
        in (adopted.here.path / "history/prompts/general/0001-b.green.prompt.md").read_text()
    )


def test_what_a_record_of_the_branch_closes_follows(adopted: Adopted) -> None:
    def part(name: str) -> dict[str, str | bytes | None]:
        """A contract with a follow-up, and two PHRs: of its work, and one that closes the follow-up."""
        of_contract = f"history/contracts/general/0001-{name}.contract.md"
        promise = contract([f"/{name}/**"], id="0001") + f"## Follow-ups\n\n- Later {name}.\n"
        own = f"history/prompts/general/0004-{name}.misc.prompt.md"
        later = f"history/prompts/general/0005-{name}-later.misc.prompt.md"
        said = f"[general/0001#1, '`{of_contract}#1`', other/0001#1, general/0001#2]"
        return {
            of_contract: promise,
            own: phr(id="0004", contract=of_contract, prompt=f"Write {name}.", stage="misc"),
            later: phr(id="0005", closes=said, prompt=f"Write {name} later.", stage="misc"),
        }

    adopted.branch()
    adopted.write(part("mine"))
    adopted.land_change(part("theirs"))
    adopted.here.git("switch", "-q", "work")
    adopted.here.git("fetch", "-q")
    adopted.here.git("merge", "-q", "--no-edit", "origin/main")
    taken = [each for each in adopted.gate()["changes"][0]["findings"] if each["rule"] == "contract-duplicate-id"]
    assert [each["message"] for each in taken] == ["0001-theirs.contract.md has the number 0001 too"]
    adopted.done("repair", "--ids", "--commit")
    items = adopted.done("followup", "list", "--all", "--json").document["items"]
    closed = {item["name"]: [path.rpartition("/")[2] for path in item["closed_by"]] for item in items}
    assert closed == {
        "general/0001#1": ["0005-theirs-later.misc.prompt.md"],
        "general/0002#1": ["0007-mine-later.misc.prompt.md"],
    }
    mine = (adopted.here.path / "history/prompts/general/0007-mine-later.misc.prompt.md").read_text()
    kept = "'`history/contracts/general/0002-mine.contract.md#1`', other/0001#1, general/0001#2"
    assert f"closes: [general/0002#1, {kept}]\n" in mine
    assert "contract-duplicate-id" not in rules_of(adopted.gate(), "warning")


def test_the_text_of_a_link_follows_with_its_number(adopted: Adopted) -> None:
    adr = "# ADR-0001: {}\n\n**Status**: Accepted\n\n## Context\n\nMoney.\n\n## Decision\n\nDecimals.\n"
    said = "[ADR-{0}]({0}-b.md), [the first of 10001]({0}-b.md), [ADR-0001](0001-a.md) and [{0}-b](./{0}-b.md)\n"
    adopted.branch()
    adopted.write({"history/adr/0001-b.md": adr.format("B"), "history/adr/why.md": said.format("0001")})
    adopted.land_change({"history/adr/0001-a.md": adr.format("A")})
    adopted.here.git("switch", "-q", "work")
    adopted.here.git("merge", "-q", "--no-edit", "origin/main")
    adopted.done("repair", "--ids", "--write")
    assert (adopted.here.path / "history/adr/why.md").read_text() == said.format("0002").replace("./", "")


def test_only_what_the_change_brought_gets_a_new_number(adopted: Adopted) -> None:
    old = {name: f"history/prompts/general/0001-{name}.misc.prompt.md" for name in ("one", "two")}
    records = {path: phr(id="0001", prompt=f"Do {name}.", stage="misc") for name, path in old.items()}
    adopted.land_change({**records, "src/README.md": f"[it](../{old['two']})\n", THEIRS: phr(id="0007")}, "Old")
    adopted.branch()
    adopted.write(
        {"src/a.py": "1\n", MINE: phr(["src/a.py"], id="0007", kind="fix", prompt="Add a.", embedded=PROMISE)}
    )
    (finding,) = (each for each in adopted.gate()["changes"][0]["findings"] if each["rule"] == "phr-duplicate-id")
    adopted.done(*finding["fix"].partition(": sdd ")[2].split(), "--commit")
    changed = adopted.here.git("diff", "--name-only", "--no-renames", "HEAD~1").splitlines()
    assert changed == [MINE, MINE.replace("0007", "0008")]
    assert adopted.gate()["verdict"] == "pass"


def test_only_the_clash_that_is_named_is_resolved(adopted: Adopted) -> None:
    merged(adopted)
    ran = adopted.sdd("repair", "--ids", "--json", "history/prompts/general")
    assert [item["path"] for item in ran.document["repairs"]] == [MINE]


def test_another_root_with_the_same_name_is_left_alone(adopted: Adopted) -> None:
    merged(adopted)
    other = {
        "shop/.specify/sdd.toml": "",
        "shop/specs/003-mine/spec.md": SPEC,
        "shop/specs/003-mine/plan.md": "# 003-mine\n",
    }
    adopted.write(dict(other), "Another root")
    adopted.sdd("repair", "--ids", "--write")
    assert (adopted.here.path / "shop/specs/003-mine/plan.md").read_text() == "# 003-mine\n"


@pytest.mark.parametrize(
    ("line", "follows"),
    [
        ("shop/specs/003-mine/", True),
        ("`/shop/specs/003-mine`", True),
        ("[it](../shop/specs/003-mine)", True),
        ("[it](./shop/history/prompts/003-mine/)", True),
        ("specs/003-mine/", False),
        ("003-mine", False),
        ("other/shop/specs/003-mine/", False),
        ("workshop/specs/003-mine/", False),
    ],
)
def test_outside_of_its_root_the_full_path_of_a_feature_follows(scratch: Scratch, line: str, follows: bool) -> None:
    scratch.commit("two roots", {"shop/.specify/sdd.toml": "", "shop/specs/003-mine/spec.md": SPEC, "docs/a.md": line})
    moves = Moves(features=(RenamedFeature("shop", "003-mine", "004-mine"),))
    with Repository.discover(scratch.path) as repository:
        after = rewritten(repository.tree("HEAD"), moves, "docs/a.md", "docs/a.md", line.encode()).decode()
    assert after == (line.replace("003", "004") if follows else line)


WORDS = st.sampled_from(
    ["specs/003-mine/spec.md", "003-mine", "words", "003-mine-too", "(003-mine)", "../003-mine/plan.md", "a/003-mine",
     "x003-mine", MINE, f"/{MINE}", "0007-mine.green.prompt.md", "[it](../../specs/003-mine/spec.md)",
     "1:3:specs/003-mine/spec.md", "`specs/003-mine/`", "003-theirs", THEIRS, "\u00e9003-mine", "## Notes"]
)  # fmt: skip


@pytest.fixture(scope="session")
def merged_once(adopted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copied(adopted_once, tmp_path_factory.mktemp("merged") / "project")
    merged(project)
    return project.folder


@examples(12, [HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=10))
def test_links_stay_alive_whatever_a_text_says(
    merged_once: Path, tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    project = copied(merged_once, tmp_path_factory.mktemp("copy") / "project")
    here = project.here.path
    notes = "specs/003-mine/notes/a.md"
    project.write({notes: "\n".join(words) + "\n", "docs/notes.md": " ".join(words) + "\n"})
    records = dict(phrs(here))
    dead = {(path, target) for path, target, there in links(here) if not there}
    assert project.sdd("repair", "--ids", "--write").status == 0
    renamed = {(path.replace("003-mine", "004-mine"), target.replace("003-mine", "004-mine")) for path, target in dead}
    assert {(path, target) for path, target, there in links(here) if not there} <= renamed
    new = dict(phrs(here))
    for path, record in records.items():
        now = new[path.replace("003-mine", "004-mine").replace("0007-mine", "0008-mine")]
        assert (now.prompt, now.response) == (record.prompt, record.response)
    assert project.sdd("repair", "--ids").out == "nothing to repair\n"


def phrs(folder: Path) -> Iterator[tuple[str, Phr]]:
    for file in folder.rglob("*.prompt.md"):
        if ".specify" not in file.parts:
            path = file.relative_to(folder).as_posix()
            yield path, parse_phr(path, file.read_bytes(), "")
