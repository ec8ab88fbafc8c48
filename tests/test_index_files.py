"""The index knows where a path leads that is not where a record says."""

import sqlite3
from typing import Any

import pytest

from sdd.index.database import answer, answer_in_memory, wanted_now
from sdd.repo.objects import Repository
from tests.adopted import contract, phr
from tests.program import sdd
from tests.scratch import Scratch
from tests.whole_index import assert_same, none_expected, sound_and_whole

RECORD = "history/prompts/001-vat/0007-move.green.prompt.md"
CONTRACT = "history/contracts/001-vat/0001-x.contract.md"
TASKS = "specs/001-vat/tasks.md"


def links_and_all(connection: sqlite3.Connection) -> Any:
    ask = "SELECT relation, \"to\", how FROM links WHERE relation NOT IN ('feature', 'story') ORDER BY 1, 2, 3"
    return connection.execute(ask).fetchall(), sound_and_whole(connection)


def links(scratch: Scratch) -> list[tuple[str, str, str]]:
    """What leads where, from an index that is kept up to date, after a look at one that is made anew."""
    with Repository.discover(scratch.path) as repository:
        kept, whole = answer(repository, links_and_all, none_expected)
        anew, whole_anew = answer_in_memory(repository, wanted_now(repository), links_and_all)
        assert_same(whole, whole_anew)
        assert kept == anew
    return list(kept)


def listed(scratch: Scratch, noun: str, path: str) -> list[str]:
    return [row["path"] for row in sdd(scratch.path, noun, "list", "--file", path, "--json").document["items"]]


@pytest.fixture
def repository(scratch: Scratch) -> Scratch:
    scratch.commit("adopt", {".specify/sdd.toml": "", "src/app/tools.py": "", "shop/.specify/sdd.toml": ""})
    return scratch


@pytest.mark.parametrize(
    "written", ["tools.py", "app/tools.py", "/home/ada/mine/src/app/tools.py", "src\\\\app\\\\tools.py"]
)
def test_a_path_leads_to_the_file_that_is_meant(repository: Scratch, written: str) -> None:
    repository.commit("record", {RECORD: phr([written])})
    found = [(to, how) for _, to, how in links(repository)]
    assert ("src/app/tools.py", "resolved") in found
    assert [how for to, how in found if to != "src/app/tools.py"] == ["none"]
    assert listed(repository, "phr", "src/app/tools.py") == [RECORD]


def test_each_kind_of_record_is_asked_about(repository: Scratch) -> None:
    spec = "# Feature Specification: VAT\n"
    text = contract(["/src/**"], spec="spec.md", feature="001-vat").replace("1:2:src/vat.py", "1:1:tools.py")
    tasks = "# Tasks\n\n- [x] T001 Change `app/tools.py`\n- [x] T002 Read spec.md\n"
    record = phr(["/src/app/tools.py"], feature="001-vat", contract="0001-x.contract.md")
    repository.commit("all", {"specs/001-vat/spec.md": spec, TASKS: tasks, CONTRACT: text, f"shop/{RECORD}": record})
    assert [link for link in links(repository) if link[2] == "resolved"] == [
        ("contract", CONTRACT, "resolved"),
        ("discovery", "src/app/tools.py", "resolved"),
        ("files", "specs/001-vat/spec.md", "resolved"),
        ("files", "src/app/tools.py", "resolved"),
        ("spec", "specs/001-vat/spec.md", "resolved"),
    ]
    assert listed(repository, "contract", "src/app/tools.py") == [CONTRACT]


def test_the_index_follows_files_that_come_and_go(repository: Scratch) -> None:
    repository.commit("record", {RECORD: phr(["tools.py", "lib/"])})
    resolved, missing = ("files", "src/app/tools.py", "resolved"), ("files", "tools.py", "none")
    assert links(repository) == [("files", "lib/", "none"), resolved, missing]
    repository.commit("a second one", {"src/lib/tools.py": ""})
    assert links(repository) == [("files", "lib/", "none"), ("files", "src/lib", "resolved"), missing]
    repository.commit("the first one goes", {"src/app/tools.py": None})
    assert ("files", "src/lib/tools.py", "resolved") in links(repository)
    repository.commit("where it says", {"tools.py": "", "lib/x.py": ""})
    assert links(repository) == [("files", "lib/", "stated"), ("files", "tools.py", "stated")]
    repository.commit("gone", {"tools.py": None, "lib/x.py": None})
    assert ("files", "src/lib/tools.py", "resolved") in links(repository)
    repository.commit("edited", {RECORD: phr(["lib/tools.py"])})
    assert links(repository) == [("files", "lib/tools.py", "none"), ("files", "src/lib/tools.py", "resolved")]
    repository.commit("no record", {RECORD: None})
    assert links(repository) == []


def test_why_finds_the_record_and_the_list_shows_what_it_says(repository: Scratch) -> None:
    repository.commit("change", {RECORD: phr(["tools.py"]), "src/app/tools.py": "TWO = 2\n"})
    steps = sdd(repository.path, "why", "src/app/tools.py:1", "--json").document
    assert RECORD in str(steps)
    assert "names the file" in str(steps)
    assert sdd(repository.path, "phr", "list", "--json").document["items"][0]["files"] == ["tools.py"]
