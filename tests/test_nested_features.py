"""Features at any depth below `specs/`, under every name that a person gives them."""

import pytest

from sdd.records.kinds import locate
from sdd.records.layout import feature_of, feature_of_branch, features_at, features_named
from sdd.repo.objects import Repository
from tests.adopted import SPEC, Adopted, contract, phr, rules_of
from tests.scratch import Scratch

NESTED = "phase-02/003-auth"
FOLDER = f"specs/{NESTED}"
TASKS = "# Tasks: Auth\n\n- [x] T001 [US1] FR-001 in src/auth.py\n"


@pytest.fixture
def nested(adopted: Adopted) -> Adopted:
    """Adopted, with a feature in a group of features that has landed."""
    spec = (adopted.here.path / SPEC).read_text()
    adopted.land_change({f"{FOLDER}/spec.md": spec, f"{FOLDER}/tasks.md": TASKS})
    return adopted


@pytest.mark.parametrize(
    ("path", "feature"),
    [
        ("specs/001-vat/spec.md", "001-vat"),
        (f"{FOLDER}/spec.md", NESTED),
        (f"shop/{FOLDER}/tasks.md", NESTED),
        ("a/b/specs/c/d/e/plan.md", "c/d/e"),
        (f"{FOLDER}/checklists/security.md", NESTED),
        (f"{FOLDER}/prompts/0001-x.green.prompt.md", NESTED),
        ("specs/project/specs/001-x/spec.md", "001-x"),
        ("specs/spec.md", ""),
        ("specs/_template/spec.md", ""),
        ("specs/templates/feature/spec.md", ""),
        ("myspecs/001-x/spec.md", ""),
        ("src/main.py", ""),
    ],
)
def test_the_feature_of_a_file_is_its_folder_below_specs(path: str, feature: str) -> None:
    assert feature_of(path) == feature


@pytest.mark.parametrize("name", ["checklists", "contracts", "prompts"])
def test_a_part_of_a_feature_is_no_feature(name: str) -> None:
    located = locate(f"specs/001-vat/{name}/spec.md")
    assert located is None or located[1].name != "spec"


def test_only_a_folder_with_a_spec_a_plan_or_tasks_is_a_feature(scratch: Scratch) -> None:
    names = (
        "specs/a/spec.md",
        "specs/b/deep/er/plan.md",
        "specs/b/tasks.md",
        "specs/c/notes.md",
        "specs/a/contracts/plan.md",
        "specs/_template/spec.md",
        "specs/templates/x/tasks.md",
    )
    scratch.commit("features", dict.fromkeys(names, "# X\n"))
    with Repository.discover(scratch.path) as repository:
        assert tuple(features_at(repository.tree("HEAD"), "")) == ("a", "b", "b/deep/er")
        assert not features_at(repository.tree("HEAD"), "shop")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("phase-02/001-auth", ["phase-02/001-auth"]),
        ("specs/phase-02/001-auth/", ["phase-02/001-auth"]),
        ("history/prompts/phase-02/001-auth", ["phase-02/001-auth"]),
        ("001-auth", ["phase-02/001-auth", "phase-03/001-auth"]),
        ("002-cart", ["phase-02/002-cart"]),
        ("2", ["phase-02/002-cart"]),
        ("cart", ["phase-02/002-cart"]),
        ("phase-03/auth", ["phase-03/001-auth"]),
        ("auth", ["phase-02/001-auth", "phase-03/001-auth"]),
        ("phase-09/001-auth", []),
        ("PROJ-7", ["PROJ-7-refunds"]),
    ],
)
def test_a_name_means_what_it_fits_alone(wanted: str, expected: list[str]) -> None:
    known = ["phase-02/001-auth", "phase-02/002-cart", "phase-03/001-auth", "PROJ-7-refunds"]
    assert features_named(known, wanted) == expected


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        ("001-sums", "001-sums"),
        ("feature/001-sums", "001-sums"),
        ("ada/feature/001-sums", "001-sums"),
        ("ada/PROJ-7-refunds", "PROJ-7-refunds"),
        ("feature/phase-02/004-auth", "phase-02/004-auth"),
        ("fix/auth", None),
        ("auth", "auth"),
        ("001", None),
        ("x001-sums", None),
        ("", None),
    ],
)
def test_a_branch_with_a_prefix_names_its_feature(branch: str, expected: str | None) -> None:
    assert feature_of_branch(["001-sums", "PROJ-7-refunds", "phase-02/004-auth", "auth"], branch) == expected


def test_every_list_has_the_feature_under_its_path(nested: Adopted) -> None:
    features = nested.done("feature", "list", "--json").document["items"]
    assert [item["name"] for item in features] == ["001-vat", NESTED]
    for wanted in (NESTED, "003-auth", "3", "auth", f"{FOLDER}/"):
        assert nested.done("feature", "show", wanted).out.startswith(f"{FOLDER}  Implemented")
        listed = nested.done("requirement", "list", "--feature", wanted, "--json").document["items"]
        assert [(item["id"], item["feature"], item["tasks"]) for item in listed] == [
            ("FR-001", NESTED, ["T001"]),
            ("SC-001", NESTED, []),
        ]
    assert [item["id"] for item in nested.done("task", "list", "--feature", "3", "--json").document["items"]] == [
        "T001"
    ]
    assert nested.done("why", f"{NESTED}#FR-001").out == nested.done("why", "003-auth#FR-001").out


@pytest.mark.parametrize("folder", [NESTED, "003-auth"])
@pytest.mark.parametrize("written", [NESTED, "003-auth"])
def test_records_of_a_group_cover_and_are_listed(nested: Adopted, folder: str, written: str) -> None:
    path = f"history/contracts/{NESTED}/0001-auth.contract.md"
    record = f"history/prompts/{folder}/0001-auth.green.prompt.md"
    nested.branch()
    nested.write(
        {
            "src/auth.py": "AUTH = 1\n",
            path: contract(["/src/auth.py"], feature=written, requirements="[FR-001]"),
            record: phr(["src/auth.py"], feature=written, contract=path),
        }
    )
    verdict = nested.gate()
    assert (verdict["verdict"], rules_of(verdict)) == ("pass", set())
    row = nested.done("requirement", "show", f"{NESTED}#FR-001", "--json").document
    assert (row["contracts"], row["phrs"]) == ([path], [record])
    assert nested.done("feature", "show", "auth").out.splitlines()[-1] == "records: 1 contract, 1 PHR"
    assert nested.done("phr", "list", "--feature", "auth").out.split()[2] == record


def test_new_records_name_the_whole_path(nested: Adopted) -> None:
    nested.branch("feature/phase-02/003-auth")
    assert nested.done("status").out.splitlines()[1] == f"feature  {NESTED}"
    nested.write({"src/auth.py": "AUTH = 1\n"})
    words = ("--success", "It is safe.", "--check", "true", "--constraint", "Fast.", "--non-goal", "Roles.")
    made = nested.done("contract", "new", "Auth", *words, "--json").document
    assert (made["path"], made["feature"]) == (f"history/contracts/{NESTED}/0001-auth.contract.md", NESTED)
    made = nested.done("phr", "new", "Add the login", "--json").document
    assert made["path"].endswith(f"/history/prompts/{NESTED}/0001-add-the-login.green.prompt.md")
    nested.write({})
    verdict = nested.gate()
    assert (verdict["verdict"], rules_of(verdict)) == ("pass", set())


def test_a_feature_that_comes_later_gives_its_name_to_what_is_there(adopted: Adopted) -> None:
    def listed(feature: str) -> list[str]:
        items = adopted.done("phr", "list", "--feature", feature, "--json").document["items"]
        return [item["id"] for item in items]

    adopted.here.write("history/prompts/general/0007-x.green.prompt.md", phr(["src/vat.py"], id="0007", feature="auth"))
    assert listed("auth") == ["0007"]
    adopted.here.write(f"{FOLDER}/spec.md", (adopted.here.path / SPEC).read_text())
    assert listed(NESTED) == ["0007"]
    adopted.here.write("specs/004-auth/plan.md", "# Plan\n")
    assert (listed(NESTED), listed("004-auth")) == ([], [])
    (adopted.here.path / "specs/004-auth/plan.md").unlink()
    assert listed(NESTED) == ["0007"]


def test_two_groups_may_count_from_one(nested: Adopted) -> None:
    spec = (nested.here.path / SPEC).read_text()
    nested.here.write("specs/phase-03/003-auth/spec.md", spec)
    assert "spec-duplicate-number" not in rules_of(nested.sdd("check", "--json").document, "warning")
    assert nested.done("repair", "--ids").out.startswith("nothing to repair")
    ran = nested.sdd("feature", "show", "003-auth")
    assert (ran.status, "more than one feature 003-auth" in ran.err) == (2, True)
