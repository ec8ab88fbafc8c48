"""A day's work with an agent, by its hooks and git's: what is typed of records is the contract's sentence alone."""

import json
import shlex
from itertools import count
from pathlib import Path

import pytest

from sdd.capture.draining import drain
from sdd.capture.exchanges import Fate
from sdd.capture.store import Store
from tests.adopted import FEATURE, Adopted, Ran
from tests.agent_payloads import Claude, Payload
from tests.forked import FORKED_PYTHON

FIX = ("--kind", "fix", "--check", "true", "--run", "--commit")


class Day:
    """A clone in which Claude Code works; sdd's hooks are installed there and at the remote."""

    def __init__(self, adopted: Adopted) -> None:
        self.adopted, self.here = adopted, adopted.here
        adopted.done("capture", "install", "--agent", "claude")
        adopted.done("-C", str(adopted.remote.path), "hook", "install", "--server")
        _fork_python_of(self.here.path / ".git/hooks/pre-commit")
        _fork_python_of(adopted.remote.path / "hooks/pre-receive")
        hooks = json.loads((self.here.path / ".claude/settings.local.json").read_text())["hooks"]
        self.lines = {event: groups[0]["hooks"][0]["command"] for event, groups in hooks.items()}
        self.claude = Claude(str(self.here.path))
        self.heard = 0
        self._turns = count(1)

    def tell(self, *payloads: Payload) -> None:
        """Fires the hooks of an event, as Claude Code does; the first by its own line, the rest without a start."""
        for payload in payloads:
            line = self.lines[payload["hook_event_name"]]
            self.heard += 1
            told = json.dumps(payload)
            if self.heard == 1:
                fired = self.here.run("sh", "-c", line, stdin=told)
                assert (fired.returncode, fired.stdout, fired.stderr) == (0, "", "")
            else:
                assert self.adopted.sdd(*shlex.split(line)[1:], stdin=told) == Ran(0, "", "")

    def ask(self, prompt: str, files: dict[str, str], commit: str = "") -> None:
        """An exchange that writes files, and runs tests; a person commits it."""
        turn, claude = f"t{next(self._turns)}", self.claude
        self.tell(*claude.prompt(prompt, turn))
        for path, text in files.items():
            before, after = claude.write(str(self.here.path / path), text, turn)
            self.tell(before)
            self.here.write(path, text)
            self.tell(after)
        self.tell(*claude.shell("pytest -q", "1 passed\n", 0, turn), *claude.response("Done.", turn))
        if commit:
            self.here.git("add", "-A")
            self.here.git("commit", "-qm", commit)

    def push(self, *refspecs: str) -> None:
        """A push that the hook and the server accept."""
        pushed = self.adopted.push(*refspecs)
        assert pushed.returncode == 0, pushed.stderr
        self.here.git("fetch", "-q", "origin")

    def land(self) -> None:
        """The branch that is checked out becomes main, here and at the remote."""
        self.push("HEAD:main")
        self.here.git("branch", "-qf", "main", "HEAD")


def _fork_python_of(hook: Path) -> None:
    lines = hook.read_text().splitlines(keepends=True)
    hook.write_text("".join(f"python={FORKED_PYTHON}\n" if line.startswith("python=") else line for line in lines))


@pytest.fixture
def day(adopted: Adopted) -> Day:
    return Day(adopted)


def test_a_day_is_pushed_with_no_record_typed(day: Day) -> None:
    adopted, here = day.adopted, day.here
    day.tell(*day.claude.session_start())

    # A feature: its contract is said before, its records come with the commits.
    adopted.branch("feat/rates")
    words = ["--requirement", "FR-001", "--success", "Rates come from a table.", "--constraint", "Decimals stay."]
    words += ["--non-goal", "No rates of other years.", "--check", "true", "--scope", "/src/rates/**"]
    adopted.done("contract", "new", "Rates table", "--feature", FEATURE, "--kind", "feature", *words, "--commit")
    day.ask("Add a table of rates", {"src/rates/table.py": "RATES = {'DE': 19}\n"}, "Add rates")
    day.ask("continue", {"src/rates/find.py": "def find(country):\n    return RATES[country]\n"}, "Find a rate")
    day.ask("Why is there no rate for Norway?", {})
    day.push("feat/rates")
    adopted.done("contract", "done", "--run", "--commit")
    day.land()

    # A fix that is rebased, since another one lands first.
    adopted.branch("fix/zero")
    day.ask("Zero must be no rate", {"src/rates/zero.py": "def is_rate(rate):\n    return rate > 0\n"}, "Refuse zero")
    adopted.branch("fix/names", "main")
    day.ask(
        "Names may be in small letters", {"src/rates/names.py": "def name(text):\n    return text.upper()\n"}, "Small"
    )
    day.ask(
        "And with spaces around them",
        {"src/rates/names.py": "def name(text):\n    return text.strip().upper()\n"},
        "Strip",
    )
    refused = adopted.push("HEAD:main")
    assert refused.returncode
    paths = here.git("diff", "--name-only", "--diff-filter=A", "main", "--", "history/prompts").split()
    adopted.done("phr", "add", *paths, "--success", "Countries are found by names in small letters.", *FIX)

    # It is squashed.
    adopted.branch("squashed", "main")
    here.git("merge", "-q", "--squash", "fix/names")
    here.git("commit", "-qm", "Take names in small letters")
    day.land()
    here.git("switch", "-q", "fix/zero")
    here.git("rebase", "-q", "main")
    adopted.done("phr", "add", "--success", "A rate of zero is refused.", *FIX)
    day.land()

    # Each prompt is told once, and each line leads to what was asked.
    paths = here.git("ls-tree", "-r", "--name-only", "origin/main", "--", "history/prompts").split()
    told = [here.git("show", f"origin/main:{path}") for path in paths]
    asked = (
        "Add a table of rates",
        "Zero must be no rate",
        "Names may be in small letters",
        "And with spaces around them",
    )
    assert [sum(f"\n{prompt}" in text for text in told) for prompt in asked] == [1, 1, 1, 1]
    for place, title in (("table.py:1", asked[0]), ("zero.py:2", asked[1]), ("names.py:2", asked[3])):
        why = adopted.done("why", f"src/rates/{place}", "--json").document
        (phr,) = (step for step in why["chain"] if step["kind"] == "phr")
        stated = ("stated", "a tool call of it wrote the line")
        assert (phr["title"], phr["certainty"], phr["detail"]) == (title, *stated)
    store = Store(here.path / ".git")
    drain(store)
    drafts = [each.prompts for each in store.exchanges() if each.fate is Fate.DRAFT]
    assert drafts == [("Why is there no rate for Norway?",)]


def test_an_exchange_that_goes_on_once_it_was_recorded_stays_one_record(day: Day) -> None:
    adopted, here = day.adopted, day.here
    adopted.branch("feat/rates")
    day.ask("Add a table of rates", {"src/rates/table.py": "RATES = {'DE': 19}\n"}, "Add rates")
    for subject in ("Answer", "Settle"):
        here.git("commit", "-q", "--allow-empty", "-m", subject)
    assert [each.fate for each in Store(here.path / ".git").exchanges()] == [Fate.WRITTEN]
    day.ask("yes", {"src/rates/find.py": "def find(country):\n    return RATES[country]\n"}, "Find a rate")
    here.git("commit", "-q", "--allow-empty", "-m", "Answer")
    (path,) = here.git("diff", "--name-only", "--diff-filter=A", "main", "--", "history/prompts").split()
    shown = adopted.done("phr", "show", path, "--json").document
    assert shown["prompt"] == "Prompt 1:\n\nAdd a table of rates\n\nPrompt 2:\n\nyes"
    assert shown["response"].count("Done.") == 2
    assert {*shown["files"]} == {"src/rates/table.py", "src/rates/find.py"}
