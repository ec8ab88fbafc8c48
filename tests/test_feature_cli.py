"""`sdd feature`: new folders below specs/, and what the records of each say of it."""

import re
from datetime import date
from typing import Any

import pytest

from tests.adopted import FEATURE, LANDED, OPEN, SPEC, Adopted, contract, phr, sdd
from tests.good import TARGET
from tests.scratch import Scratch

TASKS = "# Tasks: VAT\n\n## Phase 1: Build\n\n- [{}] T001 [US1] Round in src/a.py\n- [{}] T002 Log in src/b.py\n"
PLAN = TARGET["specs/001-vat/plan.md"]


def item(adopted: Adopted, name: str = FEATURE) -> dict[str, Any]:
    document = adopted.done("feature", "list", "--json").document
    assert document["schema"] == "sdd/features/1"
    (found,) = [one for one in document["items"] if one["name"] == name]
    assert isinstance(found, dict)
    return found


def test_list_says_everything_of_a_feature(adopted: Adopted) -> None:
    assert item(adopted) == {
        "path": f"specs/{FEATURE}",
        "root": ".",
        "name": FEATURE,
        "title": "VAT",
        "status": "In progress",
        "stories": [{"id": "US1", "priority": "P1", "scenarios": 1}],
        "requirements": ["FR-001"],
        "criteria": ["SC-001"],
        "open_questions": 0,
        "tasks": {"total": 0, "done": 0},
        "contracts": [OPEN],
        "phrs": [LANDED],
        "first_landed": "2026-03-01",
        "last_landed": "2026-03-01",
    }
    ran = adopted.done("feature", "list")
    assert ran.out == f"specs/{FEATURE}  In progress  2026-03-01..2026-03-01  VAT\n"
    assert adopted.done("feature", "show", "001", "--json").document == {"schema": "sdd/feature/1", **item(adopted)}
    assert "US" not in adopted.done("feature", "show", FEATURE).out.splitlines()[0]
    bare = sdd(adopted.remote.path, "feature", "list", "--json", "--rev", "main").document
    assert bare["items"] == [item(adopted)]


def test_the_status_follows_from_the_files(adopted: Adopted) -> None:
    adopted.done("feature", "new", "Next thing")
    name = "002-next-thing"
    spec, folder = f"specs/{name}/spec.md", f"specs/{name}"
    assert item(adopted, name)["status"] == "Draft"
    text = (adopted.here.path / SPEC).read_text()
    adopted.here.write(spec, text.replace("half up", "[NEEDS CLARIFICATION: how?]"))
    assert (item(adopted, name)["status"], item(adopted, name)["open_questions"]) == ("Draft", 1)
    adopted.here.write(spec, text)
    assert item(adopted, name)["status"] == "Clarified"
    adopted.here.write(f"{folder}/plan.md", PLAN)
    assert item(adopted, name)["status"] == "Planned"
    adopted.here.write(f"{folder}/tasks.md", TASKS.format(" ", " "))
    assert (item(adopted, name)["status"], item(adopted, name)["tasks"]) == ("Planned", {"total": 2, "done": 0})
    adopted.here.write(f"{folder}/tasks.md", TASKS.format("x", " "))
    assert item(adopted, name)["status"] == "In progress"
    adopted.here.write(f"{folder}/tasks.md", TASKS.format("x", "x"))
    assert item(adopted, name)["status"] == "Implemented"
    path = f"history/contracts/{name}/0001-x.contract.md"
    adopted.here.write(path, contract(["/src/**"], feature=name, status="open"))
    assert item(adopted, name)["status"] == "Implemented"
    adopted.here.write(path, contract(["/src/**"], feature=name))
    assert item(adopted, name)["status"] == "Verified"


def test_without_tasks_done_contracts_speak_for_the_requirements(adopted: Adopted) -> None:
    name = "002-next"
    spec, path = f"specs/{name}/spec.md", f"history/contracts/{name}/000{{}}-x.contract.md"
    text = (adopted.here.path / SPEC).read_text()
    adopted.write({spec: text.replace("- **FR-001**", "- **FR-002**: Totals MUST add up.\n- **FR-001**")})

    def told() -> tuple[str, str]:
        (entry,) = adopted.done("feature", "status", name, "--json").document["items"]
        (reported,) = (
            row for row in adopted.done("report", "--format", "json").document["features"] if row["name"] == name
        )
        keys = "status", "reason"
        assert [entry[key] for key in keys] == [reported[key] for key in keys]
        return entry["status"], entry["reason"]

    adopted.write({path.format(1): contract(["/src/**"], feature=name, requirements="[FR-001, SC-001]")})
    assert told() == ("In progress", "1 of 1 contract done, 1 of 2 requirements in done contracts (not FR-002)")
    adopted.write({path.format(2): contract(["/a"], feature=name, requirements="[FR-002]", status="open")})
    assert told() == ("In progress", "1 of 2 contracts done, 1 of 2 requirements in done contracts (not FR-002)")
    adopted.write({path.format(3): contract(["/a"], feature=name, requirements="[FR-002]")})
    assert told() == ("Implemented", "2 of 3 contracts done, 2 of 2 requirements in done contracts")
    adopted.write({path.format(2): contract(["/a"], feature=name, requirements="[FR-002]")})
    assert told() == ("Verified", "3 of 3 contracts done, 2 of 2 requirements in done contracts")
    adopted.write({spec: "# Next\n"})
    assert told()[0] == "In progress"


def test_what_was_reverted_speaks_for_nothing(adopted: Adopted) -> None:
    def told() -> tuple[str, str, list[str]]:
        adopted.here.git("fetch", "-q")
        (entry,) = adopted.done("feature", "status", "002-net", "--json").document["items"]
        report = adopted.done("report", "--format", "json").document
        (reported,) = (row for row in report["features"] if row["name"] == "002-net")
        assert (reported["status"], reported["reason"]) == (entry["status"], entry["reason"])
        rows = adopted.done("requirement", "list", "--feature", "002-net", "--json").document["items"]
        contracts = next(row["contracts"] for row in rows if row["id"] == "FR-001")
        return entry["status"], entry["reason"], contracts

    def merge(branch: str) -> None:
        adopted.here.git("switch", "-q", "main")
        adopted.here.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        adopted.land("main")

    path = "history/contracts/002-net/0001-net.contract.md"
    adopted.branch("002-net")
    record = phr(["src/net.py"], feature="002-net")
    adopted.write(
        {
            "specs/002-net/spec.md": (adopted.here.path / SPEC).read_text(),
            "src/net.py": "NET = 1\n",
            path: contract(["/src/**"], kind="feature", feature="002-net", requirements="[FR-001]")
            + "\n## Follow-ups\n\n- Gross prices\n",
            "history/prompts/002-net/0001-net.green.prompt.md": record,
        }
    )
    merge("002-net")
    landed = ("Verified", "1 of 1 contract done, 1 of 1 requirement in done contracts", [path])
    assert told() == landed
    for branch, expected in (
        ("undo", ("Reverted", "0 of 1 contract done, 1 reverted, 0 of 1 requirement in done contracts", [])),
        ("redo", landed),
    ):
        adopted.branch(branch)
        adopted.done("revert", "main")
        merge(branch)
        assert told() == expected
        (row,) = adopted.done("contract", "list", "--feature", "002-net", "--json").document["items"]
        shown = adopted.done("contract", "show", path, "--json").document
        by = row["reverted_by"]
        assert (bool(by), shown["reverted_by"], row["status"]) == (not expected[2], by, "done")
        screen = adopted.done("contract", "list", "--feature", "002-net").out
        assert screen.startswith("reverted" if by else "done")
        requirements = adopted.done("requirement", "list", "--feature", "002-net", "--json").document["items"]
        served = {row["id"]: (row["reverted"], row["reverted_by"]) for row in requirements}
        of_feature = "history/prompts/002-net/0001-net.green.prompt.md"
        for name, former in (("FR-001", path), ("SC-001", of_feature)):
            assert served[name] == (([former], [by]) if by else ([], []))
        left = adopted.done("followup", "list", "--feature", "002-net", "--all", "--json").document["items"]
        assert [one["closed_by"] for one in left] == [[by] if by else []]
        assert f"{int(not by)} follow-up" in adopted.done("status").out
        says = [adopted.done(*words, "002-net#FR-001").out for words in (("why",), ("requirement", "show"))]
        before = f"served by {path}, reverted by history/prompts/"
        assert [before in text for text in says] == [not expected[2]] * 2
        site = adopted.here.path.parent / branch
        adopted.done("report", "--output", str(site))
        pages = [(site / name).read_text() for name in ("trail/002-net.html", "feature/002-net.html")]
        pages += [page.read_text() for page in (site / "contract").iterdir() if "002-net" in page.name]
        assert len(pages) == 3
        assert ["reverted by <a href=" in page for page in pages] == [not expected[2]] * 3


def test_list_finds_what_has_not_landed_for_long(adopted: Adopted) -> None:
    adopted.done("feature", "new", "Never landed")
    days = (date.today() - date(2026, 3, 1)).days
    for idle, found in ((days, [FEATURE]), (days + 1, [])):
        document = adopted.done("feature", "list", "--idle", str(idle), "--json").document
        assert [entry["name"] for entry in document["items"]] == found
    assert item(adopted, "002-never-landed")["last_landed"] is None
    assert "landed: nothing yet" in adopted.done("feature", "show", "2").out
    adopted.write({"specs/002-never-landed/plan.md": PLAN})
    (first, second) = adopted.done("report", "--format", "json").document["features"]
    assert (first["first_landed"], first["last_landed"], second["last_landed"]) == ("2026-03-01", "2026-03-01", None)


def test_an_edit_of_a_spec_is_no_idleness(adopted: Adopted) -> None:
    idle = ("feature", "list", "--idle", "10", "--json")
    assert [entry["name"] for entry in adopted.done(*idle).document["items"]] == [FEATURE]
    here, today = adopted.here, date.today().isoformat()
    here.write(SPEC, (here.path / SPEC).read_text() + "\nIt holds for invoices abroad.\n")
    here.git("add", "--all")
    here.git("commit", "-q", "-m", "Say more", GIT_COMMITTER_DATE=f"{today}T00:00:00Z")
    assert len(adopted.done(*idle).document["items"]) == 1, "an edit counts once it has landed"
    adopted.land("main")
    assert adopted.done(*idle).document["items"] == []
    assert (found := item(adopted, FEATURE))["last_landed"] == today
    assert found["first_landed"] == "2026-03-01"
    (told,) = adopted.done("report", "--format", "json").document["features"]
    assert (told["first_landed"], told["last_landed"]) == ("2026-03-01", today)


def test_new_takes_the_next_number_and_may_switch_to_a_branch(adopted: Adopted) -> None:
    ran = adopted.done("feature", "new", "Züge & Gleise", "--branch", "--json")
    assert ran.document == {
        "schema": "sdd/feature-new/1",
        "feature": "002-züge-gleise",
        "path": "specs/002-züge-gleise/spec.md",
        "branch": "002-züge-gleise",
    }
    assert adopted.here.git("branch", "--show-current") == "002-züge-gleise"
    assert adopted.done("status").out.splitlines()[1] == "feature  002-züge-gleise"
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("branch", "003-taken")
    ran = adopted.sdd("feature", "new", "Taken", "--slug", "003-taken", "--branch")
    assert ran.status == 3
    assert not (adopted.here.path / "specs/003-taken").exists()
    assert adopted.sdd("feature", "new", "Again", "--slug", FEATURE).status == 3
    adopted.done("feature", "new", "By time", "--slug", "20260301-101500-by-time")
    assert (adopted.here.path / "specs/20260301-101500-by-time/spec.md").exists()


WAIVED = ["change-no-phr", "--path", "src/vat.py", "--reason", "Now.", "--approved-by", "Ada", "--days", "9"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("specs/", ["feature", "new", "Big thing"]),
        ("history/", ["phr", "new", "Round"]),
        ("contracts/", ["contract", "new", "Round", "--scope", "src/**", "--feature", FEATURE]),
        ("adr/", ["adr", "new", "Round"]),
        ("*.md", ["waiver", "new", *WAIVED]),
    ],
)
def test_a_record_that_git_ignores_is_told(adopted: Adopted, rule: str, words: list[str]) -> None:
    adopted.here.commit("Ignore", {".gitignore": f"{rule}\n", "src/vat.py": "2\n"})
    assert ".gitignore:1 makes git ignore " in adopted.done(*words).err


def test_a_feature_belongs_to_the_root_that_one_stands_in(adopted: Adopted) -> None:
    adopted.branch("004-other")
    adopted.write({"specs/004-other/spec.md": "# Other\n"})
    adopted.here.git("switch", "-q", "main")
    adopted.here.write("api/.specify/sdd.toml", "[gate]\n")
    adopted.here.write("api/src/x.py", "1\n")
    ran = sdd(adopted.here.path / "api" / "src", "feature", "new", "Routes")
    assert ran.out.startswith("made api/specs/001-routes/spec.md\n"), ran
    line = ran.out.splitlines()[-1].rpartition(": sdd ")[2]
    assert line == "check ../specs/001-routes/spec.md"
    # Whatever else is printed names paths from the top: there they are found too.
    for words in (line.split(), ["check", "api/specs/001-routes/spec.md"], ["why", "api/src/x.py"]):
        assert sdd(adopted.here.path / "api" / "src", *words).status in (0, 1)
    assert sdd(adopted.here.path / "api" / "src", "check", "api/none").status == 2
    items = adopted.done("feature", "list", "--json").document["items"]
    assert [(one["root"], one["name"]) for one in items] == [("api", "001-routes"), (".", FEATURE)]
    ran = adopted.sdd("feature", "show", "001")
    assert (ran.status, "more than one" in ran.err) == (2, True)
    assert adopted.done("feature", "show", "api/specs/001-routes").status == 0


def test_a_spec_may_be_absent_or_unreadable(adopted: Adopted) -> None:
    adopted.here.write("specs/002-empty/plan.md", "# Plan\n")
    adopted.here.write("specs/003-odd/spec.md", b"\xff\xfe\x00")
    found = item(adopted, "002-empty")
    assert (found["title"], found["status"], found["stories"]) == (None, "Planned", [])
    assert item(adopted, "003-odd")["status"] == "Draft"
    assert adopted.done("feature", "show", "002").out.splitlines()[1] == "no spec.md that can be read"


def test_a_ticket_or_the_time_stands_in_place_of_a_number(adopted: Adopted) -> None:
    made = adopted.done("feature", "new", "Round it", "--ticket", "abc-123", "--branch", "--json").document
    assert (made["feature"], made["branch"]) == ("ABC-123-round-it", "ABC-123-round-it")
    assert adopted.done("status").out.splitlines()[1] == "feature  ABC-123-round-it"
    assert adopted.done("feature", "show", "ABC-123").out.startswith("specs/ABC-123-round-it ")
    made = adopted.done("feature", "new", "By time", "--timestamp", "--json").document
    assert re.fullmatch(r"\d{8}-\d{6}-by-time", made["feature"])
    # Neither of them is a number to count on from.
    assert adopted.done("feature", "new", "Counted", "--json").document["feature"] == "002-counted"
    for words in (("--ticket", "#12"), ("--ticket", "A-1", "--timestamp")):
        assert adopted.sdd("feature", "new", "Odd", *words).status == 2


def test_a_number_that_only_a_branch_has_is_taken(adopted: Adopted) -> None:
    adopted.here.git("branch", "004-x")
    adopted.here.git("branch", "007a")
    adopted.here.git("branch", "2026-plans")
    adopted.here.git("branch", "fix/031-y")
    assert adopted.done("feature", "new", "Next", "--json").document["feature"] == "005-next"
    adopted.here.git("update-ref", "refs/remotes/origin/019-theirs", "HEAD")
    assert adopted.done("feature", "new", "After theirs", "--json").document["feature"] == "020-after-theirs"


def test_a_feature_of_the_same_name_is_refused(adopted: Adopted) -> None:
    adopted.done("feature", "new", "Round it", "--ticket", "ABC-1")
    before = adopted.here.git("status", "--porcelain", "-uall")
    for title, there in (("VAT", FEATURE), ("Round it!", "ABC-1-round-it")):
        ran = adopted.sdd("feature", "new", title, "--branch")
        assert (ran.status, f"there is a feature of that name: specs/{there}" in ran.err) == (3, True), ran
    assert adopted.here.git("status", "--porcelain", "-uall") == before
    assert adopted.here.git("branch", "--show-current") == "main"


@pytest.mark.parametrize("place", ["a branch", "no branch", "no commit"])
def test_a_branch_is_taken_back_where_the_folder_cannot_be_written(scratch: Scratch, place: str) -> None:
    scratch.write("specs", "A file where the folder should be.\n")
    if place != "no commit":
        scratch.commit("base")
        scratch.git("switch", "-q", *(["--detach"] if place == "no branch" else ["-c", "work"]))
    asked = (["status", "--porcelain", "--branch"], ["for-each-ref"])
    before = [scratch.git(*words) for words in asked]
    ran = sdd(scratch.path, "feature", "new", "Round it", "--branch")
    assert (ran.status, "is a file where a folder is needed" in ran.err) == (3, True), ran
    assert [scratch.git(*words) for words in asked] == before
    (scratch.path / "specs").unlink()
    assert sdd(scratch.path, "feature", "new", "Round it", "--branch").status == 0
    assert scratch.git("symbolic-ref", "HEAD").endswith("-round-it")


def test_a_number_needs_no_zeros(adopted: Adopted) -> None:
    for name in ("1", "01", "001", FEATURE, f"specs/{FEATURE}/"):
        assert adopted.done("feature", "show", name).out.startswith(f"specs/{FEATURE} ")
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    assert adopted.done("phr", "new", "Round", "--feature", "1", "--json").document["feature"] == FEATURE
    ran = adopted.sdd("feature", "show", "001-vta")
    assert (ran.status, f"did you mean {FEATURE}?" in ran.err) == (2, True)


def test_status_says_how_far_each_feature_is_and_why(adopted: Adopted) -> None:
    adopted.here.write("api/.specify/sdd.toml", "[gate]\n")
    text = (adopted.here.path / SPEC).read_text()
    adopted.here.write("api/specs/001-routes/spec.md", text.replace("half up", "[NEEDS CLARIFICATION: how?]"))
    adopted.here.write("api/specs/001-routes/tasks.md", TASKS.format("x", " "))
    adopted.here.write("specs/002-done/spec.md", text)
    adopted.here.write("specs/003-planned/plan.md", PLAN)
    assert adopted.done("feature", "status").out.splitlines() == [
        "api/specs/001-routes  In progress  1 of 2 tasks ticked, 1 open question",
        f"specs/{FEATURE}         In progress  0 of 1 contract done, 0 of 1 requirement in done contracts",
        "specs/002-done        Clarified    nothing open, no plan",
        "specs/003-planned     Planned      no spec.md with a story or a requirement",
    ]
    assert adopted.done("feature", "status", "2", "--json").document == {
        "schema": "sdd/features-status/1",
        "items": [
            {
                "path": "specs/002-done",
                "root": ".",
                "name": "002-done",
                "title": "VAT",
                "status": "Clarified",
                "reason": "nothing open, no plan",
            }
        ],
    }
    adopted.done("feature", "new", "Draft")
    assert "to fill in" in adopted.done("feature", "status", "4").out


def test_work_that_landed_commit_by_commit_is_reverted_without_its_records(adopted: Adopted) -> None:
    def told() -> str:
        adopted.here.git("switch", "-q", "main")
        adopted.here.git("merge", "-q", "--ff-only", branch)
        adopted.land("main")
        adopted.here.git("fetch", "-q")
        (entry,) = adopted.done("feature", "status", "002-net", "--json").document["items"]
        rows = adopted.done("requirement", "list", "--feature", "002-net").out
        assert ("reverted" in rows) == (entry["status"] == "Reverted"), rows
        return str(entry["status"])

    agreed = "history/contracts/002-net/0001-net.contract.md"
    branch = "002-net"
    adopted.branch(branch)
    fields: dict[str, Any] = {"kind": "feature", "feature": branch, "requirements": "[FR-001]"}
    spec = (adopted.here.path / SPEC).read_text()
    adopted.write({"specs/002-net/spec.md": spec, agreed: contract(["/src/**"], status="open", **fields)}, "Agree")
    work = [adopted.write({f"src/{name}.py": "NET = 1\n"}, f"Add {name}") for name in ("net", "rate")]
    adopted.write({agreed: contract(["/src/**"], **fields)}, "Done")
    names = ["src/net.py", "src/rate.py"]
    record = phr(names, feature=branch, contract=agreed, branch=branch)
    adopted.write({"history/prompts/002-net/0001-net.green.prompt.md": record}, "Record")
    assert told() == "Verified"
    undone = []
    for branch, commit, expected in (
        ("part", work[0], "Verified"),
        ("rest", work[1], "Reverted"),
    ):
        adopted.branch(branch)
        adopted.done("revert", commit, "--reason", "Not wanted")
        undone.append(adopted.here.git("rev-parse", "HEAD~1"))
        assert told() == expected
    branch = "again"
    adopted.branch(branch)
    adopted.done("revert", undone[1], "--reason", "Wanted")
    assert told() == "Verified"
