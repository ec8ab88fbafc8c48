"""Which record `sdd why` names: the one that belongs to the line, several as equals, a guess as a guess."""

import pytest

from tests.adopted import FEATURE, PROMISE, Adopted, phr
from tests.good import TARGET
from tests.test_why import CODE, CONTRACT, LINES, OTHER, PHR, TASKS, answered, apart, found, places, promise, why

FIRST = "history/prompts/general/0016-first.green.prompt.md"
SECOND = "history/prompts/general/0017-second.green.prompt.md"


def both(adopted: Adopted) -> None:
    """A branch with two fixes of one file, each with its record behind it."""
    adopted.branch()
    adopted.write({CODE: "A = 1\n"}, "fix: A")
    adopted.write({FIRST: phr([CODE], prompt="Set A.", embedded=PROMISE)}, "Record A")
    adopted.write({CODE: "A = 1\nB = 2\n", "src/beside.py": "C = 3\n"}, "fix: B")
    adopted.write({SECOND: phr([CODE, "src/beside.py"], prompt="Set B.", embedded=PROMISE)}, "Record B")


def merge(adopted: Adopted, branch: str = "work") -> None:
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
    adopted.land("main")


# -- several records of one change -------------------------------------------------------------------------


@pytest.mark.parametrize("landed", [False, True])
def test_the_record_that_follows_a_commit_nearest_is_its_own(adopted: Adopted, landed: bool) -> None:
    both(adopted)
    if landed:
        merge(adopted)
    for line, record in ((1, FIRST), (2, SECOND)):
        document, screen = answered(adopted.here.path, f"{CODE}:{line}")
        assert places(document, "phr") == places(document, "contract") == [record]
        assert ("phr", "same change", "names the file") in found(document)
    assert document["remarks"] == ["not in the chain: 1 PHR of the change"]
    all_of_it = adopted.here.git("rev-parse", "--short=10", "HEAD") if landed else "origin/main..HEAD"
    assert document["next"] == [f"sdd why {all_of_it}"]
    assert screen.endswith(f"\nmore         1 PHR of the change: sdd why {all_of_it}\n")


def test_a_commit_behind_its_last_record_shows_all_as_equals(adopted: Adopted) -> None:
    both(adopted)
    adopted.write({CODE: "A = 1\nB = 2\nD = 4\n"}, "A correction")
    document, screen = answered(adopted.here.path, f"{CODE}:3")
    assert [step for step in found(document) if step[0] == "phr"] == [
        ("phr", "same change", "names the file, 1 of 2 that do")
    ] * 2
    assert "Set A." not in screen, "of several records the titles are shown"


def test_a_squash_shows_its_records_as_equals(adopted: Adopted) -> None:
    both(adopted)
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--squash", "work")
    adopted.write({}, "Both (#3)")
    adopted.land("main")
    document = why(adopted.here.path, f"{CODE}:2")
    assert places(document, "phr") == [FIRST, SECOND]
    assert ("phr", "same commit", "names the file, 1 of 2 that do") in found(document)


def test_records_of_two_lines_that_met_are_equals(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({CODE: "A = 1\n"}, "fix: A")
    adopted.branch("left", "work")
    adopted.write({FIRST: phr([CODE], prompt="Set A.")}, "Record it here")
    adopted.here.git("switch", "-q", "work")
    adopted.write({SECOND: phr([CODE], prompt="Set A too.")}, "And there")
    adopted.here.git("merge", "-q", "--no-edit", "left")
    merge(adopted)
    assert places(why(adopted.here.path, f"{CODE}:1"), "phr") == [FIRST, SECOND]


def test_a_record_that_is_extended_belongs_to_what_it_names_then(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({CODE: "A = 1\n"}, "fix: A")
    adopted.write({FIRST: phr([CODE], prompt="Set A.")}, "Record A")
    adopted.write({"src/beside.py": "C = 3\n"}, "C")
    adopted.write({FIRST: phr([CODE, "src/beside.py"], prompt="Set A.")}, "C belongs to A")
    adopted.write({"src/beside.py": "C = 3\nD = 4\n", CODE: "A = 1\nB = 2\n"}, "D")
    # To touch a record, as a tick does, is no claim to what came before.
    adopted.write({FIRST: phr([CODE, "src/beside.py"], prompt="Set A.", labels="[x]")}, "Label A")
    adopted.write({SECOND: phr(["src/beside.py", CODE], prompt="Set D.")}, "Record D")
    merge(adopted)
    for place, record in {
        "beside.py:1": FIRST,
        "beside.py:2": SECOND,
        "round.py:1": FIRST,
        "round.py:2": SECOND,
    }.items():
        assert places(why(adopted.here.path, f"src/{place}"), "phr") == [record], place


def test_a_landing_shows_all_that_it_brought(adopted: Adopted) -> None:
    both(adopted)
    policy = "history/prompts/constitution/0004-policy.constitution.prompt.md"
    adopted.write({policy: phr([".specify/sdd.toml"], stage="constitution", prompt="Loosen it.")}, "Policy")
    merge(adopted)
    document, screen = answered(adopted.here.path, "HEAD")
    assert places(document, "phr") == [FIRST, SECOND, policy]
    assert all(record in screen for record in (FIRST, SECOND, policy)), screen


def test_the_prompt_behind_the_contract_is_shown(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({CONTRACT: promise()}, "Agree")
    adopted.write({CODE: LINES}, "Round")
    adopted.write({PHR: phr(["src/elsewhere.py"], feature=FEATURE, contract=CONTRACT)}, "Record")
    merge(adopted)
    document = why(adopted.here.path, f"{CODE}:1")
    assert found(document)[2:4] == [
        ("phr", "same change", "links the contract, does not name the file"),
        ("contract", "same change", "its scope holds the file"),
    ]
    assert places(document, "phr") == [PHR]


# -- guesses -----------------------------------------------------------------------------------------------


def test_nothing_is_stacked_on_a_guess(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES}, "Unrecorded")
    apart(adopted)
    adopted.land_change({PHR: phr([CODE], feature=FEATURE, contract=CONTRACT), CONTRACT: promise()}, "Late")
    document = why(adopted.here.path, f"{CODE}:2")
    assert found(document)[2:] == [("phr", "names the file", "2 landings later")]
    assert document["chain"][-1]["certainty"] == "near"
    assert document["remarks"] == ["no record of this change names the file; 1 of other changes names it"]
    assert document["next"] == [f"sdd why {CODE}"]
    assert adopted.done("why", f"{CODE}:2").out.splitlines()[2:] == [
        f"phr          {PHR}:15 (a guess: names the file, 2 landings later): Rounding",
        "no record of this change names the file; 1 of other changes names it",
        f"next         sdd why {CODE}",
    ]


def test_a_task_that_names_the_file_is_a_guess_without_a_story(adopted: Adopted) -> None:
    tasks = "# Tasks\n\n- [x] T001 [US1] Register the router in src/main.py (FR-001)\n"
    adopted.land_change({TASKS: tasks, "src/main.py": LINES}, "Code")
    adopted.land_change({"src/main.py": LINES + "ORIGIN = 1\n"}, "fix: CORS")
    document, screen = answered(adopted.here.path, "src/main.py:4")
    assert found(document)[2:] == [("task", "names the file", "done")]
    assert document["chain"][-1]["certainty"] == "inferred"
    assert document["remarks"] == ["no record of this change names the file"]
    assert "(a guess: names the file, done)" in screen


def test_what_tasks_say_beside_a_record_is_told_as_a_guess(adopted: Adopted) -> None:
    tasks = "# Tasks\n\n- [x] T001 [US1] Register the router in src/main.py (FR-001)\n"
    adopted.land_change({TASKS: tasks}, "Tasks")
    adopted.land_change({"src/main.py": LINES, PHR: phr(["src/main.py"], feature=FEATURE)}, "Code")
    chain = why(adopted.here.path, "src/main.py:1")["chain"]
    assert {item["kind"]: item["certainty"] for item in chain} == {
        "line": "stated", "commit": "stated", "landing": "stated", "phr": "stated",
        "task": "inferred", "requirement": "inferred", "story": "inferred",
    }  # fmt: skip


def test_none_is_said_only_where_it_is_true(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES, OTHER: phr(["src/elsewhere.py"]), FIRST: phr(["src/a.py"])}, "Import")
    imported = adopted.here.git("rev-parse", "HEAD")
    adopted.land_change({CODE: LINES + "B = 2\n", SECOND: phr([CODE], prompt="Set B.")}, "B")
    document = why(adopted.here.path, f"{CODE}:1")
    assert document["remarks"] == [
        "no record of this change names the file: 2 came with it; 1 of other changes names it"
    ]
    assert document["next"] == [f"sdd why {imported[:10]}", f"sdd why {CODE}"]
    assert places(why(adopted.here.path, CODE), "phr") == [SECOND]
    # Where none does there is none to see.
    adopted.land_change({"src/alone.py": "1\n"}, "Alone")
    document = why(adopted.here.path, "src/alone.py:1")
    assert (document["remarks"], document["next"]) == (["no record of this change names the file"], [])


def test_of_several_guesses_none_comes_first_by_chance(adopted: Adopted) -> None:
    adopted.land_change({CODE: LINES}, "Unrecorded")
    apart(adopted)
    adopted.land_change(
        {FIRST: phr([CODE]), SECOND: phr([CODE], prompt="More."), "src/x.py": TARGET["src/vat.py"]}, "Late"
    )
    document, screen = answered(adopted.here.path, f"{CODE}:1")
    guesses = [item for item in document["chain"] if item["kind"] == "phr"]
    assert [item["detail"] for item in guesses] == ["2 landings later, 1 of 2 that do"] * 2
    assert screen.count("a guess") == 2


@pytest.mark.parametrize("redacted", [False, True])
def test_a_landed_record_that_was_changed_is_told_with_its_first_words(adopted: Adopted, redacted: bool) -> None:
    """As why, the pages and their search tell it; but what a secret was removed from shows none of it."""
    first, later = "Round half up.", "Round [REDACTED:token]." if redacted else "Round half down."
    adopted.land_change({CODE: LINES, OTHER: phr([CODE], kind="fix", embedded=PROMISE)}, "Round")
    adopted.land_change({OTHER: phr([CODE, "src/b.py"], kind="fix", embedded=PROMISE)}, "Name a further file")
    assert "after it landed" not in adopted.done("why", f"{CODE}:1").out
    promise_now = PROMISE if redacted else PROMISE.replace("half up", "half down")
    text = phr([CODE, "src/b.py"], kind="fix", embedded=promise_now, prompt=later)
    adopted.land_change({OTHER: text}, "Say it otherwise")
    mark = f"changed by {adopted.here.tip[:10]} after it landed"
    adopted.land_change({OTHER: text.replace("It does.", "It did.")}, "And again")
    document, screen = answered(adopted.here.path, f"{CODE}:1")
    (told,) = (step for step in document["chain"] if step["kind"] == "phr")
    assert told["text"] == (later if redacted else first)
    assert mark in told["detail"]
    assert screen.count(mark) == 1
    search = ("search", "Round", "--kind", "phr")
    assert f"phr: Rounding ({mark})\n" in adopted.done(*search).out
    assert {item["detail"] for item in adopted.done(*search, "--json").document["items"] if item["path"] == OTHER} == {
        mark
    }
    adopted.done("report", "--output", "pages")
    shown = {name: (adopted.here.path / "pages" / name).read_text() for name in ("changes.html", "search/d-0.js")}
    (page,) = (adopted.here.path / "pages" / "phr").glob("general-0009-*.html")
    for name, text in {**shown, page.name: page.read_text()}.items():
        assert "after it landed" in text, name
        assert (first in text, later in text) == (not redacted, redacted), name
    # What is put back needs no mark.
    adopted.land_change({OTHER: phr([CODE], kind="fix", embedded=PROMISE)}, "Put it back")
    assert "after it landed" not in adopted.done(*search).out
    assert "after it landed" not in adopted.done("why", f"{CODE}:1").out
