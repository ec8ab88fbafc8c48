"""sdd secret scan and redact, and the key of the tags."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sdd.authoring.redaction import redaction_key
from sdd.base.errors import SddError
from sdd.repo.objects import Repository
from tests.adopted import Adopted
from tests.program import sdd
from tests.scratch import Scratch
from tests.secret_texts import checked

TOKEN = checked("ghp")
ENV = "DB_PASSWORD=vq7!Lm2#tz\n"
PRINTED = "a.env:1:13: named-password  d3bf45d59ac84165df200a2766c456794bed1208d49744067050f456ac13641c\n1 secret\n"


def test_files_are_scanned_without_showing_what_they_hold(scratch: Scratch) -> None:
    scratch.commit("x", {"a.env": ENV, "sub/b.txt": f"\n  {TOKEN}\n", "c.bin": f"\0{TOKEN}"})
    ran = sdd(scratch.path, "secret", "scan", "a.env")
    assert (ran.status, ran.out) == (1, PRINTED)
    ran = sdd(scratch.path, "secret", "scan", ".", "--json")
    assert ran.status == 1
    assert [
        (each["path"], each["line"], each["rule"], bool(each["fingerprint"])) for each in ran.document["items"]
    ] == [
        ("a.env", 1, "named-password", True),
        ("sub/b.txt", 2, "github-token", False),
    ]
    assert (TOKEN in ran.out, ran.err) == (False, "sdd: not looked at: 1 binary file\n")
    assert sdd(scratch.path, "secret", "scan", "sub") == (
        1,
        "sub/b.txt:2:3: github-token  proven by its checksum\n1 secret\n",
        "",
    )


def test_without_a_path_the_records_are_scanned(adopted: Adopted) -> None:
    records = (
        "history/prompts/general/0009-x.misc.prompt.md",
        "specs/001-vat/contracts/api.yaml",
        "specs/001-vat/notes/talk.md",
        ".specify/templates/plan-template.md",
    )
    adopted.write(dict.fromkeys(("a.env", "specs/001-vat/code.py", *records), ENV))
    ran = sdd(adopted.here.path, "secret", "scan")
    assert ran.status == 1
    assert sorted(line.partition(":")[0] for line in ran.out.splitlines()[:-1]) == sorted(records)


def test_a_range_is_scanned_with_what_was_removed_again(scratch: Scratch) -> None:
    first = scratch.commit("x", {"z": "1\n"})
    scratch.commit("y", {"a.env": ENV})
    scratch.git("rm", "-q", "a.env")
    scratch.commit("z")
    assert sdd(scratch.path, "secret", "scan").status == 0
    assert sdd(scratch.path, "secret", "scan", f"{first}..HEAD").out == PRINTED
    assert sdd(scratch.path, "secret", "scan", "HEAD..HEAD").status == 0


@pytest.mark.parametrize("where", ["no..where", "--all..HEAD", "missing"])
def test_what_is_neither_a_path_nor_a_range_is_refused(scratch: Scratch, where: str) -> None:
    scratch.commit("x", {"z": "1\n"})
    assert sdd(scratch.path, "secret", "scan", "--", where).status == 2


def test_a_file_is_redacted_in_its_place(scratch: Scratch) -> None:
    place = scratch.path / "b.txt"
    place.write_bytes(f"a\r\n{TOKEN} and {TOKEN}\r\n\xff".encode("latin-1"))
    place.chmod(0o640)
    ran = sdd(scratch.path, "secret", "redact", "b.txt", "--json")
    assert ran.document["redacted"] == {"github-token": 2}
    assert re.fullmatch(rb"a\r\n(\[REDACTED:github-token:[0-9a-f]{12}\]) and \1\r\n\xff", place.read_bytes())
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert sdd(scratch.path, "secret", "redact", "b.txt").out == "b.txt: no secrets\n"
    assert sdd(scratch.path, "secret", "redact", "none").status == 2


def test_standard_input_is_redacted_to_standard_output(scratch: Scratch) -> None:
    ran = sdd(scratch.path, "secret", "redact", "-", stdin=f"é {TOKEN}\n")
    assert re.fullmatch(r"é \[REDACTED:github-token:[0-9a-f]{12}\]\n", ran.out)
    assert ran.err == "sdd: 1 secret\n"


def test_the_key_is_nobody_elses_and_the_same_for_all(scratch: Scratch) -> None:
    program = "import sys; from sdd.authoring.redaction import redaction_key; from sdd.repo.objects import Repository\n"
    program += "from pathlib import Path; print(redaction_key(Repository.discover(Path(sys.argv[1]))).hex())"
    started = [
        subprocess.Popen([sys.executable, "-c", program, scratch.path], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    keys = {process.communicate()[0] for process in started}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 64
    key = scratch.path / ".git" / "sdd" / "redaction.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize("fault", ["short", "readable", "link"])
def test_without_a_sound_key_nothing_is_redacted(scratch: Scratch, fault: str) -> None:
    with Repository.discover(scratch.path) as repository:
        redaction_key(repository)
        key = repository.common_dir / "sdd" / "redaction.key"
        if fault == "short":
            key.write_bytes(b"x")
        elif fault == "readable":
            key.chmod(0o644)
        else:
            key.rename(key.with_name("other"))
            key.symlink_to("other")
        with pytest.raises(SddError, match="cannot be redacted"):
            redaction_key(repository)


def test_a_waiver_names_a_false_alarm(adopted: Adopted) -> None:
    adopted.branch()
    record = "history/prompts/general/0009-x.misc.prompt.md"
    adopted.write({record: ENV})
    found = sdd(adopted.here.path, "secret", "scan", record, "--json").document["items"][0]["fingerprint"]
    words = (
        "waiver",
        "new",
        "record-secret",
        "--path",
        record,
        "--days",
        "9",
        "--reason",
        "A sample.",
        "--approved-by",
        "Ada",
    )
    assert sdd(adopted.here.path, *words).status == 2
    made = sdd(adopted.here.path, *words, "--secret", found, "--json").document
    assert made["secrets"] == [found]
    listed = sdd(adopted.here.path, "check", record, "--json").document
    assert "record-secret" not in str(
        listed["findings"] if "findings" in listed else [c["findings"] for c in listed["changes"]]
    )


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device without end")
def test_standard_input_without_end_is_refused(adopted: Adopted) -> None:
    with Path("/dev/zero").open("rb") as endless:
        process = subprocess.Popen(
            [sys.executable, "-m", "sdd", "secret", "redact", "-"],
            cwd=adopted.here.path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            stdin=endless,
            stderr=subprocess.PIPE,
        )
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"standard input has more than" in said
