"""Every rule has a page, and a bad example that breaks it and no other."""

import re
from collections.abc import Iterator

import pytest

from sdd.gate.check.verdict import Verdict
from sdd.gate.rules import ALL, Rule, Severity
from tests.variants import Variants

BY_NAME = {rule.name: rule for rule in ALL}
# What this rule asks (has the file changed since?) has no answer in a change that adds the record itself.
ONLY_ON_TREES = {"phr-stale"}


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variants]:
    with Variants.at(tmp_path_factory.mktemp("good") / "repo") as opened:
        yield opened


def fired(verdict: Verdict) -> set[str]:
    return {finding.rule for change in verdict.changes for finding in change.findings}


def test_the_good_change_breaks_no_rule(variants: Variants) -> None:
    good = variants.of()
    assert fired(variants.gate(good)) == set()
    assert fired(variants.check(good)) == set()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_the_bad_example_breaks_this_rule_and_no_other(rule: Rule, variants: Variants) -> None:
    policy = {".specify/sdd.toml": f'[rules]\n{rule.name} = "warning"\n'} if rule.severity == Severity.OFF else {}
    bad = variants.of(rule.example, landed=policy)
    verdict = variants.check(bad) if rule.name in ONLY_ON_TREES else variants.gate(bad)
    assert fired(verdict) == {rule.name}


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
