"""The policy: .specify/sdd.toml."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sdd import __version__
from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.base.limits import POLICY_BYTES, SECONDS
from sdd.document import decode
from sdd.records.kinds.manifests import LOCK_FILES, manifest_of
from sdd.records.kinds.reading import calendar_date
from sdd.records.kinds.record import ChangeKind, Kind, Problem, Record
from sdd.records.kinds.words import SECTIONS, section_of
from sdd.records.layout import MARK, OTHER_TOOLS, USUAL, Layout
from sdd.repo.objects import Tree
from sdd.secrets import ENGINES, PERSONAL

POLICY_PATH = ".specify/sdd.toml"
_TEXTS = tuple(f"{name}{suffix}" for name in ("LICENSE", "CHANGELOG") for suffix in ("", ".md", ".txt", ".rst"))
DEFAULT_EXEMPT = (
    *LOCK_FILES, *_TEXTS, ".gitignore", ".gitattributes", ".gitkeep", ".editorconfig", "/*.md", "docs/**/*.md",
)  # fmt: skip
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


class Policy(Record):
    """What one root asks of a change. A root without a policy file has the defaults.

    `warn_until` is the day (YYYY-MM-DD) up to which findings only warn, `since` the one from whose first landing on
    audit and report count. `rules` maps a rule's name to
    "off", "warning" or "error"; whether the rule exists is for the rules to say. `layout` says where the records are,
    `words` what the sections of specs and plans are called, by their canonical headings. `personal` says what else
    counts among secrets, `engine` which program looks for them beside sdd.
    `actors` maps the login of an actor to the files whose pins it may update without a record.
    `newer` is the version of sdd that it asks for where this one is older, which then reads nothing else of it.
    `seconds` of CPU time are the last stop of a verdict.
    A file that cannot be read has `problems`, and no verdict may rest on it.
    """

    warn_until: str | None = None
    since: str | None = None
    targets: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    exempt: tuple[str, ...] = DEFAULT_EXEMPT
    append_only: bool = True
    waivers: str = "same-change"
    newer: str = ""
    require: Mapping[ChangeKind, tuple[str, ...]] = DEFAULT_REQUIRE
    agents: tuple[AgentBinding, ...] = ()
    actors: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    line_limit: int = 600
    file_limit: int = 40
    chore_line_limit: int = 50
    seconds: int = SECONDS
    rules: Mapping[str, str] = MappingProxyType({})
    personal: tuple[str, ...] = ()
    engine: str = ""
    layout: Layout = USUAL
    words: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    @staticmethod
    def of(tree: Tree, root: str) -> "Policy":
        """The policy of a root in a tree; the defaults where the root has no policy file."""
        path = paths.join(root, POLICY_PATH)
        entry = tree.file(path)
        if entry is None:
            return Policy(path=path, root=root)
        return parse(path, tree.repository.beginnings((entry.oid,))[0], root)

    def or_defaults(self) -> "Policy":
        """The policy, or the defaults in place of one that cannot be read."""
        return Policy(path=self.path, root=self.root) if self.problems else self


# An audit meets the same few policies at every landing.
@lru_cache(maxsize=64)
def parse(path: str, content: bytes, root: str) -> Policy:
    """A policy file. Everything in it that is not understood is a problem with its line, never a silent default."""
    import tomllib

    text, problems = decode(content)
    # An empty policy is a policy: all of it is the defaults.
    problems = tuple(problem for problem in problems if "is empty" not in problem.message)
    too_costly = _too_costly(content, text)
    lines = {} if too_costly else _key_lines(text)
    reader = _Reader(lines)
    values: dict[str, Any] = {}
    try:
        if too_costly:
            reader.problems.append(too_costly)
        else:
            table = tomllib.loads(text)
            if newer := _newer_version(table):
                values = {"newer": newer}
                reader.problem("gate.sdd", f"asks for sdd {newer}, and this is {__version__}: update sdd")
            else:
                values = reader.policy(table)
    except tomllib.TOMLDecodeError as error:
        reader.problems.append(_toml_problem(str(error)))
    except (RecursionError, ValueError, OverflowError):
        reader.problems.append(Problem(1, "the file is no TOML that can be read"))
    return Policy(path=path, root=root, lines=lines, problems=(*problems, *sorted(reader.problems)), **values)


def _too_costly(content: bytes, text: str) -> Problem | None:
    """Why a policy is not given to tomllib, whose time and memory grow with the square of a dotted key's length."""
    if len(content) > POLICY_BYTES:
        return Problem(1, f"the policy has {len(content)} bytes (limit {POLICY_BYTES})")
    counts = (line.count(".") for line in text.split("\n"))
    long = next((number for number, dots in enumerate(counts, 1) if dots > _MOST_DOTS), None)
    return Problem(long, f"the line has more than {_MOST_DOTS} dots: break it up") if long else None


def _newer_version(table: Mapping[str, Any]) -> str:
    """The version that a policy asks for where this sdd is older, which may not know its keys; else empty."""
    gate = table.get("gate")
    written = gate.get("sdd") if isinstance(gate, dict) else None
    needed = _VERSION.fullmatch(written) if isinstance(written, str) else None
    return needed[0] if needed and _numbers(needed[1]) > _numbers(__version__) else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")[:3]))


def _toml_problem(message: str) -> Problem:
    what, _, place = message.rpartition(" (at ")
    line = re.match(r"line (\d+)", place)
    return Problem(int(line[1]) if line else 1, f"no TOML: {what or message}")


_VERSION = re.compile(r">=[ ]?(\d{1,6}(?:\.\d{1,6}){0,2})", re.ASCII)
_LARGEST = 1_000_000_000
_MOST_DOTS = 200
_MOST_FOLDERS = 16
_TABLE = re.compile(r"[ \t]*+\[([^\[\]]+)\][ \t]*+(?:#.*)?$")
_KEY = re.compile(r"[ \t]*+(\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|[A-Za-z0-9_.-]++)[ \t]*+=")


def _key_lines(text: str) -> dict[str, int]:
    """The line of every key by its dotted name, found in the text: tomllib does not tell."""
    found: dict[str, int] = {}
    table = ""
    quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        header, key = _TABLE.match(line), _KEY.match(line)
        if header:
            table = "".join(header[1].split()).replace('"', "") + "."
            found.setdefault(table[:-1], number)
        elif key:
            found.setdefault(table + key[1].strip("\"'"), number)
        quote = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
    return found


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
                raise ValueError(f"{folder!r} must end in {name}, as docs/{name}")
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
    "append_only": _one_of(True, False),
    "waivers": _one_of("same-change", "landed"),
    "sdd": _version,
}
_REQUIRE: Mapping[str, _Check] = dict.fromkeys(ChangeKind, _texts_of("need", ("contract", "phr", "spec")))
_BINDING: Mapping[str, _Check] = {"agent": str, "kinds": _texts_of("kind", ChangeKind)}
_SECRETS: Mapping[str, _Check] = {"personal": _texts_of("word", PERSONAL), "engine": _one_of(*ENGINES)}
_LIMITS = {"lines": "line_limit", "files": "file_limit", "chore_lines": "chore_line_limit", "seconds": "seconds"}


class _Reader:
    """Goes through the parsed tables and writes down what it does not understand."""

    def __init__(self, lines: Mapping[str, int]) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def policy(self, table: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a Policy that the file sets. Whether a rule exists is for the rules to say."""
        severity = _one_of("off", "warning", "error")
        checks = {"gate": self.gate, "rules": lambda value: self.table("rules", value, severity), "layout": self.layout}
        checks["secrets"] = lambda value: self.table("secrets", value, _SECRETS)
        values = self.table("", table, {**checks, "words": self.words})
        return {**values.pop("gate", {}), **values.pop("secrets", {}), **values}

    def gate(self, table: Any) -> dict[str, Any]:
        below: dict[str, _Check] = {
            "require": lambda value: {**DEFAULT_REQUIRE, **self.table("gate.require", value, _REQUIRE)},
            "agents": self.agents,
            "actors": lambda value: self.table("gate.actors", value, _pinning),
            "limits": lambda value: self.table("gate.limits", value, dict.fromkeys(_LIMITS, _number)),
        }
        values = self.table("gate", table, {**_GATE, **below})
        values.pop("sdd", None)  # it has been answered
        return values | {_LIMITS[key]: limit for key, limit in values.pop("limits", {}).items()}

    def layout(self, table: Any) -> Layout:
        values = self.table("layout", table, {name: _folders(name) for name in Layout._fields})
        layout = Layout(**values)
        folders = (*layout.specs, *layout.history)
        for folder in folders:
            if any(folder != other and f"{folder}/".startswith(f"{other}/") for other in folders):
                self.problem("layout", f"{folder} is inside another folder of the layout")
        return layout

    def words(self, table: Any) -> dict[str, tuple[str, ...]]:
        names = {name.lower(): name for name in SECTIONS}
        values = self.table("words", table, dict.fromkeys(names, _texts))
        headings = grouped((word, names[key]) for key, words in values.items() for word in dict.fromkeys(words))
        for key, words in values.items():
            for word in words:
                meanings = {section_of(word), *headings[word]}
                for other in sorted(meanings - {names[key], None}, key=str):
                    self.problem(f"words.{key}", f"{word!r} already means {other}")
        return {names[key]: words for key, words in values.items()}

    def agents(self, table: Any) -> tuple[AgentBinding, ...]:
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


KIND = Kind("policy", Policy, (POLICY_PATH,), parse)
