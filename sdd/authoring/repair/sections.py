"""What front matter says of prompt and response, moved to the sections where everybody looks for it."""

from sdd.authoring.front_matter import keys_of
from sdd.authoring.prose import verbatim
from sdd.document import Document, is_none_like
from sdd.records.kinds.phr_body import OUTCOME, PROMPT, RESPONSE
from sdd.records.kinds.reading import is_token

_MOVES = (("prompt_text", "Prompt", PROMPT), ("response_text", "Response snapshot", RESPONSE))
_AFTER_RESPONSE = (*OUTCOME, "Evaluation notes", "Evaluation", "Execution contract")


def moved(text: str) -> tuple[str, list[str]]:
    """A PHR's text with `prompt_text` and `response_text` as sections, and what was done.

    A section that says something else already stays, and so does the key.
    """
    done = []
    for key, title, titles in _MOVES:
        document = Document.parse(text.encode())
        value = document.front_matter.values.get(key)
        if value is None or is_none_like(value.text) or is_token(value.text):
            continue
        section = document.section(*titles)
        old = document.text(section) if section else ""
        moved_text = verbatim(value.text.strip())
        if section and old and old != moved_text and not is_none_like(old) and not is_token(old):
            continue
        lines = list(document.lines)
        own = next(known for known in keys_of(lines) if known.name == key)
        del lines[own.start : own.end]
        shift = len(document.lines) - len(lines)
        if section:
            lines[section.start - 1 - shift : section.end - 1 - shift] = ["", moved_text, ""]
        else:
            place = _place(document, key) - 1 - shift
            above, below = _blank_after(lines[:place]), _blank_before(lines[place:])
            lines[place:place] = [*above, f"## {title}", "", moved_text, *below]
        text = "\n".join(lines)
        done.append(f"made {key} a section")
    return text, done


def _place(document: Document, key: str) -> int:
    """The line that a missing section comes before: the response follows the prompt, the outcome follows both."""
    following = _AFTER_RESPONSE if key == "response_text" else (*RESPONSE, *_AFTER_RESPONSE)
    next_section = document.section(*following, level=2)
    if next_section:
        return next_section.line
    prompt = document.section(*PROMPT, level=2)
    return prompt.end if prompt and key == "response_text" else document.preamble.end


def _blank_after(lines: list[str]) -> list[str]:
    return [""] if lines and lines[-1].strip() else []


def _blank_before(lines: list[str]) -> list[str]:
    return [""] if not lines or lines[0].strip() or lines == [""] else []
