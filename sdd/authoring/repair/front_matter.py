"""Front matter made into YAML that every parser reads alike: only the keys that need it are written anew."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sdd.authoring.front_matter import KeyLines, key_lines, new_name
from sdd.authoring.statements import letters
from sdd.authoring.yaml_text import scalar
from sdd.document import is_none_like
from sdd.document.plain_yaml import read_plain
from sdd.document.yaml_nodes import NotYaml, compose
from sdd.records.kinds.phr import stage_of

_KEY = re.compile(r"([A-Za-z_][\w-]*)([ \t]*:)")
_NUMBER = re.compile(r"(id[ \t]*:[ \t]+)(0\d+)([ \t]*(?:#.*)?)")
_ENTRY = re.compile(r"([ \t]*-[ \t]+)([^\"'\[{&*!|>%@`#\s].*?)[ \t]*")
_STAGE = re.compile(r"(stage[ \t]*:[ \t]*)(\"?)([^\"'#]+?)\2([ \t]*)")
_REMARK = re.compile(r"[^\"'\n]*?([ \t]+#[^\n]*)")
_ESCAPE = re.compile(r"\\[nt]")
_QUOTED_LISTS = ("files", "tests", "labels", "closes")


@dataclass
class FrontMatterEdit:
    """The lines between the fences while they are edited, and what was done to them."""

    lines: list[str]
    done: list[str] = field(default_factory=list)


def repaired(lines: list[str]) -> FrontMatterEdit:
    """The lines between the fences, repaired as far as their words allow; what cannot be stays as it is."""
    end = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 0)
    edit = FrontMatterEdit(lines[:end])
    for step in (_quote_values, _remove_doubles, _rename_keys, _quote_misread):
        step(edit)
    return edit


def _is_yaml(lines: Sequence[str]) -> bool:
    source = "\n".join(lines)
    try:
        return bool(read_plain(source) or compose(source))
    except NotYaml:
        return False


def _quote_values(edit: FrontMatterEdit) -> None:
    """Quotes what is no YAML. A key whose words would not all come back stays as it is."""
    if _is_yaml(edit.lines):
        return
    keys = key_lines(edit.lines)
    lines, quoted = edit.lines[: keys[0].start if keys else None], []
    for key in keys:
        if _is_yaml(key.lines) and _reads_the_same(key):
            lines += key.lines
            continue
        written = _in_yaml(key)
        if written is None:
            return
        quoted.append(key.key)
        lines += written
    if quoted and _is_yaml(lines):
        edit.lines = lines
        edit.done.append(f"quoted {', '.join(quoted)}")


def _reads_the_same(key: KeyLines) -> bool:
    """Whether a strict reader sees what the lenient one saw: one key, and no template text for YAML."""
    source = "\n".join(key.lines)
    pairs = read_plain(source) or compose(source)
    if len(pairs) != 1 or pairs[0][0] != key.key or "{{" in source:
        return False
    strict, lenient = pairs[0][1], key.value
    is_text = lenient.entries is None and lenient.pairs is None
    return not is_text or strict.text.strip() == lenient.text.strip()


def _in_yaml(key: KeyLines) -> list[str] | None:
    """A key in YAML with the words that it holds, None where some of them would be lost."""
    name, value, remark = key.key, key.value, _remark(key)
    if value.entries is not None:
        lines = [f"{name}:", *(f"  - {scalar(entry.text)}" for entry in value.entries)]
    elif value.pairs is not None:
        lines = [f"{name}:", *(line for inner, part in value.pairs for line in _text(f"  {inner}", part.text))]
    else:
        lines = _text(name, value.text)
    lines[-1] += remark
    written, source = "\n".join(lines), "\n".join(key.lines)
    read = (read_plain(written) or compose(written))[0][1]
    parts = [entry.text for entry in read.entries or ()] + [inner + part.text for inner, part in read.pairs or ()]
    # A reader undoes escapes such as \\n, whose letter is no word of the text.
    expected = (letters(source), letters(_ESCAPE.sub(" ", source)))
    return lines if letters(name + ("".join(parts) or read.text) + remark) in expected else None


def _remark(key: KeyLines) -> str:
    """The YAML comment behind a value on one line, which a reader leaves out; empty where there is none."""
    match = _REMARK.fullmatch(key.lines[0])
    if not match or any(line.strip() for line in key.lines[1:]):
        return ""
    return match[1] if letters(key.key + key.value.text + match[1]) == letters(key.lines[0]) else ""


def _text(key: str, text: str) -> list[str]:
    """A key with a text: on one line where it has one, else as a block that stays readable."""
    lines = text.split("\n")
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    if len(lines) == 1 or lines[0][:1].isspace() or not all(map(str.isprintable, lines)) or not lines[0]:
        return [f"{key}: {scalar(text)}" if text else f"{key}:"]
    return [f"{key}: |-", *(f"{indent}{line}" if line else "" for line in lines)]


def _remove_doubles(edit: FrontMatterEdit) -> None:
    """Removes a key that occurs twice, where one of the two is empty or both say the same."""
    keys = key_lines(edit.lines)
    kept: dict[str, KeyLines] = {}
    for key in keys:
        other = kept.get(key.name)
        if other is None or is_none_like(other.value.text):
            kept[key.name] = key
        elif not is_none_like(key.value.text) and key.value.text.split() != other.value.text.split():
            return
    if len(kept) < len(keys):
        lines = (line for key in keys if key in kept.values() for line in key.lines)
        edit.lines = [*edit.lines[: keys[0].start], *lines]
        edit.done.append("removed a key that occurred twice")


def _rename_keys(edit: FrontMatterEdit) -> None:
    keys = key_lines(edit.lines)
    renamed: list[str] = []
    for key in keys:
        name = new_name(key.key, [other.key for other in keys])
        written = _KEY.match(edit.lines[key.start])
        if name != key.key and written and written[1] == key.key:
            edit.lines[key.start] = f"{name}:{edit.lines[key.start][written.end() :]}"
            renamed.append(f"{key.key} to {name}" if key.key.lower() != name else key.key)
    if renamed:
        edit.done.append(f"renamed {', '.join(renamed)}")


def _quote_misread(edit: FrontMatterEdit) -> None:
    """Quotes what YAML would misread, an id that starts with 0 or an entry with a colon, and corrects stages' names."""
    if not _is_yaml(edit.lines):
        return
    for key in key_lines(edit.lines):
        for number in range(key.start, key.end):
            edit.lines[number], done = _line_of(key, edit.lines[number])
            if done and done not in edit.done:
                edit.done.append(done)


def _line_of(key: KeyLines, line: str) -> tuple[str, str]:
    """A line of a key as it should be, and what was done to it, which is mostly nothing."""
    octal = _NUMBER.fullmatch(line)
    if octal and octal[2] == key.value.text:
        return f'{octal[1]}"{octal[2]}"{octal[3]}', "quoted id"
    stage = _STAGE.fullmatch(line)
    name = stage_of(stage[3]) if stage else None
    if stage and name and name != stage[3]:
        return f"{stage[1]}{name}", f"stage {stage[3].strip()} is now {name}"
    entry = _ENTRY.fullmatch(line) if key.key in _QUOTED_LISTS else None
    text = " ".join(entry[2].split()) if entry else ""
    if entry and any(len(value.pairs or ()) == 1 and value.text == text for value in key.value.entries or ()):
        return f"{entry[1]}{scalar(entry[2], quoted=True)}", f"quoted {key.key}"
    return line, ""
