"""Whatever a repository, a caller or a record holds: a clear line or a located finding, never a traceback or a pass."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.adopted import LANDED, POLICY, SPEC, Adopted, copied, phr, rules_of, sdd
from tests.scratch import Scratch

GENERAL = "history/prompts/general/0001-rounding.green.prompt.md"
READING = (["gate"], ["check"], ["status"], ["phr", "list"], ["feature", "list"], ["phr", "new", "X"])


def told(folder: Path, *arguments: str, status: int) -> str:
    """What a command says on stderr when it ends with `status`; with --json the same in a document."""
    ran = sdd(folder, *arguments)
    assert ran.status == status, ran
    assert ran.err.startswith("sdd: "), ran
    assert "Traceback" not in ran.err
    assert ran.err.count("\n") >= 2, "what to do next is missing"
    document = sdd(folder, *arguments, "--json").document
    error = document.get("error", document)
    assert error["message"] in ran.err
    assert error["fix"]
    assert document["schema"] == (
        "sdd/verdict/1" if status == 3 and arguments[0] in ("gate", "check") else "sdd/error/1"
    )
    return ran.err


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_outside_of_any_repository(tmp_path: Path, command: list[str]) -> None:
    assert "no git repository" in told(tmp_path, *command, status=3)
    assert "not a folder" in sdd(tmp_path, "-C", "nowhere", *command).err


@pytest.mark.parametrize("command", READING[:1], ids=" ".join)
def test_before_the_first_commit(scratch: Scratch, command: list[str]) -> None:
    assert "there is no commit yet" in told(scratch.path, *command, status=3)
    scratch.commit("one")
    scratch.git("switch", "-q", "--orphan", "unborn")
    assert "there is no commit yet" in told(scratch.path, *command, status=3)


def test_reading_before_the_first_commit(scratch: Scratch) -> None:
    assert sdd(scratch.path, "phr", "list", "--json").document == {"schema": "sdd/phrs/1", "items": []}
    assert sdd(scratch.path, "feature", "list", "--json").document == {"schema": "sdd/features/1", "items": []}
    assert sdd(scratch.path, "check").status == 0
    ran = sdd(scratch.path, "status")
    assert (ran.status, "sdd init" in ran.out) == (0, True), ran
    assert "unknown revision: HEAD" in told(scratch.path, "phr", "list", "--rev", "HEAD", status=2)


def test_a_detached_head_is_judged_and_shown(adopted: Adopted) -> None:
    adopted.here.git("switch", "-q", "--detach")
    adopted.write({"src/a.py": "1\n"})
    assert adopted.gate()["changes"][0]["ref"] == "HEAD"
    assert adopted.done("status").out.startswith("branch   none (detached HEAD): 1 commit ahead of origin/main")


def test_a_shallow_clone_names_the_command_that_deepens_it(adopted: Adopted, tmp_path: Path) -> None:
    adopted.branch("side", "main~2")
    adopted.write({"src/a.py": "1\n"})
    adopted.land("side")
    url = adopted.remote.path.as_uri()
    shallow = Scratch.clone(url, tmp_path / "shallow", "--depth=1", "--no-single-branch", "--branch=side")
    said = told(shallow.path, "gate", "--base", "origin/main", status=3)
    command = next(line.strip() for line in said.splitlines() if "git fetch" in line)
    assert "--unshallow" in command
    subprocess.run(command, shell=True, cwd=shallow.path, check=True, capture_output=True)
    assert sdd(shallow.path, "gate", "--base", "origin/main").status == 1


@pytest.fixture(scope="module")
def project(adopted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for the commands of this module, some of which make the index."""
    return copied(adopted_once, tmp_path_factory.mktemp("usage") / "project").here.path


@pytest.mark.parametrize(
    "arguments",
    [
        ["gate", "--base", "nowhere"], ["gate", "--head", "nowhere"], ["gate", "--head", "--all"],
        ["gate", "--base", "main", "--pre-receive"], ["check", "nowhere.md"], ["gate", "--format", "xml"],
        ["feature", "show", "999"], ["phr", "show", "nothing"], ["phr", "list", "--fields", "id,nope"],
        ["phr", "new", "???"], ["phr", "new", "X", "--feature", "999-none"], ["phr", "new", "X", "--stage", "x"],
        ["phr", "new", "X", "--contract", "nowhere.md"], ["phr", "new", "X", "--prompt-file", "nowhere"],
        ["phr", "new", "X", "--success", "Without a kind."], ["contract", "new", "X", "--requirement", "FR-999"],
        ["contract", "new", "X"], ["contract", "new"], ["nothing"], ["phr", "list", "--limit", "0"],
        ["contract", "new", "X", "--success", "A.", "--success", "B."], ["search", "x", "--limit", "2", "--limit", "3"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage(project: Path, arguments: list[str]) -> None:
    told(project, *arguments, status=2)


@pytest.mark.parametrize("revision", ["nowhere", "main:src", "HEAD^{blob}", "--all", "main\nmain", ""])
def test_an_unknown_revision_is_said(adopted: Adopted, revision: str) -> None:
    for command in (["check"], ["phr", "list"], ["feature", "list"]):
        ran = adopted.sdd(*command, "--rev", revision)
        if ran.status != 0:
            assert (ran.status in (2, 3), "unknown revision" in ran.err) == (True, True), ran


@pytest.mark.parametrize(
    "stdin",
    [
        b"x",
        b"a b c d\n",
        b"refs/heads/x " + b"0" * 39 + b" refs/heads/x " + b"0" * 40 + b"\n",
        b"\xff\xfe\n",
        b"\n",
        b"\0" * 99,
        b"\x1b[31m \x1b[32m\n",
    ],
)
def test_malformed_input_of_a_hook(adopted: Adopted, stdin: bytes) -> None:
    for options in (["--pre-push", "origin", "url"], ["--pre-receive"]):
        ran = adopted.sdd("gate", *options, stdin=stdin)
        assert ran.status == 3, ran
        assert "standard input" in ran.err
        assert "\x1b" not in ran.err


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return (
        "---\n"
        + "\n".join(lines)
        + '\nid: "0001"\nfiles: *a11\n---\n\n## Prompt\n\nX y.\n\n## Response snapshot\n\nZ.\n'
    )


RECORDS: dict[str, Any] = {
    "empty": (b"", {"phr-unreadable"}),
    "binary": (bytes(range(256)) * 40, {"phr-unreadable"}),
    "not UTF-8": (phr(["src/new.py"]).encode() + b"\xff\xfe\xfa", {"phr-unreadable"}),
    "UTF-16": (phr(["src/new.py"]).encode("utf-16"), {"phr-unreadable"}),
    "large": (phr(["src/new.py"]).encode() + (b"- " + b"x" * 38 + b"\n") * 27_500, {"record-too-large"}),
    "alias bomb": (bomb(), {"phr-unreadable"}),
    "deep": ("---\nfiles: " + "[" * 20_000 + "]" * 20_000 + "\n---\n\n## Prompt\n\nX y.\n", {"phr-unreadable"}),
    "deep quotes": (phr(["src/new.py"], prompt=">" * 30_000 + " x", kind="chore"), set()),
    "deep list": (phr(["src/new.py"], prompt="\n".join("  " * n + "- x" for n in range(500)), kind="chore"), set()),
    "many files": (phr([f"src/{n}.py" for n in range(500)]), set()),
    "no front matter": ("# Round\n\nsrc/new.py\n", {"phr-unreadable"}),
    "open fence": ("---\nid: 1\n```\n", {"phr-unreadable"}),
    "unclosed": ("---\nid: 1\n", {"phr-unreadable"}),
    "tag": ("---\nid: !!python/object/apply:os.system [true]\n---\n## Prompt\nX y\n", {"phr-missing-field"}),
}


def test_records_that_are_none(adopted: Adopted) -> None:
    alone = {case: {"src/new.py": "1\n", GENERAL: content} for case, (content, _) in RECORDS.items()}
    for case, document in adopted.each_judged(alone).items():
        assert rules_of(document) or case.startswith("deep "), case
    paths, files = {}, {"src/new.py": b"1\n"}
    for number, (case, (content, _)) in enumerate(RECORDS.items(), 1):
        paths[case] = GENERAL.replace("0001", f"{number:04}")
        content = content.encode() if isinstance(content, str) else content
        files[paths[case]] = content.replace(b'"0001"', f'"{number:04}"'.encode())
    adopted.branch()
    adopted.write({**files})
    findings = [one for change in adopted.gate()["changes"] for one in change["findings"]]
    listed = {one["path"]: one for one in adopted.done("phr", "list", "--json").document["items"]}
    for case, (_, rules) in RECORDS.items():
        told = {one["rule"] for one in findings if (one["path"], one["severity"]) == (paths[case], "error")}
        assert rules <= told, case
        assert bool(listed[paths[case]]["findings"]) or case.startswith("deep "), case
    assert all(one["line"] >= 1 for one in findings)
    assert adopted.sdd("check").status in (0, 1)
    assert adopted.sdd("status").status == 0


def test_a_folder_or_a_link_where_a_file_should_be(adopted: Adopted) -> None:
    adopted.branch()
    for path in (POLICY, LANDED):
        (adopted.here.path / path).unlink()
        adopted.here.write(f"{path}/x", "1\n")
    adopted.write({})
    document = adopted.gate()
    assert {"policy-changed", "history-rewritten"} <= rules_of(document)
    assert adopted.sdd("check").status in (0, 1)
    adopted.here.git("reset", "-q", "--hard", "main")
    (adopted.here.path / POLICY).unlink()
    (adopted.here.path / POLICY).symlink_to("/dev/zero")
    (adopted.here.path / "history/prompts/general").symlink_to(".")
    ran = adopted.sdd("phr", "new", "X", "--stage", "general")
    assert (ran.status, "symlink" in ran.err) == (3, True), ran
    adopted.write({})
    assert adopted.gate()["verdict"] == "fail"
    assert adopted.sdd("status").status == 0
    adopted.here.git("branch", "-f", "main")
    adopted.land("main")
    adopted.branch("next", "main")
    adopted.write({"src/a.py": "1\n"})
    assert adopted.gate()["verdict"] == "fail", "a policy that is a link must not be a free pass"


ODD = ["\x1b[31mred", "tab\there", "line\nbreak", "\u202egnp.exe", "\u200bzero", "bell\x07", "del\x7f", "c1\x9b31m"]


def test_nothing_of_a_repository_steers_the_terminal(adopted: Adopted) -> None:
    adopted.branch()
    spec = (adopted.here.path / SPEC).read_text()
    for number, name in enumerate(ODD, 2):
        record = f"history/prompts/general/{number:04}-{name}.green.prompt.md"
        broken = phr([f"src/{name}/x"], id=f"{number:04}", prompt=f"Do {name} now.")
        adopted.here.write(f"src/{name}.py", "1\n")
        adopted.here.write(record, broken.replace("title: Rounding", f'title: "{name!r}"'))
        adopted.here.write(
            f"specs/{number:03}-{name}/spec.md", spec.replace("Specification: VAT", f"Specification: {name}")
        )
    adopted.write({})
    for name in ODD[:3]:
        adopted.here.write(f"history/prompts/general/0099-{name}.green.prompt.md", phr([f"src/{name}.py"]))
    shown = [["phr", "show", f"general/{number:04}-"] for number in range(2, 6)]
    shown += [["feature", "show", f"{number:03}"] for number in range(2, 6)]
    for command in (
        ["gate"],
        ["gate", "-v"],
        ["check", "-v"],
        ["status"],
        ["phr", "list"],
        ["feature", "list"],
        *shown,
    ):
        ran = adopted.sdd(*command)
        assert [letter for letter in ran.out + ran.err if letter != "\n" and not letter.isprintable()] == [], command
        assert not any(name in ran.out for name in ODD if "\n" not in name), command
    done = adopted.push("work")
    assert [letter for letter in done.stderr if letter != "\n" and not letter.isprintable()] == []


def test_names_that_are_no_utf8(adopted: Adopted) -> None:
    adopted.branch()
    path = os.fsencode(adopted.here.path) + b"/src/\xff\xfe.py"
    Path(os.fsdecode(path)).write_text("1\n")
    adopted.write({})
    ran = adopted.sdd("gate")
    assert (ran.status, r'"src/\377\376.py":1:1' in ran.out) == (1, True)
    assert adopted.gate()["changes"][0]["files"][0]["path"] == r'"src/\377\376.py"'
    assert adopted.done("phr", "new", "Odd", "--kind", "chore", "--commit").out.endswith("(names 1 file)\n")
    assert adopted.sdd("status").status == 0


def test_a_terminal_that_knows_few_letters(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/名前✓.py": "1\n"})
    done = adopted.here.run(sys.executable, "-P", "-m", "sdd", "gate", PYTHONIOENCODING="ascii")
    assert done.returncode == 1, done.stderr
    assert "fault in sdd" not in done.stderr
