"""Front matter made into YAML that every parser reads alike: only the keys that need it are written anew."""

import re
from collections.abc import Sequence

from sdd.authoring.front_matter import KeyLines, key_lines
from sdd.authoring.statements import letters
from sdd.authoring.yaml_text import scalar
from sdd.document import is_none_like
from sdd.document.front_matter import locate
from sdd.document.plain_yaml import read_plain
from sdd.document.yaml_nodes import NotYaml, compose

_REMARK = re.compile(r"[^\"'\n]*?(?<![ \t])([ \t]++#[^\n]*)")
_ESCAPE = re.compile(r"\\[nt]")


def repaired(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines between the fences, repaired where that makes them YAML with all their words, and what was done."""
    end = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 0)
    keys, is_yaml = key_lines(lines[:end]), _is_yaml(lines[:end])
    kept = _without_doubles(keys)
    done = ["removed a key that occurred twice"] if len(kept) < len(keys) else []
    written = lines[: keys[0].start if keys else end]
    for key in kept:
        own = list(key.lines)
        if not is_yaml and not _reads_the_same(key) and (quoted := _in_yaml(key)) and quoted != own:
            own = quoted
            done.append(f"quoted {key.key}")
        written += own
    if len(kept) < len(keys) and locate(["---", *written, "---"]).end <= len(written):
        # Comments that a removed key stood below are headings now, which end the front matter: not above its keys.
        written.sort(key=lambda line: not line.startswith("#"))
    return (written, done) if _is_yaml(written) else (lines[:end], [])


def _is_yaml(lines: Sequence[str]) -> bool:
    source = "\n".join(lines)
    try:
        return bool(read_plain(source) or compose(source))
    except NotYaml:
        return False


def _reads_the_same(key: KeyLines) -> bool:
    """Whether a strict reader sees what the lenient one saw: one key, and no template text for YAML."""
    source = "\n".join(key.lines)
    if not _is_yaml(key.lines):
        return False
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


def _without_doubles(keys: list[KeyLines]) -> list[KeyLines]:
    """The keys without those that occur twice, if one of the two is always empty or both say the same."""
    kept: dict[str, KeyLines] = {}
    for key in keys:
        other = kept.get(key.name)
        if other is None or is_none_like(other.value.text):
            kept[key.name] = key
        elif not is_none_like(key.value.text) and key.value.text.split() != other.value.text.split():
            return keys
    return [key for key in keys if key in kept.values()]
