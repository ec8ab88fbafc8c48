"""What is put into records that were committed before it came: prompts, answers, tests and facts."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from sdd.authoring.front_matter import with_key
from sdd.authoring.prose import code, one_line, verbatim
from sdd.base.regex import regex
from sdd.capture.exchanges import Exchange, Status
from sdd.capture.records import BY_NONE_KNOWN, WITHOUT_LINES, facts_of, tests_told
from sdd.capture.texts import abridged, answer_of, prompts_told, responses_told, span_told, spans_of, words_of
from sdd.document import Document, Section
from sdd.document.source import Source
from sdd.records.edits import edits_read, edits_told
from sdd.records.kinds.captured import ANSWER, EXCHANGE, prompts_numbered
from sdd.records.kinds.phr import parse
from sdd.records.kinds.phr_body import OUTCOME, own_section, prompt_section, response_section
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.runs_told import runs_told

_FACTS, _UNATTRIBUTED = "- Captured: ", "- Not attributed: "
_PROMPTS = regex(rf"{_FACTS}(prompts? (\d+)(?: to (\d+))?): ")
_EXCHANGE = regex(EXCHANGE)
_WAITING = f"status: {Status.OPEN}"
_UNATTRIBUTED_WHY = f": (?:{BY_NONE_KNOWN}|{WITHOUT_LINES})"
_HEADING = rf"{ANSWER} \d+:\n\n"
_END = regex(rf"{EXCHANGE}(?=\Z|\n\n{_HEADING})")


def brought_up(content: bytes, exchanges: Mapping[str, Exchange], policy: Policy, clean: Callable[[str], str]) -> bytes:
    """A record's content with all that was asked, answered and tested since it was written; `exchanges` are all that
    are known, by their ids. Where somebody has edited its texts, only the answers that were awaited come.
    """
    content = _renewed(content, exchanges, policy, clean)
    for id in parse("", content, "").labels:
        if exchange := exchanges.get(id):
            content = _answered(content, replace(exchange, response=clean(exchange.response)), policy)
    return content


def _renewed(content: bytes, exchanges: Mapping[str, Exchange], policy: Policy, clean: Callable[[str], str]) -> bytes:
    """The same where all texts are those that sdd wrote; else it stays as it is."""
    document, source, phr = Document.parse(content), Source.of(content), parse("", content, "")
    asked, answers = prompt_section(document), response_section(document)
    ids, facts = phr.labels[1:], _lines_of_facts(document, source)
    if not (asked and answers and ids) or len(facts) < len(ids) or not exchanges.keys() >= {*ids}:
        return content
    now = [exchanges[id] for id in ids]
    told = len(prompts_numbered(phr.prompt or "")) or 1
    then = [_as_told(each, source.text(line), told) for each, line in zip(now, facts, strict=False)]
    parts = {id: int(part) - 1 for id, part in _EXCHANGE.findall(phr.response or "") if part}

    def texts(of: Sequence[Exchange]) -> tuple[str, str]:
        prompts = [prompt for exchange in of for prompt in exchange.prompts]
        return clean(prompts_told(prompts)), clean(responses_told(of, policy, parts))

    (prompt, response), former = texts(now), texts(then)
    if (prompt, response) == former or [*map(words_of, former)] != [words_of(phr.prompt), words_of(phr.response)]:
        return content
    spans = spans_of(now, prompt)
    for line, exchange in zip(facts, now, strict=False):
        source = source.replaced(line, _FACTS + facts_of(exchange, span_told(spans.get(exchange.id))))
    source = _with_text(_with_text(source, answers, response), asked, prompt)
    moved = {span: spans.get(id) for id, span in spans_of(then, former[0]).items()}
    edits = (each._replace(prompts=moved.get(each.prompts)) if each.prompts else each for each in edits_read(phr.edits))
    content = with_key(source.content, "edits", edits_told(edits)) if moved else source.content
    tests = tests_told(now)
    lines = {run.command: line for run, line in zip(runs_told(phr.tests), phr.tests, strict=True)} | tests
    return with_key(content, "tests", tuple(lines.values())) if tests else content


def _as_told(exchange: Exchange, facts: str, alone: int) -> Exchange:
    """An exchange as its line of facts tells it: with the prompts numbered there, or so many where it is `alone`."""
    span, status = _PROMPTS.match(facts), facts.rpartition("status: ")[2]
    count = int(span[3] or span[2]) - int(span[2]) + 1 if span else alone
    answers = exchange.answers[:count]
    return replace(
        exchange,
        prompts=exchange.prompts[:count],
        earlier=answers[:-1],
        response="" if status == Status.OPEN else answers[-1] if answers else exchange.response,
        status=Status(status) if status in {*Status} else exchange.status,
    )


def _answered(content: bytes, exchange: Exchange, policy: Policy) -> bytes:
    """A record's content with an awaited answer. Only that answer and its exchange's line of facts change."""
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
    return _with_text(source, response, told).content


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


def _with_text(source: Source, section: Section, text: str) -> Source:
    source = source.removed(section.line + 1, section.end - section.line - 1)
    return source.inserted(section.line + 1, [*verbatim(text).split("\n"), ""])


def _lines_of_facts(document: Document, source: Source, start: str = _FACTS) -> list[int]:
    outcome = own_section(document, *OUTCOME)
    lines = range(outcome.line, outcome.end) if outcome else ()
    return [line for line in lines if source.text(line).startswith(start)]


def _with_answer(told: str, exchange: Exchange, policy: Policy) -> str | None:
    """All answers of a record, that of an exchange in the place of what stood for it; None where that is unknown."""
    ends = [end for end in _END.finditer(told) if end[1] == exchange.id]
    if len(ends) != 1:
        return None
    end, parts = ends[0].end(), int(ends[0][2] or 1) - 1
    headings = re.finditer(rf"(?:\A|(?<=\n\n)){_HEADING}", told[:end])
    start = max((heading.end() for heading in headings), default=0)
    return told[:start] + abridged(answer_of(exchange, policy, parts)).strip() + told[end:]
