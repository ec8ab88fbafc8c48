"""Everything that reads what others wrote, each as one function of bytes that may raise nothing but SddError."""

from collections.abc import Callable, Mapping

from sdd.base import numbers, paths
from sdd.cli import gate_line
from sdd.document import Document, decode
from sdd.document.visible import visible_text
from sdd.gate.cover import Patterns
from sdd.gate.target.branches import matches
from sdd.records.kinds import KINDS, baseline, locate
from sdd.records.kinds.record import AnyKind
from sdd.repo.pushed import read_pre_push, read_pre_receive

Reader = Callable[[bytes], object]


def _of_kind(kind: AnyKind) -> Reader:
    def read(content: bytes) -> object:
        record = kind.parse(f"specs/001-x/{kind.name}.md", content, "")
        return repr(record), tuple(kind.links(record)), tuple(kind.prose(record, content))

    return read


def _text(content: bytes) -> str:
    return content.decode(errors="surrogateescape")


def _halves(content: bytes) -> tuple[str, str]:
    first, _, rest = _text(content).partition("\n")
    return first, rest


READERS: Mapping[str, Reader] = {
    **{kind.name: _of_kind(kind) for kind in KINDS},
    "baseline": baseline.parse,
    "document": Document.parse,
    "text": decode,
    "visible text": lambda content: visible_text(decode(content)[0]),
    "pre-push": read_pre_push,
    "pre-receive": read_pre_receive,
    "gate's options": lambda content: gate_line.read(["gate", *_text(content).split()]),
    "paths": lambda content: (paths.printable(_text(content)), paths.composed(_text(content)), locate(_text(content))),
    "numbers": lambda content: (numbers.whole_number(_text(content)), numbers.calendar_day(_text(content))),
    "patterns": lambda content: Patterns([_halves(content)[0]]).match(_halves(content)[1] or "a"),
    "branches": lambda content: matches(*_halves(content)),
}
