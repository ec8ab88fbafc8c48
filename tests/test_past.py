"""What a branch's own commits say of its contracts: agreed after the work, too wide, failed before."""

from typing import Any

import pytest

from tests.adopted import FEATURE, SPEC, Adopted, phr
from tests.test_stale_evidence import TERMS

LATE = "  - **agreed after the work**, in a later commit"
FAILED = "**passed on these files, but failed before on the same files**"


def comment(adopted: Adopted) -> list[str]:
    return adopted.done("gate", "--format", "markdown").out.splitlines()


def contracts(adopted: Adopted) -> list[dict[str, Any]]:
    return [
        each for change in adopted.gate()["changes"] for request in change["requests"] for each in request["contracts"]
    ]


def agree(adopted: Adopted, *scope: str) -> str:
    places = [word for pattern in scope for word in ("--scope", pattern)]
    words = ("--feature", FEATURE, *TERMS, "--check", "test -s src/a.py", *places, "--commit", "--json")
    return str(adopted.done("contract", "new", "Names", *words).document["path"])


def moved(adopted: Adopted, path: str) -> str:
    new = f"{path.rpartition('/')[0]}/0077-names.contract.md"
    adopted.here.git("mv", path, new)
    adopted.here.git("commit", "-qm", "Move it")
    return new


def close(adopted: Adopted, path: str) -> None:
    adopted.done("contract", "done", path, "--run", "--commit")
    adopted.done("phr", "new", "Name a and b", "--contract", path, "--commit")


@pytest.mark.parametrize("order", ["contract first", "contract moved", "work first", "contract between"])
def test_a_contract_that_came_after_the_work_is_told(adopted: Adopted, order: str) -> None:
    adopted.branch(FEATURE)
    if order != "contract first":
        adopted.write({"src/a.py": "1\n", "src/b.py": "1\n"}, "The work")
    path = agree(adopted, "/src/**")
    if order != "work first":
        adopted.write({"src/a.py": "2\n", "src/b.py": "2\n"}, "More work")
    if order == "contract moved":
        path = moved(adopted, path)
    close(adopted, path)
    is_late = order == "work first"
    assert (LATE in comment(adopted)) is is_late
    assert [each["late"] for each in contracts(adopted)] == [is_late]


def test_a_landed_contract_that_moves_is_told_as_landed(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    path = agree(adopted, "/src/**")
    adopted.land()
    adopted.write({"src/a.py": "1\n", "src/b.py": "1\n"}, "The work")
    close(adopted, moved(adopted, path))
    assert [each["late"] for each in contracts(adopted)] == [False]


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (["/src/**", "/lib/**", "/tests/**"], "`/src/**`, `/lib/**`, `/tests/**` (**3 folders for 2 files**)"),
        (["/src/**", "/tests/**"], "`/src/**`, `/tests/**`"),
        (["/src/a.py", "/src/b.py", "/src/c.py"], "`/src/a.py`, `/src/b.py`, `/src/c.py`"),
    ],
)
def test_a_scope_that_is_wider_than_the_files_is_told(adopted: Adopted, scope: list[str], told: str) -> None:
    adopted.branch(FEATURE)
    path = agree(adopted, *scope)
    adopted.write({"src/a.py": "1\n", "src/b.py": "1\n"}, "The work")
    close(adopted, path)
    assert f"  - may change: {told}" in comment(adopted)


def test_a_failure_that_was_edited_into_a_pass_is_told(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"}, "Set it to one")
    words = ("--kind", "fix", "--success", "It is two.", "--check", "grep -q 2 src/a.py", "--commit", "--json")
    path = adopted.here.path / adopted.done("phr", "new", "Set it to two", *words).document["relative_path"]
    assert adopted.sdd("contract", "verify", "general/0001", "--run", "--commit").status == 1
    path.write_text(path.read_text().replace("- [ ] `grep", "- [x] `grep").replace("exit 1", "exit 0"))
    adopted.here.git("commit", "-qam", "Tick")
    (told,) = (line for line in comment(adopted) if line.startswith("  - checks: "))
    assert told == f"  - checks: 1 of 1 ticked; the record says: {FAILED} `grep -q 2 src/a.py`"
    assert [check["failed_before"] for each in contracts(adopted) for check in each["checks"]] == [True]


def test_a_check_that_failed_before_the_work_was_done_is_no_such_failure(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"}, "Set it to one")
    words = ("--kind", "fix", "--success", "It is two.", "--check", "grep -q 2 src/a.py", "--commit")
    adopted.done("phr", "new", "Set it to two", *words)
    assert adopted.sdd("contract", "verify", "general/0001", "--run", "--commit").status == 1
    adopted.write({"src/a.py": "2\n"}, "Set it to two")
    adopted.done("contract", "verify", "general/0001", "--run", "--commit")
    (told,) = (line for line in comment(adopted) if line.startswith("  - checks: "))
    assert told == "  - checks: 1 of 1 ticked; the record says: passed on these files `grep -q 2 src/a.py`"
    assert [check["failed_before"] for each in contracts(adopted) for check in each["checks"]] == [False]


@pytest.mark.parametrize(
    ("feature", "path", "is_told"),
    [
        ("002-net", "src/reverse/charge.py", True),
        ("001-vat", "src/reverse/charge.py", False),
        ("none", "src/reverse/charge.py", False),
        ("002-net", "src/old.py", False),
        ("002-net", "src/reverse/shared.py", False),
    ],
)
def test_a_fix_of_a_file_that_was_another_features_is_told(
    adopted: Adopted, feature: str, path: str, is_told: bool
) -> None:
    both = "src/reverse/shared.py"
    one, two = (phr([each], feature=feature) for each, feature in ((both, FEATURE), ("src/reverse/", "002-net")))
    records = {f"history/prompts/{FEATURE}/0002-one.green.prompt.md": one}
    records["history/prompts/002-net/0001-two.green.prompt.md"] = two if path == both else one
    spec = (adopted.here.path / SPEC).read_text()
    adopted.land_change({"specs/002-net/spec.md": spec, both: "A = 1\n", **records})
    adopted.branch("fix/it")
    adopted.write({path: "CHANGED = 1\n"})
    words = ("--feature", feature, "--kind", "fix", "--success", "It is changed.", "--check", f"test -s {path}")
    adopted.done("phr", "new", "Change it", *words, "--commit")
    named = next(line for line in comment(adopted) if "`Change it`" in line)
    assert named.endswith(f": 1 file{', so far of `001-vat` alone' * is_told}")
