"""The gate's table, line by line: what is judged of a push, against what, and where nothing is."""

import shutil
from pathlib import Path

import pytest

from sdd.base.errors import ExitCode, SddError
from sdd.gate.target.push import targets_of_push
from sdd.repo.objects import Repository
from sdd.repo.pushed import read_pre_push
from tests.pushes import RELEASES, ROOT, Project, changed
from tests.scratch import Scratch


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, ROOT)


@pytest.fixture
def releases(tmp_path: Path) -> Project:
    return Project(tmp_path, RELEASES)


def branch(project: Project, name: str, files: dict[str, str | bytes | None], start: str = "main") -> str:
    project.here.git("switch", "-q", "-C", name, start)
    return project.here.commit(f"work on {name}", files)


def refusal(project: Project, *refspecs: str, remote: str = "origin") -> SddError:
    with pytest.raises(SddError) as refused:
        project.push(*refspecs, remote=remote)
    assert refused.value.exit_code is ExitCode.CANNOT_JUDGE
    assert refused.value.fix
    return refused.value


# -- branches and tags -------------------------------------------------------------------------------------


def test_no_line_is_no_aim(project: Project) -> None:
    assert project.push("main") == ()


def test_a_branch_is_judged_by_the_tracked_target(project: Project) -> None:
    main = project.here.git("rev-parse", "main")
    work = branch(project, "work", {"a.py": "1\n"})
    target = project.one("work")
    assert changed(target) == {"a.py": "A"}
    assert target.change
    assert (target.ref, target.change.target_name) == ("refs/heads/work", "origin/main")
    assert (target.change.target, target.change.forks, target.change.head) == (main, (main,), work)
    assert (target.policy_revision, target.pushes_target, target.warn_only, target.adopting) == (
        main,
        False,
        False,
        False,
    )
    assert target.change.commits == (work,)


def test_a_stale_or_spoilt_local_main_changes_nothing(project: Project) -> None:
    work = branch(project, "work", {"a.py": "1\n"})
    project.here.git("branch", "-f", "main", work)
    assert changed(project.one("work")) == {"a.py": "A"}
    project.here.git("branch", "-f", "main", "origin/main~1")
    assert changed(project.one("work")) == {"a.py": "A"}


def test_every_line_is_judged(project: Project) -> None:
    branch(project, "one", {"a.py": "1\n"})
    branch(project, "two", {"b.py": "1\n"})
    assert {target.ref: set(changed(target)) for target in project.push("one", "two")} == {
        "refs/heads/one": {"a.py"},
        "refs/heads/two": {"b.py"},
    }


def test_the_remote_ref_decides(project: Project) -> None:
    branch(project, "work", {"a.py": "1\n"})
    assert project.one("work:refs/heads/main").pushes_target
    project.here.git("switch", "-q", "main")
    project.here.commit("more", {"b.py": "1\n"})
    assert not project.one("main:refs/heads/elsewhere").pushes_target


def test_a_branch_whose_commits_have_landed_has_nothing_to_judge(project: Project) -> None:
    project.here.git("branch", "old", "main~1")
    target = project.one("old")
    assert target.change is None
    assert "nothing to judge" in target.remark


def test_a_deleted_branch_passes(project: Project) -> None:
    branch(project, "work", {"a.py": "1\n"})
    project.land("work")
    target = project.one(":work")
    assert target.change is None
    assert "deleted" in target.remark


@pytest.mark.parametrize("options", [[], ["-m", "annotated"]])
def test_tags_are_peeled(project: Project, options: list[str]) -> None:
    project.here.git("tag", *options, "landed", "main")
    assert project.one("refs/tags/landed").change is None
    branch(project, "work", {"a.py": "1\n"})
    project.here.git("tag", *options, "v1")
    project.here.git("tag", *options, "v2", "v1")
    for tag in ("v1", "v2"):
        assert changed(project.one(f"refs/tags/{tag}")) == {"a.py": "A"}


@pytest.mark.parametrize("object_name", ["main:old.py", "main^{tree}"])
def test_a_tag_of_a_blob_or_tree_passes(project: Project, object_name: str) -> None:
    project.here.git("tag", "odd", object_name)
    project.here.git("tag", "-m", "annotated", "odder", "odd")
    assert [target.change for target in project.push("refs/tags/odd", "refs/tags/odder")] == [None, None]


def test_a_tag_of_what_the_same_push_lands_is_judged_with_it(project: Project) -> None:
    project.here.commit("more", {"a.py": "1\n"})
    project.here.git("tag", "v1")
    main, tag = project.push("main", "refs/tags/v1")
    assert changed(main) == {"a.py": "A"}
    assert tag.change is None


def test_a_branch_older_than_adoption_only_warns(project: Project) -> None:
    branch(project, "ancient", {"a.py": "1\n"}, start="main~1")
    target = project.one("ancient")
    assert target.warn_only
    assert changed(target) == {"a.py": "A"}
    assert target.policy_revision == project.here.git("rev-parse", "main")
    assert not project.gate("origin/main").warn_only


def test_a_draft_only_warns_where_it_is_no_target(releases: Project) -> None:
    branch(releases, "work", {"a.py": "1\n"})
    assert releases.one("work:refs/heads/wip/a/b").warn_only
    assert not releases.one("work:refs/heads/wip").warn_only
    assert not releases.one("work:refs/heads/release/1").warn_only


def test_the_judged_head_names_no_target_and_no_draft(project: Project) -> None:
    branch(project, "work", {**RELEASES, "a.py": "1\n"})
    assert not project.one("work:refs/heads/wip/a").warn_only
    assert not project.one("work:refs/heads/release/1").pushes_target


def test_an_orphan_without_a_root_passes_and_one_with_a_root_does_not(project: Project) -> None:
    project.here.git("switch", "-q", "--orphan", "gh-pages")
    project.here.commit("pages", {"index.html": "1\n"})
    target = project.one("gh-pages")
    assert target.change is None
    assert "no history" in target.remark
    project.here.commit("root", {"deep/down/.specify/x": "1\n"})
    assert "git merge" in refusal(project, "gh-pages").fix


def test_a_policy_that_cannot_be_read_names_no_targets(tmp_path: Path) -> None:
    # Whether anything may be judged by it is not for the target to say: see test_gate_records.py.
    project = Project(tmp_path, {".specify/sdd.toml": "[gate\n"})
    branch(project, "work", {"a.py": "1\n"})
    assert project.push("work")[0].change is not None


# -- the target itself -------------------------------------------------------------------------------------


def test_a_push_to_the_target_is_judged_from_its_old_tip(project: Project) -> None:
    old = project.here.git("rev-parse", "main")
    new = project.here.commit("more", {"a.py": "1\n"})
    target = project.one("main")
    assert target.pushes_target
    assert target.change
    assert (target.change.target, target.change.forks, target.change.head) == (old, (old,), new)


def test_a_forced_rewind_shows_what_it_loses(project: Project) -> None:
    project.here.commit("record", {"history/prompts/general/0001-a.green.prompt.md": "1\n"})
    project.land("main")
    project.here.git("reset", "-q", "--hard", "HEAD~1")
    target = project.one("+main")
    assert changed(target) == {"history/prompts/general/0001-a.green.prompt.md": "D"}
    project.here.commit("other", {"a.py": "1\n"})
    assert set(changed(project.one("+main")).values()) == {"A", "D"}


def test_a_rewind_onto_another_target_is_judged_all_the_same(releases: Project) -> None:
    releases.land("main:release/1")
    releases.here.commit("record", {"a.py": "1\n"})
    releases.land("main")
    assert changed(releases.one("+main~1:main")) == {"a.py": "D"}


def test_a_deleted_target_loses_everything(project: Project) -> None:
    target = project.one(":main")
    assert target.pushes_target
    assert changed(target) == {".specify/sdd.toml": "D", "old.py": "D"}
    assert target.policy_revision == project.here.git("rev-parse", "main")


def test_a_target_that_is_not_held_here_must_be_fetched_first(project: Project, tmp_path: Path) -> None:
    other = Scratch.clone(project.remote.path, tmp_path / "other")
    other.commit("elsewhere", {"b.py": "1\n"})
    other.git("push", "-q", "origin", "main")
    project.here.commit("more", {"a.py": "1\n"})
    assert "git fetch origin main" in refusal(project, "main").fix
    assert "git fetch origin main" in refusal(project, ":main").fix


def test_the_first_push_is_judged_from_adoption_on(tmp_path: Path) -> None:
    remote, here = Scratch(tmp_path / "remote", "--bare"), Scratch(tmp_path / "here")
    project = Project.__new__(Project)
    project.folder, project.remote, project.here = tmp_path, remote, here
    here.git("remote", "add", "origin", str(remote.path))
    here.commit("before", {"old.py": "1\n"})
    assert project.one("main").change is None
    adopted = here.commit("adopt", ROOT)
    target = project.one("main")
    assert (changed(target), target.first_push, target.adopting) == ({}, True, True)
    head = here.commit("after", {"a.py": "1\n"})
    target = project.one("main")
    assert (changed(target), target.first_push, target.adopting) == ({"a.py": "A"}, True, False)
    assert target.change
    assert (target.change.target, target.change.forks, target.policy_revision) == (None, (adopted,), head)
    here.git("tag", "v1")
    branch(project, "work", {"b.py": "1\n"})
    main, work, tag = project.push("main", "work", "v1")
    assert main.first_push
    assert changed(work) == {"b.py": "A"}
    assert tag.change is None
    assert "push main first" in refusal(project, "work").fix


def test_the_adopting_change_is_judged_by_its_own_policy(tmp_path: Path) -> None:
    project = Project(tmp_path)
    branch(project, "work", {"a.py": "1\n"})
    assert "no root" in project.one("work").remark
    head = branch(project, "adopt", {**ROOT, "a.py": "1\n"})
    for refspec in ("adopt", "adopt:main"):
        target = project.one(refspec)
        assert (target.adopting, target.warn_only, target.policy_revision) == (True, False, head)
        assert changed(target) == {".specify/sdd.toml": "A", "a.py": "A"}


# -- several targets and remotes ---------------------------------------------------------------------------


def test_of_several_targets_the_nearest_counts(releases: Project) -> None:
    releases.land("main:release/1")
    releases.here.commit("on main", {"main.py": "1\n"})
    releases.land("main")
    branch(releases, "fix", {"a.py": "1\n"}, start="origin/release/1")
    target = releases.one("fix")
    assert target.change
    assert target.change.target_name == "origin/release/1"
    assert target.change.other_targets == (releases.here.git("rev-parse", "main"),)
    branch(releases, "feature", {"a.py": "1\n"})
    feature = releases.one("feature").change
    assert feature
    assert feature.target_name == "origin/main"


def test_a_tie_goes_by_the_order_of_the_policys_targets(tmp_path: Path) -> None:
    for number, targets in enumerate(['["release/*", "main"]', '["main", "release/*"]', '["release/*"]']):
        project = Project(tmp_path / str(number), {".specify/sdd.toml": f"[gate]\ntargets = {targets}\n"})
        project.land("main:release/1", "main:release/2")
        branch(project, "work", {"a.py": "1\n"})
        change = project.one("work").change
        assert change
        assert change.target_name == ("origin/release/1" if number == 0 else "origin/main")


@pytest.mark.parametrize("tracked", ["release/1", "main"])
def test_a_tie_goes_to_the_upstream_of_the_branch_first(tmp_path: Path, tracked: str) -> None:
    project = Project(tmp_path, {".specify/sdd.toml": '[gate]\ntargets = ["main", "release/*"]\n'})
    project.land("main:release/0", "main:release/1")
    project.here.commit("on main", {"b.py": "1\n"})
    project.land("main")
    project.here.git("switch", "-q", "-c", "hotfix", "--track", f"origin/{tracked}")
    project.here.git("reset", "-q", "--hard", "origin/release/1")
    project.here.commit("hotfix", {"a.py": "1\n"})
    for target in (project.gate(), project.status(), project.one("hotfix")):
        assert target.change
        assert target.change.target_name == f"origin/{tracked}"


def test_a_release_cut_is_judged_from_the_nearest_target(releases: Project) -> None:
    assert releases.one("main:release/1").change is None
    branch(releases, "cut", {"a.py": "1\n"}, start="main")
    target = releases.one("cut:release/1")
    assert target.pushes_target
    assert not target.first_push
    assert changed(target) == {"a.py": "A"}


def test_a_release_train_moves_on_without_a_verdict(releases: Project) -> None:
    releases.land("main:release/1")
    releases.here.commit("on main", {"a.py": "1\n"})
    releases.land("main")
    target = releases.one("main:release/1")
    assert target.change is None
    assert "another target" in target.remark


@pytest.mark.parametrize(
    ("how", "pushed", "told"),
    [("--ff-only", False, True), ("--ff-only", True, True), ("--no-ff", True, False)],
    ids=["one push", "one after the other", "by a commit of its own"],
)
def test_a_target_that_goes_on_from_another_ones_merge_of_it_leaves_its_line(
    releases: Project, how: str, pushed: bool, told: bool
) -> None:
    releases.here.commit("on main", {"a.py": "1\n"})
    branch(releases, "release/1", {"b.py": "1\n"}, start="main~1")
    releases.land("main", "release/1")
    releases.here.git("merge", "-q", "--no-edit", "main")
    if pushed:
        releases.land("release/1")
    releases.here.git("switch", "-q", "main")
    releases.here.git("merge", "-q", how, "--no-edit", "release/1")
    target, *_ = releases.push("main", *([] if pushed else ["release/1"]))
    assert ("git merge --no-ff keeps its own" in target.remark) is told


def test_a_pull_before_a_push_to_the_only_target_is_no_other_ones_merge(project: Project) -> None:
    project.here.commit("theirs", {"a.py": "1\n"})
    project.land("main")
    project.here.git("switch", "-q", "-c", "mine", "main~1")
    project.here.commit("mine", {"b.py": "1\n"})
    project.here.git("merge", "-q", "--no-edit", "main")
    project.here.git("branch", "-q", "-f", "main", "mine")
    (target,) = project.push("main")
    assert target.change
    assert "another target" not in target.remark


def test_two_targets_do_not_vouch_for_each_other(releases: Project) -> None:
    releases.land("main:release/1")
    releases.here.commit("unseen", {"a.py": "1\n"})
    for target in releases.push("main", "main:release/1"):
        assert changed(target) == {"a.py": "A"}


def test_a_deploy_remote_gets_what_has_landed(project: Project, tmp_path: Path) -> None:
    deploy = Scratch(tmp_path / "deploy", "--bare")
    project.here.git("remote", "add", "deploy", str(deploy.path))
    assert project.one("main", remote="deploy").change is None
    branch(project, "work", {"a.py": "1\n"})
    assert changed(project.one("work:main", remote="deploy")) == {"a.py": "A"}
    target = project.one("work", remote="deploy")
    assert changed(target) == {"a.py": "A"}
    assert "origin" in target.remark


def test_a_fork_is_judged_by_upstream(project: Project, tmp_path: Path) -> None:
    upstream = Scratch.clone(project.remote.path, tmp_path / "upstream", "--bare")
    project.here.git("remote", "add", "upstream", str(upstream.path))
    project.here.git("fetch", "-q", "upstream")
    other = Scratch.clone(upstream.path, tmp_path / "other")
    other.commit("landed upstream", {"up.py": "1\n"})
    other.git("push", "-q", "origin", "main")
    project.here.git("pull", "-q", "upstream", "main")
    project.here.git("fetch", "-q", "upstream")
    assert project.one("main").change is None
    branch(project, "work", {"a.py": "1\n"})
    target = project.one("work")
    assert changed(target) == {"a.py": "A"}
    assert target.change
    assert target.change.target_name == "upstream/main"
    assert not project.one("work:main").pushes_target


def test_a_remote_may_be_named_by_its_url(project: Project, tmp_path: Path) -> None:
    branch(project, "work", {"a.py": "1\n"})
    for place in (
        str(project.remote.path),
        f"file://{project.remote.path}",
        "../remote.git",
        f"{project.remote.path}/",
    ):
        assert changed(project.one("work", remote=place)) == {"a.py": "A"}
        assert project.one("work:main", remote=place).pushes_target
    nowhere = Scratch(tmp_path / "nowhere", "--bare")
    assert changed(project.one("work", remote=str(nowhere.path))) == {"a.py": "A"}
    assert project.one("main", remote=str(nowhere.path)).change is None
    target = project.one("work:main", remote=str(nowhere.path))
    assert (changed(target), target.first_push, target.pushes_target) == ({"a.py": "A"}, False, True)


def test_sdd_target_names_another_branch(project: Project) -> None:
    branch(project, "trunk", {"trunk.py": "1\n"})
    project.land("trunk")
    branch(project, "work", {"a.py": "1\n"}, start="trunk")
    assert changed(project.one("work")) == {"a.py": "A", "trunk.py": "A"}
    for name in ("trunk", "origin/trunk", "refs/heads/trunk", "refs/remotes/origin/trunk"):
        project.here.git("config", "sdd.target", name)
        assert changed(project.one("work")) == {"a.py": "A"}
        assert project.one("work:trunk").pushes_target
    project.here.git("config", "sdd.target", "nothing/main")
    assert refusal(project, "work").fix.splitlines()[0] == "git config sdd.target origin/main"


# -- what is not held here ---------------------------------------------------------------------------------


def test_without_a_tracking_ref_there_is_no_verdict(project: Project) -> None:
    branch(project, "work", {"a.py": "1\n"})
    project.here.git("remote", "set-head", "origin", "--delete")
    project.here.git("update-ref", "-d", "refs/remotes/origin/main")
    fix = refusal(project, "work").fix
    assert fix.startswith("git fetch origin && git remote set-head origin --auto\n")
    assert "fetch-depth: 0" in fix
    project.here.git("config", "remote.origin.fetch", "+refs/heads/work:refs/remotes/origin/work")
    assert refusal(project, "work").fix.startswith("git fetch origin main:refs/remotes/origin/main\n")


def test_a_shallow_clone_that_hides_the_fork_gives_no_verdict(project: Project, tmp_path: Path) -> None:
    branch(project, "work", {"a.py": "1\n"})
    project.here.git("switch", "-q", "main")
    project.here.commit("on main", {"b.py": "1\n"})
    project.land("main", "work")
    shallow = Scratch.clone(
        f"file://{project.remote.path}", tmp_path / "shallow", "--depth=1", "--no-single-branch", "--branch=work"
    )
    shallow.commit("more", {"c.py": "1\n"})
    pushed = read_pre_push(f"refs/heads/work {shallow.git('rev-parse', 'HEAD')} refs/heads/work {'0' * 40}\n".encode())
    with Repository.discover(shallow.path) as repository, pytest.raises(SddError) as refused:
        targets_of_push(repository, pushed, "origin", "x")
    assert "git fetch --unshallow origin main:refs/remotes/origin/main" in refused.value.fix
    shallow.git("switch", "-q", "-c", "fresh", "origin/main")
    fresh = shallow.commit("fresh", {"d.py": "1\n"})
    with Repository.discover(shallow.path) as repository:
        line = f"refs/heads/fresh {fresh} refs/heads/fresh {'0' * 40}\n".encode()
        (target,) = targets_of_push(repository, read_pre_push(line), "origin", "x")
    assert changed(target) == {"d.py": "A"}


def test_a_shallow_clone_that_hides_how_two_forks_are_related_gives_no_verdict(
    project: Project, tmp_path: Path
) -> None:
    # A criss-cross whose two merge bases are where the clone ends: one may be an ancestor of the other.
    here = project.here
    work = branch(project, "work", {"a.py": "1\n"})
    here.git("switch", "-q", "main")
    main = here.commit("on main", {"b.py": "1\n"})
    here.git("merge", "-q", "--no-edit", work)
    here.git("switch", "-q", "work")
    here.git("merge", "-q", "--no-edit", main)
    project.land("main", "work")
    shallow = Scratch.clone(
        f"file://{project.remote.path}", tmp_path / "shallow", "--depth=2", "--no-single-branch", "--branch=work"
    )
    tip = shallow.commit("more", {"c.py": "1\n"})
    assert sorted(shallow.git("merge-base", "--all", "origin/main", tip).split()) == sorted([work, main])
    line = f"refs/heads/work {tip} refs/heads/work {'0' * 40}\n".encode()
    with Repository.discover(shallow.path) as repository, pytest.raises(SddError) as refused:
        targets_of_push(repository, read_pre_push(line), "origin", "x")
    assert "git fetch --unshallow origin main:refs/remotes/origin/main" in refused.value.fix


def test_an_object_that_is_not_held_is_no_pass(project: Project) -> None:
    line = f"refs/heads/x {'a' * 40} refs/heads/x {'0' * 40}\n".encode()
    with Repository.discover(project.here.path) as repository, pytest.raises(SddError, match="not held"):
        targets_of_push(repository, read_pre_push(line), "origin", "x")


def test_a_lost_remote_leaves_the_verdict_as_it_is(project: Project) -> None:
    branch(project, "work", {"a.py": "1\n"})
    lines = read_pre_push(project.lines("origin", "work"))
    shutil.rmtree(project.remote.path)
    with Repository.discover(project.here.path) as repository:
        (target,) = targets_of_push(repository, lines, "origin", str(project.remote.path))
    assert changed(target) == {"a.py": "A"}
