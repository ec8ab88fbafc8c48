"""Stories, scenarios and sections in the spellings and languages that people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.records.kinds import policy, spec
from sdd.records.kinds.spec import Spec
from sdd.records.kinds.stories import Story
from sdd.records.kinds.words import SPEC_SECTIONS, section_of
from tests.adopted import SPEC, Adopted, rules_of
from tests.examples import examples

SCENARIO = "1. **Given** a, **When** b, **Then** c\n"


def read(body: str) -> Spec:
    return spec.parse("specs/001-x/spec.md", f"# Feature Specification: X\n\n{body}".encode(), "")


def stories(body: str) -> tuple[Story, ...]:
    return read(f"## User Scenarios & Testing\n\n{body}\n\nAs a user\n\n{SCENARIO}").stories


@pytest.mark.parametrize(
    ("line", "name", "priority"),
    [
        ("### User Story 1 - A (Priority: P1)", "US1", "P1"),
        ("### User Story 1 \u2014 A [P1]", "US1", "P1"),
        ("### US1: A", "US1", None),
        ("### US1 (P1) \u2014 A", "US1", "P1"),
        ("### US 1 \u2014 A", "US1", None),
        ("## US-01: A", "US1", None),
        ("#### US-1.1: A", "US1.1", None),
        ("### [US1] A (P1)", "US1", "P1"),
        ("### Story 1: A", "US1", None),
        ("### Story US1 - A", "US1", None),
        ("### User Story 1a - A", "US1a", None),
        ("### **User Story 1** - A", "US1", None),
        ("### \U0001f3af User Story 1 - A", "US1", None),
        ("### User Story: A", None, None),
        ("**User Story 1**: A", "US1", None),
        ("- **US1**: A", "US1", None),
        ("- US-001: A", "US1", None),
        ("| US1 | A | P1 |", "US1", "P1"),
        ("### Nutzergeschichte 1 - A (Priorität: P1)", "US1", "P1"),
        ("### Récit utilisateur 1 - A (Priorité : P1)", "US1", "P1"),
        ("### Historia de usuario 1 - A (Prioridad: P1)", "US1", "P1"),
        ("### História de Usuário 1 - A (Prioridade: P1)", "US1", "P1"),
        ("### Storia utente 1 - A (Priorità: P1)", "US1", "P1"),
        ("### Gebruikersverhaal 1 - A (Prioriteit: P1)", "US1", "P1"),
        ("### Historia użytkownika 1 - A (Priorytet: P1)", "US1", "P1"),
        (
            "### Пользовательская история 1 - A",
            "US1",
            None,
        ),
        (
            "### Історія користувача 1 - A",
            "US1",
            None,
        ),
        ("### Kullanıcı hikayesi 1 - A (Öncelik: P1)", "US1", "P1"),
        ("### ユーザーストーリー 1 - A (優先度: P1)", "US1", "P1"),
        ("### 用户故事 1 - A（优先级：P1）", "US1", "P1"),
        ("### 使用者故事 1 - A (優先級: P1)", "US1", "P1"),
        ("### 사용자 스토리 1 - A (우선순위: P1)", "US1", "P1"),
        ("### قصة المستخدم 1 - A", "US1", None),
        ("### صارف کی کہانی 1 - A", "US1", None),
        (
            "### उपयोगकर्ता कहानी 1 - A",
            "US1",
            None,
        ),
    ],
)
def test_a_story_is_read_however_it_is_written(line: str, name: str | None, priority: str | None) -> None:
    (story,) = stories(line)
    assert (story.name, story.title, story.priority) == (name, "A", priority)
    assert len(story.scenarios) == 1


@pytest.mark.parametrize(
    "line",
    [
        "### User Stories",
        "## User Story",
        "### Epic 1: A",
        "### History",
        "### 1. A",
        "- User Story 1 is first",
        "US1 is first",
    ],
)
def test_what_only_looks_like_a_story_is_none(line: str) -> None:
    assert stories(line) == ()


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("### User Story 1 - [SHORT TITLE] (Priority: P1)", "[SHORT TITLE]"),
        ("### User Story 1: Sum up (MVP) (P1)", "Sum up (MVP)"),
        ("### (User Story 1: Sum up)", "Sum up"),
        ("### [US1: Sum up (MVP)]", "Sum up (MVP)"),
    ],
)
def test_brackets_of_a_title_stay_and_those_around_it_go(line: str, title: str) -> None:
    assert [story.title for story in stories(line)] == [title]


def test_a_story_outside_of_the_scenarios_needs_a_heading() -> None:
    assert read(f"## Dependencies\n\n- **US1**: needs nothing\n\n{SCENARIO}").stories == ()
    found = read(f"## Notes\n\n### US1: A\n\n{SCENARIO}\n## User Stories\n\n- **US2**: B\n").stories
    assert [story.name for story in found] == ["US1"]


def test_stories_in_a_list_each_hold_what_comes_before_the_next() -> None:
    found = stories(f"- **US1**: A\n\n{SCENARIO}\n- **US2**: B\n- **US1** again\n\n{SCENARIO}{SCENARIO}")
    assert [(story.name, len(story.scenarios)) for story in found] == [("US1", 1), ("US2", 3)]


def test_the_scenarios_of_the_one_story_may_stand_beside_it() -> None:
    found = read(
        f"## User Stories\n\n### Primary User Story\n\nAs a user\n\n### Acceptance Scenarios\n\n{SCENARIO}"
    ).stories
    assert [(story.name, len(story.scenarios)) for story in found] == [(None, 1)]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (SCENARIO, 1),
        ("- GIVEN a WHEN b THEN c", 1),
        ("- [ ] **Given** a, **When** b, **Then** c", 1),
        ("1. **Given** a,\n   **When** b,\n   **Then** c", 1),
        ("_Given_ a, _When_ b, _Then_ c", 1),
        ("- **Given** a\n- **When** b\n- **Then** c", 1),
        ("- *Given* a\n- *When* b\n- *Then* c\n- *Given* d\n- *When* e\n- *Then* f", 2),
        ("1. **Case**\n   - **Given** a\n   - **When** b\n   - **Then** c\n   - **And** d", 1),
        ("**Given** a\n**When** b\n**Then** c", 1),
        ("> **Given** a\n> **When** b\n> **Then** c", 1),
        (
            "**Scenario 1: x**\n- Given: a\n- Then: c\n\n**Scenario 2: y**\n- Given: a\n- When: b\n- Then: c",
            2,
        ),
        ("#### Scenario: A\n\n- **WHEN** x\n- **THEN** y\n\n#### Scenario: B\n\n- **WHEN** x\n- **THEN** y", 2),
        ("```gherkin\nScenario: x\n  Given a\n  When b\n  Then c\n```", 1),
        ("```\nGiven a\nWhen b\nThen c\n```", 1),
        ("```python\nGiven = When = Then = 1\n```", 0),
        ("<!--\nGiven a\nWhen b\nThen c\n-->", 0),
        ("| Given | When | Then |\n|---|---|---|\n| a | b | c |\n| d | e | f |", 2),
        ("| # | Case |\n|---|---|\n| 1 | x |", 0),
        ("**Acceptance Criteria**:\n- [ ] the sum is shown", 0),
        ("- When it rains, close the window", 0),
        ("- **Gegeben** a, **Wenn** b, **Dann** c", 1),
        ("- **Étant donné** a\n- **Quand** b\n- **Alors** c", 1),
        ("1. **Dado** a, **Quando** b, **Então** c", 1),
        ("1. **假设** a，**当** b，**那么** c", 1),
        ("1. **前提** a、**もし** b、**ならば** c", 1),
        (
            "- **Дано** a\n- **Когда** b\n- **Тогда** c",
            1,
        ),
    ],
)
def test_a_scenario_is_read_however_it_is_written(body: str, count: int) -> None:
    (story,) = read(f"## User Stories\n\n### User Story 1 - A\n\n{body}\n").stories
    assert len(story.scenarios) == count


HEADINGS = {
    "de": ("Szenarien und Tests", "Anforderungen", "Erfolgskriterien"),
    "fr": ("Scénarios utilisateur et tests", "Exigences", "Critères de succès"),
    "es": ("Escenarios de usuario y pruebas", "Requisitos", "Criterios de éxito"),
    "pt": ("Cenários de Usuário e Testes", "Requisitos", "Critérios de Sucesso"),
    "it": ("Scenari utente e test", "Requisiti", "Criteri di successo"),
    "nl": ("Gebruikersscenario's en tests", "Vereisten", "Succescriteria"),
    "pl": ("Scenariusze użytkownika i testy", "Wymagania", "Kryteria sukcesu"),
    "ja": (
        "ユーザーシナリオとテスト *(必須)*",
        "要件 *(必須)*",
        "成功基準（必須）",
    ),
    "ko": ("사용자 시나리오", "요구사항", "성공 기준"),
    "tr": ("Kullanıcı Senaryoları ve Testler", "Gereksinimler", "Başarı Kriterleri"),
}


@pytest.mark.parametrize("language", HEADINGS)
def test_sections_are_known_in_other_languages(language: str) -> None:
    assert tuple(map(section_of, HEADINGS[language])) == SPEC_SECTIONS


@pytest.mark.parametrize(
    "title", ["3. User scenarios and testing", "User Stories", "USER SCENARIOS & TESTING *(mandatory)*"]
)
def test_a_heading_is_known_in_other_words(title: str) -> None:
    assert section_of(title) == SPEC_SECTIONS[0]
    assert section_of("Dependencies") is None


def test_ids_of_any_family_count_below_requirements_in_other_languages() -> None:
    assert [item.id for item in read("## 요구사항\n\n### AUTH-001 로그인\n\n- [ ] x\n").requirements] == ["AUTH-001"]


def test_words_of_the_policy_name_sections() -> None:
    read_policy = policy.parse("sdd.toml", b'[words]\n"success criteria" = ["Onnistuminen"]\n', "")
    assert (read_policy.problems, section_of("Onnistuminen", read_policy.words)) == ((), "Success Criteria")
    assert section_of("Requirements", {"Success Criteria": ("Requirements",)}) == "Requirements"


@pytest.mark.parametrize(
    "text",
    [
        '"goals" = ["Z"]',
        '"requirements" = "Z"',
        '"requirements" = ["Erfolgskriterien"]',
        '"requirements" = ["Z"]\n"success criteria" = ["Z"]',
    ],
)
def test_words_that_are_unknown_or_mean_two_things_are_problems(text: str) -> None:
    assert policy.parse("sdd.toml", f"[words]\n{text}\n".encode(), "").problems


PIECES = st.sampled_from(
    (
        *(
            "### ",
            "User Story 1",
            "US2",
            "- ",
            "| ",
            "**",
            "Given ",
            "When ",
            "Then ",
            "(P1)",
            ": ",
            "\n",
            "\n\n",
            "text",
        ),
        *(
            "```gherkin\n",
            "```\n",
            "| Given | Then |\n",
            "Scenario: ",
            "> ",
            "Primary ",
            "用户故事 3",
            "## User Stories\n",
        ),
    )
)


@examples(150)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_stories_and_scenarios_lie_within_the_file(body: str) -> None:
    found = read(body)
    last = 3 + body.count("\n")
    for story in found.stories:
        assert 3 <= story.line <= last
        assert all(3 <= scenario.line <= last and scenario.text for scenario in story.scenarios)
    assert len({story.line for story in found.stories}) == len(found.stories)


@pytest.mark.parametrize(("mark", "lacks"), [("##", False), ("###", False), ("####", True)])
def test_a_section_may_be_one_level_lower(adopted: Adopted, mark: str, lacks: bool) -> None:
    text = (adopted.here.path / SPEC).read_text().replace("## Success Criteria", f"{mark} Success Criteria")
    adopted.here.write(SPEC, text)
    assert ("spec-missing-section" in rules_of(adopted.sdd("check", "--json").document)) == lacks
