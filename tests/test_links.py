"""What a name in a record means, and how certain that is."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdd.records.layout import features_at, features_named
from sdd.records.links import How, Link, Place, Relation, path_from_top, resolve
from sdd.records.project import Project, Reader
from sdd.repo.objects import Repository
from tests.adopted import Adopted, phr, rules_of
from tests.scratch import Scratch

SPEC = "# Feature Specification: VAT\n\n## Requirements\n\n- **FR-001**: Round.\n- **SC-001**: No difference.\n"
ROUND = unicodedata.normalize("NFC", "src/ründen.py")
FILES: dict[str, str | bytes | None] = {
    ".specify/sdd.toml": "",
    "shop/.specify/sdd.toml": "",
    "src/vat.py": "RATE = 19\n",
    ROUND: "",
    "src/re/charge.py": "",
    "specs/001-vat/spec.md": SPEC,
    "specs/001-vat/tasks.md": "- [ ] T001 [US1] Round, FR-001\n",
    "specs/002-vat-id/spec.md": SPEC,
    "shop/specs/003-basket/spec.md": SPEC,
    "specs/README.md": "",
    "shop/src/basket.py": "",
    "shop/src/index.py": "",
    "src/index.py": "",
    "app/[id]/route.ts": "",
    ".gitignore": ".env\n",
    "shop/.gitignore": "build/\ndist/*\n!dist/keep.js\n",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    scratch = Scratch(tmp_path_factory.mktemp("links") / "repo")
    scratch.commit("all", FILES)
    with Repository.discover(scratch.path) as opened:
        yield opened


def meant(repository: Repository, relation: Relation, text: str, root: str = "", feature: str | None = None) -> Link:
    path = f"{root}/history/x.md".lstrip("/")
    project = Project(repository.tree("HEAD"), root, Reader(repository.beginnings))
    place = Place(project, path, feature, "src/gone.py".__eq__)
    return resolve(relation, text, place)


NONE = ("", How.NONE)


@pytest.mark.parametrize(
    ("root", "text", "expected"),
    [
        ("", "src/vat.py", ("src/vat.py", How.STATED)),
        ("", "./src//vat.py", ("src/vat.py", How.STATED)),
        ("", "src//vat.py", ("src/vat.py", How.STATED)),
        ("", "src/./vat.py", ("src/vat.py", How.STATED)),
        ("", "src/re/", ("src/re/", How.STATED)),
        ("", "src/re/.", ("src/re/", How.STATED)),
        ("shop", "src/basket.py", ("shop/src/basket.py", How.STATED)),
        ("shop", "/src/vat.py", ("src/vat.py", How.STATED)),
        ("", ROUND, (ROUND, How.STATED)),
        ("", unicodedata.normalize("NFD", ROUND), (unicodedata.normalize("NFD", ROUND), How.STATED)),
        ("", "src/gone.py", ("src/gone.py", How.RESOLVED)),
        ("", "src/never.py", NONE),
        # The same as another machine has it.
        ("", "/home/ada/shop/src/gone.py", ("src/gone.py", How.RESOLVED)),
        ("", "C:/work/shop/src/gone.py", ("src/gone.py", How.RESOLVED)),
        ("", "../../../src/gone.py", ("src/gone.py", How.RESOLVED)),
        ("", "/home/ada/shop/src/never.py", NONE),
        ("", "/home/ada/gone.py", NONE),
        # From the top, from the record's folder, from the feature's.
        ("shop", "src/vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "../src/vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "../../../src/vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "../../re/charge.py", ("src/re/charge.py", How.RESOLVED)),
        ("", "../../spec.md", NONE),
        ("", "/home/ada/spec.md", NONE),
        ("", "tasks.md", ("specs/001-vat/tasks.md", How.RESOLVED)),
        ("", "./spec.md", ("specs/001-vat/spec.md", How.RESOLVED)),
        # By its end, where only one file, or one nearer than all others, has it.
        ("", "charge.py", ("src/re/charge.py", How.RESOLVED)),
        ("", "re/charge.py", ("src/re/charge.py", How.RESOLVED)),
        ("", "re/", ("src/re", How.RESOLVED)),
        ("", unicodedata.normalize("NFD", "ründen.py"), (ROUND, How.RESOLVED)),
        ("", "index.py", ("", How.AMBIGUOUS)),
        ("shop", "index.py", ("shop/src/index.py", How.RESOLVED)),
        ("", "e/charge.py", NONE),
        ("", "src/charge.py", NONE),
        # As another machine has it.
        ("", "/mnt/d/work/mine/src/vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "D:\\work\\mine\\src\\vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "file:///home/ada/src/vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "~/mine/src/re/charge.py", ("src/re/charge.py", How.RESOLVED)),
        ("shop", "/home/ada/shop/src/basket.py", ("shop/src/basket.py", How.RESOLVED)),
        ("", "/home/ada/re/charge.py", ("src/re/charge.py", How.RESOLVED)),
        ("", "/home/ada/charge.py", NONE),
        ("", "/home/ada/lib/", NONE),
        ("", "/home/ada/re/", NONE),
        ("", "/home/ada/src/re/", ("src/re", How.RESOLVED)),
        ("", "/src/re/vat.py", NONE),
        ("", "/mnt/d/work/mine/src/other.py", NONE),
        # With what people put around it.
        ("", "src\\vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "@src/vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "src/vat.py:12", ("src/vat.py", How.RESOLVED)),
        ("", "src/vat.py:12-20", ("src/vat.py", How.RESOLVED)),
        ("", "src/vat.py#L3", ("src/vat.py", How.RESOLVED)),
        ("", "src/vat.py::test_rate", ("src/vat.py", How.RESOLVED)),
        ("", "repo/src/vat.py", ("src/vat.py", How.RESOLVED)),
        ("", "other/src/vat.py", NONE),
        # In a feature by another of its names.
        ("", "specs/vat-id/spec.md", ("specs/002-vat-id/spec.md", How.RESOLVED)),
        ("", "specs/vat-id/plan.md", NONE),
        # Kept out by a .gitignore.
        ("", ".env", (".env", How.RESOLVED)),
        ("", "shop/dist/app.js", ("shop/dist/app.js", How.RESOLVED)),
        ("shop", "build/", ("shop/build", How.RESOLVED)),
        ("shop", "dist/keep.js", NONE),
        ("", "dist/app.js", NONE),
        # Patterns.
        ("", "src/**/charge.*", ("src/re/charge.py", How.RESOLVED)),
        ("", "src/*.py", ("", How.AMBIGUOUS)),
        ("", "{vat,none}.py", ("src/vat.py", How.RESOLVED)),
        ("", "src/**/*.ts", NONE),
        ("", "app/[id]/route.ts", ("app/[id]/route.ts", How.STATED)),
        ("", "[id]/*.ts", ("app/[id]/route.ts", How.RESOLVED)),
        ("", "", NONE),
        ("", "..", NONE),
        ("", "/", NONE),
    ],
)
def test_a_file(repository: Repository, root: str, text: str, expected: tuple[str, How]) -> None:
    assert meant(repository, Relation.FILE, text, root, "001-vat") == expected


def test_features_are_folders(repository: Repository) -> None:
    assert tuple(features_at(repository.tree("HEAD"), "")) == ("001-vat", "002-vat-id")


@pytest.mark.parametrize(
    ("root", "text", "expected"),
    [
        ("", "001-vat", ("specs/001-vat", How.STATED)),
        ("", "001", ("specs/001-vat", How.RESOLVED)),
        ("", "2", ("specs/002-vat-id", How.RESOLVED)),
        ("", "vat-id", ("specs/002-vat-id", How.RESOLVED)),
        ("", "specs/001-vat/", ("specs/001-vat", How.RESOLVED)),
        ("", "001-vat/", ("specs/001-vat", How.STATED)),
        ("shop", "003-basket", ("shop/specs/003-basket", How.STATED)),
        ("shop", "001-vat", ("specs/001-vat", How.STATED)),
        ("", "003-basket", NONE),
        ("", "00", NONE),
        ("", "id", NONE),
    ],
)
def test_a_feature(repository: Repository, root: str, text: str, expected: tuple[str, How]) -> None:
    assert meant(repository, Relation.FEATURE, text, root) == expected


@pytest.mark.parametrize(
    ("relation", "feature", "text", "expected"),
    [
        (Relation.REQUIREMENT, "001-vat", "FR-001", ("specs/001-vat#FR-001", How.STATED)),
        (Relation.REQUIREMENT, "001-vat", "SC-001", ("specs/001-vat#SC-001", How.STATED)),
        (Relation.REQUIREMENT, "001-vat", "FR-002", NONE),
        (Relation.REQUIREMENT, "004-none", "FR-001", NONE),
        (Relation.REQUIREMENT, None, "FR-001", NONE),
        (Relation.TASK, "001-vat", "T001", ("specs/001-vat#T001", How.STATED)),
        (Relation.TASK, "001-vat", "FR-001", NONE),
        (Relation.TASK, "002-vat-id", "T001", NONE),
    ],
)
def test_a_part_of_a_feature(
    repository: Repository, relation: Relation, feature: str | None, text: str, expected: tuple[str, How]
) -> None:
    assert meant(repository, relation, text, "shop", feature) == expected


def test_a_link_that_leads_nowhere_is_false(repository: Repository) -> None:
    assert meant(repository, Relation.FILE, "src/gone.py")
    assert not meant(repository, Relation.FILE, "src/never.py")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("001-vat", ["001-vat"]),
        ("shop/specs/001-vat/", ["001-vat"]),
        ("001", ["001-vat", "001-vat-id"]),
        ("1", ["001-vat", "001-vat-id"]),
        ("vat", ["001-vat"]),
        ("20260301", []),
        ("0", []),
        ("", []),
    ],
)
def test_a_features_name_is_read_the_same_way_everywhere(wanted: str, expected: list[str]) -> None:
    assert features_named(["001-vat", "001-vat-id", "20260301-x"], wanted) == (
        ["20260301-x"] if wanted == "20260301" else expected
    )


def test_a_path_from_the_top() -> None:
    assert path_from_top("shop", "src/x.py") == "shop/src/x.py"
    assert path_from_top("shop", "/src/x.py") == "src/x.py"
    assert path_from_top("", "src/../x.py") is None
    assert path_from_top("", ".github/x..y.yml") == ".github/x..y.yml"


# -- what was there when a record landed -----------------------------------------------------------------------

RECORD = "history/prompts/001-vat/0007-move.green.prompt.md"


def unknown_files(adopted: Adopted, *options: str) -> list[str]:
    document = adopted.sdd("check", "--json", *options).document
    return [
        finding["message"]
        for change in document["changes"]
        for finding in change["findings"]
        if finding["rule"] == "phr-unknown-file"
    ]


def record(*files: str, **fields: str) -> str:
    return phr(files, id="0007", feature="001-vat", prompt="Move it.", **fields)


def test_a_file_that_moves_after_its_record_landed_is_no_finding(adopted: Adopted) -> None:
    adopted.land_change({"src/a/one.py": "ONE = 1\n", RECORD: record("src/a/one.py", "src/a/")})
    adopted.land_change({"src/a/one.py": None, "src/b/one.py": "ONE = 1\n"})
    assert unknown_files(adopted) == []


def test_a_file_that_was_gone_before_the_record_is_a_finding(adopted: Adopted) -> None:
    adopted.land_change({"src/one.py": "ONE = 1\n"})
    adopted.land_change({"src/one.py": None})
    adopted.land_change({"history/prompts/001-vat/0006-x.green.prompt.md": phr(["src/vat.py"], id="0006")})
    adopted.land_change({RECORD: record("src/one.py", "src/never.py", "src/vat.py")})
    assert unknown_files(adopted) == [f"names src/{name}.py, which does not exist" for name in ("one", "never")]


def test_a_file_that_the_records_own_change_removed_is_no_finding(adopted: Adopted) -> None:
    adopted.land_change({"src/one.py": "ONE = 1\n"})
    adopted.branch()
    adopted.write({"src/one.py": None})
    adopted.write({RECORD: record("src/one.py")})
    assert "phr-unknown-file" not in rules_of(adopted.gate(), "warning")
    assert unknown_files(adopted) == []
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "work", "-m", "land it")
    adopted.land("main")
    assert unknown_files(adopted) == []


def test_what_only_a_merged_line_held_is_no_finding(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/one.py": "ONE = 1\n", RECORD: record("src/one.py", "src/never.py")})
    adopted.write({"src/one.py": None})
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "work", "-m", "land it")
    adopted.land("main")
    assert unknown_files(adopted) == ["names src/never.py, which does not exist"]


def test_a_record_that_moves_keeps_what_it_names(adopted: Adopted) -> None:
    moved = RECORD.replace("0007-move", "0009-moved")
    adopted.land_change({"src/one.py": "ONE = 1\n", RECORD: record("src/one.py")})
    adopted.land_change({"src/one.py": None})
    adopted.land_change({"history/prompts/001-vat/0006-x.green.prompt.md": phr(["src/vat.py"], id="0006")})
    adopted.land_change({RECORD: None, moved: record("src/one.py")})
    assert unknown_files(adopted) == []


def test_an_uncommitted_removal_is_no_finding(adopted: Adopted) -> None:
    adopted.land_change({"src/one.py": "ONE = 1\n", RECORD: record("src/one.py")})
    (adopted.here.path / "src/one.py").unlink()
    assert unknown_files(adopted) == []


def test_a_shallow_clone_says_what_it_lacks(adopted: Adopted, tmp_path: Path) -> None:
    adopted.land_change({"src/one.py": "ONE = 1\n", RECORD: record("src/one.py")})
    adopted.land_change({"src/one.py": None})
    shallow = Scratch.clone(adopted.remote.path.as_uri(), tmp_path / "shallow", "--depth", "1")
    shown = Adopted.__new__(Adopted)
    shown.here = shallow
    findings = [
        finding
        for change in shown.sdd("check", "--json").document["changes"]
        for finding in change["findings"]
        if finding["rule"] == "phr-unknown-file"
    ]
    assert [finding["message"] for finding in findings] == ["names src/one.py, which does not exist"]
    assert "git fetch --unshallow" in findings[0]["fix"]


@pytest.mark.parametrize("written", ["1", "001", "vat", "001-vat", "specs/001-vat/"])
def test_a_feature_is_known_by_number_slug_and_path(adopted: Adopted, written: str) -> None:
    adopted.land_change(
        {"history/prompts/001-vat/0007-x.green.prompt.md": phr(["src/vat.py"], id="0007", feature=written)}
    )
    assert rules_of(adopted.sdd("check", "--json").document) == set()
    listed = adopted.done("phr", "list", "--feature", "001-vat", "--json").document["items"]
    assert "0007" in [item["id"] for item in listed]


def test_another_form_of_unicode_covers_the_file(adopted: Adopted) -> None:
    written = unicodedata.normalize("NFD", ROUND)
    adopted.branch()
    adopted.write({ROUND: "ONE = 1\n", RECORD: record(written, kind="chore")})
    document = adopted.gate()
    assert "phr-unknown-file" not in rules_of(document, "warning")
    assert "change-no-phr" not in rules_of(document)
