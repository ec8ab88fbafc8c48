"""YAML read to its nodes: scalars stay the text they were written as, nothing is resolved or constructed."""

import re
from bisect import bisect_right
from typing import Any

from sdd.base.regex import regex
from sdd.document.values import ODD, Value

_LONE = regex("[\0\ud800-\udfff]")
_DEEP_INDENT = 200
_DEEP_BRACKETS = 50
_ENTRY_KEYS = ("path", "file", "name", "filename", "file_path")


class NotYaml(Exception):
    """A text is no YAML that can be read; `line` counts from 0."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def compose(source: str, first: int = 1) -> list[tuple[str, Value]]:
    """The (key, value) pairs of a mapping in YAML, duplicates included; its first line has the number `first`.

    Raises NotYaml for everything else.
    """
    import yaml

    # Tabs and odd line ends are what the compiled and the pure parser disagree about; their width is kept.
    source = ODD.sub(" ", source)
    _refuse_deep(source)
    loader_type: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_type(source)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _explained(source, error) from None
    except (RecursionError, ValueError, OverflowError):
        raise NotYaml(0, "the front matter is no YAML that can be read") from None
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise NotYaml(0, "the front matter has no keys: write it as key: value")
    reader = _NodeReader(source, first, yaml)
    return [(reader.value(key, 0).text, reader.value(value, 0, key)) for key, value in node.value]


class _NodeReader:
    """Nodes to values. Keeps the source, out of which lists and mappings get their text."""

    def __init__(self, source: str, first: int, yaml: Any) -> None:
        self.source = source
        self.above = first - 1
        self.scalar, self.sequence = yaml.ScalarNode, yaml.SequenceNode
        self.starts = [0, *(found.end() for found in re.finditer("\n", source))]

    def value(self, node: Any, depth: int, key: Any = None) -> Value:
        """The value of a node; `key` is its key's node, whose line it takes."""
        line = self.above + bisect_right(self.starts, (key or node).start_mark.index)
        if type(node) is self.scalar:
            text = node.value if node.value.isascii() and "\0" not in node.value else _LONE.sub("\ufffd", node.value)
            return Value(text, line, block=node.style in ("|", ">"))
        text = self.source[node.start_mark.index : node.end_mark.index].strip()
        if depth > 3:
            return Value(text, line)
        if type(node) is self.sequence:
            return Value(text, line, entries=tuple(self.entry(inner, depth + 1) for inner in node.value))
        pairs = tuple(
            (self.value(name, depth + 1).text, self.value(inner, depth + 1, name)) for name, inner in node.value
        )
        return Value(text, line, pairs=pairs)

    def entry(self, node: Any, depth: int) -> Value:
        """One entry of a list. A mapping's text is its path or name, or how it was written."""
        value = self.value(node, depth)
        return value if value.pairs is None else Value(entry_text(value), value.line, pairs=value.pairs)


def entry_text(value: Value) -> str:
    """What a list entry that is a mapping says: its path or name, else all of it."""
    pairs = value.pairs or ()
    for name, inner in pairs:
        if name.lower() in _ENTRY_KEYS:
            return inner.text
    if len(pairs) < 2 or value.text.startswith("{"):
        return " ".join(value.text.split())
    return "; ".join(f"{name}: {inner.text}" for name, inner in pairs)


def _refuse_deep(source: str) -> None:
    """PyYAML recurses with every level: what is deeper than a person writes is not given to it."""
    depth = 0
    for found in re.finditer(r"[\[{\]}]", source):
        depth = max(0, depth + (1 if found.group() in "[{" else -1))
        if depth > _DEEP_BRACKETS:
            raise NotYaml(source.count("\n", 0, found.start()), "the front matter is nested too deeply")
    deep = re.search(rf"^(?:[ ]|[-?:][ ]){{{_DEEP_INDENT},}}", source, re.MULTILINE)
    if deep:
        raise NotYaml(source.count("\n", 0, deep.start()), "the front matter is nested too deeply")
    aliases = re.findall(r"(?:^|[\s\[{,])[&*][A-Za-z0-9_]+[\s,\]}]", source)
    if len(aliases) > 20:
        raise NotYaml(0, "the front matter uses anchors and aliases: write the values out")


def _explained(source: str, error: Any) -> NotYaml:
    """PyYAML's error in words that say what to do."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    lines = source.split("\n")
    line = min(mark.line, len(lines) - 1) if mark else 0
    problem = str(getattr(error, "problem", None) or error).partition("\n")[0]
    for number in (line, line - 1):
        if 0 <= number < len(lines) and (cause := _cause(lines[number], problem)):
            return NotYaml(number, cause)
    return NotYaml(line, f"the front matter is no YAML: {problem}")


def _cause(line: str, problem: str) -> str | None:
    key, colon, value = line.strip().removeprefix("- ").partition(":")
    value = value.strip()
    if "mapping values are not allowed" in problem and colon:
        return f"unquoted colon in the value of {key.strip()}: put the value in quotes"
    if "}}" in line.partition("{{")[2]:
        return f"left-over template text {line.strip()[:60]}: fill it in or take it out"
    if "escape" in problem:
        return f"a backslash within double quotes in {key.strip()[:60]}: use single quotes"
    if "cannot start any token" in problem and value[:1] in ("@", "`", "%"):
        return f"the value of {key.strip()} starts with {value[0]}: put the value in quotes"
    if value[:1] in ('"', "'") and ("block mapping" in problem or "block end" in problem):
        return f"text after the closing quote in the value of {key.strip()}: put quotes around all of it"
    return None
