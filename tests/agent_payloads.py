"""What agents send to their hooks: the payloads of an exchange, written from the documented shapes.

Those of Claude Code 2.1.197, Codex 0.171.0, Gemini CLI 0.61.0, Copilot CLI 1.0.102 and OpenCode 1.18.33 were seen in
runs with a made-up model; the others are by their documents.

A driver tells the agent's deeds one by one, and sends what it gets back to `sdd capture event`:

    agent = AGENTS["claude"]("/w/app", session="s1")
    for payload in agent.prompt("Add retry", turn="t1"): ...
    before, after = agent.write("/w/app/c.py", "import time\n", turn="t1")

A deed of which an agent tells nothing gives no payload. Payloads are told at `clock()`, in seconds since 1970.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

Payload = dict[str, Any]

HOME = "/home/dev"


class AgentPayloads:
    """A session with an agent that works in `cwd`. What the agent's hooks tell differs: the fields below say it."""

    name = ""
    names_turns = True
    tells_prompt = True
    tells_response = True
    tells_outcome = True
    tells_folder = True
    tells_command_at_its_end = True

    def __init__(
        self, cwd: str, session: str = "s1", clock: Callable[[], float] = time.time, model: str = "model-1"
    ) -> None:
        self.cwd = cwd
        self.session = session
        self.clock = clock
        self.model = model
        self._calls = count(1)

    def session_start(self, source: str = "startup") -> list[Payload]:
        return []

    def prompt(self, text: str, turn: str) -> list[Payload]:
        raise NotImplementedError

    def write(self, path: str, text: str, turn: str) -> list[Payload]:
        """A file that is written whole: what comes before the call, and after it."""
        raise NotImplementedError

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        """A file in which one text replaces another."""
        raise NotImplementedError

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        """A shell command: what comes before it, and after it."""
        raise NotImplementedError

    def response(self, text: str, turn: str) -> list[Payload]:
        raise NotImplementedError

    def failure(self, turn: str) -> list[Payload]:
        """A turn that ends by an error of the model's service."""
        return []

    def interrupt(self, turn: str) -> list[Payload]:
        """A person stops the agent."""
        return []

    def subagent(self, path: str, text: str, turn: str) -> list[Payload]:
        """A subagent is asked, writes a file, and answers."""
        return []

    def compaction(self, turn: str) -> list[Payload]:
        return []

    def session_end(self) -> list[Payload]:
        return []

    def exchange(
        self,
        prompt: str,
        files: Mapping[str, str],
        turn: str,
        commands: Mapping[str, int] | None = None,
        response: str = "Done.",
    ) -> Iterator[Payload]:
        """A whole exchange that writes files and runs commands, each with its exit code."""
        yield from self.prompt(prompt, turn)
        for path, text in files.items():
            yield from self.write(path, text, turn)
        for command, code in (commands or {}).items():
            yield from self.shell(command, "output\n", code, turn)
        yield from self.response(response, turn)

    def iso(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def call(self) -> str:
        """The id of the next call of a tool."""
        return f"call_{self.session}_{next(self._calls)}"


class Claude(AgentPayloads):
    """Types in the vendor's SDK."""

    name = "claude"

    def common(self, event: str, turn: str = "") -> Payload:
        folder = self.cwd.replace("/", "-")
        return {
            "session_id": self.session,
            "transcript_path": f"{HOME}/.claude/projects/{folder}/{self.session}.jsonl",
            "cwd": self.cwd,
            "permission_mode": "acceptEdits",
            "hook_event_name": event,
        } | ({"prompt_id": turn} if turn else {})

    def session_start(self, source: str = "startup") -> list[Payload]:
        return [self.common("SessionStart") | {"source": source, "model": self.model}]

    def prompt(self, text: str, turn: str, source: str = "user") -> list[Payload]:
        return [self.common("UserPromptSubmit", turn) | {"prompt": text, "source": source}]

    def slash_command(self, name: str, arguments: str, turn: str) -> list[Payload]:
        """A slash command, which comes twice."""
        prompt = f"/{name} {arguments}".strip()
        expansion = {
            "expansion_type": "slash_command", "command_name": name, "command_args": arguments,
            "command_source": "projectSettings", "prompt": prompt,
        }  # fmt: skip
        return [self.common("UserPromptExpansion", turn) | expansion, *self.prompt(prompt, turn)]

    def tool(
        self, name: str, arguments: Payload, result: Any, turn: str, inside: Payload | None = None
    ) -> list[Payload]:
        call = {"tool_name": name, "tool_input": arguments, "tool_use_id": self.call()} | (inside or {})
        ended = {"tool_response": result, "duration_ms": 12}
        return [self.common("PreToolUse", turn) | call, self.common("PostToolUse", turn) | call | ended]

    def write(self, path: str, text: str, turn: str, inside: Payload | None = None) -> list[Payload]:
        result = {"type": "create", "filePath": path, "content": text, "structuredPatch": []}
        return self.tool("Write", {"file_path": path, "content": text}, result, turn, inside)

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        arguments = {"file_path": path, "old_string": old, "new_string": new, "replace_all": False}
        result = {"filePath": path, "oldString": old, "newString": new, "structuredPatch": [], "userModified": False}
        return self.tool("Edit", arguments, result, turn)

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        result = {"stdout": output, "stderr": "", "interrupted": False, "isImage": False}
        arguments = {"command": command, "description": "Run it"}
        before, after = self.tool("Bash", arguments, result, turn)
        if code:
            del after["tool_response"]
            after |= {
                "hook_event_name": "PostToolUseFailure",
                "error": f"Exit code {code}\n{output}",
                "is_interrupt": False,
            }
        return [before, after]

    def response(self, text: str, turn: str) -> list[Payload]:
        ended = {"stop_hook_active": False, "last_assistant_message": text, "background_tasks": [], "session_crons": []}
        return [self.common("Stop", turn) | ended]

    def failure(self, turn: str) -> list[Payload]:
        error = {"error": "rate_limit", "error_details": "429 Too Many Requests"}
        return [self.common("StopFailure", turn) | error]

    def interrupt(self, turn: str) -> list[Payload]:
        """Nothing tells of it but the call that it cut short."""
        before, after = self.shell("sleep 60", "", 1, turn)
        return [before, after | {"error": "The user interrupted it", "is_interrupt": True}]

    def subagent(self, path: str, text: str, turn: str) -> list[Payload]:
        inside = {"agent_id": "a1", "agent_type": "Explore"}
        transcript = {"agent_transcript_path": f"{HOME}/.claude/projects/p/{self.session}/subagents/agent-a1.jsonl"}
        ended = {"stop_hook_active": False, "last_assistant_message": "Looked."} | transcript
        return [
            self.common("SubagentStart", turn) | inside,
            *self.write(path, text, turn, inside),
            self.common("SubagentStop", turn) | inside | ended,
        ]

    def compaction(self, turn: str) -> list[Payload]:
        return [
            self.common("PreCompact", turn) | {"trigger": "auto", "custom_instructions": None},
            self.common("PostCompact", turn) | {"trigger": "auto", "compact_summary": "They added retry."},
            *self.session_start("compact"),
        ]

    def session_end(self) -> list[Payload]:
        return [self.common("SessionEnd") | {"reason": "prompt_input_exit"}]


class Codex(AgentPayloads):
    """Generated schemas in openai/codex."""

    name = "codex"
    tells_outcome = False

    def common(self, event: str, turn: str = "") -> Payload:
        return {
            "session_id": self.session,
            "transcript_path": f"{HOME}/.codex/sessions/2026/11/29/rollout-2026-11-29T10-00-00-{self.session}.jsonl",
            "cwd": self.cwd,
            "hook_event_name": event,
            "model": self.model,
            "permission_mode": "default",
        } | ({"turn_id": turn} if turn else {})

    def session_start(self, source: str = "startup") -> list[Payload]:
        return [self.common("SessionStart") | {"source": source}]

    def prompt(self, text: str, turn: str) -> list[Payload]:
        return [self.common("UserPromptSubmit", turn) | {"prompt": text}]

    def tool(
        self, name: str, arguments: Payload, result: str, turn: str, inside: Payload | None = None
    ) -> list[Payload]:
        call = {"tool_name": name, "tool_input": arguments, "tool_use_id": self.call()} | (inside or {})
        ended = {"tool_response": result}
        return [self.common("PreToolUse", turn) | call, self.common("PostToolUse", turn) | call | ended]

    def patch(self, patch: str, turn: str, inside: Payload | None = None) -> list[Payload]:
        result = "Exit code: 0\nWall time: 0.1 seconds\nOutput:\nSuccess. Updated the following files:\n"
        return self.tool("apply_patch", {"command": patch}, result, turn, inside)

    def write(self, path: str, text: str, turn: str, inside: Payload | None = None) -> list[Payload]:
        lines = "".join(f"+{line}\n" for line in text.splitlines())
        return self.patch(f"*** Begin Patch\n*** Add File: {path}\n{lines}*** End Patch\n", turn, inside)

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        old_lines = "".join(f"-{line}\n" for line in old.splitlines())
        new_lines = "".join(f"+{line}\n" for line in new.splitlines())
        hunk = f"*** Update File: {path}\n@@\n{old_lines}{new_lines}"
        return self.patch(f"*** Begin Patch\n{hunk}*** End Patch\n", turn)

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        return self.tool("Bash", {"command": command}, output, turn)

    def response(self, text: str, turn: str) -> list[Payload]:
        return [self.common("Stop", turn) | {"stop_hook_active": False, "last_assistant_message": text}]

    def failure(self, turn: str) -> list[Payload]:
        error = {"error": "overloaded", "error_details": None, "last_assistant_message": None}
        return [self.common("StopFailure", turn) | error]

    def interrupt(self, turn: str) -> list[Payload]:
        return [self.common("Interrupt", turn)]

    def subagent(self, path: str, text: str, turn: str) -> list[Payload]:
        """It has turns and a transcript of its own in the session, and is asked by the person's event."""
        inside = {
            "agent_id": "a1",
            "agent_type": "default",
            "transcript_path": f"{HOME}/.codex/sessions/2026/11/29/rollout-2026-11-29T10-00-01-a1.jsonl",
        }
        ended = {"stop_hook_active": False, "last_assistant_message": "Looked.", "agent_transcript_path": None}
        own = f"{turn}-a1"
        worked = [
            self.common("SubagentStart", own),
            *self.prompt("Look at the client", own),
            *self.write(path, text, own),
        ]
        ends = inside | {"transcript_path": self.common("")["transcript_path"]}
        return [*(payload | inside for payload in worked), self.common("SubagentStop", own) | ends | ended]

    def compaction(self, turn: str) -> list[Payload]:
        return [self.common(event, turn) | {"trigger": "auto"} for event in ("PreCompact", "PostCompact")]

    def session_end(self) -> list[Payload]:
        unsaid = ("model", "permission_mode")
        common = self.common("SessionEnd").items()
        return [{field: value for field, value in common if field not in unsaid} | {"reason": "other"}]


class Gemini(AgentPayloads):
    """docs/hooks/reference.md. It has no event for an interrupt."""

    name = "gemini"
    names_turns = False

    def common(self, event: str) -> Payload:
        return {
            "session_id": self.session,
            "transcript_path": f"{HOME}/.gemini/tmp/app/chats/session-{self.session}.jsonl",
            "cwd": self.cwd,
            "hook_event_name": event,
            "timestamp": self.iso(),
        }

    def session_start(self, source: str = "startup") -> list[Payload]:
        return [self.common("SessionStart") | {"source": source}]

    def prompt(self, text: str, turn: str) -> list[Payload]:
        self.asked = text
        return [self.common("BeforeAgent") | {"prompt": text}]

    def tool(self, name: str, arguments: Payload, result: Payload) -> list[Payload]:
        call = {"tool_name": name, "tool_input": arguments}
        return [self.common("BeforeTool") | call, self.common("AfterTool") | call | {"tool_response": result}]

    def write(self, path: str, text: str, turn: str) -> list[Payload]:
        result = {"llmContent": f"Successfully created and wrote to new file: {path}.", "returnDisplay": ""}
        return self.tool("write_file", {"file_path": path, "content": text}, result)

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        arguments = {"file_path": path, "instruction": "Replace it", "old_string": old, "new_string": new}
        return self.tool(
            "replace", arguments, {"llmContent": f"Successfully modified file: {path}", "returnDisplay": ""}
        )

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        ended = f"\nExit Code: {code}" if code else ""
        told = f"<untrusted_context>\nOutput: {output.rstrip()}{ended}\nProcess Group PGID: 7\n</untrusted_context>"
        arguments = {"command": command, "description": "Run it"}
        return self.tool("run_shell_command", arguments, {"llmContent": told, "returnDisplay": output})

    def response(self, text: str, turn: str) -> list[Payload]:
        ended = {"prompt": getattr(self, "asked", ""), "prompt_response": text, "stop_hook_active": False}
        return [self.common("AfterAgent") | ended]

    def compaction(self, turn: str) -> list[Payload]:
        return [self.common("PreCompress") | {"trigger": "auto"}]

    def session_end(self) -> list[Payload]:
        return [self.common("SessionEnd") | {"reason": "prompt_input_exit"}]


class Cursor(AgentPayloads):
    """Captured from the IDE; the command line sends neither prompts nor stops."""

    name = "cursor"

    def common(self, event: str, turn: str = "") -> Payload:
        return {
            "conversation_id": self.session,
            "generation_id": turn,
            "model": self.model,
            "hook_event_name": event,
            "cursor_version": "2026.02.13",
            "workspace_roots": [self.cwd],
            "user_email": "dev@example.com",
            "transcript_path": None,
        }

    def session_start(self, source: str = "startup") -> list[Payload]:
        started = {"session_id": self.session, "is_background_agent": False, "composer_mode": "agent"}
        return [self.common("sessionStart") | started]

    def prompt(self, text: str, turn: str) -> list[Payload]:
        return [self.common("beforeSubmitPrompt", turn) | {"prompt": text, "attachments": []}]

    def tool(self, name: str, arguments: Payload, output: Payload, turn: str) -> list[Payload]:
        call = {"tool_name": name, "tool_input": arguments, "tool_use_id": f"{self.call()}\nfc_1", "cwd": self.cwd}
        ended = {"tool_output": json.dumps(output), "duration": 42}
        return [self.common("preToolUse", turn) | call, self.common("postToolUse", turn) | call | ended]

    def write(self, path: str, text: str, turn: str) -> list[Payload]:
        return self.tool("Write", {"path": path, "contents": text}, {"success": True}, turn)

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        return [
            self.common("afterFileEdit", turn) | {"file_path": path, "edits": [{"old_string": old, "new_string": new}]}
        ]

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        return self.tool("Shell", {"command": command}, {"exitCode": code, "stdout": output}, turn)

    def response(self, text: str, turn: str) -> list[Payload]:
        return [
            self.common("afterAgentResponse", turn) | {"text": text},
            self.common("stop", turn) | {"status": "completed", "loop_count": 0},
        ]

    def failure(self, turn: str) -> list[Payload]:
        return [self.common("stop", turn) | {"status": "error", "loop_count": 0}]

    def interrupt(self, turn: str) -> list[Payload]:
        return [self.common("stop", turn) | {"status": "aborted", "loop_count": 0}]

    def subagent(self, path: str, text: str, turn: str) -> list[Payload]:
        child = {"subagent_id": "sub1", "subagent_type": "explore", "parent_conversation_id": self.session}
        ended = {
            "status": "completed", "summary": "Looked.", "modified_files": [path], "message_count": 3,
            "tool_call_count": 2, "agent_transcript_path": None,
        }  # fmt: skip
        return [
            self.common("subagentStart", turn) | child | {"task": "Look", "tool_call_id": self.call()},
            self.common("subagentStop", turn) | child | ended,
        ]

    def compaction(self, turn: str) -> list[Payload]:
        return [self.common("preCompact", turn) | {"trigger": "auto"}]

    def session_end(self) -> list[Payload]:
        ended = {"session_id": self.session, "reason": "user_close", "duration_ms": 1000, "final_status": "completed"}
        return [self.common("sessionEnd") | ended]


class Copilot(AgentPayloads):
    """github/docs, hooks reference: camelCase events, which do not say their names."""

    name = "copilot"
    names_turns = False
    tells_response = False

    def worded(self, fields: Payload) -> Payload:
        return fields

    def send(self, event: str, **fields: Any) -> list[Payload]:
        return [{"sessionId": self.session, "timestamp": int(self.clock() * 1000), "cwd": self.cwd} | fields]

    def with_transcript(self, event: str, **fields: Any) -> list[Payload]:
        return self.send(event, transcriptPath=f"{HOME}/.copilot/session-state/{self.session}/events.jsonl", **fields)

    def session_start(self, source: str = "new") -> list[Payload]:
        return self.send("SessionStart", source=source)

    def prompt(self, text: str, turn: str) -> list[Payload]:
        return self.send("UserPromptSubmit", prompt=text)

    def tool(self, name: str, arguments: Payload, result: str) -> list[Payload]:
        call = {"toolName": name, "toolArgs": arguments}
        told = {"resultType": "success", "textResultForLlm": result}
        return [*self.send("PreToolUse", **call), *self.send("PostToolUse", **call, toolResult=told)]

    def write(self, path: str, text: str, turn: str) -> list[Payload]:
        return self.tool("create", {"path": path, "file_text": text}, f"Created file {path}")

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        return self.tool("edit", {"path": path, "old_str": old, "new_str": new}, f"File {path} updated with changes.")

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        arguments = {"command": command, "description": "Run it"}
        return self.tool("bash", arguments, f"{output}<shellId: 0 completed with exit code {code}>")

    def response(self, text: str, turn: str) -> list[Payload]:
        return self.with_transcript("Stop", stopReason="end_turn", stop_hook_active=False)

    def failure(self, turn: str) -> list[Payload]:
        """It calls errors recoverable of which it did not recover."""
        error = {"message": "overloaded", "name": "Error", "stack": "Error: overloaded"}
        return self.send("ErrorOccurred", error=error, errorContext="model_call", recoverable=True)

    def subagent(self, path: str, text: str, turn: str) -> list[Payload]:
        """It has a session of its own, and names its parent's."""
        agent = {"agentId": "child", "agentType": "explore", "parentAgentId": self.session}
        named = {"agentName": "explore"}
        child = type(self)(self.cwd, "child", self.clock, self.model)
        worked = [*child.prompt("Look at it", turn), *child.write(path, text, turn), *child.response("Looked.", turn)]
        return [
            *self.with_transcript("SubagentStart", **named, **agent),
            *(payload | self.worded(agent) for payload in worked),
            *self.with_transcript(
                "SubagentStop", **named, **agent, response="Looked.", stopReason="end_turn", stop_hook_active=False
            ),
        ]

    def compaction(self, turn: str) -> list[Payload]:
        return self.with_transcript("PreCompact", trigger="auto", customInstructions="")

    def session_end(self) -> list[Payload]:
        return self.send("SessionEnd", reason="user_exit")


class CopilotByClaudesHooks(Copilot):
    """PascalCase events, as those in `.claude/settings.json`: snake_case fields, and Claude Code's tools."""

    def worded(self, fields: Payload) -> Payload:
        names = {"toolArgs": "tool_input", "response": "last_assistant_message"}
        return {names.get(name) or snake_case(name): value for name, value in fields.items()}

    def send(self, event: str, **fields: Any) -> list[Payload]:
        common = {"hook_event_name": event, "session_id": self.session, "timestamp": self.iso(), "cwd": self.cwd}
        return [common | self.worded(fields)]

    def tool(self, name: str, arguments: Payload, result: str) -> list[Payload]:
        call = {"toolName": {"create": "Write", "edit": "Edit", "bash": "Bash"}[name], "toolArgs": arguments}
        told = {"result_type": "success", "text_result_for_llm": result}
        return [*self.send("PreToolUse", **call), *self.send("PostToolUse", **call, toolResult=told)]


class VSCode(AgentPayloads):
    """microsoft/vscode-docs, agent hooks: fields of both cases."""

    name = "vscode"
    names_turns = False
    tells_response = False

    def common(self, event: str) -> Payload:
        storage = f"{HOME}/.config/Code/User/workspaceStorage/abc/GitHub.copilot-chat"
        return {
            "timestamp": self.iso(),
            "cwd": self.cwd,
            "sessionId": self.session,
            "hookEventName": event,
            "transcript_path": f"{storage}/transcripts/{self.session}.jsonl",
        }

    def session_start(self, source: str = "new") -> list[Payload]:
        return [self.common("SessionStart") | {"source": source}]

    def prompt(self, text: str, turn: str) -> list[Payload]:
        return [self.common("UserPromptSubmit") | {"prompt": text}]

    def tool(self, name: str, arguments: Payload, result: str) -> list[Payload]:
        call = {"tool_name": name, "tool_input": arguments, "tool_use_id": self.call()}
        return [self.common("PreToolUse") | call, self.common("PostToolUse") | call | {"tool_response": result}]

    def write(self, path: str, text: str, turn: str) -> list[Payload]:
        return self.tool("create_file", {"filePath": path, "content": text}, "File edited successfully")

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        arguments = {"filePath": path, "oldString": old, "newString": new}
        return self.tool("replace_string_in_file", arguments, "File edited successfully")

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        told = f"{output}\nCommand exited with code {code}" if code else output
        arguments = {"command": command, "explanation": "Run it", "isBackground": False}
        return self.tool("run_in_terminal", arguments, told)

    def response(self, text: str, turn: str) -> list[Payload]:
        return [self.common("Stop") | {"stop_hook_active": False}]

    def subagent(self, path: str, text: str, turn: str) -> list[Payload]:
        agent = {"agent_id": "a1", "agent_type": "Plan"}
        stopped = {"stop_hook_active": False}
        return [self.common("SubagentStart") | agent, self.common("SubagentStop") | agent | stopped]

    def compaction(self, turn: str) -> list[Payload]:
        return [self.common("PreCompact") | {"trigger": "auto"}]


class Windsurf(AgentPayloads):
    """docs.windsurf.com, Cascade hooks. It tells the folder of a command only, and the end of no session."""

    name = "windsurf"
    tells_outcome = False
    tells_folder = False

    def send(self, action: str, turn: str, **told: Any) -> Payload:
        return {
            "agent_action_name": action,
            "trajectory_id": self.session,
            "execution_id": turn,
            "timestamp": self.iso(),
            "model_name": self.model,
            "tool_info": told,
        }

    def tool(self, name: str, turn: str, **told: Any) -> list[Payload]:
        return [self.send(f"{when}_{name}", turn, **told) for when in ("pre", "post")]

    def prompt(self, text: str, turn: str) -> list[Payload]:
        return [self.send("pre_user_prompt", turn, user_prompt=text)]

    def write(self, path: str, text: str, turn: str) -> list[Payload]:
        return self.edit(path, "", text, turn)

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        return self.tool("write_code", turn, file_path=path, edits=[{"old_string": old, "new_string": new}])

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        return self.tool("run_command", turn, command_line=command, cwd=self.cwd)

    def mcp(self, tool: str, arguments: Payload, result: str, turn: str) -> list[Payload]:
        call = {"mcp_server_name": "files", "mcp_tool_name": tool, "mcp_tool_arguments": arguments}
        before, after = self.tool("mcp_tool_use", turn, **call)
        after["tool_info"]["mcp_result"] = result
        return [before, after]

    def response(self, text: str, turn: str) -> list[Payload]:
        transcript = f"{HOME}/.windsurf/transcripts/{self.session}.jsonl"
        return [
            self.send("post_cascade_response_with_transcript", turn, transcript_path=transcript),
            self.send("post_cascade_response", turn, response=text),
        ]


class Antigravity(AgentPayloads):
    """Captured from agy 1.0.14 and 1.0.15: neither prompts nor responses, and arguments that are encoded twice."""

    name = "antigravity"
    names_turns = False
    tells_prompt = False
    tells_response = False
    tells_command_at_its_end = False

    def __init__(
        self, cwd: str, session: str = "s1", clock: Callable[[], float] = time.time, model: str = "model-1"
    ) -> None:
        super().__init__(cwd, session, clock, model)
        self._steps = count(1)
        self._executions = count(1)

    def common(self, **fields: Any) -> Payload:
        brain = f"{HOME}/.gemini/antigravity-cli/brain/{self.session}"
        return fields | {
            "conversationId": self.session,
            "workspacePaths": [self.cwd],
            "transcriptPath": f"{brain}/.system_generated/logs/transcript_full.jsonl",
            "artifactDirectoryPath": f"{brain}/artifacts",
        }

    def prompt(self, text: str, turn: str) -> list[Payload]:
        """It comes before each call of a model: the first one of a turn, and the next."""
        return [self.common(invocationNum=number, initialNumSteps=1) for number in (0, 1)]

    def tool(self, name: str, arguments: Payload, error: str = "") -> list[Payload]:
        step = next(self._steps)
        call = {"name": name, "args": {key: json.dumps(value) for key, value in arguments.items()}}
        return [self.common(toolCall=call, stepIdx=step), self.common(stepIdx=step, error=error)]

    def write(self, path: str, text: str, turn: str) -> list[Payload]:
        return self.tool("write_to_file", {"TargetFile": path, "CodeContent": text, "Overwrite": True})

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        arguments = {"TargetFile": path, "TargetContent": old, "ReplacementContent": new, "AllowMultiple": False}
        return self.tool("replace_file_content", arguments)

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        arguments = {"CommandLine": command, "Cwd": self.cwd, "WaitMsBeforeAsync": 5000}
        return self.tool("run_command", arguments, f"exit status {code}" if code else "")

    def stop(self, reason: str, error: str, *, is_idle: bool = True) -> Payload:
        execution = next(self._executions)
        return self.common(executionNum=execution, terminationReason=reason, error=error, fullyIdle=is_idle)

    def response(self, text: str, turn: str) -> list[Payload]:
        return [self.stop("model_stop", "", is_idle=False), self.stop("model_stop", "")]

    def failure(self, turn: str) -> list[Payload]:
        return [self.stop("error", "quota exceeded")]

    def interrupt(self, turn: str) -> list[Payload]:
        return [self.stop("user_cancelled", "")]


class OpenCode(AgentPayloads):
    """What sdd's own plugin sends."""

    name = "opencode"

    def common(self, event: str, turn: str = "") -> Payload:
        return {
            "opencode": 1,
            "hook_event_name": event,
            "session_id": self.session,
            "turn_id": turn,
            "timestamp": int(self.clock() * 1000),
            "cwd": self.cwd,
        }

    def session_start(self, source: str = "startup") -> list[Payload]:
        return [self.common("SessionStart")]

    def prompt(self, text: str, turn: str) -> list[Payload]:
        return [
            self.common("UserPromptSubmit", turn) | {"model": self.model, "prompt": [{"type": "text", "text": text}]}
        ]

    def slash_command(self, name: str, arguments: str, turn: str) -> list[Payload]:
        """A slash command: the prompt is its text, made from a template."""
        command = {"command_name": name, "command_args": arguments}
        return [payload | command for payload in self.prompt("Plan it well.", turn)]

    def tool(self, name: str, arguments: Payload, output: str, turn: str, code: int | None = None) -> list[Payload]:
        call = {"tool_name": name, "tool_use_id": self.call(), "tool_input": arguments}
        result = {"output": output} | ({} if code is None else {"exit": code})
        before, after = (self.common(event, turn) | call for event in ("PreToolUse", "PostToolUse"))
        return [before, after | {"tool_response": result}]

    def write(self, path: str, text: str, turn: str) -> list[Payload]:
        return self.tool("write", {"filePath": path, "content": text}, "Wrote file successfully.", turn)

    def edit(self, path: str, old: str, new: str, turn: str) -> list[Payload]:
        return self.tool("edit", {"filePath": path, "oldString": old, "newString": new}, "", turn)

    def shell(self, command: str, output: str, code: int, turn: str) -> list[Payload]:
        return self.tool("bash", {"command": command, "description": "Run it"}, output, turn, code)

    def response(self, text: str, turn: str) -> list[Payload]:
        told = {"model": self.model, "last_assistant_message": text, "usage": {"input_tokens": 10, "output_tokens": 5}}
        return [self.common("Stop", turn) | told]

    def failure(self, turn: str) -> list[Payload]:
        told = {"model": self.model, "last_assistant_message": "", "usage": {"input_tokens": 10, "output_tokens": 0}}
        return [self.common("StopFailure", turn) | told | {"error": "overloaded"}]

    def interrupt(self, turn: str) -> list[Payload]:
        told = {"model": self.model, "last_assistant_message": "", "usage": {"input_tokens": 10, "output_tokens": 0}}
        return [self.common("Interrupt", turn) | told]

    def subagent(self, path: str, text: str, turn: str) -> list[Payload]:
        child = {"agent_id": "ses_child"}
        return [payload | child for payload in (*self.prompt("Look at it", turn), *self.write(path, text, turn))]

    def compaction(self, turn: str) -> list[Payload]:
        return [self.common("PreCompact", turn)]

    def session_end(self) -> list[Payload]:
        return [self.common("SessionEnd")]


def snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


AGENTS: dict[str, type[AgentPayloads]] = {
    agent.name: agent
    for agent in (Claude, Codex, Gemini, Antigravity, Cursor, Copilot, VSCode, OpenCode, Windsurf)
}  # fmt: skip
"""The agents by the word on their hooks' line."""

VARIANTS: dict[str, type[AgentPayloads]] = AGENTS | {"copilot-by-claudes-hooks": CopilotByClaudesHooks}
"""Every way in which an agent tells of itself."""
