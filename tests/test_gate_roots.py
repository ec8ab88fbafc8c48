"""Repositories that hold several roots, files under none, and changes that add or remove a root."""

from pathlib import Path
from typing import Any

import pytest

from tests.adopted import CONSTITUTION, FEATURE, POLICY, PROMISE, SPEC, Adopted, contract, phr, rows_of, rules_of, sdd
from tests.good import TARGET
from tests.scratch import Scratch

Files = dict[str, Any]
HERE = "history/prompts/general/0001-rounding.green.prompt.md"
ABOVE = HERE.replace("0001", "0002")


def below(root: str) -> Files:
    """A finished root."""
    return {
        f"{root}/{CONSTITUTION}": TARGET[CONSTITUTION],
        f"{root}/{POLICY}": '[gate]\nexempt = ["*.txt"]\n',
        f"{root}/src/code.py": "1\n",
    }


@pytest.fixture
def monorepo(adopted: Adopted) -> Adopted:
    """A root at the top and two below it, landed."""
    adopted.land_change({**below("api"), **below("apps/web")})
    adopted.branch()
    return adopted


def lacks(document: dict[str, Any]) -> dict[str, list[str]]:
    return {path: row["lacks"] for path, row in rows_of(document).items() if not row["exempt"]}


ALL = ["phr", "contract", "spec"]
FIX = {"kind": "fix", "embedded": PROMISE}


def test_each_file_answers_to_its_nearest_root(monorepo: Adopted) -> None:
    monorepo.write({"api/notes.txt": "x\n", "notes.txt": "x\n", "api/README.md": "x\n", "README.md": "x\n"})
    document = monorepo.gate()
    assert lacks(document) == {"api/README.md": ALL, "notes.txt": ALL}
    assert [(change["root"], len(change["files"])) for change in document["changes"]] == [(".", 2), ("api", 2)]
    # Each is told of once, by its own root.
    found = [(change["root"], one["path"]) for change in document["changes"] for one in change["findings"]]
    assert set(found) == {(".", "notes.txt"), ("api", "api/README.md")}


def test_paths_inside_a_record_are_relative_to_its_root(monorepo: Adopted) -> None:
    code: Files = {"api/src/code.py": "2\n", "src/code.py": "2\n", "apps/web/src/code.py": "2\n"}
    monorepo.write(code | {f"api/{HERE}": phr(["src/code.py"], **FIX)})
    assert lacks(monorepo.gate()) == {"api/src/code.py": [], "apps/web/src/code.py": ALL, "src/code.py": ALL}
    monorepo.write({f"apps/web/{HERE}": phr(["/apps/web/src/code.py", "/src/code.py"], **FIX)})
    assert lacks(monorepo.gate()) == {"api/src/code.py": [], "apps/web/src/code.py": [], "src/code.py": ALL}


def test_records_of_a_root_above_count_below_it(monorepo: Adopted) -> None:
    of_feature = f"history/prompts/{FEATURE}/0002-x.green.prompt.md"
    monorepo.write(
        {
            "api/src/code.py": "2\n",
            of_feature: phr(["api/src/code.py"], feature=FEATURE, id="0002"),
            "history/contracts/001-vat/0009-x.contract.md": contract(["/api/**"], kind="feature", feature=FEATURE),
        }
    )
    document = monorepo.gate()
    assert (document["verdict"], rows_of(document)["api/src/code.py"]["spec"]) == ("pass", SPEC)
    # The scope of a contract below is anchored at its own root, and the spec above does for its feature.
    monorepo.branch("below", "main")
    linked = phr(["src/code.py"], feature=FEATURE, id="0001")
    promised = contract(["/src/**"], kind="feature", feature=FEATURE)
    monorepo.write(
        {
            "api/src/code.py": "2\n",
            f"api/history/prompts/{FEATURE}/0001-x.green.prompt.md": linked,
            f"api/history/contracts/{FEATURE}/0009-x.contract.md": promised.replace(":src/vat.py", ":/src/vat.py"),
        }
    )
    document = monorepo.gate()
    assert (document["verdict"], rows_of(document)["api/src/code.py"]["spec"]) == ("pass", SPEC), rules_of(document)


def test_the_spec_is_that_of_the_root_of_the_contract(monorepo: Adopted) -> None:
    monorepo.land_change({f"api/{SPEC}": (monorepo.here.path / SPEC).read_text()})
    monorepo.branch("below", "main")
    monorepo.write(
        {
            "api/src/code.py": "2\n",
            f"history/prompts/{FEATURE}/0002-x.green.prompt.md": phr(["api/src/code.py"], feature=FEATURE, id="0002"),
            "history/contracts/001-vat/0009-x.contract.md": contract(["/api/**"], kind="feature", feature=FEATURE),
        }
    )
    assert rows_of(monorepo.gate())["api/src/code.py"]["spec"] == SPEC


def test_an_open_contract_above_is_linked_from_below(monorepo: Adopted) -> None:
    monorepo.land_change({"history/contracts/general/0009-x.contract.md": contract(["/api/**"], status="open")})
    monorepo.branch("below", "main")
    record = phr(["src/code.py"], contract="/history/contracts/general/0009-x.contract.md")
    monorepo.write({"api/src/code.py": "2\n", f"api/{HERE}": record})
    document = monorepo.gate()
    assert (document["verdict"], lacks(document)) == ("pass", {"api/src/code.py": []}), rules_of(document)


def test_a_new_root_takes_no_file_along_before_it_has_landed(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({**below("lib"), "lib/new.txt": "x\n", f"lib/{HERE}": phr(["src/code.py", "new.txt"], kind="chore")})
    document = adopted.gate()
    assert {"root-changed"} <= rules_of(document)
    rows = rows_of(document)
    assert rows["lib/new.txt"]["exempt"] is None
    assert f"lib/{POLICY}" not in rows
    decision = "history/prompts/constitution/0009-lib.constitution.prompt.md"
    adopted.write({decision: phr([f"lib/{POLICY}", f"lib/{CONSTITUTION}"], id="0009", stage="constitution")})
    assert "root-changed" not in rules_of(adopted.gate())


def test_a_removed_root_is_a_decision(monorepo: Adopted) -> None:
    monorepo.write({f"api/{CONSTITUTION}": None, f"api/{POLICY}": None})
    document = monorepo.gate()
    assert {"root-changed"} <= rules_of(document)
    decision = "history/prompts/constitution/0009-api.constitution.prompt.md"
    monorepo.write({decision: phr([f"api/{POLICY}", f"api/{CONSTITUTION}"], id="0009", stage="constitution")})
    assert rules_of(monorepo.gate()) == set()


def test_files_under_no_root_are_listed_and_free(tmp_path: Path, adopted: Adopted) -> None:
    here = Scratch(tmp_path / "nested")
    here.commit("target", {**below("api"), "tools/run.py": "1\n"})
    here.git("switch", "-q", "-c", "work")
    here.commit(
        "change", {"tools/run.py": "2\n", "api/src/code.py": "2\n", HERE: phr(["api/src/code.py"], kind="chore")}
    )
    document = sdd(here.path, "gate", "--json").document
    assert {path: row["exempt"] for path, row in rows_of(document).items()} == {
        "tools/run.py": "under no root",
        HERE: "under no root",
        "api/src/code.py": None,
    }
    assert document["verdict"] == "fail"
    assert [change["root"] for change in document["changes"]] == ["api", None]


def test_a_record_is_written_where_the_author_stands(monorepo: Adopted) -> None:
    monorepo.write({"api/src/code.py": "2\n", "src/new.py": "1\n"})
    ran = sdd(monorepo.here.path / "api" / "src", "phr", "new", "In api", "--kind", "chore", "--commit")
    assert ran.out == "committed api/history/prompts/general/0001-in-api.misc.prompt.md (names 1 file)\n"
    assert lacks(monorepo.gate()) == {"api/src/code.py": [], "src/new.py": ALL}
    ran = monorepo.done("phr", "new", "At the top", "--kind", "chore", "--commit")
    assert ran.out == "committed history/prompts/general/0001-at-the-top.misc.prompt.md (names 1 file)\n"
    assert monorepo.gate()["verdict"] == "pass"


def test_the_status_below_tells_of_a_feature_above(monorepo: Adopted) -> None:
    unclear = "- **FR-009**: The system MUST [NEEDS CLARIFICATION: which currency?]\n"
    monorepo.land_change(
        {SPEC: (monorepo.here.path / SPEC).read_text().replace("- **SC-001**", f"{unclear}- **SC-001**")}
    )
    monorepo.branch(FEATURE, "main")
    document = sdd(monorepo.here.path / "api", "status", "--json").document
    assert (document["feature"], document["open"]["questions"]) == (FEATURE, 1)


def test_where_the_top_is_no_root_the_printed_command_mends_one_root_after_the_other(tmp_path: Path) -> None:
    here = Scratch(tmp_path / "nested")
    here.commit("target", {**below("api"), **below("web")})
    here.git("switch", "-q", "-c", "work")
    here.commit("change", {"api/src/code.py": "2\n", "web/src/code.py": "2\n"})
    for root in ("api", "web"):
        assert sdd(here.path, "gate").status == 1
        ran = sdd(here.path, "phr", "new", "Both", "--kind", "chore", "--commit")
        assert ran.out.startswith(f"committed {root}/history/prompts/general/0001-both"), ran
    assert sdd(here.path, "gate").status == 0
    ran = sdd(here.path / "api", "contract", "new", "More", "--kind", "fix", "--scope", "/src/**")
    assert ran.out.startswith("wrote api/history/contracts/general/0001-more"), ran


def test_the_records_of_a_new_root_are_judged_from_the_start(adopted: Adopted) -> None:
    adopted.branch()
    record = phr(["lib/src/code.py"], kind="chore").replace("date: 2026-03-01", "date: then")
    adopted.write({**below("lib"), f"lib/{HERE}": record})
    document = adopted.gate()
    found = [(change["root"], one["path"]) for change in document["changes"] for one in change["findings"]]
    assert ("lib", f"lib/{HERE}") in found
    assert "phr-bad-date" in rules_of(document)


def test_a_check_speaks_of_roots_only(tmp_path: Path) -> None:
    here = Scratch(tmp_path / "nested")
    here.commit("target", {**below("api"), "tools/run.py": "1\n"})
    document = sdd(here.path, "check", "--json").document
    assert [change["root"] for change in document["changes"]] == ["api"]


def test_records_in_a_folder_without_a_policy_are_checked_by_that_of_the_root_above(adopted: Adopted) -> None:
    record = phr(["src/vat.py"], kind="chore").replace("date: 2026-03-01", "date: then")
    adopted.write({f"sub/{HERE}": record})
    assert "phr-bad-date" in rules_of(adopted.sdd("check", "--json").document)
    adopted.write({POLICY: '[rules]\nphr-bad-date = "off"\n'})
    assert "phr-bad-date" not in rules_of(adopted.sdd("check", "--json").document)
