"""Repositories, trees and snapshots: found and read in every kind of place."""

import os
from pathlib import Path

import pytest

from sdd.base.errors import SddError
from sdd.repo.objects import REGULAR, Repository
from tests.scratch import Scratch


def test_a_folder_without_a_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SddError, match="no git repository"):
        Repository.discover(tmp_path)
    with pytest.raises(SddError, match="not a folder"):
        Repository.discover(tmp_path / "nowhere")


def test_every_place_of_a_repository_leads_to_it(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("base", {"sub/a": "1\n"})
    for place in (scratch.path, scratch.path / "sub"):
        with Repository.discover(place) as repository:
            assert repository.work_tree == scratch.path
            assert repository.git_dir == repository.common_dir == scratch.path / ".git"
    scratch.git("worktree", "add", "-q", str(tmp_path / "other"))
    with Repository.discover(tmp_path / "other") as repository:
        assert repository.common_dir == scratch.path / ".git"
        assert repository.git_dir == scratch.path / ".git" / "worktrees" / "other"
        assert "sub/a" in repository.tree("HEAD")
        (tmp_path / "other" / "b").write_text("1\n")
        assert "b" in repository.tree(repository.snapshot())


def test_a_bare_repository_has_no_work_tree(tmp_path: Path) -> None:
    bare = Scratch(tmp_path / "bare", "--bare")
    with Repository.discover(bare.path) as repository:
        assert repository.work_tree is None
        assert repository.commit("HEAD") is None
        with pytest.raises(SddError, match="bare"):
            repository.snapshot()


def test_a_hooks_relative_paths_are_seen_from_anywhere(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch.commit("base", {"sub/a": "1\n"})
    monkeypatch.chdir(scratch.path)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_PREFIX", "sub/")
    with Repository.discover(Path()) as repository:
        monkeypatch.chdir(scratch.path / "sub")
        assert repository.commit("HEAD") == repository.git("rev-parse", "HEAD").strip()
        assert repository.snapshot() == repository.git("rev-parse", "HEAD^{tree}").strip()


def test_a_snapshot_holds_the_work_tree_and_writes_nothing(scratch: Scratch) -> None:
    scratch.commit("base", {"a": "1\n", ".gitignore": "ignored\n"})
    for path in ("ignored", "staged", "untracked"):
        scratch.write(path, "1\n")
    scratch.git("add", "staged")
    scratch.write("a", "2\n")
    hook = scratch.path / ".git/hooks/post-index-change"
    scratch.write(".git/hooks/post-index-change", f"#!/bin/sh\ntouch {scratch.path}/ran\n")
    hook.chmod(0o755)
    before = {path: path.read_bytes() for path in (scratch.path / ".git").rglob("*") if path.is_file()}
    with Repository.discover(scratch.path) as repository:
        first = repository.snapshot()
        assert dict(repository.tree(first).walk()).keys() == {".gitignore", "a", "staged", "untracked"}
        entry = repository.tree(first).file("a")
        assert entry
        assert repository.blob(entry.oid) == b"2\n"
        scratch.write("later", "1\n")
        second = repository.snapshot()
        assert "later" in repository.tree(second)
        assert "a" in repository.tree("HEAD")
    assert {path: path.read_bytes() for path in (scratch.path / ".git").rglob("*") if path.is_file()} == before
    assert not (scratch.path / "ran").exists()


def test_a_repository_lives_on_after_its_snapshot_is_gone(scratch: Scratch) -> None:
    head = scratch.commit("base", {"a": "1\n"})
    repository = Repository.discover(scratch.path)
    repository.snapshot()
    repository.close()
    assert repository.commit("HEAD") == head
    assert repository.git("cat-file", "-t", head).strip() == "commit"
    repository.close()


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_snapshot_of_a_folder_with_odd_letters(tmp_path: Path, object_format: str) -> None:
    scratch = Scratch(tmp_path / 'a:b "c" é', f"--object-format={object_format}")
    with Repository.discover(scratch.path) as repository:
        assert repository.snapshot() == repository.empty_tree_oid
        scratch.commit("base", {"a": "1\n"})
        scratch.write("b", "1\n")
        assert set(dict(repository.tree(repository.snapshot()).walk())) == {"a", "b"}
        assert len(repository.empty_tree_oid) == len(repository.commit("HEAD") or "")


def test_names_that_git_cannot_know_mean_nothing(scratch: Scratch) -> None:
    scratch.commit("base", {"a": "1\n"})
    with Repository.discover(scratch.path) as repository:
        for name in ("", "nonsense", "a b", "HEAD\nHEAD", "\ud800", "--help", "HEAD:nowhere", "x\0y", "HEAD 5"):
            assert repository.object(name) is None
        assert repository.commit("HEAD")
        with pytest.raises(SddError, match="unknown revision"):
            repository.tree("nonsense")
        with pytest.raises(SddError, match="not held"):
            repository.blob("0" * 40)


def test_old_modes_mean_what_git_says(scratch: Scratch) -> None:
    scratch.commit("base", {"a": "1\n"})
    blob = scratch.git("rev-parse", "HEAD:a")
    raw = b"100664 a\0" + bytes.fromhex(blob)
    tree = scratch.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)
    with Repository.discover(scratch.path) as repository:
        entry = repository.tree(tree).file("a")
        assert entry
        assert entry.mode == REGULAR


def test_a_malformed_tree_is_an_error(scratch: Scratch) -> None:
    tree = scratch.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=b"nonsense")
    with Repository.discover(scratch.path) as repository, pytest.raises(SddError, match="malformed"):
        repository.tree(tree).get("a")


def test_names_are_decoded_and_encoded_alike(scratch: Scratch) -> None:
    name = os.fsdecode(b"bad\xff/\xc3\xa9.py")
    scratch.write(name, "1\n")
    scratch.commit("names")
    with Repository.discover(scratch.path) as repository:
        assert [path for path, _ in repository.tree("HEAD").walk()] == [name]
        assert name in repository.tree("HEAD")
        assert "bad" not in repository.tree("HEAD")


def test_many_blobs_are_read_in_one_go_and_in_their_order(scratch: Scratch) -> None:
    texts: dict[str, str | bytes | None] = {f"{number:03}": f"{number}\n" * number * 100 for number in range(120)}
    scratch.commit("base", texts)
    with Repository.discover(scratch.path) as repository:
        entries = dict(repository.tree("HEAD").walk())
        contents = repository.blobs([entry.oid for entry in entries.values()])
        assert [content.decode() for content in contents] == list(texts.values())
        with pytest.raises(SddError, match="not held"):
            repository.blobs([entries["001"].oid, "1" * 40, entries["002"].oid])
        assert repository.blob(entries["003"].oid).decode() == texts["003"]
