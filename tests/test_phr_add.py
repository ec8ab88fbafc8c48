"""`sdd phr add`: further files for a PHR of the branch, and nothing else in it changes."""

from pathlib import Path

import pytest

from sdd.authoring.adding import with_files
from sdd.base.errors import SddError
from sdd.records.kinds import phr as phrs
from tests.adopted import CONSTITUTION, FEATURE, LANDED, Adopted, phr, sdd
from tests.good import TARGET

OWN = "history/prompts/general/0001-round.green.prompt.md"
FIX = ("--kind", "fix", "--success", "It is rounded.", "--check", "true", "--commit")
BODY = "---\n\n## Prompt\n\nRound   it.\t\n\n---\nfiles:\n- no.py\n"


def own_phr(adopted: Adopted) -> None:
    """A branch with one file and a PHR of its own that names it."""
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    adopted.done("phr", "new", "Round", *FIX)


def test_a_file_of_the_review_goes_into_the_record_that_is_there(adopted: Adopted) -> None:
    own_phr(adopted)
    before = (adopted.here.path / OWN).read_text()
    adopted.write({"src/b.py": "1\n", "src/old.py": None}, "After review")
    assert adopted.gate()["verdict"] == "fail"
    adopted.done("phr", "add", "--commit")
    after = (adopted.here.path / OWN).read_text()
    assert after == before.replace("files: [src/a.py]", "files: [src/a.py, src/b.py, src/old.py]")
    assert adopted.gate()["verdict"] == "pass"
    assert adopted.push("work").returncode == 0
    head = adopted.here.git("rev-parse", "HEAD")
    assert "names every governed file already" in adopted.done("phr", "add", "--commit").out
    assert adopted.here.git("rev-parse", "HEAD") == head


def test_json_says_what_was_added(adopted: Adopted) -> None:
    own_phr(adopted)
    adopted.here.write("src/b.py", "1\n")
    adopted.here.write("docs/b.md", "exempt, but said\n")
    for files, added in ((("--file", "docs/b.md", "--file", "./src/a.py"), ["docs/b.md"]), ((), ["src/b.py"])):
        document = adopted.done("phr", "add", "1", *files, "--json").document
        assert document == {"schema": "sdd/phr-add/1", "path": OWN, "files": added, "committed": False}
    # The record that lies there uncommitted is all that the gate asks for.
    adopted.write({})
    assert adopted.gate()["verdict"] == "pass"


def test_a_record_that_has_landed_stays_as_it_is(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    ran = adopted.sdd("phr", "add")
    assert (ran.status, "no PHR of its own yet" in ran.err, 'sdd phr new "TITLE"' in ran.err) == (2, True, True)
    for name in (LANDED, "0001-reverse", f"{FEATURE}/0001"):
        ran = adopted.sdd("phr", "add", name)
        assert (ran.status, f"{LANDED} has landed" in ran.err) == (2, True), ran
    assert adopted.sdd("phr", "add", "0815").status == 2
    assert adopted.here.git("status", "--porcelain") == ""


def test_of_several_records_one_is_named(adopted: Adopted) -> None:
    own_phr(adopted)
    adopted.write({"src/b.py": "1\n"})
    adopted.done("phr", "new", "Log", "--kind", "chore", "--commit")
    adopted.write({"src/c.py": "1\n"})
    ran = adopted.sdd("phr", "add", "--commit")
    assert (ran.status, "more than one PHR" in ran.err, OWN in ran.err) == (2, True, True)
    adopted.done("phr", "add", OWN, "--commit")
    assert adopted.gate()["verdict"] == "pass"


def test_a_contract_goes_into_the_record_that_holds_none(adopted: Adopted) -> None:
    # Beside a fix, a chore by capture's guess: nothing lacks a contract, and somebody gives one.
    adopted.branch()
    terms = ("--kind", "fix", "--success", "It is there.", "--check", "true", "--commit")
    adopted.write({"src/a.py": "1\n"})
    adopted.done("phr", "new", "Add a", *terms)
    adopted.write({"tests/b.py": "1\n"})
    adopted.done("phr", "new", "Test a", "--kind", "chore", "--commit")
    path = "history/prompts/general/0002-test-a.misc.prompt.md"
    assert adopted.done("phr", "add", *terms).out == f"committed {path} (holds the contract of a fix)\n"
    ran = adopted.sdd("phr", "add", *terms)
    assert (ran.status, "more than one PHR" in ran.err) == (2, True)
    assert adopted.gate()["verdict"] == "pass"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("files: [a.py]\n", "files: [a.py, b.py, ä c.py]\n"),
        ("files:\n  - a.py  # why\n  - 'x: y.py'\n", "files:\n  - a.py  # why\n  - 'x: y.py'\n  - b.py\n  - ä c.py\n"),
        ("files:\n- a.py\n# more\ntests: [x]\n", "files:\n- a.py\n- b.py\n- ä c.py\n# more\ntests: [x]\n"),
        ("files: none\n", "files: [b.py, ä c.py]\n"),
        ("files: []\ntests: [x]\n", "files: [b.py, ä c.py]\ntests: [x]\n"),
        ("model: y\n", "model: y\nfiles: [b.py, ä c.py]\n"),
        ("FILES_YAML:\n  - a.py\n", "FILES_YAML:\n  - a.py\n  - b.py\n  - ä c.py\n"),
    ],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "marked"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_only_the_lines_of_files_change(written: str, expected: str, mark: str, end: str) -> None:
    before, after = (
        f'{mark}---\nid:  "0001"\ntitle: Round\n{text}{BODY}'.replace("\n", end) for text in (written, expected)
    )
    content = before.encode() + b"\xff\n"
    record = phrs.parse(OWN, content, "")
    assert with_files(record, content, ("b.py", "ä c.py")) == after.encode() + b"\xff\n"


@pytest.mark.parametrize(
    "written", ["files: |\n  a.py\n", "files: [a.py,\n  c.py]\n", "files: a.py\n", "files: [a.py] # why\n"]
)
def test_what_cannot_be_added_to_is_left_as_it_is(written: str) -> None:
    content = f'---\nid: "0001"\n{written}{BODY}'.encode()
    with pytest.raises(SddError, match="cannot add to"):
        with_files(phrs.parse(OWN, content, ""), content, ("b.py",))


@pytest.mark.parametrize("bare", [b"**Stage**: green\n\n## Prompt\n\nRound.\n", b"\n", b""])
def test_a_record_without_front_matter_is_not_added_to(bare: bytes) -> None:
    with pytest.raises(SddError, match="no front matter"):
        with_files(phrs.parse(OWN, bare, ""), bare, ("b.py",))


def test_two_who_add_at_once_lose_nothing(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    own_phr(adopted)
    adopted.here.write("src/b.py", "1\n")
    place = adopted.here.path / OWN
    read = Path.read_bytes

    def read_then_edited(path: Path) -> bytes:
        content = read(path)
        if path == place:
            place.write_bytes(content + b"\nMore.\n")
        return content

    monkeypatch.setattr(Path, "read_bytes", read_then_edited)
    ran = adopted.sdd("phr", "add")
    monkeypatch.undo()
    assert (ran.status, "was changed while" in ran.err) == (3, True)
    assert place.read_text().endswith("\nMore.\n")


def test_a_record_of_another_kind_of_entry_is_kept(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n", "src/b`.py": "1\n", OWN: phr(["src/a.py (new)"], kind="chore")})
    adopted.done("phr", "add", "--commit")
    assert '  - "src/a.py (new)"\n' in (adopted.here.path / OWN).read_text()
    assert adopted.gate()["verdict"] == "pass"


def test_a_record_of_the_root_above_is_pointed_to(adopted: Adopted) -> None:
    adopted.land_change({"api/.specify/sdd.toml": "", "api/.specify/memory/constitution.md": TARGET[CONSTITUTION]})
    adopted.branch()
    record = "history/prompts/general/0001-round.green.prompt.md"
    adopted.write({"src/a.py": "1\n", "api/b.py": "1\n", record: phr(["src/a.py", "api/b.py"])})
    for named in ((), (record,)):
        ran = sdd(adopted.here.path / "api", "phr", "add", *named)
        said = f"PHR {record} is of another root\n  sdd -C .. phr add {record}\n"
        assert (ran.status, said in ran.err) == (2, True), ran
