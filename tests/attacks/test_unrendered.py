"""Text that Markdown renders to nothing, and looks as if it said something."""

import pytest

from tests.attacks.ground import CONTRACT, PHR, Content, Ground, numbered
from tests.attacks.test_silent_records import all_refused
from tests.attacks.test_silent_specs import FR, SC, spec_with

UNRENDERED = {
    "a definition with an escaped bracket": '[x\\]]: /u "{}"',
    "a definition over two lines": '[one\ntwo]: /u "{}"',
    "a definition with an escaped quote": '[x]: /u "Say \\" {}"',
    "a definition in angle brackets": "[x]: <Say\\> {}>",
    "a definition in a list": '1. > - [x]: /u "{}"',
    "a definition in a task": '- [ ] [x]: /u "{}"',
    "a note in a list": "1. [^a]: {}",
    "a note of several paragraphs": "[^a]:\n\n    {}\n\n    {}",
    "a title on the next line": '[](/u\n"{}")',
    "a title with a bracket": '[](/u "So :) {}")',
    "a cell beyond the header": "| |\n|---|\n| | {} |",
    "a cell beyond the header in a list": "- | |\n  |-|\n  | | {} |",
    "a declaration around a comment": "<!X {} <!--->",
    "the language of a fence in two lists": "- - ```{}",
    "a style in a quotation": "> <style> {}",
}
ENDLESS = {
    "an instruction in a quotation": "> <? {}",
    "a declaration in a list": "- <!X {}",
    "character data in a list": "1. <![CDATA[ {}",
}
RENDERED = {
    "a definition that is used": "{} [So it is][x\\]].\n\n[x\\]]: /u",
    "a note": "{}[^a]\n\n[^a]: So it is.\n\n    It is.",
    "a table": "| what | why |\n|---|---|\n| {} | so |",
    "a table with a cell too many": "| what |\n|:--|\n| {} | so |",
    "a row without its last mark": "|what|\n|-|\n|{}",
    "an instruction above": "<?php x ?>\n\n{}",
    "code of a declaration": "`<!DOCTYPE html>` {}",
    "code in a list": "1. ```\n   {}\n   ```",
    "brackets and a colon": "[So]: it is. {}",
    "a task": "- [ ] {}",
    "a link with a title": '[{}](/u\n"So")',
}


def _filled(form: str, text: str) -> str:
    return form.replace("{}", text)


def test_a_prompt_that_renders_to_nothing(ground: Ground) -> None:
    """A PHR's prompt is the title of a link, a note that nothing refers to, a cell that a table drops, or the like.
    `change-no-phr`.
    """
    texts = [_filled(form, "Round half up.") for form in UNRENDERED.values()]
    all_refused(ground, PHR, "Round half up.", texts, "change-no-phr")


def test_a_prompt_that_is_in_what_never_ends(ground: Ground) -> None:
    """A PHR's prompt is within an instruction, a declaration or a style that never ends. `phr-unreadable`."""
    texts = [_filled(form, "Round half up.") for form in ENDLESS.values()]
    all_refused(ground, PHR, "Round half up.", texts, "phr-unreadable")


@pytest.mark.parametrize(
    ("path", "old", "rule"),
    [
        (PHR, "It does.", "phr-empty"),
        (CONTRACT, "Amounts are rounded half up.", "contract-missing-section"),
        (CONTRACT, "- Amounts stay decimals.", "contract-no-constraint"),
        (CONTRACT, "- No other way of rounding.", "contract-no-non-goal"),
    ],
)
def test_other_text_that_renders_to_nothing(ground: Ground, path: str, old: str, rule: str) -> None:
    """So is what a response, a criterion, a constraint or a non-goal says. The rule of what is missing."""
    texts = [_filled(form, "Round half up.") for form in list(UNRENDERED.values())[::4]]
    all_refused(ground, path, old, texts, rule)


@pytest.mark.parametrize("part", [FR, SC], ids=["requirement", "criterion"])
@pytest.mark.parametrize("form", ['[x\\]]: /u "{}"', "| |\n  |-|\n  | | {} |", '[x]: /u "{}"\n  [y]: /v "{}"'])
def test_a_demand_that_renders_to_nothing(ground: Ground, form: str, part: str) -> None:
    """A requirement or a criterion has its id, and below it only what is not rendered. `change-no-spec`."""
    name, _, text = part.partition(" The " if part == FR else " No ")
    ground.attempt(spec_with(part, f"{name}\n\n  {_filled(form, text)}")).refused("change-no-spec")


def test_text_that_is_rendered(ground: Ground) -> None:
    """A prompt has tables, notes, links and definitions around what it asks. Passes."""
    edits: dict[str, Content] = {}
    for number, form in enumerate(RENDERED.values(), 11):
        edits |= numbered(number, PHR, "Round half up.", _filled(form, "Round half up."))
    ground.attempt(edits).passed()


@pytest.mark.parametrize(
    "mark",
    [
        "[NEEDS<br>CLARIFICATION: which?]",
        "[NEEDS\u3164CLARIFICATION: which?]",
        "[NEEDS\u2800CLARIFICATION: which?]",
        "[NEEDS CLARIFI[](x)CATION: which?]",
        "[NEEDS CLARIFI![](x)CATION: which?]",
        "[NEEDS `CLARIFICATION`: which?]",
        "[NEEDS CL\u0410RIFICATION: which?]",
    ],
)
def test_an_open_question_in_other_disguise(ground: Ground, mark: str) -> None:
    """`[NEEDS CLARIFICATION]` holds a line break, a blank that counts as a letter, an empty link, code or a letter that
    looks the same. `spec-unclear`.
    """
    ground.attempt(spec_with("amounts half up.", f"amounts {mark} up.")).refused("spec-unclear")
