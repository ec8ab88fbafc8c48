"""A command that is given twice writes once."""

import pytest

from tests.adopted import FEATURE, Adopted

TERMS = ("--success", "It is one.", "--check", "true", "--scope", "/src/**")
CONTRACT = ("contract", "new", "Set it", "--kind", "fix", *TERMS, "--commit")
WAIVER = (
    "waiver",
    "new",
    "change-no-phr",
    "--path",
    "/src/**",
    "--days",
    "9",
    "--reason",
    "Later",
    "--approved-by",
    "Ada",
)
AMENDED = ("constitution", "amend", "--minor", "--message", "Prices are whole cents from now on.", "--commit")


@pytest.mark.parametrize("words", [CONTRACT, WAIVER, (*WAIVER, "--commit"), ("adr", "new", "Use Python", "--commit")])
def test_the_same_record_is_not_written_twice(adopted: Adopted, words: tuple[str, ...]) -> None:
    adopted.branch(FEATURE)
    path = adopted.done(*words, "--json").document["path"]
    before = adopted.here.git("rev-parse", "HEAD"), adopted.here.git("status", "--porcelain")
    again = adopted.sdd(*words)
    assert (again.status, again.err) == (
        2,
        f"sdd: {path} says the same already\n  nothing was written: say what is new\n",
    )
    assert (adopted.here.git("rev-parse", "HEAD"), adopted.here.git("status", "--porcelain")) == before
    assert "committed" in adopted.done(*(word.replace("Set it", "Set it anew") for word in CONTRACT)).out


def test_a_contract_that_is_done_stays_as_it_is(adopted: Adopted) -> None:
    adopted.branch("fix/round")
    path = adopted.done(*CONTRACT, "--json").document["path"]
    adopted.write({"src/a.py": "1\n"}, "Set it")
    line = ("contract", "done", path, "--run", "--commit")
    assert adopted.done(*line).out.endswith(f"{path} is done and committed\n")
    before = adopted.here.git("rev-parse", "HEAD")
    assert adopted.done(*line).out.endswith(f"{path} is done already\n")
    assert adopted.done("contract", "done", path).out == f"{path} is done already\n"
    adopted.done("contract", "verify", path, "--run", "--commit")
    assert (adopted.here.git("rev-parse", "HEAD"), adopted.here.git("status", "--porcelain")) == (before, "")
    adopted.write({"src/a.py": "2\n"}, "Set it to two")
    assert adopted.done(*line).out.endswith(f"{path} is done and committed\n")
    adopted.write({"src/a.py": "1\n"}, "Set it back")
    adopted.done(*line)
    assert adopted.done("contract", "show", path, "--json").document["check_states"] == ["passed"]


def test_an_amendment_is_made_once(adopted: Adopted) -> None:
    adopted.branch("rules/cents")
    file = adopted.here.path / ".specify/memory/constitution.md"
    file.write_text(
        file.read_text().replace("## Governance", "### VII. Cents\n\nPrices are whole cents.\n\n## Governance")
    )
    adopted.done(*AMENDED)
    before = adopted.here.git("rev-parse", "HEAD")
    again = adopted.sdd(*AMENDED)
    assert (again.status, "and is as it was committed" in again.err) == (2, True)
    assert (adopted.here.git("rev-parse", "HEAD"), adopted.here.git("status", "--porcelain")) == (before, "")
    file.write_text(file.read_text().replace("whole cents.", "whole cents, always."))
    adopted.done(*AMENDED)
