"""The line that a push prints in the days of grace: it writes the missing record after the push has landed, too."""

import shlex

import pytest

from tests.adopted import POLICY, Adopted, sdd

WORDS = {
    "TITLE": "Sum", "ONE SENTENCE": "It sums.", "COMMAND": "true", "MUST": "It MUST sum.", "NOT": "No tax.",
    "FEATURE": "001-vat", "REQUIREMENT": "FR-001",
}  # fmt: skip


@pytest.fixture
def warned(adopted: Adopted) -> Adopted:
    """A project whose pushes to main only warn."""
    text = (adopted.here.path / POLICY).read_text()
    adopted.land_change({POLICY: text.replace("[gate]", "[gate]\nwarn_until = 2099-12-31", 1)})
    return adopted


def printed(adopted: Adopted, label: str, side: str = "hook") -> list[list[str]]:
    """The commands of the line that a push of what is checked out prints, with their words filled in."""
    here = adopted.here
    base, head = here.git("rev-parse", "origin/main"), here.git("rev-parse", "HEAD")
    branch = here.git("branch", "--show-current")
    if side == "server":
        adopted.land("HEAD:refs/received/1")
        line = f"{base} {head} refs/heads/{branch}\n".encode()
        ran = sdd(adopted.remote.path, "gate", "--pre-receive", stdin=line)
    else:
        line = f"refs/heads/{branch} {head} refs/heads/{branch} {base}\n".encode()
        ran = sdd(here.path, "gate", "--pre-push", "origin", here.git("remote", "get-url", "origin"), stdin=line)
    assert ran.status == 0, ran
    (found,) = (line for line in (ran.out + ran.err).splitlines() if line.startswith(f"next[{label}]: "))
    commands = [shlex.split(part) for part in found.partition(": ")[2].split(" && ")]
    return [[WORDS.get(word, word) for word in command] for command in commands]


@pytest.mark.parametrize(("label", "side"), [("fix", "hook"), ("feature", "hook"), ("fix", "server")])
def test_it_works_after_the_push(warned: Adopted, label: str, side: str) -> None:
    warned.write({"src/sum.py": "SUM = 1\n"})
    commands = printed(warned, label, side)
    warned.land("main")
    for _, *arguments in commands:
        warned.done(*arguments)
    added = warned.here.git("diff", "--name-only", "--diff-filter=A", "origin/main", "HEAD").splitlines()
    record = next(path for path in added if path.startswith("history/prompts/"))
    assert "src/sum.py" in (warned.here.path / record).read_text()
    assert warned.gate("--base", "origin/main")["verdict"] == "pass"


def test_only_a_push_that_lands_says_where_it_began(warned: Adopted) -> None:
    warned.branch()
    warned.write({"src/sum.py": "SUM = 1\n"})
    assert all("--base" not in command for command in printed(warned, "fix"))


def test_an_unknown_base_is_wrong_usage(adopted: Adopted) -> None:
    ran = adopted.sdd("phr", "new", "X", "--base", "nowhere")
    assert (ran.status, "unknown revision: nowhere" in ran.err) == (2, True)
