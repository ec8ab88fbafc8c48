"""`sdd phr add --kind`: a contract for a PHR that is there, by the one line that the gate offers."""

from typing import Any

import pytest

from sdd.capture.exchanges import RanTests, Status
from tests.adopted import LANDED, Adopted, phr
from tests.capture_on import turn_on
from tests.captured import Captured

CODE = "def half_up(amount):\n    return round(amount)\n"
TERMS = ("--success", "Amounts are rounded half up.", "--check", "true")


@pytest.fixture
def captured(adopted: Adopted) -> Captured:
    return Captured.on_branch(adopted)


def worked(captured: Captured, prompt: str = "Round half up.", path: str = "src/vat.py") -> str:
    """The captured PHR of a commit."""
    before = set(captured.records())
    captured.ask(prompt, {path: CODE}, tests=(RanTests("pytest -q", True),))
    captured.here.git("add", "-A")
    captured.here.git("commit", "-qm", "work")
    (path,) = set(captured.records()) - before
    return path


def offered(adopted: Adopted) -> list[list[str]]:
    """The commands of each way that the gate offers."""
    return steps_of(adopted.gate())


def steps_of(document: dict[str, Any]) -> list[list[str]]:
    ways = document["next"]
    return [[" ".join(step["argv"] or [step["by_hand"]]) for step in way["steps"]] for way in ways]


def test_a_captured_fix_is_pushed_with_one_line(captured: Captured) -> None:
    adopted, path = captured.adopted, worked(captured)
    before = (captured.here.path / path).read_text()
    line = "sdd phr add --kind fix --success ONE SENTENCE --check COMMAND --run --commit"
    assert offered(adopted) == [[line]]
    assert adopted.push("fix/rounding").returncode == 1
    ran = adopted.done("phr", "add", "--kind", "fix", *TERMS, "--run", "--commit")
    assert ran.out == f"committed {path} (holds the contract of a fix)\n"
    after = (captured.here.path / path).read_text()
    guess = "- Captured: kind fix is a guess: the branch begins with fix/"
    assert after.startswith(before.replace(f"{guess}\n", "").replace(guess, "").rstrip("\n"))
    assert "### Success criteria\nAmounts are rounded half up.\n" in after
    assert "- [x] `true`" in after and "### Evidence" in after
    assert adopted.gate()["verdict"] == "pass"
    assert adopted.sdd("check").status == 0
    assert adopted.push("fix/rounding").returncode == 0


@pytest.mark.parametrize(("path", "kinds"), [("src/rates.py", ["fix", "feature"]), ("src/vat.py", ["fix"])])
def test_captured_work_that_adds_files_may_be_a_feature(adopted: Adopted, path: str, kinds: list[str]) -> None:
    adopted.branch("vat")
    captured = Captured(adopted)
    captured.install()
    worked(captured, "Add the rates of all countries.", path)
    assert list(dict.fromkeys(way["for"] for way in adopted.gate()["next"])) == kinds


def test_a_sentence_goes_into_the_records_that_are_named(captured: Captured) -> None:
    paths = [worked(captured), worked(captured, "Say so.", "src/say.py")]
    lines = [f"sdd phr add {path} --kind fix --success ONE SENTENCE --check COMMAND --run --commit" for path in paths]
    assert offered(captured.adopted) == [lines]
    ran = captured.adopted.sdd("phr", "add", "--kind", "fix", *TERMS, "--commit")
    assert ran.status == 2 and f"{paths[0]} (Round half up), {paths[1]} (Say so)" in ran.err
    document = captured.adopted.done("phr", "add", *paths, "--kind", "fix", *TERMS, "--commit", "--json").document
    assert document["paths"] == paths and document["kind"] == "fix"
    assert captured.adopted.gate()["verdict"] == "pass"
    assert captured.here.git("log", "-1", "--format=%s") == "PHR: Round half up, Say so: fix"


def test_a_later_record_that_names_all_files_is_asked_alone(captured: Captured) -> None:
    worked(captured)
    before = set(captured.records())
    captured.ask("No, cut the cents.", {"src/vat.py": CODE.replace("round", "int"), "src/say.py": "SAY = 1\n"})
    captured.here.git("add", "-A")
    captured.here.git("commit", "-qm", "work")
    (later,) = set(captured.records()) - before
    assert offered(captured.adopted) == [
        [f"sdd phr add {later} --kind fix --success ONE SENTENCE --check COMMAND --run --commit"]
    ]
    captured.adopted.done("phr", "add", later, "--kind", "fix", *TERMS, "--commit")
    assert captured.adopted.gate()["verdict"] == "pass"


def test_one_record_is_meant_by_name(captured: Captured) -> None:
    first, second = worked(captured), worked(captured, "Say so.", "src/say.py")
    captured.adopted.done("phr", "add", second, "--kind", "refactor", *TERMS, "--commit")
    assert "kind: refactor" in (captured.here.path / second).read_text()
    assert "kind: fix" in (captured.here.path / first).read_text()


def test_work_that_was_taken_back_is_not_left_to_capture(captured: Captured) -> None:
    adopted, here = captured.adopted, captured.here
    turn_on(here)
    captured.ask("Round half up.", {"src/vat.py": CODE})
    here.write("src/vat.py", "def by_hand():\n    return 'another thing altogether'\n")
    assert any(step.startswith("sdd phr new") for step in steps_of(adopted.done("status", "--json").document)[0])


def test_an_answer_that_came_after_the_commit_is_told_until_its_record_has_it(captured: Captured) -> None:
    adopted, here = captured.adopted, captured.here
    turn_on(here)
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE}, status=Status.OPEN)
    here.git("commit", "-qam", "round")
    adopted.done("phr", "add", "--kind", "fix", *TERMS, "--run", "--commit")
    assert "lacks" not in adopted.done("status").out
    captured.change(exchange, status=Status.DONE, response="It rounds.")
    assert "1 record lacks what was asked or answered since: sdd capture commit" in adopted.done("status").out
    document = adopted.done("status", "--json").document
    assert (document["capture"]["late_records"], document["push"]) == (captured.records(), "pass")
    assert steps_of(document) == [["sdd capture commit"]]
    adopted.done("capture", "commit")
    assert "It rounds." in captured.record() and "lacks" not in adopted.done("status").out
    assert adopted.done("status", "--json").document["next"] == []


def test_a_draft_that_missed_its_commit_is_told_though_the_push_would_pass(captured: Captured) -> None:
    adopted, here = captured.adopted, captured.here
    turn_on(here)
    worked(captured)
    adopted.done("phr", "add", "--kind", "fix", *TERMS, "--commit")
    captured.ask("Say so.", {"src/vat.py": f"{CODE}SAY = 'half up'\n"})
    here.git("commit", "-qam", "say", "--no-verify")
    assert "1 file of drafts missed the commit: sdd capture commit" in adopted.done("status").out
    document = adopted.done("status", "--json").document
    assert (document["capture"]["missed_files"], steps_of(document)) == (["src/vat.py"], [["sdd capture commit"]])
    adopted.done("capture", "commit")
    assert "missed" not in adopted.done("status").out


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("committed", [False, True])
def test_the_next_line_leaves_to_capture_what_it_records(captured: Captured, *, committed: bool, by_hand: bool) -> None:
    adopted, here = captured.adopted, captured.here
    turn_on(here)
    captured.ask("Round half up.", {"src/vat.py": CODE})
    if by_hand:
        here.write("src/own.py", "MINE = 1\n")
    if committed:
        here.git("add", "-A")
        here.git("commit", "-qm", "work", "--no-verify")
    add = "sdd phr add --kind fix --success ONE SENTENCE --check COMMAND --run --commit"
    record = ["sdd capture commit"] if committed else ["git add --all", "git commit -m TITLE"]
    steps = steps_of(adopted.done("status", "--json").document)[0]
    assert steps == [*record, "sdd status" if by_hand else add]
    if committed:
        assert offered(adopted)[0] == steps
        adopted.done("capture", "commit")
    else:
        here.git("add", "-A")
        here.git("commit", "-qm", "work")
    (path,) = captured.records()
    if not by_hand:
        ran = adopted.sdd("phr", "new", "Round half up", "--kind", "fix", *TERMS)
        assert f"{path} names these files already; what it lacks is a contract" in ran.err
        adopted.done("phr", "add", "--kind", "fix", *TERMS, "--run", "--commit")
        assert adopted.gate()["verdict"] == "pass"


def test_a_chore_needs_no_words(adopted: Adopted) -> None:
    adopted.branch("work")
    captured = Captured(adopted)
    captured.install()
    path = worked(captured, "Tidy up.")
    assert offered(adopted) == [["sdd phr add --kind fix --success ONE SENTENCE --check COMMAND --run --commit"]]
    assert adopted.done("phr", "add", "--kind", "chore", "--commit").out == f"committed {path} (says chore)\n"
    assert adopted.gate()["verdict"] == "pass"


def test_a_record_by_hand_gets_the_same_line(adopted: Adopted) -> None:
    adopted.branch("fix/a")
    adopted.write({"src/a.py": "A = 1\n"})
    adopted.done("phr", "new", "Round half up", "--commit")
    assert offered(adopted)[0] == ["sdd phr add --kind fix --success ONE SENTENCE --check COMMAND --run --commit"]
    adopted.done("phr", "add", "--kind", "fix", *TERMS, "--commit")
    assert adopted.gate()["verdict"] == "pass"


def test_files_of_a_person_leave_the_line_of_old(captured: Captured) -> None:
    worked(captured)
    captured.adopted.write({"src/own.py": "MINE = 1\n"})
    assert all(step.startswith("sdd phr add") is False for way in offered(captured.adopted) for step in way)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "fix"), "says what will be true"),
        (("--kind", "feature", *TERMS), 'add --constraint "MUST" --non-goal "NOT"'),
        (("--success", "It is."), "a contract needs a kind"),
        (("--kind", "fix", *TERMS, "--run", "--check", "false"), "false"),
        ((LANDED, "--kind", "fix", *TERMS), "has landed"),
    ],
)
def test_what_cannot_be_added_changes_nothing(captured: Captured, words: tuple[str, ...], said: str) -> None:
    worked(captured)
    ran = captured.adopted.sdd("phr", "add", *words)
    assert ran.status != 0 and said in ran.err, ran
    assert captured.here.git("status", "--porcelain") == ""


def test_a_contract_that_is_there_stays(captured: Captured) -> None:
    path = worked(captured)
    captured.adopted.done("phr", "add", "--kind", "fix", *TERMS, "--commit")
    ran = captured.adopted.sdd("phr", "add", path, "--kind", "fix", *TERMS)
    assert (ran.status, "holds a contract already" in ran.err) == (2, True)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_and_words_stay(adopted: Adopted, end: str) -> None:
    adopted.branch("fix/a")
    text = phr(["src/a.py"], id="0009").replace("\n", end)
    path = "history/prompts/general/0009-round.green.prompt.md"
    adopted.write({"src/a.py": "A = 1\n", path: text.encode()})
    adopted.done("phr", "add", "--kind", "fix", *TERMS)
    after = (adopted.here.path / path).read_bytes().decode()
    assert after.count("\n") == after.count(end)
    for line in text.rstrip().splitlines():
        assert line in after
