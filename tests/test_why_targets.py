"""`sdd why` of what has landed on another target than the first: the line that the gate judged it by."""

import pytest

from tests.adopted import Adopted
from tests.test_why import answered, places, prompt, why

RELEASES = '[gate]\ntargets = ["main", "release/*"]\n'
FIX = "history/prompts/general/0001-fix.green.prompt.md"
CODE = "src/fix.py"


@pytest.fixture
def release(adopted: Adopted) -> Adopted:
    """A fix that was merged into a release alone; main has gone on."""
    adopted.land_change({".specify/sdd.toml": RELEASES}, "Name the releases")
    adopted.here.git("push", "-q", "--no-verify", "origin", "main:release/2.0")
    adopted.branch("fix", "origin/release/2.0")
    adopted.write({CODE: "FIX = 1\n"}, "fix: it")
    adopted.write({FIX: prompt((CODE,))}, "Record it")
    adopted.branch("release/2.0", "origin/release/2.0")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge the fix", "fix")
    adopted.here.git("push", "-q", "--no-verify", "origin", "release/2.0")
    adopted.here.git("switch", "-q", "main")
    adopted.land_change({"src/main.py": "MAIN = 1\n"}, "Only on main")
    return adopted


def test_a_line_of_a_release_has_landed_there(release: Adopted) -> None:
    release.here.git("switch", "-q", "release/2.0")
    for question in ((f"{CODE}:1",), ("--rev", "origin/release/2.0", f"{CODE}:1")):
        document, screen = answered(release.here.path, *question)
        assert places(document, "landing") == [release.here.git("rev-parse", "release/2.0")]
        assert places(document, "phr") == [FIX]
        assert "not yet" not in screen
    release.here.git("switch", "-q", "main")
    assert places(why(release.here.path, "src/main.py:1"), "commit") == [release.here.git("rev-parse", "main")]


def test_a_commit_of_a_release_is_its_landing(release: Adopted) -> None:
    landing = release.here.git("rev-parse", "release/2.0")
    for question in ("fix", "fix~1", landing, "release/2.0", "origin/release/2.0"):
        document = why(release.here.path, question)
        assert document["asked"] == "commit", question
        assert places(document, "phr") == [FIX]
        assert landing in (*places(document, "commit"), *places(document, "landing"))


def test_work_for_a_release_is_ahead_of_the_release(release: Adopted) -> None:
    release.branch("next", "origin/release/2.0")
    release.write({"src/next.py": "NEXT = 1\n"}, "fix: next")
    assert "landed       not yet: 1 commit ahead of origin/release/2.0\n" in release.done("why", "src/next.py:1").out
    assert places(why(release.here.path, f"{CODE}:1"), "phr") == [FIX]
    release.here.git("switch", "-q", "main")
    document = why(release.here.path, "next")
    assert (document["asked"], document["chain"][0]["detail"]) == ("change", "1 commit")
