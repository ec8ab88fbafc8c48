"""Search by stems: other English forms of a word are found behind the word itself, and titles come before tasks."""

import pytest

from sdd.index.database import answer
from sdd.index.search import RowFilter, SearchResult, search
from sdd.repo.objects import Repository
from tests.adopted import phr, sdd
from tests.scratch import Scratch
from tests.whole_index import none_expected


def said(scratch: Scratch, *texts: str) -> None:
    for number, text in enumerate(texts, 1):
        scratch.write(f"history/prompts/x/{number:04d}-x.green.prompt.md", phr(prompt=text, id=f"{number:04d}"))


def asked(scratch: Scratch, query: str, limit: int = 10) -> SearchResult:
    with Repository.discover(scratch.path) as repository:
        return answer(repository, lambda index: search(index, query, RowFilter(), limit), none_expected)


def numbers(result: SearchResult) -> list[int]:
    return [int(hit.path.rpartition("/")[2][:4]) for hit in result.hits]


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("migrations", "migration"),
        ("picture", "pictures"),
        ("deployed", "deploy"),
        ("deployment", "deployed"),
        ("reminders", "REMINDER"),
        ("Scheduling", "schedule"),
        ("libraries", "library"),
        ("running", "run"),
    ],
)
def test_any_form_of_a_word_finds_the_others(scratch: Scratch, written: str, query: str) -> None:
    said(scratch, f"Mind the {written} of it.", "Else.")
    result = asked(scratch, query)
    assert (result.matched, numbers(result)) == ("all", [1])
    (hit,) = result.hits
    (mark,) = hit.snippet.marks
    assert hit.snippet.text[slice(*mark)] == written


@pytest.mark.parametrize(
    ("query", "matched"), [('"migration"', "beginnings"), ("migration*", "all"), ("ratios", "all")]
)
def test_what_is_quoted_or_a_beginning_has_no_other_form(scratch: Scratch, query: str, matched: str) -> None:
    said(scratch, "Mind the migrations.", "Mind the migrating birds.", "Mind the rate.")
    result = asked(scratch, query)
    assert (result.matched, numbers(result)) == (matched, [] if query == "ratios" else [1])


def test_the_word_itself_comes_first_and_scores_fall(scratch: Scratch) -> None:
    said(scratch, "Pictures, pictures and pictures.", "A picture " + "among many other words " * 20)
    result = asked(scratch, "picture")
    assert numbers(result) == [2, 1]
    assert result.hits[0].score >= result.hits[1].score
    assert numbers(asked(scratch, "picture", limit=1)) == [2]


def test_each_of_several_words_may_have_another_form(scratch: Scratch) -> None:
    said(scratch, "Migrate the pictures.", "A picture.", "Migrating is done.")
    assert numbers(asked(scratch, "migrated picture")) == [1]
    assert 1 not in numbers(asked(scratch, "migrated picture -pictures"))
    some = asked(scratch, "migrated picture unheard")
    assert (some.matched, set(numbers(some))) == ("some", {1, 2, 3})


def test_words_of_other_languages_are_found_as_before(scratch: Scratch) -> None:
    said(scratch, "Reserva de salas e horários.", "消費税率を丸める。")
    assert numbers(asked(scratch, "horarios")) == [1]
    assert numbers(asked(scratch, "税率")) == [2]


def test_many_words_are_no_fault(scratch: Scratch) -> None:
    forms = ("connect", "connects", "connected", "connecting", "connection", "connections")
    said(scratch, " ".join(forms))
    assert (
        sdd(scratch.path, "search", *forms, *("word" + "abcdefghij"[n % 10] * (1 + n // 10) for n in range(54))).status
        == 0
    )


def test_a_title_comes_before_tasks_that_mention_the_word(scratch: Scratch) -> None:
    tasks = "".join(f"- [ ] T{number:03d} Write src/login/page{number}.py\n" for number in range(1, 9))
    scratch.write("specs/001-x/tasks.md", f"# Tasks\n\n{tasks}")
    scratch.write("specs/001-x/checklists/login.md", "# Login\n\n- [ ] CHK001 Fine?\n")
    scratch.write("specs/001-x/spec.md", "# Feature Specification: Login of members\n\n" + "Some other words. " * 300)
    text = phr(prompt="Let people in. " * 300).replace("title: Rounding", "title: Add the login page")
    scratch.write("history/prompts/001-x/0001-x.green.prompt.md", text)
    kinds = [hit.kind for hit in asked(scratch, "login", limit=5).hits]
    assert set(kinds[:2]) == {"spec", "phr"}
    assert "task" in kinds


def test_an_id_finds_what_is_called_so_before_who_speaks_of_it(scratch: Scratch) -> None:
    scratch.write("specs/001-x/spec.md", "# Feature Specification: X\n\n- **FR-003**: Round.\n")
    text = phr(prompt="Do it.").replace("title: Rounding", "title: Implement FR-003")
    scratch.write("history/prompts/001-x/0001-x.green.prompt.md", text)
    assert asked(scratch, "FR-003").hits[0].kind == "requirement"
