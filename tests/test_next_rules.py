"""Whatever rule refuses a push, its plan leads to one that is accepted: by commands, or by what a person corrects."""

from collections.abc import Iterator

import pytest

from sdd.gate.rules import ALL, Rule, Severity
from tests.adopted import sdd
from tests.scratch import Scratch
from tests.test_next_lines import FILL_IN, accepted
from tests.variants import Variants

BRANCH = "001-vat"
NO_WORK_TREE = {"change-long-path", "change-invalid-path"}
"""What no file system takes is corrected in the commit alone."""


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Variants, Scratch]]:
    path = tmp_path_factory.mktemp("good") / "repo"
    with Variants.at(path) as opened:
        yield opened, Scratch.at(path)


def correct(here: Scratch, by_hand: str) -> None:
    """Does what a person would: all that the bad example edited is again as in the commit before it."""
    edited = here.git("diff", "--no-renames", "--name-only", "-z", "HEAD^", "HEAD").rstrip("\0").split("\0")
    place = by_hand.partition(":")[0]
    assert any(path in by_hand or path.startswith(f"{place}/") for path in edited), by_hand
    commit = here.git("commit-tree", "HEAD^^{tree}", "-p", "HEAD", "-m", "Correct it")
    here.git("update-ref", f"refs/heads/{BRANCH}", commit)
    here.git("reset", "-q", "--hard")


@pytest.mark.parametrize("rule", [rule for rule in ALL if rule.severity == Severity.ERROR], ids=lambda rule: rule.name)
def test_each_rule_that_refuses_has_a_way_out(rule: Rule, variants: tuple[Variants, Scratch]) -> None:
    opened, here = variants
    bad = opened.of(rule.example)
    here.git("update-ref", "refs/heads/main", bad.target)

    def start() -> None:
        here.git("update-ref", f"refs/heads/{BRANCH}", bad.tip)
        if rule.name not in NO_WORK_TREE:
            here.git("reset", "-q", "--hard")
            here.git("clean", "-qfd")

    start()
    document = sdd(here.path, "gate", "--base", "main", "--json").document
    assert document["verdict"] == "fail"
    assert 1 <= len(document["next"]) <= 3
    if rule.name not in NO_WORK_TREE:
        assert sdd(here.path, "status", "--json").document["next"] == document["next"]
    for way in document["next"]:
        start()
        # The person who is asked agrees.
        asked = [step["by_hand"] for step in way["steps"] if step["by_hand"]]
        by_hand = [text for text in asked if not text.startswith("ask a person whether ")]
        if by_hand:
            correct(here, " ".join(by_hand))
        for step in way["steps"]:
            argv = [FILL_IN.get(word, word) for word in step["argv"] or ()]
            if argv[:1] == ["sdd"]:
                accepted(argv)
                ran = sdd(here.path, *argv[1:])
                assert ran.status == 0, ran
            elif argv:
                assert here.run(*argv).returncode == 0, argv
        after = sdd(here.path, "gate", "--base", "main", "--json").document
        assert after["verdict"] == "pass", after["changes"][0]["findings"]
