"""The comment on a request: what a reviewer asks first stands before the files, and what others are judged by first."""

from pathlib import Path

import pytest

from tests.good import good_repository
from tests.program import sdd
from tests.scratch import Scratch


@pytest.fixture
def good(tmp_path: Path) -> Scratch:
    return good_repository(tmp_path / "good")


def comment(scratch: Scratch, *words: str) -> list[str]:
    return sdd(scratch.path, "gate", "--format", "markdown", *words).out.splitlines()


def test_a_pass_says_what_was_asked_agreed_and_checked(good: Scratch) -> None:
    lines = comment(good, "--base", "HEAD~1")
    assert lines[0] == "### sdd: pass"
    told = {line.strip().partition(":")[0].removeprefix("- ") for line in lines if line.startswith("  - ")}
    assert {"asked", "agreed", "checks"} <= told
    (phr,) = (line for line in lines if line.startswith("- `history/prompts/"))
    assert phr.endswith("1 file")
    assert "<details><summary>1 file, all covered</summary>" in lines
    assert lines.index(phr) < lines.index("| file | state |")
    assert len(lines) <= 40


def test_policy_and_spec_that_a_change_alters_come_first(good: Scratch) -> None:
    policy, spec = ".specify/sdd.toml", "specs/001-vat/spec.md"
    for path in (spec, policy):
        good.write(path, (good.path / path).read_text() + "\n")
    good.git("commit", "-qam", "Alter both")
    (altered,) = (line for line in comment(good, "--base", "HEAD~1") if line.startswith("- **alters**"))
    assert altered == f"- **alters** `{policy}`, `{spec}`: read this first"
    (change,) = sdd(good.path, "gate", "--base", "HEAD~1", "--json").document["changes"]
    assert change["altered"] == [policy, spec]


def test_many_records_are_counted(good: Scratch) -> None:
    base = good.git("rev-parse", "HEAD").strip()
    for number in range(5):
        good.write(f"src/part{number}.py", f"PART = {number}\n")
        words = (f"Add part {number} to the sum", "--kind", "fix", "--success", "It counts.", "--check", "true")
        assert sdd(good.path, "phr", "new", *words, "--file", f"src/part{number}.py").status == 0
        good.git("add", ".")
        good.git("commit", "-qm", f"Part {number}")
    lines = comment(good, "--base", base)
    assert sum(line.startswith("- `history/prompts/") and line.endswith("file") for line in lines) == 3
    assert "- and 2 more records" in lines
    assert len(lines) <= 40


def test_text_of_records_cannot_speak_to_the_forge(good: Scratch) -> None:
    good.write("src/part.py", "PART = 1\n")
    words = ("@everyone see #1 <img src=x> `x` | y", "--kind", "fix", "--success", "[a](b) @all", "--check", "true")
    assert sdd(good.path, "phr", "new", *words).status == 0
    good.git("add", ".")
    good.git("commit", "-qm", "Part")
    for line in comment(good, "--base", "HEAD~1"):
        if line.startswith("  - "):
            shown = line.partition(": ")[2]
            assert shown.startswith(("`", "<code>", "1 of", "0 of")), line
