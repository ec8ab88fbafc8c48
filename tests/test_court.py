"""The judgement that the attacks ask is the program's."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sdd.repo.objects import Repository
from tests.attacks.ground import CONTRACT, GOOD, PHR, POLICY, Content, Court, Ground

CASES: Mapping[str, Mapping[str, Content]] = {
    "nothing": {},
    "a good change": GOOD,
    "code alone": {"src/evil.py": "1\n", "lib/evil.py": "1\n"},
    "records that are left out": {path: text for path, text in GOOD.items() if path not in (CONTRACT, PHR)},
    "what has landed is removed": {"src/vat.py": None, "specs/001-vat/tasks.md": None},
    "another policy": {POLICY: "[gate]\nexempt = ['/src/**']\n"},
    "a policy that nobody can read": {POLICY: "["},
    "a submodule": {"src/module": ("160000", b"1" * 40)},
    "another root": {"apps/a/.specify/sdd.toml": "", "apps/a/x.py": "1\n"},
    "too many records": {f"history/adr/{number:04}-x.md": "" for number in range(1, 5_002)},
}


@pytest.mark.parametrize("case", CASES)
def test_it_says_what_every_path_says(tmp_path: Path, case: str) -> None:
    """But for what to do next. A commit that lands elsewhere changes nothing for it."""
    ground = Ground(tmp_path / "ground")
    commit = ground.commit(CASES[case])
    answers = ground.push(commit)
    with Repository.discover(Ground(tmp_path / "court").here.path) as repository:
        judged = Court(repository).judge(commit, ground.main)
    assert set(answers.statuses.values()) == {judged.status}
    assert {**judged.document, "next": []} == {**answers.ci.document, "next": []}


def test_what_lands_is_judged_where_it_landed(tmp_path: Path) -> None:
    with Repository.discover(Ground(tmp_path / "court").here.path) as repository:
        ground = Ground(tmp_path / "ground", attempts=Court(repository))
        ground.attempt({"src/evil.py": "1\n"}).refused("change-no-phr")
        ground.land(ground.commit({POLICY: "[gate]\nexempt = ['/src/**']\n"}))
        ground.attempt({"src/evil.py": "1\n"}).passed()
        commit = ground.commit({"lib/evil.py": "1\n", **GOOD})
        judged, answers = Court(repository).judge(commit, ground.main), ground.push(commit, paths=["ci"])
    assert judged.status == 1
    assert {**judged.document, "next": []} == {**answers.ci.document, "next": []}
