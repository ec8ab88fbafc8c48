"""`sdd list KIND`: what the records of every root hold, with what belongs to each."""

from typing import Any

import pytest

from tests.adopted import PROMISE, contract, phr, sdd
from tests.good import good_repository
from tests.record_texts import CLARIFIED, WAIVER
from tests.scratch import Scratch

SPEC, TASKS = "specs/001-vat/spec.md", "specs/001-vat/tasks.md"
REVERSE, ROUNDING = (
    f"history/contracts/001-vat/{name}.contract.md" for name in ("0002-reverse-charge", "0003-rounding")
)
RATE, ROUND = (f"history/prompts/001-vat/{name}.green.prompt.md" for name in ("0001-vat-rate", "0002-rounding"))
RED = "history/prompts/general/0003-red.red.prompt.md"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """The good repository, and on top of it, not committed, records of the other kinds. Read it only."""
    here = good_repository(tmp_path_factory.mktemp("list") / "good")
    here.write("specs/002-oil/spec.md", CLARIFIED)
    here.write(
        "specs/002-oil/tasks.md",
        "# Tasks\n\n- [x] T001 [US2] a/b.py FR-002\n- [-] T002 no\n- [/] T003 loose\n- [ ] a note\n",
    )
    here.write("history/waivers/0001-old.md", WAIVER)
    here.write("history/waivers/0002-odd.md", "---\ntitle: Odd\n---\n")
    embedded = f"### Scope\n\n- `/tests/**`\n\n{PROMISE}"
    here.write(
        RED, phr(["src/vat.py"], stage="red", kind="fix", user="Ada", embedded=embedded).replace("03-01", "04-01")
    )
    here.write(
        "history/adr/0002-odd.md", "---\nstatus: Rejected because\ndate: 2026-02-03\nfeature: 002-oil\n---\n# Odd\n"
    )
    return here


def words(kind: str) -> tuple[str, str]:
    """The command that lists a kind."""
    return kind.removesuffix("s"), "list"


def items(here: Scratch, kind: str, *options: str) -> list[dict[str, Any]]:
    ran = sdd(here.path, *words(kind), "--json", *options)
    assert (ran.status, ran.err) == (0, "")
    document = ran.document
    assert document["schema"] == f"sdd/{kind}/1"
    found: list[dict[str, Any]] = document["items"]
    return found


def shown(here: Scratch, kind: str, *options: str) -> list[str]:
    ran = sdd(here.path, *words(kind), *options)
    assert (ran.status, ran.err) == (0, "")
    return ran.out.splitlines()


# -- requirements ------------------------------------------------------------------------------------------


def test_a_requirement_is_shown_with_all_that_covers_it(here: Scratch) -> None:
    first, *others = items(here, "requirements")
    assert first == {
        "path": SPEC,
        "line": 17,
        "id": "FR-001",
        "text": "The system MUST round amounts half up.",
        "feature": "001-vat",
        "criterion": False,
        "stories": ["US1"],
        "tasks": ["T001"],
        "contracts": [REVERSE, ROUNDING],
        "phrs": [ROUND],
        "commits": [here.git("log", "--format=%H", "-1", "--diff-filter=A", "--", REVERSE)],
        "inferred_stories": None,
        "inferred_done": None,
        "inferred_tasks": None,
        "inferred_phrs": None,
        "reverted": [],
        "reverted_by": [],
    }
    assert [(one["id"], one["criterion"], one["stories"]) for one in others] == [
        ("SC-001", True, ["US1"]),
        ("FR-001", False, ["US1"]),
        ("FR-002", False, ["US2"]),
        ("FR-001", False, []),
        ("SC-001", True, []),
    ]
    assert [one["tasks"] for one in others] == [[], [], ["T001"], [], []]
    lines = shown(here, "requirements", "--feature", "1")
    assert lines == [
        f"FR-001  US1  1 task, 2 contracts, 1 PHR, 1 commit         {SPEC}:17  The system MUST round amounts half up.",
        f"SC-001  US1  inferred through US1: 0 of 1 task, 1 prompt  {SPEC}:21  No invoice differs from the ledger.",
    ]


def test_uncovered_requirements_are_those_without_contract_and_phr(here: Scratch) -> None:
    every, uncovered = items(here, "requirements"), items(here, "requirements", "--uncovered")
    assert uncovered == [one for one in every if not one["contracts"] and not one["phrs"]]
    assert len(uncovered) == len(every) - 1
    rows = shown(here, "requirements", "--uncovered", "--feature", "2")
    assert "1 task, inferred through US2: 1 of 1 task  " in "\n".join(rows)


def test_a_story_is_never_guessed(scratch: Scratch) -> None:
    spec = CLARIFIED.replace("(US1)", "").replace("- **FR-001**: A number that is taken.\n", "")
    scratch.write("specs/1-x/spec.md", spec)
    scratch.write(
        "specs/1-x/tasks.md", "- [ ] T001 [US1] a FR-001\n- [ ] T002 [US2] a FR-001\n- [ ] T003 [US2] b FR-002\n"
    )
    found = {one["id"]: (one["stories"], one["tasks"]) for one in items(scratch, "requirements")}
    assert found == {
        "FR-001": (["US1", "US2"], ["T001", "T002"]),
        "FR-002": (["US2"], ["T003"]),
        "SC-001": ([], []),
    }


def test_a_contract_that_names_a_task_serves_what_the_task_does(scratch: Scratch) -> None:
    scratch.write("specs/1-x/spec.md", "# X\n\n- **FR-001**: One.\n- **FR-002**: Two.\n- **FR-003**: Three.\n")
    scratch.write("specs/1-x/tasks.md", "- [ ] T001 a FR-001 FR-002\n- [ ] T002 b FR-003\n")
    by_task = "history/contracts/1-x/0001-a.contract.md"
    scratch.write(by_task, contract(["/a"], feature="1-x", tasks="[T001]", requirements="[FR-002]"))
    scratch.write("history/prompts/1-x/0001-a.green.prompt.md", phr(feature="1-x", contract=by_task))
    scratch.write("history/prompts/1-x/0002-b.green.prompt.md", phr(feature="1-x", contract=f"./{by_task}"))
    found = {one["id"]: (one["contracts"], len(one["phrs"])) for one in items(scratch, "requirements")}
    assert found == {"FR-001": ([by_task], 2), "FR-002": ([by_task], 2), "FR-003": ([], 0)}


@pytest.mark.parametrize("specs", ["specs", ".specify/specs"])
def test_each_root_has_requirements_of_its_own_and_may_serve_those_above(scratch: Scratch, specs: str) -> None:
    text = "# X\n\n- **FR-001**: One.\n- **FR-002**: Two.\n"
    scratch.write(f"{specs}/1-shared/spec.md", text)
    scratch.write(f"{specs}/1-shared/tasks.md", "- [ ] T001 a FR-002\n")
    scratch.write(f"apps/shop/{specs}/1-own/spec.md", text)
    scratch.write("apps/shop/.specify/sdd.toml", "")
    above = "apps/shop/history/contracts/1-shared/0001-a.contract.md"
    own = "apps/shop/history/contracts/1-own/0001-b.contract.md"
    scratch.write(above, contract(["/a"], feature="1-shared", requirements="[FR-001]", tasks="[T001]"))
    scratch.write(own, contract(["/a"], feature="1-own", requirements="[FR-001]"))
    link = "history/contracts/1-shared/0001-a.contract.md"
    prompt = "apps/shop/history/prompts/1-shared/0001-a.green.prompt.md"
    scratch.write(prompt, phr(feature="1-shared", contract=link))
    found = {(one["path"], one["id"]): one for one in items(scratch, "requirements")}
    shared = f"{specs}/1-shared/spec.md"
    assert found[shared, "FR-001"]["contracts"] == [above]
    assert found[shared, "FR-001"]["phrs"] == [prompt]
    assert found[shared, "FR-002"]["contracts"] == [above]
    assert found[shared, "FR-002"]["tasks"] == ["T001"]
    assert found[f"apps/shop/{specs}/1-own/spec.md", "FR-001"]["contracts"] == [own]
    assert found[f"apps/shop/{specs}/1-own/spec.md", "FR-002"]["contracts"] == []


def test_features_of_one_name_in_two_roots_are_kept_apart(scratch: Scratch) -> None:
    for root in ("", "apps/shop/"):
        scratch.write(f"{root}.specify/sdd.toml", "")
        scratch.write(f"{root}specs/1-x/spec.md", "# X\n\n- **FR-001**: One.\n")
    scratch.write("apps/shop/specs/1-x/tasks.md", "- [ ] T001 a FR-001\n")
    own = "apps/shop/history/contracts/1-x/0001-a.contract.md"
    scratch.write(own, contract(["/a"], feature="1-x", requirements="[FR-001]"))
    found = {one["path"]: (one["contracts"], one["tasks"]) for one in items(scratch, "requirements")}
    assert found == {"specs/1-x/spec.md": ([], []), "apps/shop/specs/1-x/spec.md": ([own], ["T001"])}


def test_a_phr_that_holds_its_own_contract_is_both(scratch: Scratch) -> None:
    scratch.write("specs/1-x/spec.md", "# X\n\n- **FR-001**: One.\n")
    path = "history/prompts/1-x/0001-a.green.prompt.md"
    scratch.write(path, phr(["a"], kind="fix", feature="1-x", embedded=PROMISE))
    (row,) = items(scratch, "contracts")
    assert (row["path"], row["embedded"], row["status"], row["scope"]) == (path, True, "done", ["a"])
    assert items(scratch, "requirements")[0]["contracts"] == []


# -- the other kinds ---------------------------------------------------------------------------------------


def test_tasks(here: Scratch) -> None:
    every = items(here, "tasks")
    assert every[0] == {
        "path": TASKS,
        "root": ".",
        "line": 5,
        "parallel": False,
        "status": "open",
        "id": "T001",
        "text": "Round half up in src/round.py (FR-001)",
        "done": False,
        "skipped": False,
        "story": "US1",
        "stories": ["US1"],
        "phase": "Phase 1: Build",
        "feature": "001-vat",
        "requirements": ["FR-001"],
    }
    assert [(one["id"], one["done"], one["skipped"]) for one in every[1:]] == [
        ("T001", True, False),
        ("T002", False, True),
        ("T003", False, False),
    ]
    assert items(here, "tasks", "--feature", "001-vat") == every[:1]
    for status, count in (("open", 2), ("done", 1), ("skipped", 1)):
        assert len(items(here, "tasks", "--status", status)) == count
    assert shown(here, "tasks", "--feature", "2") == [
        "[x]  T001  US2  specs/002-oil/tasks.md:3  a/b.py FR-002",
        "[-]  T002  -    specs/002-oil/tasks.md:4  no",
        "[ ]  T003  -    specs/002-oil/tasks.md:5  loose",
    ]
    assert shown(here, "tasks", "--feature", "2", "--status", "open") == [
        "[ ]  T003  -  specs/002-oil/tasks.md:5  loose"
    ]


def test_contracts(here: Scratch) -> None:
    reverse, rounding, embedded = items(here, "contracts")
    assert rounding == {
        "path": ROUNDING,
        "root": ".",
        "line": 1,
        "embedded": False,
        "id": "0003",
        "title": "Rounding",
        "kind": "feature",
        "status": "done",
        "feature": "001-vat",
        "surface": None,
        "agent": None,
        "spec": "specs/001-vat/spec.md",
        "requirements": ["FR-001"],
        "tasks": ["T001"],
        "scope": ["/src/**"],
        "success": "Amounts are rounded half up.",
        "constraints": ["Amounts stay decimals."],
        "invariants": [],
        "non_goals": ["No other way of rounding."],
        "checks": rounding["checks"],
        "evidence": [],
        "discovery": ["1:2:src/vat.py"],
        "follow_ups": ["Round other currencies."],
        "findings": [],
        "reverted_by": None,
    }
    assert [check["done"] for check in rounding["checks"]] == [True]
    assert (embedded["path"], embedded["line"], embedded["embedded"]) == (RED, 20, True)
    assert items(here, "contracts", "--status", "open") == [reverse]
    assert items(here, "contracts", "--status", "done", "--feature", "1") == [rounding]
    assert items(here, "contracts", "--kind", "feature") == [reverse, rounding]
    assert items(here, "contracts", "--kind", "Fix") == [embedded]
    assert items(here, "contracts", "--file", "src/deep/x.py") == [rounding]
    assert items(here, "contracts", "--file", "tests/x.py") == [embedded]
    assert items(here, "contracts", "--file", "tests/x.py", "--status", "open") == []
    assert shown(here, "contracts", "--feature", "1") == [
        f"open  0/1  feature  {REVERSE}  Reverse charge",
        f"done  1/1  feature  {ROUNDING}        Rounding",
    ]


def test_phrs(here: Scratch) -> None:
    rate, rounding, red = items(here, "phrs")
    assert rounding == {
        "path": ROUND,
        "root": ".",
        "surface": "agent",
        "command": None,
        "kind": None,
        "closes": [],
        "id": "0002",
        "title": "Rounding",
        "stage": "green",
        "stage_written": "green",
        "date": "2026-03-01",
        "feature": "001-vat",
        "model": None,
        "user": None,
        "branch": None,
        "labels": [],
        "edits": [],
        "files": ["src/round.py", "specs/001-vat/"],
        "files_written": ["src/round.py", "specs/001-vat/"],
        "tests": [],
        "links": {"spec": "specs/001-vat/spec.md", "contract": ROUNDING},
        "prompt": rounding["prompt"],
        "response": rounding["response"],
        "other_sections": rounding["other_sections"],
        "findings": [],
    }
    assert [one["path"] for one in (red, rounding, rate)] == [RED, ROUND, RATE]
    assert items(here, "phrs", "--stage", "debug") == items(here, "phrs", "--user", "ada") == [red]
    assert items(here, "phrs", "--since", "2026-03-01") == [rounding, red]
    assert items(here, "phrs", "--until", "2026-03-31") == [rate, rounding]
    assert items(here, "phrs", "--since", "2026-03-01", "--until", "2026-03-31") == [rounding]
    assert items(here, "phrs", "--file", "src/vat.py") == [rate, red]
    assert items(here, "phrs", "--kind", "fix") == [red]
    assert items(here, "phrs", "--file", SPEC) == [rounding]
    assert items(here, "phrs", "--file", "src/vat.py", "--feature", "001", "--stage", "green") == [rate]
    assert shown(here, "phrs", "--since", "2026-03-01") == [
        f"2026-03-01  green  {ROUND}  Rounding",
        f"2026-04-01  red    {RED}         Rounding",
    ]


def test_what_agents_and_models_did_in_a_month_is_listed_and_found(scratch: Scratch) -> None:
    names = {"a": ("agent", "acme-Large-2"), "b": ("agent", "acme-small"), "c": ("human", ""), "d": ("", "")}
    for name, (surface, model) in names.items():
        scratch.write(f"history/prompts/general/0001-{name}.green.prompt.md", phr(["x"], surface=surface, model=model))

    def listed(*options: str) -> str:
        ran = [sdd(scratch.path, *command, "--json", *options) for command in (("phr", "list"), ("search", "rounding"))]
        paths = [
            [item["path"] for item in each.document[key]] for each, key in zip(ran, ("items", "items"), strict=True)
        ]
        assert sorted(paths[0]) == sorted(paths[1])
        return "".join(path.removeprefix("history/prompts/general/0001-")[0] for path in paths[0])

    assert listed() == "abcd"
    assert listed("--surface", "agent") == "ab"
    assert listed("--surface", "Human") == "c"
    assert listed("--model", "large") == "a"
    assert listed("--model", "ACME", "--since", "2026-03-01", "--until", "2026-03-31") == "ab"
    assert listed("--until", "2026-02-28") == listed("--model", "%") == ""
    assert sdd(scratch.path, "phr", "list", "--surface", "robot").status == 2


def test_phrs_of_every_root_say_whose_they_are(scratch: Scratch) -> None:
    scratch.write("apps/shop/history/prompts/x/0001-a.red.prompt.md", phr(["src/a.py", "/top.py"]))
    (row,) = items(scratch, "phrs")
    assert (row["root"], row["files"]) == ("apps/shop", ["apps/shop/src/a.py", "top.py"])


def test_adrs(here: Scratch) -> None:
    first, second = items(here, "adrs")
    assert first == {
        "path": "history/adr/0001-use-decimals.md",
        "root": ".",
        "id": "0001",
        "title": "ADR-0001: Use decimals",
        "status": "Accepted",
        "status_written": "Accepted",
        "date": None,
        "feature": None,
        "body": first["body"],
    }
    assert first["body"].startswith("# ADR-0001: Use decimals\n")
    assert items(here, "adrs", "--status", "rejected") == [second]
    assert items(here, "adrs", "--since", "2026-02-03") == items(here, "adrs", "--feature", "2") == [second]
    assert items(here, "adrs", "--since", "2026-02-04") == []
    assert shown(here, "adrs")[1] == "0002  Rejected  2026-02-03  history/adr/0002-odd.md           Odd"


def test_waivers(here: Scratch) -> None:
    first, second = items(here, "waivers")
    assert first == {
        "path": "history/waivers/0001-old.md",
        "root": ".",
        "id": "0001",
        "title": "Let old files be",
        "rules": ["change-no-phr"],
        "paths": ["/src/old.py"],
        "reason": "It is taken out next month.",
        "approved_by": "Ada",
        "expires": "2026-05-01",
        "landing": None,
        "secrets": [],
        "surface": None,
        "status": first["status"],
    }
    assert second["rules"] == []
    lines = shown(here, "waivers")
    told = "history/waivers/0001-old.md  Ada     change-no-phr  /src/old.py  It is taken out next month."
    assert lines[0].endswith(told)
    assert lines[1].split() == ["----------", "incomplete", "history/waivers/0002-odd.md", "nobody", "-"]


def test_follow_ups(here: Scratch) -> None:
    assert [one["text"] for one in items(here, "followups")] == ["Round other currencies."]
    assert items(here, "followups", "--rev", "HEAD") == items(here, "followups")
    assert items(here, "followups", "--rev", "main") == []


@pytest.mark.parametrize("kind", ["requirements", "tasks", "contracts", "phrs", "adrs", "followups"])
def test_a_feature_is_named_as_everywhere(here: Scratch, kind: str) -> None:
    alike = [items(here, kind, "--feature", one) for one in ("001-vat", "001", "1", "specs/001-vat", "specs/001-vat/")]
    assert all(found == alike[0] for found in alike)
    unknown = sdd(here.path, *words(kind), "--feature", "nope")
    assert (unknown.status, unknown.out) == (2, "")
    assert unknown.err == "sdd: unknown feature nope\n  features: 001-vat, 002-oil\n"


def test_a_list_of_features_says_that_more_follow(here: Scratch) -> None:
    for number in range(10, 20):
        here.write(f"specs/{number:03}-more/spec.md", "# Feature Specification: More\n")
    said = sdd(here.path, "feature", "status", "nope").err
    assert said.endswith(
        "002-oil, 010-more, 011-more, 012-more, 013-more, 014-more, 015-more, 016-more, 017-more and 2 more\n"
    )


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("tasks", ["--status", "x"]),
        ("contracts", ["--status", "x"]),
        ("phrs", ["--stage", "x"]),
        ("phrs", ["--since", "x"]),
        ("adrs", ["--since", "2026-02-30"]),
        ("phrs", ["--nope"]),
        ("nope", []),
    ],
)
def test_wrong_words_are_told(here: Scratch, kind: str, options: list[str]) -> None:
    ran = sdd(here.path, *words(kind), *options)
    assert (ran.status, ran.out) == (2, "")
    assert 1 <= len(ran.err.splitlines()) <= 3


def test_odd_bytes_in_filters_find_nothing(here: Scratch) -> None:
    assert shown(here, "phrs", "--user", "\udcff") == ["none"]
    assert shown(here, "contracts", "--file", "\udcff") == ["none"]
    assert shown(here, "adrs", "--feature", "2", "--since", "2027-01-01") == ["none"]


def test_nothing_is_told_as_nothing(scratch: Scratch) -> None:
    scratch.commit("nothing")
    for kind in ("requirements", "tasks", "contracts", "phrs", "adrs", "waivers"):
        ran = sdd(scratch.path, *words(kind))
        assert (ran.status, ran.out.split()[0], ran.err) == (0, "no", "")
        assert items(scratch, kind) == []
    assert sdd(scratch.path, "list").status == 2
