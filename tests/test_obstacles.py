"""Where git, a forge or a name stands in the way: the way that works is said, or taken."""

import json
import os
from pathlib import Path

import pytest

from sdd.authoring.defaults import literal_pattern
from sdd.base.paths import as_text, from_text
from sdd.gate.cover import Patterns, anchored, begins_literally
from sdd.records.kinds.file_entries import path_of
from sdd.render.forges import sarif
from tests.adopted import PROMISE, Adopted, phr, rules_of, sdd
from tests.scratch import Scratch
from tests.verdicts import finding, verdict_of

FIX = ("--kind", "fix", "--success", "It works.", "--check", "true", "--commit")


def test_a_repository_of_another_owner_is_told_with_the_way_in(adopted: Adopted) -> None:
    ran = adopted.sdd("gate", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert ran.status == 3
    assert "another user owns the repository" in ran.err
    assert f"git config --global --add safe.directory {adopted.here.path}" in ran.err


def test_a_record_is_committed_in_a_sparse_checkout(adopted: Adopted, tmp_path: Path) -> None:
    clone = Scratch.clone(str(adopted.remote.path), tmp_path / "sparse")
    clone.git("sparse-checkout", "set", "src")
    clone.git("switch", "-q", "-c", "fix/q")
    clone.commit("Sum prices", {"src/q.py": "Q = 3\n"})
    ran = sdd(clone.path, "phr", "new", "Sum prices", *FIX)
    assert ran.status == 0, ran
    assert clone.git("show", "--stat", "--format=%s", "HEAD").startswith("PHR: Sum prices")
    assert sdd(clone.path, "gate").status == 0


@pytest.mark.parametrize(
    ("scope", "path", "matches"),
    [
        ("/app/[id]/**", "app/[id]/page.tsx", True),
        ("/app/[id]/**", "app/i/page.tsx", True),
        ("/app/[id]/**", "app/x/page.tsx", False),
        ("app/[...slug]/page.tsx", "app/[...slug]/page.tsx", True),
        (r"/app/\[id\]/**", "app/[id]/page.tsx", True),
        (r"/app/\[id\]/**", "app/i/page.tsx", False),
        ("/app/(shop)/**", "app/(shop)/page.tsx", True),
        ("/app/[id/**", "app/[id/page.tsx", True),
    ],
)
def test_a_folder_in_brackets_is_in_a_scope_that_names_it(scope: str, path: str, matches: bool) -> None:
    assert Patterns(anchored([scope])).match(path) == matches


@pytest.mark.parametrize("path", ["trail ", "src/trail ", "\\ ", "a  b", "[ ]", "!a", " "])
def test_a_path_of_any_name_is_a_pattern_of_its_own(path: str) -> None:
    pattern = literal_pattern(path)
    assert begins_literally(pattern)
    assert pattern.strip() == pattern
    assert Patterns([pattern]).match(path)
    assert not Patterns([pattern]).match(f"{path}x")


def test_a_scope_with_a_route_of_the_app_covers_it(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"app/[id]/page.tsx": "1\n"})
    adopted.done("phr", "new", "Show one order", "--scope", "/app/[id]/**", *FIX)
    assert adopted.gate()["verdict"] == "pass"


def test_a_trivial_prompt_is_the_reason_that_is_given(adopted: Adopted) -> None:
    adopted.branch()
    record = "history/prompts/general/0007-go-on.green.prompt.md"
    adopted.write({"src/b.py": "B = 2\n", record: phr(["src/b.py"], kind="fix", prompt="Continue", embedded=PROMISE)})
    ran = adopted.sdd("gate")
    assert f'needs a PHR: the prompt of {record}, "Continue", asks for nothing' in ran.out


def test_a_log_holds_no_more_results_than_a_forge_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict, ways = verdict_of("x")
    severities = ("warning", "error", "warning", "error")
    findings = tuple(finding("a.py", name, severity=name, line=line) for line, name in enumerate(severities, 1))
    verdict = verdict._replace(changes=(verdict.changes[0]._replace(findings=findings, waived=()),))
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    run = json.loads(sarif.verdict_text(verdict, ways))["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
    notes = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert "1 of 4 findings are left out, warnings first" in notes


def test_a_list_of_revisions_that_is_missing_hides_nothing(adopted: Adopted) -> None:
    settings = adopted.folder / "gitconfig"
    settings.write_text("[blame]\n\tignoreRevsFile = .git-blame-ignore-revs\n")
    assert adopted.sdd("why", "src/vat.py:1", GIT_CONFIG_GLOBAL=str(settings)).status == 0


def test_a_submodule_at_another_commit_is_a_chore(adopted: Adopted, tmp_path: Path) -> None:
    library = Scratch(tmp_path / "library")
    library.commit("one", {"x": "1\n"})
    adopted.here.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", str(library.path), "lib")
    adopted.land_change({})
    adopted.branch()
    (adopted.here.path / "lib" / "x").write_text("2\n")
    adopted.here.git("-C", "lib", "commit", "-qam", "two")
    adopted.write({})
    adopted.done("phr", "new", "Bump lib", "--kind", "chore", "--human", "--commit")
    verdict = adopted.gate()
    assert (verdict["verdict"], rules_of(verdict)) == ("pass", set())


def test_a_new_submodule_is_no_chore(adopted: Adopted, tmp_path: Path) -> None:
    library = Scratch(tmp_path / "library")
    library.commit("one", {"x": "1\n"})
    adopted.branch()
    adopted.here.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", str(library.path), "lib")
    adopted.write({})
    adopted.done("phr", "new", "Add lib", "--kind", "chore", "--human", "--commit")
    assert "change-not-a-chore" in rules_of(adopted.gate())


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("src/a.py", "src/a.py"),
        ("src/gr\u00f6\u00dfe.py", "src/gr\u00f6\u00dfe.py"),
        ("app/gr\udcf6\udcdfe.py", r'"app/gr\366\337e.py"'),
        ('app/"\udcf6\\.py', r'"app/\"\366\\.py"'),
    ],
)
def test_a_name_that_is_not_utf_8_is_written_as_git_quotes_it(path: str, written: str) -> None:
    assert as_text(path) == written
    assert path_of(written) == path


@pytest.mark.parametrize("written", [r'"src\app\new.py"', '"src/a b.py"', r'"\999"', '"', r"\366"])
def test_other_quotes_are_not_gits(written: str) -> None:
    assert from_text(written) is None


def test_a_file_whose_name_is_not_utf_8_is_covered(adopted: Adopted) -> None:
    adopted.branch()
    odd = os.fsdecode(b"app/gr\xf6\xdfe.py")
    adopted.write({odd: "1\n"})
    adopted.done("phr", "new", "Add sizes", *FIX)
    record = next((adopted.here.path / "history/prompts").rglob("*add-sizes*"))
    assert r"app/gr\\366\\337e.py" in record.read_text()
    assert adopted.gate()["verdict"] == "pass"
    assert adopted.sdd("check").status == 0
    assert adopted.sdd("phr", "list", "--json").status == 0


@pytest.mark.parametrize(
    ("path", "target", "passes"),
    [
        ("CLAUDE.md", "AGENTS.md", True),
        ("GEMINI.md", "./AGENTS.md", True),
        ("CLAUDE.md", "/etc/passwd", False),
        ("CLAUDE.md", "../AGENTS.md", False),
        ("CLAUDE.md", "nowhere.md", False),
        ("CLAUDE.md", "src/vat.py", False),
        ("history/adr/0001-x.md", "../../AGENTS.md", False),
    ],
)
def test_an_agent_file_may_show_another(adopted: Adopted, path: str, target: str, passes: bool) -> None:
    adopted.branch()
    (adopted.here.path / "AGENTS.md").write_text("# Agents\n\nUse tabs.\n")
    (adopted.here.path / path).parent.mkdir(parents=True, exist_ok=True)
    (adopted.here.path / path).symlink_to(target)
    adopted.write({})
    assert (adopted.gate()["verdict"] == "pass") == passes


def test_a_work_tree_that_the_environment_names(adopted: Adopted, tmp_path: Path) -> None:
    adopted.branch()
    adopted.write({"src/vat.py": "1\n"})
    kept = tmp_path / "kept.git"
    (adopted.here.path / ".git").rename(kept)
    (tmp_path / "elsewhere").mkdir()
    named = {"GIT_DIR": str(kept), "GIT_WORK_TREE": str(adopted.here.path)}
    for folder in (tmp_path / "elsewhere", adopted.here.path, adopted.here.path / "src"):
        ran = sdd(folder, "adr", "new", f"Use {folder.name}", "--commit", **named)
        assert (ran.status, ran.out.startswith("committed history/adr/")) == (0, True), ran
        assert sdd(folder, "status", **named).out.startswith("branch   work: ")
        assert sdd(folder, "gate", **named).status == 1


def test_a_sparse_checkout_without_the_records(adopted: Adopted) -> None:
    adopted.here.git("sparse-checkout", "set", "--cone", "src")
    adopted.branch()
    adopted.write({"src/vat.py": "1\n"})
    waiver = ("waiver", "new", "change-no-phr", "--path", "src/vat.py", "--days", "9", "--reason", "Late.")
    for words in (("phr", "new", "Add vat", *FIX), ("adr", "new", "Use decimals"), (*waiver, "--approved-by", "Ada")):
        adopted.done(*words, *([] if "--commit" in words else ["--commit"]))
    assert adopted.gate()["verdict"] == "pass"
    ran = adopted.sdd("init")
    assert (ran.status, "git sparse-checkout add .specify history" in ran.err) == (3, True), ran
    assert adopted.here.git("status", "--porcelain") == ""
