"""What counts as a revert: content that the target held at that path, or the undoing of a commit that a PHR names."""

from pathlib import Path
from typing import Any

import pytest

from tests.adopted import Adopted, copied, phr, rules_of

Files = dict[str, Any]
RECORD = "history/prompts/general/0001-rounding.green.prompt.md"
LINES = [f"line {number}\n" for number in range(1, 21)]


def text(**changed: str) -> str:
    """The file's text, some lines of it otherwise: `line_3="three"`."""
    lines = list(LINES)
    for name, said in changed.items():
        lines[int(name.removeprefix("line_")) - 1] = f"{said}\n"
    return "".join(lines)


@pytest.fixture(scope="module")
def history_once(adopted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A target in whose history `src/long.py` has changed twice, and `src/extra.py` came along with the first edit."""
    folder = tmp_path_factory.mktemp("history") / "project"
    adopted = copied(adopted_once, folder)
    adopted.land_change({"src/long.py": text()}, "begin")
    adopted.land_change({"src/long.py": text(line_3="three"), "src/extra.py": "1\n"}, "to be undone")
    adopted.land_change({"src/long.py": text(line_3="three", line_15="fifteen")}, "stays")
    return folder


@pytest.fixture
def history(history_once: Path, tmp_path: Path) -> Adopted:
    """Such a project, for this test alone."""
    return copied(history_once, tmp_path / "project")


def gate(adopted: Adopted, files: Files, prompt: str = "Take it back.", **named: str) -> set[str]:
    """The rules that a change of kind revert breaks; the record names the files, and what its prompt says."""
    record = phr([*files], kind="revert", prompt=prompt, **named)
    lines = ["commit refs/heads/work", "committer Ada <ada@example.com> 1772366400 +0000", "data 1", "x"]
    lines += ["from refs/heads/main^0"]
    for path, content in {**files, RECORD: record}.items():
        held = "" if content is None else content
        lines += [f"D {path}"] if content is None else [f"M 100644 inline {path}", f"data {len(held.encode())}\n{held}"]
    adopted.here.git("fast-import", "--quiet", "--force", stdin="\n".join([*lines, ""]))
    return rules_of(adopted.gate("--head", "work"))


def oid(adopted: Adopted, revision: str) -> str:
    return adopted.here.git("rev-parse", revision)


def test_what_the_path_held_before_comes_back(history: Adopted) -> None:
    assert gate(history, {"src/long.py": text()}) == set()
    assert gate(history, {"src/long.py": text(line_3="three")}) == set()
    assert gate(history, {"src/long.py": text(line_3="four")}) == {"change-not-a-revert"}


def test_what_another_path_or_branch_held_is_new_here(history: Adopted) -> None:
    assert gate(history, {"src/other.py": text()}) == {"change-not-a-revert"}
    history.branch("own")
    history.write({"src/long.py": "own\n"})
    history.write({"src/long.py": "other\n"})
    history.write({"src/long.py": "own\n", RECORD: phr(["src/long.py"], kind="revert")})
    assert rules_of(history.gate()) == {"change-not-a-revert"}


def test_a_commit_that_the_record_names_is_undone_below_what_came_after(history: Adopted) -> None:
    undone: Files = {"src/long.py": text(line_15="fifteen"), "src/extra.py": None}
    commit = oid(history, "main~1")
    assert gate(history, undone) == {"change-not-a-revert"}
    for name in (commit, commit[:7]):
        assert gate(history, undone, f"This reverts commit {name}.") == set()
    assert gate(history, undone, "Take it back.", response=f"Reverted {commit}.") == set()
    assert gate(history, undone, commit[:6]) == {"change-not-a-revert"}
    more: Files = {"src/long.py": text(line_15="fifteen", line_19="more")}
    assert gate(history, more, f"This reverts commit {commit}.") == {"change-not-a-revert"}


def test_a_landing_is_undone_where_its_files_have_moved_since(history: Adopted) -> None:
    """As git's own revert makes it: the edit goes, and what the landing added."""
    commit = oid(history, "main~1")
    (history.here.path / "lib").mkdir()
    history.here.git("mv", "src/long.py", "src/extra.py", "lib")
    history.land_change({"lib/new.py": "\n"}, "move")
    undone: Files = {"lib/long.py": text(line_15="fifteen"), "lib/extra.py": None}
    assert gate(history, undone) == {"change-not-a-revert"}
    assert gate(history, undone, f"This reverts commit {commit}.") == set()
    for other in (text(line_14="more", line_15="fifteen"), text()):
        files: Files = {"lib/long.py": other}
        assert gate(history, files, f"This reverts commit {commit}.") == {"change-not-a-revert"}
    assert gate(history, {"lib/new.py": None}, f"This reverts commit {commit}.") == {"change-not-a-revert"}


def test_a_revert_of_more_merges_than_are_tried_says_so(history: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sdd.repo.merging.MERGES", 0)
    files: Files = {"src/long.py": text(line_15="fifteen"), "src/extra.py": None}
    history.branch()
    record = phr([*files], kind="revert", prompt=f"This reverts commit {oid(history, 'main~1')}.")
    history.write({**files, RECORD: record})
    (finding,) = history.gate()["changes"][0]["findings"]
    assert finding["path"] == "src/long.py"
    assert "(0 merges were tried: limit)" in finding["message"]


def test_a_merge_of_long_files_counts_as_several(history: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    undone: Files = {"src/long.py": text(line_15="fifteen"), "src/extra.py": None}
    said = f"This reverts commit {oid(history, 'main~1')}."
    monkeypatch.setattr("sdd.repo.merging.MERGES", 3)
    monkeypatch.setattr("sdd.repo.merging._LINES_OF_A_MERGE", 1_000)
    assert gate(history, undone, said) == set()
    monkeypatch.setattr("sdd.repo.merging._LINES_OF_A_MERGE", 10)
    assert gate(history, undone, said) == {"change-not-a-revert"}


def test_only_a_commit_of_the_targets_history_can_be_undone(history: Adopted) -> None:
    history.branch("elsewhere")
    history.write({"src/long.py": "never landed\n"})
    history.here.git("revert", "--no-edit", "HEAD")
    commit = oid(history, "elsewhere")
    history.here.git("switch", "-q", "main")
    files: Files = {"src/long.py": "never landed\n"}
    assert gate(history, files, f"This reverts commit {commit}.") == {"change-not-a-revert"}
    # A commit that did not touch the file undoes nothing of it, and neither does a name that is no commit.
    blob = oid(history, "main:src/long.py")
    for name in (history.here.git("rev-list", "--max-parents=0", "main"), blob, "a" * 40):
        assert gate(history, files, f"This reverts commit {name}.") == {"change-not-a-revert"}


def test_a_deletion_undoes_only_the_commit_that_added_the_file(history: Adopted) -> None:
    gone: Files = {"src/extra.py": None}
    assert gate(history, gone, f"This reverts commit {oid(history, 'main~1')}.") == set()
    assert gate(history, gone) == {"change-not-a-revert"}
    assert gate(history, gone, f"This reverts commit {oid(history, 'main')}.") == {"change-not-a-revert"}
    edited = {"src/long.py": None}
    assert gate(history, edited, f"This reverts commit {oid(history, 'main~1')}.") == {"change-not-a-revert"}


def test_a_file_that_was_edited_since_goes_with_the_commit_that_added_it(history: Adopted) -> None:
    history.land_change({"src/extra.py": "2\n"}, "edited since")
    added, edited = oid(history, "main~2"), oid(history, "main")
    assert gate(history, {"src/extra.py": None}, f"This reverts commit {added}.") == set()
    assert gate(history, {"src/extra.py": None}, f"This reverts commit {edited}.") == {"change-not-a-revert"}


def test_new_work_on_a_file_that_a_commit_added_or_deleted_is_no_revert_of_it(history: Adopted) -> None:
    added = oid(history, "main~1")
    assert gate(history, {"src/extra.py": "3\n"}, f"This reverts commit {added}.") == {"change-not-a-revert"}
    history.land_change({"src/extra.py": None}, "deleted")
    history.land_change({"src/extra.py": "again\n"}, "and there again")
    deleted = oid(history, "main~1")
    assert gate(history, {"src/extra.py": "3\n"}, f"This reverts commit {deleted}.") == {"change-not-a-revert"}


def test_a_file_that_a_commit_deleted_comes_back(history: Adopted) -> None:
    history.land_change({"src/extra.py": None}, "deleted")
    said = f"This reverts commit {oid(history, 'main')}."
    assert gate(history, {"src/extra.py": "1\n"}, said) == set()
    assert gate(history, {"src/extra.py": "1\n2\n"}, said) == {"change-not-a-revert"}
    assert gate(history, {"src/extra.py": "new\n"}, f"{oid(history, 'main~2')}") == {"change-not-a-revert"}


def test_what_conflicts_is_no_revert(history: Adopted) -> None:
    history.land_change({"src/long.py": text(line_3="drei", line_15="fifteen")}, "in the same line")
    commit = oid(history, "main~2")
    history.branch("conflict")
    history.here.run("git", "revert", "--no-commit", commit)
    conflicted = (history.here.path / "src/long.py").read_text()
    assert "<<<<<<<" in conflicted
    history.here.git("reset", "-q", "--hard")
    history.here.git("switch", "-q", "main")
    plain = "".join(
        {"<": "<<<<<<< ours\n", ">": ">>>>>>> theirs\n"}.get(line[0], line) for line in conflicted.splitlines(True)
    )
    for said in (conflicted, plain, text(line_15="fifteen")):
        assert gate(history, {"src/long.py": said}, f"This reverts commit {commit}.") == {"change-not-a-revert"}


def test_a_merge_is_undone_by_its_name_and_by_that_of_a_commit_that_it_brought(history: Adopted) -> None:
    history.branch("side", "main~1")
    history.write({"src/side.py": "1\n", "src/moved.py": "1\n", "src/extra.py": None})
    history.write({"src/late.py": "1\n", "src/side.py": "2\n"})
    history.here.git("switch", "-q", "main")
    history.here.git("merge", "-q", "--no-edit", "--no-ff", "side")
    history.land("main")
    history.land_change({"src/other.py": "1\n"}, "later")
    merge, first, last = (oid(history, name) for name in ("main~1", "side~1", "side"))
    undone: Files = {"src/side.py": None, "src/moved.py": None, "src/extra.py": "1\n", "src/late.py": None}
    for named in (merge, first, last, f"{first} and {last}"):
        assert gate(history, undone, f"This reverts commit {named}.") == set()
    # What only the branch held never stood on the target.
    assert gate(history, {"src/side.py": "1\n"}, f"This reverts commit {last}.") == {"change-not-a-revert"}
    assert gate(history, {"src/other.py": None}, f"This reverts commit {last}.") == {"change-not-a-revert"}


@pytest.mark.parametrize("is_moved_on", [False, True])
def test_a_file_that_a_commit_renamed_gets_its_name_back_with_what_was_edited_since(
    history: Adopted, is_moved_on: bool
) -> None:
    edited = text(line_3="three", line_15="fifteen", line_18="since")
    history.land_change({"src/long.py": None, "src/new.py": text(line_3="three", line_15="fifteen")}, "renamed")
    renamed = f"This reverts commit {oid(history, 'main')}."
    history.land_change({"src/new.py": edited}, "edited since")
    if is_moved_on:
        history.land_change({"src/new.py": None, "lib/new.py": edited}, "moved on")
    now = "lib/new.py" if is_moved_on else "src/new.py"
    assert gate(history, {now: None, "src/long.py": edited}, renamed) == set()
    for other in (text(), text(line_18="since"), f"{edited}more\n"):
        assert "change-not-a-revert" in gate(history, {now: None, "src/long.py": f"{other}x\n"}, renamed)


def test_the_first_commit_of_all_is_undone(adopted: Adopted) -> None:
    first = adopted.here.git("rev-list", "--max-parents=0", "main")
    assert gate(adopted, {"src/old.py": None}, f"This reverts commit {first}.") == set()
    assert gate(adopted, {"src/old.py": "OLD = 3\n"}, f"This reverts commit {first}.") == {"change-not-a-revert"}
