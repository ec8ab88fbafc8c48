"""Text as a reader sees it: Markdown rendered, and of characters only those that show.

Ways to compare texts or to look for words in them, each of which takes white space as one blank:

| key | drops besides | for |
|---|---|---|
| `text_key` (of `text`) | nothing | messages, the baseline, follow-ups |
| `exact_key` | characters that do not show | whether a record was changed, such as `history-rewritten` |
| `folded` | the same, and other shapes of a letter (NFKC) | words in plain text |
| `decoded` | the same, and the disguise of entities and escapes | template tokens, open questions |
| `visible_text` | the same, and tags, comments, hidden elements, link targets, marks | whether a text says anything |
| `visible_key` | the same, letter case and the last sign, but no link targets | whether it was said before |

One pass of one pattern: a gate asks it of every new record. Only marked text needs markdown-it beside it (`audible`).

Measured gain: markdown-it takes seven times as long for 20 KB of prose, and seventy times for as many brackets.
"""

import re
from collections.abc import Callable, Collection, Iterator

from sdd.base.regex import regex
from sdd.document.audible import audible
from sdd.document.elements import MAY_HIDE, RAW, UNSEEN, VOID, is_hidden
from sdd.document.text import text_key

# Format characters (category Cf), fillers that count as letters, joiners and selectors of variants: none of them shows.
_UNSEEN_CHARACTERS = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = regex(f"[{_UNSEEN_CHARACTERS}]+")
# The same, and the blocks of letters in other shapes.
_DISGUISE = regex(
    f"[{_UNSEEN_CHARACTERS}\u2070-\u218b\u2460-\u24ff\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff]"
)
# Letters and patterns that show as a blank.
_BLANKS = dict.fromkeys(map(ord, "\u2800\u3164\uffa0"), " ")
# What looks like a letter or sign of ASCII in most fonts.
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0456\u0458\u0501\u051b\u051d\u03bf\u03b1\u03b9\u03bd"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f"
    "\u03a1\u03a4\u03a7\u0396\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2018\u2019\u201c\u201d\u0131",
    "abekmhopctyxsijdqwoaivABEKMHOPCTYXSIJABEHIKMNOPTXZ-------''\"\"i",
)
_MOST_MARKS = 30
_ASCII = bytes(range(128))
_HALF_WIDTH_MARKS = "\uff9e\uff9f"
# Without one of these, text is rendered as it is written.
_MARKUP = regex(r"[<&\\`~*_\[{$]|:::|^[ \t>]*+\d", re.MULTILINE)
# Of a link, with a title that may be on the next line.
_TARGET = r"""\((?:"(?:\\.|[^"\\])*+"(?=\s*+\))|[^()\n]|\n(?!\s*\n)|\([^()\n]*\)){0,2000}+\)"""
# Where a piece of markup may start: to ask first is five times as fast as to try each piece at every letter.
_MAY_START = r"(?:(?=[\\`<{$~&\[\]*_])|^(?=[ \t>*+\-:\d]))"
_CODE = r"""
      ^[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)?(?P<fence>`{3,}+(?=[^`\n]*$)|~{3,}+)[^\n]*
       (?P<block>.*?)(?:^[ \t>]*+(?P=fence)[`~]*[ \t]*$|\Z)
    | (?<!`)(?P<ticks>`++)(?P<span>.{1,1000}?)(?<!`)(?P=ticks)(?!`)
    """
_SELDOM = r"""
      \\(?P<escaped>[!-/:-@\[-`{-~])
    | (?P<unseen><!--(?:-?>|.*?(?:-->|\Z)) | \{/\*.*?(?:\*/\}|\Z) | \{%-?\s*+comment\b.*?(?:endcomment\s*+-?%\}|\Z)
       | \\[hv]?phantom\s*+\{[^{}]*+\}? | \$\$\s*+%[^\n]*+
       | (?<!~)~~(?=[^\s~])(?:[^~\n]|\n(?!\s*\n))++~~(?!~)
       | ^[ \t>]*+\[\^[^\[\]\n]{1,99}\]:[^\n]*+(?:\n[ \t]*+[^\s][^\n]*+)*+
       | ^[ \t>]*+:{3,}+[ \t]*+[^\s\[]*+)
    | (?P<instruction><[!?][^<>]*>)
    | (?P<element></?(?P<tag>[A-Za-z][A-Za-z0-9-]*+)
       (?:\s[^<>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?+[^<>=]*+){0,20}+[^<>]*+)?/?>)
    | <[A-Za-z][A-Za-z0-9-]*+\s[^<>=]*+=[ ]*+["'][^<>]*+\Z
    | (?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)
    | ^[ \t>*+-]*+(?P<definition>\[(?!\^)[^\[\]\n]{1,999}\]:)[ \t]*+\n?[ \t]*+(?:<[^<>\n]*>|[^\s<]\S*+)
       (?:[ \t]*+\n?[ \t]*+(?:"[^"]*"|'[^']*'|\([^()]*\))(?=[ \t]*$))?[ \t]*$
    | (?P<empty>(?<!!)\[\s*+\]TARGET) | (?P<target>\](?:TARGET|\[[^\[\]\n]{0,999}\]))
    """.replace("TARGET", _TARGET)
_MARKS = r"""
      ^[ \t>]*+(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|(?=\n))(?:\[[ \txX]\](?=\s|\Z))?
    | [*`~]+ | (?<!\w)_+ | _+(?!\w)
    """
_FLAGS = re.DOTALL | re.MULTILINE | re.VERBOSE
_MARKDOWN = regex(f"{_MAY_START}(?:{_CODE}|{_SELDOM}|{_MARKS})", _FLAGS)
# The same for a text without what _SELDOM begins with. To compile that takes longer than to read most records.
_PLAIN_MARKDOWN = regex(f"{_MAY_START}(?:{_CODE}|{_MARKS})", _FLAGS)
_BEGINS_SELDOM = regex(r"[\\<{$&\[\]]|~~|:::")
_DISGUISED = regex(r"\\([!-/:-@\[-`{-~])|&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED = regex(r"&(?:#|[A-Za-z]{2,31};)|\\[\[\]{$]")
_LAST_SIGNS = " .!?:;,\u2026\u3002\uff01\uff1f"
# Tags that part no words.
_WITHIN_WORDS = frozenset((
    "a", "abbr", "b", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "s", "small", "span", "strong", "sub",
    "sup", "u", "wbr",
))  # fmt: skip
_TAGS = _WITHIN_WORDS.union(("br", "div", "hr", "img", "p"))
_LABEL = regex(r"\[([^\[\]\n]{1,999})\](?!:)")
# So many characters of plain text, and it is no word for nothing.
_PLAIN, _HIDING = 60, frozenset("<&\\`~[{$:")


def visible_text(text: str) -> str:
    """What a reader sees of Markdown on one line: text and code, without tags, comments, link targets and markup."""
    return folded(_rendered(audible(text.strip()), _shown))


def folded(text: str) -> str:
    """Plain text by what it looks like: NFKC, without characters that do not show, white space as one blank."""
    if not text.isascii():
        from unicodedata import normalize  # plain English needs none of it

        text = normalize("NFKC", "".join(_few_marks(without_unseen(text.translate(_BLANKS)))))
        # What is put together may be a character that does not show.
        text = normalize("NFKC", without_unseen(text))
    return text_key(text)


def without_unseen(text: str) -> str:
    """Text without the characters that do not show."""
    beyond = _beyond_ascii(text)
    return _UNSEEN.sub("", text) if beyond and _UNSEEN.search(beyond) else text


def _beyond_ascii(text: str) -> str:
    """The characters of a text that are not ASCII: a search for one of many takes 20 times as long as to drop these."""
    if text.isascii():
        return ""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def exact_key(text: str | None) -> str:
    """Text for comparing what was said to the letter: white space as one blank, without characters that do not show."""
    return text_key(without_unseen(text or ""))


def decoded(text: str) -> str:
    """Text with its entities and escaped signs as they show, folded: for what is looked for as it is written."""
    if "&" in text or "\\" in text:
        from html import unescape

        text = _DISGUISED.sub(lambda match: match[1] or unescape(match[0]), text)
    elif text.isascii():
        return text
    return folded(text)


def without_look_alikes(text: str) -> str:
    """The text with letters and signs of ASCII for those that look the same."""
    return text if text.isascii() else text.translate(_LOOK_ALIKES)


def visible_key(text: str | None) -> str:
    """Text for telling whether the same was said again: as it is seen, with the targets of links and what is in angle
    brackets behind a word (`List<int>`), but without case, emphasis, comments, hidden elements and the last sign.
    """
    text = (text or "").strip()
    used = {label.casefold() for label in _LABEL.findall(text)}
    text = audible(text, used)
    shown = _rendered(text, lambda match: _compared(match, used))
    return without_look_alikes(folded(shown)).casefold().rstrip(_LAST_SIGNS)


def may_be_disguised(text: str) -> bool:
    """Whether words may be in `text` in other characters than their own: a quick look that most text fails."""
    if ("&" in text or "\\" in text) and _ESCAPED.search(text):
        return True
    beyond = _beyond_ascii(text)
    return bool(beyond) and _DISGUISE.search(beyond) is not None


def says_nothing(text: str | None) -> bool:
    """Whether a reader sees no letter and no digit of any script."""
    return not text or not (is_plainly_long(text) or any(map(str.isalnum, visible_text(text))))


def is_plainly_long(text: str) -> bool:
    """Whether a text certainly says more than a word or two: a quick look that most texts pass."""
    start = text[:_PLAIN]
    return len(start) == _PLAIN and start.isascii() and _HIDING.isdisjoint(start) and sum(map(str.isalpha, start)) > 40


def _rendered(text: str, shown: "Callable[[re.Match[str]], str]") -> str:
    """A text without the elements whose content does not show, and with each piece of markup as `shown` has it."""
    if not _MARKUP.search(text):
        return text
    # A number alone is an answer; a list of numbers without text is none.
    text = f"{text}\n" if "\n" in text else text
    if "<" in text and MAY_HIDE.search(text):
        return "".join(_outside_unseen(text, shown))
    return (_MARKDOWN if _BEGINS_SELDOM.search(text) else _PLAIN_MARKDOWN).sub(shown, text)


def _outside_unseen(text: str, shown: "Callable[[re.Match[str]], str]") -> Iterator[str]:
    lowered = text.lower() if text.isascii() else "".join(letter.lower()[0] for letter in text)
    place, within, depth = 0, "", 0
    last_end: dict[str, int] = {}
    for match in _MARKDOWN.finditer(text):
        tag = (match["tag"] or "").lower()
        if within:
            if tag == within:
                depth += -1 if match[0][1] == "/" else within not in RAW
                within = within if depth else ""
            if not within:
                place = match.end()
            continue
        yield text[place : match.start()]
        place = match.end()
        if tag and match[0][1] != "/" and tag not in VOID:
            if tag in UNSEEN:
                if tag not in last_end:
                    last_end[tag] = lowered.rfind(f"</{tag}")
                # Prose that names a tag goes on behind it. A tag on a line of its own hides what is below.
                is_unseen = last_end[tag] >= place or _stands_alone(text, match.start(), place)
            else:
                is_unseen = is_hidden(match[0])
            if is_unseen:
                within, depth = tag, 1
        yield " " if within else shown(match)
    if not within:
        yield text[place:]


def _stands_alone(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")


def _shown(match: "re.Match[str]") -> str:
    kind = match.lastgroup
    if kind == "fence" or kind == "block":
        return f" {match['block']} "
    if kind == "span" or kind == "ticks":
        return match["span"]
    if kind == "escaped":
        return match["escaped"]
    if kind == "entity":
        from html import unescape

        return unescape(match["entity"])
    if kind == "target":
        return "]"
    if kind == "element":
        return "" if match["tag"].lower() in _WITHIN_WORDS else " "
    return " " if kind == "definition" else ""


def _compared(match: "re.Match[str]", used: Collection[str]) -> str:
    kind, written = match.lastgroup, match[0]
    if kind in ("empty", "instruction"):
        is_kept = False
    elif kind == "definition":
        is_kept = match["definition"][1:-2].casefold() in used
    elif kind == "element":
        is_kept = match["tag"] not in _TAGS and match.string[match.start() - 1 : match.start()].isalnum()
    else:
        is_kept = kind == "target" or (kind is None and written[0] not in "*_`~")
    return written if is_kept else _shown(match)


def _few_marks(text: str) -> Iterator[str]:
    """The text without what is stacked higher than any script does: to put marks in order takes quadratic time."""
    from unicodedata import combining

    marks = {letter for letter in set(text) if combining(letter) or letter in _HALF_WIDTH_MARKS}
    if not marks:
        yield text
        return
    stacked = 0
    for letter in text:
        stacked = stacked + 1 if letter in marks else 0
        if stacked <= _MOST_MARKS:
            yield letter
