"""`sdd init --undo` in a project that lives with sdd: what it takes out lands by the line that it prints."""

import shutil
from pathlib import Path

import pytest

from tests.adopted import CONSTITUTION, POLICY, Adopted, rules_of, sdd
from tests.forked import forked_python

WORKFLOW = ".github/workflows/sdd.yml"


@pytest.fixture
def judged(adopted: Adopted) -> Adopted:
    """A project whose server judges, with the forge's file."""
    adopted.done("init", "--ci", "github")
    adopted.land_change({}, "Judge on the forge")
    judge_on_server(adopted)
    return adopted


def judge_on_server(project: Adopted) -> None:
    with forked_python():
        assert sdd(project.remote.path, "hook", "install", "--server").status == 0


def leave(project: Adopted, *words: str, folder: str = ".") -> None:
    """Runs the line that the undoing prints."""
    undone = sdd(project.here.path / folder, "init", "--undo", *words, "--json").document
    ran = project.here.run("sh", "-c", f"cd {folder} && {undone['next']}")
    assert ran.returncode == 0, ran
    assert project.here.git("status", "--porcelain") == ""


def remains(project: Adopted) -> set[str]:
    return {path for path in project.here.git("ls-files").splitlines() if path.startswith((".specify", ".github"))}


@pytest.mark.parametrize("folder", [".", "src"])
def test_what_is_taken_out_lands_at_once_on_a_server_that_judges(judged: Adopted, folder: str) -> None:
    leave(judged, folder=folder)
    assert remains(judged) == {CONSTITUTION}
    assert judged.push("main").returncode == 0


def test_a_policy_with_settings_stays_and_the_forges_file_goes(adopted: Adopted) -> None:
    adopted.done("init", "--ci", "github")
    adopted.land_change({POLICY: "[gate]\ntargets = []\n"})
    judge_on_server(adopted)
    leave(adopted)
    assert remains(adopted) == {CONSTITUTION, POLICY}
    assert adopted.push("main").returncode == 0


def test_who_judges_still_is_told_by_undo_and_doctor(adopted: Adopted) -> None:
    """The constitution stays, and with it a root: elsewhere a hook judges it by the defaults."""
    adopted.here.git("switch", "-q", "-c", "leave")
    ran = adopted.done("init", "--undo")
    assert "then      sdd hook uninstall in every other clone and on the server: " in ran.out
    adopted.write({})
    adopted.land("leave:main")
    assert f"no file {POLICY} in origin/main: hooks and servers judge by the defaults" in adopted.sdd("doctor").out
    adopted.here.git("rm", "-q", CONSTITUTION)
    assert "hook uninstall" not in adopted.done("init", "--undo").out


def test_a_hook_that_was_left_behind_says_how_to_go(adopted: Adopted) -> None:
    leave(adopted, "--no-hooks")
    adopted.push("--no-verify", "main")
    adopted.here.git("fetch", "-q", "origin")
    commit = adopted.here.git("rev-parse", "--short=10", "HEAD")
    adopted.write({"src/a.py": "A = 1\n"})
    refused = adopted.push("main")
    assert refused.returncode == 1
    told = f"origin/main: its policy was taken out ({commit}); if sdd was: sdd hook uninstall"
    assert f"sdd: {told}\n" in refused.stderr
    adopted.done("hook", "uninstall")
    assert adopted.push("main").returncode == 0


def test_the_constitution_may_go_too(judged: Adopted) -> None:
    leave(judged)
    judged.write({CONSTITUTION: None})
    assert remains(judged) == set()
    assert 'next: sdd phr new "TITLE" --commit' in judged.push("main").stderr
    judged.done("phr", "new", "Give the constitution up", "--commit")
    assert judged.push("main").returncode == 0


def test_without_its_record_the_forges_file_does_not_go(judged: Adopted) -> None:
    judged.write({WORKFLOW: None})
    document = judged.gate("--base", "origin/main")
    assert rules_of(document) == {"policy-changed"}
    fixes = [finding["fix"] for change in document["changes"] for finding in change["findings"]]
    assert fixes == [
        'record who asked for it: sdd phr new "TITLE" --stage constitution --file .github/workflows/sdd.yml --commit'
    ]


def test_what_was_never_committed_goes_without_a_record(tmp_path: Path, adopted: Adopted) -> None:
    shutil.rmtree(adopted.here.path / ".specify")
    adopted.land_change({})
    adopted.done("init", "--no-hooks")
    assert adopted.done("init", "--undo", "--json").document["made"] == []


def test_what_others_wrote_is_not_listed_as_kept(adopted: Adopted) -> None:
    scripts = ".specify/scripts/bash"
    adopted.here.write(f"{scripts}/create-phr.sh", "#!/bin/sh\necho another tool\n")
    adopted.here.write("GEMINI.md", "Be brief.\n")
    adopted.done("init", "--scripts")
    own = adopted.here.path / scripts / "create-adr.sh"
    own.write_text(own.read_text() + "# edited\n")
    kept = adopted.done("init", "--undo", "--json").document["kept"]
    assert (f"{scripts}/create-adr.sh" in kept, f"{scripts}/create-phr.sh" in kept, "GEMINI.md" in kept) == (
        True,
        False,
        False,
    )


def test_one_root_of_several_leaves_the_hook_to_the_others(adopted: Adopted) -> None:
    adopted.here.write("api/a.py", "A = 1\n")
    adopted.done("init", "--root", "api")
    adopted.land_change({f"api/{CONSTITUTION}": (adopted.here.path / CONSTITUTION).read_text()})
    hook = adopted.here.path / ".git/hooks/pre-push"
    assert "the hook stays: it judges the top too" in adopted.done("init", "--root", "api", "--undo").out
    assert hook.exists()
    adopted.here.git("reset", "-q", "--hard")
    assert "the hook stays: it judges api too" in adopted.done("init", "--undo").out
    adopted.done("init", "--root", "api", "--undo")
    assert not hook.exists()


@pytest.mark.parametrize("file", [WORKFLOW, ".gitlab-ci.yml"])
def test_a_forges_file_stays_while_it_judges_another_root(adopted: Adopted, file: str) -> None:
    adopted.here.write("api/a.py", "A = 1\n")
    adopted.done("init", "--ci", "github" if file == WORKFLOW else "gitlab")
    adopted.done("init", "--root", "api")
    adopted.land_change({}, "Adopt sdd in api")
    assert f"found     {file} stays: it judges api too" in adopted.done("init", "--undo", "--dry-run").out
    ran = adopted.done("init", "--undo")
    assert f"found     {file} stays: it judges api too" in ran.out
    assert "hook uninstall" not in ran.out
    last = adopted.done("init", "--root", "api", "--undo").out
    assert f"{file} has no root left to judge: sdd init --undo at the top removes it" in last
    assert file in adopted.done("init", "--undo", "--json").document["removed"]


@pytest.mark.parametrize("has_its_own", [False, True])
def test_an_unfinished_constitution_stays_while_a_root_below_needs_it(adopted: Adopted, has_its_own: bool) -> None:
    """It goes with the record of the removal where the root below has its own."""
    text = (adopted.here.path / CONSTITUTION).read_text()
    shutil.rmtree(adopted.here.path / ".specify")
    adopted.land_change({"api/a.py": "A = 1\n"})
    adopted.done("init")
    adopted.done("init", "--root", "api")
    adopted.land_change({f"api/{CONSTITUTION}": text} if has_its_own else {}, "Adopt sdd")
    judge_on_server(adopted)
    said = adopted.done("init", "--undo", "--dry-run").out
    assert (f"{CONSTITUTION} stays: it holds for api too" in said) is not has_its_own
    leave(adopted, "--no-hooks")
    assert (CONSTITUTION in remains(adopted)) is not has_its_own
    assert adopted.push("main").returncode == 0
    assert "constitution-missing" not in adopted.done("check").out


@pytest.mark.parametrize("below", [(), ("api", "web")])
def test_all_roots_may_go_by_the_printed_line(adopted: Adopted, below: tuple[str, ...]) -> None:
    adopted.land_change({f"{root}/{POLICY}": "" for root in below})
    judge_on_server(adopted)
    for root in ("", *below):
        shutil.rmtree(adopted.here.path / root / ".specify")
    adopted.write({}, "Take all of it out")
    way = '"TITLE" --stage constitution --commit'
    assert f"next: sdd phr new {way}\n" in adopted.push("main").stderr
    assert adopted.done("status").out.endswith(f"next     sdd phr new {way}\n")
    adopted.done("phr", "new", "Take all of sdd out", "--stage", "constitution", "--commit")
    assert adopted.push("main").returncode == 0
    assert "sdd init" in adopted.done("status").out
