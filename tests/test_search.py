"""`sdd search`: what is there is found, the best first, through any filter, and no query does harm."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection, connect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.base.errors import UsageError
from sdd.index.database import answer, answer_in_memory, index_path, wanted_now
from sdd.index.search import Hit, RowFilter, search
from sdd.repo.objects import Repository
from tests.adopted import Ran, contract, phr, sdd
from tests.examples import examples
from tests.good import good_repository
from tests.record_texts import CHECKLIST, CLARIFIED, WAIVER
from tests.scratch import Scratch
from tests.whole_index import none_expected

SPEC, PLAN, TASKS = (f"specs/001-vat/{name}.md" for name in ("spec", "plan", "tasks"))
PHR_ONE, PHR_TWO = (f"history/prompts/001-vat/{name}.green.prompt.md" for name in ("0001-vat-rate", "0002-rounding"))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """The good repository, and on top of it records of the other kinds, not committed. Read it only."""
    here = good_repository(tmp_path_factory.mktemp("search") / "good")
    here.write("specs/002-oil/spec.md", CLARIFIED)
    here.write("specs/002-oil/checklists/all.md", CHECKLIST)
    here.write("history/waivers/0001-old.md", WAIVER)
    here.write("history/prompts/general/0001-a.red.prompt.md", phr(["src/vat.py"], stage="red", user="Ada", kind="fix"))
    here.write("history/prompts/general/0002-b.misc.prompt.md", phr(stage="misc", user="bob"))
    here.write("history/contracts/general/0001-c.contract.md", contract(["/docs/**", "/lib/*.py"], agent="builder"))
    here.write("apps/shop/history/adr/0007-shop.md", "# ADR-0007: Shop\n\n**Date**: 2026-03-05\n\nDecimals here too.\n")
    return here


@pytest.fixture(scope="module")
def index(here: Scratch) -> Iterator[Connection]:
    """The index of that repository, open."""
    with Repository.discover(here.path) as repository:
        answer(repository, lambda index: None, none_expected)
        with closing(connect(index_path(repository))) as connection:
            yield connection


def hits(here: Scratch, query: str, wanted: RowFilter = RowFilter(), limit: int = 100) -> tuple[Hit, ...]:  # noqa: B008
    with Repository.discover(here.path) as repository:
        return answer(repository, lambda index: search(index, query, wanted, limit), none_expected).hits


def places(found: tuple[Hit, ...]) -> list[tuple[str, int]]:
    return [(hit.path, hit.line) for hit in found]


# -- what comes first --------------------------------------------------------------------------------------


def test_ids_come_first(here: Scratch) -> None:
    for query, place in (("FR-001", (SPEC, 17)), ("T001", (TASKS, 5)), ("SC-001", (SPEC, 21)), ("0001", (PHR_ONE, 1))):
        assert place in places(hits(here, query))[:4]
    kinds = [hit.kind for hit in hits(here, "FR-001")]
    assert kinds[:3] == ["requirement"] * 3
    assert set(kinds[3:]) <= {"contract", "task", "phr"}


def test_titles_come_before_what_is_said(here: Scratch) -> None:
    found = hits(here, "decimals")
    assert {hit.title for hit in found[:2]} == {"ADR-0001: Use decimals", "Amounts are decimals"}
    assert found[0].score >= found[1].score >= found[-1].score


def test_who_holds_all_words_is_found_before_who_holds_some(here: Scratch) -> None:
    with Repository.discover(here.path) as repository:
        asked = {
            query: answer(repository, lambda index: search(index, query, RowFilter(), 10), none_expected)  # noqa: B023
            for query in ("round half up", "rounde amou", "decimals unheard", "unheard")
        }
    assert asked["round half up"].matched == "all"
    assert {hit.path for hit in asked["round half up"].hits} >= {SPEC, TASKS, PHR_TWO}
    assert asked["rounde amou"].matched == "beginnings"
    assert asked["decimals unheard"].matched == "some"
    assert asked["unheard"].hits == ()


def test_equal_hits_are_in_the_order_of_paths_however_they_came_in(tmp_path: Path) -> None:
    names = [f"history/adr/00{number:02}-x.md" for number in range(12)]
    forward, backward = Scratch(tmp_path / "a"), Scratch(tmp_path / "b")
    for here, order in ((forward, names), (backward, names[::-1])):
        for name in order:
            here.write(name, "# ADR: Same words\n\nThe very same.\n")
            hits(here, "same")
    assert places(hits(forward, "same", limit=7)) == places(hits(backward, "same", limit=7))
    assert [path for path, _ in places(hits(backward, "same", limit=12))] == names


def test_a_limit_takes_the_best(here: Scratch) -> None:
    every = hits(here, "vat")
    assert len(every) > 5
    for limit in (1, 2, 5):
        assert hits(here, "vat", limit=limit) == every[:limit]
    for refused in ("0", "-1", "1001", "x"):
        assert sdd(here.path, "search", "vat", "--limit", refused).status == 2


# -- filters -----------------------------------------------------------------------------------------------


def test_each_filter_leaves_what_it_says(here: Scratch) -> None:
    every = hits(here, "vat OR rounded OR decimals OR oil OR amounts".replace("OR", ""))
    assert {hit.kind for hit in every} > {"phr", "contract", "spec", "adr"}
    query = "rounded amounts vat decimals is"
    for kind in ("phr", "contract", "requirement", "adr"):
        assert {hit.kind for hit in hits(here, query, RowFilter(kinds=(kind,)))} == {kind}
    assert {hit.kind for hit in hits(here, query, RowFilter(kinds=("phr", "adr")))} == {"phr", "adr"}
    assert {hit.feature for hit in hits(here, query, RowFilter(feature="001-vat"))} == {"001-vat"}
    assert {hit.path for hit in hits(here, "round", RowFilter(stage="red"))} == {
        "history/prompts/general/0001-a.red.prompt.md"
    }
    assert {hit.path for hit in hits(here, "round", RowFilter(user="ada"))} == {
        "history/prompts/general/0001-a.red.prompt.md"
    }
    dated = {hit.path for hit in hits(here, "round vat decimals oil", RowFilter(since="2026-03-01"))}
    assert dated == {
        PHR_TWO,
        "history/prompts/general/0001-a.red.prompt.md",
        "history/prompts/general/0002-b.misc.prompt.md",
        "apps/shop/history/adr/0007-shop.md",
    }


def test_a_file_finds_who_names_it_its_folder_or_whose_scope_matches_it(here: Scratch) -> None:
    def about(path: str) -> set[str]:
        query = "the rate rounding amounts decimals abroad"
        return {hit.path.rpartition("/")[2].partition("-")[0] for hit in hits(here, query, RowFilter(file=path))}

    named = {hit.path for hit in hits(here, "rate round amounts", RowFilter(file="src/vat.py"))}
    assert named >= {PHR_ONE, "history/prompts/general/0001-a.red.prompt.md"}
    assert PHR_TWO not in named
    assert about("lib/reverse/deep/x.py") == {"0002"}
    assert about("lib/x.py") == {"0001"}
    assert about("lib/deep/x.py") == set()
    assert PHR_TWO in {hit.path for hit in hits(here, "round", RowFilter(file=SPEC))}
    assert about("apps/shop/lib/x.py") == set()
    assert about("src/\udc80") == {"0003"}
    assert about("") > {"0001", "0002", "0003"}
    for odd in ("*", "%", "'", '"', "../x", "/", "\udc80", "\0", "[", "x" * 5000):
        assert about(odd) == set()


def test_filters_together_leave_what_all_of_them_do(here: Scratch) -> None:
    wanted = RowFilter("001-vat", "green", "2026-02-15", file="src/round.py", kinds=("phr",))
    assert places(hits(here, "round", wanted)) == [(PHR_TWO, 18)]
    for other in (
        wanted._replace(kinds=("adr",)),
        wanted._replace(feature="002-oil"),
        wanted._replace(stage="red"),
        wanted._replace(since="2026-03-02"),
        wanted._replace(user="eve"),
        wanted._replace(file="src/other.txt"),
    ):
        assert hits(here, "round", other) == ()


def test_a_day_is_compared_with_days_only(scratch: Scratch) -> None:
    for number, written in enumerate(("January 5, 2026", "2026-01-05", "2027-01-05 (late)", "[DATE]", "05.01.2027")):
        scratch.write(f"specs/00{number}-x/spec.md", f"# Feature Specification: X\n\n**Created**: {written}\n")
    found = {hit.path for hit in hits(scratch, "specification", RowFilter(since="2026-06-01"))}
    assert found == {"specs/002-x/spec.md"}


def test_the_command_line_takes_what_people_write(here: Scratch) -> None:
    def paths(*options: str) -> list[str]:
        ran = sdd(here.path, "search", "--json", "round", *options)
        assert ran.status == 0, ran
        return [item["path"] for item in ran.document["items"]]

    assert paths("--feature", "1") == paths("--feature", "001") == paths("--feature", "001-vat")
    assert paths("--feature", "specs/001-vat/") == paths("--feature", "001-vat")
    assert paths("--stage", "implement", "--kind", "phr") == paths("--stage", "green", "--kind", "phr") != []
    assert paths("--user", "ADA") == ["history/prompts/general/0001-a.red.prompt.md"]
    assert paths("--file", "./src/../src/round.py", "--kind", "phr") == [PHR_TWO]
    for wrong in (
        ("--feature", "nope"),
        ("--stage", "x"),
        ("--since", "soon"),
        ("--kind", "x"),
        ("--since", "2026-13-01"),
    ):
        ran = sdd(here.path, "search", "round", *wrong)
        assert (ran.status, ran.out) == (2, "")
        assert len(ran.err.splitlines()) <= 3
    assert sdd(here.path, "search").status == 2
    assert sdd(here.path, "search", "--", "vat", "-rate").status == 0
    assert sdd(here.path, "search", "vat", "--file", "src/\udcff.py") == Ran(0, "nothing found\n", "")
    assert sdd(here.path, "search", "vat", "--user", "\udcff") == Ran(0, "nothing found\n", "")
    assert sdd(here.path, "search", "vat", "--feature", "\udcff").status == 2


# -- any query ---------------------------------------------------------------------------------------------

OPERATORS = [
    '"', "'", "(", ")", "*", "^", "-", "+", ":", "{", "}", ",", "AND", "OR", "NOT", "NEAR", "NEAR(a b, 5)", "title:",
    "names : x", "--", ";", "%", "_", "\\", "\0", "\n", "🙂", "👩‍👩‍👧", "東", "مرحبا", "\u202e", "\ud800", "\udc80",
    "a", "vat", "FR-001", "<b>", "SELECT", "*a", "a*", '""', "é", "e\u0301", "\u0301", "ก", "ี", "・",
]  # fmt: skip


@examples(75)
@given(
    query=st.text(max_size=200)
    | st.lists(st.sampled_from(OPERATORS), max_size=30).map(" ".join)
    | st.lists(st.sampled_from(OPERATORS), max_size=30).map("".join)
)
def test_any_query_is_safe(index: Connection, query: str) -> None:
    for wanted in (RowFilter(), RowFilter(user=query, file=query, stage=query), RowFilter(feature=query, since=query)):
        for hit in search(index, query, wanted, 5).hits:
            assert all(0 <= start < end <= len(hit.snippet.text) for start, end in hit.snippet.marks)


@pytest.mark.parametrize("query", OPERATORS)
def test_any_query_is_safe_on_the_command_line(here: Scratch, query: str) -> None:
    for options in ((), ("--json",)):
        ran = sdd(here.path, "search", *options, "--", query)
        assert ran.status == 0
        assert all(letter.isprintable() or letter == "\n" for letter in ran.out + ran.err)


@pytest.mark.parametrize(
    "query",
    ["word " * 60, "東 京" * 29, "x東" * 400, '"' + "a " * 1500 + '"', "x" * 40_000, "-" * 10_000, "a.b " * 50],
)
def test_a_long_query_is_answered(here: Scratch, query: str) -> None:
    assert sdd(here.path, "search", "--", query).status == 0


def test_a_query_of_very_many_words_is_refused(here: Scratch) -> None:
    ran = sdd(here.path, "search", "word " * 61)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "sdd: the query has 61 words\n  ask for at most 60\n"
    with pytest.raises(UsageError):
        hits(here, "word " * 5000)


def test_a_query_without_a_word_finds_nothing(here: Scratch) -> None:
    for query in ("", " ", '""', "-vat", "***", "(", "🙂"):
        assert sdd(here.path, "search", "--", query) == Ran(0, "nothing found\n", "")


# -- what is shown -----------------------------------------------------------------------------------------


def test_hits_are_shown_with_place_kind_title_and_words(here: Scratch) -> None:
    ran = sdd(here.path, "search", "half", "up", "--kind", "requirement", "--kind", "phr", "--feature", "1")
    assert ran == Ran(
        0,
        f"{SPEC}:17: requirement: FR-001 The system MUST round amounts half up.\n"
        f"{PHR_TWO}:18: phr: Rounding\n"
        "    Round [half] [up].\n",
        "",
    )


def test_json_holds_the_marks(here: Scratch) -> None:
    document = sdd(here.path, "search", "--json", "half up", "--kind", "phr", "--feature", "1").document
    (item,) = document.pop("items")
    assert document == {"schema": "sdd/search/1", "query": "half up", "matched": "all"}
    assert item.pop("score") > 0
    assert item == {
        "kind": "phr",
        "path": PHR_TWO,
        "line": 18,
        "title": "Rounding",
        "feature": "001-vat",
        "snippet": "Round half up.",
        "marks": [[6, 10], [11, 13]],
        "detail": None,
    }


def test_the_line_is_that_of_the_hit(scratch: Scratch) -> None:
    text = phr(
        prompt="One.\n\nTwo words.\n", response="Three.\n\n- four\n- five", embedded="### Constraints\n\n- Six.\n"
    )
    scratch.write("history/prompts/x/0001-a.red.prompt.md", text)
    lines = text.splitlines()
    for query in ("two words", "four", "five", "six"):
        (hit,) = hits(scratch, query)
        assert query.split()[0] in lines[hit.line - 1].lower()


def test_nothing_of_a_repository_controls_the_terminal(scratch: Scratch) -> None:
    evil = "\x1b[31m red\x07 \u202e \x9b bad"
    scratch.write("history/adr/0001-\x1b[2J.md", f"# ADR-0001: {evil} title\n\nwords {evil} here\n")
    scratch.write(
        "history/prompts/\x07/0001-a.red.prompt.md", '---\ntitle: "\\e[1m \\0 title"\n---\n## Prompt\n\nwords\n'
    )
    for query in ("words", "title", "red", "bad"):
        for command in (("search", query), ("search", query, "--json"), ("adr", "list"), ("phr", "list")):
            ran = sdd(scratch.path, *command)
            assert ran.status == 0
            assert all(letter.isprintable() or letter == "\n" for letter in ran.out)


def test_what_is_left_out_is_said(here: Scratch) -> None:
    assert sdd(here.path, "search", "rounde", "amou").err == (
        "sdd: no record holds these words; these hold longer ones that begin so\n"
    )
    assert sdd(here.path, "search", "decimals", "unheard", "--json").err == (
        "sdd: no record holds all of these words; these hold some\n"
    )


# -- what is there is found --------------------------------------------------------------------------------

NAMES = st.sampled_from(["0001-a", "0002-b", "0003-c"])
WORDS = [
    "the", "rate", "of", "VAT", "roundVatRate", "src/vat_rate.py", "FR-007", "消費税率", "東京都", "ภาษี", "größe",
    "naïve", "Über", "가나다", "don't", "19%", "#7", "(x)",
]  # fmt: skip
PROSE = st.lists(
    st.sampled_from(WORDS),
    min_size=1,
    max_size=12,
).map(" ".join)


@pytest.fixture(scope="module")
def shared() -> Iterator[Scratch]:
    with tempfile.TemporaryDirectory(prefix="sdd-test-") as folder:
        yield Scratch(Path(folder) / "repo")


@examples(40)
@given(
    records=st.dictionaries(NAMES, st.tuples(PROSE, PROSE, PROSE), min_size=1),
    data=st.data(),
)
def test_any_word_of_any_record_finds_it(
    shared: Scratch, records: dict[str, tuple[str, str, str]], data: st.DataObject
) -> None:
    for old in (shared.path / "history").rglob("*.md"):
        old.unlink()
    for name, (title, prompt, response) in records.items():
        text = phr(prompt=prompt, response=response).replace("title: Rounding", f"title: {json.dumps(title)}")
        shared.write(f"history/prompts/x/{name}.red.prompt.md", text)
    name = data.draw(st.sampled_from(sorted(records)))
    said = data.draw(st.sampled_from(records[name])).split()
    first = data.draw(st.integers(0, len(said) - 1))
    phrase = " ".join(said[first : first + data.draw(st.integers(1, 3))])
    queries = (said[first], phrase, f'"{phrase}"', " ".join(said[:60]))
    with Repository.discover(shared.path) as repository:
        pages = answer_in_memory(
            repository,
            wanted_now(repository),
            lambda index: [search(index, query, RowFilter(), 10) for query in queries],
        )
    for query, page in zip(queries, pages, strict=True):
        if not any(letter.isalnum() for letter in query):
            continue
        assert page.matched == "all"
        assert f"history/prompts/x/{name}.red.prompt.md" in [hit.path for hit in page.hits]
        # A phrase may go on from one text of a record into the next.
        assert query.startswith('"') or all(hit.snippet.marks for hit in page.hits)
