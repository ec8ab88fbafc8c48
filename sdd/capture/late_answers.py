"""What is put into records that were committed before it came: answers, and facts."""

import re
from collections.abc import Collection

from sdd.authoring.prose import code, one_line, verbatim
from sdd.base.regex import regex
from sdd.capture.exchanges import Exchange, Status
from sdd.capture.records import ANSWER, BY_NONE_KNOWN, WITHOUT_LINES, abridged, answer_of, facts_of
from sdd.document import Document
from sdd.document.source import Source
from sdd.records.kinds.phr import parse
from sdd.records.kinds.phr_body import OUTCOME, own_section, response_section
from sdd.records.kinds.policy import Policy

_FACTS, _UNATTRIBUTED = "- Captured: ", "- Not attributed: "
_PROMPTS = regex(rf"{_FACTS}(prompts? \d+(?: to \d+)?): ")
_WAITING = f"status: {Status.OPEN}"
_UNATTRIBUTED_WHY = f": (?:{BY_NONE_KNOWN}|{WITHOUT_LINES})"
_HEADING = rf"{ANSWER} \d+:\n\n"


def waits(content: bytes) -> bool:
    """Whether a record may have been written before an answer came."""
    return _WAITING.encode() in content


def answered(content: bytes, exchange: Exchange, policy: Policy) -> bytes:
    """A record's content with the answer of an exchange that was open when it was written.

    Only that answer and the line of facts about that exchange change.
    """
    document, phr = Document.parse(content), parse("", content, "")
    response = response_section(document)
    if exchange.status is Status.OPEN or exchange.id not in phr.labels or not (response and phr.response):
        return content
    source = Source.of(content)
    facts = _lines_of_facts(document, source)
    # The lines of facts stand in the order of the labels, which begin with one that names no exchange.
    number = phr.labels.index(exchange.id) - 1
    told = _with_answer(phr.response, exchange, policy)
    if told is None or not 0 <= number < len(facts) or not source.text(facts[number]).endswith(_WAITING):
        return content
    prompts = _PROMPTS.match(source.text(facts[number]))
    source = source.replaced(facts[number], _FACTS + facts_of(exchange, prompts[1] if prompts else ""))
    source = source.removed(response.line + 1, response.end - response.line - 1)
    return source.inserted(response.line + 1, [*verbatim(told).split("\n"), ""]).content


def with_fact(content: bytes, fact: str) -> bytes:
    """A record's content with a further fact below those that it tells; where it tells none a person took them out."""
    document, source = Document.parse(content), Source.of(content)
    lines = _lines_of_facts(document, source)
    return source.inserted(lines[-1] + 1, [f"{_FACTS}{fact}"]).content if lines else content


def with_attributed(content: bytes, files: Collection[str]) -> bytes:
    """A record's content that says of some files no more that they are not attributed."""
    document, source = Document.parse(content), Source.of(content)
    names = "|".join(re.escape(code(one_line(path))) for path in files)
    named = rf"(?:{names})(?:, |{_UNATTRIBUTED_WHY}(?:; )?)|, (?:{names})"
    for line in _lines_of_facts(document, source, _UNATTRIBUTED)[:1] if files else ():
        told = re.sub(named, "", source.text(line).removeprefix(_UNATTRIBUTED)).removesuffix("; ")
        source = source.replaced(line, _UNATTRIBUTED + told) if told else source.removed(line, 1)
    return source.content


def _lines_of_facts(document: Document, source: Source, start: str = _FACTS) -> list[int]:
    outcome = own_section(document, *OUTCOME)
    lines = range(outcome.line, outcome.end) if outcome else ()
    return [line for line in lines if source.text(line).startswith(start)]


def _with_answer(told: str, exchange: Exchange, policy: Policy) -> str | None:
    """All answers of a record, that of an exchange in the place of what stood for it; None where that is unknown."""
    name = rf"\(Exchange {exchange.id}(?:, part (\d+))?\.\)"
    ends = [*re.finditer(rf"{name}(?=\Z|\n\n{_HEADING})", told)]
    if len(ends) != 1:
        return None
    end, parts = ends[0].end(), int(ends[0][1] or 1) - 1
    headings = re.finditer(rf"(?:\A|(?<=\n\n)){_HEADING}", told[:end])
    start = max((heading.end() for heading in headings), default=0)
    return told[:start] + abridged(answer_of(exchange, policy, parts)).strip() + told[end:]
