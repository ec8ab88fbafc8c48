"""Records that say nothing to a reader.

Prompt, response, title, criteria, checks, constraints, reason or approver hold nothing visible, a dot, `TODO`, or
"continue" in disguise. One word, in any script, passes.
"""

from collections.abc import Iterable

import pytest

from tests.attacks.ground import CONTRACT, GOOD, PHR, Content, Ground, numbered

SILENT = {
    "a full stop": ".",
    "signs": "--- ?! ***",
    "zero-width characters": "\u200b\u2060\ufeff",
    "fillers that count as letters": "\u3164 \u115f\uffa0",
    "marks without a letter": "\u0301\ufe0f\u20e3",
    "an emoji": "\U0001f44d\ufe0f",
    "entities": "&nbsp;&#8203;&ZeroWidthSpace;",
    "a comment": "<!-- Round half up. -->",
    "a comment with a fence": "<!--\n```\nRound half up.\n```\n-->",
    "tags": "<b></b><br/>",
    "a link definition": "[//]: # (Round half up.)",
    "a link without text": "[](https://example.com/round-half-up)",
    "a fence without content": "```python\n```",
    "a fence with only a language": "~~~ round half up\n~~~",
    "list marks": "1.\n2.\n3.\n",
    "to do": "TODO",
    "to do, in full width": "\uff34\uff2f\uff24\uff2f.",
    "not applicable": "> **N/A**.",
    "the template's word with a dot": "{{PROMPT_TEXT}}.",
    "the template's word, escaped": "\\[TITLE\\].",
    "the arguments of a command": "$ARGUMENTS.",
    "one letter over and over": "xxx x",
    "quoted nothing": '> "..."',
    "a script": "<script>Round half up.</script>",
    "a script without an end": "<script>\nRound half up.",
    "a style": "<style>Round half up.</style>",
    "a template": "<template>Round <b>half</b> up.</template>",
    "a title": "<svg><title>Round half up.</title></svg>",
    "a hidden element": "<p hidden>Round half up.</p>",
    "an element that is not displayed": '<div style="display: none"><div>Round</div> half up.</div>',
    "an invisible element": "<i style='visibility:hidden'>Round half up.</i>",
    "struck out": "~~Round half up.~~ <del>Always.</del>",
    "a tag without an end": '<div title="Round half up.',
    "a title with a bracket": '<a title="> Round half up."></a>',
    "a footnote's text": "[^1]: Round half up.\nAlways.",
    "a comment of MDX": "{/* Round half up. */}",
    "a comment of a template": "{% comment %}Round half up.{% endcomment %}",
    "a phantom": "$\\phantom{Round half up.}$",
    "a container": ":::note\n:::",
    "n.a.": "n.a.",
    "no prompt": "(no prompt)",
    "not recorded": "Not recorded.",
    "see commit": "See commit",
    "see above": "see above.",
    "unknown": "Unknown",
    "ditto": "ditto",
    "none in German": "keine",
    "redacted": "[REDACTED]",
    "work in progress": "WIP",
    "to do: write": "TODO: write",
    "to be defined": "to be defined",
    "withdrawn": "(withdrawn)",
}  # fmt: skip
GO_ON = {
    "in full width": "\uff23\uff4f\uff4e\uff54\uff49\uff4e\uff55\uff45",
    "within zero-width characters": "con\u200btin\u00adue",
    "in entities": "&#99;ontinue&period;",
    "in bold": "con**tin**ue!!!",
    "behind a comment": "<!-- Round half up. -->\ncontinue",
    "as a link": "[Continue](https://example.com/round-half-up)",
    "in tags": "<p>c<b>ontinue</b></p>",
    "in a fence": "```text round half up\ncontinue\n```",
    "quoted, in another language": "> *Bitte weiter.*",
    "as a heading": "## \u201cContinue\u201d",
    "politely": "continue please",
    "with words between": "OK, continue with it",
    "twice": "continue\n\ncontinue",
    "over and over": "ok ok ok",
    "in agreement": "Yes, that is right, go on.",
    "for us": "Let us continue",
    "to the next": "next step",
    "to all": "yes to all",
    "in Spanish": "continuar, por favor",
    "in Chinese": "\u597d\uff0c\u8bf7\u7ee7\u7eed",
    "above a link definition": "go on\n\n[a]: https://example.com 'Round half up.'",
}  # fmt: skip
ANSWERS = [
    "5",
    "C",
    "\u4fee",
    "`ls`",
    "refactor",
    "&lt;T&gt;",
    "\u0916\u0930\u0940\u0926",
    "<summary>Round it</summary>",
    "<command-args>Round it</command-args>",
    "Continue with the export of invoices",
    "Yes, and round the totals too",
    "<title> is escaped twice",
    "`<script>alert(1)</script>`",
    "~~Round down.~~ Round up.",
    "See the commit of Monday",
    'Use <i class="lg hidden sm">this</i> class',
]


def said(path: str, old: str, new: str) -> dict[str, Content]:
    """The good change with another text in one of its records."""
    record = GOOD[path]
    assert isinstance(record, str) and old in record
    return dict(GOOD) | {path: record.replace(old, new)}


def all_refused(ground: Ground, path: str, old: str, texts: Iterable[str], rule: str) -> None:
    """One change says each text in a record of its own in place of `old`, and `old` in one more: a rule refuses each
    record, or of `change-no-phr` its file, and not the one more.
    """
    changes = [numbered(number, path, old, text) for number, text in enumerate((old, *texts), 11)]
    answers = ground.attempt({name: content for change in changes for name, content in change.items()})
    folder = "src/" if rule == "change-no-phr" else path.rpartition("/")[0]
    bad = (name for change in changes[1:] for name in change if name.startswith(folder))
    answers.refused(rule)
    assert answers.paths_of(rule) == set(bad)


def test_a_prompt_that_says_nothing(ground: Ground) -> None:
    """A PHR's prompt holds nothing visible, or only `TODO` and the like. `change-no-phr`."""
    all_refused(ground, PHR, "Round half up.", SILENT.values(), "change-no-phr")


def test_a_prompt_that_only_says_go_on_in_disguise(ground: Ground) -> None:
    """A PHR's prompt is "continue" in disguise: bold, full width, entities. `change-no-phr`."""
    all_refused(ground, PHR, "Round half up.", GO_ON.values(), "change-no-phr")


@pytest.mark.parametrize("rule", ["phr-empty", "phr-placeholder"])
def test_a_response_that_says_nothing(ground: Ground, rule: str) -> None:
    """A PHR's response holds nothing visible, or only `TODO` and the like. `phr-empty` or `phr-placeholder`."""
    tokens = [text for text in SILENT.values() if any(mark in text for mark in ("{{", "TITLE", "$ARG"))]
    others = [text for text in SILENT.values() if text not in tokens]
    all_refused(ground, PHR, "It does.", tokens if rule == "phr-placeholder" else others, rule)


@pytest.mark.parametrize("rule", ["contract-unreadable", "contract-missing-section"])
def test_criteria_that_say_nothing(ground: Ground, rule: str) -> None:
    """A contract's success criteria hold nothing visible. `contract-missing-section`."""
    endless = [SILENT["a script without an end"], SILENT["a tag without an end"]]
    others = [text for text in SILENT.values() if text not in endless]
    texts = endless if rule == "contract-unreadable" else others
    all_refused(ground, CONTRACT, "Amounts are rounded half up.", texts, rule)


def test_criteria_that_only_agree(ground: Ground) -> None:
    """A contract's success criteria are only "yes please" or a thumb. `contract-missing-section`."""
    texts = ("yes please", "lgtm", "Thanks!", "\U0001f44d", "ok, go ahead")
    all_refused(ground, CONTRACT, "Amounts are rounded half up.", texts, "contract-missing-section")


def test_a_check_that_says_nothing(ground: Ground) -> None:
    """A contract's only acceptance check is a full stop, `TODO` or a comment. `contract-missing-section`."""
    plain = (".", "see below", "~~pytest~~", "yes please", "\u200b", "`.`", "TODO")
    texts = (*plain, "<!-- pytest -->", "&nbsp;", "[](pytest)")
    all_refused(ground, CONTRACT, "`python -m pytest`", texts, "contract-missing-section")


@pytest.mark.parametrize(("path", "rule"), [(PHR, "phr-missing-field"), (CONTRACT, "contract-missing-section")])
@pytest.mark.parametrize("text", ["&nbsp;", "\u200b\u3164", "..."])
def test_a_title_that_shows_nothing(ground: Ground, path: str, rule: str, text: str) -> None:
    """The title of a PHR or a contract is a blank entity. `phr-missing-field`, `contract-missing-section`."""
    record = str(GOOD[path])
    title = next(line for line in record.split("\n") if line.startswith("title:"))
    ground.attempt(said(path, title, f'title: "{text}"')).refused(rule)


@pytest.mark.parametrize("part", ["Success criteria", "Acceptance checks"])
@pytest.mark.parametrize("text", [".", "\u200b", "TODO", "<!-- It is rounded. -->"])
def test_a_contract_within_a_record_that_says_nothing(ground: Ground, part: str, text: str) -> None:
    """The criteria or the checks of a contract inside a PHR say nothing. `contract-missing-section`."""
    parts = {"Success criteria": "It is rounded.", "Acceptance checks": "- [x] `make`"}
    parts[part] = f"- [x] {text}" if part == "Acceptance checks" else text
    contract = "".join(f"\n### {title}\n\n{said}\n" for title, said in parts.items())
    record = str(GOOD[PHR]).replace("  contract: history/contracts/001-vat/0003-rounding.contract.md\n", "kind: fix\n")
    edits = {"src/round.py": "1\n", PHR: f"{record}\n## Execution contract\n{contract}"}
    ground.attempt(edits).refused("contract-missing-section")


def test_a_contract_within_a_record_that_says_something(ground: Ground) -> None:
    """The criteria and the checks of a contract inside a PHR say something. Passes."""
    contract = "\n### Success criteria\n\nIt is rounded.\n\n### Acceptance checks\n\n- [x] `make`\n"
    record = str(GOOD[PHR]).replace("  contract: history/contracts/001-vat/0003-rounding.contract.md\n", "kind: fix\n")
    ground.attempt({"src/round.py": "1\n", PHR: f"{record}\n## Execution contract\n{contract}"}).passed()


@pytest.mark.parametrize("text", [".", "\u200b", "TODO", "n\u200b/a", "&nbsp;", "\u3164"])
def test_limits_that_say_nothing(ground: Ground, text: str) -> None:
    """A contract's only constraint and non-goal are dots. `contract-no-constraint` and `contract-no-non-goal`."""
    edits = said(CONTRACT, "Amounts stay decimals.", text)
    edits[CONTRACT] = str(edits[CONTRACT]).replace("No other way of rounding.", text)
    ground.attempt(edits).refused("contract-no-constraint", "contract-no-non-goal")


@pytest.mark.parametrize("text", [".", "\u200b", "TODO", "&nbsp;", "\u3164", "<!-- Ada -->", "{{NAME}}.", "nobody"])
@pytest.mark.parametrize("key", ["reason", "approved_by"])
def test_a_waiver_without_a_reason_or_an_approver(ground: Ground, key: str, text: str) -> None:
    """A waiver's reason or approver says nothing. `waiver-incomplete`, and it waives nothing."""
    parts = {"reason": "An old file.", "approved_by": "Ada"} | {key: text}
    head = "".join(f'{name}: "{value}"\n' for name, value in parts.items())
    waiver = f'---\nrules: [change-no-phr]\npaths: ["/src/**"]\nexpires: 2027-01-01\n{head}---\n'
    edits = {"src/evil.py": "1\n", "history/waivers/0001-old.md": waiver}
    ground.attempt(edits).refused("waiver-incomplete", "change-no-phr")


def test_a_short_answer_is_one(ground: Ground) -> None:
    """A PHR's prompt and response are one letter, digit or word, in any script or in code. Passes."""
    edits: dict[str, Content] = {}
    for number, text in enumerate(ANSWERS, 11):
        change = numbered(number, PHR, "It does.", text)
        edits |= {name: str(content).replace("Round half up.", text) for name, content in change.items()}
    ground.attempt(edits).passed()
