"""Branches that are older than the adoption of sdd, in repositories where spec-kit was used before."""

from pathlib import Path

import pytest

from sdd.repo.refs import is_release_name
from tests.adopted import CONSTITUTION, POLICY, Adopted, copied, sdd
from tests.forked import forked_python
from tests.good import TARGET
from tests.scratch import Scratch
from tests.shared import made_once

GONE = "012-masters"
FIX = ("--kind", "fix", "--success", "It is.", "--check", "true", "--run", "--commit")


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Adopted:
    """Spec-kit was there, then `main` adopted sdd in three roots and dropped the old feature; `old` did not follow."""
    return copied(made_once(tmp_path_factory, "older-branches", make), tmp_path / "project")


def make(folder: Path) -> None:
    Scratch(folder / "remote.git", "--bare")
    here = Scratch(folder / "here")
    here.git("remote", "add", "origin", str(folder / "remote.git"))
    adopted = Adopted(folder)
    constitution = {CONSTITUTION: TARGET[CONSTITUTION]}
    pinned = {".specify/feature.json": f'{{"feature_directory": "specs/{GONE}"}}', f"specs/{GONE}/spec.md": "# Spec\n"}
    adopted.write({**constitution, **pinned, "api/a.py": "A = 1\n", "web/a.py": "A = 1\n"}, "spec-kit")
    here.git("branch", "old")
    adopted.write({**dict.fromkeys(pinned, None), "src/b.py": "B = 1\n"}, "Drop the feature")
    for root in ("api", "web"):
        adopted.done("init", "--root", root, "--no-hooks")
    with forked_python():
        adopted.done("init")
    adopted.write({f"{root}{CONSTITUTION}": TARGET[CONSTITUTION] for root in ("", "api/", "web/")}, "Adopt sdd")
    adopted.land("main", "old")
    here.git("remote", "set-head", "origin", "main")
    here.git("fetch", "-q", "origin")
    here.git("switch", "-q", "old")


def change(project: Adopted, *roots: str) -> None:
    project.write({f"{root}/a.py": "A = 2\n" for root in roots}, "fix: two")


def test_the_hook_only_warns(project: Adopted) -> None:
    change(project, "api")
    pushed = project.push("old")
    assert (pushed.returncode, "a branch older than adoption: findings only warn" in pushed.stderr) == (0, True), pushed


def test_a_server_that_judges_all_branches_only_warns_too(project: Adopted) -> None:
    with forked_python():
        assert sdd(project.remote.path, "hook", "install", "--server").status == 0
    change(project, "api")
    pushed = project.push("--no-verify", "old")
    assert (pushed.returncode, "a branch older than adoption: findings only warn" in pushed.stderr) == (0, True), pushed
    assert project.push("--no-verify", "old:main").returncode == 1


def test_elsewhere_it_is_judged(project: Adopted) -> None:
    change(project, "api")
    assert project.gate("--base", "origin/main")["refused"]


def test_the_status_offers_the_merge_of_the_target(project: Adopted) -> None:
    assert "next     git merge origin/main && sdd status\n" in project.done("status").out
    project.here.write("api/a.py", "A = 2\n")
    shown = project.done("status").out
    assert "push     would be let through with a warning: 1 of 1 file lacks records\n" in shown
    assert shown.splitlines()[-2:] == ["first    commit your work", "next     git merge origin/main && sdd status"]
    change(project, "api")
    ((step, _),) = (way["steps"] for way in project.done("status", "--json").document["next"])
    project.here.git(*step["argv"][1:])
    assert "would be refused" in project.done("status").out


@pytest.mark.parametrize("merged", [False, True])
def test_records_of_a_change_in_two_roots_are_written_at_once(project: Adopted, merged: bool) -> None:
    change(project, "api", "web")
    if merged:
        project.here.git("merge", "-q", "--no-edit", "origin/main")
    project.done("cover", "Count to two", *FIX)
    if not merged:
        project.here.git("merge", "-q", "--no-edit", "origin/main")
    assert project.gate()["verdict"] == "pass"
    assert project.push("old").returncode == 0


def test_a_record_names_no_feature_that_the_target_has_removed(project: Adopted) -> None:
    change(project, "api")
    ran = project.done("phr", "new", "Count to two", *FIX)
    assert ran.out == "committed history/prompts/general/0001-count-to-two.green.prompt.md (names 1 file)\n"
    assert f".specify/feature.json is ignored: no feature is meant by specs/{GONE}" in ran.err
    project.here.git("merge", "-q", "--no-edit", "origin/main")
    assert project.gate()["verdict"] == "pass"


def test_a_feature_that_the_branch_works_on_is_its_own(project: Adopted) -> None:
    project.write({f"specs/{GONE}/plan.md": "# Plan\n"}, "Plan it")
    assert project.done("status", "--json").document["feature"] == GONE


def test_below_a_root_of_the_target_the_record_is_of_that_root(project: Adopted) -> None:
    change(project, "api", "web")
    ran = sdd(project.here.path / "web", "phr", "new", "Count to two", *FIX)
    assert ran.out == "committed web/history/prompts/general/0001-count-to-two.green.prompt.md (names 1 file)\n", ran


def test_an_old_commit_without_work_gets_the_target_too(project: Adopted) -> None:
    project.here.git("switch", "-q", "-c", "early", "main~2")
    assert project.done("status").out.endswith("next     git merge origin/main && sdd status\n")


def test_sdd_is_not_set_up_there_a_second_time(project: Adopted) -> None:
    ran = project.sdd("init")
    assert (ran.status, "origin/main has sdd already" in ran.err, "git merge origin/main" in ran.err) == (3, True, True)
    assert project.here.git("status", "--porcelain") == ""
    project.here.git("merge", "-q", "--no-edit", "origin/main")
    assert "kept      everything" in project.done("init").out


def test_a_branch_of_an_older_release_is_not_sent_to_main(project: Adopted) -> None:
    project.land_change({POLICY: '[gate]\ntargets = ["main", "release/*"]\n'})
    project.here.git("switch", "-q", "old")
    project.land("old:refs/heads/release/1")
    project.here.git("fetch", "-q")
    for text in ("", "R = 1\n"):
        if text:
            project.write({"src/release.py": text}, "Release")
            project.land("HEAD:release/1")
        # Where main goes on from the release, it may as well be for main.
        assert ("if this is for it: git merge" in (shown := project.done("status").out)) is not bool(text)
        assert "next     git merge" not in shown
    assert "its commits are all on origin/release/1" in project.done("gate", "--head", "origin/release/1").out
    change(project, "api")
    assert "git merge" not in project.done("status").out


def test_what_landed_before_the_policy_is_counted_by_no_gate(project: Adopted) -> None:
    """As `sdd audit` has it: a release or a tag may be cut from where spec-kit was alone. What came later is judged."""
    for line in ("B = 2\n", "B = 3\n"):
        project.land_change({"src/b.py": line})
    project.here.git("tag", "v1", "main~3")
    project.here.git("tag", "v2", "main~1")
    pushed = project.push("v1", "v1^{}:refs/heads/support/v1")
    assert (pushed.returncode, project.gate("--base", "origin/main", "--head", "v1")["verdict"]) == (0, "pass"), pushed
    assert project.push("v2").returncode == 1
    assert project.gate("--base", "origin/main", "--head", "v2")["refused"]


RELEASE: dict[str, str | bytes | None] = {"src/b.py": "B = 0\n", "src/c.py": "C = 0\n"}


@pytest.fixture(params=["v0", "legacy"])
def release(project: Adopted, request: pytest.FixtureRequest) -> str:
    """What a fix is made from: a branch with the name of a release, or the tag that another branch ends at."""
    project.write(RELEASE, "Release 0.1")
    project.here.git("tag", "v0.1")
    project.land(f"old:{request.param}")
    project.here.git("push", "-q", "--no-verify", "origin", "v0.1")
    project.here.git("switch", "-q", "--no-track", "-c", "fix/crash", "v0.1")
    project.write({"src/c.py": "C = 1\n"}, "fix: do not crash")
    return "origin/v0" if request.param == "v0" else "v0.1"


def test_a_fix_of_a_release_lists_its_own_files_and_asks_for_the_target(project: Adopted, release: str) -> None:
    name = release.removeprefix("origin/")
    shown = project.done("status")
    assert f"branch   fix/crash: 1 commit ahead of {release}" in shown.out
    assert "git merge" not in shown.out
    assert f"is {name} a release? name its branch in gate.targets" in shown.err
    pushed = project.push("fix/crash")
    assert pushed.returncode == 0
    assert f"older than adoption, and made from {release}: findings only warn; is {name} a release?" in pushed.stderr
    assert "src/c.py" in pushed.stderr
    assert "src/b.py" not in pushed.stderr
    assert "(names 1 file)" in project.done("phr", "new", "Do not crash", *FIX).out
    assert project.push("fix/crash").returncode == 0


def test_what_a_release_has_is_judged_on_its_way_to_a_target_all_the_same(project: Adopted, release: str) -> None:
    judged = project.gate()
    assert judged["refused"]
    assert {"src/b.py", "src/c.py"} == {row["path"] for each in judged["changes"] for row in each["files"]}
    assert any(f"--base {release}" in told for told in judged["remarks"]), judged["remarks"]
    assert project.push("fix/crash:main").returncode == 1


def test_a_branch_of_no_release_is_listed_whole(project: Adopted) -> None:
    project.write(RELEASE, "Some work")
    project.land("old:more")
    change(project, "api")
    assert "3 of 3 files" in project.done("status").out


RELEASES = (
    *("release", "release/2.0", "releases/gcc-13", "release-1.x", "v0.x", "v2", "1.x", "5-0-stable", "stable/ussuri"),
    *("REL_12_STABLE", "maint-1.2", "support/18.x", "branch-3.4", "18-lts", "stable"),
)
TOPICS = (
    *("release-please--branches--main", "release/notes", "release-notes", "stable-sort", "support/dark-mode", "fix/v2"),
    *("maintenance-page", "branch-colors", "1234", "1234-fix", "feature/release-2", "001-vat", "v", "vat"),
)


@pytest.mark.parametrize("name", [*RELEASES, *TOPICS])
def test_what_is_named_like_a_release_is_told_by_its_name(name: str) -> None:
    assert is_release_name(name) == (name in RELEASES)


@pytest.mark.parametrize("name", ["v1.x", "release/2.0"])
def test_a_release_that_no_policy_names_is_asked_for_at_its_creation_and_at_each_fix(
    project: Adopted, name: str
) -> None:
    question = f"is {name} a release? name its branch in gate.targets"
    project.branch(name)
    assert question in project.push("-u", name).stderr
    for text in ("A = 2\n", "A = 3\n"):
        project.write({"api/a.py": text}, "fix: it")
        assert question in project.sdd("status").err
        if text == "A = 2\n":
            project.done("phr", "new", "Count to two", *FIX)
        pushed = project.push(name)
        assert (pushed.returncode, question in pushed.stderr) == (0, True), pushed


@pytest.mark.parametrize("name", ["release", "v0.x"])
def test_a_release_older_than_sdd_is_asked_for_at_its_first_fix(project: Adopted, name: str) -> None:
    project.here.git("switch", "-q", "-c", name)
    question = f"is {name} a release? name its branch in gate.targets"
    assert question in project.push("-u", name).stderr
    change(project, "api")
    shown = project.done("status")
    assert (question in shown.err, "git merge" in shown.out) == (True, False)
    assert question in project.push(name).stderr
    assert "git merge" not in project.done("status").out


def test_a_server_asks_too_and_nobody_asks_of_a_target_or_a_topic(project: Adopted) -> None:
    project.land_change({POLICY: '[gate]\ntargets = ["main", "v1.x"]\n'})
    with forked_python():
        assert sdd(project.remote.path, "hook", "install", "--server").status == 0
    for name, asked in (("v1.x", False), ("release-notes", False), ("v2.x", True)):
        pushed = project.push("--no-verify", f"main:refs/heads/{name}")
        assert (pushed.returncode, "a release?" in pushed.stderr) == (0, asked), pushed
