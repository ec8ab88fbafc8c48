"""The policy: .specify/sdd.toml."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sdd import __version__
from sdd.base import paths
from sdd.base.limits import POLICY_BYTES, SECONDS
from sdd.base.regex import regex
from sdd.document import EMPTY, decode
from sdd.records.kinds.manifests import LOCK_FILES
from sdd.records.kinds.policy_tables import (
    DEFAULT_REQUIRE,
    JOINS,
    RESPONSES,
    AgentBinding,
    PolicyReader,
    newer_version,
)
from sdd.records.kinds.record import ChangeKind, Kind, Problem, Record
from sdd.records.layout import USUAL, Layout, find_roots
from sdd.repo.objects import Tree

POLICY_PATH = ".specify/sdd.toml"
_MOST_DOTS = 200
_TABLE = regex(r"[ \t]*+\[([^\[\]]+)\][ \t]*+(?:#.*)?$")
_KEY = regex(r"[ \t]*+(\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|[A-Za-z0-9_.-]++)[ \t]*+=")
_TEXTS = tuple(f"{name}{suffix}" for name in ("LICENSE", "CHANGELOG") for suffix in ("", ".md", ".txt", ".rst"))
DEFAULT_EXEMPT = (
    *LOCK_FILES, *_TEXTS, ".gitignore", ".gitattributes", ".gitkeep", ".editorconfig", "/*.md", "docs/**/*.md",
)  # fmt: skip


class Policy(Record):
    """What one root asks of a change. A root without a policy file has the defaults.

    `warn_until` is the day (YYYY-MM-DD) up to which findings only warn, `since` the one from whose first landing on
    audit and report count. `rules` maps a rule's name to
    "off", "warning" or "error"; whether the rule exists is for the rules to say. `layout` says where the records are,
    `words` what the sections of specs and plans are called, by their canonical headings. `personal` says what else
    counts among secrets, `engine` which program looks for them beside sdd.
    `exempt` and `exempt_also` together are the patterns of files that need no records. `server` says whether a server
    judges all that is pushed, or "targets": of branches those alone.
    `actors` maps the login of an actor to the files whose pins it may update without a record.
    `join` says which captured exchanges share a PHR, `response` how much of an answer it tells, and `keep_days` how
    long an exchange is kept that became none.
    `newer` is the version of sdd that it asks for where this one is older, which then reads nothing else of it.
    `seconds` of CPU time are the last stop of a verdict.
    A file that cannot be read has `problems`, and no verdict may rest on it.
    """

    warn_until: str | None = None
    since: str | None = None
    targets: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    exempt: tuple[str, ...] = DEFAULT_EXEMPT
    exempt_also: tuple[str, ...] = ()
    append_only: bool = True
    waivers: str = "same-change"
    server: str = "all"
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
    join: str = JOINS[0]
    response: str = RESPONSES[0]
    keep_days: int = 30
    layout: Layout = USUAL
    words: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    @staticmethod
    def of(tree: Tree, root: str) -> "Policy":
        """The policy of a root in a tree; the defaults where the root has no policy file."""
        path = paths.join(root, POLICY_PATH)
        entry = tree.file(path)
        if entry is None:
            return Policy(path=path, root=root)
        place = (path, entry.oid, root)
        if place not in _KNOWN:
            if len(_KNOWN) == _MOST_KNOWN:
                _KNOWN.clear()
            _KNOWN[place] = parse(path, tree.repository.beginnings((entry.oid,))[0], root)
        return _KNOWN[place]

    @property
    def exemptions(self) -> tuple[str, ...]:
        """The patterns of all files that need no records."""
        return (*self.exempt, *self.exempt_also)

    def or_defaults(self) -> "Policy":
        """The policy, or the defaults in place of one that cannot be read."""
        return Policy(path=self.path, root=self.root) if self.problems else self


# A command meets the same policies at many trees, an audit at every landing: as many as there are roots. A blob's id
# says what it holds, in whatever repository.
_KNOWN: dict[tuple[str, str, str], Policy] = {}
_MOST_KNOWN = 1024


def parse(path: str, content: bytes, root: str) -> Policy:
    """A policy file. Everything in it that is not understood is a problem with its line, never a silent default."""
    import tomllib

    text, problems = decode(content)
    # An empty policy is a policy: all of it is the defaults.
    problems = tuple(problem for problem in problems if problem != EMPTY)
    too_costly = _too_costly(content, text)
    lines = {} if too_costly else _key_lines(text)
    reader = PolicyReader(lines)
    values: dict[str, Any] = {}
    try:
        if too_costly:
            reader.problems.append(too_costly)
        else:
            table = tomllib.loads(text)
            if newer := newer_version(table):
                values = {"newer": newer}
                reader.problem("gate.sdd", f"asks for sdd {newer}, and this is {__version__}: update sdd")
            else:
                values = reader.policy(table)
    except tomllib.TOMLDecodeError as error:
        reader.problems.append(_toml_problem(str(error), text))
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


def _toml_problem(message: str, text: str) -> Problem:
    what, _, place = message.rpartition(" (at ")
    line = re.match(r"line (\d+)", place)
    last = text.count("\n", 0, len(text.rstrip())) + 1 if place.startswith("end of document") else 1
    return Problem(int(line[1]) if line else last, f"no TOML: {what or message}")


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


KIND = Kind("policy", Policy, (POLICY_PATH,), parse)


def is_policy(path: str) -> bool:
    """Whether a path is that of some root's policy."""
    return f"/{path}".endswith(f"/{POLICY_PATH}")


def has_policy(tree: Tree) -> bool:
    """Whether some root of a tree has a policy. The whole tree is read only where the top has none."""
    return POLICY_PATH in tree or any(paths.join(root, POLICY_PATH) in tree for root in find_roots(tree))
