"""What agents send is read alike: their JSON, prompts, tool calls, times and paths."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.capture.agents.patches import patch_edits
from sdd.capture.agents.prompts import Prompt, parts_text, read_prompt
from sdd.capture.agents.tools import read_tool, started_tool
from sdd.capture.agents.values import decode, moment, path, read_json, sound, text, time_told
from sdd.capture.edited_lines import edited
from sdd.capture.events import Edit
from sdd.capture.exchanges import REMOVED, REPLACED, UNSURE
from sdd.records.edits import line_digest

NOW = 1_796_000_000.0


def part(path: str, text: str, former: str | None = None) -> Edit:
    """An edit of a part of a file."""
    return Edit(path, text, former=former, is_part=True)


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": "x\ny\x00"}', b'\xef\xbb\xbf{"a": 1}', '{"a": "ä"}'.encode("utf-16"), b'{"a": NaN, "b": Infinity}',
        b'{"a": "\\ud800"}', b'{"a": "\xff"}', b'{"a": ' + b"9" * 4000 + b"}", b'{"a": 1e999}',
    ],
)  # fmt: skip
def test_json_is_read_as_agents_send_it(content: bytes) -> None:
    assert "a" in read_json(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"a": "x', b"[]", b"3", b"null", b"\xff\xff", b"[" * 100_000, b'{"a": ' * 100_000, b"9" * 5000],
)
def test_what_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(content)


def test_a_text_is_sound_whatever_it_held() -> None:
    assert sound("a\ud800b") == "a\ufffdb"
    assert sound("\ud83d\ude00") == "\U0001f600"
    assert text({"a": None, "b": True, "c": 7}, "a", "b", "c") == "7"
    assert text({"id": "call\n1"}, "id") == "call\n1"


def test_a_path_is_the_systems() -> None:
    for written, expected in (
        ("/w/a b.py", "/w/a b.py"), ("/c:/w/a.py", "c:/w/a.py"), ("file:///w/a%20b.py", "/w/a b.py"),
        ("file:///c%3A/w/a.py", "c:/w/a.py"), ("a\0b", ""), (3, ""), (None, ""), ("/c/a.py", "/c/a.py"),
    ):  # fmt: skip
        assert path(written) == expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1_796_000_000, 1_796_000_000.0), (1_796_000_000_500, 1_796_000_000.5),
        (1_796_000_000_500_000, 1_796_000_000.5),
        (1_796_000_000_500_000_000, 1_796_000_000.5), ("1796000000500", 1_796_000_000.5),
        ("2026-11-29T10:00:00Z", 1_795_946_400.0), ("2026-11-29T11:00:00+01:00", 1_795_946_400.0),
        ("2026-11-29T10:00:00", 1_795_946_400.0), ("", None), ("soon", None), (True, None), (0, None), (-1, None),
        (float("nan"), None), (float("inf"), None), ("nan", None), (None, None), ([], None), (10**400, None),
        ("0001-01-01T00:00:00", None),
    ],
)  # fmt: skip
def test_a_time_is_read_in_any_unit(value: object, seconds: float | None) -> None:
    assert moment(value) == seconds


def test_a_clock_that_is_wrong_by_days_is_not_believed() -> None:
    assert time_told([NOW - 60], NOW) == NOW - 60
    assert time_told(["2026-11-29T10:00:00Z"], NOW + 90 * 86400) == NOW + 90 * 86400
    assert time_told([None, "x"], NOW) == NOW


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Add retry", Prompt("Add retry")),
        ("/speckit.plan it", Prompt("/speckit.plan it", "speckit.plan")),
        ("$speckit-plan it", Prompt("$speckit-plan it", "speckit-plan")),
        ("/prompts:plan", Prompt("/prompts:plan", "prompts:plan")),
        ("/home/dev/x is broken", Prompt("/home/dev/x is broken")),
        ("<system-reminder>x</system-reminder>\nAdd\n<system-reminder>y</system-reminder>", Prompt("Add")),
        ("<ide_opened_file>a.py</ide_opened_file>\n<ide_selection>x</ide_selection>Add", Prompt("Add")),
        ("Why <system-reminder> and </system-reminder>?", Prompt("Why <system-reminder> and </system-reminder>?")),
        ("<system-reminder>x", Prompt("<system-reminder>x")),
        ("<user_query>\nAdd\n</user_query>", Prompt("Add")),
        ("# Context from my IDE setup:\n\n## Active file: a\n\n## My request for Codex:\nAdd\n", Prompt("Add")),
        ("<task-notification>x</task-notification>", Prompt("<task-notification>x</task-notification>", "", True)),
        ("[Request interrupted by user]", Prompt("[Request interrupted by user]", "", True)),
        ("<system-reminder>x</system-reminder>", Prompt("", "", True)),
        ("", Prompt("", "", True)),
        ("Caveat: it is slow", Prompt("Caveat: it is slow")),
        (
            '<teammate-message teammate_id="a">x</teammate-message>',
            Prompt('<teammate-message teammate_id="a">x</teammate-message>', "", True),
        ),
        (
            "# AGENTS.md instructions for /w\n\n<INSTRUCTIONS>\nx\n</INSTRUCTIONS>",
            Prompt("# AGENTS.md instructions for /w\n\n<INSTRUCTIONS>\nx\n</INSTRUCTIONS>", "", True),
        ),
        ("warmup is slow, mend it", Prompt("warmup is slow, mend it")),
        (
            "<command-message>plan is running</command-message>\n<command-name>/plan</command-name>\n"
            "<command-args>it</command-args>",
            Prompt("/plan it", "plan"),
        ),
        ("<command-name>/clear</command-name>", Prompt("/clear", "clear", True)),
        ([{"type": "text", "text": "Look"}, {"type": "image", "source": {"data": "x"}}], Prompt("Look\n[image]")),
        ({"content": [{"type": "text", "text": "Look"}]}, Prompt("Look")),
    ],
)  # fmt: skip
def test_a_prompt_is_what_the_person_typed(written: object, expected: Prompt) -> None:
    assert read_prompt(written) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "# AGENTS.md instructions for new people: write them",
        "<task-notification> is not shown: fix it",
        "[Request interrupted by user] is logged: why?",
        "<command-line> flag parser is broken: fix flags.py",
        "<command-name>/plan</command-name> is wrong",
    ],
)
def test_a_prompt_that_begins_as_a_machine_s_does_is_a_person_s(typed: str) -> None:
    assert read_prompt(typed) == Prompt(typed)


def test_attachments_are_named_and_pictures_in_the_text_left_out() -> None:
    assert (
        read_prompt("See", [{"type": "file", "file_path": "/w/a.py"}, {"type": "rule"}]).text
        == "See\n[file: /w/a.py]\n[rule]"
    )
    assert read_prompt("See data:image/png;base64," + "A" * 400 + " there").text == "See [image/png] there"


@given(st.text(alphabet="<>/system-reminder \n", max_size=200))
def test_a_prompt_with_anything_between_its_tags_stays_whole(inside: str) -> None:
    prompt = f"Say <b>{inside}</b> to all"
    assert read_prompt(prompt).text == prompt


def test_a_prompt_of_a_million_tags_takes_no_longer_than_its_length() -> None:
    assert read_prompt("<system-reminder>x</system-reminder> " * 100_000 + "Add").text == "Add"


@pytest.mark.parametrize(
    ("name", "arguments", "edits"),
    [
        ("Write", {"file_path": "a", "content": "x"}, [Edit("a", "x")]),
        ("Write", {"path": "a", "contents": "x"}, [Edit("a", "x")]),
        ("Edit", {"file_path": "a", "old_string": "x", "new_string": ""}, [part("a", "", "x")]),
        (
            "MultiEdit",
            {"file_path": "a", "edits": [{"new_string": "x"}, {"new_string": "y"}]},
            [part("a", "x"), part("a", "y")],
        ),
        ("NotebookEdit", {"notebook_path": "a", "new_source": "x"}, [part("a", "x")]),
        ("create", '{"path": "a", "file_text": "x"}', [Edit("a", "x")]),
        ("str_replace_editor", {"command": "str_replace", "path": "a", "new_str": "x"}, [part("a", "x")]),
        (
            "multi_replace_string_in_file",
            {"replacements": [{"filePath": "a", "newString": "x"}, {"filePath": "b", "newString": "y"}]},
            [part("a", "x"), part("b", "y")],
        ),
        ("edit_notebook_file", {"filePath": "a", "newCode": ["x\n", "y"]}, [part("a", "x\ny")]),
        ("editFiles", {"files": ["a", "b"]}, [Edit("a"), Edit("b")]),
        ("mcp__files__write_file", {"path": "a", "content": "x"}, [Edit("a", "x")]),
        (
            "multi_replace_file_content",
            {"TargetFile": "a", "ReplacementChunks": [{"ReplacementContent": "x"}]},
            [part("a", "x")],
        ),
        ("delete_file", {"target_file": "a"}, [Edit("a", removed=True)]),
        ("mcp__files__move_file", {"source": "a", "destination": "b"}, [Edit("a", removed=True), Edit("b")]),
        ("apply_patch", "*** Begin Patch\n*** Delete File: a\n*** End Patch", [Edit("a", removed=True)]),
        ("Read", {"file_path": "a"}, []),
        ("Grep", {"pattern": "x", "path": "a"}, []),
        ("create_or_update_file", {"owner": "o", "repo": "r", "path": "a", "content": "x"}, []),
        ("WebFetch", {"url": "https://x", "prompt": "y"}, []),
    ],
)  # fmt: skip
def test_a_call_names_what_it_changes(name: str, arguments: Any, edits: list[Edit]) -> None:
    assert [*read_tool(name, "", arguments).edits] == edits
    assert read_tool(name, "", arguments, succeeded=False).edits == ()
    assert started_tool(name, "", arguments).edits == ()


HUNK = ["--- a", "+++ a", "@@ -1,3 +1,4 @@", " def f():", "-    x = 1", "+    x = 2", "+    y = 3", "\\ No newline"]


@pytest.mark.parametrize(
    ("content", "result", "expected"),
    [
        ("x", {"structuredPatch": [{"lines": HUNK[3:]}], "originalFile": None}, ("    x = 2\n    y = 3", "    x = 1")),
        ("x", {"structuredPatch": [], "type": "create", "originalFile": None}, ("x", "")),
        ("x", {"structuredPatch": [], "type": "update", "originalFile": "y\n"}, ("x", "y\n")),
        ("x", {"returnDisplay": {"fileDiff": "\n".join(HUNK)}}, ("    x = 2\n    y = 3", "    x = 1")),
        ("x", {"metadata": {"diff": "\n".join(HUNK[2:])}}, ("    x = 2\n    y = 3", "    x = 1")),
        ("x", {"structuredPatch": 7, "returnDisplay": [], "metadata": None, "diff": {}}, ("x", None)),
        ("x", "Done", ("x", None)),
    ],
)
def test_a_result_says_which_lines_changed(content: str, result: Any, expected: tuple[str, str | None]) -> None:
    (edit,) = read_tool("Write", "", {"file_path": "a", "content": content}, result).edits
    assert (edit.text, edit.former) == expected


@pytest.mark.parametrize(
    ("now", "old", "new", "added", "gone"),
    [
        ("K1 = 1\nK20 = 2000\n", "= 20\n", "= 2000\n", ["K20 = 2000"], ["K20 = 20"]),
        ("K10 = 1000", "10 = 10", "10 = 1000", ["K10 = 1000"], ["K10 = 10"]),
        ('"""Delta."""\ndelta = 1\n', "delta = 1\n", '"""Delta."""\ndelta = 1\n', ['"""Delta."""'], []),
        ("rate = 5\n", "  # old", "", [], None),
        ("same = 1\nsame = 1\n", "same = 2", "same = 1", ["same = 1"], None),
        ("gone from here\n", "was = 1", "rate = 22", ["rate = 22"], None),
        ("    rate = 5\n", "rate = 5", "    rate = 5", [], []),
    ],
)
def test_a_part_of_a_line_is_known_by_the_whole_one(
    tmp_path: Path, now: str, old: str, new: str, added: list[str], gone: list[str] | None
) -> None:
    (tmp_path / "a.py").write_text(now)
    file = edited("a.py", tmp_path / "a.py", part("a.py", new, old))
    assert file.lines == tuple(map(line_digest, added))
    assert file.gone == ((UNSURE,) if gone is None else tuple(map(line_digest, gone)))


def test_what_no_regular_file_holds_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for name in ("pipe", "link", "none", "."):
        assert edited(name, tmp_path / name, part(name, "rate = 5")).lines == (line_digest("rate = 5"),)
    assert edited("a", tmp_path / "a", Edit("a", "rate = 5")).gone == (REPLACED,)
    assert edited("a", tmp_path / "a", Edit("a", removed=True)).gone == (REMOVED,)


@pytest.mark.parametrize(
    ("name", "arguments", "command"),
    [
        ("Bash", {"command": "pytest -q"}, "pytest -q"),
        ("shell", {"command": ["bash", "-lc", "pytest -q"]}, "pytest -q"),
        ("exec_command", {"cmd": "pytest -q"}, "pytest -q"),
        ("local_shell", {"command": ["pytest", "a b.py"]}, "pytest 'a b.py'"),
        ("run_command", {"CommandLine": "npm test"}, "npm test"),
        ("str_replace_editor", {"command": "create", "path": "a", "file_text": ""}, ""),
        ("apply_patch", {"command": "*** Begin Patch\n*** End Patch"}, ""),
        ("SlashCommand", {"command": "/plan"}, ""),
        ("Read", {"file_path": "a"}, ""),
    ],
)
def test_a_shell_call_has_its_line(name: str, arguments: object, command: str) -> None:
    assert read_tool(name, "", arguments).command == started_tool(name, "", arguments).command == command


@pytest.mark.parametrize(
    ("result", "succeeded"),
    [
        ({"exit_code": 0}, True), ({"exitCode": 1}, False), ({"stdout": "x", "interrupted": True}, False),
        ({"resultType": "success", "textResultForLlm": "x"}, None),
        ({"resultType": "success", "textResultForLlm": "x\n<exited with exit code 0>"}, True),
        ({"text_result_for_llm": "x\n<shellId: 0 completed with exit code 1>"}, False),
        ({"llmContent": "<untrusted_context>\na\nb\nc\nd\ne\nExit Code: 1\nPGID: 7\n</untrusted_context>"}, False),
        ({"resultType": "failure"}, False), ({"success": False}, False), ({"error": {"message": "x"}}, False),
        ({"llmContent": "Output: x\nExit Code: 1"}, False),
        ("Exit code: 0\nWall time: 1 s\nOutput:\nexit code: 1\nx\ny\n", True),
        ("Process exited with code 2\nOutput:\n", False),
        ("a\nb\nc\nd\ne\nf\n<exited with exit code 0>", True), ("Exit code 1\nx", False),
        ("x", None), ({"stdout": "x"}, None),
        (None, None), ("exit 1", None), ([{"type": "text", "text": "Exit code: 0"}], True),
    ],
)  # fmt: skip
def test_the_outcome_is_what_the_result_says(result: object, succeeded: bool | None) -> None:
    assert read_tool("Bash", "", {"command": "x"}, result).succeeded is succeeded


def test_an_event_decides_where_the_result_says_nothing() -> None:
    assert read_tool("Bash", "", {"command": "x"}, {"stdout": "y"}, succeeded=True).succeeded is None
    assert read_tool("Bash", "", {"command": "x"}, {"stdout": "y"}, exited_well=True).succeeded is True
    assert read_tool("Bash", "", {"command": "x"}, {"exit_code": 0}, succeeded=False).succeeded is False
    assert read_tool("Bash", "", {"command": "x", "run_in_background": True}, {}, exited_well=True).succeeded is None
    assert read_tool("Read", "", {"file_path": "x"}, "exit code: 1", succeeded=True).succeeded is True


def test_the_end_of_a_shells_output_is_kept() -> None:
    tool = read_tool("Bash", "", {"command": "x"}, {"stdout": "a" * 100_000 + "end", "stderr": ""}, milliseconds=1500)
    assert tool.output.endswith("end")
    assert len(tool.output) < 10_000
    assert tool.duration == 1.5
    assert read_tool("Read", "", {"file_path": "x"}, "secret text").output == ""


@given(st.text(), st.text())
def test_a_patch_gives_back_what_it_adds(first: str, second: str) -> None:
    texts = {"a.py": first, "b/c.py": second}
    hunks = "".join(
        f"*** Add File: {name}\n" + "".join(f"+{line}\n" for line in written.splitlines())
        for name, written in texts.items()
    )
    edits = patch_edits(f"*** Begin Patch\n{hunks}*** End Patch\n")
    assert edits == tuple(Edit(name, "\n".join(written.splitlines()), former="") for name, written in texts.items())


def test_a_result_in_parts_is_one_text() -> None:
    assert parts_text({"content": [{"type": "text", "text": "a"}, "b"]}) == "a\nb"
    assert decode('"a') == '"a'
