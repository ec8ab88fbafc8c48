"""A target that is older than sdd, and that main's policy names: every command knows that this policy judges there."""

from pathlib import Path
from posixpath import normpath

import pytest

from tests.adopted import POLICY, SPEC, Adopted, copied
from tests.good import TARGET
from tests.shared import made_once

RULES = '[gate]\ntargets = ["main", "release/*"]\n'
PERSONAL = '[secrets]\npersonal = ["email"]\n'
DOCS = '[layout]\nhistory = ["docs/history", "history"]\n'
WHO = ("--reason", "The shop is down.", "--approved-by", "Grace", "--commit")


def make_line(adopted: Adopted) -> None:
    """`release/1`, checked out at its tip: it is made from the commit before the adoption."""
    adopted.land_change({POLICY: RULES})
    first = adopted.here.git("rev-list", "--max-parents=0", "main").strip()
    adopted.branch("release/1", first)
    adopted.land("release/1")
    adopted.here.git("fetch", "-q", "origin")
    adopted.here.git("branch", "-q", "-u", "origin/release/1")


@pytest.fixture
def line(adopted_once: Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Adopted:
    def make(folder: Path) -> None:
        make_line(copied(adopted_once, folder / "project"))

    return copied(made_once(tmp_path_factory, "release-line", make) / "project", tmp_path / "project")


@pytest.mark.parametrize("own", [False, True])
def test_nothing_is_to_be_set_up(line: Adopted, own: bool) -> None:
    if own:
        line.write({"src/old.py": "OLD = 2\n"}, "fix: two")
        line.land("release/1")
    shown = line.done("status").out
    assert "policy   none here, that of origin/main judges\n" in shown
    assert "next" not in shown
    ran = line.sdd("init")
    assert (ran.status, "nothing to set up: the policy of origin/main judges" in ran.err) == (3, True), ran
    assert "merge" not in ran.err
    line.here.git("switch", "-q", "-c", "fix/two")
    line.write({"src/old.py": "OLD = 3\n"}, "fix: three")
    assert "merge" not in line.sdd("init").err
    # What is made on a line that main goes on from may be for main.
    offered = "judges; if this is for it: git merge origin/main\n" in line.done("status").out
    assert offered is not own


def test_a_branch_that_takes_main_in_is_mains_alone(line: Adopted) -> None:
    line.here.git("switch", "-q", "-c", "old")
    line.write({"src/old.py": "OLD = 2\n"}, "fix: two")
    line.here.git("merge", "-q", "--no-edit", "origin/main")
    assert line.gate()["refused"]
    assert line.push("old").returncode == 1


def test_the_status_says_what_the_push_says(line: Adopted) -> None:
    line.write({"src/old.py": "OLD = 2\n"}, "fix: two")
    shown = line.done("status").out
    assert "push     would be refused: 1 of 1 file lacks records\n" in shown
    assert "policy   none here, that of origin/main judges\n" in shown
    assert line.push("release/1").returncode == 1


@pytest.mark.parametrize("layout", ["", DOCS], ids=["usual folders", "other folders"])
def test_the_printed_waivers_of_a_landing_and_of_a_hotfix_count(line: Adopted, layout: str) -> None:
    line.land_change({POLICY: RULES + layout})
    line.here.git("switch", "-q", "release/1")
    landed = line.write({"src/old.py": "OLD = 2\n"}, "fix: two (#2)")
    line.land("release/1")
    line.here.git("fetch", "-q", "origin")
    # The policy of main says where new records are.
    folder = "docs/history/waivers" if layout else "history/waivers"
    assert f" {folder}/0001-" in line.done("waiver", "new", "--landing", landed, *WHO).out
    line.land("release/1")
    line.here.git("fetch", "-q", "origin")
    assert "answered  1 change" in line.done("audit", "release/1").out
    line.write({"src/old.py": "OLD = 3\n"}, "fix: three")
    assert f" {folder}/0002-" in line.done("waiver", "new", "--days", "3", *WHO).out
    pushed = line.push("release/1")
    assert pushed.returncode == 0, pushed.stderr


@pytest.mark.parametrize("elsewhere", [False, True], ids=["as main has it", "main goes on"])
@pytest.mark.parametrize("below", [".", "src"], ids=["one root", "two roots"])
def test_a_revert_keeps_what_has_landed_and_its_reason(line: Adopted, elsewhere: bool, below: str) -> None:
    line.land_change({normpath(f"{below}/{POLICY}"): RULES, "src/old.py": f"OLD = {9 if elsewhere else 1}\n"})
    line.here.git("switch", "-q", "release/1")
    line.write({"src/old.py": "OLD = 2\n", "specs/003-two/spec.md": TARGET[SPEC]}, "feat: two")
    record = ("--kind", "fix", "--success", "It is two.", "--check", "true", "--run", "--commit")
    phr = line.done("phr", "new", "Two", *record).out.split()[1]
    line.here.git("reset", "-q", "--soft", "@{u}")
    line.here.git("commit", "-q", "-m", "feat: two (#2)")
    line.land("release/1")
    line.here.git("fetch", "-q", "origin")
    kept = line.done("revert", "HEAD", "--reason", "Two is too many.", "--json").document
    assert kept["kept"] == [phr, "specs/003-two/spec.md"]
    assert bool(kept["phr"]) == elsewhere
    assert f"This reverts commit {kept['reverts']}.\n\nTwo is too many.\n" in line.here.git("log", "-2", "--format=%B")
    pushed = line.push("release/1")
    assert pushed.returncode == 0, pushed.stderr


def test_a_feature_is_made_where_that_policy_has_them_and_personal_things_go_as_it_says(line: Adopted) -> None:
    line.land_change({POLICY: RULES + DOCS.replace("history", "specs") + PERSONAL})
    line.here.git("switch", "-q", "release/1")
    line.here.write("note.txt", "mail ada@shop.io")
    assert line.sdd("secret", "scan", "note.txt").status == 1
    assert line.done("feature", "new", "Mail ada@shop.io").out.startswith("made docs/specs/001-")
    (spec,) = line.here.path.glob("docs/specs/*/spec.md")
    assert "ada@shop.io" not in spec.read_text()
