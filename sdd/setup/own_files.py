"""The files that `sdd init` writes, with what is filled into them."""

import re
from collections.abc import Sequence
from pathlib import Path

from sdd.authoring.templates import TOKEN, fill
from sdd.base import paths
from sdd.records.kinds import constitution as constitutions
from sdd.records.packaged import (
    AGENT_PLACES,
    CONSTITUTION,
    INCLUDED_PIPELINE,
    PIPELINE,
    PLACES,
    SCRIPT_PLACES,
    WORKFLOW,
    ci_text,
    is_own_text,
    template,
)
from sdd.records.project import CONSTITUTION_PATH

OLD_CONSTITUTION_PATH = "memory/constitution.md"


def own_texts(folder: Path, today: str, agents: Sequence[str] = (), *, scripts: bool = False) -> dict[str, str]:
    """path below the root -> the text that init writes there. `today` is YYYY-MM-DD, `agents` are of AGENT_PLACES,
    `scripts` asks for those of SCRIPT_PLACES.

    A constitution in spec-kit's old place is copied as it is, where it can be judged.
    """
    constitution = old_constitution(folder)
    if constitution is None:
        name = TOKEN.sub("", paths.printable(folder.resolve().name)) or "Project"
        constitution = fill(template(CONSTITUTION), {"project": name, "date": today})
    places = {**PLACES, **(SCRIPT_PLACES if scripts else {})}
    for agent in agents:
        places |= AGENT_PLACES[agent]
    return {path: template(name) for path, name in places.items()} | {CONSTITUTION_PATH: constitution}


def ci_texts(top: Path, forges: Sequence[str]) -> dict[str, str]:
    """path from the top -> the text of the file that lets a forge judge changes. `forges` are github and gitlab.

    GitLab reads one file; where that is the project's own, sdd's goes where it can be included from.
    """
    places = {"github": WORKFLOW, "gitlab": INCLUDED_PIPELINE if has_own_pipeline(top) else PIPELINE}
    return {places[forge]: ci_text(places[forge]) for forge in forges}


def has_own_pipeline(top: Path) -> bool:
    """Whether the repository has a `.gitlab-ci.yml` that sdd did not write."""
    file = top / PIPELINE
    return file.is_symlink() or (file.is_file() and not is_own_text(PIPELINE, file.read_bytes()))


def old_constitution(folder: Path) -> str | None:
    """The text of a constitution in spec-kit's old place, None where there is none with a version to count on from."""
    file = folder / OLD_CONSTITUTION_PATH
    if not file.is_file() or file.is_symlink():
        return None
    content = file.read_bytes()
    constitution = constitutions.parse(OLD_CONSTITUTION_PATH, content, "")
    if constitution.problems or not re.fullmatch(r"\d+\.\d+\.\d+", constitution.version or ""):
        return None
    return content.decode("utf-8-sig", "replace")
