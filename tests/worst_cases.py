"""Every regular expression of sdd, how it is used, and the texts that cost it most."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple, cast

import sdd
from sdd.base.regex import _Uncompiled, regex

_METHODS = frozenset(("match", "fullmatch", "search", "findall", "finditer", "sub", "subn", "split"))
_CALL = re.compile(rf"\bre\.(?:{'|'.join(sorted(_METHODS))})\(")
_CATEGORIES = {
    kinds.CATEGORY_DIGIT: "1", kinds.CATEGORY_SPACE: " ", kinds.CATEGORY_WORD: "a", kinds.CATEGORY_NOT_DIGIT: "a",
    kinds.CATEGORY_NOT_SPACE: "a", kinds.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_LETTERS = ("a", " ", "\n", "-", "[", "*", "`", "~", "a ", " \n", "<", "\\", "a.", "\u0301")
_MANY = 20
"""A repetition that may go on longer than this is worth trying."""


class Used(NamedTuple):
    """One expression: the module and the name it is kept under (its line where it has none), and the methods asked."""

    place: str
    pattern: "re.Pattern[Any]"
    methods: tuple[str, ...]


def expressions() -> Iterator[Used]:
    """Every expression that is kept in a module, and every one that is written into a call."""
    for module in pkgutil.walk_packages(sdd.__path__, "sdd."):
        text = _text(module.name)
        if "regex(" in text or "re.compile(" in text:
            for name, value in vars(importlib.import_module(module.name)).items():
                is_made_here = re.search(rf"^{name} = ", text, re.MULTILINE)
                if is_made_here and isinstance(value, re.Pattern | _Uncompiled):
                    yield Used(
                        f"{module.name}.{name}", cast("re.Pattern[Any]", value), _methods_asked(module.name, name)
                    )
        if _CALL.search(text):  # to parse and to walk all of sdd takes seconds
            yield from _written_into_calls(module.name, ast.parse(text))


def _text(module: str) -> str:
    """The text of a module of sdd."""
    file = Path(str(sdd.__file__)).parent.parent.joinpath(*module.split("."))
    return (file / "__init__.py" if file.is_dir() else file.with_suffix(".py")).read_text(encoding="utf-8")


def _methods_asked(module: str, name: str) -> tuple[str, ...]:
    """The methods that any module asks of a name, its own alone where the name is private; what is only handed on is
    matched, not searched for.
    """
    asked = {method for place, owner, method in _asked() if owner == name and (place == module or name[0] != "_")}
    return tuple(sorted(asked)) or ("match", "fullmatch")


@cache
def _asked() -> frozenset[tuple[str, str, str]]:
    """(module, name, method) of every call of a method of an expression."""
    top = Path(str(sdd.__file__)).parent
    found = set()
    for file in sorted(top.rglob("*.py")):
        module = ".".join(("sdd", *file.relative_to(top).with_suffix("").parts)).removesuffix(".__init__")
        for name, method in re.findall(r"\b(_?[A-Z][A-Z0-9_]*)\.(\w+)", file.read_text(encoding="utf-8")):
            if method in _METHODS:
                found.add((module, name, method))
    return frozenset(found)


def _written_into_calls(module: str, source: ast.Module) -> Iterator[Used]:
    for node in ast.walk(source):
        if not isinstance(node, ast.Call):
            continue
        function, text = node.func, node.args[0] if node.args else None
        if not (isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)):
            continue
        if function.value.id == "re" and function.attr in _METHODS and isinstance(text, ast.Constant):
            yield Used(f"{module}:{node.lineno}", regex(text.value), (function.attr,))


# -- texts --------------------------------------------------------------------------------------------------


class Repeated(NamedTuple):
    """A text of any length: a start, a unit over and over, and an end."""

    start: str
    unit: str
    end: str

    def text(self, pattern: "re.Pattern[Any]", length: int) -> Any:
        """About `length` characters, or bytes where the expression reads bytes."""
        made = self.start + self.unit * (length // len(self.unit)) + self.end
        cut = made[: length + len(self.start) + 2]
        return cut.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else cut


def attempts(pattern: "re.Pattern[Any]") -> list[Repeated]:
    """Texts that an expression may try in many ways: each thing that it repeats, repeated behind what leads to it and
    before what it does not expect, and all of that over and over.
    """
    parsed = parser.parse(pattern.pattern, pattern.flags)
    made = {Repeated("", letters, "\x01") for letters in _LETTERS}
    for before, body in (("", _sample(parsed)), *_repetitions(parsed, "")):
        for unit in filter(None, (body, before + body)):
            made |= {Repeated(before, unit, ""), Repeated(before, unit, "\x01")}
            made |= {Repeated("", unit, "\n!"), Repeated("\n", unit, "\x01")}
    return sorted(made)


def _repetitions(parsed: Any, before: str) -> Iterator[tuple[str, str]]:
    """(what leads there, what is repeated) of each long repetition."""
    for operation, value in parsed:
        if operation in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            _, most, body = value
            if most >= _MANY:
                yield before, _sample(body)
            yield from _repetitions(body, before)
        for part in _parts(operation, value):
            yield from _repetitions(part, before)
        before += _sample([(operation, value)])


def _parts(operation: Any, value: Any) -> list[Any]:
    if operation is kinds.SUBPATTERN:
        return [value[3]]
    if operation is kinds.BRANCH:
        return list(value[1])
    if operation is kinds.ATOMIC_GROUP:
        return [value]
    if operation in (kinds.ASSERT, kinds.ASSERT_NOT):
        return [value[1]]
    return []


def _sample(parsed: Any) -> str:
    """A short text that an expression, or a part of one, is likely to match."""
    made = ""
    for operation, value in parsed:
        if operation is kinds.LITERAL:
            made += chr(value)
        elif operation is kinds.NOT_LITERAL:
            made += "b" if chr(value) == "a" else "a"
        elif operation is kinds.ANY:
            made += "a"
        elif operation is kinds.IN:
            made += _one_of(value)
        elif operation in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            made += _sample(value[2]) * min(max(value[0], 1), 10)
        elif operation is kinds.BRANCH:
            made += _sample(value[1][0])
        elif operation in (kinds.SUBPATTERN, kinds.ATOMIC_GROUP):
            made += _sample(_parts(operation, value)[0])
    return made


def _one_of(members: Any) -> str:
    negated = bool(members) and members[0][0] is kinds.NEGATE
    if negated:
        shut = re.compile("|".join(re.escape(_member(member)) for member in members[1:]) or "(?!)")
        return next((letter for letter in "a1 -.x/" if not shut.match(letter)), "a")
    return _member(members[0])


def _member(member: Any) -> str:
    operation, value = member
    if operation is kinds.LITERAL:
        return chr(value)
    return chr(value[0]) if operation is kinds.RANGE else _CATEGORIES.get(value, "a")
