"""Pushes that take landed commits off their target: no record helps, and what is printed keeps the commits."""

import pytest

from tests.adopted import OPEN, PROMISE, Adopted, phr, sdd
from tests.test_next_lines import printed, run_line

GENERAL = "history/prompts/general/0001-rounding.green.prompt.md"
LANDING = {"src/a.py": "A = 1\n", GENERAL: phr(["src/a.py"], kind="fix", embedded=PROMISE)}


def landed(adopted: Adopted) -> str:
    """The commit before a landing."""
    before = adopted.here.git("rev-parse", "HEAD")
    adopted.land_change(dict(LANDING))
    adopted.here.git("fetch", "-q")
    return before


@pytest.mark.parametrize("own", [{}, {"docs/x.md": "x\n"}, {"src/b.py": "B = 1\n"}])
def test_a_forced_rewind_is_taken_back_by_its_line(adopted: Adopted, own: dict[str, str | bytes | None]) -> None:
    adopted.here.git("reset", "-q", "--hard", landed(adopted))
    if own:
        adopted.write(own)
        adopted.here.git("commit", "-q", "--amend", "--no-edit", "--date", "2026-03-05T12:00:00Z")
    told = adopted.push("--force", "main")
    assert told.returncode == 1
    assert "this push rewinds origin/main and drops 1 commit (to undo a landing: sdd revert COMMIT" in told.stderr
    assert "change-no-phr" not in told.stderr
    assert "the record is a new commit on top" not in told.stderr
    (way,) = printed(told.stderr)
    assert way == "git pull --rebase origin main && sdd status"
    run_line(adopted, way)
    assert GENERAL in adopted.here.git("ls-files")
    assert adopted.push("main").returncode == ("src/b.py" in own)


def test_an_amended_landing_is_committed_again_on_top(adopted: Adopted) -> None:
    landed(adopted)
    adopted.here.git("rm", "-q", GENERAL)
    adopted.here.git("commit", "-q", "--amend", "--no-edit")
    told = adopted.push("--force", "main")
    (way,) = printed(told.stderr)
    assert way == "git reset --soft origin/main && sdd status"


def test_each_finding_of_a_rewind_says_the_same(adopted: Adopted) -> None:
    before = landed(adopted)
    head = adopted.here.git("rev-parse", "HEAD")
    line = f"{head} {before} refs/heads/main\n"
    document = sdd(adopted.remote.path, "gate", "--pre-receive", "--json", stdin=line).document
    (change,) = document["changes"]
    assert {each["fix"] for each in change["findings"]} == {"git pull --rebase origin main"}
    assert change["remark"].startswith("this push rewinds main and drops 1 commit")
    assert [step["argv"][:2] for step in document["next"][0]["steps"]] == [["git", "pull"], ["sdd", "status"]]


def test_a_deleted_target_prints_no_command(adopted: Adopted) -> None:
    records = {
        f"history/prompts/general/{each:04}-x.green.prompt.md": phr(prompt=f"Do {each}.") for each in range(2, 40)
    }
    adopted.land_change({**records})
    told = adopted.push(":main")
    assert told.returncode == 1
    assert printed(told.stderr) == []
    assert "this push deletes origin/main" in told.stderr
    assert "keep it: a branch that is no target any more" in told.stderr
    assert len(told.stderr.splitlines()) < 20


def test_a_rewind_that_only_warns_is_merged_again(adopted: Adopted) -> None:
    policy = ".specify/sdd.toml"
    text = (adopted.here.path / policy).read_text()
    adopted.land_change({policy: text.replace("[gate]", "[gate]\nwarn_until = 2999-01-01", 1)})
    before = landed(adopted)
    tip = adopted.here.git("rev-parse", "HEAD")
    adopted.here.git("reset", "-q", "--hard", before)
    told = adopted.push("--force", "main")
    assert told.returncode == 0, told.stderr
    (way,) = printed(told.stderr)
    run_line(adopted, way)
    assert adopted.here.git("rev-parse", "HEAD") == tip
    assert adopted.push("main").returncode == 0


def test_a_fork_behind_its_upstream_rewinds_nothing(adopted: Adopted) -> None:
    """The branch main of a fork is no target: upstream's is."""
    assert OPEN in adopted.here.git("ls-files")
    landed(adopted)
    adopted.here.git("remote", "rename", "origin", "upstream")
    adopted.here.git("clone", "-q", "--bare", str(adopted.remote.path), str(adopted.folder / "fork.git"))
    adopted.here.git("remote", "add", "origin", str(adopted.folder / "fork.git"))
    adopted.here.git("reset", "-q", "--hard", "HEAD~1")
    adopted.write({"src/b.py": "B = 1\n"})
    told = adopted.push("--force", "main")
    assert (told.returncode, "rewinds" in told.stderr) == (1, False), told.stderr
