"""The words of the first version: they work, and say on standard error what they are called now."""

import re

import pytest
from click.shell_completion import ShellComplete

from sdd.cli.table import FORMER, sdd
from tests.adopted import Adopted


@pytest.mark.parametrize(("former", "options"), [(" ".join(words), ()) for words in FORMER] + [
    ("explain change-no-phr", ("--json",)),
    ("explain", ("--all",)),
    ("clarify list", ("--json",)),
    ("list requirements", ("--feature", "nope")),
])  # fmt: skip
def test_a_former_word_does_what_the_new_one_does(adopted: Adopted, former: str, options: tuple[str, ...]) -> None:
    words = tuple(former.split())
    known = next(known for known in FORMER if known == words[: len(known)])
    new = (*FORMER[known], *words[len(known) :])
    before, now = adopted.sdd(*words, *options), adopted.sdd(*new, *options)
    told, *rest = before.err.splitlines(keepends=True)
    assert told == f"sdd: `sdd {' '.join(known)}` is now `sdd {' '.join(FORMER[known])}`\n"
    assert (before.status, before.out, "".join(rest)) == (now.status, now.out, now.err)


def test_former_words_stand_in_no_help_and_are_not_offered(adopted: Adopted) -> None:
    listed = re.findall(r"^  (\w+)  ", adopted.done("--help").out, re.MULTILINE)
    assert 15 < len(listed) < 28
    assert not {words[0] for words in FORMER if len(words) == 1} & {*listed}
    offered = {item.value for item in ShellComplete(sdd, {}, "sdd", "_SDD").get_completions([], "")}
    assert {"rule", "waiver", "question", "followup", "requirement", "task"} <= offered
    assert not {words[0] for words in FORMER if len(words) == 1} & offered


def test_who_completes_a_former_word_reads_no_remark(capsys: pytest.CaptureFixture[str]) -> None:
    offered = ShellComplete(sdd, {}, "sdd", "_SDD").get_completions(["explain"], "change-no-p")
    assert [item.value for item in offered] == ["change-no-phr"]
    assert capsys.readouterr() == ("", "")
