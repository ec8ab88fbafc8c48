"""What landed on one target, brought to another whose rules are stricter.

Code that landed on a release by a weaker policy, another root or a waiver is brought to main. What landed by the
same rules passes.
"""

from datetime import date, timedelta

import pytest

from tests.adopted import phr
from tests.attacks.ground import POLICY, Content, Ground
from tests.attacks.test_refs import MAIN, RELEASE, TARGETS, accepted, fix

EVIL: dict[str, Content] = {"src/evil.py": "1\n"}
LOOSE = f'{TARGETS}exempt = ["/src/**"]\n'
WAITS = f'{TARGETS}waivers = "landed"\n'
LAST = date.today() + timedelta(days=30)
WAIVER: dict[str, Content] = {
    "history/waivers/0009-fire.md": (
        "---\nrules: [change-no-phr, change-no-contract, change-no-spec]\npaths: [/src/evil.py]\n"
        f"reason: It burns.\napproved_by: Grace\nexpires: {LAST}\n---\n"
    )
}


@pytest.fixture
def ground(ground: Ground) -> Ground:
    """A repository whose releases are targets too."""
    ground.land(ground.commit({POLICY: TARGETS}))
    return ground


def landed_on_release(ground: Ground, *pushes: dict[str, Content], after: str = "") -> str:
    """The tip of a release on which some pushes landed, one by one, each accepted there."""
    tip = ground.land(after or ground.main, RELEASE)
    for edits in pushes:
        tip = ground.commit(edits, tip)
        ground.push(tip, RELEASE).passed()
        ground.land(tip, RELEASE)
    return tip


def decided(policy: str, path: str = POLICY, *, number: int = 2) -> dict[str, Content]:
    """A policy with the PHR that decides it."""
    record = phr([path], id=f"{number:04}", stage="constitution", prompt=f"Set the policy {number}.")
    record = record.replace("It does.", f"It is set {number}.")
    return {path: policy, f"history/prompts/constitution/{number:04}-policy.constitution.prompt.md": record}


@pytest.mark.parametrize(
    "pushes",
    [
        (decided(LOOSE), EVIL),
        (decided(LOOSE), EVIL, decided(TARGETS, number=3)),
        (decided('[gate]\nexempt = ["**"]\n', f"src/{POLICY}"), EVIL),
    ],
    ids=["loosened", "restored", "root"],
)
def test_a_release_with_a_weaker_policy(ground: Ground, pushes: tuple[dict[str, Content], ...]) -> None:
    """A release gets a weaker policy or root, then code without records, and main is fast-forwarded to it.
    `change-no-phr`.
    """
    answers = ground.push(landed_on_release(ground, *pushes), MAIN)
    answers.refused("change-no-phr")
    for ran in (answers.hook, answers.server):
        assert "its commits are all on another target, by other rules" in ran.document["remarks"][0]


def test_a_waiver_that_landed_on_a_release(ground: Ground) -> None:
    """A waiver lands on a release, then the code there, then both on main, where `waivers = "landed"`.
    `change-no-phr`.
    """
    ground.land(ground.commit({POLICY: WAITS}))
    ground.push(landed_on_release(ground, WAIVER, EVIL), MAIN).refused("change-no-phr")


def test_a_release_from_before_main_was_stricter(ground: Ground) -> None:
    """Code lands on a release with the policy that main had before, by a merge of main; main is fast-forwarded to it.
    `change-no-phr`.
    """
    ground.land(ground.commit({POLICY: LOOSE}))
    loose = ground.land(ground.main, RELEASE)
    strict = ground.land(ground.commit({POLICY: TARGETS}))
    merge = ground.commit({POLICY: TARGETS, **EVIL}, loose, strict)
    ground.land(merge, RELEASE)
    ground.push(merge, MAIN).refused("change-no-phr")


def test_the_middle_of_a_push_to_a_release(ground: Ground) -> None:
    """A release answers for its own landings, or counts from today, and main is moved to the middle of a push to it.
    `change-no-phr`.
    """
    middle = ground.commit(EVIL)
    tip = ground.commit({"src/evil.py": None}, middle)
    ground.land(tip, RELEASE)
    answer = f"---\nlanding: {middle[:12]}\nreason: It burnt.\napproved_by: Grace\n---\n"
    ground.land(ground.commit({"history/waivers/0001-fire.md": answer}, tip), RELEASE)
    ground.push(middle, MAIN).refused("change-no-phr")


def test_a_file_that_stands_on_a_release_with_a_weaker_policy(ground: Ground) -> None:
    """Main is moved to the middle of a push to an equal release; its file stands on a weaker one. `change-no-phr`."""
    middle = ground.commit(EVIL)
    ground.land(ground.commit({"src/evil.py": None}, middle), RELEASE)
    ground.land(ground.commit({**decided(LOOSE), **EVIL}), "refs/heads/release/evil")
    ground.push(middle, MAIN).refused("change-no-phr")


def test_accepted_landings_of_a_release_pass(ground: Ground) -> None:
    """Main is fast-forwarded to a release with the same policy. Passes, with nothing to judge."""
    tip = landed_on_release(ground, {"src/vat.py": "RATE = 11\n", **fix(11)}, {"src/vat.py": "RATE = 12\n", **fix(12)})
    ground.push(tip, MAIN).passed()


def test_a_train_over_a_change_of_the_policy(ground: Ground) -> None:
    """A release moves over landings of which one changed the policy and one brought a waiver. Passes, judged anew."""
    ground.land(ground.commit({POLICY: WAITS}))
    ground.land(ground.main, RELEASE)
    accepted(ground, 11)
    ground.land(ground.commit(decided(f"{WAITS}append_only = true\n")))
    ground.land(ground.commit(WAIVER))
    accepted(ground, 13)
    ground.push(ground.main, RELEASE).passed()


def test_a_train_over_a_loosened_policy_takes_two_pushes(ground: Ground) -> None:
    """A release moves over a loosened policy and what landed by it. `change-no-phr`; it passes in two pushes."""
    ground.land(ground.main, RELEASE)
    loose = ground.land(ground.commit(decided(LOOSE)))
    ground.land(ground.commit(EVIL))
    ground.push(ground.main, RELEASE).refused("change-no-phr")
    ground.push(loose, RELEASE).passed()
    ground.land(loose, RELEASE)
    hook, server = ground.push_all({RELEASE: ground.main})
    assert (hook.status, server.status) == (0, 0)
