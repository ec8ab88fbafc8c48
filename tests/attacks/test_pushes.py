"""Many refs in one push.

Good and bad refs share records or policies, or dozens of branches are pushed to have the same work done for each.
Each ref is judged as alone, and records are searched once.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from sdd.gate.check import change as judging
from sdd.gate.rules import phr as phr_rules
from sdd.gate.rules import record as record_rules
from sdd.repo.objects import Repository
from tests.adopted import phr, rules_of
from tests.attacks.ground import GOOD, PHR, POLICY, SPEC, Ground
from tests.counting import counted
from tests.secret_texts import checked

RELEASE = "refs/heads/release/1.0"
TARGETS = '[gate]\ntargets = ["main", "release/*"]\n'
RELAXED = TARGETS + '[rules]\nphr-bad-name = "warning"\n[secrets]\npersonal = ["email"]\n'
FOLDER = "history/prompts/001-vat"
MARK = "Asked as number"


def named(*rules: str) -> Mapping[str, str]:
    """A record with the faults that some rules look for, and its path."""
    texts = {
        "phr-bad-name": (f"{FOLDER}/0011-named.red.prompt.md", phr(id="0011", prompt="Name it wrongly.")),
        "phr-bad-stage": (
            f"{FOLDER}/0012-staged.green.prompt.md",
            phr(id="0012", stage="greenish", prompt="Stage it."),
        ),
        "phr-empty": (f"{FOLDER}/0013-empty.green.prompt.md", phr(id="0013", prompt="TODO")),
        "phr-trivial": (f"{FOLDER}/0014-trivial.green.prompt.md", phr(id="0014", prompt="Continue.")),
        "phr-replayed": (f"{FOLDER}/0015-again.green.prompt.md", str(GOOD[PHR]).replace('"0002"', '"0015"')),
        "phr-wrong-folder": ("history/prompts/general/0016-far.green.prompt.md", phr(id="0016", feature="001-vat")),
        "phr-unknown-file": (f"{FOLDER}/0017-lost.green.prompt.md", phr(["src/new.py"], id="0017", prompt="Lose it.")),
        "token": (f"{FOLDER}/0018-token.green.prompt.md", phr(id="0018", prompt=f"Use {checked('ghp')} for it.")),
        "email": (f"{FOLDER}/0019-email.green.prompt.md", phr(id="0019", prompt="Write to ada@shop.io at once.")),
    }
    return dict(texts[rule] for rule in rules)


def judged(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Ref -> what a verdict says about it."""
    said: dict[str, list[dict[str, Any]]] = {}
    for change in document["changes"]:
        said.setdefault(change["ref"], []).append(change)
    return said


def test_each_ref_of_a_push_has_the_verdict_that_it_has_alone(ground: Ground) -> None:
    """Good and bad refs with the same records are pushed together, under two policies. Each is judged as alone."""
    ground.land(ground.commit({POLICY: TARGETS}))
    relaxed = ground.land(ground.commit({POLICY: RELAXED}), RELEASE)
    faults = named("phr-bad-name", "phr-bad-stage", "phr-empty", "phr-trivial", "phr-unknown-file", "token", "email")
    commits = {
        "good": ground.commit(GOOD),
        "good-again": ground.commit({**GOOD, "docs/round.md": "Rounded.\n"}),
        "uncovered": ground.commit({"src/evil.py": "EVIL = 1\n"}),
        "faults": ground.commit({**GOOD, **faults}),
        "faults-with-the-file": ground.commit({**GOOD, **faults, "src/new.py": "NEW = 1\n"}),
        "faults-on-the-release": ground.commit({**GOOD, **faults}, relaxed),
        "replayed": ground.commit({**GOOD, **named("phr-replayed", "phr-wrong-folder")}),
        "replayed-without-the-original": ground.commit(named("phr-replayed")),
        "without-the-feature": ground.commit({**GOOD, **named("phr-wrong-folder"), SPEC: None}),
    }
    commits["on-top"] = ground.commit({"src/more.py": "MORE = 1\n"}, commits["faults"])
    pushed = {f"refs/heads/{name}": commit for name, commit in commits.items()}
    pushed |= {"refs/heads/twin": commits["uncovered"], "refs/tags/v1": commits["faults"]}
    alone = {ref: ground.push_all({ref: commit}) for ref, commit in pushed.items()}
    for path, together in enumerate(ground.push_all(pushed)):
        said = judged(together.document)
        assert set(pushed) == set(said)
        for ref in pushed:
            assert said[ref] == judged(alone[ref][path].document)[ref], ref
    # The refs differ, or the comparison shows nothing.
    errors = {name: rules_of({"changes": said[f"refs/heads/{name}"]}) for name in commits}
    warnings = {name: rules_of({"changes": said[f"refs/heads/{name}"]}, "warning") for name in commits}
    assert "phr-unknown-file" in warnings["faults"] - warnings["faults-with-the-file"]
    assert "phr-replayed" in errors["replayed"] - errors["replayed-without-the-original"]
    assert "phr-bad-name" in errors["faults"] - errors["faults-on-the-release"]


def test_refs_at_one_commit_are_judged_once(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """A branch is pushed under two names and as a tag. Passes: the change is judged once a push."""
    head = ground.commit(GOOD)
    changes = counted(monkeypatch, judging, "judge_change", lambda coverage, *rest, **more: coverage.view.change.head)
    pushed = dict.fromkeys(("refs/heads/a", "refs/heads/b", "refs/tags/v1"), head)
    runs = ground.push_all(pushed)
    for ran in runs:
        assert (ran.status, set(judged(ran.document))) == (0, set(pushed)), ran
    assert changes == {head: len(runs)}


def test_many_refs_with_the_same_records(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dozens of refs hold the same records, to be searched again for each. Passes: they are searched once a push."""
    numbers = range(100, 120)
    records = {
        f"{FOLDER}/{number:04}-same.green.prompt.md": phr(id=f"{number:04}", prompt=f"{MARK} {number}.")
        for number in numbers
    }
    base = ground.commit({**GOOD, **records})
    pushed = {f"refs/heads/b{ref}": ground.commit({"NOTES.md": f"{ref}\n"}, base) for ref in range(12)}
    scanned = counted(monkeypatch, record_rules, "scan", lambda text, personal: text)
    answered = counted(monkeypatch, phr_rules, "is_answer", lambda text: text)
    runs = ground.push_all(pushed)
    for ran in runs:
        assert (ran.status, len(judged(ran.document))) == (0, len(pushed)), ran
    # Once by the hook and once by the server.
    assert len([text for text in scanned if MARK in str(text)]) == len(numbers)
    assert max(scanned.values()) == len(runs)
    assert {answered[f"{MARK} {number}."] for number in numbers} == {len(runs)}


def test_long_branches_that_are_all_refused(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Branches of hundreds of commits are refused, to have all their messages read. `change-no-phr`, at once."""
    asked = counted(monkeypatch, Repository, "_ask", lambda *_: "git")

    def pushed_with(commits: int) -> dict[str, str]:
        tips = {}
        for branch in range(3):
            tip = ground.commit({"src/evil.py": f"EVIL = {branch}\n"})
            for number in range(commits):
                tip = ground.commit({}, tip, message=f"{branch} {number}")
            tips[f"refs/heads/b{branch}"] = tip
        return tips

    questions = []
    for commits in (50, 500):
        pushed = pushed_with(commits)
        asked.clear()
        for ran in ground.push_all(pushed):
            assert (ran.status, "change-no-phr" in rules_of(ran.document)) == (1, True)
        questions.append(asked["git"])
    assert questions[1] < 3 * questions[0], questions  # messages are read some dozens at once
