"""A new kind of record is one module and its place in KINDS: it is then read, checked, listed, searched and shown."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.good import good_repository
from tests.program import Ran
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
        shutil.copytree(TOP / folder, top / folder)
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


LINES = """
note list
note list --json --feature 001-vat
note list --json --since 2026-02-03
note list --json --since 2026-02-04
note show 1 --json
note show 0001
search --json --kind note "tariffs change"
search --json --file src/round.py tariffs
check --json
rule show note-unreadable
index
"""
# One process for all lines: half of what each of them would cost is Python starting.
PROGRAM = """
import json, os, shlex, sys, tempfile
from pathlib import Path
from tests.program import content_of, start
answers = {}
for line in filter(None, sys.argv[1].splitlines()):
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        status = start(Path(), shlex.split(line), os.environ, (given, out, err))
        answers[line] = status, content_of(out).decode(), content_of(err).decode()
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers(package: Path, here: Scratch) -> dict[str, Ran]:
    """What the copy says to each line."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(package), str(TOP)])}
    command = [sys.executable, "-c", PROGRAM, LINES]
    done = subprocess.run(command, cwd=here.path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {line: Ran(*told) for line, told in json.loads(done.stdout).items()}


def test_it_is_listed(answers: dict[str, Ran]) -> None:
    listed = answers["note list"]
    assert (listed.status, listed.err) == (0, "")
    assert listed.out.splitlines() == [
        "0001  2026-02-03  notes/0001-tariffs.md  Watch the tariffs",
        "0002  ?           notes/0002-broken.md",
    ]
    for filters in ("--feature 001-vat", "--since 2026-02-03"):
        found = answers[f"note list --json {filters}"].document
        assert found["schema"] == "sdd/notes/1"
        assert [item["path"] for item in found["items"]] == [PATH]
    assert answers["note list --json --since 2026-02-04"].document["items"] == []


def test_it_is_shown_as_json(answers: dict[str, Ran]) -> None:
    shown = answers["note show 1 --json"].document
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
    assert "- Tariffs change in July." in answers["note show 0001"].out


def test_it_is_searched(answers: dict[str, Ran]) -> None:
    hits = answers['search --json --kind note "tariffs change"'].document["items"]
    assert [(hit["kind"], hit["path"], hit["title"]) for hit in hits] == [("note", PATH, "Watch the tariffs")]
    hits = answers["search --json --file src/round.py tariffs"].document["items"]
    assert PATH in [hit["path"] for hit in hits]


def test_it_is_checked_as_unreadable(answers: dict[str, Ran]) -> None:
    (change,) = answers["check --json"].document["changes"]
    broken = {finding["path"] for finding in change["findings"] if finding["rule"] == "note-unreadable"}
    assert broken == {"notes/0002-broken.md"}
    assert "notes/0009-x.md" in answers["rule show note-unreadable"].out


def test_its_tables_are_there_and_described(answers: dict[str, Ran], here: Scratch) -> None:
    import sqlite3
    from contextlib import closing

    assert answers["index"].status == 0
    with closing(sqlite3.connect(here.path / ".git" / "sdd" / "index.db")) as index:
        asked = "SELECT texts.text FROM note_points JOIN texts ON texts.id = note_points.text"
        assert index.execute(asked).fetchall() == [("Tariffs change in July.",)]
        told = "SELECT column_name, meaning FROM columns WHERE table_name = 'notes' AND column_name IN ('', 'about')"
        assert index.execute(told).fetchall() == [
            ("", "Notes: what somebody wants to be remembered."),
            ("about", "JSON list of the files that it is about"),
        ]
