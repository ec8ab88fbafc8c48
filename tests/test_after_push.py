"""The line that a push prints in the days of grace: it writes the missing record after the push has landed, too."""

import shlex

import pytest

from tests.adopted import POLICY, Adopted, sdd

WORDS = {
    "TITLE": "Sum", "ONE SENTENCE": "It sums.", "COMMAND": "true", "MUST": "It MUST sum.", "NOT": "No tax.",
    "FEATURE": "001-vat", "REQUIREMENT": "FR-001", "REASON": "It was before we recorded.", "WHO": "Grace",
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
    next_ = f"next[{label}]: " if label else "next: "
    (found,) = (line for line in (ran.out + ran.err).splitlines() if line.startswith(next_))
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


@pytest.mark.parametrize("way", ["squash", "merge"])
@pytest.mark.parametrize("side", ["hook", "server"])
def test_what_no_later_record_can_speak_of_is_answered(warned: Adopted, way: str, side: str) -> None:
    """A squashed request and a merge stay changes of their own, whatever record comes after them."""
    if way == "merge":
        warned.branch()
    warned.write({"src/sum.py": "SUM = 1\n"}, "fix: sum (#31)" if way == "squash" else "fix: sum")
    if way == "merge":
        warned.here.git("switch", "-q", "main")
        warned.here.git("merge", "-q", "--no-ff", "-m", "Merge the sum", "-")
    commands = printed(warned, "", side)
    assert [command[:4] for command in commands] == [["sdd", "waiver", "new", "--landing"]]
    warned.land("main")
    landed = warned.here.git("rev-parse", "--short=12", "HEAD")
    for _, *arguments in commands:
        warned.done(*arguments)
    assert warned.gate("--base", "origin/main")["verdict"] == "pass"
    warned.land("main")
    assert f"{landed}: history/waivers/" in warned.done("audit").out


def test_an_unknown_base_is_wrong_usage(adopted: Adopted) -> None:
    ran = adopted.sdd("phr", "new", "X", "--base", "nowhere")
    assert (ran.status, "unknown revision: nowhere" in ran.err) == (2, True)
