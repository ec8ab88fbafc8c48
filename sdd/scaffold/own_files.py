"""The files that `sdd init` writes, with what is filled into them."""

import re
from collections.abc import Sequence
from pathlib import Path

from sdd import paths
from sdd.artifacts import constitution as constitutions
from sdd.packaged import AGENT_PLACES, CONSTITUTION, PLACES, SCRIPT_PLACES, template
from sdd.project import CONSTITUTION_PATH
from sdd.scaffold.templates import TOKEN, fill

OLD_CONSTITUTION_PATH = "memory/constitution.md"


def own_texts(folder: Path, today: str, agents: Sequence[str] = (), *, scripts: bool = False) -> dict[str, str]:
    """path below the root -> the text that init writes there. `today` is YYYY-MM-DD, `agents` are of AGENT_PLACES,
    `scripts` asks for those of SCRIPT_PLACES.

    A constitution in spec-kit's old place is taken over as it is, where it can be judged.
    """
    constitution = old_constitution(folder)
    if constitution is None:
        name = TOKEN.sub("", paths.printable(folder.resolve().name)) or "Project"
        constitution = fill(template(CONSTITUTION), {"project": name, "date": today})
    places = {**PLACES, **(SCRIPT_PLACES if scripts else {})}
    for agent in agents:
        places |= AGENT_PLACES[agent]
    return {path: template(name) for path, name in places.items()} | {CONSTITUTION_PATH: constitution}


def old_constitution(folder: Path) -> str | None:
    """The text of a constitution in spec-kit's old place, None where there is none with a version to count on from."""
    file = folder / OLD_CONSTITUTION_PATH
    if not file.is_file() or file.is_symlink():
        return None
    content = file.read_bytes()
    found = constitutions.parse(OLD_CONSTITUTION_PATH, content, "")
    if found.problems or not re.fullmatch(r"\d+\.\d+\.\d+", found.version or ""):
        return None
    return content.decode("utf-8-sig", "replace")
