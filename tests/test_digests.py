"""The policies that landings found: their digests, and how little git is asked for them."""

from subprocess import CompletedProcess
from typing import Any

import pytest

from sdd.gate.check import policies
from sdd.gate.landings import alone
from sdd.repo.line import read_line
from sdd.repo.objects import Repository
from tests.scratch import Scratch

POLICY, NESTED = ".specify/sdd.toml", "app/.specify/sdd.toml"
HISTORY: tuple[dict[str, str | bytes | None], ...] = (
    {"a.py": "1\n"},
    {POLICY: "[gate]\n"},
    {"a.py": "2\n"},
    {".specify/memory/constitution.md": "# C\n", "a.py": "3\n"},
    {POLICY: "[gate]\nappend_only = true\n"},
    {"a.py": "4\n"},
    {NESTED: ""},
    {"app/a.py": "1\n"},
    {NESTED: None},
    {"app/a.py": "2\n"},
    {POLICY: "[gate]\n"},
    {"a.py": "5\n"},
)


@pytest.mark.parametrize("step", [1, -1])
def test_landings_are_told_the_policies_that_they_found(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    for number, edit in enumerate(HISTORY):
        scratch.commit(f"{number}", edit)
    with Repository.discover(scratch.path) as repository:
        landings = alone(read_line(repository, "HEAD"))[::step]
        plain = []
        for landing in landings:
            before, after = (
                policies._digest(repository.tree(commit)) if commit else ""
                for commit in (landing.base, landing.head.oid)
            )
            plain.append(before if before == after else "")
    asked: list[str] = []
    run = Repository.run

    def noted(self: Repository, *words: str, **more: Any) -> CompletedProcess[bytes]:
        asked.extend(words)
        return run(self, *words, **more)

    with Repository.discover(scratch.path) as repository:
        monkeypatch.setattr(Repository, "run", noted)
        assert list(policies.digests_found(repository, landings)) == plain
    assert asked.count("diff-tree") == 1
    # One for what was there at first, or is there at last, and one for each landing that touched a root.
    assert asked.count("ls-tree") == 7
    assert (len(plain), len({*plain})) == (len(HISTORY), 4)
