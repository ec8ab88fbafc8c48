"""`sdd why` where no PHR of the change names the file: by tasks, by records of other commits, and told as a guess."""

from typing import Any

import pytest

from tests.adopted import contract, phr
from tests.scratch import Scratch
from tests.test_why import answered

CODE = "src/round.py"
LINES = "def round_half_up(amount):\n    return int(amount * 100 + 0.5) / 100\n"
FIRST, SECOND = "001-vat", "002-rates"
POLICY: dict[str, str | bytes | None] = {".specify/sdd.toml": ""}


@pytest.fixture
def here(scratch: Scratch) -> Scratch:
    scratch.commit("Adopt", {**POLICY, **spec(FIRST, "Value added tax"), **spec(SECOND, "Rates")})
    return scratch


def spec(feature: str, title: str, stories: int = 1) -> dict[str, str | bytes | None]:
    told = "".join(f"### User Story {number} - See {number} (Priority: P1)\n\n" for number in range(1, stories + 1))
    required = "- **FR-001**: Round.\n- **FR-002**: Cut.\n"
    text = f"# Feature Specification: {title}\n\n{told}## Requirements\n\n{required}"
    return {f"specs/{feature}/spec.md": text}


def tasks(feature: str, *lines: str) -> dict[str, str | bytes | None]:
    return {f"specs/{feature}/tasks.md": "# Tasks\n\n" + "".join(f"- [x] {line}\n" for line in lines)}


def prompt(
    feature: str, name: str, *files: str, stage: str = "green", title: str = "Rounding", words: str = "Round it well."
) -> dict[str, str | bytes | None]:
    text = phr(files, id=name[:4], feature=feature, prompt=words, stage=stage)
    path = f"history/prompts/{feature}/{name}.{stage}.prompt.md"
    return {path: text.replace("title: Rounding", f"title: {title}")}


def why(scratch: Scratch, question: str = f"{CODE}:1") -> tuple[list[tuple[str, str, str]], dict[str, Any], list[str]]:
    """Kind, place or title, and detail of what follows landing and commit; the document; the lines of the screen."""
    document, screen = answered(scratch.path, question)
    known = [item for item in document["chain"] if item["kind"] not in ("line", "commit", "landing")]
    return [(item["kind"], item["title"], item["detail"]) for item in known], document, screen.splitlines()


def test_a_task_leads_to_its_story(here: Scratch) -> None:
    here.commit("Round", {CODE: LINES, **tasks(FIRST, f"T001 [US1] Write {CODE}")})
    links, document, screen = why(here)
    assert links == [("task", "T001", "done"), ("story", "US1", "T001")]
    assert document["remarks"] == ["no record of this change names the file"]
    assert f"task         specs/{FIRST}/tasks.md:3 (a guess: names the file, done): T001 Write {CODE}" in screen


def test_a_task_without_a_story_leads_to_its_feature(here: Scratch) -> None:
    here.commit("Round", {CODE: LINES, **tasks(FIRST, f"T001 Write {CODE}")})
    links, _, screen = why(here)
    assert links == [("task", "T001", "done")]
    assert any(line.startswith(f"task         specs/{FIRST}/tasks.md:3 ") for line in screen)


def test_a_task_leads_to_the_requirement_that_it_names(here: Scratch) -> None:
    here.commit("Round", {CODE: LINES, **tasks(FIRST, f"T001 Write {CODE} (FR-002)")})
    assert [link[:2] for link in why(here)[0]] == [("task", "T001"), ("requirement", "FR-002"), ("story", "US1")]


@pytest.mark.parametrize(
    ("lines", "reached"),
    [
        ((f"T001 [US1] Write {CODE}", f"T002 [US2] Widen {CODE}"), []),
        ((f"T001 [US1] Write {CODE}", f"T002 [US1] Widen {CODE}", f"T003 Polish {CODE}"), ["story"]),
        ((f"T001 Write {CODE} (FR-001)", f"T002 Widen {CODE} (FR-002)"), []),
        ((f"T001 [US2] Write {CODE} (FR-001)", f"T002 Widen {CODE}"), ["requirement", "story"]),
    ],
)
def test_several_tasks_count_as_far_as_they_agree(here: Scratch, lines: tuple[str, ...], reached: list[str]) -> None:
    here.commit("Round", {CODE: LINES, **spec(FIRST, "Value added tax", stories=2), **tasks(FIRST, *lines)})
    links, _, screen = why(here)
    assert [kind for kind, _, _ in links if kind != "task"] == reached
    assert f"names the file, done, 1 of {len(lines)} that do" in "\n".join(screen)


def test_of_several_tasks_the_done_ones_and_the_nearest_list_come_first(here: Scratch) -> None:
    here.commit("Plan", tasks(FIRST, f"T001 Plan {CODE}"))
    here.commit("Round", {CODE: LINES, **tasks(SECOND, f"T003 Write {CODE}", f"T004 Widen {CODE}")})
    text = f"# Tasks\n\n- [ ] T003 Write {CODE}\n- [x] T004 Widen {CODE}\n"
    assert [title for kind, title, _ in why(here)[0] if kind == "task"] == ["T003", "T004", "T001"]
    here.commit("Open it", {f"specs/{SECOND}/tasks.md": text})
    links, _, _ = why(here)
    assert [title for kind, title, _ in links if kind == "task"] == ["T004", "T001", "T003"]


def test_a_list_that_is_younger_than_the_line_is_no_reason_for_it(here: Scratch) -> None:
    here.commit("Round", {CODE: LINES})
    here.commit("Later", tasks(FIRST, f"T001 [US1] Rewrite {CODE}"))
    links, document, _ = why(here)
    assert (links, document["remarks"] != []) == ([], True)
    here.commit("Rewrite", {CODE: LINES.replace("amount", "price")})
    # Which story this later work serves the list cannot say.
    assert why(here)[0] == [("task", "T001", "done")]


def test_of_many_prompts_none_is_picked_at_random(here: Scratch) -> None:
    many = prompt(FIRST, "0001-a", "src/y.py", stage="spec") | prompt(SECOND, "0002-b", "src/z.py")
    here.commit("All", {CODE: LINES, **many})
    links, document, _ = why(here)
    assert links == []
    assert document["remarks"] == ["no record of this change names the file: 2 came with it"]
    assert document["next"] == [f"sdd why {here.git('rev-parse', 'HEAD')[:10]}"]
    # The commit as a whole is explained by all that came with it.
    assert [kind for kind, _, _ in why(here, "HEAD")[0]].count("phr") == 2


def test_of_many_prompts_those_of_the_task_that_names_the_file_are_a_guess(here: Scratch) -> None:
    specified = prompt(SECOND, "0001-a", "src/y.py", stage="spec", title="Specify")
    built = prompt(SECOND, "0002-b", "src/z.py", title="Build")
    other = prompt(FIRST, "0003-c", "src/w.py", title="Other")
    here.commit("All", {CODE: LINES, **tasks(SECOND, f"T007 [US1] Write {CODE}"), **specified, **built, **other})
    links, _, screen = why(here)
    detail = "the feature of T007, does not name the file"
    # The prompt for code comes before that for a document.
    assert links == [
        ("phr", "Build", detail),
        ("phr", "Specify", detail),
        ("task", "T007", "done"),
        ("story", "US1", "T007"),
    ]
    assert not [line for line in screen if "Other" in line]


def test_a_prompt_of_another_feature_than_the_task_is_no_answer(here: Scratch) -> None:
    here.commit("All", {CODE: LINES, **tasks(SECOND, f"T007 Write {CODE}"), **prompt(FIRST, "0001-a", "src/y.py")})
    links, document, _ = why(here)
    assert [kind for kind, _, _ in links] == ["task"]
    assert document["remarks"] == ["no record of this change names the file: 1 came with it"]


def test_a_prompt_that_names_the_file_comes_before_one_that_does_not(here: Scratch) -> None:
    here.commit("Round", {CODE: LINES, **prompt(FIRST, "0001-a", "src/y.py")})
    assert why(here)[0] == [("phr", "Rounding", "does not name the file")]
    here.commit("Told", prompt(FIRST, "0002-b", CODE, title="Told"))
    assert why(here)[0] == [("phr", "Told", "names the file")]


def test_a_prompt_that_came_with_a_later_change_of_the_file_tells_of_that(here: Scratch) -> None:
    here.commit("Round", {CODE: LINES})
    later = prompt(FIRST, "0001-a", CODE, title="Widen")
    agreed = {f"history/contracts/{FIRST}/0001-a.contract.md": contract([f"/{CODE}"], feature=FIRST)}
    here.commit("Widen", {CODE: f"{LINES}WIDE = True\n", **later, **agreed})
    assert why(here)[0] == []
    assert why(here, f"{CODE}:3")[0][0] == ("phr", "Widen", "names the file")
    here.commit("Record the rounding", prompt(FIRST, "0002-b", CODE, title="Round"))
    assert why(here)[0] == [("phr", "Round", "2 landings later")]
    for number in range(6):
        here.commit("Meanwhile", {f"src/f{number}.py": "1\n"})
    here.commit("Cut", {"src/cut.py": LINES.replace("round", "cut")})
    for number in range(6):
        here.commit("Meanwhile", {f"src/g{number}.py": "1\n"})
    here.commit("Record the cutting", prompt(FIRST, "0003-c", "src/cut.py", title="Cut"))
    assert why(here, "src/cut.py:1")[0] == [("phr", "Cut", "7 landings later")]
    here.commit("Drop the record", dict.fromkeys(prompt(FIRST, "0003-c")))
    here.commit("Widen it", {"src/cut.py": LINES.replace("round", "cut") + "WIDE = True\n"})
    here.commit("Record it anew", prompt(FIRST, "0004-d", "src/cut.py", title="Widened"))
    assert why(here, "src/cut.py:1")[0] == []
    assert why(here, "src/cut.py:3")[0] == [("phr", "Widened", "names the file")]


@pytest.mark.parametrize("words", ["$ARGUMENTS", "continue", "{{PROMPT_TEXT}}"])
def test_a_prompt_that_says_nothing_comes_last_and_shows_its_title(here: Scratch, words: str) -> None:
    empty = prompt(FIRST, "0001-a", CODE, words=words, title="Go on with rounding")
    here.commit("Round", {CODE: LINES, **empty})
    screen = why(here)[2]
    assert [line.strip() for line in screen if line.startswith(" ")] == ["Go on with rounding"]
    here.commit("Cut", {CODE: "cut = True\n", **prompt(FIRST, "0002-b", CODE, words=words, title="Go on")})
    here.commit(
        "Anew",
        {CODE: LINES, **prompt(FIRST, "0003-c", CODE, words=words), **prompt(FIRST, "0004-d", CODE, title="Anew")},
    )
    assert [title for _, title, _ in why(here)[0]] == ["Anew", "Rounding"]


def test_a_contract_whose_scope_names_the_file_is_an_answer(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    here.commit("Round", {CODE: LINES})
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bob")  # what one author commits in a row may be one branch
    agreed = f"history/contracts/{FIRST}/0001-a.contract.md"
    here.commit("Agree", {agreed: contract(["/src/**"], feature=FIRST)})
    assert why(here)[0] == []
    here.commit("Agree on it", {agreed.replace("0001", "0002"): contract([f"/{CODE}"], feature=FIRST)})
    (link,) = [item for item in why(here)[1]["chain"] if item["kind"] == "contract"]
    assert (link["how"], link["detail"]) == ("names the file", "2 landings later")


def test_a_principle_that_only_the_plan_cites_is_left_to_json(here: Scratch) -> None:
    constitution = "# C\n\n## Core Principles\n\n### I. Small changes\n\nMUST.\n\n## Governance\n\nx\n"
    plan = "# Plan\n\n## Constitution Check\n\n- Small changes: yes\n"
    files = {".specify/memory/constitution.md": constitution, f"specs/{FIRST}/plan.md": plan}
    here.commit("Round", {CODE: LINES, **files, **prompt(FIRST, "0001-a", CODE)})
    links, document, screen = why(here)
    assert links[-1][:2] == ("principle", "I. Small changes")
    assert document["chain"][-1]["how"] == "cited by the plan"
    assert not [line for line in screen if line.startswith(("principle", "more"))]


def test_an_agent_file_that_is_gone_is_no_lost_record(here: Scratch) -> None:
    here.commit("Round", {CODE: LINES, "CLAUDE.md": "# Notes\n"})
    here.commit("Clear", {"CLAUDE.md": None})
    assert why(here)[1]["remarks"] == ["no record of this change names the file"]


def test_records_of_spec_kit_are_older_than_sdd(scratch: Scratch) -> None:
    scratch.commit("Old", {"src/old.py": "OLD = 1\n", "CLAUDE.md": "# Notes\n"})
    scratch.commit("Specify", spec(FIRST, "Value added tax"))
    scratch.commit(
        "Round", {CODE: LINES, **prompt(FIRST, "0001-a", "src/y.py"), **prompt(SECOND, "0002-b", "src/z.py")}
    )
    scratch.commit("Adopt", POLICY)
    assert why(scratch)[1]["remarks"] == ["no record of this change names the file: 2 came with it"]
    assert why(scratch, "src/old.py:1")[1]["remarks"] == ["no record: landed before the first one (2026-03-01)"]
