"""The addresses of a site: the page, and the anchor on it, of every record, feature, requirement and rule.

Names are made of small letters, digits, dashes and underscores, whatever a record is called, so that no file system and
no address takes them for something else.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.records.layout import feature_folder
from sdd.report.reading import Report
from sdd.secrets import hidden

ROWS = 500
"""How many rows a page holds before the next one begins."""

BYTES = 200_000
"""How large the rows of a page are together: with all around them, a page stays below 300 KB."""

CONTRACTS = 50
"""How many contracts, each with all that it holds, one page has."""

# What a trail takes on its page: its drawing, and each name in its list.
_DRAWN, _NAMED = 9000, 320

_NO_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST = 80


class Page(NamedTuple):
    """One page of several that hold the rows of one list: its address, its number from 1, and which rows it has."""

    address: str
    number: int
    first: int
    end: int


def pages(address: str, sizes: Sequence[int], most: int = ROWS) -> tuple[Page, ...]:
    """The pages of a list whose rows are of some sizes: phrs.html, phrs-2.html ..., in a folder, where every page has a
    name of its own, trail/a.html, trail/a_2.html ... There is always a first one.

    A page holds at most `most` rows, and no more than BYTES of them unless a single row is larger.
    """
    starts, held = [0], 0
    for row, size in enumerate(sizes):
        if row > starts[-1] and (row - starts[-1] == most or held + size > BYTES):
            starts.append(row)
            held = 0
        held += size
    stem = address.removesuffix(".html") + ("_" if "/" in address else "-")
    return tuple(
        Page(address if number == 1 else f"{stem}{number}.html", number, first, end)
        for number, (first, end) in enumerate(pairwise([*starts, len(sizes)]), 1)
    )


class Names:
    """Gives out names of pages, each only once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str) -> str:
        """A readable name for a text, with a hash behind it where the name is taken."""
        slug = _NO_NAME.sub("-", hidden(text).lower()).strip("-")[:_LONGEST].strip("-") or "x"
        name = slug
        digits = 8
        while name in self._taken:
            name = f"{slug}_{blake2b(text.encode('utf-8', 'surrogatepass')).hexdigest()[:digits]}"
            digits += 8
        self._taken.add(name)
        return name


class Places:
    """The addresses of a report's parts, from the top of the site, by their paths; a requirement's by path and line."""

    def __init__(self, report: Report) -> None:
        features = [row.path for row in report.features]
        self.features = _addresses("feature/{}.html", features, _last)
        self.trail_pages: dict[str, tuple[Page, ...]] = {}
        self.trails: dict[tuple[str, int], str] = {}
        addresses = _addresses("trail/{}.html", features, _last)
        for row in report.features:
            trails = row.trails
            sizes = [_DRAWN + _NAMED * sum(map(len, trail.layers.values())) for trail in trails]
            self.trail_pages[row.path] = pages(addresses[row.path], sizes)
            names = Names()
            for page in self.trail_pages[row.path]:
                for trail in trails[page.first : page.end]:
                    own = trail.requirement
                    self.trails[own.path, own.line] = f"{page.address}#{names.take(own.name)}"
        self.phrs = _addresses("phr/{}.html", sorted(report.phrs.paths), _folder_and_name)
        self.adrs = _addresses("decision/{}.html", (row.path for row in report.adrs), _last)
        apart = (path for path in report.contracts.paths if path not in self.phrs)
        folders = grouped((path.rpartition("/")[0], path) for path in apart)
        addresses = _addresses("contract/{}.html", folders, _last)
        self.contract_pages = tuple(
            (page.address, own[page.first : page.end])
            for folder, own in folders.items()
            for page in pages(addresses[folder], [0] * len(own), CONTRACTS)
        )
        self.contracts = {path: f"{address}#contract" for path, address in self.phrs.items()}
        for address, held in self.contract_pages:
            self.contracts |= _addresses(f"{address}#c-{{}}", held, _last)
        named = grouped((row.name, row.path) for row in report.features)
        self._unique = {name: self.features[own[0]] for name, own in named.items() if len(own) == 1}
        self._constitutions = {row.path: place for place, row in enumerate(report.constitutions, 1)}
        self._roots = sorted({row.root for row in report.features}, key=len, reverse=True)

    def feature_named(self, name: str | None, near: str = "") -> str | None:
        """The page of the feature that a record at the path `near` means by a name; None where that is not clear."""
        if not name:
            return None
        own = next((root for root in self._roots if paths.is_below(near, root)), "")
        return self.features.get(feature_folder(own, name)) or self._unique.get(name) or self.features.get(name)

    def record(self, path: str) -> str | None:
        """The place of a record by its path."""
        folder = path.rpartition("/")[0].removesuffix("/checklists").removesuffix("/contracts")
        pages = (self.phrs.get(path), self.contracts.get(path), self.adrs.get(path), self.features.get(folder))
        return next(filter(None, pages), None)

    def document(self, kind: str, path: str, line: int) -> str | None:
        """The place of what a search can find; None for what no page shows."""
        if kind == "waiver":
            return "waivers.html"
        page = self.record(path)
        if kind == "requirement":
            return self.trails.get((path, line)) or page
        if kind == "task":
            return page and f"{page}#task-{line}"
        if kind == "constitution":
            number = self._constitutions.get(path)
            return f"constitution.html#p-{number}-{line}" if number else None
        return page


def _addresses(form: str, listed: Iterable[str], name: Callable[[str], str]) -> dict[str, str]:
    """Path -> address, `form` with a name in it that no other of these has."""
    names = Names()
    return {path: form.format(names.take(name(path))) for path in listed}


def _last(path: str) -> str:
    """The last part of a path, without what every record's name ends with."""
    return path.rpartition("/")[2].removesuffix(".md").removesuffix(".contract").removesuffix(".prompt")


def _folder_and_name(path: str) -> str:
    """001-vat-0001-rounding-green for .../001-vat/0001-rounding.green.prompt.md."""
    return f"{path.rpartition('/')[0].rpartition('/')[2]}-{_last(path)}"
