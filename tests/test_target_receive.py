"""A server's pre-receive hook: its own branches are the targets, and it reads what is still in quarantine."""

from pathlib import Path

import pytest

from tests.pushes import RELEASES, ROOT, Project
from tests.scratch import Scratch


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_branch_is_judged_by_the_servers_main(tmp_path: Path, object_format: str) -> None:
    project = Project(tmp_path, ROOT, f"--object-format={object_format}")
    project.here.git("switch", "-q", "-c", "work")
    project.here.commit("work", {"a.py": "1\n"})
    project.here.git("update-ref", "-d", "refs/remotes/origin/main")
    assert project.receive("work") == [["TARGET", "refs/heads/work", "['a.py']", "False", "False", ""]]
    assert project.receive("work:main") == [["TARGET", "refs/heads/main", "['a.py']", "False", "False", ""]]


def test_drafts_are_judged_on_the_server_and_old_branches_only_warned_of(tmp_path: Path) -> None:
    project = Project(tmp_path, RELEASES)
    for start, name, warns in (
        ("main~1", "refs/heads/ancient", "True"),
        ("main~1", "refs/heads/wip/a", "True"),
        ("main~1", "refs/heads/release/1", "False"),
        ("main~1", "refs/tags/ancient", "False"),
        ("main", "refs/heads/wip/b", "False"),
    ):
        project.here.git("switch", "-q", "--detach", start)
        project.here.commit("work", {"a.py": "1\n"})
        assert [row[:4] for row in project.receive(f"HEAD:{name}")] == [["TARGET", name, "['a.py']", warns]]


def test_the_first_push_to_an_empty_server(tmp_path: Path) -> None:
    remote, here = Scratch(tmp_path / "remote", "--bare"), Scratch(tmp_path / "here")
    project = Project.__new__(Project)
    project.folder, project.remote, project.here = tmp_path, remote, here
    remote.git("symbolic-ref", "HEAD", "refs/heads/master")
    here.git("remote", "add", "origin", str(remote.path))
    here.commit("adopt", ROOT)
    here.commit("after", {"a.py": "1\n"})
    ((kind, ref, paths, _, first, _),) = project.receive("main")
    assert (kind, ref, paths, first) == ("TARGET", "refs/heads/main", "['a.py']", "True")
    assert project.receive("main:work")[0][0] == "ERROR"


def test_a_target_moved_back_or_deleted_is_judged(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.remote.git("config", "receive.denyDeleteCurrent", "ignore")
    project.here.commit("record", {"a.py": "1\n"})
    project.land("main")
    assert project.receive("+main~1:main")[0][2] == "['a.py']"
    assert project.receive(":main")[0][2] == "['.specify/sdd.toml', 'a.py', 'old.py']"


def test_a_server_may_name_its_target(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    project.land("main:stable")
    project.here.commit("more", {"b.py": "1\n"})
    project.land("main")
    project.here.git("switch", "-q", "-c", "work")
    project.here.commit("work", {"a.py": "1\n"})
    assert project.receive("work")[0][2] == "['a.py']"
    project.remote.git("config", "sdd.target", "stable")
    assert project.receive("work")[0][2] == "['a.py', 'b.py']"


def test_a_push_to_a_repository_with_a_work_tree(tmp_path: Path) -> None:
    project = Project(tmp_path, ROOT)
    served = Scratch.clone(project.remote.path, tmp_path / "served")
    served.git("config", "receive.denyCurrentBranch", "updateInstead")
    project.here.git("remote", "set-url", "origin", str(served.path))
    project.here.commit("more", {"a.py": "1\n"})
    project.remote.path = served.path / ".git"
    (served.path / ".git" / "hooks").mkdir(exist_ok=True)
    assert project.receive("main")[0][:3] == ["TARGET", "refs/heads/main", "['a.py']"]
