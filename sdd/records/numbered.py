"""The prompts of a record that tells of several exchanges: each stands below a line `Prompt 2:`."""

from collections.abc import Sequence


def prompts_numbered(text: str) -> dict[int, str]:
    """Number -> prompt, of a text that begins with the first one's line; none of another text."""
    prompts: dict[int, list[str]] = {}
    for line in text.splitlines():
        if line.strip() == f"Prompt {len(prompts) + 1}:":
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
    return "\n\n".join(f"Prompt {number}:\n\n{prompts[number]}" for number in wanted)
