"""What a change does to a policy, key by key, and whether the gate asks for less by it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sdd.base import paths
from sdd.base.wildcards import breadth
from sdd.gate.check.verdict import Detail
from sdd.gate.cover.inclusion import not_within
from sdd.gate.cover.patterns import patterns
from sdd.gate.rules import ALL, Severity
from sdd.records.kinds.policy import DEFAULT_EXEMPT, Policy
from sdd.records.kinds.record import ChangeKind
from sdd.repo.objects import Tree

_MOST_NAMED = 3
_SEVERITIES = {rule.name: rule.severity for rule in ALL}
_STRICTNESS = (Severity.OFF, Severity.WARNING, Severity.ERROR)


def _is_later(before: str | None, after: str | None) -> bool:
    return (after or "") > (before or "")


# Key -> the policy's field, and whether the second of two values asks for less.
_VALUES: Mapping[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "gate.warn_until": ("warn_until", _is_later),
    "gate.since": ("since", _is_later),
    "gate.append_only": ("append_only", lambda _, after: not after),
    "gate.waivers": ("waivers", lambda _, after: after == "same-change"),
    "gate.server": ("server", lambda _, after: after == "targets"),
    "gate.limits.lines": ("line_limit", lambda before, after: after > before),
    "gate.limits.files": ("file_limit", lambda before, after: after > before),
    "gate.limits.chore_lines": ("chore_line_limit", lambda before, after: after > before),
    "gate.limits.seconds": ("seconds", lambda before, after: after < before),
    "secrets.engine": ("engine", lambda _, after: not after),
}
_OTHERS = {
    "layout": ("layout",),
    "words": ("words",),
    "capture": ("join", "response", "keep_days"),
}


def policy_changes(before: Policy, after: Policy, most: int = _MOST_NAMED) -> Iterator[Detail]:
    """What `after` asks that `before` did not, and what it asks no more; of each list the first `most` entries."""
    if after.problems:
        yield Detail("cannot be read", is_looser=False)
        return
    before = before.or_defaults()
    for key, (field, asks_less) in _VALUES.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield Detail(f"{key} {_shown(old)} -> {_shown(new)}", asks_less(old, new))
    for key, gone, come, is_looser in _lists(before, after):
        if gone or come:
            yield Detail(f"{key} {_named(gone, come, most)}", is_looser)
    for name in sorted({*before.rules, *after.rules}):
        usual = _SEVERITIES.get(name, Severity.OFF)
        old, new = (Severity(policy.rules.get(name, usual)) for policy in (before, after))
        if old != new:
            yield Detail(f"rules.{name} {old} -> {new}", _STRICTNESS.index(new) < _STRICTNESS.index(old))
    for table, fields in _OTHERS.items():
        if any(getattr(before, field) != getattr(after, field) for field in fields):
            yield Detail(table, is_looser=False)


def as_below(policy: Policy, tree: Tree, root: str) -> Policy:
    """What a policy asks below one folder of its root, beside what every root exempts: the patterns that match files
    of a tree there, as seen from it. Branches are left out, which one policy names for all roots.
    """
    folder = paths.relative(policy.root, root).split("/")
    files = [paths.relative(root, path) for path, _ in tree.walk(root)]

    def below(written: Iterable[str], *, folders: bool = False) -> tuple[str, ...]:
        seen = (inner for pattern in written for inner in _as_below(pattern, folder, folders=folders))
        return tuple(inner for inner in dict.fromkeys(seen) if _matches_any(inner, files, folders=folders))

    usual = DEFAULT_EXEMPT if policy.exempt == DEFAULT_EXEMPT else ()
    actors = ((login, below(pins)) for login, pins in policy.actors.items())
    bound = ((each, below((each.pattern,), folders=True)) for each in policy.agents)
    return policy.but(
        exempt=usual,
        exempt_also=below(policy.exemptions[len(usual) :]),
        actors={login: pins for login, pins in actors if pins},
        agents=tuple(each._replace(pattern=inner) for each, seen in bound for inner in seen),
        targets=(),
        draft=(),
        server="all",
    )


def _matches_any(pattern: str, files: Iterable[str], *, folders: bool) -> bool:
    wanted = patterns((pattern.removeprefix("!"),))
    return any(map(wanted.match if folders else wanted.match_file, files))


def _as_below(pattern: str, folder: Sequence[str], *, folders: bool) -> Iterator[str]:
    """What matches below a folder as a pattern of a root above does. `folders` says whether one that matches a folder
    counts for all within it.
    """
    written = pattern.removeprefix("!")
    parts = written.strip("/").split("/")
    if len(parts) == 1 and not written.startswith("/"):
        parts.insert(0, "**")
    if written.endswith("/"):
        parts.append("**")
    begun = {0}
    for name in folder:
        begun = {after for place in begun for after in _past(parts, place, name)}
    for place in sorted(begun):
        rest = "/".join(parts[place:])
        if place == 0:
            yield pattern
        elif rest or folders:
            is_anywhere = rest.startswith("**") or not rest
            yield f"{'!' * (pattern != written)}{'' if is_anywhere else '/'}{rest or '**'}"


def _past(parts: Sequence[str], place: int, name: str) -> Iterator[int]:
    """Where the parts of a pattern go on after a folder's name that is met at one of them."""
    while place < len(parts) and parts[place] == "**":
        yield place
        place += 1
    if place == len(parts):
        yield place
    elif patterns((f"/{parts[place]}",)).match(name):
        yield place + 1


def _lists(before: Policy, after: Policy) -> Iterator[tuple[str, list[str], list[str], bool]]:
    """(key, what is gone from it, what came, whether it asks for less) of every key that holds a list."""
    gone = [*not_within(before.exemptions, after.exemptions)]
    come = [*not_within(after.exemptions, before.exemptions)]
    yield "gate.exempt", gone, come, bool(come)
    for kind in ChangeKind:
        gone, come = _differences(before.require.get(kind, ()), after.require.get(kind, ()))
        yield f"gate.require.{kind}", gone, come, bool(gone)
    gone, come = _differences(before.targets, after.targets)
    # Without a list the default branch is the target.
    yield "gate.targets", gone, come, bool(gone)
    gone, come = _differences(before.draft, after.draft)
    yield "gate.draft", gone, come, bool(come)
    gone, come = _differences(*([*map(_binding, policy.agents)] for policy in (before, after)))
    yield "gate.agents", gone, come, bool(gone)
    gone, come = [*_updates(before, after)], [*_updates(after, before)]
    yield "gate.actors", gone, come, bool(come)
    gone, come = _differences(before.personal, after.personal)
    yield "secrets.personal", gone, come, bool(gone)


def _differences(before: Iterable[str], after: Iterable[str]) -> tuple[list[str], list[str]]:
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    return [entry for entry in old if entry not in new], [entry for entry in new if entry not in old]


def _binding(binding: Any) -> str:
    return f"{binding.pattern} {binding.agent} {' '.join(binding.kinds)}"


def _updates(policy: Policy, other: Policy) -> Iterator[str]:
    """What a policy lets actors update that the other does not."""
    for login, pins in policy.actors.items():
        yield from (f"{login} {pin}" for pin in not_within(pins, other.actors.get(login, ())))


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or "none")


def _named(gone: list[str], come: list[str], most: int) -> str:
    """A few entries of a list: those that came first, and of them the widest patterns."""
    sides = (("+", come), ("-", gone))
    signed = [f"{sign}{entry}" for sign, entries in sides for entry in sorted(entries, key=breadth)]
    more = f" and {len(signed) - most} more" if len(signed) > most else ""
    return f"{' '.join(signed[:most])}{more}"
