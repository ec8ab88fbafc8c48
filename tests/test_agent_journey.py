"""An agent that knows nothing but the protocol of templates/AGENTS.md and `--json` lands every kind of change."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.adopted import SPEC, Adopted
from tests.good import TARGET

WORDS = {
    "TITLE": "Round half a cent up",
    "ONE SENTENCE": "Half a cent is rounded up.",
    "COMMAND": "true",
    "MUST": "Decimals stay.",
    "NOT": "No other rounding.",
    "WHY": "Half a cent belongs to the customer.",
    "FEATURE": "002-round",
    "REQUIREMENT": "FR-001",
    "BRANCH": "fix/half-a-cent",
}
MOST_ROUNDS = 4


class Agent:
    """Follows the plan, and reads nothing else."""

    def __init__(self, adopted: Adopted) -> None:
        self.adopted = adopted
        self.steps = 0

    def land(self, kind: str) -> None:
        """Supplies what the change of a branch lacks, and pushes it once."""
        for _ in range(MOST_ROUNDS):
            status = self.document("status")
            if not status["next"]:
                assert status["push"] == "pass"
                break
            if not status["uncommitted"] and status["push"] == "refused":
                assert self.document("gate")["next"] == status["next"], "one plan, whoever is asked"
            fitting = (entry for entry in status["next"] if entry["for"] in (kind, None))
            self.follow(next(fitting, status["next"][0]))
        pushed = self.adopted.push("HEAD")
        assert pushed.returncode == 0, pushed.stderr
        self.adopted.here.git("push", "-q", "--no-verify", "origin", "HEAD:main")
        self.adopted.here.git("fetch", "-q")
        self.adopted.here.git("switch", "-q", "main")
        self.adopted.here.git("merge", "-q", "--ff-only", "origin/main")

    def document(self, *words: str) -> dict[str, Any]:
        """What a command prints with --json."""
        return self.adopted.sdd(*words, "--json").document

    def follow(self, entry: dict[str, Any]) -> None:
        """Does the steps of one entry."""
        for step in entry["steps"]:
            self.steps += 1
            if step["argv"] is None:
                self.by_hand(step["by_hand"])
                continue
            assert set(step["needs"]) <= set(WORDS)
            program, *words = [WORDS[word] if word in step["needs"] else word for word in step["argv"]]
            if program == "sdd":
                asks = words[:2] == ["phr", "new"] or words[:1] == ["cover"]
                request = ["--prompt-file", "-"] if asks else []
                ran = self.adopted.sdd(*words, *request, "--json", stdin="Please round half a cent up.")
                assert ran.status == 0, ran
            else:
                subprocess.run([program, *words], cwd=self.adopted.here.path, check=True)

    def by_hand(self, told: str) -> None:
        """The one thing that no command does: a spec."""
        if told == "give the commits a branch: git switch -c NAME":
            self.adopted.here.git("switch", "-q", "-c", "given")
            return
        assert "spec" in told, told
        folder = self.document("feature", "show", WORDS["FEATURE"])["path"]
        self.adopted.here.write(f"{folder}/spec.md", TARGET[SPEC])


def feature(agent: Agent) -> str:
    adopted = agent.adopted
    made = adopted.done("feature", "new", "Round", "--branch", "--json").document
    adopted.write({"src/round.py": "HALF = 5\n"}, "Round")
    assert made["feature"] == WORDS["FEATURE"]
    return "feature"


def fix(agent: Agent) -> str:
    agent.adopted.branch("half-a-cent")
    agent.adopted.write({"src/old.py": "OLD = 2\n"}, "Round half a cent up")
    return "fix"


def rename(agent: Agent) -> str:
    agent.adopted.branch("names")
    agent.adopted.here.git("mv", "src/old.py", "src/former.py")
    agent.adopted.here.git("commit", "-q", "-m", "Call it what it is")
    return "refactor"


def bump(agent: Agent) -> str:
    agent.adopted.branch("click")
    agent.adopted.write({"requirements.txt": "click==8.2\n"}, "Take the new click")
    return "chore"


def revert(agent: Agent) -> str:
    fix(agent)
    fixed = agent.adopted.here.git("rev-parse", "HEAD")
    agent.land("fix")
    agent.adopted.branch("back")
    agent.adopted.here.git("revert", "--no-edit", fixed)
    return "revert"


def uncommitted(agent: Agent) -> str:
    agent.adopted.branch("half-a-cent")
    agent.adopted.here.write("src/old.py", "OLD = 2\n")
    return "fix"


def words_beside_code(agent: Agent) -> str:
    agent.adopted.branch("words")
    agent.adopted.write({"src/README.md": "Old code.\n"}, "Say what it is")
    return "chore"


def on_no_branch(agent: Agent) -> str:
    agent.adopted.here.git("switch", "-q", "--detach")
    agent.adopted.write({"src/old.py": "OLD = 2\n"}, "Round half a cent up")
    return "fix"


def second_fix(agent: Agent) -> str:
    feature(agent)
    agent.land("feature")
    agent.adopted.branch("001-vat")
    agent.adopted.write({"src/reverse/charge.py": "CHARGED = True\n"}, "feat: charge")
    agent.follow(next(entry for entry in agent.document("status")["next"] if entry["for"] in ("feature", None)))
    agent.adopted.write({"src/old.py": "OLD = 2\n"}, "fix: round half a cent up")
    return "fix"


def rebased(agent: Agent) -> str:
    fix(agent)
    agent.follow(agent.document("status")["next"][0])
    agent.adopted.land_change({"src/old.py": "OLD = 3\n"}, "Somebody else's")
    agent.adopted.here.git("switch", "-q", "half-a-cent")
    assert agent.adopted.here.run("git", "rebase", "-q", "main").returncode
    agent.adopted.here.write("src/old.py", "OLD = 23\n")
    agent.adopted.here.git("add", "src/old.py")
    return "fix"


def reverted_feature(agent: Agent) -> str:
    feature(agent)
    agent.land("feature")
    agent.adopted.here.git("fetch", "-q")
    added = agent.adopted.here.git("log", "--format=%H", "-1", "--", "src/round.py")
    agent.adopted.branch("back")
    # The spec was written after that commit: git alone would conflict.
    agent.adopted.done("revert", added, "--reason", WORDS["WHY"])
    return "revert"


def reverted_twice(agent: Agent) -> str:
    for text in ("1\n", "1\n2\n"):
        agent.adopted.branch(f"step-{len(text)}")
        agent.adopted.write({"src/steps.py": text}, f"Round, step {len(text)}")
        agent.land("fix")
    first, second = agent.adopted.here.git("log", "--format=%H", "-2", "--reverse", "--", "src/steps.py").split()
    agent.adopted.branch("back")
    agent.adopted.here.git("revert", "--no-edit", second)
    agent.adopted.here.git("revert", "--no-edit", first)
    return "revert"


CHANGES = [feature, fix, rename, bump, revert, uncommitted, words_beside_code, on_no_branch, second_fix, rebased]
CHANGES += [reverted_feature, reverted_twice]


@pytest.mark.parametrize("change", CHANGES)
def test_an_agent_lands_at_the_first_try(change: Callable[[Agent], str], adopted: Adopted) -> None:
    agent = Agent(adopted)
    kind = change(agent)
    agent.land(kind)
    assert agent.steps, "the change needed nothing: nothing was tried"
    assert adopted.sdd("check").status == 0, adopted.sdd("check")


def test_the_words_that_are_to_be_replaced_are_explained() -> None:
    text = (Path(__file__).parents[1] / "templates" / "AGENTS.md").read_text()
    cells = re.findall(r"(?m)^\| (`[^|]+) \|", text)
    assert {word for cell in cells for word in re.findall(r"`([A-Z ]+)`", cell)} == set(WORDS)
