"""Text as it is seen: what counts as said, whatever is written, and in linear time."""

import re
import sys
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sdd.document import Document, visible
from sdd.document.visible import exact_key, folded, says_nothing, visible_key, visible_text, without_unseen
from sdd.gate.cover import asks_nothing
from sdd.gate.originals import letters_in, may_hold, rarest_first
from sdd.records.kinds.phr import parse
from sdd.records.kinds.reading import is_answer, is_token, tokens
from sdd.records.kinds.silence import TRIVIAL_PROMPTS

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<>&\\`~*_[]"), max_size=40)
PIECES = st.lists(
    st.sampled_from(
        [
            "word", "```", "~~~", "`", "``", "\n", "\n\n", "<!--", "-->", "<b>", "</b>", "<br/>", "&amp;", "&nbsp;",
            "\\", "[", "]", "(u)", "[a]: /u", "# ", "> ", "- ", "1. ", "*", "**", "_", " ", "    ", ".", "!", "\u200b",
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(TEXT)
@example("e\u200d\u0301")
@example("\uff76\uff9e")
@example("\u3164")
@example("\ufdfa")
def test_folded_text_stays_as_it_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert exact_key(exact_key(text)) == exact_key(text)
    assert "\n" not in visible_text(text)


@given(PLAIN, st.sampled_from("aZ5\u4fee\u0416\u05d0\u0915"), PLAIN)
def test_a_letter_that_shows_is_never_nothing(before: str, letter: str, after: str) -> None:
    assert not says_nothing(f"{before} {letter} {after}")


@given(PIECES)
@example("```\nword")
@example("[a]: /u\nword")
@example("`<!--`word")
def test_what_markdown_renders_without_a_word_says_nothing(text: str) -> None:
    """markdown-it's letters, where neither HTML blocks nor unclosed comments make the two differ by design."""
    rendered = []
    for token in MarkdownIt("commonmark").parse(text):
        rendered += [token.content] if token.type in ("fence", "code_block") else []
        for inner in token.children or ():
            rendered += [inner.content] if inner.type in ("text", "code_inline") else []
    if "word" not in text:
        assert "word" not in visible_text(text)
    if "word" in "".join(rendered) and not any(part in text for part in ("<!--", "[a]:", "](", "][")):
        assert not says_nothing(text)


def test_every_character_that_formats_is_unseen() -> None:
    written = "".join(map(chr, range(sys.maxunicode + 1)))
    left = [letter for letter in without_unseen(written) if unicodedata.category(letter) == "Cf"]
    assert left == []
    dropped = set(written) - set(without_unseen(written))
    letters = {letter for letter in dropped if letter.isalnum()}
    assert letters == set("\u115f\u1160\u3164\uffa0")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("con**tin**ue", "continue"),
        ("&#99;ontinue &lt;b&gt;", "continue <b>"),
        ("`<!-- x -->` and <!-- y --> more", "<!-- x --> and more"),
        ("```html\n<!-- x -->\n```\n<!-- y -->", "<!-- x -->"),
        ("<details>\n<summary>Do it</summary>\n</details>", "Do it"),
        ("a < b and c > d", "a < b and c > d"),
        ("<https://example.com>", "<https://example.com>"),
        ("snake_case and _emphasis_", "snake_case and emphasis"),
        ("\\*not emphasis\\*", "*not emphasis*"),
        ("- [x] ticked\n- [ ] open", "ticked open"),
        ("\uff23\u200b\u00a0\ufb01", "C fi"),
        ("5.", "5."),
        ("<p hidden>a<p>b</p></p> c", "c"),
        ("<script>a</script>b <style>c</style>d", "b d"),
        ("Add a <script> to it", "Add a to it"),
        ("<input type=hidden hidden> a", "a"),
        ("~~a~~ b ~ c ~~ d", "b c d"),
        ("x{/* a */}y {% comment %}b{% endcomment %}", "xy"),
        ("a[^1]\n\n[^1]: b\nc\n\nd", "a[^1] d"),
        ("[a]: b c", "[a]: b c"),
    ],
)
def test_text_is_read_as_it_is_rendered(text: str, shown: str) -> None:
    assert visible_text(text) == shown


def test_the_words_for_go_on_are_known_as_they_are_written() -> None:
    words = [word for words in TRIVIAL_PROMPTS for word in words.split(", ")]
    assert all(asks_nothing(f"> **{word}**!") for word in words)
    assert all(asks_nothing(f"OK, {word.upper()} ... please") for word in words if word.isascii())


@pytest.mark.parametrize(
    "text", ["5", "555", "C", "OK", "aab", "\u4fee", "No.", "See TODO", "[FR-001]", "N/A: no rates"]
)
def test_an_answer_is_one(text: str) -> None:
    assert is_answer(text)


@pytest.mark.parametrize(
    "text", ["", "aaa", "TBD!", "**todo**", "n/a", "{{ITEM}}.", "\u54c8\u54c8\u54c8", "[WHAT IT IS]:"]
)
def test_a_word_for_nothing_is_none(text: str) -> None:
    assert not is_answer(text)


@pytest.mark.parametrize(
    "line",
    ["\\[WHAT IT IS\\]", "&#91;WHAT IT IS&rsqb;", "\uff3bWHAT IT IS\uff3d", "[WHAT\u200b IT IS]", "[WHAT\u00a0IT IS]"],
)
def test_a_template_token_is_found_in_disguise(line: str) -> None:
    assert tokens(f"- It is {line}") == ["[WHAT IT IS]"]
    assert is_token(line)


HIDDEN = [
    "<script>a</script>",
    "<template>a <b>b</b></template>",
    "<p hidden>a</p>",
    "<i style='display:none'>a</i>",
    '<i title="<" a=">" hidden>a</i>',
    "<del>a</del>",
    "~~a~~",
    "<!-- a -->",
]
LONG = 60_000
WORST = {
    "blanks": " ", "line ends": "\n", "backticks": "`", "tags": "<a b>", "comments": "<!--", "brackets": "[",
    "links": "](", "definitions": '[a]: b "x"\n', "long titles": '[a]: b "\n', "fences": "```\n",
    "two fences": "~~~\n```\n", "quotes": "> ", "list marks": "- ", "numbers": "1.\n",
    "escapes": "\\", "stars": "*_", "marks": "\u0301\u0315",
    "zero-width": "\u200b", "scripts": "<script>", "struck": "~~a~~ ", "comments of MDX": "{/*", "notes": "[^1]: a\n",
    "hidden": "<p hidden>", "containers": ":::\n",
}  # fmt: skip
WORST_SAID = {
    "spans": "`a``b", "open tags": "<a ", "tag lines": "<a\n", "nested links": "](a(b)", "entities": "&a",
    "half struck": "~~a", "comments of templates": "a{% comment", "unclosed": "a<style>", "attributes": '<a b="',
    "phantoms": "a\\phantom", "values": '="<a " ', "go on": "continue x ",
    "open titles": "[a]: b (x\n[b]: c 'y\n", "marks on letters": "\uff76\uff9e\u0316",
    "ligatures": "\ufdfa", "between letters": "a\u200bb", "jamo": "\u1100\u1161\u11a8",
}  # fmt: skip


@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_much_of_nothing_is_nothing(piece: str) -> None:
    text = piece * (LONG // len(piece))
    assert says_nothing(text)
    assert asks_nothing(text)


@pytest.mark.parametrize("piece", WORST_SAID.values(), ids=WORST_SAID)
def test_much_of_what_is_hard_to_read_is_read(piece: str) -> None:
    text = piece * (LONG // len(piece))
    assert not says_nothing(text)
    assert len(visible_text(text)) <= 18 * len(text)


def test_runs_of_backticks_of_every_length_are_read() -> None:
    text = "a".join("`" * (length % 44 + 1) for length in range(LONG // 23))
    assert set(visible_text(text)) == {"a", "`"}


@given(st.text("abc \u00e4\u0416\u4fee1\n"))
def test_what_was_said_again_is_known(text: str) -> None:
    assert visible_key(f"<!-- again -->{text.upper()}\u200b  !") == visible_key(text) == visible_key(f"{text} .")


@pytest.mark.parametrize(
    ("one", "other"), [("[a](b)", "[a](c)"), ("List<A>", "List<B>"), ("1. x", "2. x"), ("`a`", "`b`")]
)
def test_what_differs_where_it_matters_was_not_said_again(one: str, other: str) -> None:
    assert visible_key(one) != visible_key(other)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_is_hidden_makes_no_difference(hidden: str) -> None:
    assert visible_key(f"Round {hidden} `half` [up](x).") == visible_key("round `half` [up](x)")


@given(st.one_of(PIECES, TEXT), st.one_of(PIECES, TEXT))
@example("con**tin**ue &amp; stra\u00dfe", "A\u0130\u212a")
@example("", "word<b>word")
def test_no_record_is_ruled_out_that_says_the_same(prompt: str, response: str) -> None:
    content = f"---\nid: 1\n---\n\n## Prompt\n\n{prompt}\n\n## Response snapshot\n\n{response}\n".encode()
    phr = parse("history/prompts/general/0001-x.misc.prompt.md", content, "")
    exchange = visible_key(phr.prompt), visible_key(phr.response)
    assert may_hold(letters_in(content), [rarest_first(exchange)])


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- a -->", "<b></b>", "<s>a</s>", "&shy;", "&#8203;", "\u00ad", "\u200b", "**", "`", "~~a~~", "[](a)",
        "[ ](a)", "\\phantom{a}", "\\hphantom{a}", "{/* a */}", "{/**/}", "{% comment %}a{% endcomment %}",
        "{%- comment -%}a{%- endcomment -%}", "<?a?>", "<!a>",
    ],
)  # fmt: skip
@given(place=st.integers(1, 6), before=PIECES, behind=PIECES)
def test_no_record_is_ruled_out_that_hides_something_within_a_word(
    hidden: str, place: int, before: str, behind: str
) -> None:
    word = "voucher"
    content = f"---\nid: 1\n---\n\n## Prompt\n\n{before} {word[:place]}{hidden}{word[place:]}\n\n{behind}\n".encode()
    prompt = visible_key(parse("history/prompts/general/0001-x.misc.prompt.md", content, "").prompt)
    assert may_hold(letters_in(content), [rarest_first((prompt, ""))])


@pytest.mark.parametrize(
    "front_matter",
    [
        'prompt_text: "round every kilo\\x67ram"\nresponse_text: It rounds.',
        'PROMPT_TEXT: "round every kilo\\u0067ram"\nRESPONSE_TEXT: It rounds.',
        'PROMPT_TEXT: "round every kilo\\\n  gram"\nRESPONSE_TEXT: It rounds.',
        '"prompt\\x5ftext": "round every kilo\\u0067ram"\n"response\\u005ftext": It rounds.',
        '"prompt\\U0000005ftext": "round every kilo\\U00000067ram"\n"response\\u005ftext": It rounds.',
        '? "prompt\\\n  _text"\n: "round every kilo\\\n  gram"\n? "response\\\n  _text"\n: It rounds.',
    ],
)
def test_no_record_is_ruled_out_that_is_written_in_escapes(front_matter: str) -> None:
    content = f'---\nid: "1"\n{front_matter}\n---\n'.encode()
    phr = parse("history/prompts/general/0001-x.misc.prompt.md", content, "")
    exchange = visible_key(phr.prompt), visible_key(phr.response)
    assert exchange == ("round every kilogram", "it rounds")
    assert may_hold(letters_in(content), [rarest_first(exchange)])


@pytest.mark.parametrize(
    ("plain", "parted"),
    [
        ("caf\u00e9 d\u00e9cid\u00e9", "cafe*\u0301 de`\u0301`cid\u00e9"),
        ("\uac00\uaca9", "\u1100*\u1161\uaca9"),
        ("\u30ac\u30a4\u30c9", "\u30ab**\uff9e\u30a4**\u30c9"),
        ("\u0451\u043b\u043a\u0430", "\u0435*\u0308\u043b\u043a\u0430"),
        ("\u0389\u03c1\u03b1", "\u0397*\u0301\u03c1\u03b1"),
        ("\u1fb3", "\u03b1*\u0345"),
    ],
)
def test_no_record_is_ruled_out_that_parts_a_letter_from_its_mark(plain: str, parted: str) -> None:
    assert visible_key(parted) == visible_key(plain)
    assert may_hold(letters_in(parted.encode()), [rarest_first((visible_key(plain), ""))])
    assert may_hold(letters_in(plain.encode()), [rarest_first((visible_key(parted), ""))])


@given(st.one_of(PIECES, TEXT, st.text("\\`<{$~&[]*_>:+-1.)( \t\n!?^%/#ax|\u0661", max_size=60)))
@example(":::note\n+ a\n[^1]: b\n\u0661) c\n$$ %\n</b>\n")
def test_markup_starts_nowhere_but_where_it_may(text: str) -> None:
    every = re.compile(f"{visible._CODE}|{visible._SELDOM}|{visible._MARKS}", visible._FLAGS)
    pieces = [(match.span(), match.lastgroup) for match in every.finditer(text)]
    assert [(match.span(), match.lastgroup) for match in visible._MARKDOWN.finditer(text)] == pieces
    if not visible._BEGINS_SELDOM.search(text):
        assert [(match.span(), match.lastgroup) for match in visible._PLAIN_MARKDOWN.finditer(text)] == pieces


@given(st.text("`~*_>:+-1.)( \t\n!?^%/#ax|\u0661", max_size=60))
@example("```\n* a\n```\n1. `b` _c_ ~ ~~~\nd\n~~~")
def test_text_without_seldom_markup_has_the_same_pieces(text: str) -> None:
    test_markup_starts_nowhere_but_where_it_may.hypothesis.inner_test(text)  # type: ignore[attr-defined]


# A linear pass takes a second, a quadratic one minutes.
MARKED, ENOUGH = 20_000, 8
SILENT = [
    "- [^a]:\n",
    "[a\n",
    "[a]: b\n",
    '[a]: b "\n',
    "| |\n|-|\n| | a\n",
    "|-|\n| | a\n",
    "<?a",
    "<!a\n",
    "> - ```a\n",
    '[](u "\n',
]


@pytest.mark.parametrize("piece", SILENT)
def test_much_of_what_may_render_to_nothing_is_read_in_linear_time(piece: str) -> None:
    text = piece * (MARKED // len(piece))
    begun = time.process_time()
    visible_key(text)
    says_nothing(text)
    Document.parse(text.encode())
    assert time.process_time() - begun < ENOUGH
