"""A landing that is written leaves what a push leaves."""

from pathlib import Path

import pytest

from tests.adopted import Adopted, copied
from tests.landing import landed
from tests.scratch import Scratch


def refs(repository: Scratch) -> list[str]:
    return repository.git("for-each-ref", "--format=%(refname) %(objectname) %(symref)").splitlines()


@pytest.mark.parametrize(
    "refspec",
    [
        "main",
        "HEAD:main",
        "work",
        "HEAD:work",
        "main:release/1",
        "work:main",
        "work:refs/heads/deep/er",
        "refs/heads/work",
    ],
)
def test_it_leaves_what_a_push_leaves(adopted_once: Path, tmp_path: Path, refspec: str) -> None:
    written, pushed = (copied(adopted_once, tmp_path / name) for name in ("written", "pushed"))
    for project in (written, pushed):
        project.write({"src/new.py": "NEW = 1\n"}, "on main")
        project.branch("work")
        project.write({"src/new.py": "NEW = 2\n", "docs/été.md": "x\n"}, "on work")
        if refspec.endswith("main"):
            project.here.git("switch", "-q", "main")
    assert landed(written.here.path, written.remote.path, refspec)
    pushed.here.git("push", "-q", "--no-verify", "origin", refspec)
    assert refs(written.here) == refs(pushed.here)
    assert refs(written.remote) == refs(pushed.remote)
    for repository in (written.here, written.remote):
        repository.git("fsck", "--strict", "--connectivity-only")
    assert written.here.git("status", "--porcelain=v2", "--branch") == pushed.here.git(
        "status", "--porcelain=v2", "--branch"
    )


def hook(project: Adopted) -> None:
    file = project.remote.path / "hooks" / "pre-receive"
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\nexit 1\n")
    file.chmod(0o755)


def elsewhere(project: Adopted) -> None:
    project.here.git("config", "remote.origin.pushurl", str(project.folder / "nowhere"))


def other_name(project: Adopted) -> None:
    project.remote.git("symbolic-ref", "refs/heads/trunk", "refs/heads/main")


@pytest.mark.parametrize(
    ("change", "refspec"),
    [
        (hook, "main"),
        (elsewhere, "main"),
        (other_name, "main:trunk"),
        (lambda project: project.here.git("switch", "-q", "--detach"), "HEAD:main"),
        (lambda project: project.here.git("tag", "main"), "main"),
        (lambda project: None, "main:main/below"),
        (lambda project: None, "HEAD"),
        (lambda project: None, "main:refs/tags/v1"),
        (lambda project: None, "nowhere"),
    ],
)
def test_it_is_left_to_git_where_a_push_could_do_anything_else(adopted: Adopted, change: object, refspec: str) -> None:
    assert callable(change)
    change(adopted)
    before = refs(adopted.remote)
    assert not landed(adopted.here.path, adopted.remote.path, refspec)
    assert refs(adopted.remote) == before
