"""What only warns because the target had it already, or its policy says so; and what a broken policy may not decide."""

from typing import Any

import pytest

from tests.adopted import CONSTITUTION, FEATURE, POLICY, SPEC, Adopted, contract, phr, rows_of, rules_of

Files = dict[str, Any]
BROKEN_RECORD = f"history/prompts/{FEATURE}/0002-rounding.green.prompt.md"
DECISION = "history/prompts/constitution/0009-mend.constitution.prompt.md"
MEND: Files = {DECISION: phr([POLICY], id="0009", stage="constitution", prompt="Mend the policy.")}


def broken(date: str = "then", **fields: str) -> str:
    text = phr(["src/vat.py"], id="0002", feature=FEATURE, **fields)
    return text.replace("date: 2026-03-01", f"date: {date}")


def test_only_the_very_fault_that_the_target_had_is_tolerated(adopted: Adopted) -> None:
    adopted.land_change({BROKEN_RECORD: broken()})
    for number, (text, errors) in enumerate(
        [
            (broken(model="m-1"), set()),
            # The same rule, but another fault; and another rule.
            (broken("2026-02-30"), {"phr-bad-date"}),
            (broken(labels='"{{LABELS}}"'), {"phr-placeholder"}),
        ]
    ):
        document = adopted.judged({BROKEN_RECORD: text}, f"work-{number}")
        assert rules_of(document) == errors, number
    # What one record had excuses no other.
    other = BROKEN_RECORD.replace("0002-rounding", "0003-other")
    text = broken(prompt="Say it.").replace('"0002"', '"0003"')
    assert rules_of(adopted.judged({BROKEN_RECORD: broken(model="m-1"), other: text}, "other")) == {"phr-bad-date"}


def test_a_fault_that_the_change_itself_brings_about_is_an_error(adopted: Adopted) -> None:
    decision = "history/adr/0001-decimals.md"
    text = "# ADR-0001: Decimals\n\n**Status**: Accepted\n\n## Context\n\nMoney.\n"
    record = phr(["src/vat.py"], id="0002", feature=FEATURE).replace("files:", f"links:\n  adr: {decision}\nfiles:")
    adopted.land_change({decision: text, BROKEN_RECORD: record})
    moved = {decision: None, decision.replace("0001", "0002"): text}
    document = adopted.judged({**moved, BROKEN_RECORD: f"{record}\n"})
    assert rules_of(document) == {"phr-broken-link"}


def test_an_unfinished_spec_of_the_target_is_an_error_as_soon_as_code_leans_on_it(adopted: Adopted) -> None:
    adopted.land_change(
        {SPEC: (adopted.here.path / SPEC).read_text().replace("half up.", "[NEEDS CLARIFICATION: how?]")}
    )
    text = (adopted.here.path / SPEC).read_text()
    assert "spec-unclear" in rules_of(adopted.judged({SPEC: f"{text}\nMore.\n"}, "spec"), "warning")
    files: Files = {
        "src/a.py": "1\n",
        SPEC: f"{text}\nMore.\n",
        BROKEN_RECORD: phr(["src/a.py", SPEC], feature=FEATURE, id="0002"),
        f"history/contracts/{FEATURE}/0009-x.contract.md": contract(["/src/**"], kind="feature", feature=FEATURE),
    }
    document = adopted.judged(files, "code")
    assert (rules_of(document), rows_of(document)["src/a.py"]["lacks"]) == ({"spec-unclear"}, ["spec"])


def test_what_is_open_in_another_spec_stays_a_warning(adopted: Adopted) -> None:
    text = (adopted.here.path / SPEC).read_text().replace("half up.", "[NEEDS CLARIFICATION: how?]")
    other = "specs/002-other/spec.md"
    files: Files = {
        "src/a.py": "1\n",
        other: text,
        SPEC: text,
        BROKEN_RECORD: phr(["src/a.py", SPEC, other], feature=FEATURE, id="0002"),
        f"history/contracts/{FEATURE}/0009-x.contract.md": contract(
            ["/src/**"], kind="feature", feature=FEATURE, requirements="[FR-001]"
        ),
    }
    document = adopted.judged(files)
    found = {(one["path"], one["severity"]) for change in document["changes"] for one in change["findings"]}
    assert found == {(SPEC, "error"), (other, "warning")}


def test_the_policys_word_outweighs_the_weight_that_a_finding_has_by_itself(adopted: Adopted) -> None:
    promise = "history/contracts/general/0009-rounding.contract.md"
    short = contract(["/src/**"]).replace("- Amounts stay decimals.\n", "")
    text = (adopted.here.path / CONSTITUTION).read_text().replace("1.0.0", "1.0.1").replace("binary fraction", "float")
    files: Files = {promise: short, CONSTITUTION: text}
    document = adopted.judged(files, "before")
    assert (rules_of(document), rules_of(document, "warning")) == ({"record-no-phr"}, {"contract-no-constraint"})
    adopted.land_change({POLICY: '[rules]\nrecord-no-phr = "warning"\ncontract-no-constraint = "error"\n'})
    document = adopted.judged(files, "after")
    assert (rules_of(document), rules_of(document, "warning")) == ({"contract-no-constraint"}, {"record-no-phr"})


@pytest.mark.parametrize("text", ["[gate]\nexmpt = []\n# Still.\n", '[rules]\nnot-a-rule = "off"\n', "[gate\n", None])
def test_a_change_that_leaves_the_policy_broken_is_no_mend(adopted: Adopted, text: str | None) -> None:
    adopted.land_change({POLICY: "[gate]\nexmpt = []\n"})
    document = adopted.judged({POLICY: text, **MEND})
    # Without a policy the defaults hold: that is a mend as well.
    assert document["verdict"] == ("pass" if text is None else "error"), document
