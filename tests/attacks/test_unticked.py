"""Checks that are not ticked, and requirements that are struck out."""

import pytest

from tests.attacks.ground import CONTRACT, Ground
from tests.attacks.test_silent_records import said
from tests.attacks.test_silent_specs import FR, spec_with

TICKED = "- [x] `python -m pytest`"


@pytest.mark.parametrize(
    "further",
    ["- [\u00a0] nope", "\n## Acceptance checks\n\n- [ ] nope", "\n## Notes\n\n### Acceptance check\n\n- [ ] nope"],
    ids=["a hard blank", "another section", "a section below another"],
)
def test_a_box_that_is_not_ticked(ground: Ground, further: str) -> None:
    """A contract that is done has an unticked box with a hard blank, or below a second heading of checks.
    `contract-unchecked`.
    """
    ground.attempt(said(CONTRACT, TICKED, f"{TICKED}\n{further}")).refused("contract-unchecked")


@pytest.mark.parametrize("text", ["~~The system MUST round.~~", "(removed)", "*Deleted.*"])
def test_a_requirement_that_is_gone(ground: Ground, text: str) -> None:
    """The only requirement of a spec is struck out, or "(removed)". `change-no-spec`."""
    ground.attempt(spec_with(FR, f"- **FR-001**: {text}")).refused("change-no-spec")


@pytest.mark.parametrize("text", ["~~Down.~~ The system MUST round up.", "Removed rates MUST stay readable."])
def test_a_requirement_that_is_still_there(ground: Ground, text: str) -> None:
    """A part of a requirement is struck out, or it is about what was removed. Passes."""
    ground.attempt(spec_with(FR, f"- **FR-001**: {text}")).passed()
