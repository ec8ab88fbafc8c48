"""What git has told once it is not asked again within one command."""

import subprocess

import pytest

from sdd.authoring.defaults import _without_merges
from sdd.authoring.identity import numbering
from sdd.records.kinds import policy as policies
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.repo.objects import Repository
from sdd.repo.porcelain import commit_files, on_new_branch
from tests.adopted import Adopted
from tests.counting import counted
from tests.scratch import Scratch


def test_a_policy_is_read_once_however_many_trees_hold_it(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = [scratch.commit("x", {POLICY_PATH: "[gate]\n", "a": str(number)}) for number in range(3)]
    other = scratch.commit("x", {POLICY_PATH: "[gate]\nserver = 'targets'\n"})
    asked = counted(monkeypatch, Repository, "beginnings", lambda _, oids: oids)
    monkeypatch.setattr(policies, "_KNOWN", {})
    with Repository.discover(scratch.path) as repository:
        found = [Policy.of(repository.tree(commit), "") for commit in (*commits, other)]
        assert [policy.server for policy in found] == ["all"] * 3 + ["targets"]
        assert sorted(asked.values()) == [1, 1]
        repository.forget()
        assert Policy.of(repository.tree(other), "").server == "targets"


def test_a_walk_asks_once_for_all_folders_of_one(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [f"{first}/{second}/x" for first in "abcd" for second in "efgh"]
    commit = scratch.commit("x", dict.fromkeys(paths, "X\n"))
    with Repository.discover(scratch.path) as repository:
        tree = repository.tree(commit)
        asked = counted(monkeypatch, Repository, "_ask", lambda _, *names: len(names))
        assert [path for path, _ in tree.walk()] == paths
        assert [path for path, _ in tree.walk("b")] == [path for path in paths if path.startswith("b/")]
    assert sum(asked.values()) == 2  # the four below the top, and the four alike below each of them


@pytest.mark.parametrize("command", ["status", "gate"])
def test_no_merge_base_is_looked_for_where_no_capture_is_on(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    adopted.branch()
    adopted.write({"src/vat.py": "VAT = 2\n"})
    asked = counted(monkeypatch, Repository, "run", lambda _, word, *rest: word)
    assert "step by step: sdd cover" in adopted.sdd(command).out
    assert asked["ls-files"]
    assert not asked["merge-base"]


def test_a_record_looks_at_the_work_tree_once_and_at_each_commit_twice(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.branch()
    line = ("--kind", "fix", "--success", "It is so.", "--check", "true", "--commit")
    for number in range(2):
        adopted.write({"src/vat.py": f"VAT = {number}\n"})
        snapshots = counted(monkeypatch, Repository, "snapshot", lambda _: "")
        differences = counted(monkeypatch, Repository, "diff_trees", lambda _, commits, *rest: tuple(commits))
        adopted.done("phr", "new", f"Raise the rate, step {number}", *line)
    assert snapshots.total() == 1
    # What it names, as committed and as it is, and what its response tells of.
    assert differences.total() <= 3


def test_a_second_look_at_the_work_tree_starts_no_second_reader(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch.commit("x", {"a": "A\n"})
    started = counted(monkeypatch, subprocess, "Popen", lambda words, **_: "cat-file" in words)
    with Repository.discover(scratch.path) as repository:
        assert repository.commit("HEAD")
        held = []
        for content in (b"B\n", b"C\n"):
            scratch.write("b", content)
            entry = repository.tree(repository.snapshot()).file("b")
            assert entry
            held.append(repository.blob(entry.oid))
        assert held == [b"B\n", b"C\n"]
        (scratch.path / "a").write_text("D\n")
        stored = repository.store(["a"])
        assert repository.blob(stored["a"]) == b"D\n"
        tip = scratch.commit("y", {"e": "E\n"})  # as sdd's own commits do
        assert repository.commit("HEAD") == tip
        (scratch.path / ".git" / "index").unlink()
        scratch.git("rm", "-q", "-r", "--cached", "--ignore-unmatch", ".")
        (scratch.path / "a").unlink()
        assert [path for path, _ in repository.tree(repository.snapshot()).walk()] == ["b", "e"]
    assert started[True] == 2  # one before there were scratch objects, one since


def test_a_command_asks_once_for_the_branches_and_for_objects_in_one_process(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.land_change({"src/vat.py": "VAT = 1\n"})
    adopted.branch()
    adopted.write({"src/vat.py": "VAT = 2\n"})
    kinds = ("for-each-ref", "cat-file")
    started = counted(monkeypatch, subprocess, "Popen", lambda words, **_: next(filter(words.__contains__, kinds), ""))
    for command in (
        "status", "gate", "check", "audit", "report --format json", "requirement list", "why src/vat.py:1",
        "init --dry-run",
    ):  # fmt: skip
        started.clear()
        assert adopted.sdd(*command.split()).status in (0, 1)
        assert (command, started["for-each-ref"], started["cat-file"]) == (command, command != "check", 1)


def test_a_branch_is_seen_as_soon_as_a_command_or_another_one_has_moved_it(scratch: Scratch) -> None:
    first = scratch.commit("x", {"a": "A\n"})
    with Repository.discover(scratch.path) as repository:
        with on_new_branch(repository, "side"):
            assert repository.refs.tips == {"refs/heads/main": first, "refs/heads/side": first}
            scratch.write("b", b"B\n")
            commit_files(repository, ["b"], "y")
            second = repository.refs.tips["refs/heads/side"]
            assert second == repository.commit("HEAD") != first
        scratch.git("branch", "-q", "other")
        with numbering(repository):
            assert repository.refs.tips["refs/heads/other"] == second


def test_merges_are_known_by_what_their_commits_say(scratch: Scratch) -> None:
    first = scratch.commit("x", {"a": "A\n"})
    scratch.git("switch", "-q", "-c", "side")
    side = scratch.commit("parent of nothing\n\nparent 1\nparent 2", {"b": "B\n"})
    scratch.git("switch", "-q", "main")
    scratch.commit("y", {"c": "C\n"})
    scratch.git("merge", "-q", "--no-edit", "side")
    merge = scratch.tip
    with Repository.discover(scratch.path) as repository:
        assert _without_merges(repository, [merge, side, first]) == [side, first]
        assert _without_merges(repository, []) == []
