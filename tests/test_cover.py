"""`sdd cover` and `sdd phr new` to the end: checks before records, one commit, and what a push still needs."""

import json
import shlex
from pathlib import Path

import pytest

from tests.adopted import FEATURE, POLICY, Adopted, side_by_side
from tests.program import sdd
from tests.terminals import at_terminal

FIX = ("Start at one", "--kind", "fix", "--success", "It starts at one.")
PASSES = "nothing is missing: a push would pass\n"
GENERAL = "history/prompts/general"


@pytest.fixture
def two_roots(tmp_path: Path) -> Adopted:
    """A change of one commit in two roots, with none above them."""
    project = side_by_side(tmp_path)
    project.branch("fix/start")
    project.write({f"{folder}/src/start.py": "START = 1\n" for folder in ("apps/a", "apps/b")})
    return project


@pytest.fixture
def changed(adopted: Adopted) -> Adopted:
    """An uncommitted file."""
    adopted.branch()
    adopted.here.write("src/a.py", "1\n")
    return adopted


def status(adopted: Adopted) -> str:
    return adopted.here.git("status", "--porcelain", "--untracked-files=all")


def prompts(adopted: Adopted) -> list[Path]:
    """The PHRs of the change."""
    changed = adopted.here.git("diff", "--name-only", "origin/main", "HEAD").splitlines()
    return [adopted.here.path / path for path in changed if path.endswith(".prompt.md")]


def test_a_check_that_fails_in_one_root_lets_nothing_be_written_in_any(two_roots: Adopted) -> None:
    two_roots.write({"apps/a/made": "x"})
    tip = two_roots.here.tip
    words = ("cover", *FIX, "--check", "test -f made", "--run", "--commit")
    ran = two_roots.sdd(*words)
    assert (ran.status, ran.out, status(two_roots), two_roots.here.tip) == (1, "", "", tip)
    assert ran.err.splitlines() == [
        "sdd: check 1, run in apps/a: test -f made",
        "sdd: check 1, run in apps/b: test -f made",
        "sdd: a check failed, no record was written: test -f made (exit 1, in apps/b)",
        "  make it pass, then run this command again; without --run its box stays unticked",
    ]
    document = two_roots.sdd(*words, "--json").document
    assert (document["schema"], "test -f made (exit 1, in apps/b)" in document["message"]) == ("sdd/error/1", True)


def test_checks_run_once_in_each_root_and_are_ticked(two_roots: Adopted) -> None:
    log = two_roots.folder / "log"
    checks = ("--check", f"pwd >> {log}", "--check", "touch src/left.py")
    ran = two_roots.sdd("cover", *FIX, *checks, "--run", "--commit")
    assert log.read_text().split() == [str(two_roots.here.path / app) for app in ("apps/a", "apps/b")]
    assert len(prompts(two_roots)) == 2
    for file in prompts(two_roots):
        text = file.read_text()
        assert text.count("- [x] ") == 2
        assert "files: [src/start.py]\n" in text
    # What the checks left behind is in no record, and in no push.
    said = "nothing is missing: a push would pass; not committed: apps/a/src/left.py, apps/b/src/left.py"
    assert (ran.status, ran.out.splitlines()[-1]) == (0, said)


def test_what_is_not_committed_stays_out_of_a_committed_record(two_roots: Adopted) -> None:
    two_roots.here.write("apps/b/src/scratch.py", "1\n")
    ran = two_roots.done("cover", *FIX, "--check", "true", "--commit")
    assert ran.out.endswith("would pass; not committed: apps/b/src/scratch.py\n")
    assert all("scratch" not in file.read_text() for file in prompts(two_roots))
    assert two_roots.push("HEAD:main").returncode == 0


def test_all_records_are_one_commit_that_an_audit_joins_with_its_change(two_roots: Adopted) -> None:
    before, landed = two_roots.here.tip, two_roots.here.git("rev-parse", "main")
    two_roots.done("cover", *FIX, "--check", "true", "--commit")
    assert two_roots.here.git("log", "--format=%s", f"{before}..").splitlines() == ["PHR: Start at one"]
    assert len(prompts(two_roots)) == 2
    assert two_roots.push("HEAD:main").returncode == 0
    ran = two_roots.sdd("audit", "--fail-under", "100", "--json", f"{landed}..HEAD")
    assert (ran.status, ran.document["changes"]) == (0, 1), ran


def test_the_message_of_the_commit_can_be_said(two_roots: Adopted) -> None:
    two_roots.done("cover", *FIX, "--check", "true", "--commit", "--message", "chore: records", "--signoff")
    subject, _, body = two_roots.here.git("log", "-1", "--format=%B").partition("\n")
    assert (subject, "Signed-off-by: " in body) == ("chore: records", True)


def test_what_is_uncommitted_is_named_and_a_later_commit_takes_it(changed: Adopted) -> None:
    changed.write({})
    ran = changed.done("cover", *FIX, "--check", "true")
    path = ran.out.splitlines()[0].removeprefix("wrote ")
    left = f"nothing is missing: a push would pass once {path} is committed"
    assert ran.out.splitlines()[1:] == [left]
    assert changed.push("work").returncode != 0
    assert changed.done("cover").out == f"{left}\n"
    assert "push     would pass once the uncommitted file is committed: 1 covered\n" in changed.done("status").out
    assert changed.done("cover", "--commit").out == f"committed {path}\n{PASSES}"
    assert changed.here.git("log", "-1", "--format=%s") == "PHR: Start at one"
    assert changed.push("work").returncode == 0
    assert "push     would pass: 1 covered\n" in changed.done("status").out


def test_uncommitted_work_is_left_to_its_author(changed: Adopted) -> None:
    changed.here.write("notes.md", "Not governed.\n")
    ran = changed.done("cover", *FIX, "--check", "true", "--commit", "--json").document
    (record,) = ran["records"]
    assert (ran["uncommitted"], ran["committed"]) == ([record, "src/a.py"], [])
    assert status(changed).splitlines() == [f"A  {record}", "?? notes.md", "?? src/a.py"]
    left = PASSES.replace("pass\n", f"pass once {record}, src/a.py are committed\n")
    assert changed.done("cover").out == left
    assert changed.done("cover", "--commit").out == f"staged {record}, for the commit of what it names\n{left}"


def test_a_record_lands_with_the_work_that_it_was_written_before(changed: Adopted) -> None:
    changed.here.git("add", "src/a.py")
    changed.done("cover", *FIX, "--check", "true", "--run", "--commit")
    changed.here.git("commit", "-qm", "fix: start at one")
    assert status(changed) == ""
    assert changed.push("HEAD:main").returncode == 0
    changed.here.git("fetch", "-q")
    document = changed.sdd("audit", "--fail-under", "100", "--json").document
    assert (document["perhaps"], document["passed"]) == (0, document["changes"])
    # What is changed again after its commit is recorded as before.
    changed.branch("again", "origin/main")
    changed.write({"src/a.py": "2\n"})
    changed.here.write("src/a.py", "3\n")
    words = ("Start at three", *FIX[1:], "--check", "true", "--commit", "--json")
    assert changed.done("cover", *words).document["committed"]


def test_a_failing_check_prints_a_document(changed: Adopted) -> None:
    words = ("phr", "new", *FIX, "--run", "--json", "--timeout", "0.3", "--check")
    ran = changed.sdd(*words, "exit 3", "--check", "sleep 30")
    document = json.loads(ran.out)
    said = "2 checks failed, no record was written: exit 3 (exit 3, in .); sleep 30 (time limit, in .)"
    assert (ran.status, document["schema"], document["message"]) == (1, "sdd/error/1", said)
    assert "make it pass" in document["fix"]
    assert status(changed) == "?? src/a.py"


def test_one_prompt_from_standard_input_for_every_root(two_roots: Adopted) -> None:
    words = ("cover", *FIX, "--check", "true", "--commit", "--prompt-file", "-")
    ran = two_roots.sdd(*words, stdin="Let every app start at one.\n")
    assert ran.status == 0, ran
    assert len(prompts(two_roots)) == 2
    assert all("Let every app start at one.\n" in file.read_text() for file in prompts(two_roots))


@pytest.mark.parametrize("command", [("phr", "new"), ("cover",)])
@pytest.mark.parametrize("what", ["prompt", "response"])
def test_an_empty_text_is_refused(changed: Adopted, command: tuple[str, ...], what: str) -> None:
    changed.here.write(".git/empty", " \n")
    for file, name in (("-", "standard input"), (".git/empty", ".git/empty")):
        ran = changed.sdd(*command, *FIX, "--check", "true", f"--{what}-file", file, stdin="\n")
        assert (ran.status, f"{name} is empty: there is no {what}" in ran.err) == (2, True), ran
    assert status(changed) == "?? src/a.py"


def test_what_is_recorded_already_is_named(changed: Adopted) -> None:
    changed.done("phr", "new", *FIX, "--check", "true")
    (path,) = (path.relative_to(changed.here.path) for path in (changed.here.path / GENERAL).glob("*start-at-one*"))
    said = f"sdd: nothing is left to record: {path} covers the change"
    again = ("phr", "new", "Start again", "--kind", "fix", "--success", "It is.", "--check", "true")
    ran = changed.sdd(*again)
    assert (ran.status, ran.err.splitlines()) == (2, [said, "  commit what is uncommitted, then push"])
    changed.write({})
    assert changed.sdd(*again).err.splitlines() == [said, "  push"]
    ended, shown = at_terminal(changed.here.path, ["phr", "new"], [])
    assert (ended, said in shown, "title" in shown) == (2, True, False), shown


def test_with_nothing_changed_nothing_is_asked(adopted: Adopted) -> None:
    adopted.branch()
    ended, shown = at_terminal(adopted.here.path, ["phr", "new"], [])
    assert (ended, "nothing has changed that a PHR could name" in shown) == (2, True), shown


def test_the_policy_is_left_to_who_decides_it(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({POLICY: '[gate]\nexempt_also = ["src/**"]\n', "src/a.py": "1\n"})
    words = ("cover", *FIX, "--check", "true", "--run", "--commit")
    ran = adopted.sdd(*words)
    assert (ran.status, "something else comes first: sdd phr new" in ran.err) == (2, True), ran
    assert "ask a person whether .specify/sdd.toml may change" in ran.err
    (line,) = [
        line.removeprefix("sdd: something else comes first: sdd ")
        for line in ran.err.splitlines()
        if "--stage constitution" in line
    ]
    adopted.done(*shlex.split(line.replace("TITLE", "Exempt the sources")))
    adopted.done(*words)
    assert adopted.gate()["verdict"] == "pass"


@pytest.mark.parametrize(
    ("shell", "before", "at"),
    [
        (".", (), "-C apps/a "),
        (".", ("-C", "apps/a"), "-C apps/a "),
        ("apps/a", (), ""),
        ("apps/b", (), "-C ../a "),
        ("..", ("-C", "here"), "-C here/apps/a "),
    ],
)
def test_a_printed_line_works_where_it_is_pasted(
    two_roots: Adopted, shell: str, before: tuple[str, ...], at: str
) -> None:
    two_roots.write({f"apps/a/{POLICY}": '[gate]\nexempt_also = ["lib/**"]\n'})
    folder = two_roots.here.path / shell
    ran = sdd(folder, *before, "cover", *FIX, "--check", "true", "--run", "--commit")
    (line,) = [
        line.removeprefix("sdd: something else comes first: sdd ")
        for line in ran.err.splitlines()
        if "--stage constitution" in line
    ]
    assert line.startswith(f'{at}phr new "TITLE"')
    assert f"ask a person whether apps/a/{POLICY} may change" in ran.err
    assert sdd(folder, *shlex.split(line.replace("TITLE", "Exempt the library"))).status == 0
    assert sdd(folder, *before, "cover", *FIX, "--check", "true", "--run", "--commit").status == 0
    assert two_roots.gate()["verdict"] == "pass"


@pytest.mark.parametrize(("shell", "at"), [(".", "-C apps/a "), ("apps/a", "")])
def test_what_comes_first_is_told_as_the_shell_runs_it(two_roots: Adopted, shell: str, at: str) -> None:
    two_roots.land("main")
    two_roots.branch("feat/tax")
    two_roots.write({"apps/a/src/tax.py": "1\n"})
    line = f'{at}feature new "TITLE"'
    ran = sdd(two_roots.here.path / shell, "cover", "Add a tax", "--kind", "feature")
    assert (ran.status, ran.err.splitlines()[0]) == (2, f"sdd: something else comes first: sdd {line}")
    assert f"sdd {line}" in sdd(two_roots.here.path / shell, "-C", str(two_roots.here.path / "apps/a"), "status").out


def test_where_one_record_cannot_be_written_none_stays(two_roots: Adopted) -> None:
    two_roots.here.write("apps/b/history/prompts", "No folder.\n")
    ran = two_roots.sdd("cover", *FIX, "--check", "true", "--commit")
    assert (ran.status, status(two_roots)) == (3, "?? apps/b/history/prompts"), ran


def test_a_title_that_asks_for_nothing_is_refused_first(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    words = ["--kind", "feature", "--feature", FEATURE, "--requirement", "FR-001", "--success", "It does."]
    words += ["--constraint", "No dependency.", "--non-goal", "Others.", "--check", "true", "--run", "--commit"]
    ran = adopted.sdd("cover", "Do it well", *words)
    assert (ran.status, ran.err.count("asks for nothing"), "check 1" in ran.err) == (2, 1, False), ran
    assert status(adopted) == ""
    assert adopted.done("cover", "Refund what was paid", *words, "--json").document["errors"] == 0
    assert len(prompts(adopted)) == 1
    assert "do-it-well" not in adopted.here.git("diff", "--name-only", "origin/main", "HEAD")


def test_what_only_moves_to_another_root_needs_one_record(two_roots: Adopted) -> None:
    two_roots.land("HEAD:main")
    two_roots.branch("refactor/move", "HEAD")
    two_roots.here.git("mv", "apps/a/src/start.py", "apps/b/src/moved.py")
    two_roots.write({}, "Move the start")
    terms = (
        "--kind",
        "refactor",
        "--success",
        "It starts in b.",
        "--check",
        "test -f src/moved.py",
        "--run",
        "--commit",
    )
    assert 'next[refactor] sdd -C apps/b phr new "TITLE" --kind refactor' in two_roots.done("status").out
    assert two_roots.done("cover", "Move the start", *terms, "--json").document["errors"] == 0
    assert [file.parent for file in prompts(two_roots)] == [two_roots.here.path / "apps/b" / GENERAL]
    assert two_roots.push("refactor/move").returncode == 0
