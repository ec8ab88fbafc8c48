"""Lines that an element hides: what a document reads, in linear time."""

import time

import pytest

from sdd.authoring.prose import verbatim
from sdd.document import Document
from sdd.document.elements import may_hide
from sdd.records.kinds.phr import parse

READ = {
    "<script>\n- a\n</script>\n- c": "c",
    "<template>\n\n# a\n\n- b\n\n</template>\n\n- c": "c",
    "hello <template>\n\n- a\n\n</template> - b\n\n- c": "b,c",
    "- a <script> b\n  c </script> d\n- e": "a  d,e",
    "- a\n  <s>b\n  c</s>\n- d": "a,d",
    "<s>a\n- b</s> <s>c\n- d</s>\n- e": "e",
    "<div>\n<!--\n\n- a\n\n-->\n</div>\n\n- c": "c",
    "a ` b\nc ` <template> ` d\n\n- a\n\n</template>\n- c": "c",
    "`<template>`\n\n- a\n\n`</template>`": "a",
    "<div hidden>\n<div>\n- a\n</div>\n- b\n</div>\n- c": "c",
    "<del>\n- a `x`\n</del>\n- c": "c",
    "<del>\n<del>\n- a\n</del>\n- c": "c",
    "use <script> a lot\n\n- a": "a",
    "<input hidden>\n- a": "a",
    "    <template>\n\n- a": "a",
    "\\<template>\n\n- a\n\n</template>": "a",
    "\\\\<template>\n\n- a\n\n</template>\n- c": "c",
    "```\n<script>\n```\n\n- a\n\n```\n</script>\n```": "a",
    "<!--\n<script>\n-->\n- a\n\n</script>": "a",
    "x <!-- <script> -->\n\n- a\n\n</script>": "a",
    "x <!--> <template> -->\n\n- a\n\n</template>\n- c": "c",
    "<br> <!--> <template>\n\n- a\n\n</template>\n\n- c": "c",
    "<style>\na\n</style>\n- b\n<style>\nc\n</style>\n- d": "b,d",
    '<div title="\n\n- a\n\n<b x="></b></div>\n- c': "c",
    '<a title="\n**FR-001**: a\n">x</a>\n\n- c': "c",
    "if a <b then\n- x\n\n> q > 1\n- c": "x,c",
    '[a]: x "\n**FR-001**: a\n"\n\n- c': "c",
    '[a]: x "\n<template>\n"\n\n- a\n\n</template>': "a",
    "[a]: x (b\nc) d\n- e": "e",
    "<i class='hidden'>a\n\n- b\n</i>": "b </i>",
}
ENDLESS = ["<script>\na", "- a\n\n    <template>\n\n- b", "<p hidden> a", "<br> <!--\n\na", "<?\na"]


@pytest.mark.parametrize(("text", "items"), READ.items())
def test_hidden_items_are_not_read(text: str, items: str) -> None:
    document = Document.parse(text.encode())
    assert [item.text for item in document.items(document.whole)] == items.split(",")
    assert not document.sections


def test_the_words_of_a_record_stay_as_they_are_written() -> None:
    text = "---\nid: 1\n---\n\n## Prompt\n\nUse <script>\na\n</script> and\n<s>\nb\n</s>\n\n## Response\n\nIt does.\n"
    phr = parse("history/prompts/general/0001-x.misc.prompt.md", text.encode(), "")
    assert phr.prompt == "Use <script>\na\n</script> and\n<s>\nb\n</s>"
    assert phr.response == "It does."


@pytest.mark.parametrize("text", ENDLESS)
def test_an_element_that_never_ends_is_told(text: str) -> None:
    problems = Document.parse(f"# a\n\n{text}\n".encode()).problems
    assert ["hides all below" in problem.message for problem in problems] == [True]


@pytest.mark.parametrize("text", ["Use <template> here.", "a <p hidden>", "Set style=x in <b style=x>"])
def test_what_could_hide_the_rest_of_a_record_is_written_as_code(text: str) -> None:
    assert may_hide(text)
    assert verbatim(text) == f"```\n{text}\n```"


# A linear pass takes a twentieth of a second, a quadratic one many times what is enough.
LONG, ENOUGH = 25_000, 0.5
WORST = [
    "<template>\n", "<s> ", "<s></s>\n", "<s>\n</s>\n", "<s>\n`</s>`\n", "<x hidden>\n", "<script>`\n", "</s>\n",
    "<!--", "<b><!--\n", "<s>\n" * 9 + "</s>",
    "<b>\n<!--\n-->\n", "<?\n", "<a ", '="<s " ', "`<s>`\n", "\\<s>", "    <template>\n", "- <template>\n",
    "<del><s>\n</s>", "<svg><s>`", "<template><style></style>\n", "<s>\n<s>\n</s>\n<del>\n",
    "> <p hidden>\n", '<a b="\n', "<a b='\n'>\n", "]: a 'b\n'\n", "](a (b\n", "` <s>\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", WORST)
def test_much_of_what_may_hide_is_read_in_linear_time(piece: str) -> None:
    content = (piece * (LONG // len(piece))).encode()
    begun = time.process_time()
    Document.parse(content)
    assert time.process_time() - begun < ENOUGH


@pytest.mark.parametrize("count", [2_500])
def test_elements_of_many_names_are_read_in_linear_time(count: int) -> None:
    text = "".join(f"<x{number} hidden><x{number}>\n</x{number}>\n" for number in range(count))
    begun = time.process_time()
    Document.parse(text.encode())
    assert time.process_time() - begun < ENOUGH
