"""What a change does to what others are judged and led by is told first, whatever else it alters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.good import good_repository
from tests.program import sdd
from tests.scratch import Scratch

SPEC = """\
# F

## User Scenarios & Testing

### User Story 1 - A story (Priority: P1)

1. **Given** a, **When** b, **Then** c

## Requirements

- **FR-001**: It MUST be fast.
- **FR-002**: It MUST be safe.

## Success Criteria

- **SC-001**: Yes.
"""


@pytest.fixture
def good(tmp_path: Path) -> Scratch:
    return good_repository(tmp_path / "good")


def commit(scratch: Scratch, message: str) -> None:
    scratch.git("add", ".")
    scratch.git("commit", "-qm", message)


def altered(scratch: Scratch) -> list[str]:
    """The lines of the comment that say what the last commit alters, which are few."""
    lines = sdd(scratch.path, "gate", "--format", "markdown", "--base", "HEAD~1").out.splitlines()
    assert len(lines) <= 40
    return [*_below(lines, "- **alters** (read this first):")]


def _below(lines: list[str], start: str) -> Iterator[str]:
    for line in lines[lines.index(start) + 1 :] if start in lines else ():
        if not line.startswith("  "):
            break
        yield line.removeprefix("  - ")


def test_what_asks_for_less_comes_before_any_number_of_harmless_edits(good: Scratch) -> None:
    specs = [f"specs/0{number}-f/spec.md" for number in range(10, 31)]
    for path in specs:
        good.write(path, SPEC)
    good.write("specs/040-g/spec.md", SPEC.replace("It MUST", "The shop MUST"))
    commit(good, "Specs")
    for path in specs:
        good.write(path, SPEC.replace("fast", "fast, truly"))
    good.write(specs[-1], SPEC.replace("- **FR-002**: It MUST be safe.\n", ""))
    (good.path / "specs/040-g/spec.md").unlink()
    commit(good, "Wording")
    lines = altered(good)
    assert lines[:4] == [
        f"edits `{specs[-1]}`: `FR-002 removed` (**looser**)",
        "    - FR-002 said `It MUST be safe.`",
        "removes `specs/040-g/spec.md`",
        f"edits `{specs[0]}`: `FR-001 edited`",
    ]
    assert lines[-1] == "and 16 more files"
    told = sdd(good.path, "gate", "--base", "HEAD~1").out
    assert f"sdd: the change edits {specs[-1]}: FR-002 removed (looser)\n" in told
    junit = sdd(good.path, "gate", "--base", "HEAD~1", "--format", "junit").out
    assert f"edits {specs[-1]}: FR-002 removed (looser)" in junit
    (change,) = sdd(good.path, "gate", "--base", "HEAD~1", "--json").document["changes"]
    assert [entry["path"] for entry in change["altered"][:2]] == [specs[-1], "specs/040-g/spec.md"]


def test_where_even_what_asks_for_less_is_cut_it_is_counted(good: Scratch) -> None:
    specs = [f"specs/0{number}-f/spec.md" for number in range(10, 20)]
    ids = [f"- **FR-01{number}**: It MUST be {number}.\n" for number in range(6)]
    for path in specs:
        good.write(path, SPEC.replace("- **FR-001**", f"{''.join(ids)}- **FR-001**"))
    commit(good, "Specs")
    for place, path in enumerate(specs):
        good.write(path, SPEC if place < 8 else (good.path / path).read_text().replace("fast", "quick"))
    commit(good, "Less")
    assert altered(good)[-1] == "and 4 more files, 2 **looser**"
    assert altered(good)[0].endswith(", 2 more, 2 **looser**")
    assert "sdd: the change alters 4 more files, 2 looser\n" in sdd(good.path, "gate", "--base", "HEAD~1").out
