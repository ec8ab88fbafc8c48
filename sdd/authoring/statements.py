"""What a record says, apart from how it is written down: the proof that an edit has lost nothing."""

from typing import Any

from sdd.authoring.front_matter import canonical
from sdd.base.fields import Fields
from sdd.document import Document, Value, is_none_like
from sdd.gate.rules.history import altered
from sdd.records.kinds.phr import stage_of
from sdd.records.kinds.record import Record

# Where a part is, and the spelling of a part that is compared in its canonical form.
_NOT_SAID = frozenset(("path", "root", "line", "lines", "problems", "number", "folder", "stage_written"))
_MOVED = ("prompt_text", "response_text")


def losses(before: Record, after: Record) -> tuple[str, ...]:
    """The fields of a record that `after` does not say as `before` did. What was empty may be filled in."""
    then, now = statements(before), statements(after)
    lost = [name for name, value in then.items() if value and value != now.get(name)]
    return tuple(dict.fromkeys((*lost, *altered(before, after))))


def lost_keys(before: Document, after: Document) -> tuple[str, ...]:
    """The front-matter keys of a document, read or not, that another one does not hold with the same words."""
    then, now = ({canonical(key): _words(value) for key, value in document.front_matter.values.items()}
                 for document in (before, after))  # fmt: skip
    return tuple(key for key, words in then.items() if words and words != now.get(key) and key not in _MOVED)


def letters(text: str) -> str:
    """The letters and digits of a text in their order: what quotes, blanks and line ends cannot hide."""
    return "".join(filter(str.isalnum, text))


def statements(record: Fields) -> dict[str, Any]:
    """The fields of a record without the lines that they are on, for comparing."""
    return {name: _plain(value) for name, value in vars(record).items() if name not in _NOT_SAID}


def _plain(value: Any) -> Any:
    if isinstance(value, Fields):
        return statements(value)
    if hasattr(value, "_asdict"):
        return tuple(_plain(part) for name, part in value._asdict().items() if name != "line")
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value.rstrip() if isinstance(value, str) else value


def _words(value: Value) -> Any:
    """The words of a front-matter value, None where it is empty."""
    if is_none_like(value.text):
        return None
    if value.entries is not None:
        return tuple(letters(entry.text) for entry in value.entries if not is_none_like(entry.text))
    if value.pairs is not None:
        return tuple((name, _words(inner)) for name, inner in value.pairs)
    return stage_of(value.text) or letters(value.text)
