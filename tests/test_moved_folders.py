"""`old/ -> new/` in a PHR's `files`: what it covers, and where `sdd phr new` writes it."""

from itertools import product
from pathlib import Path

import pytest

from sdd.authoring.prose import file_entry, moved_entry
from sdd.gate.cover import MovedFiles
from sdd.records.kinds import phr as phrs
from sdd.records.kinds.file_entries import moved_folder, path_of
from sdd.repo.changes import PathChange
from sdd.repo.folders import Entry
from tests.adopted import PROMISE, Adopted, phr, rows_of, rules_of

GENERAL = "history/prompts/general/0009-move.refactor.prompt.md"
WAYS = ("--kind", "refactor", "--success", "The module stands in one place.", "--check", "true")


@pytest.fixture
def moved(adopted: Adopted) -> Adopted:
    """A folder that has landed, on a branch that moves it with all that is in it."""
    files: dict[str, str | bytes | None] = {f"src/old/{name}.py": f"{name.upper()} = 1\n" for name in "abc"}
    adopted.land_change(
        {
            **files,
            "src/old/__init__.py": "",
            "src/old/py.typed": "",
            "src/old/deep/d.py": "D = 1\n",
            "src/rates.py": "R = 1\n",
        }
    )
    adopted.branch()
    adopted.here.git("mv", "src/old", "src/new")
    return adopted


def covered_by(adopted: Adopted, *entries: str) -> dict[str, bool]:
    """Path -> whether a PHR with these entries covers it."""
    adopted.write({GENERAL: phr(entries, id="0009", stage="refactor", kind="refactor", embedded=PROMISE)})
    return {path: "phr" not in row["lacks"] for path, row in rows_of(adopted.gate()).items()}


# -- reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("src/old/ -> src/new/", ("src/old/", "src/new/")),
        ("./src/old/ -> ./src/new/", ("src/old/", "src/new/")),
        ("`src/old/` → `src/new/`", ("src/old/", "src/new/")),
        ("old/ => new/", ("old/", "new/")),
        ("/api/old/ -> /web/old/", ("/api/old/", "/web/old/")),
        ("my lib/ -> the new lib/", ("my lib/", "the new lib/")),
        ("`my lib/` -> 'lib/'", ("my lib/", "lib/")),
        ("src/old/ -> src/new/ (renamed)", None),
        ("a/ -> b/ -> c/", None),
        ("src/old/ -> src/new", None),
        ("src/old.py -> src/new.py", None),
        ("src/old/ - moved", None),
        ("src/old/", None),
    ],
)
def test_an_entry_with_two_folders_says_that_one_became_the_other(written: str, read: tuple[str, str] | None) -> None:
    assert moved_folder(written) == read
    assert read or path_of(written)


def test_a_move_between_any_two_names_is_read_back() -> None:
    signs = (
        "lib", "my lib", " a", "a ", "a  b", "a\nb", "a`b", "`a`", "'a'", '"a b"', "a -> b", "a/ -> b", "a (b)", "a: b",
        "-a", "#a", "[a](b)", "none", "new: a", "\udcff", '"a\\" -> b\udcff', "x; touch y", "n" * 250,
    )  # fmt: skip
    for old, new in product((f"{sign}/" for sign in signs), repeat=2):
        entry = moved_entry(old, new)
        assert (moved_folder(entry), file_entry(entry)) == ((old, new), entry)


def test_moves_are_told_by_blob_and_mode() -> None:
    def entry(oid: str, mode: str = "100644") -> Entry:
        return Entry(mode, oid)

    def changed(path: str, status: str, side: Entry) -> PathChange:
        return PathChange(path, status, *((side, side, None) if status == "D" else (None, None, side)))

    moves = MovedFiles(
        [
            changed("old/a", "D", entry("1")), changed("new/a", "A", entry("1")),
            changed("old/edited", "D", entry("2")), changed("new/edited", "A", entry("3")),
            changed("old/script", "D", entry("4")), changed("new/script", "A", entry("4", "100755")),
            changed("old/renamed", "D", entry("5")), changed("new/other", "A", entry("5")),
            changed("older/b", "D", entry("6")), changed("new/b", "A", entry("6")),
            changed("old/c/d", "D", entry("7")), changed("new/c/d", "A", entry("7")),
        ]
    )  # fmt: skip
    assert moves.between("old/", "new/") == {"old/a": "new/a", "old/c/d": "new/c/d"}
    assert moves.between("old/c/", "new/c/") == {"old/c/d": "new/c/d"}
    assert moves.between("new/", "old/") == moves.between("ol/", "new/") == {}


# -- covering ----------------------------------------------------------------------------------------------


def test_what_moved_is_covered_at_both_ends(moved: Adopted) -> None:
    rows = covered_by(moved, "src/old/ -> src/new/")
    assert len(rows) == 12
    assert all(rows.values())
    document = moved.gate()
    assert (document["verdict"], rules_of(document)) == ("pass", set())


def test_a_top_level_folder_may_move(adopted: Adopted) -> None:
    adopted.land_change({"lib/a.py": "A = 1\n", "lib/b.py": "B = 1\n"})
    adopted.branch()
    adopted.here.git("mv", "lib", "core")
    assert covered_by(adopted, "lib/ -> core/") == dict.fromkeys(
        ("lib/a.py", "lib/b.py", "core/a.py", "core/b.py"), True
    )  # fmt: skip
    assert rules_of(adopted.gate()) == set()


def test_what_changed_on_the_way_or_stands_beside_is_not_covered(moved: Adopted) -> None:
    moved.here.write("src/new/a.py", "A = 2\n")
    moved.here.write("src/new/added.py", "N = 1\n")
    moved.here.write("src/rates.py", "R = 2\n")
    moved.here.git("rm", "-q", "-f", "src/new/b.py")
    rows = covered_by(moved, "src/old/ -> src/new/")
    assert {path for path, covered in rows.items() if not covered} == {
        "src/old/a.py", "src/new/a.py", "src/old/b.py", "src/new/added.py", "src/rates.py",
    }  # fmt: skip


def test_only_the_folders_that_are_named_count(moved: Adopted) -> None:
    rows = covered_by(moved, "src/old/deep/ -> src/new/deep/")
    assert {path for path, covered in rows.items() if covered} == {
        "src/old/deep/d.py", "src/new/deep/d.py",
    }  # fmt: skip


def test_folders_that_never_were_are_unknown(moved: Adopted) -> None:
    covered_by(moved, "src/old/ -> src/new/", "src/gone/ -> src/nowhere/")
    told = [(one["rule"], one["message"]) for one in moved.gate()["changes"][0]["findings"]]
    assert told[-2:] == [
        ("phr-unknown-file", "names src/gone/, which does not exist"),
        ("phr-unknown-file", "names src/nowhere/, which does not exist"),
    ]


def test_a_move_cannot_stand_for_the_naming_of_a_policy(moved: Adopted) -> None:
    entry = phr([".specify/ -> old/.specify/"], id="0009", stage="constitution", prompt="Move it.")
    path = "history/prompts/constitution/0009-move.constitution.prompt.md"
    moved.write({".specify/sdd.toml": "[gate]\nexempt = ['*.py']\n", path: entry})
    assert "policy-changed" in rules_of(moved.gate())


def test_where_a_landed_record_says_so_it_stays_said(moved: Adopted) -> None:
    covered_by(moved, "src/old/ -> src/new/")
    moved.land("HEAD:main")
    text = (moved.here.path / GENERAL).read_text()
    moved.write({GENERAL: text.replace("src/new/", "src/other/")})
    assert "history-rewritten" in rules_of(moved.gate())


# -- writing -----------------------------------------------------------------------------------------------


def files_of(adopted: Adopted) -> list[str]:
    """The entries of the PHR that was committed last."""
    path = adopted.here.git("show", "--format=", "--name-only", "HEAD").strip()
    text = adopted.here.git("show", f"HEAD:{path}")
    return [entry.written for entry in phrs.parse(path, text.encode(), "").files]


@pytest.mark.parametrize("name", ["my `lib`", "a/ -> b", "\udcff '"])
def test_phr_new_names_a_folder_of_any_name(adopted: Adopted, name: str) -> None:
    adopted.land_change({f"{name}/a.py": "A = 1\n", f"{name}/b.py": "B = 1\n"})
    adopted.branch()
    adopted.here.git("mv", name, f"new {name[-1]}")
    adopted.here.git("commit", "-q", "-m", "Move it")
    assert "(names 2 files)" in adopted.done("phr", "new", "Move it", *WAYS, "--commit").out
    assert len(files_of(adopted)) == 1
    assert adopted.gate()["verdict"] == "pass"


def test_phr_new_names_a_folder_that_moved_as_one(moved: Adopted) -> None:
    moved.here.git("commit", "-q", "-m", "Move it")
    moved.done("phr", "new", "Move it", *WAYS, "--commit")
    assert files_of(moved) == ["src/old/ -> src/new/"]
    assert moved.gate()["verdict"] == "pass"
    assert "names every governed file already" in moved.done("phr", "add").out


def test_phr_new_names_what_changed_on_the_way_by_its_paths(moved: Adopted) -> None:
    moved.here.write("src/new/a.py", "A = 2\n")
    moved.here.git("commit", "-q", "-a", "-m", "Move it")
    moved.done("phr", "new", "Move it", *WAYS, "--commit")
    assert files_of(moved) == ["src/old/ -> src/new/", "src/new/a.py", "src/old/a.py"]
    assert moved.gate()["verdict"] == "pass"


def test_phr_new_names_files_that_left_a_folder_which_stays(adopted: Adopted) -> None:
    adopted.land_change({f"src/old/{name}.py": f"{name} = 1\n" for name in "abc"})
    adopted.branch()
    for name in "ab":
        (adopted.here.path / "src/new").mkdir(exist_ok=True)
        adopted.here.git("mv", f"src/old/{name}.py", f"src/new/{name}.py")
    adopted.here.git("commit", "-q", "-m", "Move some")
    adopted.done("phr", "new", "Move some", *WAYS, "--commit")
    assert files_of(adopted) == ["src/new/a.py", "src/new/b.py", "src/old/a.py", "src/old/b.py"]


def test_a_move_can_be_named_by_hand(moved: Adopted) -> None:
    moved.here.git("commit", "-q", "-m", "Move it")
    wrong = moved.sdd("phr", "new", "Move it", *WAYS, "--file", "src/old/ -> src/elsewhere/")
    assert (wrong.status, "nothing moved from src/old/ to src/elsewhere/" in wrong.err) == (2, True)
    moved.done("phr", "new", "Move it", *WAYS, "--file", "src/old/ -> src/new/", "--commit")
    assert files_of(moved) == ["src/old/ -> src/new/"]
    assert moved.gate()["verdict"] == "pass"


def test_why_finds_the_record_of_a_move(moved: Adopted, tmp_path: Path) -> None:
    moved.here.git("commit", "-q", "-m", "Move it")
    moved.done("phr", "new", "Move it", *WAYS, "--commit")
    assert "move-it.refactor" in moved.done("why", "src/new/a.py").out
