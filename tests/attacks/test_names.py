"""Odd file names.

A name has raw bytes, control characters, quotes, the signs of a pattern or a shell command, looks like another one
when quoted, or is a path that git refuses to check out. Each is escaped or quoted wherever it is shown, and its record
covers that file alone.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from sdd.authoring.prose import file_entry
from sdd.base.paths import as_text, from_text, printable, shell_word
from tests.adopted import Adopted, rules_of
from tests.attacks.ground import CONTRACT, GOOD, PHR, Ground
from tests.good import File
from tests.program import sdd

FIX = ("--kind", "fix", "--success", "It is there.", "--check", "true", "--commit")
LATIN = os.fsdecode(b"src/caf\xe9.py")
ODD = (
    LATIN, os.fsdecode(b"src/\xff"), os.fsdecode(b"src/a b\xe9\n\"\\.py"), os.fsdecode(b"d\xe9p/in/x.py"),
    "src/a\nb.py",
    "src/a\tb.py", 'src/q"q.py', r"src/b\s.py", "-dash.py", ":colon.py", "trail.py ", " lead.py", "src/\x01\x7f.py",
    "\x1b[31mred.py", f"src/{'x' * 251}.py", "`tick`.py", "##[error]x.py", "(new).py", "a - b (new).py", "!bang.py",
    "#hash.py", '"quoted.py"', r'"caf\351.py"', "*.py", "it's.py", "x -> y.py", "src/e\u0301x.py", "none", "null", "~",
    "-", "[]", "n/a", "a: b", "- x", "new: x.py", "trail\t", "trail\n", "cr\r.py", "x,", "x:", "...", "$HOME", "--",
    "\xa0n",
)  # fmt: skip
FOLDERS = (
    "app/[id]",
    "app/[...slug]",
    "app/(group)",
    "app/{a}",
    "app/[[...all]]",
    "app/@modal",
    "app/$id",
    "app/[a-z]",
)


@pytest.fixture
def court() -> Sequence[str]:
    """Names are quoted in what to do next too, which the program alone tells."""
    return ("ci",)


RECORD = "history/prompts/general/0001-odd.green.prompt.md"


def _naming(path: str) -> str:
    """A PHR of a fix that names a file as sdd writes it."""
    return f"""\
---
id: "0001"
title: Odd
stage: green
date: 2026-03-01
surface: agent
files:
  - {json.dumps(file_entry(path))}
kind: fix
---

## Prompt

Add the odd file.

## Response snapshot

It is there.

## Execution contract

### Success criteria

The file is there.

### Acceptance checks

- [x] `true`
"""


@pytest.mark.parametrize("path", ODD, ids=ascii)
def test_a_name_that_no_record_could_name(ground: Ground, path: str) -> None:
    """A file name holds raw bytes, control characters or quotes, or is `null`. Its record covers it."""
    ground.attempt({path: "1\n"}).refused("change-no-phr")
    ground.attempt({path: "1\n", RECORD: _naming(path)}).passed()


@pytest.mark.parametrize("path", [LATIN, r'"src/caf\351.py"', r"src/caf\351.py"], ids=ascii)
def test_a_record_that_names_another_file_of_the_same_look(ground: Ground, path: str) -> None:
    """A record names a file whose name looks like that of another when quoted. `change-no-phr`."""
    for other in {LATIN, r'"src/caf\351.py"', r"src/caf\351.py"} - {path}:
        ground.attempt({other: "1\n", RECORD: _naming(path)}).refused("change-no-phr")


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_scope_with_the_signs_of_a_pattern(ground: Ground, folder: str) -> None:
    """A scope names a folder whose name is also a pattern, such as `/app/[id]/**`. It matches that folder only."""
    scope = str(GOOD[CONTRACT]).replace('  - "/src/**"\n', f'  - "/src/**"\n  - "/{folder}/**"\n')
    phr = str(GOOD[PHR]).replace(
        "  - src/round.py\n", f'  - src/round.py\n  - "{folder}/page.tsx"\n  - "app/zz/page.tsx"\n'
    )
    inside: dict[str, str | bytes | File | None] = {**GOOD, CONTRACT: scope, PHR: phr, f"{folder}/page.tsx": "1\n"}
    ground.attempt(inside).passed()
    ground.attempt({**inside, "app/zz/page.tsx": "1\n"}).refused("change-out-of-scope")


@pytest.mark.parametrize(
    "path",
    [
        "docs/../evil.md", "docs/./a.md", "../LICENSE", "./LICENSE", ".git/LICENSE", "docs/.git/a.md", "docs/.GiT",
        "docs/a/.git /a.md", "docs/.git. . ./a.md", "docs/.git:x/a.md", "GIT~1/LICENSE", "docs/git~1. /a.md",
        "docs/.g\u200cit/a.md", "docs/\ufeff.git/a.md", "docs/.gi\u202et/a.md", "docs/a\\.git/a.md", "src/.git/config",
        "history/prompts/../a.md", ".specify/.git/x.md",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_name_that_git_cannot_check_out(ground: Ground, path: str) -> None:
    """An exempt file is called `docs/../evil.md`, `.git/LICENSE`, `.git ` or `git~1`. `change-invalid-path`."""
    ground.attempt({path: "1\n"}).refused("change-invalid-path")


def test_a_link_that_is_called_gitmodules(ground: Ground) -> None:
    """A link has the name `.gitmodules`, which git refuses for links. `change-invalid-path`."""
    for path in (".gitmodules", "docs/.GITMODULES ", "gitmod~1"):
        ground.attempt({path: ("120000", b"LICENSE")}).refused("change-invalid-path")


def test_a_name_of_old_that_git_cannot_check_out(ground: Ground) -> None:
    """The target has such a path already. Other changes pass, and so does its removal."""
    ground.land(ground.commit({"docs/../evil.md": "1\n", "docs/.git/a.md": "1\n"}))
    ground.attempt(GOOD).passed()
    ground.attempt({"docs/../evil.md": None, "docs/.git/a.md": None}).passed()


@pytest.mark.parametrize(
    "path", ["docs/.gitx/a.md", "docs/..a.md", "docs/.../a.md", "docs/x.git/a.md", ".gitignore", "docs/git~2.md"]
)
def test_a_name_that_is_like_one_of_gits(ground: Ground, path: str) -> None:
    """An exempt file is called `docs/..a.md` or `docs/x.git/a.md`. Passes."""
    ground.attempt({path: "1\n"}).passed()


def test_an_agent_file_that_links_to_another(ground: Ground) -> None:
    """`CLAUDE.md` is a link to `AGENTS.md` of the same tree. Passes; a link to anything else does not."""
    agents = {"AGENTS.md": "# Agents\n\nUse tabs.\n"}
    link = ("120000", b"AGENTS.md")
    ground.attempt({**agents, "CLAUDE.md": link}).passed()
    for target in (b"src/old.py", b"../AGENTS.md", b"/etc/passwd", b"CLAUDE.md", b"NOWHERE.md"):
        ground.attempt({**agents, "CLAUDE.md": ("120000", target)}).refused("change-no-phr")


@pytest.mark.parametrize(
    "name", ["$(touch owned)", "`touch owned`", "; touch owned;", "' ; touch owned; '", "\n touch owned\n"]
)
def test_a_command_to_paste_that_does_more(ground: Ground, tmp_path: Path, name: str) -> None:
    """A record's name holds a shell command, for whoever pastes the fix. It is quoted as one word."""
    path = f"history/prompts/general/0009-{name}.misc.prompt.md"
    content = GOOD[PHR]
    assert isinstance(content, str)
    answers = ground.attempt({**GOOD, path: ("100755", content.encode())})
    fixes = [entry["fix"] for entry in answers.ci.document["changes"][0]["findings"] if entry["path"] == path]
    commands = [fix for fix in fixes if fix.startswith(("git ", "mkdir "))]
    assert commands
    for command in commands:
        subprocess.run(["bash", "-c", f"git() {{ :; }}; mkdir() {{ :; }}; {command}"], cwd=tmp_path, check=True)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("path", [*ODD, "\u202egpj.exe", "a\u034fb"], ids=ascii)
def test_a_name_in_a_shell_and_on_a_terminal(path: str) -> None:
    """A name holds what a shell or a terminal would obey. It is quoted or escaped."""
    word = shell_word(path)
    assert printable(word) == word
    said = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout
    assert os.fsdecode(said) == path


@pytest.mark.parametrize("path", [LATIN, os.fsdecode(b'a b\t\xe9"\\'), r'"caf\351.py"'], ids=ascii)
def test_a_name_as_git_quotes_it(tmp_path: Path, path: str) -> None:
    """A name is not UTF-8. It is written as git quotes it, and read back."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text("1\n")
    listed = subprocess.run(
        ["git", "-C", tmp_path, "ls-files", "--others"], capture_output=True, check=True, text=True
    ).stdout
    assert as_text(path) == listed.strip()
    assert from_text(as_text(path)) == path


def test_every_output_shows_a_name_as_git_quotes_it(adopted: Adopted, tmp_path: Path) -> None:
    """A name of raw bytes comes up in verdicts, lists, answers and reports. Each shows it as git quotes it."""
    quoted = as_text(LATIN)
    adopted.branch()
    adopted.write({LATIN: "1\n"})
    here = adopted.here.path
    for form in ("text", "json", "markdown", "junit", "github", "gitlab"):
        shown = sdd(here, "gate", "--format", form).out
        assert any(sign in shown for sign in (r"caf\351.py", r"caf\\351.py", r"caf&#92;351&#46;py")), shown
        assert "udc" not in shown
    sarif = json.loads(sdd(here, "gate", "--format", "sarif").out)
    uris = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in sarif["runs"][0]["results"]
        for place in result["locations"]
    }
    assert uris == {"src/caf%E9.py"}
    adopted.done("phr", "new", "Add sizes", *FIX)
    (item,) = [item for item in sdd(here, "phr", "list", "--json").document["items"] if item["title"] == "Add sizes"]
    assert item["files"] == item["files_written"] == [quoted]
    assert sdd(here, "phr", "list", "--file", quoted, "--json").document["items"] == [item]
    for asked in (LATIN, quoted):
        assert sdd(here, "why", asked).out.splitlines()[0].split(maxsplit=1) == ["file", quoted]
    assert quoted in sdd(here, "status").out
    assert adopted.gate()["changes"][0]["files"][0]["path"] == quoted
    assert sdd(here, "report", "--format", "html", "-o", str(tmp_path / "pages")).status == 0
    pages = "".join(page.read_text() for page in (tmp_path / "pages").rglob("*.html"))
    assert r"caf\351.py" in pages
    assert "udce9" not in pages


def test_a_blank_at_either_end_and_a_word_for_nothing(adopted: Adopted) -> None:
    """Files are called ` lead.py`, `none`, `null`, `~` and `-`. `sdd phr new` names them so that they are covered."""
    adopted.branch()
    adopted.write({" lead.py": "1\n", "none": "1\n", "null": "1\n", "~": "1\n", "-": "1\n", "trail ": "1\n"})
    adopted.done("phr", "new", "Add odd names", *FIX)
    verdict = adopted.gate()
    assert (verdict["verdict"], rules_of(verdict)) == ("pass", set())
