"""Landed records rewritten or copied.

Any part of a landed PHR, waiver or done contract is changed, added or removed; a landed spec or a bound agent file
loses what it asks; a landed PHR is copied, in disguise or from a colleague's branch. Repairs of form, and what was
missing, pass.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest

from sdd.gate import originals
from tests.adopted import PROMISE, phr
from tests.attacks.ground import CONTRACT, GOOD, PHR, POLICY, SPEC, Answers, Content, Ground
from tests.good import TARGET

LANDED = "history/prompts/001-vat/0001-vat-rate.green.prompt.md"
ADR = "history/adr/0001-use-decimals.md"
OWN = {
    "user": ("surface: agent", "surface: agent\nuser: Ada"),
    "model": ("surface: agent", "surface: agent\nmodel: opus"),
}


def landed_with(ground: Ground, path: str, old: str, new: str) -> str:
    """Lands another form of a record as it is, and gives its text."""
    text = str({**TARGET, **GOOD}[path])
    assert old in text
    text = text.replace(old, new)
    ground.land(ground.commit({path: text}))
    return text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("surface: agent", "surface: human"),
        ("date: 2026-02-01", "date: 2026-02-02"),
        ("stage: green", "stage: red"),
        ("  - tests/test_vat.py", "  - tests/test_rate.py"),
        ("Add the VAT rate.", "Add the vat rate."),
        ("Add the VAT rate.", "Add the VAT rate!"),
        ("19 percent", "`19` percent"),
    ],
)
def test_a_landed_record_says_something_else(ground: Ground, old: str, new: str) -> None:
    """The surface, date, stage, files or a single letter of a landed PHR is changed. `history-rewritten`."""
    text = str(TARGET[LANDED])
    assert old in text
    ground.attempt({LANDED: text.replace(old, new)}).refused("history-rewritten")


@pytest.mark.parametrize("key", OWN)
def test_somebody_else_did_it(ground: Ground, key: str) -> None:
    """The user or model of a landed PHR is changed or removed. `history-rewritten`."""
    text = landed_with(ground, LANDED, *OWN[key])
    line = OWN[key][1].partition("\n")[2]
    ground.attempt({LANDED: text.replace(line, f"{key}: Bob")}).refused("history-rewritten")
    ground.attempt({LANDED: text.replace(f"{line}\n", "")}).refused("history-rewritten")


@pytest.mark.parametrize("key", OWN)
def test_what_was_empty_is_filled_in(ground: Ground, key: str) -> None:
    """A missing user or model is filled in in a landed PHR. Passes."""
    old, new = OWN[key]
    ground.attempt({LANDED: str(TARGET[LANDED]).replace(old, new)}).passed()


@pytest.mark.parametrize("line", ["kind: chore", 'closes: ["001-vat/0001#1"]', "kind: fix"])
def test_power_that_a_landed_record_gets_later(ground: Ground, line: str) -> None:
    """A kind, or a follow-up that it closes, is added to a landed PHR. `history-rewritten`."""
    text = str(TARGET[LANDED])
    assert "\nkind:" not in text and "closes:" not in text
    ground.attempt({LANDED: text.replace("files:", f"{line}\nfiles:", 1)}).refused("history-rewritten")


@pytest.mark.parametrize("line", ["branch: work", "command: /sdd.phr", "labels: [tax]", "tests: [pytest]"])
def test_a_landed_record_says_something_else_about_its_making(ground: Ground, line: str) -> None:
    """The branch, command, labels or tests of a landed PHR are changed. `history-rewritten`."""
    text = landed_with(ground, LANDED, "surface: agent", f"surface: agent\n{line}")
    name = line.partition(":")[0]
    other = f"{name}: [other]" if "[" in line else f"{name}: other"
    ground.attempt({LANDED: text.replace(line, other)}).refused("history-rewritten")


@pytest.mark.parametrize("line", ["branch: work", "labels: [tax]", "reviewed: Grace", "command: x", "tests: [pytest]"])
def test_notes_that_a_landed_record_gets_later(ground: Ground, line: str) -> None:
    """A branch, a command, labels, tests or a key of one's own is added to a landed PHR. Passes."""
    ground.attempt({LANDED: str(TARGET[LANDED]).replace("files:", f"{line}\nfiles:", 1)}).passed()


@pytest.mark.parametrize(
    "section",
    ["## Prompt", "## prompt:", "### Prompt", "# User Prompt", "Prompt\n------", "## Response", "## **AI Response**"],
)
@pytest.mark.parametrize("place", ["end", "above"])
def test_a_landed_record_gets_a_second_prompt(ground: Ground, section: str, place: str) -> None:
    """A second prompt or response is added to a landed PHR. `history-rewritten`."""
    text = str(TARGET[LANDED])
    more = f"{section}\n\nRemove all checks, as agreed.\n\n"
    after = f"{text}\n{more}" if place == "end" else text.replace("## Prompt", f"{more}## Prompt", 1)
    ground.attempt({LANDED: after}).refused("history-rewritten")


def test_a_section_beside_the_prompt_in_front_matter(ground: Ground) -> None:
    """A prompt section is added to a landed PHR that has its prompt in front matter. `history-rewritten`."""
    text = landed_with(ground, LANDED, "## Prompt\n\nAdd the VAT rate.\n\n", "").replace(
        "surface: agent", "surface: agent\nprompt_text: Add the VAT rate."
    )
    ground.land(ground.commit({LANDED: text}))
    ground.attempt({LANDED: f"{text}\n## Prompt\n\nRemove all checks.\n"}).refused("history-rewritten")


LINKED = ("surface: agent\n", "surface: agent\nlinks:\n  spec: specs/001-vat/spec.md\n  pr: https://example.org/pr/1\n")


def with_links(ground: Ground) -> str:
    """Lands the PHR with links, and gives its text."""
    return landed_with(ground, LANDED, *LINKED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: VAT rate", "title: Disable the audit log"),
        (f"{LINKED[1]}", "surface: agent\n"),
        ("specs/001-vat/spec.md", "specs/001-vat/plan.md"),
        ("specs/001-vat/spec.md", "specs/002-vta/spec.md"),
        ("  spec: specs/001-vat/spec.md\n", ""),
        ("example.org/pr/1", "example.org/pr/2"),
        ("  pr: https://example.org/pr/1\n", ""),
    ],
)
def test_a_landed_record_is_about_something_else(ground: Ground, old: str, new: str) -> None:
    """The title of a landed PHR is changed, or a link is removed or leads elsewhere. `history-rewritten`."""
    text = with_links(ground)
    assert old in text
    ground.attempt({LANDED: text.replace(old, new)}).refused("history-rewritten")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("specs/001-vat/spec.md", "./specs/001-vat/spec.md"),
        ("  pr: ", "  contract: history/contracts/001-vat/0002-reverse-charge.contract.md\n  pr: "),
    ],
)
def test_links_that_lead_where_they_led(ground: Ground, old: str, new: str) -> None:
    """A link of a landed PHR is written in another form, or one is added where there was none. Passes."""
    ground.attempt({LANDED: with_links(ground).replace(old, new)}).passed()


def test_a_link_that_leads_nowhere_is_corrected(ground: Ground) -> None:
    """A broken link of a landed PHR is replaced. Passes. It is removed. `history-rewritten`."""
    text = landed_with(ground, LANDED, LINKED[0], LINKED[1].replace("001-vat", "001-vta"))
    ground.attempt({LANDED: text.replace("001-vta", "001-vat")}).passed()
    gone = text.replace("  spec: specs/001-vta/spec.md\n", "")
    ground.attempt({LANDED: gone}).refused("history-rewritten")


@pytest.mark.parametrize(
    "told", ["# This record is void\n\n", "See below.\n\n", "# Outcome\n\nIt is void.\n\n", "## Note\n\nNo.\n\n"]
)
def test_a_preface_to_a_landed_record(ground: Ground, told: str) -> None:
    """A heading or a sentence is added above the prompt of a landed PHR. `history-rewritten`."""
    ground.attempt({LANDED: str(TARGET[LANDED]).replace("## Prompt", f"{told}## Prompt")}).refused("history-rewritten")


@pytest.mark.parametrize("told", ["# Void", "## Correction", "## Original request", "## Results"])
def test_a_remark_on_a_landed_record(ground: Ground, told: str) -> None:
    """A section that is no outcome, evaluation or contract is added at the end of a landed PHR. `history-rewritten`."""
    text = landed_with(
        ground, LANDED, "It is 19 percent now.\n", "It is 19 percent now.\n\n## Outcome\n\n- Impact: none\n"
    )
    ground.attempt({LANDED: f"{text}\n{told}\n\nThe prompt was never sent.\n"}).refused("history-rewritten")
    ground.attempt({LANDED: f"{text}\n### Details\n\nIt was quick.\n"}).passed()


WAIVER = "history/waivers/0001-old-rates.md"
LAST_DAY = date.today() + timedelta(days=30)
WAIVED = f"""\
---
id: "0001"
title: Old rates
rules: [change-no-phr]
paths: ["/lib/**"]
reason: The old rates go away in April.
approved_by: Ada
expires: {LAST_DAY}
---
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[change-no-phr]", "[change-no-phr, change-no-contract]"),
        ("[change-no-phr]", "[change-no-contract]"),
        ("/lib/**", "/src/**"),
        ('["/lib/**"]', '["/lib/**", "/src/**"]'),
        ("The old rates go away in April.", "There was an outage."),
        ("approved_by: Ada", "approved_by: Bob"),
        (str(LAST_DAY), str(LAST_DAY + timedelta(days=1))),
        ("expires: ", f"secrets: [{'a' * 64}]\nexpires: "),
        ("expires: ", "landing: 1234567\nexpires: "),
    ],
)
def test_a_landed_waiver_waives_something_else(ground: Ground, old: str, new: str) -> None:
    """A landed waiver gets other rules, paths, secrets, another landing, reason or approver, or a later last day.
    `history-rewritten`.
    """
    ground.land(ground.commit({WAIVER: WAIVED}))
    assert old in WAIVED
    ground.attempt({WAIVER: WAIVED.replace(old, new)}).refused("history-rewritten")


@pytest.mark.parametrize(
    "now",
    [None, WAIVED.replace(str(LAST_DAY), str(LAST_DAY - timedelta(days=9))), WAIVED.replace("title: Old rates\n", "")],
)
def test_a_landed_waiver_ends(ground: Ground, now: str | None) -> None:
    """A landed waiver is removed, or ends earlier. Passes."""
    ground.land(ground.commit({WAIVER: WAIVED}))
    ground.attempt({WAIVER: now}).passed()


@pytest.mark.parametrize("section", ["## Success criteria", "**Success criterion**: Nobody looks.", "## Non-goals"])
def test_a_done_contract_gets_a_second_promise(ground: Ground, section: str) -> None:
    """A section is added a second time to a done contract. `history-rewritten`."""
    ground.land(ground.commit(GOOD))
    ground.attempt({CONTRACT: f"{GOOD[CONTRACT]!s}\n{section}\n\nNobody looks.\n"}).refused("history-rewritten")


def naming(path: str) -> dict[str, Content]:
    """A PHR that names a path."""
    return {
        PHR: str(TARGET[LANDED])
        .replace('"0001"', '"0002"')
        .replace("src/vat.py", path)
        .replace("Add the VAT rate.", "Change what was written down.")
        .replace("  - tests/test_vat.py\n", "")
    }


REQUIREMENT, CRITERION = "The system MUST round amounts half up.", "No invoice differs from the ledger."


@pytest.mark.parametrize(
    "edits",
    [
        {path: None for path in TARGET if path.startswith("specs/")},
        {SPEC: str(TARGET[SPEC]).replace(REQUIREMENT, "n.a.")},
        {SPEC: str(TARGET[SPEC]).replace(REQUIREMENT, "yes, go on")},
        {SPEC: str(TARGET[SPEC]).replace(CRITERION, "TODO")},
        {SPEC: str(TARGET[SPEC]).replace(CRITERION, "As discussed.")},
        {SPEC: str(TARGET[SPEC]).partition("## Requirements")[0]},
        {SPEC: None, "specs/002-vat/spec.md": str(TARGET[SPEC]).replace(REQUIREMENT, "Anything goes.")},
    ],
)
def test_a_landed_spec_is_lost(ground: Ground, edits: dict[str, Content]) -> None:
    """A landed spec is removed, replaced by another one, or loses its requirements or criteria. `record-no-phr`."""
    ground.attempt(edits).refused("record-no-phr")


def test_a_landed_spec_is_edited(ground: Ground) -> None:
    """A requirement of a landed spec is worded anew. Passes. It is emptied, with a PHR that names the spec. Passes."""
    text = str(TARGET[SPEC])
    ground.attempt({SPEC: text.replace("half up", "half down")}).passed()
    ground.attempt({SPEC: text.replace(REQUIREMENT, "n.a."), **naming(SPEC)}).passed()


def test_a_requirement_goes_that_a_contract_names(ground: Ground) -> None:
    """The requirement goes that a contract of the change, or an open one that landed, names.
    `contract-unknown-requirement`. One that landed done may name it. Passes.
    """
    opened, tasks = "history/contracts/001-vat/0002-reverse-charge.contract.md", "specs/001-vat/tasks.md"
    lost: dict[str, Content] = {path: str(TARGET[path]).replace("FR-001", "FR-009") for path in (SPEC, tasks, opened)}
    asked = {
        "history/prompts/general/0077-other.green.prompt.md": phr([SPEC, opened], id="0077", prompt="Ask for less.")
    }
    ground.attempt({SPEC: lost[SPEC], **asked}).refused("contract-unknown-requirement")
    ground.attempt({**GOOD, **lost, **asked}).refused("contract-unknown-requirement")
    ground.land(ground.commit(GOOD))
    ground.attempt({**lost, **asked}).passed()


AGENT, DEMANDS = ".claude/agents/backend.md", "\n## Output format\n\n```\n## Risks\n```\n"
BOUND = f"---\nname: backend\ndescription: x\n---\n\nBe brief.\n{DEMANDS}"


def with_agent(ground: Ground) -> None:
    """Lands an agent file that the policy binds."""
    ground.land(ground.commit({AGENT: BOUND, POLICY: '[gate.agents]\n"src/api/**" = "backend"\n'}))


@pytest.mark.parametrize(
    "edits",
    [
        {AGENT: None},
        {AGENT: BOUND.replace(DEMANDS, "")},
        {AGENT: BOUND.replace("Risks", "Nothing")},
        {AGENT: BOUND.replace("name: backend", "name: other")},
        {AGENT: None, ".github/agents/backend.md": BOUND.replace(DEMANDS, "")},
        {".claude/agents/aaa.md": BOUND.replace("Risks", "Nothing")},
        {".claude/agents/aaa.md": BOUND},
        {".claude/agents/zzz.md": BOUND.replace("Risks", "Nothing")},
    ],
)
def test_a_bound_agent_demands_something_else(ground: Ground, edits: dict[str, Content]) -> None:
    """An agent file that the policy binds is removed, renamed, demands something else or gets a namesake.
    `record-no-phr`.
    """
    with_agent(ground)
    ground.attempt(edits).refused("record-no-phr")


@pytest.mark.parametrize(
    "edits",
    [
        {AGENT: BOUND.replace("Be brief.", "Be thorough.")},
        {AGENT: None, ".github/agents/backend.md": BOUND},
        {AGENT: BOUND.replace("Risks", "Nothing"), **naming(AGENT)},
        {".claude/agents/other.md": BOUND.replace("name: backend", "name: other")},
    ],
)
def test_a_bound_agent_demands_what_it_did(ground: Ground, edits: dict[str, Content]) -> None:
    """A bound agent file is moved, edited beside what it demands, or changed with a PHR that names it. Passes."""
    with_agent(ground)
    ground.attempt(edits).passed()


def test_a_contract_gets_another_title(ground: Ground) -> None:
    """The title of a done contract is changed. `history-rewritten`. That of an open one, without a PHR.
    `record-no-phr`.
    """
    done = str(GOOD[CONTRACT])
    ground.land(ground.commit(GOOD))
    ground.attempt({CONTRACT: done.replace("title: ", "title: Not ")}).refused("history-rewritten")
    opened = "history/contracts/001-vat/0002-reverse-charge.contract.md"
    ground.attempt({opened: str(TARGET[opened]).replace("title: ", "title: Not ")}).refused("record-no-phr")


EMBEDDED = phr(["src/vat.py"], id="0001", kind="fix", feature="001-vat", embedded=f"{PROMISE}\n")


@pytest.mark.parametrize(
    "section",
    [
        "### Constraints\n\n- Amounts stay decimals.\n",
        "### Non-goals\n\n- No other way of rounding.\n",
    ],
)
def test_what_the_contract_in_a_record_left_out(ground: Ground, section: str) -> None:
    """A part that the contract in a landed PHR left out is filled in. Passes. It is changed later.
    `history-rewritten`.
    """
    ground.land(ground.commit({LANDED: EMBEDDED}))
    ground.attempt({LANDED: f"{EMBEDDED}\n{section}"}).passed()
    ground.land(ground.commit({LANDED: f"{EMBEDDED}\n{section}"}))
    ground.attempt({LANDED: f"{EMBEDDED}\n{section.replace('- ', '- Not ')}"}).refused("history-rewritten")
    ground.attempt({LANDED: EMBEDDED}).refused("history-rewritten")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Amounts are rounded half up.", "Nobody looks."),
        ("- [x] `true`", "- [x] `false`"),
        ("- [x] `true`", "- [ ] `true`"),
        ("- [x] `true`", "- [x] `true`\n- [x] `false`"),
        ("### Success criteria", "### Success criteria\n\nNobody looks.\n\n### Success criteria"),
        ("## Execution contract", "## Something else"),
    ],
)
def test_the_contract_in_a_record_is_rewritten(ground: Ground, old: str, new: str) -> None:
    """The contract in a landed PHR gets other criteria, other checks or a second part, or goes. `history-rewritten`."""
    ground.land(ground.commit({LANDED: EMBEDDED}))
    assert old in EMBEDDED
    ground.attempt({LANDED: EMBEDDED.replace(old, new)}).refused("history-rewritten")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (LANDED, "Add the VAT rate.", "Add  the\u200b VAT\nrate."),
        (LANDED, "title: VAT rate\nstage: green", 'stage: "green"\ntitle: "VAT rate"'),
        (LANDED, "\n", "\r\n"),
        (LANDED, "date: 2026-02-01", "date_iso: 2026-02-01T10:00:00Z"),
        (LANDED, "It is 19 percent now.\n", "It is 19 percent now.\n\n## Outcome\n\n- Impact: none\n"),
        (ADR, "**Status**: Accepted", "**Status**: Superseded"),
    ],
)  # fmt: skip
def test_a_repair_of_form(ground: Ground, path: str, old: str, new: str) -> None:
    """The form of a landed record is repaired, or the status of an ADR changed. Passes."""
    text = str(TARGET[path])
    assert old in text
    ground.attempt({path: text.replace(old, new)}).passed()


def copied(
    prompt: str = "Add the VAT rate.", response: str = "It is 19 percent now.", path: str = PHR
) -> dict[str, Content]:
    """The good change, whose record says what the landed one says."""
    record = str(GOOD[PHR]).replace("Round half up.", prompt).replace("It does.", response)
    return {name: content for name, content in GOOD.items() if name != PHR} | {path: record}


Attempt = Callable[[Mapping[str, Content]], Answers]


@pytest.fixture(params=[False, True], ids=["read", "cached"])
def attempt(request: pytest.FixtureRequest, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """`ground.attempt`, and the same where a cache knows already what the landed PHRs say."""
    if not request.param:
        return ground.attempt
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(originals, "_LARGE", 0)

    def attempt(edits: Mapping[str, Content]) -> Answers:
        ground.attempt(edits)
        return ground.attempt(edits)

    return attempt


DISGUISES: dict[str, dict[str, str]] = {
    "as it is": {},
    "in capitals": {"prompt": "ADD THE VAT RATE."},
    "with another last sign": {"prompt": "Add the VAT rate!", "response": "It is 19 percent now"},
    "with a comment": {"prompt": "Add the <!-- new --> VAT rate.", "response": "It is 19 percent now.\n<!-- 2 -->"},
    "with comments within words": {"prompt": "A<!-- x -->dd the VAT rate."},
    "with zero-width characters": {"prompt": "Add\u200b the V\u2060AT rate."},
    "in full width": {"prompt": "\uff21dd the VAT rate."},
    "in bold": {"prompt": "**Add** the _VAT_ rate.", "response": "*It is* `19` percent now."},
    "with entities": {"prompt": "&#65;dd the&nbsp;VAT rate."},
    "with escapes": {"prompt": "Add the VAT rate\\."},
    "with a definition that nothing uses": {"prompt": "Add the VAT rate.\n\n[//]: # (second time)"},
    "with tags": {"prompt": "<p>Add the <x/>V<b></b>AT rate.<br></p>"},
    "with a script": {"prompt": "Add the VAT rate.<script>two</script>"},
    "with a hidden element": {
        "prompt": "Add the <i hidden>second</i> VAT rate.",
        "response": "<p hidden>2</p>\n\nIt is 19 percent now.",
    },
    "with a template": {"prompt": "Add the VAT rate.\n\n<template>\nfor the *second* time\n</template>"},
    "with an element that is not displayed": {"prompt": "Add the VAT rate. <b style='display:none'>Again.</b>"},
    "with a word that is struck out": {"prompt": "Add the <s>second</s> ~~third~~ VAT rate."},
    "with a definition that hides": {"prompt": 'Add the VAT rate.\n\n[x\\]]: /u "for the second time"'},
    "with a note": {"prompt": "Add the VAT rate.\n\n[^a]:\n\n    for the second time"},
    "with an empty link": {"prompt": "Add the VAT rate. [](/second)"},
    "with an instruction": {
        "prompt": "Add the VAT rate. <?second?>",
        "response": "It is 19 percent now. <![CDATA[x]]>",
    },
    "with letters of another script": {"prompt": "\u0410dd the V\u0410T r\u0430t\u0435."},
    "with other blanks": {"prompt": "Add\u3164the\u2800VAT rate."},
    "with other white space": {"response": "It is\n19\tpercent\n\nnow."},
}


@pytest.mark.parametrize(
    "said", [text for name, text in DISGUISES.items() if "response" not in text or name != "in bold"]
)
def test_a_record_is_copied_in_disguise(attempt: Attempt, said: dict[str, str]) -> None:
    """A landed PHR is copied with another letter case, comments, hidden elements, look-alike characters or
    another last sign.
    `phr-replayed`.
    """
    attempt(copied(**said)).refused("phr-replayed")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Add the VAT rate.", "Add <!-- later --> the VAT rate."),
        ("Add the VAT rate.", "Add the V&#65;T r&#97;te."),
        ("Add the VAT rate.", "Add the **V**AT rate."),
        ("Add the VAT rate.", "Add the V\u200bAT rate."),
        ("19 percent", "19 per{/* x */}cent"),
        ("19 percent", "19 per~~x~~cent"),
        ("19 percent", "19 per[](x)cent"),
        ("Add the VAT rate.", "\uff21dd the VAT rate."),
        ("## Prompt\n\nAdd the VAT rate.\n\n", ""),
    ],
)
def test_the_record_that_is_copied_was_disguised(ground: Ground, attempt: Attempt, old: str, new: str) -> None:
    """A PHR lands in disguise, and is copied plainly later. `phr-replayed`."""
    text = landed_with(ground, LANDED, old, new)
    if not new:
        text = text.replace("surface: agent", 'surface: agent\nprompt_text: "\\x41dd the VAT r\\x61te."')
        ground.land(ground.commit({LANDED: text}))
    attempt(copied()).refused("phr-replayed")


OURS = str(GOOD[PHR])
"""A colleague's PHR, which everybody can read once she has pushed her branch."""
FIRST = "history/prompts/001-vat/0003-mine.green.prompt.md"


@pytest.mark.parametrize("path", [PHR, FIRST, "history/prompts/general/0003-mine.green.prompt.md"])
def test_a_record_that_somebody_else_copied_and_landed_first(ground: Ground, path: str) -> None:
    """A PHR is copied from a colleague's pushed branch and lands first: hers is a replay, or no new record.
    `phr-replayed` or `change-no-phr`. She does what that says. Passes.
    """
    start = ground.main
    ground.land(ground.commit({path: OURS}))
    answers = ground.push(ground.commit(GOOD, start))
    answers.refused("change-no-phr" if path == PHR else "phr-replayed")
    rows = [finding for change in answers.ci.document["changes"] for finding in change["findings"]]
    (told,) = [row for row in rows if row["severity"] == "error"]
    if path == PHR:
        assert (PHR in told["message"], told["fix"]) == (True, 'record what was asked: sdd phr new "TITLE"')
        own = {**GOOD, FIRST: OURS.replace("Round half up.", "Round half up, still.").replace('"0002"', '"0003"')}
    else:
        assert path in told["message"]
        assert told["fix"].startswith("say in its response what is new in it")
        own = {**GOOD, PHR: OURS.replace("It does.", "It does. Bob landed a copy of this first.")}
    ground.push(ground.commit(own, start)).passed()


def test_a_record_of_general_is_copied_into_a_feature(ground: Ground, attempt: Attempt) -> None:
    """A PHR of general/ is copied into a feature's folder. `phr-replayed`."""
    general = "history/prompts/general/0001-vat-rate.green.prompt.md"
    text = str(TARGET[LANDED]).replace("feature: 001-vat\n", "").replace("the VAT rate", "the old rate")
    ground.land(ground.commit({general: text}))
    attempt(copied("Add the old rate.")).refused("phr-replayed")


def test_a_copy_among_many(attempt: Attempt) -> None:
    """A copied PHR is hidden among sixty new ones. `phr-replayed`."""
    record = str(GOOD[PHR])
    many = {
        f"history/prompts/001-vat/{number:04d}-x.green.prompt.md": record.replace('"0002"', f'"{number:04d}"').replace(
            "Round half up.", f"Round {number} up."
        )
        for number in range(3, 63)
    }
    attempt(many | copied()).refused("phr-replayed")


@pytest.mark.parametrize(
    ("landed", "now"),
    [
        ("See [it](/issues/1).", "See [it](/issues/2)."),
        ("Run `make a`.", "Run `make b`."),
        ("Add rate 1.", "Add rate 2."),
        ("1. Round up here", "2. Round up here"),
        ("Return List<A>.", "Return List<B>."),
        ("See [it][1].\n\n[1]: /issues/1", "See [it][1].\n\n[1]: /issues/2"),
    ],
)
def test_a_request_that_differs_where_it_matters(ground: Ground, attempt: Attempt, landed: str, now: str) -> None:
    """A request differs from a landed one in a link's target, in code or in a number. Passes."""
    landed_with(ground, LANDED, "Add the VAT rate.", landed)
    attempt(copied(now)).passed()
