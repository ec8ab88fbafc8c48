"""A branch that was made before its target moved the files, through real merges: verdict, audit and `sdd why`."""

from pathlib import Path

import pytest

from tests.adopted import Adopted, copied
from tests.shared import made_once

LINES = [f"V{number} = {number}\n" for number in range(12)]
TEXT = "".join(LINES)
FIX = ("--kind", "fix", "--success", "V5 is 55.", "--check", "true", "--commit")
MOVE = ("--kind", "refactor", "--success", "All is below shop/.", "--check", "true", "--commit")


def make_behind(adopted: Adopted) -> None:
    """A branch `fix` with its record; main has moved the folder that it works in, and edited the file's first line."""
    here = adopted.here
    adopted.land_change({"lib/a.py": TEXT, "lib/b.py": "B = 1\n"})
    adopted.branch("fix")
    adopted.write({"lib/a.py": TEXT.replace("V5 = 5\n", "V5 = 55\n")}, "V5 is 55")
    adopted.done("phr", "new", "V5 is 55", *FIX)
    assert adopted.push("fix").returncode == 0
    here.git("switch", "-q", "main")
    adopted.branch("move")
    here.git("mv", "lib", "shop")
    adopted.write({"shop/a.py": "MOVED = 1\n" + TEXT}, "Move")
    adopted.done("phr", "new", "Call it shop", *MOVE)
    here.git("switch", "-q", "main")
    here.git("merge", "-q", "--no-ff", "-m", "Move", "move")
    pushed = adopted.push("main")
    assert pushed.returncode == 0, pushed.stderr


@pytest.fixture
def behind(adopted_once: Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Adopted:
    def make(folder: Path) -> None:
        make_behind(copied(adopted_once, folder / "project"))

    return copied(made_once(tmp_path_factory, "behind-a-move", make) / "project", tmp_path / "project")


def assert_landed(adopted: Adopted) -> None:
    """HEAD passes as a request, in a queue and by the hook; audit and `sdd why` agree once it has landed."""
    assert adopted.gate("--base", "refs/remotes/origin/main", "--queue")["verdict"] == "pass"
    pushed = adopted.push("HEAD:main")
    assert pushed.returncode == 0, pushed.stderr
    gaps = adopted.done("audit").out.partition("Worst gaps first:")[2]
    assert "lib/a.py" in gaps and "shop/a.py" not in gaps
    told = adopted.done("why", "shop/a.py:7").out
    assert "V5 = 55" in told and "v5-is-55.green.prompt.md" in told
    assert "names lib/a.py, which does not exist" not in adopted.sdd("check", "-v").out


def test_a_merge(behind: Adopted) -> None:
    behind.here.git("merge", "-q", "--no-ff", "-m", "Merge fix", "fix")
    assert_landed(behind)


def test_a_branch_that_takes_the_move_in(behind: Adopted) -> None:
    behind.here.git("switch", "-q", "fix")
    behind.here.git("merge", "-q", "-m", "Merge main", "main")
    assert behind.gate()["verdict"] == "pass"
    behind.here.git("switch", "-q", "main")
    behind.here.git("merge", "-q", "--no-ff", "-m", "Merge fix", "fix")
    assert_landed(behind)


def test_a_squash(behind: Adopted) -> None:
    behind.here.git("merge", "-q", "--squash", "fix")
    behind.here.git("commit", "-q", "-m", "V5 is 55")
    assert_landed(behind)


def test_a_rebase(behind: Adopted) -> None:
    behind.here.git("switch", "-q", "fix")
    behind.here.git("rebase", "-q", "main", GIT_COMMITTER_DATE="2026-03-01T18:00:00Z")
    assert behind.gate()["verdict"] == "pass"
    assert_landed(behind)


def test_after_a_rebase_with_a_new_file_the_plan_corrects_the_records(behind: Adopted) -> None:
    """The target's line proves no move of what the branch added."""
    here = behind.here
    here.git("switch", "-q", "fix")
    behind.write({"lib/new.py": "N = 1\n"}, "More")
    words = ("--success", "N is 1.", "--constraint", "None.", "--non-goal", "None.", "--check", "true", "--commit")
    behind.done("contract", "new", "N is 1", "--kind", "fix", "--scope", "/lib/new.py", *words)
    behind.done("phr", "new", "N is 1", "--commit")
    # git suggests shop/new.py, and waits for a word.
    assert here.run("git", "rebase", "-q", "main", GIT_COMMITTER_DATE="2026-03-01T18:00:00Z").returncode == 1
    here.git("add", "--all")
    here.git("-c", "core.editor=true", "rebase", "--continue", GIT_COMMITTER_DATE="2026-03-01T18:00:00Z")
    (way,) = behind.done("status", "--json").document["next"]
    assert way["why"] == "records that name lib, which origin/main has renamed"
    ((argv, text),) = ((step["argv"], step["by_hand"]) for step in way["steps"])
    place, _, records = text.removesuffix(", commit it").partition(" in files: and scope: of ")
    assert (argv, place) == (None, "write shop/ for lib/")
    for record in records.split(", "):
        behind.write({record: (here.path / record).read_text().replace("lib/", "shop/")}, "Follow the rename")
    assert behind.gate()["verdict"] == "pass"


def test_a_merge_with_more_than_git_put_there(behind: Adopted) -> None:
    behind.here.git("merge", "-q", "--no-ff", "--no-commit", "fix")
    behind.here.write("shop/a.py", (behind.here.path / "shop/a.py").read_text() + "EVIL = 1\n")
    behind.here.git("commit", "-q", "-a", "-m", "Merge fix")
    pushed = behind.push("main")
    assert pushed.returncode == 1
    assert "shop/a.py:1:1: change-no-phr" in pushed.stderr
