"""A record says that a person or an agent did the work only where that is known."""

import pytest

from sdd.cli.surface import AGENT_VARIABLES
from sdd.records.kinds.phr import parse
from tests.adopted import Adopted, rules_of
from tests.terminals import at_terminal

WORDS = ("Count to two", "--kind", "fix", "--success", "It is two.", "--check", "true")


@pytest.fixture
def changed(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> Adopted:
    """An uncommitted file, and nothing that tells of an agent."""
    for name in AGENT_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    adopted.branch()
    adopted.here.write("src/a.py", "1\n")
    return adopted


def surface(project: Adopted) -> str | None:
    (file,) = (project.here.path / "history/prompts").glob("*/*count-to-two*")
    return parse(file.name, file.read_bytes(), "").surface


@pytest.mark.parametrize("command", [("phr", "new"), ("cover",)])
def test_nothing_is_said_where_nothing_tells_it(changed: Adopted, command: tuple[str, ...]) -> None:
    changed.done(*command, *WORDS)
    assert surface(changed) is None


@pytest.mark.parametrize("command", [("phr", "new"), ("cover",)])
def test_a_person_says_so(changed: Adopted, command: tuple[str, ...]) -> None:
    changed.done(*command, *WORDS, "--human")
    assert surface(changed) == "human"


@pytest.mark.parametrize("command", [["phr", "new"], ["cover"]])
def test_at_a_terminal_it_is_a_person(changed: Adopted, command: list[str]) -> None:
    ended, shown = at_terminal(changed.here.path, [*command, *WORDS], [])
    assert (ended, surface(changed)) == (0, "human"), shown


@pytest.mark.parametrize("command", [("phr", "new"), ("cover",)])
def test_an_agents_environment_tells(changed: Adopted, command: tuple[str, ...]) -> None:
    assert changed.sdd(*command, *WORDS, CLAUDECODE="1").status == 0
    assert surface(changed) == "agent"


def test_a_ci_job_runs_for_anybody(changed: Adopted) -> None:
    assert changed.sdd("phr", "new", *WORDS, CI="1").status == 0
    assert surface(changed) is None


def test_who_names_a_model_is_an_agent(changed: Adopted) -> None:
    changed.done("phr", "new", *WORDS, "--model", "large-2")
    assert surface(changed) == "agent"


def test_a_program_that_hands_a_document_over_is_an_agent(changed: Adopted) -> None:
    said = '{"title": "Count to two", "kind": "chore"}'
    assert changed.sdd("phr", "new", "--input", "-", stdin=said).status == 0
    assert surface(changed) == "agent"


@pytest.mark.parametrize(("by", "said"), [({}, None), ({"CLAUDECODE": "1"}, "agent")])
def test_a_waiver_says_who_wrote_it(changed: Adopted, by: dict[str, str], said: str | None) -> None:
    words = ("--days", "3", "--reason", "The ledger waits.", "--approved-by", "Grace", "--commit", "--json")
    document = changed.sdd("waiver", "new", *words, **by).document
    assert document["surface"] == said
    ((row),) = changed.done("waiver", "list", "--json").document["items"]
    assert row["surface"] == said
    text = (changed.here.path / document["path"]).read_text()
    changed.land()
    changed.write({document["path"]: text.replace("surface: agent", "surface: human")})
    assert ("history-rewritten" in rules_of(changed.gate())) == bool(said)
