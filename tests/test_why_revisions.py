"""`sdd why` of another revision, of a range of commits and of a branch."""

from tests.adopted import Adopted, phr
from tests.test_why import CODE, CONTRACT, LINES, PHR, RECORDS, answered, found, places, refused, why, work
from tests.test_why_record import FIRST, SECOND, both, merge


def asked(adopted: Adopted, *words: str) -> dict[str, object]:
    return answered(adopted.here.path, *words)[0]


def test_the_records_of_a_branch_that_has_not_landed(adopted: Adopted) -> None:
    both(adopted)
    adopted.here.git("push", "-q", "--no-verify", "origin", "work", "work:pushed")
    tip, below = (adopted.here.git("rev-parse", name) for name in ("work", "work~2"))
    named = ("work", "origin/work", "refs/remotes/origin/work", "refs/heads/work", tip[:12], "pushed")
    # The records of the branch are not those of HEAD where main is checked out.
    by_branch = {"work": ("main..",), "main": (*named, "origin/main..work", "main...work")}
    for branch, questions in by_branch.items():
        adopted.here.git("switch", "-q", branch)
        for question in questions:
            document, screen = answered(adopted.here.path, question)
            assert document["asked"] == "change", question
            assert (document["chain"][0]["how"], document["chain"][0]["detail"]) == ("asked for", "4 commits")
            assert places(document, "phr") == places(document, "contract") == [FIRST, SECOND]
            assert "Ada: Record B (4 commits)\n" in screen
            assert FIRST in screen
            assert SECOND in screen
        # A commit below the tip is asked about from the branch that has it.
        assert places(why(adopted.here.path, below), "phr") == [FIRST]
        # HEAD's own answers stay what they were.
        assert places(why(adopted.here.path, "src/reverse/charge.py"), "phr")


def test_a_branch_that_has_landed_is_its_landing(adopted: Adopted) -> None:
    both(adopted)
    merge(adopted)
    landing = adopted.here.git("rev-parse", "HEAD")
    document = why(adopted.here.path, "work")
    assert document["asked"] == "commit"
    assert places(document, "commit") == [landing]
    assert places(document, "phr") == [FIRST, SECOND]
    assert places(why(adopted.here.path, f"{landing}^..{landing}"), "phr") == [FIRST, SECOND]
    assert places(why(adopted.here.path, "main"), "commit") == [landing]
    # The commit itself is asked for by its id: it belongs to one of the two.
    document = why(adopted.here.path, adopted.here.git("rev-parse", "work~1"))
    assert places(document, "phr") == [SECOND]
    assert document["next"] == [f"sdd why {landing[:10]}"]


def test_what_a_line_leaves_out_is_seen_with_the_line_that_it_prints(adopted: Adopted) -> None:
    both(adopted)
    document = why(adopted.here.path, f"{CODE}:1")
    assert document["next"] == ["sdd why origin/main..HEAD"]
    assert places(why(adopted.here.path, "origin/main..HEAD"), "phr") == [FIRST, SECOND]


def test_a_range_without_records(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({CODE: LINES}, "Round")
    document = why(adopted.here.path, "main..work")
    assert document["remarks"] == ["no record came with this change"]
    assert document["next"] == ["sdd status"]
    adopted.here.git("switch", "-q", "main")
    assert why(adopted.here.path, "main..work")["next"] == []
    assert "there is no commit in work..main" in refused(adopted.here.path, "work..main").err
    refused(adopted.here.path, "work..nowhere")
    refused(adopted.here.path, "nowhere..work")


def test_another_revision_is_asked_about_as_it_was(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    adopted.land_change({CODE: "gone = True\n", PHR: None, CONTRACT: None}, "Clear away")
    then = asked(adopted, "--rev", "HEAD~1", f"{CODE}:2")
    assert places(then, "phr") == [PHR]
    assert places(then, "contract") == [CONTRACT]
    assert places(asked(adopted, "--rev", "HEAD~1", CODE), "phr") == [PHR]
    assert places(asked(adopted, "--rev", "HEAD~1", "001-vat#FR-001"), "phr")
    ran = adopted.sdd("why", f"{CODE}:2")
    assert "has 1 line" in ran.err
    # What is in the work tree is none of it, and is asked about again without the option.
    adopted.here.write("src/new.py", "1\n")
    assert adopted.sdd("why", "--rev", "HEAD", "src/new.py").status == 2
    assert adopted.sdd("why", "--rev", "nowhere", CODE).status == 2
    assert not places(asked(adopted, CODE), "phr")


def test_a_branch_is_asked_about_from_another(adopted: Adopted) -> None:
    code, _ = work(adopted)
    adopted.write({"src/more.py": "1\n"}, "More")
    adopted.here.git("switch", "-q", "main")
    document = asked(adopted, "--rev", "work", f"{CODE}:2")
    assert found(document)[:3] == [
        ("commit", "blame"),
        ("landing", "not landed", "3 commits ahead of origin/main"),
        ("phr", "same change", "names the file"),
    ]
    assert places(document, "commit") == [code]
    other = {"history/prompts/general/0009-other.green.prompt.md": phr(["src/more.py"])}
    adopted.here.git("switch", "-q", "work")
    adopted.write(dict(other), "Record more")
    adopted.here.git("switch", "-q", "main")
    document = asked(adopted, "--rev", "work", f"{CODE}:2")
    assert document["next"] == ["sdd why origin/main..work"]
    assert places(asked(adopted, *str(document["next"][0]).split()[2:]), "phr") == [
        PHR, "history/prompts/general/0009-other.green.prompt.md",
    ]  # fmt: skip


def test_a_bare_repository_has_revisions_too(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, **RECORDS}, "Round")
    ran = adopted.sdd("-C", str(adopted.remote.path), "why", "--rev", "main", f"{CODE}:2")
    assert (ran.status, PHR in ran.out) == (0, True)
