"""What roots below another one share with it, and what a policy says of exemptions and of a server."""

from datetime import date, timedelta

import pytest

from sdd.gate.check.policy_changes import as_below
from sdd.records.kinds.policy import Policy
from sdd.repo.objects import Repository
from tests.adopted import CONSTITUTION, FEATURE, POLICY, Adopted, rows_of, rules_of, sdd
from tests.forked import forked_python
from tests.good import TARGET


@pytest.fixture
def nested(adopted: Adopted) -> Adopted:
    """A root below the top that has a policy and nothing else, landed."""
    adopted.land_change({f"api/{POLICY}": "", "api/a.py": "A = 1\n"})
    adopted.branch()
    return adopted


def test_the_constitution_above_holds_below(nested: Adopted) -> None:
    assert "constitution-missing" not in nested.done("check", "-v").out
    shown = sdd(nested.here.path / "api", "constitution", "show", "--json").document
    assert shown["path"] == CONSTITUTION
    nested.write({CONSTITUTION: None})
    assert "constitution-missing" in rules_of(nested.gate())


def test_a_contract_below_names_its_principles(nested: Adopted) -> None:
    words = (
        "--kind",
        "feature",
        "--feature",
        FEATURE,
        "--success",
        "It is.",
        "--constraint",
        "No.",
        "--non-goal",
        "No.",
    )
    nested.here.write("api/a.py", "A = 2\n")
    ran = sdd(nested.here.path / "api", "contract", "new", "Two", *words, "--check", "true")
    assert "II. Small changes" in (nested.here.path / ran.out.split()[1]).read_text()


def test_a_root_added_later_writes_no_constitution(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write("api/a.py", "A = 1\n")
    document = adopted.done("init", "--root", "api", "--json").document
    assert f"api/{CONSTITUTION}" not in document["made"]
    assert adopted.here.run("sh", "-c", document["next"]).returncode == 0
    assert rules_of(adopted.gate()) == set()
    assert adopted.push("work").returncode == 0


def test_what_a_new_root_asks_less_is_told(adopted: Adopted) -> None:
    above = 'waivers = "landed"\nexempt_also = ["/api/gen/**", "api", "*.min.js", "/lib/**", "*/old/", "*.css"]\n'
    bot = '[gate.actors]\n"renovate[bot]" = ["*/package.json", "/lib/package.json"]\n'
    held = {f"api/{path}": "1\n" for path in ("a.py", "gen/a.py", "a.min.js", "old/b/a.py", "package.json")}
    adopted.land_change(
        {POLICY: f'[gate]\n{above}targets = ["main", "release/*"]\n{bot}[rules]\nphr-trivial = "error"\n', **held}
    )
    adopted.branch()
    document = adopted.done("init", "--root", "api", "--json").document
    (note,) = [note for note in document["notes"] if POLICY in note]
    assert adopted.here.run("sh", "-c", document["next"]).returncode == 0
    told = _told_of_new_policy(adopted)
    exempt, pins = ("gate.exempt -*.min.js -/gen/** -/old/**", "gate.actors -renovate[bot] /package.json")
    waivers, rule = "gate.waivers landed -> same-change", "rules.phr-trivial error -> warning"
    assert told == {waivers: True, exempt: False, rule: True, pins: False}
    assert note.endswith(f": {waivers}, {exempt}, {pins}, {rule}; copy into api/{POLICY} what is to stay")
    kept = 'waivers = "landed"\nexempt_also = ["/gen/**", "*.min.js", "/old/**"]\n'
    bot = '[gate.actors]\n"renovate[bot]" = ["/package.json"]\n'
    adopted.write({f"api/{POLICY}": f'[gate]\n{kept}{bot}[rules]\nphr-trivial = "error"\n'})
    assert _told_of_new_policy(adopted) == {}
    adopted.write({f"api/{POLICY}": f"[gate]\n{kept.replace('/gen', '/api/gen')}{bot}"})
    assert "gate.exempt +/api/gen/** -/gen/**" in _told_of_new_policy(adopted)


def _told_of_new_policy(adopted: Adopted) -> dict[str, bool]:
    (altered,) = [each for each in adopted.gate()["changes"][-1]["altered"] if each["path"] == f"api/{POLICY}"]
    return {each["text"]: each["looser"] for each in altered["details"]}


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("packages/*/gen.py", ["/gen.py"]),
        ("packages/c?i/gen.py", ["/gen.py"]),
        ("**/gen/*.py", ["**/gen/*.py"]),
        ("packages/**/gen.py", ["**/gen.py"]),
        ("packages/**", ["**"]),
        ("cli/", ["cli/", "**"]),
        ("!/packages/cli/gen.py", ["!/gen.py"]),
        ("/packages/cli", []),
        ("/cli/gen.py", []),
        ("libs/*/gen.py", []),
    ],
)
def test_a_pattern_is_told_as_seen_from_the_root_below(adopted: Adopted, above: str, below: list[str]) -> None:
    held = ("gen.py", "gen/a.py", "cli/a.py", "b/gen.py")
    files = {f"packages/cli/{path}": "1\n" for path in held}
    adopted.land_change({POLICY: f'[gate]\nexempt_also = ["{above}"]\n', **files})
    with Repository.discover(adopted.here.path) as repository:
        tree = repository.tree(repository.snapshot())
        assert [*as_below(Policy.of(tree, ""), tree, "packages/cli").exempt_also] == below


def test_one_with_a_constitution_of_its_own_keeps_it(adopted: Adopted) -> None:
    adopted.here.write(f"api/{CONSTITUTION}", TARGET[CONSTITUTION])
    assert f"api/{CONSTITUTION}" in adopted.done("init", "--root", "api", "--json").document["kept"]


@pytest.mark.parametrize(("days", "left"), [(5, True), (-5, False), (None, False)])
def test_a_root_added_later_gets_what_is_left_of_the_grace(adopted: Adopted, days: int | None, left: bool) -> None:
    day = (date.today() + timedelta(days=days or 0)).isoformat()
    adopted.write({POLICY: f"[gate]\nwarn_until = {day}\n" if days else "", "api/a.py": "A = 1\n"})
    adopted.here.git("commit", "-q", "--allow-empty", "--author", "Grace <grace@example.com>", "-m", "Look")
    assert adopted.done("init", "--root", "api", "--json").document["warn_until"] == (day if left else None)


def test_further_exemptions_stand_beside_the_default(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[gate]\nexempt_also = ["/gen/"]\n'})
    adopted.branch()
    adopted.write({"gen/a.py": "1\n", "yarn.lock": "a\n", "src/a.py": "1\n"})
    assert [path for path, row in rows_of(adopted.gate()).items() if row["exempt"] == "policy"] == [
        "gen/a.py",
        "yarn.lock",
    ]
    adopted.land_change({POLICY: '[gate]\nexempt_also = "/gen/"\n'})
    assert f"{POLICY}:2:1: policy-invalid: gate.exempt_also: must be a list of texts" in adopted.sdd("check").out


def test_a_server_may_judge_targets_and_tags_alone(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[gate]\nserver = "targets"\ntargets = ["release/*"]\n'})
    with forked_python():
        assert sdd(adopted.remote.path, "hook", "install", "--server").status == 0
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    adopted.here.git("tag", "v1")
    assert adopted.push("--no-verify", "work").returncode == 0
    for ref in ("work:main", "work:release/1", "v1"):
        assert adopted.push("--no-verify", ref).returncode == 1, ref
    assert adopted.push("work").returncode == 0, "the remote has it already"
    adopted.write({"src/b.py": "1\n"})
    assert adopted.push("work").returncode == 1, "a hook of one's own judges it all the same"
