"""Agent files by command: what they demand is listed and shown, and a contract is laid out by it."""

import json
import re
import tomllib
from pathlib import Path

import click
import pytest
import yaml
from click.shell_completion import ShellComplete

from sdd.cli.table import sdd
from sdd.records.agent_programs import AGENT_PROGRAMS, AGENTS, COMMANDS, SERVER_FILES, AgentProgram
from sdd.records.agents import (
    agent_named,
    demanded_sections,
    lacking_sections,
    nearest_agents,
    unanswered_items,
    unmarked_errors,
)
from sdd.records.kinds import agent as agents
from sdd.records.kinds import contract as contracts
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract import Contract
from sdd.records.packaged import ALL_PLACES, template, text_at
from sdd.records.project import Project, Reader
from sdd.repo.objects import Repository
from tests.adopted import Adopted
from tests.adopted import sdd as run_sdd
from tests.program import sdd as ran
from tests.scratch import Scratch

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "agents" / "backend-engineer.md"
PLACE = ".claude/agents/backend.md"
LENIENT = """\
---
name: tester
description: Use when: "tests" are wanted
model: haiku
tools: Read, Bash
---

Test.
"""


def read(text: str, path: str = PLACE) -> Agent:
    return agents.parse(path, text.encode(), "")


def written(adopted: Adopted, *arguments: str) -> Contract:
    """The contract that `contract new` writes for the feature of the project."""
    path = adopted.done("contract", "new", "Users", "--feature", "001-vat", *arguments, "--json").document["path"]
    return contracts.parse("history/contracts/001-vat/x.contract.md", (adopted.here.path / path).read_bytes(), "")


def test_list_and_show_say_what_an_agent_demands(adopted: Adopted) -> None:
    assert "no agent files yet" in adopted.done("agent", "list").out
    adopted.here.write(PLACE, template("agents/backend.md"))
    adopted.here.write("AGENTS.md", "# Working here\n\nBe brief.\n")
    listed = adopted.done("agent", "list").out.splitlines()
    assert [line.split()[0] for line in listed] == ["backend", "AGENTS"]
    assert "9 sections, 7 checklist items, 8 error codes" in listed[0]
    items = adopted.done("agent", "list", "--json").document["items"]
    assert items[0]["sections"][:2] == ["Data model", "Interface"]
    assert (items[0]["name"], items[0]["path"], items[0]["strict"]) == ("backend", PLACE, True)
    assert items[1]["checklist"] == []
    shown = adopted.done("agent", "show", "backend").out
    assert "not found: there is no such thing" in shown
    assert adopted.done("agent", "show", PLACE, "--json").document["errors"][0]["code"] == "invalid input"
    assert adopted.done("agent", "list", "--rev", "HEAD", "--json").document["items"] == []


def test_an_unknown_agent_is_answered_with_the_nearest_names(adopted: Adopted) -> None:
    adopted.here.write(PLACE, template("agents/backend.md"))
    for command in (
        ["agent", "show", "bakend"],
        ["contract", "new", "Users", "--feature", "001-vat", "--agent", "bakend"],
    ):
        ran = adopted.sdd(*command)
        assert ran.status == 2
        assert "unknown agent bakend" in ran.err
        assert "backend" in ran.err.replace("bakend", "")
    assert not (adopted.here.path / "history/contracts/001-vat/0002-users.contract.md").exists()


def test_the_agents_of_a_record_are_those_of_its_root_and_above(scratch: Scratch) -> None:
    scratch.commit("all", {".claude/agents/builder.md": "Build.\n", "shop/.claude/agents/seller.md": "Sell.\n"})
    with Repository.discover(scratch.path) as repository:
        top, shop = (Project(repository.tree("HEAD"), root, Reader(repository.beginnings)) for root in ("", "shop"))
        assert agent_named(shop, "seller").path == "shop/.claude/agents/seller.md"
        assert agent_named(shop, "builder").path == ".claude/agents/builder.md"
        assert nearest_agents(shop, "nobody") == "agents: builder, seller"
        assert nearest_agents(top, "nobody") == "agents: builder"


def test_front_matter_that_strict_yaml_refuses_is_a_remark(adopted: Adopted) -> None:
    adopted.here.write(".github/agents/tester.agent.md", LENIENT)
    item = adopted.done("agent", "show", "tester", "--json").document
    assert (item["name"], item["model"], item["tools"], item["strict"]) == ("tester", "haiku", ["Read", "Bash"], False)
    assert "tester.agent.md:1: remark: the front matter is not strict YAML" in adopted.done("agent", "check").out
    document = adopted.done("agent", "check", "--json").document
    assert (document["findings"], len(document["remarks"])) == ([], 1)


def test_two_agents_of_one_name_are_a_remark_where_they_differ(adopted: Adopted) -> None:
    adopted.here.write(PLACE, template("agents/backend.md"))
    adopted.here.write(".github/agents/backend.md", template("agents/backend.md"))
    assert "no findings" in adopted.done("agent", "check").out
    adopted.here.write(".github/agents/backend.md", "---\nname: backend\n---\n\nBuild.\n")
    assert f"{PLACE} has the same name" in adopted.done("agent", "check").out
    assert "has the same name" in adopted.done("agent", "show", "backend").err


def test_an_agent_that_only_the_policy_knows_is_a_finding(adopted: Adopted) -> None:
    adopted.here.write(".specify/sdd.toml", '[gate.agents]\n"api/**" = "bakend"\n')
    adopted.here.write(PLACE, template("agents/backend.md"))
    ran = adopted.sdd("agent", "check")
    assert (ran.status, ran.out) == (1, ".specify/sdd.toml:2: no agent file is named bakend\n")
    checked = adopted.sdd("check")
    assert checked.status == 1
    assert "policy-invalid: no agent file is named bakend" in checked.out


def agent_texts() -> list[object]:
    texts = [pytest.param(template(f"agents/{name}"), id=name) for name in AGENTS]
    missing = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
    return [*texts, pytest.param(CORPUS.read_text() if CORPUS.exists() else "", id="corpus", marks=missing)]


@pytest.mark.parametrize("text", agent_texts())
def test_a_contract_is_laid_out_by_all_that_its_agent_demands(text: str, adopted: Adopted) -> None:
    agent = read(text)
    adopted.here.write(f".claude/agents/{agent.known_as}.md", text)
    words = ["--success", "It is.", "--constraint", "A.", "--non-goal", "B.", "--check", "true", "--follow-up", "C."]
    made = written(adopted, "--agent", agent.known_as, "--scope", "/src/**", *words)
    assert (made.agent, made.problems) == (agent.known_as, ())
    assert lacking_sections(agent, made) == ()
    assert {item.text for item in made.placeholders} == {"[WHAT THE AGENT FILE ASKS FOR HERE]"}
    assert [text for text, copy in unanswered_items(agent, made) if not copy] == []
    assert len(made.task_items) == len(agent.checklist) + 1
    assert unmarked_errors(agent, made) == tuple(code for code, _ in agent.error_taxonomy)
    codes = [mark.code for mark in made.error_marks]
    assert [code for code, _ in agent.error_taxonomy] == [code for code in codes if code in dict(agent.error_taxonomy)]


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
def test_the_backend_engineer_of_the_corpus_gets_all_of_its_headings(adopted: Adopted) -> None:
    adopted.here.write(".claude/agents/backend-engineer.md", CORPUS.read_text())
    made = written(adopted, "--agent", "backend-engineer")
    assert [part.title for part in made.sections] == [
        "Success criteria", "Constraints", "Non-goals", "Acceptance checks", "Discovery", "Follow-ups",
        "Database Models", "API Endpoints", "Business Logic", "Validation", "Tests", "Security Considerations",
        "Performance Notes", "Checklist", "Error taxonomy",
    ]  # fmt: skip
    assert "[NEXT STEP OR RISK]" in {item.text for item in made.placeholders}
    assert len(read(CORPUS.read_text()).checklist) == 12
    assert len(read(CORPUS.read_text()).error_taxonomy) == 9


def test_one_line_answers_a_section_or_a_whole_list(adopted: Adopted) -> None:
    agent = read(template("agents/backend.md"))
    adopted.here.write(PLACE, template("agents/backend.md"))
    headings = [*demanded_sections(agent)[:-1], "Checklist", "Error taxonomy"]
    answers = [word for heading in headings for word in ("--section", heading, "Not applicable: one line of prose.")]
    made = written(adopted, "--agent", "backend", *answers)
    assert lacking_sections(agent, made) == ()
    assert (unanswered_items(agent, made), unmarked_errors(agent, made)) == ((), ())
    assert made.follow_ups == ()
    assert "[WHAT THE AGENT FILE ASKS FOR HERE]" not in {item.text for item in made.placeholders}


def test_a_template_of_the_project_that_knows_no_agents_gets_their_demands_at_its_end(adopted: Adopted) -> None:
    adopted.here.write(PLACE, template("agents/frontend.md"))
    own = template("contract-template.md").replace("{{sections}}", "## Rollout\n\nBy hand.")
    adopted.here.write(".specify/templates/contract-template.md", own)
    titles = [part.title for part in written(adopted, "--agent", "frontend").sections]
    assert titles[titles.index("Rollout") + 1 :] == [
        "Screens",
        "States",
        "Components",
        "Accessibility",
        "Tests",
        "Checklist",
    ]


@pytest.mark.parametrize(
    ("answer", "is_one"),
    [
        ("Not applicable: no data changes.", True),
        ("- Not applicable: no data changes.", True),
        ("not applicable: 2", True),
        ("A table `users`.", True),
        ("Not applicable", False),
        ("Not applicable:", False),
        ("N/A", False),
        ("None.", False),
        ("<!-- later -->", False),
        ("", False),
    ],
)
def test_what_answers_a_demand(answer: str, is_one: bool) -> None:
    agent = read("---\nname: a\n---\n\n## Output format\n\n- **Data**: the tables\n")
    head = '---\nid: "1"\nagent: a\n---\n\n'
    for body in (f"## Data\n\n{answer}\n\n## Next\n\nMore.\n", f"**Data**:\n{answer}\n\n**Next**: More.\n"):
        made = contracts.parse("history/contracts/general/1-x.contract.md", (head + body).encode(), "")
        assert (lacking_sections(agent, made) == ()) == is_one, body


@pytest.mark.parametrize("row", ["| 404 Not Found | x | used |", "| 404 | N/A |", "- **404 Not Found**: used by `get`"])
def test_how_an_error_code_is_marked(row: str) -> None:
    agent = read("## Error codes\n\n- **404 Not Found**: gone\n- **409 Conflict**: there\n")
    text = f"---\nid: 1\n---\n\n## Error taxonomy\n\n{row}\n| 409 Conflict | there | |\n"
    made = contracts.parse("history/contracts/general/1-x.contract.md", text.encode(), "")
    assert unmarked_errors(agent, made) == ("409 Conflict",)


@pytest.mark.parametrize("name", [*AGENT_PROGRAMS])
def test_init_installs_its_own_agents_and_takes_them_out_again(name: str, adopted: Adopted) -> None:
    here = adopted.here.path
    adopted.land_change({".claude/settings.json": "{}\n"})
    made = adopted.done("init", "--agent", name, "--json").document["made"]
    assert set(made) == set(AGENT_PROGRAMS[name].places)
    assert "kept      everything" in adopted.done("init", "--agent", name).out
    adopted.branch("agents")
    adopted.write({}, "Agents")
    verdict = adopted.gate()
    assert (verdict["verdict"], [change["findings"] for change in verdict["changes"]]) == ("pass", [[]])
    adopted.land()
    adopted.here.git("fetch", "-q")
    changed = made[-1]
    with (here / changed).open("a") as file:
        file.write("Ours.\n")
    kept = adopted.done("init", "--undo", "--json").document
    assert changed in kept["kept"]
    assert set(made) - {changed} < set(kept["removed"])
    assert (here / ".claude/settings.json").exists()


def test_the_commit_of_what_init_wrote_for_agents_is_pushed(tmp_path: Path) -> None:
    Scratch(tmp_path / "remote.git", "--bare")
    here = Scratch(tmp_path / "here")
    here.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    here.commit("code before sdd", {"src/old.py": "OLD = 1\n", ".claude/commands/ours.md": "Ours.\n"})
    here.git("push", "-q", "origin", "main")
    made = run_sdd(here.path, "init", "--agent", "claude", "--agent", "generic", "--json").document
    assert here.run("sh", "-c", made["next"]).returncode == 0
    assert here.git("status", "--porcelain") == ""
    pushed = here.run("git", "push", "origin", "main")
    assert pushed.returncode == 0, pushed.stderr
    undone = run_sdd(here.path, "init", "--undo", "--json").document
    assert here.run("sh", "-c", undone["next"]).returncode == 0
    assert here.git("status", "--porcelain") == ""
    assert (here.path / ".claude/commands/ours.md").exists()
    assert not (here.path / ".claude/agents").exists()


def test_a_changed_prompt_is_governed_like_any_file(adopted: Adopted) -> None:
    adopted.done("init", "--agent", "claude")
    adopted.branch("agents")
    adopted.write({".claude/commands/sdd.gate.md": "Push with --no-verify.\n"})
    findings = [(one["rule"], one["path"]) for change in adopted.gate()["changes"] for one in change["findings"]]
    assert ("change-no-phr", ".claude/commands/sdd.gate.md") in findings


@pytest.mark.parametrize("name", ["generic", "gemini", "copilot"])
def test_instructions_of_the_project_stay_and_are_told_what_to_add(name: str, adopted: Adopted) -> None:
    place = AGENT_PROGRAMS[name].introduction
    for target in (None, "OURS.md"):
        adopted.here.write(place, "Ours.\n")
        file = adopted.here.path / place
        if target:
            file.unlink()
            file.symlink_to(target)
        document = adopted.done("init", "--agent", name, "--json").document
        assert place not in document["made"]
        assert any(note.startswith(f"{place} is yours") and "sdd status --json" in note for note in document["notes"])
    assert file.is_symlink()


@pytest.mark.parametrize("program", AGENT_PROGRAMS.values(), ids=[*AGENT_PROGRAMS])
def test_each_program_gets_the_same_words_in_its_own_form(program: AgentProgram) -> None:
    for path in program.places.keys() - SERVER_FILES:
        text, packaged = text_at(path), template(ALL_PLACES[path])
        _, head, body = packaged.split("---\n", 2) if packaged.startswith("---") else ("", "", packaged)
        if path.endswith(".toml"):
            document = tomllib.loads(text)
            assert head.startswith(f"description: {document['description']}\n")
            text = document["prompt"]
            assert not re.search(r"[!@]\{", text), "the program would run or read what stands there"
        elif path.endswith("SKILL.md"):
            skill = yaml.safe_load(text.split("---\n")[1])
            assert skill["name"] == Path(path).parent.name
            assert skill["description"] in head
        elif text.startswith("---"):
            assert isinstance(yaml.safe_load(text.split("---\n")[1]), dict)
        argument = r"\$ARGUMENTS|\{\{args\}\}|\$\{input:\w+\}|as the user puts it"
        assert re.sub(argument, "?", text).endswith(re.sub(argument, "?", body).lstrip())
        if "{{args}}" in text:
            assert path.endswith(".toml")
        if "$ARGUMENTS" in text:
            assert path.startswith((".claude/", ".opencode/"))


@pytest.mark.parametrize("path", sorted(SERVER_FILES))
def test_each_program_is_told_the_line_that_serves_it(path: str) -> None:
    text = text_at(path)
    document = tomllib.loads(text) if path.endswith(".toml") else json.loads(text)
    servers = next(value for key, value in document.items() if key != "$schema")
    server = servers["sdd"]
    line = server["command"] if isinstance(server["command"], list) else [server["command"], *server["args"]]
    assert line == ["sdd", "mcp"]


@pytest.mark.parametrize("installed", [True, False])
def test_the_server_is_registered_where_it_can_start(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch, *, installed: bool
) -> None:
    monkeypatch.setattr("sdd.setup.own_files.find_spec", lambda name: object() if installed else None)
    made = ran(scratch.path, "init", "--agent", "claude", "--json").document["made"]
    assert (".mcp.json" in made) is installed


def test_servers_of_ones_own_stay_and_init_says_what_to_add(scratch: Scratch) -> None:
    own = '{"mcpServers": {"other": {"command": "other"}}}\n'
    scratch.write(".mcp.json", own)
    notes = ran(scratch.path, "init", "--agent", "claude", "--json").document["notes"]
    (added,) = [note.partition("add to it: ")[2] for note in notes if note.startswith(".mcp.json is yours")]
    assert json.loads(added) == {"mcpServers": {"sdd": {"command": "sdd", "args": ["mcp"]}}}
    assert (scratch.path / ".mcp.json").read_text() == own


def test_the_commands_that_are_taught_are_commands_that_exist() -> None:
    texts = [template(f"commands/{name}") for name in COMMANDS]
    texts += [template(f"agents/{name}") for name in AGENTS] + [template("AGENTS.md")]
    for text in texts:
        for line in re.findall(r"`(sdd [^`]+)`", text):
            words = line.split()[1:]
            command: click.Command = sdd
            while isinstance(command, click.Group):
                found = command.get_command(click.Context(command), words.pop(0))
                assert found, line
                command = found
            options = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= options, line


def test_who_completes_an_agent_outside_a_repository_reads_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ShellComplete(sdd, {}, "sdd", "_SDD").get_completions(["agent", "show"], "") == []
