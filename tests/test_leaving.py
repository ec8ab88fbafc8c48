"""`sdd init --undo` in a project that lives with sdd: what it takes out lands by the line that it prints."""

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdd.records.packaged import INCLUDED_PIPELINE, PIPELINE, WORKFLOW, ci_text
from sdd.records.project import BASELINE_PATH
from tests.adopted import CONSTITUTION, POLICY, Adopted, rules_of, sdd
from tests.forked import forked_python


@pytest.fixture(autouse=True)
def forked() -> Iterator[None]:
    with forked_python():
        yield


@pytest.fixture
def judged(adopted: Adopted) -> Adopted:
    """A project whose server judges, with the forge's file."""
    adopted.done("init", "--ci", "github")
    adopted.land_change({}, "Judge on the forge")
    judge_on_server(adopted)
    return adopted


def judge_on_server(project: Adopted) -> None:
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


Files = dict[str, str | bytes | None]


def adopt_again(project: Adopted, files: Files | None = None, before: Files | None = None) -> None:
    """With a constitution that nobody has filled in. `files` come with it, those `before` were there."""
    shutil.rmtree(project.here.path / ".specify")
    project.land_change(before or {})
    project.done("init", "--no-hooks")
    project.land_change(files or {}, "Adopt sdd")


def follow(project: Adopted, told: str) -> None:
    """Does what a line says after "git rm": removes, commits, and runs the command that follows."""
    removal, _, record = told.partition(", commit, and run: ")
    project.here.run("sh", "-c", f"git rm -q {removal.partition('git rm ')[2]}")
    project.write({})
    project.done(*shlex.split(record)[1:])


@pytest.mark.parametrize("edited", [False, True])
def test_a_constitution_to_fill_in_goes_with_the_policy(adopted: Adopted, *, edited: bool) -> None:
    """Beside files of spec-kit too, which keep the root; so does a baseline: old findings stay old till the end."""
    own = ".specify/templates/spec-template.md"
    files: Files = {POLICY: '[gate]\nserver = "targets"\n'} if edited else {}
    before: Files = {own: "# Spec [FEATURE]\n", "history/prompts/general/0010-x.green.prompt.md": "Round.\n"}
    adopt_again(adopted, files, before)
    judge_on_server(adopted)
    notes = adopted.done("init", "--undo", "--dry-run", "--json").document["notes"]
    leave(adopted)
    stays = (POLICY, BASELINE_PATH, CONSTITUTION) if edited else ()
    assert remains(adopted) == {own, *stays}
    assert adopted.push("main").returncode == 0
    if edited:
        adopted.done("check")
        (policy, *stay) = notes
        assert stay == [f"{path} stays: it holds while {POLICY} judges" for path in stays[1:]]
        follow(adopted, policy)
        assert remains(adopted) == {own}
        pushed = adopted.push("main")
        assert pushed.returncode == 0, pushed.stderr


def test_a_constitution_never_goes_before_the_policy(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({CONSTITUTION: None})
    adopted.done("phr", "new", "Without principles", "--stage", "constitution", "--commit")
    assert rules_of(adopted.gate()) == {"constitution-missing"}


@pytest.mark.parametrize("first", [False, True])
def test_the_pipeline_of_the_project_stays_and_lands_without_the_include(adopted: Adopted, first: bool) -> None:
    """Whether the include goes before the undoing or after it."""
    build = "build: {script: make}\n"
    adopted.here.write(PIPELINE, build)
    adopted.done("init", "--ci", "gitlab")
    adopted.land_change({PIPELINE: f"include: [{{local: {INCLUDED_PIPELINE}}}]\n{build}"}, "Judge on the forge")
    judge_on_server(adopted)
    told = adopted.done("init", "--undo", "--dry-run", "--json").document["notes"]
    assert told == [f"{PIPELINE} still includes {INCLUDED_PIPELINE}: remove that from it first"]
    if first:
        adopted.here.write(PIPELINE, build)
    undone = adopted.done("init", "--undo", "--json").document
    assert undone["notes"] == ([] if first else told)
    adopted.here.write(PIPELINE, build)
    assert adopted.here.run("sh", "-c", undone["next"]).returncode == 0
    assert adopted.here.git("status", "--porcelain") == ""
    assert adopted.push("main").returncode == 0


def test_the_include_may_go_later_by_the_printed_line(adopted: Adopted) -> None:
    adopted.here.write(INCLUDED_PIPELINE, ci_text(INCLUDED_PIPELINE))
    adopted.land_change({PIPELINE: f"include: [{{local: {INCLUDED_PIPELINE}}}]\n"})
    adopted.branch()
    adopted.write({PIPELINE: "include: []\n"})
    refused = adopted.sdd("gate").out
    assert "delete it" not in refused
    assert f'next: sdd phr new "TITLE" --stage constitution --kind chore --file {PIPELINE} --commit' in refused


@pytest.mark.parametrize("path", [PIPELINE, WORKFLOW])
def test_a_file_of_another_tool_is_neither_listed_nor_decided_about(adopted: Adopted, path: str) -> None:
    adopted.land_change({path: "build: {script: make}\n"})
    document = adopted.done("init", "--undo", "--dry-run", "--json").document
    assert (path in document["kept"], document["notes"]) == (False, [])
    adopted.branch()
    adopted.write({path: "build: {script: make all}\n"})
    assert "policy-changed" not in rules_of(adopted.gate())


def test_a_job_that_people_changed_is_told(adopted: Adopted) -> None:
    texts = {path: f"{ci_text(path)}# ours\n" for path in (PIPELINE, WORKFLOW)}
    adopted.land_change({**texts, POLICY: "[gate]\n"})
    notes = adopted.done("init", "--undo", "--dry-run", "--json").document["notes"]
    end = "commit, and do what sdd status says"
    assert f"{PIPELINE} still runs sdd gate: to end that, take the job out, {end}" in notes
    assert f"{WORKFLOW} still runs sdd gate: to end that, git rm it, {end}" in notes


@pytest.mark.parametrize("lands", [False, True])
def test_a_root_that_lost_its_policy_is_told_and_may_go(adopted: Adopted, lands: bool) -> None:
    """The one below keeps the hook, and gets the constitution that holds for it."""
    adopt_again(adopted, {"api/a.py": "A = 1\n"})
    adopted.done("init", "--root", "api")
    adopted.land_change({}, "Adopt sdd in api")
    judge_on_server(adopted)
    undone = adopted.done("init", "--undo")
    (told,) = [line for line in undone.out.splitlines() if line.startswith("then ")]
    assert "the top stays a root, which the defaults judge without grace: to end that, " in told
    adopted.write({}, "Take sdd out")
    if lands:
        assert adopted.push("main").returncode == 0
        adopted.write({"b.py": "B = 1\n"})
        refused = adopted.push("main").stderr
        assert "b.py:1:1: change-no-phr" in refused
        assert "hook uninstall" not in refused
        adopted.here.git("reset", "-q", "--hard", "HEAD~")
    assert f"copy {CONSTITUTION} to api/{CONSTITUTION}, git rm -r .specify, " in told
    (adopted.here.path / "api/.specify/memory").mkdir()
    shutil.copy(adopted.here.path / CONSTITUTION, adopted.here.path / "api" / CONSTITUTION)
    follow(adopted, told)
    pushed = adopted.push("main")
    assert pushed.returncode == 0, pushed.stderr
    adopted.write({"b.py": "B = 1\n"})
    pushed = adopted.push("main")
    assert pushed.returncode == 0, pushed.stderr


@pytest.mark.parametrize("later", [False, True])
def test_a_changed_policy_beside_another_root_goes_with_its_root(adopted: Adopted, later: bool) -> None:
    """By the printed line; who let only the policy go is told the way again, as long as the root is there."""
    adopted.here.write("api/a.py", "A = 1\n")
    adopted.done("init", "--root", "api")
    adopted.land_change({POLICY: "[gate]\n"}, "Adopt sdd in api")
    judge_on_server(adopted)
    told, _ = adopted.done("init", "--undo", "--json").document["notes"]
    adopted.write({}, "Take sdd out")
    away = f"copy {CONSTITUTION} to api/{CONSTITUTION}, git rm -r .specify, commit, and run: sdd phr new "
    assert told.startswith(f"{POLICY} is as you changed it, and goes on judging: to let it go too, {away}")
    if later:
        for commits in (False, True):
            (adopted.here.path / POLICY).unlink(missing_ok=True)
            if commits:
                adopted.write({}, "Let the policy go")
            (told,) = [line for line in adopted.done("init", "--undo").out.splitlines() if line.startswith("then ")]
            assert f"the top stays a root, which the defaults judge without grace: to end that, {away}" in told
    (adopted.here.path / "api/.specify/memory").mkdir()
    shutil.copy(adopted.here.path / CONSTITUTION, adopted.here.path / "api" / CONSTITUTION)
    follow(adopted, told)
    for name in ("README.md", "b.py"):
        adopted.write({name: "B = 1\n"})
        pushed = adopted.push("main")
        assert pushed.returncode == 0, pushed.stderr


def test_a_root_whose_policy_went_before_goes_by_the_printed_line(adopted: Adopted) -> None:
    leave(adopted)
    adopted.push("--no-verify", "main")
    adopted.here.git("fetch", "-q", "origin")
    adopted.write({CONSTITUTION: None})
    way = f"--stage constitution --file {CONSTITUTION} --commit"
    refused = adopted.sdd("gate", "--base", "origin/main").out
    assert f'root-changed: the root . is removed\n    record who asked for it: sdd phr new "TITLE" {way}\n' in refused
    assert 'next: sdd phr new "TITLE" --stage constitution --commit\n' in refused
    adopted.done("phr", "new", "Let the rest go", *way.split())
    assert adopted.gate("--base", "origin/main")["verdict"] == "pass"


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
    adopted.here.write(".mcp.json", '{"mcpServers": {"own": {"command": "own"}}}\n')
    adopted.here.write(".claude/agents/backend.md", "---\nname: backend\ndescription: Ours.\n---\n\nBe brief.\n")
    adopted.here.write("opencode.json", '{"mcp": {"shop": {"command": ["sdd", "mcp"], "enabled": false}}}\n')
    adopted.done("init", "--scripts")
    own = adopted.here.path / scripts / "create-adr.sh"
    own.write_text(own.read_text() + "# edited\n")
    kept = adopted.done("init", "--undo", "--json").document["kept"]
    told = {f"{scripts}/create-adr.sh", "opencode.json"}
    assert told <= {*kept}
    assert not {f"{scripts}/create-phr.sh", "GEMINI.md", ".mcp.json", ".claude/agents/backend.md"} & {*kept}


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
