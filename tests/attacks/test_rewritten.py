"""Landed records rewritten or copied."""

import pytest

from tests.attacks.ground import CONTRACT, GOOD, PHR, Content, Ground
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


@pytest.mark.parametrize("section", ["## Success criteria", "**Success criterion**: Nobody looks.", "## Non-goals"])
def test_a_done_contract_gets_a_second_promise(ground: Ground, section: str) -> None:
    """A section is added a second time to a done contract. `history-rewritten`."""
    ground.land(ground.commit(GOOD))
    ground.attempt({CONTRACT: f"{GOOD[CONTRACT]!s}\n{section}\n\nNobody looks.\n"}).refused("history-rewritten")


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
    "with other white space": {"response": "It is\n19\tpercent\n\nnow."},
}


@pytest.mark.parametrize(
    "said", [text for name, text in DISGUISES.items() if "response" not in text or name != "in bold"]
)
def test_a_record_is_copied_in_disguise(ground: Ground, said: dict[str, str]) -> None:
    """A landed PHR is copied with another letter case, comments, look-alike characters or another last sign.
    `phr-replayed`.
    """
    ground.attempt(copied(**said)).refused("phr-replayed")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Add the VAT rate.", "Add <!-- later --> the VAT rate."),
        ("Add the VAT rate.", "Add the V&#65;T r&#97;te."),
        ("Add the VAT rate.", "Add the **V**AT rate."),
        ("Add the VAT rate.", "Add the V\u200bAT rate."),
        ("Add the VAT rate.", "\uff21dd the VAT rate."),
        ("## Prompt\n\nAdd the VAT rate.\n\n", ""),
    ],
)
def test_the_record_that_is_copied_was_disguised(ground: Ground, old: str, new: str) -> None:
    """A PHR lands in disguise, and is copied plainly later. `phr-replayed`."""
    text = landed_with(ground, LANDED, old, new)
    if not new:
        text = text.replace("surface: agent", 'surface: agent\nprompt_text: "\\x41dd the VAT r\\x61te."')
        ground.land(ground.commit({LANDED: text}))
    ground.attempt(copied()).refused("phr-replayed")


def test_a_record_of_general_is_copied_into_a_feature(ground: Ground) -> None:
    """A PHR of general/ is copied into a feature's folder. `phr-replayed`."""
    general = "history/prompts/general/0001-vat-rate.green.prompt.md"
    text = str(TARGET[LANDED]).replace("feature: 001-vat\n", "").replace("the VAT rate", "the old rate")
    ground.land(ground.commit({general: text}))
    ground.attempt(copied("Add the old rate.")).refused("phr-replayed")


def test_a_copy_among_many(ground: Ground) -> None:
    """A copied PHR is hidden among sixty new ones. `phr-replayed`."""
    record = str(GOOD[PHR])
    many = {
        f"history/prompts/001-vat/{number:04d}-x.green.prompt.md": record.replace('"0002"', f'"{number:04d}"').replace(
            "Round half up.", f"Round {number} up."
        )
        for number in range(3, 63)
    }
    ground.attempt(many | copied()).refused("phr-replayed")


@pytest.mark.parametrize(
    ("landed", "now"),
    [
        ("See [it](/issues/1).", "See [it](/issues/2)."),
        ("Run `make a`.", "Run `make b`."),
        ("Add rate 1.", "Add rate 2."),
        ("1. Do it here", "2. Do it here"),
        ("Return List<A>.", "Return List<B>."),
        ("See [it][1].\n\n[1]: /issues/1", "See [it][1].\n\n[1]: /issues/2"),
    ],
)
def test_a_request_that_differs_where_it_matters(ground: Ground, landed: str, now: str) -> None:
    """A request differs from a landed one in a link's target, in code or in a number. Passes."""
    landed_with(ground, LANDED, "Add the VAT rate.", landed)
    ground.attempt(copied(now)).passed()
