"""`--input`: a record by one JSON document, and `--edit`: the prompt by an editor."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.adopted import FEATURE, OPEN, Adopted


def by_document(adopted: Adopted, *command: str, **said: Any) -> tuple[int, dict[str, Any]]:
    """What a command prints whose options come in one document on standard input."""
    ran = adopted.sdd(*command, "--input", "-", "--json", stdin=json.dumps(said))
    return ran.status, ran.document


def test_a_fix_by_one_document(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n", "src/b.py": "1\n"})
    prompt = "Round: half up.\n\n## Prompt\n\n" + "long " * 3000 + "end"
    said = {"title": "Round it", "kind": "fix", "success": "It is rounded.", "checks": ["true"], "prompt": prompt}
    told = {"response": "Done.", "model": "m-1", "tests": ["pytest"], "files": ["src/a.py", "src/b.py"], "human": True}
    status, made = by_document(adopted, "phr", "new", "--commit", **said, **told, id="0815", user=None)
    assert (status, made["files"]) == (0, ["src/a.py", "src/b.py"]), made
    (item,) = adopted.done("phr", "list", "--json", "--limit", "1").document["items"]
    assert (item["title"], item["prompt"], item["response"]) == ("Round it", prompt, "Done.")
    assert (item["model"], item["tests"], item["id"]) == ("m-1", ["pytest"], "0001")
    assert adopted.gate()["verdict"] == "pass"
    # What is listed can be handed in again; the command line goes before it.
    adopted.write({"src/a.py": "2\n"})
    status, made = by_document(adopted, "phr", "new", "Another", "--kind", "chore", **{**item, "files": ["src/a.py"]})
    assert (status, made.get("files"), made.get("id")) == (0, ["src/a.py"], "0002"), made
    shown = adopted.done("phr", "show", made["relative_path"], "--json").document
    assert shown["surface"] == item["surface"] == "human"


def test_a_contract_by_one_document_and_the_record_that_links_it(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/reverse/charge.py": "CHARGED = True\n", "src/a.py": "1\n"})
    said = {"title": "Round", "feature": FEATURE, "requirements": ["FR-001"], "scope": ["/src/a.py"]}
    words = {"success": "It is.", "constraints": ["One."], "non_goals": ["Two."], "checks": ["true"]}
    status, made = by_document(adopted, "contract", "new", **said, **words)
    assert (status, made["scope"]) == (0, ["/src/a.py"]), made
    files = ["src/reverse/charge.py"]
    status, made = by_document(adopted, "phr", "new", title="Charge", links={"contract": OPEN}, files=files)
    assert status == 0
    assert f"contract: {OPEN}" in Path(made["path"]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{", "no JSON document"),
        ("[1]", "no JSON object"),
        (b"\xff", "no JSON document"),
        ('{"titel": "x"}', "unknown key titel"),
        ('{"title": 1}', "title is a text"),
        ('{"title": "x", "files": "src/a.py"}', "files is a list of texts"),
        ('{"title": "x", "human": "yes"}', "human is true or false"),
        ('{"title": "x", "kind": "big"}', "'big' is not one of"),
        ('{"title": "x\\ud83d"}', "title holds half a character"),
        ('{"title": "x", "prompt": "Round \\ude00 it."}', "prompt holds half a character"),
        ('{"title": "x", "tests": ["one", "\\udcff"]}', "tests holds half a character"),
        ('{"title": "x\\u0000"}', "title holds a NUL"),
        ('{"title": "x", "kind": "fix", "success": "It is so.", "checks": ["tr\\u0000ue"]}', "checks holds a NUL"),
        ('{"title": "x", "links": [["adr", "a\\u0000.md"]], "files": ["src/\\u0000.py"]}', "files holds a NUL"),
        ('{"kind": "fix"}', "Missing argument"),
        ('{"title": "TITLE"}', "still to be filled in"),
    ],
)
def test_what_a_document_gets_wrong_is_told(adopted: Adopted, document: str | bytes, told: str) -> None:
    place = adopted.folder / "said.json"
    place.write_bytes(document.encode() if isinstance(document, str) else document)
    ran = adopted.sdd("phr", "new", "--input", str(place), "--json")
    assert (ran.status, told in ran.document["message"]) == (2, True), ran
    assert adopted.here.git("status", "--porcelain") == ""


def test_a_character_beyond_the_first_plane_is_whole(adopted: Adopted) -> None:
    status, _ = by_document(adopted, "phr", "new", title="Smile", prompt="Smile \U0001f600.", tests=["\U0001f600"])
    assert status == 0
    (item,) = adopted.done("phr", "list", "--json", "--limit", "1").document["items"]
    assert (item["prompt"], item["tests"]) == ("Smile \U0001f600.", ["\U0001f600"])


def test_an_editor_writes_the_prompt(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = adopted.folder / "editor"
    editor.write_text(f"#!{sys.executable}\nimport sys\nopen(sys.argv[1], 'a').write('# More\\n' + 'x' * 9000)\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", "false")
    monkeypatch.setenv("GIT_EDITOR", str(editor))
    adopted.done("phr", "new", "Talk it over", "--stage", "explainer", "--edit")
    (item,) = adopted.done("phr", "list", "--json", "--limit", "1").document["items"]
    assert item["prompt"].startswith("Talk it over")
    assert item["prompt"].endswith("# More\n" + "x" * 9000)
    editor.write_text("#!/bin/sh\nexit 0\n")
    ran = adopted.sdd("phr", "new", "Again", "--edit")
    assert (ran.status, "without saving" in ran.err) == (2, True)
