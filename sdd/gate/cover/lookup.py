"""Which PHRs name a path and which contracts' scopes match it, found without asking each of them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sdd.base import paths
from sdd.base.errors import SddError
from sdd.base.grouping import grouped
from sdd.base.limits import STEPS
from sdd.base.regex import regex
from sdd.gate.cover.naming import Named
from sdd.gate.cover.patterns import Patterns
from sdd.gate.cover.plain_pattern import plain_path
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import Item

_BRACKETS = regex(r"(?<!\\)[\[\]]")
_NOT_LITERAL = frozenset("*?[]\\!#")


class Steps:
    """Counts comparisons. More than a verdict may take are no verdict."""

    def __init__(self) -> None:
        self._left = STEPS

    def take(self, count: int) -> None:
        """Raises SddError once the limit is reached."""
        self._left -= count
        if self._left < 0:
            message = f"the change takes more than {STEPS:,} comparisons of its files with its records (limit)"
            raise SddError(message, "split it: fewer files, PHRs or contracts in one push")


class NamingPhrs:
    """Some PHRs, looked up by the paths that they name. Equal answers are one object."""

    def __init__(self, named: Sequence[tuple[Phr, Named]], steps: Steps) -> None:
        self._phrs = tuple(phr for phr, _ in named)
        self.moved: dict[str, str] = {}
        for _, names in named:
            self.moved |= names.moved
        self._at = grouped((path, number) for number, (_, names) in enumerate(named) for path in names.paths)
        self._below = grouped((folder, number) for number, (_, names) in enumerate(named) for folder in names.folders)
        self._known: dict[tuple[int, ...], tuple[Phr, ...]] = {(): ()}
        self._steps = steps

    def naming(self, path: str) -> tuple[Phr, ...]:
        """The PHRs that name a path, in their order."""
        path = paths.composed(path)
        above = (self._below.get(f"{folder}/") for folder in paths.folders_above(path)) if self._below else ()
        numbers = [numbers for numbers in (self._at.get(path), *above) if numbers]
        if not numbers:
            return ()
        self._steps.take(sum(map(len, numbers)))
        key = numbers[0] if len(numbers) == 1 else tuple(sorted({number for some in numbers for number in some}))
        if key not in self._known:
            self._known[key] = tuple(self._phrs[number] for number in key)
        return self._known[key]


class ScopedContracts:
    """Some contracts, looked up by the paths that their scopes match. Equal answers are one object.

    A scope is filed under the literal folder that each of its patterns begins with.
    """

    def __init__(self, contracts: Iterable[Contract], steps: Steps) -> None:
        self.all = tuple({contract.path: contract for contract in contracts}.values())
        self._under = grouped(
            (folder, number)
            for number, contract in enumerate(self.all)
            for folder in dict.fromkeys(literal_folders(contract.root, contract.scope))
        )
        self._matchers = tuple(_matcher(contract.scope) for contract in self.all)
        self._roots = frozenset(contract.root for contract in self.all)
        self._known: dict[tuple[int, ...], tuple[Contract, ...]] = {}
        self._in_roots: dict[tuple[str, ...], tuple[Contract, ...]] = {}
        self._steps = steps

    def around(self, path: str) -> tuple[Contract, ...]:
        """The contracts whose root is above a path, whatever their scope."""
        roots = self._roots_of(path)
        if roots not in self._in_roots:
            self._in_roots[roots] = tuple(contract for contract in self.all if contract.root in roots)
        return self._in_roots[roots]

    def _roots_of(self, path: str) -> tuple[str, ...]:
        return tuple(folder for folder in paths.folders_above(path) if folder in self._roots)

    def matching(self, path: str) -> tuple[Contract, ...]:
        """The contracts whose scope matches a path, in their order."""
        near = [self._under.get(folder, ()) for folder in (path, *paths.folders_above(path))] if self._under else ()
        numbers = sorted({number for some in near for number in some})
        self._steps.take(sum(len(self.all[number].scope) for number in numbers))
        seen = {
            root: (paths.relative(root, path), plain_path(paths.relative(root, path))) for root in self._roots_of(path)
        }
        key = tuple(number for number in numbers if self._matchers[number].match(*seen[self.all[number].root]))
        if key not in self._known:
            self._known[key] = tuple(self.all[number] for number in key)
        return self._known[key]


def literal_folders(root: str, scope: Iterable[Item]) -> Iterable[str]:
    """The path, from the top, of the folder or file that each pattern of a record below `root` begins with."""
    for pattern in anchored(item.text for item in scope):
        literal = []
        for part in pattern.rstrip("/").split("/")[1:]:
            if not part or not _NOT_LITERAL.isdisjoint(part) or part != part.strip():
                break
            literal.append(part)
        yield paths.join(root, "/".join(literal)) if literal else root


def in_scope(contract: Contract, path: str) -> bool:
    """Whether a contract's scope matches a path. Without one, a contract within a PHR covers what its PHR names."""
    return (contract.embedded and "scope" not in contract.lines) or reaches(contract.root, contract.scope, path)


def reaches(root: str, scope: Sequence[Item], path: str) -> bool:
    """Whether patterns of a record below `root` match a path (from the top)."""
    return paths.is_below(path, root) and _matcher(scope).match(paths.relative(root, path))


# Records are few beside the files that are held against them, and equal scopes mean the same.
@lru_cache(maxsize=8192)
def _matcher(scope: tuple[Item, ...]) -> Patterns:
    return Patterns(anchored(item.text for item in scope))


def anchored(written: Iterable[str]) -> tuple[str, ...]:
    """Patterns of a scope, each anchored at the root even where the leading slash was left out.

    One with brackets is there twice: `/app/[id]/**` also means the folder of that name.
    """
    plain = (pattern.removeprefix("./").lstrip("/") for pattern in written if not pattern.startswith("!"))
    return tuple(
        f"/{form}" for pattern in plain for form in dict.fromkeys((pattern, _BRACKETS.sub(r"\\\g<0>", pattern)))
    )
