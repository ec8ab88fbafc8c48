"""What `sdd init`, README and the texts for agents say first, done in their order."""

import re
import shlex
from pathlib import Path

import pytest

from sdd.records.packaged import template
from tests.adopted import CONSTITUTION, Adopted, sdd
from tests.forked import forked_python
from tests.good import TARGET
from tests.scratch import Scratch


def test_the_lines_of_init_in_their_order_pass_and_are_audited_as_passing(tmp_path: Path) -> None:
    remote = Scratch(tmp_path / "remote.git", "--bare")
    here = Scratch(tmp_path / "here")
    here.git("remote", "add", "origin", str(remote.path))
    here.commit("code", {"src/old.py": "OLD = 1\n"})
    here.git("push", "-q", "-u", "origin", "main")
    with forked_python():
        first, following = sdd(here.path, "init").out.splitlines()[-2:]
    assert first == f"first     fill in {CONSTITUTION}"
    here.write(CONSTITUTION, TARGET[CONSTITUTION])
    assert here.run("sh", "-c", following.removeprefix("next      ")).returncode == 0
    pushed = here.run("git", "push", "-q", "origin", "main")
    assert (pushed.returncode, "warning" in pushed.stderr) == (0, False), pushed.stderr
    assert sdd(here.path, "audit", "--fail-under", "100").status == 0


@pytest.mark.parametrize("agent", ["generic", "claude", "codex"])
def test_a_second_root_is_adopted_by_its_own_line(adopted: Adopted, agent: str) -> None:
    adopted.branch()
    (adopted.here.path / "api").mkdir()
    with forked_python():
        following = adopted.done("init", "--root", "api", "--agent", agent).out.splitlines()[-1]
    assert adopted.here.run("sh", "-c", following.removeprefix("next      ")).returncode == 0
    pushed = adopted.push("work")
    assert pushed.returncode == 0, pushed.stderr


def test_only_the_text_of_sdd_itself_passes_in_a_new_root(adopted: Adopted) -> None:
    adopted.branch()
    (adopted.here.path / "api").mkdir()
    adopted.done("init", "--root", "api", "--agent", "generic")
    prompt = adopted.here.path / "api/.specify/prompts/sdd.gate.md"
    adopted.write(
        {"api/src/sdd.py": prompt.read_text(), "api/.specify/prompts/sdd.gate.md": prompt.read_text() + "More.\n"}
    )
    lacking = {row["path"] for change in adopted.gate()["changes"] for row in change["files"] if row["lacks"]}
    assert lacking == {"api/src/sdd.py", "api/.specify/prompts/sdd.gate.md"}


def test_the_refusal_comes_last_whichever_root_it_is_of(adopted: Adopted) -> None:
    adopted.branch()
    (adopted.here.path / "api").mkdir()
    adopted.done("init", "--root", "api")
    adopted.write({"src/new.py": "1\n"})
    ran = adopted.sdd("gate")
    told = [line for line in ran.out.splitlines() if line.startswith("sdd: ")]
    assert (ran.status, told[-1].startswith("sdd: refused, 1 file; why: ")) == (1, True), told
    assert any(line.startswith("sdd: pass: ") and "(root api)" in line for line in told)


def test_the_scope_of_the_texts_is_still_to_be_filled_in(adopted: Adopted) -> None:
    (scope,) = re.findall(r'--scope "([^"]+)"', template("commands/sdd.contract.md"))
    ran = adopted.sdd("contract", "new", "Add tax", "--scope", scope)
    assert (ran.status, f"{scope} is still to be filled in" in ran.err) == (2, True)


def test_the_commands_that_the_texts_name_are_there(adopted: Adopted) -> None:
    texts = [template("AGENTS.md"), *(template(f"commands/sdd.{name}.md") for name in ("contract", "gate", "phr"))]
    named = {words for text in texts for words in re.findall(r"`(sdd [^`]+)`", text)}
    for start in ("sdd contract done PATH --run --commit", "sdd revert COMMIT --reason", "sdd hook install"):
        assert any(words.startswith(start) for words in named), start
        command, *words = [word for word in shlex.split(start)[1:] if word.islower()]
        words = [word for word in words if not word.startswith("-")]
        shown = adopted.done(command, *words, "--help").out
        assert all(option in shown for option in start.split() if option.startswith("--")), start
