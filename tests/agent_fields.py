"""The fields that each agent documents for the events that capture reads: those that are always there, and the others.

Claude Code by the types of its SDK 0.3.332, Codex by its generated schemas, Gemini CLI by docs/hooks/reference.md,
Copilot by its hooks reference, VS Code and Windsurf by their hooks pages; Antigravity and Cursor as captured.
"""

from typing import NamedTuple


class Documented(NamedTuple):
    """The fields of an event; `event` is empty where the agent does not say its name."""

    event: str
    always: frozenset[str]
    at_times: frozenset[str] = frozenset()


def events(always: str, at_times: str, **more: str) -> tuple[Documented, ...]:
    """Events that share fields. A field with a question mark is there at times; __ in a name stands for a number of
    events with the same name.
    """
    listed = []
    for name, fields in more.items():
        words = fields.split()
        own, optional = [word for word in words if word[-1] != "?"], [word[:-1] for word in words if word[-1] == "?"]
        listed.append(
            Documented(name.partition("__")[0], frozenset(always.split() + own), frozenset(at_times.split() + optional))
        )
    return tuple(listed)


CLAUDE = events(
    "session_id transcript_path cwd hook_event_name",
    "prompt_id permission_mode agent_id agent_type effort",
    UserPromptSubmit="prompt source? session_title?",
    UserPromptExpansion="expansion_type command_name command_args command_source? prompt",
    Stop="stop_hook_active last_assistant_message? background_tasks? session_crons?",
    StopFailure="error error_details? last_assistant_message?",
    SubagentStart="agent_id agent_type",
    SubagentStop="stop_hook_active agent_id agent_transcript_path agent_type last_assistant_message?",
    SessionStart="source model? session_title? context_tokens? seconds_since_last_response?",
    SessionEnd="reason",
    PreToolUse="tool_name tool_input tool_use_id mcp_server?",
    PostToolUse="tool_name tool_input tool_use_id tool_response duration_ms? mcp_server?",
    PostToolUseFailure="tool_name tool_input tool_use_id error is_interrupt? duration_ms?",
    PreCompact="trigger custom_instructions",
    PostCompact="trigger compact_summary",
)

CODEX = events(
    "session_id transcript_path cwd hook_event_name",
    "agent_id agent_type model",
    UserPromptSubmit="turn_id model permission_mode prompt",
    Stop="turn_id model permission_mode stop_hook_active last_assistant_message",
    StopFailure="turn_id model permission_mode error error_details last_assistant_message",
    Interrupt="turn_id model permission_mode",
    SubagentStart="turn_id model permission_mode",
    SubagentStop="turn_id model permission_mode stop_hook_active last_assistant_message agent_transcript_path",
    SessionStart="model permission_mode source",
    SessionEnd="permission_mode? reason",
    PreToolUse="turn_id model permission_mode tool_name tool_input tool_use_id",
    PostToolUse="turn_id model permission_mode tool_name tool_input tool_use_id tool_response",
    PreCompact="turn_id model trigger permission_mode?",
    PostCompact="turn_id model trigger permission_mode?",
)

GEMINI = events(
    "session_id transcript_path cwd hook_event_name timestamp",
    "",
    BeforeAgent="prompt",
    AfterAgent="prompt prompt_response stop_hook_active",
    BeforeTool="tool_name tool_input mcp_context?",
    AfterTool="tool_name tool_input tool_response mcp_context?",
    SessionStart="source",
    SessionEnd="reason",
    PreCompress="trigger",
)

ANTIGRAVITY = events(
    "conversationId workspacePaths transcriptPath artifactDirectoryPath",
    "",
    __invocation="invocationNum initialNumSteps",
    __before_tool="toolCall stepIdx",
    __after_tool="stepIdx error",
    __stop="executionNum terminationReason error fullyIdle",
)

CURSOR = events(
    "conversation_id generation_id hook_event_name workspace_roots transcript_path",
    "model cursor_version user_email cwd",
    beforeSubmitPrompt="prompt attachments",
    afterAgentResponse="text",
    stop="status loop_count",
    sessionStart="session_id is_background_agent composer_mode?",
    sessionEnd="session_id reason duration_ms final_status",
    subagentStart="subagent_id subagent_type task parent_conversation_id tool_call_id",
    subagentStop="status summary modified_files message_count tool_call_count agent_transcript_path "
    "subagent_id? subagent_type? parent_conversation_id?",
    preToolUse="tool_name tool_input tool_use_id",
    postToolUse="tool_name tool_input tool_use_id tool_output duration",
    afterFileEdit="file_path edits",
    preCompact="trigger",
)

COPILOT = events(
    "sessionId timestamp cwd",
    "agentId agentType parentAgentId",  # where a subagent is at work: not documented, but seen in 1.0.102
    __prompt="prompt",
    __transformed="prompt transformedPrompt",
    __stop="transcriptPath stopReason stop_hook_active",
    __subagent_start="transcriptPath agentName agentDisplayName? agentDescription?",
    __subagent_stop="transcriptPath agentId agentType agentName response stopReason agentDisplayName? "
    "stop_hook_active?",
    __start="source initialPrompt?",
    __end="reason",
    __before_tool="toolName toolArgs",
    __after_tool="toolName toolArgs toolResult",
    __failed_tool="toolName toolArgs error",
    __error="error errorContext recoverable",
    __compact="transcriptPath trigger customInstructions",
)

COPILOT_BY_CLAUDES_HOOKS = events(
    "hook_event_name session_id timestamp cwd",
    "agent_id agent_type parent_agent_id",
    UserPromptSubmit="prompt",
    Stop="transcript_path stop_reason stop_hook_active",
    SubagentStart="transcript_path agent_name agent_display_name? agent_description?",
    SubagentStop="transcript_path agent_id agent_type agent_name last_assistant_message stop_reason "
    "agent_display_name? stop_hook_active?",
    SessionStart="source initial_prompt?",
    SessionEnd="reason",
    PreToolUse="tool_name tool_input",
    PostToolUse="tool_name tool_input tool_result",
    PostToolUseFailure="tool_name tool_input error",
    ErrorOccurred="error error_context recoverable",
    PreCompact="transcript_path trigger custom_instructions",
)

VSCODE = events(
    "timestamp cwd sessionId hookEventName transcript_path",
    "",
    UserPromptSubmit="prompt",
    Stop="stop_hook_active",
    SessionStart="source",
    SubagentStart="agent_id agent_type",
    SubagentStop="agent_id agent_type stop_hook_active",
    PreToolUse="tool_name tool_input tool_use_id",
    PostToolUse="tool_name tool_input tool_use_id tool_response",
    PreCompact="trigger",
)

WINDSURF = events(
    "agent_action_name trajectory_id execution_id timestamp tool_info",
    "model_name",
    pre_user_prompt="",
    pre_write_code="",
    post_write_code="",
    pre_run_command="",
    post_run_command="",
    pre_mcp_tool_use="",
    post_mcp_tool_use="",
    post_cascade_response="",
    post_cascade_response_with_transcript="",
)

DOCUMENTED = {
    "claude": CLAUDE,
    "codex": CODEX,
    "gemini": GEMINI,
    "antigravity": ANTIGRAVITY,
    "cursor": CURSOR,
    "copilot": COPILOT,
    "copilot-by-claudes-hooks": COPILOT_BY_CLAUDES_HOOKS,
    "vscode": VSCODE,
    "windsurf": WINDSURF,
}
"""By the names of `agent_payloads.VARIANTS`. OpenCode sends what sdd's own plugin does, which has a test of its own."""
