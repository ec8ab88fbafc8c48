"""The documented payloads of nine agents, told in any order and more than once: the same exchanges."""

import json
import os
import random
from pathlib import Path

import pytest

from sdd.capture.draining import drain, unread
from sdd.capture.exchanges import Exchange
from sdd.capture.receiving import INBOX
from sdd.capture.store import Store
from tests.agent_payloads import AGENTS
from tests.scratch import Scratch

Told = tuple[float, bytes]


def a_session(name: str, here: Scratch) -> list[Told]:
    """What an agent tells of three prompts, each with the time of its arrival."""
    now = [1_790_000_000.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    agent = AGENTS[name](str(here.path), session="s1", clock=clock)
    payloads = agent.session_start()
    for number, prompt in enumerate(("Add retry", "continue", "Rename it"), 1):
        turn, path = f"t{number}", here.path / f"f{number}.py"
        payloads += agent.prompt(prompt, turn=turn)
        payloads += agent.write(str(path), f"def f{number}(): pass\n", turn=turn)
        payloads += agent.shell("pytest -q", "1 passed in 0.1s", 0, turn=turn)
        payloads += agent.response(f"Done {number}.", turn=turn)
        payloads += agent.compaction(turn=turn)
    return [(1_790_000_000.5 + number, json.dumps(payload).encode()) for number, payload in enumerate(payloads)]


def keep(store: Store, here: Scratch, told: list[Told]) -> None:
    inbox = store.folder / INBOX
    inbox.mkdir(parents=True, exist_ok=True)
    for number, (arrival, data) in enumerate(told):
        file = inbox / f"{int(arrival * 1e9)}-{os.getpid()}-{number}.claude"
        file.write_bytes(os.fsencode(here.path) + b"\0" + data)


def facts(exchanges: list[Exchange]) -> list[tuple[object, ...]]:
    return [
        (each.id, each.prompts, each.response, each.status, each.files, each.tests, each.started) for each in exchanges
    ]


@pytest.fixture
def here(scratch: Scratch) -> Scratch:
    scratch.commit("start", {"a.py": "A = 1\n"})
    return scratch


def test_each_prompt_is_one_exchange_and_continue_is_none(here: Scratch) -> None:
    for name in AGENTS:
        store = Store(here.path / ".git")
        keep(store, here, a_session(name, here))
        drain(store)
        exchanges = [each for each in store.exchanges() if each.agent == name]
        paths = [[file.path for file in each.files] for each in exchanges]
        if AGENTS[name].tells_prompt:
            assert [each.prompts for each in exchanges] == [("Add retry", "continue"), ("Rename it",)], name
            assert paths == [["f1.py", "f2.py"], ["f3.py"]], name
        else:
            assert paths == [["f1.py"], ["f2.py"], ["f3.py"]], name
        assert unread(store) == (), name


@pytest.mark.parametrize("name", AGENTS)
def test_order_repeats_and_delays_change_nothing(here: Scratch, tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    told = a_session(name, here)
    store = Store(here.path / ".git")
    keep(store, here, told)
    drain(store)
    wanted = facts([*store.exchanges()])
    assert wanted
    for number in range(3):
        # Whoever tells no time of its own and names nothing is known again only at once.
        lag = 40.0 if b'"timestamp"' in told[1][1] else 0.2
        all_told = chance.sample(told, len(told))
        for at, data in chance.choices(told, k=6):
            place = chance.randint(all_told.index((at, data)) + 1, len(all_told))
            all_told.insert(place, (at + chance.uniform(0.01, lag), data))
        store.folder.rename(tmp_path / f"before {number}")
        while all_told:
            now, all_told = all_told[:5], all_told[5:]
            keep(store, here, now)
            drain(store)
        assert facts([*store.exchanges()]) == wanted, number
