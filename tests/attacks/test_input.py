"""Endless numbers and input, and closed streams.

Numbers have thousands of digits or odd ones, dates do not exist, texts are nested without end, input never ends, or
streams are closed. A verdict comes as for any other fault, else exit 3; whoever hangs up stops the gate.
"""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from termios import FIONREAD

import pytest

from tests.adopted import contract, phr
from tests.attacks.ground import CONTRACT, GOOD, PHR, POLICY, SPEC, Content, Ground
from tests.good import TARGET
from tests.program import sdd
from tests.scratch import Scratch

CONSTITUTION = ".specify/memory/constitution.md"
AMENDED = "history/prompts/constitution/0002-amended.constitution.prompt.md"
TOP = Path(__file__).resolve().parent.parent.parent
_LONG = "9" * 5_000


@pytest.fixture
def court() -> Sequence[str]:
    """What is unreadable is told in what to do next too, and refused before the judgement."""
    return ("ci",)


def amended(version: str) -> dict[str, Content]:
    """A constitution of another version, with the PHR that it needs."""
    text = str(TARGET[CONSTITUTION]).replace("**Version**: 1.0.0", f"**Version**: {version}")
    record = phr([CONSTITUTION], id="0002", stage="constitution", prompt="Raise the version.")
    return {CONSTITUTION: text, AMENDED: record}


# -- numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "version", [f"{_LONG}.0.0", f"1.{_LONG}", f"1.0.{_LONG}", "².0.0", "1..0", "-1.0.0", "1e9.0.0"]
)
def test_a_version_that_is_no_number(ground: Ground, version: str) -> None:
    """The constitution's version has 5,000 digits, or signs that only look like digits. `constitution-version`."""
    ground.attempt(amended(version)).refused("constitution-version")


@pytest.mark.parametrize("number", ["²", "٢", _LONG, "0" * 5_000 + "2", "-2", "0x2", "2.0", "𝟚", "Ⅱ", "'2'", "!!int 2"])
def test_an_id_that_is_no_number(ground: Ground, number: str) -> None:
    """A PHR's id is a superscript, a digit of another script, or 5,000 digits. A verdict as for any id."""
    record = str(GOOD[PHR]).replace('id: "0002"', f"id: {number}")
    assert {ran.status for ran in ground.attempt({**GOOD, PHR: record})} <= {0, 1}


@pytest.mark.parametrize("name", ["9" * 200, "0" * 200 + "2", "²", "٢", "18446744073709551616"])
def test_a_record_with_an_endless_number_in_its_name(ground: Ground, name: str) -> None:
    """A file name begins with 200 digits, or with digits of another script. A verdict as for any name."""
    edits: dict[str, Content] = {
        f"history/prompts/001-vat/{name}-x.green.prompt.md": GOOD[PHR],
        f"history/contracts/001-vat/{name}-x.contract.md": GOOD[CONTRACT],
        f"history/adr/{name}-x.md": "# X\n\n**Status**: accepted\n",
        f"specs/{name}-x/spec.md": TARGET[SPEC],
    }
    assert {ran.status for ran in ground.attempt({**GOOD, **edits})} <= {0, 1}


@pytest.mark.parametrize("limit", [_LONG, "0x" + "f" * 50_000, "1_000_000_001", "-1", "0", "1.5", "inf", "nan", "true"])
def test_a_limit_without_end(ground: Ground, limit: str) -> None:
    """A limit in the policy is no number, or has thousands of digits. `policy-invalid`."""
    record = phr([POLICY], id="0002", stage="constitution", prompt="Set the policy.")
    path = "history/prompts/constitution/0002-policy.constitution.prompt.md"
    ground.attempt({POLICY: f"[gate.limits]\nlines = {limit}\n", path: record}).refused("policy-invalid")


@pytest.mark.parametrize(
    "day", ["0000-00-00", "0000-01-01", "99999-01-01", "2026-02-30", "9999-12-31", "-001-01-01", "٢٠٢٦-٠١-٠١", _LONG]
)
def test_a_day_that_is_in_no_calendar(ground: Ground, day: str) -> None:
    """A record is dated to the year 0 or 99999, or to a day that does not exist. A verdict as for any date."""
    record = str(GOOD[PHR]).replace("date: 2026-03-01", f"date: {day}")
    waiver = f"---\nrules: [change-no-spec]\npaths: [/src/**]\nreason: x\napproved_by: Ada\nexpires: {day}\n---\n"
    edits: dict[str, Content] = {**GOOD, PHR: record, "history/waivers/0001-x.md": waiver}
    assert {ran.status for ran in ground.attempt(edits)} <= {0, 1}


@pytest.mark.parametrize("seconds", [0, 253402300800, 4102444800, 99999999999999, 18446744073709551615])
def test_a_commit_of_the_year_ten_thousand(ground: Ground, seconds: int) -> None:
    """An open contract landed with a commit of the year 10000. Later changes of it are judged as usual."""
    open_contract = contract(["/src/**"], id="0003", status="open")
    landed = ground.commit({CONTRACT: open_contract}, who=f"Ada <ada@example.com> {seconds} +0000")
    ground.land(landed)
    answers = ground.attempt({CONTRACT: open_contract.replace("- No other way.", "- No other way at all.")})
    assert {ran.status for ran in answers} <= {0, 1}
    assert sdd(ground.here.path, "audit", "--json", "origin/main").status in (0, 1)


@pytest.mark.parametrize("lines", [f"{_LONG}:{_LONG}", "0:0", "2:1", "9999999:9999999", "²:³"])
def test_lines_that_no_file_has(ground: Ground, lines: str) -> None:
    """A contract cites line numbers of thousands of digits. `contract-bad-reference`, or no reference at all."""
    cited = str(GOOD[CONTRACT]) + f"\n## Discovery\n\n- {lines}:src/vat.py\n"
    assert {ran.status for ran in ground.attempt({**GOOD, CONTRACT: cited})} <= {0, 1}


@pytest.mark.parametrize(
    "words", [["why", f"src/vat.py:{_LONG}"], ["why", f"src/vat.py:1-{_LONG}"], ["phr", "show", _LONG]]
)
def test_a_question_with_a_number_without_end(ground: Ground, words: list[str]) -> None:
    """A command is asked for a line or a record of 5,000 digits. Wrong usage."""
    ran = sdd(ground.here.path, *words)
    assert ran.status == 2, ran
    assert ran.err.startswith("sdd: ")


# -- nesting, and what no text may hold ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000, "{" * 20_000, "{a: " * 20_000, "- " * 20_000, "? " * 20_000,
     "&a [*a]", "&a " * 20_000,
     "!!python/object:os.system x", "'" * 20_001, '"\\ud800"', '"\\x00"', "\x00", "\ufeff" * 1_000, "|" * 20_000,
     "<<: *a", "%TAG ! !\n---", "\t" * 20_000],
    ids=range(17),
)  # fmt: skip
def test_front_matter_that_breaks_readers(ground: Ground, text: str) -> None:
    """Front matter is nested 20,000 deep, refers to itself, or holds what YAML forbids. A verdict as for any fault."""
    record = str(GOOD[PHR]).replace("title: Rounding", f"title: Rounding\nlabels: {text}")
    assert {ran.status for ran in ground.attempt({**GOOD, PHR: record})} <= {0, 1}


@pytest.mark.parametrize(
    "text",
    ["> " * 20_000 + "x", "- " * 20_000 + "x", "[" * 20_000, "![" * 20_000, "*" * 20_000, "`" * 20_001, "<a " * 20_000,
     "\\" * 20_000,
     "&#x" * 20_000, "| " * 20_000, "1. " * 20_000, "#" * 20_000, "~~~" * 20_000, "<!--" * 20_000, "](" * 20_000],
    ids=range(15),
)  # fmt: skip
@pytest.mark.parametrize("path", [PHR, CONTRACT, SPEC])
def test_markdown_that_breaks_readers(ground: Ground, path: str, text: str) -> None:
    """A prompt, a contract or a spec is nested 20,000 deep. A verdict as for any text."""
    whole = str({**TARGET, **GOOD}[path])
    edits = {**GOOD, path: f"{whole}\n{text}\n", "src/round.py": "HALF = 2\n"}
    assert {ran.status for ran in ground.attempt(edits)} <= {0, 1}


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 100_000, '"\\ud800"', "{", ""])
def test_a_baseline_that_breaks_readers(ground: Ground, text: str) -> None:
    """The baseline is nested 100,000 deep, an endless number, or not JSON. `policy-baseline-unreadable`."""
    record = phr([".specify/baseline.json"], id="0002", stage="constitution", prompt="Add it.")
    path = "history/prompts/constitution/0002-baseline.constitution.prompt.md"
    ground.attempt({".specify/baseline.json": text, path: record}).refused("policy-baseline-unreadable")


def test_a_baseline_that_is_no_text(ground: Ground) -> None:
    """The baseline holds a NUL. It is judged as code: `change-no-contract`."""
    record = phr([".specify/baseline.json"], id="0002", stage="constitution", prompt="Add it.")
    path = "history/prompts/constitution/0002-baseline.constitution.prompt.md"
    ground.attempt({".specify/baseline.json": "\0", path: record}).refused("change-no-contract")


# -- what a caller hands over -------------------------------------------------------------------------------


def started(here: Scratch, *words: str, **streams: object) -> "subprocess.Popen[bytes]":
    """A process of sdd's own."""
    command = [sys.executable, "-m", "sdd", *words]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    return subprocess.Popen(command, cwd=here.path, env=environment, **streams)  # type: ignore[call-overload, no-any-return]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device without end")
@pytest.mark.parametrize("words", [["gate", "--pre-receive"], ["gate", "--pre-push", "origin", "x"]])
def test_a_hook_that_is_told_without_end(ground: Ground, words: list[str]) -> None:
    """A hook's standard input never ends (`/dev/zero`). Exit 3, with the limit."""
    with Path("/dev/zero").open("rb") as endless:
        process = started(ground.here, *words, stdin=endless, stderr=subprocess.PIPE)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert b"bytes (limit)" in said


@pytest.mark.parametrize(
    "words",
    [["--prompt-file", "/dev/zero"], ["--response-file", "/dev/zero"], ["--input", "/dev/zero"], ["--input", "."],
     ["--prompt-file", "."], ["--input", "nowhere"], ["--prompt-file", "nowhere"]],
    ids=" ".join,
)  # fmt: skip
def test_a_text_that_is_no_text(ground: Ground, words: list[str]) -> None:
    """A prompt or a document comes from an endless device, a folder, or a file that is not there. Wrong usage."""
    ran = sdd(ground.here.path, "phr", "new", "X", *words)
    assert ran.status == 2, ran
    assert ran.err.startswith("sdd: ")


def test_a_prompt_from_a_pipe(ground: Ground, tmp_path: Path) -> None:
    """A prompt comes through a named pipe. It is read to its end, like a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ground.here.git("reset", "-q", "--hard")
    process = started(ground.here, "phr", "new", "X", "--prompt-file", str(pipe), stderr=subprocess.PIPE)
    pipe.write_bytes(b"Say what is asked.\n")
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
    assert "Say what is asked." in next(ground.here.path.glob("history/prompts/*/*-x.*.md")).read_text()


# -- streams ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["gate", "--base", "nowhere"], ["nonsense"], ["phr", "show", "nothing"]], ids=" ".join
)
def test_nobody_reads_what_is_wrong(ground: Ground, words: list[str]) -> None:
    """Nobody reads standard error when sdd cannot judge or is called wrongly. The exit status is the same."""
    expected = sdd(ground.here.path, *words).status
    assert expected in (2, 3)
    for streams in ({"stderr"}, {"stdout", "stderr"}):
        read, write = os.pipe()
        os.close(read)
        process = started(ground.here, *words, **dict.fromkeys(streams, write))
        os.close(write)
        assert process.wait(60) == expected


@pytest.mark.parametrize("words", [["gate", "--base", "HEAD"], ["check"], ["audit"]], ids=" ".join)
def test_a_verdict_without_an_output(ground: Ground, words: list[str]) -> None:
    """Standard output is closed, so that no verdict can be printed. Exit 3, even for a pass."""
    process = started(ground.here, *words, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert b"standard output is closed" in said


@pytest.mark.parametrize("words", [["gate", "--pre-receive"], ["gate", "--pre-push", "origin", "x"]], ids=" ".join)
def test_a_hook_without_an_input(ground: Ground, words: list[str]) -> None:
    """Standard input of a hook is closed. Exit 3."""
    process = started(ground.here, *words, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(0))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert b"standard input is closed" in said


def test_a_client_that_goes_away(ground: Ground) -> None:
    """The client hangs up while the server judges its push. The gate stops."""
    given, held = os.pipe()
    process = started(ground.remote, "gate", "--pre-receive", stdin=given, stderr=subprocess.PIPE)
    assert process.poll() is None
    assert process.stderr
    process.stderr.close()  # receive-pack, which would hand on what the hook says, has ended
    assert process.wait(60) != 0
    os.close(held)


def test_a_server_that_ends_before_its_hook(ground: Ground) -> None:
    """The process that runs a server's hook is killed, while the hook writes to a log. The gate stops."""
    given, held = os.pipe()
    told, telling = os.pipe()
    code = (
        "import os, subprocess, sys\n"
        "own = subprocess.Popen([sys.executable, '-m', 'sdd', 'gate', '--pre-receive'], stderr=subprocess.DEVNULL)\n"
        f"os.write({telling}, b'%d ' % own.pid)\n"
        "own.wait()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    server = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ground.remote.path, env=environment, stdin=given, pass_fds=[telling]
    )
    hook = int(os.read(told, 100))
    os.close(telling)
    os.write(held, b"x")
    while ioctl(held, FIONREAD, bytes(4)) != bytes(4):  # until the hook has read it, it may not know its parent yet
        assert server.poll() is None
    handle = os.pidfd_open(hook)
    signal.pidfd_send_signal(os.pidfd_open(server.pid), signal.SIGKILL)
    server.wait(60)
    assert select.select([handle], [], [], 60)[0], "the hook lives on"
    os.close(held)
