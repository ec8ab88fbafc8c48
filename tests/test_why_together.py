"""`sdd why` of commits that landed side by side: what audit takes for one change is one."""

from tests.adopted import FEATURE, Adopted, phr
from tests.test_why import BEYOND, CODE, LINES, OTHER, PHR, RECORDS, TASK_LIST, found, places, why
from tests.test_why_record import FIRST, SECOND, both


def pushed(adopted: Adopted) -> None:
    """The branch on main without a merge, as "rebase and merge" or a plain push leaves it."""
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--ff-only", "work")
    adopted.land("main")


def test_records_that_landed_beside_their_code(adopted: Adopted) -> None:
    both(adopted)
    pushed(adopted)
    for line, record in ((1, FIRST), (2, SECOND)):
        document = why(adopted.here.path, f"{CODE}:{line}")
        assert found(document)[1:3] == [
            ("landing", "same commit", "one of 2 commits"),
            ("phr", "same change", "names the file"),
        ]
        assert places(document, "phr") == [record]
    assert "(landed, one of 2 commits)" in adopted.done("why", f"{CODE}:1").out


def test_a_change_of_several_commits_with_its_contract_first(adopted: Adopted) -> None:
    adopted.land_change(TASK_LIST, "Tasks")
    adopted.branch()
    contract = next(path for path in RECORDS if "contract" in path)
    adopted.write({contract: RECORDS[contract]}, "Agree")
    adopted.write({CODE: LINES}, "Round")
    adopted.write({"src/more.py": "1\n"}, "More")
    adopted.write({PHR: RECORDS[PHR], OTHER: phr(["src/more.py"], feature=FEATURE)}, "Record")
    pushed(adopted)
    document = why(adopted.here.path, f"{CODE}:2")
    assert places(document, "phr") == [PHR]
    assert found(document)[3:] == BEYOND
    # What it leaves out is seen with the line that it prints.
    (line,) = document["next"]
    assert OTHER in places(why(adopted.here.path, line.split()[2]), "phr")


def test_a_rebase_joins_more_than_a_record_does(adopted: Adopted) -> None:
    for joined in (False, True):
        branch, code, record = ("rebased", "src/late.py", SECOND) if joined else ("plain", CODE, FIRST)
        adopted.branch(branch)
        for number, files in enumerate(({code: LINES}, *({f"src/{branch}{n}.py": "1\n"} for n in range(6)))):
            commit(adopted, dict(files), f"c{number}", moved=joined)
        commit(adopted, {record: phr([code])}, "Record", moved=joined)
        adopted.here.git("switch", "-q", "main")
        adopted.here.git("merge", "-q", "--ff-only", branch)
        adopted.land("main")
        steps = found(why(adopted.here.path, f"{code}:1"))
        assert steps[2] == (
            ("phr", "same change", "names the file") if joined else ("phr", "names the file", "7 landings later")
        )


def commit(adopted: Adopted, files: dict[str, str], message: str, *, moved: bool) -> None:
    for path, text in files.items():
        adopted.here.write(path, text)
    adopted.here.git("add", "-A")
    # What a rebase has moved was written before it was committed.
    written = {"GIT_AUTHOR_DATE": "2026-02-01T12:00:00+0000"} if moved else {}
    adopted.here.git("commit", "-q", "-m", message, **written)


def test_a_branch_that_landed_as_it_is_is_told_whole(adopted: Adopted) -> None:
    adopted.branch()
    told = str(RECORDS[PHR])
    adopted.write({CODE: LINES, **RECORDS, PHR: told.replace("## Prompt\n\n", "## Prompt\n\nPlease: ")}, "Round")
    adopted.write({PHR: told}, "Say it better")
    adopted.write({}, "Ping CI")
    before = places(why(adopted.here.path, "work"), "phr")
    pushed(adopted)
    assert places(why(adopted.here.path, "work"), "phr") == before == [PHR]
    assert "after it landed" not in adopted.done("why", "work").out, "the branch itself changed it"
    # What is done on top of a branch that took others' work in is its own.
    adopted.here.git("switch", "-q", "-c", "next", "work")
    adopted.write({"src/more.py": "1\n", OTHER: phr(["src/more.py"], feature=FEATURE)}, "More")
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--ff-only", "next")
    adopted.land("main")
    assert places(why(adopted.here.path, "next"), "phr") == [OTHER]
    # Without git's log of the branch its last commit is what is left.
    adopted.here.git("reflog", "expire", "--expire=all", "refs/heads/work")
    assert places(why(adopted.here.path, "work"), "phr") == []
