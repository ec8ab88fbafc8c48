"""A share of what `python -m tests.capture_driver 10000` plays."""

from dataclasses import replace
from pathlib import Path

from sdd.capture.exchanges import ChangedFile
from sdd.capture.store import Store
from tests.agent_payloads import AGENTS
from tests.capture_driver import Driver


def test_exchanges_that_are_disturbed_are_kept_once(tmp_path: Path) -> None:
    driver = Driver(tmp_path, seed=12, repositories=2, kills=0.4, processes=0)
    driver.play(45)
    assert driver.faults() == []
    assert {asked.agent for asked in driver.asked} == set(AGENTS)
    disturbed = ("kills", "duplicates", "shuffled", "late", "continued", "failure", "interrupt", "drafts", "secrets")
    assert [what for what in disturbed if not driver.seen[what]] == []


def test_the_driver_sees_what_is_lost_doubled_mixed_up_or_leaked(tmp_path: Path) -> None:
    driver = Driver(tmp_path, seed=7, repositories=1, kills=0, processes=0)
    driver.play(4)
    assert driver.faults() == []
    here = driver.repositories[0][0]
    store = Store(here.path / ".git")
    first, second, *_ = store.exchanges()
    store.put(replace(first, turn="again"))
    store.put(replace(second, files=(*second.files, ChangedFile("src/foreign.py"))))
    here.write("leak.txt", driver.secret())
    told = "\n".join(driver.faults())
    for fault in ("is kept 2 times", "src/foreign.py", "leak.txt holds", "5 exchanges are kept of 4"):
        assert fault in told
    store.forget(first)
    store.forget(replace(first, turn="again"))
    assert "is kept 0 times" in "\n".join(driver.faults())
