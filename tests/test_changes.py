"""Which paths a change holds, with real histories of every shape."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.base.errors import SddError
from sdd.repo.changes import Change, differences, read_change
from sdd.repo.history import merge_bases
from sdd.repo.objects import Repository
from tests.examples import examples
from tests.pushes import fill
from tests.scratch import Scratch
from tests.written import Written


def change(scratch: Scratch, target: str, head: str) -> Change:
    with Repository.discover(scratch.path) as repository:
        target_id, head_id = repository.commit(target), repository.commit(head)
        assert target_id
        assert head_id
        forks = merge_bases(repository, target_id, head_id)
        return read_change(repository, ref=head, target_name=target, target=target_id, head=head_id, forks=forks)


def changed(scratch: Scratch, target: str = "main", head: str = "work") -> dict[str, str]:
    return {path.path: path.status for path in change(scratch, target, head).paths}


@pytest.fixture(params=["sha1", "sha256"])
def forked(request: pytest.FixtureRequest, tmp_path: Path) -> Scratch:
    scratch = Scratch(tmp_path / "repo", f"--object-format={request.param}")
    scratch.commit("base", {"a.py": "1\n", "b.py": "1\n", "c.py": "1\n"})
    scratch.git("switch", "-q", "-c", "work")
    return scratch


def test_added_changed_and_deleted_paths(forked: Scratch) -> None:
    forked.commit("work", {"a.py": "2\n", "b.py": None, "d.py": "1\n"})
    found = change(forked, "main", "work")
    assert [(path.path, path.status) for path in found.paths] == [("a.py", "M"), ("b.py", "D"), ("d.py", "A")]
    modified, deleted, added = found.paths
    assert modified.before == modified.target != modified.after
    assert deleted.after is None
    assert added.before is added.target is None
    assert found.commits == (forked.git("rev-parse", "work"),)


def test_a_path_changed_back_is_no_change(forked: Scratch) -> None:
    forked.commit("there", {"a.py": "2\n"})
    forked.commit("and back", {"a.py": "1\n", "b.py": "2\n"})
    assert changed(forked) == {"b.py": "M"}


def test_a_branch_behind_its_target_has_only_its_own_work(forked: Scratch) -> None:
    forked.commit("work", {"a.py": "2\n"})
    forked.git("switch", "-q", "main")
    forked.commit("elsewhere", {"b.py": "2\n", "new.py": "1\n"})
    assert changed(forked) == {"a.py": "M"}


def test_a_merge_of_the_target_brings_nothing_of_the_targets(forked: Scratch) -> None:
    forked.commit("work", {"a.py": "2\n"})
    forked.git("switch", "-q", "main")
    forked.commit("elsewhere", {"b.py": "2\n"})
    forked.git("switch", "-q", "work")
    forked.git("merge", "-q", "--no-edit", "main")
    assert changed(forked) == {"a.py": "M"}


def test_code_hidden_in_a_merge_commit_is_seen(forked: Scratch) -> None:
    forked.commit("work", {"a.py": "2\n"})
    forked.git("switch", "-q", "main")
    forked.commit("elsewhere", {"b.py": "2\n"})
    forked.git("switch", "-q", "work")
    forked.git("merge", "-q", "--no-commit", "main")
    forked.write("evil.py", "1\n")
    forked.write("b.py", "evil\n")
    forked.commit("merge")
    assert changed(forked) == {"a.py": "M", "b.py": "M", "evil.py": "A"}


def test_squash_then_continue_judges_what_came_after(forked: Scratch) -> None:
    forked.commit("first half", {"a.py": "2\n", "new.py": "1\n"})
    forked.git("switch", "-q", "main")
    forked.git("merge", "-q", "--squash", "work")
    forked.commit("squashed")
    forked.git("switch", "-q", "work")
    forked.commit("second half", {"b.py": "2\n"})
    assert changed(forked) == {"b.py": "M"}


def test_the_target_moved_on_in_the_same_file(forked: Scratch) -> None:
    forked.commit("work", {"a.py": "2\n"})
    forked.git("switch", "-q", "main")
    forked.commit("elsewhere", {"a.py": "3\n"})
    (path,) = change(forked, "main", "work").paths
    assert len({path.before, path.target, path.after}) == 3


def test_a_criss_cross_merge_has_two_merge_bases(forked: Scratch) -> None:
    forked.commit("work", {"a.py": "work\n"})
    forked.git("switch", "-q", "main")
    forked.commit("main", {"b.py": "main\n"})
    work, main = forked.git("rev-parse", "work"), forked.git("rev-parse", "main")
    forked.git("merge", "-q", "--no-edit", work)
    forked.git("switch", "-q", "work")
    forked.git("merge", "-q", "--no-edit", main)
    forked.commit("own", {"c.py": "own\n"})
    found = change(forked, "main", "work")
    assert sorted(found.forks) == sorted([work, main])
    assert [(path.path, path.status) for path in found.paths] == [("c.py", "M")]


def test_with_two_bases_a_path_equal_to_only_one_of_them_is_in_the_change(forked: Scratch) -> None:
    forked.commit("work", {"a.py": "work\n", "new.py": "1\n"})
    forked.git("switch", "-q", "main")
    forked.commit("main", {"b.py": "main\n"})
    work, main = forked.git("rev-parse", "work"), forked.git("rev-parse", "main")
    forked.git("merge", "-q", "--no-edit", work)
    forked.git("switch", "-q", "work")
    forked.git("merge", "-q", "--no-edit", main)
    forked.commit("undo", {"a.py": "1\n", "new.py": None})
    assert changed(forked) == {"a.py": "M", "new.py": "D"}
    forked.git("switch", "-q", "main")
    forked.commit("target changes too", {"new.py": "2\n"})
    found = {path.path: path for path in change(forked, "main", "work").paths}
    assert found["new.py"].before is not None
    assert found["new.py"].after is None


def test_with_two_bases_a_path_that_only_one_of_them_has_is_changed_not_added(forked: Scratch) -> None:
    forked.commit("work", {"work.py": "1\n"})
    forked.git("switch", "-q", "main")
    forked.commit("main", {"main.py": "1\n"})
    work, main = forked.git("rev-parse", "work"), forked.git("rev-parse", "main")
    forked.git("merge", "-q", "--no-edit", work)
    forked.git("switch", "-q", "work")
    forked.git("merge", "-q", "--no-edit", main)
    forked.commit("own", {"work.py": "2\n", "main.py": "2\n"})
    found = change(forked, "main", "work")
    # Whichever merge base comes first lacks one of the two.
    assert {path.path: path.status for path in found.paths} == {"work.py": "M", "main.py": "M"}
    assert all(path.before for path in found.paths)


def test_mode_symlink_and_submodule_changes_are_seen(forked: Scratch, tmp_path: Path) -> None:
    forked.git("config", "core.fileMode", "true")
    (forked.path / "a.py").chmod(0o755)
    (forked.path / "b.py").unlink()
    (forked.path / "b.py").symlink_to("a.py")
    inner = Scratch(tmp_path / "inner", f"--object-format={forked.git('rev-parse', '--show-object-format')}")
    inner.commit("inner", {"x": "1\n"})
    fill(forked.path, inner)
    forked.commit("odd")
    assert changed(forked) == {".gitmodules": "A", "a.py": "M", "b.py": "T", "module": "A"}
    (forked.path / ".gitmodules").write_text((forked.path / ".gitmodules").read_text() + "\tignore = all\n")
    forked.git("switch", "-q", "-c", "next")
    inner.commit("more", {"x": "2\n"})
    forked.git("-C", "module", "fetch", "-q", str(inner.path), "main")
    forked.git("-C", "module", "checkout", "-q", "FETCH_HEAD")
    forked.git("update-index", "--cacheinfo", f"160000,{inner.git('rev-parse', 'HEAD')},module")
    forked.git("add", ".gitmodules")
    forked.git("commit", "-q", "-m", "bump")
    assert changed(forked, "work", "next") == {".gitmodules": "M", "module": "M"}


def test_names_are_kept_byte_for_byte(forked: Scratch) -> None:
    names = [b"with space.py", b'quote".py', b"new\nline.py", "é/ü.py".encode(), b"bad\xff.py", b"tab\t.py", b":colon"]
    for name in names:
        path = os.fsencode(forked.path) + b"/" + name
        Path(os.fsdecode(path)).parent.mkdir(exist_ok=True)
        Path(os.fsdecode(path)).write_bytes(b"1\n")
    forked.commit("names")
    assert {os.fsencode(path) for path in changed(forked)} == set(names)


def test_a_rename_is_an_addition_and_a_deletion(forked: Scratch) -> None:
    forked.git("config", "diff.renames", "copies")
    forked.git("mv", "a.py", "z.py")
    forked.commit("rename")
    assert changed(forked) == {"a.py": "D", "z.py": "A"}


def test_settings_and_attributes_hide_nothing(forked: Scratch) -> None:
    for setting in ("diff.relative=true", "diff.ignoreSubmodules=all", "diff.external=false", "diff.noprefix=true"):
        forked.git("config", *setting.split("="))
    forked.commit("hidden", {"a.py": "2\n", ".gitattributes": "*.py -diff binary\n* export-ignore\n"})
    assert changed(forked) == {".gitattributes": "A", "a.py": "M"}


def test_replace_refs_and_grafts_have_no_effect(forked: Scratch) -> None:
    base = forked.git("rev-parse", "HEAD")
    work = forked.commit("work", {"a.py": "2\n"})
    forked.git("replace", work, base)
    assert change(forked, "main", work).commits == (work,)
    assert changed(forked) == {"a.py": "M"}
    forked.git("replace", "-d", work)
    (forked.path / ".git/info").mkdir(exist_ok=True)
    (forked.path / ".git/info/grafts").write_text(f"{work}\n")
    assert changed(forked) == {"a.py": "M"}


def test_the_empty_tree_stands_for_nothing(forked: Scratch) -> None:
    work = forked.commit("work", {"a.py": "2\n"})
    with Repository.discover(forked.path) as repository:
        empty = repository.empty_tree_oid
        assert empty == forked.git("hash-object", "-t", "tree", "--stdin")
        gone = read_change(repository, ref="x", target_name="x", target=work, head=empty, forks=[work])
        assert {path.status for path in gone.paths} == {"D"}
        assert gone.commits == ()
        first = read_change(repository, ref="x", target_name="", target=None, head=work, forks=[empty])
        assert {path.status for path in first.paths} == {"A"}
        assert len(first.commits) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [([], ["a1", "a2"]), (["a1"], ["a2", "a1"]), (["a1"], ["a1", "a2"]), (["a1", "a2"], []), ([], ["a/b1"])],
    ids=" ".join,
)
def test_a_tree_that_names_a_path_twice_is_no_ground_for_a_verdict(
    scratch: Scratch, before: list[str], after: list[str]
) -> None:
    blobs = {text: bytes.fromhex(scratch.git("hash-object", "-w", "--stdin", stdin=text)) for text in "12"}
    old, new = (
        scratch.git(
            *("hash-object", "-t", "tree", "-w", "--stdin", "--literally"),
            stdin=b"".join(b"100644 %b\0%b" % (entry[:-1].encode(), blobs[entry[-1]]) for entry in entries),
        )
        for entries in (before, after)
    )
    with Repository.discover(scratch.path) as repository, pytest.raises(SddError, match="twice"):
        read_change(repository, ref="x", target_name="", target=None, head=new, forks=[old])


BLOB, OTHER = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"
NAMES = st.sampled_from(["a", "a.b", "a-b", "a0", "b", "é", "new\nline", " ", "-q"])
MODES = st.sampled_from(["100644", "100644", "100755", "120000", "160000"])
FOLDERS = st.recursive(
    st.dictionaries(NAMES, st.tuples(MODES, st.sampled_from([BLOB, OTHER])), max_size=4),
    lambda below: st.dictionaries(NAMES, below | st.tuples(MODES, st.sampled_from([BLOB, OTHER])), max_size=4),
    max_leaves=8,
)


def tree_of(written: Written, folder: Any) -> str:
    """The id of a tree that holds what a dictionary says: a name's (mode, id), or what stands in the folder."""
    entries = {
        f"{name}/".encode() if isinstance(held, dict) else name.encode(): ("40000", tree_of(written, held))
        if isinstance(held, dict)
        else held
        for name, held in folder.items()
    }
    lines = (
        b"%b %b\0%b" % (mode.encode(), name.removesuffix(b"/"), bytes.fromhex(oid))
        for name, (mode, oid) in sorted(entries.items())  # git sorts folders so
    )
    return written.store("tree", b"".join(lines))


@examples(60)
@given(FOLDERS, FOLDERS)
def test_two_trees_differ_where_git_says_so(tmp_path_factory: pytest.TempPathFactory, old: Any, new: Any) -> None:
    scratch = Scratch(tmp_path_factory.getbasetemp() / "trees")
    written = Written(scratch.path / ".git" / "objects")
    before, after = tree_of(written, old), tree_of(written, new)
    said = scratch.git("diff-tree", "-r", "--raw", "-z", "--no-renames", "--full-index", before, after).split("\0")[:-1]
    with Repository.discover(scratch.path) as repository:
        found = {
            path: " ".join(entry[place] if entry else ("000000", "0" * 40)[place] for place in (0, 1) for entry in pair)
            for path, pair in differences(repository, before, after).items()
        }
    assert found == dict(zip(said[1::2], (header[1:].rpartition(" ")[0] for header in said[::2]), strict=True))


def test_two_spellings_of_a_mode_are_no_difference(scratch: Scratch) -> None:
    scratch.commit("base", {"a": "1\n"})
    blob = bytes.fromhex(scratch.git("rev-parse", "HEAD:a"))
    old, new = (
        scratch.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=b"%b a\0%b" % (mode, blob))
        for mode in (b"100664", b"100644")
    )
    with Repository.discover(scratch.path) as repository:
        assert differences(repository, old, new) == {}
