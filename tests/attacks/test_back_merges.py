"""Work brought from one target to another."""

import pytest

from tests.attacks.ground import POLICY, Ground
from tests.attacks.test_refs import RELEASE, TARGETS, fix


@pytest.fixture
def ground(ground: Ground) -> Ground:
    """Main and a release that has gone further on its own, each by two covered changes."""
    start = ground.land(ground.commit({POLICY: TARGETS}))
    at = {"main": start, "release": start}
    for number in (11, 12, 21, 22):
        name = "main" if number < 20 else "release"
        at[name] = ground.commit({f"src/at{number}.py": "1\n", **fix(number, f"src/at{number}.py")}, at[name])
    ground.land(at["release"], RELEASE)
    ground.land(at["main"])
    return ground


def merged(ground: Ground, *, evil: bool = False) -> str:
    """A merge of the release into main, with a file of its own where it is `evil`."""
    edits = {f"src/at{number}.py": "1\n" for number in (21, 22)} | {
        key: text for number in (21, 22) for key, text in fix(number, f"src/at{number}.py").items()
    }
    return ground.commit(edits | ({"src/evil.py": "1\n"} if evil else {}), ground.main, ground.tip(RELEASE))


def test_a_release_that_is_merged_back(ground: Ground) -> None:
    """A release is merged back into main with its records. Passes."""
    ground.push(merged(ground)).passed()
    ground.push(merged(ground), "refs/heads/main").passed()


def test_a_fix_that_is_brought_to_a_release(ground: Ground) -> None:
    """A fix is brought from main to a release with its record. Passes."""
    backport = ground.commit({"src/at11.py": "1\n", **fix(11, "src/at11.py")}, ground.tip(RELEASE))
    ground.push(backport, RELEASE).passed()


def test_other_code_with_a_record_of_another_target(ground: Ground) -> None:
    """A record is brought from main to a release, with code that differs from what main holds. `change-no-phr`."""
    evil = ground.commit({"src/at11.py": "EVIL = 1\n", **fix(11, "src/at11.py")}, ground.tip(RELEASE))
    ground.push(evil, RELEASE).refused("change-no-phr")


def test_other_code_on_main_with_a_record_of_a_release(ground: Ground) -> None:
    """A record is brought from a release to main, with code that differs from the release's. `change-no-phr`."""
    evil = ground.commit({"src/at21.py": "EVIL = 1\n", **fix(21, "src/at21.py")})
    ground.push(evil).refused("change-no-phr")


def test_a_release_that_ci_judges_after_it_has_moved(ground: Ground) -> None:
    """CI judges a push to a release whose branch stands on what is judged. Passes."""
    old = ground.tip(RELEASE)
    good = ground.commit({"src/at23.py": "1\n", **fix(23, "src/at23.py")}, old)
    ground.land(good, RELEASE)
    ground.push(good, RELEASE, old=old).passed()


def test_code_in_the_merge_of_two_targets(ground: Ground) -> None:
    """The merge of two targets adds a file of its own. `change-no-phr`."""
    ground.push(merged(ground, evil=True)).refused("change-no-phr")
