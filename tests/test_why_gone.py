"""`sdd why` of a file that was removed or moved, and of one that only another revision has."""

from tests.adopted import Adopted, phr
from tests.good import TARGET
from tests.test_why import CODE, LINES, OTHER, PHR, RECORDS, found, places, refused, why
from tests.test_why_record import FIRST, merge

NEW = "src/money/round.py"


def test_a_file_that_was_removed(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    added = adopted.here.git("rev-parse", "HEAD")
    adopted.branch()
    removed = adopted.write({CODE: None}, "Remove rounding")
    adopted.write({OTHER: phr([CODE], prompt="Remove it.")}, "Record it")
    merge(adopted)
    document = why(adopted.here.path, CODE)
    assert document["asked"] == "file"
    assert found(document)[:4] == [
        ("commit", "removed the file"),
        ("commit", "added the file"),
        ("phr", "names the file"),
        ("phr", "names the file"),
    ]
    assert places(document, "commit") == [removed, added]
    assert places(document, "phr") == [OTHER, PHR]
    assert document["next"] == [f"sdd why {removed[:10]}"]
    assert places(why(adopted.here.path, removed), "phr") == [OTHER]
    ran = refused(adopted.here.path, f"{CODE}:2")
    assert ran.err.splitlines() == [
        f"sdd: {CODE} is gone: {removed[:10]} removed it",
        f"  what it held before: sdd why --rev {removed[:10]}^ {CODE}:2",
    ]
    before = adopted.done("why", "--rev", f"{removed[:10]}^", f"{CODE}:2")
    assert PHR in before.out


def test_a_file_that_moved(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, "src/other.py": "OTHER = 1\n" * 9, **RECORDS}, "Round")
    moved = {CODE: None, NEW: LINES, "src/other.py": None, "src/money/other.py": "OTHER = 1\n" * 9}
    adopted.land_change({**moved, FIRST: phr([CODE, NEW], prompt="Move it.")}, "Move")
    commit = adopted.here.git("rev-parse", "HEAD")
    document = why(adopted.here.path, CODE)
    assert found(document)[0] == ("commit", "moved the file", f"to {NEW}, with src/ -> src/money/ (2 files)")
    assert places(document, "phr") == [FIRST, PHR]
    assert document["next"] == [f"sdd why {NEW}", f"sdd why {commit[:10]}"]
    assert refused(adopted.here.path, f"{CODE}:2").err.splitlines() == [
        f"sdd: {CODE} is gone: {commit[:10]} moved it",
        f"  sdd why {NEW}:2",
    ]
    # What it is called now may be gone in its turn.
    adopted.land_change({NEW: None}, "Remove")
    assert found(why(adopted.here.path, NEW))[0] == ("commit", "removed the file")
    assert places(why(adopted.here.path, NEW), "phr") == [FIRST, PHR]


def test_a_file_that_only_a_branch_ever_had(adopted: Adopted) -> None:
    adopted.branch()
    added = adopted.write({"src/draft.py": "1\n"}, "Draft")
    removed = adopted.write({"src/draft.py": None}, "Undraft")
    assert places(why(adopted.here.path, "src/draft.py"), "commit") == [removed, added]
    merge(adopted)
    document = why(adopted.here.path, "src/draft.py")
    assert places(document, "commit") == [removed, added]
    assert document["remarks"] == ["no record names the file"]


def test_a_file_that_came_back_and_went_again(adopted: Adopted) -> None:
    for number, content in enumerate((LINES, None, LINES.upper(), None)):
        adopted.land_change({CODE: content}, f"c{number}")
    commits = [item["title"] for item in why(adopted.here.path, CODE)["chain"] if item["kind"] == "commit"]
    assert commits == ["c3", "c2"]


def test_a_file_that_another_revision_has(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    adopted.here.git("switch", "-q", "--detach", "HEAD~1")
    assert refused(adopted.here.path, f"{CODE}:2").err.splitlines() == [
        f"sdd: {CODE} is not in HEAD",
        f"  sdd why --rev origin/main {CODE}:2",
    ]
    assert PHR in adopted.done("why", "--rev", "origin/main", f"{CODE}:2").out
    adopted.branch("draft", "main")
    drafted = adopted.write({"src/draft.py": "1\n"}, "Draft")
    adopted.here.git("switch", "-q", "main")
    assert "  sdd why --rev draft src/draft.py" in refused(adopted.here.path, "src/draft.py").err
    adopted.here.git("switch", "-q", "draft")
    adopted.write({"src/draft.py": None}, "Undraft")
    adopted.here.git("switch", "-q", "main")
    assert f"  sdd why --rev {drafted[:10]} src/draft.py" in refused(adopted.here.path, "src/draft.py").err


def test_a_folder_that_is_gone(adopted: Adopted) -> None:
    adopted.land_change({NEW: LINES, "src/money/a.py": TARGET["src/vat.py"]}, "Money")
    adopted.land_change({NEW: None, "src/money/a.py": None}, "No money")
    (adopted.here.path / "src/money").rmdir()
    commit = adopted.here.git("rev-parse", "--short=10", "HEAD")
    for folder in ("src/money", "src/money/"):
        assert refused(adopted.here.path, folder).err.splitlines() == [
            "sdd: src/money was a folder, and is gone",
            f"  ask for the change that removed the last of it: sdd why {commit}",
        ]
