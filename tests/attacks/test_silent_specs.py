"""Specs that say nothing, and hidden questions.

Requirements or criteria are empty, missing or the template's own; an open question is disguised by blanks, letter
case, emphasis or entities.
"""

from collections.abc import Iterable

import pytest

from tests.attacks.ground import GOOD, SPEC, Content, Ground, numbered
from tests.good import TARGET

FR, SC = "- **FR-001**: The system MUST round amounts half up.", "- **SC-001**: No invoice differs from the ledger."
NOTHING = [
    "- **FR-001**: .",
    "- **FR-001**: \u200b",
    "- **FR-001**: TODO",
    "<!-- The system MUST round. -->",
    "&nbsp;",
    "- .",
    "- **FR-001**: x",
    "- **FR-001**: n.a.",
    "- **FR-001**: yes please",
    "- **FR-001**: <script>Round half up.</script>",
    "- **FR-001**: see above",
    "- **FR-001**: *As discussed.*",
    "- see above",
]


def spec_with(old: str, new: str) -> dict[str, Content]:
    """The good change with another text in the spec that it builds."""
    spec = str(TARGET[SPEC])
    assert old in spec
    return dict(GOOD) | {SPEC: spec.replace(old, new)}


def all_refused(ground: Ground, old: str, texts: Iterable[str], rule: str) -> None:
    """One change says each text in the spec of a feature of its own in place of `old`, and `old` in one more: a rule
    refuses what each spec is for, and not the one more.
    """
    spec = str(TARGET[SPEC])
    assert old in spec
    changes: list[dict[str, str]] = []
    for number, text in enumerate((old, *texts), 11):
        change = {**numbered(number), SPEC: spec.replace(old, text)}
        feature = ("001-vat", f"{number:03}-vat")
        changes.append({name.replace(*feature): str(content).replace(*feature) for name, content in change.items()})
    answers = ground.attempt({name: content for change in changes for name, content in change.items()})
    answers.refused(rule)
    folder = {"change-no-spec": "src/", "contract-unknown-requirement": "history/contracts/", "spec-unclear": "specs/"}
    bad = (name for change in changes[1:] for name in change if name.startswith(folder[rule]))
    assert answers.paths_of(rule) == set(bad)


@pytest.mark.parametrize("part", [FR, SC])
def test_a_spec_without_a_requirement_or_a_criterion(ground: Ground, part: str) -> None:
    """The requirements or criteria of a spec hold nothing visible. `change-no-spec`."""
    texts = [text.replace("FR", "SC") if part == SC else text for text in NOTHING]
    all_refused(ground, part, texts, "change-no-spec")


def test_three_headings_with_nothing_below(ground: Ground) -> None:
    """A spec has its headings and nothing below them. `change-no-spec`."""
    headings = "# VAT\n\n## User Scenarios & Testing\n\n## Requirements\n\n## Success Criteria\n"
    ground.attempt(dict(GOOD) | {SPEC: headings}).refused("change-no-spec")


@pytest.mark.parametrize(
    "text",
    [
        "**FR-001**: The system MUST round.",
        "hello",
        "# VAT\n\n- round\n",
        f"# VAT\n\n## Requirements\n\n{FR}\n",
        f"# VAT\n\n## Success Criteria\n\n{SC}\n",
        f"# VAT\n\n## Requirements\n\n{FR}\n\n## User Scenarios & Testing\n\nA shop sells.\n",
    ],
)
def test_a_spec_that_is_half_there(ground: Ground, text: str) -> None:
    """A spec is a requirement without any criterion, or a line without either. `change-no-spec`."""
    ground.attempt(dict(GOOD) | _named_nothing() | {SPEC: text}).refused("change-no-spec")


def test_a_spec_in_sections_of_other_words(ground: Ground) -> None:
    """A spec says what is wanted and how it is measured below headings in words of its own. Passes."""
    spec = "# MVA\n\n## Hva vi vil\n\nRunde av oppover.\n\n## Slik vet vi det\n\nIngen faktura avviker.\n"
    ground.land(ground.commit({SPEC: spec}))
    ground.attempt(dict(GOOD) | _named_nothing()).passed()


def test_the_headings_landed_before(ground: Ground) -> None:
    """An empty spec lands first, and its code later. `change-no-spec`."""
    headings = (
        "# VAT\n\n## User Scenarios & Testing\n\n## Requirements\n\n### Functional\n\n## Success Criteria\n\n---\n"
    )
    ground.land(ground.commit({SPEC: headings}))
    ground.attempt(GOOD).refused("change-no-spec")


@pytest.mark.parametrize("said", [".", "see above", "As agreed.", "ok"])
def test_the_requirement_that_is_named_says_nothing(ground: Ground, said: str) -> None:
    """A contract names a requirement that says nothing, in a spec with one that does. `change-no-spec`."""
    ground.attempt(spec_with(FR, f"- **FR-001**: {said}\n{FR.replace('001', '002')}")).refused("change-no-spec")


MARKS = [
    "[NEEDS  CLARIFICATION: which?]",
    "[NEEDS\u00a0CLARIFICATION: which?]",
    "[NEEDS\tCLARIFICATION: which?]",
    "[NEEDS\u2003CLARIFICATION]",
    "[ needs clarification : which?]",
    "[NEEDS\u200b CLARIFI\u200bCATION: which?]",
    "[**NEEDS CLARIFICATION**: which?]",
    "[NEEDS_CLARIFICATION: which?]",
    "[NEEDS\n  CLARIFICATION: which?]",
    "[NEEDS USER  CLARIFICATION: which?]",
    "\\[NEEDS CLARIFICATION: which?\\]",
    "&#91;NEEDS&nbsp;CLARIFICATION: which?]",
    "\uff3bNEEDS CLARIFICATION: which?\uff3d",
    "[NEEDS-CLARIFICATION: which?]",
    "[NEEDS <!-- --> CLARIFICATION: which?]",
    "[NEEDS CLAR<b></b>IFICATION: which?]",
    "[NEEDS CLAR\u0130FICATION: which?]",
    "[needs clarifi\u0307cation: which?]",
    "\u3010NEEDS CLARIFICATION: which?\u3011",
    "{NEEDS CLARIFICATION: which?}",
    "[\uff2e\uff25\uff25\uff24\uff33 CLARIFICATION: which?]",
]


def test_an_open_question_in_disguise(ground: Ground) -> None:
    """`[NEEDS CLARIFICATION]` is written with other blanks, letter case, emphasis, entities or line ends.
    `spec-unclear`.
    """
    all_refused(ground, "amounts half up.", [f"amounts {mark} up." for mark in MARKS], "spec-unclear")


@pytest.mark.parametrize("text", ["[SPECIFIC CAPABILITY, e.g. rounding]", "[KEY INTERACTION, e.g., pay]"])
def test_the_template_in_capitals(ground: Ground, text: str) -> None:
    """A requirement is the template's own words in capitals. `spec-placeholder`."""
    ground.attempt(spec_with("round amounts half up.", text)).refused("spec-placeholder")


@pytest.mark.parametrize(
    "text",
    [
        "Amounts are rounded half up.",
        "- See above the line.",
        "As discussed, round half up.",
        "- Amounts are rounded half up.",
        "| FR-001 | Round half up. |",
        "5",
    ],
)
def test_a_spec_in_other_forms(ground: Ground, text: str) -> None:
    """A requirement is a sentence, an item without an id, or a row of a table. Passes."""
    ground.land(ground.commit(spec_with(FR, text)))
    ground.attempt(dict(GOOD) | _named_nothing()).passed()


def _named_nothing() -> dict[str, Content]:
    path = "history/contracts/001-vat/0003-rounding.contract.md"
    return {path: str(GOOD[path]).replace("requirements: [FR-001]\n", "")}
