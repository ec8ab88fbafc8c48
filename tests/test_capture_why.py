"""`why` leads a line to the exchange whose tool call wrote it: told by content, so that history may be rewritten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.records.edits import MOST_LINES, Edits, edits_read, edits_told, line_digest, lines_read
from sdd.secrets import scan
from tests.adopted import POLICY, Adopted
from tests.captured import Captured

ROUND = "def half_up(amount):\n    return round(amount)\n"
NAME = "NAME = 'half up'\n"
BY_HAND = "RATE_OF_ADA = 19\n"


@pytest.fixture
def captured(adopted: Adopted) -> Captured:
    """A branch of two exchanges on one file, and a line by hand in the second commit."""
    captured = Captured.on_branch(adopted)
    captured.ask("Round half up.", {"src/vat.py": ROUND})
    captured.here.git("commit", "-qam", "fix: round")
    captured.ask("Name it well.", {"src/vat.py": ROUND + NAME}, wrote=NAME)
    captured.here.write("src/vat.py", ROUND + NAME + BY_HAND)
    captured.here.git("commit", "-qam", "fix: name")
    return captured


def asked_for(adopted: Adopted, line: str) -> list[tuple[str, str, str]]:
    """(title, how, detail) of the PHRs that a line leads to."""
    text = (adopted.here.path / "src/vat.py").read_text().splitlines()
    chain = adopted.done("why", f"src/vat.py:{text.index(line) + 1}", "--json").document["chain"]
    steps = [step for step in chain if step["kind"] == "phr"]
    assert not any(step["certainty"] != "stated" for step in steps)
    return [(step["title"], step["how"], step["detail"]) for step in steps]


WROTE = "a tool call of it wrote the line"


def test_each_line_leads_to_its_exchange(captured: Captured) -> None:
    assert asked_for(captured.adopted, "def half_up(amount):") == [("Round half up", "same commit", WROTE)]
    assert asked_for(captured.adopted, NAME.strip()) == [("Name it well", "same commit", WROTE)]
    (told,) = asked_for(captured.adopted, BY_HAND.strip())
    assert told == ("Name it well", "same commit", "names the file")


@pytest.mark.parametrize("way", ["squash", "rebase", "amend", "merge"])
def test_through_whatever_git_makes_of_the_commits(captured: Captured, way: str) -> None:
    here = captured.here
    if way == "squash":
        here.git("switch", "-qc", "squashed", "main")
        here.git("merge", "-q", "--squash", "fix/rounding")
        here.git("commit", "-qm", "fix: all of it")
    elif way == "rebase":
        here.git("switch", "-q", "main")
        here.commit("elsewhere", {"docs/a.md": "a\n"})
        here.git("rebase", "-q", "main", "fix/rounding")
    elif way == "amend":
        here.write("src/vat.py", (here.path / "src/vat.py").read_text() + "MORE_BY_ADA = 1\n")
        here.git("commit", "-qa", "--amend", "-m", "fix: name")
    else:
        here.git("switch", "-q", "main")
        here.git("merge", "-q", "--no-ff", "fix/rounding")
    assert [step[::2] for step in asked_for(captured.adopted, NAME.strip())] == [("Name it well", WROTE)]
    assert [step[::2] for step in asked_for(captured.adopted, "def half_up(amount):")] == [("Round half up", WROTE)]


def test_a_range_of_one_commit_has_a_part_for_each_exchange(captured: Captured) -> None:
    here = captured.here
    here.git("switch", "-qc", "squashed", "main")
    here.git("merge", "-q", "--squash", "fix/rounding")
    here.git("commit", "-qm", "fix: all of it")
    chain = captured.adopted.done("why", "src/vat.py:1-3", "--json").document["chain"]
    assert [step["title"] for step in chain if step["kind"] == "phr"] == ["Round half up", "Name it well"]
    assert [step["lines"] for step in chain if step["kind"] == "line"] == [[1, 2], [3]]


def test_an_exchange_that_goes_on_adds_its_lines(adopted: Adopted) -> None:
    captured = Captured.on_branch(adopted)
    adopted.here.write(POLICY, '[capture]\njoin = "branch"\n')
    captured.ask("Round half up.", {"src/vat.py": ROUND})
    adopted.here.git("commit", "-qam", "fix: round")
    captured.ask("Say so.", {"src/say.py": "SAY = 1\n"})
    adopted.here.git("add", "-A")
    adopted.here.git("commit", "-qm", "fix: say")
    (path,) = captured.records()
    told = lines_read(adopted.done("phr", "show", path, "--json").document["edits"])
    assert told == {"src/vat.py": {*map(line_digest, ROUND.splitlines())}, "src/say.py": {line_digest("SAY = 1")}}


NAMES = st.sampled_from(["a.py", "a b/ä in c.py", "of prompt 2 in d.py", "password.py"])
SPANS = st.none() | st.tuples(st.integers(1, 9), st.integers(10, 99)) | st.integers(1, 99).map(lambda n: (n, n))


@given(st.dictionaries(st.tuples(NAMES, SPANS), st.lists(st.text(min_size=2))))
def test_what_is_told_is_read(written: dict[tuple[str, tuple[int, int] | None], list[str]]) -> None:
    edits = [
        Edits(path, frozenset(filter(None, map(line_digest, texts))), prompts)
        for (path, prompts), texts in written.items()
    ]
    assert {*edits_read(edits_told(edits))} == {each for each in edits if each.digests}
    assert set(lines_read(edits_told(edits))) == {each.path for each in edits if each.digests}


def test_a_line_leads_to_the_prompt_that_it_came_of(adopted: Adopted) -> None:
    captured = Captured.on_branch(adopted)
    first = captured.ask("Round half up.\n\nThe auditors ask for it.", {"src/vat.py": ROUND})
    captured.change(first, prompts=(*first.prompts, "2"), earlier=("Shall I do A or B?",))
    captured.ask("Name it well.", {"src/vat.py": ROUND + NAME})
    adopted.here.git("commit", "-qam", "fix: round and name")
    record = captured.record()
    assert " of prompt 3 in src/vat.py" in record and " of prompts 1-2 in src/vat.py" in record
    assert "Answer to prompt 1:\n\nShall I do A or B?\n\nAnswer to prompt 2:\n\nDone." in record
    assert "Captured: prompts 1 to 2: claude, " in record and "Captured: prompt 3: claude, " in record
    for line, told, other in ((2, "Round half up.", "Name it well."), (3, "Name it well.", "Round half up.")):
        (step,) = (
            step
            for step in adopted.done("why", f"src/vat.py:{line}", "--json").document["chain"]
            if step["kind"] == "phr"
        )
        assert told in step["text"] and other not in step["text"]
        assert step["detail"] == WROTE
    assert "Prompt 3:" in adopted.done("why", "src/vat.py:3").out


def test_a_prompt_that_looks_like_several_is_shown_with_all(adopted: Adopted) -> None:
    captured = Captured.on_branch(adopted)
    captured.ask("Do as this says:\n\nPrompt 2:\n\nNothing", {"src/vat.py": ROUND})
    captured.ask("Name it well.", {"src/vat.py": ROUND + NAME})
    adopted.here.git("commit", "-qam", "fix: round and name")
    assert " of prompt " not in captured.record()
    assert asked_for(adopted, NAME.strip()) == [("Do as this says:", "same commit", WROTE)]


def test_many_lines_stay_short_and_look_like_no_secret() -> None:
    lines = {
        path: [line_digest(f"line {number} of {path}") for number in range(3_000)] for path in ("a.py", "token.py")
    }
    told = edits_told(Edits(path, frozenset(digests)) for path, digests in lines.items())
    assert sum(map(len, told)) < 5 * MOST_LINES
    read = lines_read(told)
    assert sum(map(len, read.values())) == MOST_LINES and all(read[path] <= {*lines[path]} for path in lines)
    assert not scan("edits:\n" + "".join(f"  - {entry}\n" for entry in told))


def test_an_entry_that_is_none_is_passed_over() -> None:
    assert list(edits_read(["abc in a.py", "AbCd", "AbCd in ", "AbC! in a.py"])) == []
