"""`sdd mcp`: an agent's questions through the official client, in process and over a pipe."""

import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError

from sdd.mcp.server import make_server
from sdd.mcp.tools import NOTICE, TOOLS
from tests.forked import forked_python
from tests.good import good_repository
from tests.program import sdd
from tests.scratch import Scratch

READING = ["status", "gate", "why", "search", "show", "explain"]
WRITING = ["phr_new", "contract_new", "feature_new", "question_answer"]
Asking = Callable[[Client], Coroutine[Any, Any, Any]]


@pytest.fixture
def good(tmp_path: Path) -> Scratch:
    return good_repository(tmp_path / "good")


def asked(scratch: Scratch, asking: Asking, *, writes: bool = False) -> Any:
    """What a client gets from the server of a repository, whose calls of sdd are forked."""

    async def run() -> Any:
        async with Client(make_server(scratch.path, writes=writes)) as client:
            try:
                return await asking(client)
            except MCPError as error:  # a task group would hide it in a group of errors
                return error

    with forked_python():
        answer = anyio.run(run)
    if isinstance(answer, MCPError):
        raise answer
    return answer


def call(scratch: Scratch, tool: str, /, *, writes: bool = False, **arguments: Any) -> Any:
    """The result of a tool; its structured content fits the schema that the tool declares, or the client refuses it."""
    return asked(scratch, lambda client: client.call_tool(tool, arguments), writes=writes)


def document(scratch: Scratch, tool: str, *, writes: bool = False, **arguments: Any) -> Any:
    result = call(scratch, tool, writes=writes, **arguments)
    assert not result.is_error, result.content
    return result.structured_content["document"]


def text_of(content: Any) -> str:
    text: str = content.text
    return text


def test_without_write_no_tool_writes(good: Scratch) -> None:
    async def names(client: Client) -> list[str]:
        return [tool.name for tool in (await client.list_tools()).tools]

    assert asked(good, names) == READING
    assert asked(good, names, writes=True) == READING + WRITING
    with pytest.raises(MCPError, match="unknown tool phr_new"):
        call(good, "phr_new", title="Round", prompt="Round half up")


@pytest.mark.parametrize(
    ("tool", "arguments", "line"),
    [
        ("status", {}, ["status"]),
        ("gate", {"base": "HEAD~1"}, ["gate", "--base", "HEAD~1"]),
        ("why", {"about": "src/round.py:1"}, ["why", "src/round.py:1"]),
        ("search", {"query": "rounding", "limit": 3}, ["search", "rounding", "--limit", "3"]),
        ("show", {"kind": "phr", "id": "001-vat/0001"}, ["phr", "show", "001-vat/0001"]),
        ("show", {"kind": "contract", "id": "0003"}, ["contract", "show", "0003"]),
        ("show", {"kind": "feature", "id": "001-vat"}, ["feature", "show", "001-vat"]),
        ("show", {"kind": "spec", "id": "001-vat"}, ["spec", "show", "001-vat"]),
        ("show", {"kind": "requirement", "id": "001-vat#FR-001"}, ["requirement", "show", "001-vat#FR-001"]),
        ("explain", {"rule": "change-no-phr"}, ["rule", "show", "change-no-phr"]),
    ],
)
def test_a_tool_gives_the_document_of_its_command(
    good: Scratch, tool: str, arguments: dict[str, Any], line: list[str]
) -> None:
    assert document(good, tool, **arguments) == sdd(good.path, *line, "--json").document


def test_text_of_records_is_marked_as_data(good: Scratch) -> None:
    questions: dict[str, dict[str, Any]] = {
        "status": {},
        "why": {"about": "src/round.py:1"},
        "search": {"query": "vat"},
    }
    for name, arguments in questions.items():
        result = call(good, name, **arguments)
        assert result.structured_content["notice"] == NOTICE
        assert result.content[0].text == NOTICE
    assert "notice" not in call(good, "explain", rule="change-no-phr").structured_content


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("show", {"kind": "phr", "id": "../../etc/passwd"}, "no id of a phr"),
        ("show", {"kind": "phr", "id": "history/prompts/001-vat/0001-x.green.prompt.md"}, "no id of a phr"),
        ("show", {"kind": "spec", "id": ".."}, "no id of a spec"),
        ("show", {"kind": "policy", "id": "x"}, "is not one of"),
        ("gate", {"base": "--output=json=x"}, "does not match"),
        ("gate", {"base": "nothing"}, "nothing"),
        ("why", {"about": "--help"}, "--help"),
        ("why", {"about": "a\0b"}, "NUL"),
        ("search", {"query": "x" * 200_000}, "too long"),
        ("show", {"kind": "feature", "id": "--help"}, "--help"),
        ("search", {"query": "x", "limit": 100_000}, "maximum"),
        ("explain", {"rule": "no-such-rule"}, "unknown rule"),
        ("status", {"base": "x"}, "Additional properties"),
        ("why", {}, "required"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(good: Scratch, tool: str, arguments: dict[str, Any], told: str) -> None:
    result = call(good, tool, **arguments)
    assert result.is_error
    assert told in result.content[0].text
    assert not (good.path / "json=x").exists()


def test_an_agent_makes_the_records_of_its_work_and_commits_nothing(good: Scratch) -> None:
    good.write("src/round.py", "A = 3\n")
    head = good.git("rev-parse", "HEAD")
    made = document(
        good, "phr_new", writes=True, title="Round half up", prompt="Round half up, please.", response="Done.",
        kind="fix", success="Half cents round up.", checks=["true"],
    )  # fmt: skip
    text = (good.path / made["relative_path"]).read_text()
    assert made["files"] == ["src/round.py"]
    assert "Round half up, please." in text
    assert "surface: agent" in text
    assert good.git("rev-parse", "HEAD") == head
    assert good.git("diff", "--cached", "--name-only") == ""


def test_an_agent_starts_a_feature_with_its_contract(good: Scratch) -> None:
    feature = document(good, "feature_new", writes=True, title="Export invoices")
    contract = document(
        good, "contract_new", writes=True, title="Export", feature=feature["feature"], success="Invoices are exported.",
        checks=["true"], scope=["/src/**"],
    )  # fmt: skip
    assert (good.path / contract["path"]).is_file()
    assert (good.path / feature["path"]).is_file()


def test_what_a_person_decides_no_tool_records(good: Scratch) -> None:
    policy = ".specify/sdd.toml"
    good.write(policy, (good.path / policy).read_text() + "\n# looser\n")
    words = {"title": "Loosen the policy", "prompt": "Loosen the policy."}
    elsewhere = (
        "./.specify/../.specify/sdd.toml",
        ".specify/",
        ".specify/memory/",
        "history/./waivers/0001-x.md",
        "history/",
    )
    for further in ({}, {"files": [policy]}, *({"files": [path]} for path in elsewhere)):
        result = call(good, "phr_new", writes=True, **words, **further)
        assert result.is_error, further
    good.write("src/round.py", "A = 3\n")
    assert policy not in document(good, "phr_new", writes=True, **words)["files"]
    for stage in ({"stage": "constitution"}, {"human": True}, {"surface": "human"}):
        assert call(good, "phr_new", writes=True, **words, **stage).is_error


def test_a_question_gets_a_persons_answer(good: Scratch) -> None:
    spec = good.path / "specs/001-vat/spec.md"
    spec.write_text(spec.read_text() + "\n- **FR-009**: Rates MUST be [NEEDS CLARIFICATION: which rates?].\n")
    document(good, "question_answer", writes=True, question="1", answer="those of the law")
    assert "those of the law" in spec.read_text()


def test_resources_are_the_files_of_records(good: Scratch) -> None:
    async def read(client: Client) -> dict[str, str]:
        listed = [str(each.uri) for each in (await client.list_resources()).resources]
        templates = [each.uri_template for each in (await client.list_resource_templates()).resource_templates]
        assert "sdd://rule/{rule}" in templates
        further = ["sdd://phr/001-vat/0001", "sdd://contract/001-vat/0003", "sdd://rule/change-no-phr"]
        return {each: text_of((await client.read_resource(each)).contents[0]) for each in [*listed, *further]}

    texts = asked(good, read)
    assert texts["sdd://feature/001-vat/spec"] == (good.path / "specs/001-vat/spec.md").read_text()
    assert texts["sdd://constitution"] == (good.path / ".specify/memory/constitution.md").read_text()
    assert "## Prompt" in texts["sdd://phr/001-vat/0001"]
    assert all(texts.values())


@pytest.mark.parametrize("address", ["file:///etc/passwd", "sdd://phr/../../x", "sdd://phr/general/9999", "sdd://spec"])
def test_an_address_of_nothing_is_an_error(good: Scratch, address: str) -> None:
    with pytest.raises(MCPError):
        asked(good, lambda client: client.read_resource(address))


def test_prompts_take_what_they_are_about(good: Scratch) -> None:
    async def read(client: Client) -> list[str]:
        named = [(prompt.name, bool(prompt.arguments)) for prompt in (await client.list_prompts()).prompts]
        assert named == [("feature", True), ("fix", True), ("refusal", False)]
        got = [await client.get_prompt(name, {"request": "{round} up"} if takes else {}) for name, takes in named]
        return [text_of(each.messages[0].content) for each in got]

    feature, fix, refusal = asked(good, read)
    assert "{round} up" in feature
    assert "{round} up" in fix
    assert "next" in refusal
    with pytest.raises(MCPError, match="needs request"):
        asked(good, lambda client: client.get_prompt("fix", {}))
    wanted = {"request": "Round up"}
    assert "`phr_new`" not in text_of(asked(good, lambda c: c.get_prompt("fix", wanted)).messages[0].content)
    written = asked(good, lambda c: c.get_prompt("fix", wanted), writes=True)
    assert "`phr_new`" in text_of(written.messages[0].content)


def test_the_texts_name_tools_that_exist() -> None:
    from sdd.mcp.prompts import PROMPTS
    from sdd.mcp.server import INSTRUCTIONS

    words = {"next", "push", "for", "--help"}
    for writes, texts in (
        (True, [prompt.text for prompt in PROMPTS]),
        (False, [prompt.read_only or prompt.text for prompt in PROMPTS]),
    ):
        named = {
            word for text in (INSTRUCTIONS, *texts) for word in text.split("`")[1::2] if not word.startswith("sdd ")
        }
        assert named - words <= {tool.name for tool in TOOLS if writes or not tool.writes}


def test_the_command_serves_a_client_over_a_pipe(good: Scratch) -> None:
    async def run() -> Any:
        line = StdioServerParameters(command=sys.executable, args=["-P", "-m", "sdd", "-C", str(good.path), "mcp"])
        async with Client(stdio_client(line)) as client:
            return await client.call_tool("status", {})

    assert anyio.run(run).structured_content["document"]["schema"] == "sdd/status/1"


def test_outside_a_repository_the_command_says_so(tmp_path: Path) -> None:
    ran = sdd(tmp_path, "mcp")
    assert ran.status == 3
    assert "repository" in ran.err


def test_nothing_else_imports_the_sdk() -> None:
    code = "import json,sys; from sdd.cli.table import COMMANDS; import importlib; "
    code += "[importlib.import_module('sdd.cli.'+c.name) for c in COMMANDS]; print(json.dumps([*sys.modules]))"
    import subprocess

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"mcp", "mcp_types", "pydantic", "anyio"} & {*json.loads(done.stdout)}
