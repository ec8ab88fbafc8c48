"""History: what is new, what was held before, and what a message reverts."""

import os

import pytest

from sdd.base.errors import SddError
from sdd.repo import history, messages
from sdd.repo.objects import Entry, Repository
from tests.scratch import Scratch


def test_new_commits_are_listed_parents_first(scratch: Scratch) -> None:
    base = scratch.commit("base", {"a": "1\n"})
    scratch.git("switch", "-q", "-c", "side")
    side = scratch.commit("side", {"b": "1\n"})
    scratch.git("switch", "-q", "main")
    main = scratch.commit("main\nstill the subject\n\nbody", {"c": "1\n"})
    scratch.git("merge", "-q", "--no-edit", "side")
    merge = scratch.git("rev-parse", "HEAD")
    with Repository.discover(scratch.path) as repository:
        listed = history.new_commits(repository, [base], merge)
        assert set(listed) == {side, main, merge}
        assert listed[-1] == merge
        assert len(history.new_commits(repository, [], merge)) == 4
        assert len(history.new_commits(repository, [side], merge)) == 2
        assert history.is_covered(repository, [merge], side)
        assert not history.is_covered(repository, [], side)
        assert history.is_ancestor(repository, base, side)
        assert not history.is_ancestor(repository, main, side)
        assert messages.subject(repository, main) == "main still the subject"
        with pytest.raises(SddError):
            messages.commit_message(repository, "nonsense")
        with pytest.raises(SddError):
            history.is_ancestor(repository, "0" * 40, side)


def test_every_state_that_a_path_had(scratch: Scratch) -> None:
    scratch.commit("one", {"x": "1\n", "other": "0\n"})
    scratch.git("switch", "-q", "-c", "side")
    scratch.commit("side", {"x": "side\n"})
    scratch.git("switch", "-q", "main")
    scratch.commit("two", {"x": "2\n"})
    scratch.git("merge", "-q", "-s", "ours", "--no-edit", "side")
    scratch.commit("gone", {"x": None})
    scratch.commit("a folder", {"x/inner": "inner\n"})
    blob = {text: scratch.git("hash-object", "--stdin", stdin=text) for text in ("1\n", "2\n")}
    with Repository.discover(scratch.path) as repository:
        # What only the merged branch held was never a state of this one.
        held = history.held_before(repository, "HEAD", ["x"])["x"]
        assert held == {Entry("100644", blob["1\n"]), Entry("100644", blob["2\n"])}
        assert history.held_before(repository, "HEAD", ["never"])["never"] == frozenset()
        assert history.held_before(repository, "HEAD", ["*"])["*"] == frozenset()


def test_odd_paths_have_a_history_too(scratch: Scratch) -> None:
    for path in (":colon", "new\nline", os.fsdecode(b"bad\xff"), "sp ace", "[a]*", "-x"):
        scratch.write(path, path.encode(errors="surrogateescape"))
    scratch.commit("odd")
    with Repository.discover(scratch.path) as repository:
        for path, entry in repository.tree("HEAD").walk():
            assert history.held_before(repository, "HEAD", [path])[path] == {entry}


def test_the_first_commit_that_added_a_path(scratch: Scratch) -> None:
    scratch.git("config", "log.showRoot", "false")
    first = scratch.commit("root", {"a/.specify/x": "1\n"})
    scratch.commit("again", {".specify/x": "1\n"})
    scratch.commit("gone", {".specify/x": None, "a/.specify/x": None})
    scratch.commit("back", {".specify/x": "1\n"})
    with Repository.discover(scratch.path) as repository:
        assert history.first_that_added(repository, [":(top,glob)**/.specify/**"], "HEAD") == first
        assert history.first_that_added(repository, [":(top,glob)**/nothing/**"], "HEAD") is None


def test_the_commits_that_a_text_reverts() -> None:
    full, short = "a" * 40, "abc1234"
    text = f"This reverts commit {full}.\nand this reverts commit {short}, reversing\nThis reverts commit xyz"
    assert messages.reverts_named(text) == (full, short)
    assert messages.reverts_named("nothing of the kind") == ()
