"""A scanner beside sdd's own: how it is found and started, and what becomes of what it says."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.adopted import Adopted
from tests.program import Ran, sdd
from tests.secret_texts import ALNUM, made

VALUE = "zq-" + made(ALNUM, 9)
RECORD = "history/prompts/general/0009-x.misc.prompt.md"
REPORTS = {
    "gitleaks": [{"File": "FILE", "RuleID": "odd", "Secret": VALUE}],
    "betterleaks": {"findings": [{"location": {"path": "FILE"}, "rule_id": "odd", "match": {"value": VALUE}}]},
    "kingfisher": {"findings": [{"finding": {"path": "FILE", "snippet": VALUE}, "rule": {"id": "odd"}}]},
}
# Notes how it was started, and reports the file that holds the value.
FAKE = """\
#!{python}
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
files = Path(words[1])
Path({notes!r}).write_text(json.dumps({{"words": words, "folder": os.listdir("."), "names": os.listdir(files),
    "environment": sorted(os.environ)}}))
held = next(str(file) for file in files.iterdir() if {value!r} in file.read_text())
report = next(word for word in words if word.startswith(("--output=", "--report-path="))).partition("=")[2]
Path(report).write_text({report!r}.replace("FILE", held))
sys.exit({status})
"""


def install(folder: Path, engine: str, report: object = None, status: int = 0) -> Path:
    """Puts a program of an engine's name into a folder; the file that holds its notes."""
    folder.mkdir(exist_ok=True)
    notes = folder / "notes.json"
    text = json.dumps(REPORTS[engine] if report is None else report)
    values = {"python": sys.executable, "notes": str(notes), "value": VALUE, "report": text, "status": status}
    program = folder / engine
    program.write_text(FAKE.format(**values))
    program.chmod(0o755)
    return notes


def scan(adopted: Adopted, engine: str, path: str) -> Ran:
    adopted.branch()
    adopted.write({RECORD: f"It is {VALUE} there.\n", ".specify/sdd.toml": f'[secrets]\nengine = "{engine}"\n'})
    return sdd(adopted.here.path, "secret", "scan", RECORD, PATH=f"{path}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize("engine", REPORTS)
def test_an_engine_adds_what_it_finds(adopted: Adopted, tmp_path: Path, engine: str) -> None:
    notes = install(tmp_path / "bin", engine)
    ran = scan(adopted, engine, str(tmp_path / "bin"))
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.startswith(f"{RECORD}:1:7: {engine}:odd  ")
    assert VALUE not in ran.out
    started = json.loads(notes.read_text())
    assert started["folder"] == []
    assert started["names"] == ["0.txt"]
    assert set(started["environment"]) <= {"HOME", "LC_ALL", "LC_CTYPE", "PATH"}
    allowed = {"--no-allow-signatures", "--ignore-gitleaks-allow", "--no-ignore"}
    assert allowed & set(started["words"])
    assert not {word for word in started["words"] if str(adopted.here.path) in word}


def test_without_its_program_nothing_is_missing(adopted: Adopted, tmp_path: Path) -> None:
    ran = scan(adopted, "gitleaks", str(tmp_path))
    if shutil.which("gitleaks"):
        pytest.skip("gitleaks is installed here")
    assert (ran.status, ran.out) == (0, "no secrets\n")
    assert ran.err == "sdd: gitleaks is not installed: only what sdd knows was looked for\n"


@pytest.mark.parametrize("report", ["no list", {"findings": [{}]}, [[]], [{"File": "x", "RuleID": "r", "Secret": "s"}]])
def test_a_report_of_another_form_is_one_line(adopted: Adopted, tmp_path: Path, report: object) -> None:
    install(tmp_path / "bin", "gitleaks", report)
    ran = scan(adopted, "gitleaks", str(tmp_path / "bin"))
    assert (ran.status, ran.err.count("\n")) == (0, 1)
    assert "no report that sdd can read" in ran.err


def test_a_program_that_fails_is_one_line(adopted: Adopted, tmp_path: Path) -> None:
    install(tmp_path / "bin", "gitleaks", status=2)
    ran = scan(adopted, "gitleaks", str(tmp_path / "bin"))
    assert ran.err == "sdd: gitleaks failed with status 2: only what sdd knows was looked for\n"


@pytest.mark.parametrize("place", ["inside", "relative", "linked"])
def test_a_program_of_the_repository_is_never_run(adopted: Adopted, tmp_path: Path, place: str) -> None:
    inside = adopted.here.path / "bin"
    notes = install(inside, "gitleaks")
    if place == "linked":
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "gitleaks").symlink_to(inside / "gitleaks")
    path = {"inside": str(inside), "relative": "bin", "linked": str(tmp_path / "bin")}[place]
    scan(adopted, "gitleaks", path)
    assert not notes.exists()


def test_another_word_is_no_engine(adopted: Adopted, tmp_path: Path) -> None:
    scan(adopted, "sh -c evil", str(tmp_path))
    assert "policy-invalid" in sdd(adopted.here.path, "check").out
