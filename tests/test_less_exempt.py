"""A policy that exempts less than its predecessor says so, once, and passes."""

import pytest

from sdd.gate.cover.inclusion import not_within
from tests.adopted import POLICY, Adopted, phr

RULE = "policy-less-exempt"


def policy(adopted: Adopted, text: str, number: str = "0009") -> dict[str, str]:
    """The rules that find something about a change of the policy, with what they say."""
    adopted.branch(f"policy{number}")
    record = phr([POLICY], id=number, stage="constitution", prompt=f"Exempt {number} other files.")
    name = f"history/prompts/constitution/{number}-exempt.constitution.prompt.md"
    adopted.write({POLICY: text, name: record})
    document = adopted.gate()
    assert document["verdict"] == "pass", document
    return {found["rule"]: found["message"] for change in document["changes"] for found in change["findings"]}


def test_a_list_of_ones_own_names_what_is_no_longer_exempt(adopted: Adopted) -> None:
    told = policy(adopted, '[gate]\nexempt = ["gen/**"]\n')
    assert told[RULE].startswith("no longer exempt: ")
    assert told[RULE].endswith(" more")


@pytest.mark.parametrize(
    "text", ['[gate]\nexempt_also = ["gen/**"]\n', "[gate.limits]\nlines = 700\n", '[gate]\nexempt = ["**"]\n']
)
def test_a_policy_that_exempts_as_much_is_not_told(adopted: Adopted, text: str) -> None:
    assert RULE not in policy(adopted, text)


@pytest.mark.parametrize(
    ("pattern", "others", "is_within"),
    [
        ("docs/**/*.md", ["docs/**"], True),
        ("/docs/**/*.md", ["docs/"], True),
        ("uv.lock", ["*.lock"], True),
        ("*.lock", ["**"], True),
        ("gen/", ["gen/**"], False),
        ("/gen/", ["/gen/**"], True),
        ("docs/**", ["docs/*"], False),
        ("docs/*", ["docs/**/*.md"], False),
        ("uv.lock", ["/uv.lock"], False),
        ("a?.md", ["**", "a?.md"], True),
        ("a?.md", ["b?.md"], False),
        ("src/x.md", ["**", "!src/**"], False),
    ],
)
def test_a_pattern_within_others_is_not_lost(pattern: str, others: list[str], is_within: bool) -> None:
    assert (not_within([pattern], others) == ()) is is_within


def test_a_branch_that_leaves_the_policy_alone_is_not_told(adopted: Adopted) -> None:
    policy(adopted, '[gate]\nexempt = ["gen/**"]\n')
    adopted.here.git("switch", "-q", "main")
    adopted.branch("other")
    adopted.write({"NOTES.md": "Words.\n"})
    document = adopted.gate()
    assert RULE not in {found["rule"] for change in document["changes"] for found in change["findings"]}


def test_the_row_of_a_change_opens_to_its_warnings_and_to_the_commits_of_its_branch(adopted: Adopted) -> None:
    policy(adopted, '[gate]\nexempt = ["gen/**"]\n')
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge the policy", "policy0009")
    adopted.here.git("push", "-q", "--no-verify", "origin", "main")
    adopted.done("report")
    page = (adopted.here.path / "sdd-report/changes.html").read_text()
    row = page[page.index("Merge the policy") :].partition("</li>\n<li")[0]
    assert "1 commit of its branch" in row
    assert f"{RULE}.html" in row
