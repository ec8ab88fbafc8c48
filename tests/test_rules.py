"""Every rule has a page, and a bad example that breaks it and no other."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from sdd.gate.check import Verdict, check_tree, judge
from sdd.gate.rules import ALL, Rule, Severity
from sdd.gate.target import target_of_revision
from sdd.repo.objects import Repository
from tests.good import TODAY, apply, good_repository
from tests.scratch import Scratch

BY_NAME = {rule.name: rule for rule in ALL}
# What this rule asks (has the file changed since?) has no answer in a change that adds the record itself.
ONLY_ON_TREES = {"phr-stale"}


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good_repository(tmp_path_factory.mktemp("good") / "repo").path


@pytest.fixture
def bad(good: Path, tmp_path: Path) -> Scratch:
    """A copy of the good repository, to be made bad."""
    copy = Scratch.at(tmp_path / "repo")
    shutil.copytree(good, copy.path, symlinks=True)
    return copy


def gate(repository: Scratch, today: date = TODAY) -> Verdict:
    with Repository.discover(repository.path) as opened:
        return judge(opened, [target_of_revision(opened, "main", None)], today)


def check(repository: Scratch, today: date = TODAY) -> Verdict:
    with Repository.discover(repository.path) as opened:
        return check_tree(opened, opened.tree("HEAD"), "HEAD", opened.commit("HEAD"), today)


def fired(verdict: Verdict) -> set[str]:
    return {finding.rule for change in verdict.changes for finding in change.findings}


def test_the_good_change_breaks_no_rule(bad: Scratch) -> None:
    assert fired(gate(bad)) == set()
    assert fired(check(bad)) == set()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_the_bad_example_breaks_this_rule_and_no_other(rule: Rule, bad: Scratch) -> None:
    if rule.severity == Severity.OFF:
        turn_on(bad, rule)
    today = apply(bad, rule.example)
    bad.commit("bad example")
    found = fired(check(bad, today)) if rule.name in ONLY_ON_TREES else fired(gate(bad, today))
    assert found == {rule.name}


def turn_on(repository: Scratch, rule: Rule) -> None:
    """Lands a policy that turns a rule on which is off by default."""
    repository.git("switch", "-q", "main")
    repository.commit("policy", {".specify/sdd.toml": f'[rules]\n{rule.name} = "warning"\n'})
    repository.git("switch", "-q", "001-vat")
    repository.git("rebase", "-q", "main")


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_every_rule_has_a_whole_page(rule: Rule) -> None:
    assert re.match(r"[A-Z].*\.\n\nWhy: .*\n\nFix: ", rule.page, re.DOTALL)
    assert len(rule.summary) < 110
    assert rule.example.startswith("-- ")
    assert set(rule.needs) <= {earlier.name for earlier in ALL[: ALL.index(rule)]}


def test_names_are_unique_and_grouped_by_family() -> None:
    families = [rule.family for rule in ALL]
    assert len(BY_NAME) == len(ALL)
    assert families == sorted(families, key=families.index)
