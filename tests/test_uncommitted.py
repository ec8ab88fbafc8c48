"""What the work tree holds otherwise than HEAD: always what a commit of all of it would hold."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from sdd.index.database import answer
from sdd.index.state import standing_now
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.repo.objects import Repository
from sdd.repo.scratch import PREFIX
from sdd.repo.uncommitted import uncommitted_paths
from tests.scratch import Scratch
from tests.whole_index import none_expected

A, B, C = (f"history/adr/000{number}-x.md" for number in (1, 2, 3))
TEXT = "# ADR-0001: One\n\nDecided.\n"


@pytest.fixture
def here(scratch: Scratch) -> Scratch:
    """Three records, committed."""
    scratch.commit("first", {A: TEXT, B: TEXT, C: TEXT, "src/a.md": "no record\n"})
    return scratch


def uncommitted(here: Scratch) -> dict[str, str | None]:
    """path -> the blob that is there, for what differs from HEAD; compared with the tree that git would write."""
    with Repository.discover(here.path) as repository:
        read = "SELECT path, blob FROM records"
        rows = answer(repository, lambda index: index.execute(read).fetchall(), none_expected)
        standing = standing_now(repository)
    with Repository.discover(here.path) as repository:
        tree = repository.tree(repository.snapshot())
        there = {storable(path): entry.oid for path, entry in tree.walk() if entry.is_file and locate(path)}
    assert dict(rows) == there
    return {path: entry.oid if entry else None for path, entry in standing.uncommitted.items()}


def test_what_is_as_head_has_it_is_not_told(here: Scratch) -> None:
    assert uncommitted(here) == {}
    here.write("src/a.md", "still no record\n")
    (here.path / A).touch()
    assert uncommitted(here) == {}


def test_paths_of_whatever_is_not_as_head_has_it(here: Scratch, tmp_path: Path) -> None:
    other = Scratch(tmp_path / "other")
    other.commit("first", {"a": "a\n"})
    here.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "part")
    here.commit("part", {".gitignore": "ignored\n"})
    here.git("-C", "part", "commit", "-q", "--allow-empty", "-m", "further on")
    here.git("mv", A, "history/adr/0009-moved.md")
    for path in ("src/new \u00e4.py", "ignored"):
        here.write(path, "new\n")
    with Repository.discover(here.path) as repository:
        tracked = {A, "history/adr/0009-moved.md", "part"}
        assert set(uncommitted_paths(repository)) == tracked | {"src/new \u00e4.py"}
        assert set(uncommitted_paths(repository, untracked=False)) == tracked


def test_staged_and_unstaged_and_untracked(here: Scratch) -> None:
    here.write(A, "# ADR-0001: Staged\n")
    here.git("add", A)
    assert list(uncommitted(here)) == [A]
    here.write(A, "# ADR-0001: And changed again\n")
    (here.path / B).unlink()
    here.git("rm", "-q", "--cached", C)
    here.write("history/adr/0004-new.md", TEXT)
    here.write("history/adr/0005-intended.md", TEXT)
    here.git("add", "-N", "history/adr/0005-intended.md")
    one = here.git("hash-object", C)
    assert uncommitted(here) == {
        A: here.git("hash-object", A),
        B: None,
        C: one,
        "history/adr/0004-new.md": one,
        "history/adr/0005-intended.md": one,
    }
    here.git("rm", "-q", "--cached", B)
    here.git("mv", A, "history/adr/0009-moved.md")
    (here.path / "history/adr/0005-intended.md").unlink()
    assert uncommitted(here)[A] is None


def test_before_the_first_commit(scratch: Scratch) -> None:
    assert uncommitted(scratch) == {}
    scratch.write(A, TEXT)
    scratch.write(B, TEXT)
    scratch.git("add", B)
    assert set(uncommitted(scratch)) == {A, B}


def test_a_new_branch_without_commits_holds_what_is_staged(here: Scratch) -> None:
    here.git("checkout", "-q", "--orphan", "other")
    assert set(uncommitted(here)) == {A, B, C}
    here.git("rm", "-q", "-r", "--cached", ".")
    here.write(".gitignore", B)
    assert set(uncommitted(here)) == {A, C}


def test_ignored_files_are_left_out_but_not_tracked_ones(here: Scratch) -> None:
    here.write(".gitignore", "history/\n")
    here.write("history/adr/0004-ignored.md", TEXT)
    here.write(A, "# ADR-0001: Tracked all the same\n")
    assert list(uncommitted(here)) == [A]
    here.git("rm", "-q", "--cached", B)
    assert uncommitted(here)[B] is None


def test_line_ends_and_filters_are_applied(here: Scratch) -> None:
    here.git("config", "filter.loud.clean", "tr a-z A-Z")
    here.write(".gitattributes", f"* text=auto\n{B} filter=loud\n")
    here.write(A, TEXT.replace("\n", "\r\n"))
    here.write("history/adr/0004-crlf.md", TEXT.replace("\n", "\r\n"))
    here.write(B, TEXT + "more\n")
    found = uncommitted(here)
    assert A not in found or found[A] == here.git("rev-parse", f"HEAD:{A}")
    assert found["history/adr/0004-crlf.md"] == here.git("rev-parse", f"HEAD:{A}")
    assert found[B] == here.git("hash-object", "--stdin", stdin=(TEXT + "more\n").upper())
    here.git("config", "core.autocrlf", "true")
    here.write(C, "# Three\r\n")
    assert uncommitted(here)[C] == here.git("hash-object", "--stdin", stdin="# Three\n")


def test_line_ends_that_were_committed_stay_as_git_leaves_them(here: Scratch) -> None:
    here.commit("crlf", {A: TEXT.replace("\n", "\r\n")})
    here.write(".gitattributes", "* text=auto\n")
    here.write(A, TEXT.replace("\n", "\r\n") + "more\r\n")
    with Repository.discover(here.path) as repository:
        body = "SELECT text FROM adrs JOIN texts ON texts.id = body JOIN records ON records.id = record WHERE path = ?"
        (said,) = answer(repository, lambda index: index.execute(body, (A,)).fetchone(), none_expected)
    assert said == f"{TEXT}more"


def test_a_link_is_no_record(here: Scratch) -> None:
    for path, target in ((A, "0002-x.md"), (B, "/nowhere"), (C, "../adr")):
        (here.path / path).unlink()
        (here.path / path).symlink_to(target)
    (here.path / "history/adr/0004-link.md").symlink_to("0001-x.md")
    assert set(uncommitted(here).values()) <= {None, ""}
    here.commit("links")
    assert uncommitted(here) == {}
    (here.path / A).unlink()
    here.write(A, TEXT)
    assert uncommitted(here) == {A: here.git("hash-object", A)}


def test_a_folder_that_becomes_a_link_holds_no_records(here: Scratch) -> None:
    (here.path / "history").rename(here.path / "elsewhere")
    (here.path / "history").symlink_to("elsewhere")
    assert uncommitted(here) == {A: None, B: None, C: None}


def test_a_record_becomes_a_folder_and_a_folder_a_record(here: Scratch) -> None:
    (here.path / A).unlink()
    here.write(f"{A}/history/adr/0001-inner.md", TEXT)
    assert uncommitted(here) == {A: None, f"{A}/history/adr/0001-inner.md": here.git("hash-object", B)}
    here.commit("a folder")
    assert uncommitted(here) == {}
    (here.path / f"{A}/history/adr/0001-inner.md").unlink()
    for folder in ("history/adr", "history", ""):
        (here.path / A / folder).rmdir()
    here.write(A, TEXT)
    assert uncommitted(here) == {A: here.git("hash-object", A), f"{A}/history/adr/0001-inner.md": None}


def test_what_is_neither_file_nor_link_is_not_opened(here: Scratch) -> None:
    """Who opened this would wait for ever."""
    (here.path / A).unlink()
    os.mkfifo(here.path / A)
    os.mkfifo(here.path / "history/adr/0004-pipe.md")
    with Repository.discover(here.path) as repository:
        assert standing_now(repository).uncommitted == {A: None}


def test_a_mode_alone_changes_no_content(here: Scratch) -> None:
    (here.path / A).chmod(0o755)
    assert uncommitted(here) == {A: here.git("hash-object", A)}


def test_paths_that_are_not_checked_out_are_as_head_has_them(here: Scratch) -> None:
    here.commit("more", {"apps/shop/history/adr/0001-y.md": TEXT})
    here.git("sparse-checkout", "set", "--cone", "apps")
    assert not (here.path / A).exists()
    assert uncommitted(here) == {}
    here.git("sparse-checkout", "set", "--cone", "--sparse-index", "apps")
    here.write("apps/shop/history/adr/0001-y.md", "# ADR-0001: Changed\n")
    assert list(uncommitted(here)) == ["apps/shop/history/adr/0001-y.md"]
    here.git("sparse-checkout", "disable")
    here.git("update-index", "--skip-worktree", A)
    here.git("update-index", "--assume-unchanged", B)
    (here.path / A).unlink()
    (here.path / B).unlink()
    assert list(uncommitted(here)) == ["apps/shop/history/adr/0001-y.md"]


@pytest.mark.parametrize("left", [True, False])
def test_unmerged_paths_are_as_they_lie_there(here: Scratch, left: bool) -> None:
    here.git("switch", "-q", "-c", "theirs")
    here.commit(
        "theirs", {A: "# ADR-0001: Theirs\n", B: None, C: "# ADR-0003: Kept\n", "history/adr/0004-n.md": "# N\n"}
    )
    here.git("switch", "-q", "main")
    here.commit("ours", {A: "# ADR-0001: Ours\n", B: "# Kept\n", C: None, "history/adr/0004-n.md": "# Other\n"})
    assert here.run("git", "merge", "theirs").returncode == 1
    if not left:
        for path in (A, B, C, "history/adr/0004-n.md"):
            (here.path / path).unlink(missing_ok=True)
    found = uncommitted(here)
    assert set(found) == {A, B, C, "history/adr/0004-n.md"}
    assert all(found.values()) is left


NAMES = [
    "a\nb", "a\tb", 'a"b', "a'b", "a b ", " a", "-a", "--", "a\\b", "a*b", "a?b", "a[b", ":a", ":(glob)a", "a:b", "a#b",
    "é", "e\u0301", "東京", "🙂", "\u202ea", "a\x01", "a\x7f", "a\x1b[31m", "%41", "$(a)", "a;b", "~", "...", "# a",
]  # fmt: skip


def test_any_file_name(here: Scratch) -> None:
    names = [*(name.encode() for name in NAMES), b"\xff\xfe", b"a\x80b", b"\xed\xa0\x80"]
    folder = os.fsencode(here.path / "history/prompts")
    for place in (folder, folder + b"/-- \xff"):
        Path(os.fsdecode(place)).mkdir()
        for number, name in enumerate(names):
            Path(os.fsdecode(place + b"/" + name + b".md")).write_bytes(b"%d" % number)
    found = uncommitted(here)
    assert len(found) == 2 * len(names)
    assert all(found.values())
    here.git("add", "--all")
    assert uncommitted(here) == found
    here.git("commit", "-qm", "names")
    assert uncommitted(here) == {}
    for path in found:
        (here.path / path).write_bytes(b"changed")
    here.git("rm", "-q", "-r", "--cached", "history/prompts")
    assert set(uncommitted(here)) == set(found)


def test_other_repositories_within_are_none_of_ours(here: Scratch, tmp_path: Path) -> None:
    inner = Scratch(here.path / "specs/001-inner")
    inner.commit("first", {A: TEXT, "spec.md": TEXT})
    Scratch(here.path / "history/adr/empty.md").write("0001-x.md", TEXT)
    assert uncommitted(here) == {}
    other = Scratch(tmp_path / "module")
    other.commit("first", {A: TEXT})
    here.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "history/prompts/sub")
    here.git("commit", "-qm", "a submodule")
    here.write(f"history/prompts/sub/{A}", "# Changed\n")
    assert uncommitted(here) == {}
    within = Scratch.at(here.path / "history/prompts/sub")
    assert list(uncommitted(within)) == [A]
    assert (here.path / ".git/modules/history/prompts/sub/sdd/index.db").is_file()


def test_what_a_user_has_configured_changes_nothing(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    here.write(A, "# Changed\n")
    here.write("history/adr/0004-new.md", TEXT)
    expected = uncommitted(here)
    for setting, value in (
        ("status.showUntrackedFiles", "no"),
        ("status.relativePaths", "true"),
        ("status.renames", "copies"),
        ("status.branch", "false"),
        ("core.quotePath", "true"),
        ("core.untrackedCache", "true"),
        ("core.splitIndex", "true"),
        ("color.ui", "always"),
        ("core.precomposeUnicode", "true"),
        ("core.safecrlf", "true"),
        ("column.ui", "always"),
    ):
        here.git("config", setting, value)
    assert uncommitted(here) == expected
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    monkeypatch.setenv("GIT_PREFIX", "src/")
    monkeypatch.chdir(here.path / "src")
    assert uncommitted(here) == expected


def test_an_index_of_the_callers_is_the_one_that_counts(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit -a` and `git commit FILE` hand their hooks an index of their own."""
    monkeypatch.setenv("GIT_INDEX_FILE", str(here.path / ".git/other-index"))
    here.git("read-tree", "HEAD")
    here.write("history/adr/0004-new.md", TEXT)
    here.git("add", "history/adr/0004-new.md")
    assert list(uncommitted(here)) == ["history/adr/0004-new.md"]


def test_nothing_of_the_repository_is_written(here: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    here.write(A, "# Changed\n")
    here.write("history/adr/0004-new.md", TEXT)
    before = held(here.path / ".git")
    with Repository.discover(here.path) as repository:
        assert len(standing_now(repository).uncommitted) == 2
        scratch = [*tmp_path.glob(f"{PREFIX}*")]
        assert [folder.is_dir() for folder in scratch] == [True]
    assert not scratch[0].exists()
    assert held(here.path / ".git") == before


def held(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder with what is in it."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_history_above_is_not_counted(here: Scratch) -> None:
    """How far a branch is from its upstream takes a walk over all that differs, and nobody asked."""
    traced = here.path / "trace"
    with Repository.discover(here.path) as repository:
        repository._environment["GIT_TRACE"] = str(traced)
        standing_now(repository)
    assert "--no-ahead-behind" in traced.read_text()


def test_many_files_are_stored_where_one_went_away(here: Scratch) -> None:
    for number in range(250):
        here.write(f"history/prompts/{number}.md", f"{number}\n")
    with Repository.discover(here.path) as repository:
        asked = [f"history/prompts/{number}.md" for number in (*range(120), 999, *range(120, 250))]
        stored = repository.store(asked)
        assert len(stored) == 250
        assert repository.blob(stored["history/prompts/249.md"]) == b"249\n"


def test_a_broken_git_index_is_told(here: Scratch) -> None:
    (here.path / ".git/index").write_bytes(b"nonsense")
    done = subprocess.run(["git", "status"], cwd=here.path, capture_output=True, check=False)
    assert done.returncode
    with Repository.discover(here.path) as repository, pytest.raises(Exception, match="git status failed"):
        standing_now(repository)
