"""Whatever a user's git is set to, sdd reads the same from it."""

from pathlib import Path

import pytest

from tests.adopted import LANDED, Adopted

_HOSTILE = """
[color]
ui = always
diff = always
status = always
branch = always
grep = always
[column]
ui = always
[log]
showSignature = true
showRoot = false
follow = true
diffMerges = combined
date = relative
decorate = full
[format]
pretty = email
[i18n]
logOutputEncoding = UTF-16
commitEncoding = ISO-8859-1
[diff]
renames = copies
renameLimit = 1
noprefix = true
mnemonicPrefix = true
relative = true
orderFile = {order}
ignoreSubmodules = all
submodule = log
algorithm = patience
context = 0
interHunkContext = 9
colorMoved = zebra
wsErrorHighlight = all
external = false
[status]
showUntrackedFiles = no
relativePaths = true
renames = copies
showStash = true
branch = true
short = true
submoduleSummary = true
[grep]
patternType = perl
extendedRegexp = true
lineNumber = true
column = true
fullName = true
[blame]
showEmail = true
blankBoundary = true
date = relative
coloring = highlightRecent
markIgnoredLines = true
markUnblamableLines = true
[core]
quotePath = true
abbrev = 5
[gpg]
program = {program}
"""


@pytest.fixture
def signed(adopted: Adopted) -> Adopted:
    """A branch with a merge, whose newest commit has a signature."""
    here = adopted.here
    adopted.branch("topic")
    adopted.write(
        {"src/été.py": "A = 1\n", "history/prompts/general/0007-copy.misc.prompt.md": (here.path / LANDED).read_text()},
        "Eté",
    )
    adopted.branch("aside", "main")
    adopted.write({"src/aside.py": "B = 1\n"})
    here.git("switch", "-q", "topic")
    here.git("merge", "-q", "--no-ff", "-m", "Merge aside", "aside")
    head, message = here.git("cat-file", "commit", "HEAD").split("\n\n", 1)
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    commit = here.run(
        "git", "hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{head}\n{signature}\n\n{message}\n"
    )
    here.git("reset", "-q", "--hard", commit.stdout.strip())
    here.write("src/new.py", "C = 1\n")
    return adopted


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--json"),
        ("gate", "--json"),
        ("audit", "--json"),
        ("why", "src/vat.py:1", "--json"),
        ("report", "--json"),
        ("capture", "export"),
    ],
)
def test_no_setting_changes_what_a_command_says(signed: Adopted, tmp_path: Path, words: tuple[str, ...]) -> None:
    program, order, settings = tmp_path / "gpg", tmp_path / "order", tmp_path / "gitconfig"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\necho 'gpg: Good signature' >&2\nexit 1\n")
    program.chmod(0o755)
    order.write_text("*.py\n")
    settings.write_text(_HOSTILE.format(order=order, program=program))
    plain = signed.sdd(*words)
    assert plain.status in (0, 1) and plain.out
    hostile = signed.sdd(*words, GIT_CONFIG_GLOBAL=str(settings))
    assert (hostile.status, hostile.out, hostile.err) == (plain.status, plain.out, plain.err)
    assert not (tmp_path / "ran").exists()
