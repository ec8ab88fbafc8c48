"""What readers and promises need beside bytes: the text and the record that these are, and a repository."""

import os
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sdd.gate.check.tree import check_records
from sdd.gate.check.verdict import Verdict
from sdd.records.kinds.record import AnyRecord, Kind, Record
from sdd.records.project import Reader
from sdd.repo.objects import Repository, Tree
from tests.scratch import ENVIRONMENT, Scratch

_FILES: dict[str, str | bytes | None] = {
    ".specify/memory/constitution.md": "# Constitution\n\n### I. Simple\n\nAll is simple.\n\n**Version**: 1.0.0\n",
    "specs/001-x/spec.md": "# Feature Specification: X\n\n- **FR-001**: X MUST work.\n",
    "src/a.py": "A = 1\n",
}


def text(content: bytes) -> str:
    """Bytes as a command line or a name of a file gives them."""
    return content.decode(errors="surrogateescape")


def halves(content: bytes) -> tuple[str, str]:
    """The first line, and the rest."""
    first, _, rest = text(content).partition("\n")
    return first, rest


def parsed(kind: Kind[AnyRecord], content: bytes) -> AnyRecord:
    """A record of a kind."""
    return kind.parse(f"specs/001-x/{kind.name}.md", content, "")


def check(record: Record) -> Verdict:
    """What all rules find in a record."""
    return check_records(tree(), Reader(repository().blobs), [record], None, date(2026, 3, 1))


def repository() -> Repository:
    """A small repository, which the process has for itself: the answers of its git are for one to read."""
    return _repository(os.getpid())


def tree() -> Tree:
    """What it holds."""
    return _tree(os.getpid())


@lru_cache(maxsize=1)
def _folder() -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="sdd-fuzz-")
    os.environ.update(ENVIRONMENT)
    Scratch(Path(folder.name)).commit("Begin", _FILES)
    return folder


@lru_cache(maxsize=1)
def _repository(process: int) -> Repository:
    return Repository.discover(Path(_folder().name))


@lru_cache(maxsize=1)
def _tree(process: int) -> Tree:
    return _repository(process).tree("HEAD")
