"""What agents send to their hooks: the payloads of an exchange, written from the documented shapes.

A driver tells the agent's deeds one by one, and sends what it gets back to `sdd capture event`:

    agent = AGENTS["claude"]("/w/app", session="s1")
    for payload in agent.prompt("Add retry", turn="t1"): ...
    before, after = agent.write("/w/app/c.py", "import time\n", turn="t1")

A deed of which an agent tells nothing gives no payload. Payloads are told at `clock()`, in seconds since 1970.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

Payload = dict[str, Any]

HOME = "/home/dev"


class AgentPayloads:
    """A session with an agent that works in `cwd`."""

    name = ""

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
            "command_source": "project", "prompt": prompt,
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
        result = f"Exit code: {code}\nWall time: 0.2 seconds\nOutput:\n{output}"
        return self.tool("Bash", {"command": command}, result, turn)

    def response(self, text: str, turn: str) -> list[Payload]:
        return [self.common("Stop", turn) | {"stop_hook_active": False, "last_assistant_message": text}]

    def failure(self, turn: str) -> list[Payload]:
        error = {"error": "overloaded", "error_details": None, "last_assistant_message": None}
        return [self.common("StopFailure", turn) | error]

    def interrupt(self, turn: str) -> list[Payload]:
        return [self.common("Interrupt", turn)]

    def subagent(self, path: str, text: str, turn: str) -> list[Payload]:
        """Its prompts come by the person's event."""
        inside = {"agent_id": "a1", "agent_type": "worker"}
        asked = self.prompt("Look at the client", turn)[0] | inside
        ended = {"stop_hook_active": False, "last_assistant_message": "Looked.", "agent_transcript_path": None}
        return [
            self.common("SubagentStart", turn) | inside,
            asked,
            *self.write(path, text, turn, inside),
            self.common("SubagentStop", turn) | inside | ended,
        ]

    def compaction(self, turn: str) -> list[Payload]:
        return [self.common(event, turn) | {"trigger": "auto"} for event in ("PreCompact", "PostCompact")]

    def session_end(self) -> list[Payload]:
        return [self.common("SessionEnd") | {"reason": "exit"}]


class Gemini(AgentPayloads):
    """docs/hooks/reference.md. It names no turns and has no event for an interrupt."""

    name = "gemini"

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
        told = f"Output: {output}" + (f"\nExit Code: {code}" if code else "")
        arguments = {"command": command, "description": "Run it"}
        return self.tool("run_shell_command", arguments, {"llmContent": told, "returnDisplay": output})

    def response(self, text: str, turn: str) -> list[Payload]:
        ended = {"prompt": getattr(self, "asked", ""), "prompt_response": text, "stop_hook_active": False}
        return [self.common("AfterAgent") | ended]

    def compaction(self, turn: str) -> list[Payload]:
        return [self.common("PreCompress") | {"trigger": "auto"}]

    def session_end(self) -> list[Payload]:
        return [self.common("SessionEnd") | {"reason": "prompt_input_exit"}]


AGENTS: dict[str, type[AgentPayloads]] = {agent.name: agent for agent in (Claude, Codex, Gemini)}
