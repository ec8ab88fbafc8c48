"""Changed lines are counted from blobs: no attribute makes them fewer."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from sdd.repo.changes import differences, read_change
from sdd.repo.folders import Pair
from sdd.repo.objects import Repository
from sdd.repo.sizes import count_lines, count_lines_together, may_exceed
from tests.good import good_repository
from tests.program import sdd
from tests.scratch import Scratch


def count(scratch: Scratch) -> dict[str, int]:
    with Repository.discover(scratch.path) as repository:
        head, base = repository.commit("HEAD"), repository.commit("HEAD~1")
        assert head
        assert base
        change = read_change(repository, ref="x", target_name="x", target=base, head=head, forks=[base])
        counted = count_lines(repository, [changed.pair for changed in change.paths])
        # The quick look may be wrong to one side only.
        assert all(
            may_exceed(repository, [changed.pair], lines - 1)
            for changed, lines in zip(change.paths, counted, strict=True)
            if lines
        )
        return {changed.path: lines for changed, lines in zip(change.paths, counted, strict=True)}


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_added_and_removed_lines_are_summed(tmp_path: Path, object_format: str) -> None:
    scratch = Scratch(tmp_path / "a:b", f"--object-format={object_format}")
    scratch.commit("base", {"a.py": "1\n2\n3\n", "gone.py": "1\n2\n", "same.py": "1\n"})
    scratch.commit("change", {"a.py": "1\nx\n3\n4\n", "gone.py": None, "new.py": "1\n2\n3"})
    assert count(scratch) == {"a.py": 3, "gone.py": 2, "new.py": 3}


def test_only_deletions_and_only_additions(scratch: Scratch) -> None:
    scratch.commit("base", {"a.py": "1\n2\n", "b.py": "1\n"})
    scratch.commit("gone", {"a.py": None})
    assert count(scratch) == {"a.py": 2}
    scratch.commit("back", {"a.py": "1\n2\n"})
    assert count(scratch) == {"a.py": 2}


def test_no_attribute_and_no_setting_blinds_the_count(scratch: Scratch) -> None:
    attributes = "*.py -diff\n*.js binary\n*.ts diff=blind\n"
    scratch.commit("base", {".gitattributes": attributes, "a.py": "1\n", "a.js": "1\n", "a.ts": "1\n"})
    (scratch.path / ".git/info").mkdir(exist_ok=True)
    (scratch.path / ".git/info/attributes").write_text("* binary\n")
    scratch.git("config", "core.attributesFile", str(scratch.path / ".gitattributes"))
    scratch.git("config", "diff.blind.textconv", "true")
    scratch.git("config", "diff.blind.binary", "true")
    scratch.git("config", "core.whitespace", "cr-at-eol")
    scratch.commit("change", {"a.py": "1\n2\n3\n", "a.js": "2\n", "a.ts": "1\n2\n"})
    assert count(scratch) == {"a.js": 2, "a.py": 2, "a.ts": 1}


def test_text_with_a_nul_counts_and_an_image_does_not(scratch: Scratch) -> None:
    scratch.commit("base", {"a.py": "# \0\n1\n", "wide.cs": "1\n".encode("utf-16"), "logo.png": b"\x89PNG\0\n\n\n"})
    scratch.commit(
        "change", {"a.py": "# \0\n1\n2\n3\n", "wide.cs": "1\n2\n".encode("utf-16"), "logo.png": b"\x89PNG\0\xff\n\n"}
    )
    counted = count(scratch)
    assert counted["a.py"] == 2
    assert counted["wide.cs"] > 0
    assert counted["logo.png"] == 0


def test_a_mode_change_has_no_lines_and_a_symlink_has_one(scratch: Scratch) -> None:
    scratch.commit("base", {"a.sh": "1\n", "b": "1\n"})
    (scratch.path / "a.sh").chmod(0o755)
    (scratch.path / "link").symlink_to("b")
    scratch.commit("odd")
    assert count(scratch) == {"a.sh": 0, "link": 1}


def test_nothing_counts_nothing(scratch: Scratch) -> None:
    with Repository.discover(scratch.path) as repository:
        assert count_lines(repository, []) == []
        assert not may_exceed(repository, [], 0)


def test_a_quick_look_sees_what_stands_between_the_common_start_and_end(scratch: Scratch) -> None:
    lines = [f"{number}\n" for number in range(100)]
    scratch.commit("base", {"a": "".join(lines), "b": "1\n1\n1\n"})
    base = scratch.git("rev-parse", "HEAD")
    head = scratch.commit("change", {"a": "".join([*lines[:40], "x\n", *lines[42:]]), "b": "1\n1\n"})
    with Repository.discover(scratch.path) as repository:
        change = read_change(repository, ref="x", target_name="x", target=base, head=head, forks=[base])
        middle, end = (changed.pair for changed in change.paths)
        assert may_exceed(repository, [middle], 2)
        assert not may_exceed(repository, [middle], 3)
        assert not may_exceed(repository, [end], 1)


def test_a_long_line_counts_as_several(scratch: Scratch) -> None:
    scratch.commit("base", {"same.js": "a" * 9000 + "\nb\n", "cut.js": "a" * 4000, "wide.js": "b\n"})
    scratch.commit(
        "change",
        {"same.js": "a" * 9000 + "\nc\n", "cut.js": "a" * 2000, "wide.js": "é" * 200 + "\n", "new.js": "a" * 401},
    )
    assert count(scratch) == {"same.js": 2, "cut.js": 15, "wide.js": 2, "new.js": 2}


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x85", "\u2028"])
def test_every_end_of_a_line_counts(scratch: Scratch, end: str) -> None:
    lines = [f"{number}{end}" for number in range(60)]
    scratch.commit("base", {"a.js": "".join(lines), "gone.js": "".join(lines)})
    scratch.commit("change", {"a.js": "".join(["x", end, *lines[1:30], *lines[31:]]), "gone.js": None})
    assert count(scratch) == {"a.js": 3, "gone.js": 60}


def test_versions_that_are_too_long_to_compare_count_whole(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch.commit("base", {"a": "0\n" + "1\n2\n" * 10 + "3\n", "b": "1\n"})
    scratch.commit("change", {"a": "0\nx\n" + "1\n2\n" * 9 + "1\ny\n3\n", "b": "1\n2\n"})
    assert count(scratch) == {"a": 3, "b": 1}
    monkeypatch.setattr("sdd.repo.sizes._MOST_COMPARED", 40)
    assert count(scratch) == {"a": 41, "b": 1}


def test_only_so_many_lines_are_compared_in_all(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = "0\n" + "1\n2\n" * 10, "0\nx\n" + "1\n2\n" * 9 + "1\ny\n"
    scratch.commit("base", dict.fromkeys("abc", before))
    scratch.commit("change", dict.fromkeys("abc", after))
    assert count(scratch) == {"a": 3, "b": 3, "c": 3}
    monkeypatch.setattr("sdd.repo.sizes._MOST_COMPARED", 90)
    assert count(scratch) == {"a": 3, "b": 3, "c": 41}


def test_what_is_counted_together_is_counted_as_alone(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = "0\n" + "1\n2\n" * 10, "0\nx\n" + "1\n2\n" * 9 + "1\ny\n"
    scratch.commit("base", dict.fromkeys("abc", before))
    scratch.commit("change", dict.fromkeys("abc", after))
    monkeypatch.setattr("sdd.repo.sizes._MOST_COMPARED", 90)
    with Repository.discover(scratch.path) as repository:
        pairs = [*differences(repository, "HEAD~1", "HEAD").values()]
        assert count_lines_together(repository, [pairs[:2], [], pairs, pairs[2:]]) == [[3, 3], [], [3, 3, 41], [3]]


def test_a_change_counts_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = good_repository(tmp_path / "good")
    here.commit("Large", {f"src/{number}.py": f"N = {number}\n" * 30 for number in range(40)})
    seen: list[Pair] = []

    def count_and_note(repository: Repository, groups: Sequence[Sequence[Pair]]) -> list[list[int]]:
        seen.extend(pair for group in groups for pair in group)
        return count_lines_together(repository, groups)

    monkeypatch.setattr("sdd.repo.sizes.count_lines_together", count_and_note)
    monkeypatch.setattr("sdd.answers.audit.judging.count_lines_together", count_and_note)
    (gap,) = sdd(here.path, "audit", "HEAD~1..HEAD", "--json").document["items"]
    assert gap["lines"] == 1200
    assert len(seen) == 40


@pytest.mark.parametrize("new", ["aaa", "zzz"])
def test_files_that_only_move_count_once_and_without_lines(tmp_path: Path, new: str) -> None:
    """Whether their new path comes before the old one or after it."""
    scratch = good_repository(tmp_path / "good")
    code = "".join(f"LINE_{number} = {number}\n" for number in range(40))
    scratch.commit("Parts", {f"mmm/part{number}.py": f"N = {number}\n{code}" for number in range(30)})
    scratch.git("mv", "mmm", new)
    scratch.git("commit", "-qm", "Move them")
    (change,) = sdd(scratch.path, "gate", "--base", "HEAD~1", "--json").document["changes"]
    assert "change-too-large" not in {finding["rule"] for finding in change["findings"]}
    scratch.commit("And more", {f"{new}/more{number}.py": "N = 1\n" for number in range(11)})
    (change,) = sdd(scratch.path, "gate", "--base", "HEAD~2", "--json").document["changes"]
    (told,) = (finding["message"] for finding in change["findings"] if finding["rule"] == "change-too-large")
    assert "has 11 lines in 41 files" in told


def test_one_large_file_is_told_as_one(tmp_path: Path) -> None:
    scratch = good_repository(tmp_path / "good")
    scratch.commit("Large", {"src/large.py": "N = 1\n" * 700})
    (change,) = sdd(scratch.path, "gate", "--base", "HEAD~1", "--json").document["changes"]
    (told,) = (finding["message"] for finding in change["findings"] if finding["rule"] == "change-too-large")
    assert told.startswith("the change has 700 lines in 1 file (limits ")
