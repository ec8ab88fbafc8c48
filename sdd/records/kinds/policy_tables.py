"""The tables of a policy: what each key may hold, and what is said of a key or a value that sdd does not understand."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from sdd import __version__
from sdd.base.grouping import grouped
from sdd.base.regex import regex
from sdd.records.kinds.dates import calendar_date
from sdd.records.kinds.manifests import manifest_of
from sdd.records.kinds.record import ChangeKind, Problem
from sdd.records.kinds.words import SECTIONS, section_of
from sdd.records.layout import MARK, OTHER_TOOLS, Layout
from sdd.secrets import ENGINES, PERSONAL

_VERSION = regex(r">=[ ]?(\d{1,6}(?:\.\d{1,6}){0,2})", re.ASCII)
_LARGEST = 1_000_000_000
_MOST_FOLDERS = 16
DEFAULT_REQUIRE: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.FEATURE: ("spec", "contract", "phr"),
    ChangeKind.FIX: ("contract", "phr"),
    ChangeKind.REFACTOR: ("contract", "phr"),
    ChangeKind.REVERT: ("phr",),
    ChangeKind.CHORE: ("phr",),
}


class AgentBinding(NamedTuple):
    """Governed files that match `pattern` answer to `agent` when a contract of one of `kinds` covers them."""

    pattern: str
    agent: str
    kinds: tuple[ChangeKind, ...] = (ChangeKind.FEATURE,)


def newer_version(table: Mapping[str, Any]) -> str:
    """The version that a policy asks for where this sdd is older, which may not know its keys; else empty."""
    gate = table.get("gate")
    written = gate.get("sdd") if isinstance(gate, dict) else None
    needed = _VERSION.fullmatch(written) if isinstance(written, str) else None
    return needed[0] if needed and _numbers(needed[1]) > _numbers(__version__) else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")[:3]))


# What a value may be: a check answers with the field's value, or raises ValueError with what is wrong.
_Check = Callable[[Any], Any]


def _day(value: Any) -> str:
    is_date = isinstance(value, date) and not isinstance(value, datetime)
    day = calendar_date(str(value)) if is_date or (isinstance(value, str) and len(value) == 10) else None
    if day is None:
        raise ValueError("must be a day such as 2027-01-31")
    return day


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
        raise ValueError("must be a list of texts")
    return tuple(value)


def _texts_of(noun: str, known: Iterable[str]) -> _Check:
    def check(value: Any) -> tuple[str, ...]:
        if not set(_texts(value)) <= set(known):
            raise ValueError(f"unknown {noun}; known are {', '.join(known)}")
        return tuple(value)

    return check


def _pinning(value: Any) -> tuple[str, ...]:
    """Patterns of files that pin what a project depends on."""
    for pattern in _texts(value) or ("",):
        if not manifest_of(pattern):
            said = f"{pattern!r} is no" if pattern else "must name a"
            raise ValueError(
                f"{said} lock file, manifest or workflow, such as /package.json or /.github/workflows/*.yml"
            )
    return tuple(value)


def _one_of(*allowed: str | bool) -> _Check:
    def check(value: Any) -> Any:
        if type(value) is not type(allowed[0]) or value not in allowed:
            names = (f'"{name}"' if isinstance(name, str) else str(name).lower() for name in allowed)
            raise ValueError(f"must be {' or '.join(names)}")
        return value

    return check


def _number(value: Any) -> int:
    if type(value) is not int or not 0 < value <= _LARGEST:
        raise ValueError(f"must be a whole number from 1 to {_LARGEST}")
    return value


def _version(value: Any) -> str:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        raise ValueError("must be the least version that is needed, as >=0.2")
    return value


def _binding(value: Any) -> dict[str, Any]:
    entry = {"agent": value} if isinstance(value, str) else value
    if not isinstance(entry, dict) or not isinstance(entry.get("agent"), str) or not entry["agent"].strip():
        raise ValueError('must be the name of an agent, or { agent = "NAME", kinds = ["feature"] }')
    return entry


def _folders(name: str) -> _Check:
    """Folders of the layout: literal, below the root, and called as the usual one is, so that records are found."""

    def check(value: Any) -> tuple[str, ...]:
        folders = (value,) if isinstance(value, str) else _texts(value)
        if len(folders) > _MOST_FOLDERS:
            raise ValueError(f"must name at most {_MOST_FOLDERS} folders")
        for folder in folders:
            parts = folder.split("/")
            if not {"", ".", "..", *OTHER_TOOLS}.isdisjoint(parts) or not {*"*?[]!\\"}.isdisjoint(folder):
                raise ValueError(f"{folder!r} is no folder below the root, written as docs/{name}")
            if parts[-1] != name or (parts[0] == MARK and parts != [MARK, name]):
                raise ValueError(f"{folder!r} is not called {name}, as docs/{name} is")
        if not folders or len(set(folders)) < len(folders):
            raise ValueError("must name one folder or several different ones")
        return folders

    return check


_GATE: Mapping[str, _Check] = {
    "warn_until": _day,
    "since": _day,
    "targets": _texts,
    "draft": _texts,
    "exempt": _texts,
    "exempt_also": _texts,
    "append_only": _one_of(True, False),
    "waivers": _one_of("same-change", "landed"),
    "server": _one_of("all", "targets"),
    "sdd": _version,
}
_REQUIRE: Mapping[str, _Check] = dict.fromkeys(ChangeKind, _texts_of("need", ("contract", "phr", "spec")))
_BINDING: Mapping[str, _Check] = {"agent": str, "kinds": _texts_of("kind", ChangeKind)}
_SECRETS: Mapping[str, _Check] = {"personal": _texts_of("word", PERSONAL), "engine": _one_of(*ENGINES)}
JOINS, RESPONSES = ("commit", "exchange", "branch"), ("last", "all")
_CAPTURE: Mapping[str, _Check] = {"join": _one_of(*JOINS), "response": _one_of(*RESPONSES), "keep_days": _number}
_LIMITS = {"lines": "line_limit", "files": "file_limit", "chore_lines": "chore_line_limit", "seconds": "seconds"}


class PolicyReader:
    """Goes through the parsed tables and writes down what it does not understand."""

    def __init__(self, lines: Mapping[str, int]) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def policy(self, table: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a Policy that the file sets. Whether a rule exists is for the rules to say."""
        plain: dict[str, Mapping[str, _Check] | _Check]
        plain = {"rules": _one_of("off", "warning", "error"), "secrets": _SECRETS, "capture": _CAPTURE}
        checks = {name: partial(self.table, name, checks=own) for name, own in plain.items()}
        values = self.table("", table, {**checks, "gate": self._gate, "layout": self._layout, "words": self._words})
        return {**values.pop("gate", {}), **values.pop("secrets", {}), **values.pop("capture", {}), **values}

    def _gate(self, table: Any) -> dict[str, Any]:
        below: dict[str, _Check] = {
            "require": lambda value: {**DEFAULT_REQUIRE, **self.table("gate.require", value, _REQUIRE)},
            "agents": self._agents,
            "actors": lambda value: self.table("gate.actors", value, _pinning),
            "limits": lambda value: self.table("gate.limits", value, dict.fromkeys(_LIMITS, _number)),
        }
        values = self.table("gate", table, {**_GATE, **below})
        values.pop("sdd", None)  # it has been answered
        return values | {_LIMITS[key]: limit for key, limit in values.pop("limits", {}).items()}

    def _layout(self, table: Any) -> Layout:
        values = self.table("layout", table, {name: _folders(name) for name in Layout._fields})
        layout = Layout(**values)
        folders = (*layout.specs, *layout.history)
        for folder in folders:
            if any(folder != other and f"{folder}/".startswith(f"{other}/") for other in folders):
                self.problem("layout", f"{folder} is inside another folder of the layout")
        return layout

    def _words(self, table: Any) -> dict[str, tuple[str, ...]]:
        names = {name.lower(): name for name in SECTIONS}
        values = self.table("words", table, dict.fromkeys(names, _texts))
        headings = grouped((word, names[key]) for key, words in values.items() for word in dict.fromkeys(words))
        for key, words in values.items():
            for word in words:
                meanings = {section_of(word), *headings[word]}
                for other in sorted(meanings - {names[key], None}, key=str):
                    self.problem(f"words.{key}", f"{word!r} already means {other}")
        return {names[key]: words for key, words in values.items()}

    def _agents(self, table: Any) -> tuple[AgentBinding, ...]:
        entries = self.table("gate.agents", table, _binding)
        keys = {pattern: f"gate.agents.{pattern}" for pattern in entries}
        return tuple(AgentBinding(pattern, **self.table(keys[pattern], entries[pattern], _BINDING)) for pattern in keys)

    def table(self, name: str, table: Any, checks: Mapping[str, _Check] | _Check) -> dict[str, Any]:
        """The entries of a table that pass the check of their key, or the one check of every key."""
        if not isinstance(table, dict):
            self.problem(name, "must be a table")
            return {}
        values: dict[str, Any] = {}
        known = checks if isinstance(checks, Mapping) else dict.fromkeys(table, checks)
        for key, value in table.items():
            place = f"{name}.{key}" if name else key
            try:
                if key not in known:
                    raise ValueError(f"unknown key; known are {', '.join(sorted(known))}")
                values[key] = known[key](value)
            except ValueError as error:
                self.problem(place, str(error))
        return values

    def problem(self, key: str, message: str) -> None:
        """A problem at the line of `key`, or of the table it is in."""
        places = (key, key.rpartition(".")[0], ".".join(key.split(".", 2)[:2]), key.partition(".")[0])
        line = next((self.lines[place] for place in places if place in self.lines), 1)
        self.problems.append(Problem(line, f"{key}: {message}"))
