"""`sdd doctor` on real repositories: each thing that may be wrong, and the command that fixes it."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from sdd.setup.doctor import CHECKS
from tests.adopted import POLICY, Adopted, phr, sdd
from tests.examined import everything, examined, rows_of, run_fix, said
from tests.forked import forked_python
from tests.scratch import Scratch

BASELINE = ".specify/baseline.json"
TAKEN_OUT = ", or where sdd was taken out: sdd hook uninstall"


def test_a_sound_place_is_told_and_not_a_byte_of_it_changes(adopted: Adopted, tmp_path: Path) -> None:
    adopted.done("index")
    adopted.here.write("src/new.py", "1\n")
    adopted.here.write("history/prompts/general/0009-x.green.prompt.md", "not committed\n")
    before = everything(adopted.folder)
    found = examined(adopted.here.path)
    assert found.keys() == CHECKS.keys() - {"ci"}  # no workflow judges here
    assert [row.state for rows in found.values() for row in rows] == ["ok"] * len(found)
    assert everything(adopted.folder) == before


def test_the_screen_counts_what_is_wrong(adopted: Adopted) -> None:
    assert adopted.done("doctor").out.endswith("\n\nsdd: all is well\n")
    adopted.done("hook", "uninstall")
    ran = adopted.sdd("doctor")
    assert ran.status == 1
    assert "\nfault    hook        none, so no push from here is judged: " in ran.out
    assert "\n         fix: sdd hook install\n" in ran.out
    assert ran.out.endswith("\n\nsdd: 1 fault\n")


def test_an_old_git_is_told(adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.which("git")
    (tmp_path / "git").write_text(
        f'#!/bin/sh\n[ "$1" = version ] && echo "git version 2.29.3" && exit\nexec {real} "$@"\n'
    )
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    row = said(adopted, "git")
    assert row.state == "fault"
    assert f"git version 2.29.3 ({tmp_path / 'git'}) is older than 2.30" in row.message


def test_what_is_set_up_beside_spec_kit_has_to_land(tmp_path: Path) -> None:
    """The target has a root, since spec-kit made one, and neither policy nor baseline yet."""
    Scratch(tmp_path / "remote.git", "--bare")
    here = Scratch(tmp_path / "here")
    here.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    adr = "history/adr/0001-cents.md"
    here.commit("spec-kit", {".specify/memory/constitution.md": "# C\n", adr: "# Cents\n\n**Status**: Perhaps\n"})
    here.git("push", "-q", "-u", "origin", "main")
    assert rows_of(here.path, "policy")[0].fix == f"sdd init{TAKEN_OUT}"
    assert sdd(here.path, "init", "--no-hooks").status == 0
    fix = rows_of(here.path, "policy")[0].fix or ""
    assert fix == f'git add .specify history && git commit -m "Adopt sdd" && git push origin HEAD{TAKEN_OUT}'
    assert rows_of(here.path, "baseline")[0].message == f"{BASELINE} is not in origin/main yet: every finding counts"
    run_fix(here, fix.removesuffix(f" && git push origin HEAD{TAKEN_OUT}"))
    assert rows_of(here.path, "policy")[0].fix == f"git push origin HEAD{TAKEN_OUT}"
    here.git("push", "-q", "--no-verify")
    assert [rows_of(here.path, name)[0].state for name in ("policy", "baseline")] == ["ok", "ok"]
    assert "is not in" not in rows_of(here.path, "baseline")[0].message


# -- places ------------------------------------------------------------------------------------------------


def test_outside_of_any_repository_one_line_says_so(tmp_path: Path) -> None:
    ran = sdd(tmp_path, "doctor")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith(f"sdd: no git repository at {Path()}: ")


def test_a_path_with_a_line_break_is_told(tmp_path: Path) -> None:
    ran = sdd(Scratch(tmp_path / "a\nb").path, "status")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith("sdd: the repository's path holds a line break\n")


def test_a_repository_without_sdd_has_no_fault(scratch: Scratch) -> None:
    for _ in range(2):
        rows = examined(scratch.path)
        assert {row.state for found in rows.values() for row in found} == {"ok", "warning"}
        assert "hook" in rows
        assert "policy" not in rows
        assert rows["roots"][0].fix == "sdd init"
        scratch.commit("code", {"a.py": "1\n"})
    run_fix(scratch, rows["roots"][0].fix)
    (row,) = rows_of(scratch.path, "roots")
    assert (row.state, row.fix) == ("warning", 'git add .specify history && git commit -m "Adopt sdd"')
    run_fix(scratch, row.fix)
    assert rows_of(scratch.path, "roots")[0].message == "1 root in main: ."


@pytest.mark.parametrize("says", ["doctor", "init"])
def test_an_adoption_is_committed_with_all_that_it_made(scratch: Scratch, says: str) -> None:
    scratch.commit("old", {"docs/history/prompts/general/0001-a.misc.prompt.md": phr([], stage="misc")})
    sdd(scratch.path, "init", "--no-hooks")
    scratch.write("mine.py", "1\n")
    further = sdd(scratch.path, "init", "--no-hooks", "--ci", "github", "--agent", "claude", "--json").document
    run_fix(scratch, further["next"] if says == "init" else rows_of(scratch.path, "roots")[0].fix)
    assert scratch.git("status", "--porcelain").splitlines() == ["?? mine.py"]


def test_a_linked_work_tree_shares_the_hook(adopted: Adopted) -> None:
    adopted.here.git("worktree", "add", "-q", "-b", "second", str(adopted.folder / "second tree"))
    rows = examined(adopted.folder / "second tree")
    assert {row.state for found in rows.values() for row in found} == {"ok"}
    assert str(adopted.here.path / ".git" / "hooks" / "pre-push") in rows["hook"][0].message


def test_a_submodule_has_its_own_hook(adopted: Adopted, tmp_path: Path) -> None:
    outer = Scratch(tmp_path / "outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(adopted.remote.path), "inner")
    inner = outer.path / "inner"
    row = rows_of(inner, "hook")[0]
    assert (row.state, row.fix) == ("fault", "sdd hook install")
    with forked_python():
        assert sdd(inner, "hook", "install").status == 0
    rows = examined(inner)
    assert {row.state for found in rows.values() for row in found} == {"ok"}
    assert str(outer.path / ".git" / "modules" / "inner" / "hooks" / "pre-push") in rows["hook"][0].message


def test_from_within_gits_own_folder_the_hook_is_not_looked_at(adopted: Adopted) -> None:
    rows = examined(adopted.here.path / ".git")
    assert rows["hook"][0].state == "warning"
    assert "dry run" not in rows


# -- target and history ------------------------------------------------------------------------------------


def without_target(adopted: Adopted) -> None:
    """What a clone knows of its target before it has ever fetched."""
    adopted.here.git("config", "branch.main.merge", "refs/heads/main")
    adopted.here.git("remote", "set-head", "origin", "--delete")
    adopted.here.git("update-ref", "-d", "refs/remotes/origin/main")


def test_a_target_that_was_never_fetched_is_fetched(adopted: Adopted) -> None:
    without_target(adopted)
    row = said(adopted, "target")
    assert (row.state, row.fix) == ("fault", "git fetch origin && git remote set-head origin --auto")
    run_fix(adopted.here, row.fix)
    assert said(adopted, "target").message.startswith("origin/main, here at ")


def test_a_remote_says_itself_which_branch_is_the_target(adopted: Adopted) -> None:
    without_target(adopted)
    adopted.here.git("branch", "-m", "main", "trunk")
    adopted.land("trunk:trunk")
    adopted.remote.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    adopted.land(":main")
    row = said(adopted, "target")
    assert row.state == "fault"
    run_fix(adopted.here, row.fix)
    assert said(adopted, "target").message.startswith("origin/trunk, here at ")


def test_a_renamed_target_is_told_with_the_line_that_finds_it(adopted: Adopted) -> None:
    adopted.branch("fix/x")
    adopted.write({"docs/x.md": "x\n"})
    adopted.remote.git("branch", "-m", "main", "trunk")
    adopted.here.git("fetch", "-q", "--prune")
    line = "git fetch origin && git remote set-head origin --auto"
    assert said(adopted, "target").fix == line
    assert adopted.sdd("status").err.splitlines()[1].strip() == line
    assert line in adopted.push("fix/x").stderr
    run_fix(adopted.here, line)
    assert adopted.push("fix/x").returncode == 0


def test_a_server_whose_head_names_no_branch_is_a_fault(adopted: Adopted) -> None:
    adopted.here.git("branch", "-m", "main", "develop")
    adopted.land("develop")
    adopted.remote.git("symbolic-ref", "HEAD", "refs/heads/master")
    adopted.remote.git("update-ref", "-d", "refs/heads/main")
    adopted.here.git("remote", "set-head", "origin", "--delete")
    adopted.here.git("fetch", "-q", "--prune")
    with forked_python():
        assert sdd(adopted.remote.path, "hook", "install", "--server").status == 0
    adopted.write({"docs/x.md": "x\n"})
    told = adopted.push("develop")
    assert told.returncode == 1
    assert "git config sdd.target origin/develop" in told.stderr
    told = adopted.push("--no-verify", "develop")
    (row,) = rows_of(adopted.remote.path, "target")
    assert (row.state, row.fix) == ("fault", "git symbolic-ref HEAD refs/heads/develop")
    assert f"on the server: {row.fix}" in told.stderr
    assert "push master first" not in told.stderr
    adopted.remote.git("branch", "other", "develop")
    (several,) = rows_of(adopted.remote.path, "target")
    assert (several.state, several.fix, "refs/heads/NAME" in several.message) == ("fault", None, True)
    run_fix(adopted.remote, row.fix)
    assert rows_of(adopted.remote.path, "target")[0].state == "ok"
    run_fix(adopted.here, said(adopted, "target").fix)
    pushed = adopted.push("develop")
    assert pushed.returncode == 0, pushed.stderr


def test_a_clone_of_one_branch_fetches_the_target_by_name(adopted: Adopted, tmp_path: Path) -> None:
    adopted.branch()
    adopted.land("work:work")
    clone = Scratch.clone(adopted.remote.path, tmp_path / "one", "--single-branch", "--branch", "work")
    (row,) = rows_of(clone.path, "target")
    assert (row.state, row.fix) == ("fault", "git fetch origin main:refs/remotes/origin/main")
    run_fix(clone, row.fix)
    assert rows_of(clone.path, "target")[0].state == "ok"


def test_several_remotes_want_a_word(adopted: Adopted) -> None:
    adopted.here.git("remote", "rename", "origin", "one")
    adopted.here.git("remote", "add", "two", str(adopted.remote.path))
    adopted.here.git("update-ref", "-d", "refs/remotes/one/main")
    assert said(adopted, "target")[::2] == ("fault", "git fetch --all")
    run_fix(adopted.here, "git fetch --all")
    row = said(adopted, "target")
    assert (row.state, row.fix) == ("fault", "git config sdd.target one/main")
    run_fix(adopted.here, row.fix)
    assert said(adopted, "target").message.startswith("one/main, here at ")


def test_a_target_that_is_none_is_named_anew(adopted: Adopted) -> None:
    adopted.here.git("config", "sdd.target", "origin/trunk")
    row = said(adopted, "target")
    assert (row.state, row.fix) == ("fault", "git config sdd.target origin/main")
    assert "names origin/trunk" in row.message
    run_fix(adopted.here, row.fix)
    assert said(adopted, "target").state == "ok"


def test_an_empty_remote_is_no_fault(adopted: Adopted, tmp_path: Path) -> None:
    Scratch(tmp_path / "empty.git", "--bare")
    without_target(adopted)
    adopted.here.git("config", "--unset", "branch.main.merge")
    adopted.here.git("remote", "set-url", "origin", str(tmp_path / "empty.git"))
    row = said(adopted, "target")
    assert (row.state, row.message) == ("ok", "none yet: the first push of main makes it, judged by its own policy")


def test_several_targets_are_counted(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[gate]\ntargets = ["main", "release/*"]\n'})
    adopted.land("main:release/1")
    assert said(adopted, "target").message.endswith(", the first of 2 targets")


def test_a_shallow_clone_is_told_and_fixed(adopted: Adopted, tmp_path: Path) -> None:
    for number in range(3):
        adopted.land_change({f"docs/{number}.md": "x\n"})
    clone = Scratch.clone(f"file://{adopted.remote.path}", tmp_path / "shallow", "--depth", "1")
    with forked_python():
        assert sdd(clone.path, "hook", "install").status == 0
    row = rows_of(clone.path, "history")[0]
    assert (row.state, row.fix) == ("warning", "git fetch --unshallow origin")
    clone.git("switch", "-q", "-c", "work", "HEAD")
    clone.commit("work", {"src/a.py": "1\n"})
    adopted.land_change({"docs/more.md": "x\n"})
    clone.git("fetch", "-q", "--depth", "1", "origin")
    row = rows_of(clone.path, "history")[0]
    assert (row.state, row.fix) == ("fault", "git fetch --unshallow origin")
    assert "HEAD cannot be judged" in row.message
    run_fix(clone, row.fix)
    assert rows_of(clone.path, "history")[0].state == "ok"


def test_a_partial_clone_is_told_and_fixed(adopted: Adopted, tmp_path: Path) -> None:
    adopted.land_change({"src/vat.py": "RATE = 1\n"})
    adopted.remote.git("config", "uploadpack.allowFilter", "true")
    clone = Scratch.clone(f"file://{adopted.remote.path}", tmp_path / "partial", "--filter=blob:none")
    row = rows_of(clone.path, "history")[0]
    assert (row.state, row.fix) == ("warning", "git fetch --refetch --no-filter origin")
    run_fix(clone, row.fix)
    assert rows_of(clone.path, "history")[0].state == "ok"


# -- policy ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["[gate]\nappend_onyl = true\n", '[rules]\nphr-vauge = "off"\n', "[gate\n"])
def test_a_policy_that_cannot_be_read_is_a_fault_once_it_judges(adopted: Adopted, text: str) -> None:
    adopted.here.write(POLICY, text)
    row = said(adopted, "policy")
    assert (row.state, row.fix) == ("warning", f"sdd check {POLICY}")
    assert row.message.startswith(f"in the work tree: {POLICY}:")
    run_fix(adopted.here, row.fix)
    adopted.land_change({POLICY: text})
    row = said(adopted, "policy")
    assert (row.state, row.fix) == ("fault", f"sdd check --rev origin/main {POLICY}")
    run_fix(adopted.here, row.fix)
    assert adopted.sdd(*(row.fix or "").split()[1:]).status == 1, "the fix shows it"


def test_an_agent_that_is_none_is_told(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[gate.agents]\n"src/**" = "nobody"\n'})
    row = said(adopted, "policy")
    assert (row.state, row.fix) == ("warning", "sdd agent check")
    run_fix(adopted.here, row.fix)


def test_a_time_in_which_findings_only_warn_is_told_until_it_is_over(adopted: Adopted) -> None:
    today = date.today()
    adopted.land_change({POLICY: f"[gate]\nwarn_until = {today + timedelta(days=3)}\n"})
    row = said(adopted, "grace")
    # It is as the policy wants it: there is nothing to fix.
    assert (row.state, row.fix) == ("ok", None)
    assert f"until {today + timedelta(days=3)}, 3 days more" in row.message
    adopted.land_change({POLICY: f"[gate]\nwarn_until = {today - timedelta(days=1)}\n"})
    assert said(adopted, "grace").state == "ok"


def test_a_baseline_that_cannot_be_read_comes_back_from_history(adopted: Adopted) -> None:
    entry = '{"path": "a.md", "rule": "adr-bad-status", "message": "has no status"}'
    adopted.land_change({BASELINE: f'{{"schema": "sdd/baseline/1", "findings": [{entry}]}}'})
    assert said(adopted, "baseline").message.startswith("1 finding in the baseline ")
    adopted.land_change({BASELINE: "<<<<<<< HEAD\n"})
    row = said(adopted, "baseline")
    assert row.state == "fault"
    assert f"{BASELINE}:1: no JSON" in row.message
    run_fix(adopted.here, row.fix)
    adopted.land_change({})
    assert said(adopted, "baseline").state == "ok"


def test_a_root_that_has_not_landed_rules_itself(adopted: Adopted) -> None:
    adopted.here.git("update-ref", "refs/remotes/origin/main", adopted.here.git("rev-list", "--max-parents=0", "HEAD"))
    assert said(adopted, "roots").message == "1 root in HEAD, none in origin/main yet: ."
    assert said(adopted, "policy").message == "1 file .specify/sdd.toml in HEAD"
    assert said(adopted, "hook").state == "ok"


def test_each_root_of_a_monorepo_is_looked_at(adopted: Adopted) -> None:
    adopted.land_change({f"part{number}/.specify/sdd.toml": "[gate]\n" for number in range(6)})
    assert said(adopted, "roots").message == "7 roots in origin/main: ., part0, part1, part2, part3 and 2 more"
    adopted.land_change({"part3/.specify/sdd.toml": "x\n", "part4/.specify/sdd.toml": "x\n"})
    rows = rows_of(adopted.here.path, "policy")
    assert [row.state for row in rows] == ["fault", "fault"]


# -- files -------------------------------------------------------------------------------------------------


def test_records_behind_a_filter_are_a_fault(adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("clean", "smudge"):
        adopted.here.git("config", f"filter.lfs.{key}", "cat")
    adopted.here.commit("lfs", {".gitattributes": "# filter=lfs\n*.prompt.md filter=lfs diff=lfs -text\n"})
    row, other = rows_of(adopted.here.path, "attributes")
    assert (row.state, other.state) == ("fault", "warning")
    assert "2 records through the filter lfs" in row.message
    assert row.fix == "git lfs untrack '*.prompt.md' && git add --renormalize -- '*.prompt.md'"
    (tmp_path / "git-lfs").write_text('#!/bin/sh\n[ "$1" = untrack ] && sed -i "/^[*]/d" .gitattributes\n')
    (tmp_path / "git-lfs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    run_fix(adopted.here, row.fix)
    adopted.here.commit("no lfs")
    assert said(adopted, "attributes").state == "ok"


def test_git_lfs_without_its_hook_is_told_and_chained(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.here.commit("lfs", {"assets/.gitattributes": "*.bin filter=lfs -text\n"})
    row = said(adopted, "attributes")
    assert (row.state, row.fix) == ("warning", "sdd hook uninstall && git lfs install --local && sdd hook install")
    hook = adopted.here.path / ".git" / "hooks" / "pre-push"
    (tmp_path / "git-lfs").write_text(
        f"#!/bin/sh\nprintf '#!/bin/sh\\ngit lfs pre-push \"$@\"\\n' > '{hook}'; chmod +x '{hook}'\n"
    )
    (tmp_path / "git-lfs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with forked_python():
        run_fix(adopted.here, row.fix)
    assert [said(adopted, name).state for name in ("attributes", "hook", "dry run")] == ["ok", "ok", "ok"]


def test_records_in_another_encoding_are_told(adopted: Adopted) -> None:
    adopted.here.commit("encoded", {".gitattributes": "specs/** working-tree-encoding=UTF-16LE\n"})
    row = said(adopted, "attributes")
    assert (row.state, "UTF-16LE" in row.message) == ("warning", True)


@pytest.mark.parametrize(("one", "other"), [("Read me.md", "read me.md"), ("stra\u00dfe.py", "STRASSE.py")])
def test_names_that_some_file_systems_fold_are_told_and_parted(adopted: Adopted, one: str, other: str) -> None:
    adopted.here.commit("twins", {f"docs/{one}": "1\n", f"docs/{other}": "2\n"})
    row = said(adopted, "names")
    assert row.state == "warning"
    run_fix(adopted.here, row.fix)
    adopted.here.commit("parted")
    assert said(adopted, "names").state == "ok"


def test_what_a_repository_says_does_not_reach_the_terminal_as_it_is(adopted: Adopted) -> None:
    adopted.here.commit("twins", {"docs/\x1b[31mA": "1\n", "docs/\x1b[31ma": "2\n"})
    out = adopted.sdd("doctor").out
    assert "\x1b" not in out
    assert "\\x1b[31mA" in out


def test_a_damaged_repository_is_a_fault_and_the_rest_is_told(adopted: Adopted) -> None:
    adopted.write({"src/a.py": "1\n"})
    tree = adopted.here.git("rev-parse", "HEAD^{tree}")
    adopted.here.git("update-ref", "refs/remotes/origin/main", "HEAD")
    place = adopted.here.path / ".git" / "objects" / tree[:2] / tree[2:]
    place.unlink()
    rows = examined(adopted.here.path)
    assert rows["roots"][0].state == "fault"
    assert rows["roots"][0].message.startswith("cannot be told: ")
    assert rows["git"][0].state == "ok"


@pytest.mark.parametrize("rule", [".specify/", "*.toml"])
def test_a_policy_that_git_ignores_is_a_fault(scratch: Scratch, rule: str) -> None:
    scratch.commit("Code", {".gitignore": f"{rule}\n", "a.py": "a"})
    sdd(scratch.path, "init", "--no-hooks")
    scratch.commit("Whatever git adds")
    (row,) = (row for row in rows_of(scratch.path, "roots") if row.state == "fault")
    assert ".gitignore:1 makes git ignore .specify/" in row.message
    assert scratch.run("sh", "-c", row.fix or "false").returncode == 0
    assert ".specify/sdd.toml" in scratch.git("ls-files").splitlines()
    assert [row.state for row in rows_of(scratch.path, "roots")] == ["ok"]


@pytest.mark.parametrize("rule", ["prompts/", "specs/", "history/adr/", "**/waivers/*", "history/"])
def test_records_that_git_ignores_are_a_fault(adopted: Adopted, rule: str) -> None:
    adopted.land_change({".gitignore": f"{rule}\n"})
    assert [(row.state, row.fix) for row in rows_of(adopted.here.path, "roots")] == [("fault", None), ("ok", None)]


def test_a_lock_that_git_left_is_told(adopted: Adopted) -> None:
    (adopted.here.path / ".git/index.lock").touch()
    _, row = rows_of(adopted.here.path, "git")
    assert (row.state, row.message.endswith("/.git/index.lock")) == ("warning", True), row


def test_a_committed_pin_is_told(adopted: Adopted) -> None:
    adopted.here.write(".specify/feature.json", '{"feature_directory": "specs/001-vat"}')
    adopted.here.git("add", "--force", ".specify/feature.json")
    adopted.here.git("commit", "-qm", "Pin")
    (row,) = (row for row in rows_of(adopted.here.path, "roots") if row.state == "warning")
    assert row.message == ".specify/feature.json is committed: it names the feature of one person to everybody"
    assert adopted.here.run("sh", "-c", row.fix or "false").returncode == 0
    assert (adopted.here.path / ".specify/feature.json").exists()
    assert [row.state for row in rows_of(adopted.here.path, "roots")] == ["ok"]


# -- a new version -----------------------------------------------------------------------------------------


def test_what_a_former_version_let_pass_is_told_before_a_push_meets_it(adopted: Adopted) -> None:
    assert said(adopted, "stricter").message == "nothing that a former version let pass is refused now"
    adopted.write({"src/LICENSE_check.py": "1\n", "evil.lock": "1\n", "uv.lock": "1\n", "docs/x.md": "#!/bin/sh\n"})
    adopted.here.git("update-index", "--add", "--chmod=+x", "uv.lock")
    record = min((adopted.here.path / "history/prompts").rglob("*.prompt.md"))
    path = record.relative_to(adopted.here.path).as_posix()
    adopted.here.git("update-index", "--chmod=+x", path)
    adopted.here.git("commit", "-qm", "modes")
    adopted.here.git("checkout", "-q", "--", ".")
    rows = rows_of(adopted.here.path, "stricter")
    assert [(row.state, row.message) for row in rows] == [
        (
            "warning",
            "exempt up to 0.1 by a part of its name, needs records now: evil.lock, src/LICENSE_check.py; "
            "name it whole in gate.exempt where it is no code",
        ),
        ("warning", "exempt by name, but can be executed, so that it needs records: docs/x.md, uv.lock"),
        ("warning", f"an executable record is refused (record-mode): {path}"),
    ]
    assert rows[2].fix == f"git update-index --chmod=-x {path}"
    adopted.write({".specify/sdd.toml": '[gate]\nexempt = ["*.lock"]\n'})
    adopted.land("HEAD:refs/heads/main")
    told = [row.message.partition(": ")[2] for row in rows_of(adopted.here.path, "stricter")]
    assert told == ["uv.lock", path]
