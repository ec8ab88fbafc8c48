"""The addresses of a site: the page, and the anchor on it, of every record, feature, requirement and rule.

Names are made of small letters, digits, dashes and underscores, whatever a record is called, so that no file system and
no address takes them for something else.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from operator import attrgetter
from typing import NamedTuple

from sdd.answers.lists import Row
from sdd.answers.trail.requirements import RequirementTrail
from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.records.layout import feature_folder
from sdd.report.features import FeatureRow
from sdd.report.reading import Report

ROWS = 500
"""How many rows a page holds before the next one begins."""

CONTRACTS = 50
"""How many contracts, each with all that it holds, one page has."""

_NO_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST = 80


class Page(NamedTuple):
    """One page of several that hold the rows of one list: its address, its number from 1, and which rows it has."""

    address: str
    number: int
    first: int
    end: int


def pages(address: str, rows: int, size: int = ROWS) -> tuple[Page, ...]:
    """The pages of a list of `rows` rows: phrs.html, phrs-2.html ... There is always a first one."""
    stem = address.removesuffix(".html")
    return tuple(
        Page(address if number == 1 else f"{stem}-{number}.html", number, first, min(first + size, rows))
        for number, first in enumerate(range(0, max(rows, 1), size), 1)
    )


class Names:
    """Gives out names of pages, each only once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str) -> str:
        """A readable name for a text, with a hash behind it where the name is taken."""
        slug = _NO_NAME.sub("-", text.lower()).strip("-")[:_LONGEST].strip("-") or "x"
        name = slug
        digits = 8
        while name in self._taken:
            name = f"{slug}_{blake2b(text.encode('utf-8', 'surrogatepass')).hexdigest()[:digits]}"
            digits += 8
        self._taken.add(name)
        return name


class Places:
    """The addresses of a report's parts, from the top of the site."""

    def __init__(self, report: Report) -> None:
        self.feature_names = _named((row.path for row in report.features), lambda path: path.rpartition("/")[2])
        phr_names = _named((row.path for row in sorted(report.phrs, key=attrgetter("path"))), _folder_and_name)
        self.phrs: Mapping[str, str] = {path: f"phr/{name}.html" for path, name in phr_names.items()}
        adr_names = _named((row.path for row in report.adrs), lambda path: path.rpartition("/")[2].removesuffix(".md"))
        self.adrs: Mapping[str, str] = {path: f"decision/{name}.html" for path, name in adr_names.items()}
        self.contract_pages = contract_groups(report.contracts)
        self.contracts = _contract_places(self.contract_pages, self.phrs)
        self.trails = _trail_places(report.trails, self.feature_names)
        self.features = {path: f"feature/{name}.html" for path, name in self.feature_names.items()}
        self._by_name = _feature_by_name(report.features)
        self._constitutions = {row.path: place for place, row in enumerate(report.constitutions, 1)}
        self._roots = sorted({row.root for row in report.features}, key=len, reverse=True)

    def feature(self, path: str) -> str | None:
        """The page of a feature by the path of its folder."""
        return self.features.get(path)

    def feature_named(self, name: str | None, near: str = "") -> str | None:
        """The page of the feature that a record at the path `near` means by a name; None where that is not clear."""
        if not name:
            return None
        own = next((root for root in self._roots if paths.is_below(near, root)), "")
        return self.feature(feature_folder(own, name)) or self.feature(self._by_name.get(name, ""))

    def record(self, path: str) -> str | None:
        """The place of a record by its path."""
        folder = path.rpartition("/")[0]
        return (
            self.phrs.get(path)
            or self.contracts.get(path)
            or self.adrs.get(path)
            or self.features.get(folder.removesuffix("/checklists"))
        )

    def document(self, kind: str, path: str, line: int) -> str | None:
        """The place of what a search can find; None for what no page shows."""
        if kind == "waiver":
            return "open.html"
        page = self.record(path)
        if kind == "requirement":
            return self.trails.get((path, line)) or page
        if kind == "task":
            return page and f"{page}#task-{line}"
        if kind == "constitution":
            number = self._constitutions.get(path)
            return f"constitution.html#p-{number}-{line}" if number else None
        return page


def contract_groups(contracts: Sequence[Row]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """(address, contracts) of the pages that hold the contracts in files of their own: some of one feature a page."""
    groups = grouped((row.path.rpartition("/")[0], row) for row in contracts if not row.embedded)
    names = _named(groups, lambda folder: folder.rpartition("/")[2])
    return tuple(
        (page.address, rows[page.first : page.end])
        for folder, rows in groups.items()
        for page in pages(f"contract/{names[folder]}.html", len(rows), CONTRACTS)
    )


def _contract_places(groups: Iterable[tuple[str, tuple[Row, ...]]], phrs: Mapping[str, str]) -> Mapping[str, str]:
    places = {path: f"{address}#contract" for path, address in phrs.items()}
    for address, rows in groups:
        names = _named((row.path for row in rows), _own_name)
        places.update({path: f"{address}#{name}" for path, name in names.items()})
    return places


def _trail_places(trails: Sequence[RequirementTrail], features: Mapping[str, str]) -> Mapping[tuple[str, int], str]:
    """(path, line) of a requirement -> its trail: a page a feature, an anchor a requirement."""
    names: dict[str, Names] = {}
    places = {}
    for trail in trails:
        folder = trail.row.path.rpartition("/")[0]
        anchor = names.setdefault(folder, Names()).take(trail.row.id)
        places[(trail.requirement.path, trail.requirement.line)] = f"trail/{features.get(folder, 'x')}.html#{anchor}"
    return places


def _feature_by_name(features: Iterable[FeatureRow]) -> Mapping[str, str]:
    """Name -> path, for names that only one root has."""
    places: dict[str, str] = {}
    for row in features:
        places[row.name] = "" if row.name in places else row.path
    return places


def _named(texts: Iterable[str], name: Callable[[str], str]) -> Mapping[str, str]:
    names = Names()
    return {text: names.take(name(text)) for text in texts}


def _folder_and_name(path: str) -> str:
    """001-vat-0001-rounding-green for .../001-vat/0001-rounding.green.prompt.md."""
    folder, _, name = path.rpartition("/")
    return f"{folder.rpartition('/')[2]}-{name.removesuffix('.md').removesuffix('.prompt')}"


def _own_name(path: str) -> str:
    return f"c-{path.rpartition('/')[2].removesuffix('.md').removesuffix('.contract')}"
