"""A new kind of record is one module and its place in KINDS: it is then read, checked, listed, searched and shown."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.good import good_repository
from tests.scratch import Scratch

TOP = Path(__file__).resolve().parent.parent

MODULE = '''\
"""Notes: notes/NNNN-slug.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from sdd.document import Document
from sdd.records.kinds.field import Day, FeatureName, Field, Form, Id, Items, Title
from sdd.records.kinds.dates import calendar_date
from sdd.records.kinds.reading import bullets, id_in_name, without_front_matter
from sdd.records.kinds.record import Item, Kind, Prose, Record, Reference


class Note(Record):
    """Notes: what somebody wants to be remembered."""

    id: Id
    title: Title
    date: Day
    feature: FeatureName
    about: Annotated[tuple[Item, ...], Field("JSON list of the files that it is about", Form.LIST)]
    points: Annotated[tuple[Item, ...], Items("note_points", "What notes say, point by point.")]
    text: Annotated[str, Field("all of it", Form.LONG)]


def parse(path: str, content: bytes, root: str) -> Note:
    document = Document.parse(content)
    fields = document.front_matter
    return Note(
        path=path,
        root=root,
        problems=(*document.problems, *without_front_matter(document)),
        id=id_in_name(path),
        title=fields.text("title"),
        date=calendar_date(fields.text("date")),
        feature=fields.text("feature"),
        about=tuple(Item(entry.text, entry.line) for entry in fields.listed("about")),
        points=bullets(document, document.section("Points")),
        text=document.text(document.whole),
    )


def _links(note: Note) -> Iterator[Reference]:
    return (Reference("files", item.text, item.line) for item in note.about)


def _prose(note: Note, _: bytes) -> Iterator[Prose]:
    yield Prose("note", 1, note.title, note.id or "", note.feature, ((1, note.text),))


KIND = Kind(
    "note", Note, ("{mark}notes/{name}.md",), parse, _links, _prose, ("note",), "notes/0009-x.md"
)
'''
NOTE = """\
---
title: Watch the tariffs
date: 2026-02-03
feature: 001-vat
about: [src/round.py]
---

## Points

- Tariffs change in July.
"""
PATH = "notes/0001-tariffs.md"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of sdd that knows notes: what a contributor would change, and nothing else."""
    top = tmp_path_factory.mktemp("package")
    for folder in ("sdd", "templates"):
        shutil.copytree(TOP / folder, top / folder, ignore=shutil.ignore_patterns("__pycache__"))
    kinds = top / "sdd" / "records" / "kinds"
    (kinds / "note.py").write_text(MODULE, encoding="utf-8")
    text = (kinds / "__init__.py").read_text(encoding="utf-8")
    text = text.replace("    contract,\n", "    contract,\n    note,\n", 1)
    (kinds / "__init__.py").write_text(text.replace("    agent.KIND,\n", "    agent.KIND,\n    note.KIND,\n"), "utf-8")
    return top


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    scratch = good_repository(tmp_path_factory.mktemp("notes") / "good")
    scratch.write(PATH, NOTE)
    scratch.write("notes/0002-broken.md", b"\xff\xfeA\x00B\x00")
    return scratch


def run(package: Path, here: Scratch, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(package)}
    command = [sys.executable, "-m", "sdd", *arguments]
    return subprocess.run(command, cwd=here.path, env=environment, capture_output=True, text=True, check=False)


def test_it_is_listed(package: Path, here: Scratch) -> None:
    listed = run(package, here, "note", "list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.splitlines() == [
        "0001  2026-02-03  notes/0001-tariffs.md  Watch the tariffs",
        "0002  ?           notes/0002-broken.md",
    ]
    for filters in (("--feature", "001-vat"), ("--since", "2026-02-03")):
        found = json.loads(run(package, here, "note", "list", "--json", *filters).stdout)
        assert found["schema"] == "sdd/notes/1"
        assert [item["path"] for item in found["items"]] == [PATH]
    assert json.loads(run(package, here, "note", "list", "--json", "--since", "2026-02-04").stdout)["items"] == []


def test_it_is_shown_as_json(package: Path, here: Scratch) -> None:
    shown = json.loads(run(package, here, "note", "show", "1", "--json").stdout)
    assert shown == {
        "schema": "sdd/note/1",
        "path": PATH,
        "root": ".",
        "id": "0001",
        "title": "Watch the tariffs",
        "date": "2026-02-03",
        "feature": "001-vat",
        "about": ["src/round.py"],
        "text": "## Points\n\n- Tariffs change in July.",
        "points": ["Tariffs change in July."],
    }
    assert "- Tariffs change in July." in run(package, here, "note", "show", "0001").stdout


def test_it_is_searched(package: Path, here: Scratch) -> None:
    hits = json.loads(run(package, here, "search", "--json", "--kind", "note", "tariffs change").stdout)["items"]
    assert [(hit["kind"], hit["path"], hit["title"]) for hit in hits] == [("note", PATH, "Watch the tariffs")]
    hits = json.loads(run(package, here, "search", "--json", "--file", "src/round.py", "tariffs").stdout)["items"]
    assert PATH in [hit["path"] for hit in hits]


def test_it_is_checked_as_unreadable(package: Path, here: Scratch) -> None:
    checked = run(package, here, "check", "--json")
    (change,) = json.loads(checked.stdout)["changes"]
    broken = {finding["path"] for finding in change["findings"] if finding["rule"] == "note-unreadable"}
    assert broken == {"notes/0002-broken.md"}
    assert "notes/0009-x.md" in run(package, here, "rule", "show", "note-unreadable").stdout


def test_its_tables_are_there_and_described(package: Path, here: Scratch) -> None:
    import sqlite3
    from contextlib import closing

    assert run(package, here, "index").returncode == 0
    with closing(sqlite3.connect(here.path / ".git" / "sdd" / "index.db")) as index:
        asked = "SELECT texts.text FROM note_points JOIN texts ON texts.id = note_points.text"
        assert index.execute(asked).fetchall() == [("Tariffs change in July.",)]
        told = "SELECT column_name, meaning FROM columns WHERE table_name = 'notes' AND column_name IN ('', 'about')"
        assert index.execute(told).fetchall() == [
            ("", "Notes: what somebody wants to be remembered."),
            ("about", "JSON list of the files that it is about"),
        ]
