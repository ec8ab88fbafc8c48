"""What refs of one push have in common is worked out once."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bench.synth import add_branches, write_repository
from sdd.gate.check.change import judge
from sdd.gate.cover import spec_faults
from sdd.gate.cover.spec_faults import SpecFault
from sdd.gate.target import target_of_revision
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.spec import Spec
from sdd.repo.objects import Repository


def test_what_a_spec_lacks_for_a_contract_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_repository(tmp_path, features=1, phrs=9)
    branches = [f"own/{number}" for number in range(4)]
    add_branches(tmp_path, branches, "main~0", 9)
    asked: Counter[str] = Counter()
    plain = spec_faults._faults

    def counted(spec: Spec | None, feature: str, contract: Contract | None) -> Iterator[SpecFault]:
        assert contract
        asked[contract.path] += 1
        return plain(spec, feature, contract)

    monkeypatch.setattr(spec_faults, "_faults", counted)
    with Repository.discover(tmp_path) as repository:
        targets = [target_of_revision(repository, "main~6", branch) for branch in branches]
        verdict = judge(repository, targets, date(2026, 12, 1))
    assert [change.refused for change in verdict.changes] == [False] * 4
    rows = [len(file.contracts) for change in verdict.changes for file in change.files]
    assert sum(rows) > 40  # what was asked before: of each file for each contract whose scope holds it
    assert len(asked) == 6 + 4
    assert set(asked.values()) == {1}
