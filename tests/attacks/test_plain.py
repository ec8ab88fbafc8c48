"""Code without its records."""

import pytest

from tests.attacks.ground import CONTRACT, GONE, GOOD, PHR, SPEC, Ground


def test_nothing_is_wrong_with_a_whole_change(ground: Ground) -> None:
    """A change with spec, contract and PHR. Passes."""
    ground.attempt(GOOD).passed()


@pytest.mark.parametrize("ref", ["refs/heads/work", "refs/heads/main", "refs/tags/v1"])
def test_code_without_any_record(ground: Ground, ref: str) -> None:
    """Code is pushed without a record to a branch, the target or a tag. `change-no-phr`."""
    ground.push(ground.commit({"src/evil.py": "1\n"}), ref).refused("change-no-phr")


@pytest.mark.parametrize(
    ("path", "rule"), [(CONTRACT, "change-no-contract"), (PHR, "change-no-phr"), (SPEC, "change-no-spec")]
)
def test_one_of_the_three_records_is_missing(ground: Ground, path: str, rule: str) -> None:
    """Code is pushed with two of its three records. The rule of the third."""
    ground.attempt(dict(GOOD) | {path: None} if path == SPEC else {k: v for k, v in GOOD.items() if k != path}).refused(
        rule
    )


def test_the_target_is_deleted(ground: Ground) -> None:
    """The target is deleted. `history-rewritten`."""
    ground.push(GONE, "refs/heads/main").refused("history-rewritten")
