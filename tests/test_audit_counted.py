"""The shares of `sdd audit` against a count of its own, made with plain git and a few patterns."""

import re
import subprocess
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bench.history import History
from bench.texts import CONSTITUTION, Prose, Work, contract_text, phr_text, source_text, spec_text, tasks_text
from tests.adopted import sdd
from tests.lines import Line

TOP = Path(__file__).resolve().parent.parent

# A commit of this project's history that lies behind it for good.
OWN_REVISION = "23efaccf62b9977b3c37d78ecc43b64b05010e4d"


class Counted(NamedTuple):
    """What a count by hand finds: changes, those with governed files, and of them those whose PHRs name each one.

    `months` are (changes, those that lack nothing) by month.
    """

    changes: int
    asked: int
    had: int
    months: dict[str, tuple[int, int]]


def is_governed(path: str) -> bool:
    """Whether a path needs records, by the default policy at the top of a repository."""
    name = path.rpartition("/")[2]
    exempt = ("LICENSE*", "CHANGELOG*", ".gitignore", ".gitattributes", ".gitkeep", ".editorconfig", "*.lock")
    if any(fnmatch(name, pattern) for pattern in exempt) or re.fullmatch(r"[^/]+\.md|docs/.*\.md", path):
        return False
    return not re.fullmatch(r"\.specify/.*|specs/[^/]+/[^/]+\.md|history/.*\.md", path)


def git(folder: Path, *words: str) -> str:
    """What one git command prints."""
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True)
    return done.stdout.decode(errors="surrogateescape").strip("\n")


def count(folder: Path, revision: str) -> Counted:
    """Goes through the first-parent commits after the adopting one, and counts that one as a change that passes."""
    adoption = git(folder, "log", "--diff-filter=A", "--format=%H", revision, "--", ".specify").split()[-1]
    asked, had = 0, 0
    months = Counter([git(folder, "show", "-s", "--format=%cs", adoption)[:7]])
    complete = Counter(months)
    for commit in git(folder, "rev-list", "--first-parent", f"{adoption}..{revision}").split():
        listed = git(folder, "diff", "--no-renames", "--name-status", "-z", f"{commit}^1", commit).split("\0")
        changed = dict(zip(listed[1::2], listed[::2], strict=False))
        records = [path for path, status in changed.items() if status == "A" and path.startswith("history/prompts/")]
        heads = [git(folder, "show", f"{commit}:{path}").split("\n---\n")[0] for path in records]
        written = " ".join(head.partition("\nfiles:")[2] for head in heads)
        named = {word.strip("\"'") for word in re.findall(r"[^\s,\[\]]+", written)}
        governed = [path for path in changed if is_governed(path)]
        month = git(folder, "show", "-s", "--format=%cs", commit)[:7]
        months[month] += 1
        asked += bool(governed)
        had += bool(governed) and named.issuperset(governed)
        complete[month] += named.issuperset(governed)
    return Counted(months.total(), asked, had, {name: (months[name], complete[name]) for name in months})


def held_here(folder: Path, commit: str) -> bool:
    """Whether a commit and its history are in a clone."""
    known = subprocess.run(["git", "-C", folder, "cat-file", "-e", f"{commit}^{{commit}}"], capture_output=True)
    shallow = subprocess.run(["git", "-C", folder, "rev-parse", "--is-shallow-repository"], capture_output=True)
    return known.returncode == 0 and shallow.stdout.strip() == b"false"


def test_this_project_s_own_history(tmp_path: Path) -> None:
    if not held_here(TOP, OWN_REVISION):
        pytest.skip("no whole clone of this project")
    here = tmp_path / "here.git"
    git(tmp_path, "clone", "-q", "--bare", str(TOP), str(here))
    found = sdd(here, "audit", "--json", "--no-group", OWN_REVISION).document
    by_hand = count(here, OWN_REVISION)
    needs = found["by_need"]["phr"]
    assert (found["changes"], needs["asked"], needs["had"]) == (by_hand.changes, by_hand.asked, by_hand.had)
    assert by_hand.changes > 80


def agree(found: dict[str, Any], by_hand: Counted) -> None:
    """Fails where an audit and a count by hand differ, in histories whose gaps are all PHRs that are not there."""
    needs = found["by_need"]["phr"]
    assert (found["changes"], needs["asked"], needs["had"]) == (by_hand.changes, by_hand.asked, by_hand.had)
    assert found["passed"] == by_hand.changes - by_hand.asked + by_hand.had
    months = {one["month"]: (one["changes"], one["passed"]) for one in found["by_month"]}
    assert months == by_hand.months
    assert 0 < by_hand.had < by_hand.asked < by_hand.changes


def test_a_synthetic_history_with_gaps(tmp_path: Path) -> None:
    prose = Prose(seed=7)
    here = tmp_path / "repo"
    with History(here) as history:
        history.commit("chore: constitution", {".specify/memory/constitution.md": CONSTITUTION})
        names = [f"{number:03d}-{prose.slug(2)}" for number in range(1, 5)]
        for name in names:
            texts = {f"specs/{name}/spec.md": spec_text(name, prose), f"specs/{name}/tasks.md": tasks_text(name, prose)}
            history.commit(f"spec: {name}", texts)
        for serial in range(1, 61):
            work = Work(serial, prose.random.choice(names), prose.slug(3), "green", prose.random.randint(1, 30))
            files = {work.source: source_text(work, prose), work.contract: contract_text(work, prose)}
            if serial % 7:
                files[work.phr] = phr_text(work, prose)
            if serial % 5:
                files["NOTES.md"] = f"{serial}\n"
            history.commit(f"feat: {work.slug}", files)
            if serial % 10 == 0:
                history.commit("docs: notes", {"docs/notes.md": f"{serial}\n"})
    agree(sdd(here, "audit", "--json", "--no-group").document, count(here, "HEAD"))


def test_a_history_that_lands_by_merges(tmp_path: Path) -> None:
    line = Line(tmp_path / "repo")
    for number in range(24):
        code = [f"src/part{number % 5}.py", f"src/part{number % 3}/deep.py"]
        line.branch()
        for path in code if number % 6 else ():
            line.commit("code", {path: f"A = {number}\n"})
        if number % 2:
            line.commit("a note", {"docs/notes.md": f"{number}\n"})
        if number % 4:
            line.commit("record", line.record(*code))
        line.here.git("switch", "-q", "main")
        if number % 3 == 0:
            line.commit("meanwhile", {"README.md": f"{number}\n"}, days=4)
            line.here.git("switch", "-q", "work")
            line.here.git("merge", "-q", "-m", "stay close", "main", **line.dates())
        line.merge("work", message=f"Merge number {number}")
    by_hand = count(line.here.path, "HEAD")
    agree(line.audit("--no-group"), by_hand)
    agree(line.audit(), by_hand)
