"""Which names are targets and which are drafts: the patterns of a policy, and the branches that they name."""

from pathlib import Path

import pytest

from sdd.base.errors import SddError
from sdd.gate.target.branches import Targets, matches
from sdd.gate.target.push import targets_of_push, targets_of_receive
from sdd.repo.objects import Repository
from sdd.repo.pushed import read_pre_push, read_pre_receive
from tests.pushes import ROOT, Project, changed, revision, work_tree
from tests.scratch import Scratch

MATCHING = {
    "main": (["main"], ["main2", "a/main", "MAIN", "mai", ""]),
    "refs/heads/main": (["main"], ["refs/heads/main"]),
    "release/*": (["release/1", "release/"], ["release/1/2", "release", "x/release/1", "release-1"]),
    "release/": (["release/1", "release/1/2"], ["release"]),
    "wip/**": (["wip/a", "wip/a/b"], ["wip", "wipe/a"]),
    "**": (["a", "a/b"], []),
    "v?": (["v1"], ["v", "v12", "v/"]),
    "v[0-9]": (["v1"], ["vx", "v", "v12"]),
    "v[!0-9]": (["vx"], ["v1", "v"]),
    "v[^1]": (["v1", "v^"], ["v2"]),
    "v1.0": (["v1.0"], ["v1x0"]),
    "a+b(c|d)": (["a+b(c|d)"], ["aab", "c"]),
    "v[": (["v["], ["v"]),
    "[ab": (["[ab"], ["a", "[", "ab"]),
    "v[z-a]": ([], ["va", "vz", "v-", "v["]),
    "v[!z-a]": (["va", "v-"], ["v"]),
    "v[!]": (["v[!]"], ["v", "va"]),
    "v[[---a]": (["v-", "va"], ["v", "v[", "vb"]),
    "v[&&~~||-]": (["v&", "v-", "v~"], ["va"]),
}


@pytest.mark.parametrize("pattern", MATCHING)
def test_a_pattern_matches_whole_names_part_by_part(pattern: str) -> None:
    yes, no = MATCHING[pattern]
    assert [name for name in (*yes, *no) if matches(name, pattern)] == yes


def test_only_a_branch_of_the_receiving_side_is_a_target() -> None:
    targets = Targets("refs/heads/", ("main",), None, patterns=("release/*", "refs/**"))
    refs = ["refs/heads/main", "refs/heads/release/1", "refs/tags/main", "refs/tags/release/1", "refs/heads/mainline"]
    assert [ref for ref in refs if targets.is_target(ref)] == refs[:2]
    assert not any(targets._replace(receives=False).is_target(ref) for ref in refs)
    assert (targets.remote, targets._replace(prefix="refs/remotes/one/two/").remote) == (None, "one/two")


def test_a_draft_is_one_by_every_policy() -> None:
    targets = Targets("refs/heads/", ("main",), None)
    assert not targets.is_draft("refs/heads/wip/a")
    both = targets._replace(drafts=(("wip/*", "try/*"), ("x", "wip/*")))
    assert [name for name in ("wip/a", "try/a", "x", "wip/a/b") if both.is_draft(f"refs/heads/{name}")] == ["wip/a"]
    assert not targets._replace(drafts=(("wip/*",), ())).is_draft("refs/heads/wip/a")


def test_a_draft_is_judged_where_nothing_is_pushed(tmp_path: Path) -> None:
    project = Project(tmp_path, {".specify/sdd.toml": '[gate]\ndraft = ["wip/*"]\n'})
    project.here.git("switch", "-q", "-c", "wip/a")
    project.here.commit("work", {"a.py": "1\n"})
    assert project.one("wip/a").warn_only
    assert not project.gate().warn_only
    assert not project.gate("origin/main").warn_only
    assert project.status().warn_only


def test_a_branch_that_began_at_one_fork_with_a_root_is_not_older_than_adoption(tmp_path: Path) -> None:
    # A criss-cross merge: of the two merge bases one is older than the adoption.
    project = Project(tmp_path)
    here = project.here
    here.git("switch", "-q", "-c", "work")
    work = here.commit("work", {"work.py": "1\n"})
    here.git("switch", "-q", "main")
    main = here.commit("adopt", ROOT)
    here.git("merge", "-q", "--no-edit", work)
    project.land("main")
    here.git("switch", "-q", "work")
    here.git("merge", "-q", "--no-edit", main)
    here.commit("own", {"own.py": "1\n"})
    target = project.one("work")
    assert target.change
    assert (len(target.change.forks), changed(target), target.warn_only) == (2, {"own.py": "A"}, False)


def test_a_push_to_a_target_is_judged_against_that_target(tmp_path: Path) -> None:
    project = Project(tmp_path, {".specify/sdd.toml": '[gate]\ntargets = ["main", "release/*"]\n'})
    project.land("main:release/1")
    project.here.commit("on main", {"main.py": "1\n"})
    project.land("main")
    project.here.git("switch", "-q", "-c", "release/1", "origin/main")
    project.here.commit("on the release", {"a.py": "1\n"})
    for target in (project.one("release/1"), project.gate(), project.status()):
        assert target.change
        assert (target.change.target_name, changed(target)) == ("origin/release/1", {"a.py": "A", "main.py": "A"})


def test_a_branch_without_a_commit_has_no_history_to_share(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.here.git("switch", "-q", "--orphan", "fresh")
    project.here.write("a.py", "1\n")
    assert "shares no history" in work_tree(project.here).remark
    project.here.write(".specify/x", "1\n")
    with pytest.raises(SddError, match="shares no history"):
        work_tree(project.here)


def test_only_the_target_has_a_first_push(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("remote", "add", "origin", str(tmp_path / "nowhere"))
    scratch.commit("adopt", ROOT)
    scratch.git("switch", "-q", "-c", "work")
    with pytest.raises(SddError, match="no target branch of origin"):
        work_tree(scratch)


def test_a_first_push_from_a_shallow_clone_gives_no_verdict(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.here.commit("more", {"a.py": "1\n"})
    project.land("main")
    shallow = Scratch.clone(f"file://{project.remote.path}", tmp_path / "shallow", "--depth=1")
    empty = Scratch(tmp_path / "empty", "--bare")
    shallow.git("remote", "set-url", "origin", str(empty.path))
    shallow.git("update-ref", "-d", "refs/remotes/origin/main")
    tip = shallow.git("rev-parse", "HEAD")
    line = read_pre_push(f"refs/heads/main {tip} refs/heads/main {'0' * 40}\n".encode())
    with Repository.discover(shallow.path) as repository, pytest.raises(SddError, match="shallow") as refused:
        targets_of_push(repository, line, "origin", str(empty.path))
    assert "git fetch --unshallow origin main:refs/remotes/origin/main" in refused.value.fix
    for judged in (revision, work_tree):
        with pytest.raises(SddError, match="no target branch of origin"):
            judged(shallow)


def test_a_repository_without_a_commit_begins_on_a_branch_of_any_name(scratch: Scratch) -> None:
    scratch.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    scratch.write(".specify/x", "1\n")
    target = work_tree(scratch)
    assert (changed(target), target.first_push) == ({".specify/x": "A"}, True)


def test_what_was_pushed_before_is_judged_again(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.here.git("switch", "-q", "-c", "work")
    project.here.commit("one", {"a.py": "1\n"})
    project.land("work")
    tip = project.here.commit("two", {"b.py": "1\n"})
    for target in (project.one("work"), project.gate(), project.status()):
        assert changed(target) == {"a.py": "A", "b.py": "A"}
    assert not project.one(":work").pushes_target
    project.here.git("switch", "-q", "main")
    assert [project.gate(head=head).ref for head in ("work", tip)] == ["refs/heads/work", tip]


def test_a_target_that_is_named_and_not_known_is_never_replaced_by_another(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    other = Scratch(tmp_path / "staging", "--bare")
    project.here.git("remote", "add", "staging", str(other.path))
    project.here.git("switch", "-q", "-c", "work")
    project.here.commit("work", {"a.py": "1\n"})
    assert changed(project.one("work", remote="staging")) == {"a.py": "A"}
    project.here.git("config", "sdd.target", "nowhere")
    with pytest.raises(SddError, match=r"sdd\.target names nowhere"):
        project.push("work", remote="staging")


def test_a_place_without_a_name_is_judged_as_origin_is(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    here = project.here
    other = Scratch.clone(project.remote.path, tmp_path / "another", "--bare")
    here.git("remote", "remove", "origin")
    for name, place in (("another", other), ("origin", project.remote)):
        here.git("remote", "add", name, str(place.path))
    here.git("fetch", "-q", "origin")
    here.commit("only on another", {"b.py": "1\n"})
    here.git("push", "-q", "--no-verify", "another", "main")
    here.git("fetch", "-q", "another")
    here.git("switch", "-q", "-c", "work", "origin/main")
    here.commit("work", {"a.py": "1\n"})
    nowhere = Scratch(tmp_path / "nowhere", "--bare")
    target = project.one("work", remote=str(nowhere.path))
    assert target.change
    assert target.change.target_name == "origin/main"


def test_without_a_remote_the_line_says_where_the_target_stood(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.here.git("remote", "remove", "origin")
    project.here.commit("more", {"a.py": "1\n"})
    project.here.git("switch", "-q", "-c", "work")
    project.here.commit("work", {"b.py": "1\n"})
    main, work = project.push("main", "work", remote=str(project.remote.path))
    assert (changed(main), changed(work)) == ({"a.py": "A"}, {"a.py": "A", "b.py": "A"})


def test_a_server_without_a_target_says_how_to_name_one(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.here.git("switch", "-q", "-c", "work")
    work = project.here.commit("work", {"a.py": "1\n"})
    project.land("work")
    project.remote.git("update-ref", "-d", "refs/heads/main")
    line = read_pre_receive(f"{'0' * 40} {work} refs/heads/other\n".encode())
    with (
        Repository.discover(project.remote.path) as repository,
        pytest.raises(SddError, match=r"^no target branch is known here$") as refused,
    ):
        targets_of_receive(repository, line)
    assert refused.value.fix == "on the server: git symbolic-ref HEAD refs/heads/work"


@pytest.mark.parametrize(
    ("pattern", "branch", "expected"),
    [
        ("*/*/*/*", "a/b/c/d", True),
        ("*/*/*/*", "a/b/c", False),
        ("**/x*y*z*", "a/x/b/xyz", True),
        ("*a*a*a*a", "aaaa", True),
        ("*a*a*a*a", "aaa", False),
        ("r?[ab]*-*-*", "rxa-1-2", True),
        ("r?[ab]*-*-*", "rxc-1-2", False),
        ("*a*a*a*a*a*a*a*b", "a" * 250, False),
        ("*" * 9 + "a?" * 9, "a" * 18, False),
    ],
)
def test_a_pattern_of_many_stars_is_matched_in_steps(pattern: str, branch: str, expected: bool) -> None:
    assert matches(branch, pattern) is expected
