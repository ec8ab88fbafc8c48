"""What a PHR says that was made of what an agent's hooks told: prompts and answers, each under its number where there
are several.
"""

from collections.abc import Iterable, Sequence

from sdd.base.regex import regex
from sdd.records.kinds.phr import Phr

CAPTURED = "captured"
"""The label of such a PHR; the ids of its exchanges are labels too."""
PROMPT, ANSWER = "Prompt", "Answer to prompt"
"""What stands above a prompt, and above an answer, before the prompt's number."""
AWAITED = "The commit came before the answer."
"""What stands in the place of an answer that came after its commit."""

EXCHANGE = r"\(Exchange ([0-9a-f]+)(?:, part (\d+))?\.\)"
"""What `exchange_named` writes, with the id and the part as groups."""

_ENDS = regex(rf"(?m)^(?:{PROMPT}|{ANSWER}) \d+:$|^({EXCHANGE})$")


def exchange_named(id: str, parts: int = 0) -> str:
    """The line below an answer that names its exchange, of which so many other records tell a part already."""
    return f"(Exchange {id}{f', part {parts + 1}' if parts else ''}.)"


def prompts_numbered(text: str) -> dict[int, str]:
    """Number -> prompt, of a text that begins with the first one's line; none of another text."""
    prompts: dict[int, list[str]] = {}
    for line in text.splitlines():
        if line.strip() == f"{PROMPT} {len(prompts) + 1}:":
            prompts[len(prompts) + 1] = []
        elif not prompts and line.strip():
            return {}
        elif prompts:
            prompts[len(prompts)].append(line)
    return {number: "\n".join(lines).strip() for number, lines in prompts.items()}


def prompts_among(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The prompts of some spans of numbers, each below its line; empty where the text does not hold all of them."""
    prompts = prompts_numbered(text)
    wanted = sorted({number for first, last in spans for number in range(first, last + 1)})
    if not wanted or not prompts.keys() >= {*wanted}:
        return ""
    return "\n\n".join(f"{PROMPT} {number}:\n\n{prompts[number]}" for number in wanted)


def passages(text: str | None) -> tuple[str, ...]:
    """The prompts or the answers of a text and the names of their exchanges, without numbers and what stands in the
    place of an answer.
    """
    parts = ((part or "").strip() for part in _ENDS.split(text or ""))
    return tuple(part for part in parts if part and part != AWAITED)


def goes_on(before: Phr, after: Phr) -> bool:
    """Whether a captured PHR tells what it told, in that order, beside further prompts and answers."""
    texts = ((before.prompt, after.prompt), (before.response, after.response))
    return CAPTURED in before.labels and all(_are_among(passages(old), passages(new)) for old, new in texts)


def _are_among(some: Iterable[str], all_in_order: Iterable[str]) -> bool:
    rest = iter(all_in_order)
    return all(text in rest for text in some)
