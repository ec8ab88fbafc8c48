"""What HEAD names, in every state that it can be in."""

from pathlib import Path

import pytest

from sdd.repo.objects import Repository
from sdd.repo.refs import head_branch
from tests.scratch import Scratch


def branch_of(folder: Path) -> str | None:
    with Repository.discover(folder) as repository:
        return head_branch(repository)


@pytest.mark.parametrize("name", ["main", "fix/vat", "é.1", "a.b/c"])
def test_a_branch_that_is_checked_out(scratch: Scratch, name: str) -> None:
    scratch.commit("base", {"a": "1\n"})
    scratch.git("switch", "-q", "-C", name)
    assert branch_of(scratch.path) == f"refs/heads/{name}"


def test_a_branch_that_is_not_born_yet(scratch: Scratch) -> None:
    assert branch_of(scratch.path) == "refs/heads/main"


def test_no_branch(scratch: Scratch) -> None:
    scratch.commit("base", {"a": "1\n"})
    scratch.git("switch", "-q", "--detach")
    assert branch_of(scratch.path) is None


def test_another_work_tree_has_its_own(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("base", {"a": "1\n"})
    scratch.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    assert branch_of(tmp_path / "other") == "refs/heads/other"
    assert branch_of(scratch.path) == "refs/heads/main"


@pytest.mark.parametrize(
    "written", ["ref: refs/heads/main  \n\n", "ref:\trefs/heads/main", "ref: refs/remotes/x/main\n"]
)
def test_a_file_that_another_tool_wrote(scratch: Scratch, written: str) -> None:
    scratch.commit("base", {"a": "1\n"})
    (scratch.path / ".git" / "HEAD").write_text(written)
    assert branch_of(scratch.path) == scratch.git("symbolic-ref", "--quiet", "HEAD")


def test_a_link_in_place_of_a_file(scratch: Scratch) -> None:
    (scratch.path / ".git" / "HEAD").unlink()
    (scratch.path / ".git" / "HEAD").symlink_to("refs/heads/main")
    assert branch_of(scratch.path) == "refs/heads/main"
    scratch.commit("base", {"a": "1\n"})
    assert branch_of(scratch.path) == "refs/heads/main"
