"""What `sdd cover`, `phr new` and `contract new` ask for on a terminal, and that they ask nowhere else."""

import shlex
from pathlib import Path

import pytest

from sdd.authoring.suggestions import suggested_check
from sdd.records.packaged import PHR, template
from tests.adopted import SPEC, Adopted, Ran
from tests.good import TARGET
from tests.terminals import CTRL_C, at_terminal

_SUCCESS = "Halves are rounded up."


@pytest.fixture
def fix(adopted: Adopted) -> Adopted:
    """A fix that is committed and lacks its records, in a project with tests."""
    adopted.land_change({"Makefile": "check:\n\ttrue\n\ntest: check\n\ttrue\n"})
    adopted.branch("fix/round-halves")
    adopted.write({"src/round.py": "1\n"}, "fix(tax): round halves up")
    return adopted


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody seems to be at a terminal: what is given on standard input are the answers."""
    monkeypatch.setattr("sdd.cli.typed.can_ask", lambda: True)


def asked(adopted: Adopted, *arguments: str, answers: tuple[str, ...]) -> Ran:
    """A command that must ask for exactly these answers."""
    ran = adopted.sdd(*arguments, stdin="".join(f"{answer}\n" for answer in answers))
    assert ran.status == 0, ran
    return ran


def test_cover_asks_step_by_step_and_the_push_passes(fix: Adopted) -> None:
    status, shown = at_terminal(fix.here.path, ["cover"], ["", "", "It is. Now.", _SUCCESS, "", "", ""])
    assert status == 0, shown
    for line in (
        "sdd: this looks like a fix: its commits begin with fix:",
        "kind (feature, fix, refactor, revert, chore) [fix]: ",
        "title [Round halves up]: ",
        "Error: the success criteria are more than one sentence: keep one sentence",
        "a command that checks it [make check]: ",
        "run the check now, and tick it [Y/n]: ",
        "sdd: check 1, run in .: make check",
        "commit the record [Y/n]: ",
        "nothing is missing: a push would pass",
    ):
        assert line in shown, shown
    (item,) = fix.done("phr", "list", "--json", "--limit", "1").document["items"]
    assert (item["title"], item["files"]) == ("Round halves up", ["src/round.py"])
    assert fix.push("fix/round-halves").returncode == 0


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("command", ["cover", "phr new"])
def test_a_begun_phr_comes_before_any_question(fix: Adopted, command: str) -> None:
    begun = "history/prompts/general/0001-round.green.prompt.md"
    fix.write({begun: template(PHR)})
    ran = fix.sdd(*command.split(), stdin="fix\nTitle\n")
    assert (ran.status, f"something else comes first: fill in {begun}, with files: src/round.py" in ran.err) == (
        2,
        True,
    )


@pytest.mark.parametrize("command", [["cover"], ["phr", "new"], ["contract", "new"]])
def test_ctrl_c_writes_nothing(fix: Adopted, command: list[str]) -> None:
    tip = fix.here.tip
    status, shown = at_terminal(fix.here.path, command, ["fix", "", CTRL_C])
    assert (status, fix.here.tip, fix.here.git("status", "--porcelain")) == (130, tip, ""), shown


@pytest.mark.parametrize("command", ["cover", "phr new", "contract new"])
def test_nothing_asks_where_nobody_answers(fix: Adopted, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = fix.sdd(*command.split(), stdin="fix\nTitle\nIt is.\n")
    assert (piped.status, piped.out, fix.here.git("status", "--porcelain")) == (2, "", "")
    assert "Missing argument 'TITLE'." in piped.err
    assert f'sdd {command} "TITLE"; what this change needs: sdd status' in piped.err
    monkeypatch.setattr("sdd.cli.typed.can_ask", lambda: True)
    assert fix.sdd(*command.split(), "--json", stdin="fix\n").status == 2
    fix.here.write("said.json", "{}")
    assert fix.sdd(*command.split(), "--input", "said.json", stdin="fix\n").status == 2


def test_ci_is_no_terminal(fix: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.isatty", lambda _: True)
    from sdd.cli.printing import can_ask

    class Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal)
    monkeypatch.setattr("sys.stderr", Terminal)
    assert can_ask()
    monkeypatch.setenv("CI", "true")
    assert not can_ask()


@pytest.mark.usefixtures("answered")
def test_phr_new_asks_for_what_a_fix_says(fix: Adopted) -> None:
    ran = asked(fix, "phr", "new", answers=("fix", "Round up", _SUCCESS, "true", "n", "n"))
    assert ran.out.startswith("wrote history/prompts/general/")
    fix.here.commit("record")
    assert fix.gate()["verdict"] == "pass"
    # Nothing is missing now, and a record of a talk needs no more than its title.
    assert asked(fix, "phr", "new", "--stage", "general", answers=("Why halves go up", "n")).out.startswith("wrote ")


@pytest.mark.usefixtures("answered")
def test_a_feature_is_asked_for_its_limits_and_its_requirement(adopted: Adopted) -> None:
    two = TARGET[SPEC].replace("- **FR-001**", "- **FR-007**: Prices MUST be shown.\n- **FR-001**")
    adopted.land_change({SPEC: two})
    adopted.branch()
    adopted.write({"src/show.py": "1\n"}, "Show prices")
    answers = (
        "feature",
        "001",
        "Show prices",
        "fr-007 nine",
        "fr-007, FR-001",
        "Prices are shown.",
        "Decimals stay.",
        "No tax.",
    )
    ran = asked(adopted, "cover", answers=(*answers, "true", "y", "y"))
    assert "  FR-007  Prices MUST be shown.\n" in ran.err
    assert "Error: name one or more of the requirements above" in ran.err
    assert ran.out.count("committed history/") == 2
    path = next(line.split()[1] for line in ran.out.splitlines() if ".contract.md" in line)
    text = (adopted.here.path / path).read_text()
    assert all(
        words in text for words in ("FR-007", "FR-001", "Prices are shown.", "Decimals stay.", "No tax.", "`true`")
    )
    assert adopted.gate()["verdict"] == "pass"


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("command", ["cover", "phr new"])
def test_a_check_that_fails_is_asked_for_again_and_no_answer_is_lost(fix: Adopted, command: str) -> None:
    said = ("fix", "Round up", _SUCCESS, "false", "y", "y")
    stopped = fix.sdd(*command.split(), stdin="".join(f"{answer}\n" for answer in said))
    assert (stopped.status, fix.here.git("status", "--porcelain")) == (130, "")
    line = stopped.err.partition("to go on later: sdd ")[2].splitlines()[0]
    words = ["Round up", "--kind", "fix", "--success", _SUCCESS, "--check", "false", "--run", "--commit"]
    assert sorted(shlex.split(line)) == sorted([*command.split(), *words])
    ran = asked(fix, *command.split(), answers=(*said, "true"))
    assert "a command that checks it [false]: " in ran.err
    assert "`true`" in (fix.here.path / fix.here.git("show", "--name-only", "--format=")).read_text()
    assert fix.gate()["verdict"] == "pass"


@pytest.mark.usefixtures("answered")
def test_a_contract_before_the_work(adopted: Adopted) -> None:
    adopted.branch("refactor/one-rounding")
    answers = ("refactor", "", "One rounding is left.", "", "", "true", "n")
    ran = asked(adopted, "contract", "new", "--scope", "/src/**", answers=answers)
    text = (adopted.here.path / ran.out.split()[1]).read_text()
    assert "title: One rounding\n" in text
    assert "One rounding is left." in text
    assert "kind: refactor\n" in text


@pytest.mark.usefixtures("answered")
def test_a_title_that_says_nothing_is_asked_for_again(fix: Adopted) -> None:
    ran = asked(fix, "phr", "new", answers=("chore", "Continue", "TITLE", "Sort the imports", "y"))
    assert ran.err.count("Error: ") == 2


def test_refusal_and_status_name_cover(fix: Adopted) -> None:
    assert fix.sdd("gate").out.splitlines()[-1].endswith("; step by step: sdd cover")
    assert fix.done("status").out.splitlines()[-1] == "         step by step: sdd cover"


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"Makefile": "TEST := 1\n\ntest: build\n\tx\n"}, "make test"),
        ({"Makefile": "all:\n\tx\n", "pyproject.toml": "[tool.pytest.ini_options]\n"}, "pytest"),
        ({"package.json": '{"scripts": {"test": "vitest"}}'}, "npm test"),
        ({"package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'}, ""),
        ({"package.json": "{", "go.mod": "module x\n"}, "go test ./..."),
        ({"Cargo.toml": "[package]\n"}, "cargo test"),
        ({"pom.xml": "<project/>"}, "mvn test"),
        ({"build.gradle.kts": "", "gradlew": "#!/bin/sh\n"}, "./gradlew test"),
        ({}, ""),
    ],
)
def test_the_check_is_told_from_the_files(tmp_path: Path, files: dict[str, str], command: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert suggested_check(tmp_path) == command
