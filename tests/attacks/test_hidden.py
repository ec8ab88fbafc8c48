"""Elements that hide what is written: they open above it and close below.

A spec, a requirement or a part of a record is within a comment, a hidden element, an attribute or a link's title.
Details and code, which a reader sees, pass.
"""

import pytest

from tests.attacks import test_silent_specs
from tests.attacks.ground import CONTRACT, GOOD, PHR, SPEC, Content, Ground
from tests.attacks.test_silent_records import all_refused
from tests.attacks.test_silent_specs import FR, SC, spec_with
from tests.good import TARGET

AROUND = {
    "a script": ("<script>", "</script>"),
    "a style": ("<style media=print>", "</style>"),
    "a text field": ("<textarea\n  rows=1>", "</textarea>"),
    "a script that never ends": ("<script>", ""),
    "a template": ("<template>\n", "\n</template>"),
    "a template that never ends": ("<template>\n", ""),
    "a template in capitals": ("<TEMPLATE id=a>\n", "\n</Template >"),
    "a title": ("<title>\n", "\n</title>"),
    "a frame": ("<iframe src=a>\n", "\n</iframe>"),
    "a head": ("<head>\n", "\n</head>"),
    "a dialog": ("<dialog>\n", "\n</dialog>"),
    "no script": ("<noscript>\n", "\n</noscript>"),
    "what a browser without video shows": ("<video>\n", "\n</video>"),
    "struck text": ("<del>\n", "\n</del>"),
    "a hidden element": ("<div hidden>\n", "\n</div>"),
    "a hidden element with a bracket in a title": ('<div title="<b>" hidden>\n', "\n</div>"),
    "a hidden element within another": ("<div>\n<p/hidden>\n", "\n</p></div>"),
    "a tag that a bracket breaks": ("<div hidden <b>\n", "\n</div>"),
    "what is not displayed": ("<section style='display: none'>\n", "\n</section>"),
    "nested elements": ("<div hidden>\n<div>\n</div>\n", "\n</div>"),
    "nested templates": ("<template>\n<template>\n</template>\n", "\n</template>"),
    "an element that starts in a sentence": ("It is said that <template>\n", "\n</template> it is so."),
    "an element that starts in a list": ("- It is so.\n\n    <template>\n", "\n</template>"),
    "an element that starts in a quotation": ("> <template>\n", "\n</template>"),
    "backticks that pair over lines": ("a ` b\nc ` <template> ` d\n", "\n</template>"),
    "an end in an attribute": ("<template>\n<a title='</template>'>\n", "\n</template>"),
    "an end in a comment": ("<template>\n<b><!--\n</template>\n--></b>\n", "\n</template>"),
    "an end in code": ("<template>\n\n`</template>`\n", "\n</template>"),
    "an end in a fence": ("<template>\n\n```\n</template>\n```\n", "\n</template>"),
    "an end in a style": ("<template>\n<style>\n</template>\n</style>\n", "\n</template>"),
    "an escaped end": ("<template>\n\n\\</template>\n", "\n</template>"),
    "code that is none within HTML": ("<div>\n`<template>`\n", "\n</template>"),
    "a comment within HTML": ("<div>\n<!--\n", "\n-->\n</div>"),
    "a comment behind a tag": ("<br> <!--\n", "\n-->"),
    "an instruction": ("<?php\n", "?>"),
    "a declaration": ("<!DOCTYPE\n", ">"),
    "character data": ("<![CDATA[\n", "]]>"),
    "an attribute": ('<div title="\n', '\n<b x=">'),
    "an attribute of an element without an end": ("<br title='\n", "\n<b '>"),
    "an attribute of an end": ('<div>\n</div title="\n', '\n<b ">'),
    "an attribute that never ends": ('<div title="\n', ""),
}


def test_an_element_around_requirements_and_criteria(ground: Ground) -> None:
    """An element that no reader sees opens above the requirements of a spec and closes below its criteria.
    `contract-unknown-requirement`.
    """
    texts = [f"{above}\n{FR}\n{SC}\n{below}" for above, below in AROUND.values()]
    demands = f"{FR}\n\n## Success Criteria\n\n{SC}"
    test_silent_specs.all_refused(ground, demands, texts, "contract-unknown-requirement")


@pytest.mark.parametrize(
    ("above", "below"),
    [('<a title="', '">so</a>'), ('[a]: /b "', '"'), ("[a]: /b\n(", ")"), ('So [it](/b "', '") is.')],
)
def test_requirements_within_a_paragraph(ground: Ground, above: str, below: str) -> None:
    """The requirements and criteria of a spec are the title of a link. `contract-unknown-requirement`."""
    lines = "\n".join((above, FR[2:], SC[2:], below))
    ground.attempt(spec_with(f"{FR}\n\n## Success Criteria\n\n{SC}", lines)).refused("contract-unknown-requirement")


def test_an_element_around_a_spec(ground: Ground) -> None:
    """An element that no reader sees has a whole spec in it. `change-no-spec`."""
    spec = str(TARGET[SPEC])
    texts = [f"{above}\n{spec}\n{below}\n" for above, below in list(AROUND.values())[:12]]
    test_silent_specs.all_refused(ground, spec, texts, "change-no-spec")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{FR}\n", f"- **FR-001**: <template> The system\n  MUST round.</template>\n{FR.replace('001', '002')}\n"),
        (f"{FR}\n", f"- **FR-001**: <s>\n\n  The system MUST round.\n</s>\n{FR.replace('001', '002')}\n"),
        (f"{SC}\n", "- **SC-001**: <script>\n- **SC-002**: It is so.\n  No invoice differs.</script>\n"),
    ],
)
def test_an_element_within_an_item(ground: Ground, old: str, new: str) -> None:
    """What a requirement or a criterion says is in an element over several lines. `change-no-spec`."""
    ground.attempt(spec_with(old, new)).refused("change-no-spec")


@pytest.mark.parametrize(
    ("path", "first", "last", "rule"),
    [
        (CONTRACT, "## Success criteria", "Amounts are rounded half up.", "contract-missing-section"),
        (CONTRACT, "- [x] `python -m pytest`", "- [x] `python -m pytest`", "contract-missing-section"),
        (CONTRACT, "- Amounts stay decimals.", "- Amounts stay decimals.", "contract-no-constraint"),
        (CONTRACT, "- No other way of rounding.", "- No other way of rounding.", "contract-no-non-goal"),
        (CONTRACT, "## Success criteria", "- Round other currencies.", "contract-missing-section"),
        (PHR, "Round half up.", "Round half up.", "change-no-phr"),
        (PHR, "## Prompt", "Round half up.", "phr-missing-field"),
        (PHR, "It does.", "It does.", "phr-empty"),
        (PHR, "## Prompt", "It does.", "phr-missing-field"),
    ],
)
def test_an_element_around_other_records(ground: Ground, path: str, first: str, last: str, rule: str) -> None:
    """The prompt, the response, the criteria, checks, constraints or non-goals of a record are within an element that
    no reader sees. The rule of what is missing.
    """
    text = str(GOOD[path])
    start, end = text.index(first), text.index(last) + len(last)
    said, elements = text[start:end], ("script", "template", "div hidden", "del")
    hidden = [f"<{element}>\n\n{said}\n\n</{element.split()[0]}>" for element in elements]
    all_refused(ground, path, said, hidden, rule)


HONEST = {
    "details": "<details>\n<summary>More</summary>\n\n{}\n\n</details>",
    "open details within a table": "<table><tr><td>\n<details open>\n\n{}\n\n</details></td></tr></table>",
    "an element with a place": '<div align="center">\n\n{}\n\n</div>\n',
    "keys and breaks": "Press <kbd>Esc</kbd>.<br>\n<br/>\n\n{}\n",
    "a picture": '<p align="center">\n<img src="a.png" alt="hidden">\n</p>\n\n{}\n',
    "code of a script": "So:\n\n```html\n<script>\n<template>\n```\n\n{}\n\n```html\n</template>\n</script>\n```",
    "indented code": "Like this:\n\n    <template>\n    <script>\n\n{}\n",
    "tags in backticks": "No `<script>` and no `<div hidden>`.\n\n{}\n\nNor `</script>` and `</div>`.",
    "a tag in a sentence": "A <script> or <style> is no text.\n\n{}\n",
    "an escaped tag": "\\<template>\n\n{}\n\n\\</template>",
    "type arguments": "It is List<Template> or Map<String, Object>.\n\n{}\n",
    "a comment": "<!--\nnone <script>\n-->\n\n{}\n\n<!-- </script> -->",
    "what is struck on one line": "<del>Down</del> up.\n\n{}\n\n<s>No</s> yes.",
    "a script of its own": "<script>\nlet a = `b`;\n</script>\n\n{}\n",
    "a style of its own": "<style>\n\nb {{}}\n\n</style>\n\n{}\n",
    "attributes on lines of their own": '<p>\n<img\n  src="a.png"\n  alt="b">\n</p>\n\n{}\n',
    "a link with a title": '[a](/b "c") and [d].\n\n{}\n\n[d]: /e\n    "f"\n',
    "less than": 'At <p95 for x="1" of all.\n\n{}\n\n> more\n',
    "text as it is written": "<pre>\nnone\n</pre>\n\n{}\n",
}


@pytest.mark.parametrize("around", HONEST.values(), ids=HONEST)
def test_honest_elements(ground: Ground, around: str) -> None:
    """A spec has details, keys, pictures, breaks and code of a script around what it says. Passes."""
    ground.attempt(spec_with(FR, around.format(FR)) | _in_prompt(around)).passed()


def _in_prompt(around: str) -> dict[str, Content]:
    return {PHR: str(GOOD[PHR]).replace("Round half up.", around.format("Round half up."))}
