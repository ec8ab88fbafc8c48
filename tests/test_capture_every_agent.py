"""Each agent's payloads become one exchange with what its tools wrote, what its shells changed, and its tests."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from sdd.capture.agents import sender
from sdd.capture.events import Event
from sdd.capture.exchanges import Exchange, How, Status
from sdd.capture.recording import Recorder
from sdd.capture.store import Store
from tests import agent_payloads
from tests.agent_payloads import AgentPayloads, Payload
from tests.scratch import Scratch

START = 1_796_000_000.0

every_agent = pytest.mark.parametrize("name", [*agent_payloads.VARIANTS])


class Session:
    """A session with an agent in a repository: each payload comes a second after the one before."""

    def __init__(self, name: str, here: Scratch) -> None:
        self.here = here
        self.now = START
        self.agent: AgentPayloads = agent_payloads.VARIANTS[name](str(here.path), clock=lambda: self.now)
        self.store = Store(here.path / ".git")
        self.waits = False
        self._told: list[Event] = []

    def tell(self, *payloads: Payload) -> None:
        for payload in payloads:
            self.now += 1
            told_by = sender(payload)
            assert told_by
            # Windsurf tells no folder: it is that of its hook.
            folder = str(self.here.path)
            self._told += (replace(event, cwd=event.cwd or folder) for event in told_by.read(payload, self.now))
            if not self.waits:
                self.record()

    def record(self) -> None:
        with self.store.lock():
            Recorder(self.store).record(self._told)
        self._told.clear()

    def write(self, path: str, text: str) -> None:
        before, *after = self.agent.write(str(self.here.path / path), text, "t1")
        self.tell(before)
        self.here.write(path, text)
        self.tell(*after)

    def shell(self, command: str, changes: str = "", code: int = 0) -> None:
        before, after = self.agent.shell(command, "3 passed\n" if not code else "1 failed\n", code, "t1")
        self.tell(before)
        if changes:
            self.now += 10
            self.here.write(changes, f"X = {self.now}\n")
            touch(self.here.path / changes, self.now)
            self.now += 10
        self.tell(after)

    @property
    def exchanges(self) -> list[Exchange]:
        return [*self.store.exchanges()]


def touch(path: Path, at: float) -> None:
    os.utime(path, (at, at))


@pytest.fixture
def session(name: str, scratch: Scratch) -> Session:
    scratch.commit("start", {"a.py": "A = 1\n"})
    return Session(name, scratch)


@every_agent
def test_an_exchange_has_its_files_and_tests(session: Session) -> None:
    agent = session.agent
    session.tell(*agent.session_start(), *agent.prompt("Add retry", "t1"))
    session.write("b.py", "import time\n")
    session.shell("make gen", changes="gen.py")
    session.shell("pytest -q")
    session.tell(*agent.response("Done.", "t1"), *agent.session_end())
    (exchange,) = session.exchanges
    assert exchange.agent == agent.name
    assert exchange.prompts == (("Add retry",) if agent.tells_prompt else ())
    assert exchange.response == ("Done." if agent.tells_response else "")
    assert exchange.status is Status.DONE
    assert [(file.path, file.how) for file in exchange.files] == [("b.py", How.TOOL), ("gen.py", How.SHELL)]
    assert [run.command for run in exchange.tests] == (["pytest -q"] if agent.tells_command_at_its_end else [])


@every_agent
def test_a_command_that_runs_twice_has_changed_what_each_run_did(session: Session) -> None:
    session.tell(*session.agent.prompt("Generate", "t1"))
    session.shell("make gen", changes="one.py")
    session.shell("make gen", changes="two.py")
    (exchange,) = session.exchanges
    assert [file.path for file in exchange.files] == ["one.py", "two.py"]


@every_agent
def test_the_same_where_all_is_read_later(session: Session) -> None:
    session.waits = True
    session.tell(*session.agent.prompt("Generate", "t1"))
    session.shell("make gen", changes="one.py")
    session.shell("make gen", changes="two.py")
    session.now += 10
    session.here.write("by_hand.py", "X = 1\n")
    touch(session.here.path / "by_hand.py", session.now)
    session.now += 10
    session.shell("ls")
    session.record()
    (exchange,) = session.exchanges
    assert [file.path for file in exchange.files] == ["one.py", "two.py"]


@every_agent
def test_what_is_told_twice_is_kept_once(session: Session) -> None:
    agent = session.agent
    payloads = [
        *agent.exchange("Add retry", {str(session.here.path / "b.py"): "import time\n"}, "t1", {"pytest -q": 0})
    ]
    session.here.write("b.py", "import time\n")
    session.tell(*payloads)
    once = session.exchanges
    session.now = START
    session.tell(*payloads)
    assert session.exchanges == once
    assert len(once) == 1


@every_agent
def test_two_prompts_are_two_exchanges(session: Session) -> None:
    agent = session.agent
    for turn, file in (("t1", "b.py"), ("t2", "c.py")):
        where = str(session.here.path / file)
        session.tell(*agent.exchange(f"Add {file}", {where: "import time\n"}, turn))
        session.now += 60
    assert [[file.path for file in exchange.files] for exchange in session.exchanges] == [["b.py"], ["c.py"]]


@every_agent
def test_a_subagent_has_no_exchange_of_its_own(session: Session) -> None:
    agent = session.agent
    told = agent.subagent(str(session.here.path / "b.py"), "import time\n", "t1")
    session.here.write("b.py", "import time\n")
    session.tell(*agent.prompt("Add retry", "t1"), *told, *agent.response("Done.", "t1"))
    (exchange,) = session.exchanges
    assert exchange.status is Status.DONE
    assert "Look" not in "".join((*exchange.prompts, exchange.response))
    names_files = any("b.py" in str(payload) for payload in told)
    assert [file.path for file in exchange.files] == (["b.py"] if names_files else [])


@every_agent
def test_how_an_exchange_ends_is_kept(session: Session) -> None:
    agent = session.agent
    for number, (deed, status) in enumerate(((agent.failure, Status.FAILED), (agent.interrupt, Status.INTERRUPTED))):
        session.tell(*agent.prompt(f"Add {number}", f"t{number}"), *deed(f"t{number}"))
        session.now += 60
        ended = session.exchanges[-1].status
        assert ended is (status if deed("t9") else Status.OPEN)


def test_copilot_that_answers_after_an_error_is_done(scratch: Scratch) -> None:
    session = Session("copilot", scratch)
    agent = session.agent
    session.tell(*agent.prompt("Add retry", "t1"), *agent.failure("t1"))
    assert [(exchange.status, exchange.response) for exchange in session.exchanges] == [(Status.FAILED, "")]
    session.tell(*agent.response("", "t1"))
    assert [exchange.status for exchange in session.exchanges] == [Status.DONE]


def test_copilot_that_runs_claudes_hooks_too_is_heard_once(scratch: Scratch) -> None:
    session = Session("copilot", scratch)
    own = session.agent
    other = agent_payloads.CopilotByClaudesHooks(own.cwd, clock=own.clock)
    for turn in ("t1", "t2"):
        asked = ("Add retry", {str(scratch.path / f"{turn}.py"): "import time\n"}, turn, {"pytest -q": 0})
        for pair in zip(own.exchange(*asked), other.exchange(*asked), strict=True):
            session.now += 60
            session.tell(*pair)
    assert [[file.path for file in exchange.files] for exchange in session.exchanges] == [["t1.py"], ["t2.py"]]
    assert [len(exchange.tests) for exchange in session.exchanges] == [1, 1]
