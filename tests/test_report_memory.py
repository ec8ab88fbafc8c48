"""A report holds few rows at a time: they are read as its pages are made, and each page is written before the next."""

import gc
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bench.synth import write_repository
from sdd.answers.lists import Row
from sdd.render.html.environment import Rendered, data_file, rows_file
from sdd.render.html.folder import write_site
from sdd.render.html.list_pages import WaitingRows
from sdd.render.html.list_rows import ListRow
from sdd.render.html.site import site_files
from sdd.report import stored
from sdd.report.stored import StoredRows
from tests.sites import report_of, subject

PHRS = 120
AT_ONCE = 5
# Several are read at once, by what goes over PHRs and by what goes over contracts, and looked up in between.
MOST = 6 * AT_ONCE


def alive() -> int:
    """How many rows of PHRs and contracts are held."""
    gc.collect()
    return sum(
        isinstance(held, Row) and held.path.endswith((".prompt.md", ".contract.md")) for held in gc.get_objects()
    )


def test_few_rows_of_records_are_held_while_the_pages_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "AT_ONCE", AT_ONCE)
    write_repository(tmp_path / "many", features=3, phrs=PHRS)
    subprocess.run(["git", "-C", tmp_path / "many", "reset", "-q", "--hard"], check=True)
    report = report_of(tmp_path / "many", subject())
    assert len(report.phrs) == len(report.contracts) == PHRS
    before = alive()
    numbered = enumerate(site_files(report.landed.connection, report))
    held = [alive() - before for number, _ in numbered if not number % 20]
    assert len(held) > PHRS // 20
    assert max(held) <= MOST


def test_a_page_is_written_before_the_next_is_made(tmp_path: Path) -> None:
    folder, seen = tmp_path / "site", []

    def files() -> Iterator[Rendered]:
        for number in range(3):
            yield Rendered(f"{number}.html", ("page",))
            seen.append(sorted(file.name for file in tmp_path.rglob("*.html")))

    write_site(folder, files(), {})
    assert seen == [["0.html"], ["0.html", "1.html"], ["0.html", "1.html", "2.html"]]


def test_rows_are_read_some_at_a_time_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "AT_ONCE", 2)
    asked: list[Sequence[str]] = []

    def read(paths: Sequence[str]) -> list[Row]:
        asked.append(paths)
        return [Row(path=path, root="") for path in paths]

    rows = StoredRows(read, "abc")
    over = iter(rows)
    assert (next(over).path, asked) == ("a", [("a", "b")])
    assert [row.path for row in over] == ["b", "c"]
    assert [row.path for row in rows[1:]] == ["b", "c"]
    assert (rows[-1].path, len(rows), len(rows.at("b"))) == ("c", 3, 1)
    assert rows.by_path()["a"].path == "a"


def test_rows_of_a_list_wait_until_their_pages_are_cut() -> None:
    made = [ListRow(html=f"row {number}", text="", facets=("a\nb" if number else "",)) for number in range(700)]  # type: ignore[arg-type]
    with WaitingRows(iter(made), "list.html", 1) as waiting:
        assert [*waiting] == made
        pages = [(page.page.address, len(page.rows)) for page in waiting.pages]
        assert pages == [("list.html", 500), ("list-2.html", 200)]
        assert (waiting.values, waiting.lacking, len(waiting)) == ([{"a": None, "b": None}], {0}, 700)


def test_the_rows_of_a_list_are_written_one_by_one() -> None:
    made: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(3):
            made.append(number)
            yield [number]

    pieces = iter(rows_file("list/a.js", [0, 2], rows()).pieces)
    assert (next(pieces), next(pieces), made) == ('sdd("list/a.js", {"starts":[0,2],"rows":[', "[0]", [0])
    whole = data_file("list/a.js", {"starts": [0, 2], "rows": [[0], [1], [2]]})
    assert rows_file("list/a.js", [0, 2], rows()).text == whole.text
