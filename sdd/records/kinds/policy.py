"""The policy: .specify/sdd.toml."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sdd.base import paths
from sdd.document import decode
from sdd.records.kinds.reading import calendar_date
from sdd.records.kinds.record import ChangeKind, Kind, Problem, Record
from sdd.repo.objects import Tree

POLICY_PATH = ".specify/sdd.toml"
DEFAULT_EXEMPT = (
    "*.lock", "package-lock.json", "pnpm-lock.yaml", "go.sum", "LICENSE*", "CHANGELOG*", ".gitignore",
    ".gitattributes", ".gitkeep", ".editorconfig", "/*.md", "docs/**/*.md",
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
    "off", "warning" or "error"; whether the rule exists is for the rules to say. A file that cannot be
    read has `problems`, and no verdict may rest on it.
    """

    warn_until: str | None = None
    since: str | None = None
    targets: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    exempt: tuple[str, ...] = DEFAULT_EXEMPT
    append_only: bool = True
    waivers: str = "same-change"
    require: Mapping[ChangeKind, tuple[str, ...]] = DEFAULT_REQUIRE
    agents: tuple[AgentBinding, ...] = ()
    line_limit: int = 600
    file_limit: int = 40
    chore_line_limit: int = 50
    rules: Mapping[str, str] = MappingProxyType({})

    @staticmethod
    def of(tree: Tree, root: str) -> "Policy":
        """The policy of a root in a tree; the defaults where the root has no policy file."""
        path = paths.join(root, POLICY_PATH)
        entry = tree.file(path)
        return Policy(path=path, root=root) if entry is None else parse(path, tree.repository.blob(entry.oid), root)

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
    lines = _key_lines(text)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Policy(path=path, root=root, lines=lines, problems=(*problems, _toml_problem(str(error))))
    except (RecursionError, ValueError, OverflowError):
        return Policy(
            path=path, root=root, lines=lines, problems=(*problems, Problem(1, "the file is no TOML that can be read"))
        )
    reader = _Reader(lines)
    values = reader.read(table)
    return Policy(path=path, root=root, lines=lines, problems=(*problems, *sorted(reader.problems)), **values)


def _toml_problem(message: str) -> Problem:
    where = re.search(r"\s*\(at line (\d+), column \d+\)", message)
    line = int(where[1]) if where else 1
    return Problem(
        line, "no TOML: " + (message[: where.start()] if where else message).removesuffix(" (at end of document)")
    )


_TABLE = re.compile(r"[ \t]*\[[ \t]*([^\[\]]+?)[ \t]*\][ \t]*(?:#.*)?$")
_KEY = re.compile(r"[ \t]*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[A-Za-z0-9_.-]+)[ \t]*=")


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
            table = header[1].replace(" ", "").replace('"', "") + "."
            found.setdefault(table[:-1], number)
        elif key:
            found.setdefault(table + key[1].strip("\"'"), number)
        quote = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
    return found


class _Reader:
    """Goes through the parsed tables and writes down what it does not understand."""

    def __init__(self, lines: Mapping[str, int]) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def problem(self, key: str, message: str) -> None:
        """A problem at the line of `key`, or of the table it is in."""
        place = key
        while place and place not in self.lines:
            place = place.rpartition(".")[0]
        self.problems.append(Problem(self.lines.get(place, 1), f"{key}: {message}"))

    def read(self, table: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a Policy that the file sets."""
        values: dict[str, Any] = {}
        for key, value in self.table(table, "", {"gate", "rules"}):
            values |= self.gate(value) if key == "gate" else {"rules": self.rules(value)}
        return values

    def table(self, table: Any, name: str, known: set[str] | None) -> Iterator[tuple[str, Any]]:
        """The entries of a table whose keys are known; every other key is a problem."""
        if not isinstance(table, dict):
            self.problem(name, "must be a table")
            return
        for key, value in table.items():
            if known is None or key in known:
                yield key, value
            else:
                self.problem(f"{name}.{key}" if name else key, f"unknown key; known are {', '.join(sorted(known))}")

    def gate(self, table: Any) -> dict[str, Any]:
        """The table `[gate]` and those below it."""
        values: dict[str, Any] = {}
        readers: dict[str, Callable[[Any], Any]] = {
            "warn_until": lambda value: self.day("gate.warn_until", value),
            "since": lambda value: self.day("gate.since", value),
            "targets": lambda value: self.texts("gate.targets", value),
            "draft": lambda value: self.texts("gate.draft", value),
            "exempt": lambda value: self.texts("gate.exempt", value),
            "append_only": lambda value: self.one_of("gate.append_only", value, (True, False)),
            "waivers": lambda value: self.one_of("gate.waivers", value, ("same-change", "landed")),
            "require": self.require,
            "agents": self.agents,
        }
        for key, value in self.table(table, "gate", {*readers, "limits"}):
            if key == "limits":
                values |= self.limits(value)
            elif (read := readers[key](value)) is not None:
                values[key] = read
        return values

    def day(self, key: str, value: Any) -> str | None:
        """A day as TOML has it, or as text."""
        found = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else None
        found = calendar_date(value) if isinstance(value, str) and len(value) == 10 else found
        if found is None:
            self.problem(key, "must be a day such as 2027-01-31")
        return found

    def texts(self, key: str, value: Any) -> tuple[str, ...] | None:
        """A list of texts, none of them empty."""
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
            self.problem(key, "must be a list of texts")
            return None
        return tuple(value)

    def one_of(self, key: str, value: Any, allowed: tuple[Any, ...]) -> Any:
        """A value that is one of few."""
        if type(value) is not type(allowed[0]) or value not in allowed:
            self.problem(
                key,
                "must be " + " or ".join(f'"{one}"' if isinstance(one, str) else str(one).lower() for one in allowed),
            )
            return None
        return value

    def kinds(self, key: str, value: Any) -> tuple[ChangeKind, ...] | None:
        """A list of kinds of change."""
        names = self.texts(key, value)
        known = {kind.value for kind in ChangeKind}
        if names is None or any(name not in known for name in names):
            if names is not None:
                self.problem(key, f"unknown kind; known are {', '.join(ChangeKind)}")
            return None
        return tuple(ChangeKind(name) for name in names)

    def require(self, table: Any) -> dict[ChangeKind, tuple[str, ...]]:
        """What each kind needs, the defaults for the kinds that are not named."""
        needs = dict(DEFAULT_REQUIRE)
        for key, value in self.table(table, "gate.require", {kind.value for kind in ChangeKind}):
            found = self.texts(f"gate.require.{key}", value)
            if found is not None and not set(found) <= {"spec", "contract", "phr"}:
                self.problem(f"gate.require.{key}", "unknown need; known are contract, phr, spec")
            elif found is not None:
                needs[ChangeKind(key)] = found
        return needs

    def agents(self, table: Any) -> tuple[AgentBinding, ...]:
        """Patterns with the agent that answers for them."""
        found = []
        for pattern, value in self.table(table, "gate.agents", None):
            key = f"gate.agents.{pattern}"
            entry = {"agent": value} if isinstance(value, str) else value
            if not isinstance(entry, dict) or not isinstance(entry.get("agent"), str) or not entry["agent"].strip():
                self.problem(key, 'must be the name of an agent, or { agent = "NAME", kinds = ["feature"] }')
                continue
            for name in entry.keys() - {"agent", "kinds"}:
                self.problem(f"{key}.{name}", "unknown key; known are agent, kinds")
            kinds = self.kinds(f"{key}.kinds", entry["kinds"]) if "kinds" in entry else (ChangeKind.FEATURE,)
            if kinds is not None:
                found.append(AgentBinding(pattern, entry["agent"], kinds))
        return tuple(found)

    def limits(self, table: Any) -> dict[str, int]:
        """The numbers of `[gate.limits]`."""
        fields = {"lines": "line_limit", "files": "file_limit", "chore_lines": "chore_line_limit"}
        values: dict[str, int] = {}
        for key, value in self.table(table, "gate.limits", set(fields)):
            if type(value) is int and value > 0:
                values[fields[key]] = value
            else:
                self.problem(f"gate.limits.{key}", "must be a whole number above zero")
        return values

    def rules(self, table: Any) -> dict[str, str]:
        """Severities by rule; whether a rule exists is for the rules to say."""
        found = {}
        for key, value in self.table(table, "rules", None):
            severity = self.one_of(f"rules.{key}", value, ("off", "warning", "error"))
            if severity is not None:
                found[key] = severity
        return found


KIND = Kind("policy", Policy, (POLICY_PATH,), parse)
