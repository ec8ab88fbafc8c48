"""Branches without history, or older than sdd.

A commit without history is pushed to main or as a new target; code is pushed to a release that was cut before sdd,
with a policy of its own or none; a branch links a contract that has closed. Adopting sdd passes.
"""

from pathlib import Path

import pytest

from tests.adopted import phr
from tests.attacks.ground import POLICY, Content, Ground
from tests.good import TARGET

MAIN, OLD, RELEASE = "refs/heads/main", "refs/heads/release/old", "refs/heads/release/1.0"
EVIL = {"src/evil.py": "1\n"}
SPEC_KIT = {".specify/memory/constitution.md": "# Ours\n"}
NAMED = '[gate]\ntargets = ["main", "release/*"]\n'
OPEN = "history/contracts/001-vat/0002-reverse-charge.contract.md"


@pytest.fixture
def ground(ground: Ground) -> Ground:
    """A repository whose releases are targets, one of them older than sdd."""
    ground.land(ground.commit({POLICY: NAMED}))
    ground.land(ground.before, OLD)
    return ground


def orphan_of(ground: Ground, *, root: bool) -> str:
    """A commit without parents."""
    return ground.commit(EVIL | ({".specify/sdd.toml": "[gate]\n"} if root else {}), after=None)


@pytest.mark.parametrize("root", [True, False])
def test_an_orphan_pushed_to_the_target(ground: Ground, root: bool) -> None:
    """A commit without history is forced onto main. Refused for the records that main would lose; exit 3 in CI."""
    answers = ground.push(orphan_of(ground, root=root), MAIN)
    assert answers.statuses == {"hook": 1, "server": 1, "ci": 3}, answers


@pytest.mark.parametrize("root", [True, False])
def test_an_orphan_as_a_new_release(ground: Ground, root: bool) -> None:
    """A commit without history is pushed as a new target. Exit 3."""
    ground.push(orphan_of(ground, root=root), RELEASE).unjudged("shares no history")


def test_an_orphan_with_a_root_as_a_branch(ground: Ground) -> None:
    """A branch without history brings a `.specify/` of its own. Exit 3."""
    ground.push(orphan_of(ground, root=True), "refs/heads/work").unjudged("shares no history")


def test_an_orphan_without_a_root_as_a_branch(ground: Ground) -> None:
    """A branch of pages shares no history with main. Passes with a remark; exit 3 for a request into main."""
    answers = ground.push(orphan_of(ground, root=False), "refs/heads/gh-pages")
    assert answers.statuses == {"hook": 0, "server": 0, "ci": 3}, answers
    assert "shares no history" in answers.hook.document["remarks"][0]


def test_code_on_a_release_older_than_sdd(ground: Ground) -> None:
    """Code is pushed to a release that was cut before sdd. `change-no-phr`, by the policy of main."""
    ground.push(ground.commit(EVIL, ground.before), OLD).refused("change-no-phr")


@pytest.mark.parametrize("held", [{}, SPEC_KIT], ids=["", "spec-kit"])
def test_a_release_older_than_sdd_brings_a_lax_root(ground: Ground, held: dict[str, str]) -> None:
    """The same is tried with a policy of its own that exempts everything. `change-no-phr`."""
    old = ground.land(ground.commit(held, ground.before), OLD)
    lax = {**EVIL, POLICY: '[gate]\nexempt = ["/src/**"]\n'}
    ground.push(ground.commit(lax, old), OLD).refused("change-no-phr")


def test_a_release_older_than_sdd_moves_to_the_middle_of_a_push(ground: Ground) -> None:
    """A release cut before sdd is fast-forwarded to the middle of a push. `change-no-phr`."""
    evil = ground.commit(EVIL)
    ground.land(ground.commit({"src/evil.py": None}, evil))
    ground.push(evil, OLD).refused("change-no-phr")


@pytest.mark.parametrize("held", [{}, SPEC_KIT], ids=["", "spec-kit"])
def test_a_release_older_than_sdd_catches_up(ground: Ground, held: dict[str, str]) -> None:
    """A release cut before sdd is fast-forwarded to main. Passes."""
    old = ground.land(ground.commit(held, ground.before), OLD)
    ground.land(ground.commit({**TARGET, POLICY: NAMED}, old))
    ground.push(ground.main, OLD).passed()


@pytest.mark.parametrize(
    ("held", "rule"),
    [
        ([{}], ""),
        ([SPEC_KIT], ""),
        ([{f"sub/{path}": text for path, text in SPEC_KIT.items()}], ""),
        ([SPEC_KIT | {POLICY: "[gate]\n"}], "change-no-phr"),
        ([SPEC_KIT | {POLICY: "[gate]\n"}, {POLICY: None}], "change-no-phr"),
    ],
    ids=["", "spec-kit", "in a folder", "a policy", "given up"],
)
def test_what_main_exempts_on_another_release(ground: Ground, held: list[dict[str, Content]], rule: str) -> None:
    """A file that main's policy exempts goes to a release that never had one, with spec-kit or without. Passes;
    `change-no-phr` where the release has or had a policy.
    """
    ground.land(ground.commit({POLICY: NAMED + 'exempt_also = ["gen/**"]\n'}))
    old = ground.before
    for files in held:
        old = ground.land(ground.commit(files, old), OLD)
    pushed = ground.push(ground.commit({"gen/api.py": "1\n"}, old), OLD)
    pushed.refused(rule) if rule else pushed.passed()
    ground.push(ground.commit(EVIL, old), OLD).refused("change-no-phr")


def test_a_request_into_a_release_older_than_sdd(ground: Ground) -> None:
    """A request brings code into a release that was cut before sdd. `change-no-phr`, in CI too."""
    evil = ground.commit(EVIL, ground.before)
    answers = ground.push(evil, "refs/heads/work", base="refs/remotes/origin/release/old")
    assert answers.ci.status == 1, answers.ci
    assert "judged by the policy of origin/main" in answers.ci.document["remarks"][0]


@pytest.mark.parametrize("held", [{"src/old.py": "OLD = 2\n"}, SPEC_KIT], ids=["", "spec-kit"])
def test_sdd_is_adopted(tmp_path_factory: pytest.TempPathFactory, held: dict[str, str]) -> None:
    """A repository adopts sdd, with spec-kit in it or without, and a line of code beside. Passes."""
    ground = Ground(tmp_path_factory.mktemp("fresh"), held)
    whole = Ground(tmp_path_factory.mktemp("other")).files()
    adopting = {path: content for path, content in whole.items() if path.startswith(".specify/")}
    ground.attempt({**adopting, **EVIL}).passed()


def test_sdd_is_adopted_again(tmp_path: Path) -> None:
    """Code comes with a policy for a main that has given one up. `change-no-phr`."""
    ground = Ground(tmp_path, SPEC_KIT)
    ground.land(ground.commit({POLICY: None}, ground.land(ground.commit({POLICY: "[gate]\n"}))))
    ground.attempt({POLICY: "[gate]\n", **EVIL}).refused("change-no-phr")


def closed(ground: Ground) -> tuple[str, str]:
    """The commit at which a contract was open, and one on it whose PHR links that contract."""
    fork = ground.main
    files = {
        "lib/reverse/charge.py": "1\n",
        "history/prompts/001-vat/0002-charge.green.prompt.md": phr(
            ["lib/reverse/charge.py"], id="0002", feature="001-vat", contract=OPEN
        ),
    }
    return fork, ground.commit(files, fork)


def test_a_contract_that_is_open_in_the_target(ground: Ground) -> None:
    """Work continues under a contract that is open on main. Passes."""
    _, work = closed(ground)
    ground.push(work).passed()


def test_a_contract_that_was_closed_meanwhile(ground: Ground) -> None:
    """A branch links a contract that main has closed since. `change-no-contract`."""
    _, work = closed(ground)
    text = ground.file(OPEN).decode().replace("status: open", "status: done").replace("- [ ]", "- [x]")
    landing = ground.land(ground.commit({OPEN: text}))
    answers = ground.push(work)
    answers.refused("change-no-contract")
    messages = [finding["message"] for finding in answers.ci.document["changes"][0]["findings"]]
    assert any(landing[:12] in message for message in messages), messages
