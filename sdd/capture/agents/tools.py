"""Tool calls: the files that one names as changed, the shell line that it ran, and how it ended.

What a call writes is told by its fields, since names differ and change: a path beside a text to put there is an edit.
Only what has no such text is told by the name: removing, moving.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sdd.base.regex import regex
from sdd.capture.agents.patches import PATCH, patch_edits
from sdd.capture.agents.prompts import parts_text
from sdd.capture.agents.values import Payload, decode, mapping, mappings, number, path, sound, text
from sdd.capture.events import Edit, ToolCall

_PATH = (
    "file_path", "filePath", "notebook_path", "notebookPath", "target_file", "targetFile", "TargetFile", "path",
    "AbsolutePath", "filename", "file",
)  # fmt: skip
_WRITTEN = (
    "content", "contents", "new_string", "newString", "new_str", "newStr", "new_source", "newSource", "newCode",
    "file_text", "fileText", "CodeContent", "ReplacementContent", "code_edit", "insert_text", "insertText", "new_text",
    "newText", "code",
)  # fmt: skip
_WHOLE = ("content", "contents", "file_text", "fileText", "CodeContent")
"""The fields among these that hold a whole file; the others hold a part of one."""

_FORMER = ("old_string", "oldString", "old_str", "oldStr", "old_text", "oldText", "TargetContent", "oldCode")
_DIFF = ("fileDiff", "diff", "detailedContent")
_PARTS = ("edits", "replacements", "ReplacementChunks", "changes", "operations")
_COMMAND = ("command", "cmd", "CommandLine", "command_line", "commandLine", "script")
_PATCH = ("patch", "patchText", "patch_text", "input", *_COMMAND)

_REMOVERS = frozenset(("delete", "deletefile", "deletefiles", "removefile", "rm"))
_MOVERS = frozenset(("move", "movefile", "renamefile", "rename"))
_OPENERS = frozenset(("editfiles",))
"""Names as `_plain` gives them. The calls of the last name files that they edit, and no text."""

_EDITOR_WORDS = frozenset(("create", "view", "str_replace", "insert", "undo_edit"))
_NO_SHELLS = frozenset(("slashcommand",))
"""What stands in the place of a shell line in the calls of an editor, and calls whose `command` is no shell's."""

_EXIT_CODE = ("exit_code", "exitCode", "exit", "returncode", "return_code", "ExitCode")
_FAILED_FLAGS = ("is_error", "isError", "interrupted", "timed_out", "timedOut")
_RESULTS = {"success": True, "failure": False, "failed": False, "error": False, "rejected": False, "denied": False}
_TOLD = ("llmContent", "textResultForLlm", "text_result_for_llm")
_OUTPUT = (*_TOLD, "output", "aggregated_output", "content", "result", "error")
_EXIT_LINE = regex(r"(?i)<?(?:[\w: ]{0,60} )?exit(?:ed with)?(?: exit)?(?: non-zero status)? code:? (-?\d{1,10})[>.]?")
_KEPT_OUTPUT = 8000


def read_tool(
    name: str,
    id: str = "",
    arguments: object = None,
    result: object = None,
    *,
    milliseconds: float | None = None,
    succeeded: bool | None = None,
    exited_well: bool | None = None,
) -> ToolCall:
    """A call that has ended. `succeeded` is what the event says of it, `exited_well` what it says of a shell's exit
    code; of a success, an exit code in the result knows better. A call that failed changed no file, unless a shell's.
    """
    fields = _arguments(arguments)
    command = _command(name, fields)
    ended = exited_well if command and succeeded is not False else succeeded
    if succeeded is not False:
        told = _outcome(result, tells_code=bool(command or _patch(fields)))
        ended = told if told is not None or _runs_on(fields, result) else ended
    return ToolCall(
        name=name,
        id=id,
        edits=() if ended is False and not command else _answered(_edits(name, fields), result),
        command=command,
        succeeded=ended,
        output=_output(result)[-_KEPT_OUTPUT:] if command else "",
        duration=None if milliseconds is None else milliseconds / 1000,
    )


def named_edits(call: ToolCall, arguments: object) -> ToolCall | None:
    """The edits that a call names as it begins, as a call of its own, for agents that tell no end; None for none."""
    edits = _edits(call.name, _arguments(arguments))
    return ToolCall(call.name, f"{call.id}:edits", edits) if edits else None


def started_tool(name: str, id: str = "", arguments: object = None) -> ToolCall:
    """A call that begins: it has changed nothing so far."""
    return ToolCall(name=name, id=id, command=_command(name, _arguments(arguments)))


def _arguments(value: object) -> Payload:
    """The arguments of a call: an object, the text of one, or a patch."""
    return {"patch": value} if isinstance(value, str) and value.lstrip().startswith(PATCH) else mapping(value)


def _edits(name: str, fields: Payload) -> tuple[Edit, ...]:
    if patch := _patch(fields):
        return patch_edits(patch)
    if "owner" in fields and "repo" in fields:  # a file of a forge, not of this work tree
        return ()
    return (*_named(_plain(name), fields), *_written(fields))


def _named(name: str, fields: Payload) -> Iterator[Edit]:
    if name in _REMOVERS:
        yield from (Edit(where, removed=True) for where in _paths(fields))
    elif name in _OPENERS:
        yield from (Edit(where) for where in _paths(fields))
    elif name in _MOVERS:
        source = path(text(fields, "source", "old_path", "oldPath", "from", *_PATH))
        target = path(text(fields, "destination", "new_path", "newPath", "to"))
        if source and target:
            yield Edit(source, removed=True)
            yield Edit(target)


def _written(fields: Payload) -> Iterator[Edit]:
    """What a call writes, and each of its parts: a part without a path goes into the file of the whole."""
    where = path(text(fields, *_PATH))
    parts = [part for name in _PARTS for part in mappings(fields.get(name))]
    for part in parts or [fields]:
        target = path(text(part, *_PATH)) or where
        name = next((name for name in _WRITTEN if part.get(name) is not None), None)
        if target and name:
            former = next((_text(part[each]) for each in _FORMER if part.get(each) is not None), None)
            yield Edit(target, _text(part[name]), former=former, is_part=name not in _WHOLE)


def _answered(edits: tuple[Edit, ...], result: object) -> tuple[Edit, ...]:
    """The edits of a call by what its result says of them: whole lines, and only those that changed."""
    fields = mapping(result)
    told = [fields, mapping(fields.get("returnDisplay")), mapping(fields.get("metadata"))]
    if len({edit.path for edit in edits}) != 1 or any(edit.removed for edit in edits):
        return edits
    lines = [line for hunk in mappings(fields.get("structuredPatch")) for line in _lines(hunk.get("lines"))]
    diff = next(filter(None, (text(each, *_DIFF) for each in told)), "")
    lines = lines or [line for line in f"\n{diff}".partition("\n@@")[2].splitlines() if not line.startswith("@@")]
    if lines:
        return (Edit(edits[0].path, _side(lines, "+"), former=_side(lines, "-")),)
    if text(fields, "type") == "create":
        return tuple(replace(edit, former="") for edit in edits)
    original = fields.get("originalFile")
    if isinstance(original, str) and not edits[0].is_part:
        return tuple(replace(edit, former=sound(original)) for edit in edits)
    return edits


def _lines(value: object) -> list[str]:
    return [sound(line) for line in value if isinstance(line, str)] if isinstance(value, list) else []


def _side(lines: list[str], sign: str) -> str:
    return "\n".join(line[1:] for line in lines if line.startswith(sign))


def _paths(fields: Payload) -> Iterator[str]:
    for name in ("files", "paths", "file_paths", "filePaths"):
        listed = decode(fields.get(name))
        yield from filter(None, map(path, listed if isinstance(listed, list) else ()))
    if where := path(text(fields, *_PATH)):
        yield where


def _text(value: object) -> str:
    """A text, or the lines of a notebook's cell."""
    if isinstance(value, list):
        return "".join(sound(line) for line in value if isinstance(line, str))
    return sound(value) if isinstance(value, str) else ""


def _plain(name: str) -> str:
    """A tool's name without its server, case and separators: `deletefile` of `mcp__files__delete_file`."""
    return name.replace("/", "__").replace(".", "__").rpartition("__")[2].replace("_", "").replace("-", "").lower()


def _command(name: str, fields: Payload) -> str:
    line = next(filter(None, (_line(fields.get(key)) for key in _COMMAND)), "")
    is_shell = not line.lstrip().startswith(PATCH) and line not in _EDITOR_WORDS and _plain(name) not in _NO_SHELLS
    return line if is_shell else ""


def _patch(fields: Payload) -> str:
    """The patch that a call applies: its own, or one that its shell line hands to `apply_patch`."""
    for key in _PATCH:
        line = _line(fields.get(key))
        before, begin, _ = line.partition(PATCH)
        if begin and (not before.strip() or "apply_patch" in before):
            return line
    return ""


def _line(value: object) -> str:
    """A command as one line: agents send it as a text, as words, or as the words that start a shell with it."""
    if not isinstance(value, list):
        return sound(value) if isinstance(value, str) else ""
    words = [sound(word) for word in value if isinstance(word, str)]
    if len(words) > 2 and words[1].startswith("-") and words[1].endswith("c"):
        return words[2]
    return " ".join(words) if words[:1] == ["apply_patch"] else shlex.join(words)


def _outcome(result: object, *, tells_code: bool) -> bool | None:
    """Whether a result says that the call succeeded; with `tells_code` its text may say so. None for neither."""
    if not isinstance(result, Mapping):
        return _told_code(parts_text(result)) if tells_code else None
    if (code := number(result, *_EXIT_CODE)) is not None:
        return code == 0
    if any(result.get(flag) is True for flag in _FAILED_FLAGS) or result.get("error"):
        return False
    if isinstance(success := result.get("success"), bool):
        return success
    told = _RESULTS.get(text(result, "resultType", "result_type").lower())
    return _told_code(text(result, *_TOLD)) if tells_code and told is not False else told


def _told_code(output: str) -> bool | None:
    """What an agent writes around a shell's output: the exit code, on a line of its own at its start or end."""
    lines = output.strip().splitlines()
    codes = (match for line in [*lines[:5], *lines[-5:]] if (match := _EXIT_LINE.fullmatch(line[:200].strip())))
    code = next(codes, None)
    return code and int(code[1]) == 0


def _runs_on(fields: Payload, result: object) -> bool:
    """Whether a call only started something that goes on: how that ends is not known."""
    started = isinstance(result, Mapping) and result.get("backgroundTaskId")
    return bool(started) or any(
        fields.get(key) is True for key in ("run_in_background", "isBackground", "is_background")
    )


def _output(result: object) -> str:
    if not isinstance(result, Mapping):
        return parts_text(result)
    streams = [parts_text(result.get(key)) for key in ("stdout", "stderr")]
    printed = streams if any(streams) else (parts_text(result.get(key)) for key in _OUTPUT)
    return "\n".join(filter(None, printed))
