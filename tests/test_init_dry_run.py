"""`sdd init --dry-run`: it says what init would do, and writes nothing."""

import re
from pathlib import Path

import pytest

from tests.adopted import sdd
from tests.scratch import Scratch


def everything(place: Path) -> dict[str, bytes]:
    """Every file, git's own too but for the index, which looking refreshes."""
    files = (path for path in place.rglob("*") if path.is_file() and path.name != "index")
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("options", [(), ("--agent", "claude", "--ci", "github", "--scripts"), ("--root", "api")])
def test_it_lists_what_init_then_makes(scratch: Scratch, options: tuple[str, ...]) -> None:
    scratch.commit("base", {"api/a.py": "A = 1\n", "specs/001-vat/spec.md": "# VAT\n\n[NEEDS CLARIFICATION: rate?]\n"})
    before = everything(scratch.path)
    told = sdd(scratch.path, "init", "--dry-run", *options, "--json").document
    lines = sdd(scratch.path, "init", "--dry-run", *options).out.splitlines()
    assert everything(scratch.path) == before
    done = sdd(scratch.path, "init", *options, "--json").document
    made = [re.sub(r"/\d{4}-adopt", "/NNNN-adopt", path) for path in done["made"]]
    assert (told["dry_run"], told["made"], told["kept"], told["notes"]) == (True, made, done["kept"], done["notes"])
    assert (told["baseline"], told["warn_until"]) == (done["baseline"], done["warn_until"])
    root = "api/" if "--root" in options else ""
    assert (told["first"], done["first"]) == (None, f"fill in {root}.specify/memory/constitution.md")
    assert (lines[0], lines[-1]) == ("a dry run: nothing is written", "next      the same without --dry-run")
    assert any(line.startswith("hook ") for line in lines)
    again = sdd(scratch.path, "init", "--dry-run", *options)
    assert "keeps     everything: sdd is set up here already" in again.out


@pytest.mark.parametrize("manager", ["husky", "nothing", "a hook"])
def test_it_says_what_becomes_of_the_hook(scratch: Scratch, manager: str) -> None:
    scratch.commit("base", {".husky/pre-commit": "npm test\n"} if manager == "husky" else {"a.py": "A = 1\n"})
    if manager == "a hook":
        scratch.write(".git/hooks/pre-push", "#!/bin/sh\nexit 0\n")
    told, done = sdd(scratch.path, "init", "--dry-run").out, sdd(scratch.path, "init").out
    assert ("is installed too" in told) == ("hook      installed: " in done) == (manager != "husky")
    assert (
        ("beside the hook that is there" in told) == ("runs the hook that was there" in done) == (manager == "a hook")
    )
    assert ("husky manages the hooks here" in told) == ("husky manages the hooks here" in done) == (manager == "husky")


def test_it_lists_what_undo_then_removes(scratch: Scratch) -> None:
    nothing = sdd(scratch.path, "init", "--dry-run", "--undo")
    assert (nothing.status, "removes   nothing: " in nothing.out) == (0, True)
    sdd(scratch.path, "init", "--ci", "github")
    scratch.commit("Adopt sdd", {"history/notes.md": "Ours.\n"})
    before = everything(scratch.path)
    told = sdd(scratch.path, "init", "--dry-run", "--undo", "--json").document
    lines = sdd(scratch.path, "init", "--dry-run", "--undo").out.splitlines()
    assert everything(scratch.path) == before
    done = sdd(scratch.path, "init", "--undo", "--json").document
    made = [re.sub(r"/\d{4}-take", "/NNNN-take", path) for path in done["made"]]
    assert (told["dry_run"], told["removed"], told["kept"]) == (True, done["removed"], done["kept"])
    assert (told["made"], told["notes"]) == (made, done["notes"])
    assert (lines[0], lines[-1]) == ("a dry run: nothing is written", "next      the same without --dry-run")
    assert any(line.startswith("hook      removed too: ") for line in lines)
