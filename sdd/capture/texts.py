"""The prompts and answers of exchanges as a PHR tells them: numbered where there are several, long ones abridged."""

from collections.abc import Mapping, Sequence

from sdd.base.listing import counted
from sdd.capture.exchanges import Exchange, Status
from sdd.records.kinds.captured import ANSWER, AWAITED, PROMPT, exchange_named, prompts_numbered
from sdd.records.kinds.policy import Policy

# Bytes of a prompt or an answer that a record tells whole; of a longer one its head and its tail.
_MOST_TEXT = 64 * 1024
# A record has a limit of its own, however many exchanges it tells of.
_ALL_TEXTS = 256 * 1024
_MOST_LINES = 40
# Characters by which a prompt is known again.
_SAMPLE = 200
_UNANSWERED = {
    Status.OPEN: AWAITED,
    Status.INTERRUPTED: "Interrupted: the agent gave no answer.",
    Status.UNANSWERED: "No answer came before the next prompt or the end of the session.",
    Status.FAILED: "Failed: the agent gave no answer.",
    Status.DONE: "No answer was told.",
}


def prompts_told(prompts: Sequence[str]) -> str:
    """All that was asked, each prompt under its number where there are several."""
    return _told([(PROMPT, number, prompt) for number, prompt in enumerate(prompts, 1)])


def spans_of(exchanges: Sequence[Exchange], told: str) -> dict[str, tuple[int, int]]:
    """The first and last number of each exchange's prompts, where several exchanges have them numbered."""
    spans, last = {}, 0
    for exchange in exchanges:
        if exchange.prompts:
            spans[exchange.id] = last + 1, (last := last + len(exchange.prompts))
    prompts = (prompt for exchange in exchanges for prompt in exchange.prompts)
    found = prompts_numbered(told)
    is_found = all(
        prompt.strip()[:_SAMPLE] == found.get(number, "")[:_SAMPLE] for number, prompt in enumerate(prompts, 1)
    )
    return spans if len(spans) > 1 and len(found) == last and is_found else {}


def span_told(span: tuple[int, int] | None) -> str:
    """Which prompts are meant, by their first and last number; empty for none."""
    if span is None:
        return ""
    first, last = span
    return f"prompt {first}" if first == last else f"prompts {first} to {last}"


def responses_told(exchanges: Sequence[Exchange], policy: Policy, parts: Mapping[str, int]) -> str:
    """The last answer to each prompt, numbered where there are several: a "continue" goes on with one of them."""
    told, number = [], 0
    for exchange in exchanges:
        for place, answer in enumerate(exchange.answers[:-1], number + 1):
            if answer.strip():
                told.append((ANSWER, place, answer if policy.response == "all" else _last_lines(answer)))
        number += len(exchange.prompts)
        told.append((ANSWER, number, answer_of(exchange, policy, parts.get(exchange.id, 0))))
    return _told(told)


def answer_of(exchange: Exchange, policy: Policy, parts: int = 0) -> str:
    """A response under its exchange's name and the number of its part, so that none is a copy of another."""
    text = exchange.response if policy.response == "all" else _first_lines(exchange.response)
    return f"{text.rstrip() or _UNANSWERED[exchange.status]}\n\n{exchange_named(exchange.id, parts)}"


def _told(texts: Sequence[tuple[str, int, str]]) -> str:
    most = min(_MOST_TEXT, _ALL_TEXTS // max(1, len(texts)))
    if len(texts) == 1:
        return abridged(texts[0][2], most)
    return "\n\n".join(f"{noun} {number}:\n\n{abridged(text, most).strip()}" for noun, number, text in texts)


def abridged(text: str, most: int = _MOST_TEXT) -> str:
    """A text of at most about so many bytes, else its head and its tail with a note between them."""
    content = text.encode("utf-8", "surrogatepass")
    if len(content) <= most:
        return text
    head, tail = (part.decode("utf-8", "ignore") for part in (content[: most // 2], content[-(most // 2) :]))
    return f"{head}\n\n... {len(content) - most:,} bytes are left out here ...\n\n{tail}"


def _first_lines(text: str) -> str:
    lines = text.strip().splitlines()
    more = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], "", f"... and {counted(more, 'more line')}"]) if more > 0 else text


def _last_lines(text: str) -> str:
    """The end of an answer: what it asks for stands there."""
    lines = text.strip().splitlines()
    more = len(lines) - _MOST_LINES
    return "\n".join([f"{counted(more, 'line')} before this ...", "", *lines[more:]]) if more > 0 else text


def words_of(text: str | None) -> list[str]:
    """The words of a text: a record may hold other white space."""
    return (text or "").split()
