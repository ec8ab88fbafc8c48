"""Policy, roots and landed records are those of TARGET as it is now, wherever the branch began."""

from typing import Any

import pytest

from tests.adopted import (
    CONSTITUTION,
    FEATURE,
    LANDED,
    OPEN,
    POLICY,
    PROMISE,
    SPEC,
    Adopted,
    contract,
    phr,
    rows_of,
    rules_of,
)
from tests.good import TARGET

Files = dict[str, Any]
RECORD = "history/prompts/general/0001-rounding.green.prompt.md"
ALL = ["phr", "contract", "spec"]


@pytest.fixture
def behind(adopted: Adopted) -> Adopted:
    """A branch with code of its own, whose target moves on once `moves_on` is asked."""
    adopted.branch("behind")
    adopted.write({"src/new.py": "NEW = 1\n", "api/new.py": "NEW = 1\n"})
    return adopted


def moves_on(adopted: Adopted, files: Files) -> dict[str, Any]:
    adopted.land_change(files)
    adopted.here.git("switch", "-q", "behind")
    return adopted.gate()


def test_a_policy_that_landed_later_holds(behind: Adopted) -> None:
    document = moves_on(behind, {POLICY: '[gate]\nexempt = ["/src/**"]\n[rules]\nchange-no-phr = "warning"\n'})
    rows = rows_of(document)
    assert (rows["src/new.py"]["exempt"], rows["api/new.py"]["lacks"]) == ("policy", ALL)
    assert "change-no-phr" in rules_of(document, "warning") - rules_of(document)
    behind.here.git("branch", "-f", "before", "main")
    document = moves_on(behind, {POLICY: "# The defaults hold.\n"})
    assert rows_of(document)["src/new.py"]["lacks"] == ALL
    # A branch that began under the softer policy is judged by the harder one.
    behind.branch("late", "before")
    behind.write({"src/late.py": "1\n"})
    assert rows_of(behind.gate())["src/late.py"]["lacks"] == ALL


def test_a_root_that_landed_later_holds(behind: Adopted) -> None:
    root: Files = {f"api/{CONSTITUTION}": TARGET[CONSTITUTION], f"api/{POLICY}": '[gate]\nexempt = ["*.py"]\n'}
    document = moves_on(behind, root)
    assert [(change["root"], [row["path"] for row in change["files"]]) for change in document["changes"]] == [
        (".", ["src/new.py"]),
        ("api", ["api/new.py"]),
    ]
    assert rows_of(document)["api/new.py"]["exempt"] == "policy"
    assert "root-changed" not in rules_of(document)
    # Nor is a root removed by a branch that never had it.
    document = moves_on(behind, dict.fromkeys(root))
    assert [change["root"] for change in document["changes"]] == ["."]


def test_a_landed_record_covers_nothing_though_the_change_touches_it(adopted: Adopted) -> None:
    adopted.branch()
    text = (adopted.here.path / LANDED).read_text()
    repaired = text.replace("branch: ", "model: m-1\nbranch: ", 1)
    assert repaired != text
    assert "src/reverse/charge.py" in text
    adopted.write({LANDED: repaired, "src/reverse/charge.py": "CHARGED = None\n"})
    document = adopted.gate()
    assert "phr" in rows_of(document)["src/reverse/charge.py"]["lacks"]
    found = [one["message"] for change in document["changes"] for one in change["findings"]]
    assert [one for one in found if one.startswith(f"{LANDED} has landed already")]
    adopted.branch("unnamed", "main")
    adopted.write({LANDED: repaired, "src/unnamed.py": "1\n"})
    found = [one["message"] for change in adopted.gate()["changes"] for one in change["findings"]]
    assert "needs a PHR (as a fix also a contract, as a feature a spec too)" in found


def test_a_record_that_landed_on_another_target_is_not_new(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[gate]\ntargets = ["main", "release/*"]\n'})
    adopted.branch("cut")
    record = phr(["src/new.py"], kind="fix", embedded=PROMISE)
    adopted.write({RECORD: record, "src/new.py": "1\n"})
    assert adopted.gate()["verdict"] == "pass"
    adopted.land("cut:release/1")
    adopted.here.git("fetch", "-q", "origin")
    adopted.branch("work", "main")
    adopted.write({RECORD: record, "src/new.py": "2\n"})
    assert rows_of(adopted.gate())["src/new.py"]["lacks"] == ALL


def test_a_record_of_the_target_is_not_new_on_a_branch_behind_it(behind: Adopted) -> None:
    record = phr(["src/new.py"], kind="chore")
    behind.write({RECORD: record})
    behind.here.git("rm", "-q", "-r", "api")
    assert rows_of(behind.gate())["src/new.py"]["lacks"] == []
    document = moves_on(behind, {RECORD: record + "\n"})
    assert rows_of(document)["src/new.py"]["lacks"] == ALL


def test_a_record_that_the_target_has_lost_is_not_new_where_the_branch_began_with_it(adopted: Adopted) -> None:
    adopted.branch("behind")
    adopted.land_change({LANDED: None})
    adopted.here.git("switch", "-q", "behind")
    text = (adopted.here.path / LANDED).read_text()
    adopted.write({LANDED: text + "\nMore.\n", "src/reverse/charge.py": "CHARGED = None\n"})
    assert "phr" in rows_of(adopted.gate())["src/reverse/charge.py"]["lacks"]


def test_history_is_append_only_by_the_targets_policy(adopted: Adopted) -> None:
    loose = "[gate]\nappend_only = false\n"
    decision = "history/prompts/constitution/0009-loose.constitution.prompt.md"
    adopted.branch()
    named = phr([POLICY], id="0009", stage="constitution", prompt="Let history be rewritten.")
    adopted.write({POLICY: loose, decision: named, LANDED: None})
    assert rules_of(adopted.gate()) == {"history-rewritten"}


def test_a_spec_and_a_scope_are_read_at_head(adopted: Adopted) -> None:
    spec = (adopted.here.path / SPEC).read_text()
    adopted.land_change({SPEC: spec.replace("half up", "[NEEDS CLARIFICATION: how?]")})
    adopted.branch()
    promise = (adopted.here.path / OPEN).read_text()
    record = phr(["src/reverse/charge.py", SPEC, OPEN], feature=FEATURE, contract=OPEN, id="0002")
    path = f"history/prompts/{FEATURE}/0002-rounding.green.prompt.md"
    code: Files = {"src/reverse/charge.py": "CHARGED = None\n", path: record}
    adopted.write({**code, SPEC: spec})
    assert rows_of(adopted.gate())["src/reverse/charge.py"]["lacks"] == []
    adopted.write({OPEN: promise.replace("/src/reverse/**", "/lib/**")})
    assert rows_of(adopted.gate())["src/reverse/charge.py"]["lacks"] == ["contract"]


def test_a_contract_that_opened_after_the_branch_began_counts(adopted: Adopted) -> None:
    adopted.branch("behind")
    path = "history/contracts/general/0009-later.contract.md"
    adopted.land_change({path: contract(["/src/**"], status="open")})
    adopted.here.git("switch", "-q", "behind")
    adopted.here.git("merge", "-q", "--no-edit", "main")
    adopted.write({"src/new.py": "1\n", RECORD: phr(["src/new.py"], contract=path)})
    assert rows_of(adopted.gate())["src/new.py"]["lacks"] == []
    # The same where the branch only holds a copy of it: open in TARGET, though at no FORK.
    adopted.branch("copy", "main~1")
    adopted.write({"src/new.py": "1\n", path: contract(["/src/**"], status="open"), RECORD: phr(["src/new.py"])})
    assert rows_of(adopted.gate())["src/new.py"]["lacks"] == ["contract", "spec"]
    adopted.write({RECORD: phr(["src/new.py"], contract=path)})
    assert rows_of(adopted.gate())["src/new.py"]["lacks"] == []
