"""The texts of `integrations/` that are made from those that sdd ships: one wording, in each tool's own form.

python -m tests.integrations --write     brings them up to date
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from sdd.records.agent_programs import COMMANDS, skill_text
from sdd.records.hook_files import HOOK_FILES, shared_line, with_entries
from sdd.records.packaged import template
from tests.generated import TOP

FOLDER = TOP / "integrations"
SPEC_KIT, PLUGIN = FOLDER / "spec-kit", FOLDER / "claude-plugin"
# spec-kit has a command of its own that writes specs.
_FOR_SPEC_KIT = tuple(name for name in COMMANDS if name != "sdd.specify.md")
_NAMES = re.compile(r"\bsdd\.(?=contract|phr|gate)")


def texts() -> Iterator[tuple[Path, str]]:
    """Each file, and what it is to hold."""
    for name in _FOR_SPEC_KIT:
        text = re.sub(r"^argument-hint: .*\n", "", template(f"commands/{name}"), flags=re.MULTILINE)
        yield SPEC_KIT / "commands" / f"speckit.{name}", _NAMES.sub("speckit.sdd.", text)
    for name in COMMANDS:
        word = name.removesuffix(".md")
        yield PLUGIN / "skills" / word.replace(".", "-") / "SKILL.md", skill_text(word, template(f"commands/{name}"))
    yield PLUGIN / ".mcp.json", template("mcp/servers.json")
    about = "Tells sdd what is asked and what comes of it; it records only where capture is turned on"
    hooks = with_entries(
        {"description": f"{about} (sdd capture install)."}, HOOK_FILES["claude"], shared_line("claude")
    )
    yield PLUGIN / "hooks" / "hooks.json", json.dumps(hooks, indent=2) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    for file, text in texts():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
