"""Where each agent is told to run capture: its hook file, with and without the entries that sdd adds."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sdd.records.jsonc import blanked, comments

Json = dict[str, Any]
Entry = Callable[[str, str], Json]
"""What a file holds for one event: from the line to run and the tools that it is about, "" for events of no tool."""

_SECONDS = 10


class HookFile(NamedTuple):
    """An agent's hook file: `own` is the user's alone, below the home where it starts with ~/; `shared` is committed.

    Its events are lists below `section`. `events` names them, with the tools that each is about (a pattern, or ""), and
    `base` is what a new file holds beside them. Without events it is a file of sdd's alone, whose text is a template's.
    `seconds` are those that the agent allows an event's hook where these are fewer than others', and `comments` says
    that the agent reads JSON with comments.
    """

    own: str
    shared: str
    section: str = ""
    events: tuple[tuple[str, str], ...] = ()
    entry: Entry = lambda line, tools: {}
    base: Mapping[str, Any] = MappingProxyType({})
    template: str = ""
    seconds: Mapping[str, int] = MappingProxyType({})
    comments: bool = False

    def entry_of(self, event: str, tools: str, line: str) -> Json:
        """What the file holds for an event."""
        entry = self.entry(line, tools)
        for hook in entry.get("hooks", ()) if event in self.seconds else ():
            hook["timeout"] = self.seconds[event]
        return entry


def _nested(line: str, tools: str) -> Json:
    """As Claude Code has it: a list of hooks for the tools that a pattern matches."""
    hook = {"type": "command", "command": line, "timeout": _SECONDS}
    return {"matcher": tools, "hooks": [hook]} if tools else {"hooks": [hook]}


def _gemini(line: str, tools: str) -> Json:
    """The same in milliseconds."""
    hook = {"name": "sdd-capture", "type": "command", "command": line, "timeout": _SECONDS * 1000}
    return {"matcher": tools, "hooks": [hook]} if tools else {"hooks": [hook]}


def _plain(line: str, _: str) -> Json:
    return {"type": "command", "command": line, "timeout": _SECONDS}


def _antigravity(line: str, tools: str) -> Json:
    return _nested(line, tools) if tools else _plain(line, tools)


def _cursor(line: str, _: str) -> Json:
    return {"command": line}


def _copilot(line: str, _: str) -> Json:
    return {"type": "command", "bash": line, "timeoutSec": _SECONDS}


def _windsurf(line: str, _: str) -> Json:
    return {"command": line, "show_output": False}


def _events(*names: str, tools: str = "") -> tuple[tuple[str, str], ...]:
    return tuple((name, tools) for name in names)


_CLAUDE_TOOLS = "Write|Edit|MultiEdit|NotebookEdit|Bash|mcp__.*"
_VERSION = MappingProxyType({"version": 1})

# By the makers' documents that sdd/capture/agents/ names; what Antigravity reads by those who tried agy 1.0.
HOOK_FILES: Mapping[str, HookFile] = MappingProxyType(
    {
        "claude": HookFile(
            ".claude/settings.local.json",
            ".claude/settings.json",
            "hooks",
            (
                *_events("SessionStart", "UserPromptSubmit", "UserPromptExpansion"),
                *_events("PreToolUse", "PostToolUse", "PostToolUseFailure", tools=_CLAUDE_TOOLS),
                *_events("Stop", "StopFailure", "PreCompact", "SessionEnd"),
            ),
            _nested,
        ),
        "codex": HookFile(
            "~/.codex/hooks.json",
            ".codex/hooks.json",
            "hooks",
            _events(
                "SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Stop", "StopFailure", "Interrupt",
                "PreCompact",
            ),
            _nested,
            seconds=MappingProxyType({"Interrupt": 3}),
        ),
        "gemini": HookFile(
            "~/.gemini/settings.json",
            ".gemini/settings.json",
            "hooks",
            (
                *_events("SessionStart", "BeforeAgent", "AfterAgent", "PreCompress", "SessionEnd"),
                *_events("BeforeTool", "AfterTool", tools=".*"),
            ),
            _gemini,
            comments=True,
        ),
        "antigravity": HookFile(
            "~/.gemini/config/hooks.json",
            ".agents/hooks.json",
            "sdd-capture",
            (*_events("PreInvocation", "Stop"), *_events("PreToolUse", "PostToolUse", tools=".*")),
            _antigravity,
        ),
        "cursor": HookFile(
            "~/.cursor/hooks.json",
            ".cursor/hooks.json",
            "hooks",
            _events(
                "sessionStart", "beforeSubmitPrompt", "preToolUse", "postToolUse", "afterFileEdit", "subagentStop",
                "afterAgentResponse", "stop", "sessionEnd",
            ),
            _cursor,
            _VERSION,
        ),
        "copilot": HookFile(
            "~/.copilot/hooks/sdd.json",
            ".github/hooks/sdd.json",
            "hooks",
            _events(
                "sessionStart", "userPromptSubmitted", "preToolUse", "postToolUse", "postToolUseFailure", "agentStop",
                "errorOccurred", "preCompact", "sessionEnd",
            ),
            _copilot,
            _VERSION,
        ),
        "vscode": HookFile(
            "~/.copilot/hooks/sdd-vscode.json",
            ".github/hooks/sdd-vscode.json",
            "hooks",
            _events("SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PreCompact", "Stop"),
            _plain,
        ),
        "opencode": HookFile(
            "~/.config/opencode/plugins/sdd.ts", ".opencode/plugins/sdd.ts", template="capture/opencode.ts"
        ),
        "windsurf": HookFile(
            "~/.codeium/windsurf/hooks.json",
            ".windsurf/hooks.json",
            "hooks",
            _events(
                "pre_user_prompt", "pre_write_code", "post_write_code", "pre_run_command", "post_run_command",
                "pre_mcp_tool_use", "post_mcp_tool_use", "post_cascade_response",
            ),
            _windsurf,
        ),
    }
)  # fmt: skip
"""The word of an agent -> its hook file."""


def shared_line(agent: str) -> str:
    """The line of a committed hook: it does nothing where sdd is not installed, and never changes."""
    return f"command -v sdd >/dev/null 2>&1 || exit 0; sdd capture event {agent}"


def with_entries(document: Json, file: HookFile, line: str) -> Json:
    """The document of a hook file with an entry for each event; what is there already stays as it is.

    Raises ValueError where the file has something else in their place.
    """
    section = document.get(file.section, {})
    if not isinstance(section, dict) or any(not isinstance(section.get(name, []), list) for name, _ in file.events):
        raise ValueError(f"{file.section} is no table of lists")
    added = {}
    for name, tools in file.events:
        entry, former = file.entry_of(name, tools, line), file.entry(line, tools)
        listed = [each for each in section.get(name, []) if each == entry or each != former]
        added[name] = listed if entry in listed else [*listed, entry]
    return {**({} if document else file.base), **document, file.section: {**section, **added}}


def without_entries(document: Json, file: HookFile, line: str) -> Json:
    """The document without them; an event, and a section, that held nothing else goes with them."""
    section = document.get(file.section)
    if not isinstance(section, dict):
        return document
    left = dict(section)
    for name, tools in file.events:
        if isinstance(listed := left.get(name), list):
            own = (file.entry_of(name, tools, line), file.entry(line, tools))
            left[name] = [each for each in listed if each not in own]
    kept = {name: listed for name, listed in left.items() if listed != [] or name not in dict(file.events)}
    return {
        key: kept if key == file.section else value for key, value in document.items() if kept or key != file.section
    }


SHARED = frozenset(file.shared for file in HOOK_FILES.values() if file.events)
"""The committed hook files that sdd adds entries to."""

PLUGINS = MappingProxyType({file.shared: file.template for file in HOOK_FILES.values() if file.template})
"""The committed hook files that sdd writes whole -> the template of each."""


def is_own_change(path: str, before: bytes, after: bytes) -> bool:
    """Whether a committed hook file (below its root) changed by nothing but the entries of capture.

    Empty bytes are a file that is not there.
    """
    named = ((agent, file) for agent, file in HOOK_FILES.items() if file.shared == path and file.events)
    return any(_differ_by_entries(file, shared_line(agent), before, after) for agent, file in named)


def read_hooks(content: bytes, *, comments: bool = False) -> Json:
    """The document of a hook file, which may hold `comments`. Raises ValueError for what is no JSON object, or says a
    key twice.
    """
    import json  # no verdict needs it where no hook file changes

    try:
        text: str | bytes = blanked(content.decode()) if comments else content
        document = json.loads(text or "{}", object_pairs_hook=_once, parse_constant=_refuse_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(document, dict):
        raise ValueError("it is no JSON object")
    return document


def _refuse_number(written: str) -> float:
    raise ValueError(f"{written} is no number that JSON can hold")


def _finite(written: str) -> float:
    return value if (value := float(written)) not in (float("inf"), float("-inf")) else _refuse_number(written)


def _once(pairs: list[tuple[str, Any]]) -> Json:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("it says a key twice")
    return dict(pairs)


def _differ_by_entries(file: HookFile, line: str, before: bytes, after: bytes) -> bool:
    try:
        left, right = (
            without_entries(read_hooks(content, comments=file.comments), file, line) for content in (before, after)
        )
    except ValueError:
        return False
    if file.comments and comments(before.decode()) != comments(after.decode()):
        return False
    if not before or not after:  # a new file holds its base, too
        left, right = (
            {key: value for key, value in side.items() if file.base.get(key) != value} for side in (left, right)
        )
    import json

    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
