"""`sdd contract new`: contracts out of what is said, what git knows and what the feature's records hold."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from sdd.records.kinds import contract as contracts
from tests.adopted import FEATURE, SPEC, Adopted, copied, rows_of, rules_of

TERMS = ["--success", "It is so.", "--constraint", "Decimals stay.", "--non-goal", "Nothing else.", "--check", "true"]


def made(adopted: Adopted, *arguments: str) -> tuple[dict[str, Any], contracts.Contract]:
    document = adopted.done("contract", "new", *arguments, "--json").document
    path = document["path"]
    return document, contracts.parse(path, (adopted.here.path / path).read_bytes(), "")


def test_the_scope_is_what_the_change_has_touched(adopted: Adopted) -> None:
    odd = [
        "app/[id].tsx",
        "app/a*b.ts",
        "app/q?.ts",
        "app/ä ö.ts",
        "app/!x",
        "app/#y",
        "app/back\\slash.ts",
        "!top",
        "#t",
    ]
    adopted.branch()
    adopted.write({**dict.fromkeys(odd, "1\n"), "src/vat.py": None, "docs/x.md": "exempt\n"})
    adopted.here.write("src/uncommitted.py", "1\n")
    document, contract = made(adopted, "All of it", "--kind", "fix", *TERMS)
    assert document["path"].endswith("history/contracts/general/0001-all-of-it.contract.md")
    assert len(contract.scope) == len(odd) + 2
    adopted.write({})
    adopted.done("phr", "new", "All of it", "--commit")
    document = adopted.gate()
    assert (document["verdict"], rules_of(document)) == ("pass", set()), document["changes"][0]["findings"]
    adopted.write({"app/i.tsx": "1\n", "app/axb.ts": "1\n", "src/vat.py2": "1\n"})
    adopted.done("phr", "new", "Further pages", "--commit")
    document = adopted.gate()
    rows = {path for path, row in rows_of(document).items() if row["lacks"]}
    assert (rows, rules_of(document)) == ({"app/i.tsx", "app/axb.ts", "src/vat.py2"}, {"change-out-of-scope"})


def test_everything_that_is_said_is_written(adopted: Adopted) -> None:
    adopted.branch()
    words = ["--feature", "001", "--requirement", "FR-001", "--requirement", "SC-001", "--surface", "back: end"]
    words += ["--scope", "/src/**", "--scope", "lib/x.py", "--follow-up", "One.", "--check", "Look at `make x` twice"]
    _, contract = made(adopted, 'A "title": x', *words, *TERMS)
    assert (contract.problems, contract.placeholders) == ((), ())
    assert (contract.title, contract.kind, contract.feature, contract.spec) == (
        'A "title": x',
        "feature",
        FEATURE,
        SPEC,
    )
    assert [item.text for item in contract.scope] == ["/src/**", "/lib/x.py"]
    assert [item.text for item in contract.requirements] == ["FR-001", "SC-001"]
    assert [check.command for check in contract.checks] == ["Look at `make x` twice", "true"]
    assert (contract.surface, contract.status, contract.criteria) == ("back: end", "open", "It is so.")
    assert contract.discovery == ()
    adopted.write({})
    document = adopted.gate()
    assert (document["verdict"], rules_of(document)) == ("pass", set())


def test_what_is_not_said_is_left_to_fill_in_and_found(adopted: Adopted) -> None:
    adopted.branch()
    adopted.done("contract", "new", "Vague", "--feature", FEATURE)
    adopted.write({})
    document = adopted.gate()
    assert document["verdict"] == "fail"
    assert "contract-missing-section" in rules_of(document)


WORDS = [
    '--success "ONE SENTENCE"',
    '--constraint "MUST"',
    '--non-goal "NOT"',
    '--check "COMMAND"',
    '--scope "/FOLDER/**"',
]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("--feature", FEATURE), WORDS),
        (("--feature", FEATURE, "--scope", "/src/**", "--constraint", "It must."), [WORDS[0], *WORDS[2:4]]),
        (("--kind", "fix", "--scope", "/src/**"), [WORDS[0], WORDS[3]]),
        (("--feature", FEATURE, "--requirement", "FR-001", *TERMS), WORDS[4:]),
    ],
)
def test_what_is_not_said_is_not_committed(adopted: Adopted, words: tuple[str, ...], left: list[str]) -> None:
    adopted.branch()
    ran = adopted.sdd("contract", "new", "Vague", *words, "--commit")
    last = "  or leave out --commit, and fill in the file"
    assert (ran.status, ran.err.splitlines()[1:]) == (2, [f"  add {' '.join(left)}", last]), ran.err
    assert not adopted.here.git("status", "--porcelain")
    said = shlex.split(
        " ".join(left)
        .replace("ONE SENTENCE", "It is so.")
        .replace("COMMAND", "true")
        .replace("MUST", "It must.")
        .replace("NOT", "No other.")
        .replace("FOLDER", "src")
    )
    adopted.done("contract", "new", "Vague", *words, *said, "--commit")
    assert not {"contract-missing-section", "contract-no-scope"} & rules_of(adopted.gate())


def test_a_section_that_an_agent_asks_for_is_not_committed_empty(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n", ".claude/agents/x.md": "---\nname: x\n---\n\n## Output format\n\n## Risks\n"})
    ran = adopted.sdd("contract", "new", "Vague", "--kind", "fix", *TERMS, "--section", "Risks", "", "--commit")
    said = "sdd: what nobody filled in is not committed: [WHAT THE AGENT FILE ASKS FOR HERE]"
    assert (ran.status, ran.err.splitlines()) == (2, [said, "  leave out --commit, and fill in the file"])


@pytest.mark.parametrize("kind", ["fix", "refactor", "revert", "chore"])
def test_small_work_may_do_without_limits(adopted: Adopted, kind: str) -> None:
    document, contract = made(
        adopted, "Round", "--kind", kind, "--scope", "/src/**", "--success", "It is.", "--check", "true"
    )
    assert (contract.constraints, contract.non_goals, contract.placeholders) == ((), (), ())
    checked = adopted.done("contract", "check", document["path"], "--json").document
    assert {finding["rule"]: finding["severity"] for finding in checked["changes"][0]["findings"]} == {
        "contract-no-constraint": "warning",
        "contract-no-non-goal": "warning",
    }


REFUSED = {
    "everything": (("--scope", "/**"), "the scope /** has no literal first folder"),
    "a suffix": (("--scope", "**/*.py"), "has no literal first folder"),
    "an exclusion": (("--scope", "!/src/**"), "has no literal first folder"),
    "a pattern by way of another folder": (("--scope", "/src/../**"), "matches nothing: no path has a . or .. in it"),
    "a pattern that matches nothing": (("--scope", "/src/" + "?*" * 9), "matches nothing"),
    "two sentences": (("--success", "It is. It stays."), "more than one sentence"),
    "four follow-ups": (("--follow-up", "A.") * 4, "4 follow-ups, at most three"),
}


@pytest.fixture(scope="module")
def worked(adopted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Adopted:
    """A project with a change on a branch, for commands that change nothing."""
    adopted = copied(adopted_once, tmp_path_factory.mktemp("worked") / "project")
    adopted.branch()
    adopted.write({"src/new.py": "1\n"})
    return adopted


@pytest.mark.parametrize("noun", ["contract", "phr"])
@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED)
def test_what_the_gate_would_refuse_is_refused_at_once(
    worked: Adopted, noun: str, words: tuple[str, ...], message: str
) -> None:
    success = () if "--success" in words else ("--success", "It is.")
    ran = worked.sdd(noun, "new", "Round", "--kind", "fix", *success, "--check", "true", *words, "--commit")
    assert (ran.status, message in ran.err) == (2, True), ran
    assert (worked.here.git("status", "--porcelain"), worked.here.git("log", "-1", "--format=%s")) == ("", "change")


def test_a_chore_in_a_record_needs_no_limits(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/new.py": "1\n"})
    adopted.done("phr", "new", "Round", "--kind", "chore", "--success", "It is.", "--check", "true", "--commit")
    document = adopted.gate()
    assert (document["verdict"], rules_of(document)) == ("pass", set())


def test_commit_takes_the_contract_alone(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write("src/staged.py", "1\n")
    adopted.here.git("add", "--all")
    ran = adopted.done("contract", "new", "Stage it", "--kind", "fix", *TERMS, "--commit")
    path = "history/contracts/general/0001-stage-it.contract.md"
    assert ran.out == f"committed {path}\n"
    assert adopted.here.git("show", "--name-only", "--format=%s") == f"Contract: Stage it\n\n{path}"
    assert adopted.here.git("status", "--porcelain") == "A  src/staged.py"
    assert adopted.here.git("fsck", "--full", "--strict") == ""


def test_ids_that_the_feature_does_not_have_are_refused(adopted: Adopted) -> None:
    for wrong in (["--requirement", "FR-2"], ["--task", "T001"]):
        ran = adopted.sdd("contract", "new", "X", "--feature", FEATURE, *wrong)
        assert (ran.status, "unknown" in ran.err) == (2, True)
    assert adopted.here.git("status", "--porcelain") == ""


@pytest.mark.parametrize("kind", ["fix", "refactor", "chore", "revert"])
def test_small_work_needs_no_feature(adopted: Adopted, kind: str) -> None:
    _, contract = made(adopted, "Small", "--kind", kind, *TERMS, "--scope", "/src/**")
    assert (contract.kind, contract.feature, contract.spec) == (kind, None, None)


@pytest.mark.parametrize(("option", "other"), [("--constraint", "--non-goal"), ("--non-goal", "--constraint")])
def test_a_limit_that_says_nothing_is_refused_at_once(adopted: Adopted, option: str, other: str) -> None:
    adopted.branch()
    words = ("--feature", FEATURE, "--success", "It is so.", "--check", "true", "--scope", "/src/**", other, "It must.")
    ran = adopted.sdd("contract", "new", "Vague", *words, option, "None.", "--commit")
    assert (ran.status, ran.err.splitlines()) == (
        2,
        [f'sdd: {option} "None." says nothing', "  a feature's contract needs one: name it"],
    )
    assert not adopted.here.git("status", "--porcelain")
