"""Code without its records.

Code is pushed to a branch, the target or a tag with none or with two of its three records, or under a contract whose
scope is everything or leaves the file out; the target is deleted.
"""

import pytest

from tests.adopted import PROMISE, phr
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


OWN = phr(["src/round.py"], id="0002", kind="fix", feature="001-vat", embedded=PROMISE)


@pytest.mark.parametrize("scope", ["/**", "**", "/*", "/", "`/**`", "**/*.py", "*.py"])
def test_a_scope_of_everything_in_a_phr(ground: Ground, scope: str) -> None:
    """The contract inside a PHR has the scope `/**`, in a section, a lead or front matter. `contract-broad-scope`."""
    for text in (
        f"{OWN}\n### Scope\n\n- {scope}\n",
        f"{OWN}\n**Scope**:\n\n- {scope}\n",
        OWN.replace("kind: fix\n", f'kind: fix\nscope: ["{scope}"]\n', 1),
    ):
        ground.attempt({PHR: text, "src/round.py": "1\n"}).refused("contract-broad-scope")


def test_a_scope_in_the_front_matter_of_a_phr(ground: Ground) -> None:
    """The contract inside a PHR has a scope, and the PHR names a file outside it. `change-out-of-scope`."""
    inside = OWN.replace("kind: fix\n", 'kind: fix\nscope: ["/src/**"]\n', 1)
    ground.attempt({PHR: inside, "src/round.py": "1\n"}).passed()
    outside = inside.replace("src/**", "lib/**")
    ground.attempt({PHR: outside, "src/round.py": "1\n"}).refused("change-out-of-scope")


@pytest.mark.parametrize("scope", ["none", "n/a", "-"])
def test_no_scope_in_a_phr(ground: Ground, scope: str) -> None:
    """The contract inside a PHR says that it has no scope of its own. Passes: its files are the scope."""
    ground.attempt({PHR: f"{OWN}\n### Scope\n\n- {scope}\n", "src/round.py": "1\n"}).passed()
