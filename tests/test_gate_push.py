"""What a real push through the installed hook may and may not do."""

import os
import subprocess
from pathlib import Path

from sdd.render.text.verdict import INSTALL
from tests.adopted import CONSTITUTION, FEATURE, LANDED, OPEN, POLICY, PROMISE, Adopted, phr, rows_of, rules_of, sdd
from tests.forked import FORKED_PYTHON, forked_python
from tests.scratch import Scratch

CODE: dict[str, str | bytes | None] = {"src/new.py": "NEW = 1\n"}
RECORD = "history/prompts/general/0001-rounding.green.prompt.md"
FIX = phr(["src/new.py"], kind="fix", embedded=PROMISE)
MEND = ["phr", "new", "Add new", "--kind", "fix", "--success", "It is new.", "--check", "true"]


def refused(adopted: Adopted, *refspecs: str, because: str = "change-no-phr") -> str:
    done = adopted.push(*refspecs)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "push refused" in done.stderr, done.stderr
    assert because in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def let_through(adopted: Adopted, *refspecs: str, cwd: Path | None = None) -> str:
    done = adopted.push(*refspecs, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_push_is_refused_mended_and_let_through(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(CODE)
    refused(adopted, "work")
    assert "work" not in adopted.remote.git("branch")
    adopted.done(*MEND, "--commit")
    assert "sdd: pass: refs/heads/work" in let_through(adopted, "work")
    assert adopted.remote.git("rev-parse", "work") == adopted.here.git("rev-parse", "work")


def test_a_push_to_the_target_itself_is_judged(adopted: Adopted) -> None:
    adopted.write(CODE)
    refused(adopted, "main")
    adopted.done(*MEND, "--commit")
    let_through(adopted, "main")


def test_a_second_ref_of_the_same_push_is_judged(adopted: Adopted) -> None:
    adopted.branch("good")
    adopted.write({"docs/guide.md": "Text.\n"})
    adopted.branch("bad")
    adopted.write(CODE)
    told = refused(adopted, "good", "bad")
    assert "push refused: refs/heads/bad" in told
    assert "pass: refs/heads/good" in told
    assert "good" not in adopted.remote.git("branch")
    refused(adopted, "good", "bad:refs/tags/v1")


def test_a_branch_that_is_not_checked_out_is_judged(adopted: Adopted) -> None:
    adopted.branch("bad")
    adopted.write(CODE)
    adopted.here.git("switch", "-q", "main")
    refused(adopted, "bad")
    adopted.here.git("tag", "v1", "bad")
    refused(adopted, "v1")
    refused(adopted, "bad~0:refs/heads/other")


def test_a_mend_that_is_only_staged_is_no_mend(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(CODE)
    adopted.done(*MEND)
    told = refused(adopted, "work")
    assert f"next: git add -- {RECORD.replace('rounding', 'add-new')} && git commit" in told
    assert "next[" not in told
    adopted.here.git("add", "--all")
    told = refused(adopted, "work")
    assert "git commit -m" in told
    adopted.here.git("commit", "-q", "-m", "Record")
    let_through(adopted, "work")


def test_what_lies_in_the_work_tree_never_changes_the_verdict(adopted: Adopted) -> None:
    adopted.branch("recorded")
    adopted.write(CODE | {RECORD: FIX})
    adopted.branch("work")
    adopted.write({"src/vat.py": "RATE = 7\n"})
    adopted.here.git("switch", "-q", "--detach", "main")
    adopted.here.write(POLICY, '[gate]\nexempt = ["**"]\n')
    adopted.here.write("history/prompts/general/0002-x.green.prompt.md", phr(["src/vat.py"], kind="chore"))
    adopted.here.git("add", "--all")
    refused(adopted, "work")
    adopted.here.write("src/vat.py", "broken(")
    let_through(adopted, "recorded")


def test_code_hidden_in_a_merge_commit_is_found(adopted: Adopted) -> None:
    adopted.branch("side")
    adopted.write({"docs/one.md": "One.\n"})
    adopted.branch("work", "main")
    adopted.write({"docs/two.md": "Two.\n"})
    adopted.here.git("merge", "-q", "--no-commit", "--no-ff", "side")
    adopted.write(CODE, "Merge side")
    assert len(adopted.here.git("rev-list", "--parents", "-1", "HEAD").split()) == 3
    assert "src/new.py" in refused(adopted, "work")


def test_a_deleted_branch_and_an_empty_push_pass(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"docs/guide.md": "Text.\n"})
    let_through(adopted, "work")
    let_through(adopted, "work")
    let_through(adopted, ":work")
    assert "work" not in adopted.remote.git("branch")


def test_a_policy_weakened_in_the_same_push_has_no_effect(adopted: Adopted) -> None:
    weak = '[gate]\nexempt = ["**"]\nwarn_until = 2999-01-01\ndraft = ["**"]\n[rules]\nchange-no-phr = "off"\n'
    adopted.branch()
    adopted.write(CODE | {POLICY: weak})
    told = refused(adopted, "work")
    assert "policy-changed" in told
    assert "src/new.py" in told


def test_an_old_branch_that_brings_back_a_landed_record_is_not_covered_by_it(adopted: Adopted) -> None:
    adopted.branch("old", "main~3")
    text = adopted.here.git("show", f"main:{LANDED}") + "\n"
    contract = adopted.here.git("show", f"main:{OPEN}") + "\n"
    spec = adopted.here.git("show", f"main:specs/{FEATURE}/spec.md") + "\n"
    files: dict[str, str | bytes | None] = {LANDED: text, OPEN: contract, f"specs/{FEATURE}/spec.md": spec}
    adopted.write(files | {"src/reverse/charge.py": "CHARGED = 'other'\n"})
    refused(adopted, "old")
    other = LANDED.replace("0001-", "0005-")
    adopted.write({LANDED: None, other: text.replace('"0001"', '"0005"')})
    refused(adopted, "old", because="phr-replayed")


CODE_AMONG_RECORDS = [
        f"specs/{FEATURE}/run.py", "specs/tool.sh", ".specify/scripts/run.sh", ".specify/run.py",
        "history/run.py", "history/prompts/run.py", "history/prompts/001-vat/0002-x.green.prompt.py",
        "history/contracts/001-vat/0002-x.contract.yaml", "docs/conf.py", "history/notes.md",
]  # fmt: skip


def test_code_among_the_records_is_code(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(dict.fromkeys(CODE_AMONG_RECORDS, "print(1)\n"))
    assert {path for path, row in rows_of(adopted.gate()).items() if row["lacks"]} == {*CODE_AMONG_RECORDS}
    refused(adopted, "work")


def test_links_and_submodules_are_governed(adopted: Adopted) -> None:
    adopted.branch()
    (adopted.here.path / "docs").mkdir()
    (adopted.here.path / "docs/link.md").symlink_to("../src/vat.py")
    (adopted.here.path / f"specs/{FEATURE}/plan.md").symlink_to("../../src/vat.py")
    adopted.here.git("add", "--all")
    oid = adopted.here.git("rev-parse", "main")
    adopted.here.git("update-index", "--add", "--cacheinfo", f"160000,{oid},docs/module.md")
    adopted.here.git("commit", "-q", "-m", "links")
    document = adopted.gate()
    lacking = {row["path"] for change in document["changes"] for row in change["files"] if row["lacks"]}
    assert lacking == {"docs/link.md", "docs/module.md", f"specs/{FEATURE}/plan.md"}
    assert "record-symlink" in rules_of(document)
    refused(adopted, "work", because="record-symlink")


def test_a_module_at_the_top_of_the_judged_tree_is_not_imported(adopted: Adopted) -> None:
    for name in ("yaml", "click", "sdd", "pathspec", "json"):
        (adopted.here.path / f"{name}.py").write_text("raise SystemExit(0)\n")
    adopted.branch()
    adopted.write({})
    refused(adopted, "work")


def test_a_push_from_a_subfolder_and_from_a_worktree(adopted: Adopted, tmp_path: Path) -> None:
    adopted.branch()
    adopted.write(CODE)
    done = adopted.push("work", cwd=adopted.here.path / "src")
    assert done.returncode == 1
    adopted.here.git("switch", "-q", "main")
    other = tmp_path / "other tree"
    adopted.here.git("worktree", "add", "-q", str(other), "work")
    done = adopted.push("work", cwd=other / "src")
    assert done.returncode == 1
    assert "src/new.py:1:1: change-no-phr" in done.stderr
    (other / RECORD).parent.mkdir(parents=True)
    (other / RECORD).write_text(FIX)
    assert f"git add -- {RECORD}" in adopted.push("work", cwd=other).stderr
    subprocess.run(["git", "add", "--all"], cwd=other, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "Record"], cwd=other, check=True)
    let_through(adopted, "work", cwd=other / "src")


def test_a_bare_repository_judges_any_two_commits(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(CODE)
    adopted.land("work")
    bare = Adopted(adopted.folder)
    bare.here = adopted.remote
    document = bare.gate("--base", "main", "--head", "work")
    assert (document["verdict"], rules_of(document)) == (
        "fail",
        {"change-no-phr", "change-no-contract", "change-no-spec"},
    )
    assert bare.gate("--base", "main~1", "--head", "main")["verdict"] == "pass"


def test_a_server_judges_what_it_receives_in_quarantine(adopted: Adopted) -> None:
    hook = adopted.remote.path / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\nexec {FORKED_PYTHON} -P -m sdd gate --pre-receive >&2\n")
    hook.chmod(0o755)
    adopted.branch()
    adopted.write(CODE)
    done = adopted.push("--no-verify", "work")
    assert done.returncode == 1
    assert "remote: src/new.py:1:1: change-no-phr" in done.stderr
    assert "pre-receive hook declined" in done.stderr
    # Whoever gets that far may have no sdd, and is told once how to get it, above the last line.
    both = adopted.push("--no-verify", "work", "work:main")
    told = both.stderr.splitlines()
    (place,) = (number for number, line in enumerate(told) if INSTALL in line)
    assert "; why: sdd rule show" in told[place + 1]
    assert both.returncode == 1
    assert INSTALL in (Path(__file__).parents[1] / "README.md").read_text()
    assert not any(INSTALL in adopted.sdd("gate", form).out for form in ("-v", "--json"))
    assert INSTALL in adopted.sdd("gate", "--format", "markdown").out
    assert adopted.push("--no-verify", "work:main").returncode == 1
    adopted.done(*MEND, "--commit")
    assert adopted.push("--no-verify", "work", "work:main").returncode == 0


def test_a_hook_that_cannot_judge_refuses(adopted: Adopted) -> None:
    adopted.land_change({POLICY: "[gate]\nexmpt = []\n"})
    adopted.branch()
    adopted.write(CODE)
    done = adopted.push("work")
    assert done.returncode == 1
    assert f"{POLICY}:2: gate.exmpt: unknown key" in done.stderr
    assert "work" not in adopted.remote.git("branch")
    record = phr([POLICY], stage="constitution", prompt="Mend the policy.", id="0009")
    adopted.branch("mend", "main")
    path = "history/prompts/constitution/0009-mend.constitution.prompt.md"
    adopted.write({POLICY: "[gate]\n", path: record})
    let_through(adopted, "mend")


def test_the_adopting_push_of_a_fresh_repository(tmp_path: Path) -> None:
    remote = Scratch(tmp_path / "remote.git", "--bare")
    here = Scratch(tmp_path / "here")
    here.git("remote", "add", "origin", str(remote.path))
    here.commit("code", {"a.py": "1\n"})
    with forked_python():
        assert sdd(here.path, "init").status == 0
    here.commit("Adopt sdd")
    done = here.run("git", "push", "origin", "main")
    assert done.returncode == 0, done.stderr
    here.commit("more", {"b.py": "1\n"})
    assert here.run("git", "push", "origin", "main").returncode == 1


def test_a_rewind_of_the_target_is_judged_by_what_it_loses(adopted: Adopted) -> None:
    adopted.here.git("reset", "-q", "--hard", "main~1")
    adopted.here.commit("other", {"docs/x.md": "x\n"})
    assert "history-rewritten" in refused(adopted, "--force", "main", because="history-rewritten")
    assert os.fspath(CONSTITUTION) in adopted.here.git("ls-files")
    refused(adopted, ":main", because="history-rewritten")
