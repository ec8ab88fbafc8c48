"""Search sees all that records say: sections of PHRs, notes in task lists, the design documents of a feature."""

import json

import pytest

from sdd.records.kinds import locate
from sdd.records.kinds.phr_body import without_labels
from tests.adopted import phr, sdd
from tests.scratch import Scratch

FOLDER = "specs/phase-2/001-vat"
PHR = "history/prompts/general/0001-a.green.prompt.md"
TOLD = """
## Key learnings

Bananas are yellow.

## Outcome

- \u2705 Impact: Cherries are sold
- \U0001f501 Next prompts: Buy damsons
- \U0001f9e0 Reflection: none

## Evaluation notes (flywheel)

- Failure modes observed: Plums rot
- Graders run and results (PASS/FAIL): none
- Prompt variant (if applicable): none
- Next experiment (smallest change to try): Try quinces
"""
TASKS = """# Tasks of the orchard

**Note**: pick grapes first.

## Phase 2: Foundation of kiwis

- [x] T001 Water them
  with mangoes below

**Checkpoint**: all the melons are ripe.
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    here = Scratch(tmp_path_factory.mktemp("prose") / "repo")
    here.write(PHR, phr(prompt="Plant it.") + TOLD)
    here.write(f"{FOLDER}/spec.md", "# Feature Specification: VAT\n")
    here.write(f"{FOLDER}/tasks.md", TASKS)
    here.write(f"{FOLDER}/research.md", "# Research: stores\n\nWe chose Qdrant.\n")
    here.write(f"{FOLDER}/data-model.md", "# Data model\n\n## Invoices\n\nThey have nectarines.\n")
    here.write(f"{FOLDER}/quickstart.md", "Start the oranges.\n")
    here.write(f"{FOLDER}/contracts/api.md", "# API\n\nGET /papayas\n")
    return here


@pytest.mark.parametrize(
    ("word", "path", "line", "kind"),
    [
        ("bananas", PHR, 18, "phr"),
        ("learnings", PHR, 16, "phr"),
        ("cherries", PHR, 22, "phr"),
        ("damsons", PHR, 23, "phr"),
        ("plums", PHR, 28, "phr"),
        ("quinces", PHR, 31, "phr"),
        ("grapes", f"{FOLDER}/tasks.md", 3, "tasks"),
        ("kiwis", f"{FOLDER}/tasks.md", 5, "tasks"),
        ("mangoes", f"{FOLDER}/tasks.md", 7, "task"),
        ("melons", f"{FOLDER}/tasks.md", 10, "tasks"),
        ("qdrant", f"{FOLDER}/research.md", 3, "design"),
        ("nectarines", f"{FOLDER}/data-model.md", 5, "design"),
        ("oranges", f"{FOLDER}/quickstart.md", 1, "design"),
        ("papayas", f"{FOLDER}/contracts/api.md", 3, "design"),
    ],
)
def test_what_a_record_says_is_found_where_it_stands(here: Scratch, word: str, path: str, line: int, kind: str) -> None:
    hits = sdd(here.path, "search", "--json", word).document["items"]
    assert (hits[0]["path"], hits[0]["kind"]) == (path, kind)
    text = (here.path / path).read_text(encoding="utf-8").splitlines()
    assert word in text[hits[0]["line"] - 1].lower() or word == "mangoes"
    assert word in hits[0]["snippet"].lower()
    assert abs(hits[0]["line"] - line) <= 1


@pytest.mark.parametrize("word", ["impact", "failure", "graders", "flywheel", "reflection", "surface"])
def test_the_words_of_the_template_are_not(here: Scratch, word: str) -> None:
    assert not [hit for hit in sdd(here.path, "search", "--json", word).document["items"] if hit["path"] == PHR]


def test_lines_keep_their_places() -> None:
    text = "---\nid: 1\n---\n\n## Outcome\n\n- Impact: a\n\n### Own\n\nReflection is good.\n"
    kept = without_labels(text)
    assert kept.splitlines() == ["", "", "", "", "", "", " a", "", "### Own", "", "Reflection is good."]
    assert without_labels("## Own\n\n---\n\nmore\n") == "## Own\n\n---\n\nmore\n"


def test_design_documents_are_listed_and_of_a_feature(here: Scratch) -> None:
    items = json.loads(sdd(here.path, "design", "list", "--json", "--feature", "001-vat").out)["items"]
    assert {item["path"].removeprefix(f"{FOLDER}/") for item in items} == {
        "research.md",
        "data-model.md",
        "quickstart.md",
        "contracts/api.md",
    }
    assert {item["feature"] for item in items} == {"phase-2/001-vat"}
    shown = sdd(here.path, "search", "--json", "--feature", "1", "--kind", "design", "qdrant").document["items"]
    assert [hit["title"] for hit in shown] == ["Research: stores"]


@pytest.mark.parametrize("path", ["docs/research.md", "research.md", "specs/001-x/notes.md", "specs/research.md"])
def test_what_is_in_no_feature_is_no_design_document(path: str) -> None:
    assert locate(path) is None
