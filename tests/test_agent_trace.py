"""`sdd capture export`: an agent-trace document of the lines that tool calls wrote."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sdd.records.edits import Edits, edits_told, line_digest
from tests.good import good_repository
from tests.program import sdd
from tests.scratch import Scratch

_TEXT = {"type": "string", "minLength": 1}
_RANGE = {
    "type": "object",
    "required": ["start_line", "end_line"],
    "properties": {"start_line": {"type": "integer", "minimum": 1}, "end_line": {"type": "integer", "minimum": 1}},
}
_CONVERSATION = {
    "type": "object",
    "required": ["contributor", "ranges"],
    "properties": {
        "contributor": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"enum": ["human", "ai", "mixed", "unknown"]}, "model_id": _TEXT},
        },
        "ranges": {"type": "array", "minItems": 1, "items": _RANGE},
        "related": {"type": "array", "items": {"type": "object", "required": ["type", "url"]}},
    },
}
# What the published schema of version 0.1.0 asks for.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["version", "id", "timestamp", "files"],
    "properties": {
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "id": {"type": "string", "format": "uuid"},
        "timestamp": {"type": "string", "format": "date-time"},
        "vcs": {"type": "object", "required": ["type", "revision"], "properties": {"type": {"const": "git"}}},
        "tool": {"type": "object", "properties": {"name": _TEXT, "version": _TEXT}},
        "files": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "conversations"],
                "properties": {"path": _TEXT, "conversations": {"type": "array", "items": _CONVERSATION}},
            },
        },
    },
}
CODE = (
    "import math\n\ndef by_hand():\n    return 1\n\ndef half_up(cents):\n    # up\n    return math.floor(cents + 0.5)\n"
)
BY_AGENT = ("import math", "def half_up(cents):", "return math.floor(cents + 0.5)")


@pytest.fixture
def good(tmp_path: Path) -> Scratch:
    """A repository whose PHR says which lines of a file a tool call wrote."""
    scratch = good_repository(tmp_path / "good")
    (phr,) = (scratch.path / "history/prompts/001-vat").glob("0002-*")
    (entry,) = edits_told([Edits("src/half.py", frozenset(map(line_digest, BY_AGENT)))])
    text = phr.read_text().replace("files:\n", f'edits:\n  - "{entry}"\nfiles:\n', 1)
    assert "edits:" in text
    scratch.commit("Round half up", {"src/half.py": CODE, str(phr.relative_to(scratch.path)): text})
    return scratch


def test_the_lines_of_a_tool_call_are_ranges_of_its_record(good: Scratch) -> None:
    document = sdd(good.path, "capture", "export").document
    Draft202012Validator(SCHEMA).validate(document)
    (file,) = document["files"]
    assert file["path"] == "src/half.py"
    (conversation,) = file["conversations"]
    lines = [(each["start_line"], each["end_line"]) for each in conversation["ranges"]]
    assert lines == [(1, 1), (6, 6), (8, 8)]
    assert conversation["related"][0]["url"].startswith("history/prompts/001-vat/0002-")
    assert document["vcs"]["revision"] == good.git("rev-parse", "HEAD").strip()


@pytest.mark.parametrize(("told", "model"), [("m-1", "m-1"), ("unspecified", None), ("m-1, m-2", None)])
def test_a_model_is_told_where_one_alone_can_have_written_it(good: Scratch, told: str, model: str | None) -> None:
    (phr,) = (good.path / "history/prompts/001-vat").glob("0002-*")
    lines = [line for line in phr.read_text().splitlines(keepends=True) if not line.startswith("model:")]
    phr.write_text("".join([lines[0], *([f"model: {told}\n"] if told else []), *lines[1:]]))
    good.git("commit", "-qam", "Models")
    (file,) = sdd(good.path, "capture", "export").document["files"]
    assert file["conversations"][0]["contributor"].get("model_id") == model


def test_one_commit_has_one_document(good: Scratch) -> None:
    first, again = (sdd(good.path, "capture", "export", "--rev", "HEAD").out for _ in range(2))
    assert first == again
    assert sdd(good.path, "capture", "export", "--rev", "HEAD~1").document["files"] == []


def test_an_unknown_revision_is_told(good: Scratch) -> None:
    ran = sdd(good.path, "capture", "export", "--rev", "nothing")
    assert ran.status == 2
    assert "unknown revision: nothing" in ran.err
