"""`sdd gate` and `sdd status`: revisions and the work tree, with and without a remote."""

from pathlib import Path

import pytest

from sdd.base.errors import ExitCode, SddError
from sdd.records.layout import find_roots, has_root, roots_of
from sdd.repo.objects import Repository
from tests.pushes import ROOT, Project, changed, revision, work_tree
from tests.scratch import Scratch


def test_a_base_is_compared_as_it_is(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.here.git("switch", "-q", "-c", "work")
    project.here.commit("work", {"a.py": "1\n"})
    for target in (
        project.gate("origin/main"),
        project.gate("main", "work"),
        project.gate(head="work"),
        project.gate(),
    ):
        assert changed(target) == {"a.py": "A"}
        assert target.ref == "refs/heads/work"
    tip = project.here.git("rev-parse", "work")
    assert project.gate("main", tip).ref == tip, "an id is no ref, and names itself"
    assert project.gate("work", "main").change is None
    project.here.git("switch", "-q", "--detach")
    assert (project.gate().ref, changed(project.gate())) == ("HEAD", {"a.py": "A"})


def test_unknown_revisions(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    for base, head, code in (
        ("nonsense", None, ExitCode.USAGE),
        ("main:old.py", None, ExitCode.USAGE),
        (None, "nonsense", ExitCode.USAGE),
        ("origin/nonsense", None, ExitCode.CANNOT_JUDGE),
    ):
        with pytest.raises(SddError) as refused:
            project.gate(base, head)
        assert refused.value.exit_code is code
        assert refused.value.fix


def test_an_unborn_branch(scratch: Scratch) -> None:
    with pytest.raises(SddError, match="no commit yet"):
        revision(scratch)
    assert work_tree(scratch).change is None
    scratch.write(".specify/x", "1\n")
    scratch.write("a.py", "1\n")
    target = work_tree(scratch)
    assert (changed(target), target.adopting) == ({".specify/x": "A", "a.py": "A"}, True)


def test_a_repository_of_ones_own(scratch: Scratch) -> None:
    scratch.commit("adopt", ROOT)
    assert "main is the target itself" in revision(scratch).remark
    assert work_tree(scratch).change is None
    scratch.write("a.py", "1\n")
    assert changed(work_tree(scratch)) == {"a.py": "A"}
    scratch.git("switch", "-q", "-c", "work")
    scratch.commit("work", {"b.py": "1\n"})
    assert changed(revision(scratch)) == {"a.py": "A", "b.py": "A"}
    scratch.git("switch", "-q", "main")
    assert changed(revision(scratch, head="work")) == {"a.py": "A", "b.py": "A"}


def test_main_ahead_of_its_remote_is_judged_as_its_push_would_be(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    assert project.gate().change is None
    assert project.status().change is None
    project.here.commit("more", {"a.py": "1\n"})
    project.here.write("b.py", "1\n")
    assert project.gate().pushes_target
    assert changed(project.gate()) == {"a.py": "A"}
    target = project.status()
    assert changed(target) == {"a.py": "A", "b.py": "A"}
    assert target.change
    assert len(target.change.commits) == 1


def test_work_that_is_not_committed_counts_on_a_branch_that_is_behind(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.here.commit("elsewhere", {"b.py": "1\n"})
    project.land("main")
    project.here.git("switch", "-q", "-c", "work", "main~1")
    assert project.status().change is None
    project.here.write("a.py", "1\n")
    assert changed(project.status()) == {"a.py": "A"}


def test_a_remote_that_was_never_reached(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("remote", "add", "origin", str(tmp_path / "nowhere"))
    scratch.commit("adopt", ROOT)
    scratch.commit("more", {"a.py": "1\n"})
    assert revision(scratch).first_push
    assert changed(revision(scratch)) == {"a.py": "A"}
    scratch.git("config", "branch.main.remote", "origin")
    scratch.git("config", "branch.main.merge", "refs/heads/main")
    with pytest.raises(SddError, match="no target branch of origin"):
        revision(scratch)
    assert work_tree(scratch).first_push


def test_several_remotes_without_a_word_which(scratch: Scratch) -> None:
    scratch.commit("adopt", ROOT)
    for name in ("one", "two"):
        scratch.git("remote", "add", name, f"https://example.com/{name}")
    with pytest.raises(SddError, match="several remotes"):
        revision(scratch)


def test_roots_are_folders_that_hold_specify(scratch: Scratch) -> None:
    scratch.commit(
        "tree", {"a/.specify/x": "1\n", "a/b/c/.specify/x": "1\n", "d/.specify": "no folder\n", "e/f": "1\n"}
    )
    with Repository.discover(scratch.path) as repository:
        tree = repository.tree("HEAD")
        assert set(find_roots(tree)) == {"a", "a/b/c"}
        assert roots_of(tree, "a/b/c/d/e.py") == ("a/b/c", "a")
        assert roots_of(tree, "a/.specify/x") == ("a",)
        assert roots_of(tree, "e/f") == ()
        assert has_root(tree)
        assert not has_root(repository.tree(scratch.git("rev-parse", "HEAD:e")))


def test_git_is_asked_once_for_the_roots_of_a_tree(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch.commit("tree", {"a/.specify/x": "1\n"})
    with Repository.discover(scratch.path) as repository:
        assert find_roots(repository.tree("HEAD")) == ("a",)
        monkeypatch.setattr(repository, "git", None)
        assert find_roots(repository.tree("HEAD")) == ("a",)


def test_a_root_below_the_top_has_its_say(tmp_path: Path) -> None:
    project = Project(tmp_path, {"apps/api/.specify/sdd.toml": '[gate]\ndraft = ["wip/*"]\n'})
    project.here.git("switch", "-q", "-c", "work")
    project.here.commit("work", {"a.py": "1\n"})
    target = project.one("work:refs/heads/wip/a")
    assert (changed(target), target.warn_only, target.adopting) == ({"a.py": "A"}, True, False)
