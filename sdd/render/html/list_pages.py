"""The rows of a list, page by page. They wait in a file until it is known how many pages they make."""

import pickle
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from tempfile import TemporaryFile
from typing import NamedTuple, Self

from sdd.render.html.list_rows import Group, ListRow
from sdd.render.html.places import Page, pages


class ListPage(NamedTuple):
    """What one page of a list shows: its rows, which page it is of which, and how many rows there are in all."""

    rows: Sequence[ListRow]
    page: Page
    pages: tuple[Page, ...]
    all: int

    @property
    def groups(self) -> Iterator[tuple[Group | None, Iterator[ListRow]]]:
        """The rows, those of one group together."""
        return groupby(self.rows, key=lambda row: row.group)


class WaitingRows:
    """The rows of a list whose first page is at `address`. `cut` are its pages, `values` what rows say in each of so
    many `facets`, and `lacking` are the facets in which some row says nothing.
    """

    def __init__(self, rows: Iterable[ListRow], address: str, facets: int = 0) -> None:
        self.values: list[dict[str, None]] = [{} for _ in range(facets)]
        self.lacking: set[int] = set()
        self._file = TemporaryFile()  # noqa: SIM115 - it is closed with the list
        sizes = array("l")
        for row in rows:
            sizes.append(len(row.html))
            for place, told in enumerate(row.facets):
                self.values[place].update(dict.fromkeys(told.splitlines()))
                if not told:
                    self.lacking.add(place)
            pickle.dump(row, self._file, pickle.HIGHEST_PROTOCOL)
        self._number = len(sizes)
        self.cut = pages(address, sizes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[ListRow]:
        self._file.seek(0)
        return (pickle.load(self._file) for _ in range(self._number))  # noqa: S301 - this process wrote it

    @property
    def pages(self) -> Iterator[ListPage]:
        """The pages, each read when it is its turn: only one goes over the rows at a time."""
        rows = iter(self)
        return (ListPage([*islice(rows, page.end - page.first)], page, self.cut, self._number) for page in self.cut)
