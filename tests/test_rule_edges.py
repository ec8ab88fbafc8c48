"""Where rules begin and end: what is just let through, what is told once only, and what is told with which weight."""

from collections.abc import Iterator
from datetime import date

import pytest

from sdd.gate.check.verdict import Verdict
from sdd.gate.rules import ALL, Rule
from sdd.gate.rules.rule import ChangeContext
from tests.adopted import PROMISE, phr
from tests.good import CHANGE, TARGET
from tests.variants import Variant, Variants

CONTRACT = "history/contracts/001-vat/0003-rounding.contract.md"
OPEN = "history/contracts/001-vat/0002-reverse-charge.contract.md"
RECORD = "history/prompts/001-vat/0002-rounding.green.prompt.md"
LANDED = "history/prompts/001-vat/0001-vat-rate.green.prompt.md"
SPEC = "specs/001-vat/spec.md"
CONSTITUTION = ".specify/memory/constitution.md"
ON_TREES = ("constitution-missing", "record-symlink", "record-too-large")
ASKED_OF_TREES = [
    rule
    for rule in ALL
    if (rule.subject or rule.name in ON_TREES) and rule.context is not ChangeContext and rule.severity != "off"
]


DECIDED = "# ADR-0003: Later\n\n**Status**: Proposed\n"
CHORE = "history/prompts/general/0001-rates.misc.prompt.md"
MISC = phr(["lib/rates.py"], stage="misc", kind="chore", prompt="List the rates.", response="Listed.")


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variants]:
    with Variants.at(tmp_path_factory.mktemp("good") / "repo") as opened:
        yield opened


def told(variant: Variant, verdict: Verdict) -> list[str]:
    """Every finding as `severity rule line`, with the text of the line that it points to."""
    return [
        f"{finding.severity} {finding.rule} {variant.lines(finding.path)[finding.line - 1].strip()}"
        for judged in verdict.changes
        for finding in judged.findings
    ]


def edit(path: str, lines: str) -> str:
    return f"-- {path} (edited) --\n{lines}\n"


def record(number: str, prompt: str, response: str = "It is done.") -> str:
    """One more PHR in the feature's folder."""
    text = CHANGE[RECORD].replace('"0002"', f'"{number}"').replace("Round half up.", prompt)
    path = RECORD.replace("0002-rounding", f"{number}-again")
    return f"-- {path} --\n{text.replace('It does.', response)}"


# Edits of the good change that break nothing.
LET_THROUGH = {
    "three follow-ups": edit(CONTRACT, "-- Round other currencies.\n+- One.\n+- Two.\n+- Three."),
    "an abbreviation ends no sentence": edit(
        CONTRACT,
        "-Amounts are rounded half up.\n+Amounts, e.g. Invoices of Dr. Who in v1.2 or U.S. Dollars, are rounded.",
    ),
    "a sentence over several lines": edit(CONTRACT, "-Amounts are rounded half up.\n+Amounts\n+are rounded half up."),
    "a question mark within": edit(CONTRACT, "-Amounts are rounded half up.\n+Amounts are (why not?) rounded half up."),
    "a reference to the last line": edit(CONTRACT, "-- 1:2:src/vat.py\n+- 5:5:src/vat.py\n+- 1:2:./src/round.py"),
    "a scope below one folder": edit(CONTRACT, '-  - "/src/**"\n+  - "src/round.py"\n+  - "/src/r?und.*"'),
    "a link to the web or to a place within": edit(
        RECORD,
        "-  spec: specs/001-vat/spec.md\n+  spec: specs/001-vat/spec.md#requirements\n+  adr: https://example.com/adr",
    ),
    "a link to a folder": edit(RECORD, "-  spec: specs/001-vat/spec.md\n+  spec: specs/001-vat/"),
    "a chore of fifty lines": f"-- lib/rates.py (50 lines) --\nRATE = 1\n-- {CHORE} --\n{MISC}",
    "a chore of fifty long lines": f"-- lib/rates.py (50 lines) --\n{'#' * 119}\n-- {CHORE} --\n{MISC}",
    "a fix inside a record, without limits": "-- lib/rates.py --\nRATE = 1\n"
    + f"-- {CHORE} --\n{MISC.replace('kind: chore', 'kind: fix')}\n## Execution contract\n\n{PROMISE}",
    "many lines that are exempt": "-- uv.lock (3000 lines) --\nx\n",
    "a large file that is no record": "-- docs/log.md (60000 lines) --\nA line of a log that was pasted, whole.\n",
    "an executable that is no record": "-- src/round.py (mode 100755) --\n",
    "the same request with another answer": record("0004", "Round half up.", "It does so everywhere now."),
    "a request that another holds among its words": record("0004", "Round half up. Then tell."),
    "a file that the change deletes": edit(RECORD, "-  - src/round.py\n+  - src/round.py\n+  - src/vat.py")
    + "-- src/vat.py (deleted) --\n"
    + edit(CONTRACT, "-- 1:2:src/vat.py\n+- 1:1:src/round.py"),
    "a story with a scenario": edit(
        SPEC, "+### User Story 2 - Print (Priority: P2)\n+\n+1. **Given** a, **When** b, **Then** c."
    ),
    "a ticked task whose path is there": edit("specs/001-vat/tasks.md", "+- [x] T002 Write src/round.py and src/"),
    "an open task whose path is not there yet": edit("specs/001-vat/tasks.md", "+- [ ] T002 Write src/later.py"),
    "a proposed decision": "-- history/adr/0002-later.md --\n# ADR-0002: Later\n\n**Status**: Proposed\n",
}


@pytest.mark.parametrize("name", LET_THROUGH)
def test_what_is_just_let_through(variants: Variants, name: str) -> None:
    variant = variants.of(LET_THROUGH[name])
    assert told(variant, variants.gate(variant)) == []


# Edits of the good change, and every finding that they bring.
TOLD: dict[str, tuple[str, list[str]]] = {
    "four follow-ups": (
        edit(CONTRACT, "-- Round other currencies.\n+- One.\n+- Two.\n+- Three.\n+- Four."),
        ["error contract-follow-ups - Four."],
    ),
    "a list is not a sentence": (
        edit(CONTRACT, "-Amounts are rounded half up.\n+- Amounts are rounded\n+- and nobody minds"),
        ["error contract-criteria ## Success criteria"],
    ),
    "two paragraphs are not a sentence": (
        edit(CONTRACT, "-Amounts are rounded half up.\n+Amounts are rounded half up\n+\n+and nobody minds"),
        ["error contract-criteria ## Success criteria"],
    ),
    "a fix without limits": (
        edit(CONTRACT, "-kind: feature\n+kind: fix\n-- Amounts stay decimals.\n+\n-- No other way of rounding."),
        ["warning contract-no-constraint ## Constraints", "warning contract-no-non-goal ## Non-goals"],
    ),
    "one line past the end": (
        edit(CONTRACT, "-- 1:2:src/vat.py\n+- 5:6:src/vat.py"),
        ["error contract-bad-reference - 5:6:src/vat.py"],
    ),
    "lines backwards, and from zero": (
        edit(CONTRACT, "-- 1:2:src/vat.py\n+- 2:1:src/vat.py\n+- 0:1:src/vat.py"),
        [f"error contract-bad-reference - {lines}:src/vat.py" for lines in ("2:1", "0:1")],
    ),
    "scopes that are no limit": (
        edit(
            CONTRACT,
            '-  - "/src/**"\n+  - "/src/**"\n+  - "*"\n+  - "/*.py"\n+  - "!/src/x.py"\n+  - "../x"\n+  - "./x"',
        ),
        [f'error contract-broad-scope - "{said}"' for said in ("*", "/*.py", "!/src/x.py", "../x", "./x")],
    ),
    "two more records of one number and words": (
        record("0004", "Say it twice.") + record("0004", "Say it twice.").replace("-again", "-more"),
        [
            'warning phr-duplicate-id id: "0004"',
            "error phr-replayed ## Prompt",
        ],
    ),
    "a replay with other white space": (
        record("0004", "Add\n\nthe  VAT rate.", "It is 19 percent\nnow."),
        ["error phr-replayed ## Prompt"],
    ),
    "two records of the change in two folders": (
        record("0004", "Say it twice.")
        + record("0004", "Say it twice.")
        .replace("prompts/001-vat", "prompts/general")
        .replace("feature: 001-vat\n", ""),
        ["error phr-replayed ## Prompt"],
    ),
    "a requirement twice": (
        edit(SPEC, "+- **FR-007**: The system MUST a.\n+- **FR-007**: The system MUST b."),
        ["error spec-duplicate-id - **FR-007**: The system MUST b."],
    ),
    "a task three times": (
        edit("specs/001-vat/tasks.md", "+- [ ] T007 One\n+- [ ] T007 Two\n+- [ ] T007 Three"),
        [f"error tasks-duplicate-id - [ ] T007 {said}" for said in ("Two", "Three")],
    ),
    "a copy of a record that stays": (
        edit(LANDED, "-title: VAT rate\n+title: The VAT rate")
        + f"-- {LANDED.replace('0001-vat-rate', '0004-again')} (copy) --\n{LANDED}\n"
        + '-id: "0001"\n+id: "0004"\n',
        ["error history-rewritten ---", "error phr-replayed ## Prompt"],
    ),
    "a chore says where it calls itself one": (
        f"-- lib/rates.py (51 lines) --\nRATE = 1\n-- {CHORE} --\n{MISC}",
        ["error change-not-a-chore kind: chore"],
    ),
    "fifty lines that are too long for a chore": (
        f"-- lib/rates.py (50 lines) --\n{'#' * 120}\n-- {CHORE} --\n{MISC}",
        ["error change-not-a-chore kind: chore"],
    ),
    "a contract says where it calls its work a chore": (
        "-- src/round.py (51 lines) --\nRATE = 1\n" + edit(CONTRACT, "-kind: feature\n+kind: chore"),
        ["error change-not-a-chore kind: chore"],
    ),
    "a wildcard names nothing, and is no path that is not there": (
        edit(RECORD, "-  - src/round.py\n+  - src/round.py\n+  - src/*.py\n+  - lib/*/\n+  - ./\n+  - ."),
        [f"warning phr-vague-files - {said}" for said in ("src/*.py", "lib/*/", "./", ".")],
    ),
    "a file outside the repository": (
        edit(RECORD, "-  - src/round.py\n+  - src/round.py\n+  - ../other/round.py"),
        ["warning phr-unknown-file - ../other/round.py"],
    ),
    "another id than the file name's": (
        edit(RECORD, '-id: "0002"\n+id: "0007"'),
        ['error phr-bad-name id: "0007"'],
    ),
    "a plan and a checklist that are no text": (
        "-- specs/001-vat/plan.md (bytes) --\nff\n-- specs/001-vat/checklists/quality.md (bytes) --\nff\n",
        [f"warning {rule} \ufffd" for rule in ("checklist-placeholder", "plan-no-constitution-check", "plan-unclear")],
    ),
    "two new decisions of one number": (
        f"-- history/adr/0003-one.md --\n{DECIDED}\n-- history/adr/0003-two.md --\n{DECIDED}",
        ["warning adr-duplicate-id # ADR-0003: Later"],
    ),
    "two new features of one number": (
        "".join(f"-- specs/004-{name}/spec.md --\n{TARGET[SPEC]}" for name in ("one", "two"))
        + edit(RECORD, "-  - src/round.py\n+  - src/round.py\n+  - specs/004-one/spec.md\n+  - specs/004-two/spec.md"),
        ["warning spec-duplicate-number # Feature Specification: VAT"],
    ),
    "a wildcard in a record that holds its contract": (
        f"-- lib/rates.py --\nRATE = 1\n-- {CHORE} --\n"
        + MISC.replace("kind: chore", "kind: fix").replace('  - "lib/rates.py"', '  - "lib/rates.py"\n  - "*.py"')
        + f"\n## Execution contract\n\n{PROMISE}",
        ['warning phr-vague-files - "*.py"'],
    ),
    "a link that leaves the repository": (
        edit(RECORD, "-  spec: specs/001-vat/spec.md\n+  spec: ../../spec.md"),
        ["error phr-broken-link links:"],
    ),
    "a change of many lines": (
        "-- src/round.py (601 lines) --\nRATE = 1\n",
        ["warning change-too-large RATE = 1"],
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_told(variants: Variants, name: str) -> None:
    edits, expected = TOLD[name]
    variant = variants.of(edits)
    assert told(variant, variants.gate(variant)) == expected


def step(version: str) -> str:
    old = "**Version**: 1.0.0 | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01\n"
    return f"-{old}+{old.replace('1.0.0', version)}"


ADDED = "-## Governance\n+### III. More\n+\n+Do more.\n+\n+## Governance\n"
REMOVED = "-### II. Small changes\n-\n-A change is as small as it can be.\n-\n"
WORDED = "-A change is as small as it can be.\n+A change is small.\n"
GOVERNED = "-The maintainers decide.\n+The maintainers decide, mostly.\n"


@pytest.mark.parametrize(
    ("edits", "version", "wanted"),
    [
        (WORDED, "1.0.0", "1.0.1"), (WORDED, "1.0.1", ""), (WORDED, "1.1.0", ""), (WORDED, "0.9.9", "1.0.1"),
        (ADDED, "1.0.1", "1.1.0"), (ADDED, "1.1.0", ""), (ADDED, "2.0.0", ""),
        (REMOVED, "1.1.0", "2.0.0"), (REMOVED, "2.0.0", ""), (REMOVED + ADDED, "1.9.9", "2.0.0"),
        (GOVERNED, "1.0.0", ""),
    ],
)  # fmt: skip
def test_the_step_that_a_constitution_asks_for(variants: Variants, edits: str, version: str, wanted: str) -> None:
    named = edit(RECORD, f"-  - src/round.py\n+  - src/round.py\n+  - {CONSTITUTION}")
    verdict = variants.gate(variants.of(f"{edit(CONSTITUTION, step(version) + edits.rstrip())}{named}"))
    findings = [finding for judged in verdict.changes for finding in judged.findings]
    assert [finding.rule for finding in findings] == (["constitution-version"] if wanted else [])
    assert [finding.fix for finding in findings] == ([f"raise it to {wanted} or more"] if wanted else [])


@pytest.mark.parametrize(("day", "aged"), [("2026-03-30", False), ("2026-03-31", True)])
def test_a_contract_ages_after_thirty_days(variants: Variants, day: str, aged: bool) -> None:
    # Every commit of a variant is of the first of March.
    variant = variants.of()
    verdict = variants.check(variant, date.fromisoformat(day))
    assert told(variant, verdict) == (["warning contract-aged status: open"] if aged else [])


@pytest.mark.parametrize("rule", ASKED_OF_TREES, ids=lambda rule: rule.name)
def test_a_rule_about_records_speaks_of_whole_trees_too(variants: Variants, rule: Rule) -> None:
    verdict = variants.check(variants.of(rule.example))
    findings = [finding for judged in verdict.changes for finding in judged.findings]
    assert {finding.severity for finding in findings if finding.rule == rule.name} == {rule.severity}


def test_of_two_records_that_clash_the_one_that_was_there_first_is_left_alone(variants: Variants) -> None:
    later = RECORD.replace("0002-rounding", "0001-a-later-one")
    text = CHANGE[RECORD].replace('"0002"', '"0001"').replace("Round half up.", "Another.")
    variant = variants.of(f"-- {later} --\n{text}")
    for verdict, path in ((variants.gate(variant), later), (variants.check(variant), LANDED)):
        # A tree does not say which came first: the names decide.
        findings = [(finding.rule, finding.path) for judged in verdict.changes for finding in judged.findings]
        assert findings == [("phr-duplicate-id", path)]


def test_a_constitution_that_was_never_finished_has_no_version_to_step_from(variants: Variants) -> None:
    text = TARGET[CONSTITUTION]
    unfinished = text.replace("A change is as small as it can be.", "[WHAT YOU MEAN]")
    named = edit(RECORD, f"-  - src/round.py\n+  - src/round.py\n+  - {CONSTITUTION}")
    variant = variants.of(f"-- {CONSTITUTION} --\n{text}{named}", landed={CONSTITUTION: unfinished})
    assert told(variant, variants.gate(variant)) == []
