"""Front matter made into YAML that every parser reads alike: only the keys that need it are written anew."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sdd.authoring.repair.keys import new_name
from sdd.authoring.repair.said import letters
from sdd.authoring.yaml_text import scalar
from sdd.base.regex import regex
from sdd.document import Value, is_none_like
from sdd.document.lenient import read_leniently
from sdd.document.plain_yaml import read_plain
from sdd.document.yaml_nodes import NotYaml, compose
from sdd.records.kinds.phr import stage_of

_KEY = regex(r"([A-Za-z_][\w-]*)([ \t]*:)")
_NUMBER = regex(
    r"(id[ \t]*:[ \t]+)(0\d+)([ \t]*(?:#.*)?)",
)
_ENTRY = regex(r"([ \t]*-[ \t]+)([^\"'\[{&*!|>%@`#\s].*?)[ \t]*")
_STAGE = regex(r"(stage[ \t]*:[ \t]*)(\"?)([^\"'#]+?)\2([ \t]*)")
_REMARK = regex(r"[^\"'\n]*?([ \t]+#[^\n]*)")
_ESCAPE = regex(r"\\[nt]")
_QUOTED_LISTS = ("files", "tests", "labels", "closes")


class _Chunk(NamedTuple):
    """A key with the lines that belong to it; `value` is what a lenient reader takes it for."""

    key: str
    value: Value
    lines: tuple[str, ...]


@dataclass
class Head:
    """Front matter on its way: its lines, and what was done to them."""

    lines: list[str]
    done: list[str] = field(default_factory=list)


def repaired(lines: list[str]) -> Head:
    """The lines between the fences, repaired as far as their words allow; what cannot be stays as it is."""
    end = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 0)
    head = Head(lines[:end])
    for step in (_valid, _without_doubles, _renamed, _quoted):
        step(head)
    return head


def chunks(lines: list[str]) -> list[_Chunk]:
    """The keys of front matter, each with its lines; what stands before the first key belongs to none."""
    source = "\n".join(lines)
    try:
        pairs = read_plain(source) or compose(source)
    except NotYaml:
        pairs = read_leniently(source)
    starts = [value.line - 1 for _, value in pairs] + [len(lines)]
    return [
        _Chunk(key, value, tuple(lines[start:end]))
        for (key, value), start, end in zip(pairs, starts, starts[1:], strict=False)
    ]


def _is_yaml(lines: list[str] | tuple[str, ...]) -> bool:
    source = "\n".join(lines)
    try:
        return bool(read_plain(source) or compose(source))
    except NotYaml:
        return False


def _valid(head: Head) -> None:
    """Quotes what is no YAML. A key whose words would not all come back stays as it is."""
    if _is_yaml(head.lines):
        return
    found = chunks(head.lines)
    before = head.lines[: len(head.lines) - sum(len(chunk.lines) for chunk in found)]
    written, keys = list(before), []
    for chunk in found:
        if _is_yaml(chunk.lines) and _same(chunk):
            written += chunk.lines
            continue
        lines = _written(chunk)
        if lines is None:
            return
        keys.append(chunk.key)
        written += lines
    if keys and _is_yaml(written):
        head.lines = written
        head.done.append(f"quoted {', '.join(keys)}")


def _same(chunk: _Chunk) -> bool:
    """Whether a strict reader sees in the chunk what the lenient one saw: one key, and no template text for YAML."""
    source = "\n".join(chunk.lines)
    pairs = read_plain(source) or compose(source)
    if len(pairs) != 1 or pairs[0][0] != chunk.key or "{{" in source:
        return False
    strict, lenient = pairs[0][1], chunk.value
    is_text = lenient.entries is None and lenient.pairs is None
    return not is_text or strict.text.strip() == lenient.text.strip()


def _written(chunk: _Chunk) -> list[str] | None:
    """A key in YAML with the words that it holds, None where some of them would be lost."""
    key, value, remark = chunk.key, chunk.value, _remark(chunk)
    if value.entries is not None:
        lines = [f"{key}:", *(f"  - {scalar(entry.text)}" for entry in value.entries)]
    elif value.pairs is not None:
        lines = [f"{key}:", *(line for name, inner in value.pairs for line in _text(f"  {name}", inner.text))]
    else:
        lines = _text(key, value.text)
    lines[-1] += remark
    written = "\n".join(lines)
    said = (read_plain(written) or compose(written))[0][1]
    inner = [entry.text for entry in said.entries or ()] + [name + part.text for name, part in said.pairs or ()]
    told = letters(key + ("".join(inner) or said.text) + remark)
    source = "\n".join(chunk.lines)
    # A reader undoes escapes such as \\n, whose letter is no word of the text.
    return lines if told in (letters(source), letters(_ESCAPE.sub(" ", source))) else None


def _remark(chunk: _Chunk) -> str:
    """The YAML comment behind a value on one line, which a reader leaves out; nothing where there is none."""
    found = _REMARK.fullmatch(chunk.lines[0])
    if not found or any(line.strip() for line in chunk.lines[1:]):
        return ""
    is_left_out = letters(chunk.key + chunk.value.text + found[1]) == letters(chunk.lines[0])
    return found[1] if is_left_out else ""


def _text(key: str, text: str) -> list[str]:
    """A key with a text: on one line where it has one, else as a block that stays readable."""
    lines = text.split("\n")
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    if len(lines) == 1 or lines[0][:1].isspace() or not all(map(str.isprintable, lines)) or not lines[0]:
        return [f"{key}: {scalar(text)}" if text else f"{key}:"]
    return [f"{key}: |-", *(f"{indent}{line}" if line else "" for line in lines)]


def _without_doubles(head: Head) -> None:
    """Takes out a key that stands twice, where one of the two says nothing or both say the same."""
    found = chunks(head.lines)
    kept: dict[str, _Chunk] = {}
    for chunk in found:
        key = chunk.key.strip().lower()
        other = kept.get(key)
        if other is None or is_none_like(other.value.text):
            kept[key] = chunk
        elif not is_none_like(chunk.value.text) and chunk.value.text.split() != other.value.text.split():
            return
    if len(kept) < len(found):
        first = len(head.lines) - sum(len(chunk.lines) for chunk in found)
        head.lines = [*head.lines[:first], *(line for chunk in found if chunk in kept.values() for line in chunk.lines)]
        head.done.append("took out a key that stood twice")


def _renamed(head: Head) -> None:
    """Gives the keys sdd's own names, in lower case."""
    found = chunks(head.lines)
    names = [chunk.key for chunk in found]
    renamed: list[str] = []
    number = len(head.lines) - sum(len(chunk.lines) for chunk in found)
    for chunk in found:
        name = new_name(chunk.key, names)
        key = _KEY.match(head.lines[number])
        if name != chunk.key and key and key[1] == chunk.key:
            head.lines[number] = f"{name}:{head.lines[number][key.end() :]}"
            renamed.append(f"{chunk.key} to {name}" if chunk.key.lower() != name else chunk.key)
        number += len(chunk.lines)
    if renamed:
        head.done.append(f"renamed {', '.join(renamed)}")


def _quoted(head: Head) -> None:
    """Quotes what YAML would take for something else: an id that starts with 0, a list entry with a colon; and says
    stages by their own names.
    """
    if not _is_yaml(head.lines):
        return
    number = 0
    for chunk in chunks(head.lines):
        number = head.lines.index(chunk.lines[0], number)
        for place in range(number, number + len(chunk.lines)):
            line, told = _in_line(chunk, head.lines[place])
            if told:
                head.lines[place] = line
                if told not in head.done:
                    head.done.append(told)
        number += len(chunk.lines)


def _in_line(chunk: _Chunk, line: str) -> tuple[str, str]:
    """A line of a key as it should be, and what was done to it: nothing mostly."""
    octal = _NUMBER.fullmatch(line)
    if octal and octal[2] == chunk.value.text:
        return f'{octal[1]}"{octal[2]}"{octal[3]}', "quoted id"
    stage = _STAGE.fullmatch(line)
    named = stage_of(stage[3]) if stage else None
    if stage and named and named != stage[3]:
        return f"{stage[1]}{named}", f"stage {stage[3].strip()} is now {named}"
    entry = _ENTRY.fullmatch(line) if chunk.key in _QUOTED_LISTS and chunk.value.entries else None
    misread = entry and any(
        value.pairs and len(value.pairs) == 1 and value.text == " ".join(entry[2].split())
        for value in chunk.value.entries or ()
    )
    return (f"{entry[1]}{scalar(entry[2], quoted=True)}", f"quoted {chunk.key}") if entry and misread else (line, "")
