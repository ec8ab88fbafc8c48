"""The server: tools, resources and prompts as the official SDK serves them."""

import json
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
import mcp_types as types
from anyio.to_thread import run_sync
from jsonschema import Draft202012Validator
from mcp.server import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from sdd import __version__
from sdd.base.errors import SddError, UsageError
from sdd.mcp.program import ask
from sdd.mcp.prompts import PROMPTS
from sdd.mcp.resources import TEMPLATES, listed, read
from sdd.mcp.tools import NOTICE, TOOLS, Tool
from sdd.secrets import hidden

INSTRUCTIONS = f"""sdd keeps specs, execution contracts and prompt history records (PHRs) in this repository, and
refuses pushes that lack them. `status` says what the work at hand lacks: its `next` holds alternatives, each with steps
in order. {NOTICE}"""

Asked = TypeVar("Asked", bound=types.RequestParams | None)
_Context = ServerRequestContext[Any, Any]


def make_server(folder: Path, *, writes: bool) -> Server[Any]:
    """The server of a repository, asked in one of its folders; with `writes` its tools make records too."""
    tools = {tool.name: tool for tool in TOOLS if writes or not tool.writes}

    async def list_tools(_: _Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[*map(_described, tools.values())])

    async def call_tool(_: _Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if not tool:
            raise MCPError(types.INVALID_PARAMS, f"unknown tool {params.name}; tools: {', '.join(tools)}")
        try:
            return await run_sync(partial(_answer, tool, folder, params.arguments or {}))
        except SddError as error:
            return types.CallToolResult(content=[_text(_told(error))], is_error=True)

    async def list_resources(_: _Context, __: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        found = await run_sync(partial(_or_mcp_error, partial(listed, folder)))
        named = [types.Resource(uri=each.address, name=each.title, mime_type="text/markdown") for each in found]
        return types.ListResourcesResult(resources=named)

    async def list_templates(_: _Context, __: types.PaginatedRequestParams | None) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=each.address, name=each.name, description=each.about, mime_type="text/markdown"
                )
                for each in TEMPLATES
            ]
        )

    async def read_resource(_: _Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        text = await run_sync(partial(_or_mcp_error, partial(read, folder, str(params.uri))))
        content = types.TextResourceContents(uri=params.uri, mime_type="text/markdown", text=hidden(text))
        return types.ReadResourceResult(contents=[content], _meta={"sdd/notice": NOTICE})

    async def get_prompt(_: _Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        return _prompt_text(params, writes=writes)

    return Server(
        "sdd",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
        on_list_prompts=_list_prompts,
        on_get_prompt=get_prompt,
    )


def serve(folder: Path, *, writes: bool) -> None:
    """Serves one client on standard input and output, until it leaves."""

    async def run() -> None:
        server = make_server(folder, writes=writes)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(run)


def _described(tool: Tool) -> types.Tool:
    reads = not tool.writes
    return types.Tool(
        name=tool.name,
        description=tool.about,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=types.ToolAnnotations(
            read_only_hint=reads, destructive_hint=False, idempotent_hint=reads, open_world_hint=False
        ),
    )


def _answer(tool: Tool, folder: Path, said: dict[str, Any]) -> types.CallToolResult:
    for wrong in Draft202012Validator(tool.input_schema).iter_errors(said):
        where = ".".join(map(str, wrong.absolute_path))
        raise UsageError(f"{where + ': ' if where else ''}{wrong.message}", f"see what {tool.name} takes")
    document = ask(folder, tool.asks(folder, said))
    result = {"notice": NOTICE, "document": document} if tool.quotes else {"document": document}
    text = [_text(NOTICE)] if tool.quotes else []
    shown = _text(json.dumps(document, ensure_ascii=False, indent=1))
    return types.CallToolResult(content=[*text, shown], structured_content=result)


async def _list_prompts(_: _Context, __: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
    return types.ListPromptsResult(
        prompts=[
            types.Prompt(
                name=prompt.name,
                description=prompt.about,
                arguments=[types.PromptArgument(name=prompt.argument, description=prompt.argument_about, required=True)]
                if prompt.argument
                else [],
            )
            for prompt in PROMPTS
        ]
    )


def _prompt_text(params: types.GetPromptRequestParams, *, writes: bool) -> types.GetPromptResult:
    prompt = next((prompt for prompt in PROMPTS if prompt.name == params.name), None)
    if not prompt:
        raise MCPError(types.INVALID_PARAMS, f"unknown prompt {params.name}")
    given = (params.arguments or {}).get(prompt.argument, "")
    if prompt.argument and not given:
        raise MCPError(types.INVALID_PARAMS, f"{prompt.name} needs {prompt.argument}: {prompt.argument_about}")
    text = prompt.text if writes else prompt.read_only or prompt.text
    text = text.replace(f"{{{prompt.argument}}}", given) if prompt.argument else text
    return types.GetPromptResult(
        description=prompt.about, messages=[types.PromptMessage(role="user", content=_text(text))]
    )


def _or_mcp_error(question: Any) -> Any:
    try:
        return question()
    except SddError as error:
        raise MCPError(types.INVALID_PARAMS, _told(error)) from None


def _told(error: SddError) -> str:
    return hidden(f"{error.message}\n{error.fix}".strip())


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)
