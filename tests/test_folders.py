"""Folders: what a tree object holds, and how two of them differ."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.base.errors import SddError
from sdd.base.paths import twin_keys
from sdd.repo.changes import differences
from sdd.repo.folders import Entry, Folder, Pair
from sdd.repo.objects import Repository
from tests.scratch import Scratch

OID = "1" * 40
# Few names and ids, so that folders share many. Ids hold bytes that look like the start of an entry.
_NAMES = [*"abcdefgh", "100644 a", "0001-a.md", "0001-b.md"]
_OIDS = [bytes(20), b"100644 a\x00100644 b\x0012", b"7" * 20, b"\n" * 20]
_ENTRIES = st.tuples(st.sampled_from(["100644", "100755", "40000", "100664"]), st.sampled_from(_OIDS))
_FOLDERS = st.dictionaries(st.sampled_from(_NAMES), _ENTRIES)


def written(entries: dict[str, tuple[str, bytes]]) -> bytes:
    """A tree object's content, its names in git's order."""
    return b"".join(raw(name, *entries[name]) for name in sorted(entries))


def raw(name: str, mode: str, oid: bytes) -> bytes:
    """One entry of a tree object."""
    return f"{mode} {name}\0".encode() + oid


def differing(here: Folder, there: Folder) -> dict[str, Pair]:
    """What two folders hold otherwise, entry by entry."""
    pairs = {name: (here.get(name), there.get(name)) for name in here.keys() | there.keys()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@given(_FOLDERS, _FOLDERS)
def test_two_folders_differ_by_the_entries_that_only_one_has(
    here: dict[str, tuple[str, bytes]], there: dict[str, tuple[str, bytes]]
) -> None:
    folders = Folder(written(here), OID), Folder(written(there), OID)
    assert folders[0].against(folders[1]) == differing(*folders)


@given(st.lists(st.sampled_from(["a", "A", "b", "k", "\u212a", "\u00e4", "A\u0308"]), min_size=1, unique=True))
def test_a_name_that_is_alone_has_no_twin(names: list[str]) -> None:
    folder = Folder(b"".join(raw(name, "100644", b" A\0 a\0 b\0 k\0" + bytes(8)) for name in sorted(names)), OID)
    keys = twin_keys(names)
    for name, key in zip(names, keys, strict=True):
        assert not folder.is_alone(name) or keys.count(key) == 1


def test_a_name_among_others_is_alone() -> None:
    folder = Folder(b"".join(raw(name, "100644", bytes(20)) for name in ("A.md", "b.md", "ba.md")), OID)
    assert [folder.is_alone(name) for name in ("A.md", "b.md", "ba.md")] == [True, True, True]


@pytest.mark.parametrize("content", [b"100644 a\0", b"100644 a\0" + bytes(21), b"x a\0" + bytes(20), b"100644 \0"])
def test_what_is_no_tree_is_refused(content: bytes) -> None:
    sound, folder = raw("a", "100644", bytes(20)), Folder(raw("a", "100644", bytes(20)) + content, OID)
    asked: list[Callable[[], object]] = [
        lambda: dict(folder), lambda: len(folder), lambda: "b" in folder, lambda: folder.is_alone("a"),
        lambda: folder.against(Folder(b"", OID)), lambda: Folder(sound, OID).against(folder),
        lambda: folder.against(Folder(content, OID)),
    ]  # fmt: skip
    for ask in asked:
        with pytest.raises(SddError, match=f"tree {OID} is malformed"):
            ask()


_ONE, _OTHER = raw("a", "100644", bytes(20)), raw("a", "100644", b"1" * 20)


def test_an_entry_that_stands_twice_on_both_sides_differs_from_nothing() -> None:
    more = raw("b", "100644", bytes(20))
    assert list(Folder(_ONE + _ONE, OID).against(Folder(_ONE + more, OID))) == ["b"]
    assert not Folder(_ONE + _ONE, OID).against(Folder(_ONE, OID))


@pytest.mark.parametrize("there", [_ONE, b"", _ONE + raw("b", "100644", bytes(20))])
def test_a_name_that_means_two_things_is_refused(there: bytes) -> None:
    with pytest.raises(ValueError, match="a"):
        Folder(_ONE + _OTHER, OID).against(Folder(there, OID))


def test_a_comparison_of_large_folders_lists_neither(scratch: Scratch) -> None:
    names = [f"{number:04d}-x.md" for number in range(1000)]
    old = scratch.commit("docs: many", {f"notes/{name}": f"{name}\n" for name in names})
    new = scratch.commit("docs: one more", {"notes/1000-x.md": "1000\n"})
    with Repository.discover(scratch.path) as repository:
        assert list(differences(repository, old, new)) == ["notes/1000-x.md"]
        before, after = (repository.tree(oid) for oid in (old, new))
        assert ("notes/1000-x.md" in after, "notes/1000-x.md" in before) == (True, False)
        assert not {"_written", "_by_name", "_decoded"} & {*vars(before.folder("notes")), *vars(after.folder("notes"))}
        assert after.get("notes/0999-x.md") == before.get("notes/0999-x.md") == Entry("100644", _blob(scratch, new))


def _blob(scratch: Scratch, commit: str) -> str:
    return scratch.git("rev-parse", f"{commit}:notes/0999-x.md").strip()
